"""The tables of the CloudWatch policies."""

from __future__ import annotations

from pulumi_guardrails.core.value import ABSENT, UNKNOWN
from tests.policypack.cases import COMPLIANT, NOT_APPLICABLE, UNDECIDED, VIOLATION, Case, Ref, good, rows

METRIC = "aws:cloudwatch/metricAlarm:MetricAlarm"
COMPOSITE = "aws:cloudwatch/compositeAlarm:CompositeAlarm"

CASES = [
    *rows(
        "log-retention",
        compliant=[("exactly 30 days", {}), ("days as text, which the engine coerces", {"retentionInDays": "30"})],
        violation=[
            ("fewer days", {"retentionInDays": 7.0}, "is 7; expected 30 days. Set retention_in_days=30."),
            ("more days", {"retentionInDays": 365.0}),
            ("zero days, which is for ever", {"retentionInDays": 0.0}),
            ("absent, which is for ever", {"retentionInDays": ABSENT}, "not set"),
            ("a wrong type", {"retentionInDays": {"days": 30}}),
            (
                "a class that keeps two days whatever is said",
                {"logGroupClass": "DELIVERY"},
                "the class DELIVERY keeps its events for 2 days; expected 30 days",
            ),
        ],
        undecided=[
            ("unknown days", {"retentionInDays": UNKNOWN}),
            ("an unknown class", {"logGroupClass": UNKNOWN}, "logGroupClass is not known"),
        ],
    ),
    Case(
        "log-retention",
        "a configured range",
        COMPLIANT,
        {"retentionInDays": 365.0},
        settings={"minimumDays": 30, "maximumDays": 400},
    ),
    *(
        Case(
            "log-retention",
            f"{days:g} days of 30 to 400",
            outcome,
            {"retentionInDays": days},
            settings={"minimumDays": 30, "maximumDays": 400},
            finds=finds,
        )
        for days, outcome, finds in (
            (30.0, COMPLIANT, ()),
            (400.0, COMPLIANT, ()),
            (14.0, VIOLATION, ("retentionInDays is 14; expected 30 to 400 days. Set retention_in_days=30.",)),
            (545.0, VIOLATION, ()),
        )
    ),
    Case(
        "log-retention",
        "a range that is upside down",
        VIOLATION,
        settings={"minimumDays": 60, "maximumDays": 30},
        finds=("the policy's setting minimumDays is 60, above maximumDays, 30",),
    ),
    Case(
        "log-retention",
        "a class that keeps two days, where two are enough",
        COMPLIANT,
        {"logGroupClass": "DELIVERY", "retentionInDays": ABSENT},
        settings={"minimumDays": 1, "maximumDays": 30},
    ),
    *(
        Case(
            "log-retention",
            f"a class that keeps two days, with {least} to {most} configured",
            COMPLIANT,
            {"logGroupClass": "DELIVERY"},
            settings={"minimumDays": least, "maximumDays": most},
        )
        for least, most in ((1, 2), (2, 5))
    ),
    Case(
        "log-retention",
        "too many days, unless the class makes them two",
        UNDECIDED,
        {"logGroupClass": UNKNOWN, "retentionInDays": 365.0},
        settings={"minimumDays": 1, "maximumDays": 30},
    ),
    *rows(
        "log-group-customer-key",
        compliant=[("a key", {}), ("a key that is made", {"kmsKeyId": UNKNOWN})],
        violation=[("no key", {"kmsKeyId": ABSENT}, "not set", "kms_key_id"), ("an empty name", {"kmsKeyId": ""})],
    ),
    *rows(
        "alarm-actions",
        compliant=[
            ("an action", {}),
            ("an action that is made", {"alarmActions": [UNKNOWN]}),
            ("enabled in so many words", {"actionsEnabled": True}),
        ],
        violation=[
            ("no actions", {"alarmActions": ABSENT}, "alarmActions", "at least one action"),
            ("an empty list", {"alarmActions": []}),
            ("only an action for when all is well again", {"alarmActions": ABSENT, "okActions": ["arn:aws:sns:x"]}),
            ("switched off", {"actionsEnabled": False}, "actionsEnabled", "false"),
            ("a wrong type", {"actionsEnabled": {"a": 1}}),
        ],
        undecided=[
            ("unknown actions", {"alarmActions": UNKNOWN}),
            ("unknown whether enabled", {"actionsEnabled": UNKNOWN}),
        ],
    ),
    *(
        Case(
            "alarm-actions",
            f"without actions, {says}",
            outcome,
            stack=[good(METRIC, "child", name=name, alarmActions=ABSENT), good(COMPOSITE, "both", **of_composite)],
            at="child",
        )
        for says, outcome, name, of_composite in (
            ("watched by name", NOT_APPLICABLE, "errors", {"alarmRule": 'ALARM("errors") OR ALARM("slow")'}),
            ("watched by name without quotes", NOT_APPLICABLE, "errors", {"alarmRule": "ALARM( errors )"}),
            ("watched by reference", NOT_APPLICABLE, "errors", {"alarmRule": Ref(METRIC, "child")}),
            ("watched by what does not act", VIOLATION, "errors", {"alarmRule": "ALARM(errors)", "alarmActions": []}),
            ("watched by what is off", VIOLATION, "errors", {"alarmRule": "ALARM(errors)", "actionsEnabled": False}),
            ("another is watched", VIOLATION, "errors", {"alarmRule": "ALARM(errors-2)"}),
            ("a rule not known yet", UNDECIDED, "errors", {"alarmRule": UNKNOWN}),
            ("actions not known yet", UNDECIDED, "errors", {"alarmRule": "ALARM(errors)", "alarmActions": UNKNOWN}),
        )
    ),
    *rows("alarm-actions", COMPOSITE, violation=[("a composite alarm without", {"alarmActions": ABSENT})]),
]
