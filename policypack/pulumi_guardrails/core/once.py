"""One answer for one question: what follows from the same object is found once, however many resources ask for it.

Where no source of a reference is known, it may be of every resource there is, and what refers to one of them is the
same object for all: judging that object for each would cost the square of the stack.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

A = TypeVar("A")
R = TypeVar("R")


def once(answer: Callable[[A], R]) -> Callable[[A], R]:
    """A function that answers for the same object, told by identity, once; it keeps the object and the answer."""
    answers: dict[int, tuple[A, R]] = {}

    def known(asked: A) -> R:
        found = answers.get(id(asked))
        if found is None:
            found = answers[id(asked)] = (asked, answer(asked))
        return found[1]

    return known
