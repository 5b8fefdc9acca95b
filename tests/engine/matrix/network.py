"""Mutants of the network: every path into a private tier, and what must be there beside the tiers."""

from __future__ import annotations

from typing import Any

from tests.engine.mutants import GROUP, IN_RULE, OUT_RULE, SUBNET, Mutant, edited
from tests.engine.stacks import Change

DEFAULT_GROUP = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
FLOW_LOG = "aws:ec2/flowLog:FlowLog"
VPC = "aws:ec2/vpc:Vpc"

CHAIN = ("network-chain", "hole")
PORTS = ("sg-public-ports", "hole")
RANGE = ("sg-database-accepts-only-groups", "hole")
IN_PUBLIC = ("workloads-in-private-subnets", "api")
OPEN = (CHAIN, PORTS, ("no-internet-path-to-private-tier", "hole"))
"""What a rule that allows the internet into a private tier violates: by itself, for its tier, and as a path."""

HEAD = f"""
import pulumi_aws as aws
task, database = made("{GROUP}", "task"), made("{GROUP}", "database")
balancer, vpc = made("{GROUP}", "load-balancer"), made("{VPC}", "network")
"""


def added(id: str, code: str, *blocked: tuple[str, str]) -> Mutant:
    """A mutant that adds a resource to the stack."""
    return Mutant(id, (), frozenset(blocked), extra=HEAD + code)


def bent(id: str, type: str, name: str, values: dict[str, Any], *blocked: tuple[str, str]) -> Mutant:
    """A mutant that changes one resource and that several policies may rightly block."""
    return Mutant(id, (Change(type, name, values),), frozenset(blocked))


def rule_from(source: str, group: str = "task", port: int = 8080, to_port: int | None = None) -> str:
    """A rule resource that allows one port."""
    return f"""
aws.vpc.SecurityGroupIngressRule("hole", security_group_id={group}.id, ip_protocol="tcp", from_port={port},
    to_port={to_port or port}, description="Opened by a test", {source})
"""


MUTANTS: list[Mutant] = [
    added("the tasks accept the internet", rule_from('cidr_ipv4="0.0.0.0/0"'), *OPEN),
    added("the tasks accept the internet over IPv6", rule_from('cidr_ipv6="::/0"'), *OPEN),
    added("the tasks accept half of the internet", rule_from('cidr_ipv4="128.0.0.0/1"'), *OPEN),
    added("the database accepts the internet", rule_from('cidr_ipv4="0.0.0.0/0"', "database", 5432), *OPEN, RANGE),
    added("the database accepts the VPC's range", rule_from('cidr_ipv4="10.0.0.0/16"', "database", 5432), CHAIN, RANGE),
    added(
        "the database accepts the load balancer",
        rule_from("referenced_security_group_id=balancer.id", "database", 5432),
        CHAIN,
    ),
    added(
        "the tasks accept SSH from the load balancer",
        rule_from("referenced_security_group_id=balancer.id", port=22),
        CHAIN,
    ),
    added("the load balancer accepts another port", rule_from('cidr_ipv4="0.0.0.0/0"', "balancer", 8443), CHAIN, PORTS),
    added(
        "an old kind of rule opens the tasks",
        """
aws.ec2.SecurityGroupRule("hole", type="ingress", security_group_id=task.id, protocol="tcp", from_port=8080,
    to_port=8080, cidr_blocks=["0.0.0.0/0"], description="Opened by a test")
""",
        *OPEN,
    ),
    added(
        "a rule opens a group of another stack",
        """
aws.vpc.SecurityGroupIngressRule("hole", security_group_id="sg-0123456789abcdef0", ip_protocol="tcp", from_port=22,
    to_port=22, cidr_ipv4="0.0.0.0/0", description="Opened by a test")
""",
        PORTS,
    ),
    added(
        "a group between opens the database to the internet",
        """
door = aws.ec2.SecurityGroup("door", vpc_id=vpc.id, description="A door",
    ingress=[{"protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_blocks": ["0.0.0.0/0"],
        "description": "Anyone"}],
    egress=[{"protocol": "tcp", "from_port": 5432, "to_port": 5432, "security_groups": [database.id],
        "description": "The database"}])
aws.vpc.SecurityGroupIngressRule("hole", security_group_id=database.id, ip_protocol="tcp", from_port=5432,
    to_port=5432, referenced_security_group_id=door.id, description="Opened by a test")
aws.ec2.Instance("bastion", ami="ami-0123456789abcdef0", instance_type="t3.micro", vpc_security_group_ids=[door.id],
    subnet_id=made("aws:ec2/subnet:Subnet", "public-1").id, associate_public_ip_address=True)
""",
        CHAIN,
        ("no-internet-path-to-private-tier", "hole"),
        ("sg-ingress-from-internet", "door"),
    ),
    added(
        "the tasks accept everything from each other",
        """
aws.vpc.SecurityGroupIngressRule("hole", security_group_id=task.id, ip_protocol="-1",
    referenced_security_group_id=task.id, description="Opened by a test")
""",
        CHAIN,
    ),
    added(
        "the tasks send everything everywhere",
        """
aws.vpc.SecurityGroupEgressRule("hole", security_group_id=task.id, ip_protocol="-1", cidr_ipv4="0.0.0.0/0",
    description="Opened by a test")
""",
        ("sg-no-wide-egress", "hole"),
    ),
    added(
        "the tasks send everything to a prefix list with everyone in it",
        """
everyone = aws.ec2.ManagedPrefixList("everyone", address_family="IPv4", max_entries=2,
    entries=[{"cidr": "0.0.0.0/1"}, {"cidr": "128.0.0.0/1"}])
aws.vpc.SecurityGroupEgressRule("hole", security_group_id=task.id, ip_protocol="-1", prefix_list_id=everyone.id,
    description="Opened by a test")
""",
        ("sg-no-wide-egress-by-list", "hole"),
    ),
    bent(
        "HTTP comes in on all ports",
        IN_RULE,
        "load-balancer-http",
        {"fromPort": 0, "toPort": 65535},
        *((policy, "load-balancer-http") for policy in ("network-chain", "sg-no-wide-ingress", "sg-public-ports")),
    ),
    bent(
        "a rule has no description",
        IN_RULE,
        "task-load-balancer",
        {"description": ""},
        ("sg-described", "task-load-balancer"),
    ),
    edited(
        "tasks run in the public subnets",
        "__main__.py",
        "subnet_ids=network.private_subnet_ids,\n        security_group_id=firewall.task_group_id",
        "subnet_ids=network.public_subnet_ids,\n        security_group_id=firewall.task_group_id",
        IN_PUBLIC,
    ),
    edited(
        "the database is in the public subnets",
        "__main__.py",
        "subnet_ids=network.private_subnet_ids,\n        security_group_id=firewall.database_group_id",
        "subnet_ids=network.public_subnet_ids,\n        security_group_id=firewall.database_group_id",
        ("workloads-in-private-subnets", "database"),
    ),
    edited(
        "the private subnets have a route to the internet gateway",
        "ml_api/network.py",
        "nat_gateway_id=nat.id",
        "gateway_id=gateway.id",
        IN_PUBLIC,
        ("workloads-in-private-subnets", "database"),
        ("private-subnet-no-internet-route", "private-nat"),
    ),
    bent(
        "a public subnet assigns public addresses",
        SUBNET,
        "public-1",
        {"mapPublicIpOnLaunch": True},
        ("subnet-no-public-addresses", "public-1"),
    ),
    bent(
        "the default group allows traffic between its members",
        DEFAULT_GROUP,
        "network",
        {"ingress": [{"protocol": "-1", "fromPort": 0, "toPort": 0, "self": True, "description": "Members"}]},
        ("default-security-group-locked", "network"),
    ),
    bent(
        "only rejected traffic is logged", FLOW_LOG, "flow-logs", {"trafficType": "REJECT"}, ("vpc-flow-log", "network")
    ),
    bent(
        "two private subnets are in one zone",
        SUBNET,
        "private-2",
        {"availabilityZone": "us-east-1a"},
        ("subnets-in-different-zones", "private-2"),
    ),
    bent(
        "the tasks may send on all ports",
        OUT_RULE,
        "task-https",
        {"ipProtocol": "-1"},
        ("sg-no-wide-egress", "task-https"),
    ),
]
