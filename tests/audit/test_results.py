"""results.json and results.csv: one row a policy and resource."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from jsonschema import ValidationError

from audit.evidence import Evidence, Outcome, Result
from audit.results import results_csv, results_json
from tests.audit.evidences import CHAIN, EXAMPLE, KEY, PACK, ROTATION, TABLE, WAIVER, evidence
from tests.audit.formats import valid_csv, valid_results

HEAD = {"policy", "pack", "resource", "outcome", "level", "severity"}


def rows(found: Evidence) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = valid_results(results_json(found))["results"]
    return listed


def test_a_violation_says_what_where_and_how_to_fix_it() -> None:
    assert rows(EXAMPLE)[0] == {
        "policy": "kms-rotation",
        "pack": PACK,
        "resource": KEY,
        "type": "aws:kms/key:Key",
        "name": "key",
        "outcome": "violated",
        "level": "mandatory",
        "severity": "high",
        "controls": {"CIS 3.0": ["3.6"], "NIST": ["ac_2", "sc_12"]},
        "message": "Key 'key': enableKeyRotation is false; expected true.",
        "advice": "Set enable_key_rotation=True.",
        "link": ROTATION.url,
        "source": {"file": "infra/keys and more.py", "line": 12},
    }


def test_an_exemption_has_its_reason_approver_and_last_day() -> None:
    exempted = {row["outcome"]: row["exemption"] for row in rows(EXAMPLE) if "exemption" in row}
    assert exempted == {
        "waived": {"reason": "migration", "approvedBy": "ann", "expires": "2999-01-01", "id": ""},
        "excepted": {"reason": "agreed", "approvedBy": "", "expires": "", "id": "EXC-1"},
    }


def test_what_is_not_applicable_has_what_identifies_it_and_no_more() -> None:
    (row,) = [row for row in rows(EXAMPLE) if row["outcome"] == "not applicable"]
    assert row.keys() == HEAD
    (listed,) = [row for row in valid_csv(results_csv(EXAMPLE)) if row["outcome"] == "not applicable"]
    assert {column for column, cell in listed.items() if cell} == HEAD


def test_each_row_is_on_a_line_of_its_own() -> None:
    lines = results_json(EXAMPLE).splitlines()
    assert len([line for line in lines if line.startswith('    {"policy": ')]) == len(EXAMPLE.results)


def test_the_head_says_what_the_results_are_of() -> None:
    head = valid_results(results_json(EXAMPLE))
    assert (head["project"], head["stack"], head["operation"]) == ("api", "prod", "preview")
    assert head["verdict"] == "violations"
    assert head["counts"]["passed"] == head["counts"]["not applicable"] == 1
    assert head["provenance"]["versions"] == {"Pulumi": "3.272.0", "policy pack guardrails": "1.2.3"}
    broken = valid_results(results_json(evidence(is_complete=False)))
    assert broken["complete"] is False
    assert broken["errors"] == ["the program broke off"]


@pytest.mark.parametrize(
    ("outcome", "change"),
    [
        ("waived", {"exemption": None}),
        ("passed", {"exemption": {"reason": "", "approvedBy": "", "expires": "", "id": ""}}),
        ("not applicable", {"message": "x"}),
        ("violated", {"controls": None}),
        ("violated", {"unheard_of": ""}),
    ],
)
def test_the_schema_refuses(outcome: str, change: dict[str, Any]) -> None:
    document = json.loads(results_json(EXAMPLE))
    row = next(row for row in document["results"] if row["outcome"] == outcome)
    row.update(change)
    for key in [key for key, value in change.items() if value is None]:
        del row[key]
    with pytest.raises(ValidationError):
        valid_results(json.dumps(document))


def test_a_cell_that_a_spreadsheet_would_run_is_text() -> None:
    dangerous = replace(ROTATION, advice='=HYPERLINK("http://x","a")', title="")
    found = evidence(
        Result(dangerous, KEY, Outcome.VIOLATED, "mandatory", "@SUM(1)"),
        Result(CHAIN, TABLE, Outcome.WAIVED, "advisory", "\t=1+1", replace(WAIVER, reason="-2+3", approved_by="+ann")),
    )
    first, second = valid_csv(results_csv(found))
    assert first["advice"] == '\'=HYPERLINK("http://x","a")'
    assert first["message"] == "'@SUM(1)"
    assert second["message"] == "'\t=1+1"
    assert (second["exemption_reason"], second["exemption_approved_by"]) == ("'-2+3", "'+ann")


def test_the_table_is_of_rfc_4180() -> None:
    found = evidence(Result(ROTATION, KEY, Outcome.VIOLATED, "mandatory", 'a "quoted", text\nof two lines'))
    text = results_csv(found)
    assert '"a ""quoted"", text\nof two lines"' in text
    assert text.endswith("\r\n")
    assert valid_csv(text)[0]["controls"] == "CIS 3.0:3.6; NIST:ac_2; NIST:sc_12"
