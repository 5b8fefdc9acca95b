"""Security groups that the internet may reach: only those of a public tier, only on its ports."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_guardrails.aws.network.model.cidr_and_ports import shown_ports
from pulumi_guardrails.aws.network.model.eni_owners import ENI_OWNERS
from pulumi_guardrails.aws.network.model.security_group_rules import (
    RULE_LOCATIONS,
    Direction,
    Entry,
    Rule,
    Rules,
    entries,
)
from pulumi_guardrails.aws.network.model.security_groups import Group
from pulumi_guardrails.aws.network.reachability.tier_rules import Chain
from pulumi_guardrails.aws.network.reachability.tiers import SETTINGS, Tier, from_internet, public_ports
from pulumi_guardrails.aws.network.rule_checks import judged, open_value, toward_internet
from pulumi_guardrails.aws.resource_types import INGRESS_RULE, SECURITY_GROUP, SECURITY_GROUP_RULE
from pulumi_guardrails.core.policy import ResourcePolicy, Settings, Severity, StackPolicy, Topic, controls
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.value import Value
from pulumi_guardrails.core.verdict import COMPLIANT, Cause, Unknown, Verdict, all_in, mismatch, undecided

_ROW = "No ingress from 0.0.0.0/0 or ::/0 except where the tier is declared public, and then only on its declared ports"
_URL = "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html"
_CONTROLS = controls(
    FSBP="EC2.19",
    CIS="5.2 5.3",
    PCI="1.2.5.17 1.2.8.41 1.3.1.45 1.3.2.45 1.4.2.43 1.5.1.40 2.2.5.17 A1.1.3.40",
    SOC2="cc_6_6",
    ISO27001="A.8.20 A.8.21 A.8.22 A.8.1",
)

_EXAMPLE = """\
aws.vpc.SecurityGroupIngressRule(
    "load-balancer-https",
    security_group_id=load_balancer_group.id,
    cidr_ipv4="0.0.0.0/0",
    ip_protocol="tcp",
    from_port=443,
    to_port=443,
    description="HTTPS from the internet",
)"""


@ResourcePolicy(
    title="Only ports that a tier declares public are open to the internet",
    why=(
        "A port open to every address is found by scanners within minutes. Which ports may be is declared once, with "
        "the public tiers; SSH, RDP and databases are not among them."
    ),
    severity=Severity.CRITICAL,
    kinds=(SECURITY_GROUP, SECURITY_GROUP_RULE, INGRESS_RULE),
    rows=(_ROW,),
    controls=_CONTROLS,
    settings=SETTINGS,
    remediation_steps=(
        "Name the group that may connect (referenced_security_group_id) in place of a public address range."
    ),
    example=_EXAMPLE,
    url=_URL,
    topics=(Topic.NETWORK, Topic.SECURITY_GROUPS, Topic.PUBLIC_ACCESS),
)
def sg_public_ports(resource: Resource, settings: Settings) -> Verdict:
    """A public range of any size counts: 0.0.0.0/1 beside 128.0.0.0/1 is the internet as well."""
    ports = public_ports(settings)

    def verdicts() -> Iterator[tuple[Entry, Verdict]]:
        for entry in entries(resource):
            if not entry.may_be(Direction.INGRESS):
                continue
            parts = [COMPLIANT]
            if entry.traffic is None or not entry.traffic.is_only(ports):
                parts = [
                    COMPLIANT if is_public is False else _exposed(entry, value, is_public, ports)
                    for value, is_public in toward_internet(entry, settings)
                ]
            yield entry, all_in(parts)

    return judged(resource, Direction.INGRESS, verdicts())


def _exposed(entry: Entry, value: Value, is_public: bool | None, ports: list[int]) -> Verdict:
    if is_public is None:
        return open_value(value)
    if entry.traffic is None and not entry.traffic_value.is_known:
        return open_value(entry.traffic_value)
    if entry.traffic is None:
        # Ports that are known and no ports, such as from 443 to 80.
        return mismatch(entry.traffic_value.path, entry.traffic_value.shown, shown_ports(ports))
    return value.mismatch(f"{value.shown}, let in on {entry.shown_traffic}", f"{shown_ports(ports)} from the internet")


@StackPolicy(
    title="Only groups of a public tier accept the internet, on that tier's ports",
    why=(
        "Whether a group may be open to the internet depends on what carries it: a load balancer's may, on its "
        "declared ports; that of a task, of a database, or of nothing at all may not."
    ),
    severity=Severity.CRITICAL,
    kinds=(*RULE_LOCATIONS, *ENI_OWNERS),
    rows=(_ROW,),
    controls=_CONTROLS,
    settings=SETTINGS,
    remediation_steps=(
        "Name the group that may connect (referenced_security_group_id) in place of a public address range."
    ),
    example=_EXAMPLE,
    url=_URL,
    topics=(Topic.NETWORK, Topic.SECURITY_GROUPS, Topic.PUBLIC_ACCESS),
)
def sg_ingress_from_internet(stack: Stack, settings: Settings) -> Iterator[tuple[Resource, Verdict]]:
    """Ports that no tier declares public are for `sg-public-ports` to judge, which does it before anything is made.

    It sees neither the entries of a prefix list nor a group that the stack only reads: those ports are judged here.
    """
    chain = Chain(stack, settings)
    ports = public_ports(settings)
    judged: dict[str, tuple[Resource, list[Verdict]]] = {}
    for rule in stack.shared(Rules).written(Direction.INGRESS):
        homes = chain.attachments.answering_for(rule)
        verdicts_of = [judged.setdefault(home.urn, (home, []))[1] for home in homes]
        is_public = from_internet(rule.peer, settings)
        is_judged_alone = not rule.home.is_read and rule.peer.list_id is None
        is_declared = rule.traffic is None or rule.traffic.is_only(ports)
        if is_public is False or (is_judged_alone and not is_declared):
            continue
        verdict = _for_every_carrier(chain, rule)
        sure = is_public is True and rule.entry.direction is Direction.INGRESS
        found = verdict if sure or not verdict.is_violation else open_value(rule.peer.value)
        for verdicts in verdicts_of:
            verdicts.append(found)
    for resource, verdicts in judged.values():
        yield resource, all_in(verdicts)


def _for_every_carrier(chain: Chain, rule: Rule) -> Verdict:
    """Everything that carries the rule's group has to be of a tier that accepts the internet on the rule's ports."""
    value = rule.entry.group
    if value is not None and (not rule.owner.groups or rule.owner.unknown is not None):
        return open_value(value)
    each = [_for_carriers_of(group, chain, rule) for group in rule.owner.groups]
    agreed = rule.owner.certain or len({verdict.outcome for verdict in each}) == 1
    return all_in(each) if agreed or value is None else open_value(value)


def _for_carriers_of(group: Group, chain: Chain, rule: Rule) -> Verdict:
    verdicts: list[Verdict] = []
    tiers: list[tuple[str, Tier | None, bool]] = [
        (w.label, chain.tier_of(w), sure) for w, sure in chain.attachments.with_group(group)
    ]
    tiers += [(group.label, tier, sure) for workload, tier, sure in chain.tiers_of(group) if workload is None]
    doubts: list[Value | Unknown] = [
        d for w, sure in chain.attachments.with_group(group) if not sure for d in w.groups.doubts
    ]
    unsure = undecided(
        *doubts or [Unknown(f"what {group.label} is attached to")],
        whether=f"{group.label} is attached to a public tier only",
    )
    mention = chain.attachments.mention_of(group)
    if not tiers and mention is not None:
        of_other_kind = Unknown(f"what {mention.label} attaches {group.label} to", Cause.OUTSIDE_STACK)
        verdicts.append(undecided(of_other_kind, whether=f"{group.label} is attached to a public tier only"))
    elif not tiers:
        verdicts.append(_refused(rule, f"{group.label}, which nothing in this stack carries"))
    for name, tier, sure in tiers:
        if tier is not None and tier.is_public:
            verdict = chain.admits_traffic(tier, rule)
            verdicts.append(verdict if sure or not verdict.is_violation else unsure)
        elif sure:
            verdicts.append(_refused(rule, f"{group.label}, which {name} carries"))
        else:
            verdicts.append(unsure)
    if not any(sure for _, _, sure in tiers) and tiers:
        verdicts.append(unsure)
    return all_in(verdicts)


def _refused(rule: Rule, owner: str) -> Verdict:
    found = f"{rule.peer}, let in on {rule.shown_traffic} to {owner}"
    return mismatch(rule.peer.value.path, found, "the internet only for a group of a public tier")
