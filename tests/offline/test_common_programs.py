"""Fifty common shapes of public programs, written after Pulumi's own examples, run on the offline engine as they are.

Each file of `fixtures/programs` is one shape and counts once. An update runs many, one after the other, because what
takes time is to start the engine and to import the package; their resources have names of their own. Each is previewed
alone, and with the pack, in `tests/engine/strangers`.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from offline.engine import Engine
from offline.tools import Tools
from tests.offline.projects import FIXTURES, UNINTERRUPTED

PROGRAMS = {path.stem: path for path in sorted((FIXTURES / "programs").glob("*.py"))}

OTHER_PACKAGES = {"random_names": "pulumi_random", "tls_key": "pulumi_tls"}
"""Shapes that need a package, and so a plugin, beside that of AWS."""

NOT_RUN = {name: package for name, package in OTHER_PACKAGES.items() if importlib.util.find_spec(package) is None}
"""Shapes that do not run here, and the package that they lack."""

RUN = [name for name in PROGRAMS if name not in NOT_RUN]
AT_ONCE = 27

NETWORK = """
import pulumi
pulumi.export("vpc_id", "vpc-0123456789abcdef0")
pulumi.export("subnet_ids", ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"])
"""
SEVERAL = """
import runpy
for program in {programs}:
    runpy.run_path(program)
"""


def project(folder: Path, name: str, program: str) -> Path:
    folder.mkdir()
    (folder / ".venv").symlink_to(sys.prefix)
    description = f"name: {name}\nruntime:\n  name: python\n  options:\n    virtualenv: .venv\n"
    (folder / "Pulumi.yaml").write_text(description, encoding="utf-8")
    (folder / "__main__.py").write_text(program, encoding="utf-8")
    return folder


def several(folder: Path, names: Sequence[str]) -> Path:
    return project(folder, "programs", SEVERAL.format(programs=json.dumps([str(PROGRAMS[name]) for name in names])))


def test_there_are_fifty_shapes_and_those_that_do_not_run_lack_another_plugin() -> None:
    assert len(PROGRAMS) >= 50
    assert len(RUN) >= 50
    assert NOT_RUN.items() <= OTHER_PACKAGES.items()


@pytest.mark.long
@pytest.mark.engine
@pytest.mark.parametrize(
    "names", [RUN[start : start + AT_ONCE] for start in range(0, len(RUN), AT_ONCE)], ids=lambda names: names[0]
)
def test_common_programs_run_without_an_edit(tools: Tools, tmp_path: Path, names: Sequence[str]) -> None:
    state = tmp_path / "state"
    if "stack_reference" in names:
        network = Engine(tools, project(tmp_path / "network", "network", NETWORK), state).up()
        assert network.exit_code == 0, network.output
    engine = Engine(tools, several(tmp_path / "project", names), state, environment=UNINTERRUPTED)
    previewed = engine.preview(config={"aws:region": "us-east-1"})
    assert previewed.exit_code == 0, previewed.output
    assert previewed.events.changes is not None
    assert previewed.events.changes["create"] > len(names)
    # What a preview does not know yet an update does: it must fit as well.
    made = engine.up(config={"aws:region": "us-east-1"})
    assert made.exit_code == 0, made.output
    assert made.events.changes == previewed.events.changes
