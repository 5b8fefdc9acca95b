"""The version of the stand-in; how one is installed is in tests/offline/plugins."""

from __future__ import annotations

from pathlib import Path

from offline.aws import LABEL, install, source


def test_it_is_installed_under_the_version_of_the_package(tmp_path: Path) -> None:
    install.install(tmp_path)
    script = tmp_path / "plugins" / f"resource-aws-v{source.version()}" / "pulumi-resource-aws"
    assert LABEL in script.read_text(encoding="utf-8")
