"""Findings as SARIF: what blocks is an error, and a result keeps its fingerprint over runs."""

from __future__ import annotations

import json
from typing import Any

from audit.events import Finding, PolicyException
from audit.sarif import sarif

URN = "urn:pulumi:prod::api::aws:kms/key:Key::key"


def found(policy: str, level: str, text: str, severity: str = "high", **more: Any) -> Finding:
    return Finding(policy, "pulumi-guardrails", level, severity, URN, f"Keys are rotated.\n{text}", **more)


FINDINGS = [
    found("kms-rotation", "mandatory", "It is not."),
    found("log-retention", "advisory", "Undecided: it is not known.", severity=""),
    found("kms-rotation", "advisory", "Waived: it is not. [Waiver: migration; approved by ann; expires 2999-01-01]"),
    found("kms-key-kept", "mandatory", "It is not.", exceptions=(PolicyException("EXC-1", "old"),)),
]


def results(findings: list[Finding]) -> list[dict[str, Any]]:
    (run,) = json.loads(sarif(findings))["runs"]
    listed: list[dict[str, Any]] = run["results"]
    return listed


def test_each_finding_is_a_result_of_a_rule() -> None:
    log = json.loads(sarif(FINDINGS))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["kms-key-kept", "kms-rotation", "log-retention"]
    assert rules[1]["properties"]["security-severity"] == "8.0"
    assert "properties" not in rules[2]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == URN
    assert [result["level"] for result in run["results"]] == ["note", "error", "warning", "note"]


def test_what_is_exempted_is_suppressed_with_its_reason() -> None:
    suppressed = [result.get("suppressions") for result in results(FINDINGS)]
    assert suppressed == [
        [{"kind": "external", "justification": "EXC-1: old"}],
        None,
        [{"kind": "external", "justification": "migration; approved by ann; expires 2999-01-01"}],
        None,
    ]


def test_a_result_keeps_its_fingerprint_whatever_its_text_and_its_neighbours() -> None:
    (alone,) = results([found("kms-rotation", "mandatory", "It is still not.")])
    among = next(result for result in results(FINDINGS) if result["level"] == "error")
    assert alone["partialFingerprints"] == among["partialFingerprints"]
    assert alone["message"] != among["message"]
