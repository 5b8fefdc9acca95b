"""The policy verdict on one run: how much was checked, what passed, what did not, and what nobody could tell."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from audit.causes import Cause, causes
from audit.data_stores import DATA_STORES
from audit.events import EventLog, Finding, Step

UNDECIDED = "Undecided:"
"""How a policy of our pack begins an advisory that says what it could not decide, and why."""

SKIPPED = "can't run policy"
"""How the policy SDK begins the advisory that it puts in the place of a policy which read an unknown value."""

DONE = {"create": "created", "update": "updated", "replace": "replaced", "delete": "deleted"}
"""The engine's words for what it is about to do, as what it did; another word of its stays as it is."""

BLOCKING = ("mandatory", "remediate")

REMOVALS = {"replace": "replace", "import-replacement": "replace", "delete": "delete"}
"""The engine's words for the steps after which a resource is no longer the one that it was."""

KINDS = ("excepted", "mandatory", "advisory", "undecided", "skipped")
"""What a finding counts as; each counts once."""


@dataclass(frozen=True)
class Verdict:
    """The outcome of the policies in one run."""

    changes: Mapping[str, int] | None
    """How many resources would be or were created, updated and so on; None when the run broke off."""
    is_preview: bool
    policies: frozenset[str]
    """The names of the policies that had something to say. One that applies to nothing leaves no trace in the log."""
    passed: int
    """Pairs of a policy and what it was asked about (a resource, or the stack) that are compliant."""
    not_applicable: int
    """Pairs of a policy and a resource that it has nothing to say about, for the policies that judge some resource."""
    lost: tuple[Step, ...]
    """What holds data and is replaced or deleted."""
    mandatory: tuple[Finding, ...]
    advisory: tuple[Finding, ...]
    undecided: tuple[Finding, ...]
    skipped: tuple[Finding, ...]
    excepted: tuple[Finding, ...]
    """What a policy exception of Pulumi exempts, of whatever level: neither passed nor among the other findings."""
    remediated: int
    complete: bool
    """Whether the engine came to judge the stack as a whole; it does not when the program or a resource fails."""

    @property
    def is_clean(self) -> bool:
        """Whether all that applies passed: nothing violated, excepted, undecided or skipped, and all judged."""
        return (
            self.complete
            and self.passed > 0
            and not (self.mandatory or self.advisory or self.undecided or self.skipped or self.excepted)
        )

    def causes(self) -> list[Cause]:
        """What there is to look at: one entry a cause, however many policies speak of it."""
        return causes({"mandatory": self.mandatory, "advisory": self.advisory, "undecided": self.undecided})

    def lines(self) -> list[str]:
        """The verdict as text for a terminal."""
        lines = [_changes(self.changes, self.is_preview), *(_loss(step, self.is_preview) for step in self.lost)]
        if not self.policies:
            return [*lines, "No policy was evaluated."]
        counts = [
            counted(self.passed, "check") + " passed",
            f"{counted(len(self.mandatory) + len(self.advisory), 'violation')}"
            f" ({len(self.mandatory)} mandatory, {len(self.advisory)} advisory)",
            f"{len(self.undecided)} undecided",
            f"{self.not_applicable} not applicable",
            f"{len(self.skipped)} skipped",
        ]
        if self.excepted:
            counts.append(f"{len(self.excepted)} excepted")
        if self.remediated:
            counts.append(f"{self.remediated} remediated")
        lines.append(f"{counted(len(self.policies), 'policy', 'policies')} evaluated: {', '.join(counts)}.")
        if len(self.mandatory) + len(self.advisory) + len(self.undecided) > 1:
            lines += [f"  {cause.line()}" for cause in self.causes()]
        lines += [_excepted(finding) for finding in self.excepted]
        if not self.complete:
            lines.append("The run broke off before the policies could judge the stack as a whole.")
        return lines


def judge(log: EventLog) -> Verdict:
    """The verdict that `log` is evidence of."""
    kinds: dict[str, list[Finding]] = {kind: [] for kind in KINDS}
    for finding in log.findings:
        kinds[kind_of(finding)].append(finding)
    policies: set[str] = {finding.policy for finding in log.findings}
    judging_resources: dict[str, set[str]] = defaultdict(set)
    for check in log.checks:
        names = {*check.passed, *check.failed}
        policies |= names
        if check.resource is not None:
            judging_resources[check.pack] |= names
    not_applicable = sum(
        len(judging_resources[check.pack] - {*check.passed, *check.failed})
        for check in log.checks
        if check.resource is not None
    )
    return Verdict(
        changes=log.changes,
        is_preview=log.is_preview,
        lost=tuple(
            step
            for step in log.steps
            if step.operation in REMOVALS and step.type in DATA_STORES and not (step.retained or step.failed)
        ),
        policies=frozenset(policies),
        passed=sum(len(check.passed) for check in log.checks),
        not_applicable=not_applicable,
        mandatory=tuple(kinds["mandatory"]),
        advisory=tuple(kinds["advisory"]),
        undecided=tuple(kinds["undecided"]),
        skipped=tuple(kinds["skipped"]),
        excepted=tuple(kinds["excepted"]),
        remediated=len(log.remediations),
        complete=any(check.resource is None for check in log.checks),
    )


def kind_of(finding: Finding) -> str:
    """What a finding counts as: one of KINDS."""
    if finding.exceptions:
        return "excepted"
    if finding.level in BLOCKING:
        return "mandatory"
    # The engine puts the policy's description on the lines before the message.
    lines = finding.message.splitlines()
    if any(line.startswith(SKIPPED) for line in lines):
        return "skipped"
    if any(line.startswith(UNDECIDED) for line in lines):
        return "undecided"
    return "advisory"


def _excepted(finding: Finding) -> str:
    parts = finding.resource.split("::", 3)
    name = f"{parts[2].split('$')[-1]} {parts[3]}" if len(parts) == 4 else finding.resource
    reasons = "; ".join(f"{exception.id}: {' '.join(exception.reason.split())}" for exception in finding.exceptions)
    return f"Excepted: {finding.policy} ({finding.level}) on {name or 'the stack'} by {reasons}"


def _changes(changes: Mapping[str, int] | None, is_preview: bool) -> str:
    if changes is None:
        return "The engine did not come to its summary of resources."
    counts = Counter(changes)
    same = counts.pop("same", 0)
    parts = [
        f"{counted(number, 'resource')} {f'to {operation}' if is_preview else DONE.get(operation, operation)}"
        for operation, number in sorted(counts.items())
        if number
    ]
    if same:
        parts.append(f"{same} unchanged")
    return (", ".join(parts) or "No resources") + "."


def _loss(step: Step, is_preview: bool) -> str:
    operation = REMOVALS[step.operation]
    name = step.resource.rsplit("::", 1)[-1]
    because = f", for a change of {', '.join(step.because)}" if step.because else ""
    return (
        f"Data store {f'to {operation}' if is_preview else DONE[operation]}: {step.type} {name!r}{because}. "
        "Its data are lost unless there is a backup."
    )


def counted(number: int, noun: str, plural: str = "") -> str:
    """A number and its noun, in the singular or the plural."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"
