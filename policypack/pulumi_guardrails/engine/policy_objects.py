"""Each policy as an object of Pulumi's policy SDK, made from its one declaration.

In a pack that `pulumi_guardrails.pack.serve` serves, the objects carry metadata alone: the pack's own engine evaluates
their declarations. In a stock `pulumi_policy.PolicyPack` the SDK calls them, and they evaluate what it tells them. It
tells less (`docs/own-pack.md` says what is lost), and they are undecided where that makes a difference.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timezone
from functools import cache, lru_cache
from typing import Any

import pulumi_policy
from pulumi_policy.proxy import UnknownValueError

from pulumi_guardrails.aws.resource_types import kind_of
from pulumi_guardrails.core.policy import Level, Policy, ResourcePolicy, StackPolicy
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.value import REDACTED, UNKNOWN, Secret
from pulumi_guardrails.core.verdict import Cause, Outcome, Unknown, Verdict, undecided
from pulumi_guardrails.engine.configuration import Configuration, configure, schema_properties
from pulumi_guardrails.engine.evaluation import judge, judge_stack, overall, page_of, reports_of, waits_for_stack
from pulumi_guardrails.engine.property_bags import REDACTED_TEXT

Report = Callable[[str, "str | None"], None]


class ResourceGuardrail(pulumi_policy.ResourceValidationPolicy):
    """A resource policy of this pack as the SDK's object.

    Attributes:
        declaration: The policy.
    """

    def __init__(self, declaration: ResourcePolicy) -> None:
        super().__init__(validate=lambda args, report: _validate(declaration, args, report), **_metadata(declaration))
        self.declaration = declaration


class StackGuardrail(pulumi_policy.StackValidationPolicy):
    """A stack policy of this pack as the SDK's object.

    Attributes:
        declaration: The policy.
    """

    def __init__(self, declaration: StackPolicy) -> None:
        super().__init__(
            validate=lambda args, report: _validate_stack(declaration, args, report), **_metadata(declaration)
        )
        self.declaration = declaration


Guardrail = ResourceGuardrail | StackGuardrail


@cache
def policy_object(policy: Policy) -> Guardrail:
    """The SDK's object of a policy: always the same one."""
    if isinstance(policy, StackPolicy):
        return StackGuardrail(policy)
    if isinstance(policy, ResourcePolicy):
        return ResourceGuardrail(policy)
    raise TypeError(f"{policy.name} is neither a resource policy nor a stack policy.")


def _metadata(policy: Policy) -> dict[str, Any]:
    return {
        "name": policy.name,
        "display_name": policy.title,
        "description": f"{policy.title}.",
        "enforcement_level": pulumi_policy.EnforcementLevel(policy.level.value),
        "config_schema": pulumi_policy.PolicyConfigSchema(schema_properties(policy)),
        "severity": pulumi_policy.Severity(policy.severity.value),
        "framework": _framework(policy),
        "tags": sorted({*(topic.value for topic in policy.topics), *_control_tags(policy)}),
        "remediation_steps": policy.remediation_steps,
        "url": page_of(policy),
    }


def _framework(policy: Policy) -> pulumi_policy.PolicyComplianceFramework | None:
    """The first framework of a policy: the protocol has room for one, and the tags name the controls of all."""
    first = next(iter(policy.controls), None)
    if first is None:
        return None
    specification = ", ".join(policy.controls[first])
    return pulumi_policy.PolicyComplianceFramework(first.title, first.version, specification=specification)


def _control_tags(policy: Policy) -> Iterable[str]:
    for framework, ids in policy.controls.items():
        for control in ids:
            yield f"{framework.name}:{control}"


# --- in a stock pack


class UndecidedError(UnknownValueError):
    """Ends the evaluation of a policy that cannot tell: the SDK reports it as advisory, whatever the policy's level."""

    def __init__(self, message: str) -> None:
        Exception.__init__(self, message)
        self.message = message


Judged = Sequence["tuple[Resource | None, Verdict]"]


def _validate(policy: ResourcePolicy, args: pulumi_policy.ResourceValidationArgs, report: Report) -> None:
    configuration = _configuration(policy, json.dumps(dict(args.get_config())))

    def judged(resource: Resource) -> Verdict:
        verdict = judge(policy, resource, configuration)
        if waits_for_stack(policy, resource, verdict):
            return undecided(Unknown("the rest of the stack", Cause.NOT_TOLD))
        return verdict

    resource = _resource(args)
    hidden = _with_hidden_texts(resource)
    verdicts = _same_either_way([(resource, judged(resource))], [(hidden, judged(hidden))])
    _report(policy, configuration, verdicts, args, report)


def _validate_stack(policy: StackPolicy, args: pulumi_policy.StackValidationArgs, report: Report) -> None:
    configuration = _configuration(policy, json.dumps(dict(args.get_config())))
    resources = [_stack_resource(resource) for resource in args.resources]
    hidden = [_with_hidden_texts(resource) for resource in resources]
    plain_verdicts, hidden_verdicts = (judge_stack(policy, Stack(each), configuration) for each in (resources, hidden))
    _report(policy, configuration, _same_either_way(plain_verdicts, hidden_verdicts), args, report)


def _same_either_way(plain: Judged, hidden: Judged) -> Judged:
    """The verdicts with every text taken as a secret; undecided where they are others if none is.

    The SDK takes the marks of secrets away before it calls a policy. A message must show no secret, and a policy that
    asks whether a value is one must not be answered by a guess.
    """
    same: list[tuple[Resource | None, Verdict]] = []
    without, within = _by_urn(plain), _by_urn(hidden)
    for urn in dict.fromkeys((*within, *without)):
        verdicts = within.get(urn, [])
        if {verdict.outcome for _, verdict in verdicts} == {verdict.outcome for _, verdict in without.get(urn, [])}:
            same.extend(verdicts)
        else:
            (resource, _), *_ = verdicts or without[urn]
            same.append((resource, undecided(Unknown("which of its values are secret", Cause.NOT_TOLD))))
    return same


def _report(
    policy: Policy,
    configuration: Configuration,
    verdicts: Judged,
    args: pulumi_policy.ResourceValidationArgs | pulumi_policy.StackValidationArgs,
    report: Report,
) -> None:
    """Report violations at the policy's level, then what is undecided; what is waived is not applicable."""
    if not any(verdict.is_violation or verdict.is_undecided for _, verdict in verdicts):
        whole = overall(verdict for _, verdict in verdicts)
        if whole.outcome is Outcome.NOT_APPLICABLE:
            args.not_applicable(verdicts[0][1].reason if verdicts else whole.reason)
        return
    undecided_ones: list[str] = []
    waived: list[str] = []
    violated = False
    today = datetime.now(timezone.utc).date()
    for resource, verdict in verdicts:
        for told in reports_of(policy, Level.MANDATORY, configuration, resource, verdict, today):
            if told.level is Level.MANDATORY:
                violated = True
                report(told.message, told.urn)
            else:
                (undecided_ones if verdict.is_undecided else waived).append(told.message)
    if undecided_ones:
        raise UndecidedError(" ".join(undecided_ones))
    if waived and not violated:
        args.not_applicable(" ".join(waived))


@lru_cache(maxsize=1024)
def _configuration(policy: Policy, given: str) -> Configuration:
    return configure(policy, json.loads(given))


def _resource(args: pulumi_policy.ResourceValidationArgs | pulumi_policy.PolicyResource) -> Resource:
    properties = _plain(args.props)
    return Resource(
        type=args.resource_type,
        name=args.name,
        urn=args.urn,
        properties=properties,
        kind=kind_of(args.resource_type),
        outputs=properties,
        parent=args.opts.parent or "",
        delete_before_replace=bool(args.opts.delete_before_replace),
        provider=_plain(args.provider.props) if args.provider is not None else {},
        is_left_out=not properties,
    )


def _stack_resource(item: pulumi_policy.PolicyResource) -> Resource:
    resource = _resource(item)
    resource.parent = item.parent.urn if item.parent is not None else ""
    resource.depends_on = [dependency.urn for dependency in item.dependencies]
    resource.dependencies = {
        name: [dependency.urn for dependency in dependencies]
        for name, dependencies in item.property_dependencies.items()
    }
    return resource


def _plain(value: Any) -> Any:
    """A value as the pack reads it, from the SDK's view, which raises an error where one is unknown."""
    if isinstance(value, Mapping):
        return {key: _plain(_member(value, key)) for key in value}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(_member(value, index)) for index in range(len(value))]
    if value == REDACTED_TEXT:
        return Secret(REDACTED)
    return value if value is None or value is UNKNOWN or isinstance(value, (str, float, bool)) else UNKNOWN


def _member(value: Any, key: Any) -> Any:
    try:
        return value[key]
    except UnknownValueError:
        return UNKNOWN


def _with_hidden_texts(resource: Resource) -> Resource:
    """The resource with each text of its properties as a secret, which messages do not show."""
    return replace(resource, properties=_hidden(resource.properties), outputs=_hidden(resource.outputs))


def _hidden(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _hidden(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_hidden(item) for item in value]
    return Secret(value) if isinstance(value, str) else value


def _urn(resource: Resource | None) -> str:
    return resource.urn if resource is not None else ""


def _by_urn(verdicts: Judged) -> Mapping[str, Judged]:
    found: dict[str, list[tuple[Resource | None, Verdict]]] = {}
    for resource, verdict in verdicts:
        found.setdefault(_urn(resource), []).append((resource, verdict))
    return found
