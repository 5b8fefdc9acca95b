"""Known, unknown and absent values, and what may be shown of them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_guardrails.core.value import ABSENT, UNKNOWN, Malformed, Secret, Value, snake_case
from pulumi_guardrails.core.verdict import Outcome, violation

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text() | st.just(UNKNOWN) | st.text().map(Secret),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
MISSING = violation("x is missing")


def value(raw: Any, default: Any = ABSENT) -> Value:
    return Value.of(raw, "block.someFlag", default=default)


@pytest.mark.parametrize(
    ("name", "python"),
    [
        ("storageEncrypted", "storage_encrypted"),
        ("mapPublicIpOnLaunch", "map_public_ip_on_launch"),
        ("iamDatabaseAuthenticationEnabled", "iam_database_authentication_enabled"),
        ("assignIpv6AddressOnCreation", "assign_ipv6_address_on_creation"),
        ("versioning.enabled", "versioning.enabled"),
    ],
)
def test_a_message_names_the_python_argument(name: str, python: str) -> None:
    assert snake_case(name) == python


@pytest.mark.parametrize(
    ("raw", "default", "outcome"),
    [
        (True, ABSENT, Outcome.COMPLIANT),
        ("true", ABSENT, Outcome.COMPLIANT),
        (False, ABSENT, Outcome.VIOLATION),
        ("yes", ABSENT, Outcome.VIOLATION),
        (1.0, ABSENT, Outcome.VIOLATION),
        (None, ABSENT, Outcome.VIOLATION),
        (None, True, Outcome.COMPLIANT),
        (None, False, Outcome.VIOLATION),
        (UNKNOWN, True, Outcome.UNDECIDED),
        ({}, ABSENT, Outcome.VIOLATION),
    ],
)
def test_must_be_true(raw: Any, default: Any, outcome: Outcome) -> None:
    assert value(raw, default).must_be(True).outcome is outcome


def test_a_violation_says_where_what_was_found_and_how_to_fix_it() -> None:
    (finding,) = value(None, False).must_be(True).findings
    assert finding.path == "block.someFlag"
    assert finding.actual == "not set, which AWS takes as false"
    assert finding.expected == "true"
    assert finding.fix == "Set block.some_flag=True."


def test_an_undecided_verdict_names_what_is_not_known_and_its_top_level_property() -> None:
    (finding,) = Value.of(UNKNOWN, "ingress[0].cidrBlocks").must_be("x").findings
    ((unknown,), (of_nothing,)) = (finding.unknowns, Value.of(UNKNOWN, "a").must_be("x").findings[0].unknowns)
    assert (unknown.path, unknown.property_name) == ("ingress[0].cidrBlocks", "ingress")
    assert of_nothing.owner is None


@pytest.mark.parametrize(
    ("raw", "outcome"), [(7.0, Outcome.COMPLIANT), ("7", Outcome.COMPLIANT), (6.9, Outcome.VIOLATION)]
)
def test_numbers_are_compared_as_numbers(raw: Any, outcome: Outcome) -> None:
    assert value(raw).must_be_at_least(7, "days").outcome is outcome


def test_unknown_is_set_but_may_not_stay_so() -> None:
    assert value(UNKNOWN).must_be_set().is_compliant
    assert value(UNKNOWN).must_not_be_set().is_undecided
    assert value("").must_be_set().is_violation
    assert value(" \t").must_be_set().is_violation
    assert value("").must_not_be_set().is_compliant
    assert value("x").must_not_be_set().is_violation


def test_members_of_an_unknown_object_are_unknown_and_of_an_absent_one_absent() -> None:
    assert value(UNKNOWN)["a"]["b"].is_unknown
    assert value(None)["a"]["b"].is_absent
    assert value({"a": {"b": 1.0}})["a"]["b"].as_number() == 1
    assert value([{"a": 1.0}])["a"].as_number() == 1
    assert value(3.0)["a"].must_be(True).is_violation


def test_each_judges_what_is_known_of_a_list() -> None:
    def check(item: Value) -> Any:
        return item.must_be("good")

    assert value(["good", "good"]).each(check).is_compliant
    assert value(["good", UNKNOWN]).each(check).is_undecided
    assert value(["bad", UNKNOWN]).each(check).is_violation
    assert value(UNKNOWN).each(check).is_undecided
    assert value(None).each(check, MISSING).is_violation


def test_some_holds_by_one_element() -> None:
    def good(item: Value) -> bool | None:
        return item.holds(lambda raw: raw == "good")

    assert value(["bad", "good", UNKNOWN]).some(good, MISSING).is_compliant
    assert value(["bad", UNKNOWN]).some(good, MISSING).is_undecided
    assert value(["bad"]).some(good, MISSING).is_violation
    assert value(None).some(good, MISSING).is_violation


@pytest.mark.parametrize("text", ["{", "", "[" * 100_000, json.dumps([[[]]]) * 2, "1" * 5000])
def test_text_that_is_no_document_is_a_violation_and_no_error(text: str) -> None:
    assert value(text).parsed_json()["Statement"].must_be_set().is_violation


def test_a_document_nested_absurdly_deep_is_not_followed() -> None:
    deep = json.dumps({"a": 1})
    for _ in range(70):
        deep = '{"a":' + deep + "}"
    assert value(deep).parsed_json()["a"].must_be_set().is_violation


def test_a_secret_is_judged_but_never_shown() -> None:
    for raw in (Secret("hunter2"), {"a": Secret("hunter2")}, [Secret("hunter2")]):
        assert "hunter2" not in value(raw).shown
    assert value(Secret("hunter2")).must_be("hunter2").is_compliant
    assert "hunter2" not in str(value(Secret({"a": "hunter2"}))["a"].must_be("x"))
    assert "hunter2" not in str(value(Secret('{"a": "hunter2"}')).parsed_json()["a"].must_be("x"))


def test_a_text_longer_than_any_document_is_not_parsed() -> None:
    longest = json.dumps(["x" * (1024 * 1024 - 4)])
    assert isinstance(value(longest).parsed_json().raw, list)
    assert isinstance(value(longest + " ").parsed_json().raw, Malformed)


@pytest.mark.parametrize(("levels", "read"), [(64, True), (65, False)])
def test_a_document_is_read_to_the_sixty_fourth_level(levels: int, read: bool) -> None:
    document = value("[" * levels + "]" * levels).parsed_json()
    assert isinstance(document.raw, list) is read


def test_a_message_shows_a_hundred_and_twenty_characters_of_a_value_and_says_where_it_cuts() -> None:
    quoted = value("x" * 118).shown
    assert quoted == '"' + "x" * 118 + '"'
    assert value("x" * 119).shown == '"' + "x" * 119 + "…"
    assert value("x" * 500).shown == value("x" * 119).shown


def test_a_violation_names_every_text_that_is_expected_and_advises_the_first() -> None:
    (one,) = value("c").must_be_one_of("a").findings
    assert (one.expected, one.fix) == ('"a"', 'Set block.some_flag="a".')
    (three,) = value("d").must_be_one_of("a", "b", "c").findings
    assert (three.expected, three.fix) == ('"a", "b" or "c"', 'Set block.some_flag="a".')


@given(ANYTHING, ANYTHING)
def test_no_value_raises(raw: Any, default: Any) -> None:
    judged = Value.of(raw, "a", default=default)
    assert judged.shown
    judged.parsed_json()
    judged["b"].must_be(True)
    judged.must_be(1)
    judged.must_be_one_of("x", "y")
    judged.must_be_at_least(3)
    judged.must_be_set()
    judged.must_not_be_set()
    judged.each(lambda item: item.must_be("x"))
    judged.some(lambda item: item.is_true(), MISSING)
    list(judged.members())
    judged.as_text()
    judged.as_number()


def test_a_member_of_what_is_no_object_is_reported_at_what_is_no_object() -> None:
    finding = Value.of("AES256", "encryption")["rule"]["algorithm"].must_be("aws:kms").findings[0]
    assert (finding.path, finding.actual, finding.expected) == ("encryption", '"AES256"', "an object")
    assert finding.fix == 'Set encryption.rule.algorithm="aws:kms".'
