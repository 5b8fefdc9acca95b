"""Puts the language host beside a CLI of our own, where the engine takes it for bundled."""

from __future__ import annotations

import os
import shlex
import tempfile
from pathlib import Path

NAME = "pulumi-language-python"


def install(folder: Path, python: Path, repository: Path) -> Path:
    """Writes the executable NAME into `folder`: it runs the host of `repository` with `python`. Returns its path.

    The folder of this repository goes on the host's own path only, never into the environment of the programs it runs.
    """
    path = f"import sys; sys.path.insert(0, {str(repository)!r})"
    boot = f"{path}; from offline.host.server import serve; serve(sys.argv[1:])"
    script = f'#!/bin/sh\nexec {shlex.quote(str(python))} -u -c {shlex.quote(boot)} "$@"\n'
    target = folder / NAME
    if not target.exists() or target.read_text(encoding="utf-8") != script:
        descriptor, temporary = tempfile.mkstemp(prefix=f"{NAME}.", dir=folder)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(script)
        Path(temporary).chmod(0o755)
        Path(temporary).replace(target)
    return target
