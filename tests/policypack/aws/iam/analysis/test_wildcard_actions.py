"""Wildcards that sweep: what they are said to stand for, and what is proposed instead."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_guardrails.aws.iam.analysis.wildcard_actions import broad_grants, specific_actions
from pulumi_guardrails.aws.iam.document.document import Statement
from pulumi_guardrails.core.value import Value

TABLE = "arn:aws:dynamodb:eu-west-1:123456789012:table/sessions"
BUCKET = "arn:aws:s3:::data"


def statement(action: Any, resource: Any = "*") -> Statement:
    return Statement.read(Value.of({"Effect": "Allow", "Action": action, "Resource": resource}, "policy"), 0)


@pytest.mark.parametrize(
    ("action", "says"),
    [
        ("*", "matches every action of every service"),
        ("sqs:*", "matches all"),
        ("sqs:?*", "actions of Amazon SQS"),
        ("s[q]s:*", None),
        ("sq?:*", "matches all"),
        ("sn?:*", "matches all"),
        ("s?s:*", "services ("),
        ("s3:Put*", "matches permissions management"),
        ("s3:Get*", None),
        ("sqs:AddPermission", None),
        ("sqs:*Permission", None),
    ],
)
def test_a_wildcard_is_said_to_be_what_it_stands_for(action: str, says: str | None) -> None:
    found = [sweep.says for sweep in broad_grants(statement(action))]
    assert (says is None) is (found == [])
    assert all(says in text for text in found if says)


def test_several_wildcards_sweep_together() -> None:
    letters = [f"sqs:{letter}*" for letter in "acdglprstu"]
    assert [sweep.pattern for sweep in broad_grants(statement(letters))] == letters
    assert not any("matches all" in sweep.says for sweep in broad_grants(statement(letters[1:])))


def test_what_is_proposed_fits_the_resources_and_manages_no_permissions() -> None:
    (on_table,) = broad_grants(statement("dynamodb:*", TABLE))
    proposed = {str(action) for action in on_table.likely}
    assert {"dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:TagResource"} <= proposed
    assert not proposed & {"dynamodb:PutResourcePolicy", "dynamodb:ListTables", "dynamodb:GetRecords"}
    (on_objects,) = broad_grants(statement("s3:*", f"{BUCKET}/*"))
    proposed = {str(action) for action in on_objects.likely}
    assert "s3:GetObject" in proposed
    assert not proposed & {"s3:ListBucket", "s3:PutObjectAcl", "s3:ListAllMyBuckets"}
    (everything,) = broad_grants(statement("*", TABLE))
    assert everything.likely == ()


def test_only_what_does_not_sweep_is_spelled_out() -> None:
    found = specific_actions(statement(["sqs:*", "s3:Put*", "dynamodb:*tItem", "s3:PutBucketPolicy"]))
    assert [str(action) for action in found] == [
        "dynamodb:BatchGetItem",
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "s3:PutBucketPolicy",
    ]
