"""The pack's answers to recorded requests under any configuration, without the engine.

Does what the engine does between a configuration and a verdict: fills in the defaults of the schema, remediates each
resource before it is evaluated, and evaluates what the remediation made of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from google.protobuf import empty_pb2
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import analyzer_pb2 as wire_types

from audit.events import Check, EventLog, Finding, Remediation
from audit.verdict import Verdict, judge
from pulumi_guardrails import __version__
from pulumi_guardrails.engine.analyzer import Analyzer
from pulumi_guardrails.engine.policy_pack import PackAnalyzer, PackInfo
from pulumi_guardrails.pack import select
from pulumi_guardrails.registry import all_policies
from tests.engine.recording import Request

PACK = "pulumi-guardrails"

_NO_CONTEXT: Any = None
"""The context of a call: the pack needs one only to refuse a configuration."""

_LEVELS = {
    "advisory": wire_types.ADVISORY,
    "mandatory": wire_types.MANDATORY,
    "remediate": wire_types.REMEDIATE,
    "disabled": wire_types.DISABLED,
}
_NAMES = {number: name for name, number in _LEVELS.items()}
_SEVERITIES = {
    wire_types.POLICY_SEVERITY_LOW: "low",
    wire_types.POLICY_SEVERITY_MEDIUM: "medium",
    wire_types.POLICY_SEVERITY_HIGH: "high",
    wire_types.POLICY_SEVERITY_CRITICAL: "critical",
}


@cache
def _defaults() -> wire_types.ConfigureAnalyzerRequest:
    """The level of each policy, and the defaults in its schema, as the pack states them to the engine."""
    pack = PackAnalyzer(PackInfo(PACK, __version__), select())
    made = wire_types.ConfigureAnalyzerRequest()
    for policy in pack.GetAnalyzerInfo(empty_pb2.Empty(), _NO_CONTEXT).policies:
        made.policyConfig[policy.name].enforcementLevel = policy.enforcementLevel
        for name, schema in policy.configSchema.properties.fields.items():
            if "default" in schema.struct_value.fields:
                default = schema.struct_value.fields["default"]
                made.policyConfig[policy.name].properties.fields[name].CopyFrom(default)
    return made


def reconciled(configuration: Mapping[str, Any]) -> wire_types.ConfigureAnalyzerRequest:
    """What the engine makes of a configuration: defaults, then the level of "all", then what each policy is given.

    As `ReconcilePolicyPackConfig` in the engine's `pkg/resource/analyzer/config.go`. Does not check the configuration.
    """
    made = wire_types.ConfigureAnalyzerRequest()
    made.CopyFrom(_defaults())
    forms: dict[str, Mapping[str, Any]] = {
        name: {"enforcementLevel": given} if isinstance(given, str) else given for name, given in configuration.items()
    }
    level_of_all = forms.get("all", {}).get("enforcementLevel")
    if level_of_all is not None:
        for policy in made.policyConfig.values():
            policy.enforcementLevel = _LEVELS[level_of_all]
    for name, form in forms.items():
        if "enforcementLevel" in form:
            made.policyConfig[name].enforcementLevel = _LEVELS[form["enforcementLevel"]]
        settings = Struct()
        settings.update({key: value for key, value in form.items() if key != "enforcementLevel"})
        # What has no settings, as "all", is sent with an empty set of them.
        made.policyConfig[name].properties.SetInParent()
        for key, value in settings.fields.items():
            made.policyConfig[name].properties.fields[key].CopyFrom(value)
    return made


def replay(requests: Sequence[Request], configuration: Mapping[str, Any]) -> Verdict:
    """The verdict that a preview recorded without a configuration would have had with this one."""
    pack = Analyzer(all_policies(), PACK, __version__)
    findings: list[Finding] = []
    remediations: list[Remediation] = []
    remediated: dict[str, Mapping[str, Any]] = {}
    checks: list[Check] = []
    for request in requests:
        message: Any = request.message()
        if request.method == "Configure":
            pack.Configure(reconciled(configuration), _NO_CONTEXT)
        elif request.method == "ConfigureStack":
            pack.ConfigureStack(message, _NO_CONTEXT)
        elif request.method == "Remediate":
            before = _fields(message.properties)
            for done in pack.Remediate(message, _NO_CONTEXT).remediations:
                remediations.append(Remediation(done.policyName, done.policyPackName, message.urn))
                remediated[message.urn] = _changes(before, _fields(done.properties))
        elif request.method == "Analyze":
            _apply(remediated.get(message.urn, {}), message.properties)
            findings += _findings(pack.Analyze(message, _NO_CONTEXT), message.urn)
        else:
            # What a preview knows of a resource that is to be created are its inputs, so what was made of them.
            for resource in message.resources:
                _apply(remediated.get(resource.urn, {}), resource.properties)
            findings += _findings(pack.AnalyzeStack(message, _NO_CONTEXT), "")
            checks.append(Check(PACK, None, (), ()))
    return judge(EventLog(checks=tuple(checks), findings=tuple(findings), remediations=tuple(remediations)))


def _fields(properties: Struct) -> dict[str, Any]:
    """A copy of the properties by name, in the engine's encoding."""
    copy = Struct()
    copy.CopyFrom(properties)
    return dict(copy.fields)


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """The properties that are others, by name; None for one that is gone."""
    return {name: after.get(name) for name in {*before, *after} if before.get(name) != after.get(name)}


def _apply(changes: Mapping[str, Any], properties: Struct) -> None:
    for name, value in changes.items():
        if value is None:
            properties.fields.pop(name, None)
        else:
            properties.fields[name].CopyFrom(value)


def _findings(response: Any, urn: str) -> Iterator[Finding]:
    for told in response.diagnostics:
        yield Finding(
            policy=told.policyName,
            pack=told.policyPackName,
            level=_NAMES[told.enforcementLevel],
            severity=_SEVERITIES[told.severity],
            resource=told.urn or urn,
            message=told.message.strip(),
        )
