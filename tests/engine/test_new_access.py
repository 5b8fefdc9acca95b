"""The access that an update gives is told from one document of the real engine: `preview --json --show-sames`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from offline.engine import Engine
from offline.tools import Tools
from tests.engine.programs import write_program
from tests.engine.stacks import PACK

AWS = {"aws:region": "us-east-1"}

pytestmark = pytest.mark.engine

PROGRAM = """
import json
import pulumi_aws as aws

def document(*statements):
    return json.dumps({{"Version": "2012-10-17", "Statement": list(statements)}})

trust = {{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {{"Service": "ecs-tasks.amazonaws.com"}}}}
table = "arn:aws:dynamodb:us-east-1:123456789012:table/sessions"
role = aws.iam.Role("task", name="task", assume_role_policy=document(trust))
other = aws.iam.Role("other", name="other", assume_role_policy=document(trust))
for name, owner in (("data", role), ("same", other)):
    actions = {actions} if name == "data" else ["dynamodb:GetItem"]
    statement = {{"Effect": "Allow", "Action": actions, "Resource": table}}
    aws.iam.RolePolicy(name, role=owner.name, policy=document(statement))
"""


def compared(*documents: str, folder: Path) -> tuple[int, dict[str, Any], str]:
    files = [folder / f"document-{number}.json" for number in range(len(documents))]
    for file, document in zip(files, documents, strict=True):
        file.write_text(document, encoding="utf-8")
    command = [sys.executable, str(PACK), "compare-access", "--json", *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, json.loads(done.stdout) if done.stdout else {}, done.stderr


def test_one_preview_tells_what_its_update_newly_allows(tools: Tools, tmp_path: Path) -> None:
    narrow = PROGRAM.format(actions='["dynamodb:GetItem"]')
    engine = Engine(tools, write_program(tmp_path / "project", narrow, "stranger"), tmp_path / "state")
    assert engine.up(config=AWS).exit_code == 0
    before = json.dumps(engine.export())
    unchanged = engine.preview(config=AWS, arguments=["--json", "--show-sames"]).output
    assert compared(unchanged, folder=tmp_path) == (0, {"access": [], "undetermined": []}, "")
    write_program(tmp_path / "project", PROGRAM.format(actions='["dynamodb:GetItem", "dynamodb:S*n"]'), "stranger")
    planned = engine.preview(config=AWS, arguments=["--json", "--show-sames"]).output
    code, found, _ = compared(planned, folder=tmp_path)
    assert code == 1
    (access,) = found["access"]
    assert access["label"] == "Role 'task'"
    assert access["actions"] == ["dynamodb:Scan"]
    assert access["witness"]["resource"] == "arn:aws:dynamodb:us-east-1:123456789012:table/sessions"
    assert access["source"]["resource"].endswith("::data")
    assert found["undetermined"] == []
    assert engine.up(config=AWS).exit_code == 0
    assert compared(before, json.dumps(engine.export()), folder=tmp_path)[:2] == (1, found)
    shown = engine.preview(config=AWS, arguments=["--json"]).output
    code, _, error = compared(shown, folder=tmp_path)
    assert code == 2
    assert "run the preview with --show-sames" in error
