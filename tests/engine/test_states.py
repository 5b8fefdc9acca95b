"""Stacks that exist, evaluated from their exported states by the real CLI."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from audit.states import Analysis, Command, analyze
from audit.verdict import kind_of
from offline.engine import Engine
from offline.tools import Tools
from tests.engine.programs import write_program
from tests.engine.stacks import PACK

PROGRAM = """
import pulumi
import pulumi_aws as aws

aws.cloudwatch.LogGroup("short", retention_in_days=7)
aws.rds.Instance("database", instance_class="db.t4g.micro", engine="postgres", allocated_storage=20,
    username="owner", password=pulumi.Output.secret("hunter2hunter2"), storage_encrypted=True, skip_final_snapshot=True)
"""

pytestmark = pytest.mark.engine


def test_states_are_evaluated_whether_or_not_their_secrets_can_be_read(tools: Tools, tmp_path: Path) -> None:
    project = write_program(tmp_path / "project", PROGRAM, "stranger")
    engine = Engine(tools, project, tmp_path / "state")
    assert engine.up(config={"aws:region": "us-east-1"}).exit_code == 0
    exported = engine.export()
    readable, redacted = tmp_path / "readable.json", tmp_path / "redacted.json"
    readable.write_text(json.dumps(exported), encoding="utf-8")
    exported["deployment"]["secrets_providers"]["state"]["salt"] = "v1:AAAAAAAAAAA=:v1:AAAAAAAAAAAAAAAA:" + "A" * 32
    redacted.write_text(json.dumps(exported), encoding="utf-8")
    command = Command(str(tools.cli), PACK, environment=engine.variables())
    analyses = analyze([readable, redacted], command, 2, lambda number, analysis: None)
    for one in analyses:
        assert one.error == ""
        assert one.stack == "stranger/dev"
        assert ("log-retention", "mandatory") in kinds(one)
        assert ("rds-master-password-secret", "mandatory") not in kinds(one)
        assert "hunter2hunter2" not in str(one)


def kinds(analysis: Analysis) -> set[tuple[str, str]]:
    return {(found.policy, kind_of(found)) for found in analysis.findings}
