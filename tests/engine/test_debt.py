"""A stack that violates the policies today gets exemptions for what stands; then only what is new blocks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from audit.__main__ import main
from offline.engine import Engine, Result
from offline.tools import Tools
from tests.engine.programs import write_program
from tests.engine.stacks import PACK

PROGRAM = """
import pulumi_aws as aws

aws.ec2.SecurityGroup("ssh", ingress=[
    {"protocol": "tcp", "from_port": 22, "to_port": 22, "cidr_blocks": ["0.0.0.0/0"], "description": "SSH"},
])
aws.rds.Instance("database", instance_class="db.t4g.micro", engine="postgres", allocated_storage=20,
    username="owner", manage_master_user_password=True, publicly_accessible=True, skip_final_snapshot=True)
"""
NEW = """
aws.ec2.SecurityGroup("rdp", ingress=[
    {"protocol": "tcp", "from_port": 3389, "to_port": 3389, "cidr_blocks": ["0.0.0.0/0"], "description": "RDP"},
])
"""
BASELINE = PACK / "config" / "baseline.json"

pytestmark = pytest.mark.engine


def previewed(
    tools: Tools, folder: Path, configuration: Any, program: str = PROGRAM, log: Path | None = None
) -> Result:
    project = write_program(folder / "project", program, "stranger")
    engine = Engine(tools, project, folder / "state")
    return engine.preview(
        policy_pack=PACK,
        config={"aws:region": "us-east-1"},
        policy_pack_config=configuration,
        arguments=["--event-log", str(log)] if log else [],
    )


def test_what_stands_is_exempted_and_what_is_new_blocks(tools: Tools, tmp_path: Path) -> None:
    log = tmp_path / "events.jsonl"
    baseline = json.loads(BASELINE.read_text(encoding="utf-8"))
    before = previewed(tools, tmp_path, baseline, log=log)
    assert before.exit_code != 0
    assert before.verdict.mandatory, "the log that is asked for is the one that is read"
    terms = ["--reason", "Before the roll-out", "--approved-by", "security", "--expires", "2999-12-31"]
    for options in ([], ["--exceptions"]):
        out = tmp_path / "debt.json"
        assert main(["waive", str(log), *terms, "--config", str(BASELINE), "--out", str(out), *options]) == 0
        exempted = json.loads(out.read_text(encoding="utf-8"))
        after = previewed(tools, tmp_path, exempted)
        assert after.exit_code == 0, after.output
        assert after.verdict.mandatory == ()
        blocked = previewed(tools, tmp_path, exempted, PROGRAM + NEW)
        assert blocked.exit_code != 0
        assert {found.resource.rsplit("::", 1)[-1] for found in blocked.verdict.mandatory} == {"rdp"}
