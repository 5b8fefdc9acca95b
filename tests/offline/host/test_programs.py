"""The language host under the real engine: a program runs with its own environment, and its errors read well."""

from __future__ import annotations

import sys
import venv
from pathlib import Path

import pytest

from offline.engine import Engine
from offline.host.launcher import NAME
from offline.layout import REPOSITORY
from offline.tools import Tools
from tests.offline.projects import copy_toy_pack

pytestmark = pytest.mark.engine


@pytest.fixture(autouse=True)
def own_host(tools: Tools) -> None:
    """Skips where an official language host runs the programs: ours has nothing to show there."""
    if not (tools.cli.parent == tools.layout.binaries and (tools.layout.binaries / NAME).exists()):
        pytest.skip("an official Pulumi is on PATH: its own language host runs programs")


def test_a_program_runs_in_its_folder_with_the_environment_it_names(engine: Engine, toy: Path) -> None:
    result = engine.up(config={"greeting": "good morning"})
    assert result.exit_code == 0, result.output
    outputs = engine.outputs()
    assert outputs["greeting"] == "good morning"
    assert outputs["folder"] == "source"
    assert Path(outputs["prefix"]).resolve() == Path(sys.prefix).resolve()
    assert_finds_its_own_modules(outputs["path"], toy)


def test_a_program_that_is_named_by_its_file_runs_as_one_of_a_folder(engine: Engine, toy: Path) -> None:
    description = (toy / "Pulumi.yaml").read_text(encoding="utf-8")
    (toy / "Pulumi.yaml").write_text(description.replace("main: source/", "main: source/__main__.py"), encoding="utf-8")
    result = engine.up()
    assert result.exit_code == 0, result.output
    outputs = engine.outputs()
    assert outputs["greeting"] == "hello", "the stack file of the project configures it"
    assert_finds_its_own_modules(outputs["path"], toy)


def assert_finds_its_own_modules(path: list[str], project: Path) -> None:
    """The folder of the program is on its path, and nothing of the host's."""
    assert str((project / "source").resolve()) in path
    assert [entry for entry in path if Path(entry).is_relative_to(REPOSITORY / "offline")] == []
    assert str(REPOSITORY) not in path


def test_the_sdk_tells_of_its_steps_where_somebody_reads_it(engine: Engine, toy: Path, tmp_path: Path) -> None:
    program = "import pulumi\nprint('told by', pulumi.log.debug.__module__)\n"
    (toy / "source" / "__main__.py").write_text(program, encoding="utf-8")
    step, log = "registering resource: ty=pulumi:pulumi:Stack", tmp_path / "events.jsonl"
    assert "told by __main__" in engine.preview().output
    assert step in engine.preview(arguments=["--debug"]).output
    assert "told by pulumi.log" in engine.preview(arguments=["--event-log", str(log)]).output
    assert step in log.read_text(encoding="utf-8")


def test_a_run_error_shows_its_message_once_and_nothing_else(engine: Engine) -> None:
    result = engine.preview(config={"ending": "run-error"})
    assert result.exit_code != 0
    diagnostics = result.output.split("Diagnostics:")[1]
    assert diagnostics.count("toy:ending is run-error, and that ends the run.") == 1
    assert "Traceback" not in result.output
    assert "unhandled" not in result.output


def test_an_exception_shows_one_traceback_that_starts_in_the_program(engine: Engine) -> None:
    result = engine.preview(config={"ending": "exception"})
    assert result.exit_code != 0
    diagnostics = result.output.split("Diagnostics:")[1]
    assert diagnostics.count("Traceback") == 1
    assert diagnostics.count("ValueError: the program failed") == 1
    frames = [line for line in diagnostics.splitlines() if 'File "' in line]
    assert len(frames) == 1
    assert 'source/__main__.py", line' in frames[0]


def test_a_syntax_error_names_file_and_line_only(engine: Engine, toy: Path) -> None:
    (toy / "source" / "__main__.py").write_text("import pulumi\nthis is no Python\n", encoding="utf-8")
    result = engine.preview()
    assert result.exit_code != 0
    assert 'source/__main__.py", line 2' in result.output
    assert "importlib" not in result.output


@pytest.mark.parametrize(
    ("ending", "succeeds", "message"),
    [
        ("exit-success", True, "Resources:"),
        ("exit-code", False, "The program ended itself with exit code 3."),
        ("killed", False, "ended with exit code 4 while it ran the program"),
    ],
)
def test_a_program_that_ends_itself(engine: Engine, ending: str, succeeds: bool, message: str) -> None:
    result = engine.preview(config={"ending": ending})
    assert (result.exit_code == 0) == succeeds, result.output
    assert message in result.output
    assert "Traceback" not in result.output


def test_a_missing_environment_is_one_sentence(engine: Engine, toy: Path) -> None:
    (toy / ".venv").unlink()
    result = engine.preview()
    assert result.exit_code != 0
    assert "is no virtual environment" in result.output
    assert "Traceback" not in result.output


def test_an_environment_without_the_sdk_is_one_sentence(engine: Engine, toy: Path) -> None:
    (toy / ".venv").unlink()
    venv.create(toy / ".venv", symlinks=True)
    result = engine.preview()
    assert result.exit_code != 0
    assert "has no Pulumi SDK: install the program's requirements for it" in result.output
    assert "Traceback" not in result.output


def test_a_pack_on_the_official_sdk_blocks_a_violation(engine: Engine, pack: Path) -> None:
    result = engine.preview(policy_pack=pack, policy_pack_config={"no-second": "mandatory"})
    assert result.exit_code != 0
    assert [finding.policy for finding in result.verdict.mandatory] == ["no-second"]
    assert "found a second part; one is enough" in result.output


def test_a_compliant_program_passes_the_pack_and_nothing_outlives_the_run(engine: Engine, pack: Path) -> None:
    result = engine.preview(policy_pack=pack, policy_pack_config={"no-second": "disabled"})
    assert result.exit_code == 0, result.output
    assert result.verdict.is_clean
    assert _processes_of(pack) == []
    assert _processes_of(engine.state) == []


def test_a_pack_that_fails_to_start_shows_why(engine: Engine, pack: Path) -> None:
    (pack / "__main__.py").write_text("raise SystemError('this pack is broken')\n", encoding="utf-8")
    result = engine.preview(policy_pack=pack)
    assert result.exit_code != 0
    assert "this pack is broken" in result.output


def test_a_pack_without_its_environment_is_one_sentence(engine: Engine, tmp_path: Path) -> None:
    pack = copy_toy_pack(tmp_path / "other")
    (pack / ".venv").unlink()
    result = engine.preview(policy_pack=pack)
    assert result.exit_code != 0
    assert "is no virtual environment" in result.output


def _processes_of(folder: Path) -> list[str]:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            line = (process / "cmdline").read_text(encoding="utf-8", errors="replace")
            inside = str(folder) in line or (process / "cwd").readlink().is_relative_to(folder)
        except OSError:
            continue
        if inside:
            found.append(line)
    return found
