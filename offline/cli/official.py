"""Finds an official Pulumi installation on PATH."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from offline.cli import module

LANGUAGE_HOST = "pulumi-language-python"


def find(path: str, own: Path, announce: Callable[[str], None]) -> Path | None:
    """The ``pulumi`` on `path` that can run this project, or None.

    It is official when it brings its Python language host along; a CLI in the folder `own` is the one built here. The
    SDK in requirements.txt needs a CLI of its minor version or a later one: an older one is announced and passed over.
    """
    found = shutil.which("pulumi", path=path)
    if found is None or Path(found).resolve().parent == own.resolve():
        return None
    cli = Path(found)
    beside = any((folder / LANGUAGE_HOST).exists() for folder in (cli.parent, cli.resolve().parent))
    if not beside and shutil.which(LANGUAGE_HOST, path=path) is None:
        announce(f"{cli} has no {LANGUAGE_HOST} beside it or on PATH: the project's own build is used instead.")
        return None
    version = _version(cli)
    wanted = module.parse(module.sdk_version())
    parsed = module.parse(version)
    if not parsed or parsed[0] != wanted[0] or parsed[1] < wanted[1]:
        announce(
            f"{cli} is Pulumi {version or 'of an unknown version'}, and the SDK of this project needs "
            f"{wanted[0]}.{wanted[1]} or a later {wanted[0]}.x: the project's own build is used instead."
        )
        return None
    return cli


def _version(cli: Path) -> str:
    try:
        answer = subprocess.run(
            [cli, "version"], capture_output=True, text=True, check=False, timeout=60, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout.strip().removeprefix("v") if answer.returncode == 0 else ""
