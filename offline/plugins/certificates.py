"""Keys and certificates as the `tls` plugin makes them, with the library `cryptography`.

Sources: the documentation of the Terraform provider `tls`, RFC 5280 (certificates) and RFC 2986 (requests).
"""

from __future__ import annotations

import base64
import hashlib
import ipaddress
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey

CURVES: Mapping[str, type[ec.EllipticCurve]] = {
    "P224": ec.SECP224R1,
    "P256": ec.SECP256R1,
    "P384": ec.SECP384R1,
    "P521": ec.SECP521R1,
}

KEY_USAGES = {
    "digital_signature": "digital_signature",
    "content_commitment": "content_commitment",
    "key_encipherment": "key_encipherment",
    "data_encipherment": "data_encipherment",
    "key_agreement": "key_agreement",
    "cert_signing": "key_cert_sign",
    "crl_signing": "crl_sign",
    "encipher_only": "encipher_only",
    "decipher_only": "decipher_only",
}
"""The plugin's names of key usages (RFC 5280, section 4.2.1.3), and those of `cryptography`."""

EXTENDED_KEY_USAGES = {
    "any_extended": ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
    "server_auth": ExtendedKeyUsageOID.SERVER_AUTH,
    "client_auth": ExtendedKeyUsageOID.CLIENT_AUTH,
    "code_signing": ExtendedKeyUsageOID.CODE_SIGNING,
    "email_protection": ExtendedKeyUsageOID.EMAIL_PROTECTION,
    "timestamping": ExtendedKeyUsageOID.TIME_STAMPING,
    "ocsp_signing": ExtendedKeyUsageOID.OCSP_SIGNING,
    "ipsec_end_system": ObjectIdentifier("1.3.6.1.5.5.7.3.5"),
    "ipsec_tunnel": ObjectIdentifier("1.3.6.1.5.5.7.3.6"),
    "ipsec_user": ObjectIdentifier("1.3.6.1.5.5.7.3.7"),
    "microsoft_server_gated_crypto": ObjectIdentifier("1.3.6.1.4.1.311.10.3.3"),
    "netscape_server_gated_crypto": ObjectIdentifier("2.16.840.1.113730.4.1"),
    "microsoft_commercial_code_signing": ObjectIdentifier("1.3.6.1.4.1.311.2.1.22"),
    "microsoft_kernel_code_signing": ObjectIdentifier("1.3.6.1.4.1.311.61.1.1"),
}
"""The plugin's names of extended key usages (RFC 5280, section 4.2.1.12), and their object identifiers."""

MADE_UP = "tls (offline stand-in)"
"""Who issues a certificate that no server has shown."""

VALID = (datetime(2025, 1, 1, tzinfo=timezone.utc), datetime(2035, 1, 1, tzinfo=timezone.utc))
"""How long such a certificate is valid: fixed, so that a look-up gives the same each time."""

_NAMES = {
    "commonName": NameOID.COMMON_NAME,
    "country": NameOID.COUNTRY_NAME,
    "locality": NameOID.LOCALITY_NAME,
    "organization": NameOID.ORGANIZATION_NAME,
    "organizationalUnit": NameOID.ORGANIZATIONAL_UNIT_NAME,
    "postalCode": NameOID.POSTAL_CODE,
    "province": NameOID.STATE_OR_PROVINCE_NAME,
    "serialNumber": NameOID.SERIAL_NUMBER,
    "emailAddress": NameOID.EMAIL_ADDRESS,
}

_PEM = serialization.Encoding.PEM
_CLEAR = serialization.NoEncryption()


def new_key(algorithm: str, bits: int, curve: str) -> PrivateKey:
    """Make a private key of one of the algorithms RSA, ECDSA and ED25519."""
    if algorithm == "RSA":
        return rsa.generate_private_key(public_exponent=65537, key_size=bits)
    if algorithm == "ECDSA":
        return ec.generate_private_key(CURVES[curve]())
    return ed25519.Ed25519PrivateKey.generate()


def read_key(text: str) -> PrivateKey:
    """Read a private key in PEM or in OpenSSH's form. Raises ValueError, which does not repeat the key."""
    load = serialization.load_ssh_private_key if "OPENSSH PRIVATE KEY" in text else serialization.load_pem_private_key
    try:
        key = load(text.encode(), password=None)
    except Exception:
        raise ValueError("the private key is no PEM of an RSA, ECDSA or ED25519 key") from None
    if not isinstance(key, (rsa.RSAPrivateKey, ec.EllipticCurvePrivateKey, ed25519.Ed25519PrivateKey)):
        raise ValueError("the private key is of another kind: expected RSA, ECDSA or ED25519")  # noqa: TRY004
    return key


def algorithm(key: PrivateKey | PublicKey) -> str:
    """Return the plugin's name of the algorithm of a key."""
    if isinstance(key, (rsa.RSAPrivateKey, rsa.RSAPublicKey)):
        return "RSA"
    return "ECDSA" if isinstance(key, (ec.EllipticCurvePrivateKey, ec.EllipticCurvePublicKey)) else "ED25519"


def private_texts(key: PrivateKey) -> dict[str, str]:
    """Return a private key as the plugin spells it: in the algorithm's own PEM, in PKCS 8, and in OpenSSH's form."""
    forms = serialization.PrivateFormat
    own = forms.PKCS8 if isinstance(key, ed25519.Ed25519PrivateKey) else forms.TraditionalOpenSSL
    ssh = _openssh(key) and key.private_bytes(_PEM, forms.OpenSSH, _CLEAR).decode()
    return {
        "privateKeyPem": key.private_bytes(_PEM, own, _CLEAR).decode(),
        "privateKeyPemPkcs8": key.private_bytes(_PEM, forms.PKCS8, _CLEAR).decode(),
        "privateKeyOpenssh": ssh,
    }


def public_texts(key: PrivateKey) -> dict[str, str]:
    """Return the public key of a private key: PEM, OpenSSH's form, and the fingerprints of that."""
    public = key.public_key()
    ssh = _openssh(key)
    blob = base64.b64decode(ssh.split()[1]) if ssh else b""
    md5 = hashlib.md5(blob, usedforsecurity=False).hexdigest()
    return {
        "publicKeyPem": public.public_bytes(_PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode(),
        "publicKeyOpenssh": f"{ssh}\n" if ssh else "",
        "publicKeyFingerprintMd5": ":".join(md5[at : at + 2] for at in range(0, 32, 2)) if ssh else "",
        "publicKeyFingerprintSha256": "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")
        if ssh
        else "",
    }


def key_id(key: PrivateKey) -> str:
    """Return the id that the plugin gives to a key: the SHA-1 of its public key."""
    return hashlib.sha1(_der(key.public_key()), usedforsecurity=False).hexdigest()


def _openssh(key: PrivateKey) -> str:
    """Return the public key in OpenSSH's form; empty for P224, which OpenSSH does not know."""
    if isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP224R1):
        return ""
    forms = serialization.PublicFormat
    return key.public_key().public_bytes(serialization.Encoding.OpenSSH, forms.OpenSSH).decode()


def _der(key: PublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def _digest(key: PrivateKey) -> hashes.SHA256 | None:
    return None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()


def _name(subject: Mapping[str, Any]) -> x509.Name:
    attributes = [x509.NameAttribute(_NAMES[key], str(subject[key])) for key in _NAMES if subject.get(key)]
    attributes += [
        x509.NameAttribute(NameOID.STREET_ADDRESS, str(street)) for street in subject.get("streetAddresses") or ()
    ]
    return x509.Name(attributes)


def _alternatives(inputs: Mapping[str, Any]) -> list[x509.GeneralName]:
    names: list[x509.GeneralName] = [x509.DNSName(name) for name in inputs.get("dnsNames") or ()]
    names += [x509.IPAddress(ipaddress.ip_address(address)) for address in inputs.get("ipAddresses") or ()]
    return names + [x509.UniformResourceIdentifier(uri) for uri in inputs.get("uris") or ()]


def request(inputs: Mapping[str, Any], key: PrivateKey) -> str:
    """Return a certificate request in PEM. Raises ValueError for a name or address that no request can hold."""
    builder = x509.CertificateSigningRequestBuilder().subject_name(_name(inputs.get("subject") or {}))
    if names := _alternatives(inputs):
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return builder.sign(key, _digest(key)).public_bytes(_PEM).decode()


def self_signed(inputs: Mapping[str, Any], key: PrivateKey) -> x509.Certificate:
    """Return a certificate that its own key signs. Raises ValueError for what no certificate can hold."""
    subject = _name(inputs.get("subject") or {})
    extensions: list[x509.ExtensionType] = []
    if names := _alternatives(inputs):
        extensions.append(x509.SubjectAlternativeName(names))
    if inputs.get("setAuthorityKeyId"):
        extensions.append(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()))
    return _certificate(inputs, subject, subject, key.public_key(), key, extensions)


def locally_signed(inputs: Mapping[str, Any], key: PrivateKey) -> x509.Certificate:
    """Return a certificate for a request, signed by the key of a certificate authority.

    Raises ValueError where the request or the authority's certificate is no PEM.
    """
    try:
        asked = x509.load_pem_x509_csr(str(inputs["certRequestPem"]).encode())
        authority = x509.load_pem_x509_certificate(str(inputs["caCertPem"]).encode())
    except ValueError:
        raise ValueError("certRequestPem or caCertPem is no PEM of a certificate request or certificate") from None
    extensions: list[x509.ExtensionType] = [
        extension.value for extension in asked.extensions if isinstance(extension.value, x509.SubjectAlternativeName)
    ]
    extensions.append(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()))
    public = asked.public_key()
    assert isinstance(public, (rsa.RSAPublicKey, ec.EllipticCurvePublicKey, ed25519.Ed25519PublicKey))
    return _certificate(inputs, asked.subject, authority.subject, public, key, extensions)


def _certificate(
    inputs: Mapping[str, Any],
    subject: x509.Name,
    issuer: x509.Name,
    public: PublicKey,
    signer: PrivateKey,
    extensions: Iterable[x509.ExtensionType],
) -> x509.Certificate:
    start = datetime.now(timezone.utc).replace(microsecond=0)
    is_authority = bool(inputs.get("isCaCertificate"))
    length = inputs.get("maxPathLength")
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(hours=float(inputs["validityPeriodHours"])))
        .add_extension(
            x509.BasicConstraints(is_authority, int(length) if is_authority and length is not None else None), True
        )
    )
    uses = list(inputs.get("allowedUses") or ())
    if chosen := {KEY_USAGES[use] for use in uses if use in KEY_USAGES}:
        # What only encrypts or only decrypts says so of a key agreement, and is nothing without one (RFC 5280).
        if "key_agreement" not in chosen:
            chosen -= {"encipher_only", "decipher_only"}
        flags = {flag: flag in chosen for flag in KEY_USAGES.values()}
        builder = builder.add_extension(x509.KeyUsage(**flags), critical=True)
    if extended := [EXTENDED_KEY_USAGES[use] for use in uses if use in EXTENDED_KEY_USAGES]:
        builder = builder.add_extension(x509.ExtendedKeyUsage(extended), critical=False)
    if is_authority or inputs.get("setSubjectKeyId"):
        builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    for extension in extensions:
        builder = builder.add_extension(extension, critical=False)
    return builder.sign(signer, _digest(signer))


def read_certificates(text: str) -> list[x509.Certificate]:
    """Read a chain of certificates in PEM. Raises ValueError when there is none."""
    try:
        return x509.load_pem_x509_certificates(text.encode())
    except ValueError:
        raise ValueError("content is no PEM of a certificate") from None


def of_host(host: str) -> list[x509.Certificate]:
    """Make up the certificates that a server shows, the root first: the same for the same host every time."""
    root_key, key = (
        ed25519.Ed25519PrivateKey.from_private_bytes(hashlib.sha256(f"{part} {host}".encode()).digest())
        for part in ("root", "server")
    )
    issuer, subject = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])]) for name in (MADE_UP, host))

    def certificate(name: x509.Name, public: PublicKey, *, is_authority: bool) -> x509.Certificate:
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(issuer)
            .public_key(public)
            .serial_number(int.from_bytes(hashlib.sha256(_der(public)).digest()[:8], "big") | 1)
            .not_valid_before(VALID[0])
            .not_valid_after(VALID[1])
            .add_extension(x509.BasicConstraints(is_authority, None), critical=True)
            .sign(root_key, None)
        )

    return [
        certificate(issuer, root_key.public_key(), is_authority=True),
        certificate(subject, key.public_key(), is_authority=False),
    ]


def moment(when: datetime) -> str:
    """Spell a moment as the plugin does (RFC 3339)."""
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")
