"""The life of a stack on the real engine, and what a run must leave alone."""

from __future__ import annotations

import hashlib
from pathlib import Path

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


def test_two_stacks_share_a_state(tools: Tools, toy: Path, tmp_path: Path) -> None:
    one = Engine(tools, toy, tmp_path / "state", stack="one")
    two = Engine(tools, toy, tmp_path / "state", stack="two")
    assert one.up(config={"greeting": "from one"}).exit_code == 0
    assert two.up(config={"greeting": "from two"}).exit_code == 0
    assert (one.outputs()["greeting"], two.outputs()["greeting"]) == ("from one", "from two")


def test_a_folder_that_is_no_pack_is_refused(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(OfflineError, match=r"is no policy pack: it has no PulumiPolicy\.yaml"):
        engine.preview(policy_pack=tmp_path)


def test_a_folder_that_is_no_project_is_refused(tools: Tools, tmp_path: Path) -> None:
    with pytest.raises(OfflineError, match=r"Pulumi\.yaml is missing"):
        Engine(tools, tmp_path, tmp_path / "state").preview()
