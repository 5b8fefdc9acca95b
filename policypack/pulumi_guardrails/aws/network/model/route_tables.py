"""Which subnets have a route to an internet gateway: subnet → route table → route → gateway.

A subnet has the route table that an association gives it, else the main one of its VPC, which is the one the VPC was
made with unless an association replaces it. Routes are declared in a table or in resources of their own. A subnet with
a route to an internet gateway is public. Of a subnet or a VPC that the stack only reads, associations and routes may be
declared elsewhere: what is not seen there is unknown.

Source: Amazon VPC User Guide, "Subnet route tables".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from pulumi_guardrails.aws.network.model.unknowns import unreadable
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
from pulumi_guardrails.core.frozen import fast_dataclass
from pulumi_guardrails.core.once import Many, once
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.three_valued import Answer, kleene_all
from pulumi_guardrails.core.value import Value
from pulumi_guardrails.core.verdict import Cause, Unknown

_TABLES = (ROUTE_TABLE, DEFAULT_ROUTE_TABLE)
_VPCS = (VPC, DEFAULT_VPC)
_INTERNET_GATEWAYS = (INTERNET_GATEWAY, INTERNET_GATEWAY_ATTACHMENT)
_SETTLE = "Give the subnet a route table of this stack by an aws.ec2.RouteTableAssociation."
_GATEWAYS = (*_INTERNET_GATEWAYS, VPN_GATEWAY, VPN_GATEWAY_ATTACHMENT, VPC_ENDPOINT)


@fast_dataclass(frozen=True)
class InternetRoute:
    """Whether a subnet has a route to an internet gateway.

    Attributes:
        exists: `None` where that is not known.
        resource: The resource that declares the route, or that leaves it unknown.
        label: The route for a message.
        waits_for: What has to be known to tell, in parts that are one object each for all routes that have it; empty
            where it is known.
    """

    exists: Answer
    resource: Resource | None = None
    label: str = ""
    waits_for: tuple[tuple[Unknown, ...], ...] = ()

    @property
    def unknowns(self) -> tuple[Unknown, ...]:
        """What has to be known to tell, each once."""
        return tuple(dict.fromkeys(unknown for part in self.waits_for for unknown in part))


@fast_dataclass(frozen=True)
class Route:
    """One route.

    Attributes:
        declared_in: The resource that declares it.
        holder: What holds its properties: that resource, or a block of it.
    """

    declared_in: Resource
    holder: Resource | Value


@fast_dataclass(frozen=True)
class _Table:
    """A route table.

    Attributes:
        declared_by: The resources that make or adopt it, each with whether it certainly is this one.
        vpc: The VPC it was made with, if it is such a one.
    """

    declared_by: tuple[tuple[Resource, Answer], ...]
    vpc: Resource | None = None


def routes(stack: Stack) -> Iterator[Route]:
    """Every route of a stack: those inside a route table, and those that are resources of their own."""
    for table in stack.of(*_TABLES):
        blocks = table["routes"].elements()
        for block in [table["routes"]] if blocks is None else blocks:
            yield Route(table, block)
    for route in stack.of(ROUTE):
        yield Route(route, route)


class RouteTables:
    """The route tables of a stack and their routes; shared through `Stack.shared`."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._by_table: dict[_Table, InternetRoute] = {}
        self._sure: Callable[[Sequence[tuple[Resource, Answer]]], Sequence[Resource]] = once(
            lambda associations: [association for association, answer in associations if answer]
        )
        self._possible = once(self._find_possible)
        self._of_vpc: dict[tuple[int, Resource], tuple[Sequence[tuple[Resource, Answer]], InternetRoute]] = {}
        self._vpcs: Sequence[Resource] = stack.of(*_VPCS)
        self._place = {vpc: place for place, vpc in enumerate(self._vpcs)}
        self._by_made_id: dict[str, list[Resource]] = {}
        for vpc in self._vpcs:
            made = vpc.output("defaultRouteTableId").as_text() or vpc.output("mainRouteTableId").as_text()
            if made is not None:
                self._by_made_id.setdefault(made, []).append(vpc)
        self._adopted: dict[Resource, list[tuple[Resource, Answer]]] = {}
        for table in stack.of(DEFAULT_ROUTE_TABLE):
            for vpc, answer in self._adopts(table):
                self._adopted.setdefault(vpc, []).append((table, answer))
        self._routes = list(routes(stack))
        self._of_declaring: dict[Resource, list[int]] = {}
        self._of_naming: dict[_Table, list[int]] = {}
        self._of_unknown: list[int] = []
        self._named: dict[Resource, list[_Table]] = {}
        for number, route in enumerate(self._routes):
            self._note(number, route)

    def _note(self, number: int, route: Route) -> None:
        """Note which tables a route is or may be in."""
        if isinstance(route.holder, Value):
            self._of_declaring.setdefault(route.declared_in, []).append(number)
            return
        value = route.holder["routeTableId"]
        tables = self._named[route.holder] = self._tables(value)
        for table in tables:
            self._of_naming.setdefault(table, []).append(number)
        if value.is_unknown and not tables:
            self._of_unknown.append(number)

    def internet_route(
        self, subnet: Resource, vpcs: Sequence[Resource], associations: Sequence[tuple[Resource, Answer]]
    ) -> InternetRoute:
        """Whether a subnet has a route to an internet gateway, and which.

        Args:
            subnet: The subnet.
            vpcs: The VPC of the stack it is in, or all that it may be in.
            associations: The route table associations that are its own (true) or may be (`None`).
        """
        sure = self._sure(associations)
        if sure:
            found = [one for association in sure for one in self._named_by(association)]
            return _consensus(found, [association["routeTableId"] for association in sure])
        if not vpcs and not subnet.is_read:
            own = self._of_unknown_vpc(subnet)
            doubt, before, after = self._possible(associations)
            shown = doubt or own
            return InternetRoute(None, shown.resource, shown.label, (before, *own.waits_for, after))
        # Of one VPC's, nothing of the subnet itself decides it.
        key = (id(associations), vpcs[0]) if len(vpcs) == 1 and vpcs[0].kind is VPC and not subnet.is_read else None
        if key is not None and key in self._of_vpc:
            return self._of_vpc[key][1]
        found = [one for association, _ in associations for one in self._named_by(association)]
        if subnet.is_read:
            found.append(_not_in_stack(subnet, f"the route table of {subnet.label}"))
        for vpc in vpcs:
            found += self._main_of(vpc, subnet)
        deciding = [association["subnetId"] for association, _ in associations]
        route = _consensus(found, [*deciding, *([subnet["vpcId"]] if len(vpcs) > 1 else [])])
        if key is not None:
            self._of_vpc[key] = (associations, route)
        return route

    def _find_possible(
        self, associations: Sequence[tuple[Resource, Answer]]
    ) -> tuple[InternetRoute | None, tuple[Unknown, ...], tuple[Unknown, ...]]:
        """Of associations that may be a subnet's own: a route that is not known, what it takes to tell, and which."""
        found = [one for association, _ in associations for one in self._named_by(association)]
        deciding = [association["subnetId"] for association, _ in associations]
        return (
            next((one for one in found if one.exists is None), None),
            Many(dict.fromkeys(unknown for one in found for unknown in one.unknowns)),
            Many(dict.fromkeys(value.as_unknown() for value in deciding if value.is_unknown)),
        )

    @staticmethod
    def _of_unknown_vpc(subnet: Resource) -> InternetRoute:
        label = f"the main route table of the VPC of {subnet.label}"
        vpc = subnet["vpcId"]
        return InternetRoute(None, subnet, label, ((vpc.as_unknown() if vpc.is_unknown else _outside(label),),))

    def _named_by(self, association: Resource) -> list[InternetRoute]:
        """The internet route of each table that an association names or may name."""
        given = association["routeTableId"]
        return [self._of_table(table) for table in self._tables(given)] or [
            InternetRoute(None, association, f"the route table of {association.label}", ((given.as_unknown(),),))
        ]

    def _main_of(self, vpc: Resource, subnet: Resource) -> list[InternetRoute]:
        """The internet route of each table that is or may be the main one of a VPC."""
        found: list[InternetRoute] = []
        for association in self._stack.of(MAIN_ROUTE_TABLE_ASSOCIATION):
            answer = self._is_of(association["vpcId"], vpc)
            if answer:
                return self._named_by(association)
            if answer is None:
                found += self._named_by(association)
                unknowns = (association["vpcId"].as_unknown(),)
                found.append(InternetRoute(None, association, association.label, (unknowns,)))
        default = self._made_with(vpc)
        if any(sure for _, sure in default.declared_by):
            return [*found, self._of_table(default)]
        if vpc.is_read:
            return [*found, _not_in_stack(vpc, f"the main route table of {vpc.label}")]
        if vpc.kind is DEFAULT_VPC:
            # It has a route to an internet gateway (Amazon VPC User Guide, "Default VPC components").
            found.append(InternetRoute(True, subnet, "the main route table of the default VPC"))
            adopting = tuple(table["defaultRouteTableId"].as_unknown() for table, _ in default.declared_by)
            adopted = self._of_table(default)
            return [*found, *([replace(adopted, waits_for=(*adopted.waits_for, adopting))] if adopting else [])]
        return [*found, self._of_table(default)]

    # --- which table a property refers to

    def _tables(self, value: Value) -> list[_Table]:
        """The table of this stack that a property refers to; several where it refers to one of them."""
        found: dict[_Table, None] = {}
        for resource in self._stack.reference(value, *_TABLES).direct:
            vpcs = self._adopts(resource) if resource.kind is DEFAULT_ROUTE_TABLE else []
            found |= {self._made_with(vpc): None for vpc, _ in vpcs}
            if not any(answer for _, answer in vpcs):
                found[_Table(((resource, True),))] = None
        found |= {self._made_with(vpc): None for vpc in self._vpcs_made_with(value)}
        return list(found)

    def _made_with(self, vpc: Resource) -> _Table:
        """The table that a VPC was made with, with what adopts it."""
        return _Table(tuple(self._adopted.get(vpc, ())), vpc)

    def _adopts(self, table: Resource) -> list[tuple[Resource, Answer]]:
        """The VPCs whose own table a resource adopts, or may adopt."""
        value = table["defaultRouteTableId"]
        found = self._vpcs_made_with(value)
        if value.is_unknown and not found:
            return [(vpc, None) for vpc in self._vpcs]
        return [(vpc, True if len(found) == 1 or not value.is_unknown else None) for vpc in found]

    def _vpcs_made_with(self, value: Value) -> list[Resource]:
        """The VPC whose own table a property refers to; several where it refers to one of them.

        A VPC has two outputs with the id of that table.
        """
        text = value.as_text()
        if text is not None:
            return self._by_made_id.get(text, [])
        found = self._stack.reference(value, *_VPCS).direct
        return sorted(found, key=lambda vpc: self._place[vpc])

    def _is_of(self, value: Value, vpc: Resource) -> Answer:
        """Whether a property refers to a VPC; where it was computed from several it refers to one of them."""
        found = self._stack.reference(value, *_VPCS).direct
        if not found:
            return None if value.is_unknown else False
        certain = len(found) == 1 or not value.is_unknown
        return (True if certain else None) if vpc in found else False

    # --- whether a table has a route to an internet gateway

    def _of_table(self, table: _Table) -> InternetRoute:
        if table not in self._by_table:
            self._by_table[table] = self._find_in(table)
        return self._by_table[table]

    def _find_in(self, table: _Table) -> InternetRoute:
        doubts: list[InternetRoute] = []
        for found, is_in_table, table_id in self._routes_of(table):
            answer = kleene_all([found.exists, is_in_table])
            if answer:
                return found
            if answer is None:
                of_table = (table_id.as_unknown(),) if is_in_table is None else ()
                doubts.append(InternetRoute(None, found.resource, found.label, (*found.waits_for, of_table)))
        if not doubts:
            return InternetRoute(False)
        return replace(doubts[0], waits_for=(tuple(dict.fromkeys(one for doubt in doubts for one in doubt.unknowns)),))

    def _routes_of(self, table: _Table) -> Iterator[tuple[InternetRoute, Answer, Value]]:
        """Each route that is or may be in a table, whether it is, and the value that decides that."""
        declared_by = dict(table.declared_by)
        declared = (number for resource in declared_by for number in self._of_declaring.get(resource, ()))
        for number in sorted({*declared, *self._of_naming.get(table, ()), *self._of_unknown}):
            resource, holder = self._routes[number].declared_in, self._routes[number].holder
            if isinstance(holder, Value):
                found = self._target(holder["gatewayId"], resource, f"{resource.label} {holder.path}")
                yield found, declared_by[resource], resource["defaultRouteTableId"]
                continue
            value, tables = holder["routeTableId"], self._named[holder]
            sure: Answer = True if len(tables) == 1 or not value.is_unknown else None
            yield self._target(holder["gatewayId"], resource, resource.label), sure, value

    def _target(self, gateway: Value, resource: Resource, label: str) -> InternetRoute:
        if gateway.is_absent:
            return InternetRoute(False)
        text = gateway.as_text()
        if text is not None:
            # Ids of internet gateways begin with igw-; "local" and vgw-… (a private gateway) lead elsewhere.
            return InternetRoute(text.startswith("igw-"), resource, label)
        kinds = {found.kind in _INTERNET_GATEWAYS for found in self._stack.reference(gateway, *_GATEWAYS).direct}
        if len(kinds) == 1:
            return InternetRoute(kinds.pop(), resource, label)
        return InternetRoute(None, resource, label, ((unreadable(gateway),),))


def _outside(label: str) -> Unknown:
    return Unknown(label, Cause.OUTSIDE_STACK, settle=_SETTLE)


def _not_in_stack(resource: Resource, label: str) -> InternetRoute:
    return InternetRoute(None, resource, label, ((_outside(label),),))


def _consensus(found: Sequence[InternetRoute], deciding: Sequence[Value]) -> InternetRoute:
    """What all route tables that a subnet may have agree on; `deciding` are the values that say which one it has."""
    answers = {one.exists for one in found}
    if len(answers) == 1 and answers != {None}:
        return found[0]
    doubt = next((one for one in found if one.exists is None), None)
    shown = doubt or next(one for one in found if one.exists)
    unknowns = [unknown for one in found for unknown in one.unknowns]
    if len(found) > 1:
        unknowns += [value.as_unknown() for value in deciding if value.is_unknown]
    if not unknowns:
        several = "which of several route table associations holds"
        unknowns = [Unknown(several, Cause.AMBIGUOUS, settle="Keep one route table association of the subnet.")]
    return InternetRoute(None, shown.resource, shown.label, (tuple(dict.fromkeys(unknowns)),))
