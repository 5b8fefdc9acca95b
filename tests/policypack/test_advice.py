"""Advice works: followed to the letter on what violates a policy, it leaves nothing that the policy objects to."""

from __future__ import annotations

import pytest

from pulumi_guardrails.core.verdict import Outcome
from tests.policypack.advice.follow import follow_advice, is_covered
from tests.policypack.cases import Case, all_cases

VIOLATING = [case for case in all_cases() if case.outcome is Outcome.VIOLATION]
COVERED = [case for case in VIOLATING if is_covered(case)]


@pytest.mark.parametrize("case", COVERED, ids=lambda case: case.id)
def test_followed_advice_ends_the_violation(case: Case) -> None:
    scene = follow_advice(case)
    outcomes = {verdict.outcome for _, verdict in scene.verdicts()}
    assert not outcomes & {Outcome.VIOLATION, Outcome.UNDECIDED}
