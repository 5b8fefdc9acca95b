"""Rows of the policies on subnets: public addresses, routes and Availability Zones."""

from __future__ import annotations

from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.value import ABSENT, UNKNOWN
from tests.policypack.aws.network.tables import case
from tests.policypack.aws.network.world import (
    ANYWHERE,
    ASSOCIATION,
    IGW,
    ROUTE,
    SUBNET,
    TABLE,
    VPC,
    world,
)
from tests.policypack.cases import (
    COMPLIANT,
    NOT_APPLICABLE,
    UNDECIDED,
    VIOLATION,
    Ref,
    resource,
    rows,
)

ROUTED, ZONES = "private-subnet-no-internet-route", "subnets-in-different-zones"
PUBLIC_IP = "subnet-no-public-addresses"
DEFAULT_SUBNET = "aws:ec2/defaultSubnet:DefaultSubnet"

A_VPC = resource(VPC, "vpc", cidrBlock="10.0.0.0/16")


def subnet(name: str, zone: object, tier: object = "private", vpc: object = Ref(VPC, "vpc")) -> Resource:
    return resource(SUBNET, name, availabilityZone=zone, vpcId=vpc, tags={"Tier": tier})


A, B, C = "us-east-1a", "us-east-1b", "us-east-1c"


def untagged(*zones: str) -> list[Resource]:
    """A public and a private subnet in each zone, without a tag that names their tier."""
    change = {
        f"{tier}-{n}": {"tags": ABSENT, "availabilityZone": zone}
        for tier in ("public", "private")
        for n, zone in enumerate(zones)
    }
    return world(change=change, subnets=len(zones))


def by_default(tags: object, resources: list[Resource]) -> list[Resource]:
    """The resources, made by a provider with default tags."""
    for one in resources:
        one.provider = {"defaultTags": {"tags": tags}}
    return resources


BESIDE = (
    resource(TABLE, "theirs", vpcId=Ref(VPC, "vpc")),
    resource(ROUTE, "theirs", routeTableId=Ref(TABLE, "theirs"), destinationCidrBlock=ANYWHERE, gatewayId=UNKNOWN),
    resource(ASSOCIATION, "theirs", routeTableId=Ref(TABLE, "theirs"), subnetId=Ref(SUBNET, "beside")),
    resource(SUBNET, "beside", vpcId=Ref(VPC, "vpc"), availabilityZone=B),
)
"""A subnet whose route is not known yet."""


CASES = [
    *rows(
        PUBLIC_IP,
        compliant=[("off", {}), ("absent, which is off", {"mapPublicIpOnLaunch": ABSENT})],
        violation=[
            ("on", {"mapPublicIpOnLaunch": True}, "map_public_ip_on_launch=False"),
            ("on, as text", {"mapPublicIpOnLaunch": "true"}),
            ("a wrong type", {"mapPublicIpOnLaunch": [False]}),
        ],
        undecided=[("unknown", {"mapPublicIpOnLaunch": UNKNOWN})],
    ),
    *rows(
        PUBLIC_IP,
        DEFAULT_SUBNET,
        compliant=[("off for a default subnet", {})],
        violation=[("absent for a default subnet, which is on", {"mapPublicIpOnLaunch": ABSENT}, "not set")],
    ),
    case(ROUTED, "a NAT gateway", COMPLIANT, world()),
    case(ROUTED, "no private subnet", NOT_APPLICABLE, [subnet("a", A, "public")]),
    case(
        ROUTED,
        "an internet gateway",
        VIOLATION,
        world(change={"private-route": {"natGatewayId": ABSENT, "gatewayId": Ref(IGW, "igw")}}, subnets=3),
        "private-route",
        "are tagged as private but have a route to an internet gateway (Route 'private-route')",
        "Subnet 'private-0', Subnet 'private-1', Subnet 'private-2'",
    ),
    case(
        ROUTED,
        "the wrong table",
        VIOLATION,
        world(change={"private-0-table": {"routeTableId": Ref("aws:ec2/routeTable:RouteTable", "public-table")}}),
        "public-route",
        "Subnet 'private-0'",
    ),
    case(
        ROUTED,
        "private by a default tag of its provider",
        VIOLATION,
        by_default(
            {"Tier": "private"},
            world(change={"public-0": {"tags": ABSENT}}),
        ),
        "public-route",
        "Subnet 'public-0'",
    ),
    case(
        ROUTED,
        "public by its own tag, which comes before a default tag of its provider",
        COMPLIANT,
        by_default({"Tier": "private"}, world()),
    ),
    case(
        ROUTED,
        "default tags not known yet",
        UNDECIDED,
        by_default(UNKNOWN, world(change={"public-0": {"tags": ABSENT}})),
        "public-0",
        "defaultTags of its provider",
    ),
    case(
        ROUTED,
        "another tag that means private",
        VIOLATION,
        world(change={"public-0": {"tags": {"Kind": "inner"}}}),
        "public-route",
        settings={"tierTag": "Kind", "privateTiers": ["inner"]},
    ),
    case(
        ROUTED,
        "a gateway not known yet",
        UNDECIDED,
        world(change={"private-route": {"natGatewayId": ABSENT, "gatewayId": UNKNOWN}}),
        "private-0",
        "private-route",
    ),
    case(ROUTED, "a tag not known yet", UNDECIDED, world(change={"public-0": {"tags": UNKNOWN}}), "public-0", "tags"),
    case(ROUTED, "a wrong type of tags", COMPLIANT, world(change={"public-0": {"tags": "private"}})),
    case(ZONES, "a zone each", COMPLIANT, world(subnets=3)),
    case(ZONES, "two subnets in two zones", COMPLIANT, [A_VPC, subnet("one", A), subnet("two", B)]),
    case(
        ZONES,
        "more subnets than zones",
        COMPLIANT,
        [A_VPC, *(subnet(f"s{n}", zone) for n, zone in enumerate((A, B, C, A, B, C)))],
    ),
    case(ZONES, "no subnet", NOT_APPLICABLE, [A_VPC]),
    case(
        ZONES,
        "two in one zone",
        VIOLATION,
        world(change={"private-2": {"availabilityZone": A}}, subnets=3),
        "private-2",
        "Subnet 'private-0'",
        "3 different Availability Zones",
    ),
    case(
        ZONES,
        "the first of two in one zone, which is not to blame",
        COMPLIANT,
        world(change={"private-2": {"availabilityZone": A}}, subnets=3),
        "private-0",
    ),
    case(ZONES, "a tier of one subnet", VIOLATION, [A_VPC, subnet("one", A)], "one", "only subnet of its tier"),
    case(
        ZONES,
        "a zone left to AWS",
        VIOLATION,
        [A_VPC, subnet("one", A), subnet("two", ABSENT)],
        "two",
        "availabilityZone is not set, so that AWS chooses it",
    ),
    case(ZONES, "a wrong type", VIOLATION, [A_VPC, subnet("one", A), subnet("two", [B])], "two"),
    case(ZONES, "without tags, two public and two private in two zones", COMPLIANT, untagged(A, B)),
    case(ZONES, "without tags, three public and three private", COMPLIANT, untagged(A, B, C)),
    case(ZONES, "without tags, one public and one private", NOT_APPLICABLE, untagged(A)),
    case(ZONES, "without tags, one subnet", NOT_APPLICABLE, [A_VPC, subnet("one", A, ABSENT)]),
    case(
        ZONES,
        "without tags, two private ones in one zone",
        VIOLATION,
        world(change={"private-1": {"availabilityZone": A, "tags": ABSENT}, "private-0": {"tags": ABSENT}}, subnets=2),
        "private-1",
        "Subnet 'private-0'",
        "2 different Availability Zones",
    ),
    case(
        ZONES,
        "without tags, two public ones of which AWS picks a zone",
        VIOLATION,
        world(
            change={"public-1": {"availabilityZone": ABSENT, "tags": ABSENT}, "public-0": {"tags": ABSENT}}, subnets=2
        ),
        "public-1",
        "availabilityZone is not set, so that AWS chooses it",
    ),
    case(
        ZONES,
        "without tags, in one zone of a VPC whose routes are not in this stack",
        UNDECIDED,
        [A_VPC, *(resource(SUBNET, n, availabilityZone=A, vpcId="vpc-0123") for n in "ab")],
        "b",
        "main route table",
    ),
    case(
        ZONES,
        "without tags, one subnet of a VPC whose routes are not in this stack",
        NOT_APPLICABLE,
        [resource(SUBNET, "a", availabilityZone=A, vpcId="vpc-0123")],
    ),
    case(
        ZONES,
        "without tags, a public one that another with an unknown route may join",
        UNDECIDED,
        world(
            *BESIDE,
            change={name: {"tags": ABSENT, "availabilityZone": A} for name in ("public-0", "private-0")},
        ),
        "public-0",
        "Route 'theirs'",
    ),
    case(
        ZONES,
        "without tags, a route not known yet",
        UNDECIDED,
        world(
            change={
                "private-0": {"tags": ABSENT},
                "private-1": {"tags": ABSENT, "availabilityZone": A},
                "private-route": {"natGatewayId": ABSENT, "gatewayId": UNKNOWN},
            },
            subnets=2,
        ),
        "private-1",
        "private-route",
    ),
    case(
        ZONES,
        "fewer zones by configuration",
        COMPLIANT,
        world(change={"private-2": {"availabilityZone": A}}, subnets=3),
        settings={"zones": 2},
    ),
    case(
        ZONES,
        "zones by id",
        COMPLIANT,
        [
            resource(SUBNET, "one", vpcId="vpc-1", availabilityZoneId="use1-az1"),
            resource(SUBNET, "two", vpcId="vpc-1", availabilityZoneId="use1-az2"),
        ],
    ),
    case(
        ZONES,
        "two VPCs are two tiers",
        VIOLATION,
        [A_VPC, subnet("one", A), subnet("two", B), subnet("three", C, vpc="vpc-0123")],
        "three",
    ),
    case(
        ZONES,
        "two VPCs made elsewhere are two tiers",
        VIOLATION,
        [subnet("one", A, vpc="vpc-0123"), subnet("two", B, vpc="vpc-4567")],
        "two",
        "only subnet of its tier",
    ),
    case(ZONES, "a zone not known yet", UNDECIDED, [A_VPC, subnet("one", A), subnet("two", UNKNOWN)], "two"),
    case(
        ZONES,
        "a zone and another's id not known yet",
        UNDECIDED,
        [
            resource(SUBNET, "one", vpcId="vpc-1", tags={"Tier": "private"}, availabilityZone=UNKNOWN),
            resource(SUBNET, "two", vpcId="vpc-1", tags={"Tier": "private"}, availabilityZoneId=UNKNOWN),
        ],
        "one",
        "availabilityZone is not known",
    ),
    case(
        ZONES,
        "a tier not known yet",
        UNDECIDED,
        [A_VPC, subnet("one", A), subnet("two", A, UNKNOWN)],
        "one",
        "tags.Tier",
    ),
]
