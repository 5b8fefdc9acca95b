"""Small programs of their own on the real engine, each on an empty stack, held to the pack."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from offline.engine import Engine, Result
from offline.tools import Tools
from tests.engine.stacks import PACK

PRELUDE = "import json\nimport pulumi\nimport pulumi_aws as aws\n"


def write_program(project: Path, code: str, name: str = "program") -> Path:
    """A project in Python with this program, which runs in the environment of the tests."""
    project.mkdir(parents=True, exist_ok=True)
    runtime = {"name": "python", "options": {"virtualenv": sys.prefix}}
    (project / "Pulumi.yaml").write_text(yaml.safe_dump({"name": name, "runtime": runtime}), encoding="utf-8")
    (project / "__main__.py").write_text(code, encoding="utf-8")
    return project


def preview_program(tools: Tools, folder: Path, code: str, policies: Mapping[str, Any] | None = None) -> Result:
    """`pulumi preview --policy-pack policypack` of a program of these lines, with an empty state in `folder`."""
    project = write_program(folder / "program", PRELUDE + textwrap.dedent(code))
    engine = Engine(tools, project, folder / "state")
    return engine.preview(policy_pack=PACK, config={"aws:region": "us-east-1"}, policy_pack_config=policies)


def reports(result: Result, policy: str) -> dict[str, list[str]]:
    """What one policy reports of an undecided or violating resource, by the resource's name: the messages."""
    verdict = result.verdict
    found: dict[str, list[str]] = {}
    for one in (*verdict.mandatory, *verdict.advisory, *verdict.undecided):
        if one.policy == policy:
            found.setdefault(one.resource.rsplit("::", 1)[-1], []).append(one.message)
    return found
