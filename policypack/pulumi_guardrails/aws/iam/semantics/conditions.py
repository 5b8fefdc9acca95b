"""Condition operators: whether a value of a request's key matches one of the values that a statement has.

Source: AWS IAM User Guide, "IAM JSON policy elements: Condition operators".
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timezone
from functools import lru_cache

from pulumi_guardrails.aws.iam.semantics.patterns import Comparison, Pattern, is_match, literal, with_plain_dollars
from pulumi_guardrails.aws.iam.semantics.rules import VARIABLE, Rule, Test

Context = Mapping[str, tuple[str, ...]]

_COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "Equals": lambda value, written: value == written,
    "LessThan": lambda value, written: value < written,
    "LessThanEquals": lambda value, written: value <= written,
    "GreaterThan": lambda value, written: value > written,
    "GreaterThanEquals": lambda value, written: value >= written,
}


def with_values(text: str, context: Context) -> str | None:
    """A text with the values of its policy variables, whose wildcards are none; None where one has no value.

    A variable may have a default: `${aws:PrincipalTag/team, 'none'}`. Source: AWS IAM User Guide, "IAM policy elements:
    Variables and tags".
    """
    parts: list[str] = []
    end = 0
    for found in VARIABLE.finditer(text):
        value = _value_of(found.group(1), context)
        if value is None:
            return None
        parts += [text[end : found.start()], value]
        end = found.end()
    return with_plain_dollars("".join([*parts, text[end:]]))


def _value_of(variable: str, context: Context) -> str | None:
    if variable in ("*", "?", "$"):
        return literal(variable)
    key, _, default = variable.partition(",")
    values = context.get(key.strip().lower(), ())
    if len(values) == 1:
        return literal(values[0])
    return literal(default.strip().strip("'")) if default and not values else None


def holds(test: Test, context: Context) -> bool:
    """Whether a condition holds for a request's context.

    A key without a qualifier holds one value; of several, one has to match, or none for a negated operator.
    """
    given = context.get(test.key, ())
    if test.base == "Null":
        return any((value.lower() == "true") is not bool(given) for value in test.values)
    if not given:
        return test.if_exists or is_for_all(test)
    written = [text for text in (with_values(value, context) for value in test.values) if text is not None]
    passing = [matches_one(test.base, written, value) is not test.negated for value in given]
    return all(passing) if is_for_all(test) else any(passing)


def is_for_all(test: Test) -> bool:
    """Whether every value of the request has to pass, rather than one; it holds where there is none."""
    return test.qualifier == "ForAllValues" or (test.negated and not test.qualifier)


def matches_one(base: str, written: Collection[str], value: str) -> bool:
    """Whether a value matches one of the texts of a condition by an operator that is not negated."""
    return any(_matches(base, text, value) for text in written)


def as_pattern(base: str, text: str) -> Pattern | None:
    """A text of a condition as the pattern that its values match; None for an operator that compares no texts."""
    if base in ("StringEquals", "BinaryEquals"):
        return Pattern(literal(text))
    if base in ("StringEqualsIgnoreCase", "Bool"):
        return Pattern(literal(text), Comparison.ANY_CASE)
    if base == "StringLike":
        return Pattern(text)
    return Pattern(text, Comparison.ARN) if base in ("ArnEquals", "ArnLike") else None


@lru_cache(maxsize=65536)
def _matches(base: str, text: str, value: str) -> bool:
    pattern = as_pattern(base, text)
    if pattern is not None:
        return is_match(pattern, value)
    if base == "IpAddress":
        network, address = as_network(text), as_network(value)
        if network is None or address is None or network.version != address.version:
            return False
        return int(network.network_address) <= int(address.network_address) <= int(network.broadcast_address)
    kind = "Numeric" if base.startswith("Numeric") else "Date"
    first, second = as_ordered(kind, value), as_ordered(kind, text)
    return first is not None and second is not None and _COMPARISONS[base.removeprefix(kind)](first, second)


def as_network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    """An address or a CIDR block; None for a text that is neither."""
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def as_ordered(kind: str, text: str) -> float | None:
    """A number, or a date as seconds since 1970; None for a text that is neither.

    Dates are in ISO 8601, or such seconds themselves.
    """
    try:
        return float(text)
    except ValueError:
        pass
    if kind == "Numeric":
        return None
    try:
        found = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=timezone.utc)).timestamp()


def all_hold(rule: Rule, context: Context) -> bool:
    """Whether every condition of a statement holds."""
    return all(holds(test, context) for test in rule.tests)
