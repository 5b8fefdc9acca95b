"""The search for a text finds one where there is one: held against every short text over a small alphabet."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pulumi_guardrails.aws.iam.semantics.patterns import (
    Comparison,
    Pattern,
    UndeterminedError,
    is_match,
    literal,
    witness,
)

TEXTS = ["".join(one) for length in range(6) for one in itertools.product("abA", repeat=length)]
ARNS = [":".join(one) for one in itertools.product(("a", "b"), ("", "a"), ("",), ("a",), ("", "b"), ("a", "a:b", ""))]


def patterns(alphabet: str, comparisons: tuple[Comparison, ...]) -> st.SearchStrategy[Pattern]:
    return st.builds(Pattern, st.text(alphabet, max_size=4), st.sampled_from(comparisons))


def groups(one: st.SearchStrategy[Pattern]) -> st.SearchStrategy[frozenset[frozenset[Pattern]]]:
    return st.frozensets(st.frozensets(one, min_size=1, max_size=2), max_size=2)


PLAIN = patterns("abA*?", (Comparison.EXACT, Comparison.ANY_CASE))
FIELDS = st.builds(lambda some: Pattern(":".join(some), Comparison.ARN), st.tuples(*[st.sampled_from("ab*?")] * 6))


def is_in(text: str, included: frozenset[frozenset[Pattern]], excluded: frozenset[Pattern]) -> bool:
    return all(any(is_match(one, text) for one in group) for group in included) and not any(
        is_match(one, text) for one in excluded
    )


@given(groups(PLAIN), st.frozensets(PLAIN, max_size=3))
@settings(deadline=None)
def test_a_text_is_found_where_there_is_one(
    included: frozenset[frozenset[Pattern]], excluded: frozenset[Pattern]
) -> None:
    found = witness(included, excluded)
    assert found is not None or not any(is_in(text, included, excluded) for text in TEXTS)
    assert found is None or is_in(found, included, excluded)


@given(groups(FIELDS), st.frozensets(FIELDS, max_size=3))
@settings(deadline=None)
def test_an_arn_is_found_where_there_is_one(
    included: frozenset[frozenset[Pattern]], excluded: frozenset[Pattern]
) -> None:
    found = witness(included, excluded)
    assert found is not None or not any(is_in(text, included, excluded) for text in ARNS)
    assert found is None or is_in(found, included, excluded)


@given(st.text("ab*?$", max_size=4), st.text("ab*?$", max_size=4))
def test_a_literal_is_matched_by_itself_alone(text: str, other: str) -> None:
    assert is_match(Pattern(literal(text)), other) is (text == other)


@given(st.text("abAB*?", max_size=5), st.text("abAB", max_size=5))
def test_a_pattern_matches_what_its_expression_matches(pattern: str, text: str) -> None:
    expression = re.escape(pattern).replace("\\*", ".*").replace("\\?", ".")
    assert is_match(Pattern(pattern), text) is bool(re.fullmatch(expression, text))
    folded = re.fullmatch(expression, text, re.IGNORECASE)
    assert is_match(Pattern(pattern, Comparison.ANY_CASE), text) is bool(folded)


def test_a_search_that_would_take_too_long_is_given_up() -> None:
    far = frozenset({frozenset({Pattern(f"*{letter}{'?' * 12}")}) for letter in "abcd"})
    with pytest.raises(UndeterminedError, match="more than can be compared exactly"):
        witness(far | {frozenset({Pattern("*" + "?" * 30 + "z")})}, frozenset({Pattern("*a*b*c*d*")}))
