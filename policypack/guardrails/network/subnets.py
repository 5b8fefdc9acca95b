"""Where subnets lead: subnet → route table → route → gateway.

A subnet has the route table that an association gives it, else the main one of its VPC. Routes stand in the table or
in resources of their own. A subnet with a route to an internet gateway is public: what lies in it can have a public
address.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from guardrails.kinds import (
    DEFAULT_ROUTE_TABLE,
    DEFAULT_SUBNET,
    DEFAULT_VPC,
    INTERNET_GATEWAY,
    MAIN_ROUTE_TABLE_ASSOCIATION,
    RDS_SUBNET_GROUP,
    ROUTE,
    ROUTE_TABLE,
    ROUTE_TABLE_ASSOCIATION,
    SUBNET,
    VPC,
    VPC_PEERING,
)
from guardrails.network.addresses import Range, read_range
from guardrails.stack import Stack
from guardrails.view import Resource, Value

_TABLES = (ROUTE_TABLE, DEFAULT_ROUTE_TABLE)
_SUBNETS = (SUBNET, DEFAULT_SUBNET)
_OTHER_NETWORKS = ("transitGatewayId", "coreNetworkArn")


@dataclass(frozen=True)
class WayOut:
    """Whether a subnet leads to an internet gateway.

    Attributes:
        is_open: `None` where that is not known.
        route: What leads there, or what is not known.
        label: The same for a message.
    """

    is_open: bool | None
    route: Resource | None = None
    label: str = ""


@dataclass(frozen=True)
class Places:
    """The subnets that a property means.

    Attributes:
        subnets: Those of this stack.
        elsewhere: The parts that mean a subnet this stack does not make, or one not known yet.
    """

    subnets: Sequence[Resource] = ()
    elsewhere: Sequence[Value] = ()

    @property
    def unknown(self) -> Value | None:
        """One of the parts that mean a subnet this stack does not make, if there is any."""
        return self.elsewhere[0] if self.elsewhere else None


class Subnets:
    """The subnets of a stack and their routes; shared by all policies through `Stack.shared`."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._ways: dict[str, WayOut] = {}

    def meant(self, owner: Resource, value: Value) -> Places:
        """The subnets that a property of `owner`, an id or a list of ids, means."""
        items = value.elements()
        found: dict[str, Resource] = {}
        open_parts: list[Value] = []
        for item in [value] if items is None else items:
            if item.is_absent:
                continue
            subnets = self._stack.referred(item, owner, *_SUBNETS)
            found |= {subnet.urn: subnet for subnet in subnets}
            if not subnets:
                open_parts.append(item)
        return Places(list(found.values()), open_parts)

    def of_group(self, owner: Resource, value: Value) -> Places:
        """The subnets of the database subnet group that a property of `owner` names."""
        groups = self._stack.referred(value, owner, RDS_SUBNET_GROUP)
        if not groups:
            return Places(elsewhere=[] if value.is_absent else [value])
        places = [self.meant(group, group["subnetIds"]) for group in groups]
        return Places(
            [subnet for place in places for subnet in place.subnets],
            [part for place in places for part in place.elsewhere],
        )

    def vpcs(self, subnet: Resource) -> list[Resource]:
        """The VPC of a subnet, if the stack makes it."""
        if subnet.kind is DEFAULT_SUBNET:
            return self._stack.of(DEFAULT_VPC)
        return self._stack.referred(subnet["vpcId"], subnet, VPC, DEFAULT_VPC)

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

    def connected(self, one: Resource, other: Resource) -> bool | None:
        """Whether traffic can pass between two VPCs: the same, or peered. `None` where the stack does not show it."""
        if one is other:
            return True
        for peering in self._stack.of(VPC_PEERING):
            ends = [
                *self._stack.referred(peering["vpcId"], peering, VPC, DEFAULT_VPC),
                *self._stack.referred(peering["peerVpcId"], peering, VPC, DEFAULT_VPC),
            ]
            if one in ends and other in ends:
                return True
            if one in ends or other in ends:
                return None
        routes = [route for _, route in self._routes()]
        return None if any(not route[name].is_absent for route in routes for name in _OTHER_NETWORKS) else False

    def way_out(self, subnet: Resource) -> WayOut:
        """Whether a subnet leads to an internet gateway, and by which route."""
        if subnet.urn not in self._ways:
            self._ways[subnet.urn] = self._find_way_out(subnet)
        return self._ways[subnet.urn]

    def _find_way_out(self, subnet: Resource) -> WayOut:
        tables, doubt = self._tables_of(subnet)
        for table in tables:
            way = self._leads_out(table)
            if way.is_open is not False:
                doubt = way if way.is_open is None else doubt
                if way.is_open:
                    return way
        if doubt is not None:
            return doubt
        if not tables and (subnet.kind is DEFAULT_SUBNET or any(v.kind is DEFAULT_VPC for v in self.vpcs(subnet))):
            # Its main route table leads to an internet gateway (Amazon VPC User Guide, "Default VPC components").
            return WayOut(True, subnet, "the main route table of the default VPC")
        return WayOut(False)

    def _tables_of(self, subnet: Resource) -> tuple[list[Resource], WayOut | None]:
        """The route tables that the subnet has or may have, and what leaves that open."""
        doubt: WayOut | None = None
        for association in self._stack.of(ROUTE_TABLE_ASSOCIATION):
            value = association["subnetId"]
            meant = self._stack.referred(value, association, *_SUBNETS)
            if subnet in meant:
                tables = self._stack.referred(association["routeTableId"], association, *_TABLES)
                if tables:
                    return tables, None
                return [], WayOut(None, association, f"{association.label}, whose route table is not in this stack")
            if not meant and value.is_unknown:
                doubt = WayOut(None, association, f"{association.label}, whose subnet is not known yet")
        main, main_doubt = self._main_tables(subnet)
        return main, doubt or main_doubt

    def _main_tables(self, subnet: Resource) -> tuple[list[Resource], WayOut | None]:
        vpcs = self.vpcs(subnet)
        if not vpcs:
            return [], WayOut(None, subnet, f"the main route table of the VPC of {subnet.label}, not in this stack")
        for association in self._stack.of(MAIN_ROUTE_TABLE_ASSOCIATION):
            owners = self._stack.referred(association["vpcId"], association, VPC, DEFAULT_VPC)
            if any(vpc in owners for vpc in vpcs):
                tables = self._stack.referred(association["routeTableId"], association, *_TABLES)
                label = f"{association.label}, whose route table is not in this stack"
                return tables, None if tables else WayOut(None, association, label)
        found = [table for table in self._stack.of(DEFAULT_ROUTE_TABLE) if self._is_main(table, vpcs)]
        return found, None

    def _is_main(self, table: Resource, vpcs: Sequence[Resource]) -> bool:
        value = table["defaultRouteTableId"]
        text = value.as_text()
        if text:
            return any(vpc.output("defaultRouteTableId").as_text() == text for vpc in vpcs)
        owners = self._stack.referred(value, table, VPC, DEFAULT_VPC)
        return any(vpc in owners for vpc in vpcs) or not owners

    def _routes(self) -> list[tuple[Value | None, Resource]]:
        return [(route["routeTableId"], route) for route in self._stack.of(ROUTE)]

    def _leads_out(self, table: Resource) -> WayOut:
        doubt: WayOut | None = None
        blocks = table["routes"].elements()
        for block in [table["routes"]] if blocks is None else blocks:
            way = self._target(block["gatewayId"], table, f"{table.label} {block.path}")
            if way.is_open:
                return way
            doubt = doubt or (way if way.is_open is None else None)
        for value, route in self._routes():
            if value is None:
                continue
            meant = self._stack.referred(value, route, *_TABLES)
            ours = table in meant or value.as_text() == self._id_of(table)
            if not ours and not (value.is_unknown and not meant):
                continue
            way = self._target(route["gatewayId"], route, route.label)
            if way.is_open and ours:
                return way
            if way.is_open is not False:
                doubt = doubt or WayOut(None, route, way.label)
        return doubt or WayOut(False)

    @staticmethod
    def _id_of(table: Resource) -> str:
        return table.output("id").as_text() or "none"

    def _target(self, gateway: Value, owner: Resource, label: str) -> WayOut:
        if gateway.is_absent:
            return WayOut(False)
        text = gateway.as_text()
        if text is not None:
            # Ids of internet gateways begin with igw-; "local" and vgw-… (a private gateway) lead elsewhere.
            return WayOut(text.startswith("igw-"), owner, label)
        if self._stack.referred(gateway, owner, INTERNET_GATEWAY):
            return WayOut(True, owner, label)
        if gateway.is_unknown and any(
            ":vpnGateway:" in urn or ":vpcEndpoint:" in urn for urn in owner.dependencies.get(gateway.property_name, ())
        ):
            return WayOut(False)
        return WayOut(None, owner, f"{label}, whose gateway is {gateway.shown}")
