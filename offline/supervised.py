"""Runs commands that end with this process, however it ends: the Pulumi CLI must not go on alone."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from offline.run_folder import RunFolder

SUPERVISOR = Path(__file__).with_name("supervisor.py")


def run(
    command: Sequence[str | Path],
    *,
    folder: Path,
    environment: Mapping[str, str],
    run_folder: RunFolder | None = None,
    **streams: Any,
) -> tuple[int, str]:
    """Runs `command` in `folder`. Returns its exit code, and what it printed where `streams` has ``stdout=PIPE``.

    A signal's number is counted from 128, as shells do. `run_folder` is removed by whoever is left to do it. Raises
    KeyboardInterrupt after Ctrl-C, when the command has wound up; whatever else breaks this off ends the command first.
    """
    reader, writer = os.pipe()
    try:
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", SUPERVISOR, str(reader), run_folder.path if run_folder else "", *command],
            cwd=folder,
            env=dict(environment),
            pass_fds=[reader, *([run_folder.lock] if run_folder else [])],
            text=True,
            errors="replace",
            **streams,
        )
    except BaseException:
        os.close(writer)
        raise
    finally:
        os.close(reader)
    try:
        return _end_of(process)
    finally:
        os.close(writer)


def _end_of(process: subprocess.Popen[str]) -> tuple[int, str]:
    interrupted = False
    while True:
        try:
            output, _ = process.communicate()
        except KeyboardInterrupt:
            interrupted = True
            if not _in_foreground():
                process.terminate()
        except BaseException:
            process.terminate()
            process.wait()
            raise
        else:
            break
    if interrupted:
        raise KeyboardInterrupt
    return process.returncode, output or ""


def _in_foreground() -> bool:
    """Whether Ctrl-C in the terminal reaches the processes that this one has started as well."""
    try:
        terminal = os.open("/dev/tty", os.O_RDONLY)
    except OSError:
        return False
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    finally:
        os.close(terminal)
