"""One process of `make bench`: serves a pack over gRPC, and says at its end what `AnalyzeStack` cost.

Its argument is what it serves: the pack (`pack`), a process that reads every request and answers nothing (`floor`), or
as many policies of the stock SDK that do nothing (`sdk`).
"""

# ruff: noqa: N802 - the protocol's names; each process imports only what it serves

from __future__ import annotations

import json
import re
import signal
import sys
import threading
import time
from concurrent import futures
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import analyzer_pb2 as wire_types
from pulumi.runtime.proto import analyzer_pb2_grpc, plugin_pb2

POLICIES_OF_THE_SDK = 145
LARGEST_MESSAGE = 400 * 1024 * 1024


class Floor(analyzer_pb2_grpc.AnalyzerServicer):
    """Reads every request, as gRPC does before it calls anything, and answers nothing."""

    def Configure(self, request: Any, context: Any) -> Any:
        """Take every configuration."""
        return empty_pb2.Empty()

    def ConfigureStack(self, request: Any, context: Any) -> Any:
        """Take note of nothing."""
        return wire_types.AnalyzerStackConfigureResponse()

    def Remediate(self, request: Any, context: Any) -> Any:
        """Change nothing."""
        return wire_types.RemediateResponse()

    def Analyze(self, request: Any, context: Any) -> Any:
        """Find nothing."""
        return wire_types.AnalyzeResponse()

    def AnalyzeStack(self, request: Any, context: Any) -> Any:
        """Find nothing."""
        return wire_types.AnalyzeResponse()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:
        """The version of nothing."""
        return plugin_pb2.PluginInfo(version="0")


def _servicer(what: str) -> Any:
    if what == "floor":
        return Floor()
    if what == "sdk":
        import pulumi_policy
        from pulumi_policy.policy import _PolicyAnalyzerServicer as SdkAnalyzer

        policies: list[pulumi_policy.Policy] = [
            pulumi_policy.ResourceValidationPolicy(f"nothing-{number}", "Nothing.", lambda _args, _report: None)
            for number in range(POLICIES_OF_THE_SDK)
        ]
        return SdkAnalyzer("sdk", "0.0.1", policies, pulumi_policy.EnforcementLevel.ADVISORY)
    from pulumi_guardrails.engine.policy_pack import PackAnalyzer, PackInfo
    from pulumi_guardrails.pack import select

    return PackAnalyzer(PackInfo("pack"), select())


def _peak_memory() -> float:
    """The peak memory of this program in MiB: not that of the process it was made from, which `getrusage` counts."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.findall(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE)[0]) / 1024


def main() -> None:
    """Serve until the process is asked to end; then print what it cost."""
    servicer = _servicer(sys.argv[1])
    spent = 0.0
    analyze_stack = servicer.AnalyzeStack

    def timed(request: Any, context: Any) -> Any:
        nonlocal spent
        begin = time.thread_time()
        answer = analyze_stack(request, context)
        spent += time.thread_time() - begin
        return answer

    servicer.AnalyzeStack = timed
    options = [("grpc.max_receive_message_length", LARGEST_MESSAGE), ("grpc.max_send_message_length", -1)]
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=4), options=options)
    analyzer_pb2_grpc.add_AnalyzerServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda _number, _frame: ended.set())
    print(port, flush=True)
    ended.wait()
    server.stop(None).wait()
    print(json.dumps({"analyze_stack": spent, "memory": _peak_memory()}), flush=True)


if __name__ == "__main__":
    main()
