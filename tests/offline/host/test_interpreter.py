"""Which Python a project's options name, and what is installed for it."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from offline.host.interpreter import (
    InterpreterError,
    Plugin,
    environment_folder,
    environment_variables,
    executable,
    required_plugins,
    version,
)


def _package(site: Path, name: str, declared: dict[str, object]) -> None:
    (site / name).mkdir(parents=True)
    (site / name / "pulumi-plugin.json").write_text(json.dumps(declared), encoding="utf-8")


def test_the_named_environment_is_relative_to_the_project(tmp_path: Path) -> None:
    (tmp_path / "environment" / "bin").mkdir(parents=True)
    python = tmp_path / "environment" / "bin" / "python"
    python.touch()
    assert executable(tmp_path, {"virtualenv": "environment"}) == python
    assert executable(tmp_path / "other", {"virtualenv": str(tmp_path / "environment")}) == python


def test_uv_has_an_environment_of_a_known_name(tmp_path: Path) -> None:
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch()
    assert executable(tmp_path, {"toolchain": "uv"}) == python
    assert environment_folder(tmp_path, {"toolchain": "uv", "virtualenv": "other"}) == tmp_path / "other"
    assert environment_folder(tmp_path, {"toolchain": "pip"}) is None


def test_without_a_named_environment_path_decides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = tmp_path / "python3"
    python.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert executable(tmp_path, {}) == python
    python.unlink()
    with pytest.raises(InterpreterError, match="names no virtualenv in its runtime options, and PATH has no python3"):
        executable(tmp_path, {})


def test_a_named_environment_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InterpreterError, match=r"name the virtualenv 'gone', but .*gone is no virtual environment"):
        executable(tmp_path, {"virtualenv": "gone"})


def test_the_environment_is_activated(tmp_path: Path) -> None:
    (tmp_path / "pyvenv.cfg").touch()
    python = tmp_path / "bin" / "python"
    variables = environment_variables(python, {"PATH": "elsewhere", "PYTHONHOME": "wrong", "KEPT": "yes"})
    assert variables == {
        "PATH": f"{python.parent}{os.pathsep}elsewhere",
        "VIRTUAL_ENV": str(tmp_path),
        "KEPT": "yes",
    }


def test_an_interpreter_of_the_system_gets_the_variables_as_they_are(tmp_path: Path) -> None:
    assert environment_variables(tmp_path / "bin" / "python", {"PATH": "here"}) == {"PATH": "here"}


def test_plugins_come_from_the_packages_of_the_interpreter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _package(tmp_path, "pulumi_given", {"resource": True, "name": "given", "version": "1.2.3", "server": "https://x"})
    _package(tmp_path, "pulumi_two_words", {"resource": True})
    _package(tmp_path, "pulumi_none", {"resource": False})
    (tmp_path / "pulumi_two_words-4.5.6.dist-info").mkdir()
    (tmp_path / "pulumi_two_words-4.5.6.dist-info" / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: pulumi_two_words\nVersion: 4.5.6\n", encoding="utf-8"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.syspath_prepend(tmp_path)
    another = tmp_path / "another" / "python"
    another.parent.mkdir()
    another.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
    another.chmod(0o755)
    for python in (another, Path(sys.executable)):
        plugins = required_plugins(python)
        assert Plugin("given", "1.2.3", "https://x") in plugins
        assert Plugin("two-words", "4.5.6") in plugins
        assert "none" not in [plugin.name for plugin in plugins]


def test_the_interpreter_that_the_host_runs_in_is_not_started_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("an interpreter was started"))
    assert "aws" in [plugin.name for plugin in required_plugins(Path(sys.executable))]


def test_a_plugin_without_any_version_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _package(tmp_path, "pulumi_nameless", {"resource": True})
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(InterpreterError, match="pulumi_nameless is not an installed distribution"):
        required_plugins(Path(sys.executable))


def test_another_interpreter_is_asked_for_its_version(tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho 9.8.7\n", encoding="utf-8")
    python.chmod(0o755)
    assert version(python) == "9.8.7"
    (tmp_path / "same").symlink_to(sys.executable)
    assert version(tmp_path / "same") == platform.python_version()


def test_an_interpreter_that_does_not_run_is_an_error(tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho broken >&2\nexit 1\n", encoding="utf-8")
    python.chmod(0o755)
    with pytest.raises(InterpreterError, match="does not run: broken"):
        version(python)
