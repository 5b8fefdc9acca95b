"""What has to be known to tell whether a path exists, where one of its hops is only possible."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from pulumi_guardrails.aws.network.model.declared_rules import Direction
from pulumi_guardrails.aws.network.model.security_group_rules import Rule
from pulumi_guardrails.aws.network.model.unknowns import external, unreadable
from pulumi_guardrails.aws.network.model.workloads import Workload
from pulumi_guardrails.aws.network.reachability.graph import Graph
from pulumi_guardrails.aws.network.reachability.paths import Hop, Path
from pulumi_guardrails.core.value import Value
from pulumi_guardrails.core.verdict import Cause, Unknown


def path_unknowns(graph: Graph, path: Path) -> list[Unknown]:
    """What has to be known to tell whether a path exists; empty where it certainly does."""
    found = [unknown for hop in path if not hop.certain for unknown in _of_hop(graph, hop)]
    for before, after in pairwise(path):
        if after.source is not None and after.source is not before.target:
            found += _of_instance(graph, before.target, after.source)
    for passed in path[:-1]:
        # What may be the instance that the path ends at has no need of another hop.
        found += _of_instance(graph, passed.target, path[-1].target)
    return list(dict.fromkeys(found))


def external_rules(workload: Workload) -> Iterator[Unknown]:
    """The rules that the stack does not show of the groups attached to something."""
    yield from _as_unknowns(workload.groups.doubts)
    for group in workload.groups.groups:
        if group.is_external:
            yield Unknown(group.label, Cause.OUTSIDE_STACK)


def _as_unknowns(values: Iterable[Value]) -> Iterator[Unknown]:
    return map(external, values)


def _of_hop(graph: Graph, hop: Hop) -> Iterator[Unknown]:
    if hop.ingress is None:
        yield from external_rules(hop.target)
        return
    yield from _of_rule(graph, hop.ingress, hop.target, hop.source, Direction.INGRESS)
    if graph.is_blocked_by_acl(hop.ingress, hop.source, hop.target) is None:
        for subnet in hop.target.placement.subnets:
            yield from (one if isinstance(one, Unknown) else one.as_unknown() for one in graph.acls.unknowns(subnet))
    if hop.source is None:
        return
    yield from _of_instance(graph, hop.source, hop.target)
    if hop.ingress.peer.range is not None and graph.connected(hop.source, hop.target) is None:
        yield from _of_connection(graph, hop.source, hop.target)
    if hop.egress is None:
        yield from external_rules(hop.source)
        return
    yield from _of_rule(graph, hop.egress, hop.source, hop.target, Direction.EGRESS)
    for rule in (hop.egress, hop.ingress):
        if rule.traffic is None:
            yield unreadable(rule.entry.traffic_value)


def _of_rule(
    graph: Graph, rule: Rule, owner: Workload, peer: Workload | None, direction: Direction
) -> Iterator[Unknown]:
    """What leaves open whether a rule belongs to a group of `owner`, and whether it names `peer`."""
    if owner.has_no_group and owner.resource is not None and owner.resource["internal"].is_unknown:
        yield owner.resource["internal"].as_unknown()
    if not owner.has_no_group and not graph.owns(owner, rule):
        yield from _as_unknowns((*rule.owner.doubts, *owner.groups.doubts))
    if rule.entry.direction is not direction:
        yield unreadable(rule.declared_in["type"])
    if graph.is_peer(rule.peer, peer) is not None:
        return
    for unknown in rule.peer.unknowns:
        yield unknown if isinstance(unknown, Unknown) else external(unknown)
    if peer is not None and rule.peer.groups is not None:
        yield from _as_unknowns(peer.groups.doubts)
    if peer is not None and rule.peer.range is not None:
        yield from _of_addresses(peer)


def _of_addresses(workload: Workload) -> Iterator[Unknown]:
    """What has to be known to tell the addresses of something."""
    placement = workload.placement
    known = [subnet[name] for subnet in placement.subnets for name in ("cidrBlock", "ipv6CidrBlock")]
    values = [*placement.elsewhere, *placement.doubts, *(value for value in known if value.is_unknown)]
    values += _unknown_vpcs(workload)
    if values:
        yield from _as_unknowns(values)
    else:
        yield Unknown(
            f"the private IP address of {workload.label}",
            Cause.CHOSEN_BY_AWS,
            settle="Name a security group, not an address range, in the rule.",
        )


def _of_connection(graph: Graph, *workloads: Workload) -> Iterator[Unknown]:
    """What has to be known to tell whether the VPCs of two workloads are connected."""
    placements = [workload.placement for workload in workloads]
    values = [value for placement in placements for value in (*placement.elsewhere, *placement.doubts)]
    subnets = [subnet["vpcId"] for placement in placements for subnet in placement.subnets]
    values += [value for value in subnets if len(graph.vpcs_named_by(value)) != 1]
    found = list(_as_unknowns([*values, *graph.subnets.connection_unknowns()]))
    placeless = [w for w in workloads if not w.placement.subnets and not w.placement.elsewhere]
    yield from found
    yield from _as_unknowns(value for workload in workloads for value in _unknown_vpcs(workload))
    for one in placeless:
        yield Unknown(
            "the default VPC" if one.in_default_vpc else f"the VPC of {one.label}",
            Cause.OUTSIDE_STACK,
            settle="Name subnets of this stack, or a subnet group of them.",
        )


def _unknown_vpcs(workload: Workload) -> list[Value]:
    """The VPC ids of its groups that have to be known to tell whether something is in the default VPC."""
    if workload.in_default_vpc is not None:
        return []
    named = [group.resource["vpcId"] for group in workload.groups.groups if group.resource is not None]
    return [value for value in named if value.is_unknown]


def _of_instance(graph: Graph, one: Workload, other: Workload) -> Iterator[Unknown]:
    if graph.same_instance(one, other) is None:
        yield from _as_unknowns(graph.interfaces.unknowns(one.resource, other.resource))
