"""Certificate Manager: certificates renew by themselves, are strong and public knowledge, and never leave a gap."""

from __future__ import annotations

from pulumi_guardrails.aws.resource_types import CERTIFICATE
from pulumi_guardrails.core.policy import ResourcePolicy, Settings, Severity, Topic, controls, sets
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.verdict import COMPLIANT, Verdict, mismatch, not_applicable

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
    title="A certificate is validated by DNS",
    why=(
        "A certificate that DNS vouches for is renewed without anyone doing anything; one validated by mail expires "
        "when nobody reads the mail in time."
    ),
    severity=Severity.MEDIUM,
    kinds=(CERTIFICATE,),
    rows=(_ROW,),
    remediation_steps='Set validation_method="DNS", and make the record that proves the domain.',
    example=_EXAMPLE,
    url="https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html",
    topics=(Topic.CERTIFICATES, Topic.AVAILABILITY),
    remediation=sets(validationMethod="DNS"),
)
def certificate_dns_validation(certificate: Resource, _settings: Settings) -> Verdict:
    """By DNS, where Amazon issues it."""
    return certificate["validationMethod"].must_be("DNS") if _is_public(certificate) else _NOT_PUBLIC


@ResourcePolicy(
    title="A certificate has a strong key",
    why="Keys of 1024 bits have been out of use for years: whoever breaks one poses as the site.",
    severity=Severity.HIGH,
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
    title="A certificate is logged publicly",
    why="Browsers refuse certificates that no public log shows, and the log is how a false one for a domain is found.",
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
    title="A certificate is replaced before it is removed",
    why=(
        "Listeners and distributions hold on to a certificate: AWS refuses to delete one in use, so an update that "
        "deletes first stops half way. Pulumi makes the replacement first unless told otherwise."
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
        return mismatch("delete_before_replace", "true", "false")
    return COMPLIANT
