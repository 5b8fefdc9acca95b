"""OSCAL: observations of policies at resources, findings of controls, and risks that are open or accepted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from audit.description import Policy
from audit.evidence import Evidence, Outcome, Result
from audit.oscal import ASSESSMENT_PLAN, ASSESSMENT_RESULTS, COMPONENT_DEFINITION, oscal
from tests.audit.evidences import BACKUP, EXAMPLE, EXCEPTION, KEY, ROTATION, TABLE, WAIVER, evidence
from tests.audit.formats import valid_oscal


def result_of(found: Evidence) -> dict[str, Any]:
    (result,) = valid_oscal(oscal(found))["assessment-results"]["results"]
    assert isinstance(result, dict)
    return result


def properties(item: dict[str, Any]) -> dict[str, str]:
    return {one["name"]: one["value"] for one in item.get("props", ())}


def findings(found: Evidence) -> dict[str, dict[str, Any]]:
    return {properties(one)["control"]: one for one in result_of(found).get("findings", ())}


def status(found: Evidence, control: str) -> tuple[str, str]:
    target = findings(found)[control]["target"]
    return target["status"]["state"], target["status"]["reason"]


def test_there_are_three_documents_that_refer_to_each_other() -> None:
    documents = oscal(EXAMPLE)
    assert list(documents) == [COMPONENT_DEFINITION, ASSESSMENT_PLAN, ASSESSMENT_RESULTS]
    assert valid_oscal(documents)["assessment-results"]["import-ap"] == {"href": f"./{ASSESSMENT_PLAN}"}


def test_an_observation_is_a_policy_at_a_resource() -> None:
    result = result_of(EXAMPLE)
    items = {item["uuid"]: item["description"] for item in result["local-definitions"]["inventory-items"]}
    seen = {
        (properties(one)["policy"], items.get(one["subjects"][0]["subject-uuid"], "")): properties(one)["outcome"]
        for one in result["observations"]
    }
    assert seen == {
        ("kms-rotation", KEY): "violated",
        ("network-chain", ""): "undecided",
        ("network-chain", KEY): "waived",
        ("network-chain", TABLE): "remediated",
        ("table-backup", KEY): "excepted",
        ("table-backup", TABLE): "passed",
    }
    first = result["observations"][0]
    assert properties(first) == {
        "policy": "kms-rotation",
        "outcome": "violated",
        "level": "mandatory",
        "severity": "high",
    }
    assert first["collected"] == "2026-11-26T14:00:00+00:00"


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (Outcome.PASSED, ("satisfied", "pass")),
        (Outcome.REMEDIATED, ("satisfied", "pass")),
        (Outcome.VIOLATED, ("not-satisfied", "fail")),
        (Outcome.UNDECIDED, ("not-satisfied", "other")),
        (Outcome.WAIVED, ("not-satisfied", "other")),
        (Outcome.EXCEPTED, ("not-satisfied", "other")),
        (Outcome.NOT_EVALUATED, ("not-satisfied", "other")),
    ],
)
def test_a_control_is_satisfied_only_where_all_passed(outcome: Outcome, expected: tuple[str, str]) -> None:
    found = evidence(
        Result(ROTATION, TABLE, Outcome.PASSED, "mandatory"), Result(ROTATION, KEY, outcome, "mandatory", "x", WAIVER)
    )
    assert status(found, "3.6") == expected
    assert len(findings(found)["3.6"]["related-observations"]) == 2


def test_a_control_without_a_resource_has_no_finding_and_is_named() -> None:
    found = evidence(Result(ROTATION, KEY, Outcome.PASSED, "mandatory"))
    assert findings(found).keys() == {"3.6", "ac_2", "sc_12"}
    assert (
        result_of(found)["remarks"].splitlines()[-1] == "Without a finding, as no resource is concerned: CIS 3.0 2.10."
    )
    assert status(replace(found, passes_known=False), "2.10") == ("not-satisfied", "other")


def test_a_run_that_broke_off_says_so() -> None:
    result = result_of(evidence(is_complete=False))
    assert properties(result)["complete"] == "false"
    assert result["remarks"].split("\n\n")[1:3] == [
        "The run broke off before the stack was evaluated as a whole.",
        "the program broke off",
    ]


def test_what_is_exempted_is_an_accepted_risk() -> None:
    found = evidence(
        Result(ROTATION, KEY, Outcome.VIOLATED, "mandatory", "It is not."),
        Result(ROTATION, TABLE, Outcome.WAIVED, "mandatory", "Waived.", WAIVER),
        Result(BACKUP, TABLE, Outcome.EXCEPTED, "advisory", "It is not.", EXCEPTION),
    )
    violated, waived, excepted = result_of(found)["risks"]
    assert (violated["status"], violated["remediations"][0]["description"]) == ("open", ROTATION.advice)
    assert waived["status"] == excepted["status"] == "deviation-approved"
    assert properties(waived) == {
        "severity": "high",
        "level": "mandatory",
        "risk-accepted": "true",
        "approved-by": "ann",
    }
    assert waived["deadline"] == "2999-01-01T23:59:59+00:00"
    assert waived["remediations"][0]["props"] == [{"name": "type", "value": "accept"}]
    assert waived["remediations"][0]["description"] == "migration"
    assert properties(excepted)["exception"] == "EXC-1"
    assert "deadline" not in excepted


def test_a_policy_a_resource_and_a_control_keep_their_uuids_over_runs() -> None:
    later = replace(EXAMPLE, provenance=replace(EXAMPLE.provenance, began="2027-01-01T00:00:00+00:00"))
    before, after = result_of(EXAMPLE), result_of(later)
    for key in ("observations", "findings", "risks"):
        assert [one["uuid"] for one in before[key]] == [one["uuid"] for one in after[key]]
    assert before["uuid"] != after["uuid"]


def test_another_stack_has_its_own() -> None:
    before, after = result_of(EXAMPLE), result_of(replace(EXAMPLE, stack="dev"))
    assert not {one["uuid"] for one in before["findings"]} & {one["uuid"] for one in after["findings"]}


def test_the_packs_and_the_engine_are_tools_with_their_versions() -> None:
    assets = result_of(EXAMPLE)["local-definitions"]["assessment-assets"]
    assert {one["title"]: properties(one)["version"] for one in assets["components"]} == {
        "guardrails": "1.2.3",
        "Pulumi": "3.272.0",
    }


def test_policies_without_a_framework_are_controls_of_their_pack() -> None:
    policy = Policy("theirs", "no-second")
    found = replace(evidence(Result(policy, KEY, Outcome.VIOLATED, "mandatory", "x")), policies=(policy,))
    assert status(found, "no-second") == ("not-satisfied", "fail")


def test_a_control_is_a_token() -> None:
    policy = replace(ROTATION, frameworks={"NIST 800-53": ("AC-2(1)",), "1": ("ä", "ö")})
    found = replace(evidence(Result(policy, KEY, Outcome.PASSED, "mandatory")), policies=(policy,))
    ids = {control: one["target"]["target-id"] for control, one in findings(found).items()}
    assert ids["AC-2(1)"] == "NIST-800-53_AC-2-1"
    assert ids["ä"].startswith("_1_")
    assert ids["ä"] != ids["ö"]


def test_no_document_where_no_policy_is_known() -> None:
    assert oscal(replace(EXAMPLE, policies=(), results=())) == {}
