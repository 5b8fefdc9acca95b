"""Runs the whole program under Pulumi's mocks, as the engine would at a first preview: what AWS computes is unknown."""

from __future__ import annotations

import runpy
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pulumi
from pulumi.runtime import mocks, rpc
from pulumi.runtime.settings import set_root_resource

PROGRAM = Path(__file__).resolve().parents[2] / "infra" / "__main__.py"
ACCOUNT = "123456789012"
CERTIFICATE = "12345678-1234-1234-1234-123456789012"


@dataclass
class Resource:
    """One registered resource: its type, its name, and its inputs as a policy would see them."""

    type: str
    name: str
    inputs: Mapping[str, Any]


@dataclass
class Stack(mocks.Mocks):
    """What the program registered, and what it asked."""

    zones: list[str]
    certificate_names: list[str]
    resources: list[Resource] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        """Records the resource. Its inputs come back as outputs; what AWS would compute is unknown."""
        if args.typ == "aws:acm/certificate:Certificate" and args.resource_id:
            return args.resource_id, {
                "domainName": self.certificate_names[0],
                "subjectAlternativeNames": self.certificate_names,
            }
        self.resources.append(Resource(args.typ, args.name, args.inputs))
        computed = {name: rpc.UNKNOWN for name in COMPUTED.get(args.typ, ()) if name not in args.inputs}
        return rpc.UNKNOWN, {**args.inputs, **computed}

    def call(self, args: mocks.MockCallArgs) -> dict[str, Any]:
        """Answers the two questions that the program asks."""
        self.calls.append(args.token)
        answers: dict[str, dict[str, Any]] = {
            "aws:index/getCallerIdentity:getCallerIdentity": {"accountId": ACCOUNT},
            "aws:index/getAvailabilityZones:getAvailabilityZones": {"names": self.zones},
        }
        return answers[args.token]

    def all(self, kind: str) -> list[Resource]:
        """Every resource whose type ends in this, such as `ec2/subnet:Subnet`."""
        return [resource for resource in self.resources if resource.type.endswith(kind)]

    def one(self, kind: str, name: str | None = None) -> Mapping[str, Any]:
        """The inputs of the only resource of a type, or of the one with this name."""
        found = [resource for resource in self.all(kind) if name is None or resource.name == name]
        assert len(found) == 1, f"{len(found)} resources are {kind} {name or ''}"
        return found[0].inputs


# Outputs that others read and that are no input as well.
COMPUTED = {
    "aws:rds/cluster:Cluster": ("endpoint", "port", "masterUserSecrets", "arn"),
    "aws:acm/certificate:Certificate": ("arn", "domainValidationOptions"),
}


def run(
    configuration: Mapping[str, str] | None = None,
    *,
    secrets: Mapping[str, str] | None = None,
    stack: str = "dev",
    zones: list[str] | None = None,
    certificate_names: list[str] | None = None,
) -> Stack:
    """Runs the program with this configuration (keys without the project's namespace) on an empty stack."""
    values = {**(configuration or {}), **(secrets or {})}
    full = {key if ":" in key else f"ml-api:{key}": value for key, value in values.items()}
    recorder = Stack(
        zones or ["us-east-1a", "us-east-1b", "us-east-1c", "us-east-1d"], certificate_names or ["*.example.com"]
    )
    set_root_resource(None)  # type: ignore[arg-type]
    pulumi.runtime.set_all_config(full, [f"ml-api:{key}" for key in secrets or {}])
    pulumi.runtime.set_mocks(recorder, project="ml-api", stack=stack, preview=True)
    sys.path.insert(0, str(PROGRAM.parent))
    try:
        pulumi.runtime.test(lambda: runpy.run_path(str(PROGRAM), run_name="__main__") and None)()
    finally:
        sys.path.remove(str(PROGRAM.parent))
    return recorder
