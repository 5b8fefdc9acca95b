"""The rules of a stack's security groups, resolved: which group each belongs to, and whose traffic it allows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace

from pulumi_guardrails.aws.network.model.cidr_and_ports import ALL_TRAFFIC, PRIVATE, Range, Traffic, read_range
from pulumi_guardrails.aws.network.model.declared_rules import RULE_LOCATIONS, Direction, Entry, entries
from pulumi_guardrails.aws.network.model.security_groups import Group, GroupReference, Groups
from pulumi_guardrails.aws.network.model.unknowns import external, unreadable
from pulumi_guardrails.aws.resource_types import MANAGED_PREFIX_LIST, MANAGED_PREFIX_LIST_ENTRY
from pulumi_guardrails.core.frozen import fast_dataclass
from pulumi_guardrails.core.once import once
from pulumi_guardrails.core.references import ByTarget
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.three_valued import Answer
from pulumi_guardrails.core.value import Value
from pulumi_guardrails.core.verdict import Unknown


@fast_dataclass(frozen=True)
class Peer:
    """Whose traffic a rule allows: a range's, or groups', or (with neither) someone's not known yet.

    Attributes:
        value: The part of the rule that names it.
        range: The address range.
        groups: The groups.
        prefix_list: The prefix list that the range is an entry of, as a message names it.
        list_id: The part of the rule that names that list, if there is one.
        doubts: What has to be known to tell whether the rule names the range at all; empty where it does.
    """

    value: Value
    range: Range | None = None
    groups: GroupReference | None = None
    prefix_list: str = ""
    list_id: Value | None = None
    doubts: tuple[Value, ...] = ()

    @property
    def unknowns(self) -> list[Value | Unknown]:
        """What has to be known to tell whom the rule names; empty where that is certain."""
        if self.groups is not None:
            return list(self.groups.doubts)
        if self.range is not None:
            return list(self.doubts)
        return [*self.doubts, external(self.value) if self.value is self.list_id else unreadable(self.value)]

    def is_in_one_of(self, lists: Collection[str]) -> bool:
        """Whether the rule names it by one of these prefix lists, given by their ids."""
        return self.list_id is not None and self.list_id.as_text() in lists

    def __str__(self) -> str:
        if self.value.secret:
            return "[secret]"
        if self.range is not None:
            return f"{self.range}{f' in {self.prefix_list}' if self.prefix_list else ''}"
        if self.groups is not None and self.groups.groups:
            names = [group.label for group in self.groups.groups]
            return " and ".join(names) if self.groups.certain or len(names) == 1 else f"one of {', '.join(names)}"
        if self.prefix_list and self.value.is_known:
            return self.prefix_list
        return f"{self.prefix_list or self.value.path} ({self.value.shown})"


@fast_dataclass(frozen=True)
class Rule:
    """One rule with one peer, resolved.

    Attributes:
        entry: As it is declared.
        peer: Whose traffic it allows.
        owner: The groups it belongs to.
        traffic: What it allows; `None` where that is not known.
    """

    entry: Entry
    peer: Peer
    owner: GroupReference
    traffic: Traffic | None

    @property
    def declared_in(self) -> Resource:
        """The resource that declares it."""
        return self.entry.declared_in

    @property
    def key(self) -> str:
        """What tells it apart: where it is declared, and which of its peers it is for."""
        named = self.peer.list_id or self.peer.value
        return f"{self.declared_in.urn}|{self.entry.path}|{self.entry.direction}|{named.path}"

    @property
    def label(self) -> str:
        """How a message names it."""
        return f"{self.declared_in.label}{f' {self.entry.path}' if self.entry.path else ''}"

    @property
    def subject(self) -> str:
        """How a message names it: in full where the stack only reads its resource, which is not judged then."""
        return self.label if self.declared_in.is_read else self.entry.subject

    @property
    def shown_traffic(self) -> str:
        """What it allows, in words."""
        return self.entry.shown_traffic


_InList = tuple[Value, tuple[Value, ...]]
"""An address range of a prefix list, and what has to be known to tell whether it is one of that list."""


class Rules:
    """Every rule of a stack, resolved; shared by all policies through `Stack.shared`."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._groups = stack.shared(Groups)
        self._added: ByTarget[Resource] = ByTarget()
        for entry in stack.of(MANAGED_PREFIX_LIST_ENTRY):
            reference = stack.reference(entry["prefixListId"], MANAGED_PREFIX_LIST)
            targets = () if reference.is_indirect else reference.targets
            self._added.add(entry, targets, entry["prefixListId"].is_unknown and not targets)
        self._ranges: dict[Resource, Sequence[_InList]] = {}
        self._with_ranges: Callable[[Sequence[tuple[Resource, Answer]]], Sequence[tuple[Resource, Answer]]] = once(
            lambda targets: [(target, answer) for target, answer in targets if self._ranges_in(target)]
        )
        self.all: Sequence[Rule] = [
            rule for resource in stack.of(*RULE_LOCATIONS) for rule in self._resolved(entries(resource))
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
                    _given_by_aws(vpc, group, self._groups.adoptions_of(vpc))
                )

    def of(self, group: Group, direction: Direction) -> list[Rule]:
        """The rules that belong, or may belong, to a group."""
        own = self._by_owner.get(group.key, [])
        return [rule for rule in (*own, *self._anyones) if rule.entry.may_be(direction)]

    def in_direction(self, direction: Direction) -> Iterator[Rule]:
        """Every rule that is, or may be, of a direction."""
        return (rule for rule in self.all if rule.entry.may_be(direction))

    def _resolved(self, declared: Sequence[Entry]) -> Iterator[Rule]:
        for entry in declared:
            if entry.group is None:
                owner = GroupReference((self._groups.of(entry.declared_in),))
            else:
                owner = self._groups.reference(entry.declared_in, [entry.group])
                if not owner.groups and owner.unknown is None:
                    owner = GroupReference(unknown=entry.group, doubts=(entry.group,))
            beside = [other for other in declared if _shares_a_property(entry, other)]
            for peer in self._peers(entry, owner, beside):
                yield Rule(entry, peer, owner, entry.traffic)

    def _peers(self, entry: Entry, owner: GroupReference, beside: Sequence[Entry]) -> Iterator[Peer]:
        for value in entry.ranges:
            yield Peer(value, range=read_range(value.as_text()))
        for value in entry.prefix_lists:
            yield from self._in_list(entry, value, any(_has_unknown(other.prefix_lists) for other in beside))
        if entry.groups:
            others = any(_has_unknown(other.groups) for other in beside)
            yield Peer(entry.groups[0], groups=self._groups.reference(entry.declared_in, entry.groups, others))
        if entry.refers_to_itself is not None and entry.refers_to_itself.is_true() is not False:
            sure = entry.refers_to_itself.is_true() is True
            doubts = owner.doubts if sure else (*owner.doubts, entry.refers_to_itself)
            yield Peer(entry.refers_to_itself, groups=replace(owner, optional=not sure, doubts=doubts))

    def _in_list(self, entry: Entry, value: Value, other_blocks: bool) -> Iterator[Peer]:
        """The entries of each prefix list that a rule names or may name."""
        reference = self._stack.reference(value, MANAGED_PREFIX_LIST, among=entry.prefix_lists)
        lists = () if reference.is_indirect else reference.targets
        if not lists:
            label = f"prefix list {value.as_text()}" if value.as_text() and not value.secret else ""
            yield Peer(value, prefix_list=label, list_id=value)
        for prefix_list, answer in self._with_ranges(lists):
            certain = answer and not (other_blocks and len(lists) > 1)
            for cidr, doubts in self._ranges_in(prefix_list):
                yield Peer(
                    cidr,
                    range=read_range(cidr.as_text()),
                    prefix_list=prefix_list.label,
                    list_id=value,
                    doubts=doubts if certain else (value, *doubts),
                )

    def _ranges_in(self, prefix_list: Resource) -> Sequence[_InList]:
        """Each address range of a prefix list, and what has to be known to tell whether it is one of that list."""
        if prefix_list not in self._ranges:
            self._ranges[prefix_list] = list(self._find_ranges_in(prefix_list))
        return self._ranges[prefix_list]

    def _find_ranges_in(self, prefix_list: Resource) -> Iterator[_InList]:
        declared = prefix_list["entries"].elements()
        if declared is None:
            yield prefix_list["entries"]["cidr"].listed(), ()
        for item in declared or ():
            yield item["cidr"], ()
        for entry, answer in self._added.of(prefix_list):
            yield entry["cidr"], () if answer else (entry["prefixListId"],)


def _has_unknown(values: Sequence[Value]) -> bool:
    return any(value.is_unknown for value in values)


def _shares_a_property(entry: Entry, other: Entry) -> bool:
    return other is not entry and bool(entry.path) and entry.direction is other.direction


_ANYWHERE = ("0.0.0.0/0", "::/0")


def _given_by_aws(vpc: Resource, group: Group, adoptions: Sequence[Value]) -> Iterator[Rule]:
    """What a VPC's default group allows until its rules are removed: all traffic from its members, and all egress.

    Source: Amazon VPC User Guide, "Default security groups for your VPCs".
    """
    owner = GroupReference((group,), certain=not adoptions, doubts=tuple(adoptions))
    label = "(the rules AWS gives its default security group)"
    yield _undeclared(
        vpc, label, Direction.INGRESS, owner, Peer(Value.of(None, "its default security group"), groups=owner)
    )
    for anywhere in _ANYWHERE:
        peer = Peer(Value.of(None, "its default security group"), range=read_range(anywhere))
        yield _undeclared(vpc, label, Direction.EGRESS, owner, peer)


def rules_without_group(workload: Resource, direction: Direction) -> Iterator[Rule]:
    """What passes a workload without a security group: everything, but nothing from the internet to an internal one."""
    is_internal = direction is Direction.INGRESS and workload["internal"].is_true() is True
    for anywhere in PRIVATE if is_internal else _ANYWHERE:
        peer = Peer(Value.of(None, "securityGroups"), range=read_range(anywhere))
        yield _undeclared(workload, "(which has no security group)", direction, GroupReference(), peer)


def _undeclared(resource: Resource, label: str, direction: Direction, owner: GroupReference, peer: Peer) -> Rule:
    """A rule for all traffic that holds without being declared anywhere."""
    nothing = Value.of(None, peer.value.path)
    entry = Entry(
        declared_in=resource,
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
