"""What one run at a time may do: locks between the runs in one checkout, which end with the process that has them."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def exclusive(file: Path, doing: str, announce: Callable[[str], None]) -> Iterator[None]:
    """Holds the lock of `file`, which is made if it is missing.

    While another run, or another thread, has it, says in one sentence that this one waits until that is done `doing`.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            announce(f"Another run is {doing}: waiting for it.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
