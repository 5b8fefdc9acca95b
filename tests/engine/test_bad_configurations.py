"""Bad configurations on the real engine: sentences, an exit code, and nothing left behind.

The tables by kind are in `tests/infra` and `tests/policypack/engine`; here is a sample of each, in few runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from offline.engine import Engine, Result
from offline.tools import Tools
from tests.engine.stacks import PACK
from tests.offline.projects import copy_project, copy_toy

pytestmark = pytest.mark.engine

BAD = {
    "team": "aws:data",
    "container_image": "a" * 5000 + ":1",
    "aurora_engine_version": "99.9",
    "environment_suffix": "Not_Valid",
    "alb_certificate_arn": "arn:aws:acm",
    "domain_name": "api.example.com",
    "protect": "yes",
    "protct": "true",
    "mlapi:protect": "true",
    "pulumi:protect": "true",
    "aws:assumeRoles": "[{",
    "aws:profil": "work",
    "db_password": "hunter2",
}

WAIVER = {"resource": "*", "reason": "r", "approvedBy": "a", "expires": "2099-01-01"}

BY_THE_ENGINE: dict[str, Any] = {
    "log-retention": {"minimumDays": 0, "onUndecided": "block", "waivers": {}},
    "kms-rotation": {"maximumDays": "many"},
    "resource-tagged": {
        "required": "Team",
        "waivers": [{"resource": "*"}, *({**WAIVER, "expires": day} for day in ("soon", "2030-02-30"))],
    },
}
"""What does not keep the schema of its setting: the engine says all of it, before the pack is asked."""

REFUSED: dict[str, tuple[Any, str]] = {
    "a level": ({"log-retention": "block"}, '"log-retention": "block" is not a valid enforcement level'),
    "a form": ({"log-retention": 7}, '"log-retention": 7 is not a valid value'),
    "a policy": ({"log-retentoin": "advisory"}, "no policy 'log-retentoin'; did you mean log-retention?"),
    "a key": (
        {"log-retention": {"minimumDay": 7}},
        "Policy log-retention: minimumDay is 7; expected one of the keys maximumDays, minimumDays,",
    ),
    "a blank text": (
        {"log-retention": {"waivers": [{**WAIVER, "reason": "  "}]}},
        'Policy log-retention: waivers[0].reason is "  "; expected a text that is not blank.',
    ),
}


def _require_nothing_left(engine: Engine, result: Result, files: set[Path]) -> None:
    assert result.exit_code != 0
    assert "Traceback" not in result.output
    assert not engine.export()["deployment"].get("resources")
    assert {file for file in engine.project.rglob("*") if ".venv" not in file.parts and file.suffix != ".pyc"} == files
    assert [file.name for file in (engine.state / "runs").iterdir()] == ["lock"]


def _files(project: Path) -> set[Path]:
    for folder in project.rglob("infra"):
        for package in (folder, folder / "ml_api"):
            (package / "__pycache__").mkdir()
    return {file for file in project.rglob("*") if ".venv" not in file.parts}


def test_the_program_says_each_problem_in_a_sentence_and_makes_nothing(tools: Tools, tmp_path: Path) -> None:
    engine = Engine(tools, copy_project(tmp_path / "project"), tmp_path / "state")
    files = _files(engine.project)
    result = engine.preview(config=BAD)
    _require_nothing_left(engine, result, files)
    lines = {line.strip().removeprefix("error: ") for line in result.output.splitlines()}
    for key in BAD:
        full = key if ":" in key else f"ml-api:{key}"
        said = [line for line in lines if line.startswith(f"{full} ") and "expected" in line and line.endswith(".")]
        assert len(said) == 1, (key, said)
    assert "hunter2" not in result.output


@pytest.fixture
def toy_engine(tools: Tools, tmp_path: Path) -> Engine:
    """The engine on the toy program."""
    return Engine(tools, copy_toy(tmp_path / "toy"), tmp_path / "state")


def _configured(engine: Engine, configuration: Mapping[str, Any]) -> str:
    files = _files(engine.project)
    result = engine.preview(policy_pack=PACK, policy_pack_config=configuration)
    _require_nothing_left(engine, result, files)
    return result.output


def test_the_engine_names_every_setting_of_the_pack_that_breaks_its_schema(toy_engine: Engine) -> None:
    output = _configured(toy_engine, BY_THE_ENGINE)
    for said in (
        "log-retention: minimumDays: Must be greater than or equal to 1",
        'log-retention: onUndecided: onUndecided must be one of the following: "advisory", "mandatory", "ignore"',
        "log-retention: waivers: Invalid type. Expected: array, given: object",
        "kms-rotation: maximumDays: Invalid type. Expected: integer, given: string",
        "resource-tagged: required: Invalid type. Expected: array, given: string",
        "resource-tagged: waivers.0: reason is required",
        "resource-tagged: waivers.1.expires: Does not match format 'date'",
        "resource-tagged: waivers.2.expires: Does not match format 'date'",
    ):
        assert said in output


@pytest.mark.parametrize(("configuration", "said"), REFUSED.values(), ids=REFUSED.keys())
def test_a_configuration_of_the_pack_is_refused_in_one_sentence(
    configuration: Mapping[str, Any], said: str, toy_engine: Engine
) -> None:
    (line,) = [line for line in _configured(toy_engine, configuration).splitlines() if line.startswith("error:")]
    assert said in line
