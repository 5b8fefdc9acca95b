"""Runs an example on the typed arguments of `pulumi_aws`, and has what it registers as a policy sees it.

What AWS computes is unknown, as at a first preview, with the engine's edges to what it is computed from.
"""

from __future__ import annotations

import ast
import asyncio
import builtins
import functools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi
import pulumi_aws as aws
from pulumi.runtime import mocks, rpc
from pulumi.runtime.settings import set_root_resource

from offline.aws import schema
from offline.aws import values as engine_values
from offline.aws.check import check_properties
from pulumi_guardrails.aws.resource_types import kind_of
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.value import UNKNOWN, Secret
from pulumi_guardrails.engine.property_bags import read_properties
from tests.policypack.advice.surroundings import OTHERS, SURROUNDINGS

REMAINING_ARGUMENTS = "others"
"""The name by which an example leaves out the arguments that its policy is not about: `**others`."""


@dataclass
class _Engine(mocks.Mocks):
    """An engine in which everything that AWS computes is unknown."""

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        """What is given comes back, and every other output is unknown."""
        if not args.typ.startswith("aws:"):
            return rpc.UNKNOWN, args.inputs
        computed = dict.fromkeys(schema.resource(args.typ).outputs, rpc.UNKNOWN)
        return rpc.UNKNOWN, {**computed, **args.inputs}

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        """An example asks AWS nothing."""
        raise NotImplementedError(args.token)


@dataclass
class _Monitor(mocks.MockMonitor):
    """Keeps what a registration says beside its inputs."""

    engine: _Engine
    registered: list[Resource] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(self.engine)

    def RegisterResource(self, request: Any) -> Any:
        """Keep the resource as the analyzer would get it, then let the engine answer."""
        if request.custom:
            properties = read_properties(request.object)
            self.registered.append(
                Resource(
                    type=request.type,
                    name=request.name,
                    urn=self.make_urn(request.parent, request.type, request.name),
                    properties=properties,
                    kind=kind_of(request.type),
                    outputs={**properties, "id": UNKNOWN, "arn": UNKNOWN},
                    dependencies={key: list(urns.urns) for key, urns in request.propertyDependencies.items()},
                    depends_on=list(request.dependencies),
                    provider=self._configuration_of(request.provider),
                )
            )
        return super().RegisterResource(request)  # type: ignore[no-untyped-call]

    def _configuration_of(self, provider: str) -> Mapping[str, Any]:
        """The configuration of a provider by its reference, which is its URN and its id."""
        named = [one for one in self.registered if provider.startswith(f"{one.urn}::")]
        return named[0].properties if named else {}


@functools.cache
def run(example: str) -> tuple[Resource, ...]:
    """The resources that an example registers, those that it refers to first.

    Raises:
        AssertionError: It is told a name that the types of `pulumi_aws` do not have, or lacks one that they require.
        Exception: What the program itself raises, such as a TypeError for an argument that does not exist.
    """
    asyncio.set_event_loop(asyncio.new_event_loop())
    engine = _Engine()
    monitor = _Monitor(engine)
    set_root_resource(None)  # type: ignore[arg-type]
    pulumi.runtime.set_mocks(engine, project="ml-api", stack="dev", preview=True, monitor=monitor)

    def program() -> None:
        names: dict[str, Any] = {"aws": aws, "pulumi": pulumi, "json": json}
        for name in _free_names(example):
            if name not in names and name != REMAINING_ARGUMENTS:
                names[name] = SURROUNDINGS[name]()
        names[REMAINING_ARGUMENTS] = _remaining_arguments(example)
        exec(compile(example, "example", "exec"), names)

    pulumi.runtime.test(program)()  # type: ignore[no-untyped-call]
    for resource in monitor.registered:
        if resource.kind is not None:
            refused = list(wrong_names(resource.type, resource.properties))
            assert refused == [], resource.label
    return tuple(monitor.registered)


def wrong_names(token: str, properties: Mapping[str, Any]) -> Iterator[str]:
    """What the types of `pulumi_aws` refuse of a resource's properties, at any depth, as sentences."""
    declared = schema.resource(token).inputs
    for failure in check_properties(_as_of_engine(properties), declared, token):
        yield f"{failure.property} {failure.reason}"


def _as_of_engine(value: Any) -> Any:
    """A value of the policy pack as one of the stand-in for the AWS plugin."""
    if value is UNKNOWN:
        return engine_values.UNKNOWN
    if isinstance(value, Secret):
        return engine_values.Secret(_as_of_engine(value.value))
    if isinstance(value, Mapping):
        return {key: _as_of_engine(item) for key, item in value.items()}
    return [_as_of_engine(item) for item in value] if isinstance(value, list) else value


def _free_names(example: str) -> list[str]:
    """The names that an example uses and does not make, in the order of the text."""
    nodes = list(ast.walk(ast.parse(example)))
    names = [node for node in nodes if isinstance(node, ast.Name)]
    made = {name.id for name in names if isinstance(name.ctx, ast.Store)}
    used = sorted((name for name in names if name.id not in made), key=lambda name: (name.lineno, name.col_offset))
    return list(dict.fromkeys(name.id for name in used if name.id not in dir(builtins)))


def _remaining_arguments(example: str) -> Mapping[str, Any]:
    """What `**others` stands for: what the resource needs besides the arguments that the example gives it."""
    for call in ast.walk(ast.parse(example)):
        if isinstance(call, ast.Call) and any(keyword.arg is None for keyword in call.keywords):
            given = {keyword.arg for keyword in call.keywords}
            return {name: value for name, value in OTHERS[ast.unparse(call.func)].items() if name not in given}
    return {}
