"""Every policy of the pack, found by importing the modules of `pulumi_guardrails.policies`."""

from __future__ import annotations

import contextlib
import gc
import importlib
import pkgutil
from collections.abc import Iterator

import pulumi_guardrails.policies
from pulumi_guardrails.core.policy import REGISTRY, Policy


def all_policies() -> list[Policy]:
    """Every declared policy, sorted by module and name. A new policy needs no registration: its module is enough."""
    known = len(REGISTRY)
    package = pulumi_guardrails.policies
    with _without_collector():
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
        if len(REGISTRY) > known:
            gc.freeze()  # what modules make lives as long as the process: there is no garbage in it
    return sorted(REGISTRY.values(), key=lambda policy: (policy.module, policy.name))


@contextlib.contextmanager
def _without_collector() -> Iterator[None]:
    """Without the search for garbage, which takes a quarter of the time of the imports."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
