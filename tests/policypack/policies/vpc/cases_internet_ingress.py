"""The tables of the policies on what the internet may reach."""

from __future__ import annotations

from typing import Any

from pulumi_guardrails.core.value import ABSENT, UNKNOWN
from tests.policypack.aws.network.tables import block, case
from tests.policypack.aws.network.world import (
    ANYWHERE,
    BALANCER,
    FUNCTION,
    GROUP,
    LB_GROUP,
    ONLY_SHARED,
    PREFIX_LIST,
    RULE,
    TASK_GROUP,
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
    resource,
    rows,
)

PORTS, TIERS = "sg-public-ports", "sg-ingress-from-internet"
IN = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"


OF_NO_KIND = (
    group("web", ingress=[block(443, cidrBlocks=[ANYWHERE])]),
    resource("aws:appstream/fleet:Fleet", "other", securityGroups=[Ref(GROUP, "web")]),
)
CLASSIC = (
    group("web", ingress=[block(443, cidrBlocks=[ANYWHERE])]),
    resource("aws:elb/loadBalancer:LoadBalancer", "classic", securityGroups=[Ref(GROUP, "web")]),
)


def public_groups(pattern: str) -> list[dict[str, Any]]:
    """A public tier that groups are declared to be of, beside the load balancers."""
    tier = {"name": "edge", "kinds": ["load balancer"], "groups": [pattern], "ports": [443], "from": ["internet"]}
    return [tier]


PUBLIC_80 = [{"name": "plain", "kinds": ["instance"], "ports": [80], "from": ["internet"]}]

INTERNAL_TIER = [{"name": "load balancer", "kinds": ["load balancer"], "ports": [443], "from": []}]

TEMPLATE_TIER = [
    {"name": "web", "kinds": ["launch template", "load balancer"], "ports": [80, 443], "from": ["internet"]}
]

CASES = [
    case(
        TIERS,
        "a launch template whose interfaces are not known may have any group",
        UNDECIDED,
        world(
            resource("aws:ec2/launchTemplate:LaunchTemplate", "template", networkInterfaces=UNKNOWN),
            group("web"),
            ingress("web-in", Ref(GROUP, "web"), 443, cidrIpv4=ANYWHERE),
        ),
        "web-in",
        settings={"tiers": TEMPLATE_TIER},
    ),
    case(
        TIERS,
        "an open rule of a group that is only read is reported at what it is attached to here, whatever its port",
        VIOLATION,
        world(shared_group(block(22, cidrBlocks=[ANYWHERE])), change=ONLY_SHARED),
        "cluster",
        "SecurityGroup 'shared' ingress[0] allows TCP 22 from 0.0.0.0/0",
    ),
    case(
        TIERS,
        "an open rule of a group that is only read and attached to nothing here",
        COMPLIANT,
        world(shared_group(block(22, cidrBlocks=[ANYWHERE]))),
    ),
    case(
        TIERS,
        "a prefix list of the stack with everyone in it, on a port that no tier declares",
        VIOLATION,
        world(
            resource(PREFIX_LIST, "everyone", entries=[{"cidr": ANYWHERE}]),
            ingress("ssh", LB_GROUP, 22, prefixListId=Ref(PREFIX_LIST, "everyone")),
        ),
        "ssh",
        "0.0.0.0/0 in ManagedPrefixList 'everyone'",
    ),
    *rows(
        PORTS,
        compliant=[
            ("a declared port", {}),
            ("no ingress at all", {"ingress": ABSENT}),
            ("SSH from a private range", {"ingress.0": block(22, cidrBlocks=["10.0.0.0/8"])}),
            ("SSH from a group", {"ingress.0": block(22, securityGroups=[UNKNOWN])}),
            ("SSH from one public address", {"ingress.0": block(22, cidrBlocks=["203.0.113.7/32"])}),
            (
                "an echo request, which opens no connection",
                {"ingress.0": {**block(8, cidrBlocks=[ANYWHERE]), "protocol": "icmp"}},
            ),
        ],
        violation=[
            (
                "SSH from everywhere",
                {"ingress.0": block(22, cidrBlocks=[ANYWHERE])},
                'ingress[0] allows TCP 22 from "0.0.0.0/0"',
                "TCP 22",
            ),
            ("SSH from everywhere in IPv6", {"ingress.0": block(22, ipv6CidrBlocks=["::/0"])}),
            ("half of the internet", {"ingress.0": block(22, cidrBlocks=["128.0.0.0/1"])}),
            (
                "the second of two rules",
                {"ingress": [block(443, cidrBlocks=[ANYWHERE]), block(22, cidrBlocks=[ANYWHERE])]},
            ),
            ("a range that holds a declared port", {"ingress.0.fromPort": 440.0}),
            ("all protocols", {"ingress.0.protocol": "-1"}),
        ],
        undecided=[
            ("rules not known yet", {"ingress": UNKNOWN}),
            ("a range not known yet", {"ingress.0": block(22, cidrBlocks=[UNKNOWN])}),
            ("ports not known yet", {"ingress.0.toPort": UNKNOWN}),
            ("a prefix list", {"ingress.0": block(22, prefixListIds=["pl-0123"])}),
            ("a range that is none", {"ingress.0": block(22, cidrBlocks=["everywhere"])}),
        ],
    ),
    *rows(
        PORTS,
        IN,
        compliant=[("a declared port in a rule of its own", {})],
        violation=[
            ("SSH in a rule of its own", {"fromPort": 22.0, "toPort": 22.0}, 'it allows TCP 22 from "0.0.0.0/0"'),
            ("ports from high to low", {"fromPort": 443.0, "toPort": 80.0}, "fromPort"),
            ("a port that is no number", {"fromPort": "ssh", "toPort": "ssh"}, "fromPort"),
        ],
        undecided=[("a range of its own not known yet", {"cidrIpv4": UNKNOWN, "fromPort": 22.0})],
    ),
    *rows(
        PORTS,
        RULE,
        compliant=[("a declared port in an older rule", {})],
        violation=[("SSH in an older rule", {"fromPort": 22.0, "toPort": 22.0})],
        undecided=[("an older rule of either direction", {"type": UNKNOWN, "fromPort": 22.0, "toPort": 22.0})],
        not_applicable=[("an older egress rule", {"type": "egress", "fromPort": 22.0, "toPort": 22.0})],
    ),
    Case(
        PORTS,
        "a trusted range",
        COMPLIANT,
        {"ingress.0": block(22, cidrBlocks=["128.0.0.0/2"])},
        settings={"trusted": ["128.0.0.0/1"]},
    ),
    Case(PORTS, "a port no longer public", VIOLATION, settings={"tiers": INTERNAL_TIER}),
    case(TIERS, "the load balancer's group", COMPLIANT, world()),
    case(TIERS, "no rule", NOT_APPLICABLE, [group("alone")]),
    case(
        TIERS,
        "the tasks' group",
        VIOLATION,
        world(ingress("task-web", TASK_GROUP, 443, cidrIpv4=ANYWHERE)),
        "task-web",
        "0.0.0.0/0",
        "attached to Service 'service'",
    ),
    case(
        TIERS,
        "a group that is attached to nothing",
        UNDECIDED,
        world(group("web", ingress=[block(443, cidrBlocks=[ANYWHERE])])),
        "web",
        "what it is attached to is not part",
    ),
    case(
        TIERS,
        "a group of a function, to which nobody can connect",
        COMPLIANT,
        world(
            group("web", ingress=[block(443, cidrBlocks=[ANYWHERE])]),
            resource(FUNCTION, "function", vpcConfig={"securityGroupIds": [Ref(GROUP, "web")]}),
        ),
        "web",
    ),
    *(
        case(
            TIERS,
            f"a group of {says}",
            outcome,
            world(group("web", ingress=[block(443, cidrBlocks=[ANYWHERE])]), resource(token, "it", **properties)),
            "web",
        )
        for says, outcome, token, properties in (
            (
                "a build, to which nobody can connect",
                COMPLIANT,
                "aws:codebuild/project:Project",
                {"vpcConfig": {"securityGroupIds": [Ref(GROUP, "web")]}},
            ),
            (
                "an EKS cluster",
                VIOLATION,
                "aws:eks/cluster:Cluster",
                {"vpcConfig": {"securityGroupIds": [Ref(GROUP, "web")]}},
            ),
            (
                "an MWAA environment",
                VIOLATION,
                "aws:mwaa/environment:Environment",
                {"networkConfiguration": {"securityGroupIds": [Ref(GROUP, "web")]}},
            ),
        )
    ),
    case(
        TIERS,
        "ICMP, which opens no connection",
        COMPLIANT,
        world(
            resource(
                IN,
                "ping",
                securityGroupId=TASK_GROUP,
                cidrIpv4=ANYWHERE,
                ipProtocol="icmp",
                fromPort=8.0,
                toPort=-1.0,
            )
        ),
        "ping",
    ),
    case(
        TIERS,
        "a group that is attached to an instance as well",
        VIOLATION,
        world(instance("odd", LB_GROUP)),
        "lb-https",
        "Instance 'odd'",
    ),
    case(TIERS, "a group of a classic load balancer", COMPLIANT, world(*CLASSIC), "web"),
    case(
        TIERS,
        "a group of a classic load balancer, on a port that is not declared",
        VIOLATION,
        world(
            *CLASSIC,
            resource(PREFIX_LIST, "list", entries=[{"cidr": ANYWHERE}]),
            ingress("ssh", Ref(GROUP, "web"), 22, prefixListId=Ref(PREFIX_LIST, "list")),
        ),
        "ssh",
        "TCP 22",
    ),
    case(
        TIERS,
        "a group of a broker",
        VIOLATION,
        world(
            group("web", ingress=[block(443, cidrBlocks=[ANYWHERE])]),
            resource("aws:mq/broker:Broker", "queue", securityGroups=[Ref(GROUP, "web")]),
        ),
        "web",
        "attached to Broker 'queue'",
    ),
    case(
        TIERS,
        "a group attached to something of a kind the pack does not know",
        UNDECIDED,
        world(*OF_NO_KIND),
        "web",
        "what Fleet 'other' attaches it to is not part of this stack",
    ),
    case(
        TIERS,
        "a group of a classic load balancer and an instance",
        VIOLATION,
        world(*CLASSIC, instance("odd", Ref(GROUP, "web"))),
        "web",
        "Instance 'odd'",
    ),
    case(
        TIERS,
        "a group on a kind that the pack does not know, declared by its Pulumi name",
        COMPLIANT,
        world(*OF_NO_KIND),
        "web",
        settings={"tiers": public_groups("w?b")},
    ),
    case(
        TIERS,
        "a group that is attached to nothing here, declared by its name",
        COMPLIANT,
        world(group("web", name="edge-web", ingress=[block(443, cidrBlocks=[ANYWHERE])])),
        "web",
        settings={"tiers": public_groups("edge-*")},
    ),
    case(
        TIERS,
        "a declared group on a port that is not",
        VIOLATION,
        world(*OF_NO_KIND, ingress("web-http", Ref(GROUP, "web"), 80, cidrIpv4=ANYWHERE)),
        "web-http",
        "TCP 80",
        settings={"tiers": [*public_groups("web"), *PUBLIC_80]},
    ),
    case(
        TIERS,
        "a group of another name than the declared",
        UNDECIDED,
        world(group("web", name="inner-web", ingress=[block(443, cidrBlocks=[ANYWHERE])])),
        "web",
        settings={"tiers": public_groups("edge-*")},
    ),
    case(
        TIERS,
        "a group whose name is not known yet",
        UNDECIDED,
        world(group("web", name=UNKNOWN, ingress=[block(443, cidrBlocks=[ANYWHERE])])),
        "web",
        settings={"tiers": public_groups("edge-*")},
    ),
    case(
        TIERS,
        "another stack's group",
        UNDECIDED,
        world(ingress("their-web", "sg-0123", 443, cidrIpv4=ANYWHERE)),
        "their-web",
        "sg-0123",
    ),
    case(
        TIERS,
        "another stack's group that is declared to be of a public tier",
        COMPLIANT,
        world(ingress("their-web", "sg-0123", 443, cidrIpv4=ANYWHERE)),
        "their-web",
        settings={
            "tiers": [
                {
                    "name": "load balancer",
                    "kinds": ["load balancer"],
                    "groups": ["sg-0123"],
                    "ports": [80, 443],
                    "from": ["internet"],
                }
            ]
        },
    ),
    case(
        TIERS,
        "a prefix list for the tasks",
        VIOLATION,
        world(
            resource(PREFIX_LIST, "office", entries=[{"cidr": "128.0.0.0/2"}]),
            ingress("task-list", TASK_GROUP, 443, prefixListId=Ref(PREFIX_LIST, "office")),
        ),
        "task-list",
    ),
    case(
        TIERS,
        "ports that no tier declares, which are judged elsewhere",
        COMPLIANT,
        world(ingress("lb-ssh", LB_GROUP, 22, cidrIpv4=ANYWHERE)),
        "lb-ssh",
    ),
    case(
        TIERS,
        "a range not known yet",
        UNDECIDED,
        world(ingress("task-web", TASK_GROUP, 443, cidrIpv4=UNKNOWN)),
        "task-web",
    ),
    case(
        TIERS,
        "a group not known yet",
        UNDECIDED,
        world(ingress("loose", UNKNOWN, 443, cidrIpv4=ANYWHERE)),
        "loose",
        "securityGroupId",
    ),
    case(
        TIERS,
        "a list of groups, of which one is not known yet",
        UNDECIDED,
        world(ingress("loose", ["sg-0123", UNKNOWN], 443, cidrIpv4=ANYWHERE)),
        "loose",
        "securityGroupId",
    ),
    case(
        TIERS,
        "another tier's port on a group that may be attached to a load balancer",
        UNDECIDED,
        world(
            group("web", ingress=[block(80, cidrBlocks=[ANYWHERE])]),
            resource(BALANCER, "other", securityGroups=UNKNOWN),
        ),
        "web",
        "securityGroups of LoadBalancer 'other' is not known",
        settings={"tiers": [*public_groups("edge"), *PUBLIC_80]},
    ),
    case(
        TIERS,
        "a trusted prefix list",
        COMPLIANT,
        world(ingress("task-list", TASK_GROUP, 443, prefixListId="pl-0123")),
        "task-list",
        settings={"trusted": ["pl-0123"]},
    ),
    case(
        TIERS,
        "another prefix list than the trusted one",
        UNDECIDED,
        world(ingress("task-list", TASK_GROUP, 443, prefixListId="pl-4567")),
        "task-list",
        settings={"trusted": ["pl-0123"]},
    ),
    case(
        TIERS,
        "a wrong type of range",
        UNDECIDED,
        world(ingress("task-web", TASK_GROUP, 443, cidrIpv4={"a": 1.0})),
        "task-web",
    ),
]
