"""The tables of the CloudWatch policies."""

from __future__ import annotations

from guardrails.view import ABSENT, UNKNOWN
from tests.policypack.cases import COMPLIANT, Case, rows

CASES = [
    *rows(
        "log-retention",
        compliant=[("exactly 30 days", {}), ("days as text, which the engine coerces", {"retentionInDays": "30"})],
        violation=[
            ("fewer days", {"retentionInDays": 7.0}, "7", "30 days", "retention_in_days=30"),
            ("more days", {"retentionInDays": 365.0}),
            ("zero days, which is for ever", {"retentionInDays": 0.0}),
            ("absent, which is for ever", {"retentionInDays": ABSENT}, "not set"),
            ("a wrong type", {"retentionInDays": {"days": 30}}),
        ],
        undecided=[("unknown days", {"retentionInDays": UNKNOWN})],
    ),
    Case(
        "log-retention",
        "a configured range",
        COMPLIANT,
        {"retentionInDays": 365.0},
        settings={"minimumDays": 30, "maximumDays": 400},
    ),
]
