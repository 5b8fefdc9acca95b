"""Where subnets lie and where they lead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

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


def test_an_empty_item_of_a_list_of_subnets_hides_none_after_it() -> None:
    places = [None, Ref(SUBNET, "a"), "subnet-0123"]
    owner, made = resource(SERVICE, "service", subnets=places), resource(SUBNET, "a")
    meant = Stack([owner, made]).shared(Subnets).placement(owner, owner["subnets"])
    assert meant.subnets == [made]
    assert [part.as_text() for part in meant.elsewhere] == ["subnet-0123"]


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


@pytest.mark.parametrize(
    ("more", "answer"),
    [
        ([], False),
        ([resource(PEERING, "p", vpcId=Ref(VPC, "a"), peerVpcId=Ref(VPC, "b"))], True),
        ([resource(PEERING, "p", vpcId=Ref(VPC, "b"), peerVpcId=Ref(VPC, "a"))], True),
        ([resource(PEERING, "p", vpcId=Ref(VPC, "a"), peerVpcId="vpc-0123")], False),
        ([resource(PEERING, "p", vpcId=Ref(VPC, "c"), peerVpcId=Ref(VPC, "b"))], False),
        ([resource(PEERING, "p", vpcId=Ref(VPC, "c"), peerVpcId="vpc-0123")], False),
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


def internet_route(*others: Resource, vpc: Resource) -> tuple[bool | None, str]:
    """Where a subnet with its VPC's main route table leads, and by what."""
    subnet = resource(SUBNET, "a", vpcId=Ref(VPC, vpc.name))
    way = Stack([vpc, resource(IGW, "igw"), subnet, *others]).shared(Subnets).internet_route(subnet)
    return way.exists, way.label


def main_table(table_id: object, *gateways: object) -> Resource:
    routes = [{"cidrBlock": ANYWHERE, "gatewayId": gateway} for gateway in gateways]
    return resource(DEFAULT_TABLE, "main", defaultRouteTableId=table_id, routes=routes)


def test_after_the_update_the_main_route_table_is_found_by_its_id() -> None:
    vpc = resource(VPC, "vpc")
    vpc.outputs = {"defaultRouteTableId": "rtb-1"}
    assert internet_route(main_table("rtb-1", "igw-0123"), vpc=vpc) == (True, "DefaultRouteTable 'main' routes[0]")
    assert internet_route(main_table("rtb-2", "igw-0123"), vpc=vpc) == (False, "")


def test_a_route_inside_a_table_whose_gateway_is_not_known_yet_may_lead_out() -> None:
    vpc = resource(VPC, "vpc")
    vpc.outputs = {"defaultRouteTableId": "rtb-1"}
    first = "DefaultRouteTable 'main' routes[1], whose gateway is not known before the update"
    assert internet_route(main_table("rtb-1", "local", UNKNOWN, UNKNOWN), vpc=vpc) == (None, first)
    assert internet_route(main_table("rtb-1", UNKNOWN, "igw-0123"), vpc=vpc) == (True, "DefaultRouteTable 'main' routes[1]")


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


@pytest.mark.parametrize(("gateway", "is_open"), [(Ref(IGW, "igw"), True), ("local", False)])
def test_a_route_is_in_the_table_that_the_stack_adopts(gateway: object, is_open: bool) -> None:
    adopted = resource(DEFAULT_TABLE, "adopted", defaultRouteTableId=Ref(VPC, "vpc"))
    route = resource(ROUTE, "route", routeTableId=Ref(DEFAULT_TABLE, "adopted"), gatewayId=gateway)
    assert internet_route(adopted, route, vpc=resource(VPC, "vpc"))[0] is is_open


def association(subnet: object, *tables: str) -> Resource:
    """One whose table was computed from several."""
    made = resource(ASSOCIATION, "association", subnetId=subnet, routeTableId=UNKNOWN)
    edges = made.dependencies
    made.dependencies = {**edges, "routeTableId": [urn_of(TABLE, table) for table in tables]}
    return made


def table(name: str, gateway: object) -> Resource:
    return resource(TABLE, name, vpcId=Ref(VPC, "vpc"), routes=[{"cidrBlock": ANYWHERE, "gatewayId": gateway}])


def test_of_two_tables_it_may_have_the_open_one_is_named() -> None:
    tables = [table("closed", "local"), table("open", "igw-0123")]
    for order in (("closed", "open"), ("open", "closed")):
        found = internet_route(*tables, association(Ref(SUBNET, "a"), *order), vpc=resource(VPC, "vpc"))
        assert found == (None, "RouteTable 'open' routes[0]")


def test_whose_an_association_is_matters_only_where_its_table_leads_elsewhere() -> None:
    vpc, loose = resource(VPC, "vpc"), association(UNKNOWN, "theirs")
    why = "RouteTableAssociation 'association', whose subnet is not known yet"
    assert internet_route(table("theirs", "local"), loose, vpc=vpc) == (False, "")
    assert internet_route(table("theirs", "igw-0123"), loose, vpc=vpc) == (None, why)
