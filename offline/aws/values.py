"""Property values as the engine sends them: plain, unknown, secret, or an asset.

A property travels as a protobuf `Struct`. Unknowns are sentinel strings, secrets and assets are objects with a
signature key; the constants are those of the Pulumi SDK (`sdk/go/common/resource/plugin/rpc.go` and
`sdk/go/common/resource/sig/sig.go`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from google.protobuf import struct_pb2

SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - marks secrets, and is none
ASSET_SIGNATURES = {
    "c44067f5952c0a294b673a41bacd8c17": "asset",
    "0def7320c3a5731c473e5ecbe6d01bc7": "archive",
}
DEFAULTS = "__defaults"
"""The key under which the real plugin lists the properties that it filled in itself."""

KNOWN = "__known"
"""The key under which the inputs of an imported resource list what its id tells; the stand-in knows no more of it."""

UNKNOWN_STRING = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
_UNKNOWNS = frozenset(
    {
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",  # bool
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",  # number
        UNKNOWN_STRING,
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",  # array
        "030794c1-ac77-496b-92df-f27374a8bd58",  # asset
        "e48ece36-62e2-4504-bad9-02848725956a",  # archive
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",  # object
    }
)


class Unknown:
    """The one value that is not known before an update; compare with `is UNKNOWN`."""

    def __repr__(self) -> str:
        return "unknown"

    def __deepcopy__(self, memo: object) -> Unknown:
        return self


UNKNOWN = Unknown()


@dataclass(frozen=True)
class Secret:
    """A value that the engine keeps encrypted. Its text shows no value, so that no message can leak one."""

    value: Any

    def __repr__(self) -> str:
        return "[secret]"


@dataclass(frozen=True)
class Asset:
    """A file or an archive (`kind`), passed on as the engine sent it."""

    kind: str
    raw: Mapping[str, Any]


def plain(value: Any) -> Any:
    """Return the value inside a secret, one level deep; any other value as it is."""
    return value.value if isinstance(value, Secret) else value


def from_struct(struct: struct_pb2.Struct) -> dict[str, Any]:
    """Read a property map that the engine sent."""
    return {key: from_value(value) for key, value in struct.fields.items()}


def from_value(value: struct_pb2.Value) -> Any:
    """Read one property value that the engine sent."""
    kind = value.WhichOneof("kind")
    if kind == "struct_value":
        fields = from_struct(value.struct_value)
        signature = fields.get(SIGNATURE)
        if signature == SECRET_SIGNATURE:
            inner = fields.get("value")
            return inner if isinstance(inner, Secret) else Secret(inner)
        if isinstance(signature, str) and signature in ASSET_SIGNATURES:
            return Asset(ASSET_SIGNATURES[signature], fields)
        return fields
    if kind == "list_value":
        return [from_value(item) for item in value.list_value.values]
    if kind == "string_value":
        return UNKNOWN if value.string_value in _UNKNOWNS else value.string_value
    if kind == "number_value":
        return value.number_value
    if kind == "bool_value":
        return value.bool_value
    return None


def to_struct(properties: Mapping[str, Any]) -> struct_pb2.Struct:
    """Write a property map for the engine."""
    return struct_pb2.Struct(fields={key: to_value(value) for key, value in properties.items()})


def to_value(value: Any) -> struct_pb2.Value:
    """Write one property value for the engine; raises TypeError for what no property can hold."""
    if value is None:
        return struct_pb2.Value(null_value=struct_pb2.NULL_VALUE)
    if value is UNKNOWN:
        return struct_pb2.Value(string_value=UNKNOWN_STRING)
    if isinstance(value, Secret):
        return to_value({SIGNATURE: SECRET_SIGNATURE, "value": value.value})
    if isinstance(value, Asset):
        return to_value(value.raw)
    if isinstance(value, bool):
        return struct_pb2.Value(bool_value=value)
    if isinstance(value, (int, float)):
        return struct_pb2.Value(number_value=value)
    if isinstance(value, str):
        return struct_pb2.Value(string_value=value)
    if isinstance(value, Mapping):
        return struct_pb2.Value(struct_value=to_struct(value))
    if isinstance(value, (list, tuple)):
        return struct_pb2.Value(list_value=struct_pb2.ListValue(values=[to_value(item) for item in value]))
    raise TypeError(f"a property cannot hold a {type(value).__name__}")


def contains(value: Any, test: Callable[[Any], bool]) -> bool:
    """Tell whether a value, or anything nested in it, passes the test."""
    if test(value):
        return True
    if isinstance(value, Secret):
        return contains(value.value, test)
    if isinstance(value, Mapping):
        return any(contains(item, test) for item in value.values())
    return isinstance(value, (list, tuple)) and any(contains(item, test) for item in value)


def has_unknown(value: Any) -> bool:
    """Tell whether a value is unknown, or holds something unknown."""
    return contains(value, lambda item: item is UNKNOWN)


def has_secret(value: Any) -> bool:
    """Tell whether a value is secret, or holds something secret."""
    return contains(value, lambda item: isinstance(item, Secret))


def without_secrets(value: Any) -> Any:
    """Return the value with every secret wrapper taken off, at any depth."""
    value = plain(value)
    if isinstance(value, Mapping):
        return {key: without_secrets(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [without_secrets(item) for item in value]
    return value
