"""The network: addresses, zones, routes, and the chain of security groups."""

from __future__ import annotations

import json

import pytest

from tests.infra.program import Stack

PUBLIC = {"10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24"}
PRIVATE = {"10.0.10.0/24", "10.0.11.0/24", "10.0.12.0/24"}


def test_vpc(dev: Stack) -> None:
    vpc = dev.one("Vpc")
    assert vpc["cidrBlock"] == "10.0.0.0/16"
    assert vpc["enableDnsSupport"] is True
    assert vpc["enableDnsHostnames"] is True


@pytest.mark.parametrize(("tier", "cidrs"), [("public", PUBLIC), ("private", PRIVATE)])
def test_each_tier_has_one_subnet_in_each_of_three_zones(dev: Stack, tier: str, cidrs: set[str]) -> None:
    subnets = [subnet for subnet in dev.all("Subnet") if subnet["tags"]["Tier"] == tier]
    assert {subnet["cidrBlock"] for subnet in subnets} == cidrs
    assert {subnet["availabilityZone"] for subnet in subnets} == {"us-east-1a", "us-east-1b", "us-east-1c"}


def test_no_subnet_gives_public_addresses(dev: Stack) -> None:
    assert [subnet["mapPublicIpOnLaunch"] for subnet in dev.all("Subnet")] == [False] * 6


@pytest.mark.parametrize("tier", ["public", "private"])
def test_every_subnet_is_routed_by_the_table_of_its_tier(dev: Stack, tier: str) -> None:
    associations = [found for found in dev.all("RouteTableAssociation") if found.name.startswith(tier)]
    assert {table for found in associations for table in found.refers_to["routeTableId"]} == {f"RouteTable::{tier}"}
    assert {subnet for found in associations for subnet in found.refers_to["subnetId"]} == {
        f"Subnet::{tier}-{number}" for number in (1, 2, 3)
    }


def test_only_the_public_table_leads_to_the_internet_gateway(dev: Stack) -> None:
    (public,) = (route for route in dev.all("Route") if "gatewayId" in route.inputs)
    (private,) = (route for route in dev.all("Route") if "natGatewayId" in route.inputs)
    assert public.refers_to["routeTableId"] == {"RouteTable::public"}
    assert public.refers_to["gatewayId"] == {"InternetGateway::network"}
    assert private.refers_to["routeTableId"] == {"RouteTable::private"}
    assert len(dev.all("Route")) == 2


def test_one_nat_gateway_in_the_first_public_subnet(dev: Stack) -> None:
    assert dev.one("NatGateway").refers_to["subnetId"] == {"Subnet::public-1"}


def test_the_default_security_group_has_no_rules(dev: Stack) -> None:
    assert not {"ingress", "egress"} & set(dev.one("DefaultSecurityGroup").inputs)


@pytest.mark.parametrize("service", ["s3", "dynamodb"])
def test_gateway_endpoints_serve_the_private_subnets_with_a_narrow_policy(dev: Stack, service: str) -> None:
    endpoint = dev.one("VpcEndpoint", service)
    assert endpoint["vpcEndpointType"] == "Gateway"
    assert endpoint["serviceName"] == f"com.amazonaws.us-east-1.{service}"
    assert endpoint.refers_to["routeTableIds"] == {"RouteTable::private"}
    (statement,) = json.loads(endpoint["policy"])["Statement"]
    assert "*" not in statement["Resource"]
    assert all("*" not in action for action in statement["Action"])


def test_the_flow_log_records_all_traffic_of_the_vpc(dev: Stack) -> None:
    flow_log = dev.one("FlowLog")
    assert flow_log["trafficType"] == "ALL"
    assert flow_log.refers_to["vpcId"] == {"Vpc::network"}
    assert flow_log.refers_to["logDestination"] == {"LogGroup::flow-logs"}


def rules(stack: Stack, kind: str) -> set[tuple[str, int, str]]:
    """Each rule as group, port, and peer or range."""
    found = set()
    for rule in stack.all(kind):
        assert rule["ipProtocol"] == "tcp"
        assert rule["fromPort"] == rule["toPort"]
        (group,) = rule.refers_to["securityGroupId"]
        peers = rule.refers_to.get("referencedSecurityGroupId")
        peer = next(iter(peers)) if peers else rule["cidrIpv4"]
        found.add((group.split("::")[1], int(rule["fromPort"]), peer.split("::")[-1]))
    return found


def test_nothing_else_comes_in_than_along_the_chain(dev: Stack) -> None:
    assert rules(dev, "SecurityGroupIngressRule") == {
        ("load-balancer", 80, "0.0.0.0/0"),
        ("load-balancer", 443, "0.0.0.0/0"),
        ("task", 8080, "load-balancer"),
        ("database", 5432, "task"),
    }


def test_nothing_else_goes_out_than_the_chain_needs(dev: Stack) -> None:
    assert rules(dev, "SecurityGroupEgressRule") == {
        ("load-balancer", 8080, "task"),
        ("task", 5432, "database"),
        ("task", 443, "0.0.0.0/0"),
    }


def test_groups_have_no_rules_of_their_own(dev: Stack) -> None:
    groups = dev.all("SecurityGroup")
    assert len(groups) == 3
    assert not any({"ingress", "egress"} & set(group.inputs) for group in groups)


def test_every_group_and_every_rule_is_described(dev: Stack) -> None:
    kinds = ("SecurityGroup", "SecurityGroupIngressRule", "SecurityGroupEgressRule")
    assert all(found["description"] for kind in kinds for found in dev.all(kind))
