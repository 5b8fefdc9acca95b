"""The tables of the IAM policies that hold the role of a task's code against the tables of the stack."""

from __future__ import annotations

from typing import Any

from pulumi_guardrails.core.value import ABSENT, UNKNOWN, Secret
from pulumi_guardrails.core.verdict import Outcome
from tests.policypack.cases import COMPLIANT, NOT_APPLICABLE, UNDECIDED, VIOLATION, Case
from tests.policypack.good.iam import TABLE, allow
from tests.policypack.policies.iam.cases_execution_roles import SECRET, read, stack

TABLES = "iam-task-role-reaches-own-tables"
ITEMS = "iam-task-role-uses-items-only"


def tables(says: str, outcome: Outcome, *statements: Any, finds: tuple[str, ...] = (), **changes: Any) -> Case:
    return Case(TABLES, says, outcome, stack=stack(*statements, **changes), at="policy", finds=finds)


def items(says: str, outcome: Outcome, *statements: Any, finds: tuple[str, ...] = (), **changes: Any) -> Case:
    settings = changes.pop("settings", {})
    return Case(ITEMS, says, outcome, stack=stack(*statements, **changes), at="policy", finds=finds, settings=settings)


CASES = [
    tables("its table", COMPLIANT, allow("dynamodb:GetItem", TABLE)),
    tables("an index of its table", COMPLIANT, allow("dynamodb:Query", f"{TABLE}/index/*")),
    tables("every resource, another policy's finding", COMPLIANT, allow("dynamodb:GetItem", "*")),
    tables("something else than a table", COMPLIANT, read(SECRET)),
    tables(
        "another table", VIOLATION, allow("dynamodb:GetItem", [TABLE, f"{TABLE}-old"]), finds=("sessions-old", "Grant")
    ),
    tables("tables of a prefix", VIOLATION, allow("dynamodb:GetItem", f"{TABLE}*")),
    tables(
        "a global table, which is another type",
        COMPLIANT,
        allow("dynamodb:DescribeGlobalTable", TABLE.replace(":table", ":global-table")),
    ),
    tables("another table denied", COMPLIANT, {**allow("dynamodb:GetItem", f"{TABLE}-old"), "Effect": "Deny"}),
    tables(
        "another table, where the name of its own is secret",
        VIOLATION,
        allow("dynamodb:GetItem", f"{TABLE}-old"),
        table=Secret("sessions"),
        finds=("expected [secret]",),
    ),
    tables("a policy not known", UNDECIDED, policy=UNKNOWN),
    tables("a table's name not known", UNDECIDED, allow("dynamodb:GetItem", TABLE), table=UNKNOWN),
    tables(
        "a table that AWS names", UNDECIDED, allow("dynamodb:GetItem", TABLE), table=ABSENT, finds=("AWS chooses it",)
    ),
    tables(
        "tables of a prefix beside a name not known", VIOLATION, allow("dynamodb:GetItem", f"{TABLE}*"), table=UNKNOWN
    ),
    tables("a policy of a wrong type, another policy's finding", NOT_APPLICABLE, policy=7.0),
    Case(
        TABLES,
        "a declared table of another stack",
        COMPLIANT,
        stack=stack(allow("dynamodb:GetItem", f"{TABLE}-old")),
        at="policy",
        settings={"otherTables": ["sessions-old"]},
    ),
    Case(TABLES, "a stack without tables", NOT_APPLICABLE, stack=stack(allow("dynamodb:GetItem", TABLE))[:3]),
    items(
        "actions on items", COMPLIANT, allow(["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:PartiQLUpdate"], TABLE)
    ),
    items("reads of the table itself", COMPLIANT, allow(["dynamodb:DescribeTable", "dynamodb:ListTables"], "*")),
    items("items by a wildcard", COMPLIANT, allow("dynamodb:*Item", TABLE)),
    items("writes of another service", COMPLIANT, allow("s3:PutObject", "arn:aws:s3:::uploads/*")),
    items(
        "deleting the table",
        VIOLATION,
        allow(["dynamodb:GetItem", "DynamoDB:deletetable"], TABLE),
        finds=("statement 'Grant' in policy allows dynamodb:DeleteTable", "dynamodb:DeleteTable", "Remove the action"),
    ),
    items("tagging the table", VIOLATION, allow("dynamodb:TagResource", TABLE)),
    items("who else may use the table", VIOLATION, allow("dynamodb:PutResourcePolicy", TABLE)),
    items("the table by a wildcard", VIOLATION, allow("dynamodb:*Table", TABLE), finds=("dynamodb:DeleteTable",)),
    items("the table beside a statement not known", VIOLATION, allow("dynamodb:DeleteTable", TABLE), UNKNOWN),
    items("a whole service, another policy's finding", COMPLIANT, allow("dynamodb:*", TABLE)),
    items("denied", COMPLIANT, {**allow("dynamodb:DeleteTable", TABLE), "Effect": "Deny"}),
    items(
        "an action that configuration allows",
        COMPLIANT,
        allow("dynamodb:UpdateTimeToLive", TABLE),
        settings={"allowedActions": ["dynamodb:updatetimetolive"]},
    ),
    items("an action not known", UNDECIDED, allow(UNKNOWN, TABLE)),
    items("a policy not known", UNDECIDED, policy=UNKNOWN),
    items("a policy of a wrong type, another policy's finding", NOT_APPLICABLE, policy=7.0),
    Case(ITEMS, "no task", NOT_APPLICABLE, stack=stack(allow("dynamodb:DeleteTable", TABLE))[:2]),
]
