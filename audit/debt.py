"""Exempts what stands: waivers or policy exceptions for the findings that block a stack today.

From then on only what is new blocks. Waivers are our pack's own; policy exceptions are Pulumi's, for any pack.
`docs/waivers.md` and `docs/exceptions.md` have their forms.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from audit.events import Finding


class DebtError(Exception):
    """What cannot be exempted, or a configuration that cannot be added to; the text is for a person."""


@dataclass(frozen=True)
class Terms:
    """What an exemption says.

    Attributes:
        reason: Why it is right.
        approved_by: Who approved it.
        expires: The last day on which it holds, as YYYY-MM-DD.
    """

    reason: str
    approved_by: str
    expires: str


def with_waivers(configuration: Mapping[str, Any], findings: Sequence[Finding], terms: Terms) -> dict[str, Any]:
    """A configuration of our pack with a waiver for each finding.

    Raises:
        DebtError: For a finding that names no resource: a waiver is for one.
    """
    changed = copy.deepcopy(dict(configuration))
    policies = changed.setdefault("policies", {}) if _is_version_2(changed) else changed
    for finding in _once(findings):
        if not finding.resource:
            raise DebtError(f"{finding.policy} is violated by the stack as a whole, and a waiver is for a resource.")
        settings = _as_settings(policies.get(finding.policy))
        policies[finding.policy] = settings
        settings.setdefault("waivers", []).append(
            {
                "resource": finding.resource,
                "reason": terms.reason,
                "approvedBy": terms.approved_by,
                "expires": terms.expires,
            }
        )
    return changed


def with_exceptions(configuration: Mapping[str, Any], findings: Sequence[Finding], terms: Terms) -> dict[str, Any]:
    """A configuration of version 2 with one policy exception for each policy that found something.

    An exception in a file has no approver and no last day: both stand in its reason.
    """
    changed = copy.deepcopy(dict(configuration))
    if not _is_version_2(changed):
        environments = {"environments": changed.pop("environments")} if "environments" in changed else {}
        changed = {"version": 2, "policies": changed, **environments}
    targets: dict[str, list[str]] = {}
    for finding in _once(findings):
        targets.setdefault(finding.policy, []).append(finding.resource or _stack_of(findings))
    exceptions = changed.setdefault("exceptions", {})
    reason = f"{terms.reason} [approved by {terms.approved_by}; until {terms.expires}]"
    for policy, urns in targets.items():
        exceptions[_free_id(policy, exceptions)] = {
            "reason": reason,
            "match": [{"policies": [policy], "targets": list(dict.fromkeys(urns))}],
        }
    return changed


def _is_version_2(configuration: Mapping[str, Any]) -> bool:
    """Whether the policies' settings are under a key of their own; a text there is the level of a policy."""
    return isinstance(configuration.get("version"), (int, float))


def _once(findings: Iterable[Finding]) -> list[Finding]:
    """The findings in a fixed order, each policy and resource once."""
    found = {(finding.policy, finding.resource): finding for finding in findings}
    return [found[key] for key in sorted(found)]


def _as_settings(given: Any) -> dict[str, Any]:
    if isinstance(given, str):
        return {"enforcementLevel": given}
    return given if isinstance(given, dict) else {}


def _stack_of(findings: Iterable[Finding]) -> str:
    """The URN of the stack, which is what a finding is about that names no resource."""
    for finding in findings:
        match = re.match(r"urn:pulumi:([^:]+)::([^:]+)::", finding.resource)
        if match:
            stack, project = match.groups()
            return f"urn:pulumi:{stack}::{project}::pulumi:pulumi:Stack::{project}-{stack}"
    raise DebtError("no finding names a resource, so that the name of the stack is not known.")


def _free_id(policy: str, taken: Mapping[str, Any]) -> str:
    name, number = f"debt-{policy}", 2
    while name in taken:
        name, number = f"debt-{policy}-{number}", number + 1
    return name
