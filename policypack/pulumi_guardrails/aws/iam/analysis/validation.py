"""What AWS refuses in a policy document for its form, by the kind of policy it is.

Sources: AWS IAM User Guide, "Grammar of the IAM JSON policy language", "IAM JSON policy elements: Sid" and "Condition
operators". That IAM refuses a trust with a Resource, or with an action that assumes no role, is what it answers:
"Has prohibited field Resource", "AssumeRole policy may only specify STS AssumeRole actions" (issue 32872 of
hashicorp/terraform-provider-aws).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from enum import Enum

from pulumi_guardrails.aws.iam.analysis.statements import finding_on
from pulumi_guardrails.aws.iam.document.document import Document, Statement
from pulumi_guardrails.aws.iam.document.elements import Principals, Texts
from pulumi_guardrails.aws.iam.wildcards import matches
from pulumi_guardrails.core.value import Value
from pulumi_guardrails.core.verdict import Finding

_STATEMENT_ELEMENTS = {
    "Sid",
    "Effect",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Principal",
    "NotPrincipal",
    "Condition",
}

_TRUST_ACTIONS = (
    "sts:assumerole",
    "sts:assumerolewithsaml",
    "sts:assumerolewithwebidentity",
    "sts:setcontext",
    "sts:setsourceidentity",
    "sts:tagsession",
)

_ORDERS = ("Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
_OPERATORS = (
    *(f"String{end}" for end in ("Equals", "NotEquals", "EqualsIgnoreCase", "NotEqualsIgnoreCase", "Like", "NotLike")),
    *(f"{kind}{order}" for kind in ("Numeric", "Date") for order in _ORDERS),
    *(f"Arn{end}" for end in ("Equals", "NotEquals", "Like", "NotLike")),
    "Bool",
    "BinaryEquals",
    "IpAddress",
    "NotIpAddress",
)
_NULL = "null"
_OPERATOR = re.compile(
    rf"^(?:(?:ForAllValues|ForAnyValue):)?(?:(?:{'|'.join(_OPERATORS)})(?:IfExists)?|{_NULL})$", re.IGNORECASE
)
"""Every operator with its qualifier; that a key is missing can itself not be asked only where it is there."""

_SID = re.compile(r"^[A-Za-z0-9]*$")


class Form(Enum):
    """The kinds of policy, which differ in what their statements must and may not have."""

    IDENTITY = "identity policy"
    TRUST = "trust policy"
    RESOURCE = "resource policy"


def problems_of(document: Document, form: Form) -> Iterator[Finding]:
    """Everything that AWS would refuse in a document."""
    yield from document.problems
    for statement in document.statements:
        yield from _problems(statement)
        if statement.value.is_known:
            yield from _misplaced(statement, form)
    if form is Form.IDENTITY:
        yield from _sids(document)


def unknown_sids(document: Document) -> list[Value]:
    """The names of statements that are not known yet, which decide nothing but whether a document is well formed."""
    sids = [statement.value["Sid"] for statement in document.statements if statement.value.is_known]
    return [sid for sid in sids if sid.is_unknown]


def _problems(statement: Statement) -> Iterator[Finding]:
    """What is wrong with a statement in any policy."""
    if statement.value.is_unknown:
        return
    if not isinstance(statement.value.raw, dict):
        yield _finding(statement.value, "a statement as a JSON object")
        return
    effect = statement.value["Effect"]
    if statement.effect is None and not effect.is_unknown:
        yield _finding(effect, '"Allow" or "Deny"')
    for name, member in statement.value.members():
        if name not in _STATEMENT_ELEMENTS:
            known = ", ".join(sorted(_STATEMENT_ELEMENTS))
            yield Finding(f"{_place(member)} is not an element of a statement; expected one of {known}", member.path)
    pairs: tuple[tuple[Texts, Texts] | tuple[Principals, Principals], ...] = (
        (statement.actions, statement.not_actions),
        (statement.resources, statement.not_resources),
        (statement.principals, statement.not_principals),
    )
    for first, second in pairs:
        name = first.value.path.rpartition(".")[2]
        if first.present and second.present:
            yield finding_on(statement, f"has both {name} and Not{name}; expected one of them", name)
    if not statement.actions.present and not statement.not_actions.present:
        yield _finding(statement.actions.value, "at least one action")
    for part in (statement.actions, statement.not_actions, statement.resources, statement.not_resources):
        if part.present and part.complete and not part.known and not part.malformed:
            yield _finding(part.value, "at least one text")
        yield from (_finding(item, "a text or a list of texts") for item in part.malformed)
    for principals in (statement.principals, statement.not_principals):
        yield from (
            _finding(item, '"*", or an object from AWS, Service, Federated or CanonicalUser to names')
            for item in principals.malformed
        )
    yield from (
        _finding(item, "an object from operator to condition key to values") for item in statement.conditions.malformed
    )
    yield from _operators(statement.conditions.value)


def _operators(conditions: Value) -> Iterator[Finding]:
    for written, block in conditions.members():
        if not _OPERATOR.match(written):
            like = get_close_matches(written.rpartition(":")[2].removesuffix("IfExists"), _OPERATORS, 1)
            advice = f"Write {like[0]}, if that is meant." if like and not conditions.secret else ""
            says = f"{_place(block)} is not a condition operator; expected one such as StringEquals or ArnLike"
            yield Finding(says, block.path, fix=advice)


def _misplaced(statement: Statement, form: Form) -> Iterator[Finding]:
    """An identity policy names resources and no principal, a trust the other way round, a resource policy who it is."""
    principal = statement.principals.present or statement.not_principals.present
    resource = statement.resources.present or statement.not_resources.present
    if form is Form.IDENTITY:
        if not resource:
            yield finding_on(statement, "has no Resource, which an identity-based policy needs", "Resource")
        if principal:
            says = "has a Principal, which an identity-based policy does not have: it is what the policy is attached to"
            yield finding_on(statement, says, "Principal")
        return
    if not principal:
        yield finding_on(statement, "has no Principal, which a resource-based or trust policy needs", "Principal")
    if form is Form.TRUST:
        if resource:
            says = "has a Resource, which a trust policy does not have: it is the role that the policy belongs to"
            yield finding_on(statement, says, "Resource")
        for text in statement.actions.known:
            if not any(matches(text.lower(), action) for action in _TRUST_ACTIONS):
                shown = statement.actions.shown(text)
                says = f"names the action {shown}, by which no role is assumed; expected sts:AssumeRole or one like it"
                yield finding_on(statement, says, "Action", shown, "sts:AssumeRole")


def _sids(document: Document) -> Iterator[Finding]:
    """The names of an identity policy's statements: letters and digits, and each once."""
    seen: set[str] = set()
    for statement in document.statements:
        sid = statement.value["Sid"]
        text = sid.as_text()
        if not text:
            continue
        if not _SID.match(text):
            yield _finding(sid, "letters and digits without a space or a sign")
        if text in seen:
            yield Finding(
                f"the Sid {sid.shown} is that of two statements; expected a Sid of its own", sid.path, sid.shown
            )
        seen.add(text)


def _place(member: Value) -> str:
    """Where a member with a name of the program's own stands; a secret's name is not shown either."""
    return f"a part of {member.path.rpartition('.')[0]}" if member.secret else member.path


def _finding(value: Value, expected: str) -> Finding:
    return Finding("", value.path, value.shown, expected, owner=value.owner)
