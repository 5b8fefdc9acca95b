"""By which of AWS's checks a statement lets roles be passed, or service-linked roles be created, too widely.

Source: AWS IAM User Guide, "IAM policy validation check reference", "Pass role with …" and "Create SLR with …".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pulumi_guardrails.aws.iam.catalogue.access_analyzer_checks import Check
from pulumi_guardrails.aws.iam.document.document import Effect, Statement
from pulumi_guardrails.aws.iam.wildcards import is_pattern, matches

_Shape = tuple[str, str]
"""How a statement names its actions, and how its resources."""

_NAMED, _STAR, _NOT = "named", "star", "not"

_PASS_ROLE: Mapping[_Shape, Check] = {
    (_NAMED, _STAR): Check.PASS_ROLE_WITH_STAR_IN_RESOURCE,
    (_NAMED, _NOT): Check.PASS_ROLE_WITH_NOTRESOURCE,
    (_STAR, _STAR): Check.PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE,
    (_STAR, _NOT): Check.PASS_ROLE_WITH_STAR_IN_ACTION_AND_NOTRESOURCE,
    (_NOT, _STAR): Check.PASS_ROLE_WITH_STAR_IN_RESOURCE_AND_NOTACTION,
    (_NOT, _NOT): Check.PASS_ROLE_WITH_NOTACTION_AND_NOTRESOURCE,
}
_CREATE_SLR: Mapping[_Shape, Check] = {
    (_NAMED, _STAR): Check.CREATE_SLR_WITH_STAR_IN_RESOURCE,
    (_NAMED, _NOT): Check.CREATE_SLR_WITH_NOTRESOURCE,
    (_STAR, _STAR): Check.CREATE_SLR_WITH_STAR_IN_ACTION_AND_RESOURCE,
    (_STAR, _NOT): Check.CREATE_SLR_WITH_STAR_IN_ACTION_AND_NOTRESOURCE,
    (_NOT, _STAR): Check.CREATE_SLR_WITH_STAR_IN_RESOURCE_AND_NOTACTION,
    (_NOT, _NOT): Check.CREATE_SLR_WITH_NOTACTION_AND_NOTRESOURCE,
}


def pass_role_checks(statement: Statement) -> Iterator[Check]:
    """The check that finds `iam:PassRole` in an Allow, by the known parts of the statement."""
    return _checks(statement, "iam:passrole", "iam:passedtoservice", _PASS_ROLE)


def service_linked_role_checks(statement: Statement) -> Iterator[Check]:
    """The check that finds `iam:CreateServiceLinkedRole` in an Allow, by the known parts of the statement."""
    return _checks(statement, "iam:createservicelinkedrole", "iam:awsservicename", _CREATE_SLR)


def _checks(statement: Statement, action: str, key: str, checks: Mapping[_Shape, Check]) -> Iterator[Check]:
    if statement.effect is not Effect.ALLOW or statement.conditions.on(key) or statement.conditions.unknown:
        return
    actions = _how_named(statement, action)
    resources = _how_resources(statement)
    if actions and resources:
        yield checks[actions, resources]


def _how_named(statement: Statement, action: str) -> str:
    """How a statement names an action; empty where it does not."""
    if statement.not_actions.present:
        excepted = any(matches(text.lower(), action) for text in statement.not_actions.known)
        return "" if excepted or statement.not_actions.unknown else _NOT
    if any(text.lower() == action for text in statement.actions.known):
        return _NAMED
    return _STAR if any(matches(text.lower(), action) for text in statement.actions.known) else ""


def _how_resources(statement: Statement) -> str:
    """How a statement names more resources than single ones; empty where it does not."""
    if statement.not_resources.present:
        return _NOT
    return _STAR if any(is_pattern(_role(text)) for text in statement.resources.known) else ""


def _role(text: str) -> str:
    """The part of an ARN that names a role: the account may be any."""
    return text.split(":", 5)[-1]
