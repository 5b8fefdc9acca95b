"""What the tests of the offline engine share."""

from __future__ import annotations

from pathlib import Path

import pytest

from offline.engine import Engine
from offline.layout import Layout
from offline.tools import Tools, prepare
from tests.offline.projects import copy_toy, copy_toy_pack


@pytest.fixture(scope="session")
def tools() -> Tools:
    """The real CLI, built at most once."""
    return prepare()


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    """A toy program of the test's own."""
    return copy_toy(tmp_path / "toy")


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A toy policy pack of the test's own."""
    return copy_toy_pack(tmp_path / "pack")


@pytest.fixture
def engine(tools: Tools, toy: Path, tmp_path: Path) -> Engine:
    """The real engine on the toy program, with a state of its own."""
    return Engine(tools, toy, tmp_path / "state")


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """An empty offline folder."""
    return Layout(tmp_path / "offline")
