"""What a pack sees in a stack, as JSON for other programs: the command `inspect`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import pulumi_policy

from pulumi_guardrails.aws.iam.new_access import new_access
from pulumi_guardrails.aws.iam.permissions import permissions
from pulumi_guardrails.aws.network.reachability.tiers import SETTINGS
from pulumi_guardrails.aws.network.topology import Topology
from pulumi_guardrails.core.policy import Level, Policy, Topic
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.verdict import Verdict
from pulumi_guardrails.engine.configuration import Configuration, configure
from pulumi_guardrails.engine.configuration_file import Checked
from pulumi_guardrails.engine.documents import StackDocument
from pulumi_guardrails.engine.evaluation import judge, judge_stack
from pulumi_guardrails.engine.policy_objects import ResourceGuardrail, StackGuardrail
from pulumi_guardrails.engine.waivers import waiver_for

SCHEMA_VERSION = 1
"""The version of the form of `inspect`; a key that is added leaves it as it is."""

_NETWORK = frozenset({Topic.NETWORK, Topic.SECURITY_GROUPS, Topic.NETWORK_SEGMENTATION})


def inspect(
    document: StackDocument, policies: Iterable[pulumi_policy.Policy], configuration: Checked, today: date
) -> dict[str, Any]:
    """The network and the permissions of a stack, as JSON.

    Its keys: `schema`; `left_out`, how many resources the document counts and does not show; `network`, as
    `aws.network.topology` describes it, with `violations`; `iam`, as `aws.iam.permissions` describes it; `newAccess`,
    as `aws.iam.new_access` describes it, null where the document does not show the whole stack before and after. A
    violation has `policy`, `resource` (URN) and `message`; `waived`: whether a waiver that holds or a policy exception
    covers it; `edges`: the ids of the edges that violate, empty where it is about none; `path`: where the policy names
    a path, the ids of its edges from the internet to the one that violates, else the same as `edges`.

    Args:
        document: The stack.
        policies: The policies of the pack; those on the network that are not disabled evaluate it.
        configuration: A configuration file without problems.
        today: The day that waivers are held against.
    """
    effective = configuration.policies or {}
    declared = [policy.declaration for policy in policies if isinstance(policy, (ResourceGuardrail, StackGuardrail))]
    configured = [(policy, configure(policy, effective[policy.name].settings)) for policy in declared]
    topology = Topology(document.stack, _tier_settings(configured))
    evaluating = [
        (policy, given)
        for policy, given in configured
        if _NETWORK & set(policy.topics) and effective[policy.name].level is not Level.DISABLED
    ]
    places = {policy.name: place for place, policy in enumerate(declared)}
    excepted = {
        (policy, target)
        for exception in configuration.exceptions.values()
        for match in exception["match"]
        for policy in match["policies"]
        for target in match["targets"]
    }
    violations = sorted(
        _violations(document.stack, topology, evaluating, today, excepted),
        key=lambda one: (places[one["policy"]], one["resource"]),
    )
    return {
        "schema": SCHEMA_VERSION,
        "left_out": document.left_out,
        "network": {**topology.as_json(), "violations": violations},
        "iam": permissions(document.stack),
        "newAccess": _new_access(document),
    }


def _new_access(document: StackDocument) -> dict[str, Any] | None:
    before = document.before
    return None if before is None or document.left_out else new_access(before, document.stack)


def _tier_settings(configured: Iterable[tuple[Policy, Configuration]]) -> Mapping[str, Any]:
    """The tiers and the trusted ranges, of the first policy that has the settings; the defaults where none has."""
    having = (given.settings for _, given in configured if set(SETTINGS) <= set(given.settings))
    return next(having, {name: setting.default for name, setting in SETTINGS.items()})


def _violations(
    stack: Stack,
    topology: Topology,
    policies: Sequence[tuple[Policy, Configuration]],
    today: date,
    excepted: Collection[tuple[str, str]],
) -> Iterator[dict[str, Any]]:
    for policy, given in policies:
        for resource, verdict in _verdicts(stack, policy, given):
            if not verdict.is_violation or resource is None:
                continue
            waiver = waiver_for(given.waivers, resource.urn, today)
            is_waived = waiver is not None and waiver.holds(today)
            for finding in verdict.findings:
                path = topology.path_of(resource, finding)
                yield {
                    "policy": policy.name,
                    "resource": resource.urn,
                    "message": f"{finding.sentence(resource)}.",
                    "waived": is_waived or (policy.name, resource.urn) in excepted,
                    "path": path,
                    "edges": path[-1:] if finding.trail else path,
                }


def _verdicts(stack: Stack, policy: Policy, configuration: Configuration) -> Sequence[tuple[Resource | None, Verdict]]:
    if policy.on_stack:
        return judge_stack(policy, stack, configuration)
    own = [resource for resource in stack.of(*policy.kinds) if not resource.is_read]
    return [(resource, judge(policy, resource, configuration)) for resource in own]
