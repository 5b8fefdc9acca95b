"""A pack of our policies and of an organisation's own: each is evaluated as it would be alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import grpc
import pulumi_policy
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import analyzer_pb2 as wire_types
from pulumi.runtime.proto import analyzer_pb2_grpc
from pulumi_policy.policy import _PolicyAnalyzerServicer as SdkAnalyzer

from pulumi_guardrails.engine.policy_pack import PackAnalyzer, PackInfo
from pulumi_guardrails.pack import select
from tests.policypack.served import LOG_GROUP, TODAY, bag, client_of, request, stack_item

RETENTION = select("log-retention")


def has_owner(args: pulumi_policy.ResourceValidationArgs, report: pulumi_policy.ReportViolation) -> None:
    if args.resource_type == LOG_GROUP and "owner" not in (args.props.get("tags") or {}):
        report(f"{args.name} has no owner; expected {args.get_config().get('example', 'one')}.", None)


def add_owner(args: pulumi_policy.ResourceValidationArgs) -> Any:
    return {**args.props, "tags": {"owner": "acme"}}


def few_groups(args: pulumi_policy.StackValidationArgs, report: pulumi_policy.ReportViolation) -> None:
    if len(args.resources) > 1:
        report("Too many resources.", args.resources[0].urn)


OWNER = pulumi_policy.ResourceValidationPolicy(
    "acme-owner",
    "Has an owner.",
    validate=has_owner,
    remediate=add_owner,
    enforcement_level=pulumi_policy.EnforcementLevel.MANDATORY,
    config_schema=pulumi_policy.PolicyConfigSchema({"example": {"type": "string"}}),
)
FEW = pulumi_policy.StackValidationPolicy("acme-few", "Has few resources.", validate=few_groups)


@contextmanager
def pack_of(*policies: pulumi_policy.Policy, **options: Any) -> Iterator[analyzer_pb2_grpc.AnalyzerStub]:
    info = PackInfo("acme", "1.2.3")
    with client_of(PackAnalyzer(info, policies, today=lambda: TODAY, **options)) as client:
        yield client


def everything(client: analyzer_pb2_grpc.AnalyzerStub, level: int = wire_types.MANDATORY) -> list[Any]:
    """What a pack answers to every request of a small stack that violates each of the policies."""
    names = [policy.name for policy in client.GetAnalyzerInfo(empty_pb2.Empty()).policies]
    examples = {"acme-owner": {"example": "a team"}}
    client.Configure(
        wire_types.ConfigureAnalyzerRequest(
            policyConfig={
                name: wire_types.PolicyConfig(enforcementLevel=level, properties=bag(examples.get(name, {})))  # type: ignore[arg-type]
                for name in names
            }
        )
    )
    client.ConfigureStack(wire_types.AnalyzerStackConfigureRequest(dry_run=True, tags={"team": "x"}))
    asked = request(LOG_GROUP, "api", retentionInDays=7.0)
    items = [stack_item(LOG_GROUP, "api", {"retentionInDays": 7.0}), stack_item(LOG_GROUP, "b", {})]
    return [
        client.Remediate(asked),
        client.Analyze(asked),
        client.AnalyzeStack(wire_types.AnalyzeStackRequest(resources=items)),
    ]


def test_each_policy_of_a_mixed_pack_says_what_it_says_alone() -> None:
    with pack_of(*RETENTION, OWNER, FEW) as mixed:
        together = everything(mixed)
    with pack_of(*RETENTION) as alone:
        ours = everything(alone)
    stock = SdkAnalyzer("acme", "1.2.3", [OWNER, FEW], pulumi_policy.EnforcementLevel.ADVISORY)
    with client_of(stock) as alone:
        theirs = everything(alone)
    for whole, own, other in zip(together, ours, theirs, strict=True):
        own.MergeFrom(other)
        assert whole == own
    assert len(together[1].diagnostics) == 2
    assert len(together[2].diagnostics) == 1


def test_a_mixed_pack_remediates_ours_first_and_theirs_on_top() -> None:
    with pack_of(*RETENTION, OWNER) as pack:
        remediated, *_ = everything(pack, wire_types.REMEDIATE)
    first, second = remediated.remediations
    assert (first.policyName, second.policyName) == ("log-retention", "acme-owner")
    assert dict(second.properties)["retentionInDays"] == 30.0
    assert dict(second.properties)["tags"] == {"owner": "acme"}


def test_a_pack_tells_the_engine_what_it_is() -> None:
    info = PackInfo(
        "acme", "1.2.3", "Rules of Acme.", "Acme", "# Acme", "aws", ["iam"], "https://git.example.com/acme/policies"
    )
    levels: dict[str, Any] = {
        "log-retention": pulumi_policy.EnforcementLevel.ADVISORY,
        "acme-owner": {"example": "a team"},
    }
    with client_of(PackAnalyzer(info, [OWNER, *RETENTION, FEW], initial_config=levels)) as client:
        told = client.GetAnalyzerInfo(empty_pb2.Empty())
        version = client.GetPluginInfo(empty_pb2.Empty()).version
    assert [policy.name for policy in told.policies] == ["acme-owner", "log-retention", "acme-few"]
    assert (told.name, told.version, version, told.displayName) == ("acme", "1.2.3", "1.2.3", "Acme")
    assert (told.description, told.readme, told.provider, list(told.tags)) == (
        "Rules of Acme.",
        "# Acme",
        "aws",
        ["iam"],
    )
    assert told.repository == "https://git.example.com/acme/policies"
    assert told.supportsConfig
    assert told.initialConfig["log-retention"].enforcementLevel == wire_types.ADVISORY
    assert dict(told.initialConfig["acme-owner"].properties) == {"example": "a team"}
    assert all(policy.message for policy in told.policies)


def test_a_policy_that_is_selected_twice_counts_once() -> None:
    with pack_of(*RETENTION, *select(framework="CIS"), *RETENTION) as pack:
        told = [policy.name for policy in pack.GetAnalyzerInfo(empty_pb2.Empty()).policies]
    assert len(told) == len(set(told))
    assert told[0] == "log-retention"


def test_a_misspelt_name_is_answered_with_the_nearest_of_the_whole_pack() -> None:
    with pack_of(*RETENTION, OWNER) as pack, pytest.raises(grpc.RpcError) as refused:
        pack.Configure(wire_types.ConfigureAnalyzerRequest(policyConfig={"acme-ovner": wire_types.PolicyConfig()}))
    assert "no policy 'acme-ovner'; did you mean acme-owner?" in str(refused.value)


@pytest.mark.parametrize("policies", [[], ["log-retention"]], ids=["none", "a name"])
def test_a_pack_without_policies_cannot_be(policies: Sequence[Any]) -> None:
    with pytest.raises(TypeError):
        PackAnalyzer(PackInfo("acme"), policies)
