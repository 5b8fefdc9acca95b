"""`make bench`: what it measures is what it says, and the page holds each figure to its goal. No time is measured."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import empty_pb2
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import analyzer_pb2 as wire_types

from audit.terraform import checkov
from tools.benchmark import packs, rivals, stacks
from tools.benchmark.__main__ import FLOOR, main
from tools.benchmark.figures import Goal, Growth, Results, Row
from tools.benchmark.page import Conditions, render
from tools.benchmark.processes import MeasureError, Run, command, engine, in_turns, pack_process
from tools.benchmark.rivals import GUARD_VERSION, NotBuiltError, Report, build_guard, read_checkov, read_guard
from tools.benchmark.stacks import Recording, RecordingError, Request

VPC, SUBNET = "aws:ec2/vpc:Vpc", "aws:ec2/subnet:Subnet"
VPC_URN, SUBNET_URN = f"urn:pulumi:dev::ml-api::{VPC}::network", f"urn:pulumi:dev::ml-api::{SUBNET}::private"


# --- the stacks


def configure(*policies: str) -> wire_types.ConfigureAnalyzerRequest:
    properties = Struct()
    properties.update({"onUndecided": "advisory"})
    one = wire_types.PolicyConfig(enforcementLevel=wire_types.MANDATORY, properties=properties)
    return wire_types.ConfigureAnalyzerRequest(policyConfig=dict.fromkeys(policies, one))


@pytest.fixture
def recording() -> Recording:
    tags = Struct()
    tags.update({"tags": {"Name": "ml-api-network"}})
    vpc = wire_types.AnalyzerResource(type=VPC, name="network", urn=VPC_URN, properties=tags)
    subnet = wire_types.AnalyzerResource(type=SUBNET, name="private", urn=SUBNET_URN, dependencies=[VPC_URN])
    subnet.propertyDependencies["vpcId"].urns.append(VPC_URN)
    requests = stacks.of_resources(
        [
            ("GetAnalyzerInfo", empty_pb2.Empty()),
            ("ConfigureStack", wire_types.AnalyzerStackConfigureRequest(dry_run=True)),
            ("Configure", configure("one", "other")),
        ],
        [vpc, subnet],
    )
    common = {"custom": True, "provider": ""}
    unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
    states = [
        {**common, "urn": VPC_URN, "type": VPC, "inputs": {"tags": {"Name": "ml-api-network"}}},
        {
            **common,
            "urn": SUBNET_URN,
            "type": SUBNET,
            "inputs": {"vpcId": unknown},
            "propertyDependencies": {"vpcId": [VPC_URN]},
        },
    ]
    return Recording(requests, {"steps": [{"op": "create", "urn": one["urn"], "newState": one} for one in states]})


def test_copies_are_one_stack_of_resources_with_names_of_their_own(recording: Recording) -> None:
    found = stacks.copies(recording, 3)
    assert [method for method, _ in found] == [
        *("GetAnalyzerInfo", "ConfigureStack", "Configure"),
        *("Remediate", "Analyze") * 6,
        "AnalyzeStack",
    ]
    assert stacks.size(found) == 6
    whole = found[-1][1].resources
    assert [one.urn for one in whole] == [
        urn.replace("ml-api", f"ml-00{number}") for number in range(3) for urn in (VPC_URN, SUBNET_URN)
    ]
    assert {one.urn for one in whole} == {message.urn for method, message in found if method == "Analyze"}
    for vpc, subnet in zip(whole[::2], whole[1::2], strict=True):
        assert list(subnet.propertyDependencies["vpcId"].urns) == [vpc.urn], "each copy refers to itself"
        assert vpc.properties["tags"]["Name"] == f"{vpc.urn.split('::')[1]}-network"


def test_copies_keep_the_whole_configuration(recording: Recording) -> None:
    given = dict(stacks.copies(recording, 2))["Configure"]
    assert given == configure("one", "other")


def test_a_plan_of_copies_has_the_same_resources(recording: Recording) -> None:
    plan = stacks.plan_of_copies(recording, 3).document
    assert [one["address"] for one in plan["resource_changes"]] == [
        *("aws_vpc.network", "aws_subnet.private"),
        *("aws_vpc.network_2", "aws_subnet.private_2"),
        *("aws_vpc.network_3", "aws_subnet.private_3"),
    ]
    references = {one["address"]: one["expressions"] for one in plan["configuration"]["root_module"]["resources"]}
    assert references["aws_subnet.private_3"]["vpc_id"]["references"][-1] == "aws_vpc.network_3"
    assert plan["resource_changes"][4]["change"]["after"]["tags"] == {"Name": "ml-002-network"}


def test_more_copies_than_names_are_refused(recording: Recording) -> None:
    with pytest.raises(ValueError, match="at most 1,000"):
        stacks.copies(recording, 1001)


@pytest.mark.parametrize(
    "requests",
    [
        [],
        [("Configure", configure("one"))],
        [("Configure", configure("one", "other")), ("Configure", configure("one", "other"))],
        [
            (
                "Configure",
                wire_types.ConfigureAnalyzerRequest(
                    policyConfig=dict.fromkeys(["one", "other"], wire_types.PolicyConfig())
                ),
            )
        ],
    ],
    ids=["none", "without_a_policy", "twice", "without_settings"],
)
def test_a_recording_without_the_whole_configuration_is_refused(requests: list[Request]) -> None:
    with pytest.raises(RecordingError, match="expected one configuration of all"):
        stacks.require_full_configuration(requests, ["one", "other"])


def test_a_recording_with_the_whole_configuration_is_taken(recording: Recording) -> None:
    stacks.require_full_configuration(recording.requests, ["one", "other"])


def test_other_policies_are_configured_by_their_own_names(recording: Recording) -> None:
    found = stacks.for_other_policies(recording.requests, ["nothing-0"])
    assert list(dict(found)["Configure"].policyConfig) == ["nothing-0"]
    assert [request for request in found if request[0] != "Configure"] == [
        request for request in recording.requests if request[0] != "Configure"
    ]


def test_chains_of_groups_begin_anew_and_refer_to_what_is_there() -> None:
    found = list(stacks.chains_of_groups(120))
    rules = [one for one in found if one.type == stacks.RULE]
    assert len([one for one in found if one.type == stacks.GROUP]) == 120
    assert len(rules) == 120 - 3, "the first of each chain lets nobody in"
    assert {rule.name for rule in rules}.isdisjoint({"rule-0", "rule-50", "rule-100"})
    urns = {one.urn for one in found}
    assert all(urn in urns for one in found for urn in one.dependencies)


def test_roles_have_their_statements() -> None:
    found = list(stacks.roles(3))
    policies = [one for one in found if one.type == stacks.POLICY]
    assert len(found) == 6
    for one in policies:
        assert len(json.loads(str(one.properties["policy"]))["Statement"]) == stacks.STATEMENTS
        assert list(one.propertyDependencies["role"].urns) == [one.urn.replace(stacks.POLICY, stacks.ROLE).replace(
            "policy-", "role-"
        )]  # fmt: skip


# --- the processes


def test_a_pack_of_the_sdk_and_the_floor_answer_every_request(tmp_path: Path, recording: Recording) -> None:
    number = packs.Number(resources=2, stacks=1)
    pack = packs.write(tmp_path / "sdk", number)
    with engine() as address:
        for folder, requests in (
            (FLOOR, recording.requests),
            (pack, stacks.for_other_policies(recording.requests, number.names)),
        ):
            run = pack_process(folder, requests, address)
            assert min(run.cpu, run.analyze_stack, run.memory) > 0


def test_a_pack_that_does_not_start_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "__main__.py").write_text("raise SystemExit(1)", encoding="utf-8")
    with pytest.raises(MeasureError, match=r"^the pack in .* does not start\.$"), engine() as address:
        pack_process(tmp_path, [], address)


def test_the_pack_of_the_sdk_has_as_many_policies_as_ours_of_either_kind() -> None:
    number = packs.of_this_project()
    assert number.resources > 0
    assert number.stacks > 0
    assert len(set(number.names)) == number.resources + number.stacks


BUSY = "import time\nwhile time.process_time() < 0.2: pass\n"


@pytest.mark.parametrize(
    "program",
    [
        BUSY,
        f"import subprocess, sys; subprocess.run([sys.executable, '-c', {BUSY!r}])",
        f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {BUSY!r}], start_new_session=True)",
    ],
    ids=["itself", "a_child", "a_child_that_is_left"],
)
def test_what_every_process_of_a_command_spends_is_counted(program: str, tmp_path: Path) -> None:
    assert command([sys.executable, "-c", program], tmp_path).cpu >= 0.2


def test_a_command_that_fails_is_one_sentence_with_its_last_line(tmp_path: Path) -> None:
    program = "import sys; print('first\\nlast', file=sys.stderr); sys.exit(3)"
    with pytest.raises(MeasureError, match=r"ended with exit code 3: last$"):
        command([sys.executable, "-c", program], tmp_path)
    assert command([sys.executable, "-c", program], tmp_path, accepted=(0, 3)).cpu > 0


def test_a_command_does_not_see_the_paths_of_the_benchmark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "policypack")
    monkeypatch.setenv("PULUMI_DEBUG_COMMANDS", "1")
    output = tmp_path / "output"
    program = "import os; print('PYTHONPATH' in os.environ or any(key.startswith('PULUMI_') for key in os.environ))"
    command([sys.executable, "-c", program], tmp_path, output=output)
    assert output.read_text(encoding="utf-8").strip() == "False"


def test_contenders_take_turns_in_either_order() -> None:
    order: list[str] = []
    told: list[str] = []

    def contender(name: str) -> Callable[[], Run]:
        return lambda: order.append(name) or Run(1.0)  # type: ignore[func-returns-value]

    found = in_turns({"a": contender("a"), "b": contender("b")}, 3, "ten", told.append)
    assert order == ["a", "b", "b", "a", "a", "b"]
    assert {name: len(runs) for name, runs in found.items()} == {"a": 3, "b": 3}
    assert told[-1] == "  ten, run 3 of 3: b 1.00 s"


# --- the figures


def row(resources: int = 100, left_out: Mapping[str, str] | None = None, in_plan: int = 0, **cpu: float) -> Row:
    """A row whose contenders took so many CPU seconds, of which `AnalyzeStack` a tenth."""
    runs = {
        name.replace("guard", "cfn-guard"): [Run(seconds * 2, seconds, 100), Run(seconds, seconds / 10, 100)] * 2
        + [Run(seconds, seconds / 10, 100)]
        for name, seconds in cpu.items()
    }
    return Row("a stack", resources, runs, left_out or {}, in_plan)


@pytest.mark.parametrize(("seconds", "exponent"), [(0.4, 1.0), (1.6, 2.0), (0.1, 0.0), (0.8, 1.5)])
def test_the_exponent_is_that_of_a_power_of_the_resources(seconds: float, exponent: float) -> None:
    growth = Growth.between("a shape", row(100, pack=1), row(400, pack=seconds * 10))
    assert growth is not None
    assert growth.exponent == pytest.approx(exponent)


def test_growth_is_by_minima_and_ratios_are_by_medians() -> None:
    small = Row("small", 10, {"pack": [Run(9, 2, 60), Run(5, 1, 30), Run(4, 9, 20)], "floor": [Run(2)]})
    large = Row("large", 20, {"pack": [Run(1, 8), Run(1, 4), Run(1, 4)]})
    growth = Growth.between("a shape", small, large)
    assert growth is not None
    assert growth.exponent == pytest.approx(2)
    assert small.times("pack", "floor") == 2.5
    assert small.noise == 0.25


def test_growth_needs_two_stacks_with_the_pack() -> None:
    assert Growth.between("a shape", row(100, floor=1), row(400, pack=4)) is None


@pytest.mark.parametrize(
    ("measured", "is_least", "holds"),
    [
        (1.0, False, True),
        (1.004, False, True),
        (1.01, False, False),
        (None, False, None),
        (1.0, True, True),
        (0.99, True, False),
        (1.5, True, True),
    ],
)
def test_a_goal_holds_by_the_figure_that_is_shown(measured: float | None, is_least: bool, holds: bool | None) -> None:
    assert Goal("what", 1.0, measured, is_least=is_least).holds is holds


def test_a_goal_in_seconds_is_also_said_as_times_the_floor() -> None:
    assert Goal("what", 0.4, 0.6, floor=0.2, floor_then=0.3).by_floor == pytest.approx((4 / 3, 3.0))
    assert Goal("what", 0.4, None, floor=0.2, floor_then=0.3).by_floor is None


@pytest.fixture
def results() -> Results:
    why = {"cfn-guard": "not built: there is no cargo on the PATH (rustup.rs installs it)."}
    return Results(
        own={
            1: row(98, why, 79, floor=0.3, pack=0.38, sdk=1.2, checkov=1.8),
            10: row(980, why, 790, floor=0.9, pack=1.2, sdk=8, checkov=7),
            97: row(9506, floor=7, pack=9, checkov=0.0),
        },
        chains={250: row(745, pack=1, floor=1), 1000: row(2980, pack=16, floor=2.8)},
        roles={250: row(500, pack=1, floor=1), 1000: row(2000, pack=4, floor=1.6)},
        previews=row(98, none=4.0, sdk=4.4, pack=4.6),
    )


def conditions(load: float = 0.2, runs: int = 5) -> Conditions:
    return Conditions(
        day="2026-01-31",
        runs=runs,
        previews=2 * runs,
        machine="2 cores",
        versions={"Python": "3.11.7", "Checkov": "3.3.30"},
        load=load,
        policies=packs.Number(98, 56),
        largest_for_sdk=1000,
        reports={"checkov": {1: Report(102, 213, 29, "3.3.30"), 10: Report(102, 2130, 29, "3.3.30")}},
    )


def cells(page: str, begin: str) -> list[str]:
    """The cells of the one row of a table that begins with these words."""
    (line,) = [line for line in page.splitlines() if line.startswith(f"| {begin} |")]
    return [cell.strip() for cell in line.strip("|").split("|")]


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ("whole preview, against one without a pack", ["≤ 1.12 ×", "1.15 ×", "**no**", ""]),
        ("the pack's process, this project's stack", ["≤ 0.4 s", "0.38 s", "yes", "1.33 × / 1.27 ×"]),
        ("the pack's process, 97 of it", ["≤ 10 s", "9.00 s", "yes", "1.47 × / 1.29 ×"]),
        ("`AnalyzeStack`, 97 of it", ["≤ 2 s", "0.90 s", "yes", ""]),
        ("the pack's process, 1,000 security groups in chains", ["≤ 3.5 s", "16.00 s", "**no**", "1.25 × / 5.71 ×"]),
        ("growth of `AnalyzeStack`, security groups in chains", ["≤ 1.1", "2.00", "**no**", ""]),
        ("growth of `AnalyzeStack`, roles", ["≤ 1.1", "1.00", "yes", ""]),
        ("growth of `AnalyzeStack`, this project's stack", ["≤ 1.1", "0.89", "yes", ""]),
        ("peak memory, 97 of it, against the floor", ["≤ 1.5 ×", "1.00 ×", "yes", ""]),
        ("Checkov against the pack, this project's stack", ["≥ 5 ×", "4.74 ×", "**no**", ""]),
        ("Checkov against the pack, ten of it", ["≥ 5 ×", "5.83 ×", "yes", ""]),
        ("the stock SDK against the pack, this project's stack", ["≥ 3 ×", "3.16 ×", "yes", ""]),
        ("the stock SDK against the pack, ten of it", ["≥ 7 ×", "6.67 ×", "**no**", ""]),
    ],
)
def test_the_page_has_each_goal_beside_its_figure(results: Results, what: str, expected: list[str]) -> None:
    assert cells(render(results, conditions()), what)[1:] == expected


def test_the_page_shows_minimum_and_median_and_what_was_not_run(results: Results) -> None:
    page = render(results, conditions())
    assert cells(page, "without a pack") == ["without a pack", "4.00 / 4.00", "0.00", "1.00 ×"]
    assert cells(page, "with our pack")[2:] == ["0.60", "1.15 ×"]
    assert "| a stack | 9,506 | 7.00 / 7.00 | 9.00 / 9.00 | not run |" in page
    assert "| 98 | 79 | 0.38 / 0.38 | 1.80 / 1.80 | 4.74 × | not built: there is no cargo on the PATH" in page
    assert "102 of them had 213 results on resources, and 2,130 on ten of it; 29 of them failed" in page
    assert "98 policies on resources and 56 on the whole stack" in page
    assert "Python 3.11.7, Checkov 3.3.30." in page
    assert "busy" not in page
    assert "of at least 5 times" not in page


def test_what_was_left_out_of_a_short_run_is_not_measured(results: Results) -> None:
    short = Results({1: results.own[1]}, {}, {}, results.previews)
    assert cells(render(short, conditions()), "the pack's process, 97 of it")[1:] == ["≤ 10 s", "", "not measured", ""]
    assert "growth of" not in render(short, conditions())


def test_the_page_says_when_its_figures_are_in_doubt(results: Results) -> None:
    page = render(results, conditions(load=2.34, runs=1))
    assert "The machine was busy before the first run (load average 2.3)" in page
    assert "Each was run 1 of at least 5 times" in page


# --- the other tools


def program(folder: Path, name: str, text: str) -> Path:
    """A program of the shell in a folder, alone."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    file.chmod(0o755)
    return file


def silent(_sentence: str) -> None:
    """Tell nobody."""


def test_a_missing_cargo_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NotBuiltError, match=r"^not built: there is no cargo on the PATH \(rustup\.rs installs it\)\.$"):
        build_guard(tmp_path / "root", silent)


def test_a_build_that_fails_is_one_sentence_and_leaves_its_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "bin", "cargo", "echo Compiling; echo 'error: could not compile `nom`' >&2; exit 101")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(NotBuiltError, match=r"^not built: .*\(error: could not compile `nom`\)\.$"):
        build_guard(tmp_path / "root", silent)
    assert "Compiling" in (tmp_path / "root" / "build.log").read_text(encoding="utf-8")


def test_a_build_of_the_pinned_version_is_used_and_another_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "root"
    built = program(root / "bin", "cfn-guard", f"echo cfn-guard {GUARD_VERSION}")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert build_guard(root, silent) == built
    program(root / "bin", "cfn-guard", "echo cfn-guard 1.0.0")
    with pytest.raises(NotBuiltError, match="no cargo"):
        build_guard(root, silent)


def test_a_missing_checkov_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkov, "OWN", tmp_path / "checkov")
    with pytest.raises(MeasureError, match=r"^Checkov is not installed"):
        rivals.checkov_rival(tmp_path)


def test_the_report_of_checkov_is_counted_by_check_and_by_result() -> None:
    passed = [{"check_id": "CKV_AWS_1"}, {"check_id": "CKV_AWS_1"}, {"check_id": "CKV_AWS_2"}]
    text = json.dumps(
        {
            "results": {"passed_checks": passed, "failed_checks": [{"check_id": "CKV_AWS_2"}]},
            "summary": {"checkov_version": "3.3.30"},
        }
    )
    assert read_checkov(text) == Report(rules=2, results=4, failed=1, version="3.3.30")


def test_the_report_of_guard_is_counted_by_rule() -> None:
    report = {"compliant": ["a", "b"], "not_compliant": [{"Rule": {"name": "c"}}], "not_applicable": ["d"]}
    assert read_guard(json.dumps([report])) == Report(rules=3, results=0, failed=1, version=GUARD_VERSION)


@pytest.mark.parametrize("read", [read_checkov, read_guard])
@pytest.mark.parametrize(
    "document",
    [
        "",
        "[]",
        "{}",
        '{"passed": 0, "failed": 0}',
        '{"results": {"passed_checks": [], "failed_checks": []}, "summary": {}}',
        '[{"compliant": [], "not_compliant": []}]',
    ],
)
def test_a_tool_that_evaluated_nothing_is_no_measurement(read: Callable[[str], Any], document: str) -> None:
    with pytest.raises(MeasureError):
        read(document)


@pytest.mark.parametrize("runs", ["0", "many", "-1"])
def test_a_wrong_number_of_runs_is_one_sentence(
    runs: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RUNS", runs)
    assert main([]) == 1
    assert capsys.readouterr().err == f"error: RUNS is {runs!r}; expected a number from 1 to 999.\n"
