"""Whether a policy document as permissions boundary bounds anything."""

from __future__ import annotations

from guardrails.iam.documents import Document, Effect, Statement
from guardrails.iam.judging import allows
from guardrails.iam.sweeping import administers, reaches_iam
from guardrails.relations import Answer, both, either, opposite


def leaves_all_open(document: Document) -> Answer:
    """Whether whom a document bounds may give itself any permission, if its own policies let it.

    It may where a statement without a condition allows all of IAM at every role and no Deny takes a part of that away:
    then it takes off the bounds, or makes a role that has none. Source: AWS IAM User Guide, "Permissions boundaries for
    IAM entities", on delegating responsibility to others.
    """
    if not document.statements:
        return None if document.unknowns else False
    return both(
        (
            either(map(_opens, document.statements)),
            opposite(either(both((_denies(one), reaches_iam(one))) for one in document.statements)),
        )
    )


def _opens(statement: Statement) -> Answer:
    conditions = statement.conditions
    always = None if conditions.value.is_unknown else not (conditions.known or conditions.unknown)
    return both((allows(statement), administers(statement), always))


def _denies(statement: Statement) -> Answer:
    return True if statement.effect is Effect.DENY else None if statement.value["Effect"].is_unknown else False
