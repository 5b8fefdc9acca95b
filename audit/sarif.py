"""Findings as SARIF 2.1.0 (OASIS), which code scanning shows.

An event log does not say which line of a program a resource is from: a result is located in `Pulumi.yaml`, and its
logical location is the resource's URN. The fingerprint is the policy and the resource, so that a result stays the same
one over runs.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from audit.events import Finding
from audit.verdict import kind_of

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {"mandatory": "error", "advisory": "warning", "undecided": "note", "skipped": "note", "excepted": "note"}
SECURITY_SEVERITIES = {"critical": "9.5", "high": "8.0", "medium": "5.5", "low": "3.0"}
"""Scores in the ranges by which GitHub names a severity (code scanning, SARIF support, `security-severity`)."""


def sarif(findings: Iterable[Finding]) -> str:
    """The findings of a run as the text of a SARIF log."""
    ordered = sorted(findings, key=lambda found: (found.policy, found.resource, found.message))
    rules: dict[str, Finding] = {}
    for found in ordered:
        rules.setdefault(found.policy, found)
    run = {
        "tool": {"driver": {"name": "pulumi-guardrails", "rules": [_rule(rules[policy]) for policy in rules]}},
        "results": [_result(found, list(rules).index(found.policy)) for found in ordered],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(found: Finding) -> dict[str, Any]:
    title = found.message.splitlines()[0]
    rule: dict[str, Any] = {"id": found.policy, "shortDescription": {"text": title}}
    if found.severity in SECURITY_SEVERITIES:
        rule["properties"] = {"security-severity": SECURITY_SEVERITIES[found.severity], "tags": ["security"]}
    return rule


def _result(found: Finding, rule: int) -> dict[str, Any]:
    kind = kind_of(found)
    title, _, rest = found.message.partition("\n")
    result: dict[str, Any] = {
        "ruleId": found.policy,
        "ruleIndex": rule,
        "level": LEVELS[kind],
        "message": {"text": rest.strip() or title},
        "locations": [
            {
                "physicalLocation": {"artifactLocation": {"uri": "Pulumi.yaml"}, "region": {"startLine": 1}},
                "logicalLocations": [{"fullyQualifiedName": found.resource or "the stack", "kind": "resource"}],
            }
        ],
        "partialFingerprints": {
            "policyAndResource/v1": hashlib.sha256(f"{found.policy}\n{found.resource}".encode()).hexdigest()
        },
    }
    if kind == "excepted":
        result["suppressions"] = [
            {"kind": "external", "justification": f"{exception.id}: {exception.reason}"}
            for exception in found.exceptions
        ]
    elif rest.lstrip().startswith("Waived: "):
        result["suppressions"] = [{"kind": "external", "justification": rest.rpartition("[Waiver: ")[2].rstrip("] \n")}]
    return result
