"""Security groups: which traffic each rule allows, with whom, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from pulumi_guardrails.aws.network.model.cidr_and_ports import covers
from pulumi_guardrails.aws.network.model.declared_rules import RULE_LOCATIONS, Direction, Entry, entries
from pulumi_guardrails.aws.network.model.eni_owners import ENI_OWNERS
from pulumi_guardrails.aws.network.model.security_group_rules import Rule, Rules
from pulumi_guardrails.aws.network.model.security_groups import Group, Groups
from pulumi_guardrails.aws.network.model.unknowns import external, unreadable
from pulumi_guardrails.aws.network.model.workloads import Attachments, Workload
from pulumi_guardrails.aws.network.reachability.tiers import SETTINGS, trusted_sources
from pulumi_guardrails.aws.network.rule_checks import (
    MAXIMUM_PORTS,
    internet_peers,
    not_wide,
    together,
    unknown_peer,
    verdict_on_rules,
)
from pulumi_guardrails.aws.resource_types import (
    EGRESS_RULE,
    INGRESS_RULE,
    RDS_CLUSTER,
    RDS_INSTANCE,
    SECURITY_GROUP,
    SECURITY_GROUP_RULE,
)
from pulumi_guardrails.core.once import once
from pulumi_guardrails.core.policy import (
    Constraint,
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
from pulumi_guardrails.core.three_valued import Answer, kleene_all, kleene_any
from pulumi_guardrails.core.value import Value
from pulumi_guardrails.core.verdict import (
    COMPLIANT,
    Cause,
    Unknown,
    Verdict,
    all_in,
    not_applicable,
    undecided,
    violation,
)

_FIRST_DYNAMIC = 32768
"""The lowest port that Docker and Amazon ECS give a container on a host (Amazon ECS API Reference, PortMapping)."""

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
    title="Ingress rules do not allow all protocols or all ports",
    why=(
        "A rule for all ports also opens what nobody thought of: the next service on the host, the debugger, the "
        "agent. A rule should name the ports it is for."
    ),
    severity=Severity.MEDIUM,
    kinds=(SECURITY_GROUP, SECURITY_GROUP_RULE, INGRESS_RULE),
    rows=("No all-protocol or all-port ingress",),
    settings={"maximumPorts": MAXIMUM_PORTS},
    remediation_steps="Set the protocol to tcp, and from_port and to_port to what the service listens on.",
    example=_RULE_EXAMPLE,
    url=_RULES_URL,
    topics=(Topic.NETWORK, Topic.SECURITY_GROUPS),
)
def sg_no_wide_ingress(resource: Resource, settings: Settings) -> Verdict:
    """Too many ports count as all of them; the limit is configuration."""

    def narrow(entry: Entry) -> Verdict:
        verdict, documented = not_wide(entry, settings["maximumPorts"]), _is_documented(entry)
        if documented:
            return COMPLIANT
        parts = (entry.refers_to_itself, entry.group, *entry.groups)
        unknown = [part for part in parts if part is not None and part.is_unknown]
        question = f"{entry.subject} allows all traffic between the members of one group only"
        return undecided(*unknown, whether=question) if documented is None and verdict.is_violation else verdict

    verdicts = ((e, narrow(e)) for e in entries(resource) if e.may_be(Direction.INGRESS))
    return verdict_on_rules(resource, Direction.INGRESS, verdicts)


def _is_documented(entry: Entry) -> Answer:
    """Whether AWS documents a wide rule as what a service needs, for no address but only for security groups.

    A group whose members talk to each other on all ports (AWS Glue Developer Guide, "Setting up networking for
    development"; Amazon MWAA User Guide, "Security in your VPC"), and the ports that the host chooses for containers
    (Amazon ECS API Reference, PortMapping, hostPort).
    """
    if entry.ranges or entry.prefix_lists:
        return False
    itself = entry.refers_to_itself
    if not entry.groups:
        return False if itself is None else itself.is_true()
    traffic = entry.traffic
    if traffic is not None and traffic.protocol == "tcp" and traffic.low >= _FIRST_DYNAMIC:
        return True
    return entry.group is not None and kleene_all(_is_same_group(entry.group, group) for group in entry.groups)


def _is_same_group(owner: Value, other: Value) -> Answer:
    """Whether a rule's own group is also its peer: by its id, or by the one resource that each is computed from."""
    if owner.is_known and other.is_known:
        return owner.as_text() == other.as_text()
    unknown = [value.property_name for value in (owner, other) if value.is_unknown]
    of_one = other.owner.have_one_source(unknown[0], unknown[-1]) if other.owner is not None else None
    # A group that does not exist yet is none whose id is known.
    return False if of_one and len(unknown) == 1 else of_one


@ResourcePolicy(
    title="Egress rules do not allow all traffic to the internet",
    why=(
        "A workload that can reach every address on every port can exfiltrate data and take commands from anywhere. "
        "Declare egress port by port; a group without an egress rule allows no outbound traffic, because the provider "
        "removes the rule that AWS adds."
    ),
    severity=Severity.MEDIUM,
    kinds=(SECURITY_GROUP, SECURITY_GROUP_RULE, EGRESS_RULE),
    rows=("No all-traffic egress to the internet; egress is declared",),
    settings={"maximumPorts": MAXIMUM_PORTS, "trusted": SETTINGS["trusted"]},
    remediation_steps=(
        "Set the protocol to tcp and the port that is needed, such as 443, or reference a security group in place of "
        "the range."
    ),
    example=_EGRESS_EXAMPLE,
    url=_RULES_URL,
    topics=(Topic.NETWORK, Topic.SECURITY_GROUPS, Topic.EGRESS),
)
def sg_no_wide_egress(resource: Resource, settings: Settings) -> Verdict:
    """Judges rules to public addresses; a rule to a group or a private range may be wider.

    Where a rule references a prefix list of the stack, `sg-no-wide-egress-by-list` judges its entries.
    """

    def verdicts() -> Iterator[tuple[Entry, Verdict]]:
        for entry in entries(resource):
            if not entry.may_be(Direction.EGRESS):
                continue
            wide = not_wide(entry, settings["maximumPorts"])
            targets = internet_peers(entry, settings)
            if wide.is_compliant or not any(is_public is not False for _, is_public in targets):
                yield entry, COMPLIANT
            elif wide.is_violation and not any(is_public for _, is_public in targets):
                unknowns = [unknown_peer(entry, value) for value, is_public in targets if is_public is None]
                yield entry, undecided(*unknowns, whether=f"{entry.subject} allows traffic to the internet")
            else:
                yield entry, wide

    return verdict_on_rules(resource, Direction.EGRESS, verdicts())


@ResourcePolicy(
    title="Security groups and their rules have a description",
    why=(
        "Nobody dares to remove a rule whose purpose is unknown, so it stays open forever. The description that the "
        "provider fills in says nothing."
    ),
    severity=Severity.LOW,
    kinds=RULE_LOCATIONS,
    rows=("Every group and every rule has a description",),
    remediation_steps='State its purpose, such as description="HTTPS from the internet".',
    example=_RULE_EXAMPLE,
    url=_RULES_URL,
    topics=(Topic.NETWORK, Topic.SECURITY_GROUPS, Topic.DOCUMENTATION),
)
def sg_described(resource: Resource, _settings: Settings) -> Verdict:
    """Covers rules wherever they are declared; a VPC's default group has no description to set."""
    rules = [_described(entry.description) for entry in entries(resource) if not _is_unread(entry)]
    unread = [undecided(entry.description) for entry in entries(resource) if _is_unread(entry)]
    if resource.kind is SECURITY_GROUP:
        return all_in([_described(resource["description"]), *rules, *unread])
    return all_in([*rules, *unread], not_applicable("no rules"))


def _is_unread(entry: Entry) -> bool:
    return entry.description.is_unknown


def _described(description: Value) -> Verdict:
    return description.must(
        lambda text: isinstance(text, str) and bool(text.strip()) and not text.startswith("Managed by "),
        "a description of its purpose",
    )


@StackPolicy(
    title="Every security group is attached to a resource",
    why=(
        "An unused security group is a leftover: one day it is attached to something without a review of its rules. "
        "Advisory, because a group may be made for another stack to use."
    ),
    severity=Severity.MEDIUM,
    kinds=(SECURITY_GROUP, *ENI_OWNERS),
    rows=("A group is attached to something",),
    controls=controls(FSBP="EC2.22", ISO27001="A.8.20 A.8.21 A.8.22"),
    remediation_steps="Attach the security group, or remove it.",
    example='aws.lb.LoadBalancer("api", security_groups=[load_balancer_group.id], subnets=public_subnet_ids)',
    url=_GROUPS_URL,
    topics=(Topic.NETWORK, Topic.SECURITY_GROUPS),
)
def sg_attached(stack: Stack, _settings: Settings) -> Iterator[tuple[Resource, Verdict]]:
    """Any resource whose property is computed from the group counts, also of a kind the pack does not know."""
    attachments = stack.shared(Attachments)
    open_question = once(_possibly_attached)
    for resource in stack.of(SECURITY_GROUP):
        group = stack.shared(Groups).of(resource)
        mentions = attachments.mentions_of(group)
        if attachments.is_attached(group) or any(mention.certain for mention in mentions):
            yield resource, COMPLIANT
            continue
        attached = attachments.attached_to(group)
        verdict = open_question(attached)
        if verdict is not None:
            yield resource, verdict
        elif attached or mentions:
            yield resource, undecided(*(mention.value for mention in mentions))
        else:
            yield resource, violation("it is attached to nothing in this stack")


def _possibly_attached(attached: Iterable[tuple[Workload, bool]]) -> Verdict | None:
    """Undecided by what has to be known to tell whether something has a group; None where nothing leaves it open."""
    doubts = [external(doubt) for workload, _ in attached for doubt in workload.groups.doubts]
    return undecided(*doubts) if doubts else None


@StackPolicy(
    title="The security group of a database allows traffic from security groups only",
    why=(
        "An address range allows traffic from whatever has one of its addresses today and tomorrow. A security group "
        "allows it only from resources that the group was attached to on purpose."
    ),
    severity=Severity.HIGH,
    constraint=Constraint.SECURITY_GROUP_CHAIN,
    kinds=(*RULE_LOCATIONS, RDS_CLUSTER, RDS_INSTANCE),
    rows=("A database's group accepts no address range, only groups",),
    settings={
        "trusted": list_setting(
            [],
            "Address ranges, and ids of prefix lists, from which a database may be reached as well as from security "
            "groups; and ids of security groups of another stack that are attached to a database and judged there.",
        )
    },
    remediation_steps="Reference the security group of the clients, not a range.",
    example="""\
aws.rds.Cluster("db", engine="aurora-postgresql", vpc_security_group_ids=[database_group.id])
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
    """Judges every ingress rule of every group attached to a database; prefix lists are ranges as well."""
    attachments = stack.shared(Attachments)
    databases = [w for w in attachments.workloads if w.resource and w.resource.kind in (RDS_CLUSTER, RDS_INSTANCE)]
    question = "its security groups allow traffic from security groups only"
    unseen_in: Callable[[tuple[Group, ...]], list[Group]] = once(
        lambda groups: [group for group in groups if group.is_external and group.key not in settings["trusted"]]
    )
    for workload in databases:
        unseen = unseen_in(workload.groups.groups)
        if workload.resource is not None and workload.groups.unknown is not None:
            yield workload.resource, undecided(external(workload.groups.unknown), whether=question)
        elif workload.resource is not None and unseen:
            rules = [Unknown(group.label, Cause.OUTSIDE_STACK) for group in unseen]
            yield workload.resource, undecided(*rules, whether=question).answered_by("trusted")
    by_groups: dict[tuple[Group, ...], list[int]] = {}
    for place, workload in enumerate(databases):
        by_groups.setdefault(workload.groups.groups, []).append(place)
    by_group: dict[Group, list[list[int]]] = {}
    for groups, places in by_groups.items():
        for group in groups:
            by_group.setdefault(group, []).append(places)
    by_resource: dict[str, tuple[Resource, list[Verdict]]] = {}
    for rule in stack.shared(Rules).in_direction(Direction.INGRESS):
        owner = rule.owner
        having = {place for group in owner.groups for places in by_group.get(group, ()) for place in places}
        candidates = range(len(databases)) if owner.unknown is not None else sorted(having)
        for workload in (databases[place] for place in candidates):
            belongs = kleene_any(
                kleene_all([rule.owner.has(group), workload.groups.has(group)]) for group in workload.groups.groups
            )
            if belongs is False:
                continue
            verdict = _only_groups(rule, settings)
            if verdict.is_violation and (belongs is None or rule.entry.direction is not Direction.INGRESS):
                unknowns = _unknowns(workload, rule, belongs)
                verdict = undecided(*unknowns, whether=f"{rule.subject} is an ingress rule of {workload.label}")
            resource = workload.resource if rule.declared_in.is_read and workload.resource else rule.declared_in
            by_resource.setdefault(resource.urn, (resource, []))[1].append(verdict)
    for resource, verdicts in by_resource.values():
        yield resource, together(verdicts)


def _unknowns(workload: Workload, rule: Rule, belongs: Answer) -> list[Unknown]:
    """What has to be known to tell whether a rule is an ingress rule of a group of a workload."""
    found = [external(value) for value in (*rule.owner.doubts, *workload.groups.doubts)] if belongs is None else []
    direction = [] if rule.entry.direction is Direction.INGRESS else [unreadable(rule.declared_in["type"])]
    return [*found, *direction]


def _only_groups(rule: Rule, settings: Settings) -> Verdict:
    peer = rule.peer
    ranges, lists = trusted_sources(settings)
    if peer.groups is not None or (peer.range is not None and any(covers(inside, peer.range) for inside in ranges)):
        return COMPLIANT
    if peer.is_in_one_of(lists):
        return COMPLIANT
    # A list that is not known yet, or the entries of one, may turn out to have no address in it.
    if peer.value.is_unknown and (settings["trusted"] or peer.value.is_list):
        return undecided(*peer.unknowns)
    if peer.doubts:
        return undecided(*peer.doubts, whether=f"{rule.subject} allows traffic from {peer}")
    return violation(
        f"{rule.subject} allows {rule.shown_traffic} from {peer}; a database accepts traffic from security groups only",
        path=peer.value.path,
        actual=str(peer),
        expected="a security group",
        fix=f"Set{rule.entry.place} {rule.entry.group_argument} to the security group of the clients, not a range.",
    ).answered_by("trusted" if peer.range is not None or peer.list_id is not None else "")
