"""Rows of `workloads-in-private-subnets`: the route table of a subnet, and its routes."""

from __future__ import annotations

from pulumi_guardrails.core.value import ABSENT, UNKNOWN
from tests.policypack.aws.network.tables import case
from tests.policypack.aws.network.world import (
    ANYWHERE,
    ASSOCIATION,
    DEFAULT_TABLE,
    DEFAULT_VPC,
    IGW,
    MAIN,
    ROUTE,
    SERVICE,
    SUBNET,
    TABLE,
    VPC,
    read,
    world,
)
from tests.policypack.cases import COMPLIANT, UNDECIDED, VIOLATION, Ref, resource
from tests.policypack.policies.vpc.network_stacks import (
    PRIVATE,
    computed_from,
    in_subnet,
)

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

IN_S = [resource(SUBNET, "s", vpcId="vpc-1", cidrBlock="10.0.5.0/24"), in_subnet(Ref(SUBNET, "s"))]


CASES = [
    case(
        PRIVATE,
        "a route in the VPC's own table, which the subnet has",
        VIOLATION,
        world(resource(ROUTE, "r", **MAIN_ROUTE), without=ON_MAIN),
        "service",
        "has a route to an internet gateway (Route 'r')",
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
    case(
        PRIVATE,
        "the main table of a VPC that is only read",
        UNDECIDED,
        [READ_VPC, *IN_S],
        "svc",
        "the main route table of Vpc 'vpc' is not part of this stack",
    ),
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
        "the route table of Subnet 's' is not part of this stack",
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
        "subnetId of RouteTableAssociation 'late' is not known",
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
        "a subnet with the main route table, which has no route",
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
]
