"""Secrets Manager: secrets are described, rotate where required, and are not open to public access."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from itertools import pairwise

from pulumi_guardrails.aws.iam.analysis.public_access import each_grant, grants_to_named
from pulumi_guardrails.aws.kms import customer_key, customer_keys
from pulumi_guardrails.aws.resource_types import SECRET, SECRET_POLICY, SECRET_ROTATION
from pulumi_guardrails.aws.subresources import declared
from pulumi_guardrails.core.policy import (
    ResourcePolicy,
    Settings,
    Severity,
    StackPolicy,
    Topic,
    controls,
    number_setting,
)
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.verdict import Verdict, all_of, violation

_ROTATES = "A secret rotates (where required, within 90 days)"
_KEYED = "A secret is encrypted with the customer's key (where required), and described"
_PRIVATE = "A secret's resource policy is not public"

_HOURS_A_DAY = 24
_LONGEST_MONTH = 31
_DECEMBER = 12
_NAMES = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_MONTHS = {name: number for number, name in enumerate(_NAMES, 1)}
_COMMON_YEAR = 2027
"""A 29th of February comes once in four years: no rotation may wait for it."""

_ROTATION_EXAMPLE = """aws.secretsmanager.SecretRotation(
    "database",
    secret_id=secret.id,
    rotation_lambda_arn=rotation.arn,
    rotation_rules={"automatically_after_days": 30},
)"""

_ROTATION_CONTROLS = controls(
    FSBP="SecretsManager.1",
    PCI="3.5.1.34 8.2.2.8 8.2.2.9 8.2.2.10 8.3.10.1.2 8.3.10.1.3 8.3.10.1.4 8.3.2.53",
    HIPAA="164_308_a_4_ii_c",
    NIST="ac_2_1 ac_3_3 ac_3_3_a ac_3_3_b_1 ac_3_3_b_2 ac_3_3_b_3 ac_3_3_b_4 ac_3_3_b_5",
)


@StackPolicy(
    title="A Secrets Manager secret has automatic rotation enabled",
    why=(
        "A password that never changes stays good for whoever copied it once. Rotation needs a function for each sort "
        "of secret, and a secret that holds no password needs none: the policy is off by default."
    ),
    severity=Severity.MEDIUM,
    off=True,
    kinds=(SECRET, SECRET_ROTATION),
    rows=(_ROTATES,),
    controls=_ROTATION_CONTROLS,
    remediation_steps="Add an aws.secretsmanager.SecretRotation for this secret.",
    example=_ROTATION_EXAMPLE,
    url="https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets.html",
    topics=(Topic.SECRETS, Topic.ROTATION),
)
def secret_rotation(stack: Stack, _settings: Settings) -> Iterable[tuple[Resource, Verdict]]:
    """A rotation for every secret."""
    missing = violation("The secret does not rotate")
    for secret in stack.of(SECRET):
        yield secret, declared(stack, secret, SECRET_ROTATION, missing)


@ResourcePolicy(
    title="A Secrets Manager secret rotates within the required number of days",
    why="A rotation that is disabled, or runs once in a few years, gives no protection against a copied password.",
    severity=Severity.MEDIUM,
    kinds=(SECRET_ROTATION,),
    rows=(_ROTATES,),
    controls=_ROTATION_CONTROLS,
    settings={
        "maximumDays": number_setting(90, "The most days between two rotations.", minimum=1, maximum=1000),
    },
    remediation_steps='Set rotation_rules={"automatically_after_days": 30}, or fewer days.',
    example=_ROTATION_EXAMPLE,
    url="https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html",
    topics=(Topic.SECRETS, Topic.ROTATION),
)
def secret_rotation_interval(rotation: Resource, settings: Settings) -> Verdict:
    """On, by days or by a schedule that comes no later than declared."""
    longest = settings["maximumDays"]
    rules = rotation["rotationRules"]
    days, schedule = rules["automaticallyAfterDays"], rules["scheduleExpression"]
    expected = f"{longest} days or fewer"
    advice = f'Set rotation_rules={{"automatically_after_days": {min(longest, 30)}}}.'
    return all_of(
        rotation["rotationEnabled"].with_default(True).must_be(True),
        days.must(
            lambda _: (number := days.as_number()) is not None and 0 < number <= longest,
            expected,
            advice,
            "maximumDays" if days.as_number() else "",
        )
        if schedule.is_absent
        else schedule.must(
            lambda text: (number := _days_between(text)) is not None and number <= longest,
            f"a rate or cron expression of {expected}",
            advice,
            setting="maximumDays" if _days_between(schedule.raw) is not None else "",
        ),
    )


def _days_between(schedule: object) -> float | None:
    """The most days between two runs of a schedule, at an upper bound; None for text that is no schedule.

    Source: AWS Secrets Manager User Guide, "Schedule expressions in Secrets Manager rotation".
    """
    text = schedule.strip() if isinstance(schedule, str) else ""
    if rate := re.fullmatch(r"rate\(\s*([1-9][0-9]{0,3}) (hour|day)s?\s*\)", text):
        return int(rate[1]) / _HOURS_A_DAY if rate[2] == "hour" else int(rate[1])
    if cron := re.fullmatch(r"cron\(\s*\S+ \S+ (\S+) (\S+) (\S+) \*\s*\)", text):
        day, month, weekday = cron.groups()
        # Not every month has a fifth Friday.
        return None if "#5" in weekday else _longest_pause(_months(month), _earliest(day))
    return None


def _longest_pause(months: Iterable[int], day: int) -> float | None:
    """The most days between two months that have that day, if there is one: every month is taken for a long one."""
    running = sorted(month for month in months if day <= monthrange(_COMMON_YEAR, month)[1])
    next_year = [month + _DECEMBER for month in running]
    pauses = [later - earlier for earlier, later in pairwise([*running, *next_year])]
    return max(pauses) * _LONGEST_MONTH if pauses else None


def _months(field: str) -> set[int]:
    """The months that a field of a cron expression names; none where a part of it cannot be read."""
    found: set[int] = set()
    for part in field.upper().split(","):
        read = re.fullmatch(r"(\*|[0-9A-Z]{1,3})(?:-([0-9A-Z]{1,3}))?(?:/([1-9][0-9]?))?", part)
        first, last, step = read.groups() if read else ("", None, None)
        start = 1 if first == "*" else _month(first)
        to_the_end = first == "*" or (step and not last)
        end = _DECEMBER if to_the_end else _month(last or first)
        if start is None or end is None:
            return set()
        found.update(range(start, end + 1, int(step or 1)))
    return found


def _month(text: str) -> int | None:
    """A month by its number or by the first three letters of its name."""
    number = int(text) if text.isdecimal() else _MONTHS.get(text)
    return number if number in _MONTHS.values() else None


def _earliest(day: str) -> int:
    """The first day of the month that a field of a cron expression names; what is no number every month has."""
    parts = [re.match(r"[0-9]{1,2}", part) for part in day.split(",")]
    return min(int(part[0]) if part else 1 for part in parts)


@ResourcePolicy(
    title="A Secrets Manager secret has a description",
    why="A secret outlives the code that created it. Without a description, its owner cannot tell what depends on it.",
    severity=Severity.LOW,
    kinds=(SECRET,),
    rows=(_KEYED,),
    remediation_steps="Set description to what the secret opens, without saying the secret.",
    example='aws.secretsmanager.Secret("database", description="Connection of the API to its database")',
    url="https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_update-secret.html",
    topics=(Topic.SECRETS, Topic.DOCUMENTATION),
)
def secret_description(secret: Resource, _settings: Settings) -> Verdict:
    """Any text at all."""
    return secret["description"].must_be_set("a text that says what the secret opens")


@StackPolicy(
    title="A Secrets Manager secret is encrypted with a customer managed key",
    why=(
        "With a key of one's own a reader needs a second permission, and the secret can be read from other accounts "
        "that the key lets in. A key costs a dollar a month: the policy is off by default."
    ),
    severity=Severity.MEDIUM,
    off=True,
    kinds=(SECRET,),
    rows=(_KEYED,),
    remediation_steps="Set kms_key_id to the ARN of your key, and on every replica to a key of its region.",
    example='aws.secretsmanager.Secret("database", kms_key_id=key.arn)',
    url="https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html",
    topics=(Topic.SECRETS, Topic.ENCRYPTION, Topic.KEYS),
)
def secret_customer_key(stack: Stack, _settings: Settings) -> Iterable[tuple[Resource, Verdict]]:
    """A key of this stack, or one that is not the one AWS manages; each replica has a key of its own region."""
    for secret in stack.of(SECRET):
        yield (
            secret,
            all_of(
                customer_key(stack, secret["kmsKeyId"]),
                customer_keys(stack, secret["replicas"], "kmsKeyId"),
            ),
        )


@ResourcePolicy(
    title="A Secrets Manager secret policy does not allow public access",
    why="A grant to everyone in a secret's policy hands the secret to every AWS account in the world.",
    severity=Severity.CRITICAL,
    danger=True,
    kinds=(SECRET_POLICY, SECRET),
    rows=(_PRIVATE,),
    remediation_steps="Name the roles that read the secret as principals, or pin the caller with aws:PrincipalOrgID.",
    example="""aws.secretsmanager.SecretPolicy(
    "database",
    secret_arn=secret.arn,
    policy=json.dumps({
        "Version": "2012-10-17",
        "Statement": [{
            "Sid": "OneRoleReads",
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::123456789012:role/reader"},
            "Action": "secretsmanager:GetSecretValue",
            "Resource": "*",
        }],
    }),
)""",
    url="https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_resource-policies.html",
    topics=(Topic.SECRETS, Topic.PUBLIC_ACCESS, Topic.LEAST_PRIVILEGE),
)
def secret_policy(resource: Resource, _settings: Settings) -> Verdict:
    """Each statement that allows: no everyone, no exceptions."""
    return each_grant(
        resource["policy"],
        grants_to_named,
    )
