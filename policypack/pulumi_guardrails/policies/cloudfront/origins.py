"""CloudFront, origins: encryption in transit to custom origins and VPC origins."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from pulumi_guardrails.aws.cloudfront import custom_origin, reached_over_http, viewers_use_https, vpc_origin
from pulumi_guardrails.aws.resource_types import (
    DISTRIBUTION,
    LISTENER,
    LOAD_BALANCER,
    VPC_ORIGIN,
)
from pulumi_guardrails.core.policy import Constraint, ResourcePolicy, Settings, Severity, StackPolicy, Topic, controls
from pulumi_guardrails.core.references import consensus
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.three_valued import Answer, kleene_all, kleene_any, kleene_not
from pulumi_guardrails.core.value import Value, snake_case
from pulumi_guardrails.core.verdict import (
    COMPLIANT,
    Cause,
    Unknown,
    Verdict,
    not_applicable,
    undecided,
    violation,
)

_NO_CUSTOM_ORIGIN = not_applicable("no custom origin")
_OF_BUCKET = "aws:s3/bucket"
_WEBSITE_CONFIGURATION = f"{_OF_BUCKET}WebsiteConfiguration"
_WEBSITE = not_applicable("an S3 website endpoint, which has no HTTPS")


_ROUTES = ("origins", "originGroups", "defaultCacheBehavior", "orderedCacheBehaviors", "cacheBehaviors")
_DECIDING = (
    *_ROUTES,
    *("originId", "id", "vpcOriginConfig", "vpcOriginConfigs", "vpcOriginId", "members"),
    *("targetOriginId", "viewerProtocolPolicy"),
)
"""Where a distribution says which viewers' requests go to which origin, and the properties that decide it."""

_ONLY_TLS_12 = 'Set origin_ssl_protocols=["TLSv1.2"].'
_OF_VPC_ORIGIN = '{"items": ["TLSv1.2"], "quantity": 1}'


def _only_tls_12(resource: Resource, settings: Settings) -> Mapping[str, Any]:
    if resource.kind is VPC_ORIGIN:
        return {"vpcOriginEndpointConfig.originSslProtocols": {"items": ["TLSv1.2"], "quantity": 1}}
    origins = resource["origins"].raw
    if not isinstance(origins, list):
        return {}
    fixed = [_with_tls_12(origin) for origin in origins]
    return {"origins": fixed} if fixed != origins else {}


def _with_tls_12(origin: Any) -> Any:
    if not isinstance(origin, Mapping):
        return origin
    fixed = dict(origin)
    for name in ("customOriginConfig", "customOriginConfigs"):
        config = origin.get(name)
        if isinstance(config, Mapping):
            fixed[name] = {**config, "originSslProtocols": ["TLSv1.2"]}
        elif isinstance(config, list) and all(isinstance(item, Mapping) for item in config):
            fixed[name] = [{**item, "originSslProtocols": ["TLSv1.2"]} for item in config]
    return fixed


_ORIGIN_EXAMPLE = """\
aws.cloudfront.Distribution(
    "cdn",
    origins=[{
        "origin_id": "api",
        "domain_name": "api.example.com",
        "custom_origin_config": {
            "origin_protocol_policy": "https-only",
            "origin_ssl_protocols": ["TLSv1.2"],
            "http_port": 80,
            "https_port": 443,
        },
    }],
    **others,
)"""


@ResourcePolicy(
    title="A CloudFront distribution uses only TLS 1.2 to its origins",
    why=(
        "If CloudFront also offers TLS 1.0 or SSL 3, an attacker between it and the origin can force the use of these "
        "versions, which have known vulnerabilities."
    ),
    severity=Severity.MEDIUM,
    kinds=(DISTRIBUTION, VPC_ORIGIN),
    rows=(
        "TLS 1.2 or later to a custom origin (where the origin has a certificate)",
        "TLS 1.2 or later for viewers, SNI",  # whose CloudFront.10 is about the protocols towards origins
    ),
    controls=controls(FSBP="CloudFront.10", ISO27001="A.8.24"),
    remediation_steps='Set origin_ssl_protocols=["TLSv1.2"] on every custom origin, and its items on every VPC origin.',
    example=_ORIGIN_EXAMPLE,
    url=(
        "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/"
        "using-https-cloudfront-to-custom-origin.html"
    ),
    topics=(Topic.CDN, Topic.ENCRYPTION_IN_TRANSIT),
    remediation=_only_tls_12,
)
def cloudfront_origin_tls_versions(resource: Resource, settings: Settings) -> Verdict:
    """Also for an origin with HTTP, so that the protocols are right once it uses HTTPS.

    A VPC origin has its protocols in a resource of its own.
    """
    if resource.kind is VPC_ORIGIN:
        protocols = resource["vpcOriginEndpointConfig"]["originSslProtocols"]
        return _is_tls_12(protocols["items"], f"Set {snake_case(protocols.path)}={_OF_VPC_ORIGIN}.")

    def judge(origin: Value) -> Verdict:
        config = custom_origin(origin)
        return _NO_CUSTOM_ORIGIN if config.is_absent else _is_tls_12(config["originSslProtocols"], _ONLY_TLS_12)

    return resource["origins"].each(judge)


def _is_tls_12(protocols: Value, fix: str) -> Verdict:
    missing = protocols.mismatch(protocols.shown, '"TLSv1.2" only', fix)
    if not protocols.is_unknown and protocols.elements() is None:
        return missing
    return protocols.each(lambda protocol: protocol.must_be_one_of("TLSv1.2", fix=fix), missing)


@StackPolicy(
    title="A CloudFront distribution requires HTTPS to its origins",
    why=(
        "With HTTP to an origin the requests of viewers cross the internet in clear text, even if viewers use HTTPS. A "
        "load balancer of the same stack without an HTTPS listener is exempt, because it has no certificate. "
        "match-viewer is allowed where viewers cannot use HTTP."
    ),
    severity=Severity.MEDIUM,
    constraint=Constraint.ENCRYPTION,
    kinds=(DISTRIBUTION, VPC_ORIGIN),
    rows=("TLS 1.2 or later to a custom origin (where the origin has a certificate)",),
    controls=controls(FSBP="CloudFront.9", PCI="1.2.5.5 2.2.5.5 2.2.7.3 4.2.1.1.7 4.2.1.3 8.3.2.6", ISO27001="A.8.24"),
    remediation_steps='Set origin_protocol_policy="https-only" on every custom origin and VPC origin.',
    example=_ORIGIN_EXAMPLE,
    url=(
        "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/"
        "using-https-cloudfront-to-custom-origin.html"
    ),
    topics=(Topic.CDN, Topic.ENCRYPTION_IN_TRANSIT),
)
def cloudfront_origin_https(stack: Stack, settings: Settings) -> Iterable[tuple[Resource, Verdict]]:
    """Follows an origin with HTTP to its load balancer and to the listeners of that."""
    for distribution in stack.of(DISTRIBUTION):
        yield distribution, distribution["origins"].each(partial(_custom_origin, stack, distribution))
    for origin in stack.of(VPC_ORIGIN):
        yield origin, _vpc_origin(stack, origin)


def _custom_origin(stack: Stack, distribution: Resource, origin: Value) -> Verdict:
    config, domain = custom_origin(origin), origin["domainName"]
    if config.is_absent:
        return _NO_CUSTOM_ORIGIN
    website = _is_website(stack, domain)
    if website:
        return _WEBSITE
    verdict = _to_custom_origin(stack, distribution, origin)
    if website is None and verdict.is_violation:
        return undecided(domain, whether="the origin is an S3 website endpoint, which has no HTTPS")
    return verdict


def _to_custom_origin(stack: Stack, distribution: Resource, origin: Value) -> Verdict:
    config, domain = custom_origin(origin), origin["domainName"]
    protocol = config["originProtocolPolicy"]
    if protocol.as_text() == "match-viewer":
        deciding = _viewer_settings([distribution]) or [
            Unknown(
                "a cache behavior without a target origin",
                Cause.UNREADABLE,
                settle="Set target_origin_id of every cache behavior.",
            )
        ]
        return _match_viewer(protocol, reached_over_http(distribution, origin), deciding)
    return _encrypted(stack, protocol, domain, "dnsName")


def _is_website(stack: Stack, domain: Value) -> Answer:
    """Whether a custom origin is the website endpoint of a bucket, which answers HTTP alone.

    What is computed from a bucket may be that endpoint, or the REST endpoint, which has HTTPS. Source: Amazon S3 User
    Guide, "Website endpoints".
    """
    if domain.is_unknown:
        types = [source.type if source is not None else "" for source in stack.sources_of(domain)]
        if types and all(one.startswith(_WEBSITE_CONFIGURATION) for one in types):
            return True
        return None if any(one.startswith(_OF_BUCKET) for one in types) else False
    return re.search(r"\.s3-website[.-][a-z0-9-]+\.amazonaws\.com", domain.as_text() or "") is not None


def _vpc_origin(stack: Stack, origin: Resource) -> Verdict:
    config = origin["vpcOriginEndpointConfig"]
    protocol = config["originProtocolPolicy"]
    if protocol.as_text() == "match-viewer":
        deciding = _viewer_settings(stack.of(DISTRIBUTION)) or [
            Unknown(
                "the distribution of this origin",
                Cause.OUTSIDE_STACK,
                settle='Set origin_protocol_policy="https-only", or declare the distribution in this stack.',
            )
        ]
        return _match_viewer(protocol, _vpc_origin_over_http(stack, origin), deciding)
    return _encrypted(stack, protocol, config["arn"], "arn")


def _vpc_origin_over_http(stack: Stack, target: Resource) -> Answer:
    """Whether requests over HTTP reach a VPC origin; `None` where no distribution of the stack certainly uses it."""
    answers: list[tuple[Answer, Answer]] = []
    for distribution in stack.of(DISTRIBUTION):
        origins = distribution["origins"].elements()
        if origins is None:
            answers.append((None, kleene_not(viewers_use_https(distribution))))
        for origin in origins or ():
            among = [vpc_origin(one)["vpcOriginId"] for one in origins or ()]
            uses_it = stack.reference(vpc_origin(origin)["vpcOriginId"], VPC_ORIGIN, among=among).to(target)
            answers.append((uses_it, reached_over_http(distribution, origin)))
    return kleene_any(map(kleene_all, answers)) if kleene_any(uses_it for uses_it, _ in answers) else None


def _match_viewer(protocol: Value, over_http: Answer, deciding: Iterable[Value | Unknown]) -> Verdict:
    """The verdict on an origin with the protocol policy match-viewer."""
    if over_http is None:
        return undecided(*deciding, whether="viewers can use HTTP")
    return _not_https(protocol, "a cache behavior for this origin allows HTTP") if over_http else COMPLIANT


def _not_https(protocol: Value, reason: str) -> Verdict:
    return violation(
        f'{protocol.path} is {protocol.shown}, and {reason}; expected "https-only"',
        path=protocol.path,
        actual=protocol.shown,
        expected='"https-only"',
        fix=f'Set {snake_case(protocol.path)}="https-only".',
    )


def _viewer_settings(distributions: Iterable[Resource]) -> list[Value | Unknown]:
    """What is not known of distributions that decides how viewers reach an origin."""
    found: list[Value | Unknown] = []
    for distribution in distributions:
        parts = [part for name in _ROUTES for part in distribution[name].unknown_parts()]
        found += [part for part in parts if re.sub(r"\[\d+\]$", "", part.path).rpartition(".")[2] in _DECIDING]
    return found


def _encrypted(stack: Stack, protocol: Value, address: Value, output: str) -> Verdict:
    """The verdict on a protocol; `address` is the origin's, which a load balancer has as its `output`."""
    encrypted = protocol.must_be_one_of("https-only")
    if protocol.is_unknown or protocol.as_text() != "http-only":
        return encrypted
    balancers, certain = _balancers(stack, address, output)
    if not balancers:
        return encrypted
    verdicts = [_has_no_certificate(stack, balancer, protocol) for balancer in balancers]
    unknown = [address] if address.is_unknown else [balancer.output(output) for balancer in balancers]
    unclear = undecided(*unknown, whether="the origin is a load balancer without an HTTPS listener")
    verdict = consensus(verdicts, unclear)
    return verdict if certain or verdict.is_violation else unclear


def _balancers(stack: Stack, address: Value, output: str) -> tuple[Sequence[Resource], bool]:
    """The load balancers of the stack that an address may belong to, and whether it certainly belongs to one."""
    sources = stack.sources_of(address)
    near = [source for source in sources if source is not None and source.kind is LOAD_BALANCER]
    if address.is_unknown:
        return near or ([] if sources else stack.of(LOAD_BALANCER)), bool(near) and len(near) == len(sources)
    text = address.as_text()
    named = [b for b in stack.of(LOAD_BALANCER) if text and b.output(output).as_text() == text]
    return (named, True) if named else ([b for b in near if b.output(output).is_unknown], False)


def _has_no_certificate(stack: Stack, balancer: Resource, protocol: Value) -> Verdict:
    """HTTP to an origin is allowed where its load balancer has no listener with a certificate."""
    for listener in stack.of(LISTENER):
        balancers = stack.reference(listener["loadBalancerArn"], LOAD_BALANCER).direct
        if balancers and balancer not in balancers:
            continue
        encrypted = listener["protocol"].holds(lambda text: text in ("HTTPS", "TLS"))
        if encrypted is None or (encrypted and balancers != [balancer]):
            deciding = listener["protocol"] if encrypted is None else listener["loadBalancerArn"]
            return undecided(deciding, whether=f"{listener.label} is an HTTPS listener of {balancer.label}")
        if encrypted:
            return _not_https(protocol, f"{listener.label} of its load balancer has a certificate")
    return COMPLIANT
