"""Every row of every policy's table."""

from __future__ import annotations

from tests.policypack.cases import Case, all_cases
from tests.policypack.each_row import each_row


@each_row(all_cases())
def test_a_policy_reaches_the_promised_verdict(case: Case) -> None:
    verdict = case.verdict()
    assert verdict.outcome is case.outcome, verdict
    text = " ".join(case.messages())
    # A check that breaks off is undecided too: no row that promises so may pass for that.
    assert "defect of the policy pack" not in text
    for part in case.finds:
        assert part in text
