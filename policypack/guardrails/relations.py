"""Answers that may be unknown, and which resource surely refers to which.

A stack policy asks questions that an unknown value may leave open. Their answer is true, false or `None` (cannot tell),
combined by Kleene's logic, so that what is known decides wherever it can.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from guardrails.kinds import Kind
from guardrails.stack import Stack
from guardrails.view import Resource, Value

Answer = bool | None
"""True, false, or `None` where an unknown value leaves it open."""


def both(answers: Iterable[Answer]) -> Answer:
    """Whether all hold: one that does not settles it, whatever is open."""
    found = list(answers)
    if any(answer is False for answer in found):
        return False
    return None if any(answer is None for answer in found) else True


def either(answers: Iterable[Answer]) -> Answer:
    """Whether one holds: one that does settles it, whatever is open."""
    found = list(answers)
    if any(answer is True for answer in found):
        return True
    return None if any(answer is None for answer in found) else False


def opposite(answer: Answer) -> Answer:
    """Not so; an open answer stays open."""
    return None if answer is None else not answer


def target_of(stack: Stack, value: Value, owner: Resource, kind: Kind) -> Resource | None:
    """The one resource of `kind` that `value`, a property of `owner`, surely refers to, if the stack has it."""
    found = stack.referred(value, owner, kind)
    return found[0] if found and all(item is found[0] for item in found) else None


def means_all(open_parts: Sequence[Value], candidates: int) -> bool:
    """Whether unknown parts of a property mean every one of the resources it was computed from, or one of them each.

    A list that is unknown as a whole means all; an id, or an element of a list, means one.
    """
    return candidates <= len(open_parts) or any(part.is_list for part in open_parts)


def points_to(stack: Stack, value: Value, owner: Resource, target: Resource) -> Answer:
    """Whether `value`, a property of `owner`, refers to `target`; for many targets, `Incoming` finds it once."""
    if target.kind is None:
        return False
    return dict(Incoming(stack, target.kind, [(owner, value)]).to(target)).get(owner, False)


class Incoming:
    """Which resources refer to each resource of a kind, found once for all of them.

    An unknown value refers to the one resource of the kind among its dependency edges; with several of that kind it may
    be any of them, and without an edge anything. A known value is compared with what the engine knows of the target.

    Args:
        stack: The stack.
        kind: The kind of what is referred to.
        values: The values that may refer to it, each with its owner.
    """

    def __init__(self, stack: Stack, kind: Kind, values: Iterable[tuple[Resource, Value]]) -> None:
        self._found: dict[str, list[tuple[Resource, Answer]]] = {}
        self._anywhere: list[tuple[Resource, Answer]] = []
        for owner, value in values:
            targets = {target.urn for target in stack.referred(value, owner, kind)}
            answer: Answer = None if value.is_unknown and len(targets) > 1 else True
            for urn in targets:
                self._found.setdefault(urn, []).append((owner, answer))
            if value.is_unknown and not owner.dependencies.get(value.property_name):
                self._anywhere.append((owner, None))

    def to(self, target: Resource) -> list[tuple[Resource, Answer]]:
        """The resources that refer to `target` (true) or may (`None`); one that surely does not is not among them."""
        return [*self._found.get(target.urn, ()), *self._anywhere]
