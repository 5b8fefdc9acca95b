"""Reads the property bags of Pulumi's protocol into plain values, and writes them back.

The special keys and sentinels are those of the engine's property encoding (`sdk/go/common/resource/properties.go` and
`sdk/go/common/resource/plugin/rpc.go` of pulumi/pulumi).
"""

from __future__ import annotations

from collections.abc import Mapping
from sys import intern
from typing import Any

from google.protobuf.struct_pb2 import ListValue, Struct, Value

from pulumi_guardrails.core.value import ABSENT, REDACTED, UNKNOWN, Secret

_UNKNOWN_SENTINELS = frozenset(
    {
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",  # boolean
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",  # number
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",  # string
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",  # array
        "030794c1-ac77-496b-92df-f27374a8bd58",  # asset
        "e48ece36-62e2-4504-bad9-02848725956a",  # archive
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",  # object
    }
)
_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - marks secrets, is none
_OUTPUT_SIGNATURE = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
REDACTED_TEXT = "[secret]"
"""What `pulumi policy analyze` sends for each secret of a state that it has no key to (`config.BlindingCrypter`)."""

_TEXTS_OF_SECRETS = ("ciphertext", "plaintext")
"""What a secret has in a state in place of its value (`SecretV1` of `sdk/go/common/apitype/core.go`)."""

_DEEPEST = 400


def read_properties(properties: Struct) -> dict[str, Any]:
    """Plain values of a property bag: `UNKNOWN` for what is not known yet, `REDACTED` for what is not told.

    There is a `Secret` around each secret.

    A secret of an exported state, which is there as a ciphertext, is not told either. A value nested deeper than any
    real resource is taken as unknown rather than followed.

    A name of a property is one text in memory, however many resources have it.
    """
    return {intern(key): _read(value, 0) for key, value in properties.fields.items()}


def write_properties(properties: Mapping[str, Any], original: Struct) -> Struct:
    """The property bag for plain values; what is unchanged is taken from `original`, exactly as it came."""
    written = Struct()
    before = read_properties(original)
    for key, value in properties.items():
        if key in original.fields and _same(before[key], value):
            written.fields[key].CopyFrom(original.fields[key])
        else:
            written.fields[key].CopyFrom(_write(value, _member(original, key)))
    return written


def _read(value: Value, depth: int) -> Any:
    which = value.WhichOneof("kind")
    if depth > _DEEPEST:
        return UNKNOWN
    if which == "string_value":
        if value.string_value in _UNKNOWN_SENTINELS:
            return UNKNOWN
        return Secret(REDACTED) if value.string_value == REDACTED_TEXT else value.string_value
    if which == "number_value":
        return value.number_value
    if which == "bool_value":
        return value.bool_value
    if which == "list_value":
        return [_read(item, depth + 1) for item in value.list_value.values]
    if which == "struct_value":
        fields = value.struct_value.fields
        signature = fields[_SIGNATURE].string_value if _SIGNATURE in fields else ""
        if signature == _SECRET_SIGNATURE:
            if "value" in fields:
                return Secret(_read(fields["value"], depth + 1))
            return Secret(REDACTED if any(text in fields for text in _TEXTS_OF_SECRETS) else None)
        if signature == _OUTPUT_SIGNATURE:
            value_of = _read(fields["value"], depth + 1) if "value" in fields else UNKNOWN
            return Secret(value_of) if "secret" in fields and fields["secret"].bool_value else value_of
        return {intern(key): _read(item, depth + 1) for key, item in fields.items()}
    return None


def _same(one: Any, other: Any) -> bool:
    """Whether two values are the same in the engine's eyes: Python takes 0 for False, and 1 for True."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(item, other[key]) for key, item in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, Secret) and isinstance(other, Secret):
        return _same(one.value, other.value)
    return bool(one == other)


def _member(bag: Struct, key: str) -> Value | None:
    # Indexing a protobuf map makes a missing entry, and so does its get().
    return bag.fields[key] if key in bag.fields else None  # noqa: SIM401


def _inside(original: Value | None) -> Value | None:
    """What a secret or an output holds; any other value as it is, which a remediation may have made a secret."""
    if original is None or not original.HasField("struct_value") or _SIGNATURE not in original.struct_value.fields:
        return original
    if original.struct_value.fields[_SIGNATURE].string_value not in (_SECRET_SIGNATURE, _OUTPUT_SIGNATURE):
        return original
    return _member(original.struct_value, "value")


def _write(value: Any, original: Value | None) -> Value:
    written = Value()
    if original is not None and _same(_read(original, 0), value):
        written.CopyFrom(original)
    elif value is None or value is ABSENT:
        written.null_value = 0  # type: ignore[assignment]
    elif value is UNKNOWN:
        written.string_value = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
    elif isinstance(value, Secret):
        inner = Struct()
        inner.fields[_SIGNATURE].string_value = _SECRET_SIGNATURE
        inner.fields["value"].CopyFrom(_write(value.value, _inside(original)))
        written.struct_value.CopyFrom(inner)
    elif isinstance(value, bool):
        written.bool_value = value
    elif isinstance(value, (int, float)):
        written.number_value = value
    elif isinstance(value, str):
        written.string_value = value
    elif isinstance(value, Mapping):
        was = original.struct_value if original is not None and original.HasField("struct_value") else Struct()
        inner = Struct()
        for key, item in value.items():
            inner.fields[key].CopyFrom(_write(item, _member(was, key)))
        written.struct_value.CopyFrom(inner)
    else:
        items = list(value)
        before = list(original.list_value.values) if original is not None and original.HasField("list_value") else []
        written.list_value.CopyFrom(
            ListValue(values=[_write(item, before[i] if i < len(before) else None) for i, item in enumerate(items)])
        )
    return written
