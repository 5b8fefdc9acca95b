"""The results of an event log: one for each policy and resource, from which nothing that was found is lost."""

from __future__ import annotations

from audit.events import Check, EventLog, Finding, Remediation
from audit.evidence import Outcome, Provenance, Resource, gather, natural
from audit.properties import PropertyChange

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


def test_a_remediation_says_what_it_changed() -> None:
    changes = (PropertyChange("enableKeyRotation", None, True), PropertyChange("tags.a", "b", None))
    evidence = gather(EventLog(remediations=(Remediation("kms-rotation", "guardrails", URN, changes),)))
    assert [(one.outcome, one.message) for one in evidence.results] == [
        (Outcome.REMEDIATED, 'enableKeyRotation: null → true\ntags.a: "b" → null')
    ]


def test_a_name_may_have_colons() -> None:
    assert Resource(f"{URN}::of::mine", "aws:kms/key:Key").name == "key::of::mine"


def test_the_log_says_when_a_run_was_and_which_version_of_a_pack_took_part() -> None:
    log = EventLog(began=0, ended=9, checks=(Check("guardrails", None, (), (), "1.2.3"),))
    provenance = gather(log).provenance
    assert (provenance.began, provenance.ended) == ("1970-01-01T00:00:00+00:00", "1970-01-01T00:00:09+00:00")
    assert provenance.versions == {"policy pack guardrails": "1.2.3"}
    assert gather(EventLog()).provenance == Provenance()


def test_numbers_in_names_sort_by_value_and_other_digits_by_text() -> None:
    assert sorted(["2.10", "2.9", "²", "a"], key=lambda one: natural([one])) == ["2.9", "2.10", "a", "²"]
