"""Security group rules that allow traffic from the internet: only those of a public tier, only on its ports."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_guardrails.aws.network.model.cidr_and_ports import shown_ports
from pulumi_guardrails.aws.network.model.declared_rules import RULE_LOCATIONS, Direction, Entry, entries
from pulumi_guardrails.aws.network.model.eni_owners import ENI_OWNERS
from pulumi_guardrails.aws.network.model.security_group_rules import Rule, Rules
from pulumi_guardrails.aws.network.model.security_groups import Group
from pulumi_guardrails.aws.network.model.unknowns import external, unreadable
from pulumi_guardrails.aws.network.reachability.tier_rules import TierRules
from pulumi_guardrails.aws.network.reachability.tiers import SETTINGS, Tier, from_internet, public_ports
from pulumi_guardrails.aws.network.rule_checks import (
    internet_peers,
    invalid_traffic,
    together,
    unknown_peer,
    verdict_on_rules,
)
from pulumi_guardrails.aws.resource_types import INGRESS_RULE, SECURITY_GROUP, SECURITY_GROUP_RULE
from pulumi_guardrails.core.policy import Constraint, ResourcePolicy, Settings, Severity, StackPolicy, Topic, controls
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.three_valued import Answer
from pulumi_guardrails.core.value import Value
from pulumi_guardrails.core.verdict import COMPLIANT, Cause, Unknown, Verdict, all_in, undecided, violation

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
    title="Only the ports of a public tier are open to the internet",
    why=(
        "A port that is open to the internet is found by scanners within minutes. Which ports may be open is declared "
        "once, with the public tiers; SSH, RDP and database ports are not among them."
    ),
    severity=Severity.HIGH,
    constraint=Constraint.SECURITY_GROUP_CHAIN,
    danger=True,
    kinds=(SECURITY_GROUP, SECURITY_GROUP_RULE, INGRESS_RULE),
    rows=(_ROW,),
    controls=_CONTROLS,
    settings=SETTINGS,
    remediation_steps=(
        "Reference the security group that may connect in place of a public range, or name the addresses of those who "
        "may."
    ),
    example=_EXAMPLE,
    url=_URL,
    topics=(Topic.NETWORK, Topic.SECURITY_GROUPS, Topic.PUBLIC_ACCESS),
)
def sg_public_ports(resource: Resource, settings: Settings) -> Verdict:
    """A large part of the internet counts: 0.0.0.0/1 beside 128.0.0.0/1 is the internet as well."""
    ports = public_ports(settings)

    def verdicts() -> Iterator[tuple[Entry, Verdict]]:
        for entry in entries(resource):
            if not entry.may_be(Direction.INGRESS):
                continue
            parts = [COMPLIANT]
            if entry.traffic is None or not (entry.traffic.opens_no_connection or entry.traffic.is_only(ports)):
                parts = [
                    COMPLIANT if is_public is False else _exposed(entry, value, is_public, ports)
                    for value, is_public in internet_peers(entry, settings)
                ]
            yield entry, all_in(parts)

    return verdict_on_rules(resource, Direction.INGRESS, verdicts())


def _exposed(entry: Entry, value: Value, is_public: Answer, ports: list[int]) -> Verdict:
    if is_public is None:
        return undecided(unknown_peer(entry, value))
    if entry.traffic is None and not entry.traffic_value.is_known:
        return undecided(unreadable(entry.traffic_value))
    if entry.traffic is None:
        return invalid_traffic(entry, f"Set from_port and to_port to one of {shown_ports(ports)}.")
    allowed = f"only {shown_ports(ports)} may be" if ports else "no port may be"
    return violation(
        f"{entry.subject} allows {entry.shown_traffic} from {value.shown}; {allowed} open to the internet",
        path=value.path,
        actual=f"{value.shown} on {entry.shown_traffic}",
        expected=f"{shown_ports(ports)} from the internet",
        fix=_to_group(entry),
    ).answered_by("" if entry.traffic.is_everything else "tiers")


def _to_group(entry: Entry) -> str:
    """What to write in place of the internet, in the words of the resource that declares the rule."""
    return (
        f"Set{entry.place} {entry.group_argument} to the security group that may connect in place of the range, or "
        "name the addresses of those who may."
    )


@StackPolicy(
    title="Only security groups of a public tier allow traffic from the internet, on the ports of that tier",
    why=(
        "Whether a security group may be open to the internet depends on what it is attached to: that of a load "
        "balancer may be, on its declared ports; that of a task, of a database, or of nothing at all may not."
    ),
    severity=Severity.HIGH,
    constraint=Constraint.SECURITY_GROUP_CHAIN,
    kinds=(*RULE_LOCATIONS, *ENI_OWNERS),
    rows=(_ROW,),
    controls=_CONTROLS,
    settings=SETTINGS,
    remediation_steps=(
        "Reference the security group that may connect in place of a public range, or name the addresses of those who "
        "may."
    ),
    example="""\
aws.lb.LoadBalancer("api", security_groups=[load_balancer_group.id], subnets=public_subnet_ids)
aws.vpc.SecurityGroupIngressRule(
    "load-balancer-https",
    security_group_id=load_balancer_group.id,
    cidr_ipv4="0.0.0.0/0",
    ip_protocol="tcp",
    from_port=443,
    to_port=443,
    description="HTTPS from the internet",
)""",
    url=_URL,
    topics=(Topic.NETWORK, Topic.SECURITY_GROUPS, Topic.PUBLIC_ACCESS),
)
def sg_ingress_from_internet(stack: Stack, settings: Settings) -> Iterator[tuple[Resource, Verdict]]:
    """Ports that no tier declares public are for `sg-public-ports` to judge, which does it before anything is made.

    It sees neither the entries of a prefix list nor a group that the stack only reads: those ports are judged here.
    """
    tier_rules = TierRules(stack, settings)
    ports = public_ports(settings)
    by_resource: dict[str, tuple[Resource, list[Verdict]]] = {}
    for rule in stack.shared(Rules).in_direction(Direction.INGRESS):
        reported_at = tier_rules.attachments.reported_at(rule)
        collected = [by_resource.setdefault(one.urn, (one, []))[1] for one in reported_at]
        is_public = from_internet(rule.peer, settings)
        is_judged_alone = not rule.declared_in.is_read and rule.peer.list_id is None
        is_declared = rule.traffic is None or rule.traffic.is_only(ports)
        is_control = rule.traffic is not None and rule.traffic.opens_no_connection
        if is_public is False or is_control or (is_judged_alone and not is_declared):
            continue
        verdict = _for_every_group(tier_rules, rule)
        for verdicts in collected:
            verdicts.append(_where_certain(rule, is_public, verdict))
    for resource, verdicts in by_resource.values():
        yield resource, together(verdicts).answered_by("tiers")


def _where_certain(rule: Rule, is_public: Answer, verdict: Verdict) -> Verdict:
    """A violation only where the rule certainly is an ingress rule for the internet."""
    unknowns = list(rule.peer.unknowns) if is_public is None else []
    if rule.entry.direction is not Direction.INGRESS:
        unknowns.append(unreadable(rule.declared_in["type"]))
    if rule.entry.may_open_no_connection:
        unknowns.append(unreadable(rule.entry.traffic_value))
    if not unknowns or not verdict.is_violation:
        return verdict
    return undecided(*unknowns, whether=f"{rule.subject} allows traffic from the internet")


def _for_every_group(tier_rules: TierRules, rule: Rule) -> Verdict:
    """Everything that the rule's group is attached to has to be in a tier that accepts the internet on its ports."""
    value = rule.entry.group
    if value is not None and (not rule.owner.groups or rule.owner.unknown is not None):
        return undecided(unreadable(value), whether=f"{rule.subject} belongs to a security group of a public tier")
    each = [_for_group(group, tier_rules, rule) for group in rule.owner.groups]
    if rule.owner.certain or len({verdict.outcome for verdict in each}) == 1:
        return all_in(each)
    question = f"{rule.subject} belongs to a security group of a public tier"
    return undecided(*map(unreadable, rule.owner.doubts), whether=question)


def _for_group(group: Group, tier_rules: TierRules, rule: Rule) -> Verdict:
    everything = tier_rules.attachments.attached_to(group)
    attached = [found for found in everything if found[0].accepts_connections]
    if everything and not attached:
        return COMPLIANT
    tiers: list[tuple[str, Tier | None, bool]] = [
        (w.label, tier_rules.tier_of(w), sure and not tier_rules.tier_unknowns(w)) for w, sure in attached
    ]
    tiers += [(group.label, tier, sure) for workload, tier, sure in tier_rules.tiers_of(group) if workload is None]
    owners = [mention.value.owner for mention in tier_rules.attachments.mentions_of(group) if mention.value.owner]
    named = "it" if group.resource is rule.declared_in else group.label
    question = f"{named} is attached to a public tier only"
    if not tiers and owners:
        of_other_kind = (_elsewhere(f"what {one.label} attaches {named} to") for one in owners)
        return undecided(*of_other_kind, whether=question)
    if not tiers:
        return undecided(_elsewhere(f"what {named} is attached to"), whether=question)
    unsure = undecided(*_attachment_unknowns(group, tier_rules), whether=question)
    verdicts: list[Verdict] = []
    for name, tier, sure in tiers:
        if tier is not None and tier.is_public:
            verdict = tier_rules.allows_traffic(tier, rule)
            verdicts.append(verdict if sure or not verdict.is_violation else unsure)
        elif sure:
            verdicts.append(_not_allowed(rule, group, name))
        else:
            verdicts.append(unsure)
    if not any(sure for _, _, sure in tiers):
        verdicts.append(unsure)
    return all_in(verdicts)


def _elsewhere(what: str) -> Unknown:
    return Unknown(
        what, Cause.OUTSIDE_STACK, settle="Declare the rule in the stack that attaches the group, where both are seen."
    )


def _attachment_unknowns(group: Group, tier_rules: TierRules) -> list[Unknown]:
    """What has to be known to tell to which tiers a group is attached."""
    attached = tier_rules.attachments.attached_to(group)
    found = [value for workload, sure in attached if not sure for value in workload.groups.doubts]
    found += [value for workload, _ in attached for value in tier_rules.tier_unknowns(workload)]
    if group.resource is not None and group.resource["name"].is_unknown:
        found.append(group.resource["name"])
    return [external(value) for value in found] or [_elsewhere(f"what {group.label} is attached to")]


def _not_allowed(rule: Rule, group: Group, attached_to: str) -> Verdict:
    return violation(
        f"{rule.subject} allows {rule.shown_traffic} from {rule.peer} to {group.label}, which is attached to "
        f"{attached_to}; only the security group of a public tier may allow traffic from the internet",
        path=rule.peer.value.path,
        actual=f"{rule.peer} on {rule.shown_traffic}",
        expected="traffic from the internet only to a public tier",
        fix=_to_group(rule.entry),
    )
