"""CloudFront, origins: encrypted on the way to them, and no way round the distribution to a bucket."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from guardrails.kinds import BUCKET, DISTRIBUTION, LISTENER, LOAD_BALANCER
from guardrails.policy import Settings, Severity, controls, resource_policy, stack_policy
from guardrails.references import agreed
from guardrails.stack import Stack
from guardrails.verdict import COMPLIANT, Verdict, all_of, not_applicable, undecided, violation
from guardrails.view import Resource, Value

_S3_HOST = re.compile(r"(^|\.)s3[.-]([a-z0-9.-]*\.)?amazonaws\.com(\.cn)?$")
"""Host names of S3: global, of a region, dual-stack, and of websites (AWS General Reference, "Amazon S3 endpoints")."""

_LONGEST_HOST = 253
"""Characters of a host name (RFC 1035)."""

_NO_CUSTOM_ORIGIN = not_applicable("no custom origin")


def _only_tls_12(distribution: Resource, settings: Settings) -> Mapping[str, Any]:
    origins = distribution["origins"].raw
    if not isinstance(origins, list):
        return {}
    mended = [_with_tls_12(origin) for origin in origins]
    return {"origins": mended} if mended != origins else {}


def _with_tls_12(origin: Any) -> Any:
    config = origin.get("customOriginConfig") if isinstance(origin, Mapping) else None
    if not isinstance(config, Mapping):
        return origin
    return {**origin, "customOriginConfig": {**config, "originSslProtocols": ["TLSv1.2"]}}


@resource_policy(
    title="A distribution offers its origins TLS 1.2 only",
    why=(
        "An origin chooses among the protocols it is offered, and so does whoever sits between: an offer of TLS 1.0 or "
        "SSL 3 can be turned into its use."
    ),
    severity=Severity.MEDIUM,
    kinds=(DISTRIBUTION,),
    rows=(
        "TLS 1.2 or later to a custom origin (where the origin has a certificate)",
        "TLS 1.2 or later for viewers, SNI",  # whose CloudFront.10 is about the protocols towards origins
    ),
    controls=controls(FSBP="CloudFront.10", ISO27001="A.8.24"),
    mend='Set origin_ssl_protocols=["TLSv1.2"] on every custom origin.',
    example=(
        "aws.cloudfront.DistributionOriginCustomOriginConfigArgs(\n"
        '    origin_protocol_policy="https-only", origin_ssl_protocols=["TLSv1.2"], http_port=80, https_port=443)'
    ),
    url=(
        "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/"
        "using-https-cloudfront-to-custom-origin.html"
    ),
    topics=("cdn", "tls"),
    remedy=_only_tls_12,
)
def cloudfront_origin_tls_versions(distribution: Resource, settings: Settings) -> Verdict:
    """Also of an origin that is reached over HTTP for now: once it has a certificate, nothing is forgotten."""

    def judge(origin: Value) -> Verdict:
        config = origin["customOriginConfig"]
        if config.is_absent:
            return _NO_CUSTOM_ORIGIN
        protocols = config["originSslProtocols"]
        missing = violation(protocols.path, protocols.shown, '"TLSv1.2" alone')
        return protocols.each(
            lambda protocol: protocol.must_be_one_of("TLSv1.2", mend='Set origin_ssl_protocols=["TLSv1.2"].'), missing
        )

    return distribution["origins"].each(judge)


@stack_policy(
    title="A distribution reaches its origins over HTTPS",
    why=(
        "HTTPS for viewers is worth little where what they send goes on in clear text over the internet. One exception "
        "is made: a load balancer of the same stack without an HTTPS listener has no certificate to offer."
    ),
    severity=Severity.HIGH,
    kinds=(DISTRIBUTION,),
    rows=("TLS 1.2 or later to a custom origin (where the origin has a certificate)",),
    controls=controls(FSBP="CloudFront.9", PCI="1.2.5.5 2.2.5.5 2.2.7.3 4.2.1.1.7 4.2.1.3 8.3.2.6", ISO27001="A.8.24"),
    mend='Set origin_protocol_policy="https-only" on every custom origin.',
    example=(
        "aws.cloudfront.DistributionOriginCustomOriginConfigArgs(\n"
        '    origin_protocol_policy="https-only", origin_ssl_protocols=["TLSv1.2"], http_port=80, https_port=443)'
    ),
    url=(
        "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/"
        "using-https-cloudfront-to-custom-origin.html"
    ),
    topics=("cdn", "tls"),
)
def cloudfront_origin_https(stack: Stack, settings: Settings) -> Iterable[tuple[Resource, Verdict]]:
    """Follows an origin that is reached over HTTP to its load balancer, and that to its listeners."""
    for distribution in stack.of(DISTRIBUTION):
        yield distribution, _reached(stack, distribution)


def _reached(stack: Stack, distribution: Resource) -> Verdict:
    def judge(origin: Value) -> Verdict:
        config = origin["customOriginConfig"]
        if config.is_absent:
            return _NO_CUSTOM_ORIGIN
        protocol = config["originProtocolPolicy"]
        encrypted = protocol.must_be_one_of("https-only", mend='Set origin_protocol_policy="https-only".')
        if protocol.is_unknown or protocol.as_text() != "http-only":
            return encrypted
        domain = origin["domainName"]
        balancers, sure = _balancers(stack, distribution, domain)
        if not balancers:
            return encrypted
        verdicts = [_has_no_certificate(stack, balancer, protocol) for balancer in balancers]
        unclear = undecided(domain.path, domain.shown, domain.property_name)
        verdict = agreed(verdicts, unclear)
        return verdict if sure or verdict.is_violation else unclear

    return distribution["origins"].each(judge)


def _balancers(stack: Stack, distribution: Resource, domain: Value) -> tuple[Sequence[Resource], bool]:
    """The load balancers of the stack that a domain name may belong to, and whether it surely belongs to one."""
    edges = set(distribution.dependencies.get(domain.property_name, ()))
    near = [balancer for balancer in stack.of(LOAD_BALANCER) if balancer.urn in edges]
    if domain.is_unknown:
        return near or ([] if edges else stack.of(LOAD_BALANCER)), bool(near) and len(near) == len(edges)
    name = domain.as_text()
    named = [b for b in stack.of(LOAD_BALANCER) if name and b.output("dnsName").as_text() == name]
    return (named, True) if named else ([b for b in near if b.output("dnsName").is_unknown], False)


def _has_no_certificate(stack: Stack, balancer: Resource, protocol: Value) -> Verdict:
    """An origin may be reached over HTTP where its load balancer has no listener with a certificate."""
    for listener in stack.of(LISTENER):
        balancers = stack.referred(listener["loadBalancerArn"], listener, LOAD_BALANCER)
        if balancers and balancer not in balancers:
            continue
        encrypted = listener["protocol"].holds(lambda text: text in ("HTTPS", "TLS"))
        if encrypted is None or (encrypted and balancers != [balancer]):
            return undecided(protocol.path, f"{protocol.shown}, and {listener.label} may have a certificate")
        if encrypted:
            return violation(
                protocol.path, f"{protocol.shown}, while {listener.label} has a certificate", '"https-only"'
            )
    return COMPLIANT


@stack_policy(
    title="A bucket behind a distribution lets in that distribution alone",
    why=(
        "Without origin access control the bucket has to be public, or open to an older identity that cannot use KMS "
        "keys: then whoever knows its name reads it directly, past cache, logs, firewall and signed URLs."
    ),
    severity=Severity.HIGH,
    kinds=(DISTRIBUTION,),
    rows=("An S3 origin uses origin access control",),
    controls=controls(FSBP="CloudFront.13", PCI="10.3.4.1 10.3.4.2"),
    mend=(
        "Set origin_access_control_id to an aws.cloudfront.OriginAccessControl, leave s3_origin_config and "
        "custom_origin_config out, and allow the distribution in the bucket's policy."
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
    topics=("cdn", "storage"),
)
def cloudfront_s3_access_control(stack: Stack, settings: Settings) -> Iterable[tuple[Resource, Verdict]]:
    """An origin is S3's if it has no other configuration, or a name of S3's, or is computed from a bucket."""
    for distribution in stack.of(DISTRIBUTION):
        yield distribution, _buckets_closed(stack, distribution)


def _buckets_closed(stack: Stack, distribution: Resource) -> Verdict:
    def judge(origin: Value) -> Verdict:
        from_s3 = _is_s3(stack, distribution, origin)
        if from_s3 is False:
            return not_applicable("no S3 origin")
        identity = origin["s3OriginConfig"]["originAccessIdentity"]
        closed = all_of(
            origin["originAccessControlId"].must_be_set("an origin access control"),
            identity.must_not_be_set("origin_access_control_id in its place"),
        )
        if closed.is_violation and from_s3 is None:
            domain = origin["domainName"]
            return undecided(domain.path, domain.shown, domain.property_name)
        return closed

    return distribution["origins"].each(judge)


def _is_s3(stack: Stack, distribution: Resource, origin: Value) -> bool | None:
    domain = origin["domainName"]
    others = [origin["customOriginConfig"], origin["vpcOriginConfig"]]
    if all(config.is_absent for config in others):
        return True
    if not domain.is_unknown:
        name = domain.as_text()
        if name is None:
            return domain.is_known
        return len(name) <= _LONGEST_HOST and bool(_S3_HOST.search(name.lower()))
    edges = set(distribution.dependencies.get(domain.property_name, ()))
    buckets = {bucket.urn for bucket in stack.referred(domain, distribution, BUCKET)}
    return None if buckets and buckets != edges else bool(buckets)
