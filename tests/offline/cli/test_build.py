"""The CLI is built once, whole, and by one run at a time. A script plays Go here."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from offline.cli import build, golang, module
from offline.layout import Layout, OfflineError

GO = """#!/bin/sh
echo "$@" >> {log}
echo "example.com/package" >&2
while [ "$1" != "-o" ]; do shift; done
{action}
"""


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Go that writes its arguments, one call a line, into the file returned, and "builds" an empty command."""
    return _play(tmp_path, monkeypatch, 'echo built > "$2"')


def _play(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, action: str) -> Path:
    log = tmp_path / "calls"
    go = tmp_path / "go"
    go.write_text(GO.format(log=log, action=action), encoding="utf-8")
    go.chmod(0o755)
    monkeypatch.setattr(golang, "find", lambda *_: go)
    return log


def test_it_is_built_from_the_pinned_module_with_its_version(calls: Path, layout: Layout) -> None:
    said: list[str] = []
    cli = build.ensure(layout, "", said.append)
    assert cli == layout.binaries / "pulumi"
    assert cli.read_text(encoding="utf-8") == "built\n"
    line = calls.read_text(encoding="utf-8")
    assert f"version.Version=v{module.cli_version()}" in line
    assert line.rstrip().endswith(module.CLI.command)
    assert said[0].startswith(f"Building the Pulumi CLI {module.cli_version()}")
    assert said[-1].startswith("Built the Pulumi CLI")


def test_the_host_for_yaml_is_built_from_a_module_of_its_own(calls: Path, layout: Layout) -> None:
    said: list[str] = []
    host = build.ensure(layout, "", said.append, module.YAML_HOST)
    assert host == layout.binaries / "pulumi-language-yaml"
    line = calls.read_text(encoding="utf-8")
    assert f"pulumi-yaml/pkg/version.Version=v{module.YAML_HOST.version}" in line
    assert line.rstrip().endswith("/cmd/pulumi-language-yaml")
    assert said[-1].startswith("Built the language host for YAML")
    assert not (layout.binaries / "pulumi").exists()


def test_a_second_run_does_not_build(calls: Path, layout: Layout) -> None:
    build.ensure(layout, "", lambda _: None)
    build.ensure(layout, "", pytest.fail)
    assert len(calls.read_text(encoding="utf-8").splitlines()) == 1


def test_another_module_is_built_again(calls: Path, layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    build.ensure(layout, "", lambda _: None)
    monkeypatch.setattr(module, "fingerprint", lambda _: "another")
    build.ensure(layout, "", lambda _: None)
    assert len(calls.read_text(encoding="utf-8").splitlines()) == 2


def test_two_runs_at_once_build_once(calls: Path, layout: Layout) -> None:
    together = threading.Barrier(2)

    def run() -> None:
        together.wait()
        build.ensure(layout, "", lambda _: None)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(calls.read_text(encoding="utf-8").splitlines()) == 1


def test_a_long_build_says_where_it_is(tmp_path: Path, layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = tmp_path / "gate"
    _play(tmp_path, monkeypatch, f'while [ ! -e {gate} ]; do :; done; echo built > "$2"')
    monkeypatch.setattr(build, "PROGRESS_SECONDS", 0.05)
    said: list[str] = []

    def announce(sentence: str) -> None:
        said.append(sentence)
        if "example.com/package" in sentence:
            gate.touch()

    build.ensure(layout, "", announce)
    assert any("1 steps, at example.com/package" in sentence for sentence in said)


def test_what_a_killed_build_left_goes(calls: Path, layout: Layout) -> None:
    layout.binaries.mkdir(parents=True)
    (layout.binaries / "pulumi.4711").write_text("half", encoding="utf-8")
    build.ensure(layout, "", lambda _: None)
    assert sorted(file.name for file in layout.binaries.iterdir()) == ["build.lock", "pulumi", "pulumi.stamp"]


def test_a_failed_build_shows_why_and_leaves_nothing(
    tmp_path: Path, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    _play(tmp_path, monkeypatch, 'echo half > "$2"; echo "cannot find module" >&2; exit 1')
    with pytest.raises(OfflineError, match="cannot find module"):
        build.ensure(layout, "", lambda _: None)
    assert [file.name for file in layout.binaries.iterdir()] == ["build.lock"]
