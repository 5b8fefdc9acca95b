"""Whatever the names and messages are, every file is valid by its own format and can be written as UTF-8."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings

from audit.events import read
from audit.evidence import Evidence, Outcome, gather
from audit.formats import machine_readable
from audit.junit import junit
from audit.oscal import oscal
from audit.results import SCHEMA_NAME, results_csv, results_json, schema
from audit.sarif import sarif
from tests.audit.evidences import EXAMPLE, arbitrary
from tests.audit.formats import valid_csv, valid_junit, valid_oscal, valid_results, valid_sarif

SAMPLES = Path(__file__).with_name("samples")


def check(evidence: Evidence) -> None:
    """Hold every file to its format, and what they say to each other."""
    rows = valid_results(results_json(evidence))["results"]
    assert len(valid_csv(results_csv(evidence))) == len(rows) == len(evidence.results)
    applicable = [one for one in evidence.results if one.outcome is not Outcome.NOT_APPLICABLE]
    tests = valid_junit(junit(evidence)).getroot()
    assert int(tests.get("tests") or "0") == len(applicable) + 1
    reported = (Outcome.VIOLATED, Outcome.UNDECIDED, Outcome.WAIVED, Outcome.EXCEPTED)
    found = [result for run in valid_sarif(sarif(evidence)) for result in run["results"]]
    assert len(found) == sum(one.outcome in reported for one in evidence.results)
    documents = valid_oscal(oscal(evidence))
    assert bool(documents) == bool(evidence.policies)
    if documents:
        (result,) = documents["assessment-results"]["results"]
        assert len(result.get("observations", ())) == len(applicable)


@given(arbitrary())
@settings(deadline=None)
def test_every_file_is_valid(evidence: Evidence) -> None:
    check(evidence)
    for content in machine_readable(evidence).values():
        assert content.encode() if isinstance(content, str) else content.decode()


@given(arbitrary())
@settings(deadline=None, max_examples=20)
def test_the_same_evidence_gives_the_same_files(evidence: Evidence) -> None:
    assert machine_readable(evidence) == machine_readable(evidence)


def test_the_example_is_valid() -> None:
    check(EXAMPLE)


@pytest.mark.parametrize("sample", sorted(SAMPLES.glob("*.jsonl")), ids=lambda sample: sample.stem)
def test_the_evidence_of_a_recorded_run_is_valid(sample: Path) -> None:
    check(gather(read(sample)))


def test_the_schema_is_the_one_that_results_name() -> None:
    assert valid_results(results_json(EXAMPLE))["$schema"] == SCHEMA_NAME
    assert valid_results(results_json(EXAMPLE))["schemaVersion"] == 1
    assert '"urn:pulumi-guardrails:schema:results:1"' in schema()
