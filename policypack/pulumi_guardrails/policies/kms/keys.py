"""KMS: keys rotate, stay usable, and are not open to public access."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pulumi_guardrails.aws.iam.analysis.public_access import each_grant, grants_to_named
from pulumi_guardrails.aws.resource_types import KMS_EXTERNAL_KEY, KMS_KEY, KMS_KEY_POLICY, KMS_REPLICA_KEY
from pulumi_guardrails.core.policy import ResourcePolicy, Settings, Severity, Topic, controls, number_setting, sets
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.three_valued import Answer, kleene_all
from pulumi_guardrails.core.verdict import Verdict, all_of, not_applicable, when

_ROTATES = "A key rotates"
_POLICY = "A key's policy has no `*` principal without a condition; the lock-out check is not bypassed"
_KEPT = "A key is enabled, described, with a deletion window of at least 7 days"

_KEYS = (KMS_KEY, KMS_EXTERNAL_KEY, KMS_REPLICA_KEY)

_SHORTEST_WINDOW, _LONGEST_WINDOW = 7, 30
"""Days; the shortest and the longest AWS waits before it deletes a key, of which the longest is the default (KMS API
reference, ScheduleKeyDeletion)."""

_EXAMPLE = """aws.kms.Key(
    "data",
    description="Orders and invoices",
    enable_key_rotation=True,
    deletion_window_in_days=30,
)"""


def _rotate(key: Resource, settings: Settings) -> Mapping[str, Any]:
    changes: dict[str, Any] = {"enableKeyRotation": True}
    if _comes_in_time(key, settings) is False:
        changes["rotationPeriodInDays"] = settings["maximumDays"]
    return changes


def _comes_in_time(key: Resource, settings: Settings) -> Answer:
    period = key["rotationPeriodInDays"]
    return period.holds(lambda _: (days := period.as_number()) is not None and days <= settings["maximumDays"])


@ResourcePolicy(
    title="A symmetric KMS key has automatic rotation enabled",
    why=(
        "Whoever gets hold of key material reads only what was encrypted in one period. AWS rotates only symmetric "
        "keys for encryption whose material it made itself; others are exempt."
    ),
    severity=Severity.MEDIUM,
    kinds=(KMS_KEY,),
    rows=(_ROTATES,),
    controls=controls(
        FSBP="KMS.4",
        CIS="3.6",
        PCI="3.7.4.5 3.7.5.2",
        SOC2="pi_1_5",
        HIPAA="164_312_a_2_iv",
        ISO27001="A.8.5 A.8.11 A.8.24",
        NIST="cm_6_a cm_9_b sa_9_6 sc_12 sc_12_2 sc_12_6",
    ),
    settings={
        "maximumDays": number_setting(365, "The most days between two rotations.", minimum=90, maximum=2560),
    },
    remediation_steps="Set enable_key_rotation=True.",
    example=_EXAMPLE,
    url="https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html",
    topics=(Topic.KEYS, Topic.ENCRYPTION),
    remediation=_rotate,
)
def kms_rotation(key: Resource, settings: Settings) -> Verdict:
    """On, with a period no longer than declared, wherever AWS can rotate the key."""
    longest = settings["maximumDays"]

    def judged() -> Verdict:
        return all_of(
            key["enableKeyRotation"].must_be(True),
            key["rotationPeriodInDays"].must(
                lambda _: _comes_in_time(key, settings) is True,
                f"{longest} days or fewer",
                f"Set rotation_period_in_days={longest}.",
                "maximumDays",
            ),
        )

    deciding = (key[name] for name in ("customerMasterKeySpec", "keyUsage") if key[name].is_unknown)
    return when(_can_rotate(key), judged, lambda: not_applicable("AWS does not rotate keys of this sort"), *deciding)


def _can_rotate(key: Resource) -> Answer:
    stores = (key["customKeyStoreId"], key["xksKeyId"])
    if any(not store.is_absent for store in stores):
        return False
    symmetric = key["customerMasterKeySpec"].holds(lambda spec: spec == "SYMMETRIC_DEFAULT")
    encrypts = key["keyUsage"].holds(lambda usage: usage == "ENCRYPT_DECRYPT")
    return kleene_all([symmetric, encrypts])


@ResourcePolicy(
    title="A KMS key policy does not allow public access",
    why=(
        "A key's policy is the one thing that decides who decrypts. A grant to everyone without a condition that pins "
        "who they are lets any AWS account in the world use the key."
    ),
    severity=Severity.CRITICAL,
    danger=True,
    kinds=(*_KEYS, KMS_KEY_POLICY),
    rows=(_POLICY,),
    controls=controls(FSBP="KMS.5", ISO27001="A.8.1"),
    remediation_steps=(
        "Name the account, its roles or services as principals, or pin the caller with kms:CallerAccount."
    ),
    example="""aws.kms.KeyPolicy(
    "data",
    key_id=key.key_id,
    policy=json.dumps({
        "Version": "2012-10-17",
        "Statement": [{
            "Sid": "AccountAdministersTheKey",
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
            "Action": "kms:*",
            "Resource": "*",
        }],
    }),
)""",
    url="https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html",
    topics=(Topic.KEYS, Topic.PUBLIC_ACCESS, Topic.LEAST_PRIVILEGE),
)
def kms_key_policy(resource: Resource, _settings: Settings) -> Verdict:
    """Each statement that allows: no everyone, no exceptions. Without a policy AWS lets the account in, and no more."""
    return each_grant(
        resource["policy"],
        grants_to_named,
    )


@ResourcePolicy(
    title="The lockout safety check of a KMS key policy is not bypassed",
    why=(
        "Without the check, a key policy can leave no principal that can change it: the key and its data "
        "become unmanageable."
    ),
    severity=Severity.HIGH,
    kinds=(*_KEYS, KMS_KEY_POLICY),
    rows=(_POLICY,),
    remediation_steps="Remove bypass_policy_lockout_safety_check, or set it to False.",
    example=_EXAMPLE,
    url="https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html",
    topics=(Topic.KEYS, Topic.RECOVERY),
    remediation=sets(bypassPolicyLockoutSafetyCheck=False),
)
def kms_lockout_check(resource: Resource, _settings: Settings) -> Verdict:
    """Not bypassed, which is AWS's default."""
    return resource["bypassPolicyLockoutSafetyCheck"].must_be(False)


def _keep(key: Resource, settings: Settings) -> Mapping[str, Any]:
    changes: dict[str, Any] = {}
    if key[_enabled_name(key)].is_true() is False and not _waits_for_material(key):
        changes[_enabled_name(key)] = True
    if _window(key, settings).is_violation:
        changes["deletionWindowInDays"] = _LONGEST_WINDOW
    return changes


def _waits_for_material(key: Resource) -> bool:
    """Whether a key of imported material is made without it: until it is imported AWS takes no other than disabled.

    Source: Pulumi AWS registry, aws.kms.ExternalKey and aws.kms.ReplicaExternalKey, enabled.
    """
    imported = key.kind is KMS_EXTERNAL_KEY or key.type.endswith(":ReplicaExternalKey")
    return imported and key["keyMaterialBase64"].is_absent


def _window(key: Resource, settings: Settings) -> Verdict:
    window = key["deletionWindowInDays"]
    return window.must_be_at_least(
        settings["minimumDays"],
        "days",
        f"Set deletion_window_in_days={_LONGEST_WINDOW}.",
        "minimumDays" if (window.as_number() or 0) >= _SHORTEST_WINDOW else "",
    )


def _enabled_name(key: Resource) -> str:
    return "isEnabled" if key.kind is KMS_KEY else "enabled"


@ResourcePolicy(
    title="A KMS key is enabled and has a deletion waiting period",
    why=(
        "What a disabled key encrypted cannot be read; what a deleted one encrypted never again. The deletion window "
        "is the time to notice."
    ),
    severity=Severity.CRITICAL,
    kinds=_KEYS,
    rows=(_KEPT,),
    controls=controls(
        FSBP="KMS.3",
        PCI="3.5.1.1.9 3.5.1.3.17 3.6.1.2.9 3.6.1.3.9 3.6.1.4.9 3.6.1.9 3.7.1.10 3.7.2.9",
        ISO27001="A.8.11 A.8.24",
    ),
    settings={
        "minimumDays": number_setting(
            _SHORTEST_WINDOW,
            "The fewest days between the deletion of a key and its end.",
            minimum=_SHORTEST_WINDOW,
            maximum=_LONGEST_WINDOW,
        ),
    },
    remediation_steps="Leave the key enabled, and set deletion_window_in_days=30.",
    example=_EXAMPLE,
    url="https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html",
    topics=(Topic.KEYS, Topic.RECOVERY),
    remediation=_keep,
)
def kms_key_kept(key: Resource, settings: Settings) -> Verdict:
    """Enabled, with a window no shorter than declared."""
    return all_of(key[_enabled_name(key)].must_be(True), _window(key, settings))


@ResourcePolicy(
    title="A KMS key has a description",
    why="A key outlives the code that created it. Without a description, its owner cannot tell what depends on it.",
    severity=Severity.LOW,
    kinds=_KEYS,
    rows=(_KEPT,),
    remediation_steps="Set description to what the key protects.",
    example=_EXAMPLE,
    url="https://docs.aws.amazon.com/kms/latest/developerguide/create-keys.html",
    topics=(Topic.KEYS, Topic.DOCUMENTATION),
)
def kms_description(key: Resource, _settings: Settings) -> Verdict:
    """Any text at all."""
    return key["description"].must_be_set("a text that says what the key protects")
