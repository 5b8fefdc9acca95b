"""Writes a property of Pulumi's as Terraform writes an argument: what is known, what is not yet, and what is secret.

The markers are those of the engine's property encoding (`sdk/go/common/resource/plugin/rpc.go` and
`sdk/go/common/resource/sig` of pulumi/pulumi).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from audit.properties import HIDDEN, SECRET, SIGNATURE
from audit.terraform.mapping import ANY, LIST, MANY, OBJECT, ONE, Argument, unlisted

UNKNOWN = frozenset(
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
"""What stands for a value that is not known before the update."""

SENSITIVE = "(sensitive)"
"""What stands for a secret, as in the plan that Terraform shows to people."""

_OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
_ASSET = "c44067f5952c0a294b673a41bacd8c17"
_ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7"
_REFERENCE = "5cf8f73096256a8f31e491e813e4eb8e"

_INTERNAL = ("__defaults", "__internal", "__meta", "__name")
"""What a bridged plugin notes for itself: no property of the resource."""


@dataclass(frozen=True)
class Written:
    """A value as a plan has it.

    Attributes:
        value: What is known; None where nothing is.
        unknown: True where nothing is known; else as deep as the value, with what is unknown in it; False where all of
            it is known.
        sensitive: The same for what is secret.
        expression: Where it refers to other resources, as deep as its blocks; None where it does not.
    """

    value: Any
    unknown: Any = False
    sensitive: Any = False
    expression: Any = None


References = Callable[[str, Any, bool], list[str]]
"""The addresses that a value refers to, by the argument's name, the value itself and whether it is unknown."""


def write(argument: Argument, value: Any, references: References, report: Callable[[str], None], path: str) -> Written:
    """Write the value of one argument.

    Args:
        argument: The argument.
        value: The property of Pulumi's.
        references: What a value refers to.
        report: Told of each property below this one that has no argument.
        path: The property, for `report`.
    """
    value, secret = _plain(value)
    if secret:
        # What has a block is no text: of a secret block only that it is there can be said.
        is_block = argument.nesting in (ONE, MANY, OBJECT, ANY)
        return Written(
            None if is_block else SENSITIVE, is_block, True, _expression(references(argument.name, None, True))
        )
    if is_unknown(value):
        return Written(None, True, False, _expression(references(argument.name, None, True)))
    if argument.nesting in (ONE, MANY, OBJECT, ANY):
        return _blocks(argument, value, references, report, path)
    if argument.nesting == LIST and not isinstance(value, list):
        value = [value]
    return _value(argument.name, value, references)


def is_unknown(value: Any) -> bool:
    """Whether nothing of a value is known before the update."""
    return isinstance(value, str) and value in UNKNOWN


def _plain(value: Any) -> tuple[Any, bool]:
    """A value without the engine's wrapping, and whether it is secret."""
    if value == HIDDEN:
        return None, True
    if not isinstance(value, Mapping):
        return value, False
    match value.get(SIGNATURE):
        case None:
            return value, False
        case signature if signature == SECRET or (signature == _OUTPUT and value.get("secret")):
            return None, True
        case signature if signature == _OUTPUT:
            return value.get("value", next(iter(UNKNOWN))), False
        case signature if signature == _REFERENCE:
            return value.get("id", value.get("urn")), False
        case signature if signature in (_ASSET, _ARCHIVE):
            # The text of an asset is left out: it may be a program, or hold anything.
            return value.get("path") or value.get("uri") or f"asset-{value.get('hash', '')}", False
        case _:
            return None, False


def _blocks(
    argument: Argument, value: Any, references: References, report: Callable[[str], None], path: str
) -> Written:
    items = value if isinstance(value, list) else [value]
    written = []
    for number, item in enumerate(items):
        place = f"{path}[{number}]" if isinstance(value, list) else path
        item, secret = _plain(item)
        if secret or is_unknown(item):
            written.append(Written(None, True, secret, None))
        elif isinstance(item, Mapping):
            written.append(_members(argument, item, references, report, place))
        else:
            # A value where a block is expected: `any` has no schema to tell.
            written.append(_value(argument.name, item, references))
    if argument.nesting == OBJECT and not isinstance(value, list):
        return written[0]
    if argument.nesting == ANY and not isinstance(value, list) and not isinstance(value, Mapping):
        return written[0]
    return Written(
        [one.value for one in written],
        _if_any([one.unknown for one in written]),
        _if_any([one.sensitive for one in written]),
        [one.expression or {} for one in written] if any(one.expression for one in written) else None,
    )


def _members(
    argument: Argument, value: Mapping[str, Any], references: References, report: Callable[[str], None], path: str
) -> Written:
    found: dict[str, Written] = {}
    for name, item in value.items():
        if name in _INTERNAL or item is None:
            continue
        member = argument.block.get(name)
        if member is None:
            if argument.block:
                report(f"{path}.{name}")
            member = unlisted(name, _plain(item)[0], in_block=True)
        found[member.name] = write(member, item, references, report, f"{path}.{name}")
    return Written(
        {name: one.value for name, one in found.items() if one.unknown is not True},
        {name: one.unknown for name, one in found.items() if one.unknown is not False} or False,
        {name: one.sensitive for name, one in found.items() if one.sensitive is not False} or False,
        {name: one.expression for name, one in found.items() if one.expression} or None,
    )


def _value(name: str, value: Any, references: References) -> Written:
    """A value that is no block: text, numbers, and lists and maps of them, whose keys are the program's own."""
    value, secret = _plain(value)
    if secret:
        return Written(SENSITIVE, False, True, _expression(references(name, None, True)))
    if is_unknown(value):
        return Written(None, True, False, _expression(references(name, None, True)))
    if isinstance(value, list):
        items = [_value(name, item, references) for item in value]
        return Written(
            [one.value for one in items],
            _if_any([one.unknown for one in items]),
            _if_any([one.sensitive for one in items]),
            _together(items),
        )
    if isinstance(value, Mapping):
        members = {str(key): _value(name, item, references) for key, item in value.items() if key not in _INTERNAL}
        return Written(
            {key: one.value for key, one in members.items() if one.unknown is not True},
            {key: one.unknown for key, one in members.items() if one.unknown is not False} or False,
            {key: one.sensitive for key, one in members.items() if one.sensitive is not False} or False,
            _together(list(members.values())),
        )
    return Written(value, False, False, _expression(references(name, value, False)))


def _together(items: list[Written]) -> Any:
    """The references of the members of a list or a map, which are one expression."""
    return _expression(
        list(dict.fromkeys(one for item in items if item.expression for one in item.expression["references"]))
    )


def _expression(references: list[str]) -> Any:
    return {"references": references} if references else None


def _if_any(items: list[Any]) -> Any:
    """What is unknown or secret in the items of a list; False where nothing is."""
    return items if any(item is not False for item in items) else False
