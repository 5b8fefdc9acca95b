"""Answers the engine for a small plugin, from its declaration alone. It keeps no state: that is in the checkpoint."""

# ruff: noqa: N802 - the protocol names the methods.

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NoReturn

import grpc
from google.protobuf import empty_pb2

from offline.aws.check import Failure, check_properties
from offline.aws.values import UNKNOWN, Secret, from_struct, has_secret, has_unknown, plain, to_struct, without_secrets
from offline.plugins import package_schema as spec
from offline.plugins.declaration import STRING_MAP, Plugin, ResourceType
from offline.protocol import plugin_pb2, provider_pb2, provider_pb2_grpc

Context = grpc.ServicerContext


class SmallPlugin(provider_pb2_grpc.ResourceProviderServicer):
    """Answers the engine for one provider of the program; the engine starts a process for each."""

    def __init__(self, plugin: Plugin, label: str, version: str, on_cancel: Callable[[], None] = lambda: None) -> None:
        """Answer for `plugin` in this `version`; `on_cancel` is called when the engine wants the plugin to end."""
        self._plugin = plugin
        self._label = label
        self._version = version
        self._on_cancel = on_cancel

    def Handshake(self, request: Any, context: Context) -> provider_pb2.ProviderHandshakeResponse:
        """Say which values the stand-in understands."""
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True)

    def GetPluginInfo(self, request: Any, context: Context) -> plugin_pb2.PluginInfo:
        """Report the version that the program asked for."""
        return plugin_pb2.PluginInfo(version=self._version)

    def GetSchema(self, request: Any, context: Context) -> provider_pb2.GetSchemaResponse:
        """Return the declarations as a package schema; programs in YAML need it."""
        parts = {
            "resources": {
                token: spec.resource_spec(type_.inputs, {**type_.inputs, **type_.computed}, type_.secrets)
                for token, type_ in self._plugin.resources.items()
            },
            "functions": {
                token: {"inputs": spec.object_spec(function.inputs), "outputs": spec.object_spec(function.outputs)}
                for token, function in self._plugin.functions.items()
            },
        }
        schema = spec.package(self._plugin.name, self._version, parts)
        return provider_pb2.GetSchemaResponse(schema=json.dumps(schema))

    def GetMapping(self, request: Any, context: Context) -> provider_pb2.GetMappingResponse:
        """Say that there is no mapping from other tools' programs."""
        return provider_pb2.GetMappingResponse()

    def GetMappings(self, request: Any, context: Context) -> provider_pb2.GetMappingsResponse:
        """Say that there is no mapping from other tools' programs."""
        return provider_pb2.GetMappingsResponse()

    def Attach(self, request: Any, context: Context) -> empty_pb2.Empty:
        """Accept another engine: the stand-in never calls one."""
        return empty_pb2.Empty()

    def Cancel(self, request: Any, context: Context) -> empty_pb2.Empty:
        """End with the engine."""
        self._on_cancel()
        return empty_pb2.Empty()

    def CheckConfig(self, request: Any, context: Context) -> provider_pb2.CheckResponse:
        """Accept any configuration: nothing is asked for that it could change."""
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: Any, context: Context) -> provider_pb2.DiffResponse:
        """Say that no configuration changes anything."""
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)

    def Configure(self, request: Any, context: Context) -> provider_pb2.ConfigureResponse:
        """Accept any configuration."""
        return provider_pb2.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    def Check(self, request: Any, context: Context) -> provider_pb2.CheckResponse:
        """Judge a resource's inputs: names and types, then what the plugin refuses."""
        token, type_ = self._resource(request, context)
        inputs = _with_text(from_struct(request.news), type_)
        failures = list(check_properties(inputs, type_.inputs, token))
        if not failures:
            failures = _refused(inputs, type_)
        return provider_pb2.CheckResponse(inputs=to_struct(inputs), failures=self._failures(failures))

    def Diff(self, request: Any, context: Context) -> provider_pb2.DiffResponse:
        """Say which inputs changed: a resource of these plugins is replaced for most of them."""
        _, type_ = self._resource(request, context)
        old, new = (without_secrets(from_struct(struct)) for struct in (request.old_inputs, request.news))
        ignored = {path.split(".")[0].split("[")[0] for path in request.ignoreChanges}
        changed = sorted(name for name in {*old, *new} - ignored if _differ(old.get(name), new.get(name)))
        kinds = provider_pb2.DiffResponse
        return kinds(
            changes=kinds.DIFF_SOME if changed else kinds.DIFF_NONE,
            diffs=changed,
            replaces=[name for name in changed if name not in type_.in_place],
        )

    def Create(self, request: Any, context: Context) -> provider_pb2.CreateResponse:
        """Return the new resource; before an update, with what the plugin makes up unknown."""
        _, type_ = self._resource(request, context)
        inputs = from_struct(request.properties)
        if request.preview:
            return provider_pb2.CreateResponse(properties=_state(inputs, dict.fromkeys(type_.computed, UNKNOWN), type_))
        try:
            identity, made = type_.create(_complete(inputs, type_))
        except ValueError as error:
            self._refuse(context, grpc.StatusCode.INVALID_ARGUMENT, str(error))
        except OverflowError:
            self._refuse(context, grpc.StatusCode.INVALID_ARGUMENT, "a number is too large for what is made of it")
        return provider_pb2.CreateResponse(id=identity, properties=_state(inputs, made, type_))

    def Update(self, request: Any, context: Context) -> provider_pb2.UpdateResponse:
        """Return the changed resource; what the plugin had made up stays."""
        _, type_ = self._resource(request, context)
        old = from_struct(request.olds)
        made = {name: old[name] for name in type_.computed if name in old}
        return provider_pb2.UpdateResponse(properties=_state(from_struct(request.news), made, type_))

    def Delete(self, request: Any, context: Context) -> empty_pb2.Empty:
        """Let the engine forget the resource, whose checkpoint is where it lived."""
        return empty_pb2.Empty()

    def Read(self, request: Any, context: Context) -> provider_pb2.ReadResponse:
        """Return a resource of the checkpoint as it stands there; there is no other place to read one from."""
        token, _ = self._resource(request, context)
        if not request.properties.fields:
            self._refuse(context, grpc.StatusCode.NOT_FOUND, f"cannot import or look up {token}: it keeps no values")
        return provider_pb2.ReadResponse(id=request.id, properties=request.properties, inputs=request.inputs)

    def Invoke(self, request: Any, context: Context) -> provider_pb2.InvokeResponse:
        """Answer a function, after judging its arguments."""
        function = self._plugin.functions.get(request.tok)
        if function is None:
            self._refuse(context, grpc.StatusCode.UNIMPLEMENTED, f"has no function {request.tok}")
        given = from_struct(request.args)
        failures = list(check_properties(given, function.inputs, request.tok))
        if failures:
            return provider_pb2.InvokeResponse(failures=self._failures(failures))
        if has_unknown(given):
            self._refuse(
                context, grpc.StatusCode.INVALID_ARGUMENT, f"{request.tok} was asked with values not known yet"
            )
        try:
            found = function.answer(without_secrets(given))
        except ValueError as error:
            self._refuse(context, grpc.StatusCode.INVALID_ARGUMENT, f"{request.tok}: {error}")
        secret = function.secrets if not has_secret(given) else frozenset(found)
        response = provider_pb2.InvokeResponse()
        # The field is named like a keyword of Python.
        getattr(response, "return").CopyFrom(to_struct(_with_secrets(found, secret)))
        return response

    def _resource(self, request: Any, context: Context) -> tuple[str, ResourceType]:
        token = str(request.type or request.urn.split("::")[2].split("$")[-1])
        type_ = self._plugin.resources.get(token)
        if type_ is None:
            known = ", ".join(sorted(name.split(":")[-1] for name in self._plugin.resources))
            self._refuse(context, grpc.StatusCode.UNIMPLEMENTED, f"has no resource type {token}; it has {known}")
        return token, type_

    def _failures(self, failures: Iterable[Failure]) -> list[provider_pb2.CheckFailure]:
        # The path stands in the reason: the engine would print the value of a property named apart.
        return [provider_pb2.CheckFailure(reason=f"{self._label}: {one.property} {one.reason}") for one in failures]

    def _refuse(self, context: Context, code: grpc.StatusCode, reason: str) -> NoReturn:
        context.abort(code, f"{self._label}: {reason}")
        raise AssertionError("abort does not return")


def _refused(inputs: Mapping[str, Any], type_: ResourceType) -> list[Failure]:
    """Return what the plugin refuses in inputs of the right types. The reason shows no value of a secret."""
    failures = list(type_.check(_complete(inputs, type_)))
    if not failures or not has_secret(dict(inputs)):
        return failures
    hidden = {name: UNKNOWN if has_secret(value) else value for name, value in inputs.items()}
    shown = list(type_.check(_complete(hidden, type_)))
    return [one if one in shown else Failure(one.property, "is refused: a value is secret") for one in failures]


def _with_text(inputs: Mapping[str, Any], type_: ResourceType) -> dict[str, Any]:
    """Return the inputs with numbers and booleans in maps of text as text, as the real plugins take them."""
    return {
        name: _text_of(value) if name in type_.inputs and type_.inputs[name].type == STRING_MAP else value
        for name, value in inputs.items()
    }


def _text_of(value: Any) -> Any:
    if isinstance(value, Secret):
        return Secret(_text_of(value.value))
    if isinstance(value, Mapping):
        return {key: _text_of(item) for key, item in value.items()}
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.17g}" if isinstance(value, float) else value


def _complete(inputs: Mapping[str, Any], type_: ResourceType) -> dict[str, Any]:
    """Return the inputs without secret wrappers, and with the defaults of the plugin."""
    given = {name: without_secrets(value) for name, value in inputs.items()}
    return {**type_.defaults, **{name: value for name, value in given.items() if value is not None}}


def _state(inputs: Mapping[str, Any], made: Mapping[str, Any], type_: ResourceType) -> Any:
    """Return the outputs for the engine: defaults, inputs, and what was made up; a secret stays one."""
    given = {name: value for name, value in inputs.items() if plain(value) is not None}
    return to_struct(_with_secrets({**type_.defaults, **given, **made}, type_.secrets))


def _with_secrets(values: Mapping[str, Any], secret: frozenset[str]) -> dict[str, Any]:
    return {name: Secret(plain(value)) if name in secret else value for name, value in values.items()}


def _differ(old: Any, new: Any) -> bool:
    return has_unknown(old) or has_unknown(new) or old != new
