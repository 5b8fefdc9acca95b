"""IAM's wildcards, held against slow and obvious definitions."""

from __future__ import annotations

import re
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_guardrails.aws.iam.wildcards import is_everything, is_pattern, matches, overlap

PATTERNS = st.text(alphabet="ab*?", max_size=7)
TEXTS = st.text(alphabet="ab", max_size=7)


def obviously(pattern: str, text: str) -> bool:
    parts = {"*": ".*", "?": "."}
    return re.fullmatch("".join(parts.get(c, re.escape(c)) for c in pattern), text, re.DOTALL) is not None


@given(PATTERNS, TEXTS)
def test_a_pattern_matches_as_its_regular_expression_does(pattern: str, text: str) -> None:
    assert matches(pattern, text) is obviously(pattern, text)


@given(st.text(alphabet="ab*?", max_size=4), st.text(alphabet="ab*?", max_size=4))
def test_two_patterns_overlap_where_some_text_matches_both(first: str, second: str) -> None:
    # A common text needs no more characters than both patterns have together.
    texts = ("".join(letters) for length in range(9) for letters in product("ab", repeat=length))
    assert overlap(first, second) is any(obviously(first, text) and obviously(second, text) for text in texts)


@given(PATTERNS, TEXTS)
def test_a_plain_text_overlaps_with_the_patterns_that_match_it(pattern: str, text: str) -> None:
    assert overlap(pattern, text) is overlap(text, pattern) is matches(pattern, text)


@given(PATTERNS)
def test_everything_matches_a_long_text_of_any_letter(pattern: str) -> None:
    assert is_everything(pattern) is (matches(pattern, "a" * 20) and matches(pattern, "b" * 20))


@pytest.mark.parametrize(
    ("text", "expected"), [("s3:Get*", True), ("s3:Ge?", True), ("s3:GetObject", False), ("", False)]
)
def test_a_pattern_has_a_wildcard(text: str, expected: bool) -> None:
    assert is_pattern(text) is expected


def test_case_matters_and_a_line_break_is_a_character_like_others() -> None:
    assert not matches("A*", "ab")
    assert matches("a?b*", "a\nb\n")


def test_a_pattern_longer_than_any_arn_matches_nothing() -> None:
    assert matches("*" * 2048, "a")
    assert not matches("*" * 2049, "a")
    for longer, shorter in (("*" * 2048, "a"), ("a", "*" * 2048)):
        assert overlap(longer, shorter)
        assert not overlap(f"{longer}*", f"{shorter}*")


def test_many_stars_cost_no_more_than_their_product() -> None:
    # A backtracking matcher would not come back from this one.
    assert not matches("*a" * 500, "a" * 499)
    assert overlap("*a" * 100, "a*" * 100)
