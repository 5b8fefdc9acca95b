"""Subnets: public addresses, routes to an internet gateway and Availability Zones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pulumi_guardrails.aws.network.model.route_tables import InternetRoute
from pulumi_guardrails.aws.network.model.subnets import Subnets
from pulumi_guardrails.aws.resource_types import (
    DEFAULT_SUBNET,
    DEFAULT_VPC,
    ROUTE,
    ROUTE_TABLE,
    ROUTE_TABLE_ASSOCIATION,
    SUBNET,
    VPC,
)
from pulumi_guardrails.aws.tags import tag_of
from pulumi_guardrails.core.once import once
from pulumi_guardrails.core.policy import (
    Constraint,
    ResourcePolicy,
    Setting,
    Settings,
    Severity,
    StackPolicy,
    Topic,
    controls,
    number_setting,
    sets,
)
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.value import Value
from pulumi_guardrails.core.verdict import COMPLIANT, Verdict, not_applicable, undecided, undecided_by, violation

_TIER_TAG = Setting({"type": "string", "minLength": 1}, "Tier", "The tag of a subnet that names its tier.")


@ResourcePolicy(
    title="A subnet does not assign public IP addresses on launch",
    why=(
        "Where it does, every instance launched in the subnet gets a public IP address unless its launch says "
        "otherwise. What needs a public address, such as a load balancer or a NAT gateway, has its own."
    ),
    severity=Severity.MEDIUM,
    kinds=(SUBNET, DEFAULT_SUBNET),
    rows=("A subnet does not assign public addresses on launch",),
    controls=controls(FSBP="EC2.15", SOC2="cc_6_6", ISO27001="A.8.20 A.8.21 A.8.22"),
    remediation_steps="Set map_public_ip_on_launch=False.",
    example=('aws.ec2.Subnet("public-1", vpc_id=vpc.id, cidr_block="10.0.0.0/24", map_public_ip_on_launch=False)'),
    url="https://docs.aws.amazon.com/vpc/latest/userguide/subnet-public-ip.html",
    topics=(Topic.NETWORK, Topic.SUBNETS, Topic.PUBLIC_ACCESS),
    remediation=sets(mapPublicIpOnLaunch=False),
)
def subnet_no_public_addresses(subnet: Resource, _settings: Settings) -> Verdict:
    """The default is false for a subnet, and true for the default subnet of a zone."""
    return subnet["mapPublicIpOnLaunch"].must_be(False)


@StackPolicy(
    title="A private subnet has no route to an internet gateway",
    why=(
        "A route to an internet gateway makes a subnet public: one route in the wrong route table exposes everything "
        "in the private subnets."
    ),
    severity=Severity.HIGH,
    constraint=Constraint.PRIVATE_TASKS,
    kinds=(SUBNET, ROUTE_TABLE, ROUTE, ROUTE_TABLE_ASSOCIATION),
    rows=("A private subnet's route table has no route to an internet gateway",),
    controls=controls(SOC2="cc_6_6", ISO27001="A.8.20 A.8.21 A.8.22"),
    settings={
        "tierTag": _TIER_TAG,
        "privateTiers": Setting(
            {"type": "array", "items": {"type": "string"}},
            ["private"],
            "The values of that tag that mark a private subnet.",
        ),
    },
    remediation_steps="Route the private subnets to a NAT gateway (nat_gateway_id) in place of the internet gateway.",
    example=(
        'aws.ec2.Route("private-nat", route_table_id=private.id, destination_cidr_block="0.0.0.0/0", '
        "nat_gateway_id=nat.id)"
    ),
    url="https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html",
    topics=(Topic.NETWORK, Topic.SUBNETS, Topic.ROUTING),
)
def private_subnet_no_internet_route(stack: Stack, settings: Settings) -> Iterator[tuple[Resource, Verdict]]:
    """A subnet is private by its tag; what is in it is judged by `workloads-in-private-subnets`."""
    subnets = stack.shared(Subnets)
    exposed: dict[str, tuple[Resource, list[str], str]] = {}
    for subnet in stack.of(SUBNET, DEFAULT_SUBNET):
        tag = tag_of(subnet, settings["tierTag"])
        is_private = tag.holds(lambda name: name in settings["privateTiers"])
        if is_private is False:
            continue
        route = subnets.internet_route(subnet)
        if route.exists is False:
            yield subnet, COMPLIANT
        elif is_private is None:
            waits_for = ((tag.as_unknown(),), *route.waits_for)
            yield subnet, undecided_by(waits_for, "it is a private subnet with such a route")
        elif route.exists is None:
            yield subnet, undecided_by(route.waits_for, "it has a route to an internet gateway")
        else:
            resource = route.resource or subnet
            exposed.setdefault(resource.urn, (resource, [], route.label))[1].append(subnet.label)
    for resource, names, label in exposed.values():
        verbs = "is tagged as private but has" if len(names) == 1 else "are tagged as private but have"
        message = f"{', '.join(names)} {verbs} a route to an internet gateway ({label})"
        path = "gatewayId" if resource.kind is ROUTE else ""
        yield resource, violation(message, path=path, expected="a NAT gateway, or no route to the internet")


@StackPolicy(
    title="The subnets of a tier are in different Availability Zones",
    why=(
        "Subnets of one Availability Zone fail together, with everything that was spread over them for availability. "
        "Where the program leaves the zone to AWS, several subnets may be in one."
    ),
    severity=Severity.MEDIUM,
    kinds=(SUBNET,),
    rows=("Subnets of a tier lie in different availability zones",),
    controls=controls(ISO27001="A.8.14 A.8.20 A.8.21 A.8.22"),
    settings={
        "tierTag": _TIER_TAG,
        "zones": number_setting(
            3, "How many Availability Zones a tier uses, where it has as many subnets; at least two.", 2
        ),
    },
    remediation_steps="Give each subnet of the tier an availability_zone of its own.",
    example=(
        """\
for number, zone in enumerate(("us-east-1a", "us-east-1b")):
    aws.ec2.Subnet(
        f"private-{number}",
        vpc_id=vpc.id,
        cidr_block=f"10.0.{10 + number}.0/24",
        availability_zone=zone,
        tags={"Tier": "private"},
    )"""
    ),
    url="https://docs.aws.amazon.com/vpc/latest/userguide/configure-subnets.html",
    topics=(Topic.NETWORK, Topic.SUBNETS, Topic.AVAILABILITY),
)
def subnets_in_different_zones(stack: Stack, settings: Settings) -> Iterator[tuple[Resource, Verdict]]:
    """A tier is one VPC's subnets with the same tier tag; without the tag, those with an internet route, or without."""
    tiers: dict[tuple[str, str], list[Resource]] = {}
    untagged: dict[str, list[Resource]] = {}
    unsure: list[Value] = []
    for subnet in stack.of(SUBNET):
        tag, vpc = tag_of(subnet, settings["tierTag"]), subnet["vpcId"]
        made = stack.reference(vpc, VPC, DEFAULT_VPC).only
        loose = [value for value in (tag, vpc) if value.is_unknown and not (value is vpc and made)]
        network, name = made.urn if made else vpc.as_text() or "", tag.as_text() or ""
        if loose:
            unsure += loose
            yield subnet, undecided(*loose, whether="it is in the same tier as the other subnets")
        elif name:
            tiers.setdefault((network, name), []).append(subnet)
        else:
            untagged.setdefault(network, []).append(subnet)
    for members in tiers.values():
        least = settings["zones"] if unsure else min(len(members), settings["zones"])
        yield from _unless_open(unsure, _spread(members, max(2, least)))
    for members in untagged.values():
        yield from _unless_open(unsure, _untagged(stack.shared(Subnets), members))


def _unless_open(
    unsure: Sequence[Value], verdicts: Iterator[tuple[Resource, Verdict]]
) -> Iterator[tuple[Resource, Verdict]]:
    """The verdicts; values that may change who is in a tier leave open all that are not compliant."""
    question = undecided(*unsure, whether="other subnets are in its tier") if unsure else COMPLIANT
    for subnet, verdict in verdicts:
        if not unsure or verdict.is_compliant:
            yield subnet, verdict
        else:
            yield subnet, question


def _untagged(subnets: Subnets, members: Sequence[Resource]) -> Iterator[tuple[Resource, Verdict]]:
    """Two zones for those with a route to an internet gateway, and two for the others; one subnet is no tier."""
    zones = [_zone(subnet).as_text() for subnet in members]
    if None not in zones and len(set(zones)) == len(zones) > 1:
        yield from ((subnet, COMPLIANT) for subnet in members)
        return
    if len(members) == 1:
        yield members[0], _ALONE
        return
    found = [(subnet, subnets.internet_route(subnet)) for subnet in members]
    doubt = next((route for _, route in found if route.exists is None), None)
    open_tier = once(_open_tier)
    for exists in (True, False):
        group = [subnet for subnet, route in found if route.exists is exists]
        spread = list(_spread(group, 2)) if len(group) > 1 else [(s, _ALONE) for s in group]
        for subnet, verdict in spread:
            yield subnet, verdict if doubt is None or verdict.is_compliant else open_tier(doubt)
    yield from ((subnet, open_tier(route)) for subnet, route in found if route.exists is None)


_ALONE = not_applicable("the only subnet of its VPC with such a route, or without")


def _open_tier(route: InternetRoute) -> Verdict:
    return undecided_by(route.waits_for, "it is in the same tier as the other subnets of its VPC")


def _zone(subnet: Resource) -> Value:
    zone, zone_id = subnet["availabilityZone"], subnet["availabilityZoneId"]
    return zone_id if zone.is_absent and not zone_id.is_absent else zone


def _spread(members: Sequence[Resource], needed: int) -> Iterator[tuple[Resource, Verdict]]:
    """A verdict for each subnet; a violation is reported at those whose zone another subnet has already."""
    first: dict[str, Resource] = {}
    open_values: list[Value] = []
    wrong: list[tuple[Resource, str]] = []
    for subnet in members:
        value = _zone(subnet)
        name = value.as_text()
        if value.is_unknown:
            open_values.append(value)
        elif name is None:
            wrong.append((subnet, f"{value.path} is {value.shown}{', so that AWS chooses it' * value.is_absent}"))
        elif name in first:
            wrong.append((subnet, f"{value.path} is {value.shown}, which is also that of {first[name].label}"))
        else:
            first[name] = subnet
    if len(first) >= needed:
        yield from ((subnet, COMPLIANT) for subnet in members)
    elif len(first) + len(open_values) >= needed:
        yield from ((subnet, undecided(*open_values)) for subnet in members)
    else:
        wrong = wrong or [(members[-1], "it is the only subnet of its tier")]
        expected = f"{needed} different Availability Zones"
        yield from ((s, COMPLIANT) for s in members if all(s is not other for other, _ in wrong))
        for subnet, found in wrong:
            message = f"{found}; the subnets of its tier must be in {expected}"
            yield subnet, violation(message, path="availabilityZone", actual=_zone(subnet).shown, expected=expected)
