"""Exported states are evaluated by the CLI, and summed up by policy and by stack."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from audit.__main__ import main
from audit.states import Command, analyze, analyze_one, lines, state_files

FINDING = {
    "policyEvent": {
        "resourceUrn": "urn:pulumi:prod::api::aws:kms/key:Key::key",
        "message": "Keys are rotated.\nKey 'key': enableKeyRotation is false.",
        "policyName": "kms-rotation",
        "policyPackName": "pulumi-guardrails",
        "enforcementLevel": "mandatory",
        "severity": "medium",
    }
}
UNDECIDED = {
    "policyEvent": {**FINDING["policyEvent"], "policyName": "log-retention", "enforcementLevel": "advisory"}
    | {"message": "Logs are kept.\nUndecided: LogGroup 'a': retentionInDays is redacted."}
}


def state(file: Path, project: str, resources: int = 1) -> Path:
    urns = [{"urn": f"urn:pulumi:prod::{project}::aws:kms/key:Key::key{number}"} for number in range(resources)]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"version": 3, "deployment": {"resources": urns}}), encoding="utf-8")
    return file


@pytest.fixture
def command(tmp_path: Path) -> Command:
    """A CLI that finds something in a state named `bad`, fails on `broken`, and nothing in any other."""
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack" / "PulumiPolicy.yaml").write_text("runtime: python\n", encoding="utf-8")
    found = tmp_path / "found.jsonl"
    found.write_text("".join(json.dumps(event) + "\n" for event in (FINDING, UNDECIDED)), encoding="utf-8")
    cli = tmp_path / "pulumi"
    cli.write_text(
        "#!/bin/sh\n"
        "case $4 in\n"
        f"*bad.json) cat '{found}'; echo 'error: mandatory policy violations were found' >&2; exit 1;;\n"
        "*broken.json) echo 'warning: x' >&2; echo 'error: the pack does not start' >&2; exit 255;;\n"
        "esac\n",
        encoding="utf-8",
    )
    cli.chmod(0o755)
    return Command(str(cli), tmp_path / "pack")


def test_a_folder_stands_for_every_state_in_it(tmp_path: Path) -> None:
    one, two = state(tmp_path / "b" / "two.json", "two"), state(tmp_path / "b" / "c" / "one.json", "one")
    assert state_files([tmp_path / "b", one]) == sorted([one, two])


def test_each_state_has_its_stack_its_findings_or_why_it_could_not_be_evaluated(
    tmp_path: Path, command: Command
) -> None:
    bad = analyze_one(state(tmp_path / "bad.json", "api", 3), command)
    assert (bad.stack, bad.blocks, bad.resources, len(bad.findings)) == ("api/prod", True, 3, 2)
    good = analyze_one(state(tmp_path / "good.json", "web"), command)
    assert (good.stack, good.blocks, good.error) == ("web/prod", False, "")
    broken = analyze_one(state(tmp_path / "broken.json", "old"), command)
    assert (broken.blocks, broken.error) == (False, "the pack does not start")
    empty = analyze_one(state(tmp_path / "empty.json", "none", 0), command)
    assert (empty.stack, empty.resources, empty.error) == ("empty", 0, "")


@pytest.mark.parametrize("text", ["", "{", "[]", "{}"])
def test_what_is_no_exported_state_is_said(text: str, tmp_path: Path, command: Command) -> None:
    file = tmp_path / "x.json"
    file.write_text(text, encoding="utf-8")
    assert analyze_one(file, command).error.startswith("it cannot be read: ")


def test_the_summary_is_by_policy_and_by_stack_what_blocks_first(tmp_path: Path, command: Command) -> None:
    names = {"good": "web", "bad": "api", "broken": "old"}
    files = [state(tmp_path / f"{name}.json", project) for name, project in names.items()]
    files.append(state(tmp_path / "more" / "bad.json", "other"))
    done: list[int] = []
    told = lines(analyze(files, command, 2, lambda number, _: done.append(number)))
    assert done == [1, 2, 3, 4]
    assert told[:3] == [
        "By policy:",
        "  mandatory: kms-rotation: 2 findings in 2 stacks",
        "  undecided: log-retention: 2 findings in 2 stacks",
    ]
    assert "  api/prod: 1 mandatory, 1 undecided (1 resource)" in told
    assert "  old/prod: could not be evaluated: the pack does not start" in told
    assert "  web/prod: no findings (1 resource)" in told
    assert told[-1].startswith("4 stacks: 2 with mandatory violations, 1 without, 1 that could not be evaluated.")


@pytest.mark.parametrize(("names", "code"), [(["good"], 0), (["good", "bad"], 1), (["good", "bad", "broken"], 2)])
def test_the_exit_code_says_the_worst(
    names: list[str], code: int, tmp_path: Path, command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in names:
        state(tmp_path / "states" / f"{name}.json", name)
    options = ["--policy-pack", str(command.policy_pack), "--pulumi", command.cli, "--out", str(tmp_path / "out.json")]
    assert main(["analyze", str(tmp_path / "states"), *options]) == code
    assert f"{len(names)} of {len(names)}: " in capsys.readouterr().err
    written = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert {one["stack"] for one in written} == {f"{name}/prod" for name in names}


def test_what_cannot_be_run_is_said_in_a_sentence(
    tmp_path: Path, command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    place, pack = str(state(tmp_path / "good.json", "web")), str(command.policy_pack)
    (tmp_path / "nothing").mkdir()
    for arguments, said in (
        ([place, "--policy-pack", str(tmp_path), "--pulumi", command.cli], "is no policy pack"),
        ([place, "--policy-pack", pack, "--pulumi", "no-such-command"], "there is no command no-such-command"),
        ([str(tmp_path / "nothing"), "--policy-pack", pack, "--pulumi", command.cli], "there is no JSON file in"),
    ):
        assert main(["analyze", *arguments]) == 2
        assert said in capsys.readouterr().err
