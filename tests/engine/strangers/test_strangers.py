"""The pack on programs that were not written for it, by default and in each ready configuration.

No verdict changes unseen. The engine previews each program once, with no configuration; what it asked of the pack is
replayed in each ready configuration, and a sample of them is previewed to hold the replay to the engine.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from offline.tools import Tools
from pulumi_guardrails.core.policy import Framework
from tests.engine.replay import reconciled, replay
from tests.engine.strangers.outcomes import (
    CONFIGURATIONS,
    PROGRAMS,
    counted,
    described,
    in_configurations,
    previewed,
    previewed_with,
    read_expected,
    read_of_configurations,
)
from tests.policypack.cases import policies_by_name
from tools.configurations import FILES

EXPECTED = read_expected()
OF_CONFIGURATIONS = read_of_configurations()
SAMPLE = "wordpress"
"""A program with findings of every kind in most configurations."""


def test_there_are_two_dozen_programs_and_each_has_its_outcome() -> None:
    assert len(PROGRAMS) >= 24
    assert EXPECTED.keys() == PROGRAMS.keys()


def test_each_program_has_its_outcome_in_each_ready_configuration() -> None:
    assert OF_CONFIGURATIONS.keys() == CONFIGURATIONS.keys()
    for outcomes in OF_CONFIGURATIONS.values():
        assert outcomes.keys() == PROGRAMS.keys()


def test_with_the_baseline_only_a_danger_blocks() -> None:
    blocking = {policy for outcome in OF_CONFIGURATIONS["baseline"].values() for policy in outcome["mandatory"]}
    assert blocking
    assert {policy for policy in blocking if not policies_by_name()[policy].danger} == set()


@pytest.mark.parametrize("framework", Framework)
def test_with_the_file_of_a_framework_only_what_speaks_for_its_controls_blocks(framework: Framework) -> None:
    outcomes = OF_CONFIGURATIONS[FILES[framework]].values()
    blocking = {policy for outcome in outcomes for policy in outcome["mandatory"]}
    assert blocking
    assert {policy for policy in blocking if framework not in policies_by_name()[policy].controls} == set()


@pytest.mark.engine
@pytest.mark.parametrize("name", sorted(PROGRAMS))
def test_a_program_has_the_outcomes_that_are_expected(name: str, tools: Tools, tmp_path: Path) -> None:
    preview = previewed(tools, tmp_path, name)
    said = described(preview.verdict)
    assert said == EXPECTED[name]
    assert described(replay(preview.requests, {})) == said
    assert in_configurations(preview) == {
        configuration: outcomes[name] for configuration, outcomes in OF_CONFIGURATIONS.items()
    }


@pytest.mark.engine
def test_the_replay_configures_the_pack_as_the_engine_does(tools: Tools, tmp_path: Path) -> None:
    (configured,) = (one for one in previewed(tools, tmp_path, SAMPLE).requests if one.method == "Configure")
    assert configured.message() == reconciled({})


@pytest.mark.engine
@pytest.mark.parametrize("configuration", CONFIGURATIONS)
def test_the_engine_finds_in_a_ready_configuration_what_the_replay_does(
    configuration: str, tools: Tools, tmp_path: Path
) -> None:
    verdict = previewed_with(tools, tmp_path, SAMPLE, CONFIGURATIONS[configuration])
    assert verdict.complete
    assert counted(verdict) == OF_CONFIGURATIONS[configuration][SAMPLE]
