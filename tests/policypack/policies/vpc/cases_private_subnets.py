"""Rows of `workloads-in-private-subnets`: services and databases in subnets."""

from __future__ import annotations

from typing import Any

from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.value import ABSENT, UNKNOWN
from tests.policypack.aws.network.tables import case
from tests.policypack.aws.network.world import (
    DATABASE,
    SERVICE,
    SUBNET,
    group,
    world,
)
from tests.policypack.cases import COMPLIANT, NOT_APPLICABLE, UNDECIDED, VIOLATION, Ref, resource, urn_of
from tests.policypack.policies.vpc.network_stacks import (
    PRIVATE,
    in_subnet,
)


def in_one_of(*subnets: Ref) -> Resource:
    """A service in one subnet, computed from several."""
    made = in_subnet(UNKNOWN)
    made.dependencies = {"networkConfiguration": [urn_of(subnet.token, subnet.name) for subnet in subnets]}
    return made


def replicated(**source: Any) -> list[Resource]:
    """A database and its replica, which names no subnet group."""
    return [
        resource(DATABASE, "source", identifier="source", **source),
        resource(DATABASE, "replica", identifier="replica", replicateSourceDb="source"),
    ]


CASES = [
    case(
        PRIVATE,
        "a database without a subnet group",
        VIOLATION,
        world(change={"cluster": {"dbSubnetGroupName": ABSENT}}),
        "cluster",
        "the default VPC",
    ),
    case(
        PRIVATE,
        "a copy of a database, without a subnet group",
        UNDECIDED,
        world(change={"cluster": {"dbSubnetGroupName": ABSENT, "snapshotIdentifier": "snap"}}),
        "cluster",
    ),
    case(
        PRIVATE,
        "a replica of a source in a subnet group of the stack",
        COMPLIANT,
        world(*replicated(dbSubnetGroupName="db-subnets")),
        "replica",
    ),
    case(
        PRIVATE,
        "a replica of a source in the default VPC",
        VIOLATION,
        world(*replicated()),
        "replica",
        "dbSubnetGroupName of Instance 'source'",
        "the default VPC",
    ),
    case(
        PRIVATE,
        "a replica in another region than its source, without a subnet group",
        UNDECIDED,
        world(*replicated(dbSubnetGroupName="db-subnets", region="eu-west-1")),
        "replica",
    ),
    case(
        PRIVATE,
        "two databases that are each other's replica",
        UNDECIDED,
        world(*replicated(replicateSourceDb="replica")),
        "replica",
    ),
    case(
        PRIVATE,
        "a database in a subnet group made elsewhere",
        UNDECIDED,
        world(change={"cluster": {"dbSubnetGroupName": "theirs"}}),
        "cluster",
        'dbSubnetGroupName is "theirs", which is not part of this stack',
    ),
    case(
        PRIVATE,
        "a database in a subnet group made elsewhere that is declared private",
        COMPLIANT,
        world(change={"cluster": {"dbSubnetGroupName": "theirs"}}),
        settings={"privateSubnets": ["theirs"]},
    ),
    case(PRIVATE, "a database in a subnet group of the stack", COMPLIANT, world(), "cluster"),
    case(
        PRIVATE,
        "one of two subnets, of which one is public",
        UNDECIDED,
        world(in_one_of(Ref(SUBNET, "private-0"), Ref(SUBNET, "public-0"))),
        "svc",
        "networkConfiguration.subnets[0] is not known before the update, computed from Subnet 'private-0'",
    ),
    case(
        PRIVATE,
        "one of two subnets, both private",
        COMPLIANT,
        world(in_one_of(Ref(SUBNET, "private-0"), Ref(SUBNET, "private-1")), subnets=2),
    ),
    case(
        PRIVATE,
        "one of two subnets, both public",
        VIOLATION,
        world(in_one_of(Ref(SUBNET, "public-0"), Ref(SUBNET, "public-1")), subnets=2),
        "svc",
    ),
    case(PRIVATE, "private subnets", COMPLIANT, world()),
    case(PRIVATE, "nothing to place", NOT_APPLICABLE, [group("alone")]),
    case(
        PRIVATE,
        "a service in a public subnet",
        VIOLATION,
        world(
            change={"service": {"networkConfiguration.subnets": [Ref(SUBNET, "private-0"), Ref(SUBNET, "public-0")]}}
        ),
        "service",
        "networkConfiguration.subnets",
        "Subnet 'public-0' has a route to an internet gateway (Route 'public-route')",
    ),
    case(
        PRIVATE,
        "a database in a public subnet",
        VIOLATION,
        world(change={"db-subnets": {"subnetIds": [Ref(SUBNET, "public-0")]}}),
        "db-subnets",
    ),
    case(
        PRIVATE,
        "subnets made elsewhere that are declared private",
        COMPLIANT,
        world(change={"service": {"networkConfiguration.subnets": ["subnet-0123", "subnet-77ab"]}}),
        "service",
        settings={"privateSubnets": ["subnet-0123", "subnet-77*"]},
    ),
    case(
        PRIVATE,
        "a subnet made elsewhere beside a declared one",
        UNDECIDED,
        world(change={"service": {"networkConfiguration.subnets": ["subnet-0123", "subnet-4567"]}}),
        "service",
        "subnet-4567",
        settings={"privateSubnets": ["subnet-0123"]},
    ),
    case(
        PRIVATE,
        "a public subnet of this stack beside a declared one",
        VIOLATION,
        world(change={"service": {"networkConfiguration.subnets": ["subnet-0123", Ref(SUBNET, "public-0")]}}),
        "service",
        settings={"privateSubnets": ["*"]},
    ),
    case(
        PRIVATE,
        "a subnet that is not known, where every subnet made elsewhere is declared",
        UNDECIDED,
        world(change={"service": {"networkConfiguration.subnets": [UNKNOWN]}}),
        "service",
        "networkConfiguration.subnets[0] is not known",
        settings={"privateSubnets": ["*"]},
    ),
    case(
        PRIVATE,
        "a subnet made elsewhere",
        UNDECIDED,
        world(change={"service": {"networkConfiguration.subnets": ["subnet-0123"]}}),
        "service",
        "subnet-0123",
    ),
    case(
        PRIVATE,
        "subnets not known yet",
        UNDECIDED,
        [resource(SERVICE, "service", networkConfiguration={"subnets": UNKNOWN}), *world(without=["service"])],
        "service",
    ),
    case(
        PRIVATE,
        "a wrong type in place of the subnets",
        UNDECIDED,
        world(change={"service": {"networkConfiguration.subnets": [{"id": 1.0}]}}),
        "service",
    ),
]
