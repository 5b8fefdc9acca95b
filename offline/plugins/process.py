"""The process of a stand-in: serves the plugin protocol until the engine ends it or is gone."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from concurrent import futures

import grpc

from offline.protocol import provider_pb2_grpc

MESSAGE_BYTES = 400 * 1024 * 1024
"""How large a message may be; the same as the engine's own limit (`rpcutil.GrpcChannelOptions` of the Pulumi SDK)."""


def serve(make: Callable[[Callable[[], None]], provider_pb2_grpc.ResourceProviderServicer]) -> None:
    """Serve on a free port of the loopback interface, print the port, end when told to or when the engine is gone.

    Args:
        make: makes the provider from what it calls when the engine wants it to end.
    """
    parent = os.getppid()
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    server = grpc.server(
        futures.ThreadPoolExecutor(max_workers=8),
        options=[("grpc.max_receive_message_length", MESSAGE_BYTES), ("grpc.max_send_message_length", MESSAGE_BYTES)],
    )
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(make(ended.set), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    threading.Thread(target=_end_with, args=(parent, ended), daemon=True).start()
    ended.wait()
    server.stop(grace=1).wait()


def _end_with(parent: int, ended: threading.Event) -> None:
    """Set the event when the engine is gone without a word: this process then has another parent."""
    while not ended.wait(timeout=1):
        if os.getppid() != parent:
            ended.set()
