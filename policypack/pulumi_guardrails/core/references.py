"""What a policy asks of references: what refers to a resource, and whether all that a reference may mean agree."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pulumi_guardrails.core.kind import Kind
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.three_valued import Answer
from pulumi_guardrails.core.value import Value
from pulumi_guardrails.core.verdict import Outcome, Verdict


@dataclass(frozen=True, eq=False)
class Incoming:
    """One resource that refers, or may refer, to another.

    Attributes:
        owner: The resource.
        answer: Whether it does; `None` where that cannot be told.
        value: Its property that refers.
    """

    owner: Resource
    answer: Answer
    value: Value


class IncomingReferences:
    """Which resources refer to each resource of some kinds, found once for all of them.

    Args:
        stack: The stack.
        kinds: The kinds of what is referred to.
        values: The values that may refer to it.
        named: As in `Stack.reference`.
    """

    def __init__(self, stack: Stack, kinds: Sequence[Kind], values: Iterable[Value], named: str = "") -> None:
        self._found: dict[str, list[Incoming]] = {}
        self._anywhere: list[Incoming] = []
        for value in values:
            if value.owner is None:
                continue
            reference = stack.reference(value, *kinds, named=named)
            for target, answer in reference.targets:
                self._found.setdefault(target.urn, []).append(Incoming(value.owner, answer, value))
            if reference.is_open:
                self._anywhere.append(Incoming(value.owner, None, value))

    def to(self, target: Resource) -> list[Incoming]:
        """What refers to `target` (true) or may (`None`); what surely does not is not among it."""
        return [*self._found.get(target.urn, ()), *self._anywhere]


def consensus(verdicts: Sequence[Verdict], open_question: Verdict) -> Verdict:
    """The verdict that all candidates for one reference share; `open_question` where they differ or there is none."""
    outcomes = {verdict.outcome for verdict in verdicts}
    if len(verdicts) == 1 or (len(outcomes) == 1 and outcomes != {Outcome.UNDECIDED}):
        return verdicts[0]
    return open_question
