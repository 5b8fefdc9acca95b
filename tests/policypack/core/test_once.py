"""What is told by identity is told apart from whatever else is equal, and kept."""

from __future__ import annotations

from collections.abc import Sequence

from pulumi_guardrails.core.once import Many, Same, once


def test_the_same_object_is_asked_about_once_and_an_equal_one_again() -> None:
    asked: list[Sequence[int]] = []

    def ask(some: Sequence[int]) -> int:
        asked.append(some)
        return len(some)

    answer = once(ask)
    one, other = [1, 2], [1, 2]
    assert [answer(one), answer(one), answer(other)] == [2, 2, 2]
    assert [some is one for some in asked] == [True, False]


def test_a_key_tells_objects_apart_that_are_gone() -> None:
    found = {Same([n]): n for n in range(100)}
    assert len(found) == 100
    one = [0]
    assert Same(one) == Same(one)
    assert Same(one) not in found


def test_many_are_a_tuple() -> None:
    many = Many(range(5))
    assert (many == (0, 1, 2, 3, 4), hash(many) == hash(tuple(many))) == (True, True)
    assert 4 in many
    assert 5 not in many
