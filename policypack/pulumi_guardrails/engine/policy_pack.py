"""Serves a policy pack to the Pulumi engine: policies of this package, and of others beside them.

The only module that needs a private name of the policy SDK: `_PolicyAnalyzerServicer`, which evaluates what is written
against the stock SDK exactly as `pulumi_policy.PolicyPack` does.
"""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent import futures
from datetime import date
from enum import Enum
from typing import Any, cast

import grpc
import pulumi_policy
from google.protobuf import empty_pb2
from pulumi.runtime.proto import analyzer_pb2 as wire_types
from pulumi.runtime.proto import analyzer_pb2_grpc, engine_pb2, engine_pb2_grpc, plugin_pb2
from pulumi_policy.policy import _PolicyAnalyzerServicer as SdkAnalyzer

from pulumi_guardrails.core.frozen import fast_dataclass
from pulumi_guardrails.core.policy import Level
from pulumi_guardrails.engine.analyzer import Analyzer, today_in_utc
from pulumi_guardrails.engine.configuration_file import Defaults, check
from pulumi_guardrails.engine.policy_objects import ResourceGuardrail, StackGuardrail

# A stack's whole state comes as one message; the SDK's own server allows the same 400 MB.
_LARGEST_MESSAGE = 400 * 1024 * 1024


@fast_dataclass(frozen=True)
class PackInfo:
    """What a policy pack says of itself, in the words of `pulumi_policy.PolicyPack`.

    Attributes:
        name: Its name.
        version: Its version. The engine takes the one in `PulumiPolicy.yaml`, where there is one.
        description: What it is for, as a sentence.
        display_name: Its name in a person's words.
        readme: Its documentation, as Markdown.
        provider: The cloud that it is about.
        tags: What it is found by.
        repository: The address of its source.
    """

    name: str
    version: str = "0.0.1"
    description: str | None = None
    display_name: str | None = None
    readme: str | None = None
    provider: str | None = None
    tags: Sequence[str] = ()
    repository: str | None = None


InitialConfig = Mapping[str, "pulumi_policy.EnforcementLevel | dict[str, Any]"]
"""Levels and settings by policy, as the SDK's `initial_config`."""


class PackAnalyzer(analyzer_pb2_grpc.AnalyzerServicer):
    """One pack of two kinds of policies: those of this package, and those that the SDK evaluates.

    Args:
        info: What the pack says of itself.
        policies: Its policies. One that is selected twice counts once.
        enforcement_level: The level of a policy that has none of its own; only such as are not of this package.
        initial_config: The levels and settings that hold where nothing else is configured.
        today: The day that waivers are held against.
        log: Writes a line into the engine's log, for evidence.

    Attributes:
        policies: Its policies, each once.
        defaults: What holds where no configuration is given.

    Raises:
        TypeError: For a pack without policies, what is no policy, two policies of one name, or an `initial_config` that
            would break every preview.
    """

    def __init__(
        self,
        info: PackInfo,
        policies: Iterable[pulumi_policy.Policy],
        enforcement_level: pulumi_policy.EnforcementLevel = pulumi_policy.EnforcementLevel.ADVISORY,
        initial_config: InitialConfig | None = None,
        today: Callable[[], date] = today_in_utc,
        log: Callable[[str], None] | None = None,
    ) -> None:
        chosen = _distinct(policies)
        self.policies: Sequence[pulumi_policy.Policy] = chosen
        self.defaults = _defaults(enforcement_level, initial_config or {}, chosen, today())
        ours = [policy.declaration for policy in chosen if isinstance(policy, (ResourceGuardrail, StackGuardrail))]
        others = [policy for policy in chosen if not isinstance(policy, (ResourceGuardrail, StackGuardrail))]
        self._other_names = {policy.name for policy in others}
        self._ours = Analyzer(ours, info.name, info.version, self._other_names, today, log)
        self._others: analyzer_pb2_grpc.AnalyzerServicer | None = (
            SdkAnalyzer(info.name, info.version, others, enforcement_level) if others else None
        )
        whole: analyzer_pb2_grpc.AnalyzerServicer = SdkAnalyzer(
            info.name,
            info.version,
            chosen,
            enforcement_level,
            dict(initial_config) if initial_config else None,
            info.description,
            info.display_name,
            info.readme,
            info.provider,
            list(info.tags) or None,
            info.repository,
        )
        no_context: Any = None
        self._info = cast(Any, whole.GetAnalyzerInfo(empty_pb2.Empty(), no_context))
        for policy in self._info.policies:
            policy.message = policy.description

    # --- what the pack is

    def Handshake(self, request: Any, context: Any) -> Any:  # noqa: N802 - the protocol's name
        """Agree on nothing: the engine's address is an argument of the process."""
        return wire_types.AnalyzerHandshakeResponse()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:  # noqa: N802
        """The version of the pack."""
        return plugin_pb2.PluginInfo(version=self._info.version)

    def GetAnalyzerInfo(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Every policy with its metadata and the schema of its configuration, as the SDK writes them."""
        return self._info

    # --- how it is configured

    def Configure(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Hand each policy's level and settings to the analyzer that evaluates it."""
        ours, others = wire_types.ConfigureAnalyzerRequest(), wire_types.ConfigureAnalyzerRequest()
        for name, given in request.policyConfig.items():
            (others if name in self._other_names else ours).policyConfig[name].CopyFrom(given)
        if self._others is not None:
            self._others.Configure(others, context)
        return self._ours.Configure(ours, context)

    def ConfigureStack(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Hand on what the engine says of the stack."""
        if self._others is not None:
            self._others.ConfigureStack(request, context)
        return self._ours.ConfigureStack(request, context)

    # --- what it evaluates

    def Analyze(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Evaluate one resource by its inputs, before it is created or changed."""
        response = self._ours.Analyze(request, context)
        if self._others is not None:
            response.MergeFrom(self._others.Analyze(request, context))
        return response

    def AnalyzeStack(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Evaluate the stack as a whole."""
        response = self._ours.AnalyzeStack(request, context)
        if self._others is not None:
            response.MergeFrom(self._others.AnalyzeStack(request, context))
        return response

    def Remediate(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Fix violations of policies whose level is `remediate`: those of this package first, then the others'."""
        response = self._ours.Remediate(request, context)
        if self._others is not None:
            if response.remediations:
                request.properties.CopyFrom(response.remediations[-1].properties)
            response.MergeFrom(self._others.Remediate(request, context))
        return response

    def Cancel(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Nothing runs on after a request: there is nothing to cancel."""
        return empty_pb2.Empty()


def _distinct(policies: Iterable[pulumi_policy.Policy]) -> list[pulumi_policy.Policy]:
    """The policies in their order, each once."""
    by_name: dict[str, pulumi_policy.Policy] = {}
    for policy in policies:
        if not isinstance(policy, pulumi_policy.Policy):
            raise TypeError(f"{policy!r} is no policy; expected an object of pulumi_policy.Policy.")
        if by_name.setdefault(policy.name, policy) is not policy:
            raise TypeError(f"Two policies are named {policy.name}; give one of them another name.")
    if not by_name:
        raise TypeError("The pack has no policy; expected at least one.")
    return list(by_name.values())


def _defaults(
    level: pulumi_policy.EnforcementLevel,
    initial_config: InitialConfig,
    policies: Sequence[pulumi_policy.Policy],
    today: date,
) -> Defaults:
    """Raise a TypeError for what is wrong with an initial configuration: the engine finds it at each preview only."""
    document = json.dumps(initial_config, default=lambda level: level.value if isinstance(level, Enum) else str(level))
    problems = check(document, policies, today).problems
    if problems:
        raise TypeError(f"initial_config is wrong: {' '.join(problems)}")
    return Defaults(Level(level.value), json.loads(document))


def engine_log(address: str) -> Callable[[str], None]:
    """What writes a line into the log of the engine at an address, at the level that `--debug` alone shows.

    A line that cannot be written is evidence that is missing, and no reason to end a preview.
    """
    engine = engine_pb2_grpc.EngineStub(grpc.insecure_channel(address))

    def write(line: str) -> None:
        with contextlib.suppress(grpc.RpcError):
            engine.Log(engine_pb2.LogRequest(severity=engine_pb2.DEBUG, message=line))

    return write


def serve_pack(analyzer: PackAnalyzer) -> None:
    """Serve on a free loopback port, print it for the engine, and go on until the engine ends the process."""
    options = [("grpc.max_receive_message_length", _LARGEST_MESSAGE), ("grpc.max_send_message_length", -1)]
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=4), options=options)
    analyzer_pb2_grpc.add_AnalyzerServicer_to_server(analyzer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    try:
        server.wait_for_termination()
    except KeyboardInterrupt:
        server.stop(0)
