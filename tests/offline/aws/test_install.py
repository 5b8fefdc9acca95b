"""The version and the command line of the installation; how a stand-in is installed is in tests/offline/plugins."""

from __future__ import annotations

from pathlib import Path

import pytest

from offline.aws import LABEL, install, source


def test_it_is_installed_under_the_version_of_the_package(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "home").mkdir()
    cli = tmp_path / "pulumi"
    cli.write_text('#!/bin/sh\necho "$@" >&2\nexit 1\n')
    cli.chmod(0o755)
    assert install.main(["--pulumi", str(cli), "--home", str(tmp_path / "home")]) == 1
    assert f"plugin install resource aws {source.version()} --file" in capsys.readouterr().err


def test_it_is_named_as_in_its_messages() -> None:
    assert install.STAND_IN.label == LABEL
