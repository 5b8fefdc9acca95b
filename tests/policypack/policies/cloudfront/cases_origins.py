"""The tables of the CloudFront policies on origins."""

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
    rows,
    urn_of,
)

DISTRIBUTION = "aws:cloudfront/distribution:Distribution"
TENANTS = "aws:cloudfront/multitenantDistribution:MultitenantDistribution"
VPC_ORIGIN = "aws:cloudfront/vpcOrigin:VpcOrigin"
BALANCER, TWIN = "aws:lb/loadBalancer:LoadBalancer", "aws:alb/loadBalancer:LoadBalancer"
LISTENER = "aws:lb/listener:Listener"
BUCKET = "aws:s3/bucket:Bucket"
DNS_NAME = "ml-api-1234567890.us-east-1.elb.amazonaws.com"
PROTOCOLS = "origins.0.customOriginConfig.originSslProtocols"
VPC_PROTOCOLS = "vpcOriginEndpointConfig.originSslProtocols.items"

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


def behaving(origins: Any, viewers: Any = "allow-all", target: Any = "api", **more: Any) -> Resource:
    """A distribution whose default cache behavior is for one origin, beside another behavior that redirects."""
    behavior = {"targetOriginId": target, "viewerProtocolPolicy": viewers}
    return good(DISTRIBUTION, "cdn", origins=origins, defaultCacheBehavior=behavior, **more)


def tenants(viewers: Any, **origin: Any) -> Resource:
    """A multi-tenant distribution whose origin has the protocol policy match-viewer."""
    return good(
        TENANTS,
        "cdn",
        origins__0__customOriginConfigs__0__originProtocolPolicy="match-viewer",
        defaultCacheBehavior__viewerProtocolPolicy=viewers,
        **{f"origins__0__{name}": value for name, value in origin.items()},
    )


def matched(says: str, outcome: Any, *stack: Resource, finds: Any = ()) -> Case:
    """A row on an origin with the protocol policy match-viewer."""
    return Case("cloudfront-origin-https", f"match-viewer: {says}", outcome, stack=stack, at="cdn", finds=finds)


MATCHING = [http_origin("a.example.com", originProtocolPolicy="match-viewer")]
GROUP = {"originId": "pair", "members": [{"originId": "other"}, {"originId": "api"}]}


def vpc_origin(policy: Any = "http-only", arn: Any = "arn:aws:ec2:us-east-1:1:instance/i-1", **more: Any) -> Resource:
    path = "vpcOriginEndpointConfig"
    return good(VPC_ORIGIN, "inner", **{f"{path}__originProtocolPolicy": policy, f"{path}__arn": arn, **more})


def at_arn(arn: str) -> Resource:
    """A VPC origin of a deployed stack, whose load balancer is known by now."""
    origin = vpc_origin(arn=arn)
    origin.dependencies = {"vpcOriginEndpointConfig": [urn_of(BALANCER, "front")]}
    return origin


def inner(says: str, outcome: Any, *stack: Resource, finds: Any = ()) -> Case:
    """A row on a VPC origin."""
    return Case("cloudfront-origin-https", f"a VPC origin: {says}", outcome, stack=stack, at="inner", finds=finds)


def through_vpc(origin: Any) -> list[dict[str, Any]]:
    return [{"originId": "api", "domainName": "i.example.com", "vpcOriginConfig": {"vpcOriginId": origin}}]


def balancer(token: str = BALANCER, **more: Any) -> Resource:
    return resource(token, "front", name="front", **more)


BY_EDGE = Ref(BALANCER, "front")


def listener(protocol: Any, of: Any = BY_EDGE, name: str = "listener") -> Resource:
    return resource(LISTENER, name, protocol=protocol, loadBalancerArn=of)


def existing(item: Resource, **outputs: Any) -> Resource:
    """A resource as the engine knows it after an update."""
    item.outputs = {**item.properties, **outputs}
    return item


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
RESTRICTED = {"originId": "site", "domainName": "site.s3.us-east-1.amazonaws.com", "originAccessControlId": "E123"}
VPC = {"originId": "vpc", "domainName": "api.internal", "vpcOriginConfig": {"vpcOriginId": "vo_1"}}

CASES = [
    *(
        case(f"a website endpoint, {end}", NOT_APPLICABLE, [http_origin(f"site.s3-website{end}")])
        for end in ("-us-east-1.amazonaws.com", ".eu-central-1.amazonaws.com")
    ),
    case(
        "a website endpoint not known yet",
        NOT_APPLICABLE,
        [http_origin(Ref("aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration", "site"))],
        resource("aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration", "site", bucket="site"),
    ),
    *(
        case(
            f"an endpoint of a bucket, not known yet, over {protocol}",
            outcome,
            [http_origin(Ref("aws:s3/bucket:Bucket", "site"), originProtocolPolicy=protocol)],
            resource("aws:s3/bucket:Bucket", "site"),
        )
        for outcome, protocol in ((UNDECIDED, "http-only"), (COMPLIANT, "https-only"))
    ),
    case("a name like that of a website endpoint", VIOLATION, [http_origin("s3-website.example.com")]),
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
        not_applicable=[
            ("a bucket", {"origins": [RESTRICTED]}),
            ("a VPC origin, which is checked itself", {"origins": [VPC]}),
        ],
    ),
    *rows(
        "cloudfront-origin-tls-versions",
        TENANTS,
        compliant=[("for tenants", {})],
        violation=[
            (
                "for tenants, SSL 3",
                {"origins.0.customOriginConfigs.0.originSslProtocols": ["SSLv3"]},
                "customOriginConfigs[0].originSslProtocols[0]",
            ),
        ],
        undecided=[("for tenants, an unknown configuration", {"origins.0.customOriginConfigs": UNKNOWN})],
        not_applicable=[("for tenants, a bucket", {"origins.0.customOriginConfigs": []})],
    ),
    *rows(
        "cloudfront-origin-tls-versions",
        VPC_ORIGIN,
        compliant=[("a VPC origin with TLS 1.2 alone", {})],
        violation=[
            (
                "a VPC origin with SSL 3",
                {VPC_PROTOCOLS: ["SSLv3"]},
                "vpcOriginEndpointConfig.originSslProtocols.items[0]",
            ),
            ("a VPC origin without protocols", {"vpcOriginEndpointConfig.originSslProtocols": ABSENT}, "not set"),
            ("a VPC origin of a wrong type", {"vpcOriginEndpointConfig": "inner"}),
        ],
        undecided=[("a VPC origin with an unknown protocol", {VPC_PROTOCOLS: [UNKNOWN]})],
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
        finds=("originProtocolPolicy is", "and Listener 'secure' of its load balancer has", 'expected "https-only"'),
    ),
    case(
        "a load balancer with a certificate, behind a listener of another",
        VIOLATION,
        TO_BALANCER,
        balancer(),
        resource(BALANCER, "other"),
        listener("HTTP", Ref(BALANCER, "other"), name="a"),
        listener("HTTPS", name="b"),
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
    matched("which is HTTPS", COMPLIANT, behaving(MATCHING, "redirect-to-https")),
    matched("HTTP to another origin", COMPLIANT, behaving(MATCHING, target="other")),
    matched("HTTP to a group without it", COMPLIANT, behaving(MATCHING, target="pair", originGroups=[])),
    matched(
        "HTTP to another group than its own",
        COMPLIANT,
        behaving(MATCHING, target="other", originGroups=[GROUP]),
    ),
    matched("which is HTTPS, by unknown groups", COMPLIANT, behaving(MATCHING, "https-only", originGroups=UNKNOWN)),
    matched("for tenants, which is HTTPS", COMPLIANT, tenants("https-only")),
    matched(
        "which may be HTTP",
        VIOLATION,
        behaving(MATCHING),
        finds=('is "match-viewer", and a cache behavior for this origin allows HTTP; expected "https-only"',),
    ),
    matched("which may be HTTP by a group", VIOLATION, behaving(MATCHING, target="pair", originGroups=[GROUP])),
    matched(
        "which may be HTTP by path",
        VIOLATION,
        behaving(
            MATCHING,
            "https-only",
            orderedCacheBehaviors=[{"targetOriginId": "api", "viewerProtocolPolicy": "allow-all"}],
        ),
    ),
    matched(
        "which may be HTTP, to a load balancer without a certificate",
        VIOLATION,
        behaving([http_origin(BY_EDGE, originProtocolPolicy="match-viewer")]),
        balancer(),
        listener("HTTP"),
    ),
    matched("for tenants, which may be HTTP", VIOLATION, tenants("allow-all")),
    matched("unknown", UNDECIDED, behaving(MATCHING, UNKNOWN), finds=("viewers can use HTTP",)),
    matched("HTTP to an unknown target", UNDECIDED, behaving(MATCHING, target=UNKNOWN)),
    matched(
        "HTTP to no target",
        UNDECIDED,
        behaving(MATCHING, target=ABSENT),
        finds=("a cache behavior without a target origin is in no form that the pack can read",),
    ),
    matched(
        "HTTP, by unknown groups",
        UNDECIDED,
        behaving(MATCHING, target="pair", originGroups=UNKNOWN),
        finds=("viewers can use HTTP: originGroups is not known",),
    ),
    matched(
        "HTTP to a group of unknown members",
        UNDECIDED,
        behaving(MATCHING, target="pair", originGroups=[{"originId": "pair", "members": UNKNOWN}]),
        finds=("viewers can use HTTP: originGroups[0].members is not known",),
    ),
    matched("unknown behaviors by path", UNDECIDED, behaving(MATCHING, "https-only", orderedCacheBehaviors=UNKNOWN)),
    # --- VPC origins
    inner("HTTPS only", COMPLIANT, vpc_origin("https-only")),
    inner("a load balancer without a certificate", COMPLIANT, vpc_origin(arn=BY_EDGE), balancer(), listener("HTTP")),
    inner(
        "a load balancer that exists",
        COMPLIANT,
        at_arn("arn:lb"),
        existing(balancer(), arn="arn:lb"),
        listener("HTTP"),
    ),
    inner("HTTP to an instance", VIOLATION, vpc_origin(), finds=("http-only", "originProtocolPolicy")),
    inner(
        "a load balancer with a certificate",
        VIOLATION,
        vpc_origin(arn=BY_EDGE),
        balancer(),
        listener("HTTPS"),
        finds=("Listener 'listener' of its load balancer has a certificate",),
    ),
    inner("absent", VIOLATION, vpc_origin(ABSENT)),
    inner("unknown", UNDECIDED, vpc_origin(UNKNOWN)),
    inner("HTTP to it is not known what", UNDECIDED, vpc_origin(arn=UNKNOWN), balancer()),
    inner(
        "match-viewer, which is HTTPS",
        COMPLIANT,
        vpc_origin("match-viewer"),
        behaving(through_vpc(Ref(VPC_ORIGIN, "inner")), "https-only"),
    ),
    inner(
        "match-viewer, which may be HTTP",
        VIOLATION,
        vpc_origin("match-viewer"),
        behaving(through_vpc(Ref(VPC_ORIGIN, "inner"))),
        finds=("vpcOriginEndpointConfig.originProtocolPolicy", "a cache behavior for this origin allows HTTP"),
    ),
    inner(
        "match-viewer, by its id, for tenants",
        VIOLATION,
        existing(vpc_origin("match-viewer"), id="vo_1"),
        tenants("allow-all", vpcOriginConfigs=[{"vpcOriginId": "vo_1"}], customOriginConfigs=ABSENT),
    ),
    inner(
        "match-viewer, which may be HTTP for another",
        UNDECIDED,
        existing(vpc_origin("match-viewer"), id="vo_1"),
        behaving(through_vpc("vo_2")),
    ),
    inner("match-viewer of another stack", UNDECIDED, vpc_origin("match-viewer")),
    inner(
        "match-viewer of two distributions, of which one may use it, over HTTPS",
        COMPLIANT,
        vpc_origin("match-viewer"),
        behaving(through_vpc(Ref(VPC_ORIGIN, "inner")), "https-only"),
        good(TENANTS, "other", origins=UNKNOWN),
    ),
    inner(
        "match-viewer of two distributions, of which one may use it",
        UNDECIDED,
        vpc_origin("match-viewer"),
        behaving(through_vpc(Ref(VPC_ORIGIN, "inner")), "https-only"),
        good(TENANTS, "other", origins=UNKNOWN, defaultCacheBehavior__viewerProtocolPolicy="allow-all"),
    ),
    inner(
        "match-viewer of an origin that may be it",
        UNDECIDED,
        vpc_origin("match-viewer"),
        behaving(through_vpc(UNKNOWN), "https-only"),
    ),
    inner(
        "match-viewer of unknown origins",
        UNDECIDED,
        vpc_origin("match-viewer"),
        behaving(UNKNOWN, "https-only"),
    ),
    case("a VPC origin, which is checked itself", NOT_APPLICABLE, [VPC]),
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
    case("a bucket", NOT_APPLICABLE, [RESTRICTED]),
    Case(
        "cloudfront-origin-https",
        "a load balancer or a bucket, over HTTP",
        UNDECIDED,
        stack=[computed_from_both(), balancer(), SITE],
        at="cdn",
    ),
    Case(
        "cloudfront-origin-https",
        "a load balancer whose name is to change",
        UNDECIDED,
        stack=[computed_and_known(), balancer(dnsName=UNKNOWN)],
        at="cdn",
        finds=("without an HTTPS listener: dnsName of LoadBalancer 'front' is not known",),
    ),
]
