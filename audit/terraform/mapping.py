"""How the resource types and properties of `pulumi_aws` are named in Terraform.

The data is derived by `tools/terraform_schema.py` and names its sources.
"""

from __future__ import annotations

import functools
import gzip
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

DATA = Path(__file__).with_name("mapping.json.gz")

SIMPLE, LIST, ONE, MANY, OBJECT, ANY = "simple", "list", "one", "many", "object", "any"
"""How a property is written: as it is; as a list of one where it is none; as a block that is there at most once, as
Terraform writes it a list of one; as a block that repeats; as a nested attribute; as blocks without a schema."""


@dataclass(frozen=True)
class Argument:
    """An argument in Terraform.

    Attributes:
        name: Its name.
        nesting: How its value is written.
        block: The arguments of the nested block, by the property of Pulumi's.
    """

    name: str
    nesting: str = SIMPLE
    block: Mapping[str, Argument] = field(default_factory=dict)


@dataclass(frozen=True)
class ResourceType:
    """A resource type in Terraform.

    Attributes:
        name: Its name.
        arguments: Its arguments, by the property of Pulumi's.
        secret: The properties that are secret whatever the program says.
    """

    name: str
    arguments: Mapping[str, Argument]
    secret: frozenset[str]


def resource_type(token: str) -> ResourceType | None:
    """The resource type of a token; None where none is known."""
    entry = _data()["resources"].get(token)
    if entry is None:
        return None
    return ResourceType(entry["type"], _arguments(entry.get("block", {})), frozenset(entry.get("secret", ())))


def terraform_provider() -> str:
    """The version of the Terraform provider whose names these are."""
    return str(_data()["terraform_provider"])


@functools.cache
def _data() -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(gzip.decompress(DATA.read_bytes()))
    return found


def _arguments(block: Mapping[str, Any]) -> dict[str, Argument]:
    return {name: _argument(written) for name, written in block.items()}


def _argument(written: Any) -> Argument:
    if isinstance(written, str):
        return Argument(written)
    name, nesting, *block = written
    return Argument(name, nesting, _arguments(block[0]) if block else {})


def unlisted(name: str, value: Any, *, in_block: bool = False) -> Argument:
    """The argument of a property that has no schema, named and written by the rules of the bridge.

    Args:
        name: The property of Pulumi's.
        value: Its value: what repeats is plural in Pulumi and, as a block, singular in Terraform.
        in_block: Whether it is in a block without a schema, where objects are blocks and no maps.
    """
    repeats = isinstance(value, list) and all(isinstance(item, Mapping) for item in value)
    words = re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()
    if not in_block:
        return Argument(words)
    if repeats:
        return Argument(words if words in PLURAL_BLOCKS else _singular(words), MANY)
    return Argument(words, ANY)


PLURAL_BLOCKS = frozenset({"managed_rule_group_configs"})
"""Blocks of WAFv2's statements, which have no schema, that are plural in Terraform ("aws_wafv2_web_acl", the argument
reference of `managed_rule_group_statement`)."""


def _singular(word: str) -> str:
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    return word.removesuffix("s") if not word.endswith("ss") else word
