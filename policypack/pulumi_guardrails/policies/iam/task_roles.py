"""IAM: what the role of an ECS task's code is allowed, held against the tables of the stack."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial

from pulumi_guardrails.aws import resource_types
from pulumi_guardrails.aws.iam.analysis.statements import finding_on, judge_known, names
from pulumi_guardrails.aws.iam.analysis.wildcard_actions import specific_actions
from pulumi_guardrails.aws.iam.attachment.identity_policies import Holder, policies_of, task_roles
from pulumi_guardrails.aws.iam.catalogue.service_authorization import Access
from pulumi_guardrails.aws.iam.document.document import Effect, Statement
from pulumi_guardrails.aws.iam.document.policy_locations import identity_documents
from pulumi_guardrails.aws.iam.wildcards import is_pattern
from pulumi_guardrails.core.once import once
from pulumi_guardrails.core.policy import Constraint, Settings, Severity, StackPolicy, Topic, list_setting
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.value import Value
from pulumi_guardrails.core.verdict import COMPLIANT, Outcome, Verdict, all_in, undecided

_CHANGES = (Access.WRITE, Access.PERMISSIONS, Access.TAGGING)
_ITEM_WRITES = frozenset(
    f"dynamodb:{name}".lower()
    for name in (
        "BatchWriteItem",
        "DeleteItem",
        "PartiQLDelete",
        "PartiQLInsert",
        "PartiQLUpdate",
        "PutItem",
        "UpdateItem",
    )
)
"""The writing actions of DynamoDB whose resource is an item (Service Authorization Reference, Amazon DynamoDB)."""


_TABLE_EXAMPLE = (
    'aws.dynamodb.Table("sessions", name="sessions", hash_key="id", attributes=[{"name": "id", "type": "S"}])\n'
)
_ROLE_EXAMPLE = """\
aws.ecs.TaskDefinition("api", family="api", container_definitions=definitions, task_role_arn=task.arn)
aws.iam.RolePolicy(
    "task",
    role=task.name,
    policy=json.dumps({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Action": ["dynamodb:GetItem", "dynamodb:PutItem"],
            "Resource": ["arn:aws:dynamodb:eu-west-1:123456789012:table/sessions"],
        }],
    }),
)"""


@StackPolicy(
    title="An ECS task role gives access only to tables of its own stack",
    why=(
        "The application code uses this role. Access to a table of another stack couples the two stacks, and lets a "
        "vulnerability of this service expose the data of the other."
    ),
    severity=Severity.MEDIUM,
    constraint=Constraint.LEAST_PRIVILEGE,
    kinds=(resource_types.ECS_TASK_DEFINITION,),
    settings={
        "otherTables": list_setting([], "Names of tables outside the stack that its tasks may use."),
    },
    remediation_steps="Name the ARN of the stack's own table, or declare the other table in the setting otherTables.",
    example=f"{_TABLE_EXAMPLE}{_ROLE_EXAMPLE}",
    url="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html",
    topics=(Topic.IAM, Topic.LEAST_PRIVILEGE, Topic.DYNAMODB),
)
def iam_task_role_reaches_own_tables(stack: Stack, settings: Settings) -> Iterable[tuple[Resource, Verdict]]:
    """Each table in the task role's policies is one of the stack's by name; a stack without tables is not judged."""
    tables = stack.of(resource_types.DYNAMODB_TABLE)
    names = [table["name"] for table in tables]
    known = {text: name.shown for name in names if (text := name.as_text())}
    known |= {name: json.dumps(name) for name in settings["otherTables"]}
    unknown = [(table, name) for table, name in zip(tables, names, strict=True) if not name.is_known]
    if tables:
        check = partial(_own_tables, known=known, unknown=unknown)
        yield from ((role, verdict.answered_by("otherTables")) for role, verdict in _judged(stack, check))


def _judged(stack: Stack, check: Callable[[Statement], Verdict]) -> Iterator[tuple[Resource, Verdict]]:
    """Judge every policy of every task role; a violation in what may not be one of its policies is left open."""
    waiting = once(_waiting)
    for role, definitions in task_roles(stack, "taskRoleArn").items():
        for holder in policies_of(stack, role):
            verdict = judge_known(identity_documents(holder.resource), check)
            if verdict.is_violation and holder.doubt is not None:
                verdict = undecided(holder.doubt, whether=_APPLIES)
            elif verdict.is_violation:
                verdict = waiting(definitions) or verdict
            yield holder.resource, verdict


_APPLIES = "the policy applies to the task role of a task definition"


def _waiting(definitions: Sequence[Holder]) -> Verdict | None:
    """The open question whether a role is the task role of definitions; None where it is that of one for sure."""
    doubts = [one.doubt for one in definitions if one.doubt is not None]
    return undecided(*doubts, whether=_APPLIES) if doubts and len(doubts) == len(definitions) else None


def _own_tables(statement: Statement, known: Mapping[str, str], unknown: list[tuple[Resource, Value]]) -> Verdict:
    if statement.effect is not Effect.ALLOW:
        return COMPLIANT
    parts = []
    for text in statement.resources.known:
        table = _table(text)
        if not table or table in known:
            continue
        if unknown and not is_pattern(table):
            shown = statement.resources.shown(text)
            parts.append(undecided(*(name for _, name in unknown), whether=f"{shown} is a table of the stack"))
            continue
        shown, expected = statement.resources.shown(text), ", ".join(sorted(known.values()))
        says = f"allows access to {shown}, a table that is not of this stack; expected {expected}"
        parts.append(Verdict(Outcome.VIOLATION, (finding_on(statement, says, "Resource", shown, expected),)))
    return all_in(parts)


@StackPolicy(
    title="An ECS task role gives access to items of its tables, not to their administration",
    why=(
        "Application code reads and writes items. With permission to delete a table or to change its throughput or "
        "backups, a vulnerability of the code can destroy the whole table."
    ),
    severity=Severity.MEDIUM,
    constraint=Constraint.LEAST_PRIVILEGE,
    kinds=(resource_types.ECS_TASK_DEFINITION,),
    settings={
        "allowedActions": list_setting(
            [], "Actions beyond those on items that its tasks may use, such as dynamodb:UpdateTimeToLive."
        ),
    },
    remediation_steps="Remove the action, or move it to the role of the pipeline that administers the table.",
    example=_ROLE_EXAMPLE,
    url="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/using-identity-based-policies.html",
    topics=(Topic.IAM, Topic.LEAST_PRIVILEGE, Topic.DYNAMODB),
)
def iam_task_role_uses_items_only(stack: Stack, settings: Settings) -> Iterable[tuple[Resource, Verdict]]:
    """Of DynamoDB's writing actions the role has none but those on items; a whole service is another finding."""
    allowed = _ITEM_WRITES | {name.lower() for name in settings["allowedActions"]}
    yield from _judged(stack, lambda statement: _items_only(statement, allowed))


def _items_only(statement: Statement, allowed: frozenset[str]) -> Verdict:
    if statement.effect is not Effect.ALLOW:
        return COMPLIANT
    found = [
        action
        for action in specific_actions(statement)
        if action.service == "dynamodb" and action.access in _CHANGES and str(action).lower() not in allowed
    ]
    if not found:
        return COMPLIANT
    says = f"allows {names(found)}, which administers tables"
    finding = finding_on(statement, says, "Action", names(found), "actions on items")
    return Verdict(Outcome.VIOLATION, (finding,)).answered_by("allowedActions")


def _table(arn: str) -> str:
    """The table, or pattern of tables, in an ARN of DynamoDB; empty in any other."""
    parts = arn.split(":", 5)
    if len(parts) < 6 or parts[2] != "dynamodb" or not parts[5].startswith("table/"):
        return ""
    return parts[5].split("/")[1]
