from __future__ import annotations

import json
from typing import Any

import pytest

from offline.aws.policy_document import InvalidDocumentError, render

READ = {"sid": "Read", "actions": ["s3:GetObject"], "resources": ["arn:aws:s3:::b/*"]}


def rendered(**arguments: Any) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(render(arguments)["json"])
    return document


def test_a_single_item_stands_alone_and_several_are_a_set_in_descending_order() -> None:
    statement = {**READ, "actions": ["s3:A", "s3:C", "s3:B", "s3:A"]}
    assert rendered(statements=[statement])["Statement"] == [
        {"Sid": "Read", "Effect": "Allow", "Action": ["s3:C", "s3:B", "s3:A"], "Resource": "arn:aws:s3:::b/*"}
    ]


def test_the_whole_of_a_statement() -> None:
    given = {
        "effect": "Deny",
        "notActions": ["s3:Get*"],
        "notResources": ["*"],
        "principals": [
            {"type": "AWS", "identifiers": ["1"]},
            {"type": "AWS", "identifiers": ["2"]},
            {"type": "Service", "identifiers": ["x"]},
        ],
        "conditions": [
            {"test": "StringEquals", "variable": "a", "values": ["1"]},
            {"test": "StringEquals", "variable": "b", "values": ["2", "3"]},
        ],
    }
    assert rendered(statements=[given], policyId="mine") == {
        "Version": "2012-10-17",
        "Id": "mine",
        "Statement": [
            {
                "Effect": "Deny",
                "NotAction": "s3:Get*",
                "NotResource": "*",
                "Principal": {"AWS": ["2", "1"], "Service": "x"},
                "Condition": {"StringEquals": {"a": "1", "b": ["2", "3"]}},
            }
        ],
    }


def test_everyone_is_a_star() -> None:
    statement = {**READ, "principals": [{"type": "*", "identifiers": ["*"]}]}
    assert rendered(statements=[statement])["Statement"][0]["Principal"] == "*"


def test_a_variable_is_spelled_as_iam_spells_it() -> None:
    statement = {**READ, "resources": ["arn:aws:s3:::b/&{aws:username}"]}
    assert rendered(statements=[statement])["Statement"][0]["Resource"] == "arn:aws:s3:::b/${aws:username}"


def test_a_statement_replaces_a_source_with_its_sid_and_an_override_replaces_any() -> None:
    source = json.dumps({"Statement": [{"Sid": "Read", "Effect": "Deny"}, {"Sid": "Other", "Effect": "Deny"}]})
    override = json.dumps({"Statement": {"Sid": "Other", "Effect": "Allow"}})
    found = rendered(sourcePolicyDocuments=[source], statements=[READ], overridePolicyDocuments=[override])
    assert [(item["Sid"], item["Effect"]) for item in found["Statement"]] == [("Read", "Allow"), ("Other", "Allow")]


def test_sources_must_not_share_a_sid() -> None:
    source = json.dumps({"Statement": [{"Sid": "Read"}]})
    with pytest.raises(InvalidDocumentError, match="two statements with the Sid Read"):
        render({"sourcePolicyDocuments": [source, source]})


def test_ten_thousand_statements_keep_their_places() -> None:
    many = [{**READ, "sid": f"S{number}"} for number in range(10_000)]
    override = json.dumps({"Statement": [{"Sid": "S9999", "Effect": "Deny"}, {"Effect": "Deny"}]})
    statements = rendered(statements=many, overridePolicyDocuments=[override])["Statement"]
    assert [statement.get("Sid") for statement in statements[-3:]] == ["S9998", "S9999", None]
    assert statements[-2]["Effect"] == "Deny"


def test_a_document_that_is_nested_too_deep_is_refused() -> None:
    with pytest.raises(InvalidDocumentError, match="not a JSON policy document"):
        render({"sourcePolicyDocuments": ["[" * 100_000]})
