"""Policy documents: every form the grammar allows is read, everything else is a finding, and nothing raises."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_guardrails.aws.iam.analysis.forms import Form
from pulumi_guardrails.aws.iam.analysis.validation import problems_of
from pulumi_guardrails.aws.iam.document.document import Document, Effect, Statement, parse_document
from pulumi_guardrails.aws.iam.document.elements import Principal
from pulumi_guardrails.core.value import UNKNOWN, Secret, Value


def read(raw: Any) -> Document:
    return parse_document(Value.of(raw, "policy"))


def only(raw: Any) -> Statement:
    (statement,) = read({"Statement": raw}).statements
    return statement


def test_text_and_object_are_read_alike() -> None:
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}
    for raw in (document, json.dumps(document)):
        (statement,) = read(raw).statements
        assert statement.effect is Effect.ALLOW
        assert statement.actions.known == ("s3:GetObject",)
        assert statement.resources.known == ("*",)
        assert list(problems_of(read(raw), Form.IDENTITY)) == []
        assert read(raw).unknowns == ()


@pytest.mark.parametrize("form", [json.dumps, lambda document: document], ids=["text", "object"])
def test_what_is_longer_than_aws_takes_is_not_read(form: Callable[[Any], Any]) -> None:
    def document(length: int) -> Document:
        return read(form({"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "a" * length}]}))

    assert document(130_900).statements
    long = document(131_100)
    assert long.statements == ()
    assert [finding.expected for finding in long.problems] == ["a policy document of at most 131,072 characters"]
    assert "131,1" in long.problems[0].actual


def test_a_statement_may_stand_without_a_list() -> None:
    statement = only({"Effect": "Deny", "NotAction": ["a:B", "c:D"]})
    assert (statement.effect, statement.not_actions.known) == (Effect.DENY, ("a:B", "c:D"))
    assert not statement.actions.present


def test_a_statement_is_named_by_its_sid_or_its_place() -> None:
    first, second = read({"Statement": [{"Sid": "Read"}, {}]}).statements
    assert (first.label, second.label) == ("statement 'Read'", "statement 1")


def test_a_name_too_long_for_a_message_gives_way_to_the_place() -> None:
    first, second = read({"Statement": [{"Sid": "a" * 100}, {"Sid": "a" * 101}]}).statements
    assert (first.label, second.label) == (f"statement '{'a' * 100}'", "statement 1")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("*", [Principal("AWS", "*")]),
        ({"AWS": "*"}, [Principal("AWS", "*")]),
        (
            {"Service": ["a.amazonaws.com", "b.amazonaws.com"]},
            [Principal("Service", f"{x}.amazonaws.com") for x in "ab"],
        ),
        ({"AWS": "123456789012", "Federated": "f"}, [Principal("AWS", "123456789012"), Principal("Federated", "f")]),
    ],
)
def test_principals_in_every_form(written: Any, expected: list[Principal]) -> None:
    assert list(only({"Principal": written}).principals.known) == expected


@pytest.mark.parametrize(
    ("name", "account", "whole"),
    [
        ("123456789012", "123456789012", True),
        ("arn:aws:iam::123456789012:root", "123456789012", True),
        ("arn:aws-cn:iam::123456789012:role/a", "123456789012", False),
        ("*", "", False),
        ("AIDA0123456789", "", False),
        ("AIDA01234567", "", False),
        ("1234567890123", "", False),
        ("arn:aws:iam::123456789012", "", False),
    ],
)
def test_the_account_of_a_principal(name: str, account: str, whole: bool) -> None:
    principal = Principal("AWS", name)
    assert (principal.account, principal.is_whole_account) == (account, whole)


def test_conditions_lose_their_set_qualifier_and_the_case_of_their_key() -> None:
    conditions = only({"Condition": {"ForAnyValue:StringLikeIfExists": {"AWS:SourceArn": ["x", True]}}}).conditions
    (condition,) = conditions.on("aws:sourcearn")
    assert (condition.qualifier, condition.operator, condition.if_exists) == ("ForAnyValue", "StringLike", True)
    assert condition.values.known == ("x", "true")
    assert conditions.on("aws:SourceAccount") == []


def test_a_family_of_condition_keys_is_found_by_its_prefix() -> None:
    conditions = only({"Condition": {"StringEquals": {"aws:ResourceTag/Team": "ml"}}}).conditions
    assert conditions.on("aws:ResourceTag/")
    assert not conditions.on("aws:ResourceTag")


def test_the_known_half_of_a_document_is_there_to_be_judged() -> None:
    document = read(
        {
            "Statement": [
                {"Effect": "Allow", "Action": ["s3:GetObject", UNKNOWN], "Resource": UNKNOWN},
                UNKNOWN,
                {"Effect": UNKNOWN, "Action": "x:y", "Condition": {"StringEquals": {"k": UNKNOWN}, "Bool": UNKNOWN}},
            ]
        }
    )
    first, second, third = document.statements
    assert first.actions.known == ("s3:GetObject",)
    assert not first.actions.complete
    assert second.may_allow
    assert third.may_allow
    assert [value.path for value in document.unknowns] == [
        "policy.Statement[0].Action[1]",
        "policy.Statement[0].Resource",
        "policy.Statement[1]",
        "policy.Statement[2].Effect",
        "policy.Statement[2].Condition.Bool",
        "policy.Statement[2].Condition.StringEquals.k",
    ]
    assert {problem.path.rpartition(".")[2] for problem in problems_of(document, Form.RESOURCE)} == {"Principal"}


@pytest.mark.parametrize(("raw", "path"), [(UNKNOWN, "policy"), ({"Statement": UNKNOWN}, "policy.Statement")])
def test_an_unknown_document_is_one_unknown(raw: Any, path: str) -> None:
    assert [value.path for value in read(raw).unknowns] == [path]


@pytest.mark.parametrize("raw", [None, ""])
def test_no_document_is_a_document_without_statements(raw: Any) -> None:
    assert read(raw) == Document(Value.of(raw, "policy"))


@pytest.mark.parametrize(
    ("statement", "path"),
    [
        (7, "policy.Statement"),
        ([{"Effect": "Allow", "Action": "a:b"}], "policy.Statement[0]"),
        ({"Effect": "allow", "Action": "a:b"}, "policy.Statement.Effect"),
        ({"Action": "a:b"}, "policy.Statement.Effect"),
        ({"Effect": "Allow"}, "policy.Statement.Action"),
        ({"Effect": "Allow", "Action": []}, "policy.Statement.Action"),
        ({"Effect": "Allow", "Action": [{}]}, "policy.Statement.Action[0]"),
        ({"Effect": "Allow", "Action": "a:b", "NotAction": "c:d"}, "policy.Statement.Action"),
        ({"Effect": "Allow", "Action": "a:b", "Resources": "*"}, "policy.Statement.Resources"),
        ({"Effect": "Allow", "Action": "a:b", "Principal": "everyone"}, "policy.Statement.Principal"),
        ({"Effect": "Allow", "Action": "a:b", "Principal": {"Robot": "x"}}, "policy.Statement.Principal.Robot"),
        ({"Effect": "Allow", "Action": "a:b", "Condition": "x"}, "policy.Statement.Condition"),
        ({"Effect": "Allow", "Action": "a:b", "Condition": {"Bool": "x"}}, "policy.Statement.Condition.Bool"),
        ({"Effect": "Allow", "Action": "a:b", "Condition": {"Bool": {"k": {}}}}, "policy.Statement.Condition.Bool.k"),
    ],
)
def test_what_aws_would_refuse_is_found(statement: Any, path: str) -> None:
    raw = [statement] if isinstance(statement, list) else statement
    assert path in [finding.path for finding in problems_of(read({"Statement": raw}), Form.RESOURCE)]


@pytest.mark.parametrize("raw", ["no JSON", "[" * 99, 7, True, [1], {"Statement": []}, {"Statement": 7}, {}])
def test_what_is_no_document_is_found(raw: Any) -> None:
    assert list(problems_of(read(raw), Form.RESOURCE))


def test_no_part_of_a_secret_document_is_shown() -> None:
    password = "hunter2"
    (statement,) = read(Secret({"Statement": {"Sid": password, "Action": password}})).statements
    assert password not in statement.label
    assert password not in statement.actions.shown(password)
    half = only({"Action": [Secret(password)], "Principal": {"AWS": [Secret(password)], "Service": "a.amazonaws.com"}})
    assert password not in half.actions.shown(half.actions.known[0])
    assert password not in half.principals.shown(half.principals.known[0])


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5) | st.just(UNKNOWN) | st.just(Secret("s")),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["Statement", "Effect", "Action", "Principal", "AWS", "Condition", "Bool", "Resource", "x"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=25,
)


@given(ANYTHING)
def test_reading_never_raises(raw: Any) -> None:
    document = read(raw)
    assert all(value.is_unknown for value in document.unknowns)
    for form in Form:
        assert all(isinstance(problem.sentence(None), str) for problem in problems_of(document, form))
