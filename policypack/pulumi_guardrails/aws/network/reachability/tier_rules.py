"""The declared chain held against one stack: of which tier something is, and whether a rule is one of the chain."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

from pulumi_guardrails.aws.network.model.network_interfaces import NetworkInterfaces
from pulumi_guardrails.aws.network.model.security_group_rules import Peer, Rule
from pulumi_guardrails.aws.network.model.security_groups import Group
from pulumi_guardrails.aws.network.model.workloads import Attachments, Workload
from pulumi_guardrails.aws.network.reachability.tiers import INTERNET, Tier, are_default, named
from pulumi_guardrails.aws.resource_types import RDS_CLUSTER, RDS_INSTANCE
from pulumi_guardrails.core.policy import Settings
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.verdict import COMPLIANT, Verdict, all_in, all_of, mismatch, undecided


class Chain:
    """The declared chain, held against one stack.

    Args:
        stack: The stack.
        settings: A configuration with the settings above.
    """

    def __init__(self, stack: Stack, settings: Settings) -> None:
        self.settings = settings
        self.attachments = stack.shared(Attachments)
        self._machines = stack.shared(NetworkInterfaces)
        self.tiers: Sequence[Tier] = [Tier.declared(entry) for entry in settings["tiers"]]
        self._engine_decides = are_default(settings)

    def misdeclared(self) -> Verdict | None:
        """The violation of a declaration that names a tier it does not have; `None` where it is sound."""
        names = {tier.name for tier in self.tiers} | {INTERNET}
        for tier in self.tiers:
            for source in tier.sources:
                if source not in names:
                    return mismatch(
                        "the setting tiers",
                        f"wrong: {tier.name} accepts {source!r}",
                        " or ".join(sorted(names)),
                        "Name a declared tier.",
                    )
        return None

    def tier_of(self, workload: Workload) -> Tier | None:
        """The tier that something certainly is of; what is of none is of that of the machine it is a part of."""
        resource = workload.resource
        if resource is None or resource.kind is None:
            return next((tier for g in workload.groups.groups for tier, sure in self._declared_for(g) if sure), None)
        parts = (resource, *self._machines.others_of(resource))
        return next((tier for part in parts if (tier := self._declared_by_kind(part)) is not None), None)

    def _declared_by_kind(self, resource: Resource) -> Tier | None:
        for tier in self.tiers:
            if resource.kind and resource.kind.name in tier.kinds and fnmatchcase(resource.name, tier.match):
                is_database = resource.kind in (RDS_CLUSTER, RDS_INSTANCE)
                return tier.for_database(resource) if is_database and self._engine_decides else tier
        return None

    def may_be_of_another(self, workload: Workload) -> bool:
        """Whether the name of a group, not known yet, may declare something to be of a tier."""
        return workload.resource is None and any(
            not sure for group in workload.groups.groups for _, sure in self._declared_for(group)
        )

    def _declared_for(self, group: Group) -> list[tuple[Tier, bool]]:
        """The tier that a group is declared to be of, after those it may turn out to be of before that one."""
        found: list[tuple[Tier, bool]] = []
        for tier in self.tiers:
            has = tier.has_group(group)
            if has:
                return [*found, (tier, not found)]
            if has is None:
                found.append((tier, False))
        return found

    def knows_rules_of(self, group: Group, tier: Tier) -> bool:
        """Whether the stack shows a group's rules, or the declaration answers for them: it is said to be of `tier`."""
        return not group.is_elsewhere or any(
            sure and found.name == tier.name for found, sure in self._declared_for(group)
        )

    def members(self) -> list[tuple[Workload, Tier]]:
        """Everything in the stack that is of a tier."""
        return [(w, tier) for w in self.attachments.workloads if (tier := self.tier_of(w)) is not None]

    def tiers_of(self, group: Group) -> list[tuple[Workload | None, Tier, bool]]:
        """Each member of a tier that carries a group, its tier, and whether it certainly does."""
        found: list[tuple[Workload | None, Tier, bool]] = [
            (workload, tier, sure)
            for workload, sure in self.attachments.with_group(group)
            if (tier := self.tier_of(workload)) is not None
        ]
        return [*found, *((None, tier, sure) for tier, sure in self._declared_for(group))]

    # --- whether a rule is one of the chain

    def admits(self, tier: Tier, rule: Rule) -> Verdict:
        """Whether an ingress rule of a group of `tier` is one that the declaration has: its peer and its traffic."""
        return all_of(self._admits_peer(tier, rule), self.admits_traffic(tier, rule))

    @staticmethod
    def admits_traffic(tier: Tier, rule: Rule) -> Verdict:
        """Whether an ingress rule opens nothing but the ports of `tier`."""
        value = rule.entry.traffic_value
        if rule.traffic is None:
            return undecided(value)
        if tier.unsettled is not None:
            value = tier.unsettled
            return undecided(value, whether=f"the rule is for the port of the {tier.name} tier only")
        if rule.traffic.is_only(tier.ports):
            return COMPLIANT
        return mismatch(
            _path_of(rule),
            f"open for {rule.shown_traffic} from {rule.peer}",
            f"for the {tier.name} tier only {tier.accepts}",
            _narrower(tier),
        )

    def _admits_peer(self, tier: Tier, rule: Rule) -> Verdict:
        peer = rule.peer
        if tier.is_public:
            # Whoever it is can come in from the internet as well.
            return COMPLIANT
        if peer.meant is not None:
            return self._admits_groups(tier, rule, peer.meant.groups)
        if peer.value.is_unknown:
            return undecided(peer.value)
        return self._refused(tier, rule)

    def _admits_groups(self, tier: Tier, rule: Rule, groups: Sequence[Group]) -> Verdict:
        meant, value = rule.peer.meant, rule.peer.value
        assert meant is not None
        verdicts = [self._admits_group(tier, rule, group) for group in groups]
        open_part = undecided(value)
        agreed = len({verdict.outcome for verdict in verdicts}) == 1
        if (meant.optional and any(verdict.is_violation for verdict in verdicts)) or not (meant.certain or agreed):
            return open_part
        return all_in([*verdicts, *([open_part] if meant.unknown is not None else [])], open_part)

    def _admits_group(self, tier: Tier, rule: Rule, group: Group) -> Verdict:
        """A group is admitted where everything that carries it is of a tier that is."""
        value = rule.peer.value
        carriers = self.attachments.with_group(group)
        tiers: list[tuple[Tier | None, bool]] = [(self.tier_of(w), sure) for w, sure in carriers]
        tiers += self._declared_for(group)
        fit = [sure for found, sure in tiers if found is not None and found.name in tier.sources]
        misfits = [sure for found, sure in tiers if found is None or found.name not in tier.sources]
        if any(misfits) or not (fit or misfits):
            return self._refused(tier, rule)
        if misfits or not any(fit):
            doubts = [doubt for workload, sure in carriers if not sure for doubt in workload.groups.doubts]
            return undecided(*(doubts or [value]), whether=f"{group.label} is attached to the tiers before it only")
        return COMPLIANT

    def _refused(self, tier: Tier, rule: Rule) -> Verdict:
        who = _members_shown(rule.peer, self.attachments)
        return mismatch(
            rule.peer.value.path,
            f"{rule.peer}{who}, let in on {rule.shown_traffic}",
            f"for the {tier.name} tier only {tier.accepts}",
            f"{_narrower(tier)}{_to_declare(tier, rule.peer)}",
        )


def _path_of(rule: Rule) -> str:
    return rule.entry.path or rule.entry.traffic_value.path


def _members_shown(peer: Peer, attachments: Attachments) -> str:
    if peer.meant is None or not peer.meant.certain:
        return ""
    names = [w.label for group in peer.meant.groups for w, _ in attachments.with_group(group)]
    if not names:
        names = [found.label for group in peer.meant.groups if (found := attachments.mention_of(group)) is not None]
    return f" (carried by {', '.join(names)})" if names else " (carried by nothing in this stack)"


def _to_declare(tier: Tier, peer: Peer) -> str:
    """How to say of which tier a group of another stack is, where a rule names no other group."""
    groups = peer.meant.groups if peer.meant is not None else ()
    if not tier.sources or not groups or not all(group.is_elsewhere for group in groups):
        return ""
    sources = " or ".join(map(named, tier.sources))
    return f" If it is the group of {sources} in another stack, name it in groups of that tier, in the setting tiers."


def _narrower(tier: Tier) -> str:
    ports = tier.ports[0] if tier.ports and not tier.secret_ports else "…"
    if tier.is_public:
        return f'Set ip_protocol="tcp", from_port and to_port to one of its ports, such as {ports}, or remove the rule.'
    sources = " or ".join(map(named, tier.sources)) or "nobody"
    return (
        f"Let referenced_security_group_id be the group of {sources}, with "
        f'ip_protocol="tcp", from_port={ports}, to_port={ports}, or remove the rule.'
    )
