"""The verdict on recorded runs of the real engine."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from audit.events import Check, EventLog, Finding, PolicyException, Remediation, Step, read
from audit.verdict import judge

SAMPLES = Path(__file__).with_name("samples")


def test_a_clean_run() -> None:
    verdict = judge(read(SAMPLES / "clean.jsonl"))
    assert verdict.is_clean
    assert verdict.lines() == [
        "3 resources to create.",
        "3 policies evaluated: 6 checks passed, 0 violations (0 mandatory, 0 advisory), 0 undecided, "
        "1 not applicable, 0 skipped.",
    ]


def test_a_blocked_run() -> None:
    verdict = judge(read(SAMPLES / "blocked.jsonl"))
    assert not verdict.is_clean
    assert [finding.policy for finding in verdict.mandatory] == ["no-second"]
    assert [finding.resource.rsplit(":")[-1] for finding in verdict.undecided] == ["first", "second"]
    assert [finding.policy for finding in verdict.skipped] == ["reads-text"]
    assert verdict.lines()[1] == (
        "6 policies evaluated: 8 checks passed, 1 violation (1 mandatory, 0 advisory), 2 undecided, "
        "4 not applicable, 1 skipped."
    )


def test_an_excepted_finding_is_neither_passed_nor_a_violation_and_its_reason_is_told() -> None:
    log = read(SAMPLES / "excepted.jsonl")
    verdict = judge(log)
    assert not verdict.is_clean
    assert verdict.mandatory == verdict.advisory == ()
    assert [found.policy for found in verdict.excepted] == ["no-second", "undecided"]
    assert [finding.resource.rsplit(":")[-1] for finding in verdict.undecided] == ["first"]
    assert verdict.lines()[1:] == [
        "6 policies evaluated: 8 checks passed, 0 violations (0 mandatory, 0 advisory), 1 undecided, "
        "4 not applicable, 1 skipped, 2 excepted.",
        "Excepted: no-second (mandatory) on toy:index:Part second by EXC-2: Two parts are agreed; "
        "EXC-10: Until the migration in March (OPS-7)",
        "Excepted: undecided (advisory) on toy:index:Part second by EXC-2: Two parts are agreed",
    ]
    reported = judge(
        dataclasses.replace(log, findings=tuple(dataclasses.replace(f, exceptions=()) for f in log.findings))
    )
    assert reported.passed == verdict.passed
    assert [found.policy for found in reported.mandatory] == ["no-second"]


def test_a_waived_finding_is_not_excepted() -> None:
    waived = Finding("p", "pack", "advisory", "", "urn:x", "Described.\nWaived: found x. Reason: …")
    verdict = judge(EventLog(findings=(waived,), checks=(Check("pack", "urn:x", (), ("p",)),)))
    assert verdict.advisory == (waived,)
    assert verdict.excepted == ()
    assert "excepted" not in verdict.lines()[1]


@pytest.mark.parametrize(
    ("resource", "shown"),
    [
        ("urn:pulumi:dev::app::a:B:C$aws:s3/bucket:Bucket::one::two", "aws:s3/bucket:Bucket one::two"),
        ("urn:pulumi:dev::app::pulumi:pulumi:Stack::app-dev", "pulumi:pulumi:Stack app-dev"),
        ("", "the stack"),
    ],
)
def test_an_excepted_finding_names_its_resource(resource: str, shown: str) -> None:
    finding = Finding("p", "pack", "mandatory", "", resource, "x", (PolicyException("E-1", "agreed"),))
    verdict = judge(EventLog(findings=(finding,), checks=(Check("pack", None, (), ("p",)),)))
    assert verdict.lines()[2] == f"Excepted: p (mandatory) on {shown} by E-1: agreed"


def test_a_run_that_broke_off_is_not_clean_and_says_so() -> None:
    log = read(SAMPLES / "broken-off.jsonl")
    verdict = judge(log)
    assert not verdict.complete
    assert verdict.lines()[-1] == "The run broke off before the policies could judge the stack as a whole."
    assert not judge(dataclasses.replace(log, findings=())).is_clean


def test_a_run_without_policies_is_not_clean() -> None:
    verdict = judge(EventLog(changes={"create": 2, "same": 1, "delete": 0}))
    assert not verdict.is_clean
    assert verdict.lines() == ["2 resources to create, 1 unchanged.", "No policy was evaluated."]


def test_an_update_tells_what_was_done() -> None:
    log = EventLog(changes={"create": 2, "delete-replaced": 1, "same": 1}, is_preview=False)
    assert judge(log).lines()[0] == "2 resources created, 1 resource delete-replaced, 1 unchanged."


def test_a_run_that_ended_before_its_summary_says_so() -> None:
    assert judge(EventLog()).lines()[0] == "The engine did not come to its summary of resources."


@pytest.mark.parametrize(
    ("level", "message", "kind"),
    [
        ("mandatory", "Described.\nUndecided: but mandatory all the same", "mandatory"),
        ("remediate", "Described.\nfound x", "mandatory"),
        ("advisory", "Described.\nUndecided: y is not known yet", "undecided"),
        ("advisory", "Described.\ncan't run policy 'p' from policy pack 'q' during preview: z", "skipped"),
        ("advisory", "Described.\nfound x; this is not Undecided: at all", "advisory"),
    ],
)
def test_what_a_finding_counts_as(level: str, message: str, kind: str) -> None:
    finding = Finding("p", "pack", level, "", "urn:x", message)
    verdict = judge(EventLog(findings=(finding,), checks=(Check("pack", "urn:x", (), ("p",)),)))
    counts = {name: len(getattr(verdict, name)) for name in ("mandatory", "advisory", "undecided", "skipped")}
    assert counts == {name: int(name == kind) for name in counts}


def test_not_applicable_counts_each_pack_for_itself() -> None:
    checks = (
        Check("one", "urn:a", ("p", "q"), ()),
        Check("one", "urn:b", (), ("p",)),
        Check("two", "urn:b", ("r",), ()),
        Check("one", None, ("whole",), ()),
    )
    assert judge(EventLog(checks=checks)).not_applicable == 1


def test_remediations_are_told_when_there_are_some() -> None:
    log = EventLog(checks=(Check("one", "urn:a", ("p",), ()),), remediations=(Remediation("p", "one", "urn:a"),))
    assert "1 remediated" in judge(log).lines()[1]


def test_what_holds_data_and_is_replaced_or_deleted_has_a_line_of_its_own() -> None:
    table, queue, role = "aws:dynamodb/table:Table", "aws:sqs/queue:Queue", "aws:iam/role:Role"
    steps = (
        Step("urn:pulumi:dev::p::aws:dynamodb/table:Table::orders", table, "replace", because=("hashKey",)),
        Step("urn:pulumi:dev::p::aws:dynamodb/table:Table::kept", table, "delete", retained=True),
        Step("urn:pulumi:dev::p::aws:dynamodb/table:Table::refused", table, "delete", failed=True),
        Step("urn:pulumi:dev::p::aws:dynamodb/table:Table::changed", table, "update"),
        Step("urn:pulumi:dev::p::aws:sqs/queue:Queue::jobs", queue, "delete"),
        Step("urn:pulumi:dev::p::aws:iam/role:Role::role", role, "delete"),
    )
    planned = judge(EventLog(steps=steps, changes={"replace": 1, "delete": 4}))
    assert planned.lines()[1:-1] == [
        "Data store to replace: aws:dynamodb/table:Table 'orders', for a change of hashKey. "
        "Its data are lost unless there is a backup.",
        "Data store to delete: aws:sqs/queue:Queue 'jobs'. Its data are lost unless there is a backup.",
    ]
    done = judge(EventLog(steps=steps, changes={"delete": 1}, is_preview=False))
    assert [line.split(".")[0] for line in done.lines()[1:-1]] == [
        "Data store replaced: aws:dynamodb/table:Table 'orders', for a change of hashKey",
        "Data store deleted: aws:sqs/queue:Queue 'jobs'",
    ]
