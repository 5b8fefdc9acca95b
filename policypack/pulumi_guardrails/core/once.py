"""One answer for one question: what follows from the same object is found once, however many resources ask for it.

Where no source of a reference is known, it may be of every resource there is, and what refers to one of them is the
same object for all: judging that object for each would cost the square of the stack.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TypeVar

A = TypeVar("A")
R = TypeVar("R")
T = TypeVar("T")


class Many(tuple[T, ...]):
    """A tuple that many have alike: it is hashed once, and whether something is in it is asked of a set."""

    @cached_property
    def _members(self) -> frozenset[T]:
        return frozenset(self)

    @cached_property
    def _hash(self) -> int:
        return super().__hash__()

    def __contains__(self, member: object) -> bool:
        return member in self._members

    def __hash__(self) -> int:
        return self._hash


class Same:
    """An object as a part of a key that is told by identity.

    The key keeps the object: the `id` of one that is gone may be that of another.
    """

    __slots__ = ("_one",)

    def __init__(self, one: object) -> None:
        self._one = one

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self._one is other._one

    def __hash__(self) -> int:
        return id(self._one)


def once(answer: Callable[[A], R]) -> Callable[[A], R]:
    """A function that answers for the same object, told by identity, once; it keeps the object and the answer."""
    answers: dict[int, tuple[A, R]] = {}

    def known(asked: A) -> R:
        found = answers.get(id(asked))
        if found is None:
            found = answers[id(asked)] = (asked, answer(asked))
        return found[1]

    return known
