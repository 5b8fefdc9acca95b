"""Nothing in a stack can crash the pack: arbitrary property bags for every type it knows, over gRPC.

A quick pass runs with the tests. `make fuzz` runs the same for as long as it is told to (`FUZZ_SECONDS`).
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pulumi.runtime.proto import analyzer_pb2 as wire_types
from pulumi.runtime.proto import analyzer_pb2_grpc

from pulumi_guardrails.aws.resource_types import KINDS
from pulumi_guardrails.core.value import UNKNOWN, Secret
from pulumi_guardrails.engine.configuration import configure
from pulumi_guardrails.engine.evaluation import judge
from tests.policypack.cases import good_resources, policies_by_name, resource, urn_of
from tests.policypack.served import bag, request, served, stack_item

SECONDS = float(os.environ.get("FUZZ_SECONDS", "0"))
QUICK = settings(max_examples=100, suppress_health_check=list(HealthCheck))

LEAVES = (
    st.none()
    | st.booleans()
    | st.floats(allow_nan=False)
    | st.sampled_from(
        ["", "*", "true", "0.0.0.0/0", "::/0", "10.0.0.0/8", "{", "[]", "arn:aws:iam::aws:policy/X", "-1", "tcp"]
    )
    | st.text(max_size=20)
    | st.just(UNKNOWN)
)
WORDS = st.sampled_from(
    (
        *("Statement", "Effect", "Action", "Resource", "Principal", "Condition", "NotAction", "AWS", "Service"),
        *("enabled", "rules", "name", "bucket", "origins", "fromPort", "toPort", "protocol", "cidrBlocks", "subnets"),
    )
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(WORDS | st.text(max_size=8), inner, max_size=4)
        | inner.map(Secret)
        | inner.map(lambda value: json.dumps(value, default=str))
    ),
    max_leaves=15,
)


def bent(properties: dict[str, Any], data: st.DataObject) -> dict[str, Any]:
    """A good resource with some of its properties, at any depth, replaced by anything."""
    return {key: replaced(value, data) for key, value in properties.items()} | data.draw(
        st.dictionaries(WORDS, VALUES, max_size=2)
    )


def replaced(value: Any, data: st.DataObject) -> Any:
    choice = data.draw(st.integers(0, 7))
    if choice == 0:
        return data.draw(VALUES)
    if isinstance(value, dict):
        return {key: replaced(item, data) for key, item in value.items()}
    if isinstance(value, list):
        return [replaced(item, data) for item in value]
    if choice == 1 and isinstance(value, str) and value.startswith("{"):
        return json.dumps(replaced(json.loads(value), data), default=str)
    return value


def until_told() -> Iterator[None]:
    """Once, and then again for as long as FUZZ_SECONDS says."""
    end = time.monotonic() + SECONDS
    yield
    while time.monotonic() < end:
        yield


@pytest.fixture(scope="module")
def pack() -> Iterator[analyzer_pb2_grpc.AnalyzerStub]:
    policies = list(policies_by_name().values())
    # None is off, and what can mend does: otherwise a part of the pack would not be reached.
    levels = {
        policy.name: wire_types.PolicyConfig(
            enforcementLevel=wire_types.REMEDIATE if policy.remediation else wire_types.MANDATORY
        )
        for policy in policies
    }
    with served(policies) as client:
        client.Configure(wire_types.ConfigureAnalyzerRequest(policyConfig=levels))
        client.ConfigureStack(wire_types.AnalyzerStackConfigureRequest(dry_run=False))
        yield client


def no_defect(answer: wire_types.AnalyzeResponse) -> None:
    assert [told.policyName for told in answer.diagnostics if "defect of the policy pack" in told.message] == []


def test_no_single_resource_crashes_the_pack(pack: analyzer_pb2_grpc.AnalyzerStub) -> None:
    @QUICK
    @given(st.sampled_from(sorted(KINDS)), st.data())
    def run(token: str, data: st.DataObject) -> None:
        properties = bent(good_resources().get(token, {}), data)
        asked = request(token, "fuzzed", **properties)
        asked.provider.properties.CopyFrom(bag(data.draw(st.fixed_dictionaries({}, optional={"defaultTags": VALUES}))))
        no_defect(pack.Analyze(asked))
        pack.Remediate(asked)

    for _ in until_told():
        run()


def test_no_resource_crashes_a_remedy() -> None:
    # Over gRPC a remedy that fails is one that does nothing: here it is seen to fail.
    remedies = [policy for policy in policies_by_name().values() if policy.remediation]

    @QUICK
    @given(st.sampled_from(sorted(KINDS)), st.data())
    def run(token: str, data: st.DataObject) -> None:
        judged = resource(token, "fuzzed", **bent(good_resources().get(token, {}), data))
        for policy in remedies:
            configuration = configure(policy, {})
            if policy.remediation and judge(policy, judged, configuration).is_violation:
                policy.remediation(judged, configuration.settings)

    for _ in until_told():
        run()


def test_no_stack_crashes_the_pack(pack: analyzer_pb2_grpc.AnalyzerStub) -> None:
    @QUICK
    @given(st.lists(st.sampled_from(sorted(KINDS)), max_size=12), st.data())
    def run(tokens: list[str], data: st.DataObject) -> None:
        urns = [urn_of(token, f"r{i}") for i, token in enumerate(tokens)]
        items = []
        for i, token in enumerate(tokens):
            properties = bent(good_resources().get(token, {}), data)
            edges = {key: data.draw(st.lists(st.sampled_from(urns), max_size=3)) for key in properties}
            items.append(stack_item(token, f"r{i}", properties, edges))
        no_defect(pack.AnalyzeStack(wire_types.AnalyzeStackRequest(resources=items)))

    for _ in until_told():
        run()
