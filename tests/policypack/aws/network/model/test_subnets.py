"""Which subnets a property refers to, their addresses and VPCs, and their routes to an internet gateway."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from pulumi_guardrails.aws.network.model.route_tables import InternetRoute
from pulumi_guardrails.aws.network.model.subnets import Subnets
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.value import UNKNOWN
from tests.policypack.aws.network.world import (
    ANYWHERE,
    ASSOCIATION,
    DEFAULT_TABLE,
    IGW,
    MAIN,
    PEERING,
    ROUTE,
    SERVICE,
    SUBNET,
    TABLE,
    VPC,
)
from tests.policypack.cases import Ref, resource, urn_of

SETTING = "aws:ssm/parameter:Parameter"


def test_an_empty_item_of_a_list_of_subnets_hides_none_after_it() -> None:
    ids = [None, Ref(SUBNET, "a"), "subnet-0123"]
    owner, made = resource(SERVICE, "service", subnets=ids), resource(SUBNET, "a")
    placement = Stack([owner, made]).shared(Subnets).placement(owner["subnets"])
    assert placement.subnets == [made]
    assert [part.as_text() for part in placement.elsewhere] == ["subnet-0123"]


@pytest.mark.parametrize(
    ("ids", "edges", "certain", "elsewhere"),
    [
        ([UNKNOWN], [(SUBNET, "a")], True, 0),
        ([UNKNOWN], [(SUBNET, "a"), (SUBNET, "b")], False, 0),
        ([UNKNOWN, UNKNOWN], [(SUBNET, "a"), (SUBNET, "b")], True, 0),
        (UNKNOWN, [(SUBNET, "a"), (SUBNET, "b")], True, 0),
        ([UNKNOWN, UNKNOWN], [(SUBNET, "a"), (SETTING, "setting")], True, 1),
        (UNKNOWN, [(SUBNET, "a"), (SETTING, "setting")], True, 1),
        ([UNKNOWN], [(SETTING, "setting")], True, 1),
    ],
)
def test_a_list_of_subnets_refers_to_what_it_is_computed_from(
    ids: object, edges: list[tuple[str, str]], certain: bool, elsewhere: int
) -> None:
    """Where another resource is among the sources, one of the subnets may be another stack's."""
    owner = resource(SERVICE, "service", subnets=ids)
    owner.dependencies = {"subnets": [urn_of(*edge) for edge in edges]}
    made = [resource(SUBNET, "a"), resource(SUBNET, "b"), resource(SETTING, "setting")]
    placement = Stack([owner, *made]).shared(Subnets).placement(owner["subnets"].listed())
    assert [subnet.name for subnet in placement.subnets] == [name for token, name in edges if token == SUBNET]
    assert placement.certain is certain
    assert len(placement.elsewhere) == elsewhere


@pytest.mark.parametrize(
    ("properties", "ranges"),
    [
        ({"cidrBlock": "10.0.0.0/24"}, ["10.0.0.0/24"]),
        ({"cidrBlock": "10.0.0.0/24", "ipv6CidrBlock": "2001:db8::/64"}, ["10.0.0.0/24", "2001:db8::/64"]),
        ({"ipv6Native": True, "ipv6CidrBlock": "2001:db8::/64"}, ["2001:db8::/64"]),
        ({"ipv4IpamPoolId": "ipam-pool-0123"}, None),
        ({"ipv4IpamPoolId": "ipam-pool-0123", "ipv6CidrBlock": "2001:db8::/64"}, None),
        ({"cidrBlock": UNKNOWN}, None),
        ({"cidrBlock": "10.0.0.0/24", "ipv6CidrBlock": UNKNOWN}, None),
    ],
)
def test_the_addresses_of_a_subnet_are_all_known_or_none(
    properties: Mapping[str, Any], ranges: list[str] | None
) -> None:
    found = Subnets.ranges(resource(SUBNET, "a", **properties))
    assert (None if found is None else [str(one) for one in found]) == ranges


def peering_of_one_of(*vpcs: str) -> Resource:
    """A peering with the VPC `b`, whose other end was computed from several."""
    made = resource(PEERING, "p", vpcId=UNKNOWN, peerVpcId=Ref(VPC, "b"))
    made.dependencies = {**made.dependencies, "vpcId": [urn_of(VPC, name) for name in vpcs]}
    return made


@pytest.mark.parametrize(
    ("more", "answer"),
    [
        ([], False),
        ([resource(PEERING, "p", vpcId=Ref(VPC, "a"), peerVpcId=Ref(VPC, "b"))], True),
        ([resource(PEERING, "p", vpcId=Ref(VPC, "b"), peerVpcId=Ref(VPC, "a"))], True),
        ([resource(PEERING, "p", vpcId=Ref(VPC, "a"), peerVpcId="vpc-0123")], False),
        ([resource(PEERING, "p", vpcId=Ref(VPC, "c"), peerVpcId=Ref(VPC, "b"))], False),
        ([resource(PEERING, "p", vpcId=Ref(VPC, "c"), peerVpcId="vpc-0123")], False),
        ([peering_of_one_of("a", "c")], None),
        ([peering_of_one_of("c")], False),
        ([resource(ROUTE, "r", transitGatewayId="tgw-0123")], None),
        ([resource(ROUTE, "r", natGatewayId="nat-0123")], False),
    ],
)
def test_two_vpcs_are_connected_where_they_are_peered(more: list[Resource], answer: bool | None) -> None:
    one, other, third = (resource(VPC, name) for name in "abc")
    assert Stack([one, other, third, *more]).shared(Subnets).connected(one, other) is answer


@pytest.mark.parametrize(
    ("more", "answer"),
    [
        ([], False),
        ([resource(PEERING, "p", vpcId=Ref(VPC, "a"), peerVpcId=Ref(VPC, "b"))], False),
        ([resource(PEERING, "p", vpcId=Ref(VPC, "a"), peerVpcId="vpc-0123")], None),
        ([resource(PEERING, "p", vpcId=Ref(VPC, "b"), peerVpcId="vpc-0123")], False),
        ([resource(ROUTE, "r", transitGatewayId="tgw-0123")], None),
    ],
)
def test_a_vpc_may_be_connected_to_the_default_one_where_it_is_peered_with_one_made_elsewhere(
    more: list[Resource], answer: bool | None
) -> None:
    one, other = (resource(VPC, name) for name in "ab")
    subnets = Stack([one, other, *more]).shared(Subnets)
    assert subnets.connected(one, None) is subnets.connected(None, one) is answer
    assert subnets.connected(None, None) is True


def found_route(*others: Resource, vpc: Resource) -> InternetRoute:
    """The internet route of a subnet with its VPC's main route table."""
    subnet = resource(SUBNET, "a", vpcId=Ref(VPC, vpc.name))
    return Stack([vpc, resource(IGW, "igw"), subnet, *others]).shared(Subnets).internet_route(subnet)


def internet_route(*others: Resource, vpc: Resource) -> tuple[bool | None, str]:
    """Whether there is one, and by what."""
    found = found_route(*others, vpc=vpc)
    return found.exists, found.label


def waits_for(*others: Resource, vpc: Resource) -> list[str]:
    """What has to be known to tell whether there is one."""
    found = found_route(*others, vpc=vpc)
    assert bool(found.unknowns) is (found.exists is None)
    return [f"{unknown.owner.name if unknown.owner else ''} {unknown.path}" for unknown in found.unknowns]


def main_table(table_id: object, *gateways: object) -> Resource:
    routes = [{"cidrBlock": ANYWHERE, "gatewayId": gateway} for gateway in gateways]
    return resource(DEFAULT_TABLE, "main", defaultRouteTableId=table_id, routes=routes)


def test_after_the_update_the_main_route_table_is_found_by_its_id() -> None:
    vpc = resource(VPC, "vpc")
    vpc.outputs = {"defaultRouteTableId": "rtb-1"}
    assert internet_route(main_table("rtb-1", "igw-0123"), vpc=vpc) == (True, "DefaultRouteTable 'main' routes[0]")
    assert internet_route(main_table("rtb-2", "igw-0123"), vpc=vpc) == (False, "")


def test_a_route_inside_a_table_whose_gateway_is_not_known_yet_may_be_an_internet_route() -> None:
    vpc = resource(VPC, "vpc")
    vpc.outputs = {"defaultRouteTableId": "rtb-1"}
    hidden = main_table("rtb-1", "local", UNKNOWN, UNKNOWN)
    assert internet_route(hidden, vpc=vpc) == (None, "DefaultRouteTable 'main' routes[1]")
    assert waits_for(hidden, vpc=vpc) == ["main routes[1].gatewayId", "main routes[2].gatewayId"]
    assert internet_route(main_table("rtb-1", UNKNOWN, "igw-0123"), vpc=vpc) == (
        True,
        "DefaultRouteTable 'main' routes[1]",
    )


def test_a_route_for_a_table_that_is_not_known_yet_may_be_of_each() -> None:
    vpc = resource(VPC, "vpc")
    vpc.outputs = {"defaultRouteTableId": "rtb-1"}
    loose = resource(ROUTE, "loose", routeTableId=UNKNOWN, gatewayId="igw-0123")
    theirs = resource(ROUTE, "theirs", routeTableId=Ref(TABLE, "other"), gatewayId="igw-0123")
    assert internet_route(main_table("rtb-1", "local"), loose, vpc=vpc)[0] is None
    assert internet_route(main_table("rtb-1", "local"), resource(TABLE, "other"), theirs, vpc=vpc)[0] is False


def test_the_main_route_table_of_another_vpc_says_nothing_of_this_one() -> None:
    vpc = resource(VPC, "vpc")
    vpc.outputs = {"defaultRouteTableId": "rtb-1"}
    theirs = resource(MAIN, "theirs", vpcId="vpc-0123", routeTableId="rtb-0123")
    assert internet_route(main_table("rtb-1", "local"), theirs, vpc=vpc) == (False, "")


@pytest.mark.parametrize(("gateway", "exists"), [(Ref(IGW, "igw"), True), ("local", False)])
def test_a_route_is_in_the_table_that_the_stack_adopts(gateway: object, exists: bool) -> None:
    adopted = resource(DEFAULT_TABLE, "adopted", defaultRouteTableId=Ref(VPC, "vpc"))
    route = resource(ROUTE, "route", routeTableId=Ref(DEFAULT_TABLE, "adopted"), gatewayId=gateway)
    assert internet_route(adopted, route, vpc=resource(VPC, "vpc"))[0] is exists


def association(subnet: object, *tables: str) -> Resource:
    """One whose table was computed from several."""
    made = resource(ASSOCIATION, "association", subnetId=subnet, routeTableId=UNKNOWN)
    edges = made.dependencies
    made.dependencies = {**edges, "routeTableId": [urn_of(TABLE, table) for table in tables]}
    return made


def table(name: str, gateway: object) -> Resource:
    return resource(TABLE, name, vpcId=Ref(VPC, "vpc"), routes=[{"cidrBlock": ANYWHERE, "gatewayId": gateway}])


def test_of_two_tables_it_may_have_the_public_one_is_named() -> None:
    tables = [table("closed", "local"), table("open", "igw-0123")]
    for order in (("closed", "open"), ("open", "closed")):
        found = internet_route(*tables, association(Ref(SUBNET, "a"), *order), vpc=resource(VPC, "vpc"))
        assert found == (None, "RouteTable 'open' routes[0]")
    either = association(Ref(SUBNET, "a"), "closed", "open")
    assert waits_for(*tables, either, vpc=resource(VPC, "vpc")) == ["association routeTableId"]


def test_a_table_that_is_certain_is_not_among_what_is_not_known() -> None:
    """Its id is not known before the update either, but what it is computed from says which table it is."""
    hidden = table("theirs", UNKNOWN)
    found = waits_for(hidden, association(Ref(SUBNET, "a"), "theirs"), vpc=resource(VPC, "vpc"))
    assert found == ["theirs routes[0].gatewayId"]


@pytest.mark.parametrize(
    ("vpc_id", "named"), [("vpc-0123", " the main route table of the VPC of Subnet 'a'"), (UNKNOWN, "a vpcId")]
)
def test_of_a_vpc_that_is_not_known_yet_its_id_is_named(vpc_id: object, named: str) -> None:
    subnet = resource(SUBNET, "a", vpcId=vpc_id)
    (unknown,) = Stack([subnet]).shared(Subnets).internet_route(subnet).unknowns
    assert f"{unknown.owner.name if unknown.owner else ''} {unknown.path}" == named


def test_whose_an_association_is_matters_only_where_its_table_has_another_route() -> None:
    vpc, loose = resource(VPC, "vpc"), association(UNKNOWN, "theirs")
    assert internet_route(table("theirs", "local"), loose, vpc=vpc) == (False, "")
    assert internet_route(table("theirs", "igw-0123"), loose, vpc=vpc) == (None, "RouteTable 'theirs' routes[0]")
    assert waits_for(table("theirs", "igw-0123"), loose, vpc=vpc) == ["association subnetId"]
