"""What differs between two states of a resource's properties, as the engine writes them into its event log."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a mark, no secret
"""How Pulumi marks a value as a secret (`SigKey` and `SecretSig` in its Go package `sdk/go/common/resource/sig`)."""

HIDDEN = "[secret]"
"""What stands for a secret, also where the log was written with `--show-secrets`."""

_BOOKKEEPING = "__defaults"
"""Where a bridged plugin notes which inputs it filled in by itself: no property of the resource."""


@dataclass(frozen=True)
class PropertyChange:
    """One property that differs.

    Attributes:
        path: Where it is, with dots; the number of an item where it is in a list.
        before: Its value; None where it was not set.
        after: Its value; None where it is no longer set.
    """

    path: str
    before: Any
    after: Any


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[PropertyChange, ...]:
    """What differs, as deep down as both sides have the same shape. Whether two secrets differ is not told."""
    return tuple(_between(_hidden(before), _hidden(after), ()))


def _between(before: Any, after: Any, path: tuple[str, ...]) -> Iterator[PropertyChange]:
    match before, after:
        case dict(), dict():
            for key in dict.fromkeys([*before, *after]):
                yield from _between(before.get(key), after.get(key), (*path, key))
        case list(), list() if len(before) == len(after):
            for number, (old, new) in enumerate(zip(before, after, strict=True)):
                yield from _between(old, new, (*path, str(number)))
        case _ if type(before) is not type(after) or before != after:
            yield PropertyChange(".".join(path), before, after)


def _hidden(value: Any) -> Any:
    """The value without its secrets and without what is no property."""
    if isinstance(value, Mapping):
        if value.get(SIGNATURE) == SECRET:
            return HIDDEN
        return {key: _hidden(item) for key, item in value.items() if key != _BOOKKEEPING}
    return [_hidden(item) for item in value] if isinstance(value, list) else value
