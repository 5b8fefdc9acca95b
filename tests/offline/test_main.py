"""``python -m offline``: its arguments, its last lines and its exit code."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import offline.__main__ as command
from audit.events import Check, EventLog, Finding
from offline.engine import Engine, Result
from offline.layout import REPOSITORY, OfflineError
from offline.tools import Tools

CLEAN = EventLog(
    changes={"create": 1}, checks=(Check("pack", "urn:a", ("p",), ()), Check("pack", None, (), ())), result="succeeded"
)
BLOCKED = EventLog(
    changes={"create": 1},
    checks=(Check("pack", "urn:a", (), ("p",)), Check("pack", None, (), ())),
    findings=(Finding("p", "pack", "mandatory", "", "urn:a", "no"),),
    result="failed",
)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """What the engine, which answers with a clean run, was asked."""
    seen: dict[str, object] = {}

    def preview(engine: Engine, **options: object) -> Result:
        seen.update(options, stack=engine.stack, project=engine.project, secrets=engine.secrets)
        return Result(0, "", CLEAN)

    monkeypatch.setattr(command, "prepare", lambda: Tools(Path("pulumi")))
    monkeypatch.setattr(Engine, "preview", preview)
    return seen


def test_preview_holds_the_project_to_its_pack(asked: dict[str, object], capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["preview"]) == 0
    assert asked["policy_pack"] == REPOSITORY / "policypack"
    assert (asked["stack"], asked["project"], asked["config"]) == ("dev", REPOSITORY, {})
    captured = capsys.readouterr()
    assert captured.err.count("No AWS account is asked") == 1
    assert captured.out.endswith(
        "1 resource to create.\n1 policy evaluated: 1 check passed, 0 violations (0 mandatory, 0 advisory), "
        "0 undecided, 0 not applicable, 0 skipped.\n"
    )


def test_options_reach_the_engine(asked: dict[str, object]) -> None:
    command.main(
        ["preview", "--stack", "prod", "--config", "waf=true", "--config", "a:b=c=d", "--", "--diff", "--json"]
    )
    assert asked["stack"] == "prod"
    assert asked["config"] == {"waf": "true", "a:b": "c=d"}
    assert asked["arguments"] == ["--diff", "--json"]


def test_what_make_hands_on_in_the_environment_reaches_the_engine(
    asked: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OFFLINE_STACK", "prod")
    monkeypatch.setenv("OFFLINE_CONFIG", " team=data science  waf=true ")
    monkeypatch.setenv("OFFLINE_ARGS", "--target 'urn:a b$aws' --diff")
    assert command.main(["preview"]) == 0
    assert asked["stack"] == "prod"
    assert asked["config"] == {"team": "data science", "waf": "true"}
    assert asked["arguments"] == ["--target", "urn:a b$aws", "--diff"]


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("OFFLINE_CONFIG", "team=o'brien $(touch here) `id` $x"),
        ("OFFLINE_ARGS", "--target 'urn$aws:ec2' ; id"),
        ("OFFLINE_STACK", "a'b"),
        ("OFFLINE_SECRETS", "db_password; id"),
    ],
)
def test_make_hands_on_what_it_is_given_as_it_stands(name: str, given: str) -> None:
    variable = name.removeprefix("OFFLINE_")
    answer = subprocess.run(
        ["make", "-s", "-o", "setup", "preview", f"{variable}={given}", f"OFFLINE=printenv {name} #"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout == f"{given}\n"


def test_a_secret_comes_from_the_environment_or_standard_input(
    asked: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OFFLINE_SECRETS", "db_password aws:assumeRoles")
    monkeypatch.setenv("DB_PASSWORD", "hunter2")
    monkeypatch.setattr("sys.stdin", io.StringIO("[]\n"))
    assert command.main(["preview"]) == 0
    assert asked["config"] == {"db_password": "hunter2", "aws:assumeRoles": "[]"}
    assert asked["secrets"] == {"db_password", "aws:assumeRoles"}


def test_a_secret_without_a_value_is_one_sentence(
    asked: dict[str, object], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert command.main(["preview", "--secret", "db_password"]) == 2
    assert capsys.readouterr().err.endswith(
        "error: there is no value for db_password: expected one in DB_PASSWORD, or on standard input.\n"
    )
    assert not asked


def test_words_that_no_shell_would_read_are_told(
    asked: dict[str, object], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OFFLINE_ARGS", "--message o'brien")
    with pytest.raises(SystemExit):
        command.main(["preview"])
    assert "ARGS has a quotation mark without its pair" in capsys.readouterr().err
    assert not asked


def test_a_blocked_preview_says_so_and_keeps_the_exit_code(
    asked: dict[str, object], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Engine, "preview", lambda *_, **__: Result(255, "", BLOCKED))
    assert command.main(["preview"]) == 255
    assert capsys.readouterr().out.endswith("Blocked by policy: pulumi preview ended with 255.\n")


@pytest.mark.parametrize(
    ("previewed", "steps", "last"),
    [
        (Result(255, "", BLOCKED), [["--diff"]], "Blocked by policy: pulumi preview ended with 255.\n"),
        (Result(0, "", CLEAN), [["--diff"], ["--diff", "--continue-on-error"]], "0 skipped.\n"),
    ],
    ids=["refused", "clean"],
)
def test_nothing_is_made_before_a_preview_has_passed(
    previewed: Result,
    steps: list[list[str]],
    last: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    taken: list[object] = []

    def step(result: Result) -> Callable[..., Result]:
        def take(_engine: Engine, **options: object) -> Result:
            taken.append(options["arguments"])
            return result

        return take

    monkeypatch.setattr(command, "prepare", lambda: Tools(Path("pulumi")))
    monkeypatch.setattr(Engine, "preview", step(previewed))
    monkeypatch.setattr(Engine, "up", step(Result(0, "", CLEAN)))
    assert command.main(["up", "--", "--diff", "--continue-on-error"]) == previewed.exit_code
    assert taken == steps
    assert capsys.readouterr().out.endswith(last)


def test_what_cannot_be_run_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def prepare() -> Tools:
        raise OfflineError("there is no Go.")

    monkeypatch.setattr(command, "prepare", prepare)
    assert command.main(["preview"]) == 2
    assert capsys.readouterr().err == "error: there is no Go.\n"


@pytest.mark.parametrize(
    ("problem", "code", "said"),
    [
        (KeyboardInterrupt(), 130, "Interrupted."),
        (
            PermissionError(13, "Permission denied", "/x/.offline"),
            2,
            "error: /x/.offline: Permission denied: expected a",
        ),
        (OSError(28, "No space left on device"), 2, "error: No space left on device: expected room in the temporary"),
        (FileNotFoundError(2, "No usable temporary directory found in ['/tmp']"), 2, "error: No usable temporary"),
        (OSError(24, "Too many open files", "/x"), 2, "error: /x: Too many open files.\n"),
    ],
)
def test_what_the_machine_refuses_is_one_sentence(
    problem: BaseException,
    code: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def prepare() -> Tools:
        raise problem

    monkeypatch.setattr(command, "prepare", prepare)
    assert command.main(["preview"]) == code
    error = capsys.readouterr().err
    assert error.startswith(said)
    assert error.count("\n") == 1


@pytest.mark.parametrize("operation", command.OPERATIONS)
def test_a_stack_without_a_file_is_refused_where_others_have_one(
    operation: str, asked: dict[str, object], capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main([operation, "--stack", "prd"]) == 2
    assert capsys.readouterr().err == (
        "error: the stack 'prd' has no file Pulumi.prd.yaml: expected dev or prod, or a file for a new stack.\n"
    )
    assert not asked


def test_a_project_without_stack_files_runs(asked: dict[str, object], tmp_path: Path) -> None:
    assert command.main(["preview", "--project", str(tmp_path)]) == 0
    assert asked["stack"] == "dev"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["preview", "--stack", "a/b/c d"], "'a/b/c d' is no stack name"),
        (["preview", "--config", "hunter2"], "a configuration value is given as KEY=VALUE"),
        (["preview", "--config", "db_password=hunter2"], "db_password is a secret, which the list of processes would"),
        (["deploy"], "invalid choice"),
    ],
)
def test_wrong_arguments_are_told_and_values_are_not(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        command.main(arguments)
    assert ended.value.code == 2
    error = capsys.readouterr().err
    assert message in error
    assert "hunter2" not in error


@pytest.mark.engine
def test_the_whole_command_on_a_project(toy: Path, tmp_path: Path) -> None:
    folders = ["--project", str(toy), "--state", str(tmp_path / "state")]
    arguments = ["up", *folders, "--config", "greeting=from the command line"]
    answer = subprocess.run(
        [sys.executable, "-m", "offline", *arguments], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert "from the command line" in answer.stdout
    assert "3 resources created." in answer.stdout
    destroyed = subprocess.run(
        [sys.executable, "-m", "offline", "destroy", *folders], cwd=REPOSITORY, capture_output=True, check=False
    )
    assert destroyed.returncode == 0
