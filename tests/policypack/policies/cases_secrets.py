"""The tables of the Secrets Manager policies."""

from __future__ import annotations

from guardrails.view import ABSENT, UNKNOWN
from tests.policypack.cases import COMPLIANT, UNDECIDED, VIOLATION, Case, Ref, good, resource, rows
from tests.policypack.policies.grants import everyone, grant_rows

SECRET, ROTATION = "aws:secretsmanager/secret:Secret", "aws:secretsmanager/secretRotation:SecretRotation"
KEY = "aws:kms/key:Key"
OWN = "arn:aws:kms:us-west-2:123456789012:key/1"


def scheduled(expression: object) -> dict[str, object]:
    return {"rotationRules": {"scheduleExpression": expression}}


CASES = [
    Case(
        "secret-rotation",
        "a rotation of the secret by name",
        COMPLIANT,
        stack=[good(SECRET, "s"), good(ROTATION, "r")],
        at="s",
    ),
    Case(
        "secret-rotation",
        "a rotation of the secret by reference",
        COMPLIANT,
        stack=[good(SECRET, "s"), good(SECRET, "other"), good(ROTATION, "r", secretId=Ref(SECRET, "s"))],
        at="s",
    ),
    Case("secret-rotation", "no rotation", VIOLATION, stack=[good(SECRET, "s")], at="s", finds=["does not rotate"]),
    Case(
        "secret-rotation",
        "a rotation of another secret",
        VIOLATION,
        stack=[
            good(SECRET, "s"),
            good(SECRET, "other", name="other"),
            good(ROTATION, "r", secretId=Ref(SECRET, "other")),
        ],
        at="s",
    ),
    Case(
        "secret-rotation",
        "a rotation of nobody knows what",
        UNDECIDED,
        stack=[good(SECRET, "s"), good(ROTATION, "r", secretId=UNKNOWN)],
        at="s",
    ),
    *rows(
        "secret-rotation-interval",
        compliant=[
            ("every 30 days", {}),
            ("every 90 days", {"rotationRules": {"automaticallyAfterDays": 90.0}}),
            ("every day", {"rotationRules": {"automaticallyAfterDays": 1.0}}),
            ("a rate of days", scheduled("rate(90 days)")),
            ("a rate of many hours", scheduled("rate(2160 hours)")),
            ("a rate of hours", scheduled("rate(4 hours)")),
            ("every month", scheduled("cron(0 16 1 * ? *)")),
            ("every second month", scheduled("cron(0 16 1 1/2 ? *)")),
        ],
        violation=[
            (
                "every 91 days",
                {"rotationRules": {"automaticallyAfterDays": 91.0}},
                "90 days or fewer",
                "automatically_after_days=30.",
            ),
            ("days of a wrong type", {"rotationRules": {"automaticallyAfterDays": "often"}}),
            ("a rate of too many hours", scheduled("rate(2161 hours)")),
            ("never", {"rotationRules": {"automaticallyAfterDays": 0.0}}),
            ("no rules", {"rotationRules": ABSENT}),
            ("rules of a wrong type", {"rotationRules": "often"}),
            ("a rate of too many days", scheduled("rate(999 days)")),
            ("every third month, which may be 92 days", scheduled("cron(0 16 1 */3 ? *)")),
            ("once a year", scheduled("cron(0 16 1 6 ? *)")),
            ("no schedule", scheduled("sometimes")),
            ("a schedule of a wrong type", scheduled(7.0)),
            ("switched off", {"rotationEnabled": False}, "rotationEnabled"),
        ],
        undecided=[
            ("unknown rules", {"rotationRules": UNKNOWN}),
            ("an unknown switch", {"rotationEnabled": UNKNOWN}),
            ("an unknown schedule", scheduled(UNKNOWN)),
        ],
    ),
    Case(
        "secret-rotation-interval",
        "a configured interval",
        COMPLIANT,
        {"rotationRules": {"automaticallyAfterDays": 365.0}},
        settings={"maximumDays": 365},
    ),
    *(
        Case("secret-rotation-interval", says, COMPLIANT, scheduled(schedule), settings={"maximumDays": days})
        for says, schedule, days in (
            ("every month, where 31 days are enough", "cron(0 16 1 * ? *)", 31),
            ("once a year, where a year is enough", "cron(0 16 1 6 ? *)", 372),
        )
    ),
    *rows(
        "secret-description",
        compliant=[("described", {}), ("by another resource", {"description": UNKNOWN})],
        violation=[("absent", {"description": ABSENT}, "not set"), ("empty", {"description": ""})],
    ),
    Case(
        "secret-customer-key",
        "a key of this stack",
        COMPLIANT,
        stack=[good(KEY, "k"), good(SECRET, "s", kmsKeyId=Ref(KEY, "k"))],
        at="s",
    ),
    Case("secret-customer-key", "absent, which is AWS's", VIOLATION, stack=[good(SECRET, "s")], at="s"),
    Case(
        "secret-customer-key",
        "the key AWS manages",
        VIOLATION,
        stack=[good(SECRET, "s", kmsKeyId="alias/aws/secretsmanager")],
        at="s",
    ),
    *(
        Case(
            "secret-customer-key",
            says,
            outcome,
            stack=[good(KEY, "k"), good(SECRET, "s", kmsKeyId=Ref(KEY, "k"), replicas=replicas)],
            at="s",
            finds=finds,
        )
        for says, outcome, replicas, *finds in (
            ("replicas with keys", COMPLIANT, [{"region": "a", "kmsKeyId": OWN}, {"region": "b", "kmsKeyId": OWN}]),
            ("a replica with a key of the stack", COMPLIANT, [{"region": "a", "kmsKeyId": Ref(KEY, "k")}]),
            (
                "a replica without",
                VIOLATION,
                [{"kmsKeyId": OWN}, {"region": "b"}],
                "replicas[1].kmsKeyId",
                "every replica",
            ),
            ("a replica with AWS's key", VIOLATION, [{"kmsKeyId": "alias/aws/secretsmanager"}]),
            ("replicas of a wrong type", VIOLATION, "us-west-2"),
            ("unknown replicas", UNDECIDED, UNKNOWN),
            ("an unknown replica", UNDECIDED, [UNKNOWN]),
        )
    ),
    Case("secret-customer-key", "unknown", UNDECIDED, stack=[resource(SECRET, "s", kmsKeyId=UNKNOWN)], at="s"),
    *grant_rows("secret-policy"),
    *rows(
        "secret-policy",
        SECRET,
        violation=[("everyone, within the secret", everyone())],
        not_applicable=[("a secret without a policy", {}), ("a policy that is removed", {"policy": "{}"})],
    ),
]
