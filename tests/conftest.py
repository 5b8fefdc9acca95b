"""What holds for every test: the order, and one profile of Hypothesis.

The profile has no deadline, since a busy machine would break one without a bug. In continuous integration (`.ci/run`),
and where `tools/mutation.py` asks for it, examples are the same each time; elsewhere, and with `make fuzz` everywhere,
they are new ones, and one that failed is tried first.
"""

from __future__ import annotations

import gc
import os

import pytest
from hypothesis import settings


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put first what is marked as long: of two processes, none shall end with it while the other has nothing to do."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def pytest_collection_finish() -> None:
    """Look for garbage in what the tests make, and not over and over in the tests and what they import."""
    gc.freeze()


settings.register_profile("project", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, database=None, print_blob=True)
settings.load_profile(
    "ci" if {"CI", "SAME_EXAMPLES"} & os.environ.keys() and "FUZZ_SECONDS" not in os.environ else "project"
)
