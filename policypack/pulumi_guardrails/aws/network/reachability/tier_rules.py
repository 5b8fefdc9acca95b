"""The declared tiers of one stack: which tier a resource is in, and whether a rule is one that its tier allows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase

from pulumi_guardrails.aws.network.model.cidr_and_ports import is_internet
from pulumi_guardrails.aws.network.model.declared_rules import Entry
from pulumi_guardrails.aws.network.model.network_interfaces import NetworkInterfaces
from pulumi_guardrails.aws.network.model.security_group_rules import Peer, Rule
from pulumi_guardrails.aws.network.model.security_groups import Group, GroupReference
from pulumi_guardrails.aws.network.model.unknowns import external, unreadable
from pulumi_guardrails.aws.network.model.workloads import Attachments, Workload
from pulumi_guardrails.aws.network.reachability.tiers import INTERNET, PROXIES, Tier, are_default, named
from pulumi_guardrails.aws.resource_types import ECS_SERVICE, ECS_TASK_SET, RDS_CLUSTER, RDS_INSTANCE, RDS_PROXY
from pulumi_guardrails.core.once import once
from pulumi_guardrails.core.policy import Settings
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.value import Value
from pulumi_guardrails.core.verdict import COMPLIANT, Cause, Unknown, Verdict, all_in, all_of, undecided, violation

_SEE_ATTACHED = (
    "Name the group in groups of a tier, in the setting tiers, or declare the rule where the group is attached."
)

Attached = Sequence[tuple[Workload, bool]]
"""What a group is attached to, each with whether that is certain."""


class TierRules:
    """The declared tiers, held against one stack.

    Args:
        stack: The stack.
        settings: A configuration with the settings above.
    """

    def __init__(self, stack: Stack, settings: Settings) -> None:
        self._stack = stack
        self.settings = settings
        self.attachments = stack.shared(Attachments)
        self._interfaces = stack.shared(NetworkInterfaces)
        self.tiers: Sequence[Tier] = [Tier.declared(entry) for entry in settings["tiers"]]
        self._workload_decides = are_default(settings)
        # What follows from what a group is attached to is found once for all groups that nothing surely names.
        self._members = once(self._members_of_tiers)
        self._different = once(self._tiers_of_members)
        self._named = once(self._named_tiers)
        self._by_kind = once(self._declared_by_kinds)
        self._lacking: dict[str, bool] = {}
        self._tier_of: dict[str, Tier | None] = {}
        self._sources: dict[tuple[str, ...], Sequence[Workload]] = {}
        self._tiers_of: dict[str, Mapping[Tier, bool]] = {}
        self._attached_to: dict[str, tuple[Sequence[Value], Sequence[tuple[Tier | None, bool]]]] = {}

    def configuration_error(self) -> Verdict | None:
        """The violation of a declaration that names a tier it does not have; `None` where it is sound."""
        names = {tier.name for tier in self.tiers} | {INTERNET}
        for tier in self.tiers:
            for source in tier.sources:
                if source not in names:
                    accepted = f"the {tier.name} tier accept traffic from {source!r}"
                    return violation(
                        f"the setting tiers lets {accepted}, which is not a declared tier",
                        path="tiers",
                        actual=source,
                        expected=" or ".join(sorted(names)),
                        fix=f"Name a declared tier, or {INTERNET}, in the setting tiers.",
                    )
        return None

    def tier_of(self, workload: Workload) -> Tier | None:
        """The tier that something certainly is in; what is in none is in that of the instance it is a part of."""
        if workload.key not in self._tier_of:
            self._tier_of[workload.key] = self._find_tier_of(workload)
        return self._tier_of[workload.key]

    def _find_tier_of(self, workload: Workload) -> Tier | None:
        resource = workload.resource
        if resource is None or resource.kind is None:
            return next((tier for g in workload.groups.groups for tier, sure in self._declared_for(g) if sure), None)
        own = self._declared_by_kind(resource)
        return own if own is not None else next(self._first_of(self._interfaces.lists_of_parts(resource)), None)

    def _declared_by_kind(self, resource: Resource) -> Tier | None:
        for tier in self.tiers:
            if resource.kind and resource.kind.name in tier.kinds and fnmatchcase(resource.name, tier.match):
                if self._workload_decides and resource.kind in (RDS_CLUSTER, RDS_INSTANCE):
                    own = tier.for_database(resource)
                    return replace(own, sources=(*own.sources, PROXIES)) if self._stack.of(RDS_PROXY) else own
                if self._workload_decides and resource.kind in (ECS_SERVICE, ECS_TASK_SET):
                    return tier.for_service(self._stack, resource)
                return tier
            if self._workload_decides and resource.kind is RDS_PROXY and RDS_CLUSTER.name in tier.kinds:
                return tier.for_proxy(resource)
        return None

    def lacks_sources(self, tier: Tier) -> bool:
        """Whether the stack has nothing in the tiers that `tier` accepts traffic from.

        Where tiers are not configured, they are those of a service on ECS. A stack without one has something else in
        front of its database: an instance, a cluster of EKS, a connector of App Runner, or what another stack has.
        """
        if not self._workload_decides or tier.is_public:
            return False
        if tier.name not in self._lacking:
            workloads = self.attachments.workloads
            names = {found.name for w in workloads for found in (self.tier_of(w), *self.possible_tiers_of(w)) if found}
            self._lacking[tier.name] = names.isdisjoint(set(tier.sources) - {tier.name, PROXIES})
        return self._lacking[tier.name]

    def tier_unknowns(self, workload: Workload) -> list[Value]:
        """What has to be known to tell the tier of something; empty where `tier_of` is certain."""
        resource = workload.resource
        if resource is None:
            open_groups = [g for g in workload.groups.groups if any(not sure for _, sure in self._declared_for(g))]
            return [group.resource["name"] for group in open_groups if group.resource is not None]
        if self.tier_of(workload) is not None:
            return []
        return self._interfaces.unknowns(resource) if self.possible_tiers_of(workload) else []

    def possible_tiers_of(self, workload: Workload) -> list[Tier]:
        """The tiers of the instances that something in no tier may turn out to be a part of."""
        if workload.resource is None or self.tier_of(workload) is not None:
            return []
        # What certainly is a part of it is in no tier either.
        return list(self._first_of(self._interfaces.lists_of_possible_parts(workload.resource)))

    def _first_of(self, lists: Iterable[Sequence[Resource]]) -> Iterator[Tier]:
        """The different tiers that parts of instances are in by their kind, in the order of those parts."""
        found: dict[Tier, int] = {}
        for parts in lists:
            for tier, place in self._by_kind(parts).items():
                found[tier] = min(place, found.get(tier, place))
        return iter(sorted(found, key=found.__getitem__))

    def _declared_by_kinds(self, parts: Sequence[Resource]) -> Mapping[Tier, int]:
        """The different tiers that parts are in by their kind, each with the place of the first one in it."""
        places = self._interfaces.places
        found: dict[Tier, int] = {}
        for part in sorted(parts, key=places.__getitem__):
            tier = self._declared_by_kind(part)
            if tier is not None:
                found.setdefault(tier, places[part])
        return found

    def _declared_for(self, group: Group) -> list[tuple[Tier, bool]]:
        """The tier that a group is declared to be in, after those it may turn out to be in before that one."""
        found: list[tuple[Tier, bool]] = []
        for tier in self.tiers:
            has = tier.has_group(group)
            if has:
                return [*found, (tier, not found)]
            if has is None:
                found.append((tier, False))
        return found

    def knows_rules_of(self, group: Group, tier: Tier) -> bool:
        """Whether the stack shows a group's rules, or the setting declares the group to be in `tier`."""
        return not group.is_external or any(
            sure and found.name == tier.name for found, sure in self._declared_for(group)
        )

    def members(self) -> list[tuple[Workload, Tier]]:
        """Everything in the stack that is in a tier and accepts connections."""
        return [
            (workload, tier)
            for workload in self.attachments.workloads
            if workload.accepts_connections and (tier := self.tier_of(workload)) is not None
        ]

    def possible_members(self) -> list[tuple[Workload, Tier]]:
        """Everything in the stack that may turn out to be in a tier, and is in none for certain."""
        return [(w, tier) for w in self.attachments.workloads for tier in self.possible_tiers_of(w)]

    def tiers_of(self, group: Group) -> list[tuple[Workload | None, Tier, bool]]:
        """Each member of a tier that a group is attached to, its tier, and whether that is certain.

        What accepts no connections is left out: no ingress rule opens it.
        """
        members = self._members(self.attachments.attached_to(group))
        return [*members, *((None, tier, sure) for tier, sure in self._declared_for(group))]

    def _members_of_tiers(self, attached: Attached) -> list[tuple[Workload | None, Tier, bool]]:
        accepting = [found for found in attached if found[0].accepts_connections]
        found: list[tuple[Workload | None, Tier, bool]] = [
            (workload, tier, sure) for workload, sure in accepting if (tier := self.tier_of(workload)) is not None
        ]
        found += [(workload, tier, False) for workload, _ in accepting for tier in self.possible_tiers_of(workload)]
        return found

    def _tiers_of_members(self, attached: Attached) -> Mapping[Tier, bool]:
        tiers: dict[Tier, bool] = {}
        for _, tier, sure in self._members(attached):
            tiers[tier] = sure or tiers.get(tier, False)
        return tiers

    def different_tiers_of(self, group: Group) -> Mapping[Tier, bool]:
        """The tiers that a group is attached to members of, each with whether that is certain of one."""
        found = self._tiers_of.get(group.key)
        if found is None:
            tiers = dict(self._different(self.attachments.attached_to(group)))
            for tier, sure in self._declared_for(group):
                tiers[tier] = sure or tiers.get(tier, False)
            found = self._tiers_of[group.key] = tiers
        return found

    def _attached(self, group: Group) -> tuple[Sequence[Value], Sequence[tuple[Tier | None, bool]]]:
        """What a group is attached to: what has to be known of its tiers, and the tiers, each with its certainty.

        One tier of a name stands for all: as the source of another tier they are the same.
        """
        found = self._attached_to.get(group.key)
        if found is None:
            unknowns, own = self._named(self.attachments.attached_to(group))
            different = _by_name([*own, *self._declared_for(group)])
            found = self._attached_to[group.key] = (unknowns, different)
        return found

    def _named_tiers(self, attached: Attached) -> tuple[Sequence[Value], Sequence[tuple[Tier | None, bool]]]:
        unknowns: list[Value] = []
        tiers: list[tuple[Tier | None, bool]] = []
        for workload, sure in attached:
            open_values = self.tier_unknowns(workload)
            unknowns += open_values
            tiers.append((self.tier_of(workload), sure and not open_values))
        return unknowns, _by_name(tiers)

    # --- whether a tier allows a rule

    def allows(self, tier: Tier, rule: Rule) -> Verdict:
        """Whether an ingress rule of a group of `tier` is one that the declaration has: its peer and its traffic."""
        if rule.traffic is not None and rule.traffic.opens_no_connection:
            return COMPLIANT
        peer = self._allows_peer(tier, rule)
        if peer.is_violation and rule.entry.may_open_no_connection:
            question = f"{rule.subject} allows only traffic that the {tier.name} tier accepts"
            return undecided(unreadable(rule.entry.traffic_value), whether=question)
        if peer.is_violation and tier.source_unknown is not None and rule.peer.groups is not None:
            return undecided(tier.source_unknown, whether=f"the {tier.name} tier accepts {rule.peer}")
        return peer if peer.is_violation else all_of(peer, self.allows_traffic(tier, rule))

    @staticmethod
    def allows_traffic(tier: Tier, rule: Rule) -> Verdict:
        """Whether an ingress rule allows nothing but the ports of `tier`."""
        value = rule.entry.traffic_value
        if rule.traffic is not None and rule.traffic.opens_no_connection:
            return COMPLIANT
        if rule.traffic is None:
            return undecided(unreadable(value), whether=f"{rule.subject} allows only the ports of the {tier.name} tier")
        if tier.port_unknown is not None:
            question = f"{rule.subject} allows only the port of the {tier.name} tier"
            return undecided(tier.port_unknown, whether=question)
        if rule.traffic.is_only(tier.ports):
            return COMPLIANT
        return violation(
            f"{rule.subject} allows {rule.shown_traffic} from {rule.peer}; the {tier.name} tier accepts {tier.accepts}",
            path=_path_of(rule),
            actual=rule.shown_traffic,
            expected=tier.shown_ports,
            fix=_narrower(tier, rule.entry),
        )

    def _allows_peer(self, tier: Tier, rule: Rule) -> Verdict:
        peer = rule.peer
        if tier.is_public:
            # Every peer can also connect from the internet.
            return COMPLIANT
        if peer.groups is not None:
            return self._allows_groups(tier, rule, peer.groups)
        if peer.value.is_unknown or peer.doubts:
            return undecided(
                *peer.unknowns, whether=f"{rule.subject} allows only traffic that the {tier.name} tier accepts"
            )
        if self._may_be_of_load_balancers(peer):
            sources = self._sources_of(tier)
            if any(one.has_no_group for one in sources):
                return COMPLIANT
            unknowns = [one.groups.unknown for one in sources if one.groups.unknown is not None]
            if unknowns:
                question = f"a load balancer has no group that {rule.subject} could name"
                return undecided(*map(external, unknowns), whether=question)
        return self._not_allowed(tier, rule)

    def _sources_of(self, tier: Tier) -> Sequence[Workload]:
        """What is in the tiers that a tier accepts traffic from."""
        if tier.sources not in self._sources:
            workloads = self.attachments.workloads
            found = [one for one in workloads if (its := self.tier_of(one)) and its.name in tier.sources]
            self._sources[tier.sources] = found
        return self._sources[tier.sources]

    def _may_be_of_load_balancers(self, peer: Peer) -> bool:
        """Whether a range may mean what no rule can reference: a Network Load Balancer without security groups.

        Source: Elastic Load Balancing, Network Load Balancers, "Update the security groups for your Network Load
        Balancer": without one no rule of its targets can reference it, and none can be associated later.
        """
        return self._workload_decides and peer.range is not None and not is_internet(peer.range)

    def is_source(self, tier: Tier, found: Tier | None) -> bool:
        """Whether what is in the tier `found`, or in none, is something that `tier` accepts traffic from."""
        if self.lacks_sources(tier) and (found is None or found.name == tier.name):
            return True
        return found is not None and found.name in tier.sources

    def _allows_groups(self, tier: Tier, rule: Rule, peer: GroupReference) -> Verdict:
        verdicts = list(dict.fromkeys(self._allows_group(tier, rule, group) for group in peer.groups))
        if not peer.doubts:
            return all_in(verdicts)
        open_part = undecided(
            *map(external, peer.doubts), whether=f"{rule.subject} references a group that the {tier.name} tier accepts"
        )
        agreed = len({verdict.outcome for verdict in verdicts}) == 1
        if (peer.optional and any(verdict.is_violation for verdict in verdicts)) or not (peer.certain or agreed):
            return open_part
        return all_in([*verdicts, *([open_part] if peer.unknown is not None else [])], open_part)

    def _allows_group(self, tier: Tier, rule: Rule, group: Group) -> Verdict:
        """A group is accepted where everything that it is attached to is in a tier that is."""
        unknown, tiers = self._attached(group)
        fit = [sure for found, sure in tiers if self.is_source(tier, found)]
        misfits = [sure for found, sure in tiers if not self.is_source(tier, found)]
        if not tiers and self.lacks_sources(tier):
            elsewhere = Unknown(f"what {group.label} is attached to", Cause.OUTSIDE_STACK, settle=_SEE_ATTACHED)
            return undecided(elsewhere, whether=f"{group.label} is of what the {tier.name} tier accepts")
        if any(misfits) or not (fit or misfits):
            others = [
                workload.label
                for workload, sure in self.attachments.attached_to(group)
                if sure and not self.is_source(tier, self.tier_of(workload))
            ]
            return self._not_allowed(tier, rule, others if any(fit) else ())
        if misfits or not any(fit):
            attached = self.attachments.attached_to(group)
            unknowns = [*unknown, *(value for one, sure in attached if not sure for value in one.groups.doubts)]
            if group.resource is not None and group.resource["name"].is_unknown:
                unknowns.append(group.resource["name"])
            sources = " or ".join(map(named, tier.sources))
            return undecided(*map(external, unknowns), whether=f"{group.label} is attached to {sources} only")
        return COMPLIANT

    def _not_allowed(self, tier: Tier, rule: Rule, others: Sequence[str] = ()) -> Verdict:
        """The violation; `others` are what the group of an accepted tier is attached to besides that tier."""
        peer = f"{rule.peer}{_attached_to(rule.peer, self.attachments)}"
        return violation(
            f"{rule.subject} allows {rule.shown_traffic} from {peer}; the {tier.name} tier accepts {tier.accepts}",
            path=rule.peer.value.path,
            actual=str(rule.peer),
            expected=tier.accepts,
            fix=f"Attach another security group to {', '.join(others)}, in place of the one that the rule references."
            if others
            else f"{_narrower(tier, rule.entry)}{_to_declare(tier, rule.peer)}",
        )


def _by_name(tiers: Iterable[tuple[Tier | None, bool]]) -> list[tuple[Tier | None, bool]]:
    """Tiers, each with its certainty, the last one of a name in the place of the first."""
    return list({(tier.name if tier else None, sure): (tier, sure) for tier, sure in tiers}.values())


def _path_of(rule: Rule) -> str:
    return rule.entry.path or rule.entry.traffic_value.path


def _attached_to(peer: Peer, attachments: Attachments) -> str:
    if peer.groups is None or not peer.groups.certain:
        return ""
    names = [w.label for group in peer.groups.groups for w, _ in attachments.attached_to(group)]
    if not names:
        mentions = [mention for group in peer.groups.groups for mention in attachments.mentions_of(group)]
        names = list(dict.fromkeys(mention.value.owner.label for mention in mentions if mention.value.owner))
    return f" (attached to {', '.join(names) or 'nothing in this stack'})"


def _to_declare(tier: Tier, peer: Peer) -> str:
    """How to declare the tier of a group of another stack, where a rule names no other group."""
    groups = peer.groups.groups if peer.groups is not None else ()
    if not tier.sources or not groups or not all(group.is_external for group in groups):
        return ""
    sources = " or ".join(map(named, tier.sources))
    return f" If it is the group of {sources} in another stack, name it in groups of that tier, in the setting tiers."


def _narrower(tier: Tier, entry: Entry) -> str:
    """How to narrow a rule to what its tier accepts, in the words of the resource that declares it."""
    is_known = tier.port_source is None and not tier.secret_ports
    ports = tier.ports[0] if tier.ports and is_known else "…"
    if tier.is_public:
        protocol = f'{entry.protocol_argument}="tcp"'
        return f"Set{entry.place} {protocol}, from_port and to_port to one of its ports, such as {ports}, or remove it."
    if not tier.sources:
        return "Remove the rule."
    sources = " or ".join(map(named, tier.sources))
    return (
        f"Set{entry.place} {entry.group_argument} to the group of {sources} in place of any range, with "
        f'{entry.protocol_argument}="tcp", from_port={ports}, to_port={ports}, or remove it.'
    )
