"""What changed since a base run: new, fixed, exempted and unchanged findings, from the base's results.json."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from audit.evidence import Evidence, Outcome
from audit.results import SCHEMA_VERSION

Key = tuple[str, str, str]
"""The pack, the policy and the resource's URN."""

_FINDINGS = (Outcome.VIOLATED, Outcome.UNDECIDED)
_EXEMPTED = (Outcome.WAIVED, Outcome.EXCEPTED)


class ComparisonError(Exception):
    """A base that this run cannot be compared with; the message is for a person."""


@dataclass(frozen=True)
class Base:
    """The findings of an earlier run.

    Attributes:
        project: The Pulumi project.
        stack: The stack.
        is_complete: Whether the engine came to evaluate the stack as a whole.
        findings: What was violated or undecided.
    """

    project: str
    stack: str
    is_complete: bool
    findings: Mapping[Key, Outcome]


@dataclass(frozen=True)
class Comparison:
    """How the findings of a run differ from those of a base; each is listed once, in a fixed order.

    Attributes:
        new: Findings that the base does not have, and violations that it was undecided about.
        fixed: Findings of the base that this run evaluated and no longer has, the resource's removal included.
        exempted: Findings of the base that are waived or excepted now.
        unchanged: Findings of both.
        not_evaluated: Findings of the base that this run did not come to evaluate.
        base_is_complete: Whether the base run evaluated the stack as a whole: what it lacks may not be new.
    """

    new: tuple[Key, ...]
    fixed: tuple[Key, ...]
    exempted: tuple[Key, ...]
    unchanged: tuple[Key, ...]
    not_evaluated: tuple[Key, ...]
    base_is_complete: bool


def read_base(text: str, name: str) -> Base:
    """The findings in the text of a results.json, which an error calls `name`. Raises ComparisonError for another."""
    try:
        found = json.loads(text)
    except ValueError as error:
        raise ComparisonError(f"{name} is no JSON ({error}).") from None
    match found:
        case {
            "schemaVersion": version,
            "project": str(project),
            "stack": str(stack),
            "complete": bool(is_complete),
            "results": list(rows),
        } if version == SCHEMA_VERSION:
            words = {outcome.value: outcome for outcome in _FINDINGS}
            findings: dict[Key, Outcome] = {}
            for row in rows:
                match row:
                    case {"pack": str(pack), "policy": str(policy), "resource": str(resource), "outcome": str(outcome)}:
                        if outcome in words:
                            findings[pack, policy, resource] = words[outcome]
                    case _:
                        raise ComparisonError(f"{name} has a row that is no result.")
            return Base(project, stack, is_complete, findings)
    raise ComparisonError(f"{name} is no results.json of schema version {SCHEMA_VERSION}.")


def compare(base: Base, evidence: Evidence) -> Comparison:
    """Compare a run with a base. Raises ComparisonError where they are of different stacks."""
    # A run that came to no resource does not know which stack it is of.
    if evidence.resources and base.stack and (base.project, base.stack) != (evidence.project, evidence.stack):
        raise ComparisonError(
            f"the base is of {base.project}/{base.stack}, and this run is of {evidence.project}/{evidence.stack}."
        )
    outcomes = {(one.policy.pack, one.policy.name, one.resource): one.outcome for one in evidence.results}
    now = {key: outcome for key, outcome in outcomes.items() if outcome in _FINDINGS}
    new = {
        key
        for key, outcome in now.items()
        if key not in base.findings or (outcome, base.findings[key]) == (Outcome.VIOLATED, Outcome.UNDECIDED)
    }
    gone = base.findings.keys() - now.keys()
    exempted = {key for key in gone if outcomes.get(key) in _EXEMPTED}
    not_evaluated = {key for key in gone - exempted if not _was_evaluated(key, outcomes.get(key), evidence)}
    return Comparison(
        new=tuple(sorted(new)),
        fixed=tuple(sorted(gone - exempted - not_evaluated)),
        exempted=tuple(sorted(exempted)),
        unchanged=tuple(sorted(now.keys() - new)),
        not_evaluated=tuple(sorted(not_evaluated)),
        base_is_complete=base.is_complete,
    )


def _was_evaluated(key: Key, outcome: Outcome | None, evidence: Evidence) -> bool:
    """Whether a run came to evaluate what a finding is about; a resource that was removed counts where its pack ran."""
    if outcome is not None:
        return outcome is not Outcome.NOT_EVALUATED
    pack, name, urn = key
    policies = {policy.name: policy for policy in evidence.policies if policy.pack == pack}
    if not evidence.is_complete or not policies:
        return False
    if name in policies:
        return policies[name].is_on
    # A policy that is not there, or one of a pack that does not describe itself, which left no trace in the log.
    return bool(urn) and all(resource.urn != urn for resource in evidence.resources)
