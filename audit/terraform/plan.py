"""A preview or a state of Pulumi's as the JSON that `terraform show -json` writes for a plan.

The format is HashiCorp's "JSON Output Format" (developer.hashicorp.com/terraform/internals/json-format), version 1.2.
"""

from __future__ import annotations

import itertools
import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from audit.preview_document import Declared, Document
from audit.properties import HIDDEN
from audit.terraform.mapping import ResourceType, resource_type, terraform_provider, unlisted
from audit.terraform.references import Target, assign
from audit.terraform.values import Written, is_unknown, write

FORMAT = "1.2"
TERRAFORM = "1.9.8"
"""The version of Terraform whose format this is; nothing of it has run."""
PROVIDER = "registry.terraform.io/hashicorp/aws"

_STACK = "pulumi:pulumi:Stack"
_PROVIDERS = "pulumi:providers:"
_READ = frozenset({"read", "read-replacement", "read-discard"})
_ACTIONS: Mapping[str, Sequence[str]] = {
    "create": ["create"],
    "update": ["update"],
    "delete": ["delete"],
    "create-replacement": ["create", "delete"],
    "delete-replaced": ["delete", "create"],
    "replace": ["delete", "create"],
}
"""What an operation of the engine's is in Terraform, by the first of them; every other changes nothing."""


@dataclass(frozen=True)
class NotMapped:
    """What the plan does not have, or not under a name that is sure.

    Attributes:
        urn: The resource.
        type: Its type token.
        reason: Why, in a few words.
        property: The property, where it is one alone; empty for the whole resource.
    """

    urn: str
    type: str
    reason: str
    property: str = ""


@dataclass(frozen=True)
class Plan:
    """A plan of Terraform's.

    Attributes:
        document: The plan.
        urns: The resource of each address in it, and the provider of `aws.` and its alias, or `aws.default`.
        not_mapped: What it does not have.
    """

    document: Mapping[str, Any]
    urns: Mapping[str, str]
    not_mapped: Sequence[NotMapped]

    @property
    def text(self) -> str:
        """The plan as JSON."""
        return json.dumps(self.document, indent=2) + "\n"


@dataclass(frozen=True)
class _Mapped:
    """A resource that has a type in Terraform."""

    declared: Declared
    type: ResourceType
    address: str

    @property
    def name(self) -> str:
        return self.address.partition(".")[2]


def plan(document: Document) -> Plan:
    """The plan of a preview, of an event log or of an exported state, which then changes nothing."""
    not_mapped: list[NotMapped] = []
    mapped = _mapped(document.resources.values(), not_mapped)
    removed = _mapped(document.removed.values(), [], {one.address for one in mapped})
    targets = {
        one.declared.urn: Target(one.address, one.type.name, {"id": one.declared.id, **one.declared.outputs})
        for one in mapped
    }
    providers = {one.urn: one for one in document.resources.values() if one.type == f"{_PROVIDERS}aws"}
    keys = _provider_keys(providers.values(), mapped)
    planned: list[Mapping[str, Any]] = []
    changes: list[Mapping[str, Any]] = []
    configured: list[Mapping[str, Any]] = []
    for one in mapped:
        provider = providers.get(_provider_urn(one.declared))
        written = _write(one, one.declared.inputs, targets, provider, not_mapped)
        identity = {
            "address": one.address,
            "mode": "managed",
            "type": one.type.name,
            "name": one.name,
            "provider_name": PROVIDER,
        }
        planned.append(
            {**identity, "schema_version": 0, "values": written.value, "sensitive_values": written.sensitive or {}}
        )
        before = None
        if one.declared.before is not None:
            before = _write(one, one.declared.before, targets, provider, []).value
        elif not one.declared.operations:
            before = written.value
        changes.append(
            {
                **identity,
                "change": {
                    "actions": _actions(one.declared.operations),
                    "before": before,
                    "after": written.value,
                    "after_unknown": written.unknown or {},
                    "before_sensitive": {},
                    "after_sensitive": written.sensitive or {},
                },
            }
        )
        configured.append(
            {
                "address": one.address,
                "mode": "managed",
                "type": one.type.name,
                "name": one.name,
                "provider_config_key": keys.get(_provider_urn(one.declared), "aws"),
                "expressions": written.expression or {},
                "schema_version": 0,
            }
        )
    changes += [_removal(one, targets) for one in removed]
    return Plan(
        {
            "format_version": FORMAT,
            "terraform_version": TERRAFORM,
            "planned_values": {"root_module": {"resources": planned}},
            "resource_changes": changes,
            "configuration": {
                "provider_config": _provider_config(document, providers, keys),
                "root_module": {"resources": configured},
            },
        },
        {
            **{one.address: one.declared.urn for one in mapped},
            **{f"aws.{key.partition('.')[2] or 'default'}": urn for urn, key in keys.items()},
        },
        tuple(not_mapped),
    )


def _mapped(resources: Iterable[Declared], not_mapped: list[NotMapped], taken: Iterable[str] = ()) -> list[_Mapped]:
    """The resources that have a type in Terraform, each with an address of its own."""
    found: list[_Mapped] = []
    addresses = set(taken)
    for one in resources:
        if one.type == _STACK or one.type.startswith(_PROVIDERS):
            continue
        kind = resource_type(one.type)
        if not one.is_custom:
            reason = "a component; its resources are in the plan by themselves"
        elif not one.type.startswith("aws:"):
            reason = f"a resource of the provider {one.type.partition(':')[0]}"
        elif one.is_external or _READ & set(one.operations):
            reason = "only read: not managed by the stack"
        elif kind is None:
            reason = f"a type that version {terraform_provider()} of the Terraform provider does not have"
        else:
            address = _free(f"{kind.name}.{_identifier(one.urn)}", addresses)
            addresses.add(address)
            found.append(_Mapped(one, kind, address))
            continue
        not_mapped.append(NotMapped(one.urn, one.type, reason))
    return found


def _free(address: str, taken: Collection[str]) -> str:
    """An address that nothing has yet: resources of several components may have one name."""
    return next(
        one for number in itertools.count(1) if (one := address if number == 1 else f"{address}_{number}") not in taken
    )


def _identifier(urn: str) -> str:
    """The name of a resource as Terraform allows it: letters, digits, `_` and `-`, and no digit first."""
    name = re.sub(r"[^\w-]", "_", urn.split("::", 3)[-1], flags=re.ASCII)
    return name if re.match(r"[A-Za-z_]", name) else f"_{name}"


def _actions(operations: Sequence[str]) -> Sequence[str]:
    return next((_ACTIONS[one] for one in operations if one in _ACTIONS), ["no-op"])


def _write(
    one: _Mapped,
    properties: Mapping[str, Any],
    targets: Mapping[str, Target],
    provider: Declared | None,
    not_mapped: list[NotMapped],
) -> Written:
    """Every property of a resource under the name of its argument."""
    found: dict[str, Written] = {}

    def report(path: str) -> None:
        reason = f"no argument of version {terraform_provider()}; written as its name suggests"
        not_mapped.append(NotMapped(one.declared.urn, one.declared.type, reason, path))

    for name, value in properties.items():
        if name.startswith("__") or value is None:
            continue
        argument = one.type.arguments.get(name)
        if argument is None:
            argument = unlisted(name, value)
            report(name)
        if name in one.type.secret and not is_unknown(value):
            value = HIDDEN
        sources = [targets[urn] for urn in one.declared.sources.get(name, ()) if urn in targets]
        found[argument.name] = write(argument, value, assign(argument, value, sources), report, name)
    values = {name: item.value for name, item in found.items() if item.unknown is not True}
    unknown = {name: item.unknown for name, item in found.items() if item.unknown is not False}
    if "tags" in one.type.arguments:
        tags = values.get("tags")
        values["tags_all"] = {**_default_tags(provider), **(tags if isinstance(tags, Mapping) else {})}
        if "tags" in unknown:
            unknown["tags_all"] = unknown["tags"]
    if one.declared.id:
        values.setdefault("id", one.declared.id)
    elif "id" not in values:
        unknown["id"] = True
    return Written(
        values,
        unknown,
        {name: item.sensitive for name, item in found.items() if item.sensitive is not False},
        {name: item.expression for name, item in found.items() if item.expression},
    )


def _removal(one: _Mapped, targets: Mapping[str, Target]) -> Mapping[str, Any]:
    return {
        "address": one.address,
        "mode": "managed",
        "type": one.type.name,
        "name": one.name,
        "provider_name": PROVIDER,
        "change": {
            "actions": ["delete"],
            "before": _write(one, one.declared.inputs, targets, None, []).value,
            "after": None,
            "after_unknown": {},
            "before_sensitive": {},
            "after_sensitive": False,
        },
    }


def _provider_urn(declared: Declared) -> str:
    """The URN in a reference to a provider, which ends with the provider's id."""
    return declared.provider.rpartition("::")[0]


def _provider_keys(providers: Iterable[Declared], mapped: Iterable[_Mapped]) -> dict[str, str]:
    """The key of each provider in the plan: `aws` for the one that most resources have, an alias for every other."""
    used = Counter(_provider_urn(one.declared) for one in mapped)
    ranked = sorted((one.urn for one in providers), key=lambda urn: (-used[urn], urn))
    return {urn: "aws" if number == 0 else f"aws.{_identifier(urn)}" for number, urn in enumerate(ranked)}


def _provider_config(
    document: Document, providers: Mapping[str, Declared], keys: Mapping[str, str]
) -> Mapping[str, Any]:
    """The providers with their regions and default tags, and without what they sign in with."""
    found: dict[str, Any] = {}
    for urn, key in keys.items():
        region = providers[urn].inputs.get("region") or document.config.get("aws:region")
        expressions: dict[str, Any] = {}
        if isinstance(region, str):
            expressions["region"] = {"constant_value": region}
        if tags := _default_tags(providers[urn]):
            expressions["default_tags"] = [{"tags": {"constant_value": tags}}]
        found[key] = {"name": "aws", "full_name": PROVIDER, "expressions": expressions}
        if key != "aws":
            found[key]["alias"] = key.removeprefix("aws.")
    region = document.config.get("aws:region")
    if not found:
        expressions = {"region": {"constant_value": region}} if isinstance(region, str) else {}
        found["aws"] = {"name": "aws", "full_name": PROVIDER, "expressions": expressions}
    return found


def _default_tags(provider: Declared | None) -> dict[str, str]:
    """The tags that a provider gives every resource; its nested properties are JSON in a text."""
    given = provider.inputs.get("defaultTags") if provider is not None else None
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except ValueError:
            return {}
    tags = given.get("tags") if isinstance(given, Mapping) else None
    if not isinstance(tags, Mapping):
        return {}
    return {key: value for key, value in tags.items() if isinstance(value, str)}
