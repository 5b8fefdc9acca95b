"""Findings as SARIF: what blocks is an error, and a result keeps its fingerprint over runs."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

from audit.events import EventLog, Finding, PolicyException
from audit.evidence import Evidence, Outcome, Result, gather
from audit.sarif import MOST_TAGS, sarif
from tests.audit import evidences
from tests.audit.evidences import CHAIN, EXAMPLE, PACK, ROTATION, TABLE, evidence
from tests.audit.formats import valid_sarif

URN = "urn:pulumi:prod::api::aws:kms/key:Key::key"


def found(policy: str, level: str, text: str, severity: str = "high", **more: Any) -> Finding:
    return Finding(policy, "pulumi-guardrails", level, severity, URN, f"Keys are rotated.\n{text}", **more)


FINDINGS = (
    found("kms-rotation", "mandatory", "It is not."),
    found("log-retention", "advisory", "Undecided: it is not known.", severity=""),
    found("kms-waived", "advisory", "Waived: it is not. [Waiver: migration; approved by ann; expires 2999-01-01]"),
    found("kms-key-kept", "mandatory", "It is not.", exceptions=(PolicyException("EXC-1", "old"),)),
)


def run_of(found: Evidence) -> dict[str, Any]:
    (run,) = valid_sarif(sarif(found))
    return run


def results(*findings: Finding) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = run_of(gather(EventLog(findings=findings)))["results"]
    return listed


def test_each_finding_of_an_event_log_is_a_result_of_a_rule() -> None:
    run = run_of(gather(EventLog(findings=FINDINGS)))
    assert run["tool"]["driver"]["name"] == "pulumi-guardrails"
    rules = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
    assert list(rules) == ["kms-key-kept", "kms-rotation", "kms-waived", "log-retention"]
    assert rules["kms-rotation"]["properties"]["security-severity"] == "8.0"
    assert "properties" not in rules["log-retention"]
    for result in run["results"]:
        assert result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == URN
    assert {result["ruleId"]: result["level"] for result in run["results"]} == {
        "kms-key-kept": "note",
        "kms-rotation": "error",
        "kms-waived": "note",
        "log-retention": "note",
    }


def test_what_is_exempted_is_suppressed_with_its_reason() -> None:
    assert [result.get("suppressions") for result in results(*FINDINGS)] == [
        [{"kind": "external", "justification": "EXC-1: old"}],
        None,
        [{"kind": "external", "justification": "migration; approved by ann; expires 2999-01-01"}],
        None,
    ]


def test_a_result_keeps_its_fingerprint_whatever_its_text_and_its_neighbours() -> None:
    (alone,) = results(found("kms-rotation", "mandatory", "It is still not."))
    among = next(result for result in results(*FINDINGS) if result["level"] == "error")
    assert alone["partialFingerprints"] == among["partialFingerprints"]
    # Code scanning has those of earlier versions: they must not change either.
    digest = hashlib.sha256(f"kms-rotation\n{URN}".encode()).hexdigest()
    assert alone["partialFingerprints"] == {"policyAndResource/v1": digest}
    assert alone["message"] != among["message"]


def test_a_result_is_in_the_line_that_registers_the_resource() -> None:
    places = {
        (result["ruleId"], result["locations"][0]["logicalLocations"][0]["name"]): result["locations"][0][
            "physicalLocation"
        ]
        for result in run_of(EXAMPLE)["results"]
    }
    assert places["kms-rotation", "key"] == {
        "artifactLocation": {"uri": "infra/keys%20and%20more.py"},
        "region": {"startLine": 12},
    }
    assert places["network-chain", "the stack"] == {
        "artifactLocation": {"uri": "Pulumi.yaml"},
        "region": {"startLine": 1},
    }


def test_a_rule_has_help_a_level_and_tags() -> None:
    rules = {rule["id"]: rule for rule in run_of(EXAMPLE)["tool"]["driver"]["rules"]}
    rule = rules["kms-rotation"]
    assert rule["shortDescription"] == {"text": "Keys are rotated"}
    assert rule["helpUri"] == ROTATION.url
    assert "Set enable_key_rotation=True." in rule["help"]["text"]
    assert f"[Documentation]({ROTATION.url})" in rule["help"]["markdown"]
    assert rule["defaultConfiguration"] == {"level": "error", "enabled": True}
    assert rule["properties"] == {
        "security-severity": "8.0",
        "tags": ["security", "kms", "CIS 3.0", "NIST"],
        "controls": {"CIS 3.0": ["3.6"], "NIST": ["ac_2", "sc_12"]},
    }
    assert rules["table-backup"]["defaultConfiguration"]["level"] == "warning"


def test_a_rule_has_no_more_tags_than_code_scanning_takes() -> None:
    many = replace(ROTATION, frameworks={f"framework {number}": ("1",) for number in range(30)})
    found = replace(EXAMPLE, policies=(many,), results=())
    assert len(run_of(found)["tool"]["driver"]["rules"][0]["properties"]["tags"]) == MOST_TAGS


def test_what_passed_or_is_not_applicable_is_no_result() -> None:
    found = evidence(
        Result(CHAIN, TABLE, Outcome.PASSED, "advisory"),
        Result(CHAIN, evidences.KEY, Outcome.NOT_APPLICABLE, "advisory"),
        Result(ROTATION, TABLE, Outcome.REMEDIATED, "remediate"),
    )
    assert run_of(found)["results"] == []


def test_undecided_is_an_error_only_where_it_blocks() -> None:
    found = evidence(
        Result(CHAIN, TABLE, Outcome.UNDECIDED, "advisory", "Undecided: x"),
        Result(ROTATION, TABLE, Outcome.UNDECIDED, "mandatory", "Undecided: x"),
    )
    assert {result["ruleId"]: result["level"] for result in run_of(found)["results"]} == {
        "network-chain": "note",
        "kms-rotation": "error",
    }


def test_each_pack_is_a_run_of_its_own() -> None:
    theirs = replace(ROTATION, pack="theirs")
    found = replace(EXAMPLE, policies=(*EXAMPLE.policies, theirs))
    runs = valid_sarif(sarif(found))
    assert [run["tool"]["driver"]["name"] for run in runs] == [PACK, "theirs"]
    assert runs[0]["tool"]["driver"]["version"] == "1.2.3"
    assert runs[1]["results"] == []


def test_the_run_says_what_ran_when_and_whether_it_came_to_its_end() -> None:
    run = run_of(EXAMPLE)
    assert run["automationDetails"] == {"id": "pulumi/api/prod/"}
    assert run["invocations"] == [
        {
            "executionSuccessful": True,
            "commandLine": "python -m audit run",
            "startTimeUtc": "2026-11-26T14:00:00Z",
            "endTimeUtc": "2026-11-26T14:00:09Z",
            "account": "ann@host",
            "toolConfigurationNotifications": [
                {"level": "warning", "message": {"text": "kms-rotation: The waiver of 'x' matches no resource."}}
            ],
            "properties": {"gitCommit": "abc", "gitDirty": False},
        }
    ]
    (broken,) = run_of(evidence(is_complete=False))["invocations"]
    assert broken["executionSuccessful"] is False
    assert broken["toolExecutionNotifications"] == [{"level": "error", "message": {"text": "the program broke off"}}]


def test_a_log_without_a_pack_is_a_run_without_results() -> None:
    assert run_of(gather(EventLog()))["results"] == []
