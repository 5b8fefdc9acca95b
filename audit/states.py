"""Evaluates stacks that exist: exported states, one or hundreds, by `pulumi policy analyze`.

Its output has findings alone. What passed is read from the calls between the engine and the packs (`analyzer_calls`);
where these cannot be had, it is not known, and is not claimed.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from audit.analyzer_calls import recorded
from audit.description import Description
from audit.events import EventLog, EventLogError, Finding, Step, parse
from audit.verdict import counted, kind_of

_LONGEST_REASON = 300


class StateError(ValueError):
    """A file that is no exported state, or a folder that has none."""


@dataclass(frozen=True)
class Analysis:
    """What the policies say of one exported state.

    Attributes:
        file: The file.
        stack: The stack, as `project/stack`; the file's name where the state has no resource.
        findings: What the policies found.
        error: Why it could not be.
        resources: How many resources the state has.
        log: What the engine reported, and what passed, where the calls of the packs could be read.
        descriptions: What the packs say of their policies, likewise.
    """

    file: Path
    stack: str
    findings: tuple[Finding, ...] = ()
    error: str = ""
    resources: int = 0
    log: EventLog = field(default_factory=EventLog)
    descriptions: tuple[Description, ...] = ()

    @property
    def blocks(self) -> bool:
        """Whether a mandatory policy is violated."""
        return any(kind_of(found) == "mandatory" for found in self.findings)


@dataclass(frozen=True)
class Command:
    """How the CLI is run.

    Attributes:
        cli: The Pulumi CLI.
        policy_pack: The folder of the pack.
        configuration: The pack's configuration; None for its defaults.
        environment: The environment; None for that of this process.
    """

    cli: str
    policy_pack: Path
    configuration: Path | None = None
    environment: Mapping[str, str] | None = field(default=None, repr=False)

    def line(self, state: Path) -> list[str]:
        """The command line for one state."""
        words = [self.cli, "policy", "analyze", "--file", str(state), "--policy-pack", str(self.policy_pack)]
        if self.configuration is not None:
            words += ["--policy-pack-config", str(self.configuration)]
        return [*words, "--json", "--non-interactive", "--color", "never"]


def state_files(places: Sequence[Path]) -> list[Path]:
    """The files named, and every JSON file in the folders named, in a fixed order. Raises StateError for none."""
    found: dict[Path, None] = {}
    for place in places:
        for file in sorted(place.rglob("*.json")) if place.is_dir() else [place]:
            found[file] = None
    if not found:
        raise StateError(f"there is no JSON file in {', '.join(map(str, places))}.")
    return list(found)


def analyze(
    files: Sequence[Path], command: Command, at_once: int, progress: Callable[[int, Analysis], None]
) -> list[Analysis]:
    """Evaluate states, some at once, and report each as it is done.

    Args:
        files: The exported states.
        command: How the CLI is run.
        at_once: How many at once; each starts the pack anew.
        progress: Called with how many are done, and the last of them.
    """
    results: list[Analysis] = []
    with ThreadPoolExecutor(max_workers=at_once) as pool:
        for number, analysis in enumerate(pool.map(lambda file: analyze_one(file, command), files), start=1):
            progress(number, analysis)
            results.append(analysis)
    return results


def analyze_one(file: Path, command: Command) -> Analysis:
    """Evaluate one exported state."""
    try:
        resources = _resources(file)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        return Analysis(file, file.stem, error=f"it cannot be read: {reason}")
    stack = _stack(resources) or file.stem
    if not resources:
        return Analysis(file, stack)
    environment = os.environ if command.environment is None else command.environment
    with recorded(environment) as (environment, calls):
        done = subprocess.run(
            command.line(file),
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    try:
        log = parse(done.stdout.splitlines(), str(file))
    except EventLogError as error:
        return Analysis(file, stack, error=str(error), resources=len(resources))
    steps = tuple(Step(one["urn"], one["type"], "same") for one in resources if "urn" in one and "type" in one)
    log = replace(log, steps=steps, checks=tuple(calls.checks))
    analysis = Analysis(file, stack, log.findings, "", len(resources), log, tuple(calls.descriptions))
    if done.returncode != 0 and not analysis.blocks:
        return replace(analysis, error=_reason(done.stderr))
    return analysis


def lines(analyses: Sequence[Analysis]) -> list[str]:
    """The summary for a terminal: by policy, by stack, and what could not be evaluated."""
    by_policy: dict[tuple[int, str, str], list[str]] = {}
    for analysis in analyses:
        for found in analysis.findings:
            kind = kind_of(found)
            by_policy.setdefault((_ORDER.index(kind), kind, found.policy), []).append(analysis.stack)
    told = ["By policy:"] if by_policy else []
    for (_, kind, policy), stacks in sorted(by_policy.items(), key=lambda item: (item[0][0], -len(item[1]), item[0])):
        found_in = f"{counted(len(stacks), 'finding')} in {counted(len(set(stacks)), 'stack')}"
        told.append(f"  {kind}: {policy}: {found_in}")
    told.append("By stack:")
    told += [f"  {analysis.stack}: {_of_stack(analysis)}" for analysis in sorted(analyses, key=lambda one: one.stack)]
    blocked, failed = sum(one.blocks for one in analyses), sum(bool(one.error) for one in analyses)
    told.append(
        f"{counted(len(analyses), 'stack')}: {blocked} with mandatory violations, {len(analyses) - blocked - failed} "
        f"without, {failed} that could not be evaluated. {_passes(analyses)}"
    )
    return told


def _passes(analyses: Sequence[Analysis]) -> str:
    evaluated = [one for one in analyses if one.resources and not one.error]
    if not all(one.log.checks for one in evaluated):
        return "How many checks passed is not in the output of `pulumi policy analyze`."
    passed = sum(len(check.passed) for one in evaluated for check in one.log.checks)
    return f"{counted(passed, 'check')} passed."


def as_json(analyses: Sequence[Analysis]) -> str:
    """The summary for other tools: each stack with its findings."""
    return json.dumps(
        [
            {
                "file": str(one.file),
                "stack": one.stack,
                "resources": one.resources,
                "error": one.error or None,
                "findings": [
                    {
                        "policy": found.policy,
                        "pack": found.pack,
                        "kind": kind_of(found),
                        "severity": found.severity or None,
                        "resource": found.resource or None,
                        "message": found.message,
                    }
                    for found in one.findings
                ],
            }
            for one in analyses
        ],
        indent=2,
    )


_ORDER = ("mandatory", "advisory", "undecided", "excepted", "skipped")


def _of_stack(analysis: Analysis) -> str:
    if analysis.error:
        return f"could not be evaluated: {analysis.error}"
    if not analysis.resources:
        return "no resources"
    counts = Counter(map(kind_of, analysis.findings))
    said = ", ".join(f"{counts[kind]} {kind}" for kind in _ORDER if counts[kind]) or "no findings"
    return f"{said} ({counted(analysis.resources, 'resource')})"


def _resources(file: Path) -> list[Mapping[str, Any]]:
    document = json.loads(file.read_text(encoding="utf-8-sig"))
    deployment = document.get("deployment") if isinstance(document, dict) else None
    if not isinstance(deployment, dict):
        raise StateError("expected what `pulumi stack export` writes, an object with a deployment")
    resources = deployment.get("resources") or []
    return [resource for resource in resources if isinstance(resource, dict)]


def _stack(resources: Iterable[Mapping[str, object]]) -> str:
    for resource in resources:
        match = re.match(r"urn:pulumi:([^:]+)::([^:]+)::", str(resource.get("urn", "")))
        if match:
            return f"{match.group(2)}/{match.group(1)}"
    return ""


def _reason(stderr: str) -> str:
    said = [line.strip() for line in stderr.splitlines() if line.strip() and not line.startswith("warning:")]
    reason = (said[-1] if said else "`pulumi policy analyze` ended without a word").removeprefix("error: ")
    return reason if len(reason) <= _LONGEST_REASON else f"{reason[:_LONGEST_REASON]}…"
