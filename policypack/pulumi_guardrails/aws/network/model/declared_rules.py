"""The rules of security groups as they are declared, each resource by itself.

A rule is declared inside a group (`ingress`, `egress`), by an `aws.ec2.SecurityGroupRule`, or by an
`aws.vpc.SecurityGroupIngressRule` or `…EgressRule`. `entries` reads all of them into one shape.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from pulumi_guardrails.aws.network.model.cidr_and_ports import Traffic, read_traffic
from pulumi_guardrails.aws.resource_types import (
    DEFAULT_SECURITY_GROUP,
    EGRESS_RULE,
    INGRESS_RULE,
    SECURITY_GROUP,
    SECURITY_GROUP_RULE,
)
from pulumi_guardrails.core.frozen import fast_dataclass
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.value import Value

RULE_KINDS = (SECURITY_GROUP_RULE, INGRESS_RULE, EGRESS_RULE)
"""The kinds that are one rule each."""

RULE_LOCATIONS = (SECURITY_GROUP, DEFAULT_SECURITY_GROUP, *RULE_KINDS)
"""The kinds that may declare a rule."""


class Direction(Enum):
    """Which way a rule allows traffic."""

    INGRESS = "ingress"
    EGRESS = "egress"


@fast_dataclass(frozen=True)
class Entry:
    """One rule as it is declared.

    Attributes:
        declared_in: The resource that declares it.
        path: Where in it: empty for a resource that is one rule.
        direction: Which way; `None` where that is not known.
        traffic: What it allows; `None` where that is not known or cannot be read.
        traffic_value: The part that decides the traffic, for a message.
        ranges: Address ranges it names.
        prefix_lists: Prefix lists it names.
        groups: Groups it names.
        refers_to_itself: The `self` flag, where such a resource has one.
        description: Its description.
        group: The group it belongs to; `None` for the group that declares it.
    """

    declared_in: Resource
    path: str
    direction: Direction | None
    traffic: Traffic | None
    traffic_value: Value
    ranges: Sequence[Value]
    prefix_lists: Sequence[Value]
    groups: Sequence[Value]
    refers_to_itself: Value | None
    description: Value
    group: Value | None

    @property
    def shown_traffic(self) -> str:
        """What it allows, in words; never a secret."""
        if self.traffic_value.secret:
            return "[secret]"
        return str(self.traffic) if self.traffic else "traffic"

    @property
    def subject(self) -> str:
        """How a message on the resource that declares it names it."""
        return self.path or "it"

    @property
    def may_open_no_connection(self) -> bool:
        """Whether its protocol is not known yet, and so may turn out to be ICMP, which opens none."""
        value = self.traffic_value
        return self.traffic is None and value.is_unknown and value.path.lower().endswith("protocol")

    @property
    def protocol_argument(self) -> str:
        """How a Python program writes its protocol."""
        return "ip_protocol" if self.declared_in.kind in (INGRESS_RULE, EGRESS_RULE) else "protocol"

    @property
    def group_argument(self) -> str:
        """How a Python program names the security group at its other end."""
        if self.declared_in.kind is SECURITY_GROUP_RULE:
            return "source_security_group_id"
        return "security_groups" if self.path else "referenced_security_group_id"

    @property
    def place(self) -> str:
        """Where the program writes it, as the end of a phrase; empty for a resource that is one rule."""
        return f" in {self.path}" if self.path else ""

    def may_be(self, direction: Direction) -> bool:
        """Whether it is, or may turn out to be, of this direction."""
        return self.direction in (direction, None)


def entries(resource: Resource) -> list[Entry]:
    """Every rule that a resource declares; a list that is not known yet is one rule of which nothing is known."""
    if resource.kind in (SECURITY_GROUP, DEFAULT_SECURITY_GROUP):
        return [
            _inline(resource, block, direction)
            for direction in Direction
            for block in _blocks(resource[direction.value])
        ]
    if resource.kind is SECURITY_GROUP_RULE:
        kind = resource["type"].as_text()
        traffic, decides = _traffic(resource["protocol"], resource["fromPort"], resource["toPort"])
        return [
            Entry(
                declared_in=resource,
                path="",
                direction=Direction(kind) if kind in ("ingress", "egress") else None,
                traffic=traffic,
                traffic_value=decides,
                ranges=[*_items(resource["cidrBlocks"].listed()), *_items(resource["ipv6CidrBlocks"].listed())],
                prefix_lists=_items(resource["prefixListIds"].listed()),
                groups=_items(resource["sourceSecurityGroupId"]),
                refers_to_itself=resource["self"],
                description=resource["description"],
                group=resource["securityGroupId"],
            )
        ]
    if resource.kind in (INGRESS_RULE, EGRESS_RULE):
        traffic, decides = _traffic(resource["ipProtocol"], resource["fromPort"], resource["toPort"])
        return [
            Entry(
                declared_in=resource,
                path="",
                direction=Direction.INGRESS if resource.kind is INGRESS_RULE else Direction.EGRESS,
                traffic=traffic,
                traffic_value=decides,
                ranges=[*_items(resource["cidrIpv4"]), *_items(resource["cidrIpv6"])],
                prefix_lists=_items(resource["prefixListId"]),
                groups=_items(resource["referencedSecurityGroupId"]),
                refers_to_itself=None,
                description=resource["description"],
                group=resource["securityGroupId"],
            )
        ]
    return []


def _inline(group: Resource, block: Value, direction: Direction) -> Entry:
    traffic, decides = _traffic(block["protocol"], block["fromPort"], block["toPort"])
    return Entry(
        declared_in=group,
        path=block.path,
        direction=direction,
        traffic=traffic,
        traffic_value=decides,
        ranges=[*_items(block["cidrBlocks"].listed()), *_items(block["ipv6CidrBlocks"].listed())],
        prefix_lists=_items(block["prefixListIds"].listed()),
        groups=_items(block["securityGroups"].listed()),
        refers_to_itself=block["self"],
        description=block["description"],
        group=None,
    )


def _blocks(value: Value) -> Sequence[Value]:
    items = value.elements()
    return [value] if items is None else items


def _items(value: Value) -> Sequence[Value]:
    """The members of a list, or the list itself where it is not known."""
    items = value.elements()
    return [value] if items is None else [item for item in items if not item.is_absent]


def _traffic(protocol: Value, low: Value, high: Value) -> tuple[Traffic | None, Value]:
    """The traffic, and the part that decides it: the protocol, or the port that is not known."""
    if protocol.as_text() is None:
        return None, protocol
    whole = read_traffic(protocol.as_text(), None, None)
    if whole is not None and whole.protocol not in ("tcp", "udp"):
        return whole, protocol
    for port in (low, high):
        if not port.is_absent and port.as_number() is None:
            return None, port
    decides = next((value for value in (protocol, low, high) if value.secret), low)
    return read_traffic(protocol.as_text(), low.as_number(), high.as_number()), decides
