"""The plugin protocol: what the engine asks, handed to the modules that know the answers."""

# ruff: noqa: N802 - the protocol names the methods.

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, NoReturn, TypeVar

import grpc
from google.protobuf import empty_pb2

from offline.aws import (
    LABEL,
    claims,
    functions,
    names,
    outputs,
    package_schema,
    provider_config,
    rules,
    schema,
    source,
)
from offline.aws.check import Failure, check_properties
from offline.aws.convert import convert, is_strict
from offline.aws.defaults import with_defaults
from offline.aws.diff import diff
from offline.aws.existing import NotFoundError, look_up
from offline.aws.lookups.kit import RefusedError
from offline.aws.naming import Autoname, NameTooLongError, with_name
from offline.aws.place import Place
from offline.aws.provider_config import ProviderConfig
from offline.aws.rules.deletion import refusal
from offline.aws.values import Secret, from_struct, has_secret, has_unknown, plain, to_struct, without_secrets
from offline.aws.world import World
from offline.protocol import plugin_pb2, provider_pb2, provider_pb2_grpc

Context = grpc.ServicerContext
_T = TypeVar("_T")


class AwsStandIn(provider_pb2_grpc.ResourceProviderServicer):
    """Answers the engine for one provider of the program; the engine starts a process for each."""

    def __init__(self, on_cancel: Callable[[], None] = lambda: None) -> None:
        """Start unconfigured; `on_cancel` is called when the engine wants the plugin to end."""
        self._config = ProviderConfig(region="")
        self._world = World()
        self._claims = claims.of_run()
        self._holders: dict[str, tuple[str, str]] | None = None
        self._on_cancel = on_cancel

    def Handshake(self, request: Any, context: Context) -> provider_pb2.ProviderHandshakeResponse:
        """Say which values the stand-in understands."""
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True, supports_autonaming_configuration=True)

    def GetPluginInfo(self, request: Any, context: Context) -> plugin_pb2.PluginInfo:
        """Report the version of the package whose types the stand-in checks against."""
        return plugin_pb2.PluginInfo(version=source.version())

    def GetSchema(self, request: Any, context: Context) -> provider_pb2.GetSchemaResponse:
        """Return the schema of the package, derived from what the stand-in checks against; programs in YAML need it."""
        return provider_pb2.GetSchemaResponse(schema=json.dumps(package_schema.package()))

    def Parameterize(self, request: Any, context: Context) -> provider_pb2.ParameterizeResponse:
        """Refuse, as the real plugin does."""
        _refuse(context, grpc.StatusCode.UNIMPLEMENTED, "takes no parameters")

    def Construct(self, request: Any, context: Context) -> provider_pb2.ConstructResponse:
        """Refuse: the AWS plugin has no components of its own."""
        _refuse(context, grpc.StatusCode.UNIMPLEMENTED, f"has no component {request.type}")

    def Call(self, request: Any, context: Context) -> provider_pb2.CallResponse:
        """Refuse: the AWS plugin has no methods."""
        _refuse(context, grpc.StatusCode.UNIMPLEMENTED, f"has no method {request.tok}")

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
        """Judge the provider's configuration."""
        failures = provider_config.check(provider_config.decode(from_struct(request.news)))
        return provider_pb2.CheckResponse(inputs=request.news, failures=_check_failures(failures))

    def DiffConfig(self, request: Any, context: Context) -> provider_pb2.DiffResponse:
        """Replace everything when the region changes, as the real plugin does."""
        old = provider_config.read(provider_config.decode(from_struct(request.old_inputs or request.olds)))
        new = provider_config.read(provider_config.decode(from_struct(request.news)))
        if old.region and old.region != new.region:
            return provider_pb2.DiffResponse(
                changes=provider_pb2.DiffResponse.DIFF_SOME, replaces=["region"], diffs=["region"]
            )
        changed = from_struct(request.old_inputs) != from_struct(request.news)
        return provider_pb2.DiffResponse(changes=_changes(changed))

    def Configure(self, request: Any, context: Context) -> provider_pb2.ConfigureResponse:
        """Take the configuration that was checked."""
        self._config = provider_config.read(provider_config.decode(from_struct(request.args)))
        tags = self._config.default_tags
        self._world.default_tags = without_secrets(tags) if isinstance(tags, Mapping) and not has_unknown(tags) else {}
        return provider_pb2.ConfigureResponse(
            acceptSecrets=True, supportsPreview=True, supports_autonaming_configuration=True
        )

    def Check(self, request: Any, context: Context) -> provider_pb2.CheckResponse:
        """Judge a resource's inputs, and fill in what the plugin makes up."""
        resource = _known(schema.resource, _type_of(request), context)
        given = convert(from_struct(request.news), resource.inputs, strict=is_strict(resource))
        old = from_struct(request.olds)
        failures = list(check_properties(given, resource.inputs, resource.token))
        try:
            named = with_name(
                resource, _name_of(request), given, old, request.randomSeed or request.urn.encode(), _autoname(request)
            )
        except NameTooLongError as error:
            named = given
            failures.append(Failure("name", str(error)))
        inputs = with_defaults(resource, named)
        if not failures:
            failures = list(rules.check(resource, inputs))
        if not failures:
            failures = self._taken_in_run(request.urn, resource.token, inputs)
        return provider_pb2.CheckResponse(inputs=to_struct(inputs), failures=_check_failures(failures))

    def Diff(self, request: Any, context: Context) -> provider_pb2.DiffResponse:
        """Say what changed since the last update, and whether AWS would replace the resource."""
        resource = _known(schema.resource, _type_of(request), context)
        old, new = from_struct(request.old_inputs), from_struct(request.news)
        self._world.remember(resource.token, request.id, from_struct(request.olds))
        found = diff(resource, old, new, list(request.ignoreChanges))
        kinds = provider_pb2.PropertyDiff
        detailed = {
            path: kinds(
                kind=getattr(kinds, f"{kind}_REPLACE".upper() if path in found.replaces else kind.upper()),
                inputDiff=True,
            )
            for path, kind in found.changes.items()
        }
        return provider_pb2.DiffResponse(
            changes=_changes(bool(found.changes)),
            diffs=sorted({_top(path) for path in found.changes}),
            replaces=sorted({_top(path) for path in found.replaces}),
            deleteBeforeReplace=found.delete_before_replace,
            detailedDiff=detailed,
            hasDetailedDiff=True,
        )

    def Create(self, request: Any, context: Context) -> provider_pb2.CreateResponse:
        """Return the new resource; before an update, with what AWS computes unknown."""
        resource = _known(schema.resource, _type_of(request), context)
        inputs = from_struct(request.properties)
        place = self._place(resource.token, outputs.identity(request.urn, inputs), inputs)
        if request.preview:
            state = outputs.planned(resource, place, inputs, self._config.default_tags)
        else:
            self._refuse_what_exists(request.urn, resource.token, inputs, context)
            state = outputs.created(resource, place, inputs, self._config.default_tags)
            self._world.remember(resource.token, place.id, state)
        return provider_pb2.CreateResponse(id=place.id, properties=to_struct(state))

    def Update(self, request: Any, context: Context) -> provider_pb2.UpdateResponse:
        """Return the changed resource; what AWS had computed stays."""
        resource = _known(schema.resource, _type_of(request), context)
        inputs, old_inputs = from_struct(request.news), from_struct(request.old_inputs)
        place = self._place(resource.token, request.id, inputs)
        place.id = request.id
        state = outputs.updated(
            resource,
            place,
            from_struct(request.olds),
            old_inputs,
            inputs,
            self._config.default_tags,
            preview=request.preview,
        )
        self._world.remember(resource.token, place.id, state)
        return provider_pb2.UpdateResponse(properties=to_struct(state))

    def Delete(self, request: Any, context: Context) -> empty_pb2.Empty:
        """Let the engine forget the resource, whose checkpoint is where it lived, unless AWS would keep it."""
        resource = _known(schema.resource, _type_of(request), context)
        reason = refusal(resource.token, from_struct(request.properties))
        if reason is not None:
            _refuse(context, grpc.StatusCode.FAILED_PRECONDITION, reason)
        return empty_pb2.Empty()

    def Read(self, request: Any, context: Context) -> provider_pb2.ReadResponse:
        """Return a resource of the checkpoint as it stands there, or one that the program looks up by its id."""
        resource = _known(schema.resource, _type_of(request), context)
        properties, inputs = from_struct(request.properties), from_struct(request.inputs)
        if "id" in properties:
            return provider_pb2.ReadResponse(id=request.id, properties=request.properties, inputs=request.inputs)
        place = self._place(resource.token, request.id, properties)
        place.id = request.id
        try:
            state, found = look_up(resource, place, properties)
        except NotFoundError as error:
            _refuse(context, grpc.StatusCode.NOT_FOUND, str(error))
        return provider_pb2.ReadResponse(
            id=str(state["id"]), properties=to_struct(state), inputs=to_struct(inputs or found)
        )

    def Invoke(self, request: Any, context: Context) -> provider_pb2.InvokeResponse:
        """Answer a function, after judging its arguments."""
        function = _known(schema.function, request.tok, context)
        arguments = convert(from_struct(request.args), function.inputs)
        failures = list(check_properties(arguments, function.inputs, function.token))
        if failures:
            return provider_pb2.InvokeResponse(failures=_check_failures(failures))
        if has_unknown(arguments):
            _refuse(context, grpc.StatusCode.INVALID_ARGUMENT, f"{request.tok} was asked with values not known yet")
        try:
            found = functions.answer(function, without_secrets(arguments), self._config.region, self._world)
        except RefusedError as error:
            _refuse(context, grpc.StatusCode.NOT_FOUND, f"{request.tok}: {error}")
        answer = {name: Secret(value) for name, value in found.items()} if has_secret(arguments) else found
        response = provider_pb2.InvokeResponse()
        # The field is named like a keyword of Python.
        getattr(response, "return").CopyFrom(to_struct(answer))
        return response

    def _names(self, token: str, inputs: Mapping[str, Any]) -> list[names.Name]:
        return list(names.taken(token, inputs, self._place(token, "", inputs).region, self._config.account))

    def _taken_in_run(self, urn: str, token: str, inputs: Mapping[str, Any]) -> list[Failure]:
        """Refuse a name that another resource of the program has."""
        wanted = self._names(token, inputs)
        others = self._claims.claim(urn, [name.key for name in wanted])
        return [
            Failure(
                name.property,
                f"is also that of {others[name.key].split('::')[-1]!r}, and AWS gives a name once {name.within}",
            )
            for name in wanted
            if name.key in others
        ]

    def _refuse_what_exists(self, urn: str, token: str, inputs: Mapping[str, Any], context: Context) -> None:
        """Refuse a name that a resource has which is still there: one to be deleted later, or replaced by this one."""
        wanted = self._names(token, inputs)
        if self._holders is None and wanted:
            self._holders = claims.holders(urn)
        for name in wanted:
            if name.key in (self._holders or {}) and name.key in claims.holders(urn):
                other, _ = claims.holders(urn)[name.key]
                own = other == urn
                whose = "what it replaces, which is deleted later" if own else repr(other.split("::")[-1])
                remedy = "set delete_before_replace" if own else "give it an alias if it was renamed"
                _refuse(
                    context,
                    grpc.StatusCode.ALREADY_EXISTS,
                    f"{name.property} is also that of {whose}, and AWS gives a name once {name.within}: choose another "
                    f"name, or {remedy}",
                )

    def _place(self, token: str, identity: str, properties: Mapping[str, Any]) -> Place:
        region = plain(properties.get("region"))
        return Place(token, identity, region if isinstance(region, str) else self._config.region)


def _known(find: Callable[[str], _T], token: str, context: Context) -> _T:
    try:
        return find(token)
    except source.SourceError as error:
        _refuse(context, grpc.StatusCode.INVALID_ARGUMENT, str(error))


def _refuse(context: Context, code: grpc.StatusCode, reason: str) -> NoReturn:
    context.abort(code, f"{LABEL}: {reason}")
    raise AssertionError("abort does not return")


def _check_failures(failures: Any) -> list[provider_pb2.CheckFailure]:
    """Write failures for the engine.

    The path stands in the reason, as with the real plugin: the engine would print the value of a property named apart,
    and that may be a secret.
    """
    return [provider_pb2.CheckFailure(reason=f"{LABEL}: {failure.property} {failure.reason}") for failure in failures]


def _changes(changed: bool) -> Any:
    return provider_pb2.DiffResponse.DIFF_SOME if changed else provider_pb2.DiffResponse.DIFF_NONE


def _top(path: str) -> str:
    return re.split(r"[.\[]", path, maxsplit=1)[0]


def _type_of(request: Any) -> str:
    return str(request.type or request.urn.split("::")[2].split("$")[-1])


def _name_of(request: Any) -> str:
    return str(request.name or request.urn.split("::")[-1])


def _autoname(request: Any) -> Autoname:
    if not request.HasField("autonaming"):
        return Autoname()
    options = request.autonaming
    return Autoname(options.proposed_name, options.mode == provider_pb2.CheckRequest.AutonamingOptions.DISABLE)
