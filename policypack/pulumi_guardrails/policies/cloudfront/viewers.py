"""CloudFront, viewers: HTTPS and TLS versions, Strict-Transport-Security, and a web ACL where required."""

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
    Constraint,
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
from pulumi_guardrails.core.value import Value, snake_case
from pulumi_guardrails.core.verdict import COMPLIANT, Verdict, all_of, mismatch, not_applicable, undecided, violation

_SECURITY_HEADERS = security_headers_policies()[0]

_MANAGED_SECONDS = 31_536_000
"""The max-age of the managed policies (Amazon CloudFront Developer Guide, "Use managed response headers policies")."""

_REDIRECT = 'Set viewer_protocol_policy="redirect-to-https" (or "https-only") on the cache behavior.'


def _of_all_behaviors(distribution: Resource, judge: Callable[[Value], Verdict]) -> Verdict:
    """Check the default cache behavior, which is required, and each other one."""
    absent = mismatch("defaultCacheBehavior", "not set", "a default cache behavior")
    return all_of(distribution["defaultCacheBehavior"].each(judge, absent), behaviors_by_path(distribution).each(judge))


def _redirect(distribution: Resource, settings: Settings) -> Mapping[str, Any]:
    changes: dict[str, Any] = {"defaultCacheBehavior.viewerProtocolPolicy": ENCRYPTED[0]}
    if distribution["defaultCacheBehavior"]["viewerProtocolPolicy"].raw in ENCRYPTED:
        changes = {}
    by_path = behaviors_by_path(distribution)
    ordered = by_path.raw
    if isinstance(ordered, list) and all(isinstance(behavior, Mapping) for behavior in ordered):
        fixed = [
            behavior
            if behavior.get("viewerProtocolPolicy") in ENCRYPTED
            else {**behavior, "viewerProtocolPolicy": ENCRYPTED[0]}
            for behavior in ordered
        ]
        changes |= {by_path.property_name: fixed} if fixed != ordered else {}
    return changes


_CERTIFICATE_EXAMPLE = """\
aws.cloudfront.Distribution(
    "cdn",
    viewer_certificate={
        "acm_certificate_arn": certificate.arn,
        "ssl_support_method": "sni-only",
        "minimum_protocol_version": "TLSv1.2_2021",
    },
    **others,
)"""


@ResourcePolicy(
    title="A CloudFront distribution requires HTTPS from viewers",
    why=(
        "With allow-all, viewers that use HTTP send cookies and tokens in clear text, and browsers are not redirected "
        "to HTTPS."
    ),
    severity=Severity.HIGH,
    constraint=Constraint.ENCRYPTION,
    danger=True,
    kinds=(DISTRIBUTION,),
    rows=("Viewers use HTTPS (https-only or redirect)",),
    controls=controls(
        PCI="1.2.5.6 2.2.5.6 2.2.7.4 4.2.1.1.8 4.2.1.4 8.3.2.7",
        HIPAA="164_308_a_4_ii_a 164_312_e_1",
    ),
    remediation_steps='Set viewer_protocol_policy="redirect-to-https" (or "https-only") on every cache behavior.',
    example=(
        """\
aws.cloudfront.Distribution(
    "cdn",
    default_cache_behavior={
        "target_origin_id": "api",
        "viewer_protocol_policy": "redirect-to-https",
        "allowed_methods": ["GET", "HEAD"],
        "cached_methods": ["GET", "HEAD"],
    },
    **others,
)"""
    ),
    url=("https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-https-viewers-to-cloudfront.html"),
    topics=(Topic.CDN, Topic.ENCRYPTION_IN_TRANSIT),
    remediation=_redirect,
)
def cloudfront_viewers_https(distribution: Resource, settings: Settings) -> Verdict:
    """For every cache behavior."""
    return _of_all_behaviors(
        distribution, lambda behavior: behavior["viewerProtocolPolicy"].must_be_one_of(*ENCRYPTED, fix=_REDIRECT)
    )


@ResourcePolicy(
    title="A CloudFront distribution with a custom certificate requires TLS 1.2 or later, and uses SNI",
    why=(
        "Older versions of TLS have known vulnerabilities, and no current viewer needs them; dedicated IP addresses "
        "instead of SNI cost 600 dollars a month. With the default CloudFront certificate there is no security policy "
        "to set: see cloudfront-own-certificate."
    ),
    severity=Severity.LOW,
    kinds=(DISTRIBUTION,),
    rows=("TLS 1.2 or later for viewers, SNI",),
    controls=controls(FSBP="CloudFront.8", PCI="1.2.5.2 1.2.5.3 2.2.5.2 2.2.5.3 2.2.7.2 4.2.1.1.6 4.2.1.2 8.3.2.5"),
    remediation_steps=(
        'Set minimum_protocol_version="TLSv1.2_2021" and ssl_support_method="sni-only" on the viewer certificate.'
    ),
    example=_CERTIFICATE_EXAMPLE,
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
    """The default is TLSv1."""
    certificate = distribution["viewerCertificate"]
    default = certificate["cloudfrontDefaultCertificate"]
    if default.is_true():
        return not_applicable("the default CloudFront certificate has no security policy to set")
    verdict = all_of(
        certificate["minimumProtocolVersion"].with_default("TLSv1").must_be_one_of(*modern_tls_policies()),
        certificate["sslSupportMethod"].must_be_one_of("sni-only"),
    )
    return undecided(default) if default.is_unknown and verdict.is_violation else verdict


@ResourcePolicy(
    title="A CloudFront distribution has a custom certificate",
    why=(
        "With the default CloudFront certificate, CloudFront also accepts TLS 1.0 from viewers. The policy is disabled "
        "by default, because a custom certificate needs a domain name: enable it for production."
    ),
    severity=Severity.MEDIUM,
    off=True,
    kinds=(DISTRIBUTION,),
    rows=("TLS 1.2 or later for viewers, SNI",),
    controls=controls(FSBP="CloudFront.7"),
    remediation_steps=(
        "Set acm_certificate_arn of the viewer certificate to an ACM certificate in us-east-1, and aliases to its "
        "names."
    ),
    example=_CERTIFICATE_EXAMPLE,
    url="https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/CNAMEs.html",
    topics=(Topic.CDN, Topic.ENCRYPTION_IN_TRANSIT),
)
def cloudfront_own_certificate(distribution: Resource, settings: Settings) -> Verdict:
    """From ACM or IAM. In a multi-tenant distribution each tenant may have its own.

    The customizations of a tenant replace the certificate (CloudFront API reference, Customizations).
    """
    certificate = distribution["viewerCertificate"]
    if distribution.type == MULTITENANT and certificate["cloudfrontDefaultCertificate"].is_true():
        return not_applicable("its tenants have their own certificates")
    names = ("acmCertificateArn", "iamCertificateId")
    given = any(certificate[name].must_be_set().is_compliant for name in names) and not certificate.is_unknown
    return all_of(
        certificate["cloudfrontDefaultCertificate"].with_default(False).must_be(False),
        COMPLIANT
        if given
        else certificate["acmCertificateArn"].must(
            lambda _arn: False,
            "the ARN of a certificate",
            "Set viewer_certificate.acm_certificate_arn to the ARN of a certificate in us-east-1.",
        ),
    )


@StackPolicy(
    title="A CloudFront distribution sends the Strict-Transport-Security header",
    why=(
        "With Strict-Transport-Security a browser uses only HTTPS after its first visit, so that an attacker on its "
        "network cannot intercept the HTTP request before the redirect."
    ),
    severity=Severity.MEDIUM,
    kinds=(DISTRIBUTION,),
    rows=("A response headers policy with strict transport security",),
    settings={
        "minimumSeconds": number_setting(_MANAGED_SECONDS, "The minimum max-age of the header, in seconds.", minimum=1),
    },
    remediation_steps=(
        "Set response_headers_policy_id on every cache behavior: the managed SecurityHeadersPolicy "
        f'("{_SECURITY_HEADERS}"), or an aws.cloudfront.ResponseHeadersPolicy with strict_transport_security.'
    ),
    example=(
        """\
aws.cloudfront.Distribution(
    "cdn",
    default_cache_behavior={
        "target_origin_id": "api",
        "viewer_protocol_policy": "redirect-to-https",
        "allowed_methods": ["GET", "HEAD"],
        "cached_methods": ["GET", "HEAD"],
        "response_headers_policy_id": "67f7725c-6f97-4210-82d7-5512b31e9d03",
    },
    **others,
)"""
    ),
    url=(
        "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/"
        "using-managed-response-headers-policies.html"
    ),
    topics=(Topic.CDN, Topic.ENCRYPTION_IN_TRANSIT, Topic.HTTP_HEADERS),
)
def cloudfront_strict_transport(stack: Stack, settings: Settings) -> Iterable[tuple[Resource, Verdict]]:
    """By a managed response headers policy, or by one of the stack that sends the header."""
    for distribution in stack.of(DISTRIBUTION):
        yield distribution, _strict_everywhere(stack, distribution, settings)


def _strict_everywhere(stack: Stack, distribution: Resource, settings: Settings) -> Verdict:
    return _of_all_behaviors(distribution, lambda behavior: _strict(stack, distribution, behavior, settings))


def _strict(stack: Stack, distribution: Resource, behavior: Value, settings: Settings) -> Verdict:
    policy_id = behavior["responseHeadersPolicyId"]
    if policy_id.is_known and policy_id.as_text() in security_headers_policies():
        return _managed_max_age(policy_id, settings["minimumSeconds"])
    candidates = stack.reference(policy_id, RESPONSE_HEADERS_POLICY).direct
    if candidates:
        return consensus([_sends(policy, settings) for policy in candidates], undecided(policy_id))
    if policy_id.is_unknown or policy_id.as_text():
        return undecided(policy_id)
    return policy_id.mismatch(policy_id.shown, "a response headers policy with Strict-Transport-Security")


def _managed_max_age(policy_id: Value, least: float) -> Verdict:
    if least <= _MANAGED_SECONDS:
        return COMPLIANT
    return violation(
        f"The managed response headers policy {policy_id.shown} ({policy_id.path}) has a max-age of {_MANAGED_SECONDS} "
        f"seconds; expected {least} seconds or more",
        path=policy_id.path,
        actual=policy_id.shown,
        expected=f"a policy with a max-age of {least} seconds or more",
        fix=(
            f"Set {snake_case(policy_id.path)} to the id of an aws.cloudfront.ResponseHeadersPolicy with "
            f"strict_transport_security of {least} seconds or more."
        ),
    ).answered_by("minimumSeconds")


def _sends(policy: Resource, settings: Settings) -> Verdict:
    header, least = policy["securityHeadersConfig"]["strictTransportSecurity"], settings["minimumSeconds"]
    age = header["accessControlMaxAgeSec"]
    return age.must(
        lambda _: (seconds := age.as_number()) is not None and seconds >= least,
        f"{least} seconds or more",
        f"Set {snake_case(age.path)}={least}.",
        setting="minimumSeconds" if age.as_number() else "",
    )


@ResourcePolicy(
    title="A CloudFront distribution has a web ACL",
    why=(
        "A web ACL on the distribution blocks floods and known attacks before they reach the origin. AWS WAF is "
        "charged per request, and an API behind a load balancer may have its web ACL there: the policy is disabled by "
        "default."
    ),
    severity=Severity.MEDIUM,
    off=True,
    kinds=(DISTRIBUTION,),
    rows=("A web ACL is attached (where required)",),
    controls=controls(FSBP="CloudFront.6", PCI="1.2.8.4 1.3.1.5 1.3.2.5 1.4.2.5 1.5.1.4 6.4.1.4 6.4.2.4 A1.1.3.4"),
    remediation_steps="Set web_acl_id to the ARN of an aws.wafv2.WebAcl with scope CLOUDFRONT, in us-east-1.",
    example="""\
aws.cloudfront.Distribution("cdn", web_acl_id=acl.arn, **others)""",
    url="https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/distribution-web-awswaf.html",
    topics=(Topic.CDN, Topic.WAF),
)
def cloudfront_web_acl(distribution: Resource, settings: Settings) -> Verdict:
    """Of AWS WAF or AWS WAF Classic."""
    return distribution["webAclId"].must_be_set("the ARN of a web ACL")
