"""Rows of `no-internet-path-to-private-tier`: VPCs, addresses, network ACLs and prefix lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.value import ABSENT, UNKNOWN
from tests.policypack.aws.network.tables import block, case
from tests.policypack.aws.network.world import (
    ANYWHERE,
    DB_GROUP,
    DEFAULT_VPC,
    GROUP,
    IN,
    MORE_IPV4,
    PEERING,
    PREFIX_ENTRY,
    PREFIX_LIST,
    ROUTE,
    SUBNET,
    TABLE,
    TASK_GROUP,
    VPC,
    egress,
    group,
    ingress,
    instance,
    world,
)
from tests.policypack.cases import COMPLIANT, UNDECIDED, VIOLATION, Ref, resource
from tests.policypack.policies.vpc.network_stacks import (
    BASTION,
    BASTION_OPEN,
    BASTION_OUT,
    DB_FROM_BASTION,
    NLB_PROPERTIES,
    OFFICE_LIST,
    PATH,
    computed_from,
    inline,
)

NLB = resource("aws:lb/loadBalancer:LoadBalancer", "nlb", **NLB_PROPERTIES)

ACL, ACL_RULE = "aws:ec2/networkAcl:NetworkAcl", "aws:ec2/networkAclRule:NetworkAclRule"


def entry(number: int, action: str, source: str) -> dict[str, Any]:
    return {"ruleNo": float(number), "action": action, "protocol": "-1", "cidrBlock": source}


def acl(*entries: Mapping[str, Any]) -> Resource:
    """A network ACL of the private subnet."""
    ingress_entries = [dict(item) for item in entries]
    return resource(ACL, "acl", subnetIds=[Ref(SUBNET, "private-0")], ingress=ingress_entries)


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
    """Two network ACLs that allow everything, and a denial that is one of theirs."""
    allow = {"ruleNo": 100.0, "action": "allow", "protocol": "-1", "cidrBlock": ANYWHERE}
    subnets = {"a": Ref(SUBNET, "private-0"), "b": Ref(SUBNET, "public-0")}
    denial = {"ruleNumber": 50.0, "ruleAction": "deny", "protocol": "-1", "cidrBlock": ANYWHERE}
    return world(
        *(resource(ACL, name, subnetIds=[subnet], ingress=[allow]) for name, subnet in subnets.items()),
        computed_from(resource(ACL_RULE, "deny", **denial), "networkAclId", *(Ref(ACL, name) for name in names)),
        ingress("open", TASK_GROUP, 8080, cidrIpv4=ANYWHERE),
    )


NO_PLACE: dict[str, Any] = {"db-group": {"vpcId": ABSENT}, "cluster": {"dbSubnetGroupName": ABSENT}}
"""The database is in the default VPC, with a group of that."""


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


CASES = [
    case(
        PATH,
        "a database without a subnet, and an instance without one: both in the default VPC",
        VIOLATION,
        from_a_bastion("172.31.0.0/16", PLACELESS, vpcId=ABSENT),
        "db-net",
        "Instance 'bastion'",
        "Cluster 'cluster' is in the default VPC, whose subnets have a route to an internet gateway",
    ),
    case(
        PATH,
        "a database without a subnet, and an instance without one, whose security group may be of another VPC",
        UNDECIDED,
        from_a_bastion("172.31.0.0/16", PLACELESS, vpcId=UNKNOWN),
        "cluster",
        "vpcId of SecurityGroup 'bastion-group' is not known",
    ),
    case(
        PATH,
        "a database without a subnet, and an instance without one, in the default VPC of the stack",
        VIOLATION,
        from_a_bastion("172.31.0.0/16", PLACELESS, resource(DEFAULT_VPC, "default"), vpcId=Ref(DEFAULT_VPC, "default")),
        "db-net",
    ),
    case(
        PATH,
        "a database without a subnet, and an instance without one, whose group is of the default VPC or of another",
        UNDECIDED,
        [
            computed_from(made, "vpcId", Ref(DEFAULT_VPC, "default"), Ref(VPC, "vpc"))
            if made.name == "bastion-group"
            else made
            for made in from_a_bastion("172.31.0.0/16", PLACELESS, resource(DEFAULT_VPC, "default"))
        ],
        "cluster",
        "vpcId of SecurityGroup 'bastion-group' is not known",
    ),
    case(
        PATH,
        "a database without a subnet is in another VPC than what has a subnet",
        COMPLIANT,
        from_a_bastion("10.0.0.0/16", PLACED),
        "cluster",
    ),
    case(
        PATH,
        "a database without a subnet, and a VPC that is peered with one made elsewhere",
        UNDECIDED,
        from_a_bastion(
            "10.0.0.0/16", PLACED, resource(PEERING, "peering", vpcId=Ref(VPC, "vpc"), peerVpcId="vpc-0123")
        ),
        "cluster",
        "peerVpcId of VpcPeeringConnection 'peering' is \"vpc-0123\", which is not part of this stack",
    ),
    case(
        PATH,
        "a database without a subnet, and an instance of a subnet that is not known",
        UNDECIDED,
        from_a_bastion("10.0.0.0/16", instance("bastion", Ref(GROUP, "bastion-group"), subnetId="subnet-0123")),
        "cluster",
        "subnetId of Instance 'bastion' is \"subnet-0123\", which is not part of this stack",
    ),
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
        "the private IP address of Instance 'bastion' is not set, so that AWS chooses it",
    ),
    case(PATH, "a denial of the ACL of the tasks' subnet", COMPLIANT, one_acls_denial("a"), "service"),
    case(PATH, "a denial of another ACL", VIOLATION, one_acls_denial("b"), "open"),
    case(
        PATH,
        "a denial of one of two ACLs",
        UNDECIDED,
        one_acls_denial("a", "b"),
        "service",
        "networkAclId of NetworkAclRule 'deny' is not known before the update, computed from NetworkAcl 'a'",
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
        "peerVpcId of VpcPeeringConnection 'a' is not known before the update, computed from Vpc 'vpc2'",
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
        world(ingress("task-most", TASK_GROUP, 8080, cidrIpv4="128.0.0.0/2")),
        "task-most",
    ),
    case(
        PATH,
        "one public address, which is not the internet",
        COMPLIANT,
        world(ingress("task-office", TASK_GROUP, 8080, cidrIpv4="203.0.113.7/32")),
    ),
    case(
        PATH,
        "ICMP, which opens no connection",
        COMPLIANT,
        world(
            resource(
                IN, "ping", securityGroupId=TASK_GROUP, cidrIpv4=ANYWHERE, ipProtocol="icmp", fromPort=8.0, toPort=-1.0
            )
        ),
    ),
    case(
        PATH,
        "a trusted public range",
        COMPLIANT,
        world(ingress("task-most", TASK_GROUP, 8080, cidrIpv4="128.0.0.0/2")),
        settings={"trusted": ["128.0.0.0/1"]},
    ),
    case(
        PATH,
        "a prefix list with a public range",
        VIOLATION,
        world(OFFICE_LIST, ingress("task-list", TASK_GROUP, 8080, prefixListId=Ref(PREFIX_LIST, "office"))),
        "task-list",
        "128.0.0.0/2 in ManagedPrefixList 'office'",
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
        "a prefix list that is trusted",
        COMPLIANT,
        world(ingress("task-list", TASK_GROUP, 8080, prefixListId="pl-0123")),
        settings={"trusted": ["pl-0123"]},
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
        "an open group behind a network ACL that allows none of it",
        COMPLIANT,
        world(ingress("task-open", TASK_GROUP, 8080, cidrIpv4=ANYWHERE), acl(entry(100, "allow", "10.0.0.0/16"))),
        "service",
    ),
    case(
        PATH,
        "an open group behind a network ACL that denies it first",
        COMPLIANT,
        world(
            ingress("task-open", TASK_GROUP, 8080, cidrIpv4="0.0.0.0/0"),
            acl(entry(100, "allow", ANYWHERE), entry(50, "deny", ANYWHERE)),
        ),
        "service",
    ),
    case(
        PATH,
        "an open group behind a network ACL that denies it too late",
        VIOLATION,
        world(
            ingress("task-open", TASK_GROUP, 8080, cidrIpv4="0.0.0.0/0"),
            acl(entry(100, "allow", ANYWHERE), entry(150, "deny", ANYWHERE)),
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
            f"a network ACL that allows nothing, and a bastion in {says}",
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
            ("a subnet that is not named", VIOLATION, ABSENT, "db-bastion"),
        )
    ),
    case(
        PATH,
        "a network ACL that allows SSH alone, and members of one subnet, between which there is no ACL",
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
        "LoadBalancer 'nlb' (which has no security group) allows all traffic from 0.0.0.0/0) → LoadBalancer 'nlb'",
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
]
