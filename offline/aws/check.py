"""Judges properties against the types of `pulumi_aws`: every name, type and required property, at any depth."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from offline.aws.schema import Properties, Type, object_type
from offline.aws.values import DEFAULTS, UNKNOWN, Asset, Secret, plain


@dataclass(frozen=True)
class Failure:
    """One property that AWS or its plugin would refuse, and why, in a sentence that names no secret."""

    property: str
    reason: str


_SCALARS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "enum": (str,),
    "number": (int, float),
    "integer": (int, float),
    "boolean": (bool,),
}


def check_properties(values: Mapping[str, Any], declared: Properties, owner: str, path: str = "") -> Iterator[Failure]:
    """Yield what is wrong with a property map.

    Args:
        values: the properties, as `offline.aws.values` represents them.
        declared: what the package declares.
        owner: what the properties belong to, for messages ("aws:ecs/service:Service").
        path: where in the resource the map sits; empty at the top.
    """
    # A struct has no order of its own: sorted, the same mistake always reads the same.
    for name, value in sorted(values.items()):
        if name == DEFAULTS:
            continue
        if name not in declared:
            yield Failure(_join(path, name), _unknown_name(name, declared, owner))
        else:
            yield from check_value(value, declared[name].type, _join(path, name))
    for name, declaration in declared.items():
        if declaration.required and plain(values.get(name)) is None:
            yield Failure(_join(path, name), f"is required by {owner} and missing")


def check_value(value: Any, type_: Type, path: str) -> Iterator[Failure]:
    """Yield what is wrong with one value; what is absent, unknown or accepted yields nothing."""
    secret = isinstance(value, Secret)
    value = plain(value)
    if value is None or value is UNKNOWN or type_.kind == "any":
        return
    if type_.kind == "union":
        yield from _check_union(value, type_, path, secret)
    elif type_.kind == "list" and isinstance(value, list):
        for index, item in enumerate(value):
            yield from check_value(Secret(item) if secret else item, type_.items[0], f"{path}[{index}]")
    elif type_.kind == "map" and isinstance(value, Mapping):
        for key, item in value.items():
            yield from check_value(Secret(item) if secret else item, type_.items[0], f"{path}.{key}")
    elif type_.kind == "object" and isinstance(value, Mapping):
        yield from check_properties(value, object_type(type_.file, type_.name), describe(type_), path)
    elif not _is_scalar(value, type_.kind):
        yield Failure(path, f"must be {describe(type_)}, found {_found(value, secret)}")


def _check_union(value: Any, type_: Type, path: str, secret: bool) -> Iterator[Failure]:
    """A union accepts what one of its members accepts."""
    verdicts = [list(check_value(value, member, path)) for member in type_.items]
    if all(verdicts):
        structured = [
            verdict for verdict, member in zip(verdicts, type_.items, strict=True) if _same_shape(value, member)
        ]
        yield from (
            structured[0]
            if structured
            else [Failure(path, f"must be {describe(type_)}, found {_found(value, secret)}")]
        )


def _same_shape(value: Any, member: Type) -> bool:
    return (isinstance(value, Mapping) and member.kind in ("object", "map")) or (
        isinstance(value, list) and member.kind == "list"
    )


def _is_scalar(value: Any, kind: str) -> bool:
    if isinstance(value, Asset):
        return value.kind == kind
    if isinstance(value, bool) and kind != "boolean":
        return False
    if kind == "integer" and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, _SCALARS.get(kind, ()))


def describe(type_: Type) -> str:
    """Say a type in words, as a message needs it."""
    if type_.kind == "list":
        return f"a list of {describe(type_.items[0]).removeprefix('a ').removeprefix('an ')} values"
    if type_.kind == "map":
        return f"a map of {describe(type_.items[0]).removeprefix('a ').removeprefix('an ')} values"
    if type_.kind == "union":
        return " or ".join(dict.fromkeys(describe(member) for member in type_.items if member.kind != "enum"))
    if type_.kind == "object":
        return f"{Path(type_.file).parent.name}.{type_.name}"
    if type_.kind == "enum":
        return "a string"
    return f"{'an' if type_.kind[0] in 'aio' else 'a'} {type_.kind}"


def _found(value: Any, secret: bool) -> str:
    kind = {bool: "the boolean", str: "the string", float: "the number", int: "the number"}.get(type(value))
    if kind is None:
        return "a list" if isinstance(value, list) else "an object" if isinstance(value, Mapping) else "an asset"
    if secret:
        return f"{kind.removeprefix('the ')} [secret]"
    shown = str(value).lower() if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else repr(value)
    return f"{kind} {shown}"


def _unknown_name(name: str, declared: Properties, owner: str) -> str:
    near = difflib.get_close_matches(name, declared, n=1)
    hint = f"did you mean {near[0]}?" if near else f"it has {', '.join(sorted(declared)) or 'none'}"
    return f"is no property of {owner}; {hint}"


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
