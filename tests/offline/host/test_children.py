"""Child processes of the host: streamed while they run, gone when the host is done with them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from offline.host import children
from offline.host.children import Children


def _start(running: Children, folder: Path, code: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-u", "-c", code]
    return running.start(command, folder, os.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_both_streams_arrive_whole(tmp_path: Path) -> None:
    running = Children()
    process = _start(running, tmp_path, "import sys; print('x' * 200_000); print('y' * 100_000, file=sys.stderr)")
    parts: dict[str, bytes] = {"stdout": b"", "stderr": b""}
    for stream, data in running.stream(process):
        parts[stream] += data
    assert running.wait(process) == 0
    assert parts == {"stdout": b"x" * 200_000 + b"\n", "stderr": b"y" * 100_000 + b"\n"}


def test_a_child_that_will_not_end_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "GRACE_SECONDS", 0.1)
    running = Children()
    code = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1); signal.pause()"
    process = _start(running, tmp_path, code)
    next(running.stream(process))
    running.end_all()
    assert running.wait(process) == -signal.SIGKILL


def test_ending_what_has_ended_does_nothing(tmp_path: Path) -> None:
    running = Children()
    process = _start(running, tmp_path, "raise SystemExit(5)")
    assert running.wait(process) == 5
    running.end(process)
    running.end_all()


def test_what_starts_after_the_end_is_ended_too(tmp_path: Path) -> None:
    running = Children()
    running.end_all()
    process = _start(running, tmp_path, "import signal; signal.pause()")
    assert running.wait(process) == -signal.SIGTERM
