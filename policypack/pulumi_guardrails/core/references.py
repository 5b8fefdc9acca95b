"""What a policy asks of references: what refers to a resource, and whether all that a reference may mean agree."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Generic, TypeVar

from pulumi_guardrails.core.kind import Kind
from pulumi_guardrails.core.once import once
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import FEW, Stack
from pulumi_guardrails.core.three_valued import Answer
from pulumi_guardrails.core.value import Value
from pulumi_guardrails.core.verdict import Outcome, Verdict, undecided

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


@dataclass(frozen=True, eq=False)
class Doubts:
    """What has to be known to tell which of several references are to a resource.

    Attributes:
        values: What is not known; `None` stands for the name of the resource.
        has_name: Whether `None` is among them.
    """

    values: Sequence[Value | None]
    has_name: bool

    @staticmethod
    def of(found: Iterable[Value | None]) -> Doubts:
        """These, with `None` at its first place only."""
        values: list[Value | None] = []
        has_name = False
        for value in found:
            if value is not None or not has_name:
                values.append(value)
                has_name = has_name or value is None
        return Doubts(values, has_name)

    @staticmethod
    def of_references(references: Iterable[Value]) -> Doubts:
        """The references that are not known; where one is known, the name of the resource is not."""
        return Doubts.of(value if value.is_unknown else None for value in references)

    def about(self, name: Value) -> list[Value]:
        """All of them, for the resource with this name."""
        return [name if value is None else value for value in self.values]


_NO_NAME = Value.of(None, "")


class Question:
    """What is asked of every resource that some references may be to: one verdict for all that ask the same.

    Args:
        whether: As in `undecided`.
    """

    def __init__(self, whether: str = "") -> None:
        self._whether = whether
        self._verdict: Callable[[Doubts], Verdict] = once(lambda doubts: self._undecided(doubts.about(_NO_NAME)))

    def undecided(self, doubts: Doubts, name: Value) -> Verdict:
        """The verdict on the resource with this name."""
        return self._undecided(doubts.about(name)) if doubts.has_name else self._verdict(doubts)

    def _undecided(self, values: Sequence[Value]) -> Verdict:
        return undecided(*values, whether=self._whether)


class ByTarget(Generic[T]):
    """What refers to each resource, found once for all of them, so that no policy compares all with all.

    Built for a whole stack and shared through `Stack.shared`. What refers to many resources alike is kept once for all
    of them: resources that the same refers to get the same object, of which `once` finds what follows from it.
    """

    def __init__(self) -> None:
        self._own: dict[Resource, list[tuple[int, T, Answer]]] = {}
        self._alike: dict[int, tuple[Sequence[tuple[Resource, Answer]], list[tuple[int, T]]]] = {}
        self._groups: dict[Resource, list[tuple[int, Answer]]] = {}
        self._anywhere: list[tuple[int, T]] = []
        self._count = 0
        self._made: dict[tuple[Answer, tuple[int, ...]], Sequence[T]] = {}
        self._all: dict[tuple[tuple[int, Answer], ...], Sequence[tuple[T, Answer]]] = {}

    def add(self, item: T, targets: Sequence[tuple[Resource, Answer]], is_open: bool = False) -> None:
        """Add what refers to some resources surely (true) or possibly (`None`), and to any other where it is open."""
        self._count += 1
        if len(targets) > FEW:
            key = id(targets)
            if key not in self._alike:
                self._alike[key] = (targets, [])
                for target, answer in targets:
                    self._groups.setdefault(target, []).append((key, answer))
            self._alike[key][1].append((self._count, item))
        else:
            for target, answer in targets:
                self._own.setdefault(target, []).append((self._count, item, answer))
        if is_open:
            self._anywhere.append((self._count, item))

    def certain(self, target: Resource) -> Sequence[T]:
        """What surely refers to a resource, in the order in which it was added."""
        return self._those(target, True)

    def possible(self, target: Resource) -> Sequence[T]:
        """What may refer to a resource, in that order; the same object for all that the same may refer to."""
        return self._those(target, None)

    def of(self, target: Resource) -> Sequence[tuple[T, Answer]]:
        """What refers to a resource (true), or may (`None`), in that order; one object as well for all alike."""
        own, groups = self._own.get(target, ()), tuple(self._groups.get(target, ()))
        made = None if own else self._all.get(groups)
        if made is None:
            shared = [(n, item, answer) for key, answer in groups for n, item in self._alike[key][1]]
            found = sorted([*own, *shared, *((n, item, None) for n, item in self._anywhere)], key=itemgetter(0))
            made = [(item, answer) for _, item, answer in found]
            if not own:
                self._all[groups] = made
        return made

    def _those(self, target: Resource, wanted: Answer) -> Sequence[T]:
        own = [(number, item) for number, item, answer in self._own.get(target, ()) if answer is wanted]
        keys = tuple(key for key, answer in self._groups.get(target, ()) if answer is wanted)
        found = None if own else self._made.get((wanted, keys))
        if found is None:
            shared = [entry for key in keys for entry in self._alike[key][1]]
            anywhere = self._anywhere if wanted is None else ()
            found = tuple(map(itemgetter(1), sorted([*own, *shared, *anywhere], key=itemgetter(0))))
            if not own:
                self._made[wanted, keys] = found
        return found


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
            if value.owner is not None:
                reference = stack.reference(value, *kinds, named=named)
                self._values.add(value, reference.targets, reference.is_open)
        self._possible = once(_possibly)
        self._all = once(_found)

    def certain(self, target: Resource) -> Sequence[Incoming]:
        """What surely refers to `target`."""
        return [_incoming(value, True) for value in self._values.certain(target)]

    def possible(self, target: Resource) -> Sequence[Incoming]:
        """What may refer to `target`; the same object for all that the same may refer to."""
        return self._possible(self._values.possible(target))

    def to(self, target: Resource) -> Sequence[Incoming]:
        """What refers to `target` (true) or may (`None`); one object as well for all alike."""
        return self._all(self._values.of(target))


def _possibly(values: Sequence[Value]) -> Sequence[Incoming]:
    return [_incoming(value, None) for value in values]


def _found(values: Sequence[tuple[Value, Answer]]) -> Sequence[Incoming]:
    return [_incoming(value, answer) for value, answer in values]


def _incoming(value: Value, answer: Answer) -> Incoming:
    assert value.owner is not None
    return Incoming(value.owner, answer, value)


def consensus(verdicts: Sequence[Verdict], open_question: Verdict) -> Verdict:
    """The verdict that all candidates for one reference share; `open_question` where they differ or there is none."""
    outcomes = {verdict.outcome for verdict in verdicts}
    if len(verdicts) == 1 or (len(outcomes) == 1 and outcomes != {Outcome.UNDECIDED}):
        return verdicts[0]
    return open_question
