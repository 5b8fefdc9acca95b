"""Every policy's example runs on the typed arguments of `pulumi_aws`, and the policy finds it compliant."""

from __future__ import annotations

import pytest

from pulumi_guardrails.core.policy import Policy
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.verdict import Outcome, Verdict
from pulumi_guardrails.engine.configuration import configure
from pulumi_guardrails.engine.evaluation import judge, judge_in_stack, judge_stack
from tests.policypack.advice.programs import run
from tests.policypack.cases import policies_by_name

NOTHING_LEFT = {"iam-policies-not-on-users", "s3-acl"}
"""Policies on resources that had better not be there: after their examples there is nothing left to judge."""


def judged(policy: Policy) -> list[tuple[str, Verdict]]:
    """What a policy says of its own example: of each resource, or of the stack that they are."""
    stack, configuration = Stack(run(policy.example)), configure(policy, {})
    if policy.on_stack:
        return [(one.label if one else "", verdict) for one, verdict in judge_stack(policy, stack, configuration)]
    return [
        (one.label, judge_in_stack(policy, stack, one, judge(policy, one, configuration), configuration))
        for one in stack.of(*policy.kinds)
    ]


@pytest.mark.parametrize("policy", policies_by_name().values(), ids=lambda policy: policy.name)
def test_an_example_runs_and_its_policy_finds_it_compliant(policy: Policy) -> None:
    verdicts = judged(policy)
    blamed = [(label, verdict) for label, verdict in verdicts if verdict.is_violation or verdict.is_undecided]
    assert blamed == []
    compliant = [label for label, verdict in verdicts if verdict.outcome is Outcome.COMPLIANT]
    assert bool(compliant) != (policy.name in NOTHING_LEFT)


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ('aws.ecr.Repository("api", scan=True)', TypeError),
        ('aws.ecr.Repository("api", image_scanning_configuration={"scan": True})', AssertionError),
        ('aws.lb.Listener("http", port=80)', TypeError),
    ],
)
def test_an_argument_that_does_not_exist_or_is_missing_fails(wrong: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        run(wrong)
