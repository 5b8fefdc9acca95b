"""Follows advice on the network: rules of security groups, routes and subnets."""

from __future__ import annotations

import re
from typing import Any

from offline.aws import schema
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.verdict import Finding
from tests.policypack.advice.grammar import DESCRIBED, Instruction, instructions
from tests.policypack.advice.scene import Scene, advice_of
from tests.policypack.cases import Ref, good, resource

_GROUP = "aws:ec2/securityGroup:SecurityGroup"
_SUBNET = "aws:ec2/subnet:Subnet"
_REFERENCES = ("security_groups", "referenced_security_group_id", "source_security_group_id")
_RANGES = ("cidrBlocks", "ipv6CidrBlocks", "prefixListIds", "cidrIpv4", "cidrIpv6", "prefixListId", "self")
_TIERS = {"load balancer": "lb-group", "tasks": "task-group", "web": "task-group"}


def rule(scene: Scene, owner: Resource, finding: Finding) -> None:
    """Narrows a rule as the advice says: by a group in place of a range, by a protocol and by ports."""
    advice = advice_of(scene.policy, finding)
    holder = _holder(scene, owner, finding)
    steps = instructions(advice)
    ports = re.search(r"(?:such as|one of TCP) (\d+)", advice)
    wanted = [
        Instruction(one.path, int(ports[1]) if ports else 8443, one.below)
        if one.value is DESCRIBED and one.path.endswith("_port")
        else one
        for one in steps
    ]
    for reference in [name for name in _REFERENCES if re.search(rf"\b{name} to the", advice)]:
        below = next((one.below for one in steps), "") or _below(advice)
        _without_ranges(holder, below)
        group = _referred(scene, advice, holder)
        wanted = [one for one in wanted if one.path != reference]
        wanted.append(Instruction(reference, [group] if reference == "security_groups" else group, below))
    for one in wanted:
        scene.follow(holder, finding, one)


def _below(advice: str) -> str:
    found = re.search(r"Set in (\S+) ", advice)
    return found[1] if found else ""


def _holder(scene: Scene, owner: Resource, finding: Finding) -> Resource:
    """The resource that declares the rule: the one that is blamed, or the group that the message names."""
    if "ingress" in schema.resource(owner.type).inputs or "securityGroupId" in schema.resource(owner.type).inputs:
        return owner
    named = re.search(r"SecurityGroup '([^']+)'", finding.message)
    assert named is not None, finding.message
    return next(one for one in scene.resources if one.name == named[1])


def _without_ranges(holder: Resource, below: str) -> None:
    """Leaves out the ranges of a rule, in whose place a group comes."""
    place = re.fullmatch(r"(\w+)\[(\d+)\]", below)
    if place is None:
        holder.properties = {name: value for name, value in holder.properties.items() if name not in _RANGES}
        holder.dependencies = {name: urns for name, urns in holder.dependencies.items() if name not in _RANGES}
        return
    rules = list(holder.properties[place[1]])
    before = rules[int(place[2])]
    kept = before.items() if isinstance(before, dict) else ()
    rules[int(place[2])] = {name: value for name, value in kept if name not in _RANGES}
    holder.properties = {**holder.properties, place[1]: rules}


def _referred(scene: Scene, advice: str, holder: Resource) -> str:
    """The id of the group of a tier, or of one that may connect, by which the program knows it."""
    tier = re.search(r"the group of the (.+?) tier", advice)
    name = _TIERS[tier[1]] if tier else "clients"
    found = [one for one in scene.resources if one.type == _GROUP and one.name == name]
    group = found[0] if found else scene.add(good(_GROUP, name, ingress=[], egress=[]))
    identity = f"sg-{name}"
    group.outputs = {**group.outputs, "id": identity}
    return identity


def without_rule(scene: Scene, owner: Resource, finding: Finding) -> None:
    """Removes a rule, or the rules of a group."""
    if owner.type.endswith("Rule"):
        scene.remove(owner)
    else:
        named = re.findall(r"SecurityGroup '([^']+)' ingress", finding.message)
        if not owner.type.endswith("SecurityGroup"):
            owner = next(one for one in scene.resources if one.name == named[-1])
        owner.properties = {
            name: value for name, value in owner.properties.items() if name not in ("ingress", "egress")
        }
        owner.properties = {**owner.properties, "ingress": [], "egress": []}


def group_of_its_own(scene: Scene, owner: Resource, finding: Finding) -> None:
    """Attaches a new group without rules."""
    named = re.search(r"to (?:Service|Cluster|Instance) '([^']+)'", advice_of(scene.policy, finding))
    if named is not None:
        owner = next(one for one in scene.resources if one.name == named[1])
    _attach(scene, owner)


def another_group(scene: Scene, owner: Resource, finding: Finding) -> None:
    """Attaches another group to what the advice names."""
    for name in re.findall(r"'([^']+)'", advice_of(scene.policy, finding)):
        _attach(scene, next(one for one in scene.resources if one.name == name))


def _attach(scene: Scene, owner: Resource) -> None:
    if not any(one.name == "own" for one in scene.resources):
        scene.add(good(_GROUP, "own", ingress=[], egress=[]))
    ref = Ref(_GROUP, "own")
    if owner.type.startswith("aws:ecs/"):
        before = owner.properties.get("networkConfiguration")
        block = dict(before) if isinstance(before, dict) else {}
        given = resource("aws:any/any:Any", networkConfiguration={**block, "securityGroups": [ref]})
        subnets = [urn for urn in owner.dependencies.get("networkConfiguration", ()) if ":Subnet::" in urn]
        given.dependencies = {"networkConfiguration": [*given.dependencies["networkConfiguration"], *subnets]}
    else:
        given = resource("aws:any/any:Any", vpcSecurityGroupIds=[ref])
    owner.properties = {**owner.properties, **given.properties}
    owner.dependencies = {**owner.dependencies, **given.dependencies}


def zone_of_its_own(scene: Scene, owner: Resource, finding: Finding) -> None:
    """Gives each subnet of a tier a zone of its own, and a tier of one subnet another one."""
    tier = owner.properties.get("tags")
    same = [
        one
        for one in scene.resources
        if one.type == _SUBNET
        and one.properties.get("tags") == tier
        and one.properties.get("vpcId") == owner.properties.get("vpcId")
        and one.dependencies.get("vpcId") == owner.dependencies.get("vpcId")
    ]
    if len(same) == 1:
        same.append(scene.add(resource(_SUBNET, "added", **owner.properties)))
        same[-1].dependencies = owner.dependencies
    for letter, one in zip("abcdef", same, strict=False):
        one.properties = {name: value for name, value in one.properties.items() if name != "availabilityZoneId"}
        one.properties = {**one.properties, "availabilityZone": f"us-east-1{letter}"}


def by_nat(scene: Scene, owner: Resource, finding: Finding) -> None:
    """Lets a route, or the routes of a table, go to a NAT gateway."""
    if isinstance(owner.properties.get("routes"), list):
        routes = [{**one, "natGatewayId": "nat-1"} for one in owner.properties["routes"]]
        for one in routes:
            one.pop("gatewayId", None)
        owner.properties = {**owner.properties, "routes": routes}
        return
    kept = {name: value for name, value in owner.properties.items() if name != "gatewayId"}
    owner.properties = {**kept, "natGatewayId": "nat-1"}
    owner.dependencies = {name: urns for name, urns in owner.dependencies.items() if name != "gatewayId"}


def in_private_subnets(scene: Scene, owner: Resource, finding: Finding) -> None:
    """Puts a workload into a private subnet, whose route to the internet is a NAT gateway."""
    name = "added-private"
    if not any(one.name == name for one in scene.resources):
        scene.add(
            resource(_SUBNET, name, cidrBlock="10.0.99.0/24", availabilityZone="us-east-1a", tags={"Tier": "private"})
        )
        table, way = "aws:ec2/routeTable:RouteTable", {"destinationCidrBlock": "0.0.0.0/0", "natGatewayId": "nat-1"}
        scene.add(resource(table, name))
        scene.add(resource("aws:ec2/route:Route", name, routeTableId=Ref(table, name), **way))
        ends = {"routeTableId": Ref(table, name), "subnetId": Ref(_SUBNET, name)}
        scene.add(resource("aws:ec2/routeTableAssociation:RouteTableAssociation", name, **ends))
        scene.add(resource("aws:rds/subnetGroup:SubnetGroup", name, name=name, subnetIds=[Ref(_SUBNET, name)]))
    given: dict[str, Any]
    if owner.type.startswith("aws:ecs/"):
        given = {"networkConfiguration": {"subnets": [Ref(_SUBNET, name)]}}
    elif owner.type.endswith(":SubnetGroup"):
        given = {"subnetIds": [Ref(_SUBNET, name)]}
    else:
        given = {"dbSubnetGroupName": name}
    made = resource("aws:any/any:Any", **given)
    owner.properties = {**owner.properties, **made.properties}
    kept = {key: urns for key, urns in owner.dependencies.items() if key not in given}
    owner.dependencies = {**kept, **made.dependencies}


def more_zones(scene: Scene, owner: Resource, finding: Finding) -> None:
    """Gives a load balancer subnets in many zones."""
    letters = "uvwxyz"
    for letter in letters:
        scene.add(resource(_SUBNET, f"added-{letter}", availabilityZone=f"us-east-1{letter}"))
    made = resource("aws:any/any:Any", subnets=[Ref(_SUBNET, f"added-{one}") for one in letters])
    owner.properties = {name: value for name, value in owner.properties.items() if name != "subnetMappings"}
    owner.properties = {**owner.properties, **made.properties}
    owner.dependencies = {**owner.dependencies, **made.dependencies}
