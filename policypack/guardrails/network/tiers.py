"""The declared chain: which tiers a stack has, on which ports each listens, and to whom.

The chain is configuration, so that another organisation declares its own. `Chain` answers what every network policy
asks: of which tier something is, and whether a rule is one that the declaration has.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from guardrails.network.addresses import Range, is_internet, read_range, shown_ports
from guardrails.network.attachments import CARRIERS, Attachments, Workload
from guardrails.network.groups import Group
from guardrails.network.rules import Peer, Rule
from guardrails.policy import Setting, Settings, list_setting
from guardrails.stack import Stack
from guardrails.verdict import COMPLIANT, Verdict, all_in, all_of, undecided, violation

INTERNET = "internet"
"""How a tier names the internet among those it accepts."""

_DEFAULT_TIERS: list[dict[str, Any]] = [
    {"name": "load balancer", "kinds": ["load balancer"], "ports": [80, 443], "from": [INTERNET]},
    {"name": "tasks", "kinds": ["ECS service", "ECS task set"], "ports": [8080], "from": ["load balancer"]},
    {"name": "database", "kinds": ["RDS cluster", "RDS instance"], "ports": [5432], "from": ["tasks"]},
]

TIERS = Setting(
    {
        "type": "array",
        "items": {
            "type": "object",
            "properties": {
                "name": {"type": "string", "minLength": 1},
                "kinds": {
                    "type": "array",
                    "minItems": 1,
                    "items": {"type": "string", "enum": sorted(kind.name for kind in CARRIERS)},
                },
                "match": {"type": "string", "minLength": 1},
                "groups": {"type": "array", "items": {"type": "string"}},
                "ports": {"type": "array", "items": {"type": "integer", "minimum": 0, "maximum": 65535}},
                "from": {"type": "array", "items": {"type": "string"}},
            },
            "required": ["name", "kinds", "ports", "from"],
            "additionalProperties": False,
        },
    },
    _DEFAULT_TIERS,
    (
        "The declared chain. A tier has a name, the kinds that belong to it (of those only the resources whose name "
        "fits the glob `match`, if given), ids of security groups of other stacks that belong to it (`groups`), the "
        "TCP ports it listens on, and the tiers it accepts them from, or `internet`. What fits several tiers is of the "
        "first. "
        "Declare the same tiers in every policy that has this setting."
    ),
)

TRUSTED = list_setting(
    [],
    "Public address ranges, and ids of prefix lists, that do not count as the internet.",
)

SETTINGS: Mapping[str, Setting] = {"tiers": TIERS, "trusted": TRUSTED}
"""The settings of every policy that knows the chain."""


@dataclass(frozen=True)
class Tier:
    """One link of the chain; the attributes are those of the setting."""

    name: str
    kinds: tuple[str, ...]
    match: str
    groups: tuple[str, ...]
    ports: tuple[int, ...]
    sources: tuple[str, ...]

    @property
    def is_public(self) -> bool:
        """Whether it accepts the internet."""
        return INTERNET in self.sources

    @property
    def accepts(self) -> str:
        """What it accepts, in words."""
        return f"{shown_ports(self.ports)} from {' or '.join(_named(source) for source in self.sources) or 'nobody'}"


def _named(source: str) -> str:
    return "the internet" if source == INTERNET else f"the {source} tier"


def trusted_sources(settings: Settings) -> tuple[list[Range], set[str]]:
    """The trusted address ranges and the trusted prefix lists of a configuration."""
    ranges = [found for text in settings["trusted"] if (found := read_range(text)) is not None]
    return ranges, {text for text in settings["trusted"] if read_range(text) is None}


def from_internet(peer: Peer, settings: Settings) -> bool | None:
    """Whether a rule's peer is the internet, or a part of it; `None` where that is not known."""
    ranges, lists = trusted_sources(settings)
    if peer.range is not None:
        return is_internet(peer.range, ranges)
    if peer.meant is not None:
        return False
    return False if peer.prefix_list and peer.value.as_text() in lists else None


class Chain:
    """The declared chain, held against one stack.

    Args:
        stack: The stack.
        settings: A configuration with the settings above.
    """

    def __init__(self, stack: Stack, settings: Settings) -> None:
        self.settings = settings
        self.attachments = stack.shared(Attachments)
        self.tiers: Sequence[Tier] = [
            Tier(
                entry["name"],
                tuple(entry["kinds"]),
                entry.get("match", "*"),
                tuple(entry.get("groups", ())),
                tuple(entry["ports"]),
                tuple(entry["from"]),
            )
            for entry in settings["tiers"]
        ]

    def misdeclared(self) -> Verdict | None:
        """The violation of a declaration that names a tier it does not have; `None` where it is sound."""
        names = {tier.name for tier in self.tiers} | {INTERNET}
        for tier in self.tiers:
            for source in tier.sources:
                if source not in names:
                    return violation(
                        "the setting tiers",
                        f"wrong: {tier.name} accepts {source!r}",
                        " or ".join(sorted(names)),
                        "Name a declared tier.",
                    )
        return None

    def tier_of(self, workload: Workload) -> Tier | None:
        """The tier that something is of."""
        resource = workload.resource
        if resource is None or resource.kind is None:
            return self._tier_of_id(workload.groups.groups)
        for tier in self.tiers:
            if resource.kind.name in tier.kinds and fnmatchcase(resource.name, tier.match):
                return tier
        return None

    def _tier_of_id(self, groups: Sequence[Group]) -> Tier | None:
        keys = {group.key for group in groups}
        return next((tier for tier in self.tiers if keys & set(tier.groups)), None)

    def members(self) -> list[tuple[Workload, Tier]]:
        """Everything in the stack that is of a tier."""
        return [(w, tier) for w in self.attachments.workloads if (tier := self.tier_of(w)) is not None]

    def tiers_of(self, group: Group) -> list[tuple[Workload | None, Tier, bool]]:
        """Each member of a tier that carries a group, its tier, and whether it certainly does."""
        found: list[tuple[Workload | None, Tier, bool]] = [
            (workload, tier, sure)
            for workload, sure in self.attachments.carrying(group)
            if (tier := self.tier_of(workload)) is not None
        ]
        elsewhere = self._tier_of_id([group])
        return [*found, (None, elsewhere, True)] if elsewhere is not None else found

    # --- whether a rule is one of the chain

    def admits(self, tier: Tier, rule: Rule) -> Verdict:
        """Whether an ingress rule of a group of `tier` is one that the declaration has: its peer and its traffic."""
        return all_of(self._admits_peer(tier, rule), self.admits_traffic(tier, rule))

    @staticmethod
    def admits_traffic(tier: Tier, rule: Rule) -> Verdict:
        """Whether an ingress rule opens nothing but the ports of `tier`."""
        value = rule.entry.traffic_value
        if rule.traffic is None:
            return undecided(value.path, value.shown, value.property_name)
        if rule.traffic.is_only(tier.ports):
            return COMPLIANT
        return violation(
            _path_of(rule),
            f"open for {rule.shown_traffic} from {rule.peer}",
            f"for the {tier.name} tier only {tier.accepts}",
            _narrower(tier),
        )

    def _admits_peer(self, tier: Tier, rule: Rule) -> Verdict:
        peer = rule.peer
        if tier.is_public and peer.meant is None:
            return COMPLIANT
        if peer.meant is not None:
            return self._admits_groups(tier, rule, peer.meant.groups)
        if peer.value.is_unknown:
            return undecided(peer.value.path, peer.value.shown, peer.value.property_name)
        return self._refused(tier, rule)

    def _admits_groups(self, tier: Tier, rule: Rule, groups: Sequence[Group]) -> Verdict:
        meant, value = rule.peer.meant, rule.peer.value
        assert meant is not None
        verdicts = [self._admits_group(tier, rule, group) for group in groups]
        open_part = undecided(value.path, value.shown, value.property_name)
        agreed = len({verdict.outcome for verdict in verdicts}) == 1
        if (meant.optional and any(verdict.is_violation for verdict in verdicts)) or not (meant.certain or agreed):
            return open_part
        return all_in([*verdicts, *([open_part] if meant.unknown is not None else [])], open_part)

    def _admits_group(self, tier: Tier, rule: Rule, group: Group) -> Verdict:
        """A group is admitted where everything that carries it is of a tier that is."""
        value = rule.peer.value
        carriers = self.attachments.carrying(group)
        tiers: list[tuple[Tier | None, bool]] = [(self.tier_of(w), sure) for w, sure in carriers]
        if (elsewhere := self._tier_of_id([group])) is not None:
            tiers.append((elsewhere, True))
        fit = [sure for found, sure in tiers if found is not None and found.name in tier.sources]
        misfits = [sure for found, sure in tiers if found is None or found.name not in tier.sources]
        if any(misfits) or not (fit or misfits):
            return self._refused(tier, rule)
        if misfits or not any(fit):
            return undecided(value.path, f"{group.label}, of which the members are not known yet", value.property_name)
        return COMPLIANT

    def _refused(self, tier: Tier, rule: Rule) -> Verdict:
        who = _members_shown(rule.peer, self.attachments)
        return violation(
            rule.peer.value.path,
            f"{rule.peer}{who}, let in on {rule.shown_traffic}",
            f"for the {tier.name} tier only {tier.accepts}",
            _narrower(tier),
        )


def _path_of(rule: Rule) -> str:
    return rule.entry.path or rule.entry.traffic_value.path


def _members_shown(peer: Peer, attachments: Attachments) -> str:
    if peer.meant is None or not peer.meant.certain:
        return ""
    names = [w.label for group in peer.meant.groups for w, _ in attachments.carrying(group)]
    return f" (carried by {', '.join(names)})" if names else " (carried by nothing in this stack)"


def _narrower(tier: Tier) -> str:
    ports = tier.ports[0] if tier.ports else "…"
    if tier.is_public:
        return f'Set ip_protocol="tcp", from_port and to_port to one of its ports, such as {ports}, or remove the rule.'
    sources = " or ".join(map(_named, tier.sources)) or "nobody"
    return (
        f"Let referenced_security_group_id be the group of {sources}, with "
        f'ip_protocol="tcp", from_port={ports}, to_port={ports}, or remove the rule.'
    )


def public_ports(settings: Settings) -> list[int]:
    """Every port that some tier declares open to the internet."""
    ports: Iterable[int] = (p for tier in settings["tiers"] if INTERNET in tier["from"] for p in tier["ports"])
    return sorted(set(ports))
