"""The life of a stack on the real engine, and what a run must leave alone."""

from __future__ import annotations

import hashlib
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from offline.engine import Engine
from offline.layout import OfflineError
from offline.tools import Tools

pytestmark = pytest.mark.engine


def _fingerprints(folder: Path) -> dict[str, str]:
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in folder.rglob("*")
        if file.is_file() and ".venv" not in file.parts and "__pycache__" not in file.parts
    }


def test_a_stack_lives_from_up_to_destroy(engine: Engine) -> None:
    assert engine.outputs() == {}
    created = engine.up(config={"greeting": "one", "known": "true"})
    assert created.events.changes == {"create": 3}, created.output
    assert engine.preview(config={"greeting": "one", "known": "true"}).events.changes == {"same": 3}
    assert engine.preview(config={"greeting": "two", "known": "true"}).events.changes == {"same": 2, "update": 1}
    assert engine.refresh().exit_code == 0
    assert len(engine.export()["deployment"]["resources"]) == 3
    assert engine.destroy().events.changes == {"delete": 3}
    assert engine.outputs() == {}


def test_what_an_update_makes_is_saved_on_the_way(engine: Engine, toy: Path) -> None:
    program = toy / "source" / "__main__.py"
    told = "print('skip:', os.environ.get('PULUMI_SKIP_CHECKPOINTS'))"
    program.write_text(f"import os\n{told}\n", encoding="utf-8")
    assert "skip: None" in engine.up().output
    assert "skip: true" in engine.preview().output


def test_a_preview_leaves_the_project_as_it_is(engine: Engine, toy: Path, pack: Path) -> None:
    before = _fingerprints(toy)
    result = engine.preview(policy_pack=pack, config={"greeting": "other", "password": "hunter2-hunter2"})
    assert result.exit_code == 0, result.output
    assert _fingerprints(toy) == before


def test_a_secret_is_written_nowhere_in_clear_text(engine: Engine, tmp_path: Path) -> None:
    result = engine.up(config={"password": "hunter2-hunter2"})
    assert result.exit_code == 0, result.output
    assert "hunter2-hunter2" not in result.output
    assert engine.outputs()["password"] == "[secret]"
    holders = [file for file in tmp_path.rglob("*") if file.is_file() and b"hunter2-hunter2" in file.read_bytes()]
    assert holders == []


def test_the_users_pulumi_and_credentials_stay_out(
    engine: Engine, toy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = tmp_path / "user"
    user.mkdir()
    monkeypatch.setenv("HOME", str(user))
    monkeypatch.setenv("PULUMI_HOME", str(user / "pulumi"))
    monkeypatch.setenv("PULUMI_BACKEND_URL", "https://pulumi.invalid")
    monkeypatch.setenv("PULUMI_ACCESS_TOKEN", "pul-0000")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not-for-offline-runs")
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    program = toy / "source" / "__main__.py"
    program.write_text(
        "import os, pulumi\n"
        "pulumi.export('seen', sorted(k for k in os.environ if k.startswith('AWS_') or k == 'PULUMI_ACCESS_TOKEN'))\n",
        encoding="utf-8",
    )
    result = engine.up()
    assert result.exit_code == 0, result.output
    assert engine.outputs() == {"seen": ["AWS_REGION"]}
    assert not (user / "pulumi").exists()
    assert not (user / ".pulumi").exists()


def test_a_proxy_is_not_asked_for_what_runs_on_this_machine(
    engine: Engine, pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "grpc_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
        monkeypatch.setenv(name.upper(), "http://127.0.0.1:9")
    for name in ("no_proxy", "NO_PROXY", "no_grpc_proxy"):
        monkeypatch.delenv(name, raising=False)
    result = engine.preview(policy_pack=pack)
    assert result.exit_code == 0, result.output


def test_every_plugin_of_the_cli_is_told_so(
    toy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "example.com")
    cli, state = tmp_path / "pulumi", tmp_path / "state"
    cli.write_text("#!/bin/sh\nprintenv no_proxy no_grpc_proxy\n", encoding="utf-8")
    cli.chmod(0o755)
    for file, text in {
        "backend/.pulumi/stacks/toy/dev.json": "{}",
        "stacks/Pulumi.dev.yaml": "encryptionsalt: x",
    }.items():
        (state / file).parent.mkdir(parents=True)
        (state / file).write_text(text, encoding="utf-8")
    assert Engine(Tools(cli), toy, state).call(["about"]) == 0
    assert capfd.readouterr().out == "example.com,127.0.0.1,localhost,::1\n" * 2


def test_two_stacks_share_a_state(tools: Tools, toy: Path, tmp_path: Path) -> None:
    one = Engine(tools, toy, tmp_path / "state", stack="one")
    two = Engine(tools, toy, tmp_path / "state", stack="two")
    assert one.up(config={"greeting": "from one"}).exit_code == 0
    assert two.up(config={"greeting": "from two"}).exit_code == 0
    assert (one.outputs()["greeting"], two.outputs()["greeting"]) == ("from one", "from two")


def test_two_first_runs_at_once_make_one_stack(engine: Engine) -> None:
    together = threading.Barrier(2)

    def run(_: int) -> int:
        together.wait()
        return engine.preview().exit_code

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(run, range(2))) == [0, 0]


def test_a_stack_that_was_made_without_its_salt_is_completed(engine: Engine) -> None:
    assert engine.outputs() == {}  # makes it
    (engine.state / "stacks" / "Pulumi.dev.yaml").unlink()
    assert engine.up(config={"password": "hunter2-hunter2"}).exit_code == 0


def test_any_command_leaves_the_stack_files_as_they_are(engine: Engine, toy: Path) -> None:
    files = {"Pulumi.dev.yaml": "config:\n  toy:greeting:   one # two\n", "Pulumi.qa.yaml": ""}
    for name, text in files.items():
        (toy / name).write_text(text, encoding="utf-8")
    before = _fingerprints(toy)
    assert engine.call(["up", "--yes", "--skip-preview"]) == 0
    assert engine.outputs()["greeting"] == "one"
    assert engine.call(["--color", "never", "up", "--yes", "--stack=qa", "--skip-preview"]) == 0
    assert engine.call(["stack", "history", "--show-secrets"]) == 0
    assert engine.call(["stack", "init", "other"]) == 0
    assert engine.call(["destroy", "--yes", "--stack", "organization/toy/qa"]) == 0
    assert engine.call(["stack", "rm", "qa", "--yes"]) == 0
    assert engine.destroy(arguments=["--remove"]).exit_code == 0
    assert _fingerprints(toy) == before


def test_what_is_meant_to_write_a_stack_file_does(engine: Engine, toy: Path) -> None:
    assert engine.call(["config", "set", "greeting", "three"]) == 0
    assert (toy / "Pulumi.dev.yaml").read_text(encoding="utf-8") == "config:\n  toy:greeting: three\n"


def test_another_folder_is_another_project(engine: Engine) -> None:
    with pytest.raises(OfflineError, match="expected its folder with --project"):
        engine.call(["-C", "elsewhere", "up"])


def test_a_folder_that_is_no_pack_is_refused(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(OfflineError, match=r"is no policy pack: it has no PulumiPolicy\.yaml"):
        engine.preview(policy_pack=tmp_path)


def test_a_folder_that_is_no_project_is_refused(tools: Tools, tmp_path: Path) -> None:
    with pytest.raises(OfflineError, match=r"Pulumi\.yaml is missing"):
        Engine(tools, tmp_path, tmp_path / "state").preview()


EXCEPTED: dict[str, Any] = {
    "version": 2,
    "policies": {"no-second": "mandatory"},
    "exceptions": {
        "EXC-7": {
            "reason": "Two parts are agreed",
            "match": [{"policies": ["no-second"], "targets": ["urn:pulumi:dev::toy::toy:index:Part::second"]}],
        }
    },
}
"""A policy configuration of version 2: its exception exempts what `no-second` would block."""


def test_an_excepted_violation_does_not_block(engine: Engine, pack: Path) -> None:
    result = engine.up(policy_pack=pack, policy_pack_config=EXCEPTED)
    assert result.exit_code == 0, result.output
    assert result.verdict.mandatory == ()
    (excepted,) = result.verdict.excepted
    assert (excepted.policy, excepted.level) == ("no-second", "mandatory")
    assert [exception.id for exception in excepted.exceptions] == ["EXC-7"]


def test_a_file_of_exceptions_is_handed_on_and_a_wrong_one_is_refused(engine: Engine, pack: Path) -> None:
    file = pack / "exceptions.json"
    options = ["--policy-pack-config", str(file)]
    file.write_text(json.dumps(EXCEPTED), encoding="utf-8")
    assert len(engine.preview(policy_pack=pack, arguments=options).verdict.excepted) == 1
    exception = {**EXCEPTED["exceptions"]["EXC-7"], "reason": " "}
    file.write_text(json.dumps({**EXCEPTED, "exceptions": {"EXC-7": exception}}), encoding="utf-8")
    refused = engine.preview(policy_pack=pack, arguments=options)
    assert refused.exit_code != 0
    assert 'policy exception "EXC-7": "reason" is required' in refused.output


YAML_PROGRAM = """
name: written-in-yaml
runtime: yaml
config:
  days: {type: integer, default: 30}
variables:
  zones: {"fn::invoke": {function: "aws:getAvailabilityZones", arguments: {state: available}, return: names}}
resources:
  password: {type: "random:RandomPassword", properties: {length: 16}}
  network: {type: "aws:ec2:Vpc", properties: {cidrBlock: 10.0.0.0/16}}
  subnet:
    type: aws:ec2/subnet:Subnet
    properties: {vpcId: "${network.id}", cidrBlock: 10.0.1.0/24, availabilityZone: "${zones[0]}"}
  logs: {type: "aws:cloudwatch:LogGroup", properties: {retentionInDays: "${days}"}}
outputs: {password: "${password.result}", logs: "${logs.arn}", zone: "${subnet.availabilityZone}"}
"""


def test_a_program_in_yaml_lives_on_the_stand_ins(tools: Tools, tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "Pulumi.yaml").write_text(YAML_PROGRAM, encoding="utf-8")
    engine = Engine(tools, project, tmp_path / "state")
    config = {"aws:region": "us-east-1"}
    planned = engine.preview(config=config)
    assert planned.events.changes == {"create": 5}, planned.output
    assert engine.up(config=config).exit_code == 0
    assert engine.outputs()["password"] == "[secret]"
    assert engine.outputs()["zone"] == "us-east-1a"
    assert engine.preview(config=config).events.changes == {"same": 5}
    misspelt = YAML_PROGRAM.replace("cidrBlock: 10.0.1", "cidrBlok: 10.0.1")
    (project / "Pulumi.yaml").write_text(misspelt, encoding="utf-8")
    assert "cidrBlok" in engine.preview(config=config).output


@pytest.mark.parametrize("runtime", ["nodejs", "{name: go, options: {binary: x}}"])
def test_a_program_in_another_language_is_refused_in_one_sentence(tools: Tools, tmp_path: Path, runtime: str) -> None:
    (tmp_path / "Pulumi.yaml").write_text(f"name: other\nruntime: {runtime}\n", encoding="utf-8")
    tools = replace(tools, cli=tmp_path / "pulumi")
    engine = Engine(tools, tmp_path, tmp_path / "state", environment={"PATH": str(tmp_path)})
    with pytest.raises(OfflineError, match=r"is written in (nodejs|go) .* runs programs in Python and YAML: use an "):
        engine.preview()
    assert not (tmp_path / "state").exists()


def test_other_commands_need_no_language(tools: Tools, tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: other\nruntime: nodejs\n", encoding="utf-8")
    engine = Engine(tools, tmp_path, tmp_path / "state")
    assert engine.call(["stack", "ls"]) == 0
    with pytest.raises(OfflineError, match="is written in nodejs"):
        engine.call(["up", "--yes"])
