"""What stands is exempted, in the form of our waivers or of Pulumi's policy exceptions, and nothing else changes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from audit.__main__ import main
from audit.debt import DebtError, Terms, with_exceptions, with_waivers
from audit.events import Finding

URN = "urn:pulumi:prod::ml-api::aws:cloudwatch/logGroup:LogGroup::{}"
TERMS = Terms("Before the roll-out", "security", "2999-12-31")
WAIVED = {"reason": "Before the roll-out", "approvedBy": "security", "expires": "2999-12-31"}


def found(policy: str, name: str) -> Finding:
    return Finding(policy, "pack", "mandatory", "high", URN.format(name) if name else "", "It is wrong.")


FINDINGS = [
    found("log-retention", "b"),
    found("log-retention", "a"),
    found("kms-rotation", "a"),
    found("kms-rotation", "a"),
]


def test_each_finding_gets_a_waiver_beside_what_is_configured() -> None:
    before = {"all": "advisory", "log-retention": {"maximumDays": 90}, "kms-rotation": "mandatory"}
    kept = json.dumps(before)
    assert with_waivers(before, FINDINGS, TERMS) == {
        "all": "advisory",
        "log-retention": {
            "maximumDays": 90,
            "waivers": [{"resource": URN.format("a"), **WAIVED}, {"resource": URN.format("b"), **WAIVED}],
        },
        "kms-rotation": {"enforcementLevel": "mandatory", "waivers": [{"resource": URN.format("a"), **WAIVED}]},
    }
    assert json.dumps(before) == kept


def test_in_a_file_of_version_2_waivers_stand_among_the_policies() -> None:
    after = with_waivers({"version": 2, "policies": {}}, FINDINGS[:1], TERMS)
    assert after["policies"]["log-retention"]["waivers"] == [{"resource": URN.format("b"), **WAIVED}]


def test_exceptions_are_by_policy_with_their_terms_in_the_reason() -> None:
    after = with_exceptions({"kms-rotation": "mandatory", "environments": ["acme/prod"]}, FINDINGS, TERMS)
    assert after["version"] == 2
    assert after["policies"] == {"kms-rotation": "mandatory"}
    assert after["environments"] == ["acme/prod"]
    assert after["exceptions"] == {
        "debt-kms-rotation": {
            "reason": "Before the roll-out [approved by security; until 2999-12-31]",
            "match": [{"policies": ["kms-rotation"], "targets": [URN.format("a")]}],
        },
        "debt-log-retention": {
            "reason": "Before the roll-out [approved by security; until 2999-12-31]",
            "match": [{"policies": ["log-retention"], "targets": [URN.format("a"), URN.format("b")]}],
        },
    }


def test_an_exception_that_is_there_keeps_its_id() -> None:
    before = with_exceptions({}, FINDINGS[:1], TERMS)
    after = with_exceptions(before, [found("log-retention", "c")], TERMS)
    assert list(after["exceptions"]) == ["debt-log-retention", "debt-log-retention-2"]


def test_what_the_whole_stack_violates_is_excepted_for_the_stack_and_cannot_be_waived() -> None:
    findings = [found("acme-few", ""), *FINDINGS]
    stack = "urn:pulumi:prod::ml-api::pulumi:pulumi:Stack::ml-api-prod"
    after = with_exceptions({}, findings, TERMS)
    assert after["exceptions"]["debt-acme-few"]["match"] == [{"policies": ["acme-few"], "targets": [stack]}]
    with pytest.raises(DebtError, match="acme-few is violated by the stack as a whole"):
        with_waivers({}, findings, TERMS)


# --- the command

EVENTS = [
    {
        "policyEvent": {
            "resourceUrn": URN.format("a"),
            "message": "It is wrong.",
            "policyName": "log-retention",
            "policyPackName": "pulumi-guardrails",
            "enforcementLevel": "mandatory",
        }
    },
    {"policyAnalyzeSummaryEvent": {"policyPackName": "p", "resourceUrn": URN.format("a"), "failed": ["log-retention"]}},
    {"policyAnalyzeStackSummaryEvent": {"policyPackName": "p", "passed": ["network-chain"]}},
    {"summaryEvent": {"resourceChanges": {"create": 1}, "isPreview": True}},
]


def run(folder: Path, *options: str, events: list[Any] = EVENTS, config: str | None = None) -> int:
    log = folder / "events.jsonl"
    log.write_text("".join(json.dumps(event) + "\n" for event in events), encoding="utf-8")
    given = ["waive", str(log), "--reason", "r", "--approved-by", "a", "--out", str(folder / "out.json"), *options]
    if config is not None:
        (folder / "config.json").write_text(config, encoding="utf-8")
        given += ["--config", str(folder / "config.json")]
    return main(given)


def test_the_command_writes_a_configuration_and_says_what_it_exempts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, "--expires", "2999-12-31", config='{"all": "advisory"}') == 0
    written = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert [waiver["resource"] for waiver in written["log-retention"]["waivers"]] == [URN.format("a")]
    assert written["all"] == "advisory"
    assert "waivers for 1 finding of 1 policy on 1 resource, until 2999-12-31" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--expires", "2020-01-01"], "2020-01-01 has passed"),
        (["--expires", "soon"], "'soon' is no day; expected one as YYYY-MM-DD"),
        (["--expires", "2999-12-31", "--reason", " "], "it is blank"),
    ],
    ids=["a day that has passed", "a day that is none", "a blank reason"],
)
def test_terms_that_mean_nothing_are_refused(
    options: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        run(tmp_path, *options)
    assert ended.value.code == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "out.json").exists()


@pytest.mark.parametrize(
    ("events", "config", "said"),
    [
        ([], None, "has no evaluation of a policy"),
        (EVENTS[:2], None, "is of a run that broke off"),
        (EVENTS, "[]", "is a JSON list; expected an object"),
        (EVENTS, "{", "is no JSON"),
        (["x"], None, "found a JSON str"),
    ],
    ids=["an empty log", "a run that broke off", "a list", "no JSON", "no log"],
)
def test_what_cannot_be_read_is_said_in_a_sentence(
    events: list[Any], config: str | None, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, "--expires", "2999-12-31", events=events, config=config) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "out.json").exists()
