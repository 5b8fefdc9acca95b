"""A supervised command gives what it would give alone, and ends when the process that wanted it is gone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from offline import supervised
from offline.layout import REPOSITORY

OWNER = """
import os, sys
from pathlib import Path
from offline import supervised
from offline.run_folder import RunFolder
folder = Path(sys.argv[1])
run = RunFolder(folder, os.open(folder / "lock", os.O_CREAT | os.O_RDWR))
supervised.run(["sh", "-c", sys.argv[2]], folder=folder, environment=os.environ, run_folder=run)
"""


def test_exit_code_output_folder_and_environment_are_the_commands(tmp_path: Path) -> None:
    given = supervised.run(
        ["sh", "-c", 'pwd; echo "$WORD"; exit 7'],
        folder=tmp_path,
        environment={"WORD": "a b"},
        stdout=subprocess.PIPE,
    )
    assert given == (7, f"{tmp_path}\na b\n")


def test_a_signal_that_ended_it_counts_from_128(tmp_path: Path) -> None:
    assert supervised.run(["sh", "-c", "kill -KILL $$"], folder=tmp_path, environment=os.environ) == (137, "")


def test_a_command_that_is_not_there_is_an_error_of_the_machine(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        supervised.run(["true"], folder=tmp_path / "missing", environment=os.environ)


@pytest.mark.parametrize("ignored", ["", "trap '' TERM; "], ids=["asked", "killed"])
def test_it_ends_with_its_owner_and_its_folder_goes(
    ignored: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    supervisor = tmp_path / "supervisor.py"
    source = supervised.SUPERVISOR.read_text(encoding="utf-8")
    supervisor.write_text(source.replace("GRACE_SECONDS = 10.0", "GRACE_SECONDS = 0.1"), encoding="utf-8")
    owner = OWNER.replace("folder =", f"supervised.SUPERVISOR = Path({str(supervisor)!r})\nfolder =")
    folder = tmp_path / "run"
    folder.mkdir()
    command = f"{ignored}echo started; while :; do read line < {tmp_path / 'never'}; done"
    os.mkfifo(tmp_path / "never")
    with subprocess.Popen(
        [sys.executable, "-c", owner, folder, command], cwd=REPOSITORY, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"started\n"
        process.send_signal(signal.SIGKILL)
        # At its end when the command and its supervisor have ended: they write to the same pipe.
        assert process.stdout.read() == b""
    assert not folder.exists()
