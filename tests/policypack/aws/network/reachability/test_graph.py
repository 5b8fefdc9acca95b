"""The graph against the slow reference, on random networks, with everything known and with some of it hidden."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pulumi_guardrails.aws.network.model.workloads import Workload
from pulumi_guardrails.aws.network.reachability.graph import Graph
from pulumi_guardrails.aws.network.reachability.paths import shown
from pulumi_guardrails.aws.resource_types import RDS_CLUSTER
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.value import UNKNOWN
from tests.policypack.aws.network.reference import HostSpec, NetworkSpec, RuleSpec, reached_from_internet
from tests.policypack.aws.network.world import (
    ANYWHERE,
    DB_GROUP,
    GROUP,
    IN,
    INSTANCE,
    INTERFACE,
    LB_GROUP,
    MORE_IPV4,
    MORE_IPV6,
    OUT,
    PREFIX_LIST,
    RULE,
    SUBNET,
    TASK_GROUP,
    VPC,
    egress,
    ingress,
    instance,
    world,
)
from tests.policypack.cases import Ref, resource

GROUPS = ("g0", "g1", "g2", "g3")
RANGES = (
    "0.0.0.0/0",
    "0.0.0.0/1",
    "128.0.0.0/1",
    "::/0",
    "203.0.113.0/24",
    "10.0.0.0/16",
    "10.0.0.0/24",
    "10.0.1.0/24",
    "192.168.0.0/16",
)
RULE_LOCATIONS = ("inline", "old", "own", "list")


PARTS_OF_A_SUBNET = ("10.0.0.0/28", "10.0.1.128/25", "10.0.2.0/29")
"""Ranges of which an address is only known to be inside or outside once it is assigned."""


@st.composite
def networks(draw: st.DrawFn, ranges: Sequence[str] = RANGES) -> NetworkSpec:
    """A network dense enough for paths: the first host is open, and tends to reach the others."""
    attached = draw(st.lists(st.frozensets(st.sampled_from(GROUPS), min_size=1, max_size=2), min_size=2, max_size=4))
    instances = st.sampled_from(("", "", "instance"))
    hosts = [HostSpec(f"h{n}", groups, f"10.0.{n}.7", draw(instances)) for n, groups in enumerate(attached)]
    known = sorted({group for groups in attached for group in groups})
    peers = st.one_of(st.sampled_from(known), st.sampled_from(ranges))
    rule = st.builds(
        lambda group, ingress, protocol, ports, peer: RuleSpec(group, ingress, protocol, min(ports), max(ports), peer),
        st.sampled_from(known),
        st.booleans(),
        st.sampled_from(("tcp", "tcp", "udp", "icmp", "all", "all")),
        st.tuples(st.integers(0, 2), st.integers(0, 2)),
        peers,
    )
    start = draw(st.sampled_from(sorted(attached[0])))
    rules = [RuleSpec(start, True, "tcp", 1, 1, draw(st.sampled_from(RANGES[:5])))]
    for number, (near, far) in enumerate(pairwise(attached)):
        ours, theirs = draw(st.sampled_from(sorted(near))), draw(st.sampled_from(sorted(far)))
        link = [
            RuleSpec(theirs, True, "tcp", 2, 2, draw(st.sampled_from((ours, ours, f"10.0.{number}.0/24")))),
            RuleSpec(ours, False, "all", 0, 5, draw(st.sampled_from((theirs, "10.0.0.0/16", ANYWHERE)))),
        ]
        rules += draw(st.sampled_from((link, link, link, link[:1])))
    return NetworkSpec(hosts, [*rules, *draw(st.lists(rule, max_size=5))])


def id_of(group: str) -> str:
    return f"sg-{group}"


def refers_to(group: str, deployed: bool) -> Any:
    """A group's id: known once it is deployed, before that unknown with an edge."""
    return id_of(group) if deployed else Ref(GROUP, group)


def ports(rule: RuleSpec) -> dict[str, Any]:
    return {"fromPort": float(rule.low), "toPort": float(rule.high)} if rule.protocol in ("tcp", "udp") else {}


def cidr(peer: str) -> str:
    return "ipv6" if ":" in peer else "ipv4"


def block(rule: RuleSpec, deployed: bool) -> dict[str, Any]:
    """The rule inside a group or in an older rule resource."""
    spelled = {"all": "-1", "tcp": "6"}.get(rule.protocol, rule.protocol)
    common = {"protocol": spelled, **ports(rule)}
    if rule.names_a_group:
        return {**common, "securityGroups": [refers_to(rule.peer, deployed)]}
    return {**common, {"ipv4": "cidrBlocks", "ipv6": "ipv6CidrBlocks"}[cidr(rule.peer)]: [rule.peer]}


def of_its_own(rule: RuleSpec, name: str, location: str, deployed: bool) -> Iterable[Resource]:
    owner = refers_to(rule.group, deployed)
    if location == "old":
        given_block = block(rule, deployed)
        peers = given_block.pop("securityGroups", [])
        source = {"sourceSecurityGroupId": peers[0]} if peers else {}
        way = "ingress" if rule.ingress else "egress"
        yield resource(RULE, name, **{**given_block, **source, "type": way, "securityGroupId": owner})
        return
    token = IN if rule.ingress else OUT
    protocol = {"all": "-1"}.get(rule.protocol, rule.protocol)
    if rule.names_a_group:
        peer = {"referencedSecurityGroupId": refers_to(rule.peer, deployed)}
    elif location == "list":
        yield resource(PREFIX_LIST, f"{name}-list", entries=[{"cidr": rule.peer}])
        peer = {"prefixListId": Ref(PREFIX_LIST, f"{name}-list")}
    else:
        peer = {{"ipv4": "cidrIpv4", "ipv6": "cidrIpv6"}[cidr(rule.peer)]: rule.peer}
    yield resource(token, name, **{**peer, **ports(rule), "ipProtocol": protocol, "securityGroupId": owner})


def stack_of(network: NetworkSpec, locations: Iterable[str], deployed: bool) -> list[Resource]:
    """The network as resources, each rule declared where the example draws it."""
    made = [resource(VPC, "vpc", cidrBlock="10.0.0.0/16")]
    inline: dict[str, dict[str, list[Any]]] = {group: {"ingress": [], "egress": []} for group in network.groups}
    for n, (rule, location) in enumerate(zip(network.rules, locations, strict=True)):
        # Several inline blocks with unknown groups are ambiguous at a first preview: these get resources of their own.
        if location == "inline" and (deployed or not rule.names_a_group):
            inline[rule.group]["ingress" if rule.ingress else "egress"].append(block(rule, deployed))
        else:
            made.extend(of_its_own(rule, f"rule-{n}", "own" if location == "inline" else location, deployed))
    for group, rules in inline.items():
        made.append(resource(GROUP, group, vpcId=Ref(VPC, "vpc"), **rules))
        if deployed:
            made[-1].outputs = {**made[-1].outputs, "id": id_of(group)}
    for host in network.hosts:
        made.append(
            resource(SUBNET, f"{host.name}-subnet", vpcId=Ref(VPC, "vpc"), cidrBlock=f"{host.address[:-1]}0/24")
        )
        groups = [refers_to(group, deployed) for group in sorted(host.groups)]
        place = Ref(SUBNET, f"{host.name}-subnet")
        if not host.instance:
            made.append(resource(INSTANCE, host.name, vpcSecurityGroupIds=groups, subnetId=place))
            continue
        made.append(resource(INTERFACE, host.name, securityGroups=groups, subnetId=place))
        if deployed:
            made[-1].outputs = {**made[-1].outputs, "id": f"eni-{host.name}"}
    interfaces = [host.name for host in network.hosts if host.instance]
    ids = [f"eni-{name}" if deployed else Ref(INTERFACE, name) for name in interfaces]
    if ids:
        made.append(resource(INSTANCE, "instance", networkInterfaces=[{"networkInterfaceId": one} for one in ids]))
    return made


def reached(stack: Iterable[Resource], certainly: bool) -> set[str]:
    graph = Graph(Stack(stack))
    names = {workload.key: workload.resource.name for workload in graph.workloads if workload.resource}
    return {names[key] for key in graph.reached(certainly) if key in names}


@st.composite
def drawn(draw: st.DrawFn, ranges: Sequence[str] = RANGES) -> tuple[NetworkSpec, list[Resource]]:
    network = draw(networks(ranges))
    locations = [draw(st.sampled_from(RULE_LOCATIONS)) for _ in network.rules]
    return network, stack_of(network, locations, draw(st.booleans()))


@settings(max_examples=150)
@given(drawn())
def test_the_graph_says_what_the_reference_says(case: tuple[NetworkSpec, list[Resource]]) -> None:
    network, stack = case
    expected = reached_from_internet(network)
    assert reached(stack, certainly=True) == expected
    assert reached(stack, certainly=False) == expected


@st.composite
def with_something_hidden(draw: st.DrawFn) -> tuple[NetworkSpec, list[Resource]]:
    """A stack of which some values are not known, nor what they were computed from."""
    network, stack = draw(drawn((*RANGES, *PARTS_OF_A_SUBNET)))
    hidden: list[Resource] = []
    for item in stack:
        names = sorted(set(item.properties) - {"vpcId"})
        lost = draw(st.sets(st.sampled_from(names), max_size=2)) if names and item.type != VPC else set()
        kept = {name: UNKNOWN if name in lost else value for name, value in item.properties.items()}
        copy = resource(item.type, item.name, **kept)
        copy.outputs = item.outputs
        copy.dependencies = {name: edges for name, edges in item.dependencies.items() if name not in lost}
        hidden.append(copy)
    return network, hidden


@settings(max_examples=150)
@given(with_something_hidden())
def test_what_is_certain_stays_and_what_is_possible_holds_the_truth(case: tuple[NetworkSpec, list[Resource]]) -> None:
    network, stack = case
    expected = reached_from_internet(network)
    assert reached(stack, certainly=True) <= expected
    assert expected <= reached(stack, certainly=False)


@settings(max_examples=50)
@given(drawn())
def test_every_path_starts_at_the_internet_and_each_hop_where_the_last_one_ended(
    case: tuple[NetworkSpec, list[Resource]],
) -> None:
    graph = Graph(Stack(case[1]))
    instances = {host.name: host.instance or host.name for host in case[0].hosts}

    def instance_of(workload: Workload | None) -> str:
        assert workload is not None
        return instances[workload.resource.name] if workload.resource else workload.key

    by_key = {workload.key: workload for workload in graph.workloads}
    for key, path in graph.reached(certainly=True).items():
        ends = [instance_of(hop.target) for hop in path]
        assert path[0].source is None
        assert [instance_of(hop.source) for hop in path[1:]] == ends[:-1]
        assert len(set(ends)) == len(ends)
        assert ends[-1] == instance_of(by_key[key])
        assert all(hop.ingress is not None and hop.ingress.label in shown(path) for hop in path)


def test_a_path_names_each_rule_that_opens_a_hop() -> None:
    stack = Stack(world())
    path = Graph(stack).reached(certainly=True)[stack.of(RDS_CLUSTER)[0].urn]
    assert shown(path) == (
        "internet → (SecurityGroupIngressRule 'lb-http' allows TCP 80 from 0.0.0.0/0) → LoadBalancer 'balancer' "
        "→ (SecurityGroupEgressRule 'lb-out' allows it out, SecurityGroupIngressRule 'task-in' allows TCP 8080 from "
        "SecurityGroup 'lb-group') → Service 'service' "
        "→ (SecurityGroupEgressRule 'task-out' allows it out, SecurityGroupIngressRule 'db-in' allows TCP 5432 from "
        "SecurityGroup 'task-group') → Cluster 'cluster'"
    )


def reaches_cluster(*more: Resource, **changes: Any) -> tuple[bool, bool]:
    """Whether the database is reached, for certain and possibly, where its own rule is gone."""
    stack = world(*more, change=changes, without=["db-in"])
    return tuple("cluster" in reached(stack, certainly) for certainly in (True, False))  # type: ignore[return-value]


def test_a_rule_for_a_part_of_a_subnet_may_or_may_not_mean_what_lies_in_it() -> None:
    assert reaches_cluster(ingress("db-part", DB_GROUP, 5432, cidrIpv4="10.0.10.128/25")) == (False, True)
    assert reaches_cluster(ingress("db-whole", DB_GROUP, 5432, cidrIpv4="10.0.10.0/24")) == (True, True)


def test_what_has_groups_not_known_yet_may_be_what_a_rule_allows() -> None:
    bastion = instance("bastion", UNKNOWN)
    rules = [
        ingress("other-in", Ref(GROUP, "other"), 22, cidrIpv4=ANYWHERE),
        egress("other-out", Ref(GROUP, "other"), 5432, cidrIpv4=ANYWHERE),
        ingress("db-other", DB_GROUP, 5432, referencedSecurityGroupId=Ref(GROUP, "attached")),
    ]
    attached = resource(INSTANCE, "attached", vpcSecurityGroupIds=[Ref(GROUP, "attached")])
    others = [resource(GROUP, "attached"), resource(GROUP, "other"), attached]
    assert reaches_cluster(*rules, *others, bastion) == (False, True)


def test_egress_over_ipv6_is_only_possible_toward_addresses_that_are_not_known() -> None:
    def ways(**everyone: str) -> tuple[bool, bool]:
        stack = world(
            ingress("task-ssh", TASK_GROUP, 22, referencedSecurityGroupId=LB_GROUP),
            egress("lb-ssh", LB_GROUP, 22, **everyone),
            change={"service": {"networkConfiguration.subnets": ["subnet-0123"]}},
            without=["lb-out"],
        )
        return tuple("service" in reached(stack, certainly) for certainly in (True, False))  # type: ignore[return-value]

    assert ways(cidrIpv4="0.0.0.0/0") == (True, True)
    assert ways(cidrIpv6="::/0") == (False, True)


def hops_from_a_bastion(*more: Resource, cidr: str) -> list[bool]:
    """The hops to the database from an instance whose subnet is not named, each with whether it is certain."""
    rules = [
        ingress("db-net", DB_GROUP, 22, **{"cidrIpv6" if ":" in cidr else "cidrIpv4": cidr}),
        egress("bastion-out", Ref(GROUP, "bastion"), 22, referencedSecurityGroupId=DB_GROUP),
    ]
    bastion = instance("bastion", Ref(GROUP, "bastion"), subnetId=None)
    group = resource(GROUP, "bastion", vpcId=Ref(VPC, "vpc"))
    graph = Graph(Stack(world(group, bastion, *rules, *more)))
    nodes = {node.resource.name: node for node in graph.workloads if node.resource}
    return [hop.certain for hop in graph.hops_to(nodes["cluster"], nodes["bastion"])]


def test_what_names_no_subnet_lies_in_the_only_vpc() -> None:
    assert hops_from_a_bastion(cidr="10.0.0.0/16") == [True]
    assert hops_from_a_bastion(cidr="192.168.0.0/16") == []


def test_what_names_no_subnet_may_lie_in_any_of_two_vpcs() -> None:
    second = resource(VPC, "second", cidrBlock="10.1.0.0/16")
    assert hops_from_a_bastion(second, cidr="10.0.0.0/16") == [False]
    assert hops_from_a_bastion(second, cidr="0.0.0.0/0") == [False]


@pytest.mark.parametrize(
    ("more", "hops"),
    [
        ([], {"10.0.0.0/16": [True], "100.64.0.0/16": [], "2600:1f18::/56": []}),
        (
            [resource(MORE_IPV4, "more", vpcId=Ref(VPC, "vpc"), cidrBlock="100.64.0.0/16")],
            {"10.0.0.0/16": [False], "100.64.0.0/16": [False], "192.168.0.0/16": [], ANYWHERE: [True]},
        ),
        (
            [resource(MORE_IPV4, "more", vpcId=Ref(VPC, "vpc"), ipv4IpamPoolId="ipam-pool-0123")],
            {"10.0.0.0/16": [False], "192.168.0.0/16": [False], ANYWHERE: [True]},
        ),
        (
            [resource(MORE_IPV4, "more", vpcId=UNKNOWN, cidrBlock="100.64.0.0/16")],
            {"10.0.0.0/16": [False], "100.64.0.0/16": [False]},
        ),
        (
            [resource(MORE_IPV4, "more", vpcId="vpc-0123", cidrBlock="100.64.0.0/16")],
            {"10.0.0.0/16": [True], "100.64.0.0/16": []},
        ),
        (
            [resource(MORE_IPV6, "more", vpcId=Ref(VPC, "vpc"), ipv6CidrBlock="2600:1f18::/56")],
            {"10.0.0.0/16": [True], "2600:1f18::/56": [True], "2600:1f19::/56": [], "::/0": [True]},
        ),
        (
            [resource(MORE_IPV6, "more", vpcId=Ref(VPC, "vpc"), assignGeneratedIpv6CidrBlock=True)],
            {"10.0.0.0/16": [True], "2600:1f19::/56": [False], "::/0": [True]},
        ),
    ],
)
def test_what_names_no_subnet_has_an_address_of_any_range_of_its_vpc(
    more: list[Resource], hops: Mapping[str, list[bool]]
) -> None:
    assert {cidr: hops_from_a_bastion(*more, cidr=cidr) for cidr in hops} == hops
