"""Every policy of the pack, found by importing the modules of `guardrails.policies`."""

from __future__ import annotations

import importlib
import pkgutil

import guardrails.policies
from guardrails.policy import REGISTRY, Policy


def all_policies() -> list[Policy]:
    """Every declared policy, sorted by module and name. A new policy needs no registration: its module is enough."""
    for module in pkgutil.iter_modules(guardrails.policies.__path__):
        importlib.import_module(f"{guardrails.policies.__name__}.{module.name}")
    return sorted(REGISTRY.values(), key=lambda policy: (policy.module, policy.name))
