"""Networks that the program did not make: a default VPC in each region, and others by what is asked for.

A VPC has a subnet in each zone of its region; the subnets by different tags are different ones. Whatever is in a
network is in the VPC that is asked for, and in the default VPC where none is.
"""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Callable, Mapping
from typing import Any

from offline.aws import regions
from offline.aws.place import Place
from offline.aws.values import UNKNOWN, plain
from offline.aws.world import World

VPC, SUBNET = "aws:ec2/vpc:Vpc", "aws:ec2/subnet:Subnet"
ROUTE_TABLE, GROUP = "aws:ec2/routeTable:RouteTable", "aws:ec2/securityGroup:SecurityGroup"
DEFAULT_CIDR = "172.31.0.0/16"
"""The range of every default VPC, which has a /20 in each zone ("Default VPCs", Amazon VPC user guide)."""

Values = dict[str, Any]


def made_up(prefix: str, *of: str) -> str:
    """Return an id of EC2's form that follows from what it is the id of."""
    return f"{prefix}-{hashlib.sha256(repr(of).encode()).hexdigest()[:17]}"


def default_vpc(region: str) -> str:
    """Return the id of a region's default VPC."""
    return made_up("vpc", "default", region)


def vpc_of(asked: Mapping[str, Any], region: str) -> str:
    """Return the id of the VPC that a question is about: the one that it names, else the default one."""
    named = asked.get("vpcId") or asked.get("attachmentVpcId")
    return str(named) if named else default_vpc(region)


def describe(token: str, place: Place, asked: Mapping[str, Any], world: World) -> Values:
    """Return what the network says of a thing in it, for any type of resource; a look-up takes what it declares."""
    if token in _SHAPES:
        return _SHAPES[token](place, asked, world)
    vpc = vpc_of(asked, place.region)
    subnets = list(_subnets(vpc, place.region, {}, world))
    group = made_up("sg", vpc, "default")
    found: Values = {
        "vpcId": vpc,
        "subnetId": subnets[0] if subnets else "",
        "subnetIds": subnets,
        "subnets": subnets,
        "securityGroups": [group],
        "securityGroupIds": [group],
        "vpcSecurityGroupIds": [group],
        "availabilityZones": regions.zone_names(place.region),
        "availabilityZone": next(iter(regions.zone_names(place.region)), ""),
    }
    found.update({name: value for name, value in asked.items() if name in found})
    attached = {"aws:ec2/internetGateway:InternetGateway": [{"state": "available", "vpcId": vpc}]}
    return {**found, "attachments": attached[token]} if token in attached else found


def places(
    token: str, region: str, asked: Mapping[str, Any], given: Mapping[str, Any], world: World
) -> list[Place] | None:
    """Return the VPCs, subnets, route tables or security groups that a question finds; None of any other type."""
    vpc = vpc_of(asked, region)
    tags = asked.get("tags") or {}
    if token == VPC:
        default = set(given) <= {"region"} or any(_says_default(name, value) for name, value in asked.items())
        found = [default_vpc(region) if default else _vpc_id(asked, region)]
    elif token == SUBNET:
        zone = asked.get("availabilityZone")
        found = [key for key, of in _subnets(vpc, region, tags, world).items() if zone in (None, of["zone"])]
    elif token == ROUTE_TABLE:
        found = [made_up("rtb", vpc, repr(sorted(tags.items())))] if tags else [made_up("rtb", vpc, "main")]
    elif token == GROUP:
        found = [_group_id(vpc, asked)]
        world.remember(GROUP, found[0], _group(Place(GROUP, found[0], region), asked, world))
    else:
        return None
    return [Place(token, identifier, region, id=identifier) for identifier in found]


def _vpc(place: Place, asked: Mapping[str, Any], world: World) -> Values:
    if not asked.get("id") and not asked.get("vpcId"):
        rest = {name: value for name, value in asked.items() if name != "state" and not _says_default(name, value)}
        place.id = _vpc_id(asked, place.region) if rest else default_vpc(place.region)
    elif asked.get("vpcId"):
        place.id = str(asked["vpcId"])
    cidr = str(asked.get("cidrBlock") or asked.get("cidr") or vpc_range(place.id, place.region, world))
    return {
        "id": place.id,
        "arn": _arn(place, f"vpc/{place.id}"),
        "cidrBlock": cidr,
        "default": place.id == default_vpc(place.region),
        "cidrBlockAssociations": [
            {"associationId": made_up("vpc-cidr-assoc", place.id), "cidrBlock": cidr, "state": "associated"}
        ],
        "enableDnsSupport": True,
        "enableDnsHostnames": True,
        "dhcpOptionsId": made_up("dopt", place.region),
        "mainRouteTableId": made_up("rtb", place.id, "main"),
        "instanceTenancy": "default",
        "ipv6AssociationId": "",
        "ipv6CidrBlock": "",
    }


def _says_default(name: str, value: Any) -> bool:
    return name in ("default", "isDefault") and value in (True, "true")


def _vpc_id(asked: Mapping[str, Any], region: str) -> str:
    if asked.get("vpcId"):
        return str(asked["vpcId"])
    return made_up("vpc", region, repr(sorted((name, repr(value)) for name, value in asked.items())))


def vpc_range(vpc: str, region: str, world: World) -> str:
    """Return the IPv4 range of a VPC: as the stack has it, else made up."""
    known = plain(world.find(VPC, vpc).get("cidrBlock"))
    if isinstance(known, str) and known:
        return known
    second = int(hashlib.sha256(vpc.encode()).hexdigest(), 16) % 256
    return DEFAULT_CIDR if vpc == default_vpc(region) else f"10.{second}.0.0/16"


def _subnets(vpc: str, region: str, tags: Mapping[str, Any], world: World) -> dict[str, dict[str, Any]]:
    """Return the subnets of a VPC with these tags, one in each zone, and let them be found by id from now on."""
    network = ipaddress.ip_network(vpc_range(vpc, region, world), strict=False)
    group = int(hashlib.sha256(repr(sorted(tags.items())).encode()).hexdigest(), 16) % 24 if tags else 0
    length = min(28, network.prefixlen + (8 if tags else 4))
    found: dict[str, dict[str, Any]] = {}
    for index, zone in enumerate(regions.zone_names(region)):
        identifier = made_up("subnet", vpc, zone, repr(sorted(tags.items())))
        # Without tags they have the first sixteenths of the range; with tags, smaller ones come after the seventh.
        position = index if not tags else 2 ** (length - network.prefixlen) * 7 // 16 + group * 6 + index
        size = 2 ** (network.max_prefixlen - length)
        first = int(network.network_address) + position * size % network.num_addresses
        cidr = f"{ipaddress.ip_address(first)}/{length}"
        found[identifier] = {"vpc": vpc, "zone": zone, "cidr": cidr, "tags": dict(tags)}
    world.subnets.update(found)
    return found


def _subnet(place: Place, asked: Mapping[str, Any], world: World) -> Values:
    region, tags = place.region, asked.get("tags") or {}
    zones = dict(zip(regions.zone_names(region), regions.zone_ids(region), strict=True))
    of_default = _subnets(default_vpc(region), region, {}, world)
    if asked.get("id") or asked.get("subnetId"):
        place.id = str(asked.get("id") or asked["subnetId"])
        found = world.subnets.get(place.id)
        if found is None:
            others = list(_subnets(default_vpc(region), region, {"id": place.id}, world).values())
            found = {**others[place.digest("zone") % len(others)], "tags": {}}
    else:
        wanted = asked.get("availabilityZone")
        by_zone = {of["zone"]: (key, of) for key, of in _subnets(vpc_of(asked, region), region, tags, world).items()}
        place.id, found = by_zone.get(str(wanted), next(iter(by_zone.values())))
        if asked.get("cidrBlock"):
            place.id = made_up("subnet", found["vpc"], str(asked["cidrBlock"]))
            found = {**found, "cidr": str(asked["cidrBlock"])}
            world.subnets[place.id] = found
    length = int(found["cidr"].partition("/")[2])
    return {
        "id": place.id,
        "arn": _arn(place, f"subnet/{place.id}"),
        "vpcId": found["vpc"],
        "availabilityZone": found["zone"],
        "availabilityZoneId": zones.get(found["zone"], ""),
        "cidrBlock": found["cidr"],
        "defaultForAz": place.id in of_default,
        "mapPublicIpOnLaunch": place.id in of_default,
        # AWS keeps five addresses of each subnet to itself.
        "availableIpAddressCount": float(2 ** (32 - length) - 5),
        "tags": found["tags"],
        "ipv6CidrBlock": "",
        "ipv6CidrBlockAssociationId": "",
        "outpostArn": "",
        "customerOwnedIpv4Pool": "",
        "privateDnsHostnameTypeOnLaunch": "ip-name",
    }


def _route_table(place: Place, asked: Mapping[str, Any], world: World) -> Values:
    subnet = str(asked.get("subnetId") or asked.get("associationSubnetId") or "")
    known = world.subnets.get(subnet, {})
    vpc = str(known.get("vpc") or _seen_vpc(subnet, world) or vpc_of(asked, place.region))
    tags = asked.get("tags") or {}
    if not asked.get("id") and not asked.get("routeTableId"):
        place.id = made_up("rtb", vpc, repr(sorted(tags.items()))) if tags else made_up("rtb", vpc, "main")
    local = vpc_range(vpc, place.region, world)
    empty = dict.fromkeys(_ROUTE, "")
    return {
        "id": place.id,
        "routeTableId": place.id,
        "arn": _arn(place, f"route-table/{place.id}"),
        "vpcId": vpc,
        "subnetId": subnet,
        "gatewayId": "",
        "routes": [
            {**empty, "cidrBlock": local, "gatewayId": "local"},
            {**empty, "cidrBlock": "0.0.0.0/0", "gatewayId": made_up("igw", vpc)},
        ],
        "associations": [
            {
                "gatewayId": "",
                "main": not tags,
                "routeTableAssociationId": made_up("rtbassoc", place.id),
                "routeTableId": place.id,
                "subnetId": subnet,
            }
        ],
    }


_ROUTE = (
    *("carrierGatewayId", "cidrBlock", "coreNetworkArn", "destinationPrefixListId", "egressOnlyGatewayId", "gatewayId"),
    *("instanceId", "ipv6CidrBlock", "localGatewayId", "natGatewayId", "networkInterfaceId", "odbNetworkArn"),
    *("transitGatewayId", "vpcEndpointId", "vpcPeeringConnectionId"),
)


def _seen_vpc(subnet: str, world: World) -> str:
    """Return the VPC of a subnet of the stack; empty if the run has not come to it."""
    vpc = plain(world.find(SUBNET, subnet).get("vpcId"))
    return "" if vpc is None or vpc is UNKNOWN else str(vpc)


def _group(place: Place, asked: Mapping[str, Any], world: World) -> Values:
    vpc, tags = vpc_of(asked, place.region), asked.get("tags") or {}
    name = str(asked.get("name") or asked.get("groupName") or ("default" if not tags else tags.get("Name", "group")))
    if not asked.get("id"):
        place.id = _group_id(vpc, asked)
    return {
        "id": place.id,
        "arn": _arn(place, f"security-group/{place.id}"),
        "name": name,
        "description": "default VPC security group" if name == "default" else name,
        "vpcId": vpc,
    }


def _group_id(vpc: str, asked: Mapping[str, Any]) -> str:
    if asked.get("groupId"):
        return str(asked["groupId"])
    name, tags = asked.get("name") or asked.get("groupName"), asked.get("tags") or {}
    return made_up("sg", vpc, str(name or (sorted(tags.items()) if tags else "default")))


def _arn(place: Place, resource: str) -> str:
    return f"arn:{regions.partition(place.region)}:ec2:{place.region}:{place.account}:{resource}"


_SHAPES: dict[str, Callable[[Place, Mapping[str, Any], World], Values]] = {
    VPC: _vpc,
    SUBNET: _subnet,
    ROUTE_TABLE: _route_table,
    GROUP: _group,
}
"""How what makes up a network is described."""
