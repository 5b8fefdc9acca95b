"""Reads the event log that ``pulumi preview --event-log FILE`` writes: one JSON object a line, one event each.

The shapes are those of ``EngineEvent`` in Pulumi's Go package ``apitype``. An event this module does not know is passed
over: the log also carries diagnostics and progress, and a newer engine may add more.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from audit.properties import PropertyChange, differences

_COMPLIANT = "compliant with the whole stack in view: "
"""How a line begins by which our pack says what the engine's own events do not."""


@dataclass(frozen=True)
class PolicyException:
    """One of Pulumi's policy exceptions that exempts a finding; not a waiver, which is our pack's own."""

    id: str
    reason: str


@dataclass(frozen=True)
class Finding:
    """What one policy reported about one resource, or about the stack when `resource` is empty."""

    policy: str
    pack: str
    level: str
    """``advisory``, ``mandatory`` or ``remediate``."""
    severity: str
    """``low``, ``medium``, ``high`` or ``critical``; empty when the policy has none."""
    resource: str
    """The resource's URN."""
    message: str
    """The policy's description, a line break, and what it found."""
    exceptions: tuple[PolicyException, ...] = ()
    """The policy exceptions that match it, lowest ID first. With one, it does not block, whatever `level` says."""


@dataclass(frozen=True)
class Check:
    """One call of a pack: for `resource`, or for the whole stack when that is None."""

    pack: str
    resource: str | None
    passed: tuple[str, ...]
    failed: tuple[str, ...]
    version: str = ""
    """The version of the pack."""


@dataclass(frozen=True)
class Remediation:
    """A policy that changed a resource's properties."""

    policy: str
    pack: str
    resource: str
    changes: tuple[PropertyChange, ...] = ()
    """What it changed; a secret stands there as ``[secret]``."""


@dataclass(frozen=True)
class Step:
    """What the engine is about to do with a resource; `operation` is its own word, such as ``create`` or ``same``."""

    resource: str
    type: str
    operation: str
    because: tuple[str, ...] = ()
    """The properties whose change makes it a replacement."""
    retained: bool = False
    """Whether Pulumi only forgets what it removes, and AWS keeps it (the option ``retainOnDelete``)."""
    failed: bool = False


@dataclass(frozen=True)
class EventLog:
    """The events of one run that evidence is made of, each kind in the order in which it happened."""

    steps: tuple[Step, ...] = ()
    checks: tuple[Check, ...] = ()
    findings: tuple[Finding, ...] = ()
    remediations: tuple[Remediation, ...] = ()
    changes: Mapping[str, int] | None = None
    """How many resources each operation was or would be done to; None when the run did not come to its end."""
    result: str = ""
    """``succeeded`` or ``failed``; empty when the run did not come to its end."""
    errors: tuple[str, ...] = ()
    """What the engine, its plugins and the program reported as errors."""
    is_preview: bool = True
    """Whether `changes` are what would be done, rather than what was done."""
    compliant: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    """The resources that a policy of our pack found compliant with the whole stack in view, by pack and policy.

    The engine asks of the whole stack once, and its own events have no resource of what passed.
    """
    began: int | None = None
    """When the run began, in seconds since 1970 (UTC); None where the log does not say."""
    ended: int | None = None


class EventLogError(Exception):
    """The file is no event log; the message says where it breaks off."""


def read(file: Path) -> EventLog:
    """The events in `file`. Raises EventLogError when a line is no event."""
    with file.open(encoding="utf-8") as lines:
        return parse(lines, str(file))


def parse(lines: Iterable[str], name: str = "event log") -> EventLog:
    """The events in `lines`, one JSON object each; `name` says in an error where they are from."""
    steps: list[Step] = []
    checks: list[Check] = []
    findings: list[Finding] = []
    remediations: list[Remediation] = []
    errors: list[str] = []
    summary: Mapping[str, Any] = {}
    failed: set[str] = set()
    compliant: dict[tuple[str, str], list[str]] = {}
    times: list[int] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        event = _event(line, f"{name}, line {number}")
        if isinstance(event.get("timestamp"), int):
            times.append(event["timestamp"])
        try:
            match event:
                case {"resourcePreEvent": {"metadata": {"urn": _, "type": _, "op": _} as metadata}}:
                    steps.append(_step(metadata))
                case {"resOpFailedEvent": {"metadata": {"urn": urn}}}:
                    failed.add(urn)
                case {"policyAnalyzeSummaryEvent": body} | {"policyAnalyzeStackSummaryEvent": body}:
                    checks.append(_check(body))
                case {"policyEvent": body}:
                    findings.append(_finding(body))
                case {"policyRemediationEvent": body}:
                    remediations.append(_remediation(body))
                case {"diagnosticEvent": {"severity": "error", "message": message}}:
                    errors.append(message.strip())
                case {"diagnosticEvent": {"severity": "debug", "message": str(message)}} if message.startswith(
                    _COMPLIANT
                ):
                    for policy, resource in _compliant(message):
                        compliant.setdefault(policy, []).append(resource)
                case {"summaryEvent": dict(body)}:
                    summary = body
        except (KeyError, TypeError, AttributeError):
            raise EventLogError(f"{name}, line {number}: an event of another form than the engine's.") from None
    return EventLog(
        steps=tuple(replace(step, failed=step.resource in failed) for step in steps),
        checks=tuple(checks),
        findings=tuple(findings),
        remediations=tuple(remediations),
        changes=summary.get("resourceChanges", {}) if summary else None,
        result=summary.get("result", ""),
        errors=tuple(errors),
        is_preview=summary.get("isPreview", True),
        compliant={policy: tuple(resources) for policy, resources in compliant.items()},
        began=times[0] if times else None,
        ended=times[-1] if times else None,
    )


def _event(line: str, place: str) -> Mapping[str, Any]:
    try:
        event = json.loads(line)
    except json.JSONDecodeError as error:
        raise EventLogError(f"{place}: no JSON ({error.msg} at column {error.colno}).") from None
    if not isinstance(event, dict):
        raise EventLogError(f"{place}: found a JSON {type(event).__name__}, and an event is an object.")
    return event


def _compliant(message: str) -> Iterator[tuple[tuple[str, str], str]]:
    """Each pack and policy with a resource that it names as compliant; nothing for a line of another form."""
    try:
        told = json.loads(message.removeprefix(_COMPLIANT))
    except json.JSONDecodeError:
        return
    match told:
        case {"pack": str(pack), "resources": dict(resources)}:
            for policy, urns in resources.items():
                for urn in urns if isinstance(urns, list) else ():
                    if isinstance(urn, str):
                        yield (pack, policy), urn


def _step(metadata: Mapping[str, Any]) -> Step:
    return Step(
        resource=metadata["urn"],
        type=metadata["type"],
        operation=metadata["op"],
        because=tuple(metadata.get("keys") or ()),
        retained=(metadata.get("old") or {}).get("retainOnDelete", False),
    )


def _check(body: Mapping[str, Any]) -> Check:
    return Check(
        pack=body["policyPackName"],
        resource=body.get("resourceUrn"),
        passed=tuple(body.get("passed", ())),
        failed=tuple(body.get("failed", ())),
        version=body.get("policyPackVersionTag") or body.get("policyPackVersion", ""),
    )


def _finding(body: Mapping[str, Any]) -> Finding:
    return Finding(
        policy=body["policyName"],
        pack=body["policyPackName"],
        level=body["enforcementLevel"],
        severity=body.get("severity", ""),
        resource=body.get("resourceUrn", ""),
        message=body["message"].strip(),
        exceptions=tuple(PolicyException(found["id"], found["reason"]) for found in body.get("exceptions") or ()),
    )


def _remediation(body: Mapping[str, Any]) -> Remediation:
    return Remediation(
        policy=body["policyName"],
        pack=body["policyPackName"],
        resource=body.get("resourceUrn", ""),
        changes=differences(body.get("before") or {}, body.get("after") or {}),
    )
