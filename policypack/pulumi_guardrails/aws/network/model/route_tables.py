"""Where subnets lead: subnet → route table → route → gateway.

A subnet has the route table that an association gives it, else the main one of its VPC, which is the one the VPC was
made with unless an association replaces it. Routes stand in a table or in resources of their own. A subnet with a
route to an internet gateway is public: what lies in it can have a public address. Of a subnet or a VPC that the stack
only reads, associations and routes may stand elsewhere: what is not seen there is open.

Source: Amazon VPC User Guide, "Subnet route tables".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pulumi_guardrails.aws.resource_types import (
    DEFAULT_ROUTE_TABLE,
    DEFAULT_VPC,
    INTERNET_GATEWAY,
    INTERNET_GATEWAY_ATTACHMENT,
    MAIN_ROUTE_TABLE_ASSOCIATION,
    ROUTE,
    ROUTE_TABLE,
    VPC,
    VPC_ENDPOINT,
    VPN_GATEWAY,
    VPN_GATEWAY_ATTACHMENT,
)
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.three_valued import Answer, kleene_all
from pulumi_guardrails.core.value import Value
from pulumi_guardrails.core.verdict import Cause, Unknown

_TABLES = (ROUTE_TABLE, DEFAULT_ROUTE_TABLE)
_VPCS = (VPC, DEFAULT_VPC)
_INTERNET_GATEWAYS = (INTERNET_GATEWAY, INTERNET_GATEWAY_ATTACHMENT)
_GATEWAYS = (*_INTERNET_GATEWAYS, VPN_GATEWAY, VPN_GATEWAY_ATTACHMENT, VPC_ENDPOINT)


@dataclass(frozen=True)
class WayOut:
    """Whether a subnet leads to an internet gateway.

    Attributes:
        is_open: `None` where that is not known.
        route: What leads there, or what leaves it open.
        label: The same for a message.
        unknown: What has to be known to tell, where it is not known.
    """

    is_open: Answer
    route: Resource | None = None
    label: str = ""
    unknown: Unknown | None = None

    def as_unknown(self) -> Unknown:
        """What has to be known to tell."""
        return self.unknown or Unknown(self.label, Cause.OUTSIDE_STACK)


@dataclass(frozen=True)
class _Table:
    """A route table.

    Attributes:
        homes: The resources that make or adopt it, each with whether it certainly is this one.
        vpc: The VPC it was made with, if it is such a one.
    """

    homes: tuple[tuple[Resource, Answer], ...]
    vpc: Resource | None = None


def routes(stack: Stack) -> Iterator[tuple[Resource, Resource | Value]]:
    """Every route of a stack in both its homes: the resource it stands in, and what holds its properties."""
    for table in stack.of(*_TABLES):
        blocks = table["routes"].elements()
        for block in [table["routes"]] if blocks is None else blocks:
            yield table, block
    for route in stack.of(ROUTE):
        yield route, route


class Routes:
    """The route tables of a stack and where they lead; shared through `Stack.shared`."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._ways: dict[_Table, WayOut] = {}

    def way_out(
        self, subnet: Resource, vpcs: Sequence[Resource], associations: Sequence[tuple[Resource, Answer]]
    ) -> WayOut:
        """Whether a subnet leads to an internet gateway, and by which route.

        Args:
            subnet: The subnet.
            vpcs: The VPC of the stack it lies in, or all that it may lie in.
            associations: The route table associations that are its own (true) or may be (`None`).
        """
        sure = [association for association, answer in associations if answer]
        if sure:
            return _agreed(
                [way for association in sure for way in self._named_by(association)],
                *(association["routeTableId"] for association in sure[:1]),
            )
        ways = [way for association, _ in associations for way in self._named_by(association)]
        if subnet.is_read:
            ways.append(WayOut(None, subnet, f"the route table of {subnet.label}"))
        elif not vpcs:
            ways.append(WayOut(None, subnet, f"the main route table of the VPC of {subnet.label}"))
        for vpc in vpcs:
            ways += self._main_of(vpc, subnet)
        return _agreed(ways, *(association["subnetId"] for association, _ in associations[:1]))

    def _named_by(self, association: Resource) -> list[WayOut]:
        """Where each table leads that an association names or may name."""
        tables = self._tables(association["routeTableId"], association)
        given = association["routeTableId"]
        return [self._leads_out(table) for table in tables] or [
            WayOut(None, association, f"the route table of {association.label}", given.as_unknown())
        ]

    def _main_of(self, vpc: Resource, subnet: Resource) -> list[WayOut]:
        """Where each table leads that is or may be the main one of a VPC."""
        ways: list[WayOut] = []
        for association in self._stack.of(MAIN_ROUTE_TABLE_ASSOCIATION):
            answer = self._is_of(association["vpcId"], association, vpc)
            if answer:
                return self._named_by(association)
            if answer is None:
                ways += self._named_by(association)
                ways.append(WayOut(None, association, association.label, association["vpcId"].as_unknown()))
        default = self._made_with(vpc)
        if any(sure for _, sure in default.homes):
            return [*ways, self._leads_out(default)]
        if vpc.is_read:
            return [*ways, WayOut(None, vpc, f"the main route table of {vpc.label}")]
        if vpc.kind is DEFAULT_VPC:
            # It leads to an internet gateway (Amazon VPC User Guide, "Default VPC components").
            ways.append(WayOut(True, subnet, "the main route table of the default VPC"))
            return [*ways, *([self._leads_out(default)] if default.homes else [])]
        return [*ways, self._leads_out(default)]

    # --- which table is meant

    def _tables(self, value: Value, owner: Resource) -> list[_Table]:
        """The table of this stack that a property means; several where it means one of them."""
        found: dict[_Table, None] = {}
        for resource in self._stack.reference(value, *_TABLES).direct:
            vpcs = [(vpc, self._adopts(resource, vpc)) for vpc in self._vpcs if resource.kind is DEFAULT_ROUTE_TABLE]
            found |= {self._made_with(vpc): None for vpc, answer in vpcs if answer is not False}
            if not any(answer for _, answer in vpcs):
                found[_Table(((resource, True),))] = None
        for vpc in self._vpcs:
            if self._is_of_vpc(value, owner, vpc) is not False and (value.as_text() or self._names(value, owner, vpc)):
                found[self._made_with(vpc)] = None
        return list(found)

    @property
    def _vpcs(self) -> Sequence[Resource]:
        return self._stack.of(*_VPCS)

    def _names(self, value: Value, owner: Resource, vpc: Resource) -> bool:
        return vpc in self._stack.reference(value, *_VPCS).direct

    def _made_with(self, vpc: Resource) -> _Table:
        """The table that a VPC was made with, with what adopts it."""
        answers = [(table, self._adopts(table, vpc)) for table in self._stack.of(DEFAULT_ROUTE_TABLE)]
        return _Table(tuple((table, answer) for table, answer in answers if answer is not False), vpc)

    def _adopts(self, table: Resource, vpc: Resource) -> Answer:
        return self._is_of_vpc(table["defaultRouteTableId"], table, vpc)

    def _is_of_vpc(self, value: Value, owner: Resource, vpc: Resource) -> Answer:
        """Whether a property is the id of the table that a VPC was made with; it has two outputs that hold it."""
        text = value.as_text()
        if text is not None:
            made = vpc.output("defaultRouteTableId").as_text() or vpc.output("mainRouteTableId").as_text()
            return made == text
        return self._is_of(value, owner, vpc)

    def _is_of(self, value: Value, owner: Resource, vpc: Resource) -> Answer:
        """Whether a property refers to a VPC; where it was computed from several it means one of them."""
        found = self._stack.reference(value, *_VPCS).direct
        if not found:
            return None if value.is_unknown else False
        certain = len(found) == 1 or not value.is_unknown
        return (True if certain else None) if vpc in found else False

    # --- where a table leads

    def _leads_out(self, table: _Table) -> WayOut:
        if table not in self._ways:
            self._ways[table] = self._find_way_out(table)
        return self._ways[table]

    def _find_way_out(self, table: _Table) -> WayOut:
        doubt: WayOut | None = None
        for way, ours, table_of in self._routes_of(table):
            answer = kleene_all([way.is_open, ours])
            if answer:
                return way
            if answer is None:
                doubt = doubt or WayOut(None, way.route, way.label, way.unknown or table_of.as_unknown())
        return doubt or WayOut(False)

    def _routes_of(self, table: _Table) -> Iterator[tuple[WayOut, Answer, Value]]:
        """Each route that is or may be in a table, whether it is, and the value that decides that."""
        homes = dict(table.homes)
        for owner, route in routes(self._stack):
            if isinstance(route, Value):
                if owner in homes:
                    way = self._target(route["gatewayId"], owner, f"{owner.label} {route.path}")
                    yield way, homes[owner], owner["defaultRouteTableId"]
                continue
            value = route["routeTableId"]
            meant = self._tables(value, owner)
            ours: Answer = table in meant or (None if value.is_unknown and not meant else False)
            if ours is not False:
                sure = ours if len(meant) == 1 or not value.is_unknown else None
                yield self._target(route["gatewayId"], owner, owner.label), sure, value

    def _target(self, gateway: Value, owner: Resource, label: str) -> WayOut:
        if gateway.is_absent:
            return WayOut(False)
        text = gateway.as_text()
        if text is not None:
            # Ids of internet gateways begin with igw-; "local" and vgw-… (a private gateway) lead elsewhere.
            return WayOut(text.startswith("igw-"), owner, label)
        found = {resource.kind in _INTERNET_GATEWAYS for resource in self._stack.reference(gateway, *_GATEWAYS).direct}
        if len(found) == 1:
            return WayOut(found.pop(), owner, label)
        return WayOut(None, owner, label, gateway.as_unknown())


def _agreed(ways: Sequence[WayOut], *deciding: Value) -> WayOut:
    """The way out of a subnet that has one of several; `deciding` are the values that say which one it has."""
    unknown = next((value.as_unknown() for value in deciding), None)
    if len({way.is_open for way in ways}) == 1:
        first = ways[0]
        return first if first.is_open is not None or not unknown else replace(first, unknown=unknown)
    route = next(way for way in ways if way.is_open is not False)
    doubt = next((way for way in ways if way.is_open is None), route)
    return WayOut(None, doubt.route, doubt.label, unknown or doubt.unknown)
