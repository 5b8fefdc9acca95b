"""A run's folder is its own, and does not outlive it for long."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from offline.run_folder import run_folder


def test_it_is_private_and_removed_with_the_run(tmp_path: Path) -> None:
    with run_folder(tmp_path / "runs", pytest.fail) as run:
        assert stat.S_IMODE(run.path.stat().st_mode) == 0o700
        (run.path / "events.jsonl").write_text("{}", encoding="utf-8")
    assert not run.path.exists()


def test_what_dead_runs_left_goes_and_what_others_use_stays(tmp_path: Path) -> None:
    left = tmp_path / "run-dead"
    left.mkdir()
    (left / "events.jsonl").write_text("{}", encoding="utf-8")
    with run_folder(tmp_path, pytest.fail) as one, run_folder(tmp_path, pytest.fail) as two:
        assert not left.exists()
        assert one.path.exists()
        assert two.path.exists()
    assert [file.name for file in tmp_path.iterdir()] == ["lock"]
