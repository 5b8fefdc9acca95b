"""How the table of a policy is written: good resources, and cases that bend one property of one.

The policies of `pulumi_guardrails/policies/SERVICE/NAME.py` have their good resources in
`tests/policypack/good/SERVICE.py` (`GOOD`, by type token) and their table in
`tests/policypack/policies/SERVICE/cases_NAME.py` (`CASES`). One test runs every table, and one holds the tables to the
promise that each policy has every row (`test_policies.py`, `test_conformance.py`).
"""

from __future__ import annotations

import copy
import importlib
import pkgutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

import tests.policypack.good
import tests.policypack.policies
from pulumi_guardrails.aws.resource_types import kind_of
from pulumi_guardrails.core.policy import Policy
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.value import ABSENT, UNKNOWN
from pulumi_guardrails.core.verdict import Outcome, Verdict, all_in
from pulumi_guardrails.engine.configuration import Configuration, configure
from pulumi_guardrails.engine.evaluation import (
    judge,
    judge_in_stack,
    judge_stack,
    undecided_message,
    violation_message,
)
from pulumi_guardrails.registry import all_policies

COMPLIANT, VIOLATION = Outcome.COMPLIANT, Outcome.VIOLATION
NOT_APPLICABLE, UNDECIDED = Outcome.NOT_APPLICABLE, Outcome.UNDECIDED

PREFIX = "urn:pulumi:dev::ml-api::"


def urn_of(token: str, name: str) -> str:
    """The URN of a resource in the tests' stack."""
    return f"{PREFIX}{token}::{name}"


@dataclass(frozen=True)
class Ref:
    """A property computed from another resource: unknown at preview, with a dependency edge to it.

    Args:
        token: The type token of the resource referred to.
        name: Its name.
    """

    token: str
    name: str


def resource(token: str, name: str = "under-test", /, **properties: Any) -> Resource:
    """A resource with exactly these properties; a `Ref`, also inside a list or object, becomes unknown with an edge.

    Examples:
        >>> resource("aws:ec2/subnet:Subnet", "a", vpcId=Ref("aws:ec2/vpc:Vpc", "v"), cidrBlock="10.0.0.0/24")
    """
    edges: dict[str, list[str]] = {}
    plain: dict[str, Any] = {}
    for key, value in properties.items():
        found: list[str] = []
        plain[key] = _without_refs(value, found)
        if found:
            edges[key] = found
    return Resource(
        type=token,
        name=name,
        urn=urn_of(token, name),
        properties=plain,
        kind=kind_of(token),
        outputs={**plain, "id": UNKNOWN, "arn": UNKNOWN},
        dependencies=edges,
        depends_on=[urn for urns in edges.values() for urn in urns],
    )


def good(token: str, name: str = "under-test", /, **changes: Any) -> Resource:
    """The good resource of a type with changes by dotted path (`versioning__enabled=False`); `ABSENT` removes."""
    return resource(token, name, **bend(good_resources()[token], {k.replace("__", "."): v for k, v in changes.items()}))


def bend(properties: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """A copy with changes by dotted path; a number in a path is the index of a list, `ABSENT` removes."""
    bent = copy.deepcopy(dict(properties))
    for path, value in changes.items():
        *way, last = path.split(".")
        target: Any = bent
        for key in way:
            target = target[int(key)] if isinstance(target, list) else target.setdefault(key, {})
        if isinstance(target, list):
            target[int(last)] = value
        elif value is ABSENT:
            target.pop(last, None)
        else:
            target[last] = value
    return bent


@dataclass(frozen=True)
class Case:
    """One row of a policy's table.

    Attributes:
        policy: The name of the policy.
        says: What is promised, as a short phrase; unique within the policy.
        outcome: The outcome that is promised.
        change: For a resource policy: what is bent in the good resource, by dotted path.
        token: For a resource policy: the type; that of the policy's first kind where it is empty.
        delete_before_replace: For a resource policy: Pulumi's resource option of that name.
        stack: For a stack policy, or what the stack decides of a resource policy: the resources of the stack.
        at: With a stack: the name of the resource the outcome is promised for; empty for the whole.
        settings: The policy's configuration.
        finds: Texts that the message must have (of a violation or an undecided verdict).
    """

    policy: str
    says: str
    outcome: Outcome
    change: Mapping[str, Any] = field(default_factory=dict)
    token: str = ""
    delete_before_replace: bool = False
    stack: Sequence[Resource] = ()
    at: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    finds: Sequence[str] = ()

    @property
    def id(self) -> str:
        """What a test run names it."""
        return f"{self.policy}: {self.says}"

    @property
    def declared(self) -> Policy:
        """The policy itself."""
        return policies_by_name()[self.policy]

    @cached_property
    def configuration(self) -> Configuration:
        """The policy's configuration, checked."""
        return configure(self.declared, self.settings)

    @property
    def resource(self) -> Resource:
        """The resource judged by a resource policy."""
        token = self.token or self.declared.kinds[0].tokens[0]
        bent = resource(token, **bend(good_resources()[token], self.change))
        bent.delete_before_replace = self.delete_before_replace
        return bent

    def verdict(self) -> Verdict:
        """The verdict that is reached."""
        if not self.declared.on_stack and not self.stack:
            return judge(self.declared, self.resource, self.configuration)
        verdicts = self.verdicts_in(Stack(self.stack))
        chosen = [v for r, v in verdicts if not self.at or r is None or r.name == self.at]
        return all_in(chosen, Verdict(Outcome.NOT_APPLICABLE))

    def messages(self) -> list[str]:
        """Every message that is reported of the resource that the outcome is promised for, or of the whole stack."""
        stack = Stack(self.stack) if self.stack else None
        if stack is None and not self.declared.on_stack:
            verdicts: list[tuple[Resource | None, Verdict]] = [(self.resource, self.verdict())]
        else:
            verdicts = self.verdicts_in(stack or Stack(()))
        return [
            violation_message(self.declared, resource, verdict.findings)
            if verdict.is_violation
            else undecided_message(self.declared, resource, verdict.findings, stack, preview=True)
            for resource, verdict in verdicts
            if verdict.findings and (not self.at or resource is None or resource.name == self.at)
        ]

    def verdicts_in(self, stack: Stack) -> list[tuple[Resource | None, Verdict]]:
        """The verdicts on the resources of a stack."""
        policy, configuration = self.declared, self.configuration
        if policy.on_stack:
            return judge_stack(policy, stack, configuration)
        judged = [(one, judge(policy, one, configuration)) for one in stack.of(*policy.kinds)]
        return [(one, judge_in_stack(policy, stack, one, verdict, configuration)) for one, verdict in judged]


@cache
def policies_by_name() -> dict[str, Policy]:
    """Every policy of the pack."""
    return {policy.name: policy for policy in all_policies()}


@cache
def good_resources() -> dict[str, dict[str, Any]]:
    """The good resource of each type, from every module of `tests.policypack.good`."""
    found: dict[str, dict[str, Any]] = {}
    for module in pkgutil.iter_modules(tests.policypack.good.__path__):
        for token, properties in importlib.import_module(
            f"{tests.policypack.good.__name__}.{module.name}"
        ).GOOD.items():
            assert token not in found, f"two good resources for {token}"
            found[token] = properties
    return found


@cache
def all_cases() -> tuple[Case, ...]:
    """Every row of every table."""
    found: list[Case] = []
    package = tests.policypack.policies
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if module.name.rpartition(".")[2].startswith("cases_"):
            found.extend(importlib.import_module(module.name).CASES)
    return tuple(found)


def _without_refs(value: Any, found: list[str]) -> Any:
    if isinstance(value, Ref):
        found.append(urn_of(value.token, value.name))
        return UNKNOWN
    if isinstance(value, Mapping):
        return {key: _without_refs(item, found) for key, item in value.items()}
    return [_without_refs(item, found) for item in value] if isinstance(value, list) else value


def rows(policy: str, token: str = "", **outcomes: Sequence[tuple[Any, ...]]) -> Iterator[Case]:
    """Several cases of one resource policy at once: `rows("name", violation=[("says", {change}, "found text")])`."""
    for word, entries in outcomes.items():
        for says, change, *finds in entries:
            yield Case(policy, says, Outcome[word.upper()], change, token, finds=finds)
