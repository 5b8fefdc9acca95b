"""Each ready configuration is valid for the pack, and does what its name says."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from pulumi_guardrails.core.policy import Framework, Level, Policy
from pulumi_guardrails.engine.configuration_file import check
from pulumi_guardrails.pack import select
from tests.policypack.cases import policies_by_name
from tools.configurations import FILES, FOLDER

NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))


def levels_in(name: str) -> dict[str, Level]:
    """The level that each policy has with a configuration."""
    configuration: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    of_all = configuration.pop("all", None)

    def level(policy: Policy) -> Level:
        given = configuration.get(policy.name, of_all)
        given = given.get("enforcementLevel") if isinstance(given, dict) else given
        return Level(given) if given else policy.level

    return {name: level(policy) for name, policy in policies_by_name().items()}


def at(name: str, level: Level) -> set[str]:
    return {policy for policy, given in levels_in(name).items() if given is level}


def test_there_is_one_for_each_step_of_a_roll_out_and_for_each_framework() -> None:
    assert set(NAMES) == {"baseline", "strict", "production", "remediate", *FILES.values()}
    assert set(FILES) == set(Framework)


@pytest.mark.parametrize("name", NAMES)
def test_each_is_valid(name: str) -> None:
    checked = check((FOLDER / f"{name}.json").read_text(encoding="utf-8"), select(), date(2030, 1, 1))
    assert checked.problems == ()
    assert checked.levels is not None
    assert checked.levels == {level: len(at(name, level)) for level in Level if at(name, level)}


def test_with_the_baseline_dangers_block_and_nothing_else_does() -> None:
    assert at("baseline", Level.MANDATORY) == {
        name for name, policy in policies_by_name().items() if policy.danger and policy.level is not Level.DISABLED
    }


def test_the_strict_one_makes_everything_mandatory_that_is_evaluated_and_production_more() -> None:
    assert at("strict", Level.ADVISORY) == set()
    assert at("strict", Level.MANDATORY) < at("production", Level.MANDATORY)


def test_whatever_has_a_remedy_is_remediated() -> None:
    assert at("remediate", Level.REMEDIATE) == {
        name for name, policy in policies_by_name().items() if policy.remediation and policy.level is not Level.DISABLED
    }


@pytest.mark.parametrize("framework", Framework)
def test_of_a_framework_only_what_speaks_for_its_controls_is_evaluated(framework: Framework) -> None:
    name = FILES[framework]
    speaking = {policy.name for policy in policies_by_name().values() if framework in policy.controls}
    assert set(policies_by_name()) - at(name, Level.DISABLED) == speaking
    defaults = {name for name, policy in policies_by_name().items() if policy.level is Level.MANDATORY}
    assert at(name, Level.MANDATORY) == speaking & defaults
