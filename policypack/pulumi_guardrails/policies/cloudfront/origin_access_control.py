"""CloudFront, origins: origin access control for S3 buckets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from pulumi_guardrails.aws.cloudfront import MULTITENANT, custom_origin, vpc_origin
from pulumi_guardrails.aws.resource_types import BUCKET, DISTRIBUTION, ORIGIN_ACCESS_CONTROL
from pulumi_guardrails.core.policy import Settings, Severity, StackPolicy, Topic, controls
from pulumi_guardrails.core.references import consensus
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.value import Value
from pulumi_guardrails.core.verdict import Verdict, all_of, not_applicable, undecided

_S3_HOST = re.compile(r"(^|\.)s3[.-]([a-z0-9.-]*\.)?amazonaws\.com(\.cn)?$")
"""Host names of S3: global, regional, dual-stack and website (AWS General Reference, "Amazon S3 endpoints")."""

_LONGEST_HOST = 253
"""Characters of a host name (RFC 1035)."""


@StackPolicy(
    title="A CloudFront distribution uses origin access control for S3 origins",
    why=(
        "Without origin access control the bucket has to be public, or to allow an origin access identity, which is "
        "legacy and does not support SSE-KMS. A public bucket can be read directly, without the logs, the web ACL and "
        "the signed URLs of CloudFront. An origin access control that never signs requests has no effect."
    ),
    severity=Severity.MEDIUM,
    kinds=(DISTRIBUTION,),
    rows=("An S3 origin uses origin access control",),
    controls=controls(FSBP="CloudFront.13", PCI="10.3.4.1 10.3.4.2"),
    remediation_steps=(
        "Set origin_access_control_id to an aws.cloudfront.OriginAccessControl, leave s3_origin_config and "
        "custom_origin_config out, and allow the distribution in the bucket policy. Set "
        'signing_behavior="always" on the origin access control.'
    ),
    example=(
        """\
aws.cloudfront.Distribution(
    "cdn",
    origins=[{
        "origin_id": "bucket",
        "domain_name": bucket.bucket_regional_domain_name,
        "origin_access_control_id": access.id,
    }],
    **others,
)"""
    ),
    url=(
        "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/"
        "private-content-restricting-access-to-s3.html"
    ),
    topics=(Topic.CDN, Topic.STORAGE),
)
def cloudfront_s3_access_control(stack: Stack, settings: Settings) -> Iterable[tuple[Resource, Verdict]]:
    """An origin is a bucket if it has no other configuration, a host name of S3, or is computed from a bucket."""
    for distribution in stack.of(DISTRIBUTION):
        yield distribution, _restricted(stack, distribution)


def _restricted(stack: Stack, distribution: Resource) -> Verdict:
    def judge(origin: Value) -> Verdict:
        if origin.is_unknown:
            return undecided(origin)
        from_s3 = _is_s3(stack, distribution, origin)
        if from_s3 is False:
            return not_applicable("no S3 origin")
        identity = origin["s3OriginConfig"]["originAccessIdentity"]
        restricted = all_of(
            _signed(stack, distribution, origin["originAccessControlId"]),
            identity.must_not_be_set("an origin access control instead of an origin access identity"),
        )
        if restricted.is_violation and from_s3 is None:
            return undecided(origin["domainName"], whether="the origin is an S3 bucket")
        return restricted

    return distribution["origins"].each(judge)


def _signed(stack: Stack, distribution: Resource, control: Value) -> Verdict:
    """An origin access control, which signs requests where it is part of the stack.

    One that never signs has no effect (CloudFront API reference, OriginAccessControlConfig). An unknown id without a
    dependency edge may be that of any origin access control; a known one may be that of one whose id is not known, if
    there is a dependency edge to it.
    """
    reference = stack.reference(control, ORIGIN_ACCESS_CONTROL)
    signing = stack.shared(_signing)
    if reference.direct:
        return consensus([signing[access] for access in reference.direct], undecided(control))
    sources = stack.sources_of(control)
    possible = [
        access
        for access in stack.shared(_not_surely_signing)
        if (access in sources and access.output("id").is_unknown if control.is_known else reference.to(access) is None)
    ]
    given = control.must_be_set("an origin access control", _with_access_control(distribution))
    return all_of(given, *(_may_be(control, access) for access in possible))


def _with_access_control(distribution: Resource) -> str:
    """Advice in the words of the sort of distribution: an origin of a multi-tenant one has no block for S3."""
    if distribution.type != MULTITENANT:
        return ""
    return (
        "Set origin_access_control_id to an aws.cloudfront.OriginAccessControl, leave custom_origin_configs out, and "
        "allow the distribution in the bucket policy."
    )


def _may_be(control: Value, access: Resource) -> Verdict:
    return undecided(control if control.is_unknown else access.output("id"), whether=f"the origin uses {access.label}")


def _signing(stack: Stack) -> Mapping[Resource, Verdict]:
    """By origin access control, whether it signs requests."""
    return {
        access: access["signingBehavior"].must_be_one_of("always", "no-override")
        for access in stack.of(ORIGIN_ACCESS_CONTROL)
    }


def _not_surely_signing(stack: Stack) -> Sequence[Resource]:
    return [access for access, verdict in stack.shared(_signing).items() if not verdict.is_compliant]


def _is_s3(stack: Stack, distribution: Resource, origin: Value) -> bool | None:
    domain = origin["domainName"]
    others = [custom_origin(origin), vpc_origin(origin)]
    if all(config.is_absent for config in others):
        return True
    if not domain.is_unknown:
        name = domain.as_text()
        if name is None:
            return domain.is_known
        return len(name) <= _LONGEST_HOST and bool(_S3_HOST.search(name.lower()))
    reference = stack.reference(domain, BUCKET)
    if not reference.direct:
        return None if reference.is_open or reference.targets else False
    return True if len(reference.direct) == len(stack.sources_of(domain)) else None
