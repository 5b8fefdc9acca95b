"""IAM's wildcards: `*` stands for any number of characters, `?` for exactly one, everything else for itself.

Nothing here uses regular expressions: a text of a program must not be able to make the matching slow.
Source: AWS IAM User Guide, "IAM JSON policy elements: Resource" and "Action".
"""

from __future__ import annotations

from functools import lru_cache

_LONGEST = 2048
"""Characters of the longest ARN (AWS IAM User Guide, "IAM and AWS STS quotas"); longer patterns match nothing."""

_WILDCARDS = "*?"


def is_pattern(text: str) -> bool:
    """Whether a text has a wildcard."""
    return "*" in text or "?" in text


def is_everything(text: str) -> bool:
    """Whether a pattern matches every text of some length: nothing but wildcards, and one `*` at least."""
    return "*" in text and not text.strip("*?")


@lru_cache(maxsize=65536)
def matches(pattern: str, text: str) -> bool:
    """Whether a text is one that the pattern stands for; upper and lower case differ."""
    return _matches(pattern, text)


def _matches(pattern: str, text: str) -> bool:
    if len(pattern) > _LONGEST:
        return False
    if "?" not in pattern:
        return _matches_in_order(pattern.split("*"), text)
    at = 0
    back = -1
    again = 0
    place = 0
    while place < len(text):
        if at < len(pattern) and pattern[at] == "*":
            back, again = at, place
            at += 1
        elif at < len(pattern) and pattern[at] in ("?", text[place]):
            at += 1
            place += 1
        elif back >= 0:
            again += 1
            at, place = back + 1, again
        else:
            return False
    return not pattern[at:].strip("*")


def _matches_in_order(literals: list[str], text: str) -> bool:
    """Whether a text is these literals with anything between them: each is taken where it first comes."""
    first, *between = literals
    if not between:
        return first == text
    last = between.pop()
    if not (text.startswith(first) and text.endswith(last)):
        return False
    place, end = len(first), len(text) - len(last)
    for literal in between:
        found = text.find(literal, place, end)
        if found < 0:
            return False
        place = found + len(literal)
    return place <= end


def overlap(first: str, second: str) -> bool:
    """Whether some text is one that both patterns stand for."""
    if len(first) > _LONGEST or len(second) > _LONGEST:
        return False
    if first == second or first == "*" or second == "*":
        return True
    if not is_pattern(first):
        return _matches(second, first)
    if not is_pattern(second):
        return _matches(first, second)
    return _patterns_overlap(first, second)


@lru_cache(maxsize=16384)
def _patterns_overlap(first: str, second: str) -> bool:
    if not _agree(first, second) or not _agree(first[::-1], second[::-1]):
        return False
    # One row a character of `first`: reachable[j] says that what is before both places can be the same text.
    reachable = _over_stars(second, [True] + [False] * len(second))
    for character in first:
        star = character == "*"
        following = [reachable[0] and star] + [False] * len(second)
        for j, other in enumerate(second):
            if star:
                # The star stands for nothing, or goes on over the other's next character.
                following[j + 1] = reachable[j + 1] or following[j]
            elif other == "*":
                following[j + 1] = reachable[j + 1]
            elif reachable[j] and (character in ("?", other) or other == "?"):
                following[j + 1] = True
        reachable = _over_stars(second, following)
    return reachable[-1]


def _agree(first: str, second: str) -> bool:
    """Whether two patterns begin alike, as far as neither has a wildcard."""
    for one, other in zip(first, second, strict=False):
        if one in _WILDCARDS or other in _WILDCARDS:
            return True
        if one != other:
            return False
    return True


def _over_stars(pattern: str, reachable: list[bool]) -> list[bool]:
    """A star of the pattern may stand for nothing."""
    for j, character in enumerate(pattern):
        if character == "*" and reachable[j]:
            reachable[j + 1] = True
    return reachable
