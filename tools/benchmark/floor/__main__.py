"""The floor of `make bench`: a pack without policies, which reads every request and answers nothing.

It is run as every pack is, by `python -m pulumi.policy`, and is what a pack costs that does no work of its own.
"""

# ruff: noqa: N802 - gRPC names the methods

from __future__ import annotations

import sys
import threading
from concurrent import futures
from typing import Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import analyzer_pb2 as wire_types
from pulumi.runtime.proto import analyzer_pb2_grpc

LARGEST_MESSAGE = 400 * 1024 * 1024
"""What the policy SDK allows a message in bytes: the whole state of a stack comes as one."""


class Floor(analyzer_pb2_grpc.AnalyzerServicer):
    """Reads every request, as gRPC does before it calls anything, and answers nothing."""

    def GetAnalyzerInfo(self, request: Any, context: Any) -> Any:
        """A pack without policies."""
        return wire_types.AnalyzerInfo(name="floor", supportsConfig=True)

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


options = [("grpc.max_receive_message_length", LARGEST_MESSAGE), ("grpc.max_send_message_length", -1)]
server = grpc.server(futures.ThreadPoolExecutor(max_workers=4), options=options)
analyzer_pb2_grpc.add_AnalyzerServicer_to_server(Floor(), server)
port = server.add_insecure_port("127.0.0.1:0")
server.start()
sys.stdout.write(f"{port}\n")
sys.stdout.flush()
threading.Event().wait()
