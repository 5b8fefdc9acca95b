"""Stacks that several tables of the policies on tiers are made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.value import UNKNOWN
from tests.policypack.aws.network.world import (
    ANYWHERE,
    DB_GROUP,
    GROUP,
    PREFIX_LIST,
    SERVICE,
    SUBNET,
    TASK_GROUP,
    egress,
    group,
    ingress,
    instance,
    world,
)
from tests.policypack.cases import Ref, resource, urn_of

CHAIN, PATH, PRIVATE = "network-chain", "no-internet-path-to-private-tier", "workloads-in-private-subnets"


def inline(name: str, *blocks: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The group `name` with inline rules."""
    return {name: {"ingress": [dict(block) for block in blocks]}}


BASTION = [
    group("bastion-group"),
    instance("bastion", Ref(GROUP, "bastion-group")),
]

BASTION_OUT = egress("bastion-out", Ref(GROUP, "bastion-group"), 5432, referencedSecurityGroupId=DB_GROUP)

BASTION_OPEN = ingress("bastion-ssh", Ref(GROUP, "bastion-group"), 22, cidrIpv4="0.0.0.0/0")

DB_FROM_BASTION = ingress("db-bastion", DB_GROUP, 5432, referencedSecurityGroupId=Ref(GROUP, "bastion-group"))

OFFICE_LIST = resource(PREFIX_LIST, "office", entries=[{"cidr": "128.0.0.0/2"}], addressFamily="IPv4")

NLB_PROPERTIES: dict[str, Any] = {"loadBalancerType": "network", "subnets": [Ref(SUBNET, "public-0")]}

TASKS: dict[str, Any] = {"name": "tasks", "kinds": ["ECS service"], "ports": [8080], "from": []}

DATABASES: dict[str, Any] = {"name": "database", "kinds": ["RDS cluster"], "ports": [5432], "from": ["tasks"]}

MISDECLARED: list[dict[str, Any]] = [{**TASKS, "from": ["app"]}, DATABASES]


def database(accepted: int, **properties: Any) -> list[Resource]:
    """The network with another cluster, reached from the tasks on the port `accepted`."""
    return world(change={"cluster": properties, "db-in": {"fromPort": float(accepted), "toPort": float(accepted)}})


def out_to(accepted: int, **properties: Any) -> list[Resource]:
    """The same, where the tasks have an egress rule for that port as well."""
    return [
        *database(accepted, **properties),
        egress("task-db", TASK_GROUP, accepted, referencedSecurityGroupId=DB_GROUP),
    ]


def computed_from(made: Resource, name: str, *refs: Ref) -> Resource:
    """The same resource with a property that is computed from several resources."""
    edges = [urn_of(ref.token, ref.name) for ref in refs]
    made.properties = {**made.properties, name: UNKNOWN}
    made.dependencies = {**made.dependencies, name: edges}
    return made


TWO_BASTIONS = (
    *BASTION,
    BASTION_OPEN,
    egress("bastion-all", Ref(GROUP, "bastion-group"), 5432, cidrIpv4=ANYWHERE),
)


def with_one_of(name: str, property_name: str, *refs: Ref, more: Sequence[Resource] = ()) -> list[Resource]:
    """The network where a property of the resource `name` was computed from several resources."""
    made = world(*more)
    computed_from(next(r for r in made if r.name == name), property_name, *refs)
    return made


def in_subnet(subnet: Any) -> Resource:
    """A service in one subnet."""
    return resource(SERVICE, "svc", networkConfiguration={"subnets": [subnet], "securityGroups": ["sg-1"]})
