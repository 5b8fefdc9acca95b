"""A private folder for one run, which does not outlive it: it may hold what a program computed."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from offline.exclusive import exclusive

PREFIX = "run-"


@dataclass(frozen=True)
class RunFolder:
    """A folder and the descriptor of its lock, which whoever uses the folder holds open."""

    path: Path
    lock: int


@contextmanager
def run_folder(runs: Path, announce: Callable[[str], None]) -> Iterator[RunFolder]:
    """A new folder in `runs`, readable by its owner only, and removed afterwards.

    Those of runs that were killed go first: nobody holds their locks any more.
    """
    with exclusive(runs / "lock", "making its folder", announce):
        for left in runs.glob(f"{PREFIX}*"):
            _remove_unless_in_use(left)
        path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=runs))
        lock = _lock_of(path)
        fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        yield RunFolder(path, lock)
    finally:
        shutil.rmtree(path, ignore_errors=True)
        os.close(lock)


def _remove_unless_in_use(folder: Path) -> None:
    try:
        lock = _lock_of(folder)
    except FileNotFoundError:
        return  # Its own run was about to remove it.
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)
    except BlockingIOError:
        pass
    finally:
        os.close(lock)


def _lock_of(folder: Path) -> int:
    return os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
