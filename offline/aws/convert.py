"""Converts what a program gives into what the provider's schema wants, as the real plugin does before it validates.

The real plugin is bridged from Terraform: a number or a boolean becomes text where the schema wants text, text becomes
a number or a boolean where it spells one, and a policy document that is an object becomes JSON. The engine, and so the
policy pack, gets the converted value. What cannot be converted stays as it is, for `offline.aws.check` to refuse.

Sources: `pkg/tfbridge/schema.go` (resources of the Terraform plugin SDK) and `pkg/convert` (resources of the Terraform
plugin framework, where nothing becomes a number or a boolean) of pulumi-terraform-bridge.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from offline.aws.check import check_value
from offline.aws.schema import Properties, Resource, Type, object_type
from offline.aws.values import DEFAULTS, UNKNOWN, Secret, has_secret, has_unknown, plain, without_secrets

_TRUE = frozenset({"1", "t", "T", "TRUE", "true", "True"})
_FALSE = frozenset({"0", "f", "F", "FALSE", "false", "False"})
"""How a boolean may be spelt (`ParseBool` of Go's package strconv)."""

_INTEGER = re.compile(r"[+-]?(?:0|[1-9]\d*|0[xX][0-9a-fA-F]+)")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")

_POLICY, _LIFECYCLE_POLICY = "PolicyDocumentArgs", "LifecyclePolicyDocumentArgs"

_FRAMEWORK = frozenset(
    {
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        "aws:cognito/managedUserPoolClient:ManagedUserPoolClient",
        "aws:cognito/userPoolClient:UserPoolClient",
        "aws:dynamodb/resourcePolicy:ResourcePolicy",
        "aws:eks/podIdentityAssociation:PodIdentityAssociation",
        "aws:iam/rolePoliciesExclusive:RolePoliciesExclusive",
        "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive",
    }
)
"""Resources of the plugin framework that take no `timeouts` (`@FrameworkResource` in terraform-provider-aws)."""


def is_strict(resource: Resource) -> bool:
    """Tell whether the resource is one of the Terraform plugin framework, whose numbers and booleans must be such.

    Only those take `timeouts` as a property; the list adds those without any that stacks use most.
    """
    return "timeouts" in resource.inputs or resource.token in _FRAMEWORK


def convert(values: Mapping[str, Any], declared: Properties, *, strict: bool = False) -> dict[str, Any]:
    """Return the properties as the schema wants them.

    Args:
        values: the properties, as `offline.aws.values` represents them.
        declared: what the package declares.
        strict: whether text is never taken for a number or a boolean.
    """
    return {
        name: _convert(value, declared[name].type, strict) if name in declared and name != DEFAULTS else value
        for name, value in values.items()
    }


def _convert(value: Any, type_: Type, strict: bool) -> Any:
    if isinstance(value, Secret):
        found = _convert(value.value, type_, strict)
        return found if isinstance(found, Secret) else Secret(found)
    if value is None or value is UNKNOWN:
        return value
    if type_.kind == "list" and isinstance(value, list):
        return [_convert(item, type_.items[0], strict) for item in value]
    if type_.kind == "map" and isinstance(value, Mapping):
        return {key: _convert(item, type_.items[0], strict) for key, item in value.items()}
    if type_.kind == "object" and isinstance(value, Mapping):
        return convert(value, object_type(type_.file, type_.name), strict=strict)
    if isinstance(value, Mapping) and _is_document(value, type_):
        return _document(value)
    if _is_text(type_):
        return _text(value)
    if isinstance(value, str) and not strict:
        return _from_text(value, type_.kind)
    # The plugin framework's encoder takes no text for a number, but nothing in place of empty text.
    return None if value == "" and type_.kind in ("integer", "number") else value


def _is_text(type_: Type) -> bool:
    """Tell whether a scalar is text: the package types an enumeration as one or the other."""
    if type_.kind == "union":
        return {member.kind for member in type_.items} in ({"string", "enum"}, {"string", "list"})
    return type_.kind in ("string", "enum")


def _text(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return format(Decimal(repr(value)), "f").removesuffix(".0")
    return value


def _from_text(text: str, kind: str) -> Any:
    if kind == "boolean" and text in _TRUE | _FALSE:
        return text in _TRUE
    if kind == "integer" and _INTEGER.fullmatch(text):
        return float(int(text, 0))
    if kind == "number" and _NUMBER.fullmatch(text):
        return float(text)
    return text


def _is_document(value: Mapping[str, Any], type_: Type) -> bool:
    """Tell whether an object is written as JSON: a policy, or a lifecycle policy that has the package's type."""
    documents = [member for member in type_.items if member.name in (_POLICY, _LIFECYCLE_POLICY)]
    if type_.kind != "union" or not documents:
        return False
    # Of a policy the plugin looks at nothing; the grammar of policies is judged in the text.
    return documents[0].name == _POLICY or not list(check_value(value, documents[0], ""))


def _document(value: Mapping[str, Any]) -> Any:
    if has_unknown(value):
        return Secret(UNKNOWN) if has_secret(value) else UNKNOWN
    text = json.dumps(_json(without_secrets(value)), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return Secret(text) if has_secret(value) else text


def _json(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _json(item) for key, item in value.items() if key != DEFAULTS}
    if isinstance(value, list):
        return [_json(plain(item)) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
