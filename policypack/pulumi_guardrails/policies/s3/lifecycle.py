"""S3: what a bucket keeps is forgotten in time, remains of failed uploads included."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pulumi_guardrails.aws.resource_types import BUCKET, BUCKET_LIFECYCLE
from pulumi_guardrails.aws.subresources import declared, first_set
from pulumi_guardrails.core.policy import ResourcePolicy, Settings, Severity, StackPolicy, Topic, controls
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.three_valued import Answer, kleene_all, kleene_any, kleene_not
from pulumi_guardrails.core.value import Value
from pulumi_guardrails.core.verdict import COMPLIANT, Verdict, all_of, undecided, violation
from pulumi_guardrails.policies.s3.encryption_and_versioning import NOT_HERE, inline, is_elsewhere

_KEPT = "Versioned; a lifecycle that expires and aborts failed uploads"

_EXAMPLE = """aws.s3.BucketLifecycleConfiguration(
    "logs",
    bucket=bucket.bucket,
    rules=[
        {
            "id": "forget",
            "status": "Enabled",
            "filter": {"prefix": ""},
            "expiration": {"days": 30},
            "noncurrent_version_expiration": {"noncurrent_days": 1},
            "abort_incomplete_multipart_upload": {"days_after_initiation": 1},
        }
    ],
)"""

_DIRECTORY_BUCKET = "aws:s3/directoryBucket:DirectoryBucket"

_BUCKET_V2 = "aws:s3/bucketV2:BucketV2"

_CONTROLS = controls(
    FSBP="S3.13",
    PCI="10.5.1.12 10.5.1.13 3.2.1.8 3.2.1.9 3.3.1.1.8 3.3.1.1.9 3.3.1.3.8",
    ISO27001="A.8.10",
)


@StackPolicy(
    title="An S3 bucket has a lifecycle configuration",
    why="Without a lifecycle a bucket keeps everything for ever, at growing cost and longer than anyone may.",
    severity=Severity.LOW,
    kinds=(BUCKET, BUCKET_LIFECYCLE),
    rows=(_KEPT,),
    controls=_CONTROLS,
    remediation_steps="Add an aws.s3.BucketLifecycleConfiguration for this bucket.",
    example=_EXAMPLE,
    url="https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lifecycle-mgmt.html",
    topics=(Topic.S3, Topic.RETENTION),
)
def s3_lifecycle_declared(stack: Stack, _settings: Settings) -> Iterable[tuple[Resource, Verdict]]:
    """Rules for every bucket, in it or beside it."""
    missing = violation("The bucket has no lifecycle configuration, so that objects never expire")
    for bucket in stack.of(BUCKET):
        yield bucket, declared(stack, bucket, BUCKET_LIFECYCLE, missing, inline(bucket["lifecycleRules"]))


@ResourcePolicy(
    title="An S3 lifecycle expires every object and version, and aborts incomplete multipart uploads",
    why=(
        "In a bucket with versions an expiry alone only hides an object: its versions stay, and so do the parts of "
        "uploads that never ended, invisible and paid for. A rule for some prefix or tag leaves the rest for ever, and "
        "one that keeps a number of newer versions keeps those."
    ),
    severity=Severity.LOW,
    kinds=(BUCKET_LIFECYCLE, BUCKET),
    rows=(_KEPT,),
    controls=_CONTROLS,
    remediation_steps=(
        "Have one enabled rule without prefix or tag that sets expiration, noncurrent_version_expiration (without "
        "newer_noncurrent_versions) and abort_incomplete_multipart_upload."
    ),
    example=_EXAMPLE,
    url="https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html",
    topics=(Topic.S3, Topic.RETENTION),
)
def s3_lifecycle(resource: Resource, _settings: Settings) -> Verdict:
    """Three things, each by an enabled rule for the whole bucket."""
    rules = resource["rules" if resource.kind is BUCKET_LIFECYCLE else "lifecycleRules"]
    if resource.kind is BUCKET and is_elsewhere(rules):
        return NOT_HERE
    fix = _rule_for_everything(resource)
    return all_of(
        _one_rule(rules, "expires objects", _expires, fix),
        _keeps_no_versions(resource, _one_rule(rules, "expires noncurrent versions", _expires_versions, fix)),
        _one_rule(rules, "aborts incomplete uploads", _aborts_uploads, fix),
    )


def _keeps_no_versions(resource: Resource, verdict: Verdict) -> Verdict:
    """The verdict on the expiry of noncurrent versions, where the bucket keeps any."""
    is_of_directory_bucket = _is_of_directory_bucket(resource)
    if is_of_directory_bucket:
        return COMPLIANT
    if is_of_directory_bucket is None and verdict.is_violation:
        return undecided(resource["bucket"], whether="it is for a directory bucket, which keeps no versions")
    return verdict


def _is_of_directory_bucket(resource: Resource) -> Answer:
    """Whether a configuration is for a directory bucket, which keeps no versions.

    Source: Amazon S3 User Guide, "Directory bucket naming rules" and "Differences for directory buckets".
    """
    bucket = resource["bucket"]
    if resource.kind is not BUCKET_LIFECYCLE:
        return False
    if bucket.is_unknown:
        return resource.is_computed_from("bucket", _DIRECTORY_BUCKET)
    return (bucket.as_text() or "").endswith("--x-s3")


def _rule_for_everything(resource: Resource) -> str:
    """Advice on the rule that is wanted, in the words of the resource: a bucket's own rules have other arguments."""
    if resource.kind is BUCKET_LIFECYCLE:
        return ""
    many = "s" if resource.type == _BUCKET_V2 else ""
    return (
        f"Have one enabled rule in lifecycle_rules without prefix or tags that sets expiration{many}, "
        f"noncurrent_version_expiration{many} and abort_incomplete_multipart_upload_days."
    )


def _one_rule(rules: Value, what: str, does: Callable[[Value], Answer], fix: str) -> Verdict:
    return rules.some(
        lambda rule: kleene_all([_is_on(rule), _is_for_everything(rule), does(rule)]),
        rules.mismatch(
            f"without a rule that {what} in the whole bucket",
            "an enabled rule without prefix, size or tag that does",
            fix,
        ),
    )


def _is_on(rule: Value) -> Answer:
    status = first_set(rule, "status", "enabled")
    return status.is_true() if status.path.endswith("enabled") else status.holds(lambda value: value == "Enabled")


def _is_for_everything(rule: Value) -> Answer:
    limits = rule["filter"]
    return kleene_all(
        _is_empty(limit)
        for limit in (
            rule["prefix"],
            rule["tags"],
            limits["prefix"],
            limits["tag"],
            limits["and"],
            limits["objectSizeGreaterThan"],
            limits["objectSizeLessThan"],
        )
    )


def _expires(rule: Value) -> Answer:
    expiration = first_set(rule, "expiration", "expirations")
    return kleene_any([_is_a_day_or_more(expiration["days"]), expiration["date"].holds(bool)])


def _expires_versions(rule: Value) -> Answer:
    expiration = first_set(rule, "noncurrentVersionExpiration", "noncurrentVersionExpirations")
    newer = expiration["newerNoncurrentVersions"]
    kept = newer.holds(lambda _: newer.as_number() != 0)
    return kleene_all([_is_a_day_or_more(first_set(expiration, "noncurrentDays", "days")), kleene_not(kept)])


def _aborts_uploads(rule: Value) -> Answer:
    days = rule["abortIncompleteMultipartUpload"]["daysAfterInitiation"]
    return _is_a_day_or_more(days if not days.is_absent else rule["abortIncompleteMultipartUploadDays"])


def _is_a_day_or_more(value: Value) -> Answer:
    return value.holds(lambda _: (days := value.as_number()) is not None and days >= 1)


def _is_empty(value: Value) -> Answer:
    return None if value.is_unknown else value.is_absent or value.raw in ("", {})
