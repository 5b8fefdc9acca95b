"""The tables of the S3 policies about lifecycles."""

from __future__ import annotations

from typing import Any

from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.value import ABSENT, UNKNOWN
from tests.policypack.cases import COMPLIANT, VIOLATION, Case, Ref, good, resource, rows
from tests.policypack.good.s3 import LIFECYCLE_RULE
from tests.policypack.policies.s3.buckets import BUCKET, BUCKET_V2, declared_rows


def rule(**changes: Any) -> dict[str, Any]:
    """The good rule with some of its members changed; ABSENT removes one."""
    return {name: value for name, value in {**LIFECYCLE_RULE, **changes}.items() if value is not ABSENT}


def ruled(**changes: Any) -> dict[str, Any]:
    return {"rules": [rule(**changes)]}


def versions(newer: Any) -> dict[str, Any]:
    """The good rule, but for a number of versions that it keeps."""
    return ruled(noncurrentVersionExpiration={"noncurrentDays": 1.0, "newerNoncurrentVersions": newer})


def inline(**changes: Any) -> dict[str, Any]:
    old = {
        "enabled": True,
        "expiration": {"days": 30.0},
        "noncurrentVersionExpiration": {"days": 1.0},
        "abortIncompleteMultipartUploadDays": 1.0,
        **changes,
    }
    return {"lifecycleRules": [{name: value for name, value in old.items() if value is not ABSENT}]}


EXPIRES_ONLY = rule(noncurrentVersionExpiration=ABSENT, abortIncompleteMultipartUpload=ABSENT)
CLEANS_ONLY = rule(id="clean", expiration=ABSENT)

WITHOUT_VERSIONS = ruled(noncurrentVersionExpiration=ABSENT)
LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
DIRECTORY = "aws:s3/directoryBucket:DirectoryBucket"
COMPONENT = "acme:index:Store"


def kept_in(token: str, component: str = "") -> list[Resource]:
    """A lifecycle without expiry of versions, of a bucket of the stack, which may be in a component."""
    bucket = resource(token, "kept")
    around = [resource(component, "around")] if component else []
    bucket.parent = around[0].urn if around else ""
    lifecycle = good(LIFECYCLE, bucket=Ref(token, "kept"), **WITHOUT_VERSIONS)
    lifecycle.dependencies = {"bucket": [*(one.urn for one in around), bucket.urn]}
    return [*around, bucket, lifecycle]


CASES = [
    *declared_rows(
        "s3-lifecycle-declared",
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2",
        {
            BUCKET: ("lifecycleRules", [{"enabled": True}]),
            BUCKET_V2: ("lifecycleRules", [{"enabled": True}]),
        },
    ),
    *rows(
        "s3-lifecycle",
        compliant=[
            ("one rule for everything", {}),
            ("no filter", ruled(filter=ABSENT)),
            ("an empty prefix without a filter", ruled(filter=ABSENT, prefix="")),
            ("an expiry of versions but for none", versions(0.0)),
            (
                "an expiry of all versions beside one that keeps some",
                {"rules": [rule(), *versions(2.0)["rules"]]},
            ),
            ("a date", ruled(expiration={"date": "2030-01-01T00:00:00Z"})),
            ("two rules", {"rules": [EXPIRES_ONLY, CLEANS_ONLY]}),
            (
                "no expiry of versions in a directory bucket, by its name",
                {**ruled(noncurrentVersionExpiration=ABSENT), "bucket": "logs--use1-az4--x-s3"},
            ),
            ("a further rule for a part", {"rules": [rule(), rule(id="tmp", filter={"prefix": "tmp/"})]}),
        ],
        violation=[
            ("no expiry", ruled(expiration=ABSENT), "expires objects"),
            ("an expiry of markers only", ruled(expiration={"expiredObjectDeleteMarker": True}), "expires objects"),
            ("an expiry after no days", ruled(expiration={"days": 0.0})),
            ("an expiry after days of a wrong type", ruled(expiration={"days": "soon"})),
            ("no expiry of versions", ruled(noncurrentVersionExpiration=ABSENT), "expires noncurrent versions"),
            ("an expiry of versions but for a number", versions(100.0), "expires noncurrent versions"),
            ("an expiry of versions but for a number of a wrong type", versions([2])),
            ("no abortion", ruled(abortIncompleteMultipartUpload=ABSENT), "aborts incomplete uploads"),
            ("switched off", ruled(status="Disabled")),
            ("no status", ruled(status=ABSENT)),
            ("for a prefix only", ruled(filter={"prefix": "AWSLogs/"})),
            ("for a prefix of the old spelling only", ruled(filter=ABSENT, prefix="AWSLogs/")),
            ("for a tag only", ruled(filter={"tag": {"key": "keep", "value": "no"}})),
            ("for a prefix and a tag only", ruled(filter={"and": {"prefix": "a", "tags": {"b": "c"}}})),
            ("for large objects only", ruled(filter={"objectSizeGreaterThan": 1000.0})),
            ("for small objects only", ruled(filter={"objectSizeLessThan": 1000.0})),
            ("no rules", {"rules": []}),
            ("absent rules", {"rules": ABSENT}),
            ("rules of a wrong type", {"rules": "forget"}),
            ("a filter of a wrong type", ruled(filter="AWSLogs/")),
        ],
        undecided=[
            ("unknown rules", {"rules": UNKNOWN}),
            ("no expiry of versions in an unknown bucket", {**WITHOUT_VERSIONS, "bucket": UNKNOWN}, "directory bucket"),
            ("an unknown rule", {"rules": [UNKNOWN]}),
            ("an unknown status", ruled(status=UNKNOWN)),
            ("an unknown prefix", ruled(filter={"prefix": UNKNOWN})),
            ("an unknown number of days", ruled(expiration={"days": UNKNOWN})),
            ("an expiry of versions but for an unknown number", versions(UNKNOWN)),
            ("an unknown abortion", ruled(abortIncompleteMultipartUpload=UNKNOWN)),
        ],
    ),
    *(
        Case("s3-lifecycle", says, outcome, stack=stack, at="under-test")
        for says, outcome, stack in (
            ("no expiry of versions in a directory bucket of the stack", COMPLIANT, kept_in(DIRECTORY)),
            ("no expiry of versions in a directory bucket of a component", COMPLIANT, kept_in(DIRECTORY, COMPONENT)),
            ("no expiry of versions in a bucket of the stack", VIOLATION, kept_in(BUCKET)),
        )
    ),
    *rows(
        "s3-lifecycle",
        BUCKET,
        compliant=[("in the bucket", inline()), ("in the bucket, with no tags", inline(tags={}))],
        violation=[
            ("in the bucket, switched off", inline(enabled=False)),
            ("in the bucket, no abortion", inline(abortIncompleteMultipartUploadDays=ABSENT)),
            ("in the bucket, for tagged objects only", inline(tags={"keep": "no"})),
        ],
        undecided=[("in the bucket, an unknown switch", inline(enabled=UNKNOWN))],
        not_applicable=[("not in the bucket", {})],
    ),
    *rows(
        "s3-lifecycle",
        BUCKET_V2,
        compliant=[("in a bucket of the old spelling", {})],
        violation=[("in a bucket of the old spelling, no expiry", {"lifecycleRules": [{"enabled": True}]})],
    ),
]
