"""The processes that a language host starts for the engine, and the promise that none outlives it."""

from __future__ import annotations

import queue
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Literal

Chunk = tuple[Literal["stdout", "stderr"], bytes]

GRACE_SECONDS = 3.0
"""How long a child may take to end by itself; the engine gives the whole host 5 seconds before it kills it."""


class Children:
    """Starts child processes, streams what they print, and ends all that are left."""

    def __init__(self) -> None:
        self._running: set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()
        self._ended = False

    def start(
        self,
        command: Sequence[str | Path],
        folder: str | Path,
        environment: Mapping[str, str],
        *,
        stdin: int = subprocess.DEVNULL,
        stdout: int | None = None,
        stderr: int | None = None,
        pass_fds: Sequence[int] = (),
    ) -> subprocess.Popen[bytes]:
        """Starts `command` in `folder`. The caller hands the process to `wait` in the end."""
        # Under the lock, so that no process starts unseen while all are ended.
        with self._lock:
            process = subprocess.Popen(
                [str(part) for part in command],
                cwd=folder,
                env=dict(environment),
                stdin=stdin,
                stdout=stdout,
                stderr=stderr,
                pass_fds=tuple(pass_fds),
            )
            self._running.add(process)
            if self._ended:
                process.terminate()
        return process

    def wait(self, process: subprocess.Popen[bytes]) -> int:
        """The exit code of `process`, once it has ended; negative when a signal ended it."""
        code = process.wait()
        with self._lock:
            self._running.discard(process)
        return code

    def stream(self, process: subprocess.Popen[bytes]) -> Iterator[Chunk]:
        """What `process`, started with pipes, prints, as it prints it, until both its streams are closed."""
        assert process.stdout is not None
        assert process.stderr is not None
        chunks: queue.SimpleQueue[Chunk | None] = queue.SimpleQueue()
        for name, pipe in (("stdout", process.stdout), ("stderr", process.stderr)):
            threading.Thread(target=_pump, args=(name, pipe, chunks), daemon=True).start()
        open_streams = 2
        while open_streams:
            chunk = chunks.get()
            if chunk is None:
                open_streams -= 1
            else:
                yield chunk

    def end(self, process: subprocess.Popen[bytes]) -> None:
        """Asks `process` to end, and kills it when it does not within GRACE_SECONDS."""
        if process.poll() is not None:
            return
        process.terminate()
        try:
            process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()

    def end_all(self) -> None:
        """Ends every process that still runs, and any that is started later."""
        with self._lock:
            self._ended = True
            running = list(self._running)
        for process in running:
            process.terminate()
        for process in running:
            self.end(process)


def _pump(name: Literal["stdout", "stderr"], pipe: IO[bytes], chunks: queue.SimpleQueue[Chunk | None]) -> None:
    with pipe:
        while data := pipe.read1(65536):  # type: ignore[attr-defined]  # a buffered reader, which IO does not say
            chunks.put((name, data))
    chunks.put(None)
