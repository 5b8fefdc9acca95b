"""Kleene's three-valued logic: an answer with open parts holds whatever these turn out to be."""

from __future__ import annotations

import itertools

import pytest

from pulumi_guardrails.core.three_valued import Answer, kleene_all, kleene_any, kleene_not

ANSWERS: tuple[Answer, ...] = (True, False, None)


@pytest.mark.parametrize("answers", list(itertools.product(ANSWERS, repeat=3)))
def test_an_answer_reached_with_open_parts_holds_whatever_they_turn_out_to_be(answers: tuple[Answer, ...]) -> None:
    completed = [
        [next(guess) if answer is None else answer for answer in answers]
        for guess in (iter(bits) for bits in itertools.product((True, False), repeat=answers.count(None)))
    ]
    for combine, plain in ((kleene_all, all), (kleene_any, any)):
        possible = {plain(bool(answer) for answer in each) for each in completed}
        assert combine(answers) == (possible.pop() if len(possible) == 1 else None)


def test_no_answers_at_all_are_a_conjunction_that_holds_and_a_disjunction_that_does_not() -> None:
    assert kleene_all([]) is True
    assert kleene_any([]) is False


def test_the_opposite_of_an_open_answer_is_open() -> None:
    assert [kleene_not(answer) for answer in ANSWERS] == [False, True, None]
