"""Reads the calls between the engine and its policy packs as they pass: what the engine's log of a state leaves out.

`pulumi policy analyze` reports violations alone. With the variable ``PULUMI_DEBUG_GRPC`` the engine also writes each
call of a plugin with its answer, which has what passed, and what a pack says of its policies. These calls carry the
environment and the properties of resources, secrets among them: they go through a pipe, never into a file, and what is
no answer of a pack is dropped unread.
"""

from __future__ import annotations

import json
import os
import tempfile
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from audit.description import Description, Policy
from audit.events import Check

VARIABLE = "PULUMI_DEBUG_GRPC"

_METHODS = ("GetAnalyzerInfo", "Configure", "Analyze", "AnalyzeStack")
_SEVERITIES = {f"POLICY_SEVERITY_{name.upper()}": name for name in ("low", "medium", "high", "critical")}
_LEVELS = {"ADVISORY": "advisory", "MANDATORY": "mandatory", "DISABLED": "disabled", "REMEDIATE": "remediate"}


@dataclass
class Calls:
    """What the packs were asked, and what they answered.

    Attributes:
        descriptions: What each pack says of its policies, with the levels that are configured.
        checks: What passed and what failed, one a pack and resource; that of the whole stack has none.
    """

    descriptions: list[Description] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)


@contextmanager
def recorded(environment: Mapping[str, str]) -> Iterator[tuple[Mapping[str, str], Calls]]:
    """The environment for a CLI whose calls are recorded, and the record, which is full when the block is left.

    Where the system has no named pipes the record stays empty.
    """
    calls = Calls()
    if not hasattr(os, "mkfifo"):
        yield environment, calls
        return
    with tempfile.TemporaryDirectory() as folder:
        pipe = Path(folder, "calls")
        os.mkfifo(pipe, 0o600)
        # Open for both, the pipe has a writer until the CLI has ended: its reader neither waits nor ends before.
        held = os.open(pipe, os.O_RDWR)
        reader = threading.Thread(target=_read, args=(os.open(pipe, os.O_RDONLY), calls), daemon=True)
        reader.start()
        try:
            yield {**environment, VARIABLE: str(pipe)}, calls
        finally:
            os.close(held)
            reader.join()


def _read(pipe: int, calls: Calls) -> None:
    with os.fdopen(pipe, encoding="utf-8", errors="replace") as lines:
        found = parse(lines)
    calls.descriptions, calls.checks = found.descriptions, found.checks


def parse(lines: Iterable[str]) -> Calls:
    """The answers of packs in the lines of such a log; a line of another form is passed over."""
    infos: dict[str, Mapping[str, Any]] = {}
    levels: dict[str, dict[str, str]] = {}
    answers: list[tuple[str, str | None, Mapping[str, Any]]] = []
    for line in lines:
        if '"/pulumirpc.Analyzer/' not in line or '"response"' not in line:
            continue
        try:
            call = json.loads(line)
            method, pack = call["method"].rpartition("/")[2], call["metadata"]["name"]
            response = call["response"]
        except (ValueError, KeyError, TypeError):
            continue
        if method not in _METHODS:
            continue
        request = call.get("request") or {}
        if method == "GetAnalyzerInfo":
            infos[pack] = response
        elif method == "Configure":
            levels[pack] = {
                name: _LEVELS.get(given.get("enforcementLevel", "ADVISORY"), "")
                for name, given in (request.get("policyConfig") or {}).items()
            }
        else:
            answers.append((pack, request.get("urn") if method == "Analyze" else None, response))
    described = {pack: _description(info, levels.get(pack, {})) for pack, info in infos.items()}
    return Calls(
        list(described.values()),
        [_check(described[pack], urn, response) for pack, urn, response in answers if pack in described],
    )


def _description(info: Mapping[str, Any], levels: Mapping[str, str]) -> Description:
    pack = info.get("name", "")
    policies = (_policy(pack, entry, levels) for entry in info.get("policies") or ())
    return Description(pack, info.get("version", ""), {policy.name: policy for policy in policies})


def _policy(pack: str, entry: Mapping[str, Any], levels: Mapping[str, str]) -> Policy:
    name = entry.get("name", "")
    framework = entry.get("framework") or {}
    return Policy(
        pack=pack,
        name=name,
        title=(entry.get("displayName") or entry.get("description") or "").rstrip("."),
        level=levels.get(name) or _LEVELS.get(entry.get("enforcementLevel", "ADVISORY"), ""),
        severity=_SEVERITIES.get(entry.get("severity", ""), ""),
        frameworks={framework["name"]: (framework.get("reference", ""),)} if framework.get("reference") else {},
        on_stack=entry.get("policyType") == "POLICY_TYPE_STACK",
        advice=entry.get("remediationSteps", ""),
        url=entry.get("url", ""),
    )


def _check(described: Description, urn: str | None, response: Mapping[str, Any]) -> Check:
    """What the engine itself counts as passed: what is on, of this kind, and not named by the answer."""
    failed = [one.get("policyName", "") for one in response.get("diagnostics") or ()]
    silent = {one.get("policyName", "") for one in response.get("notApplicable") or ()}
    asked = [policy for policy in described.policies.values() if policy.is_on and policy.on_stack is (urn is None)]
    passed = [policy.name for policy in asked if policy.name not in silent and policy.name not in failed]
    return Check(described.pack, urn, tuple(passed), tuple(failed), described.version)


def merged(described: Iterable[Description], more: Iterable[Description]) -> list[Description]:
    """Descriptions with what the packs themselves say in full in place of what the engine knows, levels aside."""
    full = {one.pack: one for one in more}
    result = []
    for one in described:
        own = full.get(one.pack)
        if own is None:
            result.append(one)
            continue
        policies = {
            name: replace(own.policies[name], level=policy.level) if name in own.policies else policy
            for name, policy in one.policies.items()
        }
        result.append(replace(one, policies=policies, exceptions=own.exceptions))
    return result
