"""A run that is ended from outside ends with all that it started, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from offline.engine import Engine
from offline.layout import REPOSITORY, OfflineError

pytestmark = pytest.mark.engine

WAITING = """
import pathlib, pulumi
with open({started!r}, "w") as started:
    started.write("x")
open({gate!r}).read()
"""
"""A program that says that it runs, and goes on when the other end of a second pipe is closed."""


@contextmanager
def _waiting(engine: Engine, operation: str) -> Iterator[subprocess.Popen[str]]:
    """A run of `operation` from the command line, whose program waits. All its output comes through one pipe."""
    started, gate = engine.state.parent / "started", engine.state.parent / "gate"
    os.mkfifo(started)
    os.mkfifo(gate)
    program = engine.project / "source" / "__main__.py"
    program.write_text(WAITING.format(started=str(started), gate=str(gate)), encoding="utf-8")
    command = [sys.executable, "-m", "offline", operation, "--project", str(engine.project)]
    command += ["--state", str(engine.state)]
    process = subprocess.Popen(
        command,
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        preexec_fn=_as_from_a_terminal,
    )
    try:
        with started.open(encoding="utf-8") as pipe:
            assert pipe.read() == "x"
        yield process
    finally:
        process.kill()
        process.wait()


def _as_from_a_terminal() -> None:
    """Take Ctrl-C, which what a shell starts in the background does not: the tests may be started so."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _lock_files(engine: Engine) -> list[Path]:
    return sorted((engine.state / "backend" / ".pulumi" / "locks").rglob("*.json"))


def _write_lock(engine: Engine, process: int, machine: str) -> Path:
    folder = engine.state / "backend" / ".pulumi" / "locks" / "organization" / "toy" / "dev"
    folder.mkdir(parents=True, exist_ok=True)
    content = {"pid": process, "username": "ann", "hostname": machine, "timestamp": "2026-02-03T04:05:06.789Z"}
    file = folder / "6e4b.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGKILL, -9), (signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)]
)
def test_what_ends_a_run_ends_the_engine_and_removes_its_folder(
    engine: Engine, number: signal.Signals, code: int
) -> None:
    with _waiting(engine, "preview") as process:
        assert [file.name for file in (engine.state / "runs").glob("run-*/events.jsonl")] == ["events.jsonl"]
        process.send_signal(number)
        # The pipe is at its end when every process that writes to it has ended: supervisor, CLI, host and program.
        output, _ = process.communicate()
    assert process.returncode == code
    assert "Traceback" not in output
    assert [file.name for file in (engine.state / "runs").iterdir()] == ["lock"]


def test_a_stack_whose_lock_somebody_has_is_not_changed(engine: Engine, capfd: pytest.CaptureFixture[str]) -> None:
    assert engine.outputs() == {}  # makes the stack
    lock = _write_lock(engine, os.getpid(), socket.gethostname())
    sentence = (
        f"the stack 'dev' is locked by process {os.getpid()} of ann@{socket.gethostname()} since 2026-02-03T04:05:06: "
        "wait until that is done; if it has ended, `python -m offline pulumi --stack dev "
        f"--project {engine.project} --state {engine.state} -- cancel --yes` removes the lock."
    )
    for operation in (engine.up, engine.refresh, engine.destroy):
        with pytest.raises(OfflineError) as refused:
            operation()
        assert str(refused.value) == sentence
    assert engine.preview().exit_code == 0
    assert engine.call(["up", "--yes", "--skip-preview"]) != 0
    assert f"error: {sentence}" in capfd.readouterr().err
    assert engine.call(["cancel", "--yes"]) == 0
    assert not lock.exists()
    assert engine.up().exit_code == 0


def test_the_lock_of_a_dead_process_of_this_machine_is_taken_over(engine: Engine) -> None:
    dead = subprocess.Popen(["true"])
    dead.wait()
    _write_lock(engine, dead.pid, socket.gethostname())
    assert engine.up().exit_code == 0
    assert _lock_files(engine) == []


def test_the_lock_of_another_machine_is_not(engine: Engine) -> None:
    dead = subprocess.Popen(["true"])
    dead.wait()
    lock = _write_lock(engine, dead.pid, "elsewhere")
    with pytest.raises(OfflineError, match="ann@elsewhere"):
        engine.up()
    lock.write_text("{", encoding="utf-8")
    with pytest.raises(OfflineError, match="an unknown user"):
        engine.up()
