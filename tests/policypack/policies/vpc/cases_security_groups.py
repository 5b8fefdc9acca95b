"""The tables of the security group policies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.value import ABSENT, UNKNOWN
from tests.policypack.aws.network.tables import block, case
from tests.policypack.aws.network.world import (
    DB_GROUP,
    GROUP,
    LB_GROUP,
    ONLY_SHARED,
    OUT,
    PREFIX_LIST,
    RULE,
    WITH_SHARED,
    group,
    ingress,
    instance,
    shared_group,
    world,
)
from tests.policypack.cases import (
    COMPLIANT,
    NOT_APPLICABLE,
    UNDECIDED,
    VIOLATION,
    Case,
    Ref,
    bend,
    good_resources,
    resource,
    rows,
)

WIDE_IN, WIDE_OUT = (
    "sg-no-wide-ingress",
    "sg-no-wide-egress",
)
DESCRIBED, ATTACHED, DATABASE = "sg-described", "sg-attached", "sg-database-accepts-only-groups"
IN = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"


ALL_FROM: Mapping[str, Any] = {"ipProtocol": "-1", "cidrIpv4": ABSENT}


def between(owner: str, peer: str) -> Mapping[str, Any]:
    """The groups of a rule of its own, by name: that which it belongs to, and that which it lets in."""
    return {"securityGroupId": Ref(GROUP, owner), "referencedSecurityGroupId": Ref(GROUP, peer)}


def all_traffic(owner: str, peer: str) -> Resource:
    """A rule of its own that lets in all traffic of a group."""
    return resource(IN, **bend(good_resources()[IN], {**ALL_FROM, **between(owner, peer)}))


CASES = [
    *rows(
        WIDE_IN,
        compliant=[
            ("one port", {}),
            ("no ingress", {"ingress": ABSENT}),
            ("a protocol without ports", {"ingress.0.protocol": "icmp"}),
            ("as many ports as there may be", {"ingress.0.fromPort": 1.0, "ingress.0.toPort": 1000.0}),
            ("all traffic between its members", {"ingress.0": {"protocol": "-1", "self": True}}),
            (
                "the ports that a host gives to containers, from a load balancer",
                {"ingress.0": {"protocol": "tcp", "fromPort": 32768.0, "toPort": 65535.0, "securityGroups": ["sg-1"]}},
            ),
        ],
        violation=[
            (
                "the ports that a host gives to containers, from a range",
                {
                    "ingress.0": {
                        "protocol": "tcp",
                        "fromPort": 32768.0,
                        "toPort": 65535.0,
                        "cidrBlocks": ["10.0.0.0/8"],
                    }
                },
            ),
            (
                "all traffic between its members, and from a range",
                {"ingress.0": {"protocol": "-1", "self": True, "cidrBlocks": ["10.0.0.0/8"]}},
            ),
            ("all traffic from another group", {"ingress.0": {"protocol": "-1", "securityGroups": ["sg-1"]}}),
            ("all protocols", {"ingress.0.protocol": "-1"}, "ingress[0] allows all traffic"),
            ("a port more than there may be", {"ingress.0.fromPort": 1.0, "ingress.0.toPort": 1001.0}),
            ("all protocols, spelled out", {"ingress.0.protocol": "all"}),
            ("all ports", {"ingress.0.fromPort": 0.0, "ingress.0.toPort": 65535.0}, "TCP 0-65535"),
            ("nearly all ports", {"ingress.0.fromPort": 1024.0, "ingress.0.toPort": 65000.0}),
            (
                "all ports of UDP by number",
                {"ingress.0.protocol": "17", "ingress.0.fromPort": ABSENT, "ingress.0.toPort": ABSENT},
            ),
            ("all protocols from a private range", {"ingress.0": {"protocol": "-1", "cidrBlocks": ["10.0.0.0/8"]}}),
            ("no protocol", {"ingress.0.protocol": ABSENT}),
            ("a wrong type of protocol", {"ingress.0.protocol": [6.0]}),
        ],
        undecided=[
            ("rules not known yet", {"ingress": UNKNOWN}),
            ("a protocol not known yet", {"ingress.0.protocol": UNKNOWN}),
            ("a port not known yet", {"ingress.0.fromPort": UNKNOWN}),
        ],
    ),
    *rows(
        WIDE_IN,
        IN,
        compliant=[
            ("one port in a rule of its own", {}),
        ],
        undecided=[
            ("all traffic from a group of which the stack is not told yet", {**ALL_FROM, **between("g", "g")}),
        ],
        violation=[
            (
                "all protocols in a rule of its own",
                {"ipProtocol": "-1", "fromPort": ABSENT, "toPort": ABSENT},
                "it allows all traffic",
            ),
        ],
    ),
    *(
        Case(WIDE_IN, says, outcome, stack=[resource(GROUP, "g"), resource(GROUP, "h"), rule], at="under-test")
        for says, outcome, rule in (
            ("all traffic from the group that it belongs to", COMPLIANT, all_traffic("g", "g")),
            ("all traffic from another group in a rule of its own", VIOLATION, all_traffic("g", "h")),
        )
    ),
    *rows(
        WIDE_IN,
        RULE,
        violation=[("all protocols in an older rule", {"protocol": "-1"})],
        undecided=[("an older rule of either direction", {"protocol": "-1", "type": UNKNOWN})],
        not_applicable=[("an older egress rule", {"protocol": "-1", "type": "egress"})],
    ),
    Case(
        WIDE_IN, "more ports by configuration", COMPLIANT, {"ingress.0.toPort": 2442.0}, settings={"maximumPorts": 2000}
    ),
    *rows(
        WIDE_OUT,
        compliant=[
            ("one port", {}),
            ("no egress rule, which lets nothing out", {"egress": ABSENT}),
            ("all traffic to a private range", {"egress.0": {"protocol": "-1", "cidrBlocks": ["10.0.0.0/8"]}}),
            ("all traffic to a group", {"egress.0": {"protocol": "-1", "securityGroups": [UNKNOWN]}}),
        ],
        violation=[
            ("all traffic", {"egress.0.protocol": "-1"}, "all traffic"),
            ("all traffic over IPv6", {"egress.0": {"protocol": "-1", "ipv6CidrBlocks": ["::/0"]}}),
            ("all traffic to half of the internet", {"egress.0": {"protocol": "-1", "cidrBlocks": ["0.0.0.0/1"]}}),
            ("all ports", {"egress.0.fromPort": 0.0, "egress.0.toPort": 65535.0}),
            ("a wrong type of protocol", {"egress.0.protocol": {"all": True}}),
        ],
        undecided=[
            ("rules not known yet", {"egress": UNKNOWN}),
            ("a range not known yet", {"egress.0": {"protocol": "-1", "cidrBlocks": UNKNOWN}}),
            ("a protocol not known yet", {"egress.0.protocol": UNKNOWN}),
        ],
    ),
    *rows(
        WIDE_OUT,
        OUT,
        compliant=[("one port in a rule of its own", {})],
        violation=[("all traffic in a rule of its own", {"ipProtocol": "-1", "fromPort": ABSENT, "toPort": ABSENT})],
    ),
    *rows(
        WIDE_OUT,
        RULE,
        violation=[("all traffic in an older rule", {"protocol": "-1", "type": "egress"})],
        not_applicable=[("an older ingress rule", {"protocol": "-1"})],
    ),
    *rows(
        DESCRIBED,
        compliant=[("described throughout", {}), ("without rules", {"ingress": ABSENT, "egress": ABSENT})],
        violation=[
            ("a group without a description", {"description": ABSENT}, "not set"),
            ("what the provider fills in", {"description": "Managed by Pulumi"}),
            ("an empty description", {"description": " "}),
            ("an ingress rule without one", {"ingress.0.description": ABSENT}, "ingress[0].description"),
            ("an egress rule without one", {"egress.0.description": ABSENT}),
            ("a wrong type", {"description": ["text"]}),
        ],
        undecided=[("unknown", {"description": UNKNOWN}), ("rules not known yet", {"ingress": UNKNOWN})],
    ),
    *rows(
        DESCRIBED,
        IN,
        compliant=[("a described rule of its own", {})],
        violation=[("a rule of its own without one", {"description": ABSENT})],
        undecided=[("a description of its own not known yet", {"description": UNKNOWN})],
    ),
    *rows(DESCRIBED, OUT, violation=[("an egress rule of its own without one", {"description": ABSENT})]),
    *rows(DESCRIBED, RULE, violation=[("an older rule without one", {"description": ABSENT})]),
    *rows(
        DESCRIBED,
        "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
        violation=[("a default group's rule without one", {"ingress": [{"protocol": "-1", "self": True}]})],
        not_applicable=[("a default group, which has none to set", {})],
    ),
    case(ATTACHED, "three groups attached", COMPLIANT, world()),
    case(ATTACHED, "no group", NOT_APPLICABLE, [resource(OUT, "rule")]),
    case(ATTACHED, "a group left over", VIOLATION, world(group("left-over")), "left-over", "nothing in this stack"),
    case(
        ATTACHED,
        "a group that only rules name",
        VIOLATION,
        world(group("named"), ingress("named-in", Ref(GROUP, "named"), 443, referencedSecurityGroupId=LB_GROUP)),
        "named",
    ),
    case(
        ATTACHED,
        "a group on a kind that the pack does not know",
        COMPLIANT,
        world(group("broker"), resource("aws:mq/broker:Broker", "broker", securityGroups=[Ref(GROUP, "broker")])),
        "broker",
    ),
    case(
        ATTACHED,
        "what it is attached to not known yet",
        UNDECIDED,
        world(group("maybe"), instance("odd", UNKNOWN)),
        "maybe",
    ),
    case(DATABASE, "the tasks' group", COMPLIANT, world(), "db-in"),
    case(DATABASE, "no database", NOT_APPLICABLE, world(without=["cluster"])),
    case(
        DATABASE,
        "rules that are not known yet as a whole",
        UNDECIDED,
        world(change={"db-group": {"ingress": UNKNOWN}}, without=["db-in"]),
        "db-group",
    ),
    case(
        DATABASE,
        "an address range that is not known yet",
        VIOLATION,
        world(change={"db-group": {"ingress": [block(5432, cidrBlocks=[UNKNOWN])]}}, without=["db-in"]),
        "db-group",
    ),
    case(
        DATABASE,
        "a range in a group that is only read is reported at the database that it is attached to here",
        VIOLATION,
        world(shared_group(block(5432, cidrBlocks=["10.0.0.0/8"])), change=ONLY_SHARED),
        "cluster",
        "SecurityGroup 'shared' ingress[0] allows TCP 5432 from 10.0.0.0/8",
    ),
    case(DATABASE, "a group whose rules are not seen", UNDECIDED, world(change=WITH_SHARED), "cluster"),
    case(
        DATABASE,
        "a group of another stack that is trusted",
        COMPLIANT,
        world(change=WITH_SHARED),
        settings={"trusted": ["sg-0123"]},
    ),
    case(
        DATABASE,
        "a private range",
        VIOLATION,
        world(ingress("db-net", DB_GROUP, 5432, cidrIpv4="10.0.0.0/16")),
        "db-net",
        "10.0.0.0/16",
        "a database accepts traffic from security groups only",
    ),
    case(
        DATABASE,
        "a range for the second of two databases",
        VIOLATION,
        world(
            group("other", ingress=[block(5432, cidrBlocks=["10.0.0.0/16"])]),
            resource("aws:rds/instance:Instance", "other", vpcSecurityGroupIds=[Ref(GROUP, "other")]),
        ),
        "other",
        "10.0.0.0/16",
    ),
    case(
        DATABASE,
        "one address",
        VIOLATION,
        world(change={"db-group": {"ingress": [block(5432, cidrBlocks=["10.0.10.7/32"])]}}),
        "db-group",
    ),
    case(
        DATABASE,
        "a prefix list",
        VIOLATION,
        world(ingress("db-list", DB_GROUP, 5432, prefixListId="pl-0123")),
        "db-list",
        "pl-0123",
    ),
    case(
        DATABASE,
        "a prefix list of the stack, of which no entry is known yet",
        UNDECIDED,
        world(
            ingress("db-list", DB_GROUP, 5432, prefixListId=Ref(PREFIX_LIST, "list")),
            resource(PREFIX_LIST, "list", entries=UNKNOWN),
        ),
        "db-list",
    ),
    case(
        DATABASE,
        "a prefix list of the stack, with an entry that is not known yet",
        VIOLATION,
        world(
            ingress("db-list", DB_GROUP, 5432, prefixListId=Ref(PREFIX_LIST, "list")),
            resource(PREFIX_LIST, "list", entries=[{"cidr": UNKNOWN}]),
        ),
        "db-list",
    ),
    case(
        DATABASE,
        "a range not known yet",
        VIOLATION,
        world(ingress("db-net", DB_GROUP, 5432, cidrIpv4=UNKNOWN)),
        "db-net",
    ),
    case(
        DATABASE,
        "a wrong type of range",
        VIOLATION,
        world(ingress("db-net", DB_GROUP, 5432, cidrIpv4=[7.0])),
        "db-net",
    ),
    *(
        case(
            DATABASE,
            f"a trusted {says}",
            outcome,
            world(ingress("db-net", DB_GROUP, 5432, **peer)),
            "db-net",
            settings={"trusted": ["10.0.0.0/16", "pl-0123"]},
        )
        for says, outcome, peer in (
            ("range", COMPLIANT, {"cidrIpv4": "10.0.7.0/24"}),
            ("prefix list", COMPLIANT, {"prefixListId": "pl-0123"}),
            ("range, which holds less than the rule", VIOLATION, {"cidrIpv4": "10.0.0.0/8"}),
            ("range, and another prefix list", VIOLATION, {"prefixListId": "pl-4567"}),
            ("range, and one not known yet", UNDECIDED, {"cidrIpv4": UNKNOWN}),
        )
    ),
    case(
        DATABASE,
        "a range for a group not known yet",
        UNDECIDED,
        world(ingress("loose", UNKNOWN, 5432, cidrIpv4="10.0.0.0/16")),
        "loose",
    ),
    case(
        DATABASE,
        "the database's groups not known yet",
        UNDECIDED,
        world(change={"cluster": {"vpcSecurityGroupIds": UNKNOWN}}),
        "cluster",
    ),
]
