"""A value computed from two resources gives no verdict that one of the two alone would not give."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.value import ABSENT, UNKNOWN
from pulumi_guardrails.core.verdict import Outcome
from pulumi_guardrails.engine.configuration import configure
from pulumi_guardrails.engine.evaluation import judge, judge_stack
from tests.policypack.aws.network.world import (
    ANYWHERE,
    ASSOCIATION,
    BALANCER,
    DB_GROUP,
    DEFAULT_TABLE,
    FLOW_LOG,
    GROUP,
    IGW,
    INSTANCE,
    INTERFACE,
    INTERFACE_ATTACHMENT,
    INTERFACE_GROUP,
    MAIN,
    MORE_IPV4,
    OUT,
    PEERING,
    PREFIX_ENTRY,
    PREFIX_LIST,
    ROUTE,
    SUBNET,
    SUBNET_GROUP,
    TABLE,
    TASK_GROUP,
    VPC,
    egress,
    group,
    ingress,
    instance,
    world,
)
from tests.policypack.cases import Ref, bend, policies_by_name, resource, urn_of

POLICIES = [policy for policy in policies_by_name().values() if policy.service in ("vpc", "elb")]

ACL, ACL_RULE = "aws:ec2/networkAcl:NetworkAcl", "aws:ec2/networkAclRule:NetworkAclRule"
DEFAULT_ACL = "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl"
ACL_ASSOCIATION = "aws:ec2/networkAclAssociation:NetworkAclAssociation"
VPN_GATEWAY = "aws:ec2/vpnGateway:VpnGateway"
LISTENER, RECORD = "aws:lb/listener:Listener", "aws:route53/record:Record"
WEB_ACL = "aws:wafv2/webAclAssociation:WebAclAssociation"

ALLOW = {"ruleNo": 100.0, "action": "allow", "protocol": "-1", "cidrBlock": ANYWHERE}
DENY = {"ruleNumber": 50.0, "ruleAction": "deny", "protocol": "-1", "cidrBlock": ANYWHERE}

OPEN = ingress("open", TASK_GROUP, 8080, cidrIpv4=ANYWHERE)
SECOND_VPC = resource(VPC, "second", cidrBlock="10.1.0.0/16")
BASTION = (
    group("bastion-group"),
    ingress("bastion-ssh", Ref(GROUP, "bastion-group"), 22, cidrIpv4="0.0.0.0/0"),
    egress("bastion-all", Ref(GROUP, "bastion-group"), 5432, cidrIpv4=ANYWHERE),
)
IN_SECOND_VPC = (
    SECOND_VPC,
    resource(SUBNET, "second-0", vpcId=Ref(VPC, "second"), cidrBlock="10.1.0.0/24"),
    *BASTION,
    instance("bastion", Ref(GROUP, "bastion-group"), subnetId=Ref(SUBNET, "second-0")),
    ingress("db-net", DB_GROUP, 5432, cidrIpv4="10.1.0.0/16"),
)
"""A bastion in another VPC, from which the database accepts what comes."""

LISTS = (
    resource(PREFIX_LIST, "everyone", entries=[{"cidr": ANYWHERE}]),
    resource(PREFIX_LIST, "private", entries=[{"cidr": "10.0.0.0/8"}]),
)
TWO_INTERFACES = (
    group("front-group"),
    group("back-group"),
    ingress("front-ssh", Ref(GROUP, "front-group"), 22, cidrIpv4="0.0.0.0/0"),
    egress("back-out", Ref(GROUP, "back-group"), 5432, referencedSecurityGroupId=DB_GROUP),
    ingress("db-back", DB_GROUP, 5432, referencedSecurityGroupId=Ref(GROUP, "back-group")),
    resource(INTERFACE, "front", subnetId=Ref(SUBNET, "private-0"), securityGroups=[Ref(GROUP, "front-group")]),
    resource(INTERFACE, "other", subnetId=Ref(SUBNET, "private-0"), securityGroups=[Ref(GROUP, "task-group")]),
)
"""An interface that the internet reaches, another, and a group that reaches the database."""

Refs = Sequence[Ref]


def of(token: str, *names: str) -> list[Ref]:
    return [Ref(token, name) for name in names]


def computed(made: Resource, path: str, refs: Refs) -> Resource:
    """A resource one of whose values, given by its dotted path, is computed from some resources."""
    name = path.partition(".")[0]
    left = {key: edges for key, edges in made.dependencies.items() if key != name}
    kept = [urn for urn in made.dependencies.get(name, ()) if path.count(".") > 1 and GROUP in urn]
    made.properties = bend(made.properties, {path: UNKNOWN})
    made.dependencies = {**left, name: [*kept, *(urn_of(ref.token, ref.name) for ref in refs)]}
    return made


def in_world(
    name: str, path: str, *more: Resource, without: Sequence[str] = (), **change: Mapping[str, Any]
) -> Callable[[Refs], list[Resource]]:
    """The network, one of whose resources has a value that is computed from some resources."""

    def stack(refs: Refs) -> list[Resource]:
        made = world(change=change, without=without, subnets=2)
        computed(next(one for one in made if one.name == name), path, refs)
        return [*made, *more]

    return stack


def beside(
    token: str, path: str, *more: Resource, without: Sequence[str] = (), **properties: Any
) -> Callable[[Refs], list[Resource]]:
    """The network and one more resource, with a value that is computed from some resources."""

    def stack(refs: Refs) -> list[Resource]:
        return [*world(without=without, subnets=2), *more, computed(resource(token, "it", **properties), path, refs)]

    return stack


def denied(token: str, path: str, *more: Resource, **properties: Any) -> Callable[[Refs], list[Resource]]:
    return beside(token, path, OPEN, *more, **properties)


NO_ROUTE_TABLES = [f"{tier}-{number}-table" for tier in ("public", "private") for number in range(2)]
TO_INTERNET: dict[str, Any] = {"destinationCidrBlock": ANYWHERE, "gatewayId": Ref(IGW, "igw")}
ACL_A = resource(ACL, "a", subnetIds=[Ref(SUBNET, "private-0"), Ref(SUBNET, "private-1")], ingress=[])
ACL_B = resource(ACL, "b", subnetIds=[Ref(SUBNET, "public-0")], ingress=[ALLOW])
UNASSOCIATED = (resource(ACL, "a", ingress=[]), resource(ACL, "b", ingress=[ALLOW]))
TWO_BALANCERS = [
    resource(BALANCER, "one", loadBalancerType="application", subnets=["subnet-1", "subnet-2"]),
    resource(BALANCER, "two", loadBalancerType="network", subnets=["subnet-1", "subnet-2"]),
]

SCENARIOS: dict[str, tuple[Callable[[Refs], list[Resource]], list[Ref]]] = {
    "a subnet of a service": (
        in_world(
            "service",
            "networkConfiguration.subnets.0",
            service={"networkConfiguration.subnets": [Ref(SUBNET, "private-0")]},
        ),
        of(SUBNET, "private-0", "public-0"),
    ),
    "a subnet of a subnet group": (
        in_world(
            "db-subnets", "subnetIds.0", **dict[str, Any]({"db-subnets": {"subnetIds": [Ref(SUBNET, "private-0")]}})
        ),
        of(SUBNET, "private-0", "public-0"),
    ),
    "a subnet of a load balancer": (
        in_world("balancer", "subnets.0", balancer={"subnets": [Ref(SUBNET, "public-0"), "subnet-0123"]}),
        of(SUBNET, "public-0", "public-1"),
    ),
    "a subnet of an instance": (
        beside(
            INSTANCE,
            "subnetId",
            *IN_SECOND_VPC[:-2],
            IN_SECOND_VPC[-1],
            vpcSecurityGroupIds=[Ref(GROUP, "bastion-group")],
        ),
        of(SUBNET, "second-0", "public-0"),
    ),
    "the subnet group of a database": (
        in_world(
            "cluster",
            "dbSubnetGroupName",
            resource(SUBNET_GROUP, "public", name="public", subnetIds=[Ref(SUBNET, "public-0")]),
        ),
        of(SUBNET_GROUP, "db-subnets", "public"),
    ),
    "the VPC of a subnet": (in_world("private-0", "vpcId", *IN_SECOND_VPC), of(VPC, "vpc", "second")),
    "the VPC of the subnets of what has no group": (
        in_world("private-0", "vpcId", SECOND_VPC, service={"networkConfiguration.securityGroups": ABSENT}),
        of(VPC, "vpc", "second"),
    ),
    "the VPC whose default group is adopted": (
        in_world("default-group", "vpcId", SECOND_VPC, service={"networkConfiguration.securityGroups": ABSENT}),
        of(VPC, "vpc", "second"),
    ),
    "the VPC of a flow log": (beside(FLOW_LOG, "vpcId", SECOND_VPC, trafficType="ALL"), of(VPC, "vpc", "second")),
    "the VPC of more addresses": (
        beside(
            MORE_IPV4,
            "vpcId",
            SECOND_VPC,
            *BASTION,
            instance("bastion", Ref(GROUP, "bastion-group"), subnetId=ABSENT),
            ingress("db-net", DB_GROUP, 5432, cidrIpv4="100.64.0.0/16"),
            cidrBlock="100.64.0.0/16",
        ),
        of(VPC, "vpc", "second"),
    ),
    **{
        f"an end of a peering: {end}": (
            beside(PEERING, end, *IN_SECOND_VPC, resource(VPC, "third"), **dict[str, Any]({other: Ref(VPC, fixed)})),
            of(VPC, moving, "third"),
        )
        for end, other, fixed, moving in (
            ("vpcId", "peerVpcId", "second", "vpc"),
            ("peerVpcId", "vpcId", "vpc", "second"),
        )
    },
    "the table of an association": (
        in_world("private-0-table", "routeTableId"),
        of(TABLE, "private-table", "public-table"),
    ),
    "the subnet of an association": (
        beside(ASSOCIATION, "subnetId", without=NO_ROUTE_TABLES, routeTableId=Ref(TABLE, "public-table")),
        of(SUBNET, "private-0", "public-0"),
    ),
    "the table of a route": (
        beside(ROUTE, "routeTableId", **TO_INTERNET),
        of(TABLE, "private-table", "public-table"),
    ),
    "the gateway of a route": (
        beside(
            ROUTE,
            "gatewayId",
            resource(VPN_GATEWAY, "vgw"),
            routeTableId=Ref(TABLE, "private-table"),
            destinationCidrBlock=ANYWHERE,
        ),
        [Ref(VPN_GATEWAY, "vgw"), Ref(IGW, "igw")],
    ),
    "the VPC of a main route table": (
        beside(MAIN, "vpcId", SECOND_VPC, without=NO_ROUTE_TABLES, routeTableId=Ref(TABLE, "public-table")),
        of(VPC, "vpc", "second"),
    ),
    "the table that is the main one": (
        beside(MAIN, "routeTableId", without=NO_ROUTE_TABLES, vpcId=Ref(VPC, "vpc")),
        of(TABLE, "private-table", "public-table"),
    ),
    "the VPC whose route table is adopted": (
        beside(
            DEFAULT_TABLE,
            "defaultRouteTableId",
            SECOND_VPC,
            without=NO_ROUTE_TABLES,
            routes=[{"cidrBlock": ANYWHERE, "gatewayId": Ref(IGW, "igw")}],
        ),
        of(VPC, "vpc", "second"),
    ),
    "the subnet of a network ACL": (
        denied(ACL, "subnetIds.0", subnetIds=[None, Ref(SUBNET, "private-1")], ingress=[]),
        of(SUBNET, "private-0", "public-0"),
    ),
    "the subnet of an association of a network ACL": (
        denied(ACL_ASSOCIATION, "subnetId", *UNASSOCIATED, networkAclId=Ref(ACL, "a")),
        of(SUBNET, "private-0", "public-0"),
    ),
    "the network ACL of an association": (
        lambda refs: [
            *world(OPEN, *UNASSOCIATED),
            computed(resource(ACL_ASSOCIATION, "it", subnetId=Ref(SUBNET, "private-0")), "networkAclId", refs),
        ],
        of(ACL, "a", "b"),
    ),
    "the network ACL of two that both block": (
        lambda refs: [
            *world(OPEN, resource(ACL, "a", ingress=[]), resource(ACL, "b", ingress=[])),
            computed(resource(ACL_ASSOCIATION, "it", subnetId=Ref(SUBNET, "private-0")), "networkAclId", refs),
        ],
        of(ACL, "a", "b"),
    ),
    "the network ACL of an entry": (
        denied(
            ACL_RULE,
            "networkAclId",
            resource(ACL, "a", subnetIds=[Ref(SUBNET, "private-0"), Ref(SUBNET, "private-1")], ingress=[ALLOW]),
            ACL_B,
            **DENY,
        ),
        of(ACL, "a", "b"),
    ),
    "the VPC whose network ACL is adopted": (
        denied(DEFAULT_ACL, "defaultNetworkAclId", SECOND_VPC, ingress=[]),
        of(VPC, "vpc", "second"),
    ),
    "the group of a rule": (
        in_world("lb-https", "securityGroupId"),
        of(GROUP, "lb-group", "task-group"),
    ),
    "the group that a rule references": (
        in_world("db-in", "referencedSecurityGroupId"),
        of(GROUP, "task-group", "lb-group"),
    ),
    "a group of a database": (
        in_world(
            "cluster",
            "vpcSecurityGroupIds.0",
            group("open-group"),
            ingress("open", Ref(GROUP, "open-group"), 5432, cidrIpv4=ANYWHERE),
        ),
        of(GROUP, "db-group", "open-group"),
    ),
    "a group of a load balancer": (in_world("balancer", "securityGroups.0"), of(GROUP, "lb-group", "task-group")),
    "the prefix list of an ingress rule": (
        beside(
            "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
            "prefixListId",
            *LISTS,
            securityGroupId=TASK_GROUP,
            ipProtocol="tcp",
            fromPort=443.0,
            toPort=443.0,
        ),
        of(PREFIX_LIST, "everyone", "private"),
    ),
    "the prefix list of an egress rule": (
        beside(OUT, "prefixListId", *LISTS, securityGroupId=TASK_GROUP, ipProtocol="-1"),
        of(PREFIX_LIST, "everyone", "private"),
    ),
    "the prefix list of an entry": (
        beside(
            PREFIX_ENTRY,
            "prefixListId",
            *(resource(PREFIX_LIST, name, entries=[{"cidr": "10.0.0.0/8"}]) for name in ("one", "two")),
            resource(OUT, "out", securityGroupId=TASK_GROUP, ipProtocol="-1", prefixListId=Ref(PREFIX_LIST, "one")),
            cidr=ANYWHERE,
        ),
        of(PREFIX_LIST, "one", "two"),
    ),
    "the interface of a group": (
        beside(INTERFACE_GROUP, "networkInterfaceId", *TWO_INTERFACES, securityGroupId=Ref(GROUP, "back-group")),
        of(INTERFACE, "front", "other"),
    ),
    "the group of an interface": (
        beside(INTERFACE_GROUP, "securityGroupId", *TWO_INTERFACES, networkInterfaceId=Ref(INTERFACE, "front")),
        of(GROUP, "back-group", "task-group"),
    ),
    "the instance of an interface": (
        beside(
            INTERFACE_ATTACHMENT,
            "instanceId",
            *TWO_INTERFACES,
            instance("bare", Ref(GROUP, "back-group")),
            instance("task", TASK_GROUP),
            networkInterfaceId=Ref(INTERFACE, "front"),
        ),
        of(INSTANCE, "bare", "task"),
    ),
    "the load balancer of a listener": (
        beside(LISTENER, "loadBalancerArn", *TWO_BALANCERS, port=80.0, defaultActions=[{"type": "forward"}]),
        of(BALANCER, "one", "two"),
    ),
    "the load balancer of a web ACL": (
        beside(WEB_ACL, "resourceArn", *TWO_BALANCERS, webAclArn="arn"),
        of(BALANCER, "one", "two"),
    ),
}


AT_A_ROUTE = ("no-internet-path-to-private-tier", "private-subnet-no-internet-route")
"""The policies whose violations are reported at what has to be changed, not at what is judged."""


def outcomes(stack: Sequence[Resource]) -> dict[tuple[str, str], Outcome]:
    """The worst outcome of each policy, and of each resource by its name where that is what violations are told at."""
    found: dict[tuple[str, str], set[Outcome]] = {}
    seen = Stack(stack)
    for policy in POLICIES:
        configuration = configure(policy, {})
        verdicts = (
            judge_stack(policy, seen, configuration)
            if policy.on_stack
            else [(one, judge(policy, one, configuration)) for one in seen.of(*policy.kinds)]
        )
        for judged, verdict in verdicts:
            names = [""] if judged is None or policy.name in AT_A_ROUTE else ["", judged.name]
            for name in names:
                found.setdefault((policy.name, name), set()).add(verdict.outcome)
    order = (Outcome.VIOLATION, Outcome.UNDECIDED, Outcome.COMPLIANT, Outcome.NOT_APPLICABLE)
    return {key: next(outcome for outcome in order if outcome in reached) for key, reached in found.items()}


@pytest.mark.parametrize(("build", "refs"), SCENARIOS.values(), ids=SCENARIOS)
def test_one_of_two_gives_no_verdict_that_one_alone_would_not_give(
    build: Callable[[Refs], list[Resource]], refs: list[Ref]
) -> None:
    first, second, either = outcomes(build(refs[:1])), outcomes(build(refs[1:])), outcomes(build(refs))
    for key, outcome in either.items():
        alone = {found.get(key, Outcome.NOT_APPLICABLE) for found in (first, second)}
        if outcome is Outcome.COMPLIANT:
            assert alone <= {Outcome.COMPLIANT, Outcome.NOT_APPLICABLE}, (key, first.get(key), second.get(key))
        if outcome is Outcome.VIOLATION:
            assert alone == {Outcome.VIOLATION}, (key, first.get(key), second.get(key))
