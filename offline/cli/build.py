"""Builds the Pulumi CLI, and what else is published as a Go module, once."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from offline import supervised
from offline.cli import golang, module
from offline.cli.module import CLI, GoModule
from offline.exclusive import exclusive
from offline.layout import Layout, OfflineError

PROGRESS_SECONDS = 10.0
LOG_LINES_SHOWN = 15


def ensure(layout: Layout, path: str, announce: Callable[[str], None], wanted: GoModule = CLI) -> Path:
    """The command built from the module `wanted`; builds it unless the one that is there is of the same module.

    A build goes to a temporary name and is renamed when whole; of two runs at once one builds and the other waits.
    Raises OfflineError when the build fails, with the end of its log.
    """
    binary = layout.binaries / wanted.executable
    stamp = layout.binaries / f"{wanted.executable}.stamp"
    if _is_current(binary, stamp, wanted):
        return binary
    layout.binaries.mkdir(parents=True, exist_ok=True)
    with exclusive(layout.binaries / "build.lock", f"building {wanted.title}", announce):
        if not _is_current(binary, stamp, wanted):
            go = golang.find(path, layout.root / "go", announce)
            _build(go, wanted, binary, layout.root / f"{wanted.executable}-build.log", announce)
            stamp.write_text(module.fingerprint(wanted), encoding="utf-8")
    return binary


def _is_current(binary: Path, stamp: Path, wanted: GoModule) -> bool:
    return binary.exists() and stamp.exists() and stamp.read_text(encoding="utf-8") == module.fingerprint(wanted)


def _build(go: Path, wanted: GoModule, binary: Path, log: Path, announce: Callable[[str], None]) -> None:
    for left in binary.parent.glob(f"{binary.name}.[0-9]*"):
        left.unlink()  # A run that was killed left it.
    temporary = binary.with_name(f"{binary.name}.{os.getpid()}")
    what = f"{wanted.title} {wanted.version}"
    linker = f"-s -w -X {wanted.version_variable}=v{wanted.version}"
    command: list[str | Path] = [go, "build", "-v", "-mod=readonly", "-ldflags", linker]
    announce(f"Building {what} from its Go modules: minutes the first time, never again.")
    started = time.monotonic()
    try:
        with log.open("wb") as output, _progress(log, started, announce):
            exit_code, _ = supervised.run(
                [*command, "-o", temporary, wanted.command],
                folder=wanted.folder,
                environment={**os.environ, "GOTOOLCHAIN": "local"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        if exit_code != 0:
            raise OfflineError(
                f"{what[0].upper()}{what[1:]} does not build with {go}; the end of {log}:\n"
                + "\n".join(_lines(log)[-LOG_LINES_SHOWN:])
                + "\nAn installed Pulumi (`pulumi` on PATH) is used instead of a build."
            )
        temporary.replace(binary)
    finally:
        temporary.unlink(missing_ok=True)
    announce(f"Built {what} in {time.monotonic() - started:.0f} s.")


@contextmanager
def _progress(log: Path, started: float, announce: Callable[[str], None]) -> Iterator[None]:
    done = threading.Event()

    def report() -> None:
        while not done.wait(PROGRESS_SECONDS):
            lines = _lines(log)
            at = f", at {lines[-1]}" if lines else ""
            announce(f"  still building after {time.monotonic() - started:.0f} s: {len(lines)} steps{at}")

    reporter = threading.Thread(target=report, daemon=True)
    reporter.start()
    try:
        yield
    finally:
        done.set()
        reporter.join()


def _lines(log: Path) -> list[str]:
    return log.read_text(encoding="utf-8", errors="replace").splitlines()
