"""What a remediation changed, told without a secret."""

from __future__ import annotations

from typing import Any

import pytest

from audit.properties import PropertyChange, differences


def secret(**content: str) -> dict[str, str]:
    return {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", **content}


CHANGES: dict[str, tuple[dict[str, Any], dict[str, Any], list[tuple[str, Any, Any]]]] = {
    "nothing": ({"a": {"b": [1, {"c": "d"}]}}, {"a": {"b": [1, {"c": "d"}]}}, []),
    "set": ({}, {"a": {"b": 1}}, [("a", None, {"b": 1})]),
    "removed": ({"a": [1]}, {}, [("a", [1], None)]),
    "changed within a block": ({"a": {"b": 1, "c": 2}}, {"a": {"b": 1, "c": 3}}, [("a.c", 2, 3)]),
    "changed within a list": ({"a": [1, {"b": 2}]}, {"a": [1, {"b": 3}]}, [("a.1.b", 2, 3)]),
    "a list grown": ({"a": {"b": [1]}}, {"a": {"b": [1, 2]}}, [("a.b", [1], [1, 2])]),
    "a list made of a block": ({"a": {"b": 1}}, {"a": [{"b": 1}]}, [("a", {"b": 1}, [{"b": 1}])]),
    "a number made a yes": ({"a": 1}, {"a": True}, [("a", 1, True)]),
    "several": ({"a": 1, "b": 2}, {"b": 3, "c": 4}, [("a", 1, None), ("b", 2, 3), ("c", None, 4)]),
    "what the plugin notes for itself": ({"a": {"__defaults": []}}, {"a": {}, "__defaults": ["a"]}, []),
    "a value marked by another sign": (
        {"a": {"4dabf18193072939515e22adb298388d": "another"}},
        {"a": 1},
        [("a", {"4dabf18193072939515e22adb298388d": "another"}, 1)],
    ),
}


@pytest.mark.parametrize(("before", "after", "changes"), CHANGES.values(), ids=CHANGES)
def test_the_differences_are_told_by_path(
    before: dict[str, Any], after: dict[str, Any], changes: list[tuple[str, Any, Any]]
) -> None:
    assert differences(before, after) == tuple(PropertyChange(*change) for change in changes)


@pytest.mark.parametrize("content", [{"ciphertext": "hunter2"}, {"plaintext": "hunter2"}, {"value": "hunter2"}])
def test_no_secret_is_kept(content: dict[str, str]) -> None:
    (made,) = differences({}, {"a": [{"b": secret(**content)}]})
    assert made == PropertyChange("a", None, [{"b": "[secret]"}])
    assert differences({"a": [secret(**content)]}, {"a": ["x"]}) == (PropertyChange("a.0", "[secret]", "x"),)


def test_whether_two_secrets_differ_is_not_told() -> None:
    assert differences({"a": secret(ciphertext="x")}, {"a": secret(ciphertext="y")}) == ()
