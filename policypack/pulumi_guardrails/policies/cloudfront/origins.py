"""CloudFront, origins: encrypted on the way to them, and no way round the distribution to a bucket."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from pulumi_guardrails.aws.cloudfront import custom_origin, reached_over_http, viewers_use_https, vpc_origin
from pulumi_guardrails.aws.resource_types import (
    BUCKET,
    DISTRIBUTION,
    LISTENER,
    LOAD_BALANCER,
    ORIGIN_ACCESS_CONTROL,
    VPC_ORIGIN,
)
from pulumi_guardrails.core.policy import ResourcePolicy, Settings, Severity, StackPolicy, Topic, controls
from pulumi_guardrails.core.references import consensus
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.three_valued import Answer, kleene_all, kleene_any, kleene_not
from pulumi_guardrails.core.value import Value
from pulumi_guardrails.core.verdict import COMPLIANT, Cause, Unknown, Verdict, all_of, not_applicable, undecided

_S3_HOST = re.compile(r"(^|\.)s3[.-]([a-z0-9.-]*\.)?amazonaws\.com(\.cn)?$")
"""Host names of S3: global, of a region, dual-stack, and of websites (AWS General Reference, "Amazon S3 endpoints")."""

_LONGEST_HOST = 253
"""Characters of a host name (RFC 1035)."""

_NO_CUSTOM_ORIGIN = not_applicable("no custom origin")


_ONLY_TLS_12 = 'Set origin_ssl_protocols=["TLSv1.2"].'
_ONLY_HTTPS = 'Set origin_protocol_policy="https-only".'


def _only_tls_12(resource: Resource, settings: Settings) -> Mapping[str, Any]:
    if resource.kind is VPC_ORIGIN:
        return {"vpcOriginEndpointConfig.originSslProtocols": {"items": ["TLSv1.2"], "quantity": 1}}
    origins = resource["origins"].raw
    if not isinstance(origins, list):
        return {}
    mended = [_with_tls_12(origin) for origin in origins]
    return {"origins": mended} if mended != origins else {}


def _with_tls_12(origin: Any) -> Any:
    if not isinstance(origin, Mapping):
        return origin
    mended = dict(origin)
    for name in ("customOriginConfig", "customOriginConfigs"):
        config = origin.get(name)
        if isinstance(config, Mapping):
            mended[name] = {**config, "originSslProtocols": ["TLSv1.2"]}
        elif isinstance(config, list) and all(isinstance(item, Mapping) for item in config):
            mended[name] = [{**item, "originSslProtocols": ["TLSv1.2"]} for item in config]
    return mended


@ResourcePolicy(
    title="A distribution offers its origins TLS 1.2 only",
    why=(
        "An origin chooses among the protocols it is offered, and so does whoever sits between: an offer of TLS 1.0 or "
        "SSL 3 can be turned into its use."
    ),
    severity=Severity.MEDIUM,
    kinds=(DISTRIBUTION, VPC_ORIGIN),
    rows=(
        "TLS 1.2 or later to a custom origin (where the origin has a certificate)",
        "TLS 1.2 or later for viewers, SNI",  # whose CloudFront.10 is about the protocols towards origins
    ),
    controls=controls(FSBP="CloudFront.10", ISO27001="A.8.24"),
    remediation_steps='Set origin_ssl_protocols=["TLSv1.2"] on every custom origin, and its items on every VPC origin.',
    example=(
        "aws.cloudfront.DistributionOriginCustomOriginConfigArgs(\n"
        '    origin_protocol_policy="https-only", origin_ssl_protocols=["TLSv1.2"], http_port=80, https_port=443)'
    ),
    url=(
        "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/"
        "using-https-cloudfront-to-custom-origin.html"
    ),
    topics=(Topic.CDN, Topic.ENCRYPTION_IN_TRANSIT),
    remediation=_only_tls_12,
)
def cloudfront_origin_tls_versions(resource: Resource, settings: Settings) -> Verdict:
    """Also of an origin that is reached over HTTP for now: once it has a certificate, nothing is forgotten.

    A VPC origin has its protocols in a resource of its own.
    """
    if resource.kind is VPC_ORIGIN:
        return _tls_12_alone(resource["vpcOriginEndpointConfig"]["originSslProtocols"]["items"])

    def judge(origin: Value) -> Verdict:
        config = custom_origin(origin)
        return _NO_CUSTOM_ORIGIN if config.is_absent else _tls_12_alone(config["originSslProtocols"])

    return resource["origins"].each(judge)


def _tls_12_alone(protocols: Value) -> Verdict:
    missing = protocols.mismatch(protocols.shown, '"TLSv1.2" alone')
    return protocols.each(lambda protocol: protocol.must_be_one_of("TLSv1.2", fix=_ONLY_TLS_12), missing)


@StackPolicy(
    title="A distribution reaches its origins over HTTPS",
    why=(
        "HTTPS for viewers is worth little where what they send goes on in clear text over the internet. One exception "
        "is made: a load balancer of the same stack without an HTTPS listener has no certificate to offer. What the "
        "viewer uses will do where no viewer can use HTTP."
    ),
    severity=Severity.HIGH,
    kinds=(DISTRIBUTION, VPC_ORIGIN),
    rows=("TLS 1.2 or later to a custom origin (where the origin has a certificate)",),
    controls=controls(FSBP="CloudFront.9", PCI="1.2.5.5 2.2.5.5 2.2.7.3 4.2.1.1.7 4.2.1.3 8.3.2.6", ISO27001="A.8.24"),
    remediation_steps='Set origin_protocol_policy="https-only" on every custom origin and VPC origin.',
    example=(
        "aws.cloudfront.DistributionOriginCustomOriginConfigArgs(\n"
        '    origin_protocol_policy="https-only", origin_ssl_protocols=["TLSv1.2"], http_port=80, https_port=443)'
    ),
    url=(
        "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/"
        "using-https-cloudfront-to-custom-origin.html"
    ),
    topics=(Topic.CDN, Topic.ENCRYPTION_IN_TRANSIT),
)
def cloudfront_origin_https(stack: Stack, settings: Settings) -> Iterable[tuple[Resource, Verdict]]:
    """Follows an origin that is reached over HTTP to its load balancer, and that to its listeners."""
    for distribution in stack.of(DISTRIBUTION):
        yield distribution, distribution["origins"].each(partial(_custom_origin_reached, stack, distribution))
    for origin in stack.of(VPC_ORIGIN):
        yield origin, _vpc_origin_reached(stack, origin)


def _custom_origin_reached(stack: Stack, distribution: Resource, origin: Value) -> Verdict:
    config, domain = custom_origin(origin), origin["domainName"]
    if config.is_absent:
        return _NO_CUSTOM_ORIGIN
    protocol = config["originProtocolPolicy"]
    if protocol.as_text() == "match-viewer":
        return _as_the_viewer(protocol, reached_over_http(distribution, origin), _viewer_settings([distribution]))
    return _encrypted(stack, distribution, protocol, domain, "dnsName")


def _vpc_origin_reached(stack: Stack, origin: Resource) -> Verdict:
    config = origin["vpcOriginEndpointConfig"]
    protocol = config["originProtocolPolicy"]
    if protocol.as_text() == "match-viewer":
        return _as_the_viewer(protocol, _vpc_origin_over_http(stack, origin), _viewer_settings(stack.of(DISTRIBUTION)))
    return _encrypted(stack, origin, protocol, config["arn"], "arn")


def _vpc_origin_over_http(stack: Stack, target: Resource) -> Answer:
    """Whether a distribution leads a request over HTTP to a VPC origin; open where none of the stack surely has it."""
    answers: list[tuple[Answer, Answer]] = []
    for distribution in stack.of(DISTRIBUTION):
        origins = distribution["origins"].elements()
        if origins is None:
            answers.append((None, kleene_not(viewers_use_https(distribution))))
        for origin in origins or ():
            among = [vpc_origin(one)["vpcOriginId"] for one in origins or ()]
            has_it = stack.reference(vpc_origin(origin)["vpcOriginId"], VPC_ORIGIN, among=among).to(target)
            answers.append((has_it, reached_over_http(distribution, origin)))
    return kleene_any(map(kleene_all, answers)) if kleene_any(has_it for has_it, _ in answers) else None


def _as_the_viewer(protocol: Value, over_http: Answer, deciding: Iterable[Value | Unknown]) -> Verdict:
    """The verdict on an origin that is reached as the viewer reaches the distribution."""
    if over_http is None:
        return undecided(*deciding, whether="viewers can use HTTP")
    found = f"{protocol.shown}, while a cache behavior for it lets viewers use HTTP"
    return protocol.mismatch(found, '"https-only"', _ONLY_HTTPS) if over_http else COMPLIANT


def _viewer_settings(distributions: Iterable[Resource]) -> list[Value | Unknown]:
    """What has to be known of distributions to tell how viewers reach an origin."""
    names = ("origins", "defaultCacheBehavior", "orderedCacheBehaviors")
    found: list[Value | Unknown] = []
    for distribution in distributions:
        found += [part for name in names for part in distribution[name].unknown_parts()]
    return found or [Unknown("the distribution that leads to this origin", Cause.OUTSIDE_STACK)]


def _encrypted(stack: Stack, owner: Resource, protocol: Value, address: Value, output: str) -> Verdict:
    """The verdict on a protocol; `address` is the origin's, which a load balancer has as its `output`."""
    encrypted = protocol.must_be_one_of("https-only", fix=_ONLY_HTTPS)
    if protocol.is_unknown or protocol.as_text() != "http-only":
        return encrypted
    balancers, sure = _balancers(stack, owner, address, output)
    if not balancers:
        return encrypted
    verdicts = [_has_no_certificate(stack, balancer, protocol) for balancer in balancers]
    unclear = undecided(address)
    verdict = consensus(verdicts, unclear)
    return verdict if sure or verdict.is_violation else unclear


def _balancers(stack: Stack, owner: Resource, address: Value, output: str) -> tuple[Sequence[Resource], bool]:
    """The load balancers of the stack that an address may belong to, and whether it surely belongs to one."""
    edges = set(owner.dependencies.get(address.property_name, ()))
    near = [balancer for balancer in stack.of(LOAD_BALANCER) if balancer.urn in edges]
    if address.is_unknown:
        return near or ([] if edges else stack.of(LOAD_BALANCER)), bool(near) and len(near) == len(edges)
    text = address.as_text()
    named = [b for b in stack.of(LOAD_BALANCER) if text and b.output(output).as_text() == text]
    return (named, True) if named else ([b for b in near if b.output(output).is_unknown], False)


def _has_no_certificate(stack: Stack, balancer: Resource, protocol: Value) -> Verdict:
    """An origin may be reached over HTTP where its load balancer has no listener with a certificate."""
    for listener in stack.of(LISTENER):
        balancers = stack.reference(listener["loadBalancerArn"], LOAD_BALANCER).direct
        if balancers and balancer not in balancers:
            continue
        encrypted = listener["protocol"].holds(lambda text: text in ("HTTPS", "TLS"))
        if encrypted is None or (encrypted and balancers != [balancer]):
            deciding = listener["protocol"] if encrypted is None else listener["loadBalancerArn"]
            return undecided(deciding, whether=f"{listener.label} has a certificate for {balancer.label}")
        if encrypted:
            return protocol.mismatch(f"{protocol.shown}, while {listener.label} has a certificate", '"https-only"')
    return COMPLIANT


@StackPolicy(
    title="A bucket behind a distribution lets in that distribution alone",
    why=(
        "Without origin access control the bucket has to be public, or open to an older identity that cannot use KMS "
        "keys: then whoever knows its name reads it directly, past cache, logs, firewall and signed URLs. Access "
        "control that never signs a request is none."
    ),
    severity=Severity.HIGH,
    kinds=(DISTRIBUTION,),
    rows=("An S3 origin uses origin access control",),
    controls=controls(FSBP="CloudFront.13", PCI="10.3.4.1 10.3.4.2"),
    remediation_steps=(
        "Set origin_access_control_id to an aws.cloudfront.OriginAccessControl, leave s3_origin_config and "
        "custom_origin_config out, and allow the distribution in the bucket's policy. The access control has "
        'signing_behavior="always".'
    ),
    example=(
        "aws.cloudfront.DistributionOriginArgs(\n"
        '    origin_id="bucket", domain_name=bucket.bucket_regional_domain_name,\n'
        "    origin_access_control_id=access.id)"
    ),
    url=(
        "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/"
        "private-content-restricting-access-to-s3.html"
    ),
    topics=(Topic.CDN, Topic.STORAGE),
)
def cloudfront_s3_access_control(stack: Stack, settings: Settings) -> Iterable[tuple[Resource, Verdict]]:
    """An origin is S3's if it has no other configuration, or a name of S3's, or is computed from a bucket."""
    for distribution in stack.of(DISTRIBUTION):
        yield distribution, _buckets_closed(stack, distribution)


def _buckets_closed(stack: Stack, distribution: Resource) -> Verdict:
    def judge(origin: Value) -> Verdict:
        if origin.is_unknown:
            return undecided(origin)
        from_s3 = _is_s3(stack, distribution, origin)
        if from_s3 is False:
            return not_applicable("no S3 origin")
        identity = origin["s3OriginConfig"]["originAccessIdentity"]
        closed = all_of(
            _signed(stack, distribution, origin["originAccessControlId"]),
            identity.must_not_be_set("origin_access_control_id in its place"),
        )
        if closed.is_violation and from_s3 is None:
            domain = origin["domainName"]
            return undecided(domain)
        return closed

    return distribution["origins"].each(judge)


def _signed(stack: Stack, distribution: Resource, control: Value) -> Verdict:
    """An origin access control, which signs where it is one of this stack.

    One that never signs turns itself off (CloudFront API reference, OriginAccessControlConfig). Without an edge to one
    of the stack's an unknown id may be that of any, or of another stack's; so may a known one beside an edge to one
    whose id is not known.
    """
    ours = stack.reference(control, ORIGIN_ACCESS_CONTROL).direct
    if ours:
        return consensus([_signs(access) for access in ours], undecided(control))
    edges = distribution.dependencies.get(control.property_name, ())
    possible = [
        access
        for access in stack.of(ORIGIN_ACCESS_CONTROL)
        if (access.urn in edges and access.output("id").is_unknown if control.is_known else not edges)
    ]
    given = control.must_be_set("an origin access control")
    return all_of(
        given, *(COMPLIANT if _signs(access).is_compliant else _may_be(control, access) for access in possible)
    )


def _may_be(control: Value, access: Resource) -> Verdict:
    return undecided(control if control.is_unknown else access.output("id"), whether=f"it is {access.label}")


def _signs(access: Resource) -> Verdict:
    return access["signingBehavior"].must_be_one_of("always", "no-override")


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
    return True if len(reference.direct) == len(distribution.dependencies.get(domain.property_name, ())) else None
