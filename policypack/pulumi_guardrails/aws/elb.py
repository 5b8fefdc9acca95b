"""What AWS publishes about Elastic Load Balancing: the accounts that write its access logs, and its TLS policies."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pulumi_guardrails.aws.published import published

_ACCOUNTS = Path(__file__).with_name("elb_accounts.json")
_TLS_POLICIES = Path(__file__).with_name("elb_tls_policies.json")

DEFAULT_TLS_POLICY = "ELBSecurityPolicy-2016-08"
"""What AWS takes for a listener made without a TLS policy (the page that `elb_tls_policies.json` names)."""


@cache
def log_delivery_accounts() -> frozenset[str]:
    """The accounts under which Elastic Load Balancing writes access logs in the older regions."""
    return frozenset(published(_ACCOUNTS).values())


def forward_secret_policies() -> tuple[str, ...]:
    """The TLS policies without TLS 1.1 or older and without a cipher that lacks forward secrecy; the best one first."""
    return tuple(published(_TLS_POLICIES)["modern"])
