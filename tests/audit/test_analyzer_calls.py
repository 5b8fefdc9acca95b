"""The calls between the engine and its packs: what passed on a state, and nothing that is secret."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from audit.analyzer_calls import VARIABLE, merged, parse, recorded
from audit.description import Description, Policy
from audit.events import Check

INFO = {
    "name": "guardrails",
    "version": "1.0.0",
    "policies": [
        {"name": "kms-rotation", "displayName": "A key is rotated", "policyType": "POLICY_TYPE_RESOURCE",
         "enforcementLevel": "MANDATORY", "severity": "POLICY_SEVERITY_HIGH",
         "framework": {"name": "CIS", "reference": "2.9"}, "remediationSteps": "Rotate it.", "url": "https://a"},
        {"name": "off", "policyType": "POLICY_TYPE_RESOURCE", "enforcementLevel": "DISABLED"},
        {"name": "key-used", "policyType": "POLICY_TYPE_STACK"},
    ],
}  # fmt: skip


def call(method: str, response: Any = None, request: Any = None, pack: str = "/packs/a") -> str:
    answer = {} if response is None else {"response": response}
    metadata = {"kind": "analyzer", "name": pack}
    return json.dumps({"method": f"/pulumirpc.Analyzer/{method}", "request": request, "metadata": metadata, **answer})


def test_passed_is_what_is_on_and_not_named_by_the_answer() -> None:
    calls = parse(
        [
            call("Analyze"),
            call("GetAnalyzerInfo", INFO),
            call("Analyze", {}, {"urn": "urn:a"}),
            call("Analyze", {"notApplicable": [{"policyName": "kms-rotation"}]}, {"urn": "urn:b"}),
            call("Analyze", {"diagnostics": [{"policyName": "kms-rotation"}]}, {"urn": "urn:c"}),
            call("AnalyzeStack", {}, {"resources": []}),
        ]
    )
    assert calls.checks == [
        Check("guardrails", "urn:a", ("kms-rotation",), (), "1.0.0"),
        Check("guardrails", "urn:b", (), (), "1.0.0"),
        Check("guardrails", "urn:c", (), ("kms-rotation",), "1.0.0"),
        Check("guardrails", None, ("key-used",), (), "1.0.0"),
    ]


def test_a_level_is_the_one_that_is_configured() -> None:
    configured = {"policyConfig": {"off": {"enforcementLevel": "MANDATORY"}, "kms-rotation": {}}}
    calls = parse([call("GetAnalyzerInfo", INFO), call("Configure", {}, configured)])
    (described,) = calls.descriptions
    assert {name: policy.level for name, policy in described.policies.items()} == {
        "kms-rotation": "advisory",
        "off": "mandatory",
        "key-used": "advisory",
    }
    assert described.policies["kms-rotation"].frameworks == {"CIS": ("2.9",)}


@pytest.mark.parametrize("line", ["", "{", '{"method": 1}', call("Cancel", {}), call("Analyze", {}, pack="/other")])
def test_another_line_is_passed_over(line: str) -> None:
    assert parse([line]).checks == []


def test_what_a_pack_says_in_full_stands_with_the_level_that_the_engine_used() -> None:
    short = Description("guardrails", "1", {"a": Policy("guardrails", "a", level="advisory"), "b": Policy("g", "b")})
    full = Description("guardrails", "1", {"a": Policy("guardrails", "a", "Title", "mandatory", family="kms")})
    (both,) = merged([short], [full])
    assert both.policies["a"] == Policy("guardrails", "a", "Title", "advisory", family="kms")
    assert both.policies["b"] == Policy("g", "b")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_calls_go_through_a_pipe_and_leave_nothing_behind() -> None:
    lines = [call("GetAnalyzerInfo", INFO), call("Analyze", {}, {"urn": "urn:a", "properties": {"p": "hunter2"}})]
    # The engine opens the file anew for each plugin.
    program = f"import os, sys\nfor line in {lines!r}:\n    open(os.environ['{VARIABLE}'], 'a').write(line + chr(10))"
    with recorded(os.environ) as (environment, calls):
        pipe = Path(environment[VARIABLE])
        assert pipe.is_fifo()
        subprocess.run([sys.executable, "-c", program], env=dict(environment), check=True)
    assert [check.resource for check in calls.checks] == ["urn:a"]
    assert "hunter2" not in str(calls)
    assert not pipe.exists()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_command_that_writes_nothing_does_not_hang() -> None:
    with recorded(os.environ) as (_, calls):
        pass
    assert calls.checks == []
