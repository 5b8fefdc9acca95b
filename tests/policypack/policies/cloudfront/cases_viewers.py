"""The tables of the CloudFront policies on viewers."""

from __future__ import annotations

from typing import Any

from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.value import ABSENT, UNKNOWN
from tests.policypack.cases import COMPLIANT, UNDECIDED, VIOLATION, Case, Ref, good, rows, urn_of

DISTRIBUTION = "aws:cloudfront/distribution:Distribution"
TENANTS = "aws:cloudfront/multitenantDistribution:MultitenantDistribution"
HEADERS = "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy"
CORS_ONLY = "60669652-455b-4ae9-85a4-c4c02393f86c"
PREFLIGHT = "eaab4381-ed33-4a86-88ca-d9558dc6cd63"

DEFAULT = "defaultCacheBehavior.responseHeadersPolicyId"
CERTIFICATE = "viewerCertificate"
OTHER_VERSIONS = ("TLSv1.3_2025", "TLSv1.2_2025", "TLSv1.2_2019", "TLSv1.2_2018")


def strict(says: str, outcome: Any, *policies: Resource, finds: Any = (), settings: Any = None, **changes: Any) -> Case:
    stack = [good(DISTRIBUTION, "cdn", **changes), *policies]
    return Case(
        "cloudfront-strict-transport", says, outcome, stack=stack, at="cdn", settings=settings or {}, finds=finds
    )


def headers(name: str = "strict", seconds: Any = 31536000.0, **changes: Any) -> Resource:
    age = "securityHeadersConfig__strictTransportSecurity__accessControlMaxAgeSec"
    return good(HEADERS, name, **(changes or {age: seconds}))


def of_two_policies() -> Resource:
    """A distribution whose default behavior is computed from one of two policies."""
    distribution = good(DISTRIBUTION, "cdn", defaultCacheBehavior__responseHeadersPolicyId=UNKNOWN)
    distribution.dependencies = {"defaultCacheBehavior": [urn_of(HEADERS, "strict"), urn_of(HEADERS, "lax")]}
    return distribution


BY_EDGE = Ref(HEADERS, "strict")

CASES = [
    *rows(
        "cloudfront-viewers-https",
        compliant=[
            ("redirect and https-only", {}),
            ("no behavior by path", {"orderedCacheBehaviors": ABSENT}),
        ],
        violation=[
            (
                "the default behavior allows all",
                {"defaultCacheBehavior.viewerProtocolPolicy": "allow-all"},
                "defaultCacheBehavior.viewerProtocolPolicy",
                "allow-all",
                "redirect-to-https",
            ),
            ("a behavior by path allows all", {"orderedCacheBehaviors.0.viewerProtocolPolicy": "allow-all"}, "[0]"),
            ("absent", {"defaultCacheBehavior.viewerProtocolPolicy": ABSENT}, "not set"),
            ("no default behavior", {"defaultCacheBehavior": ABSENT}),
            (
                "both allow all",
                {
                    "defaultCacheBehavior.viewerProtocolPolicy": "allow-all",
                    "orderedCacheBehaviors.0.viewerProtocolPolicy": "allow-all",
                },
            ),
            ("a wrong type", {"defaultCacheBehavior.viewerProtocolPolicy": ["https-only"]}),
            ("behaviors by path of a wrong type", {"orderedCacheBehaviors": "all"}, "an object"),
        ],
        undecided=[
            ("unknown", {"defaultCacheBehavior.viewerProtocolPolicy": UNKNOWN}),
            ("unknown behaviors by path", {"orderedCacheBehaviors": UNKNOWN}),
        ],
    ),
    *rows(
        "cloudfront-viewers-https",
        TENANTS,
        compliant=[("for tenants", {})],
        violation=[
            ("for tenants, the default allows all", {"defaultCacheBehavior.viewerProtocolPolicy": "allow-all"}),
            (
                "for tenants, a behavior by path allows all",
                {"cacheBehaviors.0.viewerProtocolPolicy": "allow-all"},
                "cacheBehaviors[0].viewerProtocolPolicy",
            ),
        ],
        undecided=[("for tenants, unknown behaviors by path", {"cacheBehaviors": UNKNOWN})],
    ),
    *rows(
        "cloudfront-viewers-tls",
        TENANTS,
        violation=[("for tenants, TLS 1.1", {f"{CERTIFICATE}.minimumProtocolVersion": "TLSv1.1_2016"})],
    ),
    *rows(
        "cloudfront-own-certificate",
        TENANTS,
        compliant=[("for tenants, one for all", {})],
        violation=[("for tenants, absent", {CERTIFICATE: ABSENT})],
        undecided=[
            ("for tenants, perhaps the default certificate", {f"{CERTIFICATE}.cloudfrontDefaultCertificate": UNKNOWN})
        ],
        not_applicable=[("the certificates of the tenants", {CERTIFICATE: {"cloudfrontDefaultCertificate": True}})],
    ),
    *rows("cloudfront-web-acl", TENANTS, violation=[("for tenants, absent", {"webAclId": ABSENT})]),
    *rows(
        "cloudfront-viewers-tls",
        compliant=[
            ("TLSv1.2_2021 by SNI", {}),
            *((version, {f"{CERTIFICATE}.minimumProtocolVersion": version}) for version in OTHER_VERSIONS),
            (
                "a list of one, as some SDKs send it",
                {CERTIFICATE: [{"minimumProtocolVersion": "TLSv1.2_2019", "sslSupportMethod": "sni-only"}]},
            ),
        ],
        violation=[
            ("TLS 1.1", {f"{CERTIFICATE}.minimumProtocolVersion": "TLSv1.1_2016"}, "TLSv1.1_2016", "TLSv1.2_2021"),
            ("absent, which is TLS 1.0", {f"{CERTIFICATE}.minimumProtocolVersion": ABSENT}, 'takes as "TLSv1";'),
            ("dedicated IP addresses", {f"{CERTIFICATE}.sslSupportMethod": "vip"}, "sni-only"),
            ("no certificate", {CERTIFICATE: ABSENT}),
            ("a wrong type", {f"{CERTIFICATE}.minimumProtocolVersion": 1.2}),
        ],
        undecided=[
            ("unknown", {CERTIFICATE: UNKNOWN}),
            ("an unknown version", {f"{CERTIFICATE}.minimumProtocolVersion": UNKNOWN}),
            (
                "TLS 1.1, or the default CloudFront certificate",
                {CERTIFICATE: {"cloudfrontDefaultCertificate": UNKNOWN}},
            ),
        ],
        not_applicable=[("the default CloudFront certificate", {CERTIFICATE: {"cloudfrontDefaultCertificate": True}})],
    ),
    *rows(
        "cloudfront-own-certificate",
        compliant=[
            ("from ACM", {}),
            ("from ACM, not known yet", {f"{CERTIFICATE}.acmCertificateArn": UNKNOWN}),
            ("from IAM", {CERTIFICATE: {"iamCertificateId": "ASCA", "cloudfrontDefaultCertificate": False}}),
        ],
        violation=[
            (
                "the default CloudFront certificate",
                {CERTIFICATE: {"cloudfrontDefaultCertificate": True}},
                "cloudfrontDefaultCertificate",
            ),
            ("absent", {CERTIFICATE: ABSENT}, "the ARN of a certificate"),
            (
                "none",
                {CERTIFICATE: {"cloudfrontDefaultCertificate": False}},
                "viewerCertificate.acmCertificateArn is not set",
            ),
            ("an empty ARN", {f"{CERTIFICATE}.acmCertificateArn": ""}),
            ("a wrong type", {CERTIFICATE: "acm"}),
        ],
        undecided=[
            ("unknown", {CERTIFICATE: UNKNOWN}),
            ("perhaps the default CloudFront certificate", {f"{CERTIFICATE}.cloudfrontDefaultCertificate": UNKNOWN}),
        ],
    ),
    *rows(
        "cloudfront-web-acl",
        compliant=[("a web ACL", {}), ("one that is not known yet", {"webAclId": UNKNOWN})],
        violation=[("absent", {"webAclId": ABSENT}, "not set", "web_acl_id")],
    ),
    strict("managed policies", COMPLIANT),
    strict("a policy of the stack", COMPLIANT, headers(), defaultCacheBehavior__responseHeadersPolicyId=BY_EDGE),
    strict("no behavior by path", COMPLIANT, orderedCacheBehaviors=ABSENT),
    strict("managed policies, for a year as configured", COMPLIANT, settings={"minimumSeconds": 31536000}),
    strict("managed policies, for a second as configured", COMPLIANT, settings={"minimumSeconds": 1}),
    strict(
        "managed policies, where configuration requires more than their year",
        VIOLATION,
        settings={"minimumSeconds": 31536001},
        finds=(DEFAULT, "has a max-age of 31536000 seconds", "31536001 seconds or more"),
    ),
    Case("cloudfront-strict-transport", "for tenants", COMPLIANT, stack=[good(TENANTS, "cdn")], at="cdn"),
    Case(
        "cloudfront-strict-transport",
        "for tenants, none on a behavior by path",
        VIOLATION,
        stack=[good(TENANTS, "cdn", cacheBehaviors__0__responseHeadersPolicyId=ABSENT)],
        at="cdn",
        finds=("cacheBehaviors[0].responseHeadersPolicyId",),
    ),
    strict(
        "none on the default behavior",
        VIOLATION,
        defaultCacheBehavior__responseHeadersPolicyId=ABSENT,
        finds=(DEFAULT,),
    ),
    strict(
        "none on a behavior by path",
        VIOLATION,
        orderedCacheBehaviors__0__responseHeadersPolicyId=ABSENT,
        finds=("[0]",),
    ),
    strict(
        "a policy of the stack without the header",
        VIOLATION,
        headers(securityHeadersConfig={"frameOptions": {"frameOption": "DENY"}}),
        defaultCacheBehavior__responseHeadersPolicyId=BY_EDGE,
        finds=("ResponseHeadersPolicy 'strict'", "strictTransportSecurity"),
    ),
    strict(
        "a policy of the stack for an hour",
        VIOLATION,
        headers(seconds=3600.0),
        defaultCacheBehavior__responseHeadersPolicyId=BY_EDGE,
        finds=("3600", "31536000 seconds"),
    ),
    strict("a wrong type", VIOLATION, defaultCacheBehavior__responseHeadersPolicyId=[CORS_ONLY]),
    strict("no default behavior", VIOLATION, defaultCacheBehavior=ABSENT, finds=("defaultCacheBehavior is not set",)),
    strict(
        "a policy for an hour where configuration requires no more",
        COMPLIANT,
        headers(seconds=3600.0),
        defaultCacheBehavior__responseHeadersPolicyId=BY_EDGE,
        settings={"minimumSeconds": 3600},
    ),
    strict(
        "a policy that is not of this stack",
        UNDECIDED,
        defaultCacheBehavior__responseHeadersPolicyId=CORS_ONLY,
        finds=("which is not part of this stack",),
    ),
    strict("unknown", UNDECIDED, defaultCacheBehavior__responseHeadersPolicyId=UNKNOWN),
    strict("unknown behaviors", UNDECIDED, orderedCacheBehaviors=UNKNOWN),
    strict(
        "unknown seconds",
        UNDECIDED,
        headers(seconds=UNKNOWN),
        defaultCacheBehavior__responseHeadersPolicyId=BY_EDGE,
    ),
    Case(
        "cloudfront-strict-transport",
        "one of two policies that differ",
        UNDECIDED,
        stack=[of_two_policies(), headers(), headers("lax", 60.0)],
        at="cdn",
    ),
    Case(
        "cloudfront-strict-transport",
        "one of two policies that agree",
        COMPLIANT,
        stack=[of_two_policies(), headers(), headers("lax")],
        at="cdn",
    ),
    strict(
        "the managed policy with CORS and preflight", COMPLIANT, defaultCacheBehavior__responseHeadersPolicyId=PREFLIGHT
    ),
    strict(
        "seconds of a wrong type",
        VIOLATION,
        headers(seconds="a year"),
        defaultCacheBehavior__responseHeadersPolicyId=BY_EDGE,
        finds=("a year",),
    ),
]
