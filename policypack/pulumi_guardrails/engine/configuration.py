"""A policy's configuration: its schema as the engine gets it, and what a given configuration means.

Every policy has, beside its own settings, `onUndecided` and `waivers`.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from typing import Any

import fastjsonschema

from pulumi_guardrails.core.frozen import fast_dataclass
from pulumi_guardrails.core.policy import Policy, Settings
from pulumi_guardrails.engine import waivers
from pulumi_guardrails.engine.waivers import Waiver

_LONGEST_SHOWN = 120
_MISSING = object()


class OnUndecided(Enum):
    """What happens where a policy cannot tell yet."""

    ADVISORY = "advisory"
    MANDATORY = "mandatory"
    IGNORE = "ignore"


class ConfigurationError(Exception):
    """A configuration that the pack refuses; the text names policy, setting, what was found and what is expected."""


@fast_dataclass(frozen=True)
class Configuration:
    """What a policy's configuration means.

    Attributes:
        settings: The policy's own settings, defaults filled in.
        on_undecided: What happens where it cannot tell yet.
        waivers: Its exemptions.
    """

    settings: Settings
    on_undecided: OnUndecided = OnUndecided.ADVISORY
    waivers: tuple[Waiver, ...] = ()


def schema_properties(policy: Policy) -> dict[str, dict[str, Any]]:
    """JSON schema of each setting of a policy, by name."""
    own = {
        name: {**setting.schema, "description": setting.doc, "default": setting.default}
        for name, setting in policy.settings.items()
    }
    return {
        **own,
        "onUndecided": {
            "type": "string",
            "enum": [choice.value for choice in OnUndecided],
            "default": OnUndecided.ADVISORY.value,
            "description": "What happens where a value the policy needs is not known before the update.",
        },
        "waivers": dict(waivers.SCHEMA),
    }


def configure(policy: Policy, given: Mapping[str, Any]) -> Configuration:
    """Check a configuration and fill in the defaults; raises ConfigurationError.

    The engine has filled in the defaults of the schema already: a message shows one setting, never the whole.
    """
    defaults = {name: setting.default for name, setting in policy.settings.items()}
    given = _whole_numbers(dict(given))
    everything = defaults | {"onUndecided": OnUndecided.ADVISORY.value, "waivers": []}
    # Of nearly every policy all that is given are the defaults: compiling a schema for them is most of a configuration.
    given = {name: value for name, value in given.items() if not _same(value, everything.get(name, _MISSING))}
    if not given:
        return Configuration(defaults)
    properties = schema_properties(policy)
    _refuse_unknown_keys(policy, "", given, properties)
    listed = given.get("waivers")
    for number, waiver in enumerate(listed if isinstance(listed, list) else []):
        if isinstance(waiver, Mapping):
            _refuse_unknown_keys(policy, f"waivers[{number}].", waiver, waivers.SCHEMA["items"]["properties"])
    try:
        # Of a day that is none, `Waiver.parse` says more.
        checked = fastjsonschema.validate({"type": "object", "properties": properties}, given, use_formats=False)
    except fastjsonschema.JsonSchemaValueException as error:
        name = error.name or "data"
        where, must = name.removeprefix("data."), error.message.removeprefix(f"{name} ")
        if error.rule == "required":
            must = f"must have the keys {', '.join(error.rule_definition)}"
        raise ConfigurationError(f"Policy {policy.name}: {where} is {shown(error.value)}; it {must}.") from None
    for where, text in _texts(checked, ""):
        if text.isspace() or (not text and where.endswith("]")):
            raise _unexpected(policy, where, text, "a text that is not blank")
    try:
        exemptions = tuple(Waiver.parse(entry) for entry in checked.pop("waivers"))
    except ValueError as error:
        raise ConfigurationError(f"Policy {policy.name}: {error}; expected a day as YYYY-MM-DD.") from None
    on_undecided = OnUndecided(checked.pop("onUndecided"))
    settings = defaults | checked
    _refuse_what_means_nothing(policy, settings)
    return Configuration(settings, on_undecided, exemptions)


def _refuse_unknown_keys(policy: Policy, place: str, given: Mapping[str, Any], known: Iterable[str]) -> None:
    for name in given:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f" (did you mean {near[0]}?)" if near else ""
            expected = f"one of the keys {', '.join(sorted(known))}{hint}"
            raise _unexpected(policy, f"{place}{name}", given[name], expected)


def _refuse_what_means_nothing(policy: Policy, settings: Settings) -> None:
    """A setting that keeps its schema and can do nothing."""
    for name, setting in policy.settings.items():
        expected = setting.check(settings[name])
        if expected is not None:
            raise _unexpected(policy, name, settings[name], expected)


def _unexpected(policy: Policy, where: str, found: Any, expected: str) -> ConfigurationError:
    return ConfigurationError(f"Policy {policy.name}: {where} is {shown(found)}; expected {expected}.")


def shown(value: Any) -> str:
    """A value as the user wrote it, on one line and not longer than a message can bear."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


def _texts(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Every text in a configuration, with where it stands."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield from _texts(item, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _texts(item, f"{path}[{number}]")


def _same(one: Any, other: Any) -> bool:
    """Whether two values are the same in JSON, where true is not 1."""
    return type(one) is type(other) and json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _whole_numbers(value: Any) -> Any:
    """Numbers arrive from the engine as floats; whole ones are meant as integers."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: _whole_numbers(item) for key, item in value.items()}
    return [_whole_numbers(item) for item in value] if isinstance(value, list) else value
