"""Names that the processes of one run agree on, and those in the state of a stack."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from offline.aws import RUN_FOLDER
from offline.aws.claims import Claims, holders, of_run

URN = "urn:pulumi:dev::app::aws:dynamodb/table:Table::{}"


@pytest.mark.parametrize("shared", [True, False])
def test_a_name_is_of_one_resource_at_a_time(tmp_path: Path, shared: bool) -> None:
    claims = Claims(tmp_path if shared else None)
    assert claims.claim("a", ["x"]) == {}
    assert claims.claim("a", ["x"]) == {}
    assert claims.claim("b", ["x", "y"]) == {"x": "a"}
    assert claims.claim("a", ["z"]) == {}
    assert claims.claim("c", ["x"]) == {"x": "b"}


def test_another_process_of_the_run_knows_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(RUN_FOLDER, str(tmp_path))
    one, other = of_run(), of_run()
    assert one.claim("a", ["x"]) == {}
    assert other.claim("b", ["x"]) == {"x": "a"}
    assert one.claim("a", ["y"]) == {}
    assert other.claim("b", ["x"]) == {}
    monkeypatch.setenv(RUN_FOLDER, str(tmp_path / "gone"))
    assert of_run().claim("c", ["x"]) == {}


def state(folder: Path, *resources: dict[str, Any]) -> None:
    provider = {
        "urn": "urn:pulumi:dev::app::pulumi:providers:aws::p",
        "id": "1",
        "type": "pulumi:providers:aws",
        "inputs": {"region": "us-east-1"},
    }
    file = folder / ".pulumi" / "stacks" / "app" / "dev.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    content = {"version": 3, "checkpoint": {"latest": {"resources": [provider, *resources]}}}
    file.write_text(json.dumps(content), encoding="utf-8")


def table(name: str, **more: Any) -> dict[str, Any]:
    return {
        "urn": URN.format(name),
        "id": name,
        "type": "aws:dynamodb/table:Table",
        "provider": "urn:pulumi:dev::app::pulumi:providers:aws::p::1",
        "inputs": {"name": name},
        **more,
    }


def test_the_state_of_the_stack_says_who_has_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_BACKEND_URL", f"file://{tmp_path}")
    assert holders(URN.format("any")) == {}
    state(tmp_path, table("a"), table("b", pendingReplacement=True), table("c", outputs={"region": "eu-west-1"}))
    found = holders(URN.format("any"))
    assert [urn for urn, _ in found.values()] == [URN.format("a"), URN.format("c")]
    assert [json.loads(key)[1] for key in found] == ["us-east-1", "eu-west-1"]


@pytest.mark.parametrize("backend", ["", "https://api.pulumi.com", "file:///nowhere"])
def test_where_there_is_no_state_to_read_nobody_has_a_name(monkeypatch: pytest.MonkeyPatch, backend: str) -> None:
    monkeypatch.setenv("PULUMI_BACKEND_URL", backend)
    assert holders(URN.format("any")) == {}
