"""Each policy as an object of the policy SDK: its metadata, and what it says in a stock pack of that SDK."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast

import pulumi_policy
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import analyzer_pb2 as wire_types
from pulumi.runtime.proto import analyzer_pb2_grpc
from pulumi_policy.policy import _PolicyAnalyzerServicer as SdkAnalyzer

import pulumi_guardrails
from pulumi_guardrails.core.policy import Policy, ResourcePolicy
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.value import UNKNOWN, Secret
from pulumi_guardrails.engine.evaluation import page_of
from pulumi_guardrails.engine.policy_objects import ResourceGuardrail, policy_object
from pulumi_guardrails.engine.policy_pack import PackAnalyzer, PackInfo
from tests.policypack.cases import Case, all_cases, policies_by_name, resource
from tests.policypack.each_row import each_row
from tests.policypack.served import LOG_GROUP, TODAY, bag, client_of, request, stack_item

RETENTION = policies_by_name()["log-retention"]
PASSWORD = policies_by_name()["rds-master-password-secret"]
INSTANCE = "aws:rds/instance:Instance"


@contextmanager
def stock(*policies: Policy) -> Iterator[analyzer_pb2_grpc.AnalyzerStub]:
    """A client of a stock pack: the SDK's own servicer over our objects, as `pulumi_policy.PolicyPack` serves it."""
    objects: list[pulumi_policy.Policy] = [policy_object(policy) for policy in policies]
    with client_of(SdkAnalyzer("stock", "0.0.1", objects, pulumi_policy.EnforcementLevel.ADVISORY)) as client:
        yield client


def levels(diagnostics: Sequence[wire_types.AnalyzeDiagnostic]) -> list[int]:
    return [told.enforcementLevel for told in diagnostics]


# --- the declaration


@pytest.mark.parametrize("policy", policies_by_name().values(), ids=lambda policy: policy.name)
def test_an_object_says_what_its_declaration_says(policy: Policy) -> None:
    made = policy_object(policy)
    assert made is policy_object(policy)
    expected = pulumi_policy.StackValidationPolicy if policy.on_stack else pulumi_policy.ResourceValidationPolicy
    assert isinstance(made, expected)
    assert (made.name, made.display_name, made.description) == (policy.name, policy.title, f"{policy.title}.")
    assert made.enforcement_level is pulumi_policy.EnforcementLevel(policy.level.value)
    assert made.severity is pulumi_policy.Severity(policy.severity.value)
    assert (made.remediation_steps, made.url) == (policy.remediation_steps, page_of(policy))
    assert made.config_schema is not None
    assert set(made.config_schema.properties) == {*policy.settings, "onUndecided", "waivers"}
    assert made.tags is not None
    for framework, controls in policy.controls.items():
        assert {f"{framework.name}:{control}" for control in controls} <= set(made.tags)
    if policy.controls:
        assert made.framework is not None
        assert made.framework.name == next(iter(policy.controls)).title
    else:
        assert made.framework is None


def test_a_policy_names_its_own_page_where_the_documentation_is_published(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ResourceGuardrail(cast(ResourcePolicy, RETENTION)).url == RETENTION.url
    monkeypatch.setattr(pulumi_guardrails, "DOCUMENTATION_URL", "https://docs.example.com/guardrails/")
    own_page = "https://docs.example.com/guardrails/policies/cloudwatch/#log-retention"
    assert ResourceGuardrail(cast(ResourcePolicy, RETENTION)).url == own_page


# --- in a stock pack


def test_a_stock_pack_reports_a_violation_at_the_declared_level() -> None:
    with stock(RETENTION) as pack:
        assert not pack.Analyze(request(LOG_GROUP, retentionInDays=30.0)).diagnostics
        (told,) = pack.Analyze(request(LOG_GROUP, "api", retentionInDays=7.0)).diagnostics
    assert told.enforcementLevel == wire_types.MANDATORY
    assert "LogGroup 'api': retentionInDays is 7; expected 30 days" in told.message


def test_a_stock_pack_is_undecided_about_an_unknown_value_and_does_not_block_for_it() -> None:
    with stock(RETENTION) as pack:
        (told,) = pack.Analyze(request(LOG_GROUP, "api", retentionInDays=UNKNOWN)).diagnostics
    assert told.enforcementLevel == wire_types.ADVISORY
    assert "Undecided: LogGroup 'api': retentionInDays is not known before the update" in told.message


def test_a_stock_pack_takes_settings_and_says_of_a_waived_violation_that_the_policy_does_not_apply() -> None:
    waiver = {"resource": "*::api", "reason": "migration", "approvedBy": "sec", "expires": "2999-01-01"}
    settings = bag({"minimumDays": 90.0, "maximumDays": 400.0, "onUndecided": "mandatory", "waivers": [waiver]})
    configured = wire_types.PolicyConfig(enforcementLevel=wire_types.MANDATORY, properties=settings)
    with stock(RETENTION) as pack:
        pack.Configure(wire_types.ConfigureAnalyzerRequest(policyConfig={"log-retention": configured}))
        (violated,) = pack.Analyze(request(LOG_GROUP, "other", retentionInDays=30.0)).diagnostics
        waived = pack.Analyze(request(LOG_GROUP, "api", retentionInDays=30.0))
        (undecided,) = pack.Analyze(request(LOG_GROUP, "other", retentionInDays=UNKNOWN)).diagnostics
    assert "90" in violated.message
    assert not waived.diagnostics
    assert "Waived: " in waived.not_applicable[0].reason
    assert undecided.enforcementLevel == wire_types.MANDATORY


def test_a_stock_pack_does_not_show_a_secret_nor_guess_what_is_one() -> None:
    """The SDK takes the marks of secrets away before it calls a policy."""
    for password in ("hunter2", Secret("hunter2")):
        with stock(PASSWORD) as pack:
            (told,) = pack.Analyze(request(INSTANCE, engine="postgres", password=password)).diagnostics
        assert told.enforcementLevel == wire_types.ADVISORY
        assert "which of its values are secret is not told by the policy SDK" in told.message
        assert "hunter2" not in told.message


def test_a_stock_pack_says_that_a_policy_has_nothing_to_judge() -> None:
    on_stack = policies_by_name()["network-chain"]
    with stock(RETENTION, on_stack) as pack:
        one = pack.Analyze(request("random:index/randomId:RandomId", byteLength=4.0))
        whole = pack.AnalyzeStack(wire_types.AnalyzeStackRequest(resources=[stack_item(LOG_GROUP, "api", {})]))
        info = pack.GetAnalyzerInfo(empty_pb2.Empty())
    assert [skipped.policy_name for skipped in one.not_applicable] == ["log-retention"]
    assert [skipped.policy_name for skipped in whole.not_applicable] == [on_stack.name]
    assert [policy.name for policy in info.policies] == ["log-retention", on_stack.name]


def asked(one: Resource) -> wire_types.AnalyzerResource:
    """A resource as the engine passes it on."""
    item = stack_item(one.type, one.name, one.properties, one.dependencies)
    item.options.deleteBeforeReplace = item.options.deleteBeforeReplaceDefined = one.delete_before_replace
    item.provider.properties.CopyFrom(bag(one.provider))
    item.parent = one.parent
    item.dependencies.extend(one.depends_on)
    return item


def whole(stack: Sequence[Resource]) -> list[Resource]:
    """A stack with every resource that one of it depends on: the SDK drops the edges to any other."""
    named = {one.urn for one in stack}
    missing = dict.fromkeys(urn for one in stack for urn in one.depends_on if urn not in named)
    return [*stack, *(resource(*urn.rsplit("::", 2)[1:]) for urn in missing)]


def told_of(case: Case, servicer: analyzer_pb2_grpc.AnalyzerServicer) -> wire_types.AnalyzeResponse:
    """What a servicer says of a row of a table."""
    policy: Policy = case.declared
    context: Any = None
    configured = wire_types.PolicyConfig(enforcementLevel=wire_types.MANDATORY, properties=bag(case.settings))
    servicer.Configure(wire_types.ConfigureAnalyzerRequest(policyConfig={policy.name: configured}), context)
    if policy.on_stack:
        items = [asked(one) for one in whole(case.stack)]
        stack = wire_types.AnalyzeStackRequest(resources=items)
        return cast(wire_types.AnalyzeResponse, servicer.AnalyzeStack(stack, context))
    item = asked(case.resource)
    shared = {name: getattr(item, name) for name in ("type", "name", "urn", "properties", "options", "provider")}
    return cast(wire_types.AnalyzeResponse, servicer.Analyze(wire_types.AnalyzeRequest(**shared), context))


@each_row(case for case in all_cases() if case.declared.on_stack or not case.stack)
def test_a_stock_pack_reaches_the_verdict_of_the_packs_own_engine_or_none(case: Case) -> None:
    """It is told less, and so may be undecided where the pack's own engine decides; never the other way round."""
    objects: list[pulumi_policy.Policy] = [policy_object(case.declared)]
    of_sdk = told_of(case, SdkAnalyzer("stock", "0.0.1", objects, pulumi_policy.EnforcementLevel.ADVISORY))
    own = told_of(case, PackAnalyzer(PackInfo("own"), objects, today=lambda: TODAY))
    undecided = [told.message for told in of_sdk.diagnostics if told.enforcementLevel == wire_types.ADVISORY]
    assert "defect of the policy pack" not in "".join(undecided)
    if not undecided:
        assert levels(of_sdk.diagnostics) == levels(own.diagnostics)
        assert bool(of_sdk.not_applicable) == bool(own.not_applicable)
