"""Patterns as sets of texts: whether a text is in one, and a text that is in some of them and in none of others.

The search is exact. Each pattern is a nondeterministic automaton, whose states are the places in it, and the search
goes through the states that all the patterns reach together with one more character (the subset construction). Of the
characters that no pattern has, one stands for all. It gives up at a number of states, and says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum
from functools import lru_cache

from pulumi_guardrails.aws.iam.wildcards import matches
from pulumi_guardrails.core.frozen import fast_dataclass

_PLAIN = {"*": "\ue000", "?": "\ue001", "$": "\ue003"}
"""What stands for a `*` or `?` that is no wildcard, and for a `$` that begins no variable: characters for private use,
which no policy has."""

_MOST_STATES = 4_000
"""Where the search gives up. An ARN against fifty others takes a few hundred."""

_ARN_FIELDS = 6

_FILLERS = "x0abcdefghijklmnopqrstuvwyz123456789-_/"
"""The first of them that no pattern has stands for every character that none has."""


class UndeterminedError(Exception):
    """The search gave up; the text says at what, as a clause without a full stop."""


class Comparison(Enum):
    """How a pattern is compared with a text."""

    EXACT = "upper and lower case differ"
    ANY_CASE = "upper and lower case do not differ"
    ARN = "the fields of an ARN are compared one by one, so that a wildcard does not reach over a colon"


@fast_dataclass(frozen=True)
class Pattern:
    """A pattern.

    Attributes:
        text: The pattern, in which `*` and `?` are wildcards.
        comparison: How it is compared.
    """

    text: str
    comparison: Comparison = Comparison.EXACT


def literal(text: str) -> str:
    """The pattern that only a text itself matches."""
    for wildcard, character in _PLAIN.items():
        text = text.replace(wildcard, character)
    return text


def with_plain_dollars(text: str) -> str:
    """A pattern in which no dollar begins a variable."""
    return text.replace("$", _PLAIN["$"])


def is_match(pattern: Pattern, text: str) -> bool:
    """Whether a text matches a pattern."""
    written, text = with_plain_dollars(pattern.text), literal(text)
    if pattern.comparison is Comparison.ANY_CASE:
        return matches(written.lower(), text.lower())
    if pattern.comparison is Comparison.ARN and written.count(":") >= _ARN_FIELDS - 1:
        fields, given = written.split(":", _ARN_FIELDS - 1), text.split(":", _ARN_FIELDS - 1)
        return len(given) == _ARN_FIELDS and all(map(matches, fields, given))
    return matches(written, text)


@lru_cache(maxsize=4096)
def witness(included: frozenset[frozenset[Pattern]], excluded: frozenset[Pattern]) -> str | None:
    """A shortest text that matches one pattern at least of each set in `included`, and none of `excluded`.

    Raises:
        UndeterminedError: Where the search takes too long.
    """
    patterns = sorted({one for group in included for one in group} | excluded, key=_order)
    automata = [_automaton(pattern) for pattern in patterns]
    places = {pattern: place for place, pattern in enumerate(patterns)}
    groups = [[places[one] for one in group] for group in included]
    forbidden = [places[one] for one in excluded]
    written = frozenset[str]().union(*(automaton.characters for automaton in automata))
    other = next((one for one in _FILLERS if one not in written), "\ue002")
    start = tuple(automaton.start for automaton in automata)
    seen = {start}
    current: list[tuple[tuple[int, ...], str]] = [(start, "")]
    while current:
        following: list[tuple[tuple[int, ...], str]] = []
        for states, text in current:
            ends = [bool(state & automaton.end) for state, automaton in zip(states, automata, strict=True)]
            if all(any(ends[one] for one in group) for group in groups) and not any(ends[one] for one in forbidden):
                return _as_text(text)
            for character in _next_characters(automata, states, groups, written, other):
                reached = tuple(
                    automaton.after(state, character) for state, automaton in zip(states, automata, strict=True)
                )
                if reached not in seen and all(any(reached[one] for one in group) for group in groups):
                    seen.add(reached)
                    following.append((reached, text + character))
        if len(seen) > _MOST_STATES:
            raise UndeterminedError(f"{len(patterns)} patterns are more than can be compared exactly")
        current = following
    return None


def _order(pattern: Pattern) -> tuple[str, str]:
    return pattern.text, pattern.comparison.name


def _as_text(text: str) -> str:
    for wildcard, character in _PLAIN.items():
        text = text.replace(character, wildcard)
    return text


def _next_characters(
    automata: Sequence[_Automaton],
    states: Sequence[int],
    groups: Iterable[Sequence[int]],
    written: frozenset[str],
    other: str,
) -> Sequence[str]:
    """The characters that may follow: those that some group of patterns waits for, where it waits for few."""
    fewest: frozenset[str] | None = None
    for group in groups:
        expected: frozenset[str] | None = frozenset()
        for one in group:
            possible = automata[one].expected(states[one])
            expected = None if possible is None or expected is None else expected | possible
        if expected is not None and (fewest is None or len(expected) < len(fewest)):
            fewest = expected
    return sorted(fewest, key=str.swapcase) if fewest is not None else [other, *sorted(written)]


@fast_dataclass(frozen=True)
class _Automaton:
    """A pattern as an automaton; sets of its places are bits of a number.

    Attributes:
        by_character: The places that a character leads on from, for the characters that are written.
        by_any: The places that a character that is not written leads on from.
        stars: The places of a `*`.
        confined: The places of wildcards that do not stand for a colon.
        length: The number of places before the end.
    """

    by_character: dict[str, int]
    by_any: int
    stars: int
    confined: int
    length: int

    @property
    def end(self) -> int:
        """The place after the last character."""
        return 1 << self.length

    @property
    def start(self) -> int:
        """The places where the pattern begins."""
        return self._over_stars(1)

    @property
    def characters(self) -> frozenset[str]:
        """The characters that are written, and the colon where it differs from others."""
        return frozenset((*self.by_character, *([":"] if self.confined else [])))

    def after(self, state: int, character: str) -> int:
        """The places that a character leads to."""
        wild = self.by_any & ~(self.confined if character == ":" else 0)
        passing = state & (self.by_character.get(character, 0) | wild)
        return self._over_stars((passing & ~self.stars) << 1 | (passing & self.stars))

    def expected(self, state: int) -> frozenset[str] | None:
        """The characters that lead on; None where every one may."""
        if state & self.by_any:
            return None
        return frozenset(character for character, places in self.by_character.items() if state & places)

    def _over_stars(self, state: int) -> int:
        """A star may stand for nothing; no two follow each other."""
        return state | (state & self.stars) << 1


@lru_cache(maxsize=4096)
def _automaton(pattern: Pattern) -> _Automaton:
    text = with_plain_dollars(pattern.text)
    while "**" in text:
        text = text.replace("**", "*")
    is_arn = pattern.comparison is Comparison.ARN and text.count(":") >= _ARN_FIELDS - 1
    by_character: dict[str, int] = {}
    by_any = stars = confined = colons = 0
    for place, character in enumerate(text):
        bit = 1 << place
        if character in "*?":
            by_any |= bit
            stars |= bit if character == "*" else 0
            confined |= bit if is_arn and colons < _ARN_FIELDS - 1 else 0
            continue
        colons += character == ":"
        folded = pattern.comparison is Comparison.ANY_CASE
        for spelling in {character.lower(), character.upper()} if folded else {character}:
            by_character[spelling] = by_character.get(spelling, 0) | bit
    return _Automaton(by_character, by_any, stars, confined, len(text))
