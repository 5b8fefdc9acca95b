"""Every row of every policy's table."""

from __future__ import annotations

import pytest

from guardrails.evaluation import violation_message
from tests.policypack.cases import Case, all_cases


@pytest.mark.parametrize("case", all_cases(), ids=lambda case: case.id)
def test_a_policy_reaches_the_promised_verdict(case: Case) -> None:
    verdict = case.verdict()
    assert verdict.outcome is case.outcome, verdict
    text = " ".join(violation_message(case.declared, None, finding) for finding in verdict.findings)
    for part in case.finds:
        assert part in text
