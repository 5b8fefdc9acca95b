"""The tables of the Secrets Manager policies."""

from __future__ import annotations

from pulumi_guardrails.core.value import ABSENT, UNKNOWN
from tests.policypack.cases import COMPLIANT, UNDECIDED, VIOLATION, Case, Ref, good, resource, rows
from tests.policypack.policies.iam.grants import everyone, grant_rows

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
            ("every second month from the second", scheduled("cron(0 16 1 2/2 ? *)")),
            ("every other month by name", scheduled("cron(0 0 1 1,3,5,7,9,11 ? *)")),
            ("every month by a range", scheduled("cron(0 0 1 1-12 ? *)")),
            ("every month by a range of names", scheduled("cron(0 0 1 JAN-dec ? *)")),
            ("every second month of a range", scheduled("cron(0 0 1 1-12/2 ? *)")),
            ("every second month of all", scheduled("cron(0 0 1 */2 ? *)")),
            ("two ranges", scheduled("cron(0 0 1 1-5,7-12 ? *)")),
            ("the last day of each month", scheduled("cron(0 0 L * ? *)")),
            ("the thirty-first, at most 62 days apart", scheduled("cron(0 0 31 * ? *)")),
            ("the first Tuesday", scheduled("cron(0 0 ? * 3#1 *)")),
            ("one rate of a day", scheduled("rate(1 day)")),
        ],
        violation=[
            (
                "every 91 days",
                {"rotationRules": {"automaticallyAfterDays": 91.0}},
                "90 days or fewer",
                '"automatically_after_days": 30}.',
            ),
            ("days of a wrong type", {"rotationRules": {"automaticallyAfterDays": "often"}}),
            ("a rate of too many hours", scheduled("rate(2161 hours)")),
            ("never", {"rotationRules": {"automaticallyAfterDays": 0.0}}),
            ("no rules", {"rotationRules": ABSENT}),
            ("rules of a wrong type", {"rotationRules": "often"}),
            ("a rate of too many days", scheduled("rate(999 days)")),
            ("every third month, which may be 92 days", scheduled("cron(0 16 1 */3 ? *)")),
            ("once a year", scheduled("cron(0 16 1 6 ? *)")),
            ("a rate of no days", scheduled("rate(0 days)")),
            ("a rate of one day too many", scheduled("rate(91 days)")),
            ("October and December only", scheduled("cron(0 0 1 10/2 ? *)")),
            ("the first half of the year", scheduled("cron(0 0 1 1-6 ? *)")),
            ("months that pause over the new year", scheduled("cron(0 0 1 APR-SEP,OCT ? *)")),
            ("a day that April, June and others do not have", scheduled("cron(0 0 31 2,4,6,8,9,11 ? *)")),
            ("a day that no month named has", scheduled("cron(0 0 30 2 ? *)")),
            ("the thirtieth and the thirty-first of short months", scheduled("cron(0 0 30,31 2,5,8,11 ? *)")),
            ("a fifth Tuesday", scheduled("cron(0 0 ? * 3#5 *)")),
            ("one year only", scheduled("cron(0 0 1 * ? 2027)")),
            ("a month that is none", scheduled("cron(0 0 1 1-13 ? *)")),
            ("month zero", scheduled("cron(0 0 1 0/2 ? *)")),
            ("a step of zero", scheduled("cron(0 0 1 1/0 ? *)")),
            ("months that cannot be read", scheduled("cron(0 0 1 *,spring ? *)")),
            ("months of a wrong name", scheduled("cron(0 0 1 JAN-XXX ? *)")),
            ("a range that ends before it begins", scheduled("cron(0 0 1 12-1 ? *)")),
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
            ("once a year by name, where a year is enough", "cron(0 16 1 DEC ? *)", 372),
            ("in the last month and the first, where eleven are enough", "cron(0 0 1 1,12 ? *)", 341),
            ("on a thirty-first, where two long months are enough", "cron(0 0 31 * ? *)", 62),
            ("on the twenty-ninth, where two months are enough", "cron(0 0 29 * ? *)", 62),
            ("on the twenty-eighth, where a month is enough", "cron(0 0 28 * ? *)", 31),
            ("on the thirtieth or earlier, where a month is enough", "cron(0 0 30,1 * ? *)", 31),
        )
    ),
    *(
        Case("secret-rotation-interval", says, VIOLATION, scheduled(schedule), settings={"maximumDays": days})
        for says, schedule, days in (
            ("once a year, where less is asked", "cron(0 16 1 6 ? *)", 371),
            ("every month, where less is asked", "cron(0 16 1 * ? *)", 30),
            ("in the last month and the first, where ten months are asked", "cron(0 0 1 1,12 ? *)", 340),
            ("on the twenty-ninth, which February may not have", "cron(0 0 29 * ? *)", 61),
            ("on the thirty-first, which every second month has not", "cron(0 0 31 * ? *)", 61),
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
                "Set replicas[1].kms_key_id",
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
