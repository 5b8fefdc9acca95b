"""How the tables of the network policies are written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.verdict import Outcome
from tests.policypack.cases import Case

_NAMES = (
    "tiers",
    "private_subnets",
    "internet_ingress",
    "network",
    "network_acls",
    "prefix_lists",
    "security_groups",
    "subnets",
)

MODULES = tuple(f"vpc.{name}" for name in _NAMES)
"""The modules of the network policies."""


def case(
    policy: str,
    says: str,
    outcome: Outcome,
    stack: Iterable[Resource],
    at: str = "",
    *finds: str,
    settings: Mapping[str, Any] | None = None,
) -> Case:
    """One row of a stack policy; `finds` are texts that its message has."""
    return Case(policy, says, outcome, stack=list(stack), at=at, finds=finds, settings=settings or {})


def block(port: int, **peer: Any) -> dict[str, Any]:
    """One TCP port as it is opened inside a group."""
    return {"protocol": "tcp", "fromPort": float(port), "toPort": float(port), "description": "inline", **peer}
