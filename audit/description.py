"""What a policy pack says of its policies: the output of our pack's command ``describe``.

A pack that has no such command is known by the event log alone: the names of its policies, and the first line of what
they found.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SCHEMA = 1
"""The version of the form that this module reads."""

LEVELS = ("mandatory", "advisory", "remediate", "disabled")


class DescriptionError(Exception):
    """The text is no description of a pack; the message says what was found and what was expected."""


@dataclass(frozen=True)
class Waiver:
    """An exemption as the pack is configured, whether or not a resource of the stack needs it.

    Attributes:
        policy: The policy.
        resource: A URN, or a glob over URNs.
        reason: Why it is right.
        approved_by: Who approved it.
        expires: The last day on which it holds, as YYYY-MM-DD.
    """

    policy: str
    resource: str
    reason: str
    approved_by: str
    expires: str


@dataclass(frozen=True)
class Policy:
    """A policy, as it is configured.

    Attributes:
        pack: The pack that it is of.
        name: Its name.
        title: What it demands, in one sentence.
        level: ``mandatory``, ``advisory``, ``remediate`` or ``disabled``; empty where the pack does not say.
        severity: ``low``, ``medium``, ``high`` or ``critical``; empty where it has none.
        frameworks: The controls that it speaks for, by framework.
        family: The service that it is about; empty where the pack does not say.
        resource_types: The types that it evaluates; None where the pack does not say, or for any type.
        on_stack: Whether it evaluates the stack as a whole; None where the pack does not say.
        advice: How a violation is fixed.
        url: Its documentation.
        waivers: The exemptions from it.
    """

    pack: str
    name: str
    title: str = ""
    level: str = ""
    severity: str = ""
    frameworks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    family: str = ""
    resource_types: frozenset[str] | None = None
    on_stack: bool | None = None
    advice: str = ""
    url: str = ""
    waivers: tuple[Waiver, ...] = ()

    @property
    def is_on(self) -> bool:
        """Whether it is evaluated."""
        return self.level != "disabled"

    def evaluates(self, resource_type: str) -> bool | None:
        """Whether it evaluates resources of a type; None where that is not known."""
        if self.resource_types is None:
            return None
        return resource_type in self.resource_types


@dataclass(frozen=True)
class ConfiguredException:
    """A policy exception of Pulumi as a configuration has it, whether or not a resource needs it.

    Attributes:
        id: Its ID.
        reason: Why it is right.
        policies: The policies, by name or pattern.
        targets: The resources, by URN or pattern.
    """

    id: str
    reason: str
    policies: tuple[str, ...]
    targets: tuple[str, ...]


@dataclass(frozen=True)
class Description:
    """A pack and its policies.

    Attributes:
        pack: The name of the pack.
        version: Its version.
        policies: Its policies, by name.
        exceptions: The policy exceptions in its configuration.
    """

    pack: str
    version: str
    policies: Mapping[str, Policy]
    exceptions: tuple[ConfiguredException, ...] = ()


def parse(text: str) -> Description:
    """Read the output of ``describe``. Raises DescriptionError where it is none."""
    try:
        found = json.loads(text)
    except ValueError as error:
        raise DescriptionError(f"the pack's description is no JSON ({error}).") from None
    if not isinstance(found, dict) or found.get("schema") != SCHEMA:
        raise DescriptionError(f"the pack's description is of another form; expected an object with schema {SCHEMA}.")
    try:
        pack = found["pack"]["name"]
        policies = [_policy(pack, entry) for entry in found["policies"]]
        exceptions = tuple(
            ConfiguredException(one["id"], one["reason"], tuple(one["policies"]), tuple(one["targets"]))
            for one in found["exceptions"]
        )
        return Description(pack, found["pack"]["version"], {policy.name: policy for policy in policies}, exceptions)
    except (KeyError, TypeError, AttributeError) as error:
        raise DescriptionError(f"the pack's description is incomplete: {error}.") from None


def _policy(pack: str, entry: Mapping[str, Any]) -> Policy:
    name = entry["name"]
    types = entry["resource_types"]
    return Policy(
        pack=pack,
        name=name,
        title=entry["title"],
        level=entry["level"],
        severity=entry["severity"],
        frameworks={framework: tuple(controls) for framework, controls in entry["frameworks"].items()},
        family=entry["family"],
        resource_types=frozenset(types) if types else None,
        on_stack=entry["kind"] == "stack",
        advice=entry["remediation"],
        url=entry["url"],
        waivers=tuple(
            Waiver(name, one["resource"], one["reason"], one["approvedBy"], one["expires"]) for one in entry["waivers"]
        ),
    )
