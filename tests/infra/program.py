"""Runs the whole program under Pulumi's mocks, as the engine would at a first preview: what AWS computes is unknown."""

from __future__ import annotations

import runpy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pulumi
import yaml
from pulumi.runtime import mocks, rpc
from pulumi.runtime.settings import get_root_resource, set_root_resource

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "infra" / "__main__.py"
ACCOUNT = "123456789012"
CERTIFICATE = f"arn:aws:acm:us-east-1:{ACCOUNT}:certificate/12345678-1234-1234-1234-123456789012"
CLOUDFRONT_PREFIX_LIST = "pl-3b927c52"
PASSWORD = "Correct-Horse-9-Staple"

# Outputs that the program reads and that are no input as well.
COMPUTED = {
    "aws:rds/cluster:Cluster": ("endpoint", "masterUserSecrets"),
    "aws:acm/certificate:Certificate": ("domainValidationOptions",),
}


@dataclass(frozen=True)
class Resource:
    """One registered resource, as a policy would see it. What it refers to is named `Type::name`."""

    type: str
    name: str
    inputs: Mapping[str, Any]
    refers_to: Mapping[str, set[str]]
    after: set[str]
    ignores: Sequence[str]

    def __getitem__(self, key: str) -> Any:
        return self.inputs[key]

    def known(self, key: str) -> bool:
        """Whether a policy can read this input at a first preview."""
        return not isinstance(self.inputs[key], pulumi.output.Unknown)


class Monitor(mocks.MockMonitor):
    """A mock engine that also keeps what a registration says beside its inputs."""

    stack: Stack

    def RegisterResource(self, request: Any) -> Any:
        """Records the request for the mock that answers it."""
        self.stack.requests[(request.type, request.name)] = request
        return super().RegisterResource(request)  # type: ignore[no-untyped-call]


@dataclass
class Stack(mocks.Mocks):
    """What the program registered, asked and exported."""

    zones: list[str]
    certificate_names: list[str]
    existing: Mapping[str, Mapping[str, Any]]
    resources: list[Resource] = field(default_factory=list)
    requests: dict[tuple[str, str], Any] = field(default_factory=dict)
    outputs: set[str] = field(default_factory=set)

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        """Records the resource. Its inputs come back as outputs; what AWS would compute is unknown."""
        if args.resource_id:
            return args.resource_id, {
                "domainName": self.certificate_names[0],
                "subjectAlternativeNames": self.certificate_names,
            }
        request = self.requests[(args.typ, args.name)]
        self.resources.append(
            Resource(
                args.typ,
                args.name,
                args.inputs,
                {key: {_tail(urn) for urn in urns.urns} for key, urns in request.propertyDependencies.items()},
                {_tail(urn) for urn in request.dependencies},
                list(request.ignoreChanges),
            )
        )
        return rpc.UNKNOWN, {**args.inputs, **dict.fromkeys(COMPUTED.get(args.typ, ()), rpc.UNKNOWN)}

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        """Answers the questions that the program asks."""
        answers: dict[str, dict[str, Any]] = {
            "aws:index/getCallerIdentity:getCallerIdentity": {"accountId": ACCOUNT},
            "aws:index/getAvailabilityZones:getAvailabilityZones": {"names": self.zones},
            "aws:ec2/getManagedPrefixList:getManagedPrefixList": {"id": CLOUDFRONT_PREFIX_LIST},
            "pulumi:pulumi:readStackResourceOutputs": {
                "outputs": {
                    f"urn:pulumi:dev::ml-api::{kind}::name": {"type": kind.split("$")[-1], "outputs": dict(outputs)}
                    for kind, outputs in self.existing.items()
                }
            },
        }
        return answers[args.token], []

    def all(self, kind: str) -> list[Resource]:
        """Every AWS resource of a type, named by its last part, such as `Subnet`, or in full: `ecs/cluster:Cluster`."""
        return [found for found in self.aws() if found.type.endswith(f":{kind}") or found.type == f"aws:{kind}"]

    def one(self, kind: str, name: str | None = None) -> Resource:
        """The only resource of a type, or the one with this name."""
        found = [resource for resource in self.all(kind) if name is None or resource.name == name]
        assert len(found) == 1, f"{len(found)} resources are {kind} {name or ''}"
        return found[0]

    def aws(self) -> list[Resource]:
        """Every resource of AWS: neither components nor the provider."""
        return [resource for resource in self.resources if resource.type.startswith("aws:")]


def _tail(urn: str) -> str:
    _, kind, name = urn.rsplit("::", 2)
    return f"{kind.rsplit(':', 1)[-1]}::{name}"


def run(
    configuration: Mapping[str, str] | None = None,
    *,
    secrets: Mapping[str, str] | None = None,
    stack: str = "dev",
    zones: list[str] | None = None,
    certificate_names: list[str] | None = None,
    existing: Mapping[str, Mapping[str, Any]] | None = None,
) -> Stack:
    """Runs the program with this configuration (keys without the project's namespace).

    The stack is empty, but for the outputs of what `existing` holds by qualified type.
    """
    values = {**(configuration or {}), **(secrets or {})}
    full = {key if ":" in key else f"ml-api:{key}": value for key, value in values.items()}
    recorder = Stack(
        zones or [f"us-east-1{letter}" for letter in "abcd"], certificate_names or ["*.example.com"], existing or {}
    )
    monitor = Monitor(recorder)
    monitor.stack = recorder
    # Every run needs a root of its own: the program registers its tags there.
    set_root_resource(None)  # type: ignore[arg-type]
    pulumi.runtime.set_all_config(full, [key if ":" in key else f"ml-api:{key}" for key in secrets or {}])
    pulumi.runtime.set_mocks(recorder, project="ml-api", stack=stack, preview=True, monitor=monitor)

    def program() -> None:
        runpy.run_path(str(PROGRAM), run_name="__main__")

    pulumi.runtime.test(program)()  # type: ignore[no-untyped-call]
    recorder.outputs = set(get_root_resource().outputs)  # type: ignore[union-attr]
    return recorder


def stack_file(stack: str) -> dict[str, str]:
    """The configuration in `Pulumi.<stack>.yaml`."""
    text = (ROOT / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8")
    return {key.removeprefix("ml-api:"): str(value) for key, value in yaml.safe_load(text)["config"].items()}
