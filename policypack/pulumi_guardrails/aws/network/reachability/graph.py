"""Who can reach whom: a graph of what security groups are attached to, whose edges are the rules that allow traffic.

A node is a workload (a load balancer, a service, a database …) or the internet; the interfaces of one instance are
nodes that are reached together. There is an edge from one to another where an ingress rule of the other allows traffic
from the one and an egress rule of the one allows it to the other, for common traffic. Each answer is certain, possible
(some value is not known yet) or no.

A missing route does not close a hop from the internet: an internet-facing network load balancer passes clients'
addresses on to targets in subnets that have no route to an internet gateway. A network ACL does, where it certainly
blocks all of the traffic. Subnets decide which addresses a workload has, and are named in a path.

A graph library is not needed: the one question is a breadth-first search that remembers by which rule it came.
"""

from __future__ import annotations

import ipaddress
from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

from pulumi_guardrails.aws.network.model.cidr_and_ports import Range, covers, is_internet
from pulumi_guardrails.aws.network.model.declared_rules import Direction
from pulumi_guardrails.aws.network.model.network_acls import NetworkAcls
from pulumi_guardrails.aws.network.model.network_interfaces import NetworkInterfaces
from pulumi_guardrails.aws.network.model.security_group_rules import Peer, Rule, Rules, rules_without_group
from pulumi_guardrails.aws.network.model.security_groups import Group, GroupReference, Groups
from pulumi_guardrails.aws.network.model.subnets import Subnets
from pulumi_guardrails.aws.network.model.workloads import Attachments, Workload
from pulumi_guardrails.aws.network.reachability.paths import Hop, Path
from pulumi_guardrails.aws.resource_types import DEFAULT_VPC, VPC
from pulumi_guardrails.core.once import once
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.three_valued import Answer, kleene_all, kleene_any, kleene_not
from pulumi_guardrails.core.value import Value

_OF_THE_DEFAULT_VPC: Range = ipaddress.IPv4Network("172.31.0.0/16")
"""The addresses of what is in the default VPC. Source: Amazon VPC User Guide, "Default VPC components"."""


class Graph:
    """The graph of one stack.

    Args:
        stack: The stack.
        trusted: Public ranges that do not count as the internet.
        trusted_lists: Ids of prefix lists that do not.
    """

    def __init__(
        self, stack: Stack, trusted: Sequence[Range] = (), trusted_lists: frozenset[str] = frozenset()
    ) -> None:
        self._trusted, self._trusted_lists = trusted, trusted_lists
        self._stack = stack
        self.subnets = stack.shared(Subnets)
        self._rules = stack.shared(Rules)
        self.acls = stack.shared(NetworkAcls)
        self.interfaces = stack.shared(NetworkInterfaces)
        self.workloads: Sequence[Workload] = _with_external(stack)
        self._of_anyone: dict[Direction, Sequence[tuple[Rule, Answer]]] = {}
        self._own_rules = {
            (workload.key, direction): self._rules_for(workload, direction)
            for workload in self.workloads
            for direction in Direction
        }
        self._let_in: Callable[[Sequence[tuple[Rule, Answer]]], frozenset[Group] | None] = once(
            lambda rules: _groups_let_in(rule for rule, _ in rules)
        )
        self._forms: dict[str, int] = {}
        self._numbers: dict[Hashable, int] = {}
        self._hops: dict[tuple[int, int], _Hops] = {}
        self._searched: dict[tuple[bool, str], dict[str, Path]] = {}
        self._places = {workload.key: place for place, workload in enumerate(self.workloads)}
        self._of_resource: dict[Resource, list[Workload]] = {}
        for workload in self.workloads:
            if workload.resource is not None:
                self._of_resource.setdefault(workload.resource, []).append(workload)
        self._targets_of_all: list[Workload] = []
        self._targets_of_some: list[Workload] = []
        self._targets_of_groups: dict[Group, list[Workload]] = {}
        for workload in self.workloads:
            self._add_target(workload)
        self._ranges = {workload.key: self._addresses(workload) for workload in self.workloads}

    def hops_to(
        self, target: Workload, source: Workload | None, is_closed: Callable[[], bool] = lambda: False
    ) -> Iterator[Hop]:
        """Every hop from `source` (`None`: the internet) to `target`, one for each rule that allows it.

        There is none from one interface of an instance to another: what reaches the one has reached the other.

        Args:
            target: Where they lead to.
            source: Where they come from.
            is_closed: Tells whether only what is certain is still asked for, of many hops.
        """
        if target.groups.unknown is None:
            yield from self._hops_to(target, source)
            return
        # Any rule may be one of its own: what is found for one workload holds for all that are like it.
        key = (self._form_number(target), self._form_number(source) if source is not None else -1)
        if key not in self._hops:
            self._hops[key] = _Hops(self._hops_to(target, source))
        for hop in self._hops[key].each(is_closed):
            yield Hop(source, target, hop.ingress, hop.egress, hop.certain)

    def _hops_to(self, target: Workload, source: Workload | None) -> Iterator[Hop]:
        apart = True if source is None else kleene_not(self.same_instance(source, target))
        if apart is False or not target.accepts_connections:
            return
        for ingress, owned in self._own_rules[target.key, Direction.INGRESS]:
            allowed = kleene_all([owned, apart, self.is_peer(ingress.peer, source)])
            if allowed is not False:
                allowed = kleene_all([allowed, kleene_not(self.is_blocked_by_acl(ingress, source, target))])
            if allowed is False:
                continue
            if source is None:
                yield Hop(None, target, ingress, None, allowed is True)
                continue
            egress, leaves = self._egress(source, target, ingress)
            if leaves is not False:
                yield Hop(source, target, ingress, egress, allowed is True and leaves is True)
        if source is None and self._has_external_rules(target):
            yield Hop(None, target, None, None, False)

    def ingress_rules(self, target: Workload) -> Sequence[tuple[Rule, Answer]]:
        """The rules that let something in to `target`, each with whether it certainly is one of its rules."""
        return self._own_rules[target.key, Direction.INGRESS] if target.accepts_connections else ()

    def possible_sources(self, target: Workload) -> Sequence[Workload]:
        """The workloads that some rule may let in to `target`, in their order: there are hops from no others."""
        rules = self._own_rules[target.key, Direction.INGRESS]
        return list(_let_in(self.workloads, target, self._let_in(rules))) if rules else []

    def sources_of(self, target: Workload, sources: Iterable[Workload]) -> Iterator[Workload]:
        """Those of some sources that some rule may let in to `target`."""
        rules = self._own_rules[target.key, Direction.INGRESS]
        return _let_in(sources, target, self._let_in(rules)) if rules else iter(())

    def reached_apart(self, distinction: Callable[[Workload], Hashable]) -> Sequence[Workload]:
        """What the internet reaches, or may reach, in its order, without what differs in nothing from two before it.

        Of those that differ in nothing that a hop depends on there are two: the one for hops to the other.

        Args:
            distinction: What else tells them apart.
        """
        reached = self._reached(False, None)
        counts: Counter[Hashable] = Counter()
        found = []
        for workload in self.workloads:
            if workload.key in reached:
                form = (self._form_number(workload), distinction(workload))
                counts[form] += 1
                if counts[form] <= 2:
                    found.append(workload)
        return found

    def _form_number(self, workload: Workload) -> int:
        """The number of the form of a workload."""
        found = self._forms.get(workload.key)
        if found is None:
            found = self._forms[workload.key] = self._numbers.setdefault(self._form(workload), len(self._numbers))
        return found

    def _form(self, workload: Workload) -> Hashable:
        """What the hops to and from a workload depend on."""
        groups, placement, resource = workload.groups, workload.placement, workload.resource
        if resource is None or workload.has_no_group or self.interfaces.has_other_parts(resource):
            return workload.key
        of_groups = (groups.groups, groups.certain, groups.optional, groups.possible, groups.unknown is None)
        subnets = tuple(subnet.urn for subnet in placement.subnets)
        place = (subnets, placement.certain, placement.is_open, placement.unknown is None, workload.in_default_vpc)
        return (of_groups, bool(groups.doubts), place, resource.kind, resource.is_read)

    def _other_parts(self, workload: Workload) -> list[Resource]:
        """What else is or may be a part of the same instance."""
        parts = self.interfaces.possible_parts(workload.resource) if workload.resource is not None else []
        return [part for part in parts if part is not workload.resource]

    @staticmethod
    def let_in(sources: Iterable[Workload], target: Workload, rules: Sequence[Rule]) -> Iterator[Workload]:
        """Those of some sources that some rules of `target` may let in: there are hops from no others."""
        return _let_in(sources, target, _groups_let_in(rules)) if rules else iter(())

    def _add_target(self, target: Workload) -> None:
        rules = self._own_rules[target.key, Direction.INGRESS]
        groups = self._let_in(rules)
        if groups is None:
            self._targets_of_all.append(target)
        elif rules:
            self._targets_of_some.append(target)
            for group in groups:
                self._targets_of_groups.setdefault(group, []).append(target)

    def _possible_targets(self, source: Workload | None) -> Sequence[Workload]:
        """The workloads that `source` may reach by a hop, or that may be parts of the same instance, in their order."""
        if source is None:
            return self.workloads
        of_groups: Iterable[Sequence[Workload]] = (
            [self._targets_of_some]
            if source.groups.unknown is not None
            else [self._targets_of_groups.get(group, ()) for group in source.groups.groups]
        )
        parts = [self._of_resource.get(part, ()) for part in self._other_parts(source)]
        found = {target.key: target for some in (*of_groups, *parts) for target in some}
        if not found:
            return self._targets_of_all
        found |= {target.key: target for target in self._targets_of_all}
        return sorted(found.values(), key=lambda workload: self._places[workload.key])

    def reached(self, certainly: bool, avoiding: Workload | None = None) -> dict[str, Path]:
        """The shortest path from the internet to everything it reaches, by the key of the workload.

        Args:
            certainly: Whether only hops that are certainly there count, or those that are possible as well.
            avoiding: A workload whose instance no path may pass.
        """
        paths: dict[str, Path] = {}
        waiting: deque[Workload | None] = deque([None])
        passed: set[Hashable] = set()
        while waiting:
            source = waiting.popleft()
            form = self._form_number(source) if source is not None else None
            if form in passed:
                continue  # it leads to nothing that one like it does not lead to
            passed.add(form)
            way = paths[source.key] if source is not None else ()
            for target in self._possible_targets(source):
                if target.key in paths or target is source or self._is_avoided(target, avoiding, certainly):
                    continue
                if source is not None and self._counts(self.same_instance(source, target), certainly):
                    paths[target.key] = way
                    waiting.appendleft(target)
                    continue
                hop = next((h for h in self.hops_to(target, source) if h.certain or not certainly), None)
                if hop is not None:
                    paths[target.key] = (*way, hop)
                    waiting.append(target)
        return paths

    def ways_to(self, source: Workload | None, target: Workload, certainly: bool) -> Path | None:
        """A path from the internet to `source` that does not pass `target`; `None` where there is none.

        A path to something does not pass it on the way: who is there already has no need of another hop.
        """
        if source is None:
            return ()
        path = self._reached(certainly, None).get(source.key)
        if path is not None and any(self._is_avoided(hop.target, target, certainly) for hop in path):
            path = self._reached(certainly, target).get(source.key)
        return path

    def _reached(self, certainly: bool, avoiding: Workload | None) -> dict[str, Path]:
        key = (certainly, avoiding.key if avoiding else "")
        if key not in self._searched:
            self._searched[key] = self.reached(certainly, avoiding)
        return self._searched[key]

    def same_instance(self, one: Workload, other: Workload) -> Answer:
        """Whether two workloads are parts of one instance."""
        return self.interfaces.same_instance(one.resource, other.resource)

    @staticmethod
    def _counts(answer: Answer, certainly: bool) -> bool:
        return answer is True or (answer is None and not certainly)

    def _is_avoided(self, passed: Workload, avoided: Workload | None, certainly: bool) -> bool:
        """Whether passing something is passing what a path must avoid; where it has to be certain, a doubt counts."""
        if avoided is None:
            return False
        return passed is avoided or self._counts(self.same_instance(passed, avoided), not certainly)

    # --- one rule, one peer

    def _rules_for(self, workload: Workload, direction: Direction) -> Sequence[tuple[Rule, Answer]]:
        """The rules of a workload that open a connection; the same object for all of which no group is known."""
        is_anyone = workload.groups.unknown is not None and not workload.groups.groups and not workload.has_no_group
        found = self._of_anyone.get(direction) if is_anyone else None
        if found is None:
            found = [
                (rule, kleene_all([owned, None if rule.entry.may_open_no_connection else True]))
                for rule, owned in self._rules_of(workload, direction)
                if rule.traffic is None or not rule.traffic.opens_no_connection
            ]
            if is_anyone:
                self._of_anyone[direction] = found
        return found

    def _rules_of(self, workload: Workload, direction: Direction) -> Iterator[tuple[Rule, Answer]]:
        """The rules that hold for a workload, each with whether they certainly do."""
        if workload.has_no_group and workload.resource is not None:
            sure = None if workload.resource["internal"].is_unknown else True
            yield from ((rule, sure) for rule in rules_without_group(workload.resource, direction))
            return
        if workload.groups.unknown is not None:
            candidates = list(self._rules.in_direction(direction))
        else:
            unique = {id(rule): rule for group in workload.groups.groups for rule in self._rules.of(group, direction)}
            candidates = list(unique.values())
        for rule in candidates:
            owned = True if self.owns(workload, rule) else None
            yield rule, kleene_all([owned, True if rule.entry.direction is direction else None])

    @staticmethod
    def owns(workload: Workload, rule: Rule) -> bool:
        """Whether a rule certainly belongs to a group of a workload."""
        return any(workload.groups.has(group) and rule.owner.has(group) for group in workload.groups.groups)

    def is_peer(self, peer: Peer, other: Workload | None) -> Answer:
        """Whether a rule's peer is a workload (`None`: the internet)."""
        answer = self._is_internet(peer) if other is None else self._is(peer, other)
        return kleene_all([answer, None if peer.doubts else True])

    def _is_internet(self, peer: Peer) -> Answer:
        if peer.groups is not None or peer.is_in_one_of(self._trusted_lists):
            return False
        return None if peer.range is None else is_internet(peer.range, self._trusted)

    def _is(self, peer: Peer, other: Workload) -> Answer:
        if peer.groups is not None:
            answers = [kleene_all([peer.groups.has(group), other.groups.has(group)]) for group in other.groups.groups]
            if True in answers:
                return True
            loose = peer.groups.unknown is not None or other.groups.unknown is not None
            return None if None in answers or loose else False
        if peer.range is None:
            return None
        return self._within(peer.range, other)

    def _within(self, source: Range, other: Workload) -> Answer:
        ranges = self._ranges[other.key]
        if ranges is None:
            # Where the addresses are not known, IPv4 is taken for granted; whether there is IPv6 is not known.
            return True if source.version == 4 and source.prefixlen == 0 else None
        same = [own for own in ranges if own.version == source.version]
        covered = [covers(source, own) for own in same]
        # In each of its subnets it has an address; where only its VPC is known, it has one of any of its ranges.
        if any(covered) and (other.placement.subnets or all(covered)):
            return True
        return None if any(covered) or any(covers(own, source) for own in same) else False

    def is_blocked_by_acl(self, ingress: Rule, source: Workload | None, target: Workload) -> Answer:
        """Whether the network ACLs of every subnet of `target` allow nothing of what a rule allows."""
        subnets = target.placement.subnets
        senders = [ingress.peer.range] if source is None else self._ranges[source.key]
        if not subnets or target.placement.unknown is not None or not senders:
            return False
        if source is not None and not source.placement.subnets:
            return False
        blocked = kleene_all(
            sender is not None and self.acls.blocks(subnet, ingress.traffic, sender, source is None)
            for subnet in subnets
            for sender in senders
        )
        if source is not None and set(subnets) & set(source.placement.subnets):
            # No ACL is between members of one subnet.
            certain = source.placement.certain and target.placement.certain
            return False if certain or blocked is False else None
        return blocked

    def _egress(self, source: Workload, target: Workload, ingress: Rule) -> tuple[Rule | None, Answer]:
        """The egress rule of `source` that allows to `target` what `ingress` allows, the surest one."""
        connected = self.connected(source, target) if ingress.peer.range is not None else True
        if connected is False:
            return None, False
        best: tuple[Rule | None, Answer] = (None, False)
        for egress, owned in self._own_rules[source.key, Direction.EGRESS]:
            answer = kleene_all([owned, self.is_peer(egress.peer, target), _common(egress, ingress), connected])
            if answer is True:
                return egress, True
            if answer is None:
                best = (egress, None)
        return (None, None) if best[1] is False and self._has_external_rules(source) else best

    @staticmethod
    def _has_external_rules(workload: Workload) -> bool:
        """Whether a group of another stack, whose rules are not all seen, is or may be attached to it."""
        return workload.groups.unknown is not None or any(group.is_external for group in workload.groups.groups)

    def connected(self, source: Workload, target: Workload) -> Answer:
        """Whether the VPCs of two workloads are connected."""
        ours, theirs = self._vpcs_of(source), self._vpcs_of(target)
        if not ours or not theirs:
            # Where the stack does not say, both are taken to be in its one VPC, if it has but one.
            in_default = kleene_any([source.in_default_vpc, target.in_default_vpc])
            return True if len(self._stack.of(VPC)) <= 1 and in_default is False else None
        answers = [self._all_connected(some, others) for some in ours for others in theirs]
        if source.placement.certain and target.placement.certain:
            return kleene_any(answers)
        # All subnets of a workload are in one VPC, which is another one where none of these turns out to be its subnet.
        elsewhere = any(not one.placement.certain and one.placement.is_open for one in (source, target))
        return answers[0] if len(set(answers)) == 1 and not elsewhere else None

    def vpcs_named_by(self, value: Value) -> Sequence[Resource]:
        """The VPCs of the stack that a property refers to or may refer to."""
        return self._stack.reference(value, VPC, DEFAULT_VPC).direct

    def _all_connected(self, some: Sequence[Resource | None], others: Sequence[Resource | None]) -> Answer:
        """Whether two VPCs are connected, of each of which only the candidates are known."""
        answers = {self.subnets.connected(one, other) for one in some for other in others}
        return answers.pop() if len(answers) == 1 else None

    def _vpcs_of(self, workload: Workload) -> list[Sequence[Resource | None]]:
        """For each of its subnets, the VPCs that it may be in; `None` for a default VPC outside of the stack."""
        if workload.in_default_vpc is None:
            return []
        if workload.in_default_vpc:
            return [[*self._stack.of(DEFAULT_VPC)] or [None]]
        found = [self.subnets.vpcs(subnet) for subnet in workload.placement.subnets]
        return [vpcs for vpcs in found if vpcs]

    def _addresses(self, workload: Workload) -> list[Range] | None:
        """The ranges that hold its addresses: its subnets', else its only VPC's; `None` where that is not known."""
        if workload.in_default_vpc is None:
            return None
        if workload.in_default_vpc:
            return [_OF_THE_DEFAULT_VPC]
        if workload.placement.unknown is not None or not workload.placement.certain:
            return None
        vpcs = self._stack.of(VPC)
        if not workload.placement.subnets:
            return self.subnets.vpc_ranges(vpcs[0]) if len(vpcs) == 1 else None
        found = [self.subnets.ranges(subnet) for subnet in workload.placement.subnets]
        if any(ranges is None for ranges in found):
            return None
        return [one for ranges in found if ranges is not None for one in ranges]


class _Hops:
    """Hops that are looked for as far as they are asked for, and kept."""

    def __init__(self, hops: Iterator[Hop]) -> None:
        self._waiting = hops
        self._found: list[Hop] = []
        self._certain: list[int] | None = None

    def each(self, is_closed: Callable[[], bool]) -> Iterator[Hop]:
        """The hops; from where `is_closed` says so, those that are certain only."""
        place = 0
        while not is_closed():
            if place == len(self._found):
                hop = next(self._waiting, None)
                if hop is None:
                    return
                self._found.append(hop)
            yield self._found[place]
            place += 1
        if self._certain is None:
            self._found += self._waiting
            self._certain = [number for number, hop in enumerate(self._found) if hop.certain]
        for number in self._certain[bisect_left(self._certain, place) :]:
            yield self._found[number]


def _let_in(sources: Iterable[Workload], target: Workload, groups: frozenset[Group] | None) -> Iterator[Workload]:
    """Those of some sources that may be members of groups (`None`: that may be anything), without `target`."""
    for one in sources:
        apart = groups is not None and one.groups.unknown is None and groups.isdisjoint(one.groups.groups)
        if one is not target and not apart:
            yield one


def _groups_let_in(rules: Iterable[Rule]) -> frozenset[Group] | None:
    """The groups whose members alone some rules let in; `None` where it may be anything."""
    found: set[Group] = set()
    for rule in rules:
        groups = rule.peer.groups
        if groups is None or groups.unknown is not None:
            return None
        found.update(groups.groups)
    return frozenset(found)


def _common(egress: Rule, ingress: Rule) -> Answer:
    if egress.traffic is None or ingress.traffic is None:
        return None
    return egress.traffic.overlaps(ingress.traffic)


def _with_external(stack: Stack) -> list[Workload]:
    """What groups are attached to, and for each group attached to nothing here, whatever it may be attached to."""
    workloads = list(stack.shared(Attachments).workloads)
    attached = {group.key for workload in workloads for group in workload.groups.groups}
    rules = stack.shared(Rules).all
    named = [group for rule in rules for group in rule.owner.groups]
    named += [group for rule in rules if rule.peer.groups for group in rule.peer.groups.groups]
    for group in dict.fromkeys([*stack.shared(Groups).all, *named]):
        if group.key not in attached and not group.is_default:
            workloads.append(Workload(f"whatever {group.label} is attached to", GroupReference((group,))))
    return workloads
