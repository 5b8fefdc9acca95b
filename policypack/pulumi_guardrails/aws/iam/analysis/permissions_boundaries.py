"""Whether a policy document, as a permissions boundary, limits IAM permissions."""

from __future__ import annotations

from pulumi_guardrails.aws.iam.analysis.condition_validation import hollow_conditions
from pulumi_guardrails.aws.iam.analysis.statements import allows
from pulumi_guardrails.aws.iam.analysis.wildcard_actions import gives_administrator_access, includes_iam_actions
from pulumi_guardrails.aws.iam.document.document import Document, Effect, Statement
from pulumi_guardrails.core.three_valued import Answer, kleene_all, kleene_any, kleene_not


def allows_all_of_iam(document: Document) -> Answer:
    """Whether a principal with this boundary may grant itself any permission, if its own policies allow that.

    It may where a statement without a condition allows all of IAM on every role and no Deny takes a part of that away:
    then it removes the boundary, or creates a role that has none. Source: AWS IAM User Guide, "Permissions boundaries
    for IAM entities", on delegating responsibility to others.
    """
    if not document.statements:
        return None if document.unknowns else False
    return kleene_all(
        (
            kleene_any(map(_opens, document.statements)),
            kleene_not(kleene_any(map(_denies_iam, document.statements))),
        )
    )


def _opens(statement: Statement) -> Answer:
    return kleene_all((allows(statement), gives_administrator_access(statement), _always_holds(statement)))


def _always_holds(statement: Statement) -> Answer:
    """Whether a statement that allows does so for every request; a condition that is not known may leave all open."""
    conditions = statement.conditions
    hollow = hollow_conditions(statement, Effect.ALLOW)
    limiting = [one for one in conditions.known if one not in hollow]
    if any(not one.values.unknown for one in limiting):
        return False
    return None if limiting or conditions.unknown or conditions.value.is_unknown else True


def _denies(statement: Statement) -> Answer:
    return True if statement.effect is Effect.DENY else None if statement.value["Effect"].is_unknown else False


def _denies_iam(statement: Statement) -> Answer:
    """Whether a statement denies actions of IAM; under a condition that never holds it denies none."""
    conditions = statement.conditions
    open_yet = bool(conditions.unknown) or any(one.values.unknown for one in conditions.known)
    applies = False if hollow_conditions(statement, Effect.DENY) else None if open_yet else True
    return kleene_all((_denies(statement), includes_iam_actions(statement), applies))
