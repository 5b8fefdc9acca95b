"""`make bench`: what the pack costs, side by side with the floor and with the stock SDK, into `docs/performance.md`.

The requests are the real engine's for this project's own stack, recorded once, and copies of them; and two shapes of
many security groups and many roles. Each run is a process of its own that gets the requests over gRPC. Runs take turns,
so that a slow minute of the machine touches all of them. It is no part of the tests.
"""

from __future__ import annotations

import json
import os
import platform
import signal
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import grpc
import jinja2
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import analyzer_pb2 as wire_types
from pulumi.runtime.proto import analyzer_pb2_grpc

from offline.engine import Engine
from offline.tools import prepare
from pulumi_guardrails.core.value import UNKNOWN
from pulumi_guardrails.engine.property_bags import write_properties
from tests.engine.recording import read_requests, record
from tests.engine.stacks import write_project
from tools.benchmark_server import LARGEST_MESSAGE, POLICIES_OF_THE_SDK

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "performance.md"
RUNS = int(os.environ.get("RUNS", "5"))
LARGEST_FOR_SDK = 1_000
"""The SDK reads each request anew for each policy; above this many resources a run takes minutes."""

Request = tuple[str, Any]
"""The method and its message."""

GROUP, RULE = "aws:ec2/securityGroup:SecurityGroup", "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
INSTANCE, ROLE, POLICY = "aws:ec2/instance:Instance", "aws:iam/role:Role", "aws:iam/rolePolicy:RolePolicy"
CHAIN = 50
STATEMENTS = 20


@dataclass(frozen=True)
class Run:
    """What one process spent.

    Attributes:
        cpu: CPU seconds of the process, its start included.
        analyze_stack: CPU seconds of `AnalyzeStack` alone.
        memory: Its peak memory in MiB.
    """

    cpu: float
    analyze_stack: float
    memory: float


# --- what is asked


def recorded() -> list[Request]:
    """What the real engine asks of the pack at a preview of this project's own stack."""
    program = json.dumps({"change": [], "extra": ""})
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = {"MUTATION": program, "PROGRAM": str(ROOT / "infra")}
        engine = Engine(prepare(), write_project(folder / "project"), folder / "state", environment=environment)
        result = record(engine, folder / "requests", config={"aws:region": "us-east-1"})
        if not result.verdict.complete:
            raise SystemExit(f"error: the preview of this project's stack broke off:\n{result.output[-3000:]}")
        return [(request.method, request.message()) for request in read_requests(folder / "requests")]


def copies(requests: Sequence[Request], times: int) -> list[Request]:
    """The requests of a stack that has the recorded one several times over, each copy with names of its own."""
    found = [request for request in requests if request[0].startswith("Configure")]
    whole = wire_types.AnalyzeStackRequest()
    for number in range(times):
        for method, message in requests:
            if method.startswith("Configure"):
                continue
            renamed = type(message).FromString(
                message.SerializeToString().replace(b"ml-api", f"ml-{number:03}".encode())
            )
            if method == "AnalyzeStack":
                whole.resources.extend(renamed.resources)
            else:
                found.append((method, renamed))
    return [*found, ("AnalyzeStack", whole)]


def of_resources(resources: Sequence[wire_types.AnalyzerResource]) -> list[Request]:
    """The requests of a preview of a stack."""
    single: list[Request] = [
        (
            "Analyze",
            wire_types.AnalyzeRequest(type=one.type, name=one.name, urn=one.urn, properties=one.properties),
        )
        for one in resources
    ]
    preview = wire_types.AnalyzerStackConfigureRequest(dry_run=True)
    return [("ConfigureStack", preview), *single, ("AnalyzeStack", wire_types.AnalyzeStackRequest(resources=resources))]


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


# --- what it costs


def run(what: str, requests: Sequence[Request]) -> Run:
    """Send the requests to a process that serves `what`."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tools.benchmark_server", what], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    port = process.stdout.readline().strip()
    options = [("grpc.max_receive_message_length", LARGEST_MESSAGE), ("grpc.max_send_message_length", -1)]
    with grpc.insecure_channel(f"127.0.0.1:{port}", options=options) as channel:
        client: Any = analyzer_pb2_grpc.AnalyzerStub(channel)
        for method, message in requests:
            getattr(client, method)(message)
    process.send_signal(signal.SIGTERM)
    told = json.loads(process.stdout.readline())
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return Run(usage.ru_utime + usage.ru_stime, told["analyze_stack"], told["memory"])


def measured(requests: Sequence[Request], what: Sequence[str]) -> dict[str, list[Run]]:
    """Some runs of each, one after the other in turns."""
    found: dict[str, list[Run]] = {name: [] for name in what}
    for _ in range(RUNS):
        for name in what:
            found[name].append(run(name, requests))
    return found


def row(title: str, requests: Sequence[Request]) -> str:
    """One row of the table: each figure as its minimum and its median."""
    size = len(requests[-1][1].resources)
    what = ["floor", "pack", *(["sdk"] if size <= LARGEST_FOR_SDK else [])]
    found = measured(requests, what)

    def shown(name: str, values: list[float], digits: int = 2) -> str:
        return f"{min(values):.{digits}f} / {statistics.median(values):.{digits}f}" if name in found else "not run"

    cells = [shown(name, [one.cpu for one in found.get(name, [])] or [0]) for name in ("floor", "pack", "sdk")]
    cells.append(shown("pack", [one.analyze_stack for one in found["pack"]]))
    cells += [shown(name, [one.memory for one in found[name]], 0) for name in ("floor", "pack")]
    line = f"| {title} | {size:,} | {' | '.join(cells)} |"
    print(line, flush=True)
    return line


def main() -> int:
    """Measure, print the table, and write the page."""
    own = recorded()
    shapes = {
        "this project's stack": copies(own, 1),
        "ten of it": copies(own, 10),
        "97 of it": copies(own, 97),
        f"1,000 security groups in chains of {CHAIN}": of_resources(list(chains_of_groups(1000))),
        f"1,000 roles with {STATEMENTS} statements": of_resources(list(roles(1000))),
    }
    head = [
        "| stack | resources | floor | pack | stock SDK | of the pack, `AnalyzeStack` | floor, MiB | pack, MiB |",
        "|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    print("\n".join(head), flush=True)
    rows = [row(title, requests) for title, requests in shapes.items()]
    machine = f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - the page is Markdown made from our own figures
    )
    page = templates.get_template("performance.md.j2").render(
        table="\n".join([*head, *rows]),
        runs=RUNS,
        day=date.today().isoformat(),
        machine=machine,
        policies=POLICIES_OF_THE_SDK,
        largest=f"{LARGEST_FOR_SDK:,}",
    )
    PAGE.write_text(page, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
