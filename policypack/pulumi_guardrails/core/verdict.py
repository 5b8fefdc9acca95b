"""What a check says of a resource: compliant, violation, not applicable or undecided.

A verdict is a value. It knows no engine, prints nothing and can be combined: a conjunction is violated as soon as one
part is, and undecided only if nothing known settles it (Kleene's strong three-valued logic), so a verdict reached
while some values are unknown stays the same once they are known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum


class Outcome(Enum):
    """The four things a check can say."""

    COMPLIANT = "compliant"
    VIOLATION = "violation"
    NOT_APPLICABLE = "not applicable"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, or one thing that cannot be told yet.

    Attributes:
        subject: Where: a property path such as `serverSideEncryption.enabled`, or a sentence's subject.
        found: What is there. Never a secret: `Value.shown` sees to that.
        accepted: What would be accepted.
        mend: What to change in a Python program; empty where the policy's own advice says it all.
        property_name: The top-level property the finding rests on, which names its dependency edges.
    """

    subject: str
    found: str
    accepted: str = ""
    mend: str = ""
    property_name: str = ""


@dataclass(frozen=True)
class Verdict:
    """An outcome and what it rests on.

    Attributes:
        outcome: One of the four outcomes.
        findings: The violations of a violation, the unknowns of an undecided verdict; otherwise empty.
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


COMPLIANT = Verdict(Outcome.COMPLIANT)


def violation(subject: str, found: str, accepted: str = "", mend: str = "") -> Verdict:
    """A violation with one finding; the arguments are those of `Finding`."""
    return Verdict(Outcome.VIOLATION, (Finding(subject, found, accepted, mend),))


def not_applicable(reason: str) -> Verdict:
    """The policy has nothing to say here; `reason` is a short phrase."""
    return Verdict(Outcome.NOT_APPLICABLE, reason=reason)


def undecided(subject: str, found: str, property_name: str = "") -> Verdict:
    """The policy cannot tell yet.

    Args:
        subject: What is not known, usually a property path.
        found: What is known of it, for instance "not known before the update".
        property_name: The top-level property whose dependency edges say what made it unknown.
    """
    return Verdict(Outcome.UNDECIDED, (Finding(subject, found, property_name=property_name),))


def all_of(*verdicts: Verdict) -> Verdict:
    """Every part has to hold. Parts that do not apply do not count; if none applies, the whole does not."""
    return all_in(verdicts)


def all_in(verdicts: Iterable[Verdict], empty: Verdict = COMPLIANT) -> Verdict:
    """Like `all_of` for an iterable; `empty` is the verdict where there is no part at all."""
    parts = tuple(verdicts)
    if not parts:
        return empty
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


def when(condition: bool | None, then: Callable[[], Verdict], otherwise: Callable[[], Verdict]) -> Verdict:
    """Judge by a condition that may be unknown (`None`): then only a verdict both branches share is reached."""
    if condition is not None:
        return then() if condition else otherwise()
    first, second = then(), otherwise()
    if first.outcome is second.outcome:
        return first
    unknown = tuple(f for v in (first, second) if v.is_undecided for f in v.findings)
    if unknown:
        return Verdict(Outcome.UNDECIDED, unknown)
    wrong = next((v for v in (first, second) if v.is_violation), None)
    return Verdict(Outcome.UNDECIDED, wrong.findings) if wrong else COMPLIANT
