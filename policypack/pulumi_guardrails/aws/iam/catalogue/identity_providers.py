"""Identity providers that a role may trust, and which claim of their tokens tells one customer from another.

Sources: AWS IAM User Guide, "Identity-provider controls for shared OIDC providers" (which issuers all their customers
share, and the claim that IAM asks for: without it IAM refuses a new or changed trust), "Create a role for OpenID
Connect federation" (the issuers built into AWS) and "Create a role for SAML 2.0 federation"; Amazon EKS User Guide,
"Assign IAM roles to Kubernetes service accounts".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from pulumi_guardrails.aws.iam.wildcards import is_everything, is_pattern
from pulumi_guardrails.aws.published import published
from pulumi_guardrails.core.frozen import fast_dataclass

GITHUB = "token.actions.githubusercontent.com"

_SERVICE_ACCOUNT = "system:serviceaccount:"
_EKS = re.compile(r"^oidc\.eks\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?/id/")

_TENANT = re.compile(r"^[^:/*?]+:[^:/*?]+[:/]")
"""The beginning of a subject that names a customer in full: what follows it may be a pattern."""


@fast_dataclass(frozen=True)
class Claim:
    """What a trust in an identity provider has to ask of a token.

    Attributes:
        keys: The condition keys, one of which has to be pinned.
        test: Whether a value pins it.
        accepted: What is accepted, in words.
    """

    keys: tuple[str, ...]
    test: Callable[[str], bool]
    expected: str


def _is_specific_tenant(subject: str) -> bool:
    return bool(subject) and (not is_pattern(subject) or _TENANT.match(subject) is not None)


def _is_fixed(value: str) -> bool:
    return bool(value) and not is_pattern(value)


def _is_specific_service_account(subject: str) -> bool:
    """Whether a subject of a cluster of one's own is a service account, or a part of one."""
    return bool(subject.removeprefix(_SERVICE_ACCOUNT).strip("*?:"))


def _is_limited(value: str) -> bool:
    return bool(value) and not is_everything(value)


_ISSUERS = Path(__file__).with_name("shared_issuers.json")

_BUILT_IN: Mapping[str, Claim] = {
    "sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d": Claim(
        ("sts:rolesessionname",), _is_fixed, "the session name of your own workspace, without a wildcard"
    ),
    "accounts.google.com": Claim(
        ("accounts.google.com:aud", "accounts.google.com:oaud", "accounts.google.com:sub"),
        _is_fixed,
        "the client id of your own application, without a wildcard",
    ),
    "graph.facebook.com": Claim(("graph.facebook.com:app_id",), _is_fixed, "the id of your own application"),
    "www.amazon.com": Claim(("www.amazon.com:app_id",), _is_fixed, "the id of your own application"),
}
"""By issuer that names its customers by a claim of its own: that claim."""


@cache
def _shared() -> Mapping[str, Claim]:
    """By issuer that all its customers share: the claim that tells them apart. GitHub Actions has its own policy."""
    issuers = published(_ISSUERS)
    by_subject = {
        issuer: Claim((f"{issuer}:sub",), _is_specific_tenant, "a subject that names your organisation in full")
        for issuer in issuers["subject"]
    }
    by_audience = {
        issuer: Claim((f"{issuer}:aud",), _is_fixed, "the audience of your own, without a wildcard")
        for issuer in issuers["audience"]
    }
    return {**by_subject, **by_audience, **_BUILT_IN}


_SAML = Claim(("saml:aud",), _is_limited, '"https://signin.aws.amazon.com/saml"')


def claim_of(provider: str) -> Claim | None:
    """What a trust in a federated principal has to ask for; None of GitHub Actions, and of what names no provider."""
    if ":saml-provider/" in provider:
        return _SAML
    issuer = provider.rpartition(":oidc-provider/")[2].lower()
    if issuer.split("/")[0] == GITHUB or is_pattern(provider) or issuer.startswith("arn:"):
        return None
    if claim := _shared().get(issuer):
        return claim
    if _EKS.match(issuer):
        return Claim((f"{issuer}:sub",), _is_specific_service_account, f'"{_SERVICE_ACCOUNT}NAMESPACE:NAME"')
    return Claim((f"{issuer}:sub", f"{issuer}:aud"), _is_limited, "a subject or an audience of your own")
