"""The tables of the S3 policies that are off by default."""

from __future__ import annotations

from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.value import UNKNOWN
from tests.policypack.cases import COMPLIANT, NOT_APPLICABLE, UNDECIDED, VIOLATION, Case, Ref, good
from tests.policypack.policies.s3.buckets import BUCKET, BUCKET_V2, bucket, declared_rows

LOGGING = "aws:s3/bucketLogging:BucketLogging"
REPLICATION = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"
LOCK = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"

REPLICATED = {"role": "arn:aws:iam::123456789012:role/r", "rules": [{"status": "Enabled"}]}


def logs_to(target: object) -> list[Resource]:
    """A bucket `b`, and a bucket `data` that logs to a target."""
    return [bucket(), bucket("data", bucket="data"), good(LOGGING, "s", bucket="data", targetBucket=target)]


CASES = [
    *declared_rows(
        "s3-access-logging",
        LOGGING,
        "aws:s3/bucketLoggingV2:BucketLoggingV2",
        {BUCKET: ("logging", {"targetBucket": "x"}), BUCKET_V2: ("loggings", [{"targetBucket": "x"}])},
        of_wrong_type=UNDECIDED,  # the bucket may be the target of the logs
    ),
    Case(
        "s3-access-logging",
        "the target of another bucket's logs, by its name",
        NOT_APPLICABLE,
        stack=logs_to("ml-api-logs"),
        at="b",
    ),
    Case(
        "s3-access-logging",
        "the target of another bucket's logs, by reference",
        NOT_APPLICABLE,
        stack=logs_to(Ref(BUCKET, "b")),
        at="b",
    ),
    Case(
        "s3-access-logging",
        "the target of what another bucket says in itself",
        NOT_APPLICABLE,
        stack=[bucket(), bucket("data", bucket="data", logging={"targetBucket": "ml-api-logs"})],
        at="b",
    ),
    Case("s3-access-logging", "perhaps the target of logs", UNDECIDED, stack=logs_to(UNKNOWN), at="b"),
    *declared_rows(
        "s3-replication",
        REPLICATION,
        inline={
            BUCKET: ("replicationConfiguration", REPLICATED),
            BUCKET_V2: ("replicationConfigurations", [REPLICATED]),
        },
    ),
    Case(
        "s3-replication",
        "a rule that is switched off",
        VIOLATION,
        stack=[bucket(), good(REPLICATION, "s", rules=[{"status": "Disabled"}])],
        at="b",
    ),
    Case(
        "s3-replication",
        "an unknown rule",
        UNDECIDED,
        stack=[bucket(), good(REPLICATION, "s", rules=[{"status": UNKNOWN}])],
        at="b",
    ),
    *declared_rows(
        "s3-object-lock",
        LOCK,
        "aws:s3/bucketObjectLockConfigurationV2:BucketObjectLockConfigurationV2",
        {
            BUCKET: ("objectLockConfiguration", {"objectLockEnabled": "Enabled"}),
            BUCKET_V2: ("objectLockConfiguration", {"objectLockEnabled": "Enabled"}),
        },
    ),
    Case("s3-object-lock", "switched on in the bucket", COMPLIANT, stack=[bucket(objectLockEnabled=True)], at="b"),
    Case("s3-object-lock", "switched off in the bucket", VIOLATION, stack=[bucket(objectLockEnabled=False)], at="b"),
    Case(
        "s3-object-lock",
        "switched off in the bucket, which says nothing, and on beside it",
        COMPLIANT,
        stack=[bucket(objectLockEnabled=False), good(LOCK, "s")],
        at="b",
    ),
    Case("s3-object-lock", "unknown in the bucket", UNDECIDED, stack=[bucket(objectLockEnabled=UNKNOWN)], at="b"),
    Case(
        "s3-object-lock",
        "no such state",
        VIOLATION,
        stack=[bucket(), good(LOCK, "s", objectLockEnabled="Disabled")],
        at="b",
    ),
]
