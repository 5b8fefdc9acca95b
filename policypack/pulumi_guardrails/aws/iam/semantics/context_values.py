"""Values of one context key for which some conditions hold and others do not.

Conditions on texts are solved exactly, as patterns are; those on numbers, dates and addresses too, at the boundaries of
what is written. A key that is compared as a text by one condition and as a number by another is tried with the values
that are written, and left undetermined where none of them does.

Source: AWS IAM User Guide, "IAM JSON policy elements: Condition operators" and "Multivalued context keys".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timezone
from functools import lru_cache
from itertools import pairwise

from pulumi_guardrails.aws.iam.semantics.conditions import (
    as_network,
    as_ordered,
    as_pattern,
    holds,
    is_for_all,
    matches_one,
)
from pulumi_guardrails.aws.iam.semantics.patterns import Pattern, UndeterminedError, witness
from pulumi_guardrails.aws.iam.semantics.rules import Test

ALWAYS_PRESENT = frozenset(
    {
        "aws:currenttime",
        "aws:epochtime",
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalisawsservice",
        "aws:principaltype",
        "aws:securetransport",
        "aws:userid",
        "aws:viaawsservice",
    }
)
"""Keys that every signed request has (AWS IAM User Guide, "AWS global condition context keys", availability)."""

_NOT_EMPTY = frozenset({Pattern("?*")})

_Need = tuple[str, frozenset[str], bool]
"""What one value has to do: the operator that is not negated, its texts, and whether one of them has to match."""


@lru_cache(maxsize=4096)
def find_values(
    holding: frozenset[Test], failing: frozenset[Test], is_present: bool, has_several: bool
) -> tuple[str, ...] | None:
    """Values of a key, which all the conditions are on, for which `holding` hold and `failing` do not; empty for none.

    Args:
        holding: The conditions that have to hold; without policy variables.
        failing: Those that must not.
        is_present: Whether the key is in every request.
        has_several: Whether it may have several values.

    Returns:
        The values, or None where there are none such.

    Raises:
        UndeterminedError: Where that cannot be told.
    """
    if not is_present and _fits((), holding, failing):
        return ()
    if not all(("false" in _lower(test.values)) for test in holding if test.base == "Null"):
        return None
    if any("false" in _lower(test.values) for test in failing if test.base == "Null"):
        return None
    every: list[_Need] = []
    some: list[_Need] = []
    for test, wanted in [*((one, True) for one in holding), *((one, False) for one in failing)]:
        if test.base != "Null":
            need = (test.base, test.values, wanted is not test.negated)
            (every if is_for_all(test) is wanted else some).append(need)
    one = _find_value([*every, *some])
    if one is not None or not has_several:
        return None if one is None else (one,)
    found = [_find_value([*every, need]) for need in some]
    values = [value for value in found if value is not None]
    return tuple(dict.fromkeys(values)) if values and len(values) == len(found) else None


def _fits(values: tuple[str, ...], holding: Iterable[Test], failing: Iterable[Test]) -> bool:
    return all(holds(test, {test.key: values}) for test in holding) and not any(
        holds(test, {test.key: values}) for test in failing
    )


def _lower(texts: Iterable[str]) -> set[str]:
    return {text.lower() for text in texts}


def _find_value(needs: Sequence[_Need]) -> str | None:
    """A value that does what is needed; None where there is none."""
    bases = {base for base, _, _ in needs}
    if "Bool" in bases:
        return _first(["false", "true"], needs)
    is_text = {base: as_pattern(base, "") is not None for base in bases}
    if all(is_text.values()):
        return _find_text(needs)
    if any(is_text.values()):
        candidates = [text for _, texts, _ in needs for text in sorted(texts)]
        found = _first([*candidates, *_boundaries(needs)], needs)
        if found is None:
            raise UndeterminedError("a key is compared as a text by one condition and as another type by another")
        return found
    return _first(_boundaries(needs), needs)


def _first(candidates: Iterable[str], needs: Iterable[_Need]) -> str | None:
    return next(
        (
            value
            for value in candidates
            if all(matches_one(base, texts, value) is wanted for base, texts, wanted in needs)
        ),
        None,
    )


def _find_text(needs: Iterable[_Need]) -> str | None:
    included: set[frozenset[Pattern]] = set()
    excluded: set[Pattern] = set()
    for base, texts, wanted in needs:
        patterns = frozenset(pattern for text in texts if (pattern := as_pattern(base, text)) is not None)
        if wanted:
            included.add(patterns)
        else:
            excluded |= patterns
    found = witness(frozenset({*included, _NOT_EMPTY}), frozenset(excluded))
    return witness(frozenset(included), frozenset(excluded)) if found is None else found


def _boundaries(needs: Sequence[_Need]) -> Iterator[str]:
    """At least one value of every set that the conditions tell apart: at what is written, around and between."""
    texts = sorted({text for base, written, _ in needs if as_pattern(base, "") is None for text in written})
    if any(base == "IpAddress" for base, _, _ in needs):
        yield from _addresses(texts)
    for kind in ("Numeric", "Date"):
        if any(base.startswith(kind) for base, _, _ in needs):
            numbers = sorted({number for text in texts if (number := as_ordered(kind, text)) is not None}) or [0.0]
            between = [(first + second) / 2 for first, second in pairwise(numbers)]
            for number in (*numbers, numbers[0] - 1, numbers[-1] + 1, *between):
                yield _as_date(number) if kind == "Date" else _as_number(number)


def _as_number(number: float) -> str:
    return str(int(number)) if number.is_integer() else repr(number)


def _as_date(seconds: float) -> str:
    try:
        return datetime.fromtimestamp(seconds, timezone.utc).isoformat().replace("+00:00", "Z")
    except (OverflowError, ValueError, OSError):
        return f"{seconds:.0f}"


def _addresses(texts: Iterable[str]) -> Iterator[str]:
    """The first address of each network, and the one after its last: networks do not overlap in part."""
    yield from ("198.51.100.1", "2001:db8::1")
    for text in texts:
        network = as_network(text)
        if network is not None:
            yield str(network.network_address)
            try:
                yield str(network.broadcast_address + 1)
            except ValueError:
                continue
    yield from ("0.0.0.0", "::")  # noqa: S104 - an address to compare
