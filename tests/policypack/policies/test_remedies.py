"""What a remediation changes, to the last property: nothing that is already right."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_guardrails.core.value import UNKNOWN, Secret
from pulumi_guardrails.engine.configuration import configure
from pulumi_guardrails.engine.evaluation import remedied
from tests.policypack.cases import good, policies_by_name

REPLICA_KEY, EXTERNAL_REPLICA = "aws:kms/replicaKey:ReplicaKey", "aws:kms/replicaExternalKey:ReplicaExternalKey"
MATERIAL = Secret("c2VjcmV0IG1hdGVyaWFs")
KEY, EXTERNAL_KEY = "aws:kms/key:Key", "aws:kms/externalKey:ExternalKey"
ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
DEFAULT, S3, KMS = "applyServerSideEncryptionByDefault", {"sseAlgorithm": "AES256"}, {"sseAlgorithm": "aws:kms"}
BUCKET, BUCKET_V2 = "aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"
REPOSITORY = "aws:ecr/repository:Repository"


def remediated(policy: str, token: str, **changes: Any) -> dict[str, Any]:
    """The properties that the remediation of a policy changes in the good resource of a type, with some changes."""
    declared = policies_by_name()[policy]
    broken = good(token, "r", **changes)
    after = remedied(declared, broken, configure(declared, {}))
    assert after is not None
    return {name: value for name, value in after.items() if broken.properties.get(name) != value}


@pytest.mark.parametrize(
    ("policy", "token", "changes", "expected"),
    [
        ("kms-rotation", KEY, {"enableKeyRotation": False}, {"enableKeyRotation": True}),
        ("kms-rotation", KEY, {"rotationPeriodInDays": 2560.0}, {"rotationPeriodInDays": 365}),
        ("kms-key-kept", KEY, {"isEnabled": False, "deletionWindowInDays": 7.0}, {"isEnabled": True}),
        ("kms-key-kept", KEY, {"deletionWindowInDays": 6.0}, {"deletionWindowInDays": 30}),
        ("kms-key-kept", EXTERNAL_KEY, {"enabled": False, "keyMaterialBase64": MATERIAL}, {"enabled": True}),
        ("kms-key-kept", REPLICA_KEY, {"enabled": False}, {"enabled": True}),
        ("kms-key-kept", EXTERNAL_REPLICA, {"enabled": False, "keyMaterialBase64": MATERIAL}, {"enabled": True}),
        ("kms-key-kept", EXTERNAL_KEY, {"deletionWindowInDays": 6.0}, {"deletionWindowInDays": 30}),
        (
            "ecr-immutable-tags",
            REPOSITORY,
            {
                "imageTagMutability": "IMMUTABLE_WITH_EXCLUSION",
                "imageTagMutabilityExclusionFilters": [{"filter": "a*"}],
            },
            {"imageTagMutability": "IMMUTABLE", "imageTagMutabilityExclusionFilters": []},
        ),
        ("ecr-immutable-tags", REPOSITORY, {"imageTagMutability": "MUTABLE"}, {"imageTagMutability": "IMMUTABLE"}),
        (
            "ecr-encryption",
            REPOSITORY,
            {"encryptionConfigurations": []},
            {"encryptionConfigurations": [{"encryptionType": "AES256"}]},
        ),
        (
            "s3-encryption",
            BUCKET_V2,
            {"serverSideEncryptionConfigurations": [{"rules": []}]},
            {
                "serverSideEncryptionConfigurations": [
                    {"rules": [{"applyServerSideEncryptionByDefaults": [{"sseAlgorithm": "AES256"}]}]}
                ]
            },
        ),
        (
            "s3-encryption",
            BUCKET,
            {"serverSideEncryptionConfiguration": {"rule": {}}},
            {
                "serverSideEncryptionConfiguration": {
                    "rule": {"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}
                }
            },
        ),
        (
            "s3-encryption",
            ENCRYPTION,
            {"rules": [{"bucketKeyEnabled": True, DEFAULT: {"kmsMasterKeyId": "alias/logs"}}]},
            {"rules": [{"bucketKeyEnabled": True, DEFAULT: {"kmsMasterKeyId": "alias/logs", **KMS}}]},
        ),
        (
            "s3-encryption",
            ENCRYPTION,
            {"rules": [{DEFAULT: {"sseAlgorithm": "none"}}, {DEFAULT: KMS, "bucketKeyEnabled": True}]},
            {"rules": [{DEFAULT: S3}, {DEFAULT: KMS, "bucketKeyEnabled": True}]},
        ),
        ("s3-encryption", ENCRYPTION, {"rules": "AES256"}, {"rules": [{DEFAULT: S3}]}),
        (
            "s3-encryption",
            BUCKET,
            {"serverSideEncryptionConfiguration": {"rule": {"bucketKeyEnabled": True}}},
            {"serverSideEncryptionConfiguration": {"rule": {"bucketKeyEnabled": True, DEFAULT: S3}}},
        ),
        (
            "s3-encryption",
            BUCKET_V2,
            {"serverSideEncryptionConfigurations": [{"rules": [{f"{DEFAULT}s": [{"kmsMasterKeyId": UNKNOWN}]}]}]},
            {
                "serverSideEncryptionConfigurations": [
                    {"rules": [{f"{DEFAULT}s": [{"kmsMasterKeyId": UNKNOWN, **KMS}]}]}
                ]
            },
        ),
        ("s3-versioning", BUCKET_V2, {"versionings": [{"enabled": False}]}, {"versionings": [{"enabled": True}]}),
    ],
)
def test_a_remediation_changes_what_is_wrong_and_no_more(
    policy: str, token: str, changes: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert remediated(policy, token, **changes) == expected


@pytest.mark.parametrize("token", [EXTERNAL_KEY, EXTERNAL_REPLICA])
def test_a_key_that_waits_for_its_material_is_not_enabled(token: str) -> None:
    declared = policies_by_name()["kms-key-kept"]
    assert remedied(declared, good(token, "r", enabled=False), configure(declared, {})) is None


def test_a_remediation_keeps_a_rotation_more_frequent_than_required() -> None:
    assert remediated("kms-rotation", KEY, enableKeyRotation=False, rotationPeriodInDays=180.0) == {
        "enableKeyRotation": True
    }


def test_a_rule_of_encryption_keeps_what_it_has_set_to_nothing() -> None:
    rule = {"bucketKeyEnabled": None, DEFAULT: {"sseAlgorithm": "none", "kmsMasterKeyId": None}}
    assert remediated("s3-encryption", ENCRYPTION, rules=[rule]) == {
        "rules": [{"bucketKeyEnabled": None, DEFAULT: {"sseAlgorithm": "AES256", "kmsMasterKeyId": None}}]
    }
