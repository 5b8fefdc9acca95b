"""IAM: the ways in which a principal gives itself permissions, and the roles that it hands to services."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from guardrails.iam.concerns import ROLE_HANDOVER
from guardrails.iam.documents import Document, Statement
from guardrails.iam.escalation import METHODS, Method
from guardrails.iam.homes import IDENTITY_HOMES, identity_documents
from guardrails.iam.judging import (
    allows,
    either,
    judge_statements,
    names,
    narrowed,
    not_known,
    offence,
    reaches_every,
    some_text,
    where,
)
from guardrails.iam.patterns import is_everything, is_pattern
from guardrails.iam.reference import Action
from guardrails.iam.sweeping import spelled_out
from guardrails.policy import Settings, Severity, controls, resource_policy
from guardrails.verdict import COMPLIANT, Finding, Outcome, Verdict, all_in
from guardrails.view import Resource

_OWN_USER = "/${aws:username}"
"""A resource that ends so is the caller itself (AWS IAM User Guide, "AWS: allows IAM users to manage their own
password, access keys, and SSH public keys")."""

_HANDOVER_PAGE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html"
_HANDOVER_EXAMPLE = (
    'aws.iam.RolePolicy("deploy", role=role.name, policy=json.dumps({"Version": "2012-10-17", "Statement": [{'
    '"Effect": "Allow", "Action": ["iam:PassRole"], "Resource": ["arn:aws:iam::123456789012:role/ml-api-task"], '
    '"Condition": {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}}]}))'
)


@resource_policy(
    title="No policy lets its principal give itself more permissions",
    why=(
        "Some actions, alone or together, lead to permissions that nobody granted: to write a policy into a role, to "
        "join a group, or to run code with a role that may do more. Whoever takes over such a principal takes over the "
        "account."
    ),
    severity=Severity.CRITICAL,
    kinds=IDENTITY_HOMES,
    rows=("No privilege escalation",),
    controls=controls(SOC2="cc_3_3"),
    mend="Leave the action to an administrator's role, or keep it in bounds by the condition iam:PermissionsBoundary.",
    example=_HANDOVER_EXAMPLE,
    url="https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html",
    topics=("iam", "privilege escalation"),
)
def iam_no_privilege_escalation(resource: Resource, settings: Settings) -> Verdict:
    """Each published method whose actions one document allows together, also spread over several statements."""
    documents = identity_documents(resource)
    if not any(document.statements or document.unknowns for document in documents):
        return judge_statements(documents, lambda _: COMPLIANT)
    return all_in(
        [*(_climbs(document) for document in documents), *(not_known(d.unknowns) for d in documents if _unread(d))]
    )


def _unread(document: Document) -> bool:
    return not document.statements and bool(document.unknowns)


def _climbs(document: Document) -> Verdict:
    """A verdict on a document: the methods that it allows, or what may turn out to allow one."""
    grants = [_Grant(statement) for statement in document.statements]
    parts = [_climb(method, grants) for method in METHODS]
    open_statements = [grant.statement for grant in grants if grant.may_allow_more]
    parts.extend(not_known(statement.unknowns) for statement in open_statements)
    return all_in(parts)


class _Grant:
    """The actions that a statement spells out, by name; an administrator's statement is another policy's finding."""

    def __init__(self, statement: Statement) -> None:
        self.statement = statement
        self.allows = allows(statement)
        found = spelled_out(statement) if self.allows is not False else []
        self.actions: dict[str, Action] = {str(one): one for one in found}

    @property
    def may_allow_more(self) -> bool:
        """Whether it has actions that are not known yet."""
        return bool(self.statement.actions.unknown) and self.allows is not False


def _climb(method: Method, grants: Iterable[_Grant]) -> Verdict:
    """Whether the statements allow every action that a method takes."""
    steps = [_step(method, needed, list(grants)) for needed in sorted(method.needs)]
    if any(not step for step in steps):
        return COMPLIANT
    answers = [either(answer for _, answer in step) for step in steps]
    if False in answers:
        return COMPLIANT
    statements = [statement for step in steps for statement, answer in step if answer is not False]
    unknown = [value for statement in statements for value in statement.unknowns]
    if None in answers and unknown:
        return not_known(unknown)
    finding = Finding(
        ", ".join(dict.fromkeys(where(statement, "Action") for statement in statements)),
        f"{names(method.needs)}, with which the principal {method.gains}",
        "a statement without it, or one in bounds",
        _bounds(method),
    )
    return Verdict(Outcome.VIOLATION, (finding,))


def _step(method: Method, needed: str, grants: list[_Grant]) -> list[tuple[Statement, bool | None]]:
    """The statements that allow one action of a method, each with whether it does so out of bounds."""
    return [
        (grant.statement, _out_of_bounds(method, grant.statement, grant.actions[needed]))
        for grant in grants
        if needed in grant.actions
    ]


def _out_of_bounds(method: Method, statement: Statement, needed: Action) -> bool | None:
    kept = narrowed(statement.conditions, method.kept_by)
    answers = [allows(statement), None if kept is None else not kept, _reaches_far(method, statement, needed)]
    return False if False in answers else None if None in answers else True


def _reaches_far(method: Method, statement: Statement, needed: Action) -> bool | None:
    """Whether a statement allows an action where the method takes it: anywhere, or at every resource of its type."""
    if statement.not_resources.present:
        nothing = some_text(statement.not_resources, is_everything)
        return None if nothing is None else not nothing
    if method.wide == str(needed):
        return reaches_every(statement, needed)
    return some_text(statement.resources, lambda text: not (method.own_is_harmless and text.endswith(_OWN_USER)))


def _bounds(method: Method) -> str:
    if method.kept_by:
        return f"Take the action out, or keep it in bounds by a condition on {' or '.join(method.kept_by)}."
    if method.wide:
        return f"Name the resources of {method.wide} instead of every one, or take the action out."
    return "Take the action out: it belongs to an administrator's role."


@resource_policy(
    title="Who may pass roles may pass named ones to a named service",
    why=(
        "A principal with iam:PassRole can run code of its own with any role it may pass. Named roles and the "
        "condition iam:PassedToService keep that to what the deployment needs."
    ),
    severity=Severity.HIGH,
    kinds=IDENTITY_HOMES,
    rows=("`iam:PassRole` names its roles (and its service)",),
    mend="Name the roles in Resource, and the service in a condition on iam:PassedToService.",
    example=_HANDOVER_EXAMPLE,
    url=_HANDOVER_PAGE,
    topics=("iam", "privilege escalation"),
)
def iam_pass_role_is_limited(resource: Resource, settings: Settings) -> Verdict:
    """Each statement that allows iam:PassRole: no wildcard in its roles, and the service they are passed to."""
    return judge_statements(identity_documents(resource), lambda statement: all_in(_passes(statement)))


def _passes(statement: Statement) -> Iterator[Verdict]:
    if statement.actions.unknown:
        yield offence(statement, Finding("", ""), allows(statement), None)
    if ROLE_HANDOVER not in map(str, spelled_out(statement)):
        return
    handed = statement.resources
    roles = ", ".join(map(handed.shown, handed.known[:3])) or "no roles"
    named = 'Write {"Effect": "Allow", "Action": "iam:PassRole", "Resource": "arn:aws:iam::ACCOUNT:role/NAME", '
    service = '"Condition": {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}}'
    advice = f"{named}{service} with your own role and service."
    any_role = True if statement.not_resources.present else some_text(handed, is_pattern)
    yield offence(
        statement,
        Finding(where(statement, "Resource"), f"{roles} for iam:PassRole", "roles by name, without wildcards", advice),
        allows(statement),
        any_role,
    )
    limited = narrowed(statement.conditions, ("iam:passedtoservice",))
    yield offence(
        statement,
        Finding(
            where(statement, "Condition"),
            "without the service that iam:PassRole hands the roles to",
            "a condition on iam:PassedToService",
            advice,
        ),
        allows(statement),
        None if limited is None else not limited,
    )
