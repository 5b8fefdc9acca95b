"""The locks that the CLI leaves in a local state while it changes a stack, and those that a killed one has left there.

Source: `lockContent` and `lockDir` in Pulumi's Go package `backend/diy`.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class StackLock:
    """One lock: its file, and who made it."""

    file: Path
    process: int
    user: str
    machine: str
    since: str

    @property
    def is_stale(self) -> bool:
        """Whether its process is certainly gone. Of a process of another machine, nothing is certain."""
        return self.machine == socket.gethostname() and not _runs(self.process)

    def __str__(self) -> str:
        return f"process {self.process} of {self.user}@{self.machine} since {self.since}"


def held(backend: Path, project: str, stack: str) -> list[StackLock]:
    """The locks of a stack in the folder `backend`, after the removal of stale ones."""
    kept = []
    for lock in _locks(backend / ".pulumi" / "locks" / "organization" / project / stack):
        if lock.is_stale:
            lock.file.unlink(missing_ok=True)
            lock.file.with_name(f"{lock.file.name}.attrs").unlink(missing_ok=True)
        else:
            kept.append(lock)
    return kept


def _locks(folder: Path) -> Iterator[StackLock]:
    for file in sorted(folder.glob("*.json")):
        try:
            content = json.loads(file.read_text(encoding="utf-8"))
            yield StackLock(
                file, int(content["pid"]), content["username"], content["hostname"], content["timestamp"][:19]
            )
        except FileNotFoundError:
            continue  # Its process has just removed it.
        except (ValueError, KeyError, TypeError):
            # Half written, or written by a CLI that knows more: whose it is can't be told, so it counts as held.
            yield StackLock(file, 0, "an unknown user", "an unknown machine", "an unknown time")


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
