"""Builds the Pulumi CLI from its published Go modules, once."""

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
from offline.exclusive import exclusive
from offline.layout import Layout, OfflineError

VERSION_VARIABLE = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version"
"""The Go variable that a release build sets; without it the CLI calls itself a development version."""

PROGRESS_SECONDS = 10.0
LOG_LINES_SHOWN = 15


def ensure(layout: Layout, path: str, announce: Callable[[str], None]) -> Path:
    """The CLI built from the module beside this file; builds it unless the one that is there is of the same module.

    A build goes to a temporary name and is renamed when whole; of two runs at once one builds and the other waits.
    Raises OfflineError when the build fails, with the end of its log.
    """
    cli = layout.binaries / "pulumi"
    stamp = layout.binaries / "pulumi.stamp"
    if _is_current(cli, stamp):
        return cli
    layout.binaries.mkdir(parents=True, exist_ok=True)
    with exclusive(layout.binaries / "build.lock", "building the Pulumi CLI", announce):
        if not _is_current(cli, stamp):
            _build(golang.find(path, layout.root / "go", announce), cli, layout.root / "cli-build.log", announce)
            stamp.write_text(module.fingerprint(), encoding="utf-8")
    return cli


def _is_current(cli: Path, stamp: Path) -> bool:
    return cli.exists() and stamp.exists() and stamp.read_text(encoding="utf-8") == module.fingerprint()


def _build(go: Path, cli: Path, log: Path, announce: Callable[[str], None]) -> None:
    for left in cli.parent.glob("pulumi.[0-9]*"):
        left.unlink()  # A run that was killed left it.
    temporary = cli.with_name(f"pulumi.{os.getpid()}")
    version = module.cli_version()
    linker = f"-s -w -X {VERSION_VARIABLE}=v{version}"
    command: list[str | Path] = [go, "build", "-v", "-mod=readonly", "-ldflags", linker]
    announce(f"Building the Pulumi CLI {version} from its Go modules: minutes the first time, never again.")
    started = time.monotonic()
    try:
        with log.open("wb") as output, _progress(log, started, announce):
            exit_code, _ = supervised.run(
                [*command, "-o", temporary, module.COMMAND],
                folder=module.FOLDER,
                environment={**os.environ, "GOTOOLCHAIN": "local"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        if exit_code != 0:
            raise OfflineError(
                f"The Pulumi CLI does not build with {go}; the end of {log}:\n"
                + "\n".join(_lines(log)[-LOG_LINES_SHOWN:])
                + "\nAn installed Pulumi (`pulumi` on PATH) is used instead of a build."
            )
        temporary.replace(cli)
    finally:
        temporary.unlink(missing_ok=True)
    announce(f"Built the Pulumi CLI {version} in {time.monotonic() - started:.0f} s.")


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
