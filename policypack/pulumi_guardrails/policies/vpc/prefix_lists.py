"""Managed prefix lists of the stack: a rule that references one is as broad as the entries of the list."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_guardrails.aws.network.model.declared_rules import RULE_LOCATIONS, Direction
from pulumi_guardrails.aws.network.model.security_group_rules import Rule, Rules
from pulumi_guardrails.aws.network.model.unknowns import unreadable
from pulumi_guardrails.aws.network.model.workloads import Attachments
from pulumi_guardrails.aws.network.reachability.tiers import SETTINGS, from_internet
from pulumi_guardrails.aws.network.rule_checks import MAXIMUM_PORTS, not_wide, together
from pulumi_guardrails.aws.resource_types import MANAGED_PREFIX_LIST, MANAGED_PREFIX_LIST_ENTRY
from pulumi_guardrails.core.policy import Settings, Severity, StackPolicy, Topic
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.verdict import COMPLIANT, Verdict, undecided


@StackPolicy(
    title="Egress rules do not allow all traffic to the internet through a managed prefix list",
    why=(
        "A prefix list is a name for address ranges: with 0.0.0.0/0 or both of its halves among them, a rule that "
        "references the list allows all traffic to everyone, and reads as if it did not."
    ),
    severity=Severity.MEDIUM,
    kinds=(*RULE_LOCATIONS, MANAGED_PREFIX_LIST, MANAGED_PREFIX_LIST_ENTRY),
    rows=("No all-traffic egress to the internet; egress is declared",),
    settings={"maximumPorts": MAXIMUM_PORTS, "trusted": SETTINGS["trusted"]},
    remediation_steps=(
        "Set the protocol to tcp and the port that is needed, such as 443, or remove the public range from the list."
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
    by_resource: dict[str, tuple[Resource, list[Verdict]]] = {}
    for rule in stack.shared(Rules).in_direction(Direction.EGRESS):
        if rule.peer.list_id is None or rule.peer.list_id is rule.peer.value:
            continue
        verdict = _not_wide_to(rule, settings)
        if verdict.is_violation and rule.entry.direction is not Direction.EGRESS:
            verdict = undecided(unreadable(rule.declared_in["type"]), whether="it is an egress rule")
        for resource in attachments.reported_at(rule):
            by_resource.setdefault(resource.urn, (resource, []))[1].append(verdict)
    for resource, verdicts in by_resource.values():
        yield resource, together(verdicts)


def _not_wide_to(rule: Rule, settings: Settings) -> Verdict:
    wide = not_wide(rule.entry, settings["maximumPorts"], rule)
    is_public = from_internet(rule.peer, settings)
    if wide.is_compliant or is_public is False:
        return COMPLIANT
    if is_public is None:
        return undecided(*rule.peer.unknowns, whether=f"{rule.subject} allows traffic to the internet")
    return wide
