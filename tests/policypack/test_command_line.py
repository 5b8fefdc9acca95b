"""What people run of a pack: each command in one sentence a problem, with an exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pulumi_guardrails.command_line import run
from pulumi_guardrails.engine.policy_pack import PackInfo
from pulumi_guardrails.pack import select
from tests.policypack.cases import policies_by_name
from tests.policypack.engine.documents import DOCUMENTS

OWN_PACK = """
import pulumi_policy
from pulumi_guardrails.pack import select, serve
team = pulumi_policy.ResourceValidationPolicy(
    name="acme-team", description="Every bucket has a team.", validate=lambda args, report: None
)
serve("acme", [*select("log-retention"), team, team], version="2.0.0",
      enforcement_level=pulumi_policy.EnforcementLevel.MANDATORY,
      initial_config={"log-retention": pulumi_policy.EnforcementLevel.ADVISORY})
"""

PACK_INFO = PackInfo("acme", "1.2.3")
PACK = Path(__file__).resolve().parents[2] / "policypack"


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (b'{"log-retention": "advisory"}', 0, "valid: "),
        (b'\xef\xbb\xbf{"log-retention": "advisory"}', 1, "error: It begins with a byte order mark"),
        (b"[" * 100_000, 1, "error: It is nested too deeply"),
        (b"", 0, "valid: "),
        (b'{"log-retentoin": "advisory"}', 1, "error: log-retentoin: the pack has no such policy"),
        (b"\xff\xfe", 1, "error: it is no text in UTF-8; expected JSON."),
    ],
    ids=["valid", "with a mark of its encoding", "nested deeply", "empty", "wrong", "no text"],
)
def test_a_file_is_checked(
    content: bytes, code: int, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "config.json"
    file.write_bytes(content)
    assert run(PACK_INFO, select(), ["check-config", str(file)]) == code
    captured = capsys.readouterr()
    assert f"{file}: {said}" in captured.out + captured.err


def test_a_file_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(PACK_INFO, select(), ["check-config", str(tmp_path / "none.json")]) == 2
    assert "none.json: error: it cannot be read: No such file or directory." in capsys.readouterr().err


def test_of_several_files_each_is_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, text in {"good.json": "{}", "bad.json": "[]"}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert run(PACK_INFO, select(), ["check-config", str(tmp_path / "bad.json"), str(tmp_path / "good.json")]) == 1
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_the_pack_is_described_under_a_configuration(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "config.json"
    file.write_text('{"all": "mandatory", "log-retention": "disabled"}', encoding="utf-8")
    assert run(PACK_INFO, select("log-retention", "rds-storage-encrypted"), ["describe", "--config", str(file)]) == 0
    described = json.loads(capsys.readouterr().out)
    assert described["pack"] == {"name": "acme", "version": "1.2.3"}
    assert {policy["name"]: policy["level"] for policy in described["policies"]} == {
        "log-retention": "disabled",
        "rds-storage-encrypted": "mandatory",
    }


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (b'{"log-retentoin": "advisory"}', 1, "config.json: error: log-retentoin: the pack has no such policy"),
        (b"\xff\xfe", 1, "config.json: error: it is no text in UTF-8; expected JSON."),
        (None, 2, "config.json: error: it cannot be read: No such file or directory."),
    ],
    ids=["wrong", "no text", "not there"],
)
def test_no_pack_is_described_under_a_configuration_that_does_not_hold(
    content: bytes | None, code: int, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "config.json"
    if content is not None:
        file.write_bytes(content)
    assert run(PACK_INFO, select(), ["describe", "--config", str(file)]) == code
    captured = capsys.readouterr()
    assert captured.out == ""
    assert said in captured.err


@pytest.mark.parametrize("name", ["preview", "state"])
def test_a_stack_is_inspected_under_a_configuration(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "config.json"
    file.write_text('{"network-chain": "disabled"}', encoding="utf-8")
    document = str(DOCUMENTS / f"{name}.json")
    assert run(PACK_INFO, select(service="vpc"), ["inspect", "--config", str(file), document]) == 0
    found = json.loads(capsys.readouterr().out)
    assert list(found) == ["schema", "left_out", "network", "iam", "newAccess"]
    assert "sg-public-ports" in {one["policy"] for one in found["network"]["violations"]}
    assert "network-chain" not in {one["policy"] for one in found["network"]["violations"]}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{}", "document.json: error: it is neither what `pulumi preview --json` prints nor what"),
        (b"\xff\xfe\xff", "document.json: error: it is neither what"),
        (None, "document.json: error: it cannot be read: No such file or directory."),
    ],
    ids=["neither", "no text", "not there"],
)
def test_what_is_no_stack_is_one_sentence(
    content: bytes | None, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "document.json"
    if content is not None:
        file.write_bytes(content)
    assert run(PACK_INFO, select(), ["inspect", str(file)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert said in captured.err
    assert len(captured.err.splitlines()) == 1


def test_a_stack_is_read_from_standard_input() -> None:
    done = subprocess.run(
        [sys.executable, str(PACK), "inspect"],
        input=(DOCUMENTS / "preview.json").read_bytes(),
        capture_output=True,
        check=True,
    )
    assert json.loads(done.stdout)["network"]["nodes"][0]["id"] == "internet"


def test_a_pack_of_somebody_else_has_the_commands(tmp_path: Path) -> None:
    (tmp_path / "__main__.py").write_text(OWN_PACK, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(tmp_path), "describe"],
        env={**os.environ, "PYTHONPATH": str(PACK)},
        capture_output=True,
        check=True,
        text=True,
    )
    described = json.loads(done.stdout)
    assert described["pack"] == {"name": "acme", "version": "2.0.0"}
    assert {policy["name"]: policy["level"] for policy in described["policies"]} == {
        "log-retention": "advisory",
        "acme-team": "mandatory",
    }


def test_a_pack_that_is_started_with_a_mistyped_command_says_so() -> None:
    done = subprocess.run([sys.executable, str(PACK), "descibe"], capture_output=True, check=False, text=True)
    assert done.returncode == 2
    assert "invalid choice: 'descibe'" in done.stderr
    assert "describe" in done.stderr


@pytest.mark.parametrize("module", [[str(PACK)], ["-m", "pulumi_guardrails"]], ids=["the pack", "the package"])
def test_the_commands_run_from_a_shell(module: list[str], tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, *module, "config-schema"], cwd=PACK, capture_output=True, check=True, text=True
    )
    assert set(policies_by_name()) <= set(json.loads(done.stdout)["definitions"])


@pytest.mark.parametrize(
    ("documents", "code", "said"),
    [
        (["state"], 2, "it is a state, which needs a second document to be compared with."),
        (["state", "state"], 0, "No new access."),
        (["preview"], 1, "Role 'server': new access by statement 0 of Role 'server'"),
        (["preview", "state", "state"], 2, "expected one preview, or two documents: before and after."),
        (["none"], 2, "it cannot be read: No such file or directory."),
    ],
)
def test_the_access_of_two_states_is_compared(
    documents: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [str(DOCUMENTS / f"{name}.json") for name in documents]
    assert run(PACK_INFO, select(), ["compare-access", *files]) == code
    captured = capsys.readouterr()
    assert said in captured.out + captured.err


def test_new_access_is_printed_as_json_and_a_preview_has_to_be_whole(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    preview = DOCUMENTS / "preview.json"
    assert run(PACK_INFO, select(), ["compare-access", "--json", str(preview)]) == 1
    assert {one["label"] for one in json.loads(capsys.readouterr().out)["access"]} == {
        "Group 'people'",
        "Role 'server'",
    }
    document = json.loads(preview.read_text(encoding="utf-8"))
    document["changeSummary"]["same"] = 1
    part = tmp_path / "part.json"
    part.write_text(json.dumps(document), encoding="utf-8")
    assert run(PACK_INFO, select(), ["compare-access", str(part)]) == 2
    assert "it leaves out 1 resource that" in capsys.readouterr().err
