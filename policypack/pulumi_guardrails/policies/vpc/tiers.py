"""The chain of tiers, proved on the graph of who can reach whom: internet → load balancer → tasks → database."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from pulumi_guardrails.aws.network.model.eni_owners import ENI_OWNERS
from pulumi_guardrails.aws.network.model.security_group_rules import RULE_LOCATIONS, Direction, Rule, Rules
from pulumi_guardrails.aws.network.model.security_groups import Group
from pulumi_guardrails.aws.network.model.subnets import Subnets, names_no_place
from pulumi_guardrails.aws.network.model.workloads import Workload
from pulumi_guardrails.aws.network.reachability.graph import Graph
from pulumi_guardrails.aws.network.reachability.paths import Hop, Path, shown
from pulumi_guardrails.aws.network.reachability.tier_rules import Chain
from pulumi_guardrails.aws.network.reachability.tiers import SETTINGS, Tier, trusted_sources
from pulumi_guardrails.aws.network.rule_checks import open_value
from pulumi_guardrails.aws.rds import subnet_group_source
from pulumi_guardrails.aws.resource_types import ECS_SERVICE, ECS_TASK_SET, RDS_CLUSTER, RDS_INSTANCE, RDS_SUBNET_GROUP
from pulumi_guardrails.core.policy import Settings, Severity, StackPolicy, Topic, controls, list_setting
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.value import Value
from pulumi_guardrails.core.verdict import COMPLIANT, Cause, Unknown, Verdict, all_in, mismatch, undecided

_ROW_INTERNET = (
    "No ingress from 0.0.0.0/0 or ::/0 except where the tier is declared public, and then only on its declared ports"
)
_ROW_PRIVATE_ROUTE = "A private subnet's route table has no route to an internet gateway"

_EXAMPLE = """\
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
    title="Each tier accepts its declared ports from its declared tiers, and nothing else",
    why=(
        "The chain internet → load balancer → tasks → database is what keeps a break-in at one tier from being one at "
        "the next. Any other rule on a tier's group is a way around it, be it a port too many, an address range in "
        "place of a group, or a group that something else carries as well. The tiers and ports are configuration."
    ),
    severity=Severity.HIGH,
    kinds=(*RULE_LOCATIONS, *ENI_OWNERS),
    rows=(_ROW_INTERNET, "A database's group accepts no address range, only groups"),
    settings={"tiers": SETTINGS["tiers"]},
    remediation_steps="Let the rule name the group of the tier before it, and the declared port only.",
    example=_EXAMPLE,
    url="https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
    topics=(Topic.NETWORK, Topic.SECURITY_GROUPS, Topic.NETWORK_SEGMENTATION),
)
def network_chain(stack: Stack, settings: Settings) -> Iterator[tuple[Resource, Verdict]]:
    """Every ingress rule of every group that a tier carries, wherever it is written, has to be one of the chain."""
    chain = Chain(stack, settings)
    members = chain.members()
    wrong = chain.misdeclared()
    rules = stack.shared(Rules)
    for workload, tier in members:
        if workload.resource is not None:
            yield workload.resource, wrong or _has_groups_of_its_own(chain, workload, tier)
    if not members or wrong:
        return
    judged: dict[str, tuple[Resource, list[Verdict]]] = {}
    for rule in rules.written(Direction.INGRESS):
        verdicts = [verdict for tier, sure in _tiers_of(chain, rule) for verdict in [_at(chain, tier, rule, sure)]]
        for home in chain.attachments.answering_for(rule) if verdicts else ():
            judged.setdefault(home.urn, (home, []))[1].extend(verdicts)
    for home, verdicts in judged.values():
        yield home, all_in(verdicts)


def _has_groups_of_its_own(chain: Chain, workload: Workload, tier: Tier) -> Verdict:
    unknown = workload.groups.unknown
    if unknown is not None:
        return undecided(unknown)
    default = next((group for group in workload.groups.groups if group.is_default), None)
    if default is None:
        return all_in(
            [_unseen_rules(group) for group in workload.groups.groups if not chain.knows_rules_of(group, tier)]
        )
    return mismatch(
        "its security group",
        f"{default.label}, which lets in all traffic of everything else that carries it",
        f"a group that lets in {tier.accepts} only",
        "Give it a security group of its own.",
    )


def _unseen_rules(group: Group) -> Verdict:
    rules = Unknown(f"what {group.label} allows", Cause.OUTSIDE_STACK)
    return undecided(rules, whether="its security group allows the declared traffic only")


def _tiers_of(chain: Chain, rule: Rule) -> list[tuple[Tier, bool]]:
    """The tiers whose members carry the group a rule belongs to, each with whether that is certain."""
    if rule.owner.unknown is not None and not rule.owner.groups:
        return [(tier, False) for tier in dict.fromkeys(tier for _, tier in chain.members())]
    found: dict[Tier, bool] = {}
    for group in rule.owner.groups:
        for _, tier, sure in chain.tiers_of(group):
            certain = sure and rule.owner.certain and rule.entry.direction is Direction.INGRESS
            found[tier] = certain or found.get(tier, False)
    return list(found.items())


def _at(chain: Chain, tier: Tier, rule: Rule, sure: bool) -> Verdict:
    verdict = chain.admits(tier, rule)
    if sure or not verdict.is_violation:
        return verdict
    return undecided(*_doubts(chain, rule), whether=f"the rule is one of the {tier.name} tier")


def _doubts(chain: Chain, rule: Rule) -> list[Value]:
    """What has to be known to tell to what the group of a rule is attached, and that the rule is an ingress rule."""
    value = rule.entry.group
    found = [value] if value is not None and value.is_unknown else []
    if rule.entry.direction is not Direction.INGRESS:
        found.append(rule.home["type"])
    attached = [w for group in rule.owner.groups for w, sure in chain.attachments.with_group(group) if not sure]
    return [*found, *rule.owner.doubts, *(doubt for workload in attached for doubt in workload.groups.doubts)]


@StackPolicy(
    title="No path leads from the internet to a private tier but the declared chain",
    why=(
        "A tier that accepts no internet traffic can still be reached through something that does: a group that refers "
        "to an open group, a rule for the whole network, a rule for all members of a group, a default group. The graph "
        "of all rules shows such a path, hop by hop, before anything is made."
    ),
    severity=Severity.CRITICAL,
    kinds=(*RULE_LOCATIONS, *ENI_OWNERS),
    rows=(_ROW_INTERNET,),
    controls=controls(SOC2="cc_6_6", ISO27001="A.8.20 A.8.21 A.8.22"),
    settings=SETTINGS,
    remediation_steps="Remove the rule that opens the last hop, or let it name the group of the tier before it.",
    example=_EXAMPLE,
    url="https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html",
    topics=(Topic.NETWORK, Topic.SECURITY_GROUPS, Topic.NETWORK_SEGMENTATION),
)
def no_internet_path_to_private_tier(stack: Stack, settings: Settings) -> Iterator[tuple[Resource, Verdict]]:
    """A path is a violation where its last hop, into the private tier, is not one that the declaration has."""
    chain = Chain(stack, settings)
    wrong = chain.misdeclared()
    private = [(workload, tier) for workload, tier in chain.members() if not tier.is_public and workload.resource]
    if not private:
        return
    ranges, lists = trusted_sources(settings)
    graph = Graph(stack, ranges, frozenset(lists))
    told: set[tuple[str, str, str]] = set()
    for workload, tier in private:
        assert workload.resource is not None
        if wrong:
            yield workload.resource, wrong
            continue
        worst: Verdict = COMPLIANT
        for source in [None, *(other for other in graph.workloads if other is not workload)]:
            for hop in graph.hops_to(workload, source):
                if hop.ingress is None:
                    groups = [group for group in workload.groups.groups if not chain.knows_rules_of(group, tier)]
                    unknown = workload.groups.unknown
                    if worst is COMPLIANT and unknown is not None:
                        worst = open_value(unknown)
                    elif worst is COMPLIANT and groups:
                        worst = _unseen_rules(groups[0])
                    continue
                declared = _is_declared(chain, tier, hop)
                if declared is True:
                    continue
                way = graph.ways_to(source, workload, certainly=True)
                if way is not None and hop.certain and declared is False:
                    worst = mismatch("", "")
                    key = (hop.ingress.home.urn, hop.ingress.entry.path, workload.key)
                    if key not in told:
                        told.add(key)
                        path = (*way, hop)
                        yield _to_mend(path), _open_path(stack, workload, tier, path)
                    continue
                way = graph.ways_to(source, workload, certainly=False) if worst is COMPLIANT else None
                if way is not None:
                    worst = undecided(*_open_parts((*way, hop)), whether=f"there is the path {shown((*way, hop))}")
        if not worst.is_violation:
            yield workload.resource, worst


def _open_parts(path: Path) -> list[Value | Unknown]:
    """What has to be known to tell whether a path is open."""
    found: list[Value | Unknown] = []
    for hop in path:
        for rule in (hop.egress, hop.ingress):
            if rule is None:
                continue
            meant = rule.peer.meant
            doubts = [*rule.owner.doubts, *(meant.doubts if meant else ()), rule.peer.value, rule.entry.traffic_value]
            found += [part for value in doubts for part in value.unknown_parts()]
        for workload in (hop.source, hop.target):
            if workload is not None:
                found += workload.groups.doubts
                found += [part for place in workload.places.elsewhere for part in place.unknown_parts()]
    return found or [Unknown("what is attached to the groups on it, or joins their networks", Cause.OUTSIDE_STACK)]


def _is_declared(chain: Chain, tier: Tier, hop: Hop) -> bool | None:
    """Whether a hop into `tier` is a link of the declared chain; `None` where its traffic is not known."""
    source = chain.tier_of(hop.source) if hop.source is not None else None
    if source is None or source.name not in tier.sources or hop.ingress is None:
        return None if hop.source is not None and chain.may_be_of_another(hop.source) else False
    settled = tier.unsettled is None and hop.ingress.traffic is not None
    return hop.ingress.traffic.is_only(tier.ports) if settled and hop.ingress.traffic else None


def _to_mend(path: Path) -> Resource:
    """What the stack can change to close a path: the rule of its last hop, or what is next if that is only read."""
    found: list[Resource | None] = []
    for hop in reversed(path):
        found += [hop.ingress.home if hop.ingress else None, hop.target.resource]
        found += [hop.egress.home if hop.egress else None]
    made = [resource for resource in found if resource is not None]
    return next((resource for resource in made if not resource.is_read), made[0])


def _open_path(stack: Stack, workload: Workload, tier: Tier, path: Path) -> Verdict:
    subnets = stack.shared(Subnets)
    public = [subnet for subnet in workload.places.subnets if subnets.way_out(subnet).is_open]
    places = "".join(
        f"; {workload.label} lies in {subnet.label}, which {subnets.way_out(subnet).label} leads to an internet gateway"
        for subnet in public[:1]
    )
    if workload.in_default_vpc:
        places = f"; {workload.label} lies in the default VPC, whose subnets lead to an internet gateway"
    return mismatch(f"the path from the internet to {workload.label}", f"open: {shown(path)}{places}", tier.accepts)


@StackPolicy(
    title="ECS tasks and databases lie in subnets that have no route to an internet gateway",
    why=(
        "In a subnet with a route to an internet gateway, one public address and one security group rule are all that "
        "keep a task or a database off the internet. In a private subnet the route is missing as well."
    ),
    severity=Severity.HIGH,
    kinds=(ECS_SERVICE, ECS_TASK_SET, RDS_SUBNET_GROUP, RDS_CLUSTER, RDS_INSTANCE),
    rows=(_ROW_PRIVATE_ROUTE,),
    controls=controls(SOC2="cc_6_6", ISO27001="A.8.20 A.8.21 A.8.22"),
    settings={
        "privateSubnets": list_setting(
            [],
            "Ids, or globs over ids, of subnets made elsewhere that have no route to an internet gateway, and names of "
            "database subnet groups made elsewhere of such subnets.",
        )
    },
    remediation_steps="Place it in the private subnets, whose way out is a NAT gateway.",
    example=(
        'aws.ecs.Service("api", network_configuration={"subnets": private_subnet_ids, "security_groups": [task.id]})'
    ),
    url="https://docs.aws.amazon.com/vpc/latest/userguide/configure-subnets.html",
    topics=(Topic.NETWORK, Topic.SUBNETS),
)
def workloads_in_private_subnets(stack: Stack, settings: Settings) -> Iterator[tuple[Resource, Verdict]]:
    """Follows each subnet to its route table and its routes; one made elsewhere is private where that is declared."""
    for resource in stack.of(ECS_SERVICE, ECS_TASK_SET):
        if not resource["networkConfiguration"].is_absent:
            yield resource, _all_private(stack, settings, resource, "networkConfiguration", "subnets")
    for resource in stack.of(RDS_SUBNET_GROUP):
        yield resource, _all_private(stack, settings, resource, "subnetIds")
    for resource in stack.of(RDS_CLUSTER, RDS_INSTANCE):
        yield resource, _in_a_known_group(stack, settings, resource)


def _in_a_known_group(stack: Stack, settings: Settings, database: Resource) -> Verdict:
    """A database lies in the subnets of its group, which are judged there if this stack makes it."""
    placed = subnet_group_source(stack, database)
    return _in_group_of(stack, settings, placed)


def _in_group_of(stack: Stack, settings: Settings, database: Resource) -> Verdict:
    name = database["dbSubnetGroupName"]
    if names_no_place(database):
        found = "not set, which AWS takes as the default VPC, whose subnets lead to an internet gateway"
        return name.mismatch(found, "a group of subnets without a route to an internet gateway")
    if name.is_absent:
        return undecided(Unknown(name.path, Cause.INHERITED, owner=database, property_name=name.path))
    if stack.reference(name, RDS_SUBNET_GROUP).direct:
        return COMPLIANT
    if any(fnmatchcase(name.as_text() or "", pattern) for pattern in settings["privateSubnets"]):
        return COMPLIANT
    return undecided(name, whether="the subnets of its subnet group have no route to an internet gateway")


def _all_private(stack: Stack, settings: Settings, resource: Resource, name: str, member: str = "") -> Verdict:
    subnets = stack.shared(Subnets)
    value = (resource[name][member] if member else resource[name]).listed()
    places = subnets.meant(resource, value)
    verdicts: list[Verdict] = []
    exposed: dict[str, list[str]] = {}
    for subnet in places.subnets:
        way = subnets.way_out(subnet)
        if way.is_open:
            exposed.setdefault(way.label, []).append(subnet.label)
        elif way.is_open is None:
            verdicts.append(undecided(way.as_unknown(), whether=f"{subnet.label} has a route to an internet gateway"))
        else:
            verdicts.append(COMPLIANT)
    if not places.certain and exposed and len(places.subnets) > sum(map(len, exposed.values())):
        shown = ", ".join(subnet.label for subnet in places.subnets)
        return undecided(value, whether=f"it lies in the one of {shown} that has a route to an internet gateway")
    for route, names in exposed.items():
        found = f"{', '.join(names)}, which {route} leads to an internet gateway"
        verdicts.append(value.mismatch(found, "subnets without a route to an internet gateway"))
    for part in places.elsewhere:
        if any(fnmatchcase(part.as_text() or "", pattern) for pattern in settings["privateSubnets"]):
            verdicts.append(COMPLIANT)
        else:
            verdicts.append(undecided(part, whether="the subnet has no route to an internet gateway"))
    return all_in(verdicts, undecided(value))
