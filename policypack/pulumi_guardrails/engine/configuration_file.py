"""Checks a file of `--policy-pack-config` before it is enabled, and writes its JSON schema for editors.

Pulumi's own `policy validate-config` accepts a misspelt policy or setting; every preview that requires the pack then
fails. What the CLI itself reads from a file is in `pkg/resource/analyzer/config.go` and `exceptions.go` of its modules:
the keys of a version 2 file, `environments`, levels as text, and the form of policy exceptions.
"""

from __future__ import annotations

import difflib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from datetime import date
from typing import Any

import fastjsonschema
import pulumi_policy

from pulumi_guardrails.core.frozen import fast_dataclass
from pulumi_guardrails.core.policy import Level
from pulumi_guardrails.engine import waivers
from pulumi_guardrails.engine.configuration import ConfigurationError, configure, schema_properties, shown
from pulumi_guardrails.engine.policy_objects import ResourceGuardrail, StackGuardrail

_ALL = "all"
_LEVEL = "enforcementLevel"
_LEVELS = tuple(level.value for level in Level)
_KEYS_OF_VERSION_2 = ("version", "policies", "exceptions", "environments")
_URN = re.compile(r"urn:pulumi:[^:]+::[^:]+::[^:]+(:[^:]+)*::.+")
_EXCEPTION_ID = re.compile(r"[A-Za-z0-9_.-]+")


@fast_dataclass(frozen=True)
class Checked:
    """What a configuration file comes to.

    Attributes:
        problems: What makes a preview fail, or does not do what it says: a sentence each.
        notes: What is valid and does nothing.
        policies: The effective configuration of each policy by name; None where a problem stands in the way.
        exceptions: The policy exceptions of a version 2 file by id.
    """

    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    policies: Mapping[str, Effective] | None = None
    exceptions: Mapping[str, Any] = field(default_factory=dict)

    @property
    def levels(self) -> Mapping[Level, int] | None:
        """How many policies have each level with it; None where a problem stands in the way."""
        return None if self.policies is None else Counter(each.level for each in self.policies.values())


@fast_dataclass(frozen=True)
class Defaults:
    """What a pack has where a configuration file says nothing.

    Attributes:
        level: The level of a policy that declares none.
        initial: The pack's initial configuration, in the form of a configuration file.
    """

    level: Level = Level.ADVISORY
    initial: Mapping[str, Any] = field(default_factory=dict)


@fast_dataclass(frozen=True)
class Effective:
    """The configuration of one policy, from the pack and from a configuration file.

    Attributes:
        level: Its level.
        settings: The settings that it is given; those that have their default are not among them.
    """

    level: Level
    settings: Mapping[str, Any]


_NO_DEFAULTS = Defaults()


class _DuplicateKeyError(Exception):
    """A key that stands twice in one object."""


def check(
    text: str, policies: Sequence[pulumi_policy.Policy], today: date, defaults: Defaults = _NO_DEFAULTS
) -> Checked:
    """Check the text of a configuration file against the policies of a pack.

    Args:
        text: The content of the file; empty where there is none.
        policies: The policies of the pack, of this package or others.
        today: The day that waivers are held against.
        defaults: What the pack has where the file says nothing.
    """
    if text.startswith("\ufeff"):
        return Checked(
            ("It begins with a byte order mark, which the CLI does not read; save it as UTF-8 without one.",)
        )
    if not text.strip():
        return Checked(policies=_effective(policies, defaults, {}))
    try:
        document = json.loads(text, object_pairs_hook=_object, parse_constant=_no_number)
    except _DuplicateKeyError as error:
        return Checked((str(error),))
    except RecursionError:
        return Checked(("It is nested too deeply; expected an object with a key for each policy.",))
    except ValueError as error:
        where = f"line {error.lineno}, column {error.colno}" if isinstance(error, json.JSONDecodeError) else "a number"
        reason = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
        return Checked((f"It is no JSON at {where}: {reason}.",))
    if not isinstance(document, dict):
        return Checked((f"It is {shown(document)}; expected an object with a key for each policy.",))
    problems: list[str] = []
    notes: list[str] = []
    configurations: Any = document
    exceptions: Any = {}
    if isinstance(document.get("version"), (int, float)) and not isinstance(document.get("version"), bool):
        problems.extend(_problems_of_version_2(document))
        configurations = document.get("policies") or {}
        exceptions = document.get("exceptions") or {}
        problems.extend(_problems_of_exceptions(exceptions))
        notes.extend(_unknown_in_exceptions(exceptions, policies))
    environments = document.get("environments")
    if environments is not None and not _is_list_of_texts(environments):
        problems.append(f"environments is {shown(environments)}; expected a list of ESC environments.")
    if not isinstance(configurations, dict):
        problems.append(f"policies is {shown(configurations)}; expected an object with a key for each policy.")
        return Checked(tuple(problems), tuple(notes))
    given = {
        name: value
        for name, value in configurations.items()
        if configurations is not document or name != "environments"
    }
    problems.extend(_problems_of_policies(given, policies))
    notes.extend(_expired_waivers(given, today))
    if problems:
        return Checked(tuple(problems), tuple(notes))
    return Checked((), tuple(notes), _effective(policies, defaults, given), exceptions)


def schema(policies: Sequence[pulumi_policy.Policy]) -> dict[str, Any]:
    """The JSON schema of a configuration file of either version, for editors and for other tools."""
    of_policies = {_ALL: _reference(_ALL)} | {policy.name: _reference(policy.name) for policy in policies}
    environments = {"type": "array", "items": {"type": "string"}, "description": "Pulumi ESC environments."}
    match = _closed_object(
        {
            "policies": {"type": "array", "minItems": 1, "items": {"enum": [policy.name for policy in policies]}},
            "targets": {"type": "array", "minItems": 1, "items": {"type": "string", "pattern": "^urn:pulumi:"}},
        },
        required=["policies", "targets"],
    )
    exception = {
        "type": "object",
        "properties": {
            "reason": {"type": "string", "minLength": 1},
            "match": {"type": "array", "minItems": 1, "items": match},
        },
        "required": ["reason", "match"],
    }
    of_version_2 = {
        "version": {"const": 2},
        "policies": _closed_object(of_policies),
        "exceptions": {"type": "object", "additionalProperties": exception},
        "environments": environments,
    }
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Configuration of a policy pack",
        "anyOf": [
            _closed_object({**of_policies, "environments": environments}),
            _closed_object(of_version_2, required=["version"]),
        ],
        "definitions": {
            _LEVEL: {"type": "string", "enum": list(_LEVELS), "description": "The enforcement level."},
            "waivers": dict(waivers.SCHEMA),
            _ALL: _level_or(
                "The level of every policy that has none of its own here. It also turns on what is off.", {}
            ),
            **{policy.name: _level_or(policy.description, _settings_of(policy)) for policy in policies},
        },
    }


def _level_or(description: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of a policy's configuration: a level, or an object with it and settings."""
    own = {name: _reference(name) if name == "waivers" else setting for name, setting in settings.items()}
    level = _reference(_LEVEL)
    return {"description": description, "anyOf": [level, _closed_object({_LEVEL: level, **own})]}


def _closed_object(properties: Mapping[str, Any], required: Sequence[str] = ()) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


def _reference(definition: str) -> dict[str, str]:
    return {"$ref": f"#/definitions/{definition}"}


def _settings_of(policy: pulumi_policy.Policy) -> Mapping[str, Any]:
    if isinstance(policy, (ResourceGuardrail, StackGuardrail)):
        return schema_properties(policy.declaration)
    return policy.config_schema.properties if policy.config_schema else {}


# --- policies


def _problems_of_policies(given: Mapping[str, Any], policies: Sequence[pulumi_policy.Policy]) -> Iterator[str]:
    by_name = {policy.name: policy for policy in policies}
    for name, value in given.items():
        if name != _ALL and name not in by_name:
            yield f"{name}: the pack has no such policy{_near(name, (*by_name, _ALL))}."
        elif isinstance(value, str):
            if value not in _LEVELS:
                yield _unexpected_level(name, value)
        elif not isinstance(value, dict):
            yield f"{name} is {shown(value)}; expected a level, or an object with {_LEVEL} and settings."
        else:
            if _LEVEL in value and value[_LEVEL] not in _LEVELS:
                yield _unexpected_level(f"{name}.{_LEVEL}", value[_LEVEL])
            settings = {key: item for key, item in value.items() if key != _LEVEL}
            if name == _ALL:
                yield from (f"{_ALL}.{key} does nothing: {_ALL} takes {_LEVEL} alone." for key in settings)
            else:
                yield from _problems_of_settings(by_name[name], settings)


def _problems_of_settings(policy: pulumi_policy.Policy, settings: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with each setting, then with all together."""
    found: list[str] = []
    for key, value in settings.items():
        if key == "waivers" and isinstance(value, list):
            each = [({key: [entry]}, f"waivers[{number}]") for number, entry in enumerate(value)]
        else:
            each = [({key: value}, "")]
        for part, place in each:
            problem = _problem_of(policy, part)
            if problem:
                found.append(problem.replace("waivers[0]", place) if place else problem)
    together = None if found else _problem_of(policy, settings)
    yield from dict.fromkeys([*found, *([together] if together else [])])


def _problem_of(policy: pulumi_policy.Policy, settings: Mapping[str, Any]) -> str | None:
    if isinstance(policy, (ResourceGuardrail, StackGuardrail)):
        try:
            configure(policy.declaration, settings)
        except ConfigurationError as error:
            return str(error).removeprefix("Policy ")
        return None
    declared = policy.config_schema
    known = declared.properties if declared else {}
    for key in settings:
        if key not in known:
            return f"{policy.name}: it has no setting {key}{_near(key, known)}."
    try:
        fastjsonschema.validate({"type": "object", "properties": known}, dict(settings))
    except fastjsonschema.JsonSchemaValueException as error:
        return f"{policy.name}: {error.message.removeprefix('data.')}."
    return None


def _unexpected_level(where: str, found: Any) -> str:
    near = _near(found, _LEVELS) if isinstance(found, str) else ""
    return f"{where} is {shown(found)}; expected {', '.join(_LEVELS[:-1])} or {_LEVELS[-1]}{near}."


def _near(word: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(word, list(known), n=1)
    return f" (did you mean {near[0]}?)" if near else ""


def _expired_waivers(given: Mapping[str, Any], today: date) -> Iterator[str]:
    for name, value in given.items():
        listed = value.get("waivers") if isinstance(value, dict) else None
        for number, waiver in enumerate(listed if isinstance(listed, list) else []):
            expires = waiver.get("expires") if isinstance(waiver, dict) else None
            if isinstance(expires, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", expires) and expires < today.isoformat():
                yield f"{name}: waivers[{number}] has expired on {expires}: what it covers is a violation again."


def _effective(
    policies: Sequence[pulumi_policy.Policy], defaults: Defaults, given: Mapping[str, Any]
) -> Mapping[str, Effective]:
    """What the CLI makes of a pack's initial configuration and a file (`ReconcilePolicyPackConfig` of `config.go`).

    In each, a policy's own level comes before that of `all`. A setting of the file replaces the same one of the pack.
    """
    found: dict[str, Effective] = {}
    for policy in policies:
        level = Level(policy.enforcement_level.value) if policy.enforcement_level else defaults.level
        settings: dict[str, Any] = {}
        for configuration in (defaults.initial, given):
            own = configuration.get(policy.name)
            level = _level_of(own) or _level_of(configuration.get(_ALL)) or level
            settings |= {key: value for key, value in own.items() if key != _LEVEL} if isinstance(own, dict) else {}
        found[policy.name] = Effective(level, settings)
    return found


def _level_of(value: Any) -> Level | None:
    level = value.get(_LEVEL) if isinstance(value, dict) else value
    return Level(level) if level else None


# --- the file itself


def _problems_of_version_2(document: Mapping[str, Any]) -> Iterator[str]:
    if document["version"] != 2:
        yield f"version is {shown(document['version'])}; expected 2."
    for key in document:
        if key not in _KEYS_OF_VERSION_2:
            place = "policies go under the key policies" if not _near(key, _KEYS_OF_VERSION_2) else "it is ignored"
            yield f"{key}: a file of version 2 has no such key: {place}{_near(key, _KEYS_OF_VERSION_2)}."


def _problems_of_exceptions(exceptions: Any) -> Iterator[str]:
    if not isinstance(exceptions, dict):
        yield f"exceptions is {shown(exceptions)}; expected an object with a key for each exception."
        return
    for name, exception in exceptions.items():
        where = f"exceptions.{name}"
        if not _EXCEPTION_ID.fullmatch(name):
            yield f"{where}: expected an id of letters, digits, '-', '.' and '_'."
        if not isinstance(exception, dict):
            yield f"{where} is {shown(exception)}; expected an object with reason and match."
            continue
        reason, matches = exception.get("reason"), exception.get("match")
        if not isinstance(reason, str) or not reason.strip():
            yield f"{where}.reason is {shown(reason)}; expected why the exception is right."
        if not isinstance(matches, list) or not matches:
            yield f"{where}.match is {shown(matches)}; expected a list of objects with policies and targets."
            continue
        for number, match in enumerate(matches):
            yield from _problems_of_match(f"{where}.match[{number}]", match)


def _problems_of_match(where: str, match: Any) -> Iterator[str]:
    if not isinstance(match, dict):
        yield f"{where} is {shown(match)}; expected an object with policies and targets."
        return
    for key, expected in (("policies", "names of policies"), ("targets", "URNs of resources")):
        found = match.get(key)
        if not _is_list_of_texts(found) or not found or "" in found:
            yield f"{where}.{key} is {shown(found)}; expected a list of {expected}."
        elif key == "policies" and _ALL in found:
            yield f"{where}.policies has {_ALL!r}; expected names of policies: an exception is for single ones."
        elif key == "targets":
            yield from (
                f"{where}.targets has {target!r}; expected the URN of a resource, which is compared exactly."
                for target in found
                if not _URN.fullmatch(target)
            )


def _unknown_in_exceptions(exceptions: Any, policies: Sequence[pulumi_policy.Policy]) -> Iterator[str]:
    known = [policy.name for policy in policies]
    for name, exception in exceptions.items() if isinstance(exceptions, dict) else ():
        matches = exception.get("match") if isinstance(exception, dict) else None
        for match in matches if isinstance(matches, list) else ():
            named = match.get("policies") if isinstance(match, dict) else None
            for policy in named if isinstance(named, list) and _is_list_of_texts(named) else ():
                if policy not in known and policy != _ALL:
                    yield f"exceptions.{name}: the pack has no policy {policy}{_near(policy, known)}."


def _is_list_of_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(key for key, times in Counter(key for key, _ in pairs).items() if times > 1)
        raise _DuplicateKeyError(
            f"{twice} stands twice in one object; the CLI reads the last one and passes over the others."
        )
    return found


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is no number of JSON")
