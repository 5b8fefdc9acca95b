"""The event log of the real engine, recorded in samples/, and logs that are none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.events import EventLog, EventLogError, Finding, PolicyException, Remediation, Step, parse, read
from audit.properties import PropertyChange

SAMPLES = Path(__file__).with_name("samples")


def test_steps_are_in_the_order_of_the_engine() -> None:
    log = read(SAMPLES / "clean.jsonl")
    urn = "urn:pulumi:dev::toy::toy:index:Part::"
    assert log.steps == (
        Step("urn:pulumi:dev::toy::pulumi:pulumi:Stack::toy-dev", "pulumi:pulumi:Stack", "create"),
        Step(f"{urn}second", "toy:index:Part", "create"),
        Step(f"{urn}first", "toy:index:Part", "create"),
    )
    assert log.changes == {"create": 3}
    assert log.result == "succeeded"


def test_every_resource_and_the_stack_are_checked_once() -> None:
    log = read(SAMPLES / "clean.jsonl")
    assert [check.resource for check in log.checks] == [*(step.resource for step in log.steps), None]
    assert log.checks[1].passed == ("named", "parts-only")
    assert log.checks[-1].passed == ("two-parts",)
    assert log.findings == ()


def test_a_finding_names_policy_level_resource_and_message() -> None:
    log = read(SAMPLES / "blocked.jsonl")
    mandatory = [finding for finding in log.findings if finding.level == "mandatory"]
    assert mandatory == [
        Finding(
            policy="no-second",
            pack="toy-pack",
            level="mandatory",
            severity="",
            resource="urn:pulumi:dev::toy::toy:index:Part::second",
            message="There is one part.\nfound a second part; one is enough",
        )
    ]


def test_a_finding_keeps_its_exceptions_lowest_id_first() -> None:
    log = read(SAMPLES / "excepted.jsonl")
    found = {(finding.policy, finding.resource.rsplit(":")[-1]): finding for finding in log.findings}
    assert found["no-second", "second"].level == "mandatory"
    assert found["no-second", "second"].exceptions == (
        PolicyException("EXC-2", "Two parts are agreed"),
        PolicyException("EXC-10", "Until the migration\nin March (OPS-7)"),
    )
    assert found["undecided", "first"].exceptions == ()
    assert log.result == "succeeded"


def test_errors_are_kept_and_other_diagnostics_are_not() -> None:
    lines = [
        json.dumps({"diagnosticEvent": {"severity": severity, "message": f"{severity} said\n"}})
        for severity in ("debug", "info", "error", "warning")
    ]
    assert parse(lines).errors == ("error said",)
    assert read(SAMPLES / "clean.jsonl").errors == ()


def test_a_remediation_is_kept_with_what_it_changed() -> None:
    body = {"policyName": "tags", "policyPackName": "toy-pack", "resourceUrn": "urn:x", "before": {}, "after": {"a": 1}}
    log = parse([json.dumps({"sequence": 1, "policyRemediationEvent": body})])
    assert log.remediations == (Remediation("tags", "toy-pack", "urn:x", (PropertyChange("a", None, 1),)),)


def test_a_remediation_may_say_nothing_of_properties() -> None:
    body = {"policyName": "tags", "policyPackName": "toy-pack", "before": None}
    log = parse([json.dumps({"policyRemediationEvent": body})])
    assert log.remediations == (Remediation("tags", "toy-pack", "", ()),)


@pytest.mark.parametrize(
    ("line", "message"),
    [("{", "no JSON"), ("[1]", "found a JSON list"), ('"text"', "found a JSON str")],
)
def test_a_line_that_is_no_event_is_named(line: str, message: str) -> None:
    with pytest.raises(EventLogError, match=rf"^sample, line 2: {message}"):
        parse(['{"cancelEvent": {}}', line], "sample")


@given(st.dictionaries(st.text().filter(lambda key: "Event" not in key), st.integers() | st.text()))
def test_an_unknown_event_is_passed_over(event: dict[str, int | str]) -> None:
    assert parse([json.dumps(event), ""]) == EventLog()


@pytest.mark.parametrize(
    "event",
    [
        {"policyEvent": {}},
        {"policyEvent": []},
        {"policyAnalyzeSummaryEvent": {"passed": ["a"]}},
        {"policyRemediationEvent": {"policyName": "a"}},
    ],
)
def test_an_event_of_another_form_is_refused_with_its_line(event: object) -> None:
    with pytest.raises(EventLogError, match=r"^log, line 2: an event of another form than the engine's\.$"):
        parse(["{}", json.dumps(event)], "log")


def test_what_passed_with_the_whole_stack_in_view_is_read_from_the_line_of_our_pack() -> None:
    line = 'compliant with the whole stack in view: {"pack":"guardrails","resources":{"key-used":["urn:a"]}}'
    others = [
        "compliant with the whole stack in view: {",
        'compliant with the whole stack in view: {"pack": "p", "resources": {"a": 1}}',
        "x",
    ]
    events = [{"diagnosticEvent": {"severity": "debug", "message": one}} for one in (line, *others, line)]
    assert parse(map(json.dumps, events)).compliant == {("guardrails", "key-used"): ("urn:a", "urn:a")}
    said_aloud = {"diagnosticEvent": {"severity": "info", "message": line}}
    assert parse([json.dumps(said_aloud)]).compliant == {}


def test_a_run_has_its_times_and_a_check_the_version_of_its_pack() -> None:
    body = {"policyPackName": "guardrails", "policyPackVersion": "1.2.0", "passed": ["a"]}
    events = [{"timestamp": 10}, {"timestamp": 17, "policyAnalyzeStackSummaryEvent": body}]
    log = parse(map(json.dumps, events))
    assert (log.began, log.ended, log.checks[0].version) == (10, 17, "1.2.0")
