"""The preview that evidence is made of: a command of the system, run to its end or not."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from audit.capture import CaptureError, ask_pack, last_error, pack_python, preview, provenance

EVENT = {"policyAnalyzeSummaryEvent": {"resourceUrn": "urn:a", "policyPackName": "p", "passed": ["x"]}, "timestamp": 5}


def script(folder: Path, text: str) -> list[str]:
    """A command that stands for the CLI; it has `log`, the file of the event log."""
    file = folder / "cli.py"
    file.write_text(
        "import os, sys\n"
        "assert os.environ['PULUMI_DEBUG_COMMANDS'] == '1'\n"
        "log = sys.argv[sys.argv.index('--event-log') + 1]\n" + text,
        encoding="utf-8",
    )
    return [sys.executable, str(file)]


def nothing(count: int) -> None:
    """Progress that nobody looks at."""


def test_a_preview_leaves_its_log_its_document_and_its_exit_code(tmp_path: Path) -> None:
    cli = script(tmp_path, f"open(log, 'w').write({json.dumps(EVENT) + chr(10)!r}); print('{{}}'); sys.exit(3)")
    found = preview(cli, ["--stack", "dev"], tmp_path, nothing)
    assert (found.exit_code, found.document.strip()) == (3, "{}")
    assert [check.resource for check in found.events().checks] == ["urn:a"]
    assert found.command[-2:] == ["--stack", "dev"]
    assert "<event log>" in found.command


def test_a_log_that_breaks_off_in_a_line_is_read_up_to_it(tmp_path: Path) -> None:
    cli = script(tmp_path, f"open(log, 'w').write({json.dumps(EVENT)!r} + chr(10) + '{{\"policyEv')")
    assert len(preview(cli, [], tmp_path, nothing).events().checks) == 1


def test_without_a_log_the_reason_is_a_sentence(tmp_path: Path) -> None:
    cli = script(tmp_path, "print('warning: x', file=sys.stderr); print('error: no stack named dev', file=sys.stderr)")
    with pytest.raises(CaptureError, match=r"^the preview wrote no event log: no stack named dev$"):
        preview(cli, [], tmp_path, nothing)


def test_a_command_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match=r"^there is no command no-such-cli;"):
        preview(["no-such-cli"], [], tmp_path, nothing)


@pytest.mark.parametrize(
    ("output", "said"),
    [("error: a\nmore", "a"), ("a\nb\n", "b"), ("", "it ended without a word."), ("error: a\nerror: b", "b")],
)
def test_the_last_error_is_told(output: str, said: str) -> None:
    assert last_error(output) == said


def test_a_run_has_its_time_and_person_and_a_folder_in_no_repository_no_commit(tmp_path: Path) -> None:
    found = provenance(["pulumi", "a b"], tmp_path, {"Pulumi": "v3"}, 0)
    assert (found.command, found.began) == ("pulumi 'a b'", "1970-01-01T00:00:00+00:00")
    assert "@" in found.user
    assert (found.git_commit, found.git_dirty) == ("", None)
    assert found.versions["Pulumi"] == "v3"


def pack(folder: Path, program: str) -> Path:
    folder.mkdir()
    (folder / "PulumiPolicy.yaml").write_text("runtime: python\n", encoding="utf-8")
    (folder / "__main__.py").write_text(program, encoding="utf-8")
    return folder


def test_a_pack_is_asked_in_its_own_words(tmp_path: Path) -> None:
    told = pack(
        tmp_path / "told", "import json, sys\nprint(json.dumps({'was': sys.argv[1:], 'given': sys.stdin.read()}))"
    )
    answer = ask_pack(told, ["describe"], "text")
    assert answer is not None
    assert json.loads(answer) == {"was": ["describe"], "given": "text"}


def test_a_pack_that_serves_the_engine_instead_is_ended(tmp_path: Path) -> None:
    serving = pack(tmp_path / "serving", "import threading\nprint(50051, flush=True)\nthreading.Event().wait()")
    assert ask_pack(serving, ["describe"], "x" * 1_000_000) is None


def test_a_pack_that_fails_has_no_answer(tmp_path: Path) -> None:
    assert ask_pack(pack(tmp_path / "failing", "import sys\nprint('{}')\nsys.exit(2)"), ["describe"]) is None


def test_a_pack_runs_in_the_environment_that_it_names(tmp_path: Path) -> None:
    own = pack(tmp_path / "own", "")
    assert pack_python(own) == sys.executable
    (own / "PulumiPolicy.yaml").write_text("runtime:\n  name: python\n  options:\n    virtualenv: venv\n", "utf-8")
    python = own / "venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    assert pack_python(own) == str(python)
