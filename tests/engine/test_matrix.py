"""Every mutant is blocked on the real engine, on an empty stack, by the right policy at the right resource alone.

Mutants that change different things are previewed in company, which costs one preview for all of them. One that is
hidden there, such as by a resource that the engine refuses for another's sake, is previewed alone; and where something
objects that no mutant of the company accounts for, each is.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

import tests.engine.matrix
from offline.engine import Result
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


def companies(mutants: Iterable[Mutant]) -> list[list[Mutant]]:
    """The mutants in groups of one configuration that change different things and are blocked at different places."""
    found: list[list[Mutant]] = []
    for mutant in mutants:
        company = next((one for one in found if all(_agree(mutant, other) for other in one)), None)
        if company is None:
            found.append([mutant])
        else:
            company.append(mutant)
    return found


def _agree(one: Mutant, other: Mutant) -> bool:
    return (
        not (one.refused or other.refused)
        and configuration(one) == configuration(other)
        # The stack as it is and one with something switched on are two: what is on may hide what is broken.
        and bool(one.config) == bool(other.config)
        and all(other.config.get(key, value) == value for key, value in one.config.items())
        and not any(_overlap(bent, others) for bent in _bent(one) for others in _bent(other))
        and not {edit[:2] for edit in one.edits} & {edit[:2] for edit in other.edits}
        and not one.blocked & other.blocked
        and not any(policy in one.without for policy, _ in other.blocked)
        and not any(policy in other.without for policy, _ in one.blocked)
    )


def _bent(mutant: Mutant) -> Iterator[tuple[str, ...]]:
    """Type, name and path of each property that is bent."""
    for change in mutant.changes:
        for path in (*change.set, *change.remove):
            yield (change.type, change.name, *path.split("."))


def _overlap(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return all(part == others for part, others in zip(one, other, strict=False))


COMPANIES = companies(MUTANTS)


def test_every_mutant_is_in_one_company() -> None:
    assert sorted(mutant.id for company in COMPANIES for mutant in company) == sorted(mutant.id for mutant in MUTANTS)


@pytest.mark.engine
@pytest.mark.parametrize("company", COMPANIES, ids=lambda company: company[0].id)
def test_mutants_are_blocked(company: Sequence[Mutant], tools: Tools, tmp_path: Path) -> None:
    hidden: Sequence[Mutant] = company
    if len(company) > 1:
        together = previewed(tools, tmp_path / "company", company)
        assert together.exit_code != 0
        found = violations(together)
        accounted_for = found <= set().union(*(mutant.blocked for mutant in company))
        hidden = [mutant for mutant in company if not (accounted_for and mutant.blocked <= found)]
    for number, mutant in enumerate(hidden):
        result = previewed(tools, tmp_path / str(number), [mutant])
        assert result.exit_code != 0, mutant.id
        assert violations(result) == mutant.blocked, f"{mutant.id}: {result.output[-3000:]}"


def previewed(tools: Tools, folder: Path, company: Sequence[Mutant]) -> Result:
    """The preview of the stack with everything bent that these mutants bend."""
    return preview(
        tools,
        folder,
        changes=[change for mutant in company for change in mutant.changes],
        extra="\n".join(mutant.extra for mutant in company),
        edits=[edit for mutant in company for edit in mutant.edits],
        config={key: value for mutant in company for key, value in mutant.config.items()},
        policies=configuration(company[0]),
    )
