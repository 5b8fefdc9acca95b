"""Mutants of the network: every path into a private tier, and what must be there beside the tiers."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from tests.engine.mutants import GROUP, IN_RULE, OUT_RULE, SUBNET, Mutant, bend, edited
from tests.engine.stacks import Change

DEFAULT_GROUP = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
FLOW_LOG = "aws:ec2/flowLog:FlowLog"
VPC = "aws:ec2/vpc:Vpc"

CHAIN = "network-chain"
PORTS = "sg-public-ports"
RANGE = "sg-database-accepts-only-groups"
PATH = "no-internet-path-to-private-tier"
OPEN = (CHAIN, PORTS, PATH)
"""What a rule that allows the internet into a private tier violates: by itself, for its tier, and as a path."""
IN_PRIVATE = "workloads-in-private-subnets"

HEAD = f"""
import pulumi_aws as aws
task, database = made("{GROUP}", "task"), made("{GROUP}", "database")
balancer, vpc = made("{GROUP}", "load-balancer"), made("{VPC}", "network")
"""


def added(id: str, name: str, code: str, *policies: str, beside: tuple[tuple[str, str], ...] = ()) -> Mutant:
    """A mutant that adds a resource of this name to the stack, which these policies block."""
    return Mutant(id, (), frozenset({*((policy, name) for policy in policies), *beside}), extra=HEAD + code)


def bent(id: str, type: str, name: str, values: dict[str, Any], *blocked: tuple[str, str]) -> Mutant:
    """A mutant that changes one resource and that several policies may rightly block."""
    return Mutant(id, (Change(type, name, values),), frozenset(blocked))


def rule_from(source: str, group: str = "task", port: int = 8080, name: str = "hole") -> str:
    """A rule resource that allows one port."""
    return f"""
aws.vpc.SecurityGroupIngressRule("{name}", security_group_id={group}.id, ip_protocol="tcp", from_port={port},
    to_port={port}, description="Opened by a test", {source})
"""


def hole(
    id: str,
    name: str,
    source: str,
    *policies: str,
    group: str = "task",
    port: int = 8080,
    without: Collection[str] = (),
) -> Mutant:
    """A mutant with one rule more."""
    mutant = added(id, name, rule_from(source, group, port, name), *policies)
    return replace(mutant, without=frozenset(without))


MUTANTS: list[Mutant] = [
    hole("the tasks accept the internet", "task-internet", 'cidr_ipv4="0.0.0.0/0"', *OPEN),
    hole("the tasks accept the internet over IPv6", "task-internet-6", 'cidr_ipv6="::/0"', *OPEN),
    hole("the tasks accept half of the internet", "task-half-internet", 'cidr_ipv4="128.0.0.0/1"', *OPEN),
    hole(
        "the database accepts the internet",
        "database-internet",
        'cidr_ipv4="0.0.0.0/0"',
        *OPEN,
        RANGE,
        group="database",
        port=5432,
    ),
    hole(
        "the database accepts the VPC's range",
        "database-range",
        'cidr_ipv4="10.0.0.0/16"',
        CHAIN,
        RANGE,
        group="database",
        port=5432,
        # Whom something lets into the network is in the range.
        without=[PATH],
    ),
    hole(
        "the database accepts the load balancer",
        "database-load-balancer",
        "referenced_security_group_id=balancer.id",
        CHAIN,
        group="database",
        port=5432,
    ),
    hole(
        "the tasks accept SSH from the load balancer",
        "task-ssh",
        "referenced_security_group_id=balancer.id",
        CHAIN,
        port=22,
    ),
    hole(
        "the load balancer accepts another port",
        "load-balancer-other",
        'cidr_ipv4="0.0.0.0/0"',
        CHAIN,
        PORTS,
        group="balancer",
        port=8443,
    ),
    added(
        "an old kind of rule opens the tasks",
        "task-old-rule",
        """
aws.ec2.SecurityGroupRule("task-old-rule", type="ingress", security_group_id=task.id, protocol="tcp", from_port=8080,
    to_port=8080, cidr_blocks=["0.0.0.0/0"], description="Opened by a test")
""",
        *OPEN,
    ),
    added(
        "a rule opens a group of another stack",
        "other-stack",
        """
aws.vpc.SecurityGroupIngressRule("other-stack", security_group_id="sg-0123456789abcdef0", ip_protocol="tcp",
    from_port=22, to_port=22, cidr_ipv4="0.0.0.0/0", description="Opened by a test")
""",
        PORTS,
    ),
    added(
        "a group between opens the database to the internet",
        "database-door",
        """
door = aws.ec2.SecurityGroup("door", vpc_id=vpc.id, description="A door",
    ingress=[{"protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_blocks": ["0.0.0.0/0"],
        "description": "Anyone"}],
    egress=[{"protocol": "tcp", "from_port": 5432, "to_port": 5432, "security_groups": [database.id],
        "description": "The database"}])
aws.vpc.SecurityGroupIngressRule("database-door", security_group_id=database.id, ip_protocol="tcp", from_port=5432,
    to_port=5432, referenced_security_group_id=door.id, description="Opened by a test")
aws.ec2.Instance("bastion", ami="ami-0123456789abcdef0", instance_type="t3.micro", vpc_security_group_ids=[door.id],
    subnet_id=made("aws:ec2/subnet:Subnet", "public-1").id, associate_public_ip_address=True)
""",
        CHAIN,
        PATH,
        beside=(("sg-ingress-from-internet", "door"),),
    ),
    added(
        "the tasks accept everything from each other",
        "task-task",
        """
aws.vpc.SecurityGroupIngressRule("task-task", security_group_id=task.id, ip_protocol="-1",
    referenced_security_group_id=task.id, description="Opened by a test")
""",
        CHAIN,
    ),
    added(
        "the tasks send everything everywhere",
        "task-everywhere",
        """
aws.vpc.SecurityGroupEgressRule("task-everywhere", security_group_id=task.id, ip_protocol="-1",
    cidr_ipv4="0.0.0.0/0", description="Opened by a test")
""",
        "sg-no-wide-egress",
    ),
    added(
        "the tasks send everything to a prefix list with everyone in it",
        "task-list",
        """
everyone = aws.ec2.ManagedPrefixList("everyone", address_family="IPv4", max_entries=2,
    entries=[{"cidr": "0.0.0.0/1"}, {"cidr": "128.0.0.0/1"}])
aws.vpc.SecurityGroupEgressRule("task-list", security_group_id=task.id, ip_protocol="-1", prefix_list_id=everyone.id,
    description="Opened by a test")
""",
        "sg-no-wide-egress-by-list",
    ),
    bent(
        "HTTP comes in on all ports",
        IN_RULE,
        "load-balancer-http",
        {"fromPort": 0, "toPort": 65535},
        *((policy, "load-balancer-http") for policy in (CHAIN, "sg-no-wide-ingress", PORTS)),
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
        (IN_PRIVATE, "api"),
    ),
    edited(
        "the database is in the public subnets",
        "__main__.py",
        "subnet_ids=network.private_subnet_ids,\n        security_group_id=firewall.database_group_id",
        "subnet_ids=network.public_subnet_ids,\n        security_group_id=firewall.database_group_id",
        (IN_PRIVATE, "database"),
    ),
    edited(
        "the private subnets have a route to the internet gateway",
        "ml_api/network.py",
        "nat_gateway_id=nat.id",
        "gateway_id=gateway.id",
        (IN_PRIVATE, "api"),
        (IN_PRIVATE, "database"),
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
    bend(
        "the tasks may send on all ports",
        "sg-no-wide-egress",
        OUT_RULE,
        "task-https",
        set={"ipProtocol": "-1"},
        remove=["fromPort", "toPort"],
    ),
]
