"""Answers that may be unknown, and whether one resource surely refers to another.

A stack policy asks questions that an unknown value may leave open. Their answer is true, false or `None` (cannot tell),
combined by Kleene's logic, so that what is known decides wherever it can.
"""

from __future__ import annotations

from collections.abc import Iterable

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


def points_to(stack: Stack, value: Value, owner: Resource, target: Resource) -> Answer:
    """Whether `value`, a property of `owner`, refers to `target`.

    An unknown value refers to the one resource of the target's kind among its dependency edges; with several of that
    kind it may be any of them. A known value is compared with what the engine knows of the target.
    """
    if not value.is_unknown:
        return target.kind is not None and target in stack.referred(value, owner, target.kind)
    edges = set(owner.dependencies.get(value.property_name, ()))
    if target.urn not in edges:
        return False if edges else None
    rivals = [urn for urn in edges if (other := stack.at(urn)) is not None and other.kind is target.kind]
    return True if len(rivals) == 1 else None
