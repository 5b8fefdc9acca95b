"""Security groups: what each rule opens, to whom, and why it is there."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_guardrails.aws.network.model.cidr_and_ports import covers
from pulumi_guardrails.aws.network.model.eni_owners import ENI_OWNERS
from pulumi_guardrails.aws.network.model.security_group_rules import (
    RULE_LOCATIONS,
    Direction,
    Entry,
    Rule,
    Rules,
    entries,
)
from pulumi_guardrails.aws.network.model.security_groups import Groups
from pulumi_guardrails.aws.network.model.workloads import Attachments, Workload
from pulumi_guardrails.aws.network.reachability.tiers import SETTINGS, trusted_sources
from pulumi_guardrails.aws.network.rule_checks import (
    MAXIMUM_PORTS,
    judged,
    not_wide,
    open_value,
    toward_internet,
)
from pulumi_guardrails.aws.resource_types import (
    EGRESS_RULE,
    INGRESS_RULE,
    RDS_CLUSTER,
    RDS_INSTANCE,
    SECURITY_GROUP,
    SECURITY_GROUP_RULE,
)
from pulumi_guardrails.core.policy import (
    Level,
    ResourcePolicy,
    Settings,
    Severity,
    StackPolicy,
    Topic,
    controls,
    list_setting,
)
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.value import Value
from pulumi_guardrails.core.verdict import (
    COMPLIANT,
    Cause,
    Unknown,
    Verdict,
    all_in,
    mismatch,
    not_applicable,
    undecided,
)

_RULES_URL = "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html"
_GROUPS_URL = "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html"

_RULE_EXAMPLE = """\
aws.vpc.SecurityGroupIngressRule(
    "load-balancer-https",
    security_group_id=load_balancer_group.id,
    cidr_ipv4="0.0.0.0/0",
    ip_protocol="tcp",
    from_port=443,
    to_port=443,
    description="HTTPS from the internet",
)"""

_EGRESS_EXAMPLE = """\
aws.vpc.SecurityGroupEgressRule(
    "task-https",
    security_group_id=task_group.id,
    cidr_ipv4="0.0.0.0/0",
    ip_protocol="tcp",
    from_port=443,
    to_port=443,
    description="HTTPS to AWS services",
)"""


@ResourcePolicy(
    title="No ingress rule opens all protocols or all ports",
    why=(
        "A rule that opens everything opens what nobody thought of: the next service on the host, the debugger, the "
        "agent. A rule names the ports it is for."
    ),
    severity=Severity.HIGH,
    kinds=(SECURITY_GROUP, SECURITY_GROUP_RULE, INGRESS_RULE),
    rows=("No all-protocol or all-port ingress",),
    settings={"maximumPorts": MAXIMUM_PORTS},
    remediation_steps='Set ip_protocol="tcp" and the ports the service listens on.',
    example=_RULE_EXAMPLE,
    url=_RULES_URL,
    topics=(Topic.NETWORK, Topic.SECURITY_GROUPS),
)
def sg_no_wide_ingress(resource: Resource, settings: Settings) -> Verdict:
    """Ports in plenty count as all of them; the limit is configuration."""
    written = ((e, not_wide(e, settings["maximumPorts"])) for e in entries(resource) if e.may_be(Direction.INGRESS))
    return judged(resource, Direction.INGRESS, written)


@ResourcePolicy(
    title="No egress rule lets all traffic out to the internet",
    why=(
        "A workload that may talk to anyone on any port can send data anywhere and take orders from anywhere. "
        "Egress is declared port by port; a group without an egress rule lets nothing out, because the provider "
        "removes the rule that AWS adds."
    ),
    severity=Severity.MEDIUM,
    kinds=(SECURITY_GROUP, SECURITY_GROUP_RULE, EGRESS_RULE),
    rows=("No all-traffic egress to the internet; egress is declared",),
    settings={"maximumPorts": MAXIMUM_PORTS, "trusted": SETTINGS["trusted"]},
    remediation_steps=(
        'Set ip_protocol="tcp" and the port that is needed, such as 443, or name a group in place of the range.'
    ),
    example=_EGRESS_EXAMPLE,
    url=_RULES_URL,
    topics=(Topic.NETWORK, Topic.SECURITY_GROUPS, Topic.EGRESS),
)
def sg_no_wide_egress(resource: Resource, settings: Settings) -> Verdict:
    """Judges rules to public addresses; a rule to a group or a private range may be wider.

    Where a rule names a prefix list of the stack, `sg-no-wide-egress-by-list` judges what stands in it.
    """

    def verdicts() -> Iterator[tuple[Entry, Verdict]]:
        for entry in entries(resource):
            if not entry.may_be(Direction.EGRESS):
                continue
            wide = not_wide(entry, settings["maximumPorts"])
            targets = toward_internet(entry, settings)
            if wide.is_compliant or not any(is_public is not False for _, is_public in targets):
                yield entry, COMPLIANT
            elif wide.is_violation and not any(is_public for _, is_public in targets):
                yield entry, open_value(next(value for value, is_public in targets if is_public is None))
            else:
                yield entry, wide

    return judged(resource, Direction.EGRESS, verdicts())


@ResourcePolicy(
    title="Every security group and every rule has a description",
    why=(
        "Nobody dares to remove a rule that does not say what it is for, so it stays open for ever. What the provider "
        "fills in by itself says nothing."
    ),
    severity=Severity.LOW,
    kinds=RULE_LOCATIONS,
    rows=("Every group and every rule has a description",),
    remediation_steps='Say what it is for: description="HTTPS from the internet".',
    example=_RULE_EXAMPLE,
    url=_RULES_URL,
    topics=(Topic.NETWORK, Topic.SECURITY_GROUPS, Topic.DOCUMENTATION),
)
def sg_described(resource: Resource, _settings: Settings) -> Verdict:
    """Covers rules in all their homes; what AWS calls a default group has no description to set."""
    rules = [_described(entry.description) for entry in entries(resource) if not _is_unread(entry)]
    unread = [open_value(entry.description) for entry in entries(resource) if _is_unread(entry)]
    if resource.kind is SECURITY_GROUP:
        return all_in([_described(resource["description"]), *rules, *unread])
    return all_in([*rules, *unread], not_applicable("no rules"))


def _is_unread(entry: Entry) -> bool:
    return entry.description.is_unknown


def _described(description: Value) -> Verdict:
    return description.must(
        lambda text: isinstance(text, str) and bool(text.strip()) and not text.startswith("Managed by "),
        "a description of what it is for",
    )


@StackPolicy(
    title="Every security group is attached to something",
    why=(
        "A group that nothing carries is a leftover, and one day something is attached to it whose rules nobody looked "
        "at. Advisory, because a group that is made for another stack to use is right as it is."
    ),
    severity=Severity.LOW,
    level=Level.ADVISORY,
    kinds=(SECURITY_GROUP, *ENI_OWNERS),
    rows=("A group is attached to something",),
    controls=controls(FSBP="EC2.22", ISO27001="A.8.20 A.8.21 A.8.22"),
    remediation_steps="Attach the group, or remove it.",
    example='aws.lb.LoadBalancer("api", security_groups=[load_balancer_group.id], subnets=public_subnet_ids)',
    url=_GROUPS_URL,
    topics=(Topic.NETWORK, Topic.SECURITY_GROUPS),
)
def sg_attached(stack: Stack, _settings: Settings) -> Iterator[tuple[Resource, Verdict]]:
    """Any resource whose property is computed from the group counts, also of a kind the pack does not know."""
    attachments = stack.shared(Attachments)
    for resource in stack.of(SECURITY_GROUP):
        group = stack.shared(Groups).of(resource)
        carriers = attachments.with_group(group)
        if any(sure for _, sure in carriers) or attachments.mention_of(group) is not None:
            yield resource, COMPLIANT
        elif carriers:
            yield resource, undecided(*(doubt for workload, _ in carriers for doubt in workload.groups.doubts))
        else:
            yield resource, mismatch("", "nothing in this stack carries it", "a group that something carries")


@StackPolicy(
    title="A database's security group accepts groups only, no address ranges",
    why=(
        "An address range lets in whatever has an address of it today and tomorrow. A group lets in what was given "
        "that group on purpose."
    ),
    severity=Severity.HIGH,
    kinds=(*RULE_LOCATIONS, RDS_CLUSTER, RDS_INSTANCE),
    rows=("A database's group accepts no address range, only groups",),
    settings={
        "trusted": list_setting(
            [],
            "Address ranges, and ids of prefix lists, from which a database may be reached as well as from groups; and "
            "ids of groups of another stack that a database carries and whose rules are judged there.",
        )
    },
    remediation_steps="Name the clients' group (referenced_security_group_id) in place of the range.",
    example="""\
aws.vpc.SecurityGroupIngressRule(
    "database-task",
    security_group_id=database_group.id,
    referenced_security_group_id=task_group.id,
    ip_protocol="tcp",
    from_port=5432,
    to_port=5432,
    description="Queries from the tasks",
)""",
    url="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.RDSSecurityGroups.html",
    topics=(Topic.NETWORK, Topic.SECURITY_GROUPS, Topic.DATABASE),
)
def sg_database_accepts_only_groups(stack: Stack, settings: Settings) -> Iterator[tuple[Resource, Verdict]]:
    """Judges every ingress rule of every group that a database carries; prefix lists are ranges as well."""
    attachments = stack.shared(Attachments)
    databases = [w for w in attachments.workloads if w.resource and w.resource.kind in (RDS_CLUSTER, RDS_INSTANCE)]
    for workload in databases:
        unknown = workload.groups.unknown
        unseen = [g for g in workload.groups.groups if g.is_elsewhere and g.key not in settings["trusted"]]
        if workload.resource is not None and unknown is not None:
            yield workload.resource, undecided(unknown)
        elif workload.resource is not None and unseen:
            rules = Unknown(f"what {unseen[0].label} allows", Cause.OUTSIDE_STACK)
            yield workload.resource, undecided(rules, whether="its security group accepts groups only")
    judged: dict[str, tuple[Resource, list[Verdict]]] = {}
    for rule in stack.shared(Rules).written(Direction.INGRESS):
        for workload in databases:
            answers = [(group, rule.owner.has(group)) for group in workload.groups.groups]
            belongs = True if True in [answer for _, answer in answers] else None
            if belongs is None and not any(answer is None for _, answer in answers):
                continue
            verdict = _only_groups(rule, settings)
            sure = belongs is True and workload.groups.certain and rule.entry.direction is Direction.INGRESS
            if verdict.is_violation and not sure:
                verdict = undecided(*_doubts(workload, rule), whether=f"the rule is for {workload.label}")
            home = workload.resource if rule.home.is_read and workload.resource else rule.home
            judged.setdefault(home.urn, (home, []))[1].append(verdict)
    for resource, verdicts in judged.values():
        yield resource, all_in(verdicts)


def _doubts(workload: Workload, rule: Rule) -> list[Value]:
    """What has to be known to tell whether an ingress rule is for a workload."""
    direction = [] if rule.entry.direction is Direction.INGRESS else [rule.home["type"]]
    return [*rule.owner.doubts, *workload.groups.doubts, *direction]


def _only_groups(rule: Rule, settings: Settings) -> Verdict:
    peer = rule.peer
    ranges, lists = trusted_sources(settings)
    if peer.meant is not None or (peer.range is not None and any(covers(inside, peer.range) for inside in ranges)):
        return COMPLIANT
    if peer.is_in_one_of(lists):
        return COMPLIANT
    # A list that is not known yet, or that stands in one, may turn out to have no address in it.
    if peer.value.is_unknown and (settings["trusted"] or peer.value.is_list):
        return open_value(peer.value)
    return mismatch(rule.peer.value.path, str(rule.peer), "a security group")
