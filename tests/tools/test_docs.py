"""The generated pages are fresh, and no constraint is unaccounted for."""

from __future__ import annotations

from pathlib import Path

import pytest

from pulumi_guardrails.registry import all_policies
from tools.constraints import LEFT_OUT, LEFT_OUT_CONTROLS, Constraint, constraints
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


@pytest.mark.parametrize("row", [row for row in constraints() if row.name not in LEFT_OUT], ids=lambda row: row.name)
def test_each_control_of_a_constraint_is_carried_by_a_policy_that_covers_it(row: Constraint) -> None:
    held = {
        (framework.name, control)
        for policy in all_policies()
        if row.name in policy.rows
        for framework, controls in policy.controls.items()
        for control in controls
    }
    stated = {(framework, control) for framework, controls in row.controls.items() for control in controls}
    assert {control for _, control in stated - held} <= LEFT_OUT_CONTROLS.keys()


def test_a_control_that_is_left_out_is_stated_and_carried_by_no_policy() -> None:
    stated = {control for row in constraints() for controls in row.controls.values() for control in controls}
    carried = {control for policy in all_policies() for controls in policy.controls.values() for control in controls}
    assert LEFT_OUT_CONTROLS.keys() <= stated - carried
    assert all(reason.endswith(".") for reason in LEFT_OUT_CONTROLS.values())


def test_every_policy_has_a_section_of_its_own() -> None:
    page = next(text for path, text in render().items() if path.name == "policies.md")
    for policy in all_policies():
        assert page.count(f"\n### {policy.name}\n") == 1
