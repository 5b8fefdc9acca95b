"""Permissions without a policy document, read as a statement of one: of functions, keys and event buses.

Sources: AWS Lambda API reference, AddPermission (each parameter adds one condition; SourceArn is compared by
StringLike) and AddLayerVersionPermission; AWS KMS Developer Guide, "Grants in AWS KMS"; Amazon EventBridge API
Reference, PutPermission (Condition: StringEquals, aws:PrincipalOrgID).
"""

from __future__ import annotations

from collections.abc import Mapping

from pulumi_guardrails.aws import resource_types
from pulumi_guardrails.aws.iam.document.document import Document, Effect, Statement
from pulumi_guardrails.aws.iam.document.elements import Condition, Conditions, Principal, Principals, Texts
from pulumi_guardrails.core.kind import Kind
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.value import ABSENT, Value

_CONDITIONS: Mapping[Kind, Mapping[str, tuple[str, str]]] = {
    resource_types.LAMBDA_PERMISSION: {
        "sourceArn": ("StringLike", "aws:sourcearn"),
        "sourceAccount": ("StringEquals", "aws:sourceaccount"),
        "principalOrgId": ("StringEquals", "aws:principalorgid"),
        "eventSourceToken": ("StringEquals", "lambda:eventsourcetoken"),
    },
    resource_types.LAMBDA_LAYER_PERMISSION: {"organizationId": ("StringEquals", "aws:principalorgid")},
    resource_types.KMS_GRANT: {},
    resource_types.EVENT_PERMISSION: {"condition": ("StringEquals", "aws:principalorgid")},
}
"""By kind and property: the operator and the key of the condition that it becomes."""

PERMISSION_LOCATIONS = tuple(_CONDITIONS)
"""Kinds that grant access to one principal, without a document."""

_NAMES: Mapping[Kind, tuple[str, str]] = {
    resource_types.LAMBDA_PERMISSION: ("principal", "function"),
    resource_types.LAMBDA_LAYER_PERMISSION: ("principal", "layerName"),
    resource_types.KMS_GRANT: ("granteePrincipal", "keyId"),
    resource_types.EVENT_PERMISSION: ("principal", "eventBusName"),
}
"""By kind: the properties that name the principal, and what it may access."""


class _Permission(Statement):
    """The one statement of a permission, which a message calls the permission."""

    @property
    def label(self) -> str:
        return "the permission"

    @property
    def place(self) -> str:
        return self.label


def permission_document(permission: Resource) -> Document:
    """The document that a permission stands for: without a statement where it grants no access, or is none at all."""
    if permission.kind is None or permission.kind not in _CONDITIONS:
        return Document(Value(ABSENT, ""))
    who, what = _NAMES[permission.kind]
    written = permission[who]
    if written.is_absent:
        return Document(written)
    properties = _CONDITIONS[permission.kind].items()
    conditions = [
        Condition(operator, key, Texts.read(_value(permission[name]))) for name, (operator, key) in properties
    ]
    # The principal's property stands for the permission as a whole.
    place = written.part({"Effect": Effect.ALLOW.value}, written.path)
    none = written.part(ABSENT, written.path)
    statement = _Permission(
        value=place,
        index=0,
        sid="",
        effect=Effect.ALLOW,
        actions=Texts(none),
        not_actions=Texts(none),
        resources=Texts.read(permission[what]),
        not_resources=Texts(none),
        principals=_principals(written),
        not_principals=Principals(none),
        conditions=Conditions(place, tuple(one for one in conditions if one.values.known != ("",))),
    )
    return Document(written, (statement,))


def _value(condition: Value) -> Value:
    """The value of a condition: in a block, which has one operator and one key to choose from, a member of it."""
    return condition["value"] if condition.property_name == "condition" else condition


def _principals(written: Value) -> Principals:
    """The principal: everyone, an account, an ARN, or a service, which is the only one whose name has dots."""
    texts = Texts.read(written)
    known = tuple(Principal("Service" if _is_service(name) else "AWS", name) for name in texts.known)
    return Principals(texts.value, known, texts.unknown, texts.malformed)


def _is_service(name: str) -> bool:
    return "." in name and not name.startswith("arn:")
