"""The pack as the engine meets it: over gRPC, with property bags as the engine encodes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent import futures
from contextlib import contextmanager
from datetime import date
from typing import Any

import grpc
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import analyzer_pb2 as wire_types
from pulumi.runtime.proto import analyzer_pb2_grpc

from pulumi_guardrails.core.policy import Policy
from pulumi_guardrails.engine.policy_objects import policy_object
from pulumi_guardrails.engine.policy_pack import PackAnalyzer, PackInfo
from pulumi_guardrails.engine.property_bags import write_properties
from tests.policypack.cases import urn_of

TODAY = date(2030, 6, 15)
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"


def bag(properties: Mapping[str, Any]) -> Struct:
    """Properties as the engine encodes them, unknown and secret values included."""
    return write_properties(properties, Struct())


def request(token: str, name: str = "judged", /, **properties: Any) -> wire_types.AnalyzeRequest:
    """What the engine asks about one resource."""
    return wire_types.AnalyzeRequest(type=token, name=name, urn=urn_of(token, name), properties=bag(properties))


def stack_item(
    token: str, name: str, properties: Mapping[str, Any], edges: Mapping[str, Sequence[str]] = {}
) -> wire_types.AnalyzerResource:
    """One resource of the whole stack, with its dependency edges."""
    item = wire_types.AnalyzerResource(type=token, name=name, urn=urn_of(token, name), properties=bag(properties))
    for key, urns in edges.items():
        item.propertyDependencies[key].urns.extend(urns)
    return item


@contextmanager
def client_of(servicer: analyzer_pb2_grpc.AnalyzerServicer) -> Iterator[analyzer_pb2_grpc.AnalyzerStub]:
    """A client of an analyzer that is served on loopback."""
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=2))
    analyzer_pb2_grpc.add_AnalyzerServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            yield analyzer_pb2_grpc.AnalyzerStub(channel)
    finally:
        server.stop(None).wait()


@contextmanager
def served(policies: Sequence[Policy]) -> Iterator[analyzer_pb2_grpc.AnalyzerStub]:
    """A client of a pack of these policies."""
    with client_of(
        PackAnalyzer(PackInfo("pulumi-guardrails"), map(policy_object, policies), today=lambda: TODAY)
    ) as client:
        yield client
