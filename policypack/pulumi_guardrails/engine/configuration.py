"""A policy's configuration: its schema as the engine gets it, and what a given configuration means.

Every policy has, beside its own settings, `onUndecided` and `waivers`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

import fastjsonschema

from pulumi_guardrails.core.policy import Policy, Settings
from pulumi_guardrails.engine import waivers
from pulumi_guardrails.engine.waivers import Waiver


class OnUndecided(Enum):
    """What happens where a policy cannot tell yet."""

    ADVISORY = "advisory"
    MANDATORY = "mandatory"
    IGNORE = "ignore"


class ConfigurationError(Exception):
    """A configuration that the pack refuses; the text names policy, setting, what was found and what is expected."""


@dataclass(frozen=True)
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
    """Check a configuration and fill in the defaults; raises ConfigurationError."""
    defaults = {name: setting.default for name, setting in policy.settings.items()}
    if not given:
        return Configuration(defaults)
    schema = {"type": "object", "properties": schema_properties(policy), "additionalProperties": False}
    try:
        checked = fastjsonschema.validate(schema, _whole_numbers(dict(given)))
        exemptions = tuple(Waiver.parse(entry) for entry in checked.pop("waivers"))
    except fastjsonschema.JsonSchemaValueException as error:
        name = error.name or "data"
        where = name.removeprefix("data").removeprefix(".") or "its configuration"
        expected = error.message.removeprefix(f"{name} ")
        raise ConfigurationError(f"Policy {policy.name}: {where} is {error.value!r}; it {expected}.") from None
    except ValueError as error:
        raise ConfigurationError(f"Policy {policy.name}: {error}; expected a day as YYYY-MM-DD.") from None
    on_undecided = OnUndecided(checked.pop("onUndecided"))
    return Configuration(defaults | checked, on_undecided, exemptions)


def _whole_numbers(value: Any) -> Any:
    """Numbers arrive from the engine as floats; whole ones are meant as integers."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: _whole_numbers(item) for key, item in value.items()}
    return [_whole_numbers(item) for item in value] if isinstance(value, list) else value
