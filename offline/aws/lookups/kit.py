"""What answers to look-ups are written with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Arguments = Mapping[str, Any]
Answer = dict[str, Any]


class RefusedError(Exception):
    """AWS would refuse the question, or has no such thing; the text says why."""


def filters(given: Arguments) -> dict[str, list[str]]:
    """Return the values of the filters of a question, by the filter's name."""
    return {str(item["name"]): [str(value) for value in item["values"]] for item in given.get("filters") or []}
