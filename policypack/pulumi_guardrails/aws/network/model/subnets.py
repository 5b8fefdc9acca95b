"""Which subnets a property refers to, their VPCs and addresses, and which VPCs are connected."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from ipaddress import ip_network

from pulumi_guardrails.aws.network.model.cidr_and_ports import Range, read_range
from pulumi_guardrails.aws.network.model.route_tables import InternetRoute, Route, RouteTables, routes
from pulumi_guardrails.aws.resource_types import (
    DEFAULT_SECURITY_GROUP,
    DEFAULT_SUBNET,
    DEFAULT_VPC,
    ROUTE_TABLE_ASSOCIATION,
    SECURITY_GROUP,
    SUBNET,
    VPC,
    VPC_IPV4_RANGE,
    VPC_IPV6_RANGE,
    VPC_PEERING,
)
from pulumi_guardrails.core.frozen import fast_dataclass
from pulumi_guardrails.core.kind import Kind
from pulumi_guardrails.core.once import once
from pulumi_guardrails.core.references import ByTarget
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import FEW, Stack, means_all
from pulumi_guardrails.core.three_valued import Answer, kleene_all, kleene_any
from pulumi_guardrails.core.value import Value

_Targets = Sequence[tuple[Resource, Answer]]

_SUBNETS = (SUBNET, DEFAULT_SUBNET)
_PLACED_BY = (
    "replicateSourceDb",
    "replicationSourceIdentifier",
    "globalClusterIdentifier",
    "snapshotIdentifier",
    "restoreToPointInTime",
    "s3Import",
)
"""What a database may be made from, which then decides its subnet group."""

_ADDED: Sequence[tuple[Kind, str, Range]] = (
    (VPC_IPV4_RANGE, "cidrBlock", ip_network("0.0.0.0/0")),
    (VPC_IPV6_RANGE, "ipv6CidrBlock", ip_network("::/0")),
)
"""The kinds that add addresses to a VPC, the property that says which, and what they may be where it does not."""

_HARMLESS = (*_SUBNETS, SECURITY_GROUP, DEFAULT_SECURITY_GROUP, VPC, DEFAULT_VPC)
"""The kinds that have no subnet to give but those that the stack declares."""

_ENDS = ("vpcId", "peerVpcId")
_OTHER_NETWORKS = ("transitGatewayId", "coreNetworkArn")


@fast_dataclass(frozen=True)
class SubnetPlacement:
    """The subnets that a property refers to.

    Attributes:
        subnets: Those of this stack that it refers to or may refer to.
        elsewhere: The parts that refer to a subnet this stack does not make, or to one not known yet.
        doubts: The values that have to be known to tell which of the subnets it refers to; empty where it is all.
    """

    subnets: Sequence[Resource] = ()
    elsewhere: Sequence[Value] = ()
    doubts: Sequence[Value] = ()

    @property
    def certain(self) -> bool:
        """Whether it refers to each of the subnets; otherwise to one of them at least, or to one elsewhere."""
        return not self.doubts

    @property
    def is_open(self) -> bool:
        """Whether it may refer to a subnet that is none of these: a part of it is not known yet."""
        return any(part.is_unknown for part in self.elsewhere)

    @property
    def unknown(self) -> Value | None:
        """One of the parts that refer to a subnet this stack does not make, if there is any."""
        return self.elsewhere[0] if self.elsewhere else None


def names_no_subnet_group(database: Resource) -> bool:
    """Whether a database names no subnet group, nor a source whose subnet group it gets: it is in the default VPC."""
    return all(database[name].is_absent for name in ("dbSubnetGroupName", *_PLACED_BY))


class Subnets:
    """The subnets of a stack and their routes; shared by all policies through `Stack.shared`."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._internet_routes: dict[str, InternetRoute] = {}
        self._resources: Callable[[_Targets], Sequence[Resource]] = once(lambda targets: _resources_in([targets]))

    def placement(self, value: Value) -> SubnetPlacement:
        """The subnets that a property, an id or a list of ids (declared by `Value.listed`), refers to."""
        items = value.elements()
        # Values that refer to many subnets alike have the same object for them.
        found: dict[int, _Targets] = {}
        candidates: dict[int, _Targets] = {}
        open_parts: list[Value] = []
        unknown: list[Value] = []
        possible: list[Value] = []
        for item in [value] if items is None else items:
            if item.is_absent:
                continue
            reference = self._stack.reference(item, *_SUBNETS)
            targets = reference.targets
            found[id(targets)] = targets
            if reference.is_indirect or not targets:
                open_parts.append(item)
                possible += [item] if targets else []
            elif item.is_unknown:
                unknown.append(item)
                candidates[id(targets)] = targets
        number = len(self._in(candidates.values()))
        if unknown and self._may_be_more(unknown, number):
            open_parts.append(unknown[-1])
        doubts = [*possible, *(() if means_all(unknown, number) else unknown)]
        return SubnetPlacement(self._in(found.values()), open_parts, doubts)

    def _in(self, lists: Collection[_Targets]) -> Sequence[Resource]:
        """The subnets in some lists of targets; the same object for all that have one and the same list of many."""
        if len(lists) == 1:
            (targets,) = lists
            return self._resources(targets) if len(targets) > FEW else _resources_in(lists)
        return _resources_in(lists)

    def _may_be_more(self, parts: Sequence[Value], candidates: int) -> bool:
        """Whether a part may come from something that the engine names, but that is no subnet of this stack."""
        if len(parts) <= candidates and not any(part.is_list for part in parts):
            return False
        sources = self._stack.sources_of(parts[0])
        return any(source is None or source.kind not in _HARMLESS for source in sources)

    def of_group(self, value: Value, kind: Kind) -> SubnetPlacement:
        """The subnets of the subnet group, one of `kind`, that a property names."""
        groups = self._stack.reference(value, kind).direct
        if not groups:
            return SubnetPlacement(elsewhere=[] if value.is_absent else [value])
        each = [self.placement(group["subnetIds"].listed()) for group in groups]
        return SubnetPlacement(
            list({subnet.urn: subnet for one in each for subnet in one.subnets}.values()),
            [part for one in each for part in one.elsewhere],
            [
                *([value] if value.is_unknown and len(groups) > 1 else []),
                *(doubt for one in each for doubt in one.doubts),
            ],
        )

    def vpcs(self, subnet: Resource) -> list[Resource]:
        """The VPC of a subnet, if the stack makes it; all that it may be where that is not certain."""
        if subnet.kind is DEFAULT_SUBNET:
            return self._stack.of(DEFAULT_VPC)
        return self._stack.reference(subnet["vpcId"], VPC, DEFAULT_VPC).direct

    @staticmethod
    def ranges(place: Resource) -> list[Range] | None:
        """The addresses of a subnet or a VPC; `None` where they are not all known."""
        found: list[Range] = []
        if place["cidrBlock"].is_absent and not place["ipv6Native"].is_true():
            return None
        for name in ("cidrBlock", "ipv6CidrBlock"):
            if place[name].is_absent:
                continue
            cidr = read_range(place[name].as_text())
            if cidr is None:
                return None
            found.append(cidr)
        return found

    def vpc_ranges(self, vpc: Resource) -> list[Range] | None:
        """The addresses of a VPC with all that are or may be added to it; `None` where its own are not all known.

        What is added and not known yet, such as by an IPAM pool, may be any address of its kind.
        """
        found = self.ranges(vpc)
        if found is None:
            return None
        for kind, name, anything in _ADDED:
            for added in self._stack.of(kind):
                value = added["vpcId"]
                vpcs = self._stack.reference(value, VPC, DEFAULT_VPC).direct
                if vpc in vpcs or (value.is_unknown and not vpcs):
                    found.append(read_range(added[name].as_text()) or anything)
        return found

    def connected(self, one: Resource | None, other: Resource | None) -> Answer:
        """Whether traffic can pass between two VPCs: the same, or peered. `None` where the stack does not show it.

        A VPC that is `None` is the default one of the account, which the stack does not have.
        """
        if one is other:
            return True
        answers = [self._connects(peering, one, other) for peering in self._stack.of(VPC_PEERING)]
        if True in answers:
            return True
        elsewhere = any(map(self._leads_to_another_network, routes(self._stack)))
        return None if None in answers or elsewhere else False

    def connection_unknowns(self) -> list[Value]:
        """What has to be known to tell whether two VPCs are connected where `connected` does not say."""
        ends = [peering[name] for peering in self._stack.of(VPC_PEERING) for name in _ENDS]
        found = [end for end in ends if not self._stack.reference(end, VPC, DEFAULT_VPC).only]
        names = (*_OTHER_NETWORKS, "vpcPeeringConnectionId")
        leading = [route for route in routes(self._stack) if self._leads_to_another_network(route)]
        return [*found, *(r.holder[name] for r in leading for name in names if not r.holder[name].is_absent)]

    def _connects(self, peering: Resource, one: Resource | None, other: Resource | None) -> Answer:
        """Whether a peering connects two VPCs; it is not transitive.

        Source: Amazon VPC Peering Guide, "VPC peering limitations".
        """
        first, second = (self._end(peering, name) for name in _ENDS)
        ways = [kleene_all([first(one), second(other)]), kleene_all([first(other), second(one)])]
        return kleene_any(ways)

    def _end(self, peering: Resource, name: str) -> Callable[[Resource | None], Answer]:
        """Tells of a VPC whether it is this end of a peering."""
        value = peering[name]
        found = self._stack.reference(value, VPC, DEFAULT_VPC).direct
        certain = len(found) == 1 or not value.is_unknown

        def is_end(vpc: Resource | None) -> Answer:
            if vpc is None:
                return False if found else None
            if vpc in found:
                return True if certain else None
            return None if value.is_unknown and not found else False

        return is_end

    def _leads_to_another_network(self, route: Route) -> bool:
        """Whether a route leads to networks whose connections the stack does not show."""
        if any(not route.holder[name].is_absent for name in _OTHER_NETWORKS):
            return True
        peering = route.holder["vpcPeeringConnectionId"]
        return not peering.is_absent and not self._stack.reference(peering, VPC_PEERING).direct

    def internet_route(self, subnet: Resource) -> InternetRoute:
        """Whether a subnet has a route to an internet gateway, and which."""
        if subnet.urn not in self._internet_routes:
            tables = self._stack.shared(RouteTables)
            found = tables.internet_route(subnet, self.vpcs(subnet), self._associations(subnet))
            self._internet_routes[subnet.urn] = found
        return self._internet_routes[subnet.urn]

    def _associations(self, subnet: Resource) -> Sequence[tuple[Resource, Answer]]:
        """The route table associations that are a subnet's own (true) or may be (`None`)."""
        return self._stack.shared(_associations_by_subnet).of(subnet)


def _resources_in(lists: Iterable[_Targets]) -> Sequence[Resource]:
    return list({target.urn: target for targets in lists for target, _ in targets}.values())


def _associations_by_subnet(stack: Stack) -> ByTarget[Resource]:
    """The route table associations that are each subnet's own, or may be."""
    found: ByTarget[Resource] = ByTarget()
    for association in stack.of(ROUTE_TABLE_ASSOCIATION):
        value = association["subnetId"]
        subnets = stack.reference(value, *_SUBNETS).direct
        certain: Answer = True if len(subnets) == 1 or not value.is_unknown else None
        found.add(association, [(subnet, certain) for subnet in subnets], value.is_unknown and not subnets)
    return found
