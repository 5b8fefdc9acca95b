"""The pack at the gRPC boundary: what the engine asks, and what it is told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import grpc
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import analyzer_pb2 as wire_types
from pulumi.runtime.proto import analyzer_pb2_grpc

from pulumi_guardrails.core.policy import Policy, ResourcePolicy, Severity, StackPolicy
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.value import UNKNOWN, Secret
from pulumi_guardrails.core.verdict import COMPLIANT, Verdict, violation
from pulumi_guardrails.engine.analyzer import COMPLIANT_PREFIX, Analyzer
from pulumi_guardrails.engine.property_bags import read_properties
from tests.policypack.cases import policies_by_name, urn_of
from tests.policypack.served import LOG_GROUP, bag, request, served, stack_item

RETENTION = policies_by_name()["log-retention"]
KEY = "aws:kms/key:Key"


def made(name: str, check: Any, on_stack: bool = False) -> Policy:
    """A policy for these tests alone, which judges log groups."""
    return (StackPolicy if on_stack else ResourcePolicy)(
        name=name,
        title="Made for a test",
        why="It is.",
        severity=Severity.HIGH,
        danger=True,
        kinds=RETENTION.kinds,
        check=check,
        remediation_steps="Fix it.",
        example="",
        url="",
    )


def broken(*_: Any) -> Any:
    raise KeyError("hunter2")


def yields_nothing(_stack: Stack, _settings: Any) -> list[tuple[Resource, Verdict]]:
    return []


def fine_for_each(stack: Stack, _settings: Any) -> list[tuple[Resource, Verdict]]:
    return [(resource, COMPLIANT) for resource in stack.of(*RETENTION.kinds)]


@pytest.fixture
def pack() -> Iterator[analyzer_pb2_grpc.AnalyzerStub]:
    """A pack of one policy."""
    with served([RETENTION]) as client:
        yield client


def configure(client: analyzer_pb2_grpc.AnalyzerStub, level: int = wire_types.MANDATORY, **settings: Any) -> None:
    client.Configure(
        wire_types.ConfigureAnalyzerRequest(
            policyConfig={
                "log-retention": wire_types.PolicyConfig(enforcementLevel=level, properties=bag(settings))  # type: ignore[arg-type]
            }
        )
    )


def test_the_engine_learns_every_policy_with_its_metadata() -> None:
    everything = list(policies_by_name().values())
    with served(everything) as client:
        info = client.GetAnalyzerInfo(empty_pb2.Empty())
    assert [p.name for p in info.policies] == [p.name for p in everything]
    for told in info.policies:
        assert told.description
        assert told.displayName
        assert told.url
        assert told.remediation_steps
        assert told.tags
        assert "waivers" in told.configSchema.properties


def test_a_violation_names_resource_property_found_expected_and_fix(pack: analyzer_pb2_grpc.AnalyzerStub) -> None:
    answer = pack.Analyze(request(LOG_GROUP, "api", retentionInDays=7.0))
    (told,) = answer.diagnostics
    assert told.enforcementLevel == wire_types.MANDATORY
    for part in ("LogGroup 'api'", "retentionInDays", "7", "30 days", "retention_in_days=30"):
        assert part in told.message
    assert list(answer.not_applicable) == []


def test_a_compliant_resource_is_passed(pack: analyzer_pb2_grpc.AnalyzerStub) -> None:
    answer = pack.Analyze(request(LOG_GROUP, retentionInDays=30.0))
    assert list(answer.diagnostics) == []
    assert list(answer.not_applicable) == []


def test_what_a_policy_does_not_judge_is_not_applicable_and_never_a_pass(pack: analyzer_pb2_grpc.AnalyzerStub) -> None:
    answer = pack.Analyze(request(KEY, enableKeyRotation=False))
    assert [skipped.policy_name for skipped in answer.not_applicable] == ["log-retention"]


def test_an_undecided_verdict_is_reported_with_what_made_the_value_unknown(
    pack: analyzer_pb2_grpc.AnalyzerStub,
) -> None:
    pack.ConfigureStack(wire_types.AnalyzerStackConfigureRequest(dry_run=True))
    first = pack.Analyze(request(LOG_GROUP, "api", retentionInDays=UNKNOWN))
    assert [skipped.policy_name for skipped in first.not_applicable] == ["log-retention"]
    answer = pack.AnalyzeStack(
        wire_types.AnalyzeStackRequest(
            resources=[
                stack_item(KEY, "source", {}),
                stack_item(LOG_GROUP, "api", {}, {"retentionInDays": [urn_of(KEY, "source")]}),
            ]
        )
    )
    (told,) = answer.diagnostics
    assert told.enforcementLevel == wire_types.ADVISORY
    assert told.urn == urn_of(LOG_GROUP, "api")
    for part in ("Undecided: ", "retentionInDays", "Key 'source'"):
        assert part in told.message


def test_an_undecided_verdict_blocks_at_once_during_an_update_where_it_is_configured_to(
    pack: analyzer_pb2_grpc.AnalyzerStub,
) -> None:
    configure(pack, onUndecided="mandatory")
    pack.ConfigureStack(wire_types.AnalyzerStackConfigureRequest(dry_run=False))
    (told,) = pack.Analyze(request(LOG_GROUP, retentionInDays=UNKNOWN)).diagnostics
    assert told.enforcementLevel == wire_types.MANDATORY


def test_an_undecided_verdict_can_be_ignored(pack: analyzer_pb2_grpc.AnalyzerStub) -> None:
    configure(pack, onUndecided="ignore")
    pack.Analyze(request(LOG_GROUP, retentionInDays=UNKNOWN))
    answer = pack.AnalyzeStack(wire_types.AnalyzeStackRequest(resources=[stack_item(LOG_GROUP, "judged", {})]))
    assert list(answer.diagnostics) == []


def test_a_disabled_policy_says_nothing(pack: analyzer_pb2_grpc.AnalyzerStub) -> None:
    configure(pack, wire_types.DISABLED)
    answer = pack.Analyze(request(LOG_GROUP, retentionInDays=7.0))
    assert list(answer.diagnostics) == []


@pytest.mark.parametrize(
    ("expires", "level"), [("2030-06-15", wire_types.ADVISORY), ("2030-06-14", wire_types.MANDATORY)]
)
def test_a_waiver_lowers_the_level_until_it_expires(
    pack: analyzer_pb2_grpc.AnalyzerStub, expires: str, level: int
) -> None:
    entry = {"resource": "*::api", "reason": "moving on", "approvedBy": "the owner", "expires": expires}
    configure(pack, waivers=[entry])
    (told,) = pack.Analyze(request(LOG_GROUP, "api", retentionInDays=7.0)).diagnostics
    assert told.enforcementLevel == level
    assert "moving on" in told.message
    (other,) = pack.Analyze(request(LOG_GROUP, "other", retentionInDays=7.0)).diagnostics
    assert other.enforcementLevel == wire_types.MANDATORY


def test_a_waiver_that_matches_nothing_is_reported(pack: analyzer_pb2_grpc.AnalyzerStub) -> None:
    entry = {"resource": "*::gone", "reason": "moving on", "approvedBy": "the owner", "expires": "2031-01-01"}
    configure(pack, waivers=[entry])
    (told,) = pack.AnalyzeStack(
        wire_types.AnalyzeStackRequest(resources=[stack_item(LOG_GROUP, "api", {"retentionInDays": 30.0})])
    ).diagnostics
    assert told.enforcementLevel == wire_types.ADVISORY
    assert "*::gone" in told.message


def test_a_policy_that_does_not_exist_is_refused_by_name(pack: analyzer_pb2_grpc.AnalyzerStub) -> None:
    with pytest.raises(grpc.RpcError) as refused:
        pack.Configure(wire_types.ConfigureAnalyzerRequest(policyConfig={"no-such": wire_types.PolicyConfig()}))
    assert "no-such" in str(refused.value.details())


def test_a_wrong_configuration_is_refused(pack: analyzer_pb2_grpc.AnalyzerStub) -> None:
    with pytest.raises(grpc.RpcError) as refused:
        configure(pack, minimumDays="many")
    assert "minimumDays" in str(refused.value.details())


def test_a_remediation_mends_the_resource_and_leaves_the_rest_as_it_came(
    pack: analyzer_pb2_grpc.AnalyzerStub,
) -> None:
    configure(pack, wire_types.REMEDIATE)
    asked = request(LOG_GROUP, retentionInDays=7.0, kmsKeyId=UNKNOWN, tags={"Team": "platform"})
    (done,) = pack.Remediate(asked).remediations
    assert read_properties(done.properties) == {
        "retentionInDays": 30,
        "kmsKeyId": UNKNOWN,
        "tags": {"Team": "platform"},
    }


def test_nothing_is_mended_unless_the_level_says_so(pack: analyzer_pb2_grpc.AnalyzerStub) -> None:
    assert list(pack.Remediate(request(LOG_GROUP, retentionInDays=7.0)).remediations) == []


@pytest.mark.parametrize("on_stack", [False, True])
def test_a_defect_of_a_policy_is_undecided_and_neither_passes_nor_ends_the_run(on_stack: bool) -> None:
    with served([made("broken", broken, on_stack), RETENTION]) as client:
        client.Analyze(request(LOG_GROUP, retentionInDays=30.0))
        answer = client.AnalyzeStack(
            wire_types.AnalyzeStackRequest(resources=[stack_item(LOG_GROUP, "judged", {"retentionInDays": 30.0})])
        )
    (told,) = answer.diagnostics
    assert told.policyName == "broken"
    assert told.enforcementLevel == wire_types.ADVISORY
    assert "hunter2" not in told.message


def test_a_stack_policy_with_nothing_to_judge_is_not_applicable() -> None:
    with served([made("silent", yields_nothing, True), made("fine", fine_for_each, True)]) as client:
        answer = client.AnalyzeStack(
            wire_types.AnalyzeStackRequest(resources=[stack_item(LOG_GROUP, "judged", {"retentionInDays": 30.0})])
        )
    assert [skipped.policy_name for skipped in answer.not_applicable] == ["silent"]


def stack_of(*items: Any) -> wire_types.AnalyzeStackRequest:
    return wire_types.AnalyzeStackRequest(resources=items)


def wrong_for_each(stack: Stack, _settings: Any) -> list[tuple[Resource, Verdict]]:
    return [(resource, violation("it is wrong")) for resource in stack.of(*RETENTION.kinds)]


def test_a_resource_that_is_only_read_is_not_judged() -> None:
    with served([made("strict", wrong_for_each, True)]) as client:
        client.Analyze(request(LOG_GROUP, "own", retentionInDays=30.0))
        answer = client.AnalyzeStack(
            stack_of(
                stack_item(LOG_GROUP, "own", {"retentionInDays": 30.0}),
                stack_item(LOG_GROUP, "read", {"retentionInDays": 30.0}),
            )
        )
    assert [told.urn for told in answer.diagnostics] == [urn_of(LOG_GROUP, "own")]


def test_a_new_resource_outside_a_targeted_operation_is_undecided() -> None:
    with served([RETENTION, made("strict", wrong_for_each, True)]) as client:
        client.ConfigureStack(wire_types.AnalyzerStackConfigureRequest(dry_run=True))
        client.Analyze(request(LOG_GROUP, "left-out"))
        answer = client.AnalyzeStack(stack_of(stack_item(LOG_GROUP, "left-out", {})))
    assert {told.policyName for told in answer.diagnostics} == {"log-retention", "strict"}
    assert all("Undecided: " in told.message for told in answer.diagnostics)
    assert all(told.enforcementLevel == wire_types.ADVISORY for told in answer.diagnostics)


def test_a_resource_whose_program_sets_nothing_is_judged_as_any_other() -> None:
    with served([RETENTION, made("strict", wrong_for_each, True)]) as client:
        client.Remediate(request(LOG_GROUP, "bare", __defaults=[]))
        (told,) = client.Analyze(request(LOG_GROUP, "bare")).diagnostics
        answer = client.AnalyzeStack(stack_of(stack_item(LOG_GROUP, "bare", {})))
    assert [one.policyName for one in (told, *answer.diagnostics)] == ["log-retention", "strict"]
    assert all(one.enforcementLevel == wire_types.MANDATORY for one in (told, *answer.diagnostics))


def test_a_resource_whose_program_sets_nothing_is_remediated_unless_an_operation_leaves_it_out(
    pack: analyzer_pb2_grpc.AnalyzerStub,
) -> None:
    configure(pack, wire_types.REMEDIATE)
    assert list(pack.Remediate(request(LOG_GROUP, "left-out")).remediations) == []
    (done,) = pack.Remediate(request(LOG_GROUP, "bare", __defaults=[])).remediations
    assert read_properties(done.properties) == {"__defaults": [], "retentionInDays": 30}


def test_what_is_ignored_while_undecided_has_not_passed(pack: analyzer_pb2_grpc.AnalyzerStub) -> None:
    configure(pack, onUndecided="ignore")
    pack.ConfigureStack(wire_types.AnalyzerStackConfigureRequest(dry_run=False))
    answer = pack.Analyze(request(LOG_GROUP, retentionInDays=UNKNOWN))
    assert [skipped.policy_name for skipped in answer.not_applicable] == ["log-retention"]


WAIVER = {"resource": "*::api", "reason": "moving on", "approvedBy": "the owner", "expires": "2031-01-01"}


def test_a_waived_resource_is_not_remediated(pack: analyzer_pb2_grpc.AnalyzerStub) -> None:
    configure(pack, wire_types.REMEDIATE, waivers=[WAIVER])
    assert list(pack.Remediate(request(LOG_GROUP, "api", retentionInDays=7.0)).remediations) == []
    assert len(pack.Remediate(request(LOG_GROUP, "other", retentionInDays=7.0)).remediations) == 1


def test_a_waived_resource_does_not_block_while_it_is_undecided(pack: analyzer_pb2_grpc.AnalyzerStub) -> None:
    configure(pack, onUndecided="mandatory", waivers=[WAIVER])
    pack.ConfigureStack(wire_types.AnalyzerStackConfigureRequest(dry_run=False))
    (told,) = pack.Analyze(request(LOG_GROUP, "api", retentionInDays=UNKNOWN)).diagnostics
    assert told.enforcementLevel == wire_types.ADVISORY


def test_a_waiver_that_nothing_needs_any_more_is_reported(pack: analyzer_pb2_grpc.AnalyzerStub) -> None:
    configure(pack, waivers=[WAIVER])
    pack.Analyze(request(LOG_GROUP, "api", retentionInDays=30.0))
    (told,) = pack.AnalyzeStack(stack_of(stack_item(LOG_GROUP, "api", {"retentionInDays": 30.0}))).diagnostics
    assert "not needed any more" in told.message


def test_a_waiver_that_is_needed_is_not_reported_as_idle(pack: analyzer_pb2_grpc.AnalyzerStub) -> None:
    configure(pack, waivers=[WAIVER])
    pack.Analyze(request(LOG_GROUP, "api", retentionInDays=7.0))
    assert list(pack.AnalyzeStack(stack_of(stack_item(LOG_GROUP, "api", {"retentionInDays": 7.0}))).diagnostics) == []


def test_a_waiver_for_another_stack_is_not_reported_for_this_one(pack: analyzer_pb2_grpc.AnalyzerStub) -> None:
    configure(pack, waivers=[{**WAIVER, "resource": "urn:pulumi:prod::other::aws:any/any:Any::x"}])
    assert list(pack.AnalyzeStack(stack_of(stack_item(LOG_GROUP, "api", {"retentionInDays": 30.0}))).diagnostics) == []


def test_a_remediation_inside_a_secret_block_keeps_the_rest_and_the_secret() -> None:
    service = "aws:ecs/service:Service"
    policy = policies_by_name()["ecs-no-public-address"]
    with served([policy]) as client:
        client.Configure(
            wire_types.ConfigureAnalyzerRequest(
                policyConfig={policy.name: wire_types.PolicyConfig(enforcementLevel=wire_types.REMEDIATE)}
            )
        )
        block = Secret({"assignPublicIp": True, "subnets": ["subnet-1"]})
        (done,) = client.Remediate(request(service, networkConfiguration=block)).remediations
    assert read_properties(done.properties) == {
        "networkConfiguration": Secret({"assignPublicIp": False, "subnets": ["subnet-1"]})
    }


def test_a_block_that_is_not_known_is_not_overwritten() -> None:
    service = "aws:ecs/service:Service"
    policy = policies_by_name()["ecs-no-public-address"]
    with served([policy]) as client:
        client.Configure(
            wire_types.ConfigureAnalyzerRequest(
                policyConfig={policy.name: wire_types.PolicyConfig(enforcementLevel=wire_types.REMEDIATE)}
            )
        )
        assert list(client.Remediate(request(service, networkConfiguration=UNKNOWN)).remediations) == []


# --- what only the stack can tell

WIDE_GRANTS = policies_by_name()["iam-no-service-wide-actions"]
IAM_POLICY, IAM_ROLE = "aws:iam/policy:Policy", "aws:iam/role:Role"
ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
BOUNDS_ARN = "arn:aws:iam::123456789012:policy/bounds"
WIDE = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}'


@pytest.mark.parametrize("preview", [True, False])
def test_a_policy_that_is_only_a_boundary_is_not_judged_as_a_grant(preview: bool) -> None:
    with served([WIDE_GRANTS]) as client:
        client.ConfigureStack(wire_types.AnalyzerStackConfigureRequest(dry_run=preview))
        first = client.Analyze(request(IAM_POLICY, "bounds", name="bounds", policy=WIDE))
        client.Analyze(request(IAM_ROLE, "task", permissionsBoundary=BOUNDS_ARN))
        whole = client.AnalyzeStack(
            stack_of(
                stack_item(IAM_POLICY, "bounds", {"name": "bounds", "policy": WIDE}),
                stack_item(IAM_ROLE, "task", {"permissionsBoundary": BOUNDS_ARN}),
            )
        )
    assert [*first.diagnostics, *whole.diagnostics] == []
    assert [skipped.policy_name for skipped in first.not_applicable] == [WIDE_GRANTS.name]


@pytest.mark.parametrize("preview", [True, False])
def test_a_policy_that_is_no_boundary_blocks_with_the_stack(preview: bool) -> None:
    with served([WIDE_GRANTS]) as client:
        client.ConfigureStack(wire_types.AnalyzerStackConfigureRequest(dry_run=preview))
        client.Analyze(request(IAM_POLICY, "wide", name="wide", policy=WIDE))
        (told,) = client.AnalyzeStack(stack_of(stack_item(IAM_POLICY, "wide", {"policy": WIDE}))).diagnostics
    assert (told.urn, told.enforcementLevel) == (urn_of(IAM_POLICY, "wide"), wire_types.MANDATORY)
    assert "s3:*" in told.message


def test_during_an_update_an_attachment_is_stopped_before_it_grants_what_the_preview_did_not_see() -> None:
    with served([WIDE_GRANTS]) as client:
        client.ConfigureStack(wire_types.AnalyzerStackConfigureRequest(dry_run=False))
        client.Analyze(request(IAM_POLICY, "wide", name="bounds", policy=WIDE))
        other = client.Analyze(request(ATTACHMENT, "other", role="x", policyArn=f"{BOUNDS_ARN}-2"))
        answer = client.Analyze(request(ATTACHMENT, "grant", role="x", policyArn=BOUNDS_ARN))
        whole = client.AnalyzeStack(
            stack_of(
                stack_item(IAM_POLICY, "wide", {"name": "bounds", "policy": WIDE}),
                stack_item(ATTACHMENT, "grant", {"role": "x", "policyArn": BOUNDS_ARN}),
            )
        )
    assert [told.urn for told in answer.diagnostics] == [urn_of(IAM_POLICY, "wide")]
    assert answer.diagnostics[0].enforcementLevel == wire_types.MANDATORY
    assert [*other.diagnostics, *whole.diagnostics] == []


def test_what_is_not_known_of_a_policy_says_when_it_is_judged() -> None:
    with served([WIDE_GRANTS]) as client:
        client.ConfigureStack(wire_types.AnalyzerStackConfigureRequest(dry_run=True))
        client.Analyze(request(IAM_POLICY, "wide", name="wide", policy=UNKNOWN))
        (told,) = client.AnalyzeStack(stack_of(stack_item(IAM_POLICY, "wide", {}))).diagnostics
    assert told.enforcementLevel == wire_types.ADVISORY
    assert "Re-evaluated at the end of the update" in told.message


def test_a_defect_in_what_exempts_a_resource_is_undecided() -> None:
    assert WIDE_GRANTS.exemption is not None
    defect = replace(WIDE_GRANTS, exemption=replace(WIDE_GRANTS.exemption, holds=broken, ends=broken))
    with served([defect]) as client:
        client.ConfigureStack(wire_types.AnalyzerStackConfigureRequest(dry_run=False))
        client.Analyze(request(IAM_POLICY, "wide", name="wide", policy=WIDE))
        client.Analyze(request(ATTACHMENT, "grant", role="x", policyArn=BOUNDS_ARN))
        (told,) = client.AnalyzeStack(stack_of(stack_item(IAM_POLICY, "wide", {"policy": WIDE}))).diagnostics
    assert "defect of the policy pack" in told.message
    assert "hunter2" not in told.message


def test_what_passes_with_the_whole_stack_in_view_is_in_the_log_with_its_resources() -> None:
    """One line for all policies, and more only where there are very many resources."""
    told: list[str] = []
    policies = [made("fine", fine_for_each, on_stack=True), made("also-fine", fine_for_each, on_stack=True)]
    analyzer = Analyzer(policies, "pack", "1.0.0", log=told.append)
    groups = [stack_item(LOG_GROUP, f"g{number}", {"retentionInDays": 30}) for number in range(600)]
    no_context: Any = None
    analyzer.AnalyzeStack(wire_types.AnalyzeStackRequest(resources=groups[:1]), no_context)
    (line,) = told
    urn = groups[0].urn
    assert json.loads(line.removeprefix(COMPLIANT_PREFIX)) == {
        "pack": "pack",
        "resources": {"fine": [urn], "also-fine": [urn]},
    }
    told.clear()
    analyzer.AnalyzeStack(wire_types.AnalyzeStackRequest(resources=groups), no_context)
    lines = [json.loads(one.removeprefix(COMPLIANT_PREFIX))["resources"] for one in told]
    pairs = [(policy, urn) for resources in lines for policy, urns in resources.items() for urn in urns]
    assert len(told) == 2
    assert sorted(pairs) == sorted((policy, one.urn) for policy in ("fine", "also-fine") for one in groups)
