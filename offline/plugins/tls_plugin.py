"""The resources and functions of Pulumi's `tls` plugin: names and types of pulumi-tls 5, real keys and certificates."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from offline.aws.check import Failure, check_properties
from offline.aws.schema import Type
from offline.aws.values import UNKNOWN
from offline.plugins import certificates
from offline.plugins.certificates import CURVES, EXTENDED_KEY_USAGES, KEY_USAGES, PrivateKey
from offline.plugins.declaration import (
    ANY_MAP,
    BOOLEAN,
    INTEGER,
    STRING,
    STRINGS,
    Function,
    Inputs,
    Plugin,
    ResourceType,
    properties,
    strings,
)

ALGORITHMS = ("RSA", "ECDSA", "ED25519")

LEAST_RSA_BITS = 1024
"""Go's `crypto/rsa`, which the plugin is made with, makes no shorter keys."""

SUBJECT = properties(
    commonName=STRING,
    country=STRING,
    emailAddress=STRING,
    locality=STRING,
    organization=STRING,
    organizationalUnit=STRING,
    postalCode=STRING,
    province=STRING,
    serialNumber=STRING,
    streetAddresses=STRINGS,
)


def _one_of(inputs: Inputs, name: str, accepted: tuple[str, ...]) -> Iterator[Failure]:
    value = inputs.get(name)
    if value is not None and value is not UNKNOWN and value not in accepted:
        yield Failure(name, f"must be one of {', '.join(accepted)}; found {value!r}")


def _check_key(inputs: Inputs) -> Iterator[Failure]:
    yield from _one_of(inputs, "algorithm", ALGORITHMS)
    yield from _one_of(inputs, "ecdsaCurve", tuple(CURVES))
    bits = inputs["rsaBits"]
    if bits is not UNKNOWN and bits < LEAST_RSA_BITS:
        yield Failure("rsaBits", f"must be at least {LEAST_RSA_BITS}, found {bits:g}")


def _check_certificate(inputs: Inputs) -> Iterator[Failure]:
    key = "caPrivateKeyPem" if "caCertPem" in inputs else "privateKeyPem"
    given = [name for name in (key, f"{key}Wo") if inputs.get(name) is not None]
    if len(given) != 1:
        yield Failure(key, f"or {key}Wo must be given, and not both; found {' and '.join(given) or 'neither'}")
    if isinstance(inputs.get("subject"), dict):
        yield from check_properties(inputs["subject"], SUBJECT, "the subject of a certificate", "subject")
    uses = inputs.get("allowedUses")
    for index, use in enumerate(uses if isinstance(uses, list) else ()):
        accepted = [*KEY_USAGES, *EXTENDED_KEY_USAGES]
        if use is not UNKNOWN and use not in accepted:
            yield Failure(f"allowedUses[{index}]", f"must be one of {', '.join(accepted)}; found {use!r}")
    for name in ("validityPeriodHours", "earlyRenewalHours", "maxPathLength"):
        hours = inputs.get(name)
        if hours is not None and hours is not UNKNOWN and hours < 0:
            yield Failure(name, f"must be at least 0, found {hours:g}")


def _key(inputs: Inputs) -> tuple[str, dict[str, Any]]:
    key = certificates.new_key(inputs["algorithm"], int(inputs["rsaBits"]), inputs["ecdsaCurve"])
    return certificates.key_id(key), {**certificates.private_texts(key), **certificates.public_texts(key)}


def _signer(inputs: Inputs) -> PrivateKey:
    names = ("caPrivateKeyPem", "caPrivateKeyPemWo", "privateKeyPem", "privateKeyPemWo")
    return certificates.read_key(str(next(inputs[name] for name in names if inputs.get(name) is not None)))


def _request(inputs: Inputs) -> tuple[str, dict[str, Any]]:
    key = _signer(inputs)
    text = certificates.request(inputs, key)
    identity = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
    return identity, {"certRequestPem": text, "keyAlgorithm": certificates.algorithm(key)}


def _self_signed(inputs: Inputs) -> tuple[str, dict[str, Any]]:
    key = _signer(inputs)
    certificate = certificates.self_signed(inputs, key)
    return str(certificate.serial_number), {
        **_made(inputs, certificate),
        "keyAlgorithm": certificates.algorithm(key),
    }


def _made(inputs: Inputs, certificate: x509.Certificate) -> dict[str, Any]:
    early = timedelta(hours=float(inputs["earlyRenewalHours"]))
    return {
        "certPem": certificate.public_bytes(serialization.Encoding.PEM).decode(),
        "readyForRenewal": bool(early) and datetime.now(timezone.utc) >= certificate.not_valid_after_utc - early,
        "validityStartTime": certificates.moment(certificate.not_valid_before_utc),
        "validityEndTime": certificates.moment(certificate.not_valid_after_utc),
    }


def _locally_signed(inputs: Inputs) -> tuple[str, dict[str, Any]]:
    key = _signer(inputs)
    certificate = certificates.locally_signed(inputs, key)
    return str(certificate.serial_number), {
        **_made(inputs, certificate),
        "caKeyAlgorithm": certificates.algorithm(key),
    }


def _public_key(inputs: Inputs) -> dict[str, Any]:
    names = ("privateKeyPem", "privateKeyOpenssh")
    given = [name for name in names if inputs.get(name)]
    if len(given) != 1:
        raise ValueError(f"expected privateKeyPem or privateKeyOpenssh, found {' and '.join(given) or 'neither'}")
    key = certificates.read_key(str(inputs[given[0]]))
    return {
        "algorithm": certificates.algorithm(key),
        "id": certificates.key_id(key),
        given[0]: inputs[given[0]],
        **certificates.public_texts(key),
    }


def _read_certificate(inputs: Inputs) -> dict[str, Any]:
    given = [name for name in ("url", "content") if inputs.get(name)]
    if len(given) != 1:
        raise ValueError(f"expected url or content, found {' and '.join(given) or 'neither'}")
    text = str(inputs[given[0]])
    if given == ["url"]:
        url = urlsplit(text)
        if url.scheme not in ("https", "tls") or not url.hostname:
            raise ValueError(f"url must begin with https:// or tls:// and name a host, found {text!r}")
        # No server is asked. Programs want the fingerprint of an OpenID Connect provider, which IAM takes as it is.
        chain = certificates.of_host(url.hostname)
    else:
        chain = certificates.read_certificates(text)
    identity = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
    return {"certificates": [_described(certificate) for certificate in chain], given[0]: text, "id": identity}


def _described(certificate: x509.Certificate) -> dict[str, Any]:
    try:
        is_authority = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        is_authority = False
    kind = type(certificate.public_key()).__name__
    algorithm = "RSA" if "RSA" in kind else "ED25519" if "Ed25519" in kind else "ECDSA"
    digest = certificate.signature_hash_algorithm
    hashed = digest.name.upper() if digest is not None else ""
    signature = f"{hashed}-RSA" if algorithm == "RSA" else f"ECDSA-{hashed}" if hashed else "Ed25519"
    return {
        "certPem": certificate.public_bytes(serialization.Encoding.PEM).decode(),
        "isCa": is_authority,
        "issuer": certificate.issuer.rfc4514_string(),
        "maxPathLength": -1,
        "notAfter": certificates.moment(certificate.not_valid_after_utc),
        "notBefore": certificates.moment(certificate.not_valid_before_utc),
        "publicKeyAlgorithm": algorithm,
        "serialNumber": str(certificate.serial_number),
        "sha1Fingerprint": hashlib.sha1(
            certificate.public_bytes(serialization.Encoding.DER), usedforsecurity=False
        ).hexdigest(),
        "signatureAlgorithm": signature,
        "subject": certificate.subject.rfc4514_string(),
        "version": certificate.version.value + 1,
    }


_COMMON_NAMES = {"privateKeyPem": STRING, "privateKeyPemWo": STRING, "privateKeyPemWoVersion": INTEGER}
_WHO = {"dnsNames": STRINGS, "ipAddresses": STRINGS, "subject": ANY_MAP, "uris": STRINGS}
_CERTIFICATE = {
    "allowedUses_": STRINGS,
    "validityPeriodHours_": INTEGER,
    "earlyRenewalHours": INTEGER,
    "isCaCertificate": BOOLEAN,
    "maxPathLength": INTEGER,
    "setSubjectKeyId": BOOLEAN,
}
_PUBLIC_OUTPUTS = ("publicKeyFingerprintMd5", "publicKeyFingerprintSha256", "publicKeyOpenssh", "publicKeyPem")
_CERTIFICATE_DEFAULTS = {"earlyRenewalHours": 0, "isCaCertificate": False, "setSubjectKeyId": False}
_CERTIFICATE_OUTPUTS = {
    **strings("certPem", "validityEndTime", "validityStartTime"),
    **properties(readyForRenewal_=BOOLEAN),
}

PLUGIN = Plugin(
    "tls",
    {
        "tls:index/privateKey:PrivateKey": ResourceType(
            properties(algorithm_=STRING, ecdsaCurve=STRING, rsaBits=INTEGER),
            strings(
                "privateKeyOpenssh",
                "privateKeyPem",
                "privateKeyPemPkcs8",
                *_PUBLIC_OUTPUTS,
            ),
            _key,
            _check_key,
            {"ecdsaCurve": "P224", "rsaBits": 2048},
            frozenset({"privateKeyOpenssh", "privateKeyPem", "privateKeyPemPkcs8"}),
        ),
        "tls:index/certRequest:CertRequest": ResourceType(
            properties(**_COMMON_NAMES, **_WHO),
            strings("certRequestPem", "keyAlgorithm"),
            _request,
            _check_certificate,
            secrets=frozenset({"privateKeyPem", "privateKeyPemWo"}),
        ),
        "tls:index/selfSignedCert:SelfSignedCert": ResourceType(
            properties(**_COMMON_NAMES, **_WHO, **_CERTIFICATE, setAuthorityKeyId=BOOLEAN),
            {**_CERTIFICATE_OUTPUTS, **strings("keyAlgorithm")},
            _self_signed,
            _check_certificate,
            {**_CERTIFICATE_DEFAULTS, "setAuthorityKeyId": False},
            frozenset({"privateKeyPem", "privateKeyPemWo"}),
            in_place=frozenset({"earlyRenewalHours"}),
        ),
        "tls:index/locallySignedCert:LocallySignedCert": ResourceType(
            properties(
                caCertPem_=STRING,
                certRequestPem_=STRING,
                caPrivateKeyPem=STRING,
                caPrivateKeyPemWo=STRING,
                caPrivateKeyPemWoVersion=INTEGER,
                **_CERTIFICATE,
            ),
            {**_CERTIFICATE_OUTPUTS, **strings("caKeyAlgorithm")},
            _locally_signed,
            _check_certificate,
            _CERTIFICATE_DEFAULTS,
            frozenset({"caPrivateKeyPem", "caPrivateKeyPemWo"}),
            in_place=frozenset({"earlyRenewalHours"}),
        ),
    },
    {
        "tls:index/getPublicKey:getPublicKey": Function(
            properties(privateKeyPem=STRING, privateKeyOpenssh=STRING),
            {
                **strings("algorithm", "id", *_PUBLIC_OUTPUTS),
                **properties(privateKeyPem=STRING, privateKeyOpenssh=STRING),
            },
            _public_key,
            frozenset({"privateKeyPem", "privateKeyOpenssh"}),
        ),
        "tls:index/getCertificate:getCertificate": Function(
            properties(content=STRING, url=STRING, verifyChain=BOOLEAN),
            {**strings("id"), **properties(certificates_=Type("list", (ANY_MAP,)), content=STRING, url=STRING)},
            _read_certificate,
        ),
    },
)
