"""New and fixed findings against a base run: nothing counts as fixed that was not evaluated."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from audit.__main__ import main
from audit.comparison import Comparison, ComparisonError, compare, read_base
from audit.evidence import Evidence, Outcome, Result
from audit.results import results_json
from tests.audit.evidences import BACKUP, CHAIN, EXAMPLE, KEY, PACK, ROTATION, TABLE, WAIVER, evidence

AT_KEY = (PACK, "kms-rotation", KEY)


def one(outcome: Outcome, is_complete: bool = True) -> Evidence:
    return evidence(Result(ROTATION, KEY, outcome, "mandatory", "x", WAIVER), is_complete=is_complete)


def compared(base: Evidence, now: Evidence) -> Comparison:
    return compare(read_base(results_json(base), "base.json"), now)


def differing(found: Comparison) -> dict[str, tuple[tuple[str, str, str], ...]]:
    """The kinds that are not empty."""
    kinds = ("new", "fixed", "exempted", "unchanged", "not_evaluated")
    return {kind: getattr(found, kind) for kind in kinds if getattr(found, kind)}


@pytest.mark.parametrize(
    ("before", "now", "kind"),
    [
        (Outcome.PASSED, Outcome.VIOLATED, "new"),
        (Outcome.WAIVED, Outcome.VIOLATED, "new"),
        (Outcome.UNDECIDED, Outcome.VIOLATED, "new"),
        (Outcome.PASSED, Outcome.UNDECIDED, "new"),
        (Outcome.VIOLATED, Outcome.PASSED, "fixed"),
        (Outcome.VIOLATED, Outcome.REMEDIATED, "fixed"),
        (Outcome.UNDECIDED, Outcome.PASSED, "fixed"),
        (Outcome.VIOLATED, Outcome.NOT_APPLICABLE, "fixed"),
        (Outcome.VIOLATED, Outcome.WAIVED, "exempted"),
        (Outcome.VIOLATED, Outcome.EXCEPTED, "exempted"),
        (Outcome.VIOLATED, Outcome.VIOLATED, "unchanged"),
        (Outcome.VIOLATED, Outcome.UNDECIDED, "unchanged"),
        (Outcome.VIOLATED, Outcome.NOT_EVALUATED, "not_evaluated"),
    ],
)
def test_a_change_of_outcome(before: Outcome, now: Outcome, kind: str) -> None:
    assert differing(compared(one(before), one(now))) == {kind: (AT_KEY,)}


def test_what_passed_in_both_is_no_finding() -> None:
    assert differing(compared(one(Outcome.PASSED), one(Outcome.PASSED))) == {}


def test_a_finding_of_a_removed_resource_is_fixed() -> None:
    now = replace(evidence(), resources=evidence().resources[1:])
    assert differing(compared(one(Outcome.VIOLATED), now)) == {"fixed": (AT_KEY,)}


@pytest.mark.parametrize(
    "now",
    [
        evidence(is_complete=False),
        replace(evidence(), policies=(), resources=evidence().resources[1:]),
        replace(evidence(), policies=(BACKUP,)),
        replace(evidence(), policies=(replace(ROTATION, level="disabled"), BACKUP)),
    ],
    ids=["broke off", "without the pack", "without the policy", "with the policy disabled"],
)
def test_what_was_not_evaluated_is_not_fixed(now: Evidence) -> None:
    assert differing(compared(one(Outcome.VIOLATED), now)) == {"not_evaluated": (AT_KEY,)}


def test_what_was_evaluated_before_a_run_broke_off_counts() -> None:
    assert differing(compared(one(Outcome.VIOLATED), one(Outcome.PASSED, is_complete=False))) == {"fixed": (AT_KEY,)}


def test_a_finding_on_the_stack_as_a_whole_is_one_too() -> None:
    base = evidence(Result(CHAIN, "", Outcome.VIOLATED, "advisory", "x"))
    now = evidence(Result(CHAIN, "", Outcome.PASSED, "advisory"), Result(BACKUP, TABLE, Outcome.VIOLATED, "advisory"))
    assert differing(compared(base, now)) == {
        "new": ((PACK, "table-backup", TABLE),),
        "fixed": ((PACK, "network-chain", ""),),
    }


def test_a_base_that_broke_off_is_told() -> None:
    assert not compared(evidence(is_complete=False), EXAMPLE).base_is_complete


def test_a_base_of_another_stack_is_refused() -> None:
    with pytest.raises(ComparisonError, match="the base is of api/dev, and this run is of api/prod"):
        compared(replace(EXAMPLE, stack="dev"), EXAMPLE)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "is no JSON"),
        ("[]", "is no results.json of schema version 1"),
        ('{"schemaVersion": 2, "project": "", "stack": "", "complete": true, "results": []}', "of schema version 1"),
        ('{"schemaVersion": 1, "project": "", "stack": "", "complete": true, "results": [1]}', "no result"),
    ],
)
def test_what_is_no_base_is_refused(text: str, said: str) -> None:
    with pytest.raises(ComparisonError, match=said):
        read_base(text, "base.json")


def test_the_command_compares_an_event_log_with_a_base(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    events = str(Path(__file__).with_name("samples") / "blocked.jsonl")
    base = tmp_path / "results.json"
    base.write_text(results_json(replace(EXAMPLE, project="", stack="", results=())), encoding="utf-8")
    assert main(["summary", events, "--base", str(base)]) == 1
    assert "Against the base, by policy and resource: 4 new, 0 fixed, 0 unchanged." in capsys.readouterr().out
    base.write_text("{", encoding="utf-8")
    assert main(["summary", events, "--base", str(base)]) == 2
    assert capsys.readouterr().err.startswith(f"error: {base} is no JSON")
    assert main(["summary", events, "--base", str(tmp_path / "none")]) == 2
    assert capsys.readouterr().err == f"error: {tmp_path / 'none'} cannot be read: No such file or directory.\n"
