"""Runs one command for a process, and ends it when that process is gone, even where it was killed.

python supervisor.py LIFELINE FOLDER COMMAND...

LIFELINE is a descriptor of the reading end of a pipe whose writing end that process alone holds: it is at its end when
the process is. The command is then asked to end, killed if it does not within GRACE_SECONDS, and FOLDER, what the run
had written, is removed. The exit code is the command's. Started with Python's isolated mode, so it knows no package.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading

GRACE_SECONDS = 10.0
"""How long the Pulumi CLI may take to cancel an update: it waits for what a plugin is doing, and releases its lock."""


def main() -> int:
    """Runs the command of the arguments to its end."""
    lifeline, folder, command = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        # The terminal sends Ctrl-C to the command as well, which winds up; unlike an ignored signal, a handler is not
        # handed down to it.
        signal.signal(signal.SIGINT, lambda *_: None)
    process = subprocess.Popen(command)
    signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    abandoned = threading.Event()

    def end_with_the_lifeline() -> None:
        os.read(lifeline, 1)
        abandoned.set()
        process.terminate()
        try:
            process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        shutil.rmtree(folder, ignore_errors=True)

    watcher = threading.Thread(target=end_with_the_lifeline, daemon=True)
    watcher.start()
    code = process.wait()
    if abandoned.is_set():
        watcher.join()
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main())
