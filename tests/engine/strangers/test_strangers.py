"""The pack at its defaults on programs that were not written for it: no verdict changes unseen."""

from __future__ import annotations

from pathlib import Path

import pytest

from offline.tools import Tools
from tests.engine.strangers.outcomes import PROGRAMS, outcome, read_expected

EXPECTED = read_expected()


def test_there_are_two_dozen_programs_and_each_has_its_outcome() -> None:
    assert len(PROGRAMS) >= 24
    assert EXPECTED.keys() == PROGRAMS.keys()


@pytest.mark.engine
@pytest.mark.parametrize("name", sorted(PROGRAMS))
def test_a_program_has_the_outcome_that_is_expected(name: str, tools: Tools, tmp_path: Path) -> None:
    assert outcome(tools, tmp_path, name) == EXPECTED[name]
