"""The pipelines keep the schemas of GitHub and GitLab, grant the least, and run commands that there are."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
GITLAB = ROOT / ".gitlab-ci.yml"
BIN = Path(sys.executable).parent


def run(*command: str | Path) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def document(file: Path) -> Any:
    return yaml.safe_load(file.read_text(encoding="utf-8"))


def scripts() -> Iterator[str]:
    """Every command of every pipeline."""
    for file in WORKFLOWS:
        for job in document(file)["jobs"].values():
            yield from (step["run"] for step in job["steps"] if "run" in step)
    for job in document(GITLAB).values():
        if isinstance(job, dict):
            yield from (line for key in ("before_script", "script", "after_script") for line in job.get(key, ()))


def test_the_workflows_pass_the_security_audit_of_zizmor() -> None:
    run(BIN / "zizmor", "--offline", "--pedantic", "--no-progress", *WORKFLOWS)


@pytest.mark.parametrize(("schema", "files"), [("github-workflows", WORKFLOWS), ("gitlab-ci", [GITLAB])])
def test_each_pipeline_keeps_its_services_schema(schema: str, files: list[Path]) -> None:
    run(BIN / "check-jsonschema", "--builtin-schema", f"vendor.{schema}", *files)


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_grants_nothing_but_what_a_job_asks_for_and_pins_each_action_by_its_hash(workflow: Path) -> None:
    content = document(workflow)
    assert content["permissions"] == {}
    for job in content["jobs"].values():
        assert job["permissions"]["contents"] == "read"
        assert job["timeout-minutes"]
        for step in job["steps"]:
            assert "uses" not in step or re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", step["uses"])


def test_every_command_of_make_that_a_pipeline_runs_is_there() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    called = {name for script in scripts() for name in re.findall(r"^make ([a-z-]+)", script)}
    assert {"preview", "check-config", "publish"} <= called <= targets
