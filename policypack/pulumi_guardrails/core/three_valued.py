"""Kleene's strong three-valued logic: true, false, and `None` where an unknown value leaves the answer open."""

from __future__ import annotations

from collections.abc import Iterable

Answer = bool | None
"""True, false, or `None` where an unknown value leaves it open."""


def kleene_all(answers: Iterable[Answer]) -> Answer:
    """Whether all hold: one that does not settles it, whatever is open."""
    found = tuple(answers)
    return False if False in found else None if None in found else True


def kleene_any(answers: Iterable[Answer]) -> Answer:
    """Whether one holds: one that does settles it, whatever is open."""
    found = tuple(answers)
    return True if True in found else None if None in found else False


def kleene_not(answer: Answer) -> Answer:
    """Not so; an open answer stays open."""
    return None if answer is None else not answer
