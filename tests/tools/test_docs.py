"""The generated pages are fresh, and no constraint is unaccounted for."""

from __future__ import annotations

from pathlib import Path

import pytest

from guardrails.registry import all_policies
from tools.constraints import LEFT_OUT, constraints
from tools.docs import render

CONTROLS = {row.name: row.controls for row in constraints()}


@pytest.mark.parametrize("path", sorted(render()), ids=lambda path: path.name)
def test_a_generated_page_is_fresh(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == render()[path], "stale: run `make docs`"


def test_every_constraint_is_covered_or_left_out_with_a_reason() -> None:
    covered = {row for policy in all_policies() for row in policy.rows}
    assert [row.name for row in constraints() if row.name not in covered | LEFT_OUT.keys()] == []
    assert covered & LEFT_OUT.keys() == set()
    assert all(reason.endswith(".") for reason in LEFT_OUT.values())


@pytest.mark.parametrize("policy", all_policies(), ids=lambda policy: policy.name)
def test_a_policy_claims_only_rows_of_the_table_and_controls_that_these_state(policy) -> None:  # type: ignore[no-untyped-def]
    assert set(policy.rows) <= CONTROLS.keys()
    for framework, ids in policy.controls.items():
        stated = {control for row in policy.rows for control in CONTROLS[row].get(framework.name, [])}
        assert set(ids) <= stated


def test_every_policy_has_a_section_of_its_own() -> None:
    page = next(text for path, text in render().items() if path.name == "policies.md")
    for policy in all_policies():
        assert page.count(f"\n### {policy.name}\n") == 1
