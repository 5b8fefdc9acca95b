"""How a resource or function of a small plugin is declared: its inputs, what it makes up, and how."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from offline.aws.check import Failure
from offline.aws.schema import Properties, Property, Type

STRING, INTEGER, BOOLEAN = Type("string"), Type("integer"), Type("boolean")
STRINGS = Type("list", (STRING,))
STRING_MAP = Type("map", (STRING,))
ANY_MAP = Type("map", (Type("any"),))

Inputs = Mapping[str, Any]
"""The inputs of a resource, with defaults filled in. In a check some may be `UNKNOWN`; no value is a `Secret`."""


def strings(*names: str) -> Properties:
    """Declare outputs that are text."""
    return {name: Property(name, STRING, required=True) for name in names}


def properties(**types: Type) -> Properties:
    """Declare properties by name on the wire; one whose name ends with an underscore is required."""
    return {
        name.removesuffix("_"): Property(name.removesuffix("_"), type_, required=name.endswith("_"))
        for name, type_ in types.items()
    }


def _nothing(_: Inputs) -> Iterator[Failure]:
    return iter(())


@dataclass(frozen=True)
class ResourceType:
    """A resource type of a small plugin.

    Attributes:
        inputs: what it takes.
        computed: the outputs that are no input, unknown before an update.
        create: makes id and computed outputs from the inputs.
        check: yields what the plugin refuses in inputs whose types are right.
        defaults: the inputs that the plugin fills in. They are outputs, not inputs, as with the real plugin.
        secrets: the outputs that are always secret.
        in_place: the inputs that can change without a replacement.
    """

    inputs: Properties
    computed: Properties
    create: Callable[[Inputs], tuple[str, dict[str, Any]]]
    check: Callable[[Inputs], Iterator[Failure]] = _nothing
    defaults: Mapping[str, Any] = field(default_factory=dict)
    secrets: frozenset[str] = frozenset()
    in_place: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Function:
    """A function: what it takes and returns, and how it answers. It raises ValueError for what the plugin refuses."""

    inputs: Properties
    outputs: Properties
    answer: Callable[[Inputs], dict[str, Any]]
    secrets: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Plugin:
    """A small plugin: its name, and what it has by token."""

    name: str
    resources: Mapping[str, ResourceType]
    functions: Mapping[str, Function] = field(default_factory=dict)
