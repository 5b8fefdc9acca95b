"""A compliant network in the shape of the stack's: its resources by name, to be bent one at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pulumi_guardrails.core.resource import Resource
from tests.policypack.cases import Ref, bend, resource

VPC = "aws:ec2/vpc:Vpc"
DEFAULT_VPC = "aws:ec2/defaultVpc:DefaultVpc"
MORE_IPV4 = "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation"
MORE_IPV6 = "aws:ec2/vpcIpv6CidrBlockAssociation:VpcIpv6CidrBlockAssociation"
SUBNET = "aws:ec2/subnet:Subnet"
IGW = "aws:ec2/internetGateway:InternetGateway"
TABLE = "aws:ec2/routeTable:RouteTable"
DEFAULT_TABLE = "aws:ec2/defaultRouteTable:DefaultRouteTable"
ROUTE = "aws:ec2/route:Route"
ASSOCIATION = "aws:ec2/routeTableAssociation:RouteTableAssociation"
MAIN = "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation"
FLOW_LOG = "aws:ec2/flowLog:FlowLog"
PEERING = "aws:ec2/vpcPeeringConnection:VpcPeeringConnection"
GROUP = "aws:ec2/securityGroup:SecurityGroup"
DEFAULT_GROUP = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
RULE = "aws:ec2/securityGroupRule:SecurityGroupRule"
IN = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
OUT = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
PREFIX_LIST = "aws:ec2/managedPrefixList:ManagedPrefixList"
PREFIX_ENTRY = "aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry"
BALANCER = "aws:lb/loadBalancer:LoadBalancer"
SERVICE = "aws:ecs/service:Service"
CLUSTER = "aws:rds/cluster:Cluster"
DATABASE = "aws:rds/instance:Instance"
SUBNET_GROUP = "aws:rds/subnetGroup:SubnetGroup"
INSTANCE = "aws:ec2/instance:Instance"
INTERFACE = "aws:ec2/networkInterface:NetworkInterface"
INTERFACE_ATTACHMENT = "aws:ec2/networkInterfaceAttachment:NetworkInterfaceAttachment"
INTERFACE_GROUP = "aws:ec2/networkInterfaceSecurityGroupAttachment:NetworkInterfaceSecurityGroupAttachment"
FUNCTION = "aws:lambda/function:Function"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"

ANYWHERE = "0.0.0.0/0"

LB_GROUP, TASK_GROUP, DB_GROUP = Ref(GROUP, "lb-group"), Ref(GROUP, "task-group"), Ref(GROUP, "db-group")


def tcp(port: int) -> dict[str, Any]:
    """What a rule resource says of one TCP port."""
    return {"ipProtocol": "tcp", "fromPort": float(port), "toPort": float(port), "description": f"port {port}"}


def _subnet(tier: str, number: int, zone: str) -> dict[str, Any]:
    third = number if tier == "public" else 10 + number
    return {
        "vpcId": Ref(VPC, "vpc"),
        "cidrBlock": f"10.0.{third}.0/24",
        "availabilityZone": f"us-east-1{zone}",
        "tags": {"Tier": tier},
    }


def _network(subnets: int) -> dict[str, tuple[str, dict[str, Any]]]:
    made: dict[str, tuple[str, dict[str, Any]]] = {
        "vpc": (VPC, {"cidrBlock": "10.0.0.0/16"}),
        "default-group": (DEFAULT_GROUP, {"vpcId": Ref(VPC, "vpc")}),
        "igw": (IGW, {"vpcId": Ref(VPC, "vpc")}),
    }
    for tier, target in (("public", {"gatewayId": Ref(IGW, "igw")}), ("private", {"natGatewayId": "nat-0123"})):
        made[f"{tier}-table"] = (TABLE, {"vpcId": Ref(VPC, "vpc")})
        way = {"routeTableId": Ref(TABLE, f"{tier}-table"), "destinationCidrBlock": ANYWHERE}
        made[f"{tier}-route"] = (ROUTE, {**way, **target})
        for number, zone in enumerate("abc"[:subnets]):
            made[f"{tier}-{number}"] = (SUBNET, _subnet(tier, number, zone))
            ends = {"routeTableId": Ref(TABLE, f"{tier}-table"), "subnetId": Ref(SUBNET, f"{tier}-{number}")}
            made[f"{tier}-{number}-table"] = (ASSOCIATION, ends)
    return made


def _firewall() -> dict[str, tuple[str, dict[str, Any]]]:
    made: dict[str, tuple[str, dict[str, Any]]] = {
        name: (GROUP, {"vpcId": Ref(VPC, "vpc"), "description": f"the {name}"})
        for name in ("lb-group", "task-group", "db-group")
    }
    web = {"securityGroupId": LB_GROUP, "cidrIpv4": ANYWHERE}
    made["lb-http"] = (IN, {**tcp(80), **web})
    made["lb-https"] = (IN, {**tcp(443), **web})
    made["lb-out"] = (OUT, {**tcp(8080), "securityGroupId": LB_GROUP, "referencedSecurityGroupId": TASK_GROUP})
    made["task-in"] = (IN, {**tcp(8080), "securityGroupId": TASK_GROUP, "referencedSecurityGroupId": LB_GROUP})
    made["task-out"] = (OUT, {**tcp(5432), "securityGroupId": TASK_GROUP, "referencedSecurityGroupId": DB_GROUP})
    made["task-https"] = (OUT, {**tcp(443), "securityGroupId": TASK_GROUP, "cidrIpv4": ANYWHERE})
    made["db-in"] = (IN, {**tcp(5432), "securityGroupId": DB_GROUP, "referencedSecurityGroupId": TASK_GROUP})
    return made


def _workloads(count: int) -> dict[str, tuple[str, dict[str, Any]]]:
    def subnets(tier: str) -> list[Ref]:
        return [Ref(SUBNET, f"{tier}-{number}") for number in range(count)]

    return {
        "balancer": (BALANCER, {"securityGroups": [LB_GROUP], "subnets": subnets("public")}),
        "service": (
            SERVICE,
            {"networkConfiguration": {"subnets": subnets("private"), "securityGroups": [TASK_GROUP]}},
        ),
        "db-subnets": (SUBNET_GROUP, {"name": "db-subnets", "subnetIds": subnets("private")}),
        "cluster": (
            CLUSTER,
            {"engine": "aurora-postgresql", "dbSubnetGroupName": "db-subnets", "vpcSecurityGroupIds": [DB_GROUP]},
        ),
    }


def world(
    *more: Resource,
    change: Mapping[str, Mapping[str, Any]] | None = None,
    without: Sequence[str] = (),
    subnets: int = 1,
) -> list[Resource]:
    """The resources, some bent (by name and dotted path) or left out, and some more; `subnets` a tier."""
    change = change or {}
    made = _network(subnets) | _firewall() | _workloads(subnets)
    assert set(change) <= set(made)
    assert set(without) <= set(made)
    return [
        *(
            resource(token, name, **bend(properties, change.get(name, {})))
            for name, (token, properties) in made.items()
            if name not in without
        ),
        *more,
    ]


def ingress(name: str, group: Any, port: int = 22, **peer: Any) -> Resource:
    """One more ingress rule for a TCP port."""
    return resource(IN, name, **{**tcp(port), "securityGroupId": group, **peer})


def egress(name: str, group: Any, port: int = 22, **peer: Any) -> Resource:
    """One more egress rule for a TCP port."""
    return resource(OUT, name, **{**tcp(port), "securityGroupId": group, **peer})


def group(name: str, /, **properties: Any) -> Resource:
    """One more security group."""
    return resource(GROUP, name, **{"vpcId": Ref(VPC, "vpc"), "description": f"the {name}", **properties})


def instance(name: str, *groups: Any, **properties: Any) -> Resource:
    """One more instance, in the first public subnet unless told otherwise."""
    return resource(
        INSTANCE, name, **{"vpcSecurityGroupIds": list(groups), "subnetId": Ref(SUBNET, "public-0"), **properties}
    )


def read(token: str, name: str, **properties: Any) -> Resource:
    """A resource that the stack only reads, with the state it has."""
    found = resource(token, name, **properties)
    found.outputs, found.is_read = dict(found.properties), True
    return found


def shared_group(*blocks: Mapping[str, Any]) -> Resource:
    """A group of another stack that this one looks up."""
    return read(GROUP, "shared", id="sg-0123", vpcId="vpc-1", ingress=[dict(one) for one in blocks], egress=[])


WITH_SHARED: dict[str, Any] = {"cluster": {"vpcSecurityGroupIds": [DB_GROUP, "sg-0123"]}}
"""A group of another stack is attached to the database as well."""

ONLY_SHARED: dict[str, Any] = {"cluster": {"vpcSecurityGroupIds": ["sg-0123"]}}
"""Nothing but that group is attached to the database."""
