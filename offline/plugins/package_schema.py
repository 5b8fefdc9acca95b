"""A plugin's package schema, which the language host for YAML reads to resolve names and check types.

The shapes are those of Pulumi's metaschema ("Package schema" in its documentation). Programs in Python bring their
types along and never ask for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from offline.aws.schema import Properties, Type

Reference = Callable[[Type], str]
"""Gives the token of a nested object type."""

SCALARS = ("string", "integer", "number", "boolean")


def _no_reference(type_: Type) -> str:
    raise AssertionError(f"{type_} is no type of a small plugin")


def type_spec(type_: Type, reference: Reference = _no_reference) -> dict[str, Any]:
    """Return a type. An enumeration is text: it is open, and a checker of types must not refuse a new value."""
    if type_.kind in SCALARS:
        return {"type": type_.kind}
    if type_.kind == "enum":
        return {"type": "string"}
    if type_.kind == "list":
        return {"type": "array", "items": type_spec(type_.items[0], reference)}
    if type_.kind == "map":
        return {"type": "object", "additionalProperties": type_spec(type_.items[0], reference)}
    if type_.kind == "object":
        return {"$ref": f"#/types/{reference(type_)}"}
    if type_.kind == "union":
        members: list[dict[str, Any]] = []
        for member in type_.items:
            if (spec := type_spec(member, reference)) not in members:
                members.append(spec)
        return members[0] if len(members) == 1 else {"oneOf": members}
    return {"$ref": f"pulumi.json#/{ {'asset': 'Asset', 'archive': 'Archive'}.get(type_.kind, 'Any') }"}


def properties_spec(
    properties: Properties, reference: Reference = _no_reference, secrets: Iterable[str] = ()
) -> dict[str, Any]:
    """Return properties by name."""
    hidden = frozenset(secrets)
    return {
        name: type_spec(declared.type, reference) | ({"secret": True} if name in hidden else {})
        for name, declared in properties.items()
    }


def required(properties: Properties) -> list[str]:
    """Return the names of the properties that must be there."""
    return sorted(name for name, declared in properties.items() if declared.required)


def object_spec(properties: Properties, reference: Reference = _no_reference) -> dict[str, Any]:
    """Return an object type: the arguments or the result of a function, or a nested type."""
    return {
        "type": "object",
        "properties": properties_spec(properties, reference),
        "required": required(properties),
    }


def resource_spec(
    inputs: Properties, outputs: Properties, secrets: Iterable[str], reference: Reference = _no_reference
) -> dict[str, Any]:
    """Return a resource type. An id is an output of every resource, and no property."""
    shown = {name: declared for name, declared in outputs.items() if name not in ("id", "urn")}
    return {
        "inputProperties": properties_spec(inputs, reference),
        "requiredInputs": required(inputs),
        "properties": properties_spec(shown, reference, secrets),
        "required": required(shown),
    }


def package(name: str, version: str, parts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema of a package from its `resources`, `functions`, `types` and `provider`.

    A token such as `aws:s3/bucket:Bucket` is of the module `s3`, so that a program may write `aws:s3:Bucket`.
    """
    return {"name": name, "version": version, "meta": {"moduleFormat": "(.*)(?:/[^/]*)"}, **parts}
