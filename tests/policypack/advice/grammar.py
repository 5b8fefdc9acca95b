"""What advice tells somebody to write, read off its sentence: `Set NAME=VALUE`, `Remove NAME`, `Leave NAME out`.

Names are those of `pulumi_aws`'s Python arguments, with the path to a nested one as in `log_configuration.logging` or
`origins[0].origin_id`; a value is a Python expression.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from offline.aws import schema
from offline.aws.schema import Properties, Type
from offline.aws.source import snake_case

_NAME = r"[a-z][a-z0-9_]*(?:\[\d+\])?(?:\.[a-z][a-z0-9_]*(?:\[\d+\])?)*"
_ASSIGNMENT = re.compile(rf"(?<![\w.\"'$(])({_NAME})=(?=[\w\"'\[{{])")
_REMOVAL = re.compile(
    rf"\b(?:[Rr]emove|[Ll]eave out) ({_NAME})(?=[.,;=]| and | from )|\b[Ll]eave ({_NAME}) out\b|({_NAME})=…"
)
_DESCRIPTION = re.compile(rf"(?:\b[Ss]et|,(?: and| or)?| and) ({_NAME})(?: and ({_NAME}))? to (?!HTTPS)")
_PLACE = re.compile(rf"\bSet in ({_NAME}) (?=[a-z])")
_NO_NAMES = frozenset(("it", "nothing", "on", "the"))
_WORD = re.compile(r"(?<![\w/.:\"-])[a-z][a-z0-9]*(?:_[a-z0-9]+)+(?![\w:/-])")


@dataclass(frozen=True)
class Key:
    """A value that is the ARN of a key of the program, `key.arn`: unknown at preview, with an edge to the key."""


KEY_ARN = Key()


@dataclass(frozen=True)
class Described:
    """A value that advice only describes, as in "to the ARN of an SNS topic": who follows it has to find one."""


DESCRIBED = Described()


@dataclass(frozen=True)
class Instruction:
    """One thing to write.

    Attributes:
        path: The argument, as the advice spells it.
        value: What it is set to; None where it is to be left out.
        below: The block that the advice names for it, as in "Set in ingress[0] protocol=…"; empty for none.
    """

    path: str
    value: Any
    below: str = ""

    @property
    def removes(self) -> bool:
        """Whether the argument is to be left out."""
        return self.value is None


def instructions(advice: str) -> list[Instruction]:
    """What a piece of advice says word for word; what it only describes is not in it."""
    place = _PLACE.search(advice)
    below = place[1] if place else ""
    left_out = {name: Instruction(name, None, below) for name in _left_out(advice)}
    found = [
        Instruction(match[1], _value(_expression(advice[match.end() :])), below)
        for match in _ASSIGNMENT.finditer(advice)
        if match[1] not in left_out and not _inside_call(advice, match.start())
    ]
    given = {one.path for one in found}
    described = [
        Instruction(name, DESCRIBED, below)
        for match in _DESCRIPTION.finditer(advice)
        for name in match.groups()
        if name and name not in given and name not in left_out and name not in _NO_NAMES
    ]
    return [*found, *described, *left_out.values()]


def words(advice: str) -> set[str]:
    """The words of advice that look like an argument of Python: lower case, with an underscore."""
    return set(_WORD.findall(advice))


def _left_out(advice: str) -> Iterator[str]:
    for match in _REMOVAL.finditer(advice):
        name = match[1] or match[2] or match[3]
        if name not in _NO_NAMES:
            yield name


def _inside_call(advice: str, position: int) -> bool:
    """Whether a place in advice is inside brackets, so that a name there belongs to an expression."""
    before = advice[:position]
    return any(before.count(first) > before.count(last) for first, last in ("()", "[]", "{}"))


def _expression(text: str) -> ast.expr:
    """The longest Python expression without a space outside of brackets and quotes that a text begins with."""
    depth, quoted = 0, ""
    for end, character in enumerate(text):
        if quoted:
            quoted = "" if character == quoted else quoted
        elif character in "\"'":
            quoted = character
        elif character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
        if depth < 0 or (depth == 0 and not quoted and character in " ,;"):
            return ast.parse(text[:end].rstrip("."), mode="eval").body
    return ast.parse(text.rstrip("."), mode="eval").body


def _value(node: ast.expr) -> Any:
    if isinstance(node, ast.Call):
        return {keyword.arg: _value(keyword.value) for keyword in node.keywords}
    if isinstance(node, ast.Dict):
        return {ast.literal_eval(key): _value(item) for key, item in zip(node.keys, node.values, strict=True) if key}
    if isinstance(node, ast.List):
        return [_value(item) for item in node.elts]
    if isinstance(node, ast.Attribute):
        return KEY_ARN
    if isinstance(node, ast.Name):
        return node.id
    return ast.literal_eval(node)


# --- names, as the types of `pulumi_aws` have them


def wire_name(declared: Properties, name: str, owner: str) -> str:
    """The name on the wire of a Python argument.

    Raises:
        AssertionError: The type has no such argument.
    """
    found = [wire for wire in declared if snake_case(wire) == name]
    assert found, f"{owner} has no argument {name}"
    return found[0]


def members(type_: Type) -> Properties:
    """The arguments of an object type, or of the objects in a list; empty for anything else."""
    if type_.kind == "object":
        return schema.object_type(type_.file, type_.name)
    return next((found for found in map(members, type_.items) if found), {})


def on_the_wire(value: Any, declared: Properties) -> Any:
    """A value with the argument names of its objects as they are on the wire."""
    if isinstance(value, Mapping) and declared:
        names = {name: wire_name(declared, name, "the object") for name in value}
        return {names[name]: on_the_wire(item, members(declared[names[name]].type)) for name, item in value.items()}
    return [on_the_wire(item, declared) for item in value] if isinstance(value, list) else value


def all_names(declared: Properties, depth: int = 6) -> set[str]:
    """The Python arguments of a type and of the objects in it."""
    if depth == 0:
        return set()
    below = [all_names(members(one.type), depth - 1) for one in declared.values()]
    return {snake_case(wire) for wire in declared}.union(*below)
