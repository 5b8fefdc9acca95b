"""The tables of the S3 policies about encryption and versions."""

from __future__ import annotations

from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.value import ABSENT, UNKNOWN
from tests.policypack.cases import COMPLIANT, UNDECIDED, VIOLATION, Case, Ref, good, resource, rows
from tests.policypack.policies.s3.buckets import BUCKET, BUCKET_V2, bucket, declared_rows

ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
VERSIONING = "aws:s3/bucketVersioning:BucketVersioning"
KEY = "aws:kms/key:Key"


def lock(of: object) -> Resource:
    """Object lock of the bucket named `b`, or of another one."""
    token = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"
    return resource(token, "lock", bucket=bucket().properties["bucket"] if of == "b" else of)


def encrypted(**default: object) -> dict[str, object]:
    return {"rules": [{"applyServerSideEncryptionByDefault": default}]}


def encrypted_inline(**default: object) -> dict[str, object]:
    return {"serverSideEncryptionConfiguration": {"rule": {"applyServerSideEncryptionByDefault": default}}}


def encrypted_v2(**default: object) -> dict[str, object]:
    return {"serverSideEncryptionConfigurations": [{"rules": [{"applyServerSideEncryptionByDefaults": [default]}]}]}


CASES = [
    *declared_rows(
        "s3-encryption-declared",
        ENCRYPTION,
        "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2",
        {
            BUCKET: ("serverSideEncryptionConfiguration", {"rule": {}}),
            BUCKET_V2: ("serverSideEncryptionConfigurations", [{"rules": []}]),
        },
    ),
    *rows(
        "s3-encryption",
        compliant=[
            ("with S3's keys", {}),
            ("with KMS", encrypted(sseAlgorithm="aws:kms")),
            ("with two layers of KMS", encrypted(sseAlgorithm="aws:kms:dsse", kmsMasterKeyId=UNKNOWN)),
        ],
        violation=[
            ("no such algorithm", encrypted(sseAlgorithm="none"), "AES256"),
            ("no algorithm", encrypted(), "not set"),
            ("no default", {"rules": [{"bucketKeyEnabled": True}]}, "applyServerSideEncryptionByDefault.sseAlgorithm"),
            ("no rule", {"rules": []}, "rules is empty"),
            ("absent rules", {"rules": ABSENT}),
            ("rules of a wrong type", {"rules": "AES256"}),
        ],
        undecided=[
            ("unknown rules", {"rules": UNKNOWN}),
            ("an unknown rule", {"rules": [UNKNOWN]}),
            ("an unknown algorithm", encrypted(sseAlgorithm=UNKNOWN)),
        ],
    ),
    *rows(
        "s3-encryption",
        BUCKET,
        compliant=[("in the bucket", encrypted_inline(sseAlgorithm="AES256"))],
        violation=[
            ("in the bucket, no such algorithm", encrypted_inline(sseAlgorithm="none")),
            ("in the bucket, of a wrong type", {"serverSideEncryptionConfiguration": "AES256"}),
        ],
        undecided=[("in the bucket, unknown", {"serverSideEncryptionConfiguration": UNKNOWN})],
        not_applicable=[("not in the bucket", {})],
    ),
    *rows(
        "s3-encryption",
        BUCKET_V2,
        compliant=[("in a bucket of the old spelling", {})],
        violation=[("in a bucket of the old spelling, no such algorithm", encrypted_v2(sseAlgorithm="none"))],
    ),
    Case(
        "s3-customer-key",
        "a key of this stack",
        COMPLIANT,
        stack=[
            good(KEY, "k"),
            resource(ENCRYPTION, "e", **encrypted(sseAlgorithm="aws:kms", kmsMasterKeyId=Ref(KEY, "k"))),
        ],
        at="e",
    ),
    Case("s3-customer-key", "S3's keys", VIOLATION, stack=[good(ENCRYPTION, "e")], at="e"),
    Case("s3-customer-key", "S3's keys in the bucket", VIOLATION, stack=[good(BUCKET_V2, "b")], at="b"),
    Case(
        "s3-customer-key",
        "the key AWS manages",
        VIOLATION,
        stack=[resource(ENCRYPTION, "e", **encrypted(sseAlgorithm="aws:kms", kmsMasterKeyId="alias/aws/s3"))],
        at="e",
    ),
    Case(
        "s3-customer-key",
        "no key, which is AWS's",
        VIOLATION,
        stack=[resource(ENCRYPTION, "e", **encrypted(sseAlgorithm="aws:kms"))],
        at="e",
    ),
    Case(
        "s3-customer-key",
        "unknown",
        UNDECIDED,
        stack=[resource(ENCRYPTION, "e", **encrypted(sseAlgorithm=UNKNOWN, kmsMasterKeyId=UNKNOWN))],
        at="e",
    ),
    *declared_rows(
        "s3-versioning-declared",
        VERSIONING,
        "aws:s3/bucketVersioningV2:BucketVersioningV2",
        {BUCKET: ("versioning", {"enabled": True}), BUCKET_V2: ("versionings", [{"enabled": True}])},
    ),
    *(
        Case("s3-versioning-declared", says, outcome, stack=stack, at="b")
        for says, outcome, stack in (
            ("by object lock, in the bucket", COMPLIANT, [bucket(objectLockEnabled=True)]),
            ("by object lock, beside the bucket", COMPLIANT, [bucket(), lock("b")]),
            ("by object lock, not known yet", UNDECIDED, [bucket(objectLockEnabled=UNKNOWN)]),
            ("by object lock of a bucket not known yet", UNDECIDED, [bucket(), lock(UNKNOWN)]),
            ("without object lock", VIOLATION, [bucket(objectLockEnabled=False)]),
            ("by object lock of another bucket", VIOLATION, [bucket(), lock("other")]),
        )
    ),
    *rows(
        "s3-versioning",
        compliant=[("enabled", {})],
        violation=[
            ("suspended", {"versioningConfiguration": {"status": "Suspended"}}, "Enabled"),
            ("no status", {"versioningConfiguration": {}}),
            ("absent", {"versioningConfiguration": ABSENT}),
            ("a wrong type", {"versioningConfiguration": "Enabled"}),
        ],
        undecided=[
            ("unknown", {"versioningConfiguration": UNKNOWN}),
            ("an unknown status", {"versioningConfiguration": {"status": UNKNOWN}}),
        ],
    ),
    *rows(
        "s3-versioning",
        BUCKET,
        compliant=[("in the bucket", {"versioning": {"enabled": True}})],
        violation=[
            ("off in the bucket", {"versioning": {"enabled": False}}),
            ("not said in the bucket", {"versioning": {"mfaDelete": True}}),
        ],
        undecided=[("unknown in the bucket", {"versioning": {"enabled": UNKNOWN}})],
        not_applicable=[("not in the bucket", {})],
    ),
    *rows(
        "s3-versioning",
        BUCKET_V2,
        compliant=[("in a bucket of the old spelling", {})],
        violation=[("off in a bucket of the old spelling", {"versionings": [{"enabled": False}]})],
    ),
]
