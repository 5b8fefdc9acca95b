"""Serves the policies to the Pulumi engine. The only module that knows the policy SDK's protocol.

The pack speaks the analyzer protocol of the Pulumi SDK itself, where the SDK's own `PolicyPack` would not do: that
reports every finding of a policy at one level (here a waived or undecided one is advisory beside mandatory ones),
lets an exception in one policy end the preview, gives up a whole policy over one unknown value, and reads a request
anew for each policy. Here a request is read once, and every policy judges the same view of it.
"""

from __future__ import annotations

import sys
import threading
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
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.verdict import Outcome, Verdict
from pulumi_guardrails.engine.configuration import ConfigurationError, OnUndecided, configure, schema_properties
from pulumi_guardrails.engine.evaluation import (
    Report,
    applies,
    idle_waivers,
    judge,
    judge_in_stack,
    judge_stack,
    overall,
    remedied,
    reports_of,
    stands_already,
    waits_for_stack,
)
from pulumi_guardrails.engine.property_bags import read_properties, write_properties

PACK_NAME = "guardrails"

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
    """Answers the engine's questions about one stack.

    Args:
        policies: The policies of the pack.
        today: The day that waivers are held against.
    """

    def __init__(self, policies: Sequence[Policy], today: Callable[[], date] = _today) -> None:
        self._policies = list(policies)
        self._today = today
        self._levels = {policy.name: policy.level for policy in self._policies}
        self._configurations = {policy.name: configure(policy, {}) for policy in self._policies}
        self._preview = True
        self._lock = threading.Lock()
        self._inputs: dict[str, Mapping[str, Any]] = {}
        self._passed_on: set[str] = set()
        self._open: list[tuple[Policy, Resource, Verdict]] = []
        self._not_compliant: set[tuple[str, str]] = set()

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
            policies=[self._info(policy) for policy in self._policies],
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
            tags=sorted({*policy.topics, *_control_tags(policy)}),
            remediation_steps=policy.mend,
            url=policy.url,
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
        known = {policy.name: policy for policy in self._policies}
        try:
            for name, given in request.policyConfig.items():
                if name == "all":
                    continue
                if name not in known:
                    raise ConfigurationError(
                        f"The policy pack {PACK_NAME} has no policy {name!r}; docs/policies.md lists their names."
                    )
                self._levels[name] = _LEVELS_BACK[given.enforcementLevel]
                properties = {key: _as_json(value) for key, value in read_properties(given.properties).items()}
                self._configurations[name] = configure(known[name], properties)
        except ConfigurationError as error:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(error))
        return empty_pb2.Empty()

    def ConfigureStack(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Learn whether this is a preview."""
        self._preview = request.dry_run
        return wire_types.AnalyzerStackConfigureResponse()

    # --- what it judges

    def Analyze(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Judge one resource by its inputs, before it is made.

        At a preview an undecided verdict waits for `AnalyzeStack`, which knows what made a value unknown, and so does
        one that the stack may take back; until then the policy counts as not applicable, never as passed.
        """
        resource = self._resource(request)
        with self._lock:
            self._inputs[resource.urn] = resource.properties
        response = wire_types.AnalyzeResponse()
        for policy in self._active(on_stack=False):
            configuration = self._configurations[policy.name]
            verdict = judge(policy, resource, configuration)
            if (verdict.is_undecided and self._preview) or waits_for_stack(policy, resource, verdict):
                with self._lock:
                    self._open.append((policy, resource, verdict))
                self._skip(response, policy, "undecided until the stack is analyzed")
                continue
            if verdict.outcome is Outcome.NOT_APPLICABLE:
                self._skip(response, policy, verdict.reason)
            self._tell_of(response, policy, None, resource, verdict)
        if not self._preview:
            self._tell_what_stands(response, resource)
        return response

    def _tell_what_stands(self, response: Any, beside: Resource) -> None:
        """Report what has waited for the stack as soon as a resource shows that it stands.

        During an update the stack is analyzed when all is made: an attachment is stopped before it grants anything.
        """
        standing: list[tuple[Policy, Resource, Verdict]] = []
        waiting: list[tuple[Policy, Resource, Verdict]] = []
        with self._lock:
            for one in self._open:
                (standing if stands_already(one[0], one[1], beside) else waiting).append(one)
            self._open = waiting
        for policy, resource, verdict in standing:
            self._tell_of(response, policy, None, resource, verdict)

    def AnalyzeStack(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Judge the stack as a whole, and report what single resources left undecided, with what made it unknown."""
        stack = Stack([self._stack_resource(item) for item in request.resources])
        response = wire_types.AnalyzeResponse()
        for policy in self._active(on_stack=True):
            configuration = self._configurations[policy.name]
            verdicts = judge_stack(policy, stack, configuration)
            outcome = overall(verdict for _, verdict in verdicts).outcome
            if outcome is Outcome.NOT_APPLICABLE:
                self._skip(response, policy, "nothing in the stack for it to judge")
            for resource, verdict in verdicts:
                self._tell_of(response, policy, stack, resource, verdict)
        with self._lock:
            left, self._open = self._open, []
        for policy, judged, verdict in left:
            resource = stack.at(judged.urn) or judged
            self._tell_of(response, policy, stack, resource, judge_in_stack(policy, stack, resource, verdict))
        urns = {resource.urn for resource in stack.resources} | set(self._inputs)
        for policy in self._policies:
            needing = {urn for name, urn in self._not_compliant if name == policy.name}
            self._tell(response, idle_waivers(policy, self._configurations[policy.name], urns, needing))
        return response

    def Remediate(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Mend the violations of policies whose level is `remediate`, each on top of the one before.

        The engine asks this of every resource, whatever the levels, before it asks to judge it.
        """
        response = wire_types.RemediateResponse()
        properties = request.properties
        if properties.fields:
            with self._lock:
                self._passed_on.add(request.urn)
        resource = self._resource(request)
        for policy in self._active(on_stack=False):
            if self._levels[policy.name] is not Level.REMEDIATE or not applies(policy, resource):
                self._skip(response, policy, "nothing to remediate")
                continue
            mended = remedied(policy, resource, self._configurations[policy.name], self._today())
            if mended is None:
                self._skip(response, policy, "nothing to remediate")
                continue
            properties = write_properties(mended, properties)
            resource.properties = mended
            response.remediations.append(
                wire_types.Remediation(
                    policyName=policy.name,
                    policyPackName=PACK_NAME,
                    policyPackVersion=__version__,
                    description=f"{policy.title}.",
                    properties=properties,
                )
            )
        return response

    def Cancel(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Nothing runs on after a request: there is nothing to cancel."""
        return empty_pb2.Empty()

    def _active(self, on_stack: bool) -> list[Policy]:
        return [p for p in self._policies if p.on_stack is on_stack and self._levels[p.name] is not Level.DISABLED]

    def _level(self, policy: Policy) -> Level:
        """The level of a violation: one that a remediation left standing blocks."""
        level = self._levels[policy.name]
        return Level.MANDATORY if level is Level.REMEDIATE else level

    def _tell_of(
        self, response: Any, policy: Policy, stack: Stack | None, resource: Resource | None, verdict: Verdict
    ) -> None:
        """Report a verdict, and keep the log honest: an undecided one that is to be ignored has not passed."""
        configuration = self._configurations[policy.name]
        if verdict.is_undecided and configuration.on_undecided is OnUndecided.IGNORE:
            self._skip(response, policy, "undecided, which its configuration ignores")
        if resource and (verdict.is_violation or verdict.is_undecided):
            with self._lock:
                self._not_compliant.add((policy.name, resource.urn))
        origin = stack.origin_of if stack else lambda _resource, _property: ""
        level, today = self._level(policy), self._today()
        self._tell(response, reports_of(policy, level, configuration, resource, verdict, today, origin, self._preview))

    def _resource(self, message: Any, inputs: Mapping[str, Any] | None = None) -> Resource:
        """A resource as the engine names it, with `inputs` in place of its properties where they are given.

        One that a targeted operation leaves out has no property at all. One whose program sets none still has the
        plugin's note of its defaults, which the engine passes on to remediation alone.
        """
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
            is_left_out=not inputs and message.urn not in self._passed_on,
        )

    def _stack_resource(self, item: Any) -> Resource:
        """A resource of the whole stack: its inputs where this run has analyzed it, else what its state says."""
        resource = self._resource(item, self._inputs.get(item.urn))
        # The engine analyzes what it registers, one by one, and lists what it only reads with the stack alone.
        resource.is_read = bool(self._inputs) and resource.urn not in self._inputs
        resource.parent = item.parent
        resource.depends_on = list(item.dependencies)
        resource.dependencies = {name: list(urns.urns) for name, urns in item.propertyDependencies.items()}
        return resource

    @staticmethod
    def _skip(response: Any, policy: Policy, reason: str) -> None:
        response.not_applicable.append(wire_types.PolicyNotApplicable(policy_name=policy.name, reason=reason))

    @staticmethod
    def _tell(response: Any, reports: Iterable[Report]) -> None:
        for report in reports:
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
