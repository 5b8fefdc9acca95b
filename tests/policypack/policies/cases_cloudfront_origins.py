"""The tables of the CloudFront policies on origins."""

from __future__ import annotations

from typing import Any

from guardrails.view import ABSENT, UNKNOWN, Resource
from tests.policypack.cases import (
    COMPLIANT,
    NOT_APPLICABLE,
    UNDECIDED,
    VIOLATION,
    Case,
    Ref,
    good,
    resource,
    rows,
    urn_of,
)

DISTRIBUTION = "aws:cloudfront/distribution:Distribution"
BALANCER, TWIN = "aws:lb/loadBalancer:LoadBalancer", "aws:alb/loadBalancer:LoadBalancer"
LISTENER = "aws:lb/listener:Listener"
BUCKET = "aws:s3/bucket:Bucket"
DNS_NAME = "ml-api-1234567890.us-east-1.elb.amazonaws.com"
PROTOCOLS = "origins.0.customOriginConfig.originSslProtocols"

HTTP = {"originProtocolPolicy": "http-only", "originSslProtocols": ["TLSv1.2"]}


def http_origin(domain: Any, **config: Any) -> dict[str, Any]:
    return {"originId": "api", "domainName": domain, "customOriginConfig": {**HTTP, **config}}


def case(says: str, outcome: Any, origins: Any, *others: Resource, finds: Any = ()) -> Case:
    """A row of the policy on HTTPS to origins."""
    stack = [good(DISTRIBUTION, "cdn", origins=origins), *others]
    return Case(
        "cloudfront-origin-https",
        says,
        outcome,
        stack=stack,
        at="" if outcome is NOT_APPLICABLE else "cdn",
        finds=finds,
    )


def balancer(token: str = BALANCER, **more: Any) -> Resource:
    return resource(token, "front", name="front", **more)


BY_EDGE = Ref(BALANCER, "front")


def listener(protocol: Any, of: Any = BY_EDGE, name: str = "listener") -> Resource:
    return resource(LISTENER, name, protocol=protocol, loadBalancerArn=of)


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


def computed_from_both() -> Resource:
    """A distribution whose origin is computed from a load balancer and a bucket."""
    distribution = good(DISTRIBUTION, "cdn", origins=[http_origin(UNKNOWN)])
    distribution.dependencies = {"origins": [urn_of(BALANCER, "front"), urn_of(BUCKET, "site")]}
    return distribution


def computed_and_known() -> Resource:
    """A distribution of a deployed stack, whose origin is computed from a load balancer and known by now."""
    distribution = good(DISTRIBUTION, "cdn", origins=[http_origin(DNS_NAME)])
    distribution.dependencies = {"origins": [urn_of(BALANCER, "front")]}
    return distribution


TO_BALANCER = [http_origin(Ref(BALANCER, "front"))]
SITE = resource(BUCKET, "site", bucket="site")
CLOSED = {"originId": "site", "domainName": "site.s3.us-east-1.amazonaws.com", "originAccessControlId": "E123"}
VPC_ORIGIN = {"originId": "vpc", "domainName": "api.internal", "vpcOriginConfig": {"vpcOriginId": "vo_1"}}
OPEN = {"originId": "site", "domainName": "site.s3.us-east-1.amazonaws.com"}

CASES = [
    *rows(
        "cloudfront-origin-tls-versions",
        compliant=[("TLS 1.2 alone", {}), ("a domain that is not known yet", {"origins.0.domainName": UNKNOWN})],
        violation=[
            ("TLS 1.1 as well", {PROTOCOLS: ["TLSv1.1", "TLSv1.2"]}, "TLSv1.1", "originSslProtocols[0]"),
            ("SSL 3", {PROTOCOLS: ["SSLv3"]}),
            ("absent", {PROTOCOLS: ABSENT}, "not set"),
            ("none", {PROTOCOLS: []}),
            ("a wrong type", {PROTOCOLS: [1.2]}),
        ],
        undecided=[
            ("unknown", {PROTOCOLS: UNKNOWN}),
            ("one unknown protocol", {PROTOCOLS: ["TLSv1.2", UNKNOWN]}),
            ("unknown origins", {"origins": UNKNOWN}),
        ],
        not_applicable=[("a bucket", {"origins": [CLOSED]})],
    ),
    case("HTTPS only", COMPLIANT, [http_origin("api.example.com", originProtocolPolicy="https-only")]),
    case("a load balancer without a certificate", COMPLIANT, TO_BALANCER, balancer(), listener("HTTP")),
    case(
        "a load balancer's twin type",
        COMPLIANT,
        [http_origin(Ref(TWIN, "front"))],
        balancer(TWIN),
        listener("HTTP", Ref(TWIN, "front")),
    ),
    Case(
        "cloudfront-origin-https",
        "a load balancer that exists",
        COMPLIANT,
        stack=[computed_and_known(), balancer(dnsName=DNS_NAME)],
        at="cdn",
    ),
    case(
        "HTTP to a host that is no load balancer of it",
        VIOLATION,
        [http_origin(DNS_NAME)],
        balancer(dnsName="a.example"),
    ),
    case(
        "a certificate on another load balancer",
        COMPLIANT,
        TO_BALANCER,
        balancer(),
        resource(BALANCER, "other"),
        listener("HTTPS", Ref(BALANCER, "other")),
    ),
    case(
        "a load balancer with a certificate",
        VIOLATION,
        TO_BALANCER,
        balancer(),
        listener("HTTP"),
        listener("HTTPS", name="secure"),
        finds=("Listener 'secure'", "originProtocolPolicy", 'accepted is "https-only"'),
    ),
    case("a load balancer with TLS", VIOLATION, TO_BALANCER, balancer(), listener("TLS")),
    case("HTTP to a host", VIOLATION, [http_origin("api.example.com")], finds=("http-only",)),
    case("HTTP to another stack's load balancer", VIOLATION, [http_origin(DNS_NAME)], balancer()),
    case(
        "HTTP to something else of the stack",
        VIOLATION,
        [http_origin(Ref("aws:ec2/instance:Instance", "i"))],
        balancer(),
    ),
    case("what the viewer uses", VIOLATION, [http_origin("a.example.com", originProtocolPolicy="match-viewer")]),
    case(
        "what the viewer uses, to a load balancer without a certificate",
        VIOLATION,
        [http_origin(BY_EDGE, originProtocolPolicy="match-viewer")],
        balancer(),
        listener("HTTP"),
    ),
    case(
        "HTTPS only to a load balancer with a certificate",
        COMPLIANT,
        [http_origin(BY_EDGE, originProtocolPolicy="https-only")],
        balancer(),
        listener("HTTPS"),
    ),
    case("absent", VIOLATION, [{"domainName": "a.example.com", "customOriginConfig": {}}]),
    case("a wrong type", VIOLATION, [http_origin("a.example.com", originProtocolPolicy=["https-only"])]),
    case("an origin of a wrong type", VIOLATION, ["a.example.com"]),
    case(
        "one of two",
        VIOLATION,
        [http_origin("a.example.com", originProtocolPolicy="https-only"), http_origin("b.example.com")],
    ),
    case("an unknown protocol", UNDECIDED, [http_origin("a.example.com", originProtocolPolicy=UNKNOWN)]),
    case("HTTP to an unknown host, with a load balancer in the stack", UNDECIDED, [http_origin(UNKNOWN)], balancer()),
    case("a listener of an unknown protocol", UNDECIDED, TO_BALANCER, balancer(), listener(UNKNOWN)),
    case("a certificate of an unknown load balancer", UNDECIDED, TO_BALANCER, balancer(), listener("HTTPS", UNKNOWN)),
    case("unknown origins", UNDECIDED, UNKNOWN),
    case("a bucket", NOT_APPLICABLE, [CLOSED]),
    s3("a bucket with access control", COMPLIANT, CLOSED),
    s3("an access control that is not known yet", COMPLIANT, {**CLOSED, "originAccessControlId": UNKNOWN}),
    s3("a bucket of the stack with access control", COMPLIANT, {**CLOSED, "domainName": Ref(BUCKET, "site")}, SITE),
    s3("an open bucket", VIOLATION, OPEN, finds=("originAccessControlId",)),
    s3("an unknown bucket without access control", VIOLATION, {"originId": "site", "domainName": UNKNOWN}),
    s3(
        "an identity as it was before",
        VIOLATION,
        {**CLOSED, "s3OriginConfig": {"originAccessIdentity": "origin-access-identity/cloudfront/E1"}},
        finds=("originAccessIdentity",),
    ),
    s3("a bucket as a custom origin", VIOLATION, http_origin("site.s3.amazonaws.com")),
    s3("a bucket's website", VIOLATION, http_origin("site.s3-website-us-east-1.amazonaws.com")),
    s3("a bucket of the stack as a custom origin", VIOLATION, http_origin(Ref(BUCKET, "site")), SITE),
    s3("a wrong type", VIOLATION, "site.s3.amazonaws.com"),
    s3("an unknown identity", UNDECIDED, {**CLOSED, "s3OriginConfig": {"originAccessIdentity": UNKNOWN}}),
    Case(
        "cloudfront-s3-access-control",
        "a load balancer or a bucket",
        UNDECIDED,
        stack=[computed_from_both(), balancer(), SITE],
        at="cdn",
    ),
    Case(
        "cloudfront-origin-https",
        "a load balancer or a bucket, over HTTP",
        UNDECIDED,
        stack=[computed_from_both(), balancer(), SITE],
        at="cdn",
    ),
    s3("a load balancer", NOT_APPLICABLE, http_origin(Ref(BALANCER, "front")), balancer()),
    s3("a host", NOT_APPLICABLE, http_origin("api.example.com")),
    s3("a host that looks like S3's", NOT_APPLICABLE, http_origin("s3.amazonaws.com.example.com")),
    s3("a bucket by the longest name of a host", VIOLATION, http_origin("site.s3.amazonaws.com".rjust(253, "a"))),
    s3("a name longer than a host's", NOT_APPLICABLE, http_origin("site.s3.amazonaws.com".rjust(254, "a"))),
    s3("an absurdly long host", NOT_APPLICABLE, http_origin("s3." * 200_000)),
    s3("a VPC origin", NOT_APPLICABLE, VPC_ORIGIN),
    Case(
        "cloudfront-origin-https",
        "a load balancer whose name is to change",
        UNDECIDED,
        stack=[computed_and_known(), balancer(dnsName=UNKNOWN)],
        at="cdn",
    ),
]
