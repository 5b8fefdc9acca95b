"""Small random policies over small alphabets, and every request over these alphabets."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from hypothesis import strategies as st

from pulumi_guardrails.aws.iam.document.document import parse_document
from pulumi_guardrails.aws.iam.semantics.rules import Reading, read
from pulumi_guardrails.core.value import Value

ACTIONS = ("t:aa", "t:ab", "t:b", "u:a")
ACTION_PATTERNS = ("t:aa", "t:AB", "t:*", "t:a?", "*", "?:a*", "*b")
RESOURCES = tuple("".join(one) for length in (1, 2, 3) for one in itertools.product("abc", repeat=length))
RESOURCE_PATTERNS = ("a", "ab", "*", "a*", "?b", "*b", "b?", "*a*", "a**")
VALUES: dict[str, tuple[tuple[str, ...], ...]] = {
    "k:text": ((), ("a",), ("A",), ("b",), ("ab",), ("c",)),
    "k:several": ((), ("a",), ("b",), ("a", "b"), ("a", "c"), ("b", "ab")),
    "k:number": ((), ("0",), ("1",), ("1.5",), ("2",), ("9",)),
    "k:date": ((), ("2026-01-01T00:00:00Z",), ("2026-01-02T00:00:00Z",), ("2027-01-01T00:00:00Z",)),
    "k:address": ((), ("10.0.0.1",), ("10.1.0.1",), ("192.0.2.1",), ("2001:db8::5",)),
    "k:arn": ((), ("arn:aws:s3:::a",), ("arn:aws:s3:::a:b",), ("arn:aws:sqs:r:1:a",)),
    "k:flag": (("true",), ("false",), ()),
}
CALLERS = ("", *(f"arn:aws:iam::{account}:role/{name}" for account in ("1" * 12, "2" * 12, "3" * 12) for name in "ab"))
PRINCIPALS = ("*", *CALLERS[1:4], "1" * 12, f"arn:aws:iam::{'2' * 12}:root")

_TEXTS = ("a", "b", "ab", "A", "a*", "*b", "?")


def _named(plain: str, patterns: Sequence[str]) -> st.SearchStrategy[dict[str, Any]]:
    texts = st.lists(st.sampled_from(patterns), min_size=1, max_size=2)
    return st.builds(lambda name, given: {name: given}, st.sampled_from((plain, plain, plain, f"Not{plain}")), texts)


def _conditions(operators: Sequence[str], key: str, values: Sequence[str]) -> st.SearchStrategy[dict[str, Any]]:
    qualifiers = ("ForAllValues:", "ForAnyValue:") if key == "k:several" else ("",)
    operator = st.builds(
        lambda qualifier, name, end: f"{qualifier}{name}{end}",
        st.sampled_from(qualifiers),
        st.sampled_from(operators),
        st.sampled_from(("", "", "IfExists")),
    )
    some = st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True)
    return st.builds(lambda name, texts: {name: {key: texts}}, operator, some)


_STRINGS = ("StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringEqualsIgnoreCase")
_ORDERED = ("Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
_DATES = ("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z")
_NETWORKS = ("10.0.0.0/8", "10.0.0.0/16", "10.0.0.1/32", "0.0.0.0/0", "2001:db8::/32")
_ARNS = ("arn:aws:s3:::a", "arn:aws:*:::a*", "arn:aws:s*:*:*:?", "arn:*:*:*:*:*")

_BLOCKS = st.one_of(
    _conditions(_STRINGS, "k:text", _TEXTS),
    _conditions(_STRINGS, "k:several", _TEXTS),
    _conditions([f"Numeric{one}" for one in _ORDERED], "k:number", ("1", "2")),
    _conditions([f"Date{one}" for one in _ORDERED], "k:date", _DATES),
    _conditions(("IpAddress", "NotIpAddress"), "k:address", _NETWORKS),
    _conditions(("ArnLike", "ArnNotLike", "ArnEquals"), "k:arn", _ARNS),
    _conditions(("Bool",), "k:flag", ("true", "false")),
    st.builds(
        lambda key, value: {"Null": {key: value}}, st.sampled_from(sorted(VALUES)), st.sampled_from(("true", "false"))
    ),
)


def _statement(with_principals: bool) -> st.SearchStrategy[dict[str, Any]]:
    parts: list[st.SearchStrategy[dict[str, Any]]] = [
        st.sampled_from(("Allow", "Allow", "Deny")).map(lambda effect: {"Effect": effect}),
        _named("Action", ACTION_PATTERNS),
        _named("Resource", RESOURCE_PATTERNS),
        st.one_of(st.just({}), _BLOCKS, st.builds(_merged, _BLOCKS, _BLOCKS)).map(
            lambda blocks: {"Condition": blocks} if blocks else {}
        ),
    ]
    if with_principals:
        names = st.lists(st.sampled_from(PRINCIPALS), min_size=1, max_size=2)
        parts.append(
            st.builds(lambda name, some: {name: {"AWS": some}}, st.sampled_from(("Principal", "NotPrincipal")), names)
        )
    return st.tuples(*parts).map(lambda some: {key: value for part in some for key, value in part.items()})


def _merged(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    merged = {operator: dict(keys) for operator, keys in first.items()}
    for operator, keys in second.items():
        merged[operator] = merged.get(operator, {}) | keys
    return merged


def policies(with_principals: bool = False) -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.lists(_statement(with_principals), max_size=3)


def readings(statements: Sequence[dict[str, Any]]) -> list[Reading]:
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    return read(parse_document(Value.of(document, "policy")))


def keys_of(statements: Iterable[dict[str, Any]]) -> list[str]:
    return sorted({key for one in statements for keys in one.get("Condition", {}).values() for key in keys})


def requests(keys: Sequence[str], most_keys: int = 3) -> Iterator[tuple[str, str, dict[str, tuple[str, ...]]]]:
    """Every request over the alphabets whose context has some of the first of these keys."""
    chosen = keys[:most_keys]
    contexts = [
        dict(zip(chosen, values, strict=True)) for values in itertools.product(*(VALUES[key] for key in chosen))
    ]
    return itertools.product(ACTIONS, RESOURCES, contexts)
