"""A declaration is complete by the function that it decorates, and is registered by that."""

from __future__ import annotations

import pytest

from pulumi_guardrails.core.policy import REGISTRY, ResourcePolicy, Severity, StackPolicy, Topic, controls, sets
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.verdict import COMPLIANT, Verdict
from tests.policypack.cases import policies_by_name, resource

KINDS = policies_by_name()["log-retention"].kinds


def declaration(title: str = "It holds") -> ResourcePolicy:
    return ResourcePolicy(
        title=title,
        why="It does.",
        severity=Severity.LOW,
        kinds=KINDS,
        remediation_steps="Fix it.",
        example="",
        url="",
        topics=(Topic.LOGGING,),
    )


def test_a_check_gives_a_policy_its_name_and_module(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pulumi_guardrails.core.policy.REGISTRY", {})

    def group_is_good(_resource: Resource, _settings: object) -> Verdict:
        return COMPLIANT

    group_is_good.__module__ = "pulumi_guardrails.policies.cloudwatch.groups"
    policy = declaration()(group_is_good)
    assert (policy.name, policy.module, policy.service) == ("group-is-good", "cloudwatch.groups", "cloudwatch")
    assert policy.page == "policies/cloudwatch/#group-is-good"
    assert not policy.on_stack
    with pytest.raises(ValueError, match="Two policies are named group-is-good"):
        declaration()(group_is_good)


def test_a_declaration_without_a_check_judges_nothing() -> None:
    with pytest.raises(TypeError, match="no check yet"):
        declaration().check(resource("aws:any/any:Any"), {})


def test_a_stack_policy_has_no_remediation() -> None:
    fields = {name: getattr(declaration(), name) for name in ("title", "why", "severity", "kinds", "example", "url")}
    with pytest.raises(TypeError, match="neither a remediation nor an exemption"):
        StackPolicy(**fields, remediation_steps="Fix it.", remediation=sets(a=1))


def test_every_policy_is_registered_under_its_name() -> None:
    assert all(REGISTRY[name] is policy for name, policy in policies_by_name().items())


def test_controls_are_by_framework_and_a_remediation_sets_nested_properties() -> None:
    assert {framework.name: ids for framework, ids in controls(CIS="1.1 1.2").items()} == {"CIS": ("1.1", "1.2")}
    assert sets(a__b=1)(resource("aws:any/any:Any"), {}) == {"a.b": 1}
