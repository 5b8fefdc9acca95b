"""Rows of `network-chain`: which rules of a tier are allowed."""

from __future__ import annotations

from typing import Any

from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.value import ABSENT
from tests.policypack.aws.network.tables import block, case
from tests.policypack.aws.network.world import (
    ANYWHERE,
    DB_GROUP,
    LB_GROUP,
    ONLY_SHARED,
    PREFIX_LIST,
    RULE,
    TASK_GROUP,
    WITH_SHARED,
    group,
    ingress,
    shared_group,
    world,
)
from tests.policypack.cases import COMPLIANT, NOT_APPLICABLE, VIOLATION, Ref, resource
from tests.policypack.policies.vpc.network_stacks import (
    CHAIN,
    OFFICE_LIST,
    inline,
)


def old_rule(name: str, owner: Any, port: int, **peer: Any) -> Resource:
    given = {"type": "ingress", "protocol": "tcp", "fromPort": float(port), "toPort": float(port), **peer}
    return resource(RULE, name, securityGroupId=owner, **given)


CASES = [
    case(CHAIN, "the declared tiers", COMPLIANT, world()),
    case(
        CHAIN,
        "a rule of a group that is only read is reported at what it is attached to here",
        VIOLATION,
        world(shared_group(block(5432, cidrBlocks=[ANYWHERE])), change=ONLY_SHARED),
        "cluster",
        "SecurityGroup 'shared' ingress[0] allows TCP 5432 from 0.0.0.0/0",
    ),
    case(CHAIN, "a group that is only read and opens nothing", COMPLIANT, world(shared_group(), change=WITH_SHARED)),
    case(CHAIN, "a stack without a tier", NOT_APPLICABLE, [group("alone")]),
    case(
        CHAIN,
        "the rules inside the groups",
        COMPLIANT,
        world(
            change={
                **inline("task-group", block(8080, securityGroups=[LB_GROUP])),
                **inline("lb-group", block(80, cidrBlocks=[ANYWHERE]), block(443, ipv6CidrBlocks=["::/0"])),
                **inline("db-group", block(5432, securityGroups=[TASK_GROUP])),
            },
            without=["task-in", "lb-http", "lb-https", "db-in"],
        ),
    ),
    case(
        CHAIN,
        "the rules in the older rule resource",
        COMPLIANT,
        world(
            old_rule("task-old", TASK_GROUP, 8080, sourceSecurityGroupId=LB_GROUP),
            old_rule("db-old", DB_GROUP, 5432, sourceSecurityGroupId=TASK_GROUP),
            without=["task-in", "db-in"],
        ),
    ),
    case(
        CHAIN,
        "the tasks open to the internet",
        VIOLATION,
        world(change={"task-in": {"referencedSecurityGroupId": ABSENT, "cidrIpv4": ANYWHERE}}),
        "task-in",
        "it allows TCP 8080 from 0.0.0.0/0",
        "TCP 8080 from the load balancer tier",
    ),
    case(
        CHAIN,
        "the tasks open to the network",
        VIOLATION,
        world(change={"task-in": {"referencedSecurityGroupId": ABSENT, "cidrIpv4": "10.0.0.0/16"}}),
        "task-in",
    ),
    case(
        CHAIN,
        "an address range that is none",
        VIOLATION,
        world(change={"task-in": {"referencedSecurityGroupId": ABSENT, "cidrIpv4": ["everywhere"]}}),
        "task-in",
    ),
    case(
        CHAIN,
        "another port of the tasks",
        VIOLATION,
        world(ingress("task-ssh", TASK_GROUP, 22, referencedSecurityGroupId=LB_GROUP)),
        "task-ssh",
        "TCP 22",
        "Set referenced_security_group_id to the group of the load balancer tier",
    ),
    case(
        CHAIN,
        "another port inside a group",
        VIOLATION,
        world(change=inline("task-group", block(22, securityGroups=[LB_GROUP]))),
        "task-group",
        "ingress[0] allows TCP 22",
    ),
    case(
        CHAIN,
        "a range of ports around the right one",
        VIOLATION,
        world(change={"task-in": {"toPort": 8090.0}}),
        "task-in",
    ),
    case(
        CHAIN,
        "all protocols from the right group",
        VIOLATION,
        world(change={"task-in": {"ipProtocol": "-1", "fromPort": ABSENT, "toPort": ABSENT}}),
        "task-in",
        "all traffic",
    ),
    case(
        CHAIN,
        "UDP on the right port",
        VIOLATION,
        world(change={"task-in": {"ipProtocol": "udp"}}),
        "task-in",
    ),
    case(
        CHAIN,
        "the database open to the load balancer",
        VIOLATION,
        world(change={"db-in": {"referencedSecurityGroupId": LB_GROUP}}),
        "db-in",
        "LoadBalancer 'balancer'",
        "TCP 5432 from the tasks tier",
    ),
    case(
        CHAIN,
        "a rule for all members of the group",
        VIOLATION,
        world(old_rule("task-self", TASK_GROUP, 8080, self=True)),
        "task-self",
    ),
    case(
        CHAIN,
        "a prefix list for a private tier",
        VIOLATION,
        world(
            OFFICE_LIST,
            change={"db-in": {"referencedSecurityGroupId": ABSENT, "prefixListId": Ref(PREFIX_LIST, "office")}},
        ),
        "db-in",
        "ManagedPrefixList 'office'",
    ),
    case(
        CHAIN,
        "SSH to the load balancer",
        VIOLATION,
        world(ingress("lb-ssh", LB_GROUP, 22, cidrIpv4=ANYWHERE)),
        "lb-ssh",
        "it allows TCP 22 from 0.0.0.0/0",
        "TCP 80 or 443 from the internet",
        "one of its ports, such as 80,",
    ),
    case(
        CHAIN,
        "a second rule inside a group",
        VIOLATION,
        world(change=inline("db-group", block(22, cidrBlocks=["0.0.0.0/1", "128.0.0.0/1"]))),
        "db-group",
        "ingress[0] allows TCP 22 from 128.0.0.0/1",
    ),
]
