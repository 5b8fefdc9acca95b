"""The table of the CloudFront policy on buckets as origins."""

from __future__ import annotations

from typing import Any

from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.value import ABSENT, UNKNOWN
from tests.policypack.cases import (
    COMPLIANT,
    NOT_APPLICABLE,
    UNDECIDED,
    VIOLATION,
    Case,
    Ref,
    good,
    resource,
    urn_of,
)
from tests.policypack.policies.cloudfront.cases_origins import (
    BALANCER,
    BUCKET,
    DISTRIBUTION,
    RESTRICTED,
    SITE,
    TENANTS,
    VPC,
    balancer,
    computed_from_both,
    existing,
    http_origin,
)

ACCESS = "aws:cloudfront/originAccessControl:OriginAccessControl"
UNRESTRICTED = {"originId": "site", "domainName": "site.s3.us-east-1.amazonaws.com"}


def s3(says: str, outcome: Any, origin: Any, *others: Resource, finds: Any = ()) -> Case:
    """A row of the policy on buckets."""
    stack = [good(DISTRIBUTION, "cdn", origins=[origin]), *others]
    return Case(
        "cloudfront-s3-access-control",
        says,
        outcome,
        stack=stack,
        at="" if outcome is NOT_APPLICABLE else "cdn",
        finds=finds,
    )


def access(behavior: Any = "always", name: str = "access", **more: Any) -> Resource:
    return resource(
        ACCESS,
        name,
        name=name,
        originAccessControlOriginType="s3",
        signingBehavior=behavior,
        signingProtocol="sigv4",
        **more,
    )


def two_controls() -> Resource:
    """A distribution whose origin's access control is one of two."""
    distribution = good(DISTRIBUTION, "cdn", origins=[{**RESTRICTED, "originAccessControlId": UNKNOWN}])
    distribution.dependencies = {"origins": [urn_of(ACCESS, "access"), urn_of(ACCESS, "other")]}
    return distribution


def deployed_site(control: Resource) -> list[Resource]:
    """A distribution of a deployed stack, whose origin's access control is known by now."""
    distribution = good(DISTRIBUTION, "cdn", origins=[RESTRICTED])
    distribution.dependencies = {"origins": [control.urn]}
    return [distribution, control]


CASES = [
    s3("a bucket with access control", COMPLIANT, RESTRICTED),
    s3("an access control that is not known yet", COMPLIANT, {**RESTRICTED, "originAccessControlId": UNKNOWN}),
    s3("a bucket of the stack with access control", COMPLIANT, {**RESTRICTED, "domainName": Ref(BUCKET, "site")}, SITE),
    s3(
        "an access control that signs",
        COMPLIANT,
        {**RESTRICTED, "originAccessControlId": Ref(ACCESS, "access")},
        access(),
    ),
    s3(
        "an access control that keeps the viewer's signature",
        COMPLIANT,
        {**RESTRICTED, "originAccessControlId": Ref(ACCESS, "access")},
        access("no-override"),
    ),
    s3("an access control of another stack", COMPLIANT, RESTRICTED, access("never")),
    s3(
        "an unknown access control, where all of the stack sign",
        COMPLIANT,
        {**RESTRICTED, "originAccessControlId": UNKNOWN},
        access(),
        access(name="other"),
    ),
    s3(
        "an access control that never signs",
        VIOLATION,
        {**RESTRICTED, "originAccessControlId": Ref(ACCESS, "access")},
        access("never"),
        finds=("signingBehavior of OriginAccessControl 'access'", '"never"', '"always" or "no-override"'),
    ),
    Case(
        "cloudfront-s3-access-control",
        "an access control that never signs, by its id",
        VIOLATION,
        stack=deployed_site(existing(access("never"), id="E123")),
        at="cdn",
    ),
    Case(
        "cloudfront-s3-access-control",
        "an access control without a signing behavior",
        VIOLATION,
        stack=deployed_site(existing(access(ABSENT), id="E123")),
        at="cdn",
    ),
    Case(
        "cloudfront-s3-access-control",
        "an access control that may sign",
        UNDECIDED,
        stack=deployed_site(existing(access(UNKNOWN), id="E123")),
        at="cdn",
    ),
    s3(
        "an unknown access control, where one of the stack never signs",
        UNDECIDED,
        {**RESTRICTED, "originAccessControlId": UNKNOWN},
        access("never"),
    ),
    Case(
        "cloudfront-s3-access-control",
        "an access control that is replaced by one that never signs",
        UNDECIDED,
        stack=deployed_site(access("never")),
        at="cdn",
    ),
    Case(
        "cloudfront-s3-access-control",
        "an access control that is replaced by one that signs",
        COMPLIANT,
        stack=deployed_site(access()),
        at="cdn",
    ),
    Case(
        "cloudfront-s3-access-control",
        "one of two access controls",
        UNDECIDED,
        stack=[two_controls(), access(), access("never", "other")],
        at="cdn",
        finds=("originAccessControlId is not known before the update, computed from OriginAccessControl 'access'",),
    ),
    Case(
        "cloudfront-s3-access-control",
        "for tenants, a bucket without access control",
        VIOLATION,
        stack=[good(TENANTS, "cdn", origins=[{"id": "site", "domainName": "site.s3.amazonaws.com"}])],
        at="cdn",
        finds=("originAccessControlId",),
    ),
    Case(
        "cloudfront-s3-access-control",
        "for tenants, a bucket as a custom origin",
        VIOLATION,
        stack=[good(TENANTS, "cdn", origins__0__domainName="site.s3.amazonaws.com")],
        at="cdn",
    ),
    s3("a bucket without access control", VIOLATION, UNRESTRICTED, finds=("originAccessControlId",)),
    s3("an unknown bucket without access control", VIOLATION, {"originId": "site", "domainName": UNKNOWN}),
    s3(
        "an origin access identity",
        VIOLATION,
        {**RESTRICTED, "s3OriginConfig": {"originAccessIdentity": "origin-access-identity/cloudfront/E1"}},
        finds=("originAccessIdentity",),
    ),
    s3("a bucket as a custom origin", VIOLATION, http_origin("site.s3.amazonaws.com")),
    s3("a bucket's website", VIOLATION, http_origin("site.s3-website-us-east-1.amazonaws.com")),
    s3("a bucket of the stack as a custom origin", VIOLATION, http_origin(Ref(BUCKET, "site")), SITE),
    s3("a wrong type", VIOLATION, "site.s3.amazonaws.com"),
    s3("an unknown identity", UNDECIDED, {**RESTRICTED, "s3OriginConfig": {"originAccessIdentity": UNKNOWN}}),
    Case(
        "cloudfront-s3-access-control",
        "a load balancer or a bucket",
        UNDECIDED,
        stack=[computed_from_both(), balancer(), SITE],
        at="cdn",
        finds=("whether the origin is an S3 bucket: origins[0].domainName is not known",),
    ),
    s3("a load balancer", NOT_APPLICABLE, http_origin(Ref(BALANCER, "front")), balancer()),
    s3("a host", NOT_APPLICABLE, http_origin("api.example.com")),
    s3("a host with a name like that of S3", NOT_APPLICABLE, http_origin("s3.amazonaws.com.example.com")),
    s3("a bucket by the longest name of a host", VIOLATION, http_origin("site.s3.amazonaws.com".rjust(253, "a"))),
    s3("a name longer than a host's", NOT_APPLICABLE, http_origin("site.s3.amazonaws.com".rjust(254, "a"))),
    s3("an absurdly long host", NOT_APPLICABLE, http_origin("s3." * 200_000)),
    s3("a VPC origin", NOT_APPLICABLE, VPC),
]
