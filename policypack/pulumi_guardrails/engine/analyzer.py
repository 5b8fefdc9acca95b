"""Evaluates this pack's policies for the Pulumi engine, in the terms of its analyzer protocol.

The policy SDK's own `PolicyPack` would not do: that reports every finding of a policy at one level (here a waived or
undecided one is advisory beside mandatory ones), lets an exception in one policy end the preview, gives up a whole
policy over one unknown value, and reads a request anew for each policy. Here a request is read once, and every policy
judges the same view of it. `policy_pack` serves this analyzer beside the SDK's.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timezone
from functools import lru_cache
from typing import Any, TypeVar

import grpc
from google.protobuf import empty_pb2
from google.protobuf.message import Message
from pulumi.runtime.proto import analyzer_pb2 as wire_types
from pulumi.runtime.proto import analyzer_pb2_grpc

from pulumi_guardrails.aws.resource_types import kind_of
from pulumi_guardrails.core.kind import Kind
from pulumi_guardrails.core.policy import Level, Policy, Severity
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.engine.configuration import ConfigurationError
from pulumi_guardrails.engine.property_bags import read_properties, write_properties
from pulumi_guardrails.engine.session import Results, Session

_Response = TypeVar("_Response", wire_types.AnalyzeResponse, wire_types.RemediateResponse)

COMPLIANT_PREFIX = "compliant with the whole stack in view: "
"""How a line of the engine's log begins that has what the engine's own events do not: what passed on which resource."""

_MOST_URNS = 1000
"""URNs in a line at the most: each line is a call of the engine, and people's terminals show it with `--debug`."""

_NOTHING_TO_REMEDIATE = "nothing to remediate"

_LEVELS = {
    Level.ADVISORY: wire_types.ADVISORY,
    Level.MANDATORY: wire_types.MANDATORY,
    Level.REMEDIATE: wire_types.REMEDIATE,
    Level.DISABLED: wire_types.DISABLED,
}
_LEVELS_BACK = {number: level for level, number in _LEVELS.items()}
_SEVERITIES = {
    Severity.LOW: wire_types.POLICY_SEVERITY_LOW,
    Severity.MEDIUM: wire_types.POLICY_SEVERITY_MEDIUM,
    Severity.HIGH: wire_types.POLICY_SEVERITY_HIGH,
    Severity.CRITICAL: wire_types.POLICY_SEVERITY_CRITICAL,
}


def today_in_utc() -> date:
    """The day that waivers are held against: the same one everywhere."""
    return datetime.now(timezone.utc).date()


class Analyzer(analyzer_pb2_grpc.AnalyzerServicer):
    """Translates between the engine's messages and the session of one stack.

    Args:
        policies: The policies of the pack.
        pack_name: The name of the pack, as its reports have it.
        pack_version: The version of the pack, likewise.
        other_names: The names of policies of the pack that are evaluated elsewhere.
        today: The day that waivers are held against.
        log: Writes a line into the engine's log, for evidence.
    """

    def __init__(
        self,
        policies: Sequence[Policy],
        pack_name: str,
        pack_version: str,
        other_names: Iterable[str] = (),
        today: Callable[[], date] = today_in_utc,
        log: Callable[[str], None] | None = None,
    ) -> None:
        self._log = log
        self._session = Session(policies, today, other_names)
        self._written: dict[tuple[type[Message], Kind | None], bytes] = {}
        self._pack_name = pack_name
        self._pack_version = pack_version

    # --- how it is configured

    def Configure(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        """Take levels and settings; a configuration that is wrong stops the run with one sentence."""
        try:
            for name, given in request.policyConfig.items():
                if name != "all":
                    properties = {key: _as_json(value) for key, value in read_properties(given.properties).items()}
                    self._session.configure(name, _LEVELS_BACK[given.enforcementLevel], properties)
            self._written.clear()
        except ConfigurationError as error:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(error))
        return empty_pb2.Empty()

    def ConfigureStack(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Learn whether this is a preview."""
        self._session.is_preview = request.dry_run
        return wire_types.AnalyzerStackConfigureResponse()

    # --- what it judges

    def Analyze(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Judge one resource by its inputs, before it is made."""
        resource = self._resource(request)
        others = self._session.of_other_kinds
        response = self._begin(wire_types.AnalyzeResponse, resource.kind, "other kind of resource", others)
        return self._told(response, self._session.analyze(resource))

    def AnalyzeStack(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Judge the stack as a whole."""
        results = self._session.analyze_stack(self.read_stack(request.resources))
        if self._log is not None:
            for line in self._evidence(results.compliant):
                self._log(line)
        return self._told(wire_types.AnalyzeResponse(), results)

    def read_stack(self, resources: Iterable[Any]) -> Stack:
        """The stack of resources as the engine names them, after it has analyzed those that it registers one by one."""
        return Stack(map(self._stack_resource, resources))

    def Remediate(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Fix the violations of policies whose level is `remediate`."""
        properties = request.properties
        if properties.fields:
            self._session.offer(request.urn)
        kind = kind_of(request.type)
        if not self._session.remediates(kind):
            return self._begin(wire_types.RemediateResponse, kind, _NOTHING_TO_REMEDIATE, self._session.on_resources)
        resource = self._resource(request)
        remediations, idle = self._session.remediate(resource)
        others = self._session.of_other_kinds
        response = self._begin(wire_types.RemediateResponse, kind, _NOTHING_TO_REMEDIATE, others)
        response.not_applicable.extend(_not_applicable((policy, _NOTHING_TO_REMEDIATE) for policy in idle))
        for one in remediations:
            properties = write_properties(one.properties, properties)
            response.remediations.append(
                wire_types.Remediation(
                    policyName=one.policy.name,
                    policyPackName=self._pack_name,
                    policyPackVersion=self._pack_version,
                    description=f"{one.policy.title}.",
                    properties=properties,
                )
            )
        return response

    def _begin(
        self,
        response: type[_Response],
        kind: Kind | None,
        reason: str,
        policies: Callable[[Kind | None], Iterable[Policy]],
    ) -> _Response:
        """A response that names policies that say nothing of any resource of a kind; written once for each kind.

        The engine counts as passed whatever a response does not name: all have to be there, for each resource.
        """
        written = self._written.get((response, kind))
        if written is None:
            named = [(policy, reason) for policy in policies(kind)]
            written = response(not_applicable=_not_applicable(named)).SerializeToString()
            self._written[(response, kind)] = written
        return response.FromString(written)

    def _told(self, response: wire_types.AnalyzeResponse, results: Results) -> wire_types.AnalyzeResponse:
        """The response, with what the policies say."""
        response.not_applicable.extend(_not_applicable(results.not_applicable))
        for report in results.reports:
            description = f"{report.policy.title}."
            response.diagnostics.append(
                wire_types.AnalyzeDiagnostic(
                    policyName=report.policy.name,
                    policyPackName=self._pack_name,
                    policyPackVersion=self._pack_version,
                    description=description,
                    message=f"{description}\n{report.message}",
                    enforcementLevel=_LEVELS[report.level],
                    severity=_SEVERITIES[report.policy.severity],
                    urn=report.urn,
                )
            )
        return response

    def _evidence(self, compliant: Mapping[str, Sequence[str]]) -> Iterator[str]:
        """What was found compliant with the whole stack in view, in as few lines as `_MOST_URNS` allows."""
        pairs = [(policy, urn) for policy, urns in compliant.items() for urn in urns]
        for start in range(0, len(pairs), _MOST_URNS):
            resources: dict[str, list[str]] = {}
            for policy, urn in pairs[start : start + _MOST_URNS]:
                resources.setdefault(policy, []).append(urn)
            told = {"pack": self._pack_name, "resources": resources}
            yield COMPLIANT_PREFIX + json.dumps(told, separators=(",", ":"))

    def _resource(self, message: Any, inputs: Mapping[str, Any] | None = None) -> Resource:
        """A resource as the engine names it, with `inputs` in place of its properties where they are given."""
        properties = read_properties(message.properties)
        inputs = properties if inputs is None else inputs
        return Resource(
            type=message.type,
            name=message.name,
            urn=message.urn,
            properties=inputs,
            kind=kind_of(message.type),
            outputs=properties,
            parent=message.options.parent,
            delete_before_replace=message.options.deleteBeforeReplace,
            provider=read_properties(message.provider.properties),
            is_left_out=self._session.is_left_out(message.urn, inputs),
        )

    def _stack_resource(self, item: Any) -> Resource:
        """A resource of the whole stack: its inputs where this run has analyzed it, else what its state says."""
        resource = self._resource(item, self._session.inputs_of(item.urn))
        resource.is_read = self._session.is_only_read(resource.urn)
        resource.parent = item.parent
        resource.depends_on = list(item.dependencies)
        resource.dependencies = {name: list(urns.urns) for name, urns in item.propertyDependencies.items()}
        return resource


def _not_applicable(skipped: Iterable[tuple[Policy, str]]) -> list[Any]:
    return [_entry(policy.name, reason) for policy, reason in skipped]


@lru_cache(maxsize=4096)
def _entry(name: str, reason: str) -> Any:
    """The entry of a policy that does not apply; a response takes a copy of it."""
    return wire_types.PolicyNotApplicable(policy_name=name, reason=reason)


def _as_json(value: Any) -> Any:
    """Configuration is never secret or unknown; what looks so is read as text, for the schema to refuse."""
    return value if isinstance(value, (str, float, bool, list, dict)) or value is None else str(value)
