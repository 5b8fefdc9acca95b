"""Which access an update of a stack gives that the state before did not, as JSON.

What `new_access` returns has these keys, in an order that depends on nothing but the stacks:

`access`: one for each statement and kind of new access:
- `resource` (URN) and `label`: the role, user or group that gets the access, or the resource that lets others in;
- `source`: the statement: `resource` (the URN of what has the document), `path` (the property), `sid` and `index`;
- `actions`: the actions that are newly allowed, in the order of their names;
- `witness`: a request that is allowed now and was not before: `action`, one of the actions; `resource`, an ARN, empty
  in a trust policy; `context`, the values of each condition key that has some; `principal`, empty for the principal of
  an identity-based policy;
- `outside`: the policies and the boundary of the principal whose documents are not in the stack, which may have allowed
  it before, or deny it still.

`undetermined`: what may give new access: `resource`, `label` and `source` as above; `reason`, a clause without a full
stop; `unknown`: what is not known, as in `aws.inspection`.

A secret is `[secret]`.

Policies on one principal count together, with its permissions boundary; the policies of a resource by themselves. What
limits or grants besides them, as service control policies and session policies do, is not in a stack and not compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pulumi_guardrails.aws import resource_types as types
from pulumi_guardrails.aws.iam.attachment.identity_policies import PRINCIPALS, attached_arns, policy_sets
from pulumi_guardrails.aws.iam.attachment.policy_attachments import BOUNDARY, referenced_policies
from pulumi_guardrails.aws.iam.document.document import Document, Statement
from pulumi_guardrails.aws.iam.document.policy_locations import (
    ACCESS_POLICY_LOCATIONS,
    access_documents,
    identity_documents,
    trust_documents,
)
from pulumi_guardrails.aws.iam.semantics.comparison import (
    IDENTITY,
    Grants,
    NewAccess,
    Undetermined,
    callers_of,
    compare,
)
from pulumi_guardrails.aws.iam.semantics.request import Request
from pulumi_guardrails.aws.iam.semantics.rules import Reading, read
from pulumi_guardrails.aws.iam.semantics.search import Caller
from pulumi_guardrails.aws.inspection import unknown_as_json
from pulumi_guardrails.core.kind import Kind
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.value import Value
from pulumi_guardrails.core.verdict import Cause, Unknown

_SECRET = "[secret]"  # noqa: S105 - what stands in place of one


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
) -> Iterator[tuple[Resource, NewAccess | Undetermined | _Outside, Sequence[_Outside]]]:
    for principal in after.of(*PRINCIPALS):
        own = _policies(after, principal)
        old = before.at(principal.urn)
        was = _policies(before, old) if old is not None else _Policies(Grants())
        for found in compare(was.grants, own.grants, [_caller(principal, old)]):
            yield principal, found, own.outside
        for change in _changed_outside(was, own):
            yield principal, change, ()
    for resource in after.of(*ACCESS_POLICY_LOCATIONS, types.ROLE):
        old = before.at(resource.urn)
        readings, were = _readings(_documents(resource)), _readings(_documents(old)) if old is not None else []
        for found in compare(Grants(were), Grants(readings), callers_of([*readings, *were])):
            yield resource, found, ()


def _documents(resource: Resource) -> Sequence[Document]:
    return trust_documents(resource) if resource.kind is types.ROLE else access_documents(resource)


def _readings(documents: Sequence[Document]) -> list[Reading]:
    return [reading for document in documents for reading in read(document)]


# --- identity-based policies


@dataclass(frozen=True)
class _Outside:
    """A policy of a principal whose document is not in the stack.

    Attributes:
        arn: Its ARN.
        reason: Why it may give new access, where it has changed.
    """

    arn: Value
    reason: str = ""

    @property
    def text(self) -> str:
        """Its ARN as text; empty where that is not known."""
        return self.arn.as_text() or ""

    @property
    def shown(self) -> str:
        """How a message names it."""
        return self.arn.shown if self.text else "a policy"


@dataclass(frozen=True)
class _Policies:
    """The policies of a principal.

    Attributes:
        grants: The statements of those in the stack.
        attached: Those that are attached from outside the stack.
        boundary: The permissions boundary, where it is from outside the stack.
    """

    grants: Grants
    attached: Sequence[_Outside] = ()
    boundary: _Outside | None = None

    @property
    def outside(self) -> Sequence[_Outside]:
        """All that is from outside the stack."""
        return [*self.attached, *([self.boundary] if self.boundary else [])]


def _policies(stack: Stack, principal: Resource) -> _Policies:
    sets = policy_sets(stack, principal)
    readings: list[Reading] = []
    for policy_set in sets:
        for holder in policy_set.holders:
            own = _readings(identity_documents(holder.resource))
            is_certain = policy_set.doubt is None and holder.doubt is None
            readings.extend(own if is_certain else map(_as_possible, own))
    owners = [principal, *(one.holders[0].resource for one in sets if one.holders[0].resource.kind is types.GROUP)]
    attached = [
        _Outside(one.arn)
        for owner in dict.fromkeys(owners)
        for one in attached_arns(stack, owner)
        if not one.arn.is_absent and not referenced_policies(stack, one.arn, one.among)
    ]
    arn = principal[BOUNDARY]
    bounding = [] if arn.is_absent else referenced_policies(stack, arn)
    if not bounding:
        return _Policies(Grants(readings), attached, None if arn.is_absent else _Outside(arn))
    bounds = [reading for one in bounding for reading in _readings(identity_documents(one.policy))]
    is_certain = len(bounding) == 1 and bounding[0].doubt is None
    return _Policies(Grants(readings, bounds if is_certain else list(map(_as_possible, bounds))), attached)


def _as_possible(reading: Reading) -> Reading:
    """A statement of which it is not known whether it applies."""
    return replace(reading, narrowest=None)


def _changed_outside(was: _Policies, own: _Policies) -> Iterator[_Outside]:
    """What of the policies outside the stack may give new access: one that is attached, a boundary that is not."""
    known = {policy.text for policy in was.attached if policy.text}
    for policy in own.attached:
        if policy.text not in known:
            reason = f"{policy.shown} is newly attached, and its document is not part of this stack"
            yield replace(policy, reason=reason)
    if was.boundary is not None and (own.boundary is None or own.boundary.text != was.boundary.text):
        reason = f"{was.boundary.shown}, whose document is not part of this stack, is its permissions boundary no more"
        yield replace(was.boundary, reason=reason)


def _caller(*states: Resource | None) -> Caller:
    """A principal with the keys that are known of it (AWS IAM User Guide, "AWS global condition context keys")."""
    arns = (state.output("arn").as_text() for state in states if state is not None)
    arn = next((arn for arn in arns if arn), None)
    return Caller(None, {"aws:principalarn": (arn,), "aws:principalaccount": (arn.split(":")[4],)}) if arn else IDENTITY


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


def _access(resource: Resource, found: NewAccess, outside: Sequence[_Outside]) -> dict[str, Any]:
    statement = found.statement
    is_secret = any(one.secret for one in _values(statement))
    return {
        **_head(resource, statement.value, statement),
        "actions": [_SECRET] if is_secret else sorted(found.actions),
        "witness": _request(statement, found.witness, is_secret),
        "outside": sorted({policy.arn.shown for policy in outside if policy.text}),
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
        "principal": _SECRET if is_secret and request.principal else str(request.principal or ""),
    }


def _undetermined(stack: Stack, resource: Resource, found: Undetermined) -> dict[str, Any]:
    unknown = [unknown_as_json(stack, value.as_unknown()) for value in found.unknowns]
    return {**_head(resource, found.statement.value, found.statement), "reason": found.reason, "unknown": unknown}


def _of_outside(stack: Stack, resource: Resource, found: _Outside) -> dict[str, Any]:
    outside = Unknown(f"the document of {found.shown}", Cause.OUTSIDE_STACK) if found.text else found.arn.as_unknown()
    return {**_head(resource, found.arn), "reason": found.reason, "unknown": [unknown_as_json(stack, outside)]}


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
