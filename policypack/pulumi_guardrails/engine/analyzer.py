"""Serves the policies to the Pulumi engine. The only module that knows the policy SDK's protocol.

The pack speaks the analyzer protocol of the Pulumi SDK itself, where the SDK's own `PolicyPack` would not do: that
reports every finding of a policy at one level (here a waived or undecided one is advisory beside mandatory ones),
lets an exception in one policy end the preview, gives up a whole policy over one unknown value, and reads a request
anew for each policy. Here a request is read once, and every policy judges the same view of it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent import futures
from datetime import date, datetime, timezone
from typing import Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import analyzer_pb2 as wire_types
from pulumi.runtime.proto import analyzer_pb2_grpc, plugin_pb2

from pulumi_guardrails import __version__
from pulumi_guardrails.aws.resource_types import kind_of
from pulumi_guardrails.core.policy import Level, Policy, Severity
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.engine.configuration import ConfigurationError, schema_properties
from pulumi_guardrails.engine.evaluation import page_of
from pulumi_guardrails.engine.property_bags import read_properties, write_properties
from pulumi_guardrails.engine.session import Results, Session

PACK_NAME = "pulumi-guardrails"

# A stack's whole state comes as one message; the SDK's own server allows the same 400 MB.
_LARGEST_MESSAGE = 400 * 1024 * 1024

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


def _today() -> date:
    return datetime.now(timezone.utc).date()


class Analyzer(analyzer_pb2_grpc.AnalyzerServicer):
    """Translates between the engine's messages and the session of one stack.

    Args:
        policies: The policies of the pack.
        today: The day that waivers are held against.
    """

    def __init__(self, policies: Sequence[Policy], today: Callable[[], date] = _today) -> None:
        self._session = Session(policies, today)

    # --- what the pack is

    def Handshake(self, request: Any, context: Any) -> Any:  # noqa: N802 - the protocol's name
        """Agree on nothing: the pack needs no engine address."""
        return wire_types.AnalyzerHandshakeResponse()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:  # noqa: N802
        """The version of the pack."""
        return plugin_pb2.PluginInfo(version=__version__)

    def GetAnalyzerInfo(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Every policy with its metadata and the schema of its configuration."""
        return wire_types.AnalyzerInfo(
            name=PACK_NAME,
            displayName="ML API guardrails",
            version=__version__,
            supportsConfig=True,
            provider="aws",
            policies=[self._info(policy) for policy in self._session.policies],
        )

    def _info(self, policy: Policy) -> Any:
        first = next(iter(policy.controls), None)
        info = wire_types.PolicyInfo(
            name=policy.name,
            displayName=policy.title,
            description=f"{policy.title}.",
            message=f"{policy.title}.",
            enforcementLevel=_LEVELS[policy.level],
            severity=_SEVERITIES[policy.severity],
            tags=sorted({*(topic.value for topic in policy.topics), *_control_tags(policy)}),
            remediation_steps=policy.remediation_steps,
            url=page_of(policy),
            policy_type=wire_types.POLICY_TYPE_STACK if policy.on_stack else wire_types.POLICY_TYPE_RESOURCE,
        )
        info.configSchema.properties.update(schema_properties(policy))
        if first is not None:
            info.framework.name = first.title
            info.framework.version = first.version
            info.framework.specification = ", ".join(policy.controls[first])
        return info

    # --- how it is configured

    def Configure(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        """Take levels and settings; a configuration that is wrong stops the run with one sentence."""
        try:
            for name, given in request.policyConfig.items():
                if name != "all":
                    properties = {key: _as_json(value) for key, value in read_properties(given.properties).items()}
                    self._session.configure(name, _LEVELS_BACK[given.enforcementLevel], properties)
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
        return _response(self._session.analyze(self._resource(request)))

    def AnalyzeStack(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Judge the stack as a whole."""
        return _response(self._session.analyze_stack(map(self._stack_resource, request.resources)))

    def Remediate(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Fix the violations of policies whose level is `remediate`."""
        properties = request.properties
        if properties.fields:
            self._session.offer(request.urn)
        remediations, skipped = self._session.remediate(self._resource(request))
        response = wire_types.RemediateResponse(not_applicable=_not_applicable(skipped))
        for one in remediations:
            properties = write_properties(one.properties, properties)
            response.remediations.append(
                wire_types.Remediation(
                    policyName=one.policy.name,
                    policyPackName=PACK_NAME,
                    policyPackVersion=__version__,
                    description=f"{one.policy.title}.",
                    properties=properties,
                )
            )
        return response

    def Cancel(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Nothing runs on after a request: there is nothing to cancel."""
        return empty_pb2.Empty()

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


def _response(results: Results) -> Any:
    response = wire_types.AnalyzeResponse(not_applicable=_not_applicable(results.not_applicable))
    for report in results.reports:
        description = f"{report.policy.title}."
        response.diagnostics.append(
            wire_types.AnalyzeDiagnostic(
                policyName=report.policy.name,
                policyPackName=PACK_NAME,
                policyPackVersion=__version__,
                description=description,
                message=f"{description}\n{report.message}",
                enforcementLevel=_LEVELS[report.level],
                severity=_SEVERITIES[report.policy.severity],
                urn=report.urn,
            )
        )
    return response


def _not_applicable(skipped: Iterable[tuple[Policy, str]]) -> list[Any]:
    return [wire_types.PolicyNotApplicable(policy_name=policy.name, reason=reason) for policy, reason in skipped]


def serve(policies: Sequence[Policy]) -> None:
    """Serve on a free loopback port, print it for the engine, and go on until the engine ends the process."""
    options = [("grpc.max_receive_message_length", _LARGEST_MESSAGE), ("grpc.max_send_message_length", -1)]
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=4), options=options)
    analyzer_pb2_grpc.add_AnalyzerServicer_to_server(Analyzer(policies), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    try:
        server.wait_for_termination()
    except KeyboardInterrupt:
        server.stop(0)


def _control_tags(policy: Policy) -> Iterable[str]:
    for framework, ids in policy.controls.items():
        for control in ids:
            yield f"{framework.name}:{control}"


def _as_json(value: Any) -> Any:
    """Configuration is never secret or unknown; what looks so is read as text, for the schema to refuse."""
    return value if isinstance(value, (str, float, bool, list, dict)) or value is None else str(value)
