"""CloudFront, viewers: HTTPS with modern TLS, headers that keep browsers there, and a firewall where one is wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pulumi_guardrails.aws.cloudfront import (
    ENCRYPTED,
    MULTITENANT,
    behaviors_by_path,
    modern_tls_policies,
    security_headers_policies,
)
from pulumi_guardrails.aws.resource_types import DISTRIBUTION, RESPONSE_HEADERS_POLICY
from pulumi_guardrails.core.policy import (
    Level,
    ResourcePolicy,
    Settings,
    Severity,
    StackPolicy,
    Topic,
    controls,
    number_setting,
    sets,
)
from pulumi_guardrails.core.references import consensus
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.value import Value
from pulumi_guardrails.core.verdict import COMPLIANT, Verdict, all_of, mismatch, not_applicable, undecided

_SECURITY_HEADERS = security_headers_policies()[0]

_MANAGED_SECONDS = 31_536_000
"""The max-age in AWS's own policies (Amazon CloudFront Developer Guide, "Use managed response headers policies")."""

_REDIRECT = 'Set viewer_protocol_policy="redirect-to-https" (or "https-only") on the cache behavior.'


def _of_all_behaviors(distribution: Resource, judge: Callable[[Value], Verdict]) -> Verdict:
    """The default behavior, which has to be there, and each behavior by path."""
    absent = mismatch("defaultCacheBehavior", "not set", "a default behavior")
    return all_of(distribution["defaultCacheBehavior"].each(judge, absent), behaviors_by_path(distribution).each(judge))


def _redirect(distribution: Resource, settings: Settings) -> Mapping[str, Any]:
    changes: dict[str, Any] = {"defaultCacheBehavior.viewerProtocolPolicy": ENCRYPTED[0]}
    if distribution["defaultCacheBehavior"]["viewerProtocolPolicy"].raw in ENCRYPTED:
        changes = {}
    by_path = behaviors_by_path(distribution)
    ordered = by_path.raw
    if isinstance(ordered, list) and all(isinstance(behavior, Mapping) for behavior in ordered):
        mended = [
            behavior
            if behavior.get("viewerProtocolPolicy") in ENCRYPTED
            else {**behavior, "viewerProtocolPolicy": ENCRYPTED[0]}
            for behavior in ordered
        ]
        changes |= {by_path.property_name: mended} if mended != ordered else {}
    return changes


@ResourcePolicy(
    title="A distribution answers viewers over HTTPS only",
    why=(
        "With allow-all a viewer who types a name without https sends cookies and tokens in clear text to whoever "
        "listens, and nothing ever tells the browser to do better."
    ),
    severity=Severity.HIGH,
    kinds=(DISTRIBUTION,),
    rows=("Viewers use HTTPS (https-only or redirect)",),
    controls=controls(
        PCI="1.2.5.6 2.2.5.6 2.2.7.4 4.2.1.1.8 4.2.1.4 8.3.2.7",
        HIPAA="164_308_a_4_ii_a 164_312_e_1",
    ),
    remediation_steps='Set viewer_protocol_policy="redirect-to-https" (or "https-only") on every cache behavior.',
    example=(
        "aws.cloudfront.DistributionDefaultCacheBehaviorArgs(\n"
        '    target_origin_id="api", viewer_protocol_policy="redirect-to-https",\n'
        '    allowed_methods=["GET", "HEAD"], cached_methods=["GET", "HEAD"])'
    ),
    url=("https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-https-viewers-to-cloudfront.html"),
    topics=(Topic.CDN, Topic.ENCRYPTION_IN_TRANSIT),
    remediation=_redirect,
)
def cloudfront_viewers_https(distribution: Resource, settings: Settings) -> Verdict:
    """The default behavior, which has to be there, and each behavior by path."""
    return _of_all_behaviors(
        distribution, lambda behavior: behavior["viewerProtocolPolicy"].must_be_one_of(*ENCRYPTED, fix=_REDIRECT)
    )


@ResourcePolicy(
    title="A distribution with a certificate of its own demands TLS 1.2 or later, by SNI",
    why=(
        "Older protocols have known attacks, and no viewer of today needs them; a dedicated IP address in place of SNI "
        "costs 600 dollars a month for viewers that no longer exist. With CloudFront's own certificate, for its own "
        "domain name, CloudFront decides and there is nothing to set: see cloudfront-own-certificate."
    ),
    severity=Severity.HIGH,
    kinds=(DISTRIBUTION,),
    rows=("TLS 1.2 or later for viewers, SNI",),
    controls=controls(FSBP="CloudFront.8", PCI="1.2.5.2 1.2.5.3 2.2.5.2 2.2.5.3 2.2.7.2 4.2.1.1.6 4.2.1.2 8.3.2.5"),
    remediation_steps=(
        'Set minimum_protocol_version="TLSv1.2_2021" and ssl_support_method="sni-only" on the viewer certificate.'
    ),
    example=(
        "aws.cloudfront.DistributionViewerCertificateArgs(\n"
        '    acm_certificate_arn=certificate.arn, ssl_support_method="sni-only",\n'
        '    minimum_protocol_version="TLSv1.2_2021")'
    ),
    url=(
        "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/"
        "secure-connections-supported-viewer-protocols-ciphers.html"
    ),
    topics=(Topic.CDN, Topic.ENCRYPTION_IN_TRANSIT),
    remediation=sets(
        viewerCertificate__minimumProtocolVersion="TLSv1.2_2021", viewerCertificate__sslSupportMethod="sni-only"
    ),
)
def cloudfront_viewers_tls(distribution: Resource, settings: Settings) -> Verdict:
    """Where nothing is set, CloudFront takes TLSv1."""
    certificate = distribution["viewerCertificate"]
    own = certificate["cloudfrontDefaultCertificate"]
    if own.is_true():
        return not_applicable("with CloudFront's own certificate CloudFront decides")
    verdict = all_of(
        certificate["minimumProtocolVersion"].with_default("TLSv1").must_be_one_of(*modern_tls_policies()),
        certificate["sslSupportMethod"].must_be_one_of("sni-only"),
    )
    unclear = own.is_unknown and verdict.is_violation
    return undecided(own) if unclear else verdict


@ResourcePolicy(
    title="A distribution has a certificate of its own",
    why=(
        "With CloudFront's own certificate CloudFront also accepts TLS 1.0 from viewers. It is off by default, because "
        "a certificate of one's own needs a domain of one's own: switch the policy on for production."
    ),
    severity=Severity.LOW,
    level=Level.DISABLED,
    kinds=(DISTRIBUTION,),
    rows=("TLS 1.2 or later for viewers, SNI",),
    controls=controls(FSBP="CloudFront.7"),
    remediation_steps=(
        "Set acm_certificate_arn on the viewer certificate to a certificate of us-east-1, and aliases to its names."
    ),
    example=(
        "aws.cloudfront.DistributionViewerCertificateArgs(\n"
        '    acm_certificate_arn=certificate.arn, ssl_support_method="sni-only",\n'
        '    minimum_protocol_version="TLSv1.2_2021")'
    ),
    url="https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/CNAMEs.html",
    topics=(Topic.CDN, Topic.ENCRYPTION_IN_TRANSIT),
)
def cloudfront_own_certificate(distribution: Resource, settings: Settings) -> Verdict:
    """From ACM, or from IAM as before ACM was there. Of a distribution for tenants, each may bring its own.

    A tenant's customizations replace the certificate (CloudFront API reference, Customizations).
    """
    certificate = distribution["viewerCertificate"]
    if distribution.type == MULTITENANT and certificate["cloudfrontDefaultCertificate"].is_true():
        return not_applicable("its tenants bring their certificates")
    names = ("acmCertificateArn", "iamCertificateId")
    given = any(certificate[name].must_be_set().is_compliant for name in names) and not certificate.is_unknown
    return all_of(
        certificate["cloudfrontDefaultCertificate"].with_default(False).must_be(False),
        COMPLIANT if given else certificate["acmCertificateArn"].must(lambda _arn: False, "the ARN of a certificate"),
    )


@StackPolicy(
    title="A distribution tells browsers to stay on HTTPS",
    why=(
        "With Strict-Transport-Security a browser that has been here once never tries HTTP again, so that nobody on "
        "its network can answer in the distribution's place before the redirect."
    ),
    severity=Severity.MEDIUM,
    kinds=(DISTRIBUTION,),
    rows=("A response headers policy with strict transport security",),
    settings={
        "minimumSeconds": number_setting(
            _MANAGED_SECONDS, "The fewest seconds a browser is to remember it.", minimum=1
        ),
    },
    remediation_steps=(
        "Set response_headers_policy_id on every cache behavior: AWS's SecurityHeadersPolicy "
        f'("{_SECURITY_HEADERS}"), or an aws.cloudfront.ResponseHeadersPolicy with strict_transport_security.'
    ),
    example=(
        "aws.cloudfront.DistributionDefaultCacheBehaviorArgs(\n"
        '    target_origin_id="api", viewer_protocol_policy="redirect-to-https",\n'
        '    allowed_methods=["GET", "HEAD"], cached_methods=["GET", "HEAD"],\n'
        f'    response_headers_policy_id="{_SECURITY_HEADERS}")'
    ),
    url=(
        "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/"
        "using-managed-response-headers-policies.html"
    ),
    topics=(Topic.CDN, Topic.ENCRYPTION_IN_TRANSIT, Topic.HTTP_HEADERS),
)
def cloudfront_strict_transport(stack: Stack, settings: Settings) -> Iterable[tuple[Resource, Verdict]]:
    """By one of AWS's policies, or by one of the stack that is followed to what it sends."""
    for distribution in stack.of(DISTRIBUTION):
        yield distribution, _strict_everywhere(stack, distribution, settings)


def _strict_everywhere(stack: Stack, distribution: Resource, settings: Settings) -> Verdict:
    return _of_all_behaviors(distribution, lambda behavior: _strict(stack, distribution, behavior, settings))


def _strict(stack: Stack, distribution: Resource, behavior: Value, settings: Settings) -> Verdict:
    policy_id = behavior["responseHeadersPolicyId"]
    if policy_id.is_known and policy_id.as_text() in security_headers_policies():
        least = settings["minimumSeconds"]
        sent = f"{policy_id.shown}, a policy of AWS's that sends {_MANAGED_SECONDS} seconds"
        return COMPLIANT if least <= _MANAGED_SECONDS else policy_id.mismatch(sent, f"{least} seconds or more")
    ours = stack.reference(policy_id, RESPONSE_HEADERS_POLICY).direct
    if ours:
        return consensus([_sends(policy, settings) for policy in ours], undecided(policy_id))
    if policy_id.is_unknown:
        return undecided(policy_id)
    if policy_id.as_text():
        return undecided(policy_id, whether="the policy sends strict transport security")
    return policy_id.mismatch(policy_id.shown, "a response headers policy with strict transport security")


def _sends(policy: Resource, settings: Settings) -> Verdict:
    header, least = policy["securityHeadersConfig"]["strictTransportSecurity"], settings["minimumSeconds"]
    age = header["accessControlMaxAgeSec"]
    return age.must(lambda _: (seconds := age.as_number()) is not None and seconds >= least, f"{least} seconds or more")


@ResourcePolicy(
    title="A distribution has a web ACL",
    why=(
        "A web ACL at the edge turns away floods and known attacks before they reach the origin. It costs money for "
        "each request, and an API behind a load balancer may have its web ACL there: so it is off by default."
    ),
    severity=Severity.MEDIUM,
    level=Level.DISABLED,
    kinds=(DISTRIBUTION,),
    rows=("A web ACL is attached (where required)",),
    controls=controls(FSBP="CloudFront.6", PCI="1.2.8.4 1.3.1.5 1.3.2.5 1.4.2.5 1.5.1.4 6.4.1.4 6.4.2.4 A1.1.3.4"),
    remediation_steps="Set web_acl_id to the ARN of an aws.wafv2.WebAcl of scope CLOUDFRONT, made in us-east-1.",
    example='aws.cloudfront.Distribution("cdn", web_acl_id=acl.arn)',
    url="https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/distribution-web-awswaf.html",
    topics=(Topic.CDN, Topic.WAF),
)
def cloudfront_web_acl(distribution: Resource, settings: Settings) -> Verdict:
    """Of either generation of AWS WAF."""
    return distribution["webAclId"].must_be_set("the ARN of a web ACL")
