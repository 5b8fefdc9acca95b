"""What a check says of a resource: compliant, violation, not applicable or undecided.

A verdict is a value. It knows no engine, prints nothing and can be combined: a conjunction is violated as soon as one
part is, and undecided only if nothing known settles it (Kleene's strong three-valued logic), so a verdict reached
while some values are unknown stays the same once they are known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TYPE_CHECKING

from pulumi_guardrails.core.three_valued import Answer

if TYPE_CHECKING:
    from pulumi_guardrails.core.resource import Resource
    from pulumi_guardrails.core.value import Value


class Outcome(Enum):
    """The four things a check can say."""

    COMPLIANT = "compliant"
    VIOLATION = "violation"
    NOT_APPLICABLE = "not applicable"
    UNDECIDED = "undecided"


class Cause(Enum):
    """Why a policy does not have what it needs to decide."""

    NOT_KNOWN_YET = "not known before the update"
    REDACTED = "redacted, as a secret that nothing here can decrypt"
    OUTSIDE_STACK = "not part of this stack"
    CHOSEN_BY_AWS = "not set, so that AWS chooses it"
    INHERITED = "not set, so that it is taken from what the resource is made from"
    NOT_TARGETED = "left out by a targeted operation"
    NOT_TOLD = "not told by the policy SDK, which runs this policy instead of the pack's own engine"
    AMBIGUOUS = "ambiguous"
    NOT_EVALUATED = "more than this policy evaluates"
    UNREADABLE = "in no form that the pack can read"
    DEFECT = "a defect of the policy pack"


@dataclass(frozen=True)
class Unknown:
    """What a policy would have to know to decide.

    Attributes:
        path: The property path, or a noun phrase for what is no property.
        cause: Why it is not at hand.
        shown: What is known of it, as a message may print it; empty where nothing is.
        owner: The resource whose property it is; None where it is no property.
        property_name: The top-level property, which names the owner's dependency edges.
        settle: What to write so that it is known, as a sentence; empty where its cause says it.
    """

    path: str
    cause: Cause = Cause.NOT_KNOWN_YET
    shown: str = ""
    owner: Resource | None = None
    property_name: str = ""
    settle: str = ""


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, or one thing that cannot be told yet.

    Attributes:
        message: Of a violation, a sentence without its full stop; empty where path, actual and expected say it all.
            Of an undecided one, the clause that follows "Cannot tell whether"; empty where the policy's title is it.
        path: The property path that it is about; empty where it is about no single one.
        actual: What is there. Never a secret: `Value.shown` sees to that.
        expected: What would pass.
        fix: What to change in a Python program; empty where the policy's own remediation steps say it all.
        owner: The resource whose property it is; None for the resource that is judged.
        unknowns: What an undecided verdict waits for; empty for a violation.
        setting: The setting of the policy that can accept what is wrong, or tell what is not known; empty for none.
        trail: What a violation leads through, by keys of whoever draws it; empty where it is a single place.
    """

    message: str = ""
    path: str = ""
    actual: str = ""
    expected: str = ""
    fix: str = ""
    owner: Resource | None = None
    unknowns: tuple[Unknown, ...] = ()
    setting: str = ""
    trail: tuple[str, ...] = field(default=(), compare=False)

    def subject(self, judged: Resource | None) -> str:
        """The property that it is about, or its message; it names the owner where that is not the judged one."""
        elsewhere = self.owner is not None and (judged is None or self.owner.urn != judged.urn)
        of_owner = f" of {self.owner.label}" if self.owner is not None and elsewhere else ""
        return f"{self.message or self.path}{of_owner}"

    @property
    def state(self) -> str:
        """What is there, and what is expected."""
        return f"{self.actual}; expected {self.expected}" if self.expected else self.actual

    def sentence(self, judged: Resource | None) -> str:
        """What is wrong, as a sentence without its full stop; it names the owner where that is not the judged one."""
        subject = self.subject(judged)
        return subject if self.message else f"{subject} is {self.state}"


@dataclass(frozen=True)
class Verdict:
    """An outcome and what it rests on.

    Attributes:
        outcome: One of the four outcomes.
        findings: What is wrong, or what cannot be told; otherwise empty.
        reason: Why a policy does not apply; otherwise empty.
    """

    outcome: Outcome
    findings: tuple[Finding, ...] = ()
    reason: str = ""

    @property
    def is_compliant(self) -> bool:
        """Whether the outcome is compliant."""
        return self.outcome is Outcome.COMPLIANT

    @property
    def is_violation(self) -> bool:
        """Whether the outcome is a violation."""
        return self.outcome is Outcome.VIOLATION

    @property
    def is_undecided(self) -> bool:
        """Whether the outcome is undecided."""
        return self.outcome is Outcome.UNDECIDED

    def answered_by(self, setting: str) -> Verdict:
        """The same verdict, whose findings a setting of the policy can answer; one that another answers stays so."""
        findings = (replace(one, setting=one.setting or setting) for one in self.findings)
        return replace(self, findings=tuple(findings)) if self.findings else self


COMPLIANT = Verdict(Outcome.COMPLIANT)


def violation(message: str, *, path: str = "", actual: str = "", expected: str = "", fix: str = "") -> Verdict:
    """A violation with one finding; the arguments are those of `Finding`."""
    return Verdict(Outcome.VIOLATION, (Finding(message, path, actual, expected, fix),))


def mismatch(path: str, actual: str, expected: str = "", fix: str = "", owner: Resource | None = None) -> Verdict:
    """A violation by one property that is not what is expected; the arguments are those of `Finding`."""
    return Verdict(Outcome.VIOLATION, (Finding("", path, actual, expected, fix, owner),))


def not_applicable(reason: str) -> Verdict:
    """The policy has nothing to say here; `reason` is a short phrase."""
    return Verdict(Outcome.NOT_APPLICABLE, reason=reason)


def undecided(*unknowns: Value | Unknown, whether: str = "") -> Verdict:
    """The policy cannot tell yet.

    Args:
        unknowns: What it would have to know: at least one thing. A `Value` stands for itself.
        whether: What cannot be told, as the clause that follows "Cannot tell whether"; the policy's title where empty.

    Raises:
        ValueError: Where nothing is unknown: then there is nothing to wait for, and the policy has to decide.
    """
    if not unknowns:
        raise ValueError("An undecided verdict needs something that is not known.")
    waits_for = tuple(one if isinstance(one, Unknown) else one.as_unknown() for one in unknowns)
    return Verdict(Outcome.UNDECIDED, (Finding(whether, unknowns=waits_for),))


def undecided_by(parts: Iterable[tuple[Unknown, ...]], whether: str = "") -> Verdict:
    """As `undecided`, by parts that other verdicts wait for as well: of one that is the same object, one text is made.

    Raises:
        ValueError: Where nothing is unknown.
    """
    findings = tuple(Finding(whether, unknowns=part) for part in parts if part)
    if not findings:
        raise ValueError("An undecided verdict needs something that is not known.")
    return Verdict(Outcome.UNDECIDED, findings)


def all_of(*verdicts: Verdict) -> Verdict:
    """Every part has to hold. Parts that do not apply do not count; if none applies, the whole does not."""
    return all_in(verdicts)


def all_in(verdicts: Iterable[Verdict], empty: Verdict = COMPLIANT) -> Verdict:
    """Like `all_of` for an iterable; `empty` is the verdict where there is no part at all."""
    parts = tuple(verdicts)
    if not parts:
        return empty
    if parts.count(COMPLIANT) == len(parts):
        return COMPLIANT
    for outcome in (Outcome.VIOLATION, Outcome.UNDECIDED):
        findings = tuple(f for part in parts if part.outcome is outcome for f in part.findings)
        if findings:
            return Verdict(outcome, findings)
    if any(part.is_compliant for part in parts):
        return COMPLIANT
    return parts[0]


def any_of(*verdicts: Verdict) -> Verdict:
    """One part has to hold. With none that does, an undecided part leaves the whole undecided."""
    parts = tuple(v for v in verdicts if v.outcome is not Outcome.NOT_APPLICABLE)
    if not parts:
        return verdicts[0] if verdicts else COMPLIANT
    for outcome in (Outcome.COMPLIANT, Outcome.UNDECIDED):
        for part in parts:
            if part.outcome is outcome:
                return part
    return Verdict(Outcome.VIOLATION, tuple(f for part in parts for f in part.findings))


def when(
    condition: Answer, then: Callable[[], Verdict], otherwise: Callable[[], Verdict], *unknowns: Value | Unknown
) -> Verdict:
    """Judge by a condition that may be unknown (`None`): then only a verdict both branches share is reached.

    Args:
        condition: The condition.
        then: The verdict where it holds.
        otherwise: The verdict where it does not.
        unknowns: What the condition waits for where it is unknown.
    """
    return settled_by(condition, then, otherwise, lambda: undecided(*unknowns))


def settled_by(
    condition: Answer, then: Callable[[], Verdict], otherwise: Callable[[], Verdict], question: Callable[[], Verdict]
) -> Verdict:
    """As `when`, with the verdict that says what the condition waits for."""
    if condition is not None:
        return then() if condition else otherwise()
    first, second = then(), otherwise()
    if first.outcome is second.outcome:
        return first
    undecided_parts = tuple(f for v in (first, second) if v.is_undecided for f in v.findings)
    if undecided_parts:
        return Verdict(Outcome.UNDECIDED, undecided_parts)
    return question() if first.is_violation or second.is_violation else COMPLIANT
