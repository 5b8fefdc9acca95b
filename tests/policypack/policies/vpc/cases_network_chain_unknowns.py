"""Rows of `network-chain`: what is not known yet."""

from __future__ import annotations

from pulumi_guardrails.core.value import ABSENT, UNKNOWN
from tests.policypack.aws.network.tables import block, case
from tests.policypack.aws.network.world import (
    ANYWHERE,
    GROUP,
    LB_GROUP,
    RULE,
    TASK_GROUP,
    WITH_SHARED,
    group,
    ingress,
    shared_group,
    world,
)
from tests.policypack.cases import UNDECIDED, VIOLATION, Ref, resource
from tests.policypack.policies.vpc.network_stacks import (
    BASTION,
    CHAIN,
    DATABASES,
    NLB_PROPERTIES,
    TASKS,
    TWO_BASTIONS,
    inline,
    with_one_of,
)

CASES = [
    case(
        CHAIN,
        "a load balancer without a group, whose type is not known",
        UNDECIDED,
        world(
            resource("aws:lb/loadBalancer:LoadBalancer", "nlb", **{**NLB_PROPERTIES, "loadBalancerType": UNKNOWN}),
            without=["default-group"],
        ),
        "nlb",
    ),
    case(
        CHAIN,
        "a copy of a database, without a place or a group",
        UNDECIDED,
        world(
            change={
                "cluster": {"dbSubnetGroupName": ABSENT, "vpcSecurityGroupIds": ABSENT, "snapshotIdentifier": "snap"}
            }
        ),
        "cluster",
    ),
    case(
        CHAIN,
        "the group that may connect is one of two",
        UNDECIDED,
        with_one_of("db-in", "referencedSecurityGroupId", TASK_GROUP, Ref(GROUP, "bastion-group"), more=TWO_BASTIONS),
        "db-in",
    ),
    case(
        CHAIN,
        "a rule of one of two groups",
        UNDECIDED,
        with_one_of("lb-https", "securityGroupId", LB_GROUP, TASK_GROUP),
        "lb-https",
    ),
    case(
        CHAIN,
        "a group that is only read, not known to be attached here",
        UNDECIDED,
        world(
            shared_group(block(5432, cidrBlocks=[ANYWHERE])),
            change={"cluster": {"vpcSecurityGroupIds": UNKNOWN}},
        ),
        "cluster",
    ),
    case(
        CHAIN,
        "a group of another stack whose rules are not seen",
        UNDECIDED,
        world(change=WITH_SHARED),
        "cluster",
        "security group sg-0123 is not part of this stack",
    ),
    case(
        CHAIN,
        "a group whose name, which may declare it, is not known yet",
        UNDECIDED,
        world(group("jobs", name=UNKNOWN), change={"db-in": {"referencedSecurityGroupId": Ref(GROUP, "jobs")}}),
        "db-in",
        settings={"tiers": [{**TASKS, "groups": ["*-runner"]}, DATABASES]},
    ),
    case(
        CHAIN,
        "a peer not known yet",
        UNDECIDED,
        world(change={"db-in": {"referencedSecurityGroupId": UNKNOWN}}),
        "db-in",
        "referencedSecurityGroupId",
    ),
    case(CHAIN, "a port not known yet", UNDECIDED, world(change={"db-in": {"toPort": UNKNOWN}}), "db-in", "toPort"),
    case(
        CHAIN,
        "a range not known yet",
        UNDECIDED,
        world(change={"db-in": {"referencedSecurityGroupId": ABSENT, "cidrIpv4": UNKNOWN}}),
        "db-in",
    ),
    case(
        CHAIN,
        "a rule of a group not known yet",
        UNDECIDED,
        world(ingress("loose", UNKNOWN, 22, cidrIpv4=ANYWHERE)),
        "loose",
        "securityGroupId",
    ),
    case(
        CHAIN,
        "a rule of either direction",
        UNDECIDED,
        world(resource(RULE, "loose", type=UNKNOWN, protocol="-1", cidrBlocks=[ANYWHERE], securityGroupId=TASK_GROUP)),
        "loose",
    ),
    case(
        CHAIN,
        "the groups of the tasks not known yet",
        UNDECIDED,
        world(change={"service": {"networkConfiguration.securityGroups": UNKNOWN}}),
        "service",
    ),
    case(
        CHAIN,
        "a rule inside a group that may be attached to the tasks",
        UNDECIDED,
        world(
            group("maybe", ingress=[block(22, cidrBlocks=[ANYWHERE])]),
            change={"service": {"networkConfiguration.securityGroups": UNKNOWN}},
        ),
        "maybe",
        "networkConfiguration.securityGroups of Service 'service' is not known",
    ),
    case(
        CHAIN,
        "a list in place of a rule's group, of which the known one is in a tier",
        VIOLATION,
        world(ingress("loose", ["sg-0123", UNKNOWN], 22, cidrIpv4=ANYWHERE)),
        "loose",
        settings={"tiers": [{**TASKS, "groups": ["sg-0123"]}, DATABASES]},
    ),
    case(
        CHAIN,
        "two groups in blocks of one property, where each may be either",
        UNDECIDED,
        world(
            *BASTION,
            change=inline(
                "task-group",
                block(8080, securityGroups=[LB_GROUP]),
                block(8080, securityGroups=[Ref(GROUP, "bastion-group")]),
            ),
            without=["task-in"],
        ),
        "task-group",
    ),
    case(
        CHAIN,
        "two groups in one block, where it is both",
        VIOLATION,
        world(
            *BASTION,
            change=inline("task-group", block(8080, securityGroups=[LB_GROUP, Ref(GROUP, "bastion-group")])),
            without=["task-in"],
        ),
        "task-group",
        "bastion",
    ),
    case(
        CHAIN,
        "inline rules not known yet",
        UNDECIDED,
        world(change={"task-group": {"ingress": UNKNOWN}}),
        "task-group",
    ),
    case(
        CHAIN,
        "a wrong type in place of the rules",
        VIOLATION,
        world(change={"task-group": {"ingress": ["open"]}}),
        "task-group",
    ),
]
