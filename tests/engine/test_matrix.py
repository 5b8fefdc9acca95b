"""Every mutant is blocked on the real engine, on an empty stack, by the right policy at the right resource alone."""

from __future__ import annotations

import importlib
import pkgutil
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import tests.engine.matrix
from offline.tools import Tools
from pulumi_guardrails.core.policy import Level
from pulumi_guardrails.registry import all_policies
from tests.engine.mutants import Mutant
from tests.engine.stacks import STRICT, preview, violations

MUTANTS: list[Mutant] = [
    mutant
    for module in pkgutil.iter_modules(tests.engine.matrix.__path__)
    for mutant in importlib.import_module(f"{tests.engine.matrix.__name__}.{module.name}").MUTANTS
]


def test_no_two_mutants_have_the_same_name() -> None:
    assert [id for id, count in Counter(mutant.id for mutant in MUTANTS).items() if count > 1] == []


def test_every_mutant_says_what_blocks_it() -> None:
    assert [mutant.id for mutant in MUTANTS if not mutant.blocked] == []


LEVELS = {policy.name: policy.level for policy in all_policies()}


def configuration(mutant: Mutant) -> Mapping[str, Any] | None:
    """None where every policy that has to object is mandatory by itself, as those of the documented constraints are."""
    if mutant.policies:
        return mutant.policies
    return None if all(LEVELS[policy] is Level.MANDATORY for policy, _ in mutant.blocked) else STRICT


@pytest.mark.engine
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.id)
def test_a_mutant_is_blocked(mutant: Mutant, tools: Tools, tmp_path: Path) -> None:
    result = preview(
        tools,
        tmp_path,
        changes=mutant.changes,
        extra=mutant.extra,
        edits=mutant.edits,
        config=mutant.config,
        policies=configuration(mutant),
    )
    assert result.exit_code != 0
    assert violations(result) == mutant.blocked, result.output[-3000:]
