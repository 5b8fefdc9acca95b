"""Rows of `no-internet-path-to-private-tier`: what is not known yet, or is part of another stack."""

from __future__ import annotations

from pulumi_guardrails.core.value import UNKNOWN
from tests.policypack.aws.network.tables import case
from tests.policypack.aws.network.world import (
    ANYWHERE,
    DB_GROUP,
    GROUP,
    TASK_GROUP,
    WITH_SHARED,
    egress,
    group,
    ingress,
    instance,
    world,
)
from tests.policypack.cases import COMPLIANT, UNDECIDED, VIOLATION, Ref
from tests.policypack.policies.vpc.network_stacks import (
    BASTION,
    BASTION_OPEN,
    BASTION_OUT,
    DATABASES,
    DB_FROM_BASTION,
    PATH,
    TASKS,
    TWO_BASTIONS,
    out_to,
    with_one_of,
)

CASES = [
    case(
        PATH,
        "the group that may connect is one of two",
        UNDECIDED,
        with_one_of("db-in", "referencedSecurityGroupId", TASK_GROUP, Ref(GROUP, "bastion-group"), more=TWO_BASTIONS),
        "cluster",
    ),
    case(PATH, "a group of another stack whose rules are not seen", UNDECIDED, world(change=WITH_SHARED), "cluster"),
    case(
        PATH,
        "a group of another stack that is declared to be in the tier",
        COMPLIANT,
        world(change=WITH_SHARED),
        "cluster",
        settings={"tiers": [TASKS, {**DATABASES, "groups": ["sg-0123"]}]},
    ),
    case(
        PATH,
        "groups that are not known at all",
        UNDECIDED,
        world(change={"cluster": {"vpcSecurityGroupIds": UNKNOWN}}, without=["lb-http", "lb-https"]),
        "cluster",
    ),
    case(
        PATH,
        "from something whose group's rules are not seen",
        UNDECIDED,
        world(
            instance("bastion", "sg-0123"),
            ingress("from-foreign", DB_GROUP, 5432, referencedSecurityGroupId="sg-0123"),
        ),
        "cluster",
    ),
    case(
        PATH,
        "a prefix list that this stack does not show",
        UNDECIDED,
        world(ingress("task-list", TASK_GROUP, 8080, prefixListId="pl-0123")),
        "service",
        "pl-0123",
    ),
    case(
        PATH,
        "two hops, the first of them not known yet",
        UNDECIDED,
        world(
            *BASTION,
            BASTION_OUT,
            ingress("bastion-ssh", Ref(GROUP, "bastion-group"), 22, cidrIpv4=UNKNOWN),
            DB_FROM_BASTION,
        ),
        "cluster",
        "'bastion-ssh'",
    ),
    case(
        PATH,
        "a group that this stack attaches to nothing, but opens",
        VIOLATION,
        world(group("bastion-group"), BASTION_OUT, BASTION_OPEN, DB_FROM_BASTION),
        "db-bastion",
        "whatever SecurityGroup 'bastion-group' is attached to",
    ),
    case(
        PATH,
        "another stack's group, opened by a rule of this one",
        VIOLATION,
        world(
            ingress("their-ssh", "sg-0123", 22, cidrIpv4=ANYWHERE),
            egress("their-out", "sg-0123", 5432, referencedSecurityGroupId=DB_GROUP),
            ingress("db-theirs", DB_GROUP, 5432, referencedSecurityGroupId="sg-0123"),
        ),
        "db-theirs",
        "group sg-0123",
    ),
    case(
        PATH,
        "another stack's group, whose rules are not seen",
        UNDECIDED,
        world(ingress("db-theirs", DB_GROUP, 5432, referencedSecurityGroupId="sg-0123")),
        "cluster",
        "internet → (rules of another stack) → whatever security group sg-0123 is attached to",
    ),
    case(
        PATH,
        "another stack's group, whose ingress rules are not seen and whose egress rule is",
        UNDECIDED,
        world(
            egress("their-out", "sg-0123", 5432, referencedSecurityGroupId=DB_GROUP),
            ingress("db-theirs", DB_GROUP, 5432, referencedSecurityGroupId="sg-0123"),
        ),
        "cluster",
    ),
    case(PATH, "an engine not known yet", UNDECIDED, out_to(3306, engine=UNKNOWN), "cluster"),
    *(
        case(
            PATH,
            f"an open group that is attached to nothing here, {says}",
            outcome,
            world(
                group("jobs", name=name),
                ingress("jobs-in", Ref(GROUP, "jobs"), 22, cidrIpv4=ANYWHERE),
                egress("jobs-out", Ref(GROUP, "jobs"), 5432, referencedSecurityGroupId=DB_GROUP),
                change={"db-in": {"referencedSecurityGroupId": Ref(GROUP, "jobs")}},
            ),
            at,
            settings={"tiers": [{**TASKS, "groups": ["*-runner"]}, DATABASES]},
        )
        for says, outcome, name, at in (
            ("declared by its name", COMPLIANT, "jobs-runner", "cluster"),
            ("of another name", VIOLATION, "jobs", "db-in"),
            ("of a name not known yet", UNDECIDED, UNKNOWN, "cluster"),
        )
    ),
    case(
        PATH,
        "a range not known yet",
        UNDECIDED,
        world(ingress("task-open", TASK_GROUP, 8080, cidrIpv4=UNKNOWN)),
        "service",
        "'task-open'",
    ),
    case(
        PATH,
        "the group of an open rule not known yet",
        UNDECIDED,
        world(ingress("loose", UNKNOWN, 22, cidrIpv4=ANYWHERE)),
        "service",
    ),
    case(
        PATH,
        "a range that is none",
        UNDECIDED,
        world(ingress("task-open", TASK_GROUP, 8080, cidrIpv4={"range": "everywhere"})),
        "service",
    ),
]
