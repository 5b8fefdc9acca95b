"""What a pack says of itself for other programs: the command `describe`.

Of a policy that is not of this package, as much as Pulumi's policy SDK knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pulumi_policy

from pulumi_guardrails.engine.configuration_file import Checked, Effective
from pulumi_guardrails.engine.policy_objects import ResourceGuardrail, StackGuardrail
from pulumi_guardrails.engine.policy_pack import PackInfo

SCHEMA_VERSION = 1
"""The version of the form of `describe`; a key that is added leaves it as it is."""


def describe(pack: PackInfo, policies: Iterable[pulumi_policy.Policy], configuration: Checked) -> dict[str, Any]:
    """The metadata of every policy of a pack under a configuration, as JSON.

    The keys of a policy:

    - `name`, and `title`, the sentence that a message begins with;
    - `kind`: `resource` or `stack`, and `resource_types`, the type tokens that it judges; empty for any;
    - `level`: the effective enforcement level, and `severity`: `critical` to `low`, empty where none is declared;
    - `frameworks`: control ids by the name and version of their framework; `topics`; `family`: the service;
    - `remediation`: what to do; `url`: the page, empty where there is none;
    - `waivers`: as configured, with `resource`, `reason`, `approvedBy` and `expires`.

    Args:
        pack: What the pack says of itself.
        policies: Its policies, in the order of the result.
        configuration: A configuration file without problems.
    """
    effective = configuration.policies or {}
    return {
        "schema": SCHEMA_VERSION,
        "pack": {"name": pack.name, "version": pack.version},
        "policies": [_policy(policy, effective[policy.name]) for policy in policies],
        "exceptions": list(_exceptions(configuration.exceptions)),
    }


def _policy(policy: pulumi_policy.Policy, effective: Effective) -> dict[str, Any]:
    ours = isinstance(policy, (ResourceGuardrail, StackGuardrail))
    return {
        "name": policy.name,
        "title": policy.description.strip().splitlines()[0],
        "kind": "stack" if isinstance(policy, pulumi_policy.StackValidationPolicy) else "resource",
        "level": effective.level.value,
        "severity": policy.severity.value if policy.severity else "",
        **_classification(policy),
        "remediation": policy.remediation_steps or "",
        "url": policy.url or "",
        "waivers": [dict(waiver) for waiver in effective.settings.get("waivers", ())] if ours else [],
    }


def _classification(policy: pulumi_policy.Policy) -> dict[str, Any]:
    if isinstance(policy, (ResourceGuardrail, StackGuardrail)):
        declared = policy.declaration
        return {
            "frameworks": {f"{one.title} {one.version}": list(ids) for one, ids in declared.controls.items()},
            "topics": [topic.value for topic in declared.topics],
            "family": declared.service,
            "resource_types": [token for kind in declared.kinds for token in kind.tokens],
        }
    return {"frameworks": _framework(policy), "topics": list(policy.tags or ()), "family": "", "resource_types": []}


def _framework(policy: pulumi_policy.Policy) -> dict[str, list[str]]:
    """The one framework that the SDK has room for; its specification is the control, where it states one."""
    framework = policy.framework
    if framework is None or not framework.name:
        return {}
    control = framework.specification or framework.reference
    return {" ".join(filter(None, (framework.name, framework.version))): [control] if control else []}


def _exceptions(exceptions: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """One entry for each `match` of an exception."""
    for name, exception in exceptions.items():
        for match in exception["match"]:
            yield {
                "id": name,
                "reason": exception["reason"],
                "policies": list(match["policies"]),
                "targets": list(match["targets"]),
            }
