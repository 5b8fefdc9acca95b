"""What the pack says of a program at its defaults, in the form that is committed."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from audit.events import Finding
from audit.verdict import Verdict
from offline.engine import Engine
from offline.layout import REPOSITORY
from offline.tools import Tools

HERE = Path(__file__).parent
EXPECTED = HERE / "expected.json"
PACK = REPOSITORY / "policypack"
FOLDERS = (HERE / "programs", REPOSITORY / "tests" / "offline" / "fixtures" / "programs")
PROGRAMS = {path.stem: path for folder in FOLDERS for path in sorted(folder.glob("*.py"))}

KINDS = ("mandatory", "advisory", "undecided", "skipped")

NETWORK = """
import pulumi
pulumi.export("vpc_id", "vpc-0123456789abcdef0")
pulumi.export("subnet_ids", ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"])
"""
"""The stack that the program `stack_reference` refers to."""


def outcome(tools: Tools, folder: Path, name: str) -> dict[str, Any]:
    """The whole outcome of a preview of one program with the pack and no configuration."""
    if name == "stack_reference":
        Engine(tools, _project(folder / "network", "network", NETWORK), folder / "state").up()
    project = _project(folder / "project", "stranger", PROGRAMS[name].read_text(encoding="utf-8"))
    result = Engine(tools, project, folder / "state").preview(policy_pack=PACK, config={"aws:region": "us-east-1"})
    if not result.verdict.complete:
        raise AssertionError(f"The preview of {name} broke off:\n{result.output[-3000:]}")
    return described(result.verdict)


def described(verdict: Verdict) -> dict[str, Any]:
    """Findings by level, policy and resource; undecided ones with what is not known; and the causes that a reader sees.

    Raises AssertionError where a policy speaks of a resource twice.
    """
    said = Counter((one.policy, one.resource, kind) for kind in KINDS for one in getattr(verdict, kind) if one.resource)
    assert not [key for key, times in said.items() if times > 1], said.most_common(3)
    return {
        "mandatory": _by_policy(verdict.mandatory),
        "advisory": _by_policy(verdict.advisory),
        "undecided": {
            f"{found.policy} {_name(found)}": found.message.partition("Undecided: ")[2].partition("\n")[0]
            for found in sorted(verdict.undecided, key=lambda found: (found.policy, found.resource))
        },
        "skipped": _by_policy(verdict.skipped),
        "findings": sum(len(getattr(verdict, kind)) for kind in KINDS),
        "causes": [cause.line() for cause in verdict.causes()],
    }


def _by_policy(findings: Iterable[Finding]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for finding in findings:
        found.setdefault(finding.policy, []).append(_name(finding))
    return {policy: sorted(names) for policy, names in sorted(found.items())}


def _name(finding: Finding) -> str:
    return finding.resource.rsplit("::", 1)[-1]


def _project(folder: Path, name: str, program: str) -> Path:
    folder.mkdir(parents=True)
    (folder / ".venv").symlink_to(sys.prefix)
    description = f"name: {name}\nruntime:\n  name: python\n  options:\n    virtualenv: .venv\n"
    (folder / "Pulumi.yaml").write_text(description, encoding="utf-8")
    (folder / "__main__.py").write_text(program, encoding="utf-8")
    return folder


def read_expected() -> dict[str, dict[str, Any]]:
    """The committed outcomes by program."""
    expected: dict[str, dict[str, Any]] = json.loads(EXPECTED.read_text(encoding="utf-8"))
    return expected
