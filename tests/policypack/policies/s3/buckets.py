"""Stacks of one bucket and what stands beside it, and the rows that every policy about that shares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.value import UNKNOWN
from pulumi_guardrails.core.verdict import Outcome
from tests.policypack.cases import COMPLIANT, UNDECIDED, VIOLATION, Case, Ref, good, resource

BUCKET, BUCKET_V2 = "aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"


def bucket(name: str = "b", /, token: str = BUCKET, **changes: Any) -> Resource:
    """A bucket with some of its properties changed."""
    return good(token, name, **changes)


def declared_rows(
    policy: str,
    token: str,
    twin: str = "",
    inline: Mapping[str, tuple[str, Any]] | None = None,
    names_bucket: bool = False,
    of_wrong_type: Outcome = VIOLATION,
) -> Iterator[Case]:
    """What holds for every policy that demands a setting of each bucket.

    Args:
        policy: The policy.
        token: The type of the resource that sets it.
        twin: Its other spelling, if it has one.
        inline: By type of bucket, the property that sets it in the bucket itself and a value of it.
        names_bucket: Whether the good setting has the bucket's name in it, and so says nothing of an unknown one.
        of_wrong_type: What a setting for a bucket of a wrong type leaves of one whose name is unknown.
    """

    def case(says: str, outcome: Any, *stack: Resource) -> Case:
        return Case(policy, says, outcome, stack=stack, at="b")

    yield case("beside the bucket, by its name", COMPLIANT, bucket(), good(token, "s"))
    yield case("beside the bucket, by reference", COMPLIANT, bucket(), good(token, "s", bucket=Ref(BUCKET, "b")))
    yield case(
        "beside a bucket whose name is not known",
        UNDECIDED if names_bucket else COMPLIANT,
        bucket(bucket=UNKNOWN),
        good(token, "s", bucket=Ref(BUCKET, "b")),
    )
    if twin:
        settings = good(token, "s")
        yield case("in its other spelling", COMPLIANT, bucket(), _as(settings, twin))
    for bucket_token, (name, value) in (inline or {}).items():
        yield case(f"in the bucket, a {bucket_token}", COMPLIANT, _plain(bucket_token, **{name: value}))
        empties: tuple[Any, ...] = ({}, [])
        for empty in empties:
            left = _plain(bucket_token, **{name: empty})
            yield case(f"empty in the bucket, {empty}, a {bucket_token}", VIOLATION, left)
            if bucket_token == BUCKET and name != "policy":
                yield case(f"empty in the bucket, {empty}, and beside it", COMPLIANT, left, good(token, "s"))
    yield case("nowhere", VIOLATION, bucket())
    yield case("nowhere, in the old spelling", VIOLATION, _plain(BUCKET_V2))
    yield case("beside another bucket, by its name", VIOLATION, bucket(), good(token, "s", bucket="other"))
    yield case(
        "beside another bucket, by reference",
        VIOLATION,
        bucket(),
        bucket("other", bucket="other"),
        good(token, "s", bucket=Ref(BUCKET, "other")),
    )
    yield case("beside a bucket of a wrong type", VIOLATION, bucket(), good(token, "s", bucket=["ml-api-logs"]))
    yield case(
        "beside a bucket of a wrong type, where one is not known",
        of_wrong_type,
        bucket(bucket=UNKNOWN),
        good(token, "s", bucket=["ml-api-logs"]),
    )
    yield case("beside a bucket that is not known", UNDECIDED, bucket(), good(token, "s", bucket=UNKNOWN))
    yield case(
        "beside a named bucket, which this may turn out to be",
        UNDECIDED,
        bucket(bucket=UNKNOWN),
        good(token, "s"),
    )
    both = [Ref(BUCKET, "b"), Ref(BUCKET, "other")]
    yield case(
        "beside one of two buckets",
        UNDECIDED,
        bucket(),
        bucket("other", bucket="other"),
        _computed_from_both(good(token, "s", bucket=both)),
    )


def _as(settings: Resource, token: str) -> Resource:
    return resource(token, settings.name, **settings.properties)


def _plain(token: str, **properties: Any) -> Resource:
    return resource(token, "b", bucket="ml-api-logs", **properties)


def _computed_from_both(settings: Resource) -> Resource:
    settings.properties = {**settings.properties, "bucket": UNKNOWN}
    return settings
