"""The policy verdict on one run: how much was checked, what passed, what did not, and what nobody could tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from audit.events import EventLog, Finding

UNDECIDED = "Undecided:"
"""How a policy of our pack begins an advisory that says what it could not decide, and why."""

SKIPPED = "can't run policy"
"""How the policy SDK begins the advisory that it puts in the place of a policy which read an unknown value."""

BLOCKING = ("mandatory", "remediate")


@dataclass(frozen=True)
class Verdict:
    """The outcome of the policies in one run."""

    changes: Mapping[str, int] | None
    """How many resources would be or were created, updated and so on; None when the run broke off."""
    policies: frozenset[str]
    """The names of the policies that were evaluated, those that did not apply to anything included."""
    passed: int
    """Pairs of a policy and what it was asked about (a resource, or the stack) that are compliant."""
    not_applicable: int
    """Pairs of a policy and a resource that it has nothing to say about."""
    mandatory: tuple[Finding, ...]
    advisory: tuple[Finding, ...]
    undecided: tuple[Finding, ...]
    skipped: tuple[Finding, ...]
    remediated: int

    @property
    def is_clean(self) -> bool:
        """Whether every policy that applies passed: nothing violated, undecided or skipped, and something checked."""
        return self.passed > 0 and not (self.mandatory or self.advisory or self.undecided or self.skipped)

    def lines(self) -> list[str]:
        """The verdict as text for a terminal."""
        if not self.policies:
            return [_changes(self.changes), "No policy was evaluated."]
        counts = [
            f"{self.passed} checks passed",
            f"{len(self.mandatory) + len(self.advisory)} violations"
            f" ({len(self.mandatory)} mandatory, {len(self.advisory)} advisory)",
            f"{len(self.undecided)} undecided",
            f"{self.not_applicable} not applicable",
            f"{len(self.skipped)} skipped",
        ]
        if self.remediated:
            counts.append(f"{self.remediated} remediated")
        return [
            _changes(self.changes),
            f"{_count(len(self.policies), 'policy', 'policies')} evaluated: {', '.join(counts)}.",
        ]


def judge(log: EventLog) -> Verdict:
    """The verdict that `log` is evidence of."""
    kinds: dict[str, list[Finding]] = {"mandatory": [], "advisory": [], "undecided": [], "skipped": []}
    for finding in log.findings:
        kinds[_kind(finding)].append(finding)
    decided = {(check.pack, check.resource): {*check.passed, *check.failed} for check in log.checks}
    policies = set().union(*decided.values()) | {finding.policy for finding in log.findings}
    not_applicable = 0
    for offer in log.offered:
        names = {*offer.passed, *offer.failed}
        policies |= names
        not_applicable += len(names - decided.get((offer.pack, offer.resource), set()))
    return Verdict(
        changes=log.changes,
        policies=frozenset(policies),
        passed=sum(len(check.passed) for check in log.checks),
        not_applicable=not_applicable,
        mandatory=tuple(kinds["mandatory"]),
        advisory=tuple(kinds["advisory"]),
        undecided=tuple(kinds["undecided"]),
        skipped=tuple(kinds["skipped"]),
        remediated=len(log.remediations),
    )


def _kind(finding: Finding) -> str:
    if finding.level in BLOCKING:
        return "mandatory"
    # The engine puts the policy's description on the lines before the message.
    lines = finding.message.splitlines()
    if any(line.startswith(SKIPPED) for line in lines):
        return "skipped"
    if any(line.startswith(UNDECIDED) for line in lines):
        return "undecided"
    return "advisory"


def _changes(changes: Mapping[str, int] | None) -> str:
    if changes is None:
        return "The run broke off before it had looked at every resource."
    counts = Counter(changes)
    same = counts.pop("same", 0)
    parts = [f"{_count(number, 'resource')} to {operation}" for operation, number in sorted(counts.items()) if number]
    if same:
        parts.append(f"{same} unchanged")
    return (", ".join(parts) or "No resources") + "."


def _count(number: int, noun: str, plural: str = "") -> str:
    return f"{number} {noun if number == 1 else plural or noun + 's'}"
