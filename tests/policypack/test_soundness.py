"""A verdict reached while some values are unknown is the same once they are known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.value import UNKNOWN
from pulumi_guardrails.core.verdict import Outcome, Verdict
from pulumi_guardrails.engine.configuration import configure
from pulumi_guardrails.engine.evaluation import judge
from tests.policypack.cases import Case, all_cases, resource

SETTLED = (Outcome.COMPLIANT, Outcome.VIOLATION)

# A value computed by another resource turns out to be something: where a policy only asks that there be a value, an
# unknown one will do. So what is hidden here is never an empty value, nor a blank text.
EMPTY: tuple[Any, ...] = ("", [], {}, None)


def hidden(value: Any) -> Iterator[Any]:
    """Every copy of a value with one part of it unknown."""
    if (value.strip() if isinstance(value, str) else value) not in EMPTY:
        yield UNKNOWN
    if isinstance(value, Mapping):
        for key, item in value.items():
            for less in hidden(item):
                yield {**value, key: less}
    elif isinstance(value, list):
        for i, item in enumerate(value):
            for less in hidden(item):
                yield [*value[:i], less, *value[i + 1 :]]


def with_less_known(judged: Resource) -> Iterator[tuple[str, Resource]]:
    for name, value in judged.properties.items():
        for less in hidden(value):
            bent = resource(judged.type, judged.name, **{**judged.properties, name: less})
            bent.dependencies = judged.dependencies
            bent.delete_before_replace = judged.delete_before_replace
            yield name, bent


def full_knowledge(case: Case) -> bool:
    return case.outcome in SETTLED


def in_a_stack(case: Case) -> bool:
    return case.declared.on_stack or bool(case.stack)


@pytest.mark.parametrize(
    "case", [c for c in all_cases() if full_knowledge(c) and not in_a_stack(c)], ids=lambda case: case.id
)
def test_knowing_less_never_turns_a_verdict_round(case: Case) -> None:
    configuration = configure(case.declared, case.settings)
    for name, bent in with_less_known(case.resource):
        verdict = judge(case.declared, bent, configuration)
        assert verdict.outcome in (case.outcome, Outcome.UNDECIDED, Outcome.NOT_APPLICABLE), (name, bent.properties)


@pytest.mark.parametrize(
    "case", [c for c in all_cases() if full_knowledge(c) and in_a_stack(c)], ids=lambda case: case.id
)
def test_knowing_less_never_turns_a_stacks_verdict_round(case: Case) -> None:
    wrong = {Outcome.COMPLIANT: Outcome.VIOLATION, Outcome.VIOLATION: Outcome.COMPLIANT}[case.outcome]
    for i, judged in enumerate(case.stack):
        for name, bent in with_less_known(judged):
            stack = Stack([*case.stack[:i], bent, *case.stack[i + 1 :]])
            reached = [v for r, v in case.verdicts_in(stack) if r is None or r.name == case.at]
            outcomes = {Verdict(v.outcome).outcome for v in reached}
            if case.outcome is Outcome.COMPLIANT:
                assert wrong not in outcomes, (judged.name, name, bent.properties)
            elif case.at:
                assert outcomes != {wrong}, (judged.name, name, bent.properties)
