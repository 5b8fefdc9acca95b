"""Certificate Manager: certificates renew by themselves, are strong and public knowledge, and never leave a gap."""

from __future__ import annotations

from pulumi_guardrails.aws.resource_types import CERTIFICATE
from pulumi_guardrails.core.policy import ResourcePolicy, Settings, Severity, Topic, controls, sets
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.verdict import COMPLIANT, Verdict, not_applicable, violation

_ROW = "A certificate is validated by DNS, has a strong key, transparency logging, and is replaced before it is removed"

_STRONG = ("RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1", "EC_secp521r1")
"""Key algorithms of ACM with 112 bits of security or more (ACM User Guide, "Certificate characteristics")."""

_LOG = 'Set options={"certificate_transparency_logging_preference": "ENABLED"}, or nothing.'

_EXAMPLE = """aws.acm.Certificate(
    "api",
    domain_name="api.example.com",
    validation_method="DNS",
    key_algorithm="EC_prime256v1",
)"""

_IMPORTED = not_applicable("an imported certificate")
_NOT_PUBLIC = not_applicable("not issued by Amazon's public authority")


def _is_imported(certificate: Resource) -> bool:
    return any(not certificate[name].is_absent for name in ("privateKey", "privateKeyWo", "certificateBody"))


def _is_public(certificate: Resource) -> bool:
    """Whether Amazon's public authority issues it: neither imported nor of a private authority."""
    return not _is_imported(certificate) and certificate["certificateAuthorityArn"].is_absent


@ResourcePolicy(
    title="An ACM certificate is validated by DNS",
    why=(
        "ACM renews a certificate that is validated by DNS automatically. One that is validated by email expires when "
        "its owner does not answer the email in time."
    ),
    severity=Severity.MEDIUM,
    kinds=(CERTIFICATE,),
    rows=(_ROW,),
    remediation_steps='Set validation_method="DNS", and create the DNS record that validates the domain.',
    example=_EXAMPLE,
    url="https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html",
    topics=(Topic.CERTIFICATES, Topic.AVAILABILITY),
    remediation=sets(validationMethod="DNS"),
)
def certificate_dns_validation(certificate: Resource, _settings: Settings) -> Verdict:
    """By DNS, where Amazon issues it."""
    return certificate["validationMethod"].must_be("DNS") if _is_public(certificate) else _NOT_PUBLIC


@ResourcePolicy(
    title="An ACM certificate has a strong key algorithm",
    why="A 1,024-bit RSA key can be broken, and then used to impersonate the site.",
    severity=Severity.HIGH,
    danger=True,
    kinds=(CERTIFICATE,),
    rows=(_ROW,),
    controls=controls(FSBP="ACM.2", PCI="3.7.1.2"),
    remediation_steps="Set key_algorithm to RSA_2048, or to EC_prime256v1, which is faster.",
    example=_EXAMPLE,
    url="https://docs.aws.amazon.com/acm/latest/userguide/acm-certificate-characteristics.html",
    topics=(Topic.CERTIFICATES, Topic.ENCRYPTION_IN_TRANSIT),
    remediation=sets(keyAlgorithm="RSA_2048"),
)
def certificate_key_algorithm(certificate: Resource, _settings: Settings) -> Verdict:
    """An algorithm that is strong enough; AWS's default is RSA with 2048 bits."""
    return _IMPORTED if _is_imported(certificate) else certificate["keyAlgorithm"].must_be_one_of(*_STRONG)


@ResourcePolicy(
    title="An ACM certificate is recorded in certificate transparency logs",
    why=(
        "Browsers reject certificates that no public log shows, and the logs show certificates that were "
        "issued by mistake."
    ),
    severity=Severity.MEDIUM,
    kinds=(CERTIFICATE,),
    rows=(_ROW,),
    remediation_steps=_LOG,
    example=_EXAMPLE,
    url="https://docs.aws.amazon.com/acm/latest/userguide/acm-concepts.html",
    topics=(Topic.CERTIFICATES, Topic.LOGGING),
    remediation=sets(options__certificateTransparencyLoggingPreference="ENABLED"),
)
def certificate_transparency(certificate: Resource, _settings: Settings) -> Verdict:
    """On, where Amazon issues it; AWS's default is on."""
    if not _is_public(certificate):
        return _NOT_PUBLIC
    preference = certificate["options"]["certificateTransparencyLoggingPreference"]
    return preference.with_default("ENABLED").must_be("ENABLED", _LOG)


@ResourcePolicy(
    title="An ACM certificate is created before the one it replaces is deleted",
    why=(
        "ACM does not delete a certificate that a listener or a distribution uses, so an update that deletes it first "
        "fails halfway. Pulumi creates the replacement first by default."
    ),
    severity=Severity.MEDIUM,
    kinds=(CERTIFICATE,),
    rows=(_ROW,),
    remediation_steps="Remove delete_before_replace from the resource options.",
    example=_EXAMPLE,
    url="https://docs.aws.amazon.com/acm/latest/userguide/gs-acm-delete.html",
    topics=(Topic.CERTIFICATES, Topic.AVAILABILITY),
)
def certificate_replaced_first(certificate: Resource, _settings: Settings) -> Verdict:
    """Pulumi's resource option is not set."""
    if certificate.delete_before_replace:
        return violation(
            "The resource option delete_before_replace is set, so that it is deleted before its replacement exists",
            path="delete_before_replace",
            actual="true",
            expected="false",
        )
    return COMPLIANT
