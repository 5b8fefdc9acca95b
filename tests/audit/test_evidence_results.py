"""The results of an event log: one for each policy and resource, from which nothing that was found is lost."""

from __future__ import annotations

from audit.events import EventLog, Finding
from audit.evidence import Outcome, Resource, gather, natural

URN = "urn:pulumi:prod::api::aws:kms/key:Key::key"


def found(level: str, text: str) -> Finding:
    return Finding("kms-rotation", "guardrails", level, "high", URN, f"Keys are rotated.\n{text}")


def test_of_several_messages_of_a_policy_at_a_resource_all_stay() -> None:
    evidence = gather(EventLog(findings=(found("mandatory", "One."), found("mandatory", "Two.")) * 2))
    assert [(one.outcome, one.message) for one in evidence.results] == [(Outcome.VIOLATED, "One.\n\nTwo.")]


def test_of_several_levels_the_strictest_counts() -> None:
    evidence = gather(EventLog(findings=(found("advisory", "One."), found("mandatory", "Two."))))
    assert [(one.level, one.message) for one in evidence.results] == [("mandatory", "Two.\n\nOne.")]


def test_of_several_outcomes_the_one_to_look_at_first_counts() -> None:
    evidence = gather(EventLog(findings=(found("advisory", "Undecided: x"), found("mandatory", "Two."))))
    assert [(one.outcome, one.message) for one in evidence.results] == [(Outcome.VIOLATED, "Two.")]


def test_a_name_may_have_colons() -> None:
    assert Resource(f"{URN}::of::mine", "aws:kms/key:Key").name == "key::of::mine"


def test_the_time_of_a_run_is_that_of_its_log() -> None:
    provenance = gather(EventLog(began=0, ended=9)).provenance
    assert (provenance.began, provenance.ended) == ("1970-01-01T00:00:00+00:00", "1970-01-01T00:00:09+00:00")
    assert gather(EventLog()).provenance.began == ""


def test_numbers_in_names_sort_by_value_and_other_digits_by_text() -> None:
    assert sorted(["2.10", "2.9", "²", "a"], key=lambda one: natural([one])) == ["2.9", "2.10", "a", "²"]
