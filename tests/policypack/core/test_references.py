"""What several candidates for one reference come to."""

from __future__ import annotations

from pulumi_guardrails.core.references import consensus
from pulumi_guardrails.core.verdict import COMPLIANT, Unknown, undecided, violation

OPEN = undecided(Unknown("which of them"))
FIRST, SECOND = violation("a is wrong"), violation("b is wrong")
UNKNOWN_ONE = undecided(Unknown("a"))


def test_candidates_that_agree_speak_with_the_words_of_the_first() -> None:
    assert consensus([FIRST, SECOND], OPEN) is FIRST


def test_a_single_candidate_speaks_for_itself_even_where_it_is_open() -> None:
    assert consensus([UNKNOWN_ONE], OPEN) is UNKNOWN_ONE


def test_candidates_that_differ_or_are_all_open_leave_the_question_open() -> None:
    assert consensus([FIRST, COMPLIANT], OPEN) is OPEN
    assert consensus([UNKNOWN_ONE, UNKNOWN_ONE], OPEN) is OPEN


def test_no_candidate_leaves_the_question_open() -> None:
    assert consensus([], OPEN) is OPEN
