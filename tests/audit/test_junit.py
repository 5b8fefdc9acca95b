"""junit.xml: what blocks fails, and what neither blocks nor passed is skipped."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from audit.evidence import Evidence, Outcome, Result
from audit.junit import junit
from tests.audit.evidences import CHAIN, EXAMPLE, KEY, ROTATION, TABLE, evidence
from tests.audit.formats import valid_junit


def suites(found: Evidence) -> dict[str, ElementTree.Element]:
    content = junit(found)
    valid_junit(content)
    return {suite.get("name", ""): suite for suite in ElementTree.fromstring(content)}


def outcomes(found: Evidence) -> dict[tuple[str, str], list[str]]:
    """What the cases have in them, by policy and resource."""
    return {
        (case.get("classname", ""), case.get("name", "")): [element.tag for element in case]
        for suite in suites(found).values()
        for case in suite.iter("testcase")
    }


def test_a_suite_is_a_family_and_a_case_a_policy_and_resource() -> None:
    assert outcomes(EXAMPLE) == {
        ("run", "The stack is evaluated as a whole"): ["system-out"],
        ("guardrails.kms-rotation", KEY): ["failure"],
        ("guardrails.network-chain", "the stack"): ["skipped"],
        ("guardrails.network-chain", KEY): ["skipped"],
        ("guardrails.network-chain", TABLE): ["system-out"],
        ("guardrails.table-backup", KEY): ["skipped"],
        ("guardrails.table-backup", TABLE): [],
    }
    kms = suites(EXAMPLE)["guardrails / kms"]
    assert (kms.get("tests"), kms.get("failures"), kms.get("skipped")) == ("1", "1", "0")
    assert [one.attrib for one in kms.iter("property")] == [{"name": "not applicable", "value": "1"}]


def test_the_counts_at_the_top_are_of_all_suites() -> None:
    root = ElementTree.fromstring(junit(EXAMPLE))
    assert {key: root.get(key) for key in ("tests", "failures", "errors")} == {
        "tests": "7",
        "failures": "1",
        "errors": "0",
    }


def test_a_failure_says_where_it_is_and_how_to_fix_it() -> None:
    (failure,) = suites(EXAMPLE)["guardrails / kms"].iter("failure")
    assert failure.attrib == {
        "type": "violated",
        "message": "violated (mandatory): Key 'key': enableKeyRotation is false; expected true.",
    }
    assert (failure.text or "").splitlines()[1:] == [
        f"Resource: {KEY}",
        "Line: infra/keys and more.py:12",
        "Severity: high",
        "How to fix: Set enable_key_rotation=True.",
        f"Documentation: {ROTATION.url}",
    ]


def test_what_is_exempted_says_why() -> None:
    skipped = {one.get("type"): one.text or "" for suite in suites(EXAMPLE).values() for one in suite.iter("skipped")}
    assert skipped.keys() == {"undecided", "waived", "excepted"}
    assert "Reason: migration\nApproved by: ann\nExpires: 2999-01-01" in skipped["waived"]
    assert "Reason: agreed\nPolicy exception: EXC-1" in skipped["excepted"]


@pytest.mark.parametrize(
    ("outcome", "level", "tag"),
    [
        (Outcome.VIOLATED, "mandatory", "failure"),
        (Outcome.VIOLATED, "remediate", "failure"),
        (Outcome.VIOLATED, "advisory", "skipped"),
        (Outcome.UNDECIDED, "mandatory", "failure"),
        (Outcome.UNDECIDED, "advisory", "skipped"),
        (Outcome.NOT_EVALUATED, "mandatory", "skipped"),
        (Outcome.WAIVED, "mandatory", "skipped"),
    ],
)
def test_an_outcome_at_a_level(outcome: Outcome, level: str, tag: str) -> None:
    found = outcomes(evidence(Result(CHAIN, KEY, outcome, level, "x")))
    assert found["guardrails.network-chain", KEY] == [tag]


def test_a_run_that_broke_off_is_an_error() -> None:
    (error,) = suites(evidence(is_complete=False))["run"].iter("error")
    assert error.text == "the program broke off"


def test_control_characters_do_not_break_it() -> None:
    found = evidence(Result(ROTATION, KEY, Outcome.VIOLATED, "mandatory", "a\x00b\x1b[31m ]]> <c>\ud800"))
    (failure,) = suites(found)["guardrails / kms"].iter("failure")
    assert failure.get("message") == "violated (mandatory): a\ufffdb\ufffd[31m ]]> <c>\ufffd"
