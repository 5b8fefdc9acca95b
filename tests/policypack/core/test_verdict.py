"""Combining verdicts is Kleene's logic."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_guardrails.core.value import UNKNOWN, Value
from pulumi_guardrails.core.verdict import (
    COMPLIANT,
    Cause,
    Outcome,
    Unknown,
    Verdict,
    all_in,
    all_of,
    any_of,
    not_applicable,
    undecided,
    violation,
    when,
)

WRONG = violation("a is b")
OPEN = undecided(Unknown("a"))
APART = not_applicable("other kind")
ALSO_APART = not_applicable("no such property")
VERDICTS = st.sampled_from([COMPLIANT, WRONG, OPEN, APART])
SETTLED = st.sampled_from([COMPLIANT, WRONG])


@given(st.lists(VERDICTS, min_size=1))
def test_a_conjunction_is_violated_by_any_part_and_else_open_for_any(parts: list[Verdict]) -> None:
    outcomes = [part.outcome for part in parts]
    expected = next(
        outcome
        for outcome in (Outcome.VIOLATION, Outcome.UNDECIDED, Outcome.COMPLIANT, Outcome.NOT_APPLICABLE)
        if outcome in outcomes
    )
    assert all_of(*parts).outcome is expected


@given(st.lists(SETTLED, min_size=1), st.data())
def test_knowing_less_of_a_part_never_turns_a_combination_round(parts: list[Verdict], data: st.DataObject) -> None:
    hidden = data.draw(st.integers(0, len(parts) - 1))
    less = [*parts[:hidden], OPEN, *parts[hidden + 1 :]]
    for combine in (all_of, any_of):
        assert combine(*less).outcome in (combine(*parts).outcome, Outcome.UNDECIDED)


def test_a_conjunction_keeps_every_finding() -> None:
    assert len(all_of(WRONG, COMPLIANT, violation("d is e")).findings) == 2


def test_a_disjunction_holds_by_one_part_and_keeps_every_finding_where_none_holds() -> None:
    assert any_of(WRONG, COMPLIANT).is_compliant
    assert len(any_of(WRONG, violation("d is e")).findings) == 2
    assert any_of(APART, WRONG).is_violation
    assert any_of(APART).outcome is Outcome.NOT_APPLICABLE


def test_where_no_part_applies_the_first_reason_is_given() -> None:
    assert all_of(APART, ALSO_APART) == APART
    assert any_of(APART, ALSO_APART) == APART


def test_a_verdict_is_a_value_that_nobody_can_change() -> None:
    for value, name in ((COMPLIANT, "outcome"), (WRONG.findings[0], "message")):
        with pytest.raises(FrozenInstanceError):
            setattr(value, name, "other")


def test_nothing_to_judge_is_what_the_caller_says() -> None:
    assert all_in([]).is_compliant
    assert all_in([], WRONG).is_violation


@pytest.mark.parametrize(
    ("condition", "expected"),
    [(True, Outcome.COMPLIANT), (False, Outcome.VIOLATION), (None, Outcome.UNDECIDED)],
)
def test_an_unknown_condition_leaves_two_different_branches_undecided(
    condition: bool | None, expected: Outcome
) -> None:
    assert when(condition, lambda: COMPLIANT, lambda: WRONG, Unknown("keyUsage")).outcome is expected


def test_an_unknown_condition_does_not_matter_where_the_branches_agree() -> None:
    assert when(None, lambda: WRONG, lambda: WRONG).is_violation
    assert when(None, lambda: COMPLIANT, lambda: OPEN).is_undecided


def test_an_unknown_condition_is_what_its_verdict_waits_for() -> None:
    verdict = when(None, lambda: WRONG, lambda: COMPLIANT, Unknown("keyUsage"))
    assert [one.path for finding in verdict.findings for one in finding.unknowns] == ["keyUsage"]


def test_an_undecided_verdict_without_anything_unknown_is_impossible() -> None:
    with pytest.raises(ValueError, match="not known"):
        undecided(whether="it is so")


@pytest.mark.parametrize(
    ("raw", "path", "cause"),
    [
        (UNKNOWN, "a", Cause.NOT_KNOWN_YET),
        ([{"b": "x"}, {"b": UNKNOWN}], "a[1].b", Cause.NOT_KNOWN_YET),
        (None, "a", Cause.CHOSEN_BY_AWS),
        ("sg-1", "a", Cause.OUTSIDE_STACK),
    ],
)
def test_a_value_says_which_part_of_it_is_not_at_hand_and_why(raw: Any, path: str, cause: Cause) -> None:
    ((unknown,),) = (finding.unknowns for finding in undecided(Value.of(raw, "a")).findings)
    assert (unknown.path, unknown.cause) == (path, cause)


def test_an_unknown_condition_between_compliant_and_not_applicable_is_nothing_to_report() -> None:
    assert when(None, lambda: COMPLIANT, lambda: APART).is_compliant
