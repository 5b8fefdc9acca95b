"""The table of managed policies is derived from a release of moto, and only from one."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from pulumi_guardrails.aws.iam.catalogue.managed_policies import HIGH_RISK, highest_risk, limits_nothing
from tools.derivation import DerivationError
from tools.managed_policies import TARGET, derive, main


def managed(action: Any, path: str = "/") -> dict[str, Any]:
    return {"Document": {"Statement": {"Effect": "Allow", "Action": action, "Resource": "*"}}, "Path": path}


def wheel(folder: Path, text: str | None = None) -> Path:
    policies = {
        "B": managed("s3:GetObject"),
        "A": managed(["s3:Get*", "iam:PutUserPolicy"]),
        "Admin": managed("*"),
        "Lists": managed("s3:ListAllMyBuckets"),
        "ForAService": managed("*", "/aws-service-role/"),
    }
    found = folder / "moto-1.2.3-py3-none-any.whl"
    with zipfile.ZipFile(found, "w") as archive:
        source = f"aws_managed_policies_data = {json.dumps(policies)!r}\n" if text is None else text
        archive.writestr("moto/iam/aws_managed_policies.py", source)
    return found


def test_each_policy_stands_under_the_gravest_that_it_breaks(tmp_path: Path) -> None:
    target = tmp_path / "managed.json"
    assert derive(wheel(tmp_path), target) == 3
    table = json.loads(target.read_text(encoding="utf-8"))
    assert table["source"] == "moto-1.2.3-py3-none-any.whl"
    assert {policy: names for policy, names in table["breaks"].items() if names} == {
        "iam-no-administrator-access": ["Admin"],
        "iam-no-privilege-escalation": ["A"],
        "iam-no-data-exfiltration": ["B"],
    }


@pytest.mark.parametrize("text", ["", "x = 1", "x = '['", "x = '[1]'", "x =", "x = '{\"A\": {}}'"])
def test_another_file_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(DerivationError, match="no wheel of moto"):
        derive(wheel(tmp_path, text), tmp_path / "managed.json")


def test_the_command_says_what_it_wrote_or_why_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "managed.json"
    assert main([str(wheel(tmp_path)), "--target", str(target)]) == 0
    assert capsys.readouterr().out == "managed.json: 3 policies\n"
    assert main([str(target), "--target", str(target)]) == 1
    assert "no wheel of moto" in capsys.readouterr().err


def test_the_table_of_the_pack_names_each_policy_once() -> None:
    breaks = json.loads(TARGET.read_text(encoding="utf-8"))["breaks"]
    assert list(breaks) == list(HIGH_RISK)
    names = [name for listed in breaks.values() for name in listed]
    assert len(names) == len(set(names)) > 400


def test_what_a_policy_does_is_told_by_the_table_or_else_by_its_name() -> None:
    assert highest_risk("arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess") == "allows reading the data of all resources"
    assert highest_risk("arn:aws:iam::aws:policy/SomeNewFullAccess") == "names no resource"
    assert highest_risk("arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole") == ""
    assert limits_nothing("arn:aws:iam::aws:policy/AdministratorAccess")
    assert not limits_nothing("arn:aws:iam::aws:policy/PowerUserAccess")
