"""Reads the event log that ``pulumi preview --event-log FILE`` writes: one JSON object a line, one event each.

The shapes are those of ``EngineEvent`` in Pulumi's Go package ``apitype``. An event this module does not know is passed
over: the log also carries diagnostics and progress, and a newer engine may add more.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from audit.properties import PropertyChange, differences


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


@dataclass(frozen=True)
class Check:
    """One call of a pack: for `resource`, or for the whole stack when that is None."""

    pack: str
    resource: str | None
    passed: tuple[str, ...]
    failed: tuple[str, ...]


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
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        event = _event(line, f"{name}, line {number}")
        match event:
            case {"resourcePreEvent": {"metadata": {"urn": urn, "type": kind, "op": operation}}}:
                steps.append(Step(urn, kind, operation))
            case {"policyAnalyzeSummaryEvent": body} | {"policyAnalyzeStackSummaryEvent": body}:
                checks.append(_check(body))
            case {"policyEvent": body}:
                findings.append(_finding(body))
            case {"policyRemediationEvent": body}:
                remediations.append(_remediation(body))
            case {"diagnosticEvent": {"severity": "error", "message": message}}:
                errors.append(message.strip())
            case {"summaryEvent": body}:
                summary = body
    return EventLog(
        steps=tuple(steps),
        checks=tuple(checks),
        findings=tuple(findings),
        remediations=tuple(remediations),
        changes=summary.get("resourceChanges", {}) if summary else None,
        result=summary.get("result", ""),
        errors=tuple(errors),
        is_preview=summary.get("isPreview", True),
    )


def _event(line: str, place: str) -> Mapping[str, Any]:
    try:
        event = json.loads(line)
    except json.JSONDecodeError as error:
        raise EventLogError(f"{place}: no JSON ({error.msg} at column {error.colno}).") from None
    if not isinstance(event, dict):
        raise EventLogError(f"{place}: found a JSON {type(event).__name__}, and an event is an object.")
    return event


def _check(body: Mapping[str, Any]) -> Check:
    return Check(
        pack=body["policyPackName"],
        resource=body.get("resourceUrn"),
        passed=tuple(body.get("passed", ())),
        failed=tuple(body.get("failed", ())),
    )


def _finding(body: Mapping[str, Any]) -> Finding:
    return Finding(
        policy=body["policyName"],
        pack=body["policyPackName"],
        level=body["enforcementLevel"],
        severity=body.get("severity", ""),
        resource=body.get("resourceUrn", ""),
        message=body["message"].strip(),
    )


def _remediation(body: Mapping[str, Any]) -> Remediation:
    return Remediation(
        policy=body["policyName"],
        pack=body["policyPackName"],
        resource=body.get("resourceUrn", ""),
        changes=differences(body.get("before") or {}, body.get("after") or {}),
    )
