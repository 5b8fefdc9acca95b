"""The evidence of stacks that exist, one or hundreds: a folder for each, and a page that leads to them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from audit.evidence import RANKED, Evidence, Outcome, Result
from audit.report import HEADLINES, SYMBOLS, templates

_BLOCKING_FIRST = ("violations", "incomplete", "nothing evaluated", "advisory", "compliant")


@dataclass(frozen=True)
class Stack:
    """One stack of an estate.

    Attributes:
        source: The exported state.
        folder: The name of its folder, unlike that of any other.
        evidence: Its evidence.
        files: The files of its folder.
        error: Why it could not be evaluated; empty where it was.
    """

    source: Path
    folder: str
    evidence: Evidence
    files: dict[str, str | bytes] = field(default_factory=dict)
    error: str = ""


def combined(evidences: Sequence[Evidence]) -> Evidence:
    """What the evidence of several stacks has in common, for the manifest: complete where all are."""
    return Evidence(
        project="",
        stack=f"{len(evidences)} stacks",
        operation="state",
        is_complete=all(one.is_complete for one in evidences),
        results=tuple(result for one in evidences for result in one.results),
    )


def index(stacks: Sequence[Stack]) -> str:
    """The page that leads to the stacks, first those that something blocks."""
    ordered = sorted(stacks, key=lambda one: (not one.error, _BLOCKING_FIRST.index(one.evidence.verdict), one.folder))
    outcomes = [one for one in RANKED if any(stack.evidence.count(one) for stack in stacks)]
    return (
        templates()
        .get_template("index.html.j2")
        .render(
            stacks=ordered,
            outcomes=outcomes,
            policies=_policies(stacks),
            headlines=HEADLINES,
            symbols=SYMBOLS,
        )
    )


def _policies(stacks: Iterable[Stack]) -> list[tuple[Result, int, int]]:
    """Each violated policy, with its findings and the stacks that have one, first what blocks the most."""
    found: dict[tuple[str, str], list[tuple[str, Result]]] = {}
    for stack in stacks:
        for one in stack.evidence.results:
            if one.outcome is Outcome.VIOLATED:
                found.setdefault((one.level, one.policy.name), []).append((stack.folder, one))
    rows = [(members[0][1], len(members), len({folder for folder, _ in members})) for members in found.values()]
    return sorted(rows, key=lambda row: (not row[0].blocks, -row[2], row[0].policy.name))
