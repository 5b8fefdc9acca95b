"""Rows of the policies on the graph about instances with several network interfaces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.value import UNKNOWN
from tests.policypack.aws.network.tables import case
from tests.policypack.aws.network.world import (
    ANYWHERE,
    DB_GROUP,
    GROUP,
    INSTANCE,
    INTERFACE,
    INTERFACE_ATTACHMENT,
    INTERFACE_GROUP,
    SUBNET,
    TASK_GROUP,
    egress,
    group,
    ingress,
    instance,
    world,
)
from tests.policypack.cases import COMPLIANT, UNDECIDED, VIOLATION, Ref, resource, urn_of
from tests.policypack.policies.vpc.network_stacks import CHAIN, PATH, TASKS, computed_from

FRONT, BACK, HOST = Ref(INTERFACE, "front"), Ref(INTERFACE, "back"), Ref(INSTANCE, "host")
FRONT_GROUP, BACK_GROUP = Ref(GROUP, "front-group"), Ref(GROUP, "back-group")
BOTH = {"networkInterfaces": [{"networkInterfaceId": FRONT}, {"networkInterfaceId": BACK}]}
SAME_INSTANCE = "NetworkInterface 'front' (same instance as NetworkInterface 'back')"

TWO_GROUPS = (
    group("front-group"),
    group("back-group"),
    ingress("front-ssh", FRONT_GROUP, 22, cidrIpv4="0.0.0.0/0"),
    egress("back-out", BACK_GROUP, 5432, referencedSecurityGroupId=DB_GROUP),
    ingress("db-back", DB_GROUP, 5432, referencedSecurityGroupId=BACK_GROUP),
)
"""The groups of two interfaces: one that the internet reaches, and one that reaches the database."""


def interface(name: str, **properties: Any) -> Resource:
    """A network interface with a group of its own."""
    given = {"subnetId": Ref(SUBNET, "private-0"), "securityGroups": [Ref(GROUP, f"{name}-group")]}
    return resource(INTERFACE, name, **given, **properties)


def attachment(name: str, interface_id: Any, instance_id: Any = HOST) -> Resource:
    ends = {"instanceId": instance_id, "networkInterfaceId": interface_id}
    return resource(INTERFACE_ATTACHMENT, f"attached-{name}", **ends)


def both_beside(host: Mapping[str, Any], *more: Resource, **written: Any) -> list[Resource]:
    """Two interfaces and an instance."""
    interfaces = [interface("front", **written), interface("back", **written)]
    return world(*TWO_GROUPS, *interfaces, resource(INSTANCE, "host", **host), *more)


def deployed(stack: Sequence[Resource], **outputs: Mapping[str, str]) -> list[Resource]:
    """The same stack, of which the engine knows some outputs."""
    for made in stack:
        made.outputs = {**made.outputs, **outputs.get(made.name, {})}
    return list(stack)


TIERS: list[dict[str, Any]] = [
    {"name": "load balancer", "kinds": ["load balancer"], "ports": [80, 443], "from": ["internet"]},
    {**TASKS, "kinds": ["instance"], "from": ["load balancer"]},
]
OF_A_TIER = (
    resource(INTERFACE, "eni", subnetId=Ref(SUBNET, "private-0"), securityGroups=[TASK_GROUP]),
    resource(INSTANCE, "host", networkInterfaces=[{"networkInterfaceId": Ref(INTERFACE, "eni")}]),
)
"""An instance in the tasks' tier, which has no group but that of its interface."""

HOST_OF_ONE = resource(INSTANCE, "host", networkInterfaces=[{"networkInterfaceId": UNKNOWN}])
HOST_OF_ONE.dependencies = {"networkInterfaces": [urn_of(INTERFACE, "eni"), urn_of(INTERFACE, "other")]}

WITHOUT_OTHERS = ["default-group", "service", "cluster", "db-in", "db-subnets"]

FRONT_AND_BACK: list[dict[str, Any]] = [
    {"name": "front", "kinds": ["network interface"], "match": "front", "ports": [22], "from": ["internet"]},
    {"name": "back", "kinds": ["network interface"], "match": "back", "ports": [8080], "from": ["front"]},
]

CASES = [
    case(PATH, "two interfaces of no instance", COMPLIANT, both_beside({}), "cluster"),
    *(
        case(
            PATH,
            f"in by one interface of an instance and out by another, {says}",
            VIOLATION,
            stack,
            "db-back",
            SAME_INSTANCE,
        )
        for says, stack in (
            ("both named by the instance", both_beside(BOTH)),
            (
                "one of them its first",
                both_beside(
                    {
                        "primaryNetworkInterface": {"networkInterfaceId": FRONT},
                        "networkInterfaces": [{"networkInterfaceId": BACK}],
                    }
                ),
            ),
            (
                "the list of both computed from both",
                [
                    computed_from(made, "networkInterfaces", FRONT, BACK) if made.name == "host" else made
                    for made in both_beside({})
                ],
            ),
            ("each attached by itself", both_beside({}, attachments=[{"instance": HOST}])),
            ("attached by resources", both_beside({}, attachment("front", FRONT), attachment("back", BACK))),
            (
                "deployed",
                deployed(
                    both_beside({}, attachment("front", "eni-1", "i-1"), attachment("back", "eni-2", "i-1")),
                    host={"id": "i-1"},
                    front={"id": "eni-1"},
                    back={"id": "eni-2"},
                ),
            ),
        )
    ),
    case(
        PATH,
        "in by the interface that an instance is made with, and out by another",
        VIOLATION,
        world(*TWO_GROUPS, instance("host", FRONT_GROUP), interface("back"), attachment("back", BACK)),
        "db-back",
        "Instance 'host' (same instance as NetworkInterface 'back')",
    ),
    *(
        case(PATH, f"a group attached to the first interface of an instance that only names it{says}", VIOLATION, stack)
        for says, stack in (
            (
                "",
                world(
                    *TWO_GROUPS,
                    interface("front"),
                    resource(INSTANCE, "host", primaryNetworkInterface={"networkInterfaceId": FRONT}),
                    resource(INTERFACE_GROUP, "more", securityGroupId=BACK_GROUP, networkInterfaceId=HOST),
                ),
            ),
            (
                ", deployed",
                deployed(
                    world(
                        *TWO_GROUPS,
                        instance("host", FRONT_GROUP),
                        resource(INTERFACE_GROUP, "more", securityGroupId=BACK_GROUP, networkInterfaceId="eni-1"),
                    ),
                    host={"primaryNetworkInterfaceId": "eni-1"},
                ),
            ),
        )
    ),
    case(
        PATH,
        "the interfaces of two instances",
        COMPLIANT,
        both_beside(
            {},
            attachment("front", FRONT),
            attachment("back", BACK, Ref(INSTANCE, "other")),
            resource(INSTANCE, "other"),
        ),
        "cluster",
    ),
    case(
        PATH,
        "an interface attached to an instance that is not known yet",
        UNDECIDED,
        both_beside({}, attachment("front", FRONT), attachment("back", BACK, UNKNOWN)),
        "cluster",
        SAME_INSTANCE,
    ),
    case(
        PATH,
        "an interface attached to one of two instances",
        UNDECIDED,
        both_beside(
            {},
            attachment("front", FRONT),
            computed_from(attachment("back", BACK), "instanceId", HOST, Ref(INSTANCE, "other")),
            resource(INSTANCE, "other"),
        ),
        "cluster",
        SAME_INSTANCE,
        "→ Cluster 'cluster': instanceId of NetworkInterfaceAttachment 'attached-back' is not known",
    ),
    case(
        CHAIN,
        "an interface of an instance, which is in a tier",
        COMPLIANT,
        world(*OF_A_TIER, without=WITHOUT_OTHERS),
        "task-in",
        settings={"tiers": TIERS},
    ),
    case(
        CHAIN,
        "a rule too many for an interface of an instance, which is in a tier",
        VIOLATION,
        world(*OF_A_TIER, ingress("ssh", TASK_GROUP, 22, cidrIpv4=ANYWHERE), without=WITHOUT_OTHERS),
        "ssh",
        "TCP 8080 from the load balancer tier",
        settings={"tiers": TIERS},
    ),
    case(
        PATH,
        "the internet reaches an interface of an instance, which is in a tier",
        VIOLATION,
        world(*OF_A_TIER, ingress("ssh", TASK_GROUP, 22, cidrIpv4=ANYWHERE), without=WITHOUT_OTHERS),
        "ssh",
        settings={"tiers": TIERS},
    ),
    *(
        case(
            policy,
            "an interface of one of two instances, one of which is in a tier",
            UNDECIDED,
            world(
                OF_A_TIER[0],
                HOST_OF_ONE,
                resource(INTERFACE, "other", subnetId=Ref(SUBNET, "private-0"), securityGroups=[TASK_GROUP]),
                ingress("ssh", TASK_GROUP, 22, cidrIpv4=ANYWHERE),
                without=WITHOUT_OTHERS,
            ),
            at,
            "networkInterfaces[0].networkInterfaceId of Instance 'host' is not known",
            settings={"tiers": TIERS},
        )
        for policy, at in ((CHAIN, "ssh"), (PATH, "eni"))
    ),
    case(
        PATH,
        "an instance's interfaces in a public and in a private tier, whose rules allow traffic between them",
        COMPLIANT,
        both_beside(
            BOTH,
            egress("front-out", FRONT_GROUP, 9000, cidrIpv4="10.0.0.0/16"),
            ingress("back-in", BACK_GROUP, 9000, cidrIpv4="10.0.0.0/16"),
        ),
        "back",
        settings={"tiers": FRONT_AND_BACK},
    ),
]
