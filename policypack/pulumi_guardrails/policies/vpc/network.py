"""VPCs: flow logs and default security groups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from pulumi_guardrails.aws.network.model.declared_rules import RULE_KINDS
from pulumi_guardrails.aws.network.model.security_group_rules import Rules
from pulumi_guardrails.aws.network.model.security_groups import Groups
from pulumi_guardrails.aws.network.model.unknowns import external
from pulumi_guardrails.aws.resource_types import (
    DEFAULT_SECURITY_GROUP,
    DEFAULT_VPC,
    FLOW_LOG,
    VPC,
)
from pulumi_guardrails.core.once import once
from pulumi_guardrails.core.policy import (
    Settings,
    Severity,
    StackPolicy,
    Topic,
    controls,
)
from pulumi_guardrails.core.references import Doubts, Incoming, IncomingReferences, Question
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.value import Value
from pulumi_guardrails.core.verdict import COMPLIANT, Verdict, all_in, any_of, undecided, violation


@StackPolicy(
    title="VPC flow logs are enabled and capture all traffic",
    why=(
        "Without a record of accepted and rejected connections, an investigation cannot tell what an attacker reached "
        "or tried to reach. A log of only accepted or only rejected traffic is incomplete."
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
    halves, first_possible = once(_by_traffic), once(_first_of_all_traffic)
    for vpc in stack.of(VPC, DEFAULT_VPC):
        sure, possible = logs.certain(vpc), logs.possible(vpc)
        missing = violation("it has no flow log", expected="a flow log of all traffic")
        choices = [_all_traffic(log.owner) for log in sure]
        choices += _by_halves(_by_traffic(sure), halves(possible))
        choices += first_possible(possible)
        yield vpc, any_of(*choices) if choices else missing


def _first_of_all_traffic(possible: Sequence[Incoming]) -> list[Verdict]:
    """What the first log of all traffic leaves open that may be one of a VPC; nothing where there is none."""
    found = (log for log in possible if not _all_traffic(log.owner).is_violation)
    return [undecided(log.value, whether=f"{log.owner.label} is a flow log of this VPC") for log in islice(found, 1)]


def _by_traffic(logs: Sequence[Incoming]) -> Mapping[str, Value]:
    return {text: log.value for log in logs if (text := log.owner["trafficType"].as_text())}


def _by_halves(sure: Mapping[str, Value], possible: Mapping[str, Value]) -> list[Verdict]:
    """A flow log of accepted and one of rejected traffic are together one of all; nothing where there is no pair."""
    missing = {"ACCEPT", "REJECT"} - sure.keys()
    if not missing:
        return [COMPLIANT]
    if missing <= possible.keys():
        values = [possible[half] for half in sorted(missing)]
        return [undecided(*values, whether="accepted and rejected traffic are logged, by a flow log each")]
    return []


def _all_traffic(log: Resource) -> Verdict:
    return log["trafficType"].must_be_one_of("ALL", fix='Set traffic_type="ALL".')


@StackPolicy(
    title="The default security group of a VPC has no rules",
    why=(
        "A resource without a security group gets the default one, which allows all traffic between its members and "
        "all outbound traffic. Adopted by the stack without rules, it allows none."
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
    """The resource that adopts the group removes the rules that AWS gives it; a rule resource may add one again."""
    groups, rules = stack.shared(Groups), stack.shared(Rules)
    doubts = once(Doubts.of_references)
    adopted = Question("the stack adopts its default security group without rules")
    for vpc in stack.of(VPC, DEFAULT_VPC):
        if groups.is_adopted(vpc):
            yield vpc, COMPLIANT
        elif groups.adoptions_of(vpc):
            yield vpc, adopted.undecided(doubts(groups.adoptions_of(vpc)), vpc["id"])
        else:
            yield vpc, violation("its default security group has the rules that AWS gives it")
    for group in stack.of(DEFAULT_SECURITY_GROUP):
        yield group, all_in([_no_rules(group[name]) for name in ("ingress", "egress")])
    defaults = {group.key for group in groups.defaults.values()}
    defaults |= {groups.of(group).key for group in stack.of(DEFAULT_SECURITY_GROUP)}
    reported: set[str] = set()
    for rule in rules.all:
        resource = rule.declared_in
        if resource.kind in RULE_KINDS and resource.urn not in reported:
            mine = [group.label for group in rule.owner.groups if group.key in defaults]
            if mine:
                reported.add(resource.urn)
                surely_named = rule.owner.certain or len(mine) == len(rule.owner.groups)
                if surely_named and not rule.owner.optional:
                    yield resource, _is_rule_of_default(mine[0])
                else:
                    question = f"it is a rule of {mine[0]}"
                    yield resource, undecided(*map(external, rule.owner.doubts), whether=question)


def _is_rule_of_default(label: str) -> Verdict:
    return violation(
        f"it is a rule of a default security group, {label}",
        path="securityGroupId",
        actual=label,
        expected="a security group that is not a default one",
        fix="Remove the rule, or set security_group_id to another security group.",
    )


def _no_rules(value: Value) -> Verdict:
    return value.must_not_be_set(
        expected="no rules", fix="Remove the rules, and attach another security group instead."
    )
