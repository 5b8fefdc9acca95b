"""Nothing is sent where anything is wrong; `tests/engine/test_pulumi_cloud.py` publishes with the real CLI."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from tools.publish import PublishError, publish


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A committed project with a pack, and a command `pulumi` that notes what it is asked and lists two versions."""
    root = tmp_path / "project"
    (root / "policypack").mkdir(parents=True)
    (root / "policypack" / "CHANGELOG.md").write_text("## 0.3.0\n\n## 0.2.0\n\n## 0.1.0\n", encoding="utf-8")
    for command in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "-m", "One"]):
        who = ["-c", "user.name=t", "-c", "user.email=t@example.com"]
        subprocess.run(["git", *who, *command], cwd=root, check=True)
    listed = json.dumps(
        [{"name": "pulumi-guardrails", "versions": ["0.1.0", "0.2.0"]}, {"name": "x", "versions": ["9.0.0"]}]
    )
    binaries = tmp_path / "bin"
    binaries.mkdir()
    cli = binaries / "pulumi"
    cli.write_text(
        f"#!/bin/sh\necho \"$@\" $GUARDRAILS_REPOSITORY >> '{tmp_path}/asked'\n[ $2 = publish ] || echo '{listed}'\n",
        encoding="utf-8",
    )
    cli.chmod(0o755)
    monkeypatch.setenv("PATH", f"{binaries}:/usr/bin:/bin")
    return root


def asked(project: Path) -> list[str]:
    file = project.parent / "asked"
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


def sent(project: Path) -> Sequence[str]:
    return [line for line in asked(project) if "publish" in line]


def attempt(project: Path, version: str, organization: str = "acme", passes: bool = True) -> None:
    publish(organization, project, lambda: passes, version, lambda _: None)


def test_a_new_version_is_published(project: Path) -> None:
    attempt(project, "0.3.0")
    assert sent(project) == ["policy publish acme"]


@pytest.mark.parametrize(
    ("version", "sentence"),
    [
        ("0.2.0", "version 0.2.0 is published already"),
        ("0.1.5", "CHANGELOG.md has no section 0.1.5"),
        ("0.1.0", "version 0.1.0 is published already"),
    ],
)
def test_a_version_that_is_there_is_refused(project: Path, version: str, sentence: str) -> None:
    with pytest.raises(PublishError, match=sentence):
        attempt(project, version)
    assert not sent(project)


def test_a_version_that_goes_backwards_is_refused(project: Path) -> None:
    changelog = project / "policypack" / "CHANGELOG.md"
    changelog.write_text("## 0.1.5\n", encoding="utf-8")
    subprocess.run(
        ["git", "-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "--quiet", "-am", "Two"],
        cwd=project,
        check=True,
    )
    with pytest.raises(PublishError, match=r"version 0\.1\.5 is lower than 0\.2\.0"):
        attempt(project, "0.1.5")
    assert not sent(project)


def test_changes_that_are_not_committed_are_refused_and_named(project: Path) -> None:
    (project / "policypack" / "new.py").write_text("", encoding="utf-8")
    with pytest.raises(PublishError, match=r"policypack/new\.py"):
        attempt(project, "0.3.0")
    assert not asked(project)


def test_a_test_that_fails_is_the_end_of_it(project: Path) -> None:
    with pytest.raises(PublishError, match="a test of the pack fails"):
        attempt(project, "0.3.0", passes=False)
    assert not sent(project)


@pytest.mark.parametrize("organization", ["", "acme/x", "--yes", "a b"])
def test_what_is_no_organization_is_refused(project: Path, organization: str) -> None:
    with pytest.raises(PublishError, match="expected the name of an organisation"):
        attempt(project, "0.3.0", organization)
    assert not asked(project)


def test_without_the_cli_it_is_asked_for(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project.parent / "bin" / "pulumi").unlink()
    with pytest.raises(PublishError, match="no command pulumi on the PATH"):
        attempt(project, "0.3.0")


@pytest.mark.parametrize(
    ("remote", "repository"),
    [
        ("https://git.example.com/acme/ml-api.git", "https://git.example.com/acme/ml-api"),
        ("https://ann:hunter2@git.example.com/acme/ml-api", "https://git.example.com/acme/ml-api"),
        ("git@git.example.com:acme/ml-api.git", "https://git.example.com/acme/ml-api"),
        ("ssh://git@git.example.com:2222/acme/ml-api.git", "https://git.example.com/acme/ml-api"),
        ("/srv/git/ml-api", ""),
    ],
)
def test_the_source_is_published_without_what_is_secret_of_the_remote(
    remote: str, repository: str, project: Path
) -> None:
    subprocess.run(["git", "remote", "add", "origin", remote], cwd=project, check=True)
    attempt(project, "0.3.0")
    assert sent(project) == [f"policy publish acme {repository}".strip()]
