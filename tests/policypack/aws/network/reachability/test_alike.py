"""What is like something before it is passed over, and no verdict is another for that."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pulumi_guardrails.aws.network.model.workloads import Workload
from pulumi_guardrails.aws.network.reachability.graph import Graph
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.value import UNKNOWN
from pulumi_guardrails.engine.configuration import configure
from pulumi_guardrails.engine.evaluation import judge_stack, undecided_message, violation_message
from tests.policypack.aws.network.world import GROUP, INSTANCE, SUBNET, VPC
from tests.policypack.cases import Ref, policies_by_name, resource

POLICY = policies_by_name()["no-internet-path-to-private-tier"]
BALANCER, SERVICE = "aws:lb/loadBalancer:LoadBalancer", "aws:ecs/service:Service"
FUNCTION, DATABASE = "aws:lambda/function:Function", "aws:rds/cluster:Cluster"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"

OURS = [Ref(GROUP, "first"), Ref(GROUP, "second")] * 4
a_group = st.sampled_from([*OURS, "sg-0123456789abcdef0", UNKNOWN])
some_groups = st.sampled_from(
    [*([one] for one in OURS), OURS[:2], [OURS[0], UNKNOWN], ["sg-0123456789abcdef0"], UNKNOWN]
)
some_subnets: st.SearchStrategy[list[Any]] = st.sampled_from(
    [*([[Ref(SUBNET, "one")]] * 4), [Ref(SUBNET, "other")], ["subnet-0a"], []]
)
peers = st.one_of(
    st.fixed_dictionaries({"cidrIpv4": st.sampled_from(["0.0.0.0/0", "10.0.0.0/16", "10.0.1.0/24", "10.0.0.0/24"])}),
    st.fixed_dictionaries({"referencedSecurityGroupId": a_group}),
)
PORTS: list[dict[str, Any]] = [
    {"ipProtocol": "-1"},
    *({"ipProtocol": "tcp", "fromPort": one, "toPort": one} for one in (443.0, 5432.0, 8080.0)),
]


@st.composite
def workloads(draw: st.DrawFn, name: str) -> Resource:
    """Something with security groups, which it has in common with others."""
    groups: Any = draw(some_groups)
    subnets: list[Any] = draw(some_subnets)
    written: dict[str, dict[str, Any]] = {
        BALANCER: {"securityGroups": groups, "subnets": subnets},
        SERVICE: {"networkConfiguration": {"securityGroups": groups, "subnets": subnets}},
        DATABASE: {"vpcSecurityGroupIds": groups, "engine": "aurora-postgresql"},
        FUNCTION: {"vpcConfig": {"securityGroupIds": groups, "subnetIds": subnets}},
        INSTANCE: {"vpcSecurityGroupIds": groups, "subnetId": (subnets or [UNKNOWN])[0]},
    }
    token = draw(st.sampled_from([*([SERVICE] * 6), *([DATABASE] * 2), *written]))
    made = resource(token, name, **written[token])
    made.is_read = draw(st.integers(0, 9)) == 0
    return made


@st.composite
def stacks(draw: st.DrawFn) -> list[Resource]:
    """A network of two groups, with rules and with many workloads of few forms."""
    made = [resource(VPC, "vpc", cidrBlock="10.0.0.0/16")]
    made += [resource(GROUP, name, vpcId=Ref(VPC, "vpc"), description=name) for name in ("first", "second")]
    for number, name in enumerate(("one", "other")):
        made.append(resource(SUBNET, name, vpcId=Ref(VPC, "vpc"), cidrBlock=f"10.0.{number}.0/24"))
    for group in OURS[:2]:
        anything = {"securityGroupId": group, "cidrIpv4": "0.0.0.0/0", "ipProtocol": "-1"}
        for token in draw(st.sampled_from([[INGRESS, EGRESS], [EGRESS], [EGRESS], []])):
            made.append(resource(token, f"{token.rpartition(':')[2]}-{group.name}", **anything))
    for number in range(draw(st.integers(1, 4))):
        rule = {"securityGroupId": draw(a_group), **draw(peers), **draw(st.sampled_from(PORTS))}
        made.append(resource(INGRESS, f"rule-{number}", **rule))
    return [*made, *(draw(workloads(f"workload-{number}")) for number in range(draw(st.integers(6, 14))))]


def said(resources: list[Resource]) -> list[tuple[str, str]]:
    """Every verdict with its message, and the resource that it is on."""
    stack = Stack(resources)
    found = []
    for judged, verdict in judge_stack(POLICY, stack, configure(POLICY, {})):
        text = verdict.outcome.value
        if verdict.is_violation:
            text = violation_message(POLICY, judged, verdict.findings)
        elif verdict.is_undecided:
            text = undecided_message(POLICY, judged, verdict.findings, stack, preview=True)
        found.append((judged.urn if judged is not None else "", text))
    return found


@settings(max_examples=300)
@given(stacks())
def test_what_is_passed_over_would_say_nothing_else(resources: list[Resource]) -> None:
    found = said(resources)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Graph, "_form", each_apart)
        assert found == said(resources)


def each_apart(_graph: Graph, workload: Workload) -> str:
    """A form that no other workload has."""
    return workload.key
