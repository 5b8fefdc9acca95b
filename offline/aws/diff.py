"""What changed between two sets of inputs, and whether AWS would change the resource in place or replace it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from offline.aws.naming import name_property
from offline.aws.replacement import replaces
from offline.aws.schema import Resource
from offline.aws.values import DEFAULTS, KNOWN, UNKNOWN, plain

ADD, DELETE, UPDATE = "add", "delete", "update"


@dataclass
class Diff:
    """The changed properties by path (`ingress[0].fromPort`), and what they entail.

    `replaces` lists those of the changed paths that make AWS replace the resource.
    """

    changes: dict[str, str] = field(default_factory=dict)
    replaces: list[str] = field(default_factory=list)
    delete_before_replace: bool = False


def diff(resource: Resource, old: Mapping[str, Any], new: Mapping[str, Any], ignored: Sequence[str] = ()) -> Diff:
    """Compare the inputs of the last update with those of this one.

    Args:
        resource: the type of the resource.
        old: the inputs that the last check returned.
        new: the inputs that this check returned.
        ignored: property paths whose changes the program asks to leave alone.
    """
    found = Diff()
    names = {*old, *new} - {DEFAULTS, KNOWN}
    if KNOWN in old:
        # What is known of an imported resource is what may differ from the program.
        names &= {*old[KNOWN]}
    for name in sorted(names):
        for path, kind in _changes(name, old.get(name), new.get(name)):
            if any(path == given or path.startswith((f"{given}.", f"{given}[")) for given in ignored):
                continue
            found.changes[path] = kind
            if replaces(resource, name):
                found.replaces.append(path)
    found.delete_before_replace = bool(found.replaces) and _name_collides(resource, old, new)
    return found


def _name_collides(resource: Resource, old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Tell whether the replacement cannot exist beside the old resource: both carry a name that the program chose."""
    key = name_property(resource)
    if key is None or key in (new.get(DEFAULTS) or []):
        return False
    name = plain(new.get(key))
    return name is not None and name is not UNKNOWN and name == plain(old.get(key))


def _changes(path: str, old: Any, new: Any) -> Iterator[tuple[str, str]]:
    old, new = plain(old), plain(new)
    if equivalent(old, new):
        return
    if old is None:
        yield path, ADD
    elif new is None:
        yield path, DELETE
    elif isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in sorted({*old, *new} - {DEFAULTS}):
            yield from _changes(f"{path}.{key}", old.get(key), new.get(key))
    elif isinstance(old, list) and isinstance(new, list):
        for index in range(max(len(old), len(new))):
            before = old[index] if index < len(old) else None
            after = new[index] if index < len(new) else None
            yield from _changes(f"{path}[{index}]", before, after)
    else:
        yield path, UPDATE


def equivalent(old: Any, new: Any) -> bool:
    """Tell whether AWS sees no difference: the same values, or the same JSON document written differently."""
    old, new = plain(old), plain(new)
    if old is UNKNOWN or new is UNKNOWN:
        return False
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        return all(equivalent(old.get(key), new.get(key)) for key in {*old, *new} - {DEFAULTS})
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(equivalent(a, b) for a, b in zip(old, new, strict=True))
    if isinstance(old, str) and isinstance(new, str) and old != new:
        return _document(old) is not None and _document(old) == _document(new)
    return bool(old == new)


def _document(text: str) -> Any:
    """Return the JSON object or array that a string holds; None if it holds neither."""
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
