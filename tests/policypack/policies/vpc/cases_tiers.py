"""The tables of the policies that are proved on the graph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.value import ABSENT, UNKNOWN
from tests.policypack.aws.network.tables import block, case
from tests.policypack.aws.network.world import (
    ANYWHERE,
    ASSOCIATION,
    CLUSTER,
    DATABASE,
    DB_GROUP,
    DEFAULT_GROUP,
    DEFAULT_TABLE,
    DEFAULT_VPC,
    FUNCTION,
    GROUP,
    IGW,
    INSTANCE,
    INTERFACE,
    INTERFACE_GROUP,
    LB_GROUP,
    MAIN,
    MORE_IPV4,
    ONLY_SHARED,
    PEERING,
    PREFIX_ENTRY,
    PREFIX_LIST,
    ROUTE,
    RULE,
    SERVICE,
    SUBNET,
    TABLE,
    TASK_GROUP,
    VPC,
    WITH_SHARED,
    egress,
    group,
    ingress,
    instance,
    read,
    shared_group,
    world,
)
from tests.policypack.cases import COMPLIANT, NOT_APPLICABLE, UNDECIDED, VIOLATION, Ref, resource, urn_of

CHAIN, PATH, PRIVATE = "network-chain", "no-internet-path-to-private-tier", "workloads-in-private-subnets"


def inline(name: str, *blocks: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The group `name` with inline rules."""
    return {name: {"ingress": [dict(block) for block in blocks]}}


def old_rule(name: str, owner: Any, port: int, **peer: Any) -> Resource:
    given = {"type": "ingress", "protocol": "tcp", "fromPort": float(port), "toPort": float(port), **peer}
    return resource(RULE, name, securityGroupId=owner, **given)


BASTION = [
    group("bastion-group"),
    instance("bastion", Ref(GROUP, "bastion-group")),
]
BASTION_OUT = egress("bastion-out", Ref(GROUP, "bastion-group"), 5432, referencedSecurityGroupId=DB_GROUP)
BASTION_OPEN = ingress("bastion-ssh", Ref(GROUP, "bastion-group"), 22, cidrIpv4="203.0.113.0/24")
DB_FROM_BASTION = ingress("db-bastion", DB_GROUP, 5432, referencedSecurityGroupId=Ref(GROUP, "bastion-group"))

OFFICE_LIST = resource(PREFIX_LIST, "office", entries=[{"cidr": "203.0.113.0/24"}], addressFamily="IPv4")

NLB_PROPERTIES: dict[str, Any] = {"loadBalancerType": "network", "subnets": [Ref(SUBNET, "public-0")]}
NLB = resource("aws:lb/loadBalancer:LoadBalancer", "nlb", **NLB_PROPERTIES)

ACL, ACL_RULE = "aws:ec2/networkAcl:NetworkAcl", "aws:ec2/networkAclRule:NetworkAclRule"


def entry(number: int, action: str, source: str) -> dict[str, Any]:
    return {"ruleNo": float(number), "action": action, "protocol": "-1", "cidrBlock": source}


def acl(*entries: Mapping[str, Any]) -> Resource:
    """A network ACL of the private subnet."""
    ingress_entries = [dict(item) for item in entries]
    return resource(ACL, "acl", subnetIds=[Ref(SUBNET, "private-0")], ingress=ingress_entries)


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

TASKS: dict[str, Any] = {"name": "tasks", "kinds": ["ECS service"], "ports": [8080], "from": []}
DATABASES: dict[str, Any] = {"name": "database", "kinds": ["RDS cluster"], "ports": [5432], "from": ["tasks"]}
MISDECLARED: list[dict[str, Any]] = [{**TASKS, "from": ["app"]}, DATABASES]


def database(accepted: int, **properties: Any) -> list[Resource]:
    """The network with another cluster, reached from the tasks on the port `accepted`."""
    return world(change={"cluster": properties, "db-in": {"fromPort": float(accepted), "toPort": float(accepted)}})


def out_to(accepted: int, **properties: Any) -> list[Resource]:
    """The same, where the tasks are let out on that port as well."""
    return [
        *database(accepted, **properties),
        egress("task-db", TASK_GROUP, accepted, referencedSecurityGroupId=DB_GROUP),
    ]


TWO_TIERS: list[dict[str, Any]] = [
    {"name": "load balancer", "kinds": ["load balancer"], "ports": [443], "from": ["internet"]},
    {"name": "web", "kinds": ["ECS service"], "match": "service", "ports": [3000], "from": ["load balancer"]},
    {"name": "database", "kinds": ["RDS cluster", "RDS instance"], "ports": [3306], "from": ["web"]},
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


CHAIN_CASES = [
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
        "a group that something of a kind the pack does not know carries",
        VIOLATION,
        world(
            group("proxy-group"),
            resource("aws:apprunner/vpcConnector:VpcConnector", "proxy", securityGroups=[Ref(GROUP, "proxy-group")]),
            ingress("db-proxy", DB_GROUP, 5432, referencedSecurityGroupId=Ref(GROUP, "proxy-group")),
        ),
        "db-proxy",
        "(carried by VpcConnector 'proxy')",
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
        "a database without a place or a group, beside the locked group of another VPC",
        VIOLATION,
        world(change={"cluster": {"dbSubnetGroupName": ABSENT, "vpcSecurityGroupIds": ABSENT}}),
        "cluster",
        "the default group of the VPC of Cluster 'cluster'",
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
    case(CHAIN, "the declared chain", COMPLIANT, world()),
    case(
        CHAIN,
        "a rule of a group that is only read is told of what carries it here",
        VIOLATION,
        world(shared_group(block(5432, cidrBlocks=[ANYWHERE])), change=ONLY_SHARED),
        "cluster",
        "SecurityGroup 'shared' ingress[0].cidrBlocks[0] is 0.0.0.0/0",
    ),
    case(CHAIN, "a group that is only read and opens nothing", COMPLIANT, world(shared_group(), change=WITH_SHARED)),
    case(
        CHAIN,
        "a group that is only read, not known to be carried here",
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
        "group sg-0123 of another stack",
    ),
    case(
        CHAIN,
        "a group of another stack that is declared to be of the tier",
        COMPLIANT,
        world(change=WITH_SHARED),
        "cluster",
        settings={"tiers": [TASKS, {**DATABASES, "groups": ["sg-0123"]}]},
    ),
    case(
        CHAIN,
        "a group of another stack that is declared to be of another tier",
        UNDECIDED,
        world(change=WITH_SHARED),
        "cluster",
        settings={"tiers": [{**TASKS, "groups": ["sg-0123"]}, DATABASES]},
    ),
    case(CHAIN, "a stack without a tier", NOT_APPLICABLE, [group("alone")]),
    case(
        CHAIN,
        "the chain written inside the groups",
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
        "the chain in the older rule resource",
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
        "cidrIpv4",
        "0.0.0.0/0",
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
        "tcp 22",
        "Let referenced_security_group_id be the group of the load balancer tier",
    ),
    case(
        CHAIN,
        "another port inside a group",
        VIOLATION,
        world(change=inline("task-group", block(22, securityGroups=[LB_GROUP]))),
        "task-group",
        "ingress[0] is open for tcp 22",
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
        "the database open to a group that nothing carries",
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
        "another stack's group that is declared to be of the tier",
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
        "fromPort is open for tcp 22 from 0.0.0.0/0",
        "TCP 80 or 443 from the internet",
        "one of its ports, such as 80,",
    ),
    case(
        CHAIN,
        "a second rule inside a group",
        VIOLATION,
        world(change=inline("db-group", block(22, cidrBlocks=["0.0.0.0/1", "128.0.0.0/1"]))),
        "db-group",
        "ingress[0].cidrBlocks[0]",
    ),
    case(
        CHAIN,
        "no group of its own",
        VIOLATION,
        world(change={"service": {"networkConfiguration.securityGroups": ABSENT}}, without=["default-group"]),
        "service",
        "default group",
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
        "a declared chain of one's own",
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
        "tcp 22",
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
        "an engine that says otherwise than the declared chain",
        VIOLATION,
        database(3306, engine="mysql"),
        "db-in",
        settings={"tiers": [*TWO_TIERS[:2], {**TWO_TIERS[2], "ports": [5432]}]},
    ),
    case(CHAIN, "a function that reaches the database", COMPLIANT, world(*WORKER)),
    case(
        CHAIN,
        "a function's group that accepts the internet",
        VIOLATION,
        world(*WORKER, ingress("worker-in", Ref(GROUP, "worker-group"), 443, cidrIpv4=ANYWHERE)),
        "worker-in",
    ),
    case(
        CHAIN,
        "a group declared by its name to be of the tier before",
        COMPLIANT,
        world(group("jobs", name="jobs-runner"), change={"db-in": {"referencedSecurityGroupId": Ref(GROUP, "jobs")}}),
        "db-in",
        settings={"tiers": [{**TASKS, "groups": ["*-runner"]}, DATABASES]},
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
        "a rule inside a group that the tasks may carry",
        UNDECIDED,
        world(
            group("maybe", ingress=[block(22, cidrBlocks=[ANYWHERE])]),
            change={"service": {"networkConfiguration.securityGroups": UNKNOWN}},
        ),
        "maybe",
        "what carries its group is not known",
    ),
    case(
        CHAIN,
        "a list in place of a rule's group, of which the known one is of a tier",
        VIOLATION,
        world(ingress("loose", ["sg-0123", UNKNOWN], 22, cidrIpv4=ANYWHERE)),
        "loose",
        settings={"tiers": [{**TASKS, "groups": ["sg-0123"]}, DATABASES]},
    ),
    case(
        CHAIN,
        "two groups in blocks of one property, where either may be meant",
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
        "two groups in one block, where both are meant",
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


OTHER_VPC = [
    resource(VPC, "vpc2", cidrBlock="10.1.0.0/16"),
    resource(VPC, "vpc3", cidrBlock="10.2.0.0/16"),
    resource(SUBNET, "s2", vpcId=Ref(VPC, "vpc2"), cidrBlock="10.1.0.0/24"),
    group("bg"),
    instance("bastion", Ref(GROUP, "bg"), subnetId=Ref(SUBNET, "s2")),
    ingress("bastion-in", Ref(GROUP, "bg"), 22, cidrIpv4=ANYWHERE),
    egress("bastion-out", Ref(GROUP, "bg"), 5432, cidrIpv4="10.0.0.0/8"),
    ingress("db-net", DB_GROUP, 5432, cidrIpv4="10.1.0.0/16"),
]
"""A bastion in another VPC, from which the database accepts what comes."""


def peered(name: str, one: Any, other: Any) -> Resource:
    """A peering of two VPCs of the stack."""
    return resource(PEERING, name, vpcId=Ref(VPC, one), peerVpcId=Ref(VPC, other))


def one_acls_denial(*names: str) -> list[Resource]:
    """Two network ACLs that let all in, and a denial that is one of theirs."""
    allow = {"ruleNo": 100.0, "action": "allow", "protocol": "-1", "cidrBlock": ANYWHERE}
    subnets = {"a": Ref(SUBNET, "private-0"), "b": Ref(SUBNET, "public-0")}
    denial = {"ruleNumber": 50.0, "ruleAction": "deny", "protocol": "-1", "cidrBlock": ANYWHERE}
    return world(
        *(resource(ACL, name, subnetIds=[subnet], ingress=[allow]) for name, subnet in subnets.items()),
        computed_from(resource(ACL_RULE, "deny", **denial), "networkAclId", *(Ref(ACL, name) for name in names)),
        ingress("open", TASK_GROUP, 8080, cidrIpv4=ANYWHERE),
    )


CARRIER_CASES = [
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
        "a proxy in front of the database, which is of no tier",
        VIOLATION,
        world(
            group("proxy-group"),
            resource("aws:rds/proxy:Proxy", "proxy", vpcSecurityGroupIds=[Ref(GROUP, "proxy-group")]),
            ingress("db-proxy", DB_GROUP, 5432, referencedSecurityGroupId=Ref(GROUP, "proxy-group")),
        ),
        "db-proxy",
        "(carried by Proxy 'proxy')",
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
    case(
        PATH,
        "a proxy that the internet reaches",
        VIOLATION,
        world(
            group("proxy-group"),
            resource("aws:rds/proxy:Proxy", "proxy", vpcSecurityGroupIds=[Ref(GROUP, "proxy-group")]),
            ingress("proxy-open", Ref(GROUP, "proxy-group"), 5432, cidrIpv4="203.0.113.0/24"),
            egress("proxy-out", Ref(GROUP, "proxy-group"), 5432, referencedSecurityGroupId=DB_GROUP),
            ingress("db-proxy", DB_GROUP, 5432, referencedSecurityGroupId=Ref(GROUP, "proxy-group")),
        ),
        "db-proxy",
        "→ Proxy 'proxy' →",
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
            without=["service"],
        ),
        "db-proxy",
        "Instance 'odd' → (SecurityGroupEgressRule 'odd-out' lets it out, DefaultSecurityGroup 'default-group'",
        "→ Proxy 'proxy' →",
    ),
]

NO_PLACE: dict[str, Any] = {"db-group": {"vpcId": ABSENT}, "cluster": {"dbSubnetGroupName": ABSENT}}
"""The database lies in the default VPC, with a group of that."""


def from_a_bastion(source: str, bastion: Resource, *more: Resource, **bastion_group: Any) -> list[Resource]:
    """The database in the default VPC, open to a range, and an instance that the internet reaches."""
    return world(
        group("bastion-group", **bastion_group),
        bastion,
        BASTION_OPEN,
        egress("bastion-all", Ref(GROUP, "bastion-group"), 5432, cidrIpv4=ANYWHERE),
        ingress("db-net", DB_GROUP, 5432, cidrIpv4=source),
        *more,
        change=NO_PLACE,
    )


PLACELESS = instance("bastion", Ref(GROUP, "bastion-group"), subnetId=ABSENT)
PLACED = instance("bastion", Ref(GROUP, "bastion-group"))

DEFAULT_VPC_CASES = [
    case(
        PATH,
        "a database without a place, and an instance without one: both in the default VPC",
        VIOLATION,
        from_a_bastion("172.31.0.0/16", PLACELESS, vpcId=ABSENT),
        "db-net",
        "Instance 'bastion'",
        "Cluster 'cluster' lies in the default VPC, whose subnets lead to an internet gateway",
    ),
    case(
        PATH,
        "a database without a place, and an instance without one, in the default VPC of the stack",
        VIOLATION,
        from_a_bastion("172.31.0.0/16", PLACELESS, resource(DEFAULT_VPC, "default"), vpcId=Ref(DEFAULT_VPC, "default")),
        "db-net",
    ),
    case(
        PATH,
        "a database without a place is in another VPC than what has a subnet",
        COMPLIANT,
        from_a_bastion("10.0.0.0/16", PLACED),
        "cluster",
    ),
    case(
        PATH,
        "a database without a place, and a VPC that is peered with one made elsewhere",
        UNDECIDED,
        from_a_bastion(
            "10.0.0.0/16", PLACED, resource(PEERING, "peering", vpcId=Ref(VPC, "vpc"), peerVpcId="vpc-0123")
        ),
        "cluster",
        "possible",
    ),
    case(
        PATH,
        "a database without a place, and an instance of a subnet that is not known",
        UNDECIDED,
        from_a_bastion("10.0.0.0/16", instance("bastion", Ref(GROUP, "bastion-group"), subnetId="subnet-0123")),
        "cluster",
        "possible",
    ),
]


def in_more_addresses(**place: Any) -> list[Resource]:
    """The database open to the second range of the VPC, and an instance that the internet reaches."""
    return world(
        *BASTION[:1],
        instance("bastion", Ref(GROUP, "bastion-group"), **place),
        BASTION_OPEN,
        egress("bastion-all", Ref(GROUP, "bastion-group"), 5432, cidrIpv4=ANYWHERE),
        resource(MORE_IPV4, "more", vpcId=Ref(VPC, "vpc"), cidrBlock="100.64.0.0/16"),
        resource(SUBNET, "second", vpcId=Ref(VPC, "vpc"), cidrBlock="100.64.1.0/24"),
        ingress("db-net", DB_GROUP, 5432, cidrIpv4="100.64.0.0/16"),
    )


MORE_ADDRESSES_CASES = [
    case(
        PATH,
        "an instance in a subnet of the second range of a VPC",
        VIOLATION,
        in_more_addresses(subnetId=Ref(SUBNET, "second")),
        "db-net",
    ),
    case(PATH, "an instance in a subnet of the first range of a VPC", COMPLIANT, in_more_addresses(), "cluster"),
    case(
        PATH,
        "an instance that may have an address of the second range of a VPC",
        UNDECIDED,
        in_more_addresses(subnetId=ABSENT),
        "cluster",
        "possible",
    ),
]

PATH_CASES = [
    case(PATH, "a denial of the ACL of the tasks' subnet", COMPLIANT, one_acls_denial("a"), "service"),
    case(PATH, "a denial of another ACL", VIOLATION, one_acls_denial("b"), "open"),
    case(PATH, "a denial of one of two ACLs", UNDECIDED, one_acls_denial("a", "b"), "service"),
    case(
        PATH,
        "the group that may connect is one of two",
        UNDECIDED,
        with_one_of("db-in", "referencedSecurityGroupId", TASK_GROUP, Ref(GROUP, "bastion-group"), more=TWO_BASTIONS),
        "cluster",
    ),
    *(
        case(
            PATH,
            f"from another VPC, by a route inside a table: {name}",
            UNDECIDED,
            world(*OTHER_VPC, change={"private-table": {"routes": [{"cidrBlock": "10.1.0.0/16", name: target}]}}),
            "cluster",
        )
        for name, target in {"transitGatewayId": "tgw-1", "vpcPeeringConnectionId": "pcx-1"}.items()
    ),
    case(
        PATH,
        "from another VPC, by a peering made elsewhere",
        UNDECIDED,
        world(
            *OTHER_VPC,
            resource(ROUTE, "peer", routeTableId=Ref(TABLE, "private-table"), vpcPeeringConnectionId="pcx-1"),
        ),
        "cluster",
    ),
    case(
        PATH,
        "from a VPC that is peered, as a third one is",
        VIOLATION,
        world(*OTHER_VPC, peered("a", "vpc", "vpc3"), peered("b", "vpc", "vpc2")),
        "db-net",
    ),
    case(
        PATH,
        "from a VPC that is peered with one that is peered",
        COMPLIANT,
        world(
            *OTHER_VPC,
            peered("a", "vpc", "vpc3"),
            peered("b", "vpc3", "vpc2"),
            resource(ROUTE, "p", routeTableId=Ref(TABLE, "private-table"), vpcPeeringConnectionId=Ref(PEERING, "a")),
        ),
    ),
    case(
        PATH,
        "from a VPC that is one of the ends a peering may have",
        UNDECIDED,
        world(*OTHER_VPC, computed_from(peered("a", "vpc", "vpc3"), "peerVpcId", Ref(VPC, "vpc2"), Ref(VPC, "vpc3"))),
        "cluster",
    ),
    case(
        PATH,
        "the open rule of a group that is only read is told of what carries it here",
        VIOLATION,
        world(shared_group(block(5432, cidrBlocks=[ANYWHERE])), change=ONLY_SHARED),
        "cluster",
        "SecurityGroup 'shared' ingress[0] opens tcp 5432 from 0.0.0.0/0",
    ),
    case(
        PATH,
        "a path into a database that is only read is told of what stands on it here",
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
    case(PATH, "a group of another stack whose rules are not seen", UNDECIDED, world(change=WITH_SHARED), "cluster"),
    case(
        PATH,
        "a group of another stack that is declared to be of the tier",
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
        "out of something whose group's rules are not seen",
        UNDECIDED,
        world(
            instance("bastion", "sg-0123"),
            ingress("from-foreign", DB_GROUP, 5432, referencedSecurityGroupId="sg-0123"),
        ),
        "cluster",
    ),
    case(
        PATH,
        "one rule, two databases that carry its group: the second",
        VIOLATION,
        world(
            resource(CLUSTER, "z", engine="postgres", dbSubnetGroupName="db-subnets", vpcSecurityGroupIds=[DB_GROUP]),
            ingress("open", DB_GROUP, 5432, cidrIpv4=ANYWHERE),
        ),
        "open",
        "Cluster 'cluster'",
        "Cluster 'z'",
    ),
    case(PATH, "the declared chain", COMPLIANT, world()),
    case(PATH, "a stack without a private tier", NOT_APPLICABLE, [group("alone")]),
    case(
        PATH,
        "one hop: the tasks open to the internet",
        VIOLATION,
        world(ingress("task-open", TASK_GROUP, 8080, cidrIpv4=ANYWHERE)),
        "task-open",
        "internet → (SecurityGroupIngressRule 'task-open' opens tcp 8080 from 0.0.0.0/0) → Service 'service'",
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
        "tcp 22",
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
            f"a declaration that names no tier, told at the {at}",
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
        "the internet in halves",
        VIOLATION,
        world(change=inline("db-group", block(5432, cidrBlocks=["0.0.0.0/1", "128.0.0.0/1"]))),
        "db-group",
        "0.0.0.0/1",
    ),
    case(
        PATH,
        "the internet in IPv6",
        VIOLATION,
        world(ingress("task-six", TASK_GROUP, 8080, cidrIpv6="::/0")),
        "task-six",
    ),
    case(
        PATH,
        "a public range that is not the whole internet",
        VIOLATION,
        world(ingress("task-office", TASK_GROUP, 8080, cidrIpv4="203.0.113.7/32")),
        "task-office",
    ),
    case(
        PATH,
        "a trusted public range",
        COMPLIANT,
        world(ingress("task-office", TASK_GROUP, 8080, cidrIpv4="203.0.113.7/32")),
        settings={"trusted": ["203.0.113.0/24"]},
    ),
    case(
        PATH,
        "a prefix list with a public range",
        VIOLATION,
        world(OFFICE_LIST, ingress("task-list", TASK_GROUP, 8080, prefixListId=Ref(PREFIX_LIST, "office"))),
        "task-list",
        "203.0.113.0/24 in ManagedPrefixList 'office'",
    ),
    case(
        PATH,
        "a prefix list whose entry is a resource of its own",
        VIOLATION,
        world(
            resource(PREFIX_LIST, "office", addressFamily="IPv4"),
            resource(PREFIX_ENTRY, "entry", cidr=ANYWHERE, prefixListId=Ref(PREFIX_LIST, "office")),
            ingress("task-list", TASK_GROUP, 8080, prefixListId=Ref(PREFIX_LIST, "office")),
        ),
        "task-list",
    ),
    case(
        PATH,
        "a prefix list of private ranges",
        COMPLIANT,
        world(
            resource(PREFIX_LIST, "office", addressFamily="IPv4", entries=[{"cidr": "192.168.0.0/16"}]),
            ingress("task-list", TASK_GROUP, 8080, prefixListId=Ref(PREFIX_LIST, "office")),
        ),
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
        "a prefix list that is trusted",
        COMPLIANT,
        world(ingress("task-list", TASK_GROUP, 8080, prefixListId="pl-0123")),
        settings={"trusted": ["pl-0123"]},
    ),
    case(
        PATH,
        "two hops: a group that refers to an open group",
        VIOLATION,
        world(*BASTION, BASTION_OUT, BASTION_OPEN, DB_FROM_BASTION),
        "db-bastion",
        "SecurityGroupIngressRule 'bastion-ssh' opens tcp 22 from 203.0.113.0/24) → Instance 'bastion' →",
        "SecurityGroupEgressRule 'bastion-out' lets it out",
        "SecurityGroupIngressRule 'db-bastion' opens tcp 5432 from SecurityGroup 'bastion-group') → Cluster 'cluster'",
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
        "two hops, the first of them closed",
        COMPLIANT,
        world(*BASTION, BASTION_OUT, DB_FROM_BASTION),
    ),
    case(
        PATH,
        "two hops, with no way out of the first",
        COMPLIANT,
        world(*BASTION, BASTION_OPEN, DB_FROM_BASTION),
    ),
    case(
        PATH,
        "a way out on another port",
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
        "a way out to everywhere, inline",
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
        "SecurityGroup 'bastion-group' egress[0] lets it out",
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
        "the rules AWS gives its default group",
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
        "through a function that is of no tier",
        VIOLATION,
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
        "db-bastion",
        "Function 'function'",
        settings={"tiers": [TASKS, DATABASES]},
    ),
    case(
        PATH,
        "to a function, by default of the tier of the tasks",
        VIOLATION,
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
        "bastion-ssh",
        "Function 'function'",
    ),
    case(
        PATH,
        "a group that this stack attaches to nothing, but opens",
        VIOLATION,
        world(group("bastion-group"), BASTION_OUT, BASTION_OPEN, DB_FROM_BASTION),
        "db-bastion",
        "whatever carries SecurityGroup 'bastion-group'",
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
        "internet → (rules of another stack) → whatever carries group sg-0123",
    ),
    case(
        PATH,
        "another stack's group, whose rules in are not seen and whose rule out is",
        UNDECIDED,
        world(
            egress("their-out", "sg-0123", 5432, referencedSecurityGroupId=DB_GROUP),
            ingress("db-theirs", DB_GROUP, 5432, referencedSecurityGroupId="sg-0123"),
        ),
        "cluster",
    ),
    case(
        PATH,
        "a public subnet is told beside the path",
        VIOLATION,
        world(
            ingress("task-open", TASK_GROUP, 8080, cidrIpv4=ANYWHERE),
            change={"service": {"networkConfiguration.subnets": [Ref(SUBNET, "public-0")]}},
        ),
        "task-open",
        "Subnet 'public-0', which Route 'public-route' leads to an internet gateway",
    ),
    case(
        PATH,
        "of two public subnets one is told",
        VIOLATION,
        world(
            ingress("task-open", TASK_GROUP, 8080, cidrIpv4=ANYWHERE),
            change={
                "service": {"networkConfiguration.subnets": [Ref(SUBNET, "public-0"), Ref(SUBNET, "public-1")]},
            },
            subnets=2,
        ),
        "task-open",
        "'public-0', which Route 'public-route' leads to an internet gateway; accepted is",
    ),
    case(
        PATH,
        "an unpeered VPC with the same addresses",
        COMPLIANT,
        world(
            resource(VPC, "other-vpc", cidrBlock="10.1.0.0/16"),
            resource(SUBNET, "other-subnet", vpcId=Ref(VPC, "other-vpc"), cidrBlock="10.1.0.0/24"),
            *BASTION[:1],
            instance("bastion", Ref(GROUP, "bastion-group"), subnetId=Ref(SUBNET, "other-subnet")),
            egress("bastion-out", Ref(GROUP, "bastion-group"), 5432, cidrIpv4="10.0.0.0/16"),
            BASTION_OPEN,
            ingress("db-net", DB_GROUP, 5432, cidrIpv4="10.1.0.0/16"),
        ),
        "cluster",
    ),
    case(
        PATH,
        "through a peered VPC",
        VIOLATION,
        world(
            resource(VPC, "other-vpc", cidrBlock="10.1.0.0/16"),
            resource(SUBNET, "other-subnet", vpcId=Ref(VPC, "other-vpc"), cidrBlock="10.1.0.0/24"),
            resource(PEERING, "peering", vpcId=Ref(VPC, "vpc"), peerVpcId=Ref(VPC, "other-vpc")),
            *BASTION[:1],
            instance("bastion", Ref(GROUP, "bastion-group"), subnetId=Ref(SUBNET, "other-subnet")),
            egress("bastion-out", Ref(GROUP, "bastion-group"), 5432, cidrIpv4="10.0.0.0/16"),
            BASTION_OPEN,
            ingress("db-net", DB_GROUP, 5432, cidrIpv4="10.1.0.0/16"),
        ),
        "db-net",
        "Instance 'bastion'",
    ),
    case(
        PATH,
        "an open group behind a network ACL that lets none of it in",
        COMPLIANT,
        world(ingress("task-open", TASK_GROUP, 8080, cidrIpv4=ANYWHERE), acl(entry(100, "allow", "10.0.0.0/16"))),
        "service",
    ),
    case(
        PATH,
        "an open group behind a network ACL that denies it first",
        COMPLIANT,
        world(
            ingress("task-open", TASK_GROUP, 8080, cidrIpv4="203.0.113.0/24"),
            acl(entry(100, "allow", ANYWHERE), entry(50, "deny", "203.0.0.0/16")),
        ),
        "service",
    ),
    case(
        PATH,
        "an open group behind a network ACL that denies it too late",
        VIOLATION,
        world(
            ingress("task-open", TASK_GROUP, 8080, cidrIpv4="203.0.113.0/24"),
            acl(entry(100, "allow", ANYWHERE), entry(150, "deny", "203.0.0.0/16")),
        ),
        "task-open",
    ),
    case(
        PATH,
        "an open group behind a network ACL that denies a part of it",
        VIOLATION,
        world(
            ingress("task-open", TASK_GROUP, 8080, cidrIpv4=ANYWHERE),
            acl(entry(100, "allow", ANYWHERE), entry(50, "deny", "203.0.0.0/16")),
        ),
        "task-open",
    ),
    case(
        PATH,
        "a network ACL with an entry of its own for the port",
        VIOLATION,
        world(
            ingress("task-open", TASK_GROUP, 8080, cidrIpv4=ANYWHERE),
            acl(),
            resource(
                ACL_RULE,
                "acl-open",
                networkAclId=Ref(ACL, "acl"),
                ruleNumber=100.0,
                ruleAction="allow",
                protocol="tcp",
                fromPort=8000.0,
                toPort=8100.0,
                cidrBlock=ANYWHERE,
            ),
        ),
        "task-open",
    ),
    case(
        PATH,
        "a network ACL whose entries are not known yet",
        VIOLATION,
        world(ingress("task-open", TASK_GROUP, 8080, cidrIpv4=ANYWHERE), resource(ACL, "acl", ingress=UNKNOWN)),
        "task-open",
    ),
    *(
        case(
            PATH,
            f"a network ACL that lets in nothing, and who is in {says}",
            outcome,
            world(
                BASTION[0],
                instance("bastion", Ref(GROUP, "bastion-group"), subnetId=place),
                BASTION_OUT,
                BASTION_OPEN,
                DB_FROM_BASTION,
                acl(),
            ),
            at,
        )
        for says, outcome, place, at in (
            ("another subnet", COMPLIANT, Ref(SUBNET, "public-0"), "cluster"),
            ("a subnet that is not told", VIOLATION, ABSENT, "db-bastion"),
        )
    ),
    case(
        PATH,
        "a network ACL that lets in SSH alone, and members of one subnet, between which no ACL stands",
        VIOLATION,
        world(
            BASTION[0],
            instance("bastion", Ref(GROUP, "bastion-group"), subnetId=Ref(SUBNET, "private-0")),
            BASTION_OUT,
            BASTION_OPEN,
            DB_FROM_BASTION,
            acl({**entry(1, "allow", ANYWHERE), "protocol": "tcp", "fromPort": 22.0, "toPort": 22.0}),
        ),
        "db-bastion",
    ),
    case(
        PATH,
        "a network load balancer without a group, into a private range",
        VIOLATION,
        world(NLB, ingress("task-nlb", TASK_GROUP, 22, cidrIpv4="10.0.0.0/24")),
        "task-nlb",
        "LoadBalancer 'nlb' (without a security group) opens all traffic from 0.0.0.0/0) → LoadBalancer 'nlb'",
    ),
    case(
        PATH,
        "an internal network load balancer without a group",
        COMPLIANT,
        world(
            resource(NLB.type, "nlb", **{**NLB_PROPERTIES, "internal": True}),
            ingress("task-nlb", TASK_GROUP, 22, cidrIpv4="10.0.0.0/24"),
        ),
        "service",
    ),
    case(PATH, "MySQL on its port", COMPLIANT, out_to(3306, engine="aurora-mysql"), "cluster"),
    case(PATH, "MySQL on another port", VIOLATION, out_to(5432, engine="aurora-mysql"), "db-in", "TCP 3306"),
    case(PATH, "an engine not known yet", UNDECIDED, out_to(3306, engine=UNKNOWN), "cluster"),
    *(
        case(
            PATH,
            f"an open group that nothing here carries, {says}",
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

ON_MAIN = ["private-0-table", "private-route", "private-table", "public-route", "public-table", "public-0-table"]
"""What to leave out so that every subnet has the main route table of its VPC."""

MAIN_ROUTE = {"routeTableId": Ref(VPC, "vpc"), "destinationCidrBlock": ANYWHERE, "gatewayId": Ref(IGW, "igw")}
"""A route to the internet gateway in the table that the VPC was made with (`vpc.main_route_table_id`)."""

MADE_VPC = resource(VPC, "vpc", cidrBlock="10.0.0.0/16")
MADE_VPC.outputs = {**MADE_VPC.outputs, "id": "vpc-1", "mainRouteTableId": "rtb-9", "defaultRouteTableId": "rtb-9"}

READ_VPC = read(VPC, "vpc", id="vpc-1", cidrBlock="10.0.0.0/16", mainRouteTableId="rtb-9", defaultRouteTableId="rtb-9")

OPEN_TO_ALL = [{"cidrBlock": ANYWHERE, "gatewayId": Ref(IGW, "igw")}]

IGW_ATTACHMENT = "aws:ec2/internetGatewayAttachment:InternetGatewayAttachment"
VPN_GATEWAY = "aws:ec2/vpnGateway:VpnGateway"


def in_subnet(subnet: Any) -> Resource:
    """A service in one subnet."""
    return resource(SERVICE, "svc", networkConfiguration={"subnets": [subnet], "securityGroups": ["sg-1"]})


IN_S = [resource(SUBNET, "s", vpcId="vpc-1", cidrBlock="10.0.5.0/24"), in_subnet(Ref(SUBNET, "s"))]


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


PRIVATE_CASES = [
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
        "a replica beside its source, which lies in a subnet group of the stack",
        COMPLIANT,
        world(*replicated(dbSubnetGroupName="db-subnets")),
        "replica",
    ),
    case(
        PRIVATE,
        "a replica beside its source, which lies in the default VPC",
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
        "a group whose subnets this stack does not show",
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
        "one of Subnet 'private-0', Subnet 'public-0'",
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
    case(
        PRIVATE,
        "a route in the VPC's own table, which the subnet has",
        VIOLATION,
        world(resource(ROUTE, "r", **MAIN_ROUTE), without=ON_MAIN),
        "service",
        "which Route 'r' leads to an internet gateway",
    ),
    case(
        PRIVATE,
        "the same once the ids are known",
        VIOLATION,
        [
            MADE_VPC,
            *IN_S,
            resource(ROUTE, "r", routeTableId="rtb-9", destinationCidrBlock=ANYWHERE, gatewayId="igw-1"),
        ],
        "svc",
    ),
    case(
        PRIVATE,
        "a route in the VPC's own table, which the private subnet does not have",
        COMPLIANT,
        world(resource(ROUTE, "r", **MAIN_ROUTE), without=["public-route", "public-table", "public-0-table"]),
    ),
    case(
        PRIVATE,
        "a route in the VPC's own table or another one",
        UNDECIDED,
        world(
            computed_from(
                resource(ROUTE, "r", **MAIN_ROUTE), "routeTableId", Ref(VPC, "vpc"), Ref(TABLE, "private-table")
            ),
        ),
        "service",
    ),
    case(PRIVATE, "the main table of a VPC that is only read", UNDECIDED, [READ_VPC, *IN_S], "svc", "only reads"),
    case(
        PRIVATE,
        "the main table of a VPC that is only read, adopted here",
        COMPLIANT,
        [READ_VPC, *IN_S, resource(DEFAULT_TABLE, "main", defaultRouteTableId="rtb-9", routes=[])],
    ),
    case(
        PRIVATE,
        "a subnet that is only read",
        UNDECIDED,
        [MADE_VPC, read(SUBNET, "s", id="subnet-1", vpcId="vpc-1"), in_subnet("subnet-1")],
        "svc",
        "the route table of Subnet 's', which this stack only reads",
    ),
    case(
        PRIVATE,
        "a subnet that is only read, associated here",
        COMPLIANT,
        [
            MADE_VPC,
            read(SUBNET, "s", id="subnet-1", vpcId="vpc-1"),
            in_subnet("subnet-1"),
            resource(TABLE, "t", vpcId="vpc-1"),
            resource(ASSOCIATION, "a", subnetId="subnet-1", routeTableId=Ref(TABLE, "t")),
        ],
    ),
    case(
        PRIVATE,
        "an open main table of a VPC that is not known yet",
        UNDECIDED,
        world(
            resource(DEFAULT_TABLE, "main", defaultRouteTableId=UNKNOWN, routes=OPEN_TO_ALL),
            without=["private-0-table"],
        ),
        "service",
    ),
    case(
        PRIVATE,
        "an association of an open main table with a VPC that is not known yet",
        UNDECIDED,
        world(
            resource(MAIN, "main", vpcId=UNKNOWN, routeTableId=Ref(TABLE, "public-table")),
            without=["private-0-table"],
        ),
        "service",
    ),
    case(
        PRIVATE,
        "an open main table beside a private one of a subnet that is not known yet",
        UNDECIDED,
        world(
            resource(MAIN, "main", vpcId=Ref(VPC, "vpc"), routeTableId=Ref(TABLE, "public-table")),
            resource(ASSOCIATION, "late", subnetId=UNKNOWN, routeTableId=Ref(TABLE, "private-table")),
            without=["private-0-table"],
        ),
        "service",
        "RouteTableAssociation 'late', whose subnet is not known yet",
    ),
    case(
        PRIVATE,
        "an association with one of two subnets",
        UNDECIDED,
        world(
            computed_from(
                resource(ASSOCIATION, "one-of", routeTableId=Ref(TABLE, "public-table")),
                "subnetId",
                Ref(SUBNET, "private-0"),
                Ref(SUBNET, "public-0"),
            ),
            without=["private-0-table"],
        ),
        "service",
    ),
    case(
        PRIVATE,
        "a route to a VPN gateway",
        COMPLIANT,
        world(
            resource(VPN_GATEWAY, "vgw"),
            resource(ROUTE, "vgw-route", routeTableId=Ref(TABLE, "private-table"), gatewayId=Ref(VPN_GATEWAY, "vgw")),
        ),
    ),
    case(
        PRIVATE,
        "a route to the gateway that an attachment names",
        VIOLATION,
        world(
            resource(IGW_ATTACHMENT, "att", vpcId=Ref(VPC, "vpc"), internetGatewayId=Ref(IGW, "igw")),
            change={"private-route": {"natGatewayId": ABSENT, "gatewayId": Ref(IGW_ATTACHMENT, "att")}},
        ),
        "service",
    ),
    case(
        PRIVATE,
        "a route to one of two gateways",
        UNDECIDED,
        world(
            resource(VPN_GATEWAY, "vgw"),
            computed_from(
                resource(ROUTE, "either", routeTableId=Ref(TABLE, "private-table")),
                "gatewayId",
                Ref(VPN_GATEWAY, "vgw"),
                Ref(IGW, "igw"),
            ),
        ),
        "service",
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
        "Subnet 'public-0', which Route 'public-route' leads to an internet gateway",
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
        "private subnets with the wrong route",
        VIOLATION,
        world(change={"private-route": {"natGatewayId": ABSENT, "gatewayId": Ref(IGW, "igw")}}),
        "service",
        "private-route",
    ),
    case(
        PRIVATE,
        "a route inside the table",
        VIOLATION,
        world(change={"private-table": {"routes": [{"cidrBlock": ANYWHERE, "gatewayId": Ref(IGW, "igw")}]}}),
        "service",
        "RouteTable 'private-table' routes[0]",
    ),
    case(
        PRIVATE,
        "a gateway made elsewhere",
        VIOLATION,
        world(change={"private-route": {"natGatewayId": ABSENT, "gatewayId": "igw-0123"}}),
        "service",
    ),
    case(
        PRIVATE,
        "the route to the network itself",
        COMPLIANT,
        world(change={"private-table": {"routes": [{"cidrBlock": "10.0.0.0/16", "gatewayId": "local"}]}}),
        "service",
    ),
    case(
        PRIVATE,
        "a subnet with the main route table, which leads nowhere",
        COMPLIANT,
        world(without=["private-0-table"]),
        "service",
    ),
    case(
        PRIVATE,
        "a subnet with the main route table, which was given a route",
        VIOLATION,
        world(
            resource(
                DEFAULT_TABLE,
                "main",
                defaultRouteTableId=Ref(VPC, "vpc"),
                routes=[{"cidrBlock": ANYWHERE, "gatewayId": Ref(IGW, "igw")}],
            ),
            without=["private-0-table"],
        ),
        "service",
        "DefaultRouteTable 'main'",
    ),
    case(
        PRIVATE,
        "a subnet with a public table as its VPC's main one",
        VIOLATION,
        world(
            resource(MAIN, "main", vpcId=Ref(VPC, "vpc"), routeTableId=Ref(TABLE, "public-table")),
            without=["private-0-table"],
        ),
        "service",
    ),
    case(
        PRIVATE,
        "a subnet of the default VPC",
        VIOLATION,
        [
            resource(DEFAULT_VPC, "default"),
            resource(SUBNET, "a", vpcId=Ref(DEFAULT_VPC, "default"), cidrBlock="172.31.0.0/20"),
            resource(SERVICE, "service", networkConfiguration={"subnets": [Ref(SUBNET, "a")]}),
        ],
        "service",
        "default VPC",
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
        "a gateway not known yet",
        UNDECIDED,
        world(change={"private-route": {"natGatewayId": ABSENT, "gatewayId": UNKNOWN}}),
        "service",
        "private-route",
    ),
    case(
        PRIVATE,
        "a route whose table is not known yet",
        UNDECIDED,
        world(
            resource(ROUTE, "loose", routeTableId=UNKNOWN, destinationCidrBlock=ANYWHERE, gatewayId=Ref(IGW, "igw")),
        ),
        "service",
        "'loose'",
    ),
    case(
        PRIVATE,
        "a route table made elsewhere",
        UNDECIDED,
        world(
            resource(ASSOCIATION, "theirs", subnetId=Ref(SUBNET, "private-0"), routeTableId="rtb-0123"),
            without=["private-0-table"],
        ),
        "service",
        "'theirs'",
    ),
    case(
        PRIVATE,
        "a wrong type in place of the subnets",
        UNDECIDED,
        world(change={"service": {"networkConfiguration.subnets": [{"id": 1.0}]}}),
        "service",
    ),
]

CASES = [*CHAIN_CASES, *CARRIER_CASES, *DEFAULT_VPC_CASES, *MORE_ADDRESSES_CASES, *PATH_CASES, *PRIVATE_CASES]
