"""Which part of a property refers to which resource.

The engine says only what a property as a whole is computed from.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from audit.terraform.mapping import Argument
from audit.terraform.values import References, is_unknown, write

_LEAST_LENGTH = 8
"""How long a known output must be to be looked for inside a text: ARNs and ids are, `true` and `80` are not."""


@dataclass(frozen=True)
class Target:
    """A resource that a property is computed from.

    Attributes:
        address: Its address in the plan.
        type: Its resource type in Terraform.
        outputs: What is known of it, by the names of Pulumi's.
    """

    address: str
    type: str
    outputs: Mapping[str, Any]


@dataclass(frozen=True)
class _Part:
    """A value in a property: the name of its argument, and what is known of it."""

    name: str
    value: Any
    is_unknown: bool


def assign(argument: Argument, value: Any, targets: Sequence[Target]) -> References:
    """What each part of a property refers to, in the order in which the parts are written.

    A known part refers to the resource whose output it has. An unknown one refers to the resource that its argument is
    named after, such as `subnets` of a block to subnets and `security_groups` to security groups. What then refers to
    nothing may refer to each of the rest.
    """
    if not targets:
        return _to_nothing
    parts: list[_Part] = []

    def collect(name: str, value: Any, unknown: bool) -> list[str]:
        parts.append(_Part(name, value, unknown))
        return []

    write(argument, value, collect, lambda path: None, "")
    found = iter(_assigned(parts, targets))

    def references(name: str, value: Any, unknown: bool) -> list[str]:
        return next(found)

    return references


def _to_nothing(name: str, value: Any, unknown: bool) -> list[str]:
    return []


def _assigned(parts: Sequence[_Part], targets: Sequence[Target]) -> list[list[str]]:
    found: list[list[str]] = [[] for _ in parts]
    placed: set[str] = set()
    for number, part in enumerate(parts):
        if part.is_unknown:
            scores = {target.address: len(_words(part.name) & _words(target.type)) for target in targets}
            best = max(scores.values())
            chosen = [(target, _attribute(part.name)) for target in targets if best and scores[target.address] == best]
        else:
            chosen = [(target, name) for target in targets if (name := _output(part.value, target))]
        for target, attribute in chosen:
            found[number] += [f"{target.address}.{attribute}", target.address]
            placed.add(target.address)
    rest = [target for target in targets if target.address not in placed]
    unknown = [number for number, part in enumerate(parts) if part.is_unknown]
    for number in [one for one in unknown if not found[one]] or unknown or list(range(len(parts)))[:1]:
        for target in rest:
            found[number] += [f"{target.address}.{_attribute(parts[number].name)}", target.address]
    return found


def _words(name: str) -> set[str]:
    return {word.removesuffix("s") for word in name.removeprefix("aws_").split("_")}


def _attribute(name: str) -> str:
    return "arn" if re.search(r"(^|_)arns?$", name) else "id"


def _output(value: Any, target: Target) -> str:
    """The attribute of a resource that a known value has or holds; empty where it has none."""
    if not isinstance(value, str) or not value:
        return ""
    outputs = {
        name: one for name, one in target.outputs.items() if isinstance(one, str) and one and not is_unknown(one)
    }
    for name, one in outputs.items():
        if one == value:
            return _snake(name)
    for name in ("arn", "id", *outputs):
        one = outputs.get(name, "")
        if len(one) >= _LEAST_LENGTH and one in value:
            return _snake(name)
    return ""


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()
