"""The tables of the Certificate Manager policies."""

from __future__ import annotations

from pulumi_guardrails.core.value import ABSENT, UNKNOWN
from tests.policypack.cases import COMPLIANT, VIOLATION, Case, rows

IMPORTED = {"privateKey": UNKNOWN, "validationMethod": ABSENT}
PRIVATE = {
    "certificateAuthorityArn": "arn:aws:acm-pca:us-east-1:123456789012:certificate-authority/1",
    "validationMethod": ABSENT,
}


def logged(preference: object) -> dict[str, object]:
    return {"options": {"certificateTransparencyLoggingPreference": preference}}


CASES = [
    *rows(
        "certificate-dns-validation",
        compliant=[("by DNS", {})],
        violation=[
            ("by mail", {"validationMethod": "EMAIL"}, "DNS"),
            ("absent", {"validationMethod": ABSENT}),
            ("a wrong type", {"validationMethod": ["DNS"]}),
        ],
        undecided=[("unknown", {"validationMethod": UNKNOWN})],
        not_applicable=[("imported", IMPORTED), ("of a private authority", PRIVATE)],
    ),
    *rows(
        "certificate-key-algorithm",
        compliant=[
            ("RSA with 2048 bits", {}),
            ("absent, which is RSA with 2048 bits", {"keyAlgorithm": ABSENT}),
            ("an elliptic curve", {"keyAlgorithm": "EC_prime256v1"}),
            ("of a private authority", PRIVATE),
        ],
        violation=[
            ("RSA with 1024 bits", {"keyAlgorithm": "RSA_1024"}, "RSA_1024"),
            ("RSA with 1024 bits of a private authority", {**PRIVATE, "keyAlgorithm": "RSA_1024"}),
            ("a wrong type", {"keyAlgorithm": 2048.0}),
        ],
        undecided=[("unknown", {"keyAlgorithm": UNKNOWN})],
        not_applicable=[
            ("imported", {**IMPORTED, "keyAlgorithm": ABSENT}),
            ("imported without its key in the state", {"privateKeyWo": UNKNOWN, "keyAlgorithm": ABSENT}),
            ("imported as a body alone", {"certificateBody": "-----BEGIN CERTIFICATE-----", "keyAlgorithm": ABSENT}),
        ],
    ),
    *rows(
        "certificate-transparency",
        compliant=[
            ("absent, which is on", {}),
            ("on", logged("ENABLED")),
            ("other options", {"options": {"export": "DISABLED"}}),
        ],
        violation=[
            ("off", logged("DISABLED"), "ENABLED"),
            ("a wrong type", {"options": "none"}),
        ],
        undecided=[("unknown", logged(UNKNOWN)), ("unknown options", {"options": UNKNOWN})],
        not_applicable=[("imported", IMPORTED), ("of a private authority", PRIVATE)],
    ),
    Case("certificate-replaced-first", "as Pulumi does it", COMPLIANT),
    Case("certificate-replaced-first", "whatever its domain", COMPLIANT, {"domainName": UNKNOWN}),
    Case(
        "certificate-replaced-first",
        "removed first",
        VIOLATION,
        delete_before_replace=True,
        finds=["The resource option delete_before_replace is set"],
    ),
]
