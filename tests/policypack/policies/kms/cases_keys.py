"""The tables of the KMS policies."""

from __future__ import annotations

from pulumi_guardrails.core.value import ABSENT, UNKNOWN
from tests.policypack.cases import COMPLIANT, VIOLATION, Case, rows
from tests.policypack.policies.iam.grants import everyone, grant_rows

EXTERNAL, REPLICA = "aws:kms/externalKey:ExternalKey", "aws:kms/replicaKey:ReplicaKey"
REPLICA_EXTERNAL = "aws:kms/replicaExternalKey:ReplicaExternalKey"

CASES = [
    *rows(
        "kms-rotation",
        compliant=[("on", {}), ("on, twice a year", {"rotationPeriodInDays": 180.0})],
        violation=[
            ("off", {"enableKeyRotation": False}, "enable_key_rotation=True"),
            ("absent, which is off", {"enableKeyRotation": ABSENT}, "false"),
            ("a wrong type", {"enableKeyRotation": ["yes"]}),
            (
                "every seven years",
                {"rotationPeriodInDays": 2560.0},
                "365 days or fewer",
                "rotation_period_in_days=365.",
            ),
            ("a period of a wrong type", {"rotationPeriodInDays": {}}),
            ("off, and what the key encrypts is said", {"enableKeyRotation": False, "keyUsage": "ENCRYPT_DECRYPT"}),
        ],
        undecided=[
            ("unknown", {"enableKeyRotation": UNKNOWN}),
            ("an unknown period", {"rotationPeriodInDays": UNKNOWN}),
            ("off for an unknown sort of key", {"enableKeyRotation": False, "customerMasterKeySpec": UNKNOWN}),
        ],
        not_applicable=[
            ("a key pair", {"enableKeyRotation": ABSENT, "customerMasterKeySpec": "RSA_4096"}),
            ("a key for codes", {"enableKeyRotation": ABSENT, "keyUsage": "GENERATE_VERIFY_MAC"}),
            ("a key in a store of one's own", {"enableKeyRotation": ABSENT, "customKeyStoreId": "cks-1"}),
            ("a key outside of AWS", {"enableKeyRotation": ABSENT, "xksKeyId": "bb8562717f809024"}),
        ],
    ),
    Case(
        "kms-rotation",
        "a configured period",
        COMPLIANT,
        {"rotationPeriodInDays": 730.0},
        settings={"maximumDays": 730},
    ),
    Case("kms-rotation", "a shorter configured period", VIOLATION, settings={"maximumDays": 90}),
    *grant_rows("kms-key-policy"),
    *rows(
        "kms-key-policy",
        "aws:kms/keyPolicy:KeyPolicy",
        compliant=[("a policy of its own", {})],
        violation=[("a policy of its own for everyone", everyone())],
    ),
    *(
        case
        for token in (EXTERNAL, REPLICA, REPLICA_EXTERNAL)
        for case in rows(
            "kms-key-policy",
            token,
            compliant=[(f"named principals of {token}", {})],
            violation=[(f"everyone of {token}", everyone())],
        )
    ),
    *rows(
        "kms-lockout-check",
        compliant=[("absent, which is not bypassed", {}), ("not bypassed", {"bypassPolicyLockoutSafetyCheck": False})],
        violation=[
            ("bypassed", {"bypassPolicyLockoutSafetyCheck": True}),
            ("a wrong type", {"bypassPolicyLockoutSafetyCheck": "maybe"}),
        ],
        undecided=[("unknown", {"bypassPolicyLockoutSafetyCheck": UNKNOWN})],
    ),
    *(
        case
        for token in (EXTERNAL, REPLICA, REPLICA_EXTERNAL, "aws:kms/keyPolicy:KeyPolicy")
        for case in rows(
            "kms-lockout-check",
            token,
            compliant=[(f"not bypassed by {token}", {})],
            violation=[(f"bypassed by {token}", {"bypassPolicyLockoutSafetyCheck": True})],
        )
    ),
    *rows(
        "kms-key-kept",
        compliant=[
            ("enabled, with the longest window", {}),
            ("the shortest window", {"deletionWindowInDays": 7.0}),
            ("nothing said: enabled for AWS, and 30 days", {"deletionWindowInDays": ABSENT}),
        ],
        violation=[
            ("disabled", {"isEnabled": False}, "isEnabled"),
            ("a shorter window", {"deletionWindowInDays": 6.0}, "7 days or more", "deletion_window_in_days=30."),
            ("a window of a wrong type", {"deletionWindowInDays": "a week"}),
        ],
        undecided=[("unknown", {"isEnabled": UNKNOWN}), ("an unknown window", {"deletionWindowInDays": UNKNOWN})],
    ),
    *(
        case
        for token in (EXTERNAL, REPLICA, REPLICA_EXTERNAL)
        for case in rows(
            "kms-key-kept",
            token,
            compliant=[(f"kept as {token}", {})],
            violation=[(f"disabled as {token}", {"enabled": False}, "enabled")],
        )
    ),
    Case(
        "kms-key-kept",
        "a longer configured window",
        VIOLATION,
        {"deletionWindowInDays": 7.0},
        settings={"minimumDays": 14},
    ),
    *rows(
        "kms-description",
        compliant=[("described", {}), ("by another resource", {"description": UNKNOWN})],
        violation=[
            ("absent", {"description": ABSENT}, "not set"),
            ("empty", {"description": ""}),
            ("blank", {"description": " "}),
        ],
    ),
]
