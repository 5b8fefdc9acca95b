"""A case of a policy as somebody finds it who follows the policy's advice: what the program says, and what is wrong."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from offline.aws import schema
from offline.aws.source import snake_case
from pulumi_guardrails.core.policy import Policy
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.value import UNKNOWN, Secret
from pulumi_guardrails.core.verdict import Finding, Verdict
from pulumi_guardrails.engine.configuration import configure
from pulumi_guardrails.engine.evaluation import judge, judge_in_stack, judge_stack
from tests.policypack.advice.grammar import KEY_ARN, Instruction, Key, members, on_the_wire, wire_name
from tests.policypack.cases import Case, good

_KEY_TOKEN = "aws:kms/key:Key"


@dataclass
class Scene:
    """The program of a case, which changes as advice is followed.

    Attributes:
        case: The case.
        resources: What the program declares.
        settings: The configuration of the policy.
    """

    case: Case
    resources: list[Resource] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.resources = [copy.copy(one) for one in self.case.stack or [self.case.resource]]
        for one in self.resources:
            one.properties = copy.deepcopy(dict(one.properties))
            one.outputs = copy.deepcopy(dict(one.outputs))
            one.dependencies = {key: list(urns) for key, urns in one.dependencies.items()}
        self.settings = copy.deepcopy(dict(self.case.settings))

    @property
    def policy(self) -> Policy:
        """The policy."""
        return self.case.declared

    def verdicts(self) -> list[tuple[Resource | None, Verdict]]:
        """What the policy says now of the resource that the case is about, or of all of them."""
        configuration, stack = configure(self.policy, self.settings), Stack(self.resources)
        if self.policy.on_stack:
            found = judge_stack(self.policy, stack, configuration)
        else:
            judged = [(one, judge(self.policy, one, configuration)) for one in stack.of(*self.policy.kinds)]
            found = [(one, judge_in_stack(self.policy, stack, one, verdict, configuration)) for one, verdict in judged]
        at = self.case.at
        return [(one, verdict) for one, verdict in found if not at or one is None or one.name == at]

    def violations(self) -> list[tuple[Resource | None, Finding]]:
        """What is wrong now, with the resource that is blamed."""
        return [
            (one, finding) for one, verdict in self.verdicts() if verdict.is_violation for finding in verdict.findings
        ]

    def add(self, resource: Resource) -> Resource:
        """Declare one more resource."""
        self.resources.append(resource)
        return resource

    def remove(self, resource: Resource) -> None:
        """Declare a resource no longer."""
        self.resources = [one for one in self.resources if one.urn != resource.urn]

    def key(self) -> Resource:
        """A key of the program, which is made where there is none."""
        found = [one for one in self.resources if one.type == _KEY_TOKEN and one.name == "new-key"]
        return found[0] if found else self.add(good(_KEY_TOKEN, "new-key"))

    def follow(self, resource: Resource, finding: Finding, instruction: Instruction) -> None:
        """Do what an instruction says to a resource.

        Raises:
            AssertionError: Neither the resource nor the block that the finding is about has such an argument.
        """
        path = wire_path(resource, finding, instruction)
        value = instruction.value
        if not instruction.removes:
            value = self._usable(resource, path, value)
        properties = dict(resource.properties)
        _write(properties, path, value, instruction.removes)
        resource.properties = properties
        resource.outputs = {**resource.outputs, str(path[0]): properties.get(str(path[0]))}

    def _usable(self, resource: Resource, path: list[str | int], value: Any) -> Any:
        if not _has_key(value):
            return _typed(resource, path, value)
        edges = [*resource.dependencies.get(str(path[0]), ()), self.key().urn]
        resource.dependencies = {**resource.dependencies, str(path[0]): edges}
        resource.depends_on = [*resource.depends_on, self.key().urn]
        return _typed(resource, path, _without_keys(value))


def advice_of(policy: Policy, finding: Finding) -> str:
    """The advice on a finding, as its message gives it."""
    return finding.fix or policy.remediation_steps


def wire_path(resource: Resource, finding: Finding, instruction: Instruction) -> list[str | int]:
    """Where an instruction writes: from the block that it names, from the one that the finding is about, or the top.

    Raises:
        AssertionError: There is no such argument in any of them.
    """
    named = _parts(instruction.below)
    about = _parts(finding.path)
    beginnings = [named] if named else [about[:end] for end in range(len(about), -1, -1)]
    tried = []
    for beginning in beginnings:
        start = _resolved(resource.type, beginning)
        if start is None:
            continue
        found = _resolved(resource.type, [*start, *_parts(instruction.path)])
        if found is not None:
            return found
        tried.append(start)
    raise AssertionError(f"{resource.type} has no argument {instruction.path}, neither at its top nor at {tried}")


def _parts(path: str) -> list[str | int]:
    return [int(part) if part.isdigit() else part for part in re.findall(r"[^.\[\]]+", path)]


def _resolved(token: str, path: list[str | int]) -> list[str | int] | None:
    """A path, spelled as in Python or on the wire, as it is on the wire; None where the type has no such path."""
    declared, found = schema.resource(token).inputs, list[str | int]()
    for part in path:
        if isinstance(part, int):
            found.append(part)
            continue
        wire = part if part in declared else next((one for one in declared if snake_case(one) == part), None)
        if wire is None:
            return None
        found.append(wire)
        declared = members(declared[wire].type)
    return found


def _typed(resource: Resource, path: list[str | int], value: Any) -> Any:
    """A value with its argument names as they are on the wire at a path."""
    declared = schema.resource(resource.type).inputs
    for part in path:
        if isinstance(part, str):
            declared = members(declared[wire_name(declared, snake_case(part), resource.type)].type)
    return on_the_wire(value, declared)


def _write(holder: dict[str, Any], path: list[str | int], value: Any, removes: bool) -> None:
    """Set or remove what a path leads to, through secrets and blocks that are written as lists of one."""
    first, *rest = path
    if not rest:
        if removes:
            holder.pop(str(first), None)
        else:
            holder[str(first)] = value
        return
    before = holder.get(str(first))
    block = before.value if isinstance(before, Secret) else before
    index = rest[0] if isinstance(rest[0], int) else None
    if isinstance(block, list) and block:
        items = list(block)
        inner = items[index or 0]
        changed = dict(inner) if isinstance(inner, Mapping) else {}
        _write(changed, rest[1:] if index is not None else rest, value, removes)
        items[index or 0] = changed
        holder[str(first)] = items
    else:
        changed = dict(block) if isinstance(block, Mapping) else {}
        _write(changed, rest[1:] if index is not None else rest, value, removes)
        holder[str(first)] = [changed] if index is not None else changed


def _has_key(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(map(_has_key, value.values()))
    return any(map(_has_key, value)) if isinstance(value, list) else isinstance(value, Key)


def _without_keys(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _without_keys(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_without_keys(item) for item in value]
    return UNKNOWN if value is KEY_ARN else value
