"""The stacks that `make bench` measures: what the real engine asks of a pack, and the same as a Terraform plan.

This project's own stack is recorded once, with the configuration of `make preview`. Copies of it are made by names, in
the requests and in the document of `pulumi preview --json` alike. Two more stacks are made up.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from google.protobuf import empty_pb2
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import analyzer_pb2 as wire_types

from audit import preview_document
from audit.terraform.plan import Plan, plan
from offline.engine import Engine
from offline.layout import REPOSITORY
from offline.tools import Tools
from pulumi_guardrails.core.value import UNKNOWN
from pulumi_guardrails.engine.property_bags import write_properties
from pulumi_guardrails.registry import all_policies
from tests.engine.recording import RECORDER, VARIABLE, read_requests
from tests.engine.stacks import STRICT

Request = tuple[str, Any]
"""The method of Pulumi's analyzer protocol, and its message."""

OPENING = ("GetAnalyzerInfo", "Configure", "ConfigureStack")
"""What the engine asks once, before it asks about resources."""

GROUP, RULE = "aws:ec2/securityGroup:SecurityGroup", "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
INSTANCE, ROLE, POLICY = "aws:ec2/instance:Instance", "aws:iam/role:Role", "aws:iam/rolePolicy:RolePolicy"
CHAIN = 50
"""Security groups in a chain."""
STATEMENTS = 20
"""Statements in a role's policy."""

_NAME = "ml-api"
"""What the project is called, which is in each of its URNs and in most names."""


@dataclass(frozen=True)
class Recording:
    """What one preview of this project's stack left behind.

    Attributes:
        requests: What the engine asked of the pack, in its order.
        document: What `pulumi preview --json` printed.
    """

    requests: Sequence[Request]
    document: Mapping[str, Any]

    @property
    def opening(self) -> list[Request]:
        """What the engine asks once, before it asks about resources: every policy is configured in full."""
        return [request for request in self.requests if request[0] in OPENING]


class RecordingError(Exception):
    """The preview broke off, or asked less than a preview does; the message says what."""


def record(tools: Tools, folder: Path) -> Recording:
    """Preview this project's stack as `make preview` does, and write down what the engine asks of the pack.

    `folder` keeps the state and the requests. Raises RecordingError where the preview breaks off, or where the engine
    does not configure every policy.
    """
    file = folder / "requests"
    engine = Engine(tools, REPOSITORY, folder / "state", environment={VARIABLE: str(file)})
    result = engine.preview(policy_pack=RECORDER, policy_pack_config=STRICT, arguments=["--json"])
    if result.exit_code != 0 or not result.verdict.complete:
        raise RecordingError(f"the preview of this project's stack broke off:\n{result.output[-3000:]}")
    # The recorder keeps what has a content; the engine asks first what the pack is.
    requests: list[Request] = [("GetAnalyzerInfo", empty_pb2.Empty())]
    requests += [(request.method, request.message()) for request in read_requests(file)]
    require_full_configuration(requests, [policy.name for policy in all_policies()])
    return Recording(requests, json.loads(result.output))


def require_full_configuration(requests: Sequence[Request], policies: Iterable[str]) -> None:
    """Raise RecordingError unless the engine configures each of the policies once, with its settings."""
    given = [message.policyConfig for method, message in requests if method == "Configure"]
    without = [name for name in policies if not (given and name in given[0] and given[0][name].properties.fields)]
    if len(given) != 1 or without:
        raise RecordingError(
            f"the engine configured the pack {len(given)} times, and without settings of {len(without)} policies; "
            "expected one configuration of all."
        )


def copies(recording: Recording, times: int) -> list[Request]:
    """The requests of a stack that has the recorded one several times over, each copy with names of its own."""
    found = recording.opening
    whole = wire_types.AnalyzeStackRequest()
    for number in range(times):
        for method, message in recording.requests:
            if method in OPENING:
                continue
            data = message.SerializeToString().replace(_NAME.encode(), _name(number).encode())
            renamed = type(message).FromString(data)
            if method == "AnalyzeStack":
                whole.resources.extend(renamed.resources)
            else:
                found.append((method, renamed))
    return [*found, ("AnalyzeStack", whole)]


def plan_of_copies(recording: Recording, times: int) -> Plan:
    """The Terraform plan of the same stack as `copies`."""
    steps: list[Any] = []
    for number in range(times):
        steps += json.loads(json.dumps(recording.document["steps"]).replace(_NAME, _name(number)))
    return plan(preview_document.parse(json.dumps({**recording.document, "steps": steps})))


def _name(number: int) -> str:
    """A name as long as the project's own, as a message holds the lengths of its texts."""
    if number > 999:
        raise ValueError("expected at most 1,000 copies: their names have three digits.")
    return f"ml-{number:03}"


def for_other_policies(requests: Sequence[Request], names: Sequence[str]) -> list[Request]:
    """The requests as the engine sends them to a pack of other policies, which have no settings."""
    level = wire_types.PolicyConfig(enforcementLevel=wire_types.ADVISORY)
    configure = wire_types.ConfigureAnalyzerRequest(policyConfig=dict.fromkeys(names, level))
    return [(method, configure if method == "Configure" else message) for method, message in requests]


def of_resources(opening: Sequence[Request], resources: Sequence[wire_types.AnalyzerResource]) -> list[Request]:
    """The requests of a preview of a stack: each resource comes twice, to be remediated and to be analyzed."""
    found = list(opening)
    for one in resources:
        asked = wire_types.AnalyzeRequest(type=one.type, name=one.name, urn=one.urn, properties=one.properties)
        found += [("Remediate", asked), ("Analyze", asked)]
    return [*found, ("AnalyzeStack", wire_types.AnalyzeStackRequest(resources=resources))]


def chains_of_groups(number: int) -> Iterator[wire_types.AnalyzerResource]:
    """Security groups of instances, each of which lets in the one before it, in chains of `CHAIN`."""
    for index in range(number):
        group = _urn(GROUP, f"group-{index}")
        yield _resource(GROUP, f"group-{index}", {"description": "A group", "name": f"group-{index}"})
        yield _resource(INSTANCE, f"server-{index}", {"vpcSecurityGroupIds": UNKNOWN}, {"vpcSecurityGroupIds": [group]})
        if index % CHAIN:
            before = _urn(GROUP, f"group-{index - 1}")
            rule = {"securityGroupId": UNKNOWN, "referencedSecurityGroupId": UNKNOWN, "ipProtocol": "tcp"}
            ports = {"description": "From the one before", "fromPort": 443.0, "toPort": 443.0}
            edges = {"securityGroupId": [group], "referencedSecurityGroupId": [before]}
            yield _resource(RULE, f"rule-{index}", {**rule, **ports}, edges)


def roles(number: int) -> Iterator[wire_types.AnalyzerResource]:
    """Roles with a policy of `STATEMENTS` statements each."""
    trusted = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
    trust = json.dumps({"Version": "2012-10-17", "Statement": [trusted]})
    for index in range(number):
        statements = [
            {
                "Effect": "Allow",
                "Action": ["dynamodb:GetItem", "dynamodb:PutItem"],
                "Resource": [f"arn:aws:dynamodb:eu-west-1:123456789012:table/t-{index}-{one}"],
            }
            for one in range(STATEMENTS)
        ]
        document = json.dumps({"Version": "2012-10-17", "Statement": statements})
        yield _resource(ROLE, f"role-{index}", {"name": f"role-{index}", "assumeRolePolicy": trust})
        yield _resource(
            POLICY, f"policy-{index}", {"role": UNKNOWN, "policy": document}, {"role": [_urn(ROLE, f"role-{index}")]}
        )


def size(requests: Sequence[Request]) -> int:
    """How many resources the stack has, the stack itself and its providers included, as the engine counts."""
    return sum(len(message.resources) for method, message in requests if method == "AnalyzeStack")


def _urn(token: str, name: str) -> str:
    return f"urn:pulumi:dev::bench::{token}::{name}"


def _resource(
    token: str, name: str, properties: Mapping[str, Any], edges: Mapping[str, Sequence[str]] = {}
) -> wire_types.AnalyzerResource:
    made = wire_types.AnalyzerResource(
        type=token, name=name, urn=_urn(token, name), properties=write_properties(properties, Struct())
    )
    for key, urns in edges.items():
        made.propertyDependencies[key].urns.extend(urns)
        made.dependencies.extend(urns)
    return made
