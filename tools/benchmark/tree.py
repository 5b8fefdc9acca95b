"""Runs one command, and writes down the CPU seconds of all its processes.

python -I tree.py FILE COMMAND...

FILE gets a JSON object: `cpu`, in seconds, and the command's exit `code`. Linux adds what a process spent to the times
of its parent's children when the parent waits for it (getrusage(2), `RUSAGE_CHILDREN`). One whose parent is gone is
handed to this process (prctl(2), `PR_SET_CHILD_SUBREAPER`), so that none is missed.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36
"""`include/uapi/linux/prctl.h`."""

GRACE_SECONDS = 15.0
"""How long what the command started may go on after it."""


def main() -> int:
    """Returns 0, whatever the command did, or 1 where a process of it goes on."""
    file, command = Path(sys.argv[1]), sys.argv[2:]
    if ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        sys.exit("error: this system does not let a process wait for what its children leave behind.")
    code = subprocess.run(command, check=False).returncode
    deadline = time.monotonic() + GRACE_SECONDS
    while _is_one_left():
        if time.monotonic() > deadline:
            sys.exit(f"error: a process of {command[0]} went on for {GRACE_SECONDS:.0f} s after it.")
        time.sleep(0.02)
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    file.write_text(json.dumps({"cpu": usage.ru_utime + usage.ru_stime, "code": code}), encoding="ascii")
    return 0


def _is_one_left() -> bool:
    """Whether a child still runs, after every one that has ended is waited for."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
