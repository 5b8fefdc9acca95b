"""The rules of security groups, in all their homes, read into one shape.

A rule stands inside a group (`ingress`, `egress`), in an `aws.ec2.SecurityGroupRule`, or in an
`aws.vpc.SecurityGroupIngressRule` or `…EgressRule`. `entries` reads one resource as it is written; `Rules` resolves,
with the whole stack at hand, whose rule it is and whom it lets through: one `Rule` for each peer.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from pulumi_guardrails.aws.network.model.cidr_and_ports import (
    ALL_TRAFFIC,
    PRIVATE,
    Range,
    Traffic,
    read_range,
    read_traffic,
)
from pulumi_guardrails.aws.network.model.security_groups import Group, GroupReference, Groups
from pulumi_guardrails.aws.resource_types import (
    DEFAULT_SECURITY_GROUP,
    EGRESS_RULE,
    INGRESS_RULE,
    MANAGED_PREFIX_LIST,
    MANAGED_PREFIX_LIST_ENTRY,
    SECURITY_GROUP,
    SECURITY_GROUP_RULE,
)
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.value import Value

RULE_KINDS = (SECURITY_GROUP_RULE, INGRESS_RULE, EGRESS_RULE)
"""The kinds that are one rule each."""

RULE_LOCATIONS = (SECURITY_GROUP, DEFAULT_SECURITY_GROUP, *RULE_KINDS)
"""The kinds in which a rule may stand."""


class Direction(Enum):
    """Which way a rule lets traffic through."""

    INGRESS = "ingress"
    EGRESS = "egress"


@dataclass(frozen=True)
class Entry:
    """One rule as it is written.

    Attributes:
        home: The resource it stands in.
        path: Where in it: empty for a rule of its own.
        direction: Which way; `None` where that is not known.
        traffic: What it lets through; `None` where that is not known or cannot be read.
        traffic_value: The part that decides the traffic, for a message.
        ranges: Address ranges it names.
        prefix_lists: Prefix lists it names.
        groups: Groups it names.
        refers_to_itself: The `self` flag, where this home has one.
        description: Its description.
        group: The group it belongs to; `None` for the group it stands in.
    """

    home: Resource
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
        """What it lets through, in words; never a secret."""
        if self.traffic_value.secret:
            return "[secret]"
        return str(self.traffic) if self.traffic else "traffic not known yet"

    def may_be(self, direction: Direction) -> bool:
        """Whether it is, or may turn out to be, of this direction."""
        return self.direction in (direction, None)


def entries(resource: Resource) -> list[Entry]:
    """Every rule that stands in a resource; a list that is not known yet is one rule of which nothing is known."""
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
                home=resource,
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
                home=resource,
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
        home=group,
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


@dataclass(frozen=True)
class Peer:
    """Whom a rule lets through: a range, or groups, or (with neither) someone not known yet.

    Attributes:
        value: The part of the rule that names it.
        range: The address range.
        meant: The groups.
        prefix_list: The prefix list it stands in, as a message names it.
        list_id: The part of the rule that names that list, if there is one.
    """

    value: Value
    range: Range | None = None
    meant: GroupReference | None = None
    prefix_list: str = ""
    list_id: Value | None = None

    def is_in_one_of(self, lists: Collection[str]) -> bool:
        """Whether the rule names it by one of these prefix lists, given by their ids."""
        return self.list_id is not None and self.list_id.as_text() in lists

    def __str__(self) -> str:
        if self.value.secret:
            return "[secret]"
        if self.range is not None:
            return f"{self.range}{f' in {self.prefix_list}' if self.prefix_list else ''}"
        if self.meant is not None and self.meant.groups:
            names = [group.label for group in self.meant.groups]
            return " and ".join(names) if self.meant.certain or len(names) == 1 else f"one of {', '.join(names)}"
        return f"{self.prefix_list or self.value.path} ({self.value.shown})"


@dataclass(frozen=True)
class Rule:
    """One rule with one peer, resolved.

    Attributes:
        entry: As it is written.
        peer: Whom it lets through.
        owner: The groups it belongs to.
        traffic: What it lets through; `None` where that is not known.
    """

    entry: Entry
    peer: Peer
    owner: GroupReference
    traffic: Traffic | None

    @property
    def home(self) -> Resource:
        """The resource it stands in."""
        return self.entry.home

    @property
    def label(self) -> str:
        """How a message names it."""
        return f"{self.home.label}{f' {self.entry.path}' if self.entry.path else ''}"

    @property
    def shown_traffic(self) -> str:
        """What it lets through, in words."""
        return self.entry.shown_traffic


class Rules:
    """Every rule of a stack, resolved; shared by all policies through `Stack.shared`."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._groups = stack.shared(Groups)
        self.all: Sequence[Rule] = [
            rule for home in stack.of(*RULE_LOCATIONS) for rule in self._resolved(entries(home))
        ]
        self._by_owner: dict[str, list[Rule]] = {}
        self._anyones: list[Rule] = []
        for rule in self.all:
            for group in rule.owner.groups:
                self._by_owner.setdefault(group.key, []).append(rule)
            if rule.owner.unknown is not None:
                self._anyones.append(rule)
        for urn, group in self._groups.defaults.items():
            vpc = stack.at(urn)
            if group.is_default and vpc is not None:
                self._by_owner.setdefault(group.key, []).extend(
                    _given_by_aws(vpc, group, [resource for resource, _ in self._groups.adoptions_of(vpc)])
                )

    def of(self, group: Group, direction: Direction) -> list[Rule]:
        """The rules that belong, or may belong, to a group."""
        own = self._by_owner.get(group.key, [])
        return [rule for rule in (*own, *self._anyones) if rule.entry.may_be(direction)]

    def written(self, direction: Direction) -> Iterator[Rule]:
        """Every rule that is, or may be, of a direction."""
        return (rule for rule in self.all if rule.entry.may_be(direction))

    def _resolved(self, written: Sequence[Entry]) -> Iterator[Rule]:
        for entry in written:
            if entry.group is None:
                owner = GroupReference((self._groups.of(entry.home),))
            else:
                owner = self._groups.meant(entry.home, [entry.group])
                if not owner.groups and owner.unknown is None:
                    owner = GroupReference(unknown=entry.group)
            others = any(_has_unknown(other.groups) for other in written if _shares_a_property(entry, other))
            for peer in self._peers(entry, owner, others):
                yield Rule(entry, peer, owner, entry.traffic)

    def _peers(self, entry: Entry, owner: GroupReference, others: bool) -> Iterator[Peer]:
        for value in entry.ranges:
            yield Peer(value, range=read_range(value.as_text()))
        for value in entry.prefix_lists:
            yield from self._listed(entry, value)
        if entry.groups:
            yield Peer(entry.groups[0], meant=self._groups.meant(entry.home, entry.groups, others))
        if entry.refers_to_itself is not None and entry.refers_to_itself.is_true() is not False:
            sure = entry.refers_to_itself.is_true() is True
            yield Peer(
                entry.refers_to_itself,
                meant=replace(owner, optional=not sure, doubts=(*owner.doubts, entry.refers_to_itself)),
            )

    def _listed(self, entry: Entry, value: Value) -> Iterator[Peer]:
        lists = self._stack.reference(value, MANAGED_PREFIX_LIST).direct
        if not lists:
            yield Peer(value, prefix_list=f"prefix list {value.as_text()}" if value.as_text() else "", list_id=value)
        for prefix_list in lists:
            for cidr in self._ranges_in(prefix_list):
                yield Peer(cidr, range=read_range(cidr.as_text()), prefix_list=prefix_list.label, list_id=value)

    def _ranges_in(self, prefix_list: Resource) -> Iterable[Value]:
        written = prefix_list["entries"].elements()
        if written is None:
            yield prefix_list["entries"]["cidr"].listed()
        for item in written or ():
            yield item["cidr"]
        for entry in self._stack.of(MANAGED_PREFIX_LIST_ENTRY):
            owner = entry["prefixListId"]
            lists = self._stack.reference(owner, MANAGED_PREFIX_LIST).direct
            if prefix_list in lists or (owner.is_unknown and not lists):
                yield entry["cidr"]


def _has_unknown(values: Sequence[Value]) -> bool:
    return any(value.is_unknown for value in values)


def _shares_a_property(entry: Entry, other: Entry) -> bool:
    return other is not entry and bool(entry.path) and entry.direction is other.direction


_ANYWHERE = ("0.0.0.0/0", "::/0")


def _given_by_aws(vpc: Resource, group: Group, adoptions: Sequence[Resource]) -> Iterator[Rule]:
    """What a VPC's default group lets through until its rules are taken away: its own members in, everything out.

    Source: Amazon VPC User Guide, "Default security groups for your VPCs".
    """
    owner = GroupReference((group,), certain=not adoptions, doubts=tuple(adoption["vpcId"] for adoption in adoptions))
    label = "(the rules AWS gives its default group)"
    yield _unwritten(vpc, label, Direction.INGRESS, owner, Peer(Value.of(None, "its default group"), meant=owner))
    for anywhere in _ANYWHERE:
        peer = Peer(Value.of(None, "its default group"), range=read_range(anywhere))
        yield _unwritten(vpc, label, Direction.EGRESS, owner, peer)


def unguarded(workload: Resource, direction: Direction) -> Iterator[Rule]:
    """What passes a workload without any security group: everything. An internal one is out of the internet's reach."""
    is_internal = direction is Direction.INGRESS and workload["internal"].is_true() is True
    for anywhere in PRIVATE if is_internal else _ANYWHERE:
        peer = Peer(Value.of(None, "securityGroups"), range=read_range(anywhere))
        yield _unwritten(workload, "(without a security group)", direction, GroupReference(), peer)


def _unwritten(home: Resource, label: str, direction: Direction, owner: GroupReference, peer: Peer) -> Rule:
    """A rule for all traffic that holds without being written anywhere."""
    nothing = Value.of(None, peer.value.path)
    entry = Entry(
        home=home,
        path=label,
        direction=direction,
        traffic=ALL_TRAFFIC,
        traffic_value=nothing,
        ranges=(),
        prefix_lists=(),
        groups=(),
        refers_to_itself=None,
        description=nothing,
        group=None,
    )
    return Rule(entry, peer, owner, ALL_TRAFFIC)
