"""Prefix lists that the stack makes: a rule that names one is as wide as what stands in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pulumi_guardrails.aws.network.model.security_group_rules import RULE_LOCATIONS, Direction, Rule, Rules
from pulumi_guardrails.aws.network.model.workloads import Attachments
from pulumi_guardrails.aws.network.reachability.tiers import SETTINGS, from_internet
from pulumi_guardrails.aws.network.rule_checks import MAXIMUM_PORTS, not_wide, open_value
from pulumi_guardrails.aws.resource_types import MANAGED_PREFIX_LIST, MANAGED_PREFIX_LIST_ENTRY
from pulumi_guardrails.core.policy import Settings, Severity, StackPolicy, Topic
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.verdict import COMPLIANT, Verdict, all_in


@StackPolicy(
    title="No egress rule lets all traffic out to the internet by a prefix list of the stack",
    why=(
        "A prefix list is a name for address ranges: with 0.0.0.0/0 or both of its halves in it, a rule that names the "
        "list lets everything out to everyone, and reads as if it did not."
    ),
    severity=Severity.MEDIUM,
    kinds=(*RULE_LOCATIONS, MANAGED_PREFIX_LIST, MANAGED_PREFIX_LIST_ENTRY),
    rows=("No all-traffic egress to the internet; egress is declared",),
    settings={"maximumPorts": MAXIMUM_PORTS, "trusted": SETTINGS["trusted"]},
    remediation_steps=(
        'Set ip_protocol="tcp" and the port that is needed, such as 443, or take the public range off the list.'
    ),
    example="""\
aws.vpc.SecurityGroupEgressRule(
    "task-partner",
    security_group_id=task_group.id,
    prefix_list_id=partner_addresses.id,
    ip_protocol="tcp",
    from_port=443,
    to_port=443,
    description="HTTPS to the partner",
)""",
    url="https://docs.aws.amazon.com/vpc/latest/userguide/managed-prefix-lists.html",
    topics=(Topic.NETWORK, Topic.SECURITY_GROUPS, Topic.EGRESS),
)
def sg_no_wide_egress_by_list(stack: Stack, settings: Settings) -> Iterator[tuple[Resource, Verdict]]:
    """A list that the stack does not make is left open by `sg-no-wide-egress`, unless it is trusted."""
    attachments = stack.shared(Attachments)
    judged: dict[str, tuple[Resource, list[Verdict]]] = {}
    for rule in stack.shared(Rules).written(Direction.EGRESS):
        if rule.peer.list_id is None or rule.peer.list_id is rule.peer.value:
            continue
        verdict = _not_wide_to(rule, settings)
        if verdict.is_violation and rule.entry.direction is not Direction.EGRESS:
            verdict = open_value(rule.home["type"])
        for home in attachments.answering_for(rule):
            judged.setdefault(home.urn, (home, []))[1].append(verdict)
    for home, verdicts in judged.values():
        yield home, all_in(verdicts)


def _not_wide_to(rule: Rule, settings: Settings) -> Verdict:
    wide = not_wide(rule.entry, settings["maximumPorts"])
    is_public = from_internet(rule.peer, settings)
    if wide.is_compliant or is_public is False:
        return COMPLIANT
    if is_public is None:
        return open_value(rule.peer.value)
    return replace(wide, findings=tuple(replace(f, actual=f"{f.actual} to {rule.peer}") for f in wide.findings))
