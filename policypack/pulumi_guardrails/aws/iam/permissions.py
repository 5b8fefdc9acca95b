"""The permissions of a stack as JSON: who may do what to what, and which policy says so.

What `permissions` returns has these keys, in an order that depends on nothing but the stack:

`principals`: the roles, users and groups of the stack:
- `id` (URN), `label`, `kind` (`role`, `user` or `group`) and `name`, empty where it is not known yet;
- `boundary`: the permissions boundary, null for none: its `arn`, empty where that is not known yet; `policies`, the
  URNs of the stack's policies that it is or may be; `unknown`;
- `groups`: the groups that a user is or may be a member of: `id` (URN) and `unknown`.

`grants`: one for each statement, and for each policy whose document is not known:
- `id`;
- `source`: where it stands: `kind`, `policy` (a name or an ARN, empty for none), `resource` (the URN of the resource
  with the document, or with the attachment), `path` (the property), `sid` and `index` (the statement; null for none).
  The kinds: `inline` and `managed` (of the stack), `aws-managed` and `external` (their documents are not known),
  `trust`, `resource` (a resource-based policy), `endpoint` (a VPC endpoint's, which grants nothing and limits);
- `principals`: whom it is for: `id`, the URN of a principal of the stack, or the principal in words; `unknown`, what
  has to be known to tell whether it is; `not_principals` in words;
- `effect`: `Allow` or `Deny`, empty where that is not known;
- `actions`, `not_actions`, `resources`, `not_resources`: as they are written, without what is not known;
- `conditions`: `operator` as it is written, `key` in lower case, `values`;
- `known`: whether nothing of it is unknown; `unknown`: what is not known of the statement, and what computes it;
- `problems`: why the document cannot be read, as sentences without a full stop.

A secret is `[secret]`. An unknown is as in `aws.inspection`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pulumi_guardrails.aws import resource_types as types
from pulumi_guardrails.aws.iam.attachment.identity_policies import PRINCIPALS, attached_arns, policy_sets
from pulumi_guardrails.aws.iam.attachment.policy_attachments import BOUNDARY, referenced_policies
from pulumi_guardrails.aws.iam.catalogue.managed_policies import is_of_aws
from pulumi_guardrails.aws.iam.document.document import Document, Statement
from pulumi_guardrails.aws.iam.document.elements import Condition, Principals, Texts
from pulumi_guardrails.aws.iam.document.policy_locations import (
    ACCESS_POLICY_LOCATIONS,
    ENDPOINT_POLICY_LOCATIONS,
    IDENTITY_POLICY_LOCATIONS,
    access_documents,
    identity_documents,
    trust_documents,
)
from pulumi_guardrails.aws.inspection import unknown_as_json
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.value import Value
from pulumi_guardrails.core.verdict import Cause, Unknown

_SECRET = "[secret]"  # noqa: S105 - what stands in place of one


def permissions(stack: Stack) -> dict[str, Any]:
    """The permissions of a stack, in the form that the module describes."""
    principals = stack.of(*PRINCIPALS)
    grants = [
        *_identity_based(stack, principals),
        *_of_other_documents(stack, principals),
        *(
            _grant(stack, document, statement, _source("trust", role, document, statement))
            | _principals(stack, principals, statement)
            for role in stack.of(types.ROLE)
            for document in trust_documents(role)
            for statement in document.statements or (None,)
        ),
        *_resource_based(stack, principals),
    ]
    return {
        "principals": [_principal(stack, principal) for principal in principals],
        "grants": [{"id": f"g{number}", **grant} for number, grant in enumerate(grants, 1)],
    }


# --- principals


def _principal(stack: Stack, principal: Resource) -> dict[str, Any]:
    sets = policy_sets(stack, principal) if principal.kind is types.USER else []
    memberships = [(one.holders[0].resource, one.doubt) for one in sets if one.holders[0].resource.kind is types.GROUP]
    return {
        "id": principal.urn,
        "label": principal.name,
        "kind": {types.ROLE: "role", types.USER: "user"}.get(principal.kind, "group") if principal.kind else "",
        "name": _text(principal["name"]),
        "boundary": _boundary(stack, principal),
        "groups": [{"id": group.urn, "unknown": _unknown(stack, doubt)} for group, doubt in memberships],
    }


def _boundary(stack: Stack, principal: Resource) -> dict[str, Any] | None:
    arn = principal[BOUNDARY]
    if arn.is_absent:
        return None
    policies = referenced_policies(stack, arn)
    doubts = [one.doubt for one in policies if one.doubt is not None]
    unknown = doubts[0] if doubts else arn if arn.is_unknown and not policies else None
    return {
        "arn": _text(arn),
        "policies": sorted(one.policy.urn for one in policies),
        "unknown": _unknown(stack, unknown),
    }


def _principals(stack: Stack, principals: Sequence[Resource], statement: Statement | None) -> dict[str, Any]:
    """Whom a statement of a trust policy or a resource-based policy is for."""
    if statement is None:
        return {}
    found: dict[str, list[dict[str, Any]]] = {}
    written = statement.principals
    for one in written.known:
        same = [] if written.value.secret else [own for own in principals if _is_named(own, one.name)]
        for own in same:
            of_another = Unknown(f"whether {one.name} is of this account", Cause.AMBIGUOUS)
            is_certain = own.output("arn").as_text() == one.name
            found[own.urn] = [] if is_certain else [unknown_as_json(stack, of_another)]
        if not same:
            found[_SECRET if written.value.secret else str(one)] = []
    for value in written.unknown:
        reference = stack.reference(value, *PRINCIPALS)
        for own, answer in sorted(reference.targets, key=lambda target: target[0].urn):
            found.setdefault(own.urn, [] if answer else _unknown(stack, value))
    return {
        "principals": [{"id": identity, "unknown": unknown} for identity, unknown in found.items()],
        "not_principals": _named(statement.not_principals),
    }


def _is_named(principal: Resource, arn: str) -> bool:
    """Whether an ARN is a principal's, but for its account: names are unique in one, whatever their path.

    Source: AWS IAM User Guide, "IAM identifiers".
    """
    if principal.output("arn").as_text() == arn:
        return True
    name = principal["name"].as_text()
    of_kind = {types.ROLE: ":role/", types.USER: ":user/", types.GROUP: ":group/"}
    kind = of_kind.get(principal.kind, "") if principal.kind else ""
    return bool(name and kind) and kind in arn and arn.rpartition("/")[2] == name


def _named(principals: Principals) -> list[str]:
    return [_SECRET] if principals.value.secret else [str(one) for one in principals.known]


# --- identity-based policies


def _identity_based(stack: Stack, principals: Sequence[Resource]) -> Iterator[dict[str, Any]]:
    """The statements of every identity-based policy, each with the principals that the policy applies to, or may."""
    touched: dict[Resource, dict[str, list[dict[str, Any]]]] = {}
    for principal in principals:
        for one in policy_sets(stack, principal):
            for holder in one.holders:
                doubt = one.doubt or holder.doubt
                applies = touched.setdefault(holder.resource, {})
                if doubt is None or principal.urn not in applies:
                    applies[principal.urn] = _unknown(stack, doubt)
    for resource in stack.of(*IDENTITY_POLICY_LOCATIONS):
        kind = "managed" if resource.kind is types.IAM_POLICY else "inline"
        for number, document in enumerate(identity_documents(resource)):
            if document.value.is_absent:
                continue
            name = resource["name"]
            if resource.kind is types.ROLE:
                blocks = resource["inlinePolicies"].elements()
                name = blocks[number]["name"] if blocks else resource["inlinePolicies"]
            for statement in document.statements or (None,):
                source = _source(kind, resource, document, statement, _text(name))
                applies = touched.get(resource, {})
                yield _grant(stack, document, statement, source) | {
                    "principals": [{"id": urn, "unknown": unknown} for urn, unknown in applies.items()]
                }


def _of_other_documents(stack: Stack, principals: Sequence[Resource]) -> Iterator[dict[str, Any]]:
    """What is attached by its ARN, and has its document outside the stack."""
    for principal in principals:
        for attached in attached_arns(stack, principal):
            arn = attached.arn
            if arn.is_absent or arn.owner is None or referenced_policies(stack, arn, attached.among):
                continue
            text = _text(arn)
            outside = arn.as_unknown() if arn.is_unknown else Unknown(f"the document of {text}", Cause.OUTSIDE_STACK)
            kind = "aws-managed" if is_of_aws(text) else "external"
            place = {"resource": arn.owner.urn, "path": arn.path, "sid": "", "index": None}
            source = {"kind": kind, "policy": text, **place}
            yield _empty(source) | {
                "principals": [{"id": principal.urn, "unknown": _unknown(stack, attached.doubt)}],
                "effect": "Allow" if kind == "aws-managed" else "",
                "known": False,
                "unknown": [unknown_as_json(stack, outside)],
            }


# --- resource-based policies


def _resource_based(stack: Stack, principals: Sequence[Resource]) -> Iterator[dict[str, Any]]:
    for resource in stack.of(*ACCESS_POLICY_LOCATIONS, *ENDPOINT_POLICY_LOCATIONS):
        kind = "endpoint" if resource.kind in ENDPOINT_POLICY_LOCATIONS else "resource"
        for document in access_documents(resource):
            if document.value.is_absent:
                continue
            for statement in document.statements or (None,):
                grant = _grant(stack, document, statement, _source(kind, resource, document, statement))
                yield grant | _principals(stack, principals, statement)


# --- one statement


def _source(
    kind: str, resource: Resource, document: Document, statement: Statement | None, name: str = ""
) -> dict[str, Any]:
    return {
        "kind": kind,
        "policy": name,
        "resource": resource.urn,
        "path": statement.value.path if statement is not None else document.value.path,
        "sid": statement.sid if statement is not None else "",
        "index": statement.index if statement is not None else None,
    }


def _empty(source: dict[str, Any]) -> dict[str, Any]:
    nothing: dict[str, Any] = {
        "principals": [],
        "not_principals": [],
        "effect": "",
        "actions": [],
        "not_actions": [],
        "resources": [],
        "not_resources": [],
        "conditions": [],
        "known": True,
        "unknown": [],
        "problems": [],
    }
    return {"source": source, **nothing}


def _grant(stack: Stack, document: Document, statement: Statement | None, source: dict[str, Any]) -> dict[str, Any]:
    """A statement, or a document of which no statement can be read."""
    unknowns = document.unknowns if statement is None else statement.unknowns
    grant = _empty(source) | {
        "known": not unknowns,
        "unknown": _distinct(unknown_as_json(stack, value.as_unknown()) for value in unknowns),
        "problems": [finding.sentence(document.value.owner) for finding in document.problems],
    }
    if statement is None:
        return grant
    return grant | {
        "effect": statement.effect.value if statement.effect is not None else "",
        "actions": _texts(statement.actions),
        "not_actions": _texts(statement.not_actions),
        "resources": _texts(statement.resources),
        "not_resources": _texts(statement.not_resources),
        "conditions": [_condition(condition) for condition in statement.conditions.known],
    }


def _condition(condition: Condition) -> dict[str, Any]:
    qualifier = f"{condition.qualifier}:" if condition.qualifier else ""
    return {
        "operator": f"{qualifier}{condition.operator}{'IfExists' if condition.if_exists else ''}",
        "key": condition.key,
        "values": _texts(condition.values),
    }


def _texts(texts: Texts) -> list[str]:
    return [_SECRET] if texts.value.secret and texts.present else list(texts.known)


def _text(value: Value) -> str:
    """A text; empty where it is not known, and never a secret."""
    return "" if value.is_unknown else _SECRET if value.secret else value.as_text() or ""


def _unknown(stack: Stack, doubt: Value | None) -> list[dict[str, Any]]:
    return [] if doubt is None else [unknown_as_json(stack, doubt.as_unknown())]


def _distinct(unknowns: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for one in unknowns:
        if one not in found:
            found.append(one)
    return found
