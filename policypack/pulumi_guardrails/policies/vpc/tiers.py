"""Traffic between tiers, checked on the graph of who can reach whom: internet → load balancer → tasks → database."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence

from pulumi_guardrails.aws.network.model.declared_rules import RULE_LOCATIONS, Direction
from pulumi_guardrails.aws.network.model.eni_owners import ENI_OWNERS
from pulumi_guardrails.aws.network.model.security_group_rules import Rule, Rules
from pulumi_guardrails.aws.network.model.security_groups import Group, Groups
from pulumi_guardrails.aws.network.model.subnets import Subnets
from pulumi_guardrails.aws.network.model.unknowns import external, unreadable
from pulumi_guardrails.aws.network.model.workloads import Workload
from pulumi_guardrails.aws.network.reachability.graph import Graph
from pulumi_guardrails.aws.network.reachability.path_unknowns import external_rules, path_unknowns
from pulumi_guardrails.aws.network.reachability.paths import Hop, Path, shown
from pulumi_guardrails.aws.network.reachability.tier_rules import TierRules
from pulumi_guardrails.aws.network.reachability.tiers import SETTINGS, Tier, trusted_sources
from pulumi_guardrails.aws.network.rule_checks import together
from pulumi_guardrails.aws.resource_types import DEFAULT_VPC, VPC
from pulumi_guardrails.core.policy import Constraint, Settings, Severity, StackPolicy, Topic, controls
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.three_valued import Answer
from pulumi_guardrails.core.verdict import (
    COMPLIANT,
    Cause,
    Finding,
    Outcome,
    Unknown,
    Verdict,
    all_in,
    undecided,
    violation,
)

_ROW_INTERNET = (
    "No ingress from 0.0.0.0/0 or ::/0 except where the tier is declared public, and then only on its declared ports"
)

_EXAMPLE = """\
aws.lb.LoadBalancer("api", security_groups=[load_balancer_group.id], subnets=public_subnet_ids)
aws.ecs.Service("api", network_configuration={"subnets": private_subnet_ids, "security_groups": [task_group.id]})
aws.vpc.SecurityGroupIngressRule(
    "task-load-balancer",
    security_group_id=task_group.id,
    referenced_security_group_id=load_balancer_group.id,
    ip_protocol="tcp",
    from_port=8080,
    to_port=8080,
    description="Requests from the load balancer",
)"""


@StackPolicy(
    title="Each tier accepts traffic only on its declared ports and from its declared tiers",
    why=(
        "Traffic passes from the internet to the load balancer, the tasks and the database, tier by tier, so that the "
        "compromise of one tier is not that of the next. Any other rule of a tier's security group bypasses this: an "
        "additional port, an address range in place of a group, or a group that is also attached to something else. "
        "The tiers and their ports are configuration."
    ),
    severity=Severity.HIGH,
    constraint=Constraint.SECURITY_GROUP_CHAIN,
    kinds=(*RULE_LOCATIONS, *ENI_OWNERS),
    rows=(_ROW_INTERNET, "A database's group accepts no address range, only groups"),
    settings={"tiers": SETTINGS["tiers"]},
    remediation_steps="Reference the security group of the source tier, with the declared port only.",
    example=_EXAMPLE,
    url="https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
    topics=(Topic.NETWORK, Topic.SECURITY_GROUPS, Topic.NETWORK_SEGMENTATION),
)
def network_chain(stack: Stack, settings: Settings) -> Iterator[tuple[Resource, Verdict]]:
    """Every ingress rule of every group attached to a tier, wherever declared, has to be one that the tier allows."""
    tier_rules = TierRules(stack, settings)
    members = tier_rules.members()
    wrong = tier_rules.configuration_error()
    for workload, tier in members:
        if workload.resource is not None:
            yield workload.resource, wrong or _has_groups_of_its_own(stack, tier_rules, workload, tier)
    if wrong:
        return
    by_resource: dict[str, tuple[Resource, list[Verdict]]] = {}
    for rule in stack.shared(Rules).in_direction(Direction.INGRESS):
        verdicts = [_at(tier_rules, tier, rule, sure) for tier, sure in _tiers_of(tier_rules, rule)]
        for resource in tier_rules.attachments.reported_at(rule) if verdicts else ():
            by_resource.setdefault(resource.urn, (resource, []))[1].extend(verdicts)
    for resource, verdicts in by_resource.values():
        yield resource, together(verdicts).answered_by("tiers")


def _has_groups_of_its_own(stack: Stack, tier_rules: TierRules, workload: Workload, tier: Tier) -> Verdict:
    groups = workload.groups
    if groups.unknown is not None:
        return undecided(
            external(groups.unknown), whether=f"its security groups allow only what the {tier.name} tier accepts"
        )
    defaults = [group for group in groups.groups if group.is_default]
    if not defaults:
        return all_in(
            [_unseen_rules(group, tier) for group in groups.groups if not tier_rules.knows_rules_of(group, tier)]
        )
    adoptions = [value for group in defaults for value in stack.shared(Groups).possible_adoptions(group)]
    open_values = [*adoptions, *(groups.doubts if len(defaults) < len(groups.groups) else ())]
    if open_values:
        question = "its security group is a default one with the rules AWS gives it"
        return undecided(*map(external, open_values), whether=question)
    return violation(
        f"its security group is {defaults[0].label}, which allows all traffic between its members; "
        f"the {tier.name} tier accepts {tier.accepts}",
        actual=defaults[0].label,
        expected=f"a security group of its own that allows {tier.accepts}",
        fix="Attach a security group of its own.",
    )


def _unseen_rules(group: Group, tier: Tier) -> Verdict:
    return undecided(
        Unknown(group.label, Cause.OUTSIDE_STACK),
        whether=f"its security groups allow only what the {tier.name} tier accepts",
    )


def _tiers_of(tier_rules: TierRules, rule: Rule) -> list[tuple[Tier, bool]]:
    """The tiers to whose members the group of a rule is attached, each with whether that is certain."""
    found: dict[Tier, bool] = {}
    if rule.owner.unknown is not None:
        found = {tier: False for _, tier in tier_rules.members()}
    for group in rule.owner.groups:
        for tier, sure in tier_rules.different_tiers_of(group).items():
            certain = sure and rule.owner.certain and rule.entry.direction is Direction.INGRESS
            found[tier] = certain or found.get(tier, False)
    return list(found.items())


def _at(tier_rules: TierRules, tier: Tier, rule: Rule, sure: bool) -> Verdict:
    verdict = tier_rules.allows(tier, rule)
    if sure or not verdict.is_violation:
        return verdict
    return undecided(
        *_owner_unknowns(tier_rules, rule), whether=f"{rule.subject} is an ingress rule of the {tier.name} tier"
    )


def _owner_unknowns(tier_rules: TierRules, rule: Rule) -> list[Unknown]:
    """What has to be known to tell to what the group of a rule is attached, and that the rule is an ingress rule."""
    found = [] if rule.entry.direction is Direction.INGRESS else [unreadable(rule.declared_in["type"])]
    groups = rule.owner.groups
    attached = [found for group in groups for found in tier_rules.attachments.attached_to(group)]
    values = [*rule.owner.doubts, *(doubt for w, sure in attached if not sure for doubt in w.groups.doubts)]
    values += [value for w, _ in attached for value in tier_rules.tier_unknowns(w)]
    values += [g.resource["name"] for g in groups if g.resource is not None and g.resource["name"].is_unknown]
    return [*found, *dict.fromkeys(map(external, values))]


@StackPolicy(
    title="The internet reaches a private tier only through the tiers that are declared before it",
    why=(
        "A tier that accepts no traffic from the internet can still be reached through something that does: a rule "
        "that references an open security group, a rule for the whole network, a rule for all members of a group, a "
        "default security group. The graph of all rules shows such a path, hop by hop, before anything is created."
    ),
    severity=Severity.CRITICAL,
    constraint=Constraint.PRIVATE_TASKS,
    danger=True,
    kinds=(*RULE_LOCATIONS, *ENI_OWNERS),
    rows=(_ROW_INTERNET,),
    controls=controls(SOC2="cc_6_6", ISO27001="A.8.20 A.8.21 A.8.22"),
    settings=SETTINGS,
    remediation_steps="Remove the rule that allows the last hop, or let it reference the group of the source tier.",
    example=_EXAMPLE,
    url="https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html",
    topics=(Topic.NETWORK, Topic.SECURITY_GROUPS, Topic.NETWORK_SEGMENTATION),
)
def no_internet_path_to_private_tier(stack: Stack, settings: Settings) -> Iterator[tuple[Resource, Verdict]]:
    """A path is a violation where its last hop, into the private tier, is not one that the declaration has."""
    tier_rules = TierRules(stack, settings)
    wrong = tier_rules.configuration_error()
    members = [(workload, tier, True) for workload, tier in tier_rules.members()]
    members += [(workload, tier, False) for workload, tier in tier_rules.possible_members()]
    private = [member for member in members if not member[1].is_public and member[0].resource]
    if not private:
        return
    ranges, lists = trusted_sources(settings)
    graph = Graph(stack, ranges, frozenset(lists))
    sources = graph.reached_apart(lambda one: _as_source(tier_rules, one))
    reported: set[tuple[str, str, str]] = set()
    for workload, tier, is_member in private:
        assert workload.resource is not None
        if wrong:
            yield workload.resource, wrong
        else:
            yield from _paths_to(graph, tier_rules, sources, reported, (workload, tier, is_member))


def _paths_to(
    graph: Graph,
    tier_rules: TierRules,
    sources: Sequence[Workload],
    reported: set[tuple[str, str, str]],
    member: tuple[Workload, Tier, bool],
) -> Iterator[tuple[Resource, Verdict]]:
    """The paths to a member of a tier, or a possible one, each by a rule that has not been reported yet."""
    workload, tier, is_member = member
    assert workload.resource is not None
    is_reached, doubt, doubtful = False, COMPLIANT, workload.resource
    rules: list[Rule] | None = None
    waiting: deque[Workload | None] = deque([None, *graph.sources_of(workload, sources)])

    def is_closed() -> bool:
        return doubt is not COMPLIANT and not doubtful.is_read

    while waiting:
        source = waiting.popleft()
        for hop in graph.hops_to(workload, source, is_closed):
            # A finding on a resource that is only read is of no use: one on what the stack can change replaces it.
            is_open = doubt is COMPLIANT or doubtful.is_read
            if hop.ingress is None:
                if is_open:
                    doubt = _external_rules(tier_rules, workload, tier)
                    way = graph.ways_to(source, workload, certainly=False)
                    doubtful = doubtful if way is None else _to_report_at(workload.resource, (*way, hop))
                continue
            declared = _is_declared(tier_rules, tier, hop)
            if declared is True:
                continue
            way = graph.ways_to(source, workload, certainly=True)
            if way is not None and hop.certain and declared is False:
                if not is_member:
                    doubtful = _to_report_at(workload.resource, (*way, hop))
                    doubt = _path_to_possible_member(tier_rules, workload, tier, (*way, hop))
                    continue
                is_reached = True
                key = _key(hop.ingress, workload)
                if key not in reported:
                    reported.add(key)
                    path = (*way, hop)
                    found = _open_path(graph.subnets, workload, tier, path).answered_by("tiers")
                    yield _resource_to_change(path), found
                    # What comes in by a rule that has been reported would not be reported again.
                    rules = [rule for rule, _ in graph.ingress_rules(workload)] if rules is None else rules
                    rules = [rule for rule in rules if _key(rule, workload) not in reported]
                    waiting = deque(graph.let_in(filter(None, waiting), workload, rules))
                continue
            way = graph.ways_to(source, workload, certainly=False) if is_open else None
            if way is not None:
                doubtful = _to_report_at(workload.resource, (*way, hop))
                doubt = _possible_path(graph, tier_rules, tier, (*way, hop))
    if not is_reached:
        yield doubtful, doubt


def _key(rule: Rule, workload: Workload) -> tuple[str, str, str]:
    """What a path is reported once for: the rule that lets it in, and what it leads to."""
    return (rule.declared_in.urn, rule.entry.path, workload.key)


def _as_source(tier_rules: TierRules, workload: Workload) -> tuple[str, bool]:
    """What decides whether a hop from something is declared."""
    tier = tier_rules.tier_of(workload)
    return (tier.name if tier is not None else "", bool(tier_rules.tier_unknowns(workload)))


def _external_rules(tier_rules: TierRules, workload: Workload, tier: Tier) -> Verdict:
    """Undecided where groups are attached whose rules the stack does not show, nor the declaration answers for."""
    if workload.groups.unknown is None and all(tier_rules.knows_rules_of(g, tier) for g in workload.groups.groups):
        return COMPLIANT
    question = f"its security groups allow only what the {tier.name} tier accepts"
    return undecided(*external_rules(workload), whether=question)


def _possible_path(graph: Graph, tier_rules: TierRules, tier: Tier, path: Path) -> Verdict:
    """Undecided because of what has to be known to tell whether a path exists, and is not a declared one."""
    hop = path[-1]
    unknowns = path_unknowns(graph, path)
    unknowns += [] if tier.port_unknown is None else [tier.port_unknown]
    unknowns += [] if tier.source_unknown is None else [unreadable(tier.source_unknown)]
    if hop.ingress is not None and hop.ingress.traffic is None:
        unknowns.append(unreadable(hop.ingress.entry.traffic_value))
    if hop.source is not None:
        unknowns += map(external, tier_rules.tier_unknowns(hop.source))
    return undecided(*dict.fromkeys(unknowns), whether=f"the internet reaches it by the path {shown(path)}")


def _path_to_possible_member(tier_rules: TierRules, workload: Workload, tier: Tier, path: Path) -> Verdict:
    question = f"it is in the {tier.name} tier, which accepts {tier.accepts}: the internet reaches it by {shown(path)}"
    return undecided(*map(external, tier_rules.tier_unknowns(workload)), whether=question)


def _is_declared(tier_rules: TierRules, tier: Tier, hop: Hop) -> Answer:
    """Whether a hop into `tier` is one that the declaration has; `None` where that is not known."""
    if hop.source is None or hop.ingress is None:
        return False
    source = tier_rules.tier_of(hop.source)
    # A rule for a range is for more than what the stack shows of it; one that references a group is for its members.
    is_meant = hop.source.resource is not None and hop.ingress.peer.groups is not None
    if not (tier_rules.is_source(tier, source) if is_meant else source is not None and source.name in tier.sources):
        return None if tier_rules.tier_unknowns(hop.source) or tier.source_unknown is not None else False
    settled = tier.port_source is None and hop.ingress.traffic is not None
    return hop.ingress.traffic.is_only(tier.ports) if settled and hop.ingress.traffic else None


def _to_report_at(resource: Resource, path: Path) -> Resource:
    """Where to say that a path to a resource is possible: at the resource, or what to change if that is only read."""
    return _resource_to_change(path) if resource.is_read else resource


def _resource_to_change(path: Path) -> Resource:
    """What the stack can change to close a path: the rule of its last hop, or what is next if that is only read."""
    found: list[Resource | None] = []
    for hop in reversed(path):
        found += [hop.ingress.declared_in if hop.ingress else None, hop.target.resource]
        found += [hop.egress.declared_in if hop.egress else None]
    made = [resource for resource in found if resource is not None]
    return next((resource for resource in made if not resource.is_read), made[0])


def _open_path(subnets: Subnets, workload: Workload, tier: Tier, path: Path) -> Verdict:
    public = [subnet for subnet in workload.placement.subnets if subnets.internet_route(subnet).exists]
    place = ""
    if public and workload.placement.certain:
        route = subnets.internet_route(public[0]).label
        place = f"; {workload.label} is in {public[0].label}, which has a route to an internet gateway ({route})"
    if workload.in_default_vpc is True:
        place = f"; {workload.label} is in the default VPC, whose subnets have a route to an internet gateway"
    found = Finding(
        f"the internet reaches {workload.label}: {shown(path)}{place}; the {tier.name} tier accepts {tier.accepts}",
        actual=shown(path),
        expected=tier.accepts,
        fix=_adopt(workload, path[-1]),
        trail=tuple(hop.key for hop in path),
    )
    return Verdict(Outcome.VIOLATION, (found,))


def _adopt(workload: Workload, hop: Hop) -> str:
    """Advice where the last hop is allowed by no rule of the program, but by those that AWS gives a default group."""
    if hop.ingress is None or hop.ingress.declared_in.kind not in (VPC, DEFAULT_VPC):
        return ""
    adopted = "aws.ec2.DefaultSecurityGroup(name, vpc_id=vpc.id)"
    return (
        f"Attach a security group of its own to {workload.label}, and adopt the default one without rules: {adopted}."
    )
