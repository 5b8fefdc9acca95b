"""Advice that only a person can follow, and how one does: by policy, what its sentences ask for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.verdict import Finding
from tests.policypack.advice.grammar import KEY_ARN
from tests.policypack.advice.scene import Scene
from tests.policypack.cases import resource

Hand = Callable[[Scene, Resource, Finding], None]
"""Follows the advice on one finding; the resource is that whose property it is about."""

VALUES: Mapping[tuple[str, str], Any] = {}

HANDS: Mapping[str, Mapping[str, Hand]] = {}
"""By policy and by a pattern that its advice matches."""
