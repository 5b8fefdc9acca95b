"""`python -m audit plan`."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from audit.__main__ import main

TOPIC = {"urn": "urn:pulumi:dev::shop::aws:sns/topic:Topic::t", "type": "aws:sns/topic:Topic", "custom": True}
PET = {"urn": "urn:pulumi:dev::shop::random:index/randomPet:RandomPet::p", "type": "random:index/randomPet:RandomPet"}
PREVIEW = {"steps": [{"op": "create", "newState": state} for state in (TOPIC, PET, {**PET, "urn": "urn:x::a::b::q"})]}


def given(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data)))


def test_a_plan_is_written_and_what_it_does_not_have_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given(monkeypatch, json.dumps(PREVIEW).encode())
    assert main(["plan"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["planned_values"]["root_module"]["resources"][0]["address"] == "aws_sns_topic.t"
    assert err == "not mapped: random:index/randomPet:RandomPet (2 resources): a resource of the provider random\n"


def test_an_event_log_is_read_from_a_file_and_its_limit_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "events.jsonl"
    metadata = {"op": "create", "urn": TOPIC["urn"], "type": TOPIC["type"], "old": None, "new": TOPIC}
    events = [{"resourcePreEvent": {"metadata": metadata}}, {"cancelEvent": {}}]
    log.write_text("\n".join(map(json.dumps, events)), encoding="utf-8")
    assert main(["plan", "--from", str(log)]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["resource_changes"][0]["address"] == "aws_sns_topic.t"
    assert err.startswith("note: an event log does not say which resource a property refers to")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"{}", "standard input cannot be used: it is none of what"),
        (b"", "standard input cannot be used: it is none of what"),
        (b"Previewing update", "standard input cannot be used: it is no JSON"),
        (b"\xff\xfe", "standard input is no text in UTF-8."),
    ],
)
def test_another_document_is_refused_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], data: bytes, sentence: str
) -> None:
    given(monkeypatch, data)
    assert main(["plan"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"error: {sentence}")
    assert err.count("\n") == 1


def test_a_file_that_is_not_there_is_said_in_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "--from", "/no/preview.json"]) == 2
    assert capsys.readouterr().err == "error: /no/preview.json cannot be read: No such file or directory.\n"
