"""Which access an update of a stack gives that the state before did not, as JSON.

What `new_access` returns has these keys, in an order that depends on nothing but the stacks:

`access`: one for each statement and kind of new access:
- `resource` (URN) and `label`: the role, user or group that gets the access, or the resource that lets others in;
- `source`: the statement: `resource` (the URN of what has the document), `path` (the property), `sid` and `index`;
- `actions`: the actions that are newly allowed, in the order of their names;
- `witness`: a request that is allowed now and was not before: `action`, one of the actions; `resource`, an ARN, empty
  in a trust policy; `context`, the values of each condition key that has some; `principal`, empty for the principal of
  an identity-based policy;
- `outside`: the policies of the principal whose documents are not in the stack, which may have allowed it before, or
  deny it still.

`undetermined`: what may give new access: `resource`, `label` and `source` as above; `reason`, a clause without a full
stop; `unknown`: what is not known, as in `aws.inspection`.

A secret is `[secret]`.

Policies on one principal count together, with its permissions boundary; the policies of a resource by themselves. What
limits or grants besides them, as service control policies and session policies do, is not in a stack and not compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pulumi_guardrails.aws import resource_types as types
from pulumi_guardrails.aws.iam.attachment.identity_policies import PRINCIPALS
from pulumi_guardrails.aws.iam.attachment.principal_grants import (
    PrincipalPolicies,
    caller_of,
    principal_policies,
    readings_of,
)
from pulumi_guardrails.aws.iam.document.document import Document, Statement
from pulumi_guardrails.aws.iam.document.policy_locations import (
    ACCESS_POLICY_LOCATIONS,
    access_documents,
    trust_documents,
)
from pulumi_guardrails.aws.iam.semantics.comparison import Grants, NewAccess, Undetermined, callers_of, compare
from pulumi_guardrails.aws.iam.semantics.request import Request
from pulumi_guardrails.aws.inspection import unknown_as_json
from pulumi_guardrails.core.frozen import fast_dataclass
from pulumi_guardrails.core.kind import Kind
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.value import Value
from pulumi_guardrails.core.verdict import Cause, Unknown

_SECRET = "[secret]"  # noqa: S105 - what stands in place of one


@fast_dataclass(frozen=True)
class _Attached:
    """A policy that is newly attached to a principal, and whose document is not in the stack."""

    arn: Value


def new_access(before: Stack, after: Stack) -> dict[str, Any]:
    """The access that is new, in the form that the module describes."""
    access: list[dict[str, Any]] = []
    undetermined: list[dict[str, Any]] = []
    for resource, found, outside in _found(before, after):
        if isinstance(found, NewAccess):
            access.append(_access(resource, found, outside))
        elif isinstance(found, Undetermined):
            undetermined.append(_undetermined(after, resource, found))
        else:
            undetermined.append(_of_outside(after, resource, found))
    return {"access": _told_once(after, access), "undetermined": _told_once(after, undetermined)}


def _told_once(stack: Stack, entries: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """What a group gets is not told again of each of its members."""

    def of_kind(entry: dict[str, Any]) -> Kind | None:
        resource = stack.at(entry["resource"])
        return resource.kind if resource is not None else None

    def what(entry: dict[str, Any]) -> tuple[Any, ...]:
        return entry["source"], entry.get("actions"), entry.get("reason")

    of_groups = [what(entry) for entry in entries if of_kind(entry) is types.GROUP]
    return [entry for entry in entries if of_kind(entry) is not types.USER or what(entry) not in of_groups]


def _found(
    before: Stack, after: Stack
) -> Iterator[tuple[Resource, NewAccess | Undetermined | _Attached, Sequence[Value]]]:
    for principal in after.of(*PRINCIPALS):
        own = principal_policies(after, principal)
        old = before.at(principal.urn)
        was = principal_policies(before, old) if old is not None else PrincipalPolicies(Grants())
        for found in compare(was.grants, own.grants, [caller_of(principal, old)]):
            yield principal, found, own.outside
        for attached in _newly_attached(was, own):
            yield principal, attached, ()
    for resource in after.of(*ACCESS_POLICY_LOCATIONS, types.ROLE):
        old = before.at(resource.urn)
        readings, were = readings_of(_documents(resource)), readings_of(_documents(old)) if old is not None else []
        for found in compare(Grants(were), Grants(readings), callers_of([*readings, *were])):
            yield resource, found, ()


def _documents(resource: Resource) -> Sequence[Document]:
    return trust_documents(resource) if resource.kind is types.ROLE else access_documents(resource)


def _newly_attached(was: PrincipalPolicies, own: PrincipalPolicies) -> Iterator[_Attached]:
    known = {arn.as_text() for arn in was.outside} - {None}
    return (_Attached(arn) for arn in own.outside if arn.as_text() not in known)


def _shown(arn: Value) -> str:
    return _SECRET if arn.secret else arn.as_text() or "a policy"


# --- as JSON


def _head(resource: Resource, place: Value, statement: Statement | None = None) -> dict[str, Any]:
    return {
        "resource": resource.urn,
        "label": resource.label,
        "source": {
            "resource": (place.owner or resource).urn,
            "path": place.path,
            "sid": statement.sid if statement is not None else "",
            "index": statement.index if statement is not None else None,
        },
    }


def _access(resource: Resource, found: NewAccess, outside: Sequence[Value]) -> dict[str, Any]:
    statement = found.statement
    is_secret = any(one.secret for one in _values(statement))
    return {
        **_head(resource, statement.value, statement),
        "actions": [_SECRET] if is_secret else sorted(found.actions),
        "witness": _request(statement, found.witness, is_secret),
        "outside": sorted({_shown(arn) for arn in outside}),
    }


def _values(statement: Statement) -> list[Value]:
    """The elements of a statement that its witness may quote."""
    texts = [statement.actions, statement.not_actions, statement.resources, statement.not_resources]
    texts += [condition.values for condition in statement.conditions.known]
    return [statement.value, statement.principals.value, statement.conditions.value, *(one.value for one in texts)]


def _request(statement: Statement, request: Request, is_secret: bool) -> dict[str, Any]:
    has_resource = statement.resources.present or statement.not_resources.present
    return {
        "action": _SECRET if is_secret else request.action,
        "resource": "" if not has_resource else _SECRET if is_secret else request.resource,
        "context": {key: [_SECRET] if is_secret else list(of_key) for key, of_key in sorted(request.context.items())},
        "principal": _SECRET if is_secret and request.principal else str(request.principal or "").strip(),
    }


def _undetermined(stack: Stack, resource: Resource, found: Undetermined) -> dict[str, Any]:
    unknown = [unknown_as_json(stack, value.as_unknown()) for value in found.unknowns]
    return {**_head(resource, found.statement.value, found.statement), "reason": found.reason, "unknown": unknown}


def _of_outside(stack: Stack, resource: Resource, found: _Attached) -> dict[str, Any]:
    is_known = found.arn.as_text() is not None
    document = Unknown(f"the document of {_shown(found.arn)}", Cause.OUTSIDE_STACK)
    unknown = unknown_as_json(stack, document if is_known else found.arn.as_unknown())
    reason = f"{_shown(found.arn)} is newly attached, and its document is not part of this stack"
    return {**_head(resource, found.arn), "reason": reason, "unknown": [unknown]}


# --- as text

_MOST_LISTED = 30
"""Actions that a person reads of one statement: a wildcard may stand for thousands."""


def access_report(found: Mapping[str, Any]) -> str:
    """What `new_access` returns, for people: the new access action by action, each with a request that shows it."""
    blocks = [_access_lines(one) for one in found["access"]] + [_doubt_lines(one) for one in found["undetermined"]]
    return "\n\n".join(blocks or ["No new access."])


def _access_lines(one: Mapping[str, Any]) -> str:
    request, actions = one["witness"], one["actions"]
    lines = [f"{one['label']}: new access by {_place(one['source'])}"]
    lines += [f"  {action} {_example(request)}".rstrip() for action in actions[:_MOST_LISTED]]
    if len(actions) > _MOST_LISTED:
        lines.append(f"  and {len(actions) - _MOST_LISTED} more actions")
    if one["outside"]:
        outside = ", ".join(one["outside"])
        lines.append(f"  unless a policy outside the stack allowed it before, or denies it: {outside}")
    return "\n".join(lines)


def _example(request: Mapping[str, Any]) -> str:
    """A request in words: by whom, on what and with which condition keys."""
    keys = ", ".join(f"{key} = {' and '.join(values)}" for key, values in request["context"].items())
    parts = {"by": request["principal"], "on": request["resource"], "with": keys}
    return " ".join(f"{word} {what}" for word, what in parts.items() if what)


def _doubt_lines(one: Mapping[str, Any]) -> str:
    of_what = f" by {_place(one['source'])}" if one["source"]["index"] is not None else ""
    unknown = ", ".join(f"{unknown['path']} ({unknown['cause']})" for unknown in one["unknown"])
    return f"{one['label']}: cannot tell{of_what}: {one['reason']}{': ' if unknown else ''}{unknown}"


def _place(source: Mapping[str, Any]) -> str:
    kind, _, name = source["resource"].rpartition("::")
    statement = f"statement {source['sid']!r}" if source["sid"] else f"statement {source['index']}"
    return f"{statement} of {kind.rpartition(':')[2]} '{name}'"
