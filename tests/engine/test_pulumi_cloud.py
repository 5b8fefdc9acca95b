"""The pack in an organisation: published, enabled, required by stacks, upgraded, rolled back and removed.

The real CLI does it, against a service on loopback that speaks the part of the Pulumi Cloud API that it uses.
"""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from offline.engine import Engine
from offline.layout import REPOSITORY
from offline.tools import Tools
from pulumi_guardrails import __version__
from tests.engine.cloud import service
from tests.engine.cloud.client import Answer, Client
from tests.engine.cloud.service import ORGANIZATION, Cloud
from tests.engine.stacks import PACK, write_project
from tools.publish import PublishError, publish

NAME = "pulumi-guardrails"
NEXT = "99.0.0"
REMOTE = ["remote", "add", "origin", "git@git.example.com:acme/ml-api.git"]

STRANGER = """
name: stranger
runtime: yaml
resources:
  logs:
    type: aws:cloudwatch:LogGroup
    properties:
      retentionInDays: 7
  key:
    type: aws:kms:Key
    properties:
      enableKeyRotation: false
"""
WAIVER = {"resource": "*::logs", "reason": "migration", "approvedBy": "security", "expires": "2999-01-01"}

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def cloud() -> Iterator[Cloud]:
    with service.running() as running:
        yield running


@pytest.fixture(scope="module")
def client(tools: Tools, cloud: Cloud, tmp_path_factory: pytest.TempPathFactory) -> Client:
    return Client(tools, cloud, tmp_path_factory.mktemp("cloud"))


def pack_copy(folder: Path, version: str) -> Path:
    """The pack as it stands, with a version."""
    pack = Path(shutil.copytree(PACK, folder / version, ignore=shutil.ignore_patterns("venv", "__pycache__")))
    (pack / "venv").symlink_to(PACK / "venv")
    module = pack / "pulumi_guardrails" / "__init__.py"
    text = module.read_text(encoding="utf-8")
    module.write_text(text.replace(f'__version__ = "{__version__}"', f'__version__ = "{version}"'), encoding="utf-8")
    return pack


def publish_by_command(client: Client, pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What `make publish` does, with the pack of a repository of its own in which everything is committed."""
    repository = pack.parent / "repository"
    repository.mkdir()
    pack = pack.rename(repository / "policypack")
    (pack / "CHANGELOG.md").write_text(f"## {NEXT}\n", encoding="utf-8")
    who = ("-c", "user.name=t", "-c", "user.email=t@example.com")
    for command in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "-m", "One"], REMOTE):
        subprocess.run(["git", *who, *command], cwd=repository, check=True)
    with monkeypatch.context() as patched:
        for name, value in client.variables(pack).items():
            patched.setenv(name, value)
        with pytest.raises(PublishError, match="no section"):
            publish(ORGANIZATION, repository, lambda: True, __version__, lambda _: None)
        publish(ORGANIZATION, repository, lambda: True, NEXT, lambda _: None)


def stranger(client: Client, folder: Path) -> Path:
    """A program in YAML, and its stack in the organisation."""
    project = folder / "stranger"
    project.mkdir()
    (project / "Pulumi.yaml").write_text(STRANGER, encoding="utf-8")
    return ready(client, project, "stranger")


def ready(client: Client, project: Path, name: str) -> Path:
    """A project with its plugins, its stack and its region."""
    Engine(client.tools, project, client.folder / "state").install_plugins()
    for arguments in (
        ("stack", "init", f"{ORGANIZATION}/{name}/dev"),
        ("config", "set", "aws:region", "us-east-1", "--stack", f"{ORGANIZATION}/{name}/dev"),
    ):
        answer = client.run(*arguments, cwd=project)
        assert answer.exit_code == 0, answer.output
    return project


def enable(client: Client, folder: Path, version: str, configuration: Mapping[str, Any]) -> None:
    file = folder / "configuration.json"
    file.write_text(json.dumps(configuration), encoding="utf-8")
    of_pack = (f"{ORGANIZATION}/{NAME}", version)
    for arguments in (("validate-config", *of_pack), ("enable", *of_pack)):
        answer = client.run("policy", *arguments, "--config", str(file), cwd=folder)
        assert answer.exit_code == 0, answer.output


def preview(client: Client, project: Path, **environment: str) -> Answer:
    return client.run(
        "preview",
        "--stack",
        f"{ORGANIZATION}/{'ml-api' if project.name == 'own' else 'stranger'}/dev",
        cwd=project,
        environment=environment,
    )


def blocking(answer: Answer) -> set[str]:
    return set(re.findall(r"\[mandatory\](?: \[severity: \w+\])?\s+(\S+)", answer.output))


@pytest.mark.long
def test_the_whole_way_of_a_pack_through_an_organisation(
    client: Client, cloud: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (pack_copy(tmp_path, version) for version in (__version__, NEXT))

    # Published: what the CLI sent, and what the archive has.
    published = client.run("policy", "publish", ORGANIZATION, cwd=first)
    assert published.exit_code == 0, published.output
    version = cloud.packs[NAME][__version__]
    assert version.complete
    assert version.metadata["readme"] == (PACK / "README.md").read_text(encoding="utf-8")
    assert version.metadata["tags"]
    assert version.metadata["description"]
    assert all(policy["url"] and policy["remediationSteps"] for policy in version.metadata["policies"])
    with tarfile.open(fileobj=io.BytesIO(version.archive)) as archive:
        names = {name.removeprefix("package/") for name in archive.getnames()}
    tracked = {path.relative_to(PACK).as_posix() for path in PACK.rglob("*") if path.is_file()}
    expected = {name for name in tracked if not name.startswith("venv/") and "__pycache__" not in name}
    assert names == expected
    assert {"LICENSE", "README.md", "PulumiPolicy.yaml", "requirements.txt"} <= names

    # Listed, and not to be published again.
    assert __version__ in client.run("policy", "ls", ORGANIZATION, cwd=first).output
    again = client.run("policy", "publish", ORGANIZATION, cwd=first)
    assert again.exit_code != 0
    assert "already exists" in again.output

    # Required: a stack that nobody here wrote is blocked, and our own is not, by the strict configuration.
    strict = json.loads((PACK / "config" / "strict.json").read_text(encoding="utf-8"))
    enable(client, tmp_path, __version__, strict)
    project = stranger(client, tmp_path)
    blocked = preview(client, project)
    assert blocked.exit_code != 0
    assert f"{NAME}@v{__version__}" in blocked.output
    assert {"log-retention", "kms-rotation"} <= blocking(blocked)
    own = ready(client, write_project(tmp_path / "own"), "ml-api")
    ours = preview(client, own, MUTATION=json.dumps({"change": [], "extra": ""}), PROGRAM=str(REPOSITORY / "infra"))
    assert ours.exit_code == 0, ours.output
    assert f"✅ {NAME}@v{__version__}" in ours.output

    # A waiver, and a level.
    waived = {"log-retention": {"waivers": [WAIVER]}, "kms-rotation": "advisory"}
    enable(client, tmp_path, __version__, waived)
    passed = preview(client, project)
    assert passed.exit_code == 0, passed.output
    assert "Waived: LogGroup 'logs'" in passed.output
    assert "[advisory] [severity: medium]  kms-rotation" in passed.output

    # A new version, and back.
    publish_by_command(client, second, monkeypatch)
    assert cloud.packs[NAME][NEXT].metadata["repository"] == "https://git.example.com/acme/ml-api"
    enable(client, tmp_path, NEXT, {})
    upgraded = preview(client, project)
    assert f"{NAME}@v{NEXT}" in upgraded.output
    assert blocking(upgraded) == {"log-retention"}
    enable(client, tmp_path, __version__, waived)
    rolled_back = preview(client, project)
    assert rolled_back.exit_code == 0
    assert f"{NAME}@v{__version__}" in rolled_back.output

    # Disabled and removed.
    refused = client.run("policy", "rm", f"{ORGANIZATION}/{NAME}", "all", "--yes", cwd=tmp_path)
    assert refused.exit_code != 0
    for arguments in (("disable", f"{ORGANIZATION}/{NAME}"), ("rm", f"{ORGANIZATION}/{NAME}", "all", "--yes")):
        answer = client.run("policy", *arguments, cwd=tmp_path)
        assert answer.exit_code == 0, answer.output
    assert cloud.packs == {}
    free = preview(client, project)
    assert free.exit_code == 0
    assert NAME not in free.output
    assert cloud.unknown == []
