"""Questions with three answers, and the verdict they come to."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_guardrails.aws.iam.analysis.statements import (
    Premise,
    allowing,
    finding_on,
    judge_statements,
    names,
    restricted_by,
    undecided_where,
    unrestricted_by,
    violation_where,
)
from pulumi_guardrails.aws.iam.document.document import Document, Element, Statement, parse_document
from pulumi_guardrails.core.three_valued import kleene_any
from pulumi_guardrails.core.value import ABSENT, UNKNOWN, Value
from pulumi_guardrails.core.verdict import COMPLIANT, Finding, Outcome, violation


def document(raw: Any) -> Document:
    return parse_document(Value.of(raw, "policy"))


def statement(**elements: Any) -> Statement:
    return Statement.read(Value.of({"Effect": "Allow", "Action": "a:b", **elements}, "policy.Statement[0]"), 0)


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ([True, True], Outcome.VIOLATION),
        ([True, False], Outcome.COMPLIANT),
        ([None, False], Outcome.COMPLIANT),
        ([True, None], Outcome.UNDECIDED),
        ([], Outcome.VIOLATION),
    ],
)
def test_a_violation_needs_every_premise_to_hold(answers: list[bool | None], outcome: Outcome) -> None:
    premises = [Premise(answer, [Value.of(UNKNOWN, "policy")]) for answer in answers]
    assert violation_where(Finding("it is wrong"), *premises).outcome is outcome


def test_an_undecided_verdict_names_what_is_open_in_its_premises_and_nothing_else() -> None:
    half = statement(Effect=UNKNOWN, Action=["a:b", UNKNOWN], Resource=UNKNOWN, Condition={"Bool": {"k": UNKNOWN}})
    resource = Premise(None, half.unknown_of(half.resources))
    known = Premise(True, half.unknown_in(Element.ACTION))
    keys = ["k"]
    (finding,) = violation_where(Finding("it is wrong"), allowing(half), known, resource).findings
    assert [one.path for one in finding.unknowns] == ["policy.Statement[0].Effect", "policy.Statement[0].Resource"]
    (finding,) = undecided_where(half.unknown_of(half.actions), unrestricted_by(half, keys)).findings
    assert [one.path for one in finding.unknowns] == [
        "policy.Statement[0].Action[1]",
        "policy.Statement[0].Condition.Bool.k",
    ]
    whole = Statement.read(Value.of(UNKNOWN, "policy.Statement[1]"), 1)
    for part in (allowing(whole).unknowns, unrestricted_by(whole, keys).unknowns, whole.unknown_of(whole.actions)):
        assert [value.path for value in part] == ["policy.Statement[1]"]


@pytest.mark.parametrize(
    ("answers", "expected"), [([False, True, None], True), ([False, None], None), ([False], False), ([], False)]
)
def test_one_of_several_answers_will_do(answers: list[bool | None], expected: bool | None) -> None:
    assert kleene_any(answers) is expected


@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [
        ("StringEquals", "a", True),
        ("StringLike", ["a", "b*"], True),
        ("StringLike", ["a", "*"], False),
        ("StringEqualsIfExists", "a", False),
        ("ForAllValues:StringEquals", "a", False),
        ("ForAnyValue:StringEquals", "a", True),
        ("StringNotEquals", "a", False),
        ("Null", "false", False),
        ("StringEquals", [], False),
        ("StringEquals", [{}], False),
        ("StringEquals", UNKNOWN, None),
        ("StringEquals", ["*", UNKNOWN], False),
        ("StringNotEquals", UNKNOWN, False),
    ],
)
def test_a_condition_narrows_where_only_named_values_meet_it(operator: str, value: Any, expected: bool | None) -> None:
    conditions = statement(Condition={operator: {"aws:SourceArn": value}}).conditions
    assert restricted_by(conditions, ["aws:sourcearn"]) is expected
    assert restricted_by(conditions, ["aws:sourceaccount"]) is False


def test_conditions_not_known_may_narrow() -> None:
    assert restricted_by(statement(Condition=UNKNOWN).conditions, ["aws:sourcearn"]) is None


def test_the_reason_says_whether_there_is_no_document_or_none_that_can_be_read() -> None:
    def never(_statement: Statement) -> Any:
        raise AssertionError

    for raw in (ABSENT, ""):
        assert "holds no" in judge_statements([document(raw)], never).reason
    assert "can't be read" in judge_statements([document("{")], never).reason
    assert judge_statements([], never).outcome is Outcome.NOT_APPLICABLE
    assert judge_statements([document(UNKNOWN)], never).is_undecided


def test_the_known_half_of_a_document_is_judged() -> None:
    half = document({"Statement": [{"Sid": "a"}, {"Sid": "b"}]})
    wrong = violation("b is wrong")
    assert judge_statements([half], lambda s: wrong if s.sid == "b" else COMPLIANT) == wrong
    assert judge_statements([half, document(UNKNOWN)], lambda _: COMPLIANT).is_undecided


def test_a_message_names_the_first_five_and_counts_the_rest() -> None:
    assert names("edcba") == "a, b, c, d, e"
    assert names("fedcba") == "a, b, c, d, e and 1 more"
    assert names(["a", "a"]) == "a"


def test_a_finding_says_which_statement_of_which_property_it_is_about() -> None:
    finding = finding_on(statement(Sid="Read"), "allows too much", "Action", '"*"', "less", "Name them.")
    assert finding.sentence(None) == "statement 'Read' in policy allows too much"
    assert (finding.path, finding.actual, finding.expected, finding.fix) == (
        "policy.Statement[0].Action",
        '"*"',
        "less",
        "Name them.",
    )
    assert finding_on(statement(), "is wrong").path == "policy.Statement[0]"


def test_what_is_not_known_is_undecided_unless_the_statement_allows_nothing() -> None:
    for effect, outcome in (("Allow", Outcome.UNDECIDED), ("Deny", Outcome.COMPLIANT)):
        one = statement(Effect=effect, Resource=UNKNOWN)
        assert undecided_where(one.unknown_of(one.resources), allowing(one)).outcome is outcome
    assert undecided_where(()).is_compliant
