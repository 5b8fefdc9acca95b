"""The pack on programs that were not written for it, by default and in each ready configuration.

No verdict changes unseen. The engine previews each program once, with no configuration; what it asked of the pack is
replayed in each ready configuration, and a sample of them is previewed to hold the replay to the engine.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message

import tests.engine.replay
from offline.tools import Tools
from pulumi_guardrails.core.policy import Framework
from pulumi_guardrails.engine.analyzer import Analyzer
from tests.engine.replay import replay
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

REMEDIATING = [name for name, given in CONFIGURATIONS.items() if '"remediate"' in json.dumps(given)]
TOGETHER = [[name for name in CONFIGURATIONS if name not in REMEDIATING], *([name] for name in REMEDIATING)]
"""The ready configurations that one preview shows: one that changes a resource is alone, the others judge the same."""

EVERY_FORM: Mapping[str, Any] = {
    "all": "advisory",
    **CONFIGURATIONS["remediate"],
    "listener-encrypted": CONFIGURATIONS["production"]["listener-encrypted"],
}
"""A configuration that remediates, and has every form that one can have."""


def compared(message: Message) -> str:
    """A message of the engine without what differs between two runs: names that it makes up, and the order of sets."""
    fields = MessageToDict(message)
    by_property = fields.get("propertyDependencies", {}).values()
    for urns in (fields.get("dependencies", []), *(of.get("urns", []) for of in by_property)):
        urns.sort()
    return re.sub(r"-[0-9a-f]{7}\b", "-0000000", json.dumps(fields, sort_keys=True))


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
def test_the_replay_asks_the_pack_what_the_engine_does_also_of_remediated_resources(
    tools: Tools, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Message] = []

    class Listening(Analyzer):
        def Configure(self, request: Any, context: Any) -> Any:
            asked.append(request)
            return super().Configure(request, context)

        def Analyze(self, request: Any, context: Any) -> Any:
            asked.append(request)
            return super().Analyze(request, context)

        def AnalyzeStack(self, request: Any, context: Any) -> Any:
            asked.extend(request.resources)
            return super().AnalyzeStack(request, context)

    monkeypatch.setattr(tests.engine.replay, "Analyzer", Listening)
    replayed = replay(previewed(tools, tmp_path / "without", SAMPLE).requests, EVERY_FORM)
    assert replayed.remediated
    preview = previewed(tools, tmp_path / "with", SAMPLE, EVERY_FORM)
    by_engine: list[Any] = [
        one.message() for one in preview.requests if one.method in ("Configure", "Analyze", "AnalyzeStack")
    ]
    *single, stack = by_engine
    assert sorted(map(compared, asked)) == sorted(map(compared, [*single, *stack.resources]))


@pytest.mark.engine
@pytest.mark.parametrize("names", TOGETHER, ids=lambda names: names[0])
def test_the_engine_finds_in_a_ready_configuration_what_the_replay_does(
    names: Sequence[str], tools: Tools, tmp_path: Path
) -> None:
    verdicts = previewed_with(tools, tmp_path, SAMPLE, {name: CONFIGURATIONS[name] for name in names})
    assert [name for name, verdict in verdicts.items() if not verdict.complete] == []
    found = {name: counted(verdict) for name, verdict in verdicts.items()}
    assert found == {name: OF_CONFIGURATIONS[name][SAMPLE] for name in names}
