"""An official Pulumi on PATH is used; anything less is passed over with a reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from offline.cli import module, official

SDK = module.parse(module.sdk_version())


def _cli(folder: Path, answer: str, *, host: bool = True) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    cli = folder / "pulumi"
    cli.write_text(f"#!/bin/sh\n{answer}\n", encoding="utf-8")
    cli.chmod(0o755)
    if host:
        (folder / official.LANGUAGE_HOST).touch(mode=0o755)
    return cli


@pytest.mark.parametrize("minor", [SDK[1], SDK[1] + 1])
def test_one_that_fits_is_found_without_a_word(tmp_path: Path, minor: int) -> None:
    said: list[str] = []
    cli = _cli(tmp_path, f"echo v3.{minor}.1")
    assert official.find(str(tmp_path), tmp_path / "own", said.append) == cli
    assert said == []


def test_its_host_may_lie_elsewhere_on_path(tmp_path: Path) -> None:
    cli = _cli(tmp_path / "one", f"echo v{module.cli_version()}", host=False)
    (tmp_path / "two").mkdir()
    (tmp_path / "two" / official.LANGUAGE_HOST).touch(mode=0o755)
    assert official.find(f"{cli.parent}:{tmp_path / 'two'}", tmp_path / "own", print) == cli


def test_its_host_may_lie_beside_what_a_link_points_to(tmp_path: Path) -> None:
    cli = _cli(tmp_path / "installed", f"echo v{module.cli_version()}")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "pulumi").symlink_to(cli)
    assert official.find(str(tmp_path / "bin"), tmp_path / "own", print) == tmp_path / "bin" / "pulumi"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (
            f"echo v3.{SDK[1] - 1}.9",
            f"is Pulumi 3.{SDK[1] - 1}.9, and the SDK of this project needs 3.{SDK[1]}",
        ),
        ("echo v4.0.0", "is Pulumi 4.0.0, and the SDK"),
        ("echo unreleased", "is Pulumi unreleased, and the SDK"),
        ("exit 1", "is Pulumi of an unknown version"),
    ],
)
def test_one_of_another_version_is_passed_over_with_a_reason(tmp_path: Path, answer: str, reason: str) -> None:
    said: list[str] = []
    _cli(tmp_path, answer)
    assert official.find(str(tmp_path), tmp_path / "own", said.append) is None
    assert len(said) == 1
    assert reason in said[0]


def test_one_without_a_language_host_is_passed_over_with_a_reason(tmp_path: Path) -> None:
    said: list[str] = []
    _cli(tmp_path, f"echo v{module.cli_version()}", host=False)
    assert official.find(str(tmp_path), tmp_path / "own", said.append) is None
    assert "has no pulumi-language-python beside it or on PATH" in said[0]


def test_our_own_build_is_not_official(tmp_path: Path) -> None:
    _cli(tmp_path, f"echo v{module.cli_version()}")
    assert official.find(str(tmp_path), tmp_path, pytest.fail) is None


def test_an_empty_path_has_none(tmp_path: Path) -> None:
    assert official.find(str(tmp_path), tmp_path / "own", pytest.fail) is None
