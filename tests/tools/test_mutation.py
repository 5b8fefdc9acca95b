"""Mutation testing: two runs would change the one copy of the code under each other's tests."""

from __future__ import annotations

import fcntl
from pathlib import Path

import pytest

from tools import mutation


def test_a_run_beside_another_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(mutation, "WORK", tmp_path)
    monkeypatch.setattr(mutation, "mutate", lambda *_: 0)
    with (tmp_path / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert mutation.alone("pulumi_guardrails/policies/rds/databases.py", 1) == 1
    assert "another run" in capsys.readouterr().err
    assert mutation.alone("pulumi_guardrails/policies/rds/databases.py", 1) == 0
