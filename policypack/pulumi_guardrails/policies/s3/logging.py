"""S3: what some buckets need beyond the rest: a record of their use, a copy elsewhere, a lock on their objects.

All three are off by default: a bucket of logs does not log itself, and copies and locks are for data that has to
outlive a region or an intruder with every permission.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from pulumi_guardrails.aws.resource_types import BUCKET, BUCKET_LOGGING, BUCKET_OBJECT_LOCK, BUCKET_REPLICATION
from pulumi_guardrails.aws.subresources import declared, first_set
from pulumi_guardrails.core.policy import Settings, Severity, StackPolicy, Topic, controls
from pulumi_guardrails.core.references import Doubts, IncomingReferences, Question
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.three_valued import Answer
from pulumi_guardrails.core.value import Value
from pulumi_guardrails.core.verdict import Verdict, not_applicable, settled_by, violation
from pulumi_guardrails.policies.s3.encryption_and_versioning import inline, is_elsewhere

_ADVISED = "Access logging, replication, object lock (advisory)"

_RECEIVES_LOGS = not_applicable("it receives access logs itself")


@StackPolicy(
    title="S3 server access logging is enabled",
    why=(
        "Without access logs it is not possible to tell what an intruder read. Buckets that receive such "
        "logs are exempt."
    ),
    severity=Severity.MEDIUM,
    off=True,
    kinds=(BUCKET, BUCKET_LOGGING),
    rows=(_ADVISED,),
    controls=controls(
        FSBP="S3.9",
        PCI="10.2.1.1.30 10.2.1.2.27 10.2.1.3.27 10.2.1.4.27 10.2.1.5.27 10.2.1.6.27 10.2.1.7.27 10.2.1.27",
        SOC2="cc_7_2 cc_7_3 cc_a_1_1",
        HIPAA="164_308_a_1_ii_d 164_308_a_3_ii_a 164_308_a_6_ii 164_312_b 164_312_e_2_i",
        ISO27001="A.8.15",
        NIST="ac_2_4 ac_3_1 ac_3_10 ac_4_26 ac_6_9 au_2_b au_3_a au_3_b",
    ),
    remediation_steps="Add an aws.s3.BucketLogging for this bucket, with a bucket for logs as its target.",
    example="""aws.s3.BucketLogging(
    "data", bucket=bucket.bucket, target_bucket=logs.bucket, target_prefix="data/"
)""",
    url="https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html",
    topics=(Topic.S3, Topic.LOGGING),
)
def s3_access_logging(stack: Stack, _settings: Settings) -> Iterable[tuple[Resource, Verdict]]:
    """Logging for every bucket that is not itself a target of it: its own log would grow by itself."""
    targets = _targets(stack)
    receiving = IncomingReferences(stack, (BUCKET,), targets, named="bucket")
    unknown = Doubts.of([target for target in targets if target.is_unknown] or [None])
    question = Question()
    for bucket in stack.of(BUCKET):
        receives: Answer = True if receiving.certain(bucket) else None if receiving.possible(bucket) else False
        deciding = partial(question.undecided, unknown, bucket["bucket"])
        yield bucket, settled_by(receives, lambda: _RECEIVES_LOGS, _logs_somewhere(stack, bucket), deciding)


def _logs_somewhere(stack: Stack, bucket: Resource) -> Callable[[], Verdict]:
    missing = violation("Server access logging is not enabled for the bucket")
    return lambda: declared(stack, bucket, BUCKET_LOGGING, missing, inline(_logging_in(bucket)))


def _targets(stack: Stack) -> list[Value]:
    """Every property of the stack that names a bucket for access logs."""
    beside = [logging["targetBucket"] for logging in stack.of(BUCKET_LOGGING)]
    return [*beside, *(_logging_in(other)["targetBucket"] for other in stack.of(BUCKET))]


def _logging_in(bucket: Resource) -> Value:
    return first_set(bucket, "logging", "loggings")


@StackPolicy(
    title="An S3 bucket is replicated",
    why="A copy in another region or account outlives the loss of the first. It doubles the cost of what is stored.",
    severity=Severity.LOW,
    off=True,
    kinds=(BUCKET, BUCKET_REPLICATION),
    rows=(_ADVISED,),
    controls=controls(ISO27001="A.8.14"),
    remediation_steps="Add an aws.s3.BucketReplicationConfig with an enabled rule for this bucket.",
    example="""aws.s3.BucketReplicationConfig(
    "data",
    bucket=bucket.bucket,
    role=replication.arn,
    rules=[{"id": "all", "status": "Enabled", "destination": {"bucket": "arn:aws:s3:::my-copy"}}],
)""",
    url="https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication.html",
    topics=(Topic.S3, Topic.AVAILABILITY),
)
def s3_replication(stack: Stack, _settings: Settings) -> Iterable[tuple[Resource, Verdict]]:
    """At least one enabled rule, in the bucket or beside it."""
    missing = violation("The bucket has no replication configuration")
    for bucket in stack.of(BUCKET):
        written = first_set(bucket, "replicationConfiguration", "replicationConfigurations")
        within = [] if is_elsewhere(written) else [_has_enabled_rule(written["rules"])]
        yield (
            bucket,
            declared(stack, bucket, BUCKET_REPLICATION, missing, within, lambda r: _has_enabled_rule(r["rules"])),
        )


def _has_enabled_rule(rules: Value) -> Verdict:
    return rules.some(
        lambda rule: rule["status"].holds(lambda status: status == "Enabled"),
        violation(
            "The replication configuration of the bucket has no rule with the status Enabled",
            fix='Set status="Enabled" on a rule of the replication configuration.',
        ),
    )


@StackPolicy(
    title="An S3 bucket has Object Lock enabled",
    why="A locked object cannot be changed before its time, not even by an administrator, nor can it be forgotten.",
    severity=Severity.MEDIUM,
    off=True,
    kinds=(BUCKET, BUCKET_OBJECT_LOCK),
    rows=(_ADVISED,),
    controls=controls(FSBP="S3.15", SOC2="pi_1_5"),
    remediation_steps="Set object_lock_enabled=True on the bucket, or add an aws.s3.BucketObjectLockConfiguration.",
    example='aws.s3.Bucket("evidence", object_lock_enabled=True)',
    url="https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html",
    topics=(Topic.S3, Topic.RECOVERY),
)
def s3_object_lock(stack: Stack, _settings: Settings) -> Iterable[tuple[Resource, Verdict]]:
    """Enabled in the bucket, or by a configuration beside it."""
    missing = violation("Object Lock is not enabled for the bucket")
    for bucket in stack.of(BUCKET):
        flag, configuration = bucket["objectLockEnabled"], bucket["objectLockConfiguration"]
        within = [
            # False is the default, written out: a configuration beside the bucket locks an existing one too.
            *([] if flag.is_true() is False else [flag.must_be(True)]),
            *([] if is_elsewhere(configuration) else [configuration["objectLockEnabled"].must_be("Enabled")]),
        ]
        yield (
            bucket,
            declared(
                stack,
                bucket,
                BUCKET_OBJECT_LOCK,
                missing,
                within,
                lambda lock: lock["objectLockEnabled"].with_default("Enabled").must_be("Enabled"),
            ),
        )
