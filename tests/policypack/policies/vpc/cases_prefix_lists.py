"""The table of the policy on prefix lists of the stack, and of what other policies make of such lists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.value import ABSENT, UNKNOWN, Secret
from tests.policypack.aws.network.tables import case
from tests.policypack.aws.network.world import (
    ANYWHERE,
    DB_GROUP,
    GROUP,
    LB_GROUP,
    ONLY_SHARED,
    PREFIX_ENTRY,
    PREFIX_LIST,
    RULE,
    TASK_GROUP,
    egress,
    ingress,
    read,
    world,
)
from tests.policypack.cases import COMPLIANT, NOT_APPLICABLE, UNDECIDED, VIOLATION, Ref, resource
from tests.policypack.policies.vpc.network_stacks import PATH

WIDE, PUBLIC, DATABASE = "sg-no-wide-egress-by-list", "sg-ingress-from-internet", "sg-database-accepts-only-groups"
LIST = Ref(PREFIX_LIST, "list")
HALVES = ("0.0.0.0/1", "128.0.0.0/1")


def of(*ranges: Any) -> Resource:
    """A prefix list of the stack."""
    return resource(PREFIX_LIST, "list", entries=[{"cidr": cidr} for cidr in ranges])


def everything(*more: Resource, **rule: Any) -> list[Resource]:
    """An egress rule for all traffic to the list."""
    given = {"ipProtocol": "-1", "fromPort": ABSENT, "toPort": ABSENT, "prefixListId": LIST, **rule}
    made = {name: value for name, value in given.items() if value is not ABSENT}
    return world(egress("out", TASK_GROUP, **made), *more)


def old(**properties: Any) -> Resource:
    given = {"type": "egress", "protocol": "-1", "fromPort": 0.0, "toPort": 0.0, "securityGroupId": TASK_GROUP}
    return resource(RULE, "out", **{**given, "prefixListIds": [LIST], **properties})


def deployed(stack: Sequence[Resource]) -> list[Resource]:
    """The same stack, of which the list has the id `pl-0123`."""
    for made in stack:
        if made.name == "list":
            made.outputs = {**made.outputs, "id": "pl-0123"}
    return list(stack)


CASES = [
    case(WIDE, "no rule names a list", NOT_APPLICABLE, world()),
    case(
        WIDE,
        "all traffic to everyone",
        VIOLATION,
        everything(of(ANYWHERE)),
        "out",
        "it allows all traffic to 0.0.0.0/0 in ManagedPrefixList 'list'",
        "at most 1000 ports of one protocol",
    ),
    case(WIDE, "all traffic to both halves of the internet", VIOLATION, everything(of(*HALVES)), "out"),
    case(WIDE, "all traffic over IPv6", VIOLATION, everything(of("::/0")), "out"),
    case(
        WIDE,
        "an entry that is a resource of its own",
        VIOLATION,
        everything(of(), resource(PREFIX_ENTRY, "entry", cidr=ANYWHERE, prefixListId=LIST)),
        "out",
    ),
    case(WIDE, "all traffic to everyone in an older rule", VIOLATION, world(of(ANYWHERE), old()), "out"),
    case(
        WIDE,
        "all traffic to everyone inside a group",
        VIOLATION,
        world(
            of(ANYWHERE),
            change={
                "task-group": {"egress": [{"protocol": "-1", "fromPort": 0.0, "toPort": 0.0, "prefixListIds": [LIST]}]}
            },
        ),
        "task-group",
        "egress[0]",
    ),
    case(
        WIDE,
        "a group that is only read is reported at what it is attached to here",
        VIOLATION,
        world(
            deployed([of(ANYWHERE)])[0],
            read(
                GROUP,
                "shared",
                id="sg-0123",
                vpcId="vpc-1",
                egress=[{"protocol": "-1", "fromPort": 0.0, "toPort": 0.0, "prefixListIds": ["pl-0123"]}],
            ),
            change=ONLY_SHARED,
        ),
        "cluster",
        "SecurityGroup 'shared' egress[0]",
    ),
    case(WIDE, "a list that is deployed", VIOLATION, deployed(everything(of(ANYWHERE), prefixListId="pl-0123")), "out"),
    case(
        WIDE,
        "one port to everyone",
        COMPLIANT,
        everything(of(ANYWHERE), ipProtocol="tcp", fromPort=443.0, toPort=443.0),
    ),
    case(WIDE, "all traffic to private ranges", COMPLIANT, everything(of("10.0.0.0/8", "fd00::/8")), "out"),
    case(WIDE, "an ingress rule", NOT_APPLICABLE, world(of(ANYWHERE), old(type="ingress"))),
    case(WIDE, "a rule whose direction is not known yet", UNDECIDED, world(of(ANYWHERE), old(type=UNKNOWN)), "out"),
    case(WIDE, "a range that is not known yet", UNDECIDED, everything(of(UNKNOWN)), "out", "entries[0].cidr"),
    case(
        WIDE,
        "entries that are not known yet",
        UNDECIDED,
        everything(resource(PREFIX_LIST, "list", entries=UNKNOWN)),
        "out",
    ),
    case(WIDE, "a protocol that is not known yet", UNDECIDED, everything(of(ANYWHERE), ipProtocol=UNKNOWN), "out"),
    case(WIDE, "a secret range", VIOLATION, everything(of(Secret(ANYWHERE))), "out", "to [secret]"),
    case(
        WIDE,
        "fewer ports where more may be open",
        COMPLIANT,
        everything(of(ANYWHERE), ipProtocol="tcp", fromPort=0.0, toPort=2000.0),
        "out",
        settings={"maximumPorts": 2001},
    ),
    case(
        WIDE,
        "a trusted range",
        COMPLIANT,
        everything(of("203.0.113.0/24")),
        "out",
        settings={"trusted": ["203.0.113.0/24"]},
    ),
    *(
        case(
            policy,
            f"a list of the stack that is {'' if trusted else 'not '}trusted by its id",
            COMPLIANT if trusted else VIOLATION,
            deployed(stack),
            at,
            settings={"trusted": ["pl-0123" if trusted else "pl-4567"]},
        )
        for trusted in (True, False)
        for policy, at, stack in (
            (WIDE, "out", everything(of(ANYWHERE), prefixListId="pl-0123")),
            (
                PUBLIC,
                "in",
                world(of(*HALVES), ingress("in", LB_GROUP, 22, prefixListId="pl-0123")),
            ),
            (
                DATABASE,
                "in",
                world(of("10.0.0.0/8"), ingress("in", DB_GROUP, 5432, prefixListId="pl-0123")),
            ),
            (
                PATH,
                "in" if not trusted else "",
                world(of(*HALVES), ingress("in", DB_GROUP, 5432, prefixListId="pl-0123")),
            ),
        )
    ),
    case(
        PUBLIC,
        "a prefix list that is not known yet, on a port that no tier declares",
        UNDECIDED,
        world(ingress("in", LB_GROUP, 22, prefixListId=UNKNOWN)),
        "in",
        "prefixListId",
    ),
    case(
        PUBLIC,
        "both halves of the internet in a prefix list of the stack, on a port that no tier declares",
        VIOLATION,
        world(
            of(HALVES[0]),
            resource(PREFIX_ENTRY, "entry", cidr=HALVES[1], prefixListId=LIST),
            ingress("in", LB_GROUP, 22, prefixListId=LIST),
        ),
        "in",
        "0.0.0.0/1 in ManagedPrefixList 'list'",
        "128.0.0.0/1 in ManagedPrefixList 'list'",
    ),
]
