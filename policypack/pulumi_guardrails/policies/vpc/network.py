"""The VPC: flow logs, its default group, subnets, routes and network ACLs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pulumi_guardrails.aws.network.model.route_tables import WayOut
from pulumi_guardrails.aws.network.model.security_group_rules import RULE_KINDS, Rules
from pulumi_guardrails.aws.network.model.security_groups import Groups
from pulumi_guardrails.aws.network.model.subnets import Subnets
from pulumi_guardrails.aws.network.rule_checks import open_value
from pulumi_guardrails.aws.resource_types import (
    DEFAULT_SECURITY_GROUP,
    DEFAULT_SUBNET,
    DEFAULT_VPC,
    FLOW_LOG,
    ROUTE,
    ROUTE_TABLE,
    ROUTE_TABLE_ASSOCIATION,
    SUBNET,
    VPC,
)
from pulumi_guardrails.core.policy import (
    ResourcePolicy,
    Setting,
    Settings,
    Severity,
    StackPolicy,
    Topic,
    controls,
    sets,
)
from pulumi_guardrails.core.policy import number_setting as number
from pulumi_guardrails.core.references import IncomingReferences
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.value import Value
from pulumi_guardrails.core.verdict import COMPLIANT, Verdict, all_in, any_of, mismatch, not_applicable, undecided

_TIER_TAG = Setting({"type": "string", "minLength": 1}, "Tier", "The tag of a subnet that names its tier.")


@StackPolicy(
    title="Every VPC has a flow log of all its traffic",
    why=(
        "Without a record of accepted and rejected connections nobody can tell afterwards what an intruder reached, or "
        "that one tried. A log of only one kind leaves half of the story out."
    ),
    severity=Severity.MEDIUM,
    kinds=(VPC, DEFAULT_VPC, FLOW_LOG),
    rows=("A VPC has a flow log that captures all traffic",),
    controls=controls(
        FSBP="EC2.6",
        CIS="3.7",
        PCI=("10.2.1.1.34 10.2.1.2.29 10.2.1.3.29 10.2.1.4.29 10.2.1.5.29 10.2.1.6.29 10.2.1.7.29 10.2.1.29"),
        SOC2="cc_7_2 cc_7_3",
        HIPAA="164_308_a_1_ii_d 164_308_a_3_ii_a 164_308_a_6_ii 164_312_b 164_312_c_2",
        ISO27001="A.8.15 A.8.16 A.8.20 A.8.21 A.8.22 A.8.23",
        NIST="ac_4_26 au_2_b au_3_a au_3_b au_3_c au_3_d au_3_e au_6_3",
    ),
    remediation_steps='Add aws.ec2.FlowLog(vpc_id=vpc.id, traffic_type="ALL", …) to the stack.',
    example="""\
aws.ec2.FlowLog(
    "network",
    vpc_id=vpc.id,
    traffic_type="ALL",
    log_destination=log_group.arn,
    iam_role_arn=role.arn,
)""",
    url="https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs.html",
    topics=(Topic.NETWORK, Topic.LOGGING),
)
def vpc_flow_log(stack: Stack, _settings: Settings) -> Iterator[tuple[Resource, Verdict]]:
    """A flow log of a subnet or of one interface does not cover the VPC."""
    logs = IncomingReferences(stack, (VPC, DEFAULT_VPC), (log["vpcId"] for log in stack.of(FLOW_LOG)))
    for vpc in stack.of(VPC, DEFAULT_VPC):
        of_vpc = logs.to(vpc)
        missing = mismatch("", "no flow log covers it", "a flow log of all traffic")
        choices = [_all_traffic(log.owner) for log in of_vpc if log.answer]
        choices += [
            undecided(log.value, whether=f"{log.owner.label} covers it")
            for log in of_vpc
            if log.answer is None and not _all_traffic(log.owner).is_violation
        ]
        yield vpc, any_of(*choices) if choices else missing


def _all_traffic(log: Resource) -> Verdict:
    return log["trafficType"].must_be_one_of("ALL", fix='Set traffic_type="ALL".')


@StackPolicy(
    title="The default security group of every VPC has no rules",
    why=(
        "What is started without a group of its own lands in the default one, whose members AWS lets talk to each "
        "other and to everyone. Adopted without rules, it is a dead end."
    ),
    severity=Severity.HIGH,
    kinds=(VPC, DEFAULT_VPC, DEFAULT_SECURITY_GROUP, *RULE_KINDS),
    rows=("The default security group of a VPC has no rules",),
    controls=controls(
        FSBP="EC2.2",
        CIS="5.4",
        ISO27001="A.8.20 A.8.21 A.8.22 A.8.23",
        NIST="ac_4_21 ac_17_b ac_17_1 ac_17_4_a ac_17_9 ac_17_10 cm_6_a cm_9_b",
    ),
    remediation_steps="Adopt it without rules: aws.ec2.DefaultSecurityGroup(name, vpc_id=vpc.id).",
    example='aws.ec2.DefaultSecurityGroup("network", vpc_id=vpc.id)',
    url="https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html",
    topics=(Topic.NETWORK, Topic.SECURITY_GROUPS),
)
def default_security_group_locked(stack: Stack, _settings: Settings) -> Iterator[tuple[Resource, Verdict]]:
    """The resource that adopts the group takes away the rules that AWS gives it; a rule beside it brings one back."""
    groups, rules = stack.shared(Groups), stack.shared(Rules)
    for vpc in stack.of(VPC, DEFAULT_VPC):
        adoptions = groups.adoptions_of(vpc)
        if any(answer for _, answer in adoptions):
            yield vpc, COMPLIANT
        elif adoptions:
            named = [resource["vpcId"] for resource, _ in adoptions]
            yield vpc, undecided(*named, whether="its default security group is adopted without rules")
        else:
            yield (
                vpc,
                mismatch(
                    "its default security group",
                    "left with the rules AWS gives it",
                    "adopted by the stack, without rules",
                ),
            )
    for group in stack.of(DEFAULT_SECURITY_GROUP):
        yield group, all_in([_no_rules(group[name]) for name in ("ingress", "egress")])
    defaults = {group.key for group in groups.defaults.values()}
    defaults |= {groups.of(group).key for group in stack.of(DEFAULT_SECURITY_GROUP)}
    told: set[str] = set()
    for rule in rules.all:
        if rule.home.kind in RULE_KINDS and rule.home.urn not in told:
            mine = [group.label for group in rule.owner.groups if group.key in defaults]
            if mine:
                told.add(rule.home.urn)
                if rule.owner.certain or len(mine) == len(rule.owner.groups):
                    yield rule.home, mismatch("securityGroupId", mine[0], "a group that is made for what carries it")
                else:
                    yield rule.home, open_value(rule.home["securityGroupId"])


def _no_rules(value: Value) -> Verdict:
    return value.must_not_be_set(expected="no rule", fix="Remove it: the default group is there to be empty.")


@ResourcePolicy(
    title="A subnet gives its members no public address by itself",
    why=(
        "With this on, whatever is started in the subnet is on the internet unless someone remembers to say no. What "
        "needs a public address, such as a load balancer or a NAT gateway, brings its own."
    ),
    severity=Severity.MEDIUM,
    kinds=(SUBNET, DEFAULT_SUBNET),
    rows=("A subnet does not assign public addresses on launch",),
    controls=controls(FSBP="EC2.15", SOC2="cc_6_6", ISO27001="A.8.20 A.8.21 A.8.22"),
    remediation_steps="Set map_public_ip_on_launch=False.",
    example=('aws.ec2.Subnet("public-1", vpc_id=vpc.id, cidr_block="10.0.0.0/24", map_public_ip_on_launch=False)'),
    url="https://docs.aws.amazon.com/vpc/latest/userguide/subnet-public-ip.html",
    topics=(Topic.NETWORK, Topic.SUBNETS, Topic.PUBLIC_ACCESS),
    remediation=sets(mapPublicIpOnLaunch=False),
)
def subnet_no_public_addresses(subnet: Resource, _settings: Settings) -> Verdict:
    """Absent is no for a subnet, and yes for the default subnet of a zone."""
    return subnet["mapPublicIpOnLaunch"].must_be(False)


@StackPolicy(
    title="A private subnet has no route to an internet gateway",
    why=(
        "A route to an internet gateway is what makes a subnet public: one route in the wrong table takes away what "
        "keeps everything in the private subnets off the internet."
    ),
    severity=Severity.HIGH,
    kinds=(SUBNET, ROUTE_TABLE, ROUTE, ROUTE_TABLE_ASSOCIATION),
    rows=("A private subnet's route table has no route to an internet gateway",),
    controls=controls(SOC2="cc_6_6", ISO27001="A.8.20 A.8.21 A.8.22"),
    settings={
        "tierTag": _TIER_TAG,
        "privateTiers": Setting(
            {"type": "array", "items": {"type": "string"}}, ["private"], "The values of that tag which mean private."
        ),
    },
    remediation_steps="Route the private subnets to a NAT gateway (nat_gateway_id) in place of the internet gateway.",
    example=(
        'aws.ec2.Route("private-nat", route_table_id=private.id, destination_cidr_block="0.0.0.0/0", '
        "nat_gateway_id=nat.id)"
    ),
    url="https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html",
    topics=(Topic.NETWORK, Topic.SUBNETS, Topic.ROUTING),
)
def private_subnet_no_internet_route(stack: Stack, settings: Settings) -> Iterator[tuple[Resource, Verdict]]:
    """A subnet is private by its tag; what lies in it is judged by `workloads-in-private-subnets`."""
    subnets = stack.shared(Subnets)
    told: dict[str, tuple[Resource, list[str], str]] = {}
    for subnet in stack.of(SUBNET, DEFAULT_SUBNET):
        tag = subnet["tags"][settings["tierTag"]]
        is_private = tag.holds(lambda name: name in settings["privateTiers"])
        if is_private is False:
            continue
        way = subnets.way_out(subnet)
        if way.is_open is False:
            yield subnet, COMPLIANT
        elif is_private is None:
            yield subnet, undecided(tag)
        elif way.is_open is None:
            yield subnet, undecided(way.as_unknown(), whether="it has a route to an internet gateway")
        else:
            route = way.route or subnet
            told.setdefault(route.urn, (route, [], way.label))[1].append(subnet.label)
    for route, names, label in told.values():
        found = f"an internet gateway: {label} serves the private {', '.join(names)}"
        yield route, mismatch("gatewayId" if route.kind is ROUTE else "", found, "a NAT gateway, or no way out")


@StackPolicy(
    title="The subnets of a tier lie in different availability zones",
    why=(
        "Subnets of one zone go down with it, together with everything that was spread over them for safety. "
        "Where the program leaves the zone to AWS, several subnets may end up in one."
    ),
    severity=Severity.MEDIUM,
    kinds=(SUBNET,),
    rows=("Subnets of a tier lie in different availability zones",),
    controls=controls(ISO27001="A.8.14 A.8.20 A.8.21 A.8.22"),
    settings={
        "tierTag": _TIER_TAG,
        "zones": number(3, "How many zones a tier lies in, where it has as many subnets; never fewer than two.", 2),
    },
    remediation_steps="Give each subnet of the tier an availability_zone of its own.",
    example=(
        'aws.ec2.Subnet("private-1", vpc_id=vpc.id, cidr_block="10.0.10.0/24", '
        'availability_zone="us-east-1a", tags={"Tier": "private"})'
    ),
    url="https://docs.aws.amazon.com/vpc/latest/userguide/configure-subnets.html",
    topics=(Topic.NETWORK, Topic.SUBNETS, Topic.AVAILABILITY),
)
def subnets_in_different_zones(stack: Stack, settings: Settings) -> Iterator[tuple[Resource, Verdict]]:
    """A tier is what one VPC's subnets with the same tier tag make up; without the tag, those with the same way out."""
    tiers: dict[tuple[str, str], list[Resource]] = {}
    untagged: dict[str, list[Resource]] = {}
    unsure: Value | None = None
    for subnet in stack.of(SUBNET):
        tag, vpc = subnet["tags"][settings["tierTag"]], subnet["vpcId"]
        made = stack.reference(vpc, VPC, DEFAULT_VPC).only
        loose = next((value for value in (tag, vpc) if value.is_unknown and not (value is vpc and made)), None)
        home, name = made.urn if made else vpc.as_text() or "", tag.as_text() or ""
        if loose is not None:
            unsure = loose
            yield subnet, undecided(loose)
        elif name:
            tiers.setdefault((home, name), []).append(subnet)
        else:
            untagged.setdefault(home, []).append(subnet)
    for members in tiers.values():
        least = settings["zones"] if unsure is not None else min(len(members), settings["zones"])
        yield from _exemption(unsure, _spread(members, max(2, least)))
    for members in untagged.values():
        yield from _exemption(unsure, _untagged(stack.shared(Subnets), members))


def _exemption(
    unsure: Value | None, verdicts: Iterator[tuple[Resource, Verdict]]
) -> Iterator[tuple[Resource, Verdict]]:
    """The verdicts, of which a value that may change who is of a tier leaves open all that are not compliant."""
    for subnet, verdict in verdicts:
        if unsure is None or verdict.is_compliant:
            yield subnet, verdict
        else:
            yield subnet, undecided(unsure)


def _untagged(subnets: Subnets, members: Sequence[Resource]) -> Iterator[tuple[Resource, Verdict]]:
    """Two zones for those that lead to an internet gateway, and two for those that do not; one subnet is no tier."""
    zones = [_zone(subnet).as_text() for subnet in members]
    if None not in zones and len(set(zones)) == len(zones) > 1:
        yield from ((subnet, COMPLIANT) for subnet in members)
        return
    if len(members) == 1:
        yield members[0], _ALONE
        return
    ways = [(subnet, subnets.way_out(subnet)) for subnet in members]
    doubt = next((way for _, way in ways if way.is_open is None), None)
    for is_open in (True, False):
        group = [subnet for subnet, way in ways if way.is_open is is_open]
        spread = list(_spread(group, 2)) if len(group) > 1 else [(s, _ALONE) for s in group]
        for subnet, verdict in spread:
            yield subnet, verdict if doubt is None or verdict.is_compliant else _open_way(doubt)
    yield from ((subnet, _open_way(way)) for subnet, way in ways if way.is_open is None)


_ALONE = not_applicable("the only subnet of its VPC with such a way out")


def _open_way(way: WayOut) -> Verdict:
    return undecided(way.as_unknown(), whether="it is of the same tier as the other subnets of its VPC")


def _zone(subnet: Resource) -> Value:
    zone = subnet["availabilityZone"]
    return subnet["availabilityZoneId"] if zone.is_absent else zone


def _spread(members: Sequence[Resource], needed: int) -> Iterator[tuple[Resource, Verdict]]:
    """A verdict for each subnet; those that lie in a zone already taken are to blame."""
    first: dict[str, Resource] = {}
    open_values: list[tuple[Resource, Value]] = []
    blamed: list[tuple[Resource, str]] = []
    for subnet in members:
        value = _zone(subnet)
        name = value.as_text()
        if value.is_unknown:
            open_values.append((subnet, value))
        elif name is None:
            blamed.append((subnet, f"{value.shown}, so that AWS picks one"))
        elif name in first:
            blamed.append((subnet, f"{value.shown}, as for {first[name].label}"))
        else:
            first[name] = subnet
    if len(first) >= needed:
        yield from ((subnet, COMPLIANT) for subnet in members)
    elif len(first) + len(open_values) >= needed:
        _, value = open_values[0]
        yield from ((subnet, undecided(value)) for subnet in members)
    else:
        blame = blamed or [(members[-1], "the only one of its tier")]
        yield from ((s, COMPLIANT) for s in members if all(s is not other for other, _ in blame))
        for subnet, found in blame:
            yield subnet, mismatch("availabilityZone", found, f"{needed} different zones for the tier")
