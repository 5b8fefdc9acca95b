"""Every policy of the pack, found by importing the modules of `pulumi_guardrails.policies`."""

from __future__ import annotations

import importlib
import pkgutil

import pulumi_guardrails.policies
from pulumi_guardrails.core.policy import REGISTRY, Policy


def all_policies() -> list[Policy]:
    """Every declared policy, sorted by module and name. A new policy needs no registration: its module is enough."""
    package = pulumi_guardrails.policies
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        importlib.import_module(module.name)
    return sorted(REGISTRY.values(), key=lambda policy: (policy.module, policy.name))
