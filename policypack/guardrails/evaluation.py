"""Runs policies over resources and says what to report: verdict, waiver and configuration come together here.

Everything here is pure: it knows neither the engine nor a clock. A policy that fails by itself (a defect of the pack)
is reported as undecided for that resource, so that it neither passes nor ends the preview.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from guardrails.policy import Level, Policy, ResourceCheck, StackCheck
from guardrails.settings import Configuration, OnUndecided
from guardrails.stack import Stack
from guardrails.verdict import COMPLIANT, Finding, Outcome, Verdict, not_applicable, undecided
from guardrails.view import Resource
from guardrails.waivers import Waiver, waiver_for

UNDECIDED_PREFIX = "Undecided: "
"""How the message of an undecided verdict begins; reports count by it."""

WAIVED_PREFIX = "Waived: "
"""How the message of a waived violation begins; reports count by it."""


@dataclass(frozen=True)
class Report:
    """One thing to tell the engine.

    Attributes:
        policy: The policy that says it.
        level: Whether it blocks.
        urn: The resource; empty for the stack.
        message: What to tell a person.
    """

    policy: Policy
    level: Level
    urn: str
    message: str


def applies(policy: Policy, resource: Resource) -> bool:
    """Whether a resource policy judges resources of this kind."""
    return resource.kind is not None and resource.kind in policy.kinds


def judge(policy: Policy, resource: Resource, configuration: Configuration) -> Verdict:
    """The verdict of a resource policy on one resource; never raises."""
    if not applies(policy, resource):
        return not_applicable("other kind of resource")
    check = cast(ResourceCheck, policy.check)
    try:
        return check(resource, configuration.settings)
    except Exception as error:  # a defect must not end the preview, nor pass unseen
        return _defect(error)


def judge_stack(policy: Policy, stack: Stack, configuration: Configuration) -> list[tuple[Resource | None, Verdict]]:
    """The verdicts of a stack policy; never raises. A defect is undecided for the stack as a whole."""
    check = cast(StackCheck, policy.check)
    verdicts: list[tuple[Resource | None, Verdict]] = []
    try:
        verdicts.extend(check(stack, configuration.settings))
    except Exception as error:  # a defect must not end the preview, nor pass unseen
        verdicts.append((None, _defect(error)))
    return verdicts


def overall(verdicts: Iterable[Verdict]) -> Verdict:
    """One verdict for many: what the evidence of a stack policy comes down to."""
    outcomes = {verdict.outcome for verdict in verdicts}
    for outcome in (Outcome.VIOLATION, Outcome.UNDECIDED):
        if outcome in outcomes:
            return Verdict(outcome)
    return COMPLIANT if Outcome.COMPLIANT in outcomes else not_applicable("no resource of its kinds in the stack")


def reports_of(
    policy: Policy,
    level: Level,
    configuration: Configuration,
    resource: Resource | None,
    verdict: Verdict,
    today: date,
    origin: Callable[[Resource, str], str] = lambda _resource, _property: "",
) -> Iterator[Report]:
    """What to report for a verdict.

    Args:
        policy: The policy that reached it.
        level: The level its violations have.
        configuration: Its configuration.
        resource: The resource judged; None for the stack as a whole.
        verdict: The verdict.
        today: The day that waivers are held against.
        origin: Names what made a property of a resource unknown.
    """
    urn = resource.urn if resource else ""
    if verdict.is_undecided:
        if configuration.on_undecided is OnUndecided.IGNORE:
            return
        blocking = configuration.on_undecided is OnUndecided.MANDATORY
        for finding in verdict.findings:
            message = _undecided_message(resource, finding, origin)
            yield Report(policy, Level.MANDATORY if blocking else Level.ADVISORY, urn, message)
    elif verdict.is_violation:
        waiver = waiver_for(configuration.waivers, urn, today) if urn else None
        for finding in verdict.findings:
            message = violation_message(policy, resource, finding)
            if waiver is None:
                yield Report(policy, level, urn, message)
            elif waiver.holds(today):
                yield Report(policy, Level.ADVISORY, urn, f"{WAIVED_PREFIX}{message} {_waiver_text(waiver)}")
            else:
                yield Report(policy, level, urn, f"{message} {_waiver_text(waiver)} It has expired: renew or mend.")


def unmatched_waivers(policy: Policy, configuration: Configuration, urns: Iterable[str]) -> Iterator[Report]:
    """An advisory for each waiver that covers none of the stack's resources."""
    known = list(urns)
    for waiver in configuration.waivers:
        if not any(waiver.covers(urn) for urn in known):
            message = (
                f"The waiver of {waiver.resource!r} ({waiver.reason}; approved by {waiver.approved_by}) matches no "
                f"resource of this stack: correct its resource, or remove it."
            )
            yield Report(policy, Level.ADVISORY, "", message)


def violation_message(policy: Policy, resource: Resource | None, finding: Finding) -> str:
    """A message a person can act on: resource, property, found, accepted, how to mend it."""
    where = f"{resource.label}: " if resource else ""
    accepted = f"; accepted is {finding.accepted}" if finding.accepted else ""
    subject = f"{finding.subject} is {finding.found}" if finding.subject else finding.found
    return f"{where}{subject}{accepted}. {finding.mend or policy.mend}"


def remedied(policy: Policy, resource: Resource, configuration: Configuration) -> Mapping[str, Any] | None:
    """The properties of a resource with its violation mended; None where there is nothing to mend or no way to."""
    if policy.remedy is None or not judge(policy, resource, configuration).is_violation:
        return None
    try:
        changes = policy.remedy(resource, configuration.settings)
    except Exception:  # a defect in a remedy leaves the violation standing, which then blocks
        return None
    if not changes:
        return None
    properties = copy.deepcopy(dict(resource.properties))
    for path, value in changes.items():
        _set(properties, path.split("."), value)
    return properties


def _set(target: dict[str, Any], path: list[str], value: Any) -> None:
    for key in path[:-1]:
        child = target.get(key)
        if isinstance(child, list) and len(child) == 1 and isinstance(child[0], dict):
            child = child[0]
        elif not isinstance(child, dict):
            child = target[key] = {}
        target = child
    target[path[-1]] = value


def _defect(error: Exception) -> Verdict:
    return undecided("the check", f"stopped by a defect of the policy pack ({type(error).__name__}); please report it")


def _undecided_message(resource: Resource | None, finding: Finding, origin: Callable[[Resource, str], str]) -> str:
    where = f"{resource.label}: " if resource else ""
    source = origin(resource, finding.property_name) if resource and finding.property_name else ""
    computed = f", because it is computed from {source}" if source else ""
    return (
        f"{UNDECIDED_PREFIX}{where}{finding.subject} is {finding.found}{computed}. "
        f"Where the update makes it known, it is judged then, before the resource is made."
    )


def _waiver_text(waiver: Waiver) -> str:
    return f"[Waiver: {waiver.reason}; approved by {waiver.approved_by}; expires {waiver.expires.isoformat()}]"
