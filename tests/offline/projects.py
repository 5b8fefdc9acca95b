"""Copies of projects for tests: to be bent, run and thrown away."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from offline.layout import REPOSITORY

FIXTURES = Path(__file__).with_name("fixtures")

UNINTERRUPTED = {"PULUMI_SKIP_CHECKPOINTS": "true"}
"""For an engine whose updates nobody interrupts: the CLI need not save the state after each of many resources."""

LEFT_BEHIND = shutil.ignore_patterns("venv", ".venv", "__pycache__")


def copy_toy(destination: Path) -> Path:
    """A copy of the toy program in `destination`, with this interpreter's environment as its own."""
    return _with_environment(shutil.copytree(FIXTURES / "toy", destination, ignore=LEFT_BEHIND))


def copy_toy_pack(destination: Path) -> Path:
    """A copy of the toy policy pack in `destination`, with this interpreter's environment as its own."""
    return _with_environment(shutil.copytree(FIXTURES / "pack", destination, ignore=LEFT_BEHIND))


def copy_project(destination: Path) -> Path:
    """A copy of this repository's program and stack files in `destination`, sharing the repository's environment."""
    destination.mkdir(parents=True)
    for file in REPOSITORY.glob("Pulumi*.yaml"):
        shutil.copy(file, destination)
    shutil.copytree(REPOSITORY / "infra", destination / "infra", ignore=LEFT_BEHIND)
    return _with_environment(destination)


def _with_environment(project: Path) -> Path:
    (project / ".venv").symlink_to(sys.prefix)
    return project
