"""One pack process of `make bench`: what the engine starts for a pack, which also says at its end what it cost.

python -u server.py ENGINE FOLDER

ENGINE is the engine's address and FOLDER the pack's, as the engine gives them to `python -m pulumi.policy`, which this
runs. Asked to end (SIGTERM), it prints a JSON object: `analyze_stack`, the CPU seconds of that method in its thread,
and `memory`, its peak memory in MiB. Like a pack that the engine ends, it then stops without any clearing up.
"""

from __future__ import annotations

import json
import os
import re
import runpy
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from pulumi.runtime.proto import analyzer_pb2_grpc

_spent = 0.0


def timed(method: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """The method of the servicer, whose CPU seconds are counted."""

    def call(request: Any, context: Any) -> Any:
        global _spent
        begin = time.thread_time()
        try:
            return method(request, context)
        finally:
            _spent += time.thread_time() - begin

    return call


def peak_memory() -> float:
    """The peak memory of this program in MiB: not that of the process it was made from, which `getrusage` counts."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.findall(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE)[0]) / 1024


def _end(_number: int, _frame: FrameType | None) -> None:
    os.write(1, f"{json.dumps({'analyze_stack': _spent, 'memory': peak_memory()})}\n".encode())
    os._exit(0)


def main() -> None:
    """Run the pack of the arguments; its servicer, whoever makes it, is timed."""
    add: Callable[[Any, Any], None] = analyzer_pb2_grpc.add_AnalyzerServicer_to_server

    def add_timed(servicer: Any, server: Any) -> None:
        servicer.AnalyzeStack = timed(servicer.AnalyzeStack)
        add(servicer, server)

    analyzer_pb2_grpc.add_AnalyzerServicer_to_server = add_timed
    signal.signal(signal.SIGTERM, _end)
    # The folder of this file comes first on the path of a script, and nothing of it is meant to be imported.
    sys.path.pop(0)
    runpy.run_module("pulumi.policy", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
