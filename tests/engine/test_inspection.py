"""What `inspect` shows of a stack is what the real engine says of it, at a preview and of a stack that exists."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from audit.network import network_svg
from offline.engine import Engine
from offline.tools import Tools
from tests.engine.matrix.network import HEAD, rule_from
from tests.engine.programs import write_program
from tests.engine.stacks import PACK, preview
from tests.policypack.engine.documents import DOCUMENTS, PROGRAM

AWS = {"aws:region": "us-east-1"}

pytestmark = pytest.mark.engine


def inspected(document: str, *arguments: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, str(PACK), "inspect", *arguments], input=document, capture_output=True, text=True, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def hops(inspection: Mapping[str, Any], edges: list[str] | None = None) -> set[tuple[str, str, str]]:
    labels = {node["id"]: node["label"] for node in inspection["network"]["nodes"]}
    return {
        (labels[edge["source"]], labels[edge["target"]], edge["traffic"])
        for edge in inspection["network"]["edges"]
        if edges is None or edge["id"] in edges
    }


def test_the_committed_documents_are_those_of_the_engine(tools: Tools, tmp_path: Path) -> None:
    project = write_program(tmp_path / "project", PROGRAM.read_text(encoding="utf-8"), "stranger")
    engine = Engine(tools, project, tmp_path / "state")
    planned = engine.preview(config=AWS, arguments=["--json"]).output
    assert engine.up(config=AWS).exit_code == 0
    for name, document in {"preview": planned, "state": json.dumps(engine.export())}.items():
        assert inspected(document) == inspected((DOCUMENTS / f"{name}.json").read_text(encoding="utf-8"))


def test_the_own_stack_is_a_chain_without_violations(tools: Tools, tmp_path: Path) -> None:
    found = inspected(preview(tools, tmp_path, arguments=["--json"]).output)
    assert found["left_out"] == 0
    assert found["network"]["violations"] == []
    assert hops(found) == {
        ("Internet", "load-balancer", "TCP 80"),
        ("Internet", "load-balancer", "TCP 443"),
        ("Internet", "cdn", "HTTPS"),
        ("cdn", "load-balancer", "origin requests"),
        ("load-balancer", "api", "TCP 8080"),
        ("api", "load-balancer", "TCP 443"),
        ("api", "database", "TCP 5432"),
        ("nat", "Internet", "outbound only"),
    }
    assert all(edge["declared"] for edge in found["network"]["edges"] if edge["kind"] == "security-group")
    assert all(grant["known"] for grant in found["iam"]["grants"])


def test_a_hole_in_the_own_stack_is_a_path_that_violates(tools: Tools, tmp_path: Path) -> None:
    hole = HEAD + rule_from('cidr_ipv4="0.0.0.0/0"', "database", 5432)
    found = inspected(preview(tools, tmp_path, extra=hole, arguments=["--json"]).output)
    violations = {one["policy"]: one for one in found["network"]["violations"]}
    path = violations["no-internet-path-to-private-tier"]
    assert hops(found, path["path"]) == hops(found, path["edges"]) == {("Internet", "database", "TCP 5432")}
    assert path["resource"].endswith("::hole")
    assert set(path["edges"]) < set(violations["network-chain"]["edges"])
    assert "violates network-chain" in network_svg(found["network"])
