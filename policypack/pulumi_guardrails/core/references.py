"""What a policy asks of references: what refers to a resource, and whether all that a reference may mean agree."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from pulumi_guardrails.core.kind import Kind
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.three_valued import Answer
from pulumi_guardrails.core.value import Value
from pulumi_guardrails.core.verdict import Outcome, Verdict

T = TypeVar("T")


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


class ByTarget(Generic[T]):
    """What refers to each resource, found once for all of them, so that no policy compares all with all.

    Built for a whole stack and shared through `Stack.shared`.
    """

    def __init__(self) -> None:
        self._found: dict[Resource, list[tuple[int, T, Answer]]] = {}
        self._anywhere: list[tuple[int, T, Answer]] = []
        self._count = 0

    def add(self, item: T, targets: Iterable[tuple[Resource, Answer]], is_open: bool = False) -> None:
        """Add what refers to some resources surely (true) or possibly (`None`), and to any other where it is open."""
        self._count += 1
        for target, answer in targets:
            self._found.setdefault(target, []).append((self._count, item, answer))
        if is_open:
            self._anywhere.append((self._count, item, None))

    def of(self, target: Resource) -> list[tuple[T, Answer]]:
        """What refers to a resource (true), or may (`None`), in the order in which it was added."""
        found = self._found.get(target, [])
        if self._anywhere:
            found = sorted([*found, *self._anywhere], key=lambda entry: entry[0])
        return [(item, answer) for _, item, answer in found]


class IncomingReferences:
    """Which resources refer to each resource of some kinds, found once for all of them.

    Args:
        stack: The stack.
        kinds: The kinds of what is referred to.
        values: The values that may refer to it.
        named: As in `Stack.reference`.
    """

    def __init__(self, stack: Stack, kinds: Sequence[Kind], values: Iterable[Value], named: str = "") -> None:
        self._values: ByTarget[Value] = ByTarget()
        for value in values:
            reference = stack.reference(value, *kinds, named=named)
            self._values.add(value, reference.targets, reference.is_open)

    def to(self, target: Resource) -> list[Incoming]:
        """What refers to `target` (true) or may (`None`); what surely does not is not among it."""
        return [
            Incoming(value.owner, answer, value) for value, answer in self._values.of(target) if value.owner is not None
        ]


def consensus(verdicts: Sequence[Verdict], open_question: Verdict) -> Verdict:
    """The verdict that all candidates for one reference share; `open_question` where they differ or there is none."""
    outcomes = {verdict.outcome for verdict in verdicts}
    if len(verdicts) == 1 or (len(outcomes) == 1 and outcomes != {Outcome.UNDECIDED}):
        return verdicts[0]
    return open_question
