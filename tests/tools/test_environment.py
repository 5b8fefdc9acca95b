"""An environment is made once, by one run at a time, and again when what it rests on has changed."""

from __future__ import annotations

import os
import subprocess
import threading
from pathlib import Path

import pytest

from tools import environment


@pytest.fixture
def commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands that were run, each of which succeeds, in a folder with `requirements.txt`."""
    run: list[list[str]] = []

    def succeed(command: list[str], **_: object) -> subprocess.CompletedProcess[bytes]:
        run.append(command)
        Path(".venv").mkdir(exist_ok=True)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(subprocess, "run", succeed)
    Path("requirements.txt").touch()
    return run


def _make(*options: str) -> int:
    return environment.main([".venv/stamp", "requirements.txt", *options])


def test_it_is_made_anew_and_what_is_listed_installed(
    commands: list[list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert _make("--note", "Installing") == 0
    assert [command[1:3] for command in commands] == [["-m", "venv"], ["-m", "pip"]]
    assert commands[1][0] == ".venv/bin/python"
    assert capsys.readouterr().out == "Installing\n"
    assert Path(".venv/stamp").exists()


def test_more_is_added_to_what_is_there(commands: list[list[str]]) -> None:
    assert _make("--add") == 0
    assert [command[1:3] for command in commands] == [["-m", "pip"]]


def test_of_two_at_once_one_makes_it(commands: list[list[str]]) -> None:
    together = threading.Barrier(2)

    def make() -> None:
        together.wait()
        _make()

    threads = [threading.Thread(target=make) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(commands) == 2


def test_it_is_made_again_when_the_list_is_newer(commands: list[list[str]]) -> None:
    _make()
    _make()
    assert len(commands) == 2
    later = Path(".venv/stamp").stat().st_mtime + 10
    os.utime("requirements.txt", (later, later))
    _make()
    assert len(commands) == 4


@pytest.mark.parametrize(
    ("problem", "code", "said"),
    [
        (KeyboardInterrupt(), 130, "Interrupted.\n"),
        (PermissionError(13, "Permission denied", "/x"), 2, "error: /x: Permission denied.\n"),
    ],
)
def test_what_breaks_it_off_is_one_sentence_and_leaves_no_stamp(
    problem: BaseException,
    code: int,
    said: str,
    commands: list[list[str]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise problem

    monkeypatch.setattr(subprocess, "run", fail)
    assert _make() == code
    assert capsys.readouterr().out == said
    assert not Path(".venv/stamp").exists()


def test_an_installation_that_fails_leaves_no_stamp(commands: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "run", lambda command, **_: subprocess.CompletedProcess(command, 3))
    assert _make() == 3
    assert not Path(".venv/stamp").exists()
