"""Advice works: followed to the letter on what violates a policy, it leaves nothing that the policy objects to."""

from __future__ import annotations

import re
from functools import cache

import pytest

from offline.aws import schema
from offline.aws.source import SourceError
from pulumi_guardrails.aws.iam.analysis.statements import narrowest_statements
from pulumi_guardrails.aws.iam.catalogue.service_authorization import can_be_limited, expand, fits, service_prefixes
from pulumi_guardrails.aws.resource_types import ECS_TASK_DEFINITION
from pulumi_guardrails.core.policy import Policy
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.verdict import Finding, Outcome
from tests.policypack.advice.by_hand import HANDS, VALUES
from tests.policypack.advice.documents import quoted_statements
from tests.policypack.advice.follow import follow_advice, is_covered, undecided_since
from tests.policypack.advice.grammar import all_names, instructions, words
from tests.policypack.advice.scene import Scene, advice_of
from tests.policypack.cases import Case, all_cases, policies_by_name
from tests.policypack.each_row import each_row

VIOLATING = [case for case in all_cases() if case.outcome is Outcome.VIOLATION]

ELSEWHERE = {
    "certificate-replaced-first": {"delete_before_replace"},
    "ecs-exec-audited": {"enable_execute_command"},
    "iam-execution-role-matches-task": {"container_definitions"},
    "rds-cluster-several-zones": {"availability_zone"},
    "resource-policy-stack-accounts": {"allowed_account_ids"},
}
"""By policy: words that advice gives to something else that it names: an option, a service, a task, an instance, the
provider."""

every_case = each_row(VIOLATING)
every_policy = pytest.mark.parametrize("policy", policies_by_name().values(), ids=lambda policy: policy.name)


@every_case
def test_followed_advice_ends_the_violation(case: Case) -> None:
    scene = follow_advice(case)
    assert [advice_of(scene.policy, finding) for _, finding in scene.violations()] == []
    assert undecided_since(scene) == []


@every_policy
def test_no_policy_has_advice_that_nobody_can_follow(policy: Policy) -> None:
    cases = [case for case in VIOLATING if case.policy == policy.name]
    assert cases
    assert [case.says for case in cases if not is_covered(case)] == []


@every_case
def test_advice_names_only_arguments_that_there_are(case: Case) -> None:
    scene = Scene(case)
    for judged, finding in scene.violations():
        advice = advice_of(scene.policy, finding)
        known = ELSEWHERE.get(case.policy, set()).union(*map(arguments, tokens_of(scene, judged, finding, advice)))
        assert words(advice) <= known, advice


@every_case
def test_advice_spells_arguments_as_python_does(case: Case) -> None:
    """Names on the wire stand in advice only for settings of the policy, and in a task definition, which is JSON."""
    scene = Scene(case)
    for judged, finding in scene.violations():
        owner = finding.owner or judged
        if owner is None or owner.kind is ECS_TASK_DEFINITION:
            continue
        advice = advice_of(scene.policy, finding)
        written = set(re.findall(r"(?<![\w:/.$\"{])[a-z]+[A-Z]\w+(?![\w:(.])", advice))
        assert written <= scene.policy.settings.keys(), advice


def tokens_of(scene: Scene, judged: Resource | None, finding: Finding, advice: str) -> set[str]:
    """The types that advice may speak of: those of the resources in its message, and the classes that it names."""
    named = {one.type for one in scene.resources if one.label in finding.sentence(judged)}
    classes = {
        f"aws:{module}/{name[0].lower()}{name[1:]}:{name}" for module, name in re.findall(r"aws\.(\w+)\.(\w+)", advice)
    }
    return {*named, *classes, *(one.type for one in (judged, finding.owner) if one is not None)}


@cache
def arguments(token: str) -> set[str]:
    """The Python arguments of a resource type, at any depth."""
    try:
        return all_names(schema.resource(token).inputs)
    except SourceError:  # a nested type, or one of another package
        return set()


def test_every_hand_and_every_value_is_used() -> None:
    given: dict[str, set[str]] = {}
    for case in VIOLATING:
        scene = Scene(case)
        advice = {advice_of(scene.policy, finding) for _, finding in scene.violations()}
        given.setdefault(case.policy, set()).update(advice)
    unused = [
        (policy, pattern)
        for policy, hands in HANDS.items()
        for pattern in hands
        if not any(re.search(pattern, advice) for advice in given[policy])
    ]
    assert unused == []
    described = {(policy, one.path) for policy, texts in given.items() for text in texts for one in instructions(text)}
    assert VALUES.keys() <= described


# --- what a message may say


@cache
def messages() -> list[tuple[str, str]]:
    """Every message of every policy."""
    return sorted({(case.policy, message) for case in all_cases() for message in case.messages()})


LONGEST_MESSAGE = 2_000
"""In characters: about twenty lines of a terminal, with what the engine writes around it."""

# What IAM takes, in characters that are no white space: https://docs.aws.amazon.com/IAM/latest/UserGuide/
# reference_iam-quotas.html. A managed policy is the smallest place that takes any statement of a role.
LONGEST_DOCUMENT = 6_144


def test_no_message_is_longer_than_a_person_reads() -> None:
    assert [(policy, len(text)) for policy, text in messages() if len(text) > LONGEST_MESSAGE] == []


def test_every_variable_in_a_message_is_explained() -> None:
    for policy, message in messages():
        explained = " ".join(re.findall(r"Write your own values in place of ([^.]*)\.", message))
        assert set(re.findall(r"\$\{\w+\}", message)) <= set(re.findall(r"\$\{\w+\}", explained)), (policy, message)


def test_advice_for_a_network_load_balancer_is_tls() -> None:
    texts = [
        message for policy, message in messages() if policy == "listener-encrypted" and 'protocol is "TCP"' in message
    ]
    assert texts
    for message in texts:
        assert 'Set protocol="TLS"' in message
        assert "HTTPS" not in message


@pytest.mark.parametrize("prefix", sorted(service_prefixes()))
def test_statements_in_advice_are_short_and_let_their_actions(prefix: str) -> None:
    """For all actions of a service at once, and for each alone: no ARN where the action works on none."""
    actions = expand(f"{prefix}:*")
    advice = narrowest_statements(actions)
    assert len("".join(advice.split())) <= min(LONGEST_DOCUMENT, 1_500)
    for action in actions:
        for statement in quoted_statements(narrowest_statements([action])):
            assert statement["Action"] == [str(action)]
            assert all(fits(action, arn) for arn in statement["Resource"])
            if not can_be_limited(action):
                assert "example" not in "".join(statement["Resource"])
