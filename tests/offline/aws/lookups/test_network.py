"""Networks that no program made: one VPC, its subnets in its zones, and the same answer to the same question."""

from __future__ import annotations

import ipaddress
from typing import Any

import pytest

from offline.aws import regions, schema
from offline.aws.functions import answer
from offline.aws.values import Secret
from offline.aws.world import World


@pytest.fixture
def world() -> World:
    return World()


def ask(world: World, name: str, region: str = "us-east-1", /, **arguments: Any) -> dict[str, Any]:
    return answer(schema.function(f"aws:ec2/{name}:{name}"), arguments, region, world)


def where(**values: str) -> list[dict[str, Any]]:
    return [{"name": name.replace("_", "-"), "values": [value]} for name, value in values.items()]


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1", "us-west-1"])
def test_the_default_vpc_has_a_subnet_in_each_zone(world: World, region: str) -> None:
    vpc = ask(world, "getVpc", region, default=True)
    assert vpc["default"] is True
    assert vpc["cidrBlock"] == "172.31.0.0/16"
    assert ask(world, "getVpc", region, id=vpc["id"]) == vpc | {"tags": {}}
    assert ask(world, "getVpcs", region)["ids"] == [vpc["id"]]
    identifiers = ask(world, "getSubnets", region, filters=where(vpc_id=vpc["id"]))["ids"]
    subnets = [ask(world, "getSubnet", region, id=identifier) for identifier in identifiers]
    assert [subnet["id"] for subnet in subnets] == identifiers
    assert [subnet["availabilityZone"] for subnet in subnets] == regions.zone_names(region)
    assert {subnet["vpcId"] for subnet in subnets} == {vpc["id"]}
    _assert_apart(vpc["cidrBlock"], subnets)


def test_subnets_by_tags_are_others_of_the_same_vpc(world: World) -> None:
    vpc = ask(world, "getVpc", tags={"Name": "main"})
    assert vpc["default"] is False
    assert vpc["tags"] == {"Name": "main"}
    found = []
    for tier in ("public", "private"):
        filters = [*where(vpc_id=vpc["id"]), {"name": "tag:Tier", "values": [f"*{tier}*"]}]
        found.append(ask(world, "getSubnets", filters=filters)["ids"])
    assert not set(found[0]) & set(found[1])
    assert found[0] == ask(world, "getSubnets", filters=where(vpc_id=vpc["id"]), tags={"Tier": "public"})["ids"]
    subnets = [ask(world, "getSubnet", id=identifier) for identifier in (*found[0], *found[1])]
    assert {subnet["vpcId"] for subnet in subnets} == {vpc["id"]}
    _assert_apart(vpc["cidrBlock"], subnets)


def _assert_apart(vpc: str, subnets: list[dict[str, Any]]) -> None:
    networks = [ipaddress.IPv4Network(subnet["cidrBlock"]) for subnet in subnets]
    assert all(network.subnet_of(ipaddress.IPv4Network(vpc)) for network in networks)
    assert not any(one.overlaps(other) for one in networks for other in networks if one is not other)


def test_what_is_asked_by_its_id_has_it(world: World) -> None:
    for name, argument, identifier in (
        ("getVpc", "id", "vpc-0123456789abcdef0"),
        ("getSubnet", "id", "subnet-0123456789abcdef0"),
        ("getRouteTable", "routeTableId", "rtb-0123456789abcdef0"),
        ("getSecurityGroup", "id", "sg-0123456789abcdef0"),
        ("getInternetGateway", "internetGatewayId", "igw-0123456789abcdef0"),
        ("getNatGateway", "id", "nat-0123456789abcdef0"),
        ("getInstance", "instanceId", "i-0123456789abcdef0"),
    ):
        found = ask(world, name, **{argument: identifier})
        assert found["id"] == found[argument] == identifier
        assert found == ask(World(), name, **{argument: identifier})


def test_a_subnet_by_zone_and_by_range(world: World) -> None:
    vpc = "vpc-0123456789abcdef0"
    by_zone = ask(world, "getSubnet", vpcId=vpc, availabilityZone="us-east-1c")
    assert (by_zone["availabilityZone"], by_zone["availabilityZoneId"]) == ("us-east-1c", "use1-az3")
    by_range = ask(world, "getSubnet", vpcId=vpc, cidrBlock="10.7.0.0/24")
    assert by_range["cidrBlock"] == "10.7.0.0/24"
    assert by_range["availableIpAddressCount"] == 251
    assert ask(world, "getSubnet", id=by_range["id"])["vpcId"] == vpc


def test_what_was_found_is_the_same_by_its_id(world: World) -> None:
    for name, question in (
        ("getVpc", {"cidrBlock": "10.5.0.0/16", "tags": {"Name": "main"}}),
        ("getVpc", {"filters": [{"name": "tag:Name", "values": ["other"]}]}),
        ("getSecurityGroup", {"name": "web", "vpcId": "vpc-0123456789abcdef0"}),
        ("getSubnet", {"vpcId": "vpc-0123456789abcdef0", "tags": {"Tier": "db"}}),
    ):
        found = ask(world, name, **question)
        again = ask(world, name, id=found["id"])
        assert {**again, "filters": None} == {**found, "filters": None}
    vpc = ask(world, "getVpc", cidrBlock="10.5.0.0/16", tags={"Name": "main"})
    subnet = ask(world, "getSubnets", filters=where(vpc_id=vpc["id"]))["ids"][0]
    assert ask(world, "getSubnet", id=subnet)["cidrBlock"] == "10.5.0.0/20"
    groups = ask(world, "getSecurityGroups", filters=where(group_name="web", vpc_id=vpc["id"]))
    assert ask(world, "getSecurityGroup", id=groups["ids"][0])["name"] == "web"
    both = ask(world, "getSubnets", filters=[{"name": "tag:Tier", "values": ["a"]}], tags={"Team": "b"})
    assert both["ids"] != ask(world, "getSubnets", filters=[{"name": "tag:Tier", "values": ["a"]}])["ids"]


def test_a_secret_of_the_stack_stays_one_when_it_is_looked_up(world: World) -> None:
    world.remember("aws:ec2/vpc:Vpc", "vpc-1", {"cidrBlock": Secret("10.9.0.0/20")})
    assert ask(world, "getVpc", id="vpc-1")["cidrBlock"] == Secret("10.9.0.0/20")


def test_what_is_in_a_network_is_in_the_vpc_that_is_asked_for(world: World) -> None:
    vpc = "vpc-0123456789abcdef0"
    subnet = ask(world, "getSubnets", filters=where(vpc_id=vpc))["ids"][0]
    table = ask(world, "getRouteTable", subnetId=subnet)
    assert table["vpcId"] == vpc
    assert ask(world, "getRouteTables", vpcId=vpc)["ids"] == [table["id"]]
    assert ask(world, "getVpc", id=vpc)["mainRouteTableId"] == table["id"]
    group = ask(world, "getSecurityGroup", name="default", vpcId=vpc)
    groups = ask(world, "getSecurityGroups", filters=where(vpc_id=vpc))
    assert (groups["ids"], groups["vpcIds"]) == ([group["id"]], [vpc])
    gateway = ask(world, "getInternetGateway", filters=[{"name": "attachment.vpc-id", "values": [vpc]}])
    assert gateway["attachments"] == [{"state": "available", "vpcId": vpc}]
    assert ask(world, "getVpcEndpoint", vpcId=vpc, serviceName="com.amazonaws.us-east-1.s3")["vpcId"] == vpc


def test_a_vpc_and_a_subnet_of_the_stack_are_as_the_stack_has_them(world: World) -> None:
    world.remember("aws:ec2/vpc:Vpc", "vpc-1", {"cidrBlock": "10.9.0.0/20", "tags": {"a": "b"}})
    world.remember("aws:ec2/subnet:Subnet", "subnet-1", {"vpcId": "vpc-1", "cidrBlock": "10.9.1.0/24"})
    assert ask(world, "getVpc", id="vpc-1")["cidrBlock"] == "10.9.0.0/20"
    found = ask(world, "getSubnet", id="subnet-1")
    assert (found["vpcId"], found["cidrBlock"]) == ("vpc-1", "10.9.1.0/24")
    assert ask(world, "getRouteTable", subnetId="subnet-1")["vpcId"] == "vpc-1"
