"""What every message of the pack has, over all rows of all tables."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import pytest

from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.verdict import Cause, Outcome, Unknown, Verdict
from pulumi_guardrails.engine.evaluation import undecided_message
from pulumi_guardrails.engine.settling import settled
from tests.policypack.cases import Case, all_cases

UNDECIDED = [case for case in all_cases() if case.outcome is Outcome.UNDECIDED]
LATER = "Re-evaluated"
SHOWN = 3

of_undecided = pytest.mark.parametrize("case", UNDECIDED, ids=lambda case: case.id)


def undecided_of(case: Case) -> Iterator[tuple[Resource | None, Verdict, Stack | None]]:
    """The undecided verdicts of a row, each with the resource it is on and the stack."""
    stack = Stack(case.stack) if case.stack or case.declared.on_stack else None
    verdicts = [(case.resource, case.verdict())] if stack is None else case.verdicts_in(stack)
    yield from ((resource, verdict, stack) for resource, verdict in verdicts if verdict.is_undecided)


def unknowns_of(case: Case) -> list[Unknown]:
    return [one for _, verdict, _ in undecided_of(case) for finding in verdict.findings for one in finding.unknowns]


@of_undecided
def test_an_undecided_message_says_what_settles_it(case: Case) -> None:
    for preview in (True, False):
        for resource, verdict, stack in undecided_of(case):
            sentences = settled(verdict.findings[:5], resource, stack, preview, SHOWN)
            message = undecided_message(case.declared, resource, verdict.findings, stack, preview)
            assert sentences
            assert message.endswith(" ".join(sentences))
            assert "{" not in "".join(sentences)


@of_undecided
def test_what_is_settled_by_no_update_is_not_said_to_be_evaluated_again(case: Case) -> None:
    for resource, verdict, stack in undecided_of(case):
        waits = any(
            one.cause is Cause.NOT_KNOWN_YET and not one.settle
            for finding in verdict.findings[:5]
            for one in finding.unknowns
        )
        assert (LATER in undecided_message(case.declared, resource, verdict.findings, stack, True)) is waits
        assert LATER not in undecided_message(case.declared, resource, verdict.findings, stack, False)


@of_undecided
def test_what_is_no_property_has_a_sentence_of_its_own(case: Case) -> None:
    """By its cause, the message would say to set something that no program can set."""
    for one in unknowns_of(case):
        is_resource = re.search(r" (sg|subnet|vpc)-\w+$", one.path)
        assert one.owner is not None or one.settle or one.cause is Cause.NOT_TARGETED or is_resource, one


def sentences_of(message: str) -> list[str]:
    """The sentences of a message; what a quoted text has of full stops does not end one."""
    return re.split(r"(?<=[^.]\.) (?=[A-Z]|[a-z]\w*[.\[ ])", message)


@pytest.mark.parametrize("case", all_cases(), ids=lambda case: case.id)
def test_no_message_says_a_sentence_twice(case: Case) -> None:
    for message in case.messages():
        assert [sentence for sentence, times in Counter(sentences_of(message)).items() if times > 1] == []


@pytest.mark.parametrize("case", [case for case in all_cases() if case.stack], ids=lambda case: case.id)
def test_no_policy_speaks_twice_of_a_resource(case: Case) -> None:
    said = Counter(
        (resource.urn, verdict.outcome)
        for resource, verdict in case.verdicts_in(Stack(case.stack))
        if resource is not None and verdict.findings
    )
    assert [what for what, times in said.items() if times > 1] == []
