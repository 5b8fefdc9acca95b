"""Rows of `no-internet-path-to-private-tier`: the hops of a path."""

from __future__ import annotations

from pulumi_guardrails.core.value import ABSENT, UNKNOWN
from tests.policypack.aws.network.tables import block, case
from tests.policypack.aws.network.world import (
    ANYWHERE,
    CLUSTER,
    DB_GROUP,
    DEFAULT_GROUP,
    FUNCTION,
    GROUP,
    INTERFACE_GROUP,
    LB_GROUP,
    ONLY_SHARED,
    RULE,
    SUBNET,
    TASK_GROUP,
    VPC,
    egress,
    group,
    ingress,
    instance,
    read,
    shared_group,
    world,
)
from tests.policypack.cases import COMPLIANT, NOT_APPLICABLE, UNDECIDED, VIOLATION, Ref, resource
from tests.policypack.policies.vpc.network_stacks import (
    BASTION,
    BASTION_OPEN,
    BASTION_OUT,
    DATABASES,
    DB_FROM_BASTION,
    MISDECLARED,
    PATH,
    TASKS,
    out_to,
)

CASES = [
    case(
        PATH,
        "a proxy that the internet reaches",
        VIOLATION,
        world(
            group("proxy-group"),
            resource("aws:rds/proxy:Proxy", "proxy", vpcSecurityGroupIds=[Ref(GROUP, "proxy-group")]),
            ingress("proxy-open", Ref(GROUP, "proxy-group"), 5432, cidrIpv4="0.0.0.0/0"),
            egress("proxy-out", Ref(GROUP, "proxy-group"), 5432, referencedSecurityGroupId=DB_GROUP),
            ingress("db-proxy", DB_GROUP, 5432, referencedSecurityGroupId=Ref(GROUP, "proxy-group")),
        ),
        "proxy-open",
        "→ Proxy 'proxy'",
    ),
    case(
        PATH,
        "a proxy without a group has the default one of its VPC",
        VIOLATION,
        world(
            instance("odd", Ref(GROUP, "open")),
            group("open"),
            ingress("ssh", Ref(GROUP, "open"), 22, cidrIpv4=ANYWHERE),
            egress("odd-out", Ref(GROUP, "open"), 5432, cidrIpv4="10.0.0.0/16"),
            resource("aws:rds/proxy:Proxy", "proxy", vpcSubnetIds=[Ref(SUBNET, "private-0")]),
            ingress("db-proxy", DB_GROUP, 5432, referencedSecurityGroupId=Ref(DEFAULT_GROUP, "default-group")),
            change={
                "default-group": {
                    "ingress": [block(5432, securityGroups=[Ref(GROUP, "open")])],
                    "egress": [block(5432, cidrBlocks=["10.0.0.0/16"])],
                }
            },
        ),
        "default-group",
        "Instance 'odd' → (SecurityGroupEgressRule 'odd-out' allows it out, DefaultSecurityGroup 'default-group'",
        "→ Proxy 'proxy'",
    ),
    case(
        PATH,
        "the open rule of a group that is only read is reported at what it is attached to here",
        VIOLATION,
        world(shared_group(block(5432, cidrBlocks=[ANYWHERE])), change=ONLY_SHARED),
        "cluster",
        "SecurityGroup 'shared' ingress[0] allows TCP 5432 from 0.0.0.0/0",
    ),
    case(
        PATH,
        "a path into a database that is only read is reported at what this stack declares of it",
        VIOLATION,
        [
            shared_group(block(5432, cidrBlocks=["10.0.0.0/16"])),
            read(CLUSTER, "theirs", engine="postgres", vpcSecurityGroupIds=["sg-0123"]),
            group("g"),
            instance("bastion", Ref(GROUP, "g")),
            ingress("open", Ref(GROUP, "g"), 22, cidrIpv4=ANYWHERE),
            egress("out", Ref(GROUP, "g"), 5432, cidrIpv4=ANYWHERE),
            resource(SUBNET, "public-0", cidrBlock="10.0.0.0/24"),
        ],
        "out",
    ),
    case(
        PATH,
        "one rule, two databases that its group is attached to: the second",
        VIOLATION,
        world(
            resource(CLUSTER, "z", engine="postgres", dbSubnetGroupName="db-subnets", vpcSecurityGroupIds=[DB_GROUP]),
            ingress("open", DB_GROUP, 5432, cidrIpv4=ANYWHERE),
        ),
        "open",
        "Cluster 'cluster'",
        "Cluster 'z'",
    ),
    case(
        PATH,
        "a possible path into a database that is only read is reported at what this stack declares of it",
        UNDECIDED,
        [
            read(GROUP, "shared", id="sg-0123", vpcId="vpc-1", ingress=UNKNOWN),
            read(CLUSTER, "theirs", engine="postgres", vpcSecurityGroupIds=["sg-0123"]),
            group("g"),
            instance("bastion", Ref(GROUP, "g")),
            ingress("open", Ref(GROUP, "g"), 22, cidrIpv4=ANYWHERE),
            egress("out", Ref(GROUP, "g"), 5432, cidrIpv4=ANYWHERE),
        ],
        "out",
        "SecurityGroup 'shared'",
    ),
    case(PATH, "the declared tiers", COMPLIANT, world()),
    case(PATH, "a stack without a private tier", NOT_APPLICABLE, [group("alone")]),
    case(
        PATH,
        "one hop: the tasks open to the internet",
        VIOLATION,
        world(ingress("task-open", TASK_GROUP, 8080, cidrIpv4=ANYWHERE)),
        "task-open",
        "internet → (SecurityGroupIngressRule 'task-open' allows TCP 8080 from 0.0.0.0/0) → Service 'service'",
    ),
    *(
        case(
            PATH,
            f"each of two rules that open the tasks to the internet, the {says}",
            VIOLATION,
            world(
                ingress("task-open", TASK_GROUP, 8080, cidrIpv4=ANYWHERE),
                ingress("task-ssh", TASK_GROUP, 22, cidrIpv4=ANYWHERE),
            ),
            at,
        )
        for says, at in (("first", "task-open"), ("second", "task-ssh"))
    ),
    case(
        PATH,
        "another port than the declared one, from the declared tier",
        VIOLATION,
        world(
            ingress("task-ssh", TASK_GROUP, 22, referencedSecurityGroupId=LB_GROUP),
            egress("lb-ssh", LB_GROUP, 22, referencedSecurityGroupId=TASK_GROUP),
        ),
        "task-ssh",
        "TCP 22",
    ),
    case(
        PATH,
        "the declared port, from another tier than the declared one",
        VIOLATION,
        world(
            ingress("db-lb", DB_GROUP, 5432, referencedSecurityGroupId=LB_GROUP),
            egress("lb-db", LB_GROUP, 5432, referencedSecurityGroupId=DB_GROUP),
        ),
        "db-lb",
        "LoadBalancer 'balancer'",
    ),
    *(
        case(
            PATH,
            f"a declaration that names no tier, reported at the {at}",
            VIOLATION,
            world(),
            at,
            "the setting tiers",
            settings={"tiers": MISDECLARED},
        )
        for at in ("service", "cluster")
    ),
    case(
        PATH,
        "two hops: a group that refers to an open group",
        VIOLATION,
        world(*BASTION, BASTION_OUT, BASTION_OPEN, DB_FROM_BASTION),
        "db-bastion",
        "SecurityGroupIngressRule 'bastion-ssh' allows TCP 22 from 0.0.0.0/0) → Instance 'bastion' →",
        "SecurityGroupEgressRule 'bastion-out' allows it out",
        "SecurityGroupIngressRule 'db-bastion' allows TCP 5432 from SecurityGroup 'bastion-group') → Cluster 'cluster'",
    ),
    case(
        PATH,
        "two hops, the first of them closed",
        COMPLIANT,
        world(*BASTION, BASTION_OUT, DB_FROM_BASTION),
    ),
    case(
        PATH,
        "two hops, without an egress rule of the first",
        COMPLIANT,
        world(*BASTION, BASTION_OPEN, DB_FROM_BASTION),
    ),
    case(
        PATH,
        "an egress rule for another port",
        COMPLIANT,
        world(
            *BASTION,
            egress("bastion-out", Ref(GROUP, "bastion-group"), 443, cidrIpv4=ANYWHERE),
            BASTION_OPEN,
            DB_FROM_BASTION,
        ),
    ),
    case(
        PATH,
        "an egress rule to everywhere, inline",
        VIOLATION,
        world(
            group(
                "bastion-group", egress=[{"protocol": "-1", "fromPort": 0.0, "toPort": 0.0, "cidrBlocks": [ANYWHERE]}]
            ),
            instance("bastion", Ref(GROUP, "bastion-group")),
            BASTION_OPEN,
            DB_FROM_BASTION,
        ),
        "db-bastion",
        "SecurityGroup 'bastion-group' egress[0] allows it out",
    ),
    case(
        PATH,
        "through a rule for the whole network",
        VIOLATION,
        world(
            egress("lb-any", LB_GROUP, 22, cidrIpv4="10.0.0.0/16"),
            ingress("db-net", DB_GROUP, 22, cidrIpv4="10.0.0.0/8"),
        ),
        "db-net",
        "LoadBalancer 'balancer'",
    ),
    case(
        PATH,
        "a rule for private addresses that nothing exposed has",
        COMPLIANT,
        world(
            egress("lb-any", LB_GROUP, 22, cidrIpv4="10.0.0.0/16"),
            ingress("db-net", DB_GROUP, 22, cidrIpv4="192.168.0.0/16"),
        ),
    ),
    case(
        PATH,
        "an all-traffic rule for the members of one group",
        VIOLATION,
        world(
            instance("odd", TASK_GROUP, Ref(GROUP, "bastion-group")),
            *BASTION,
            BASTION_OPEN,
            resource(RULE, "task-self", type="ingress", protocol="-1", self=True, securityGroupId=TASK_GROUP),
            resource(RULE, "task-self-out", type="egress", protocol="-1", self=True, securityGroupId=TASK_GROUP),
        ),
        "task-self",
        "Instance 'odd'",
    ),
    case(
        PATH,
        "a group that gets its second member from an attachment",
        VIOLATION,
        world(
            *BASTION,
            BASTION_OPEN,
            resource(
                INTERFACE_GROUP,
                "also",
                securityGroupId=Ref(GROUP, "other"),
                networkInterfaceId=Ref("aws:ec2/instance:Instance", "bastion"),
            ),
            group("other"),
            egress("other-out", Ref(GROUP, "other"), 5432, cidrIpv4="10.0.0.0/16"),
            ingress("db-other", DB_GROUP, 5432, referencedSecurityGroupId=Ref(GROUP, "other")),
        ),
        "db-other",
    ),
    case(
        PATH,
        "the default group with AWS's own rules",
        VIOLATION,
        world(
            instance("bastion", Ref(GROUP, "bastion-group"), Ref(VPC, "vpc")),
            group("bastion-group"),
            BASTION_OPEN,
            change={"service": {"networkConfiguration.securityGroups": ABSENT}},
            without=["default-group"],
        ),
        "vpc",
        "the rules AWS gives its default security group",
    ),
    case(
        PATH,
        "a default group with a rule",
        VIOLATION,
        world(
            change={
                "service": {"networkConfiguration.securityGroups": ABSENT},
                "default-group": {"ingress": [block(22, cidrBlocks=[ANYWHERE])]},
            }
        ),
        "default-group",
    ),
    case(
        PATH,
        "through a function, to which nobody can connect",
        COMPLIANT,
        world(
            resource(
                FUNCTION,
                "function",
                vpcConfig={"securityGroupIds": [Ref(GROUP, "bastion-group")], "subnetIds": [Ref(SUBNET, "public-0")]},
            ),
            group("bastion-group"),
            BASTION_OUT,
            BASTION_OPEN,
            DB_FROM_BASTION,
        ),
        "cluster",
        settings={"tiers": [TASKS, DATABASES]},
    ),
    case(
        PATH,
        "to a function, to which nobody can connect",
        COMPLIANT,
        world(
            resource(
                FUNCTION,
                "function",
                vpcConfig={"securityGroupIds": [Ref(GROUP, "bastion-group")], "subnetIds": [Ref(SUBNET, "public-0")]},
            ),
            group("bastion-group"),
            BASTION_OUT,
            BASTION_OPEN,
            DB_FROM_BASTION,
        ),
        "service",
    ),
    case(
        PATH,
        "a public subnet is named beside the path",
        VIOLATION,
        world(
            ingress("task-open", TASK_GROUP, 8080, cidrIpv4=ANYWHERE),
            change={"service": {"networkConfiguration.subnets": [Ref(SUBNET, "public-0")]}},
        ),
        "task-open",
        "Service 'service' is in Subnet 'public-0', which has a route to an internet gateway (Route 'public-route')",
    ),
    case(
        PATH,
        "of two public subnets one is named",
        VIOLATION,
        world(
            ingress("task-open", TASK_GROUP, 8080, cidrIpv4=ANYWHERE),
            change={
                "service": {"networkConfiguration.subnets": [Ref(SUBNET, "public-0"), Ref(SUBNET, "public-1")]},
            },
            subnets=2,
        ),
        "task-open",
        "'public-0', which has a route to an internet gateway (Route 'public-route'); the tasks tier accepts",
    ),
    case(PATH, "MySQL on its port", COMPLIANT, out_to(3306, engine="aurora-mysql"), "cluster"),
    case(PATH, "MySQL on another port", VIOLATION, out_to(5432, engine="aurora-mysql"), "db-in", "TCP 3306"),
]
