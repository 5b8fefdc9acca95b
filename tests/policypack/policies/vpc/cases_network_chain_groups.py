"""Rows of `network-chain`: which groups are attached to a tier, and which tier a group is in."""

from __future__ import annotations

from typing import Any

from pulumi_guardrails.core.value import ABSENT, UNKNOWN
from tests.policypack.aws.network.tables import block, case
from tests.policypack.aws.network.world import (
    ANYWHERE,
    BALANCER,
    DATABASE,
    DB_GROUP,
    FUNCTION,
    GROUP,
    INSTANCE,
    INTERFACE,
    LB_GROUP,
    SUBNET,
    TASK_GROUP,
    WITH_SHARED,
    group,
    ingress,
    instance,
    world,
)
from tests.policypack.cases import COMPLIANT, NOT_APPLICABLE, UNDECIDED, VIOLATION, Ref, resource
from tests.policypack.policies.vpc.network_stacks import (
    BASTION,
    CHAIN,
    DATABASES,
    MISDECLARED,
    NLB_PROPERTIES,
    TASKS,
    database,
)

WORKER = (
    group("worker-group"),
    resource(
        FUNCTION,
        "worker",
        vpcConfig={"securityGroupIds": [Ref(GROUP, "worker-group")], "subnetIds": [Ref(SUBNET, "private-0")]},
    ),
    ingress("db-worker", DB_GROUP, 5432, referencedSecurityGroupId=Ref(GROUP, "worker-group")),
)
"""A function in the network that reaches the database."""

DEFINITION = "aws:ecs/taskDefinition:TaskDefinition"
TASK_DEFINITION = resource(
    DEFINITION, "definition", containerDefinitions='[{"name": "api", "portMappings": [{"containerPort": 8000}]}]'
)

PROXY = resource(
    "aws:rds/proxy:Proxy", "proxy", engineFamily="POSTGRESQL", vpcSecurityGroupIds=[Ref(GROUP, "proxy-group")]
)

LACKING = ("service", "task-in", "task-out", "lb-out", "db-in")
"""What a stack has that runs its application on something else than ECS."""

WEB = instance("web", TASK_GROUP)
FROM_BASTION = ingress("in", DB_GROUP, 5432, referencedSecurityGroupId=Ref(GROUP, "bastion-group"))
CONNECTOR = resource(
    "aws:apprunner/vpcConnector:VpcConnector",
    "connector",
    securityGroups=[Ref(GROUP, "bastion-group")],
    subnets=[Ref(SUBNET, "private-0")],
)

TWO_TIERS: list[dict[str, Any]] = [
    {"name": "load balancer", "kinds": ["load balancer"], "ports": [443], "from": ["internet"]},
    {"name": "web", "kinds": ["ECS service"], "match": "service", "ports": [3000], "from": ["load balancer"]},
    {"name": "database", "kinds": ["RDS cluster", "RDS instance"], "ports": [3306], "from": ["web"]},
]


CASES = [
    case(
        CHAIN,
        "a group attached to something of a kind the pack does not know",
        VIOLATION,
        world(
            group("proxy-group"),
            resource("aws:appstream/fleet:Fleet", "proxy", securityGroups=[Ref(GROUP, "proxy-group")]),
            ingress("db-proxy", DB_GROUP, 5432, referencedSecurityGroupId=Ref(GROUP, "proxy-group")),
        ),
        "db-proxy",
        "(attached to Fleet 'proxy')",
    ),
    case(
        CHAIN,
        "an instance whose first interface is a resource",
        COMPLIANT,
        world(
            resource(INSTANCE, "i", primaryNetworkInterface={"networkInterfaceId": Ref(INTERFACE, "eni")}),
            resource(INTERFACE, "eni", subnetId=Ref(SUBNET, "private-0"), securityGroups=[TASK_GROUP]),
            without=["default-group", "service", "cluster", "db-in", "db-subnets"],
        ),
        settings={
            "tiers": [
                {"name": "load balancer", "kinds": ["load balancer"], "ports": [80, 443], "from": ["internet"]},
                {**TASKS, "kinds": ["instance", "network interface"], "from": ["load balancer"]},
            ]
        },
    ),
    case(
        CHAIN,
        "a database without a subnet or a group, beside the locked group of another VPC",
        VIOLATION,
        world(change={"cluster": {"dbSubnetGroupName": ABSENT, "vpcSecurityGroupIds": ABSENT}}),
        "cluster",
        "the default security group of the VPC of Cluster 'cluster'",
    ),
    case(
        CHAIN,
        "a group of another stack that is declared to be in the tier",
        COMPLIANT,
        world(change=WITH_SHARED),
        "cluster",
        settings={"tiers": [TASKS, {**DATABASES, "groups": ["sg-0123"]}]},
    ),
    case(
        CHAIN,
        "a group of another stack that is declared to be in another tier",
        UNDECIDED,
        world(change=WITH_SHARED),
        "cluster",
        settings={"tiers": [{**TASKS, "groups": ["sg-0123"]}, DATABASES]},
    ),
    case(
        CHAIN,
        "the database open to a group that is attached to nothing",
        VIOLATION,
        world(group("other"), change={"db-in": {"referencedSecurityGroupId": Ref(GROUP, "other")}}),
        "db-in",
        "nothing in this stack",
    ),
    case(
        CHAIN,
        "the database open to another stack's group",
        VIOLATION,
        world(change={"db-in": {"referencedSecurityGroupId": "sg-0123"}}),
        "db-in",
        "sg-0123",
        "If it is the group of the tasks tier in another stack, name it in groups",
    ),
    case(
        CHAIN,
        "another stack's group that is declared to be in the tier",
        COMPLIANT,
        world(change={"db-in": {"referencedSecurityGroupId": "sg-0123"}}),
        "db-in",
        settings={
            "tiers": [
                {"name": "tasks", "kinds": ["ECS service"], "groups": ["sg-0123"], "ports": [8080], "from": []},
                {"name": "database", "kinds": ["RDS cluster"], "ports": [5432], "from": ["tasks"]},
            ]
        },
    ),
    case(
        CHAIN,
        "the tasks' group on something else as well",
        VIOLATION,
        world(instance("odd", TASK_GROUP)),
        "db-in",
        "Instance 'odd'",
    ),
    case(
        CHAIN,
        "no group of its own",
        VIOLATION,
        world(change={"service": {"networkConfiguration.securityGroups": ABSENT}}, without=["default-group"]),
        "service",
        "its security group is the default security group of Vpc 'vpc'",
    ),
    case(
        CHAIN,
        "no group of its own, where the default one is locked",
        COMPLIANT,
        world(change={"service": {"networkConfiguration.securityGroups": ABSENT}}),
        "service",
    ),
    case(
        CHAIN,
        "no group of its own, in subnets that are not known",
        UNDECIDED,
        world(
            change={
                "service": {
                    "networkConfiguration.securityGroups": ABSENT,
                    "networkConfiguration.subnets": UNKNOWN,
                }
            }
        ),
        "service",
        "networkConfiguration.subnets is not known",
    ),
    case(
        CHAIN,
        "no group of its own, and a default one with a rule",
        VIOLATION,
        world(
            change={
                "service": {"networkConfiguration.securityGroups": ABSENT},
                "default-group": {"ingress": [block(8080, cidrBlocks=["10.0.0.0/8"])]},
            }
        ),
        "default-group",
    ),
    case(
        CHAIN,
        "declared tiers of one's own",
        COMPLIANT,
        world(
            change={
                "task-in": {"fromPort": 3000.0, "toPort": 3000.0},
                "db-in": {"fromPort": 3306.0, "toPort": 3306.0},
            },
            without=["lb-http"],
        ),
        settings={"tiers": TWO_TIERS},
    ),
    case(CHAIN, "ports that are not those declared", VIOLATION, world(), "db-in", settings={"tiers": TWO_TIERS}),
    case(
        CHAIN,
        "a declaration that names no tier",
        VIOLATION,
        world(),
        "cluster",
        "the setting tiers",
        "'app'",
        settings={"tiers": [{"name": "database", "kinds": ["RDS cluster"], "ports": [5432], "from": ["app"]}]},
    ),
    case(
        CHAIN,
        "no rule is held against a declaration that names no tier",
        NOT_APPLICABLE,
        world(),
        "db-in",
        settings={"tiers": MISDECLARED},
    ),
    case(
        CHAIN,
        "a database instance beside the cluster, with an open group",
        VIOLATION,
        world(
            group("loose", ingress=[block(5432, cidrBlocks=[ANYWHERE])]),
            resource(DATABASE, "db", vpcSecurityGroupIds=[Ref(GROUP, "loose")], dbSubnetGroupName="db-subnets"),
        ),
        "loose",
    ),
    case(
        CHAIN,
        "an internal load balancer that accepts a group only",
        COMPLIANT,
        world(
            *BASTION,
            change={
                "balancer": {"internal": True},
                "lb-https": {"cidrIpv4": ABSENT, "referencedSecurityGroupId": Ref(GROUP, "bastion-group")},
            },
            without=["lb-http"],
        ),
        "lb-https",
    ),
    case(
        CHAIN,
        "a load balancer that accepts a group on another port",
        VIOLATION,
        world(*BASTION, ingress("lb-ssh", LB_GROUP, 22, referencedSecurityGroupId=Ref(GROUP, "bastion-group"))),
        "lb-ssh",
        "TCP 22",
    ),
    *(
        case(CHAIN, says, outcome, database(number, **properties), "db-in", *finds)
        for says, outcome, number, properties, *finds in (
            ("MySQL on its port", COMPLIANT, 3306, {"engine": "aurora-mysql"}),
            ("MySQL on the port of PostgreSQL", VIOLATION, 5432, {"engine": "mysql"}, "TCP 3306 from the tasks tier"),
            ("PostgreSQL on its port", COMPLIANT, 5432, {"engine": "postgres"}),
            ("MariaDB on its port", COMPLIANT, 3306, {"engine": "mariadb"}),
            ("SQL Server on its port", COMPLIANT, 1433, {"engine": "sqlserver-se"}),
            ("a custom Oracle on its port", COMPLIANT, 1521, {"engine": "custom-oracle-ee"}),
            ("Db2 on its port", COMPLIANT, 50000, {"engine": "db2-se"}),
            ("a database on a port of its own", COMPLIANT, 6000, {"engine": "mysql", "port": 6000.0}),
            ("a database on the highest port", COMPLIANT, 65535, {"engine": "mysql", "port": 65535.0}),
            ("a port above the highest, which is none", COMPLIANT, 5432, {"engine": "mysql", "port": 65536.0}),
            ("port 0, which is none", COMPLIANT, 5432, {"engine": "mysql", "port": 0.0}),
            ("a database on another port than its own", VIOLATION, 3306, {"engine": "mysql", "port": 6000.0}),
            ("an engine that the pack does not know", COMPLIANT, 5432, {"engine": "newest"}),
            ("a wrong type of engine", COMPLIANT, 5432, {"engine": ["mysql"]}),
            ("a wrong type of port", COMPLIANT, 5432, {"port": "many"}),
            ("an engine not known yet", UNDECIDED, 3306, {"engine": UNKNOWN}, "engine"),
            ("a database's port not known yet", UNDECIDED, 3306, {"port": UNKNOWN}, "port"),
            ("the engine of a snapshot", UNDECIDED, 3306, {"engine": ABSENT}, "engine"),
        )
    ),
    case(
        CHAIN,
        "an engine that says otherwise than the declared tiers",
        VIOLATION,
        database(3306, engine="mysql"),
        "db-in",
        settings={"tiers": [*TWO_TIERS[:2], {**TWO_TIERS[2], "ports": [5432]}]},
    ),
    case(CHAIN, "a function that reaches the database", COMPLIANT, world(*WORKER)),
    *(
        case(
            CHAIN,
            f"a service whose {said}",
            outcome,
            world(
                TASK_DEFINITION,
                ingress("task-8000", TASK_GROUP, 8000, referencedSecurityGroupId=LB_GROUP),
                change={"service": service},
                without=["task-in"],
            ),
            *resource_and_words,
        )
        for said, outcome, service, resource_and_words in (
            ("load balancer sends to 8000", COMPLIANT, {"loadBalancers": [{"containerPort": 8000.0}]}, ["task-8000"]),
            (
                "load balancer sends to 9000",
                VIOLATION,
                {"loadBalancers": [{"containerPort": 9000.0}]},
                ["task-8000", "only TCP 9000"],
            ),
            ("load balancers are not known yet", UNDECIDED, {"loadBalancers": UNKNOWN}, ["task-8000", "loadBalancers"]),
            (
                "container port is not known yet",
                UNDECIDED,
                {"loadBalancers": [{"containerPort": UNKNOWN}]},
                ["task-8000", "containerPort"],
            ),
            ("task definition maps 8000", COMPLIANT, {"taskDefinition": Ref(DEFINITION, "definition")}, ["task-8000"]),
            (
                "task definition is another stack's",
                UNDECIDED,
                {"taskDefinition": "theirs:7"},
                ["task-8000", "taskDefinition"],
            ),
        )
    ),
    case(
        CHAIN,
        "a function's group that accepts the internet, although nobody can connect to it",
        NOT_APPLICABLE,
        world(*WORKER, ingress("worker-in", Ref(GROUP, "worker-group"), 443, cidrIpv4=ANYWHERE)),
        "worker-in",
    ),
    case(
        CHAIN,
        "a group declared by its name to be in the source tier",
        COMPLIANT,
        world(group("jobs", name="jobs-runner"), change={"db-in": {"referencedSecurityGroupId": Ref(GROUP, "jobs")}}),
        "db-in",
        settings={"tiers": [{**TASKS, "groups": ["*-runner"]}, DATABASES]},
    ),
    case(
        CHAIN,
        "a classic load balancer in front of the tasks",
        COMPLIANT,
        world(
            group("classic-group"),
            resource("aws:elb/loadBalancer:LoadBalancer", "classic", securityGroups=[Ref(GROUP, "classic-group")]),
            ingress("task-classic", TASK_GROUP, 8080, referencedSecurityGroupId=Ref(GROUP, "classic-group")),
        ),
        "task-classic",
    ),
    case(
        CHAIN,
        "a proxy between the tasks and the database",
        COMPLIANT,
        world(
            group("proxy-group"),
            PROXY,
            ingress("db-proxy", DB_GROUP, 5432, referencedSecurityGroupId=Ref(GROUP, "proxy-group")),
            ingress("proxy-task", Ref(GROUP, "proxy-group"), 5432, referencedSecurityGroupId=TASK_GROUP),
        ),
    ),
    case(
        CHAIN,
        "a proxy that accepts what the database itself must not",
        VIOLATION,
        world(
            group("proxy-group"),
            PROXY,
            ingress("proxy-lb", Ref(GROUP, "proxy-group"), 5432, referencedSecurityGroupId=LB_GROUP),
        ),
        "proxy-lb",
        "the database proxies tier accepts only TCP 5432 from the tasks tier",
    ),
    case(
        CHAIN,
        "a proxy whose engine family is not known yet",
        UNDECIDED,
        world(
            group("proxy-group"),
            resource(
                "aws:rds/proxy:Proxy",
                "proxy",
                engineFamily=UNKNOWN,
                vpcSecurityGroupIds=[Ref(GROUP, "proxy-group")],
            ),
            ingress("proxy-task", Ref(GROUP, "proxy-group"), 3306, referencedSecurityGroupId=TASK_GROUP),
        ),
        "proxy-task",
        "engineFamily",
    ),
    *(
        case(
            CHAIN, f"a stack without tasks, whose database {said}", outcome, world(*more, without=LACKING), "in", *text
        )
        for said, outcome, more, *text in (
            ("a web server reaches", COMPLIANT, [*BASTION, FROM_BASTION]),
            ("a connector of App Runner reaches", COMPLIANT, [group("bastion-group"), CONNECTOR, FROM_BASTION]),
            ("reaches itself", COMPLIANT, [ingress("in", DB_GROUP, 5432, referencedSecurityGroupId=DB_GROUP)]),
            (
                "the load balancer reaches",
                VIOLATION,
                [WEB, ingress("in", DB_GROUP, 5432, referencedSecurityGroupId=LB_GROUP)],
                "the database tier accepts only TCP 5432 from the tasks tier",
            ),
            (
                "a web server reaches on another port",
                VIOLATION,
                [WEB, *BASTION, ingress("in", DB_GROUP, 22, referencedSecurityGroupId=Ref(GROUP, "bastion-group"))],
            ),
            ("its network reaches", VIOLATION, [WEB, ingress("in", DB_GROUP, 5432, cidrIpv4="10.0.0.0/16")]),
            (
                "a group of another stack reaches",
                UNDECIDED,
                [ingress("in", DB_GROUP, 5432, referencedSecurityGroupId="sg-0123456789abcdef0")],
                "what security group sg-0123456789abcdef0 is attached to is not part of this stack",
            ),
            (
                "a group that is attached to nothing here reaches",
                UNDECIDED,
                [group("bastion-group"), FROM_BASTION],
                "what SecurityGroup 'bastion-group' is attached to",
            ),
        )
    ),
    *(
        case(
            CHAIN,
            f"a service with {said}, which another one calls",
            outcome,
            world(
                TASK_DEFINITION,
                ingress("task-task", TASK_GROUP, 8000, referencedSecurityGroupId=TASK_GROUP),
                change={"service": {"taskDefinition": Ref(DEFINITION, "definition"), **found_by}},
                without=["task-in"],
            ),
            "task-task",
        )
        for said, outcome, found_by in (
            ("service discovery", COMPLIANT, {"serviceRegistries": {"registryArn": UNKNOWN}}),
            ("Service Connect", COMPLIANT, {"serviceConnectConfiguration": {"enabled": True}}),
            ("a discovery that is not known yet", UNDECIDED, {"serviceRegistries": UNKNOWN}),
            ("an empty block", VIOLATION, {"serviceConnectConfiguration": {}}),
            ("neither", VIOLATION, {}),
        )
    ),
    *(
        case(
            CHAIN,
            f"{said} to tasks behind a Network Load Balancer without security groups",
            outcome,
            world(
                resource(BALANCER, "nlb", **NLB_PROPERTIES),
                ingress("task-range", TASK_GROUP, 8080, cidrIpv4=source),
            ),
            "task-range",
        )
        for said, outcome, source in (
            ("the network", COMPLIANT, "10.0.0.0/16"),
            ("the internet", VIOLATION, ANYWHERE),
        )
    ),
    case(
        CHAIN,
        "a proxy in front of the database, which is declared",
        COMPLIANT,
        world(
            group("proxy-group"),
            resource("aws:rds/proxy:Proxy", "proxy", vpcSecurityGroupIds=[Ref(GROUP, "proxy-group")]),
            ingress("db-proxy", DB_GROUP, 5432, referencedSecurityGroupId=Ref(GROUP, "proxy-group")),
            ingress("proxy-task", Ref(GROUP, "proxy-group"), 5432, referencedSecurityGroupId=TASK_GROUP),
        ),
        settings={
            "tiers": [
                {**TASKS, "kinds": ["ECS service"], "from": ["internet"]},
                {"name": "proxy", "kinds": ["RDS proxy"], "ports": [5432], "from": ["tasks"]},
                {**DATABASES, "from": ["tasks", "proxy"]},
            ]
        },
    ),
]
