"""Puts the language host and the dynamic providers beside a CLI of our own, where the engine takes them for bundled."""

from __future__ import annotations

import os
import shlex
import tempfile
from pathlib import Path

NAME = "pulumi-language-python"
DYNAMIC = "pulumi-resource-pulumi-python"

_BOOT = {
    NAME: "from offline.host.server import serve; serve(sys.argv[1:])",
    DYNAMIC: "from offline.host.dynamic import run; run(sys.argv[1:])",
}


def install(folder: Path, python: Path, repository: Path) -> Path:
    """Writes NAME and DYNAMIC into `folder`, which run what is in `repository` with `python`. Returns the path of NAME.

    The folder of this repository goes on their own path only, never into the environment of the programs they run.
    """
    for name, boot in _BOOT.items():
        code = f"import sys; sys.path.insert(0, {str(repository)!r}); {boot}"
        write_script(folder / name, f'#!/bin/sh\nexec {shlex.quote(str(python))} -u -c {shlex.quote(code)} "$@"\n')
    return folder / NAME


def write_script(target: Path, script: str) -> None:
    """Writes an executable in one step, unless it is there already."""
    if target.exists() and target.read_text(encoding="utf-8") == script:
        return
    descriptor, temporary = tempfile.mkstemp(prefix=f"{target.name}.", dir=target.parent)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(script)
    Path(temporary).chmod(0o755)
    Path(temporary).replace(target)
