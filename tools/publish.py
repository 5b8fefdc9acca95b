"""Publishes the policy pack to an organisation of Pulumi Cloud: `make publish ORG=acme`.

Everything that can be wrong is found before anything is sent: changes that are not committed, a version that the
organisation has or that is lower than one it has, a changelog without it, a surface that asks for a higher version, and
a test of the pack that fails. Then `pulumi policy publish` does the rest.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import semver

import pulumi_guardrails
from pulumi_guardrails.registry import all_policies
from tools import surface

ROOT = Path(__file__).resolve().parent.parent
NAME = "pulumi-guardrails"

_REMOTE = re.compile(
    r"(?:(?:https?|ssh)://(?:[^/@]*@)?(?P<host_of_url>[^/:@]+)(?::\d+)?/|(?:[^/@:]*@)?(?P<host_of_scp>[^/:@]+):)"
    r"(?P<path>[^?#]+?)(?:\.git)?/?"
)
"""A remote of git as a URL, or as `scp` writes it."""


class PublishError(Exception):
    """What stands in the way of publishing; the text is for a person."""


def publish(
    organization: str, root: Path, test: Callable[[], bool], version: str, announce: Callable[[str], None]
) -> None:
    """Check everything, then publish the pack.

    Args:
        organization: The organisation in Pulumi Cloud.
        root: The project.
        test: Runs the tests of the pack, and says whether they pass.
        version: The version of the pack.
        announce: Shows a sentence on progress.

    Raises:
        PublishError: Where something is wrong. Nothing was sent then, unless the CLI itself failed.
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", organization):
        raise PublishError(f"ORG is {organization!r}; expected the name of an organisation: make publish ORG=acme.")
    announce("Looking for changes that are not committed")
    changed = _output(["git", "status", "--porcelain", "--", "policypack"], root)
    if changed:
        raise PublishError(f"policypack/ has changes that are not committed; commit them first:\n{changed}")
    if f"## {version}" not in (root / "policypack" / "CHANGELOG.md").read_text(encoding="utf-8"):
        raise PublishError(f"policypack/CHANGELOG.md has no section {version}; say there what changed for users.")
    announce(f"Asking {organization} for the versions that it has")
    _refuse_old(version, _published(organization, root))
    announce("Running the tests of the pack")
    if not test():
        raise PublishError("a test of the pack fails; nothing was published.")
    announce(f"Publishing {NAME} {version} to {organization}")
    repository = _repository(root)
    environment = {**os.environ, **({"GUARDRAILS_REPOSITORY": repository} if repository else {})}
    command = [_cli(), "policy", "publish", organization]
    done = subprocess.run(command, cwd=root / "policypack", env=environment, check=False)
    if done.returncode != 0:
        raise PublishError("`pulumi policy publish` failed; what it printed stands above.")


def _refuse_old(version: str, published: Sequence[str]) -> None:
    this = semver.Version.parse(version)
    if version in published:
        raise PublishError(
            f"version {version} is published already; raise __version__ in pulumi_guardrails/__init__.py."
        )
    higher = [other for other in published if semver.Version.is_valid(other) and semver.Version.parse(other) > this]
    if higher:
        newest = max(higher, key=semver.Version.parse)
        raise PublishError(f"version {version} is lower than {newest}, which is published; versions only go up.")


def _published(organization: str, root: Path) -> list[str]:
    listed = _output([_cli(), "policy", "ls", organization, "--json", "--non-interactive"], root / "policypack")
    packs: list[dict[str, Any]] = json.loads(listed)
    return [tag for one in packs if one["name"] == NAME for tag in one["versions"]]


def _repository(root: Path) -> str:
    """The address of the source as a page, without a user or a token; empty where there is no remote."""
    done = subprocess.run(
        ["git", "remote", "get-url", "origin"],  # noqa: S607 - as the other commands of git
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    match = _REMOTE.fullmatch(done.stdout.strip())
    if done.returncode != 0 or match is None:
        return ""
    return f"https://{match['host_of_url'] or match['host_of_scp']}/{match['path']}"


def _cli() -> str:
    cli = shutil.which("pulumi")
    if cli is None:
        raise PublishError("there is no command pulumi on the PATH; install the Pulumi CLI, and log in.")
    return cli


def _output(command: Sequence[str], folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        said = done.stderr.strip() or done.stdout.strip()
        raise PublishError(f"`{' '.join((Path(command[0]).name, *command[1:3]))}` failed: {said}")
    return done.stdout.strip()


def _tests_pass() -> bool:
    before, now = surface.read(), surface.surface(all_policies())
    least = surface.least_version(before, now)
    if semver.Version.parse(now["version"]) < semver.Version.parse(least):
        raise PublishError(
            f"the surface of the pack has changed; expected at least version {least}: python -m tools.surface."
        )
    tests = [sys.executable, "-m", "pytest", "-q", "-n", "2", "tests/policypack"]
    return subprocess.run(tests, cwd=ROOT, check=False).returncode == 0


def main() -> int:
    """Publish to the organisation that ORG names, and note what was published."""
    try:
        publish(os.environ.get("ORG", ""), ROOT, _tests_pass, pulumi_guardrails.__version__, _announce)
    except PublishError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    surface.write()
    _announce("Published. Commit tests/policypack/surface.json, which has the surface of this version.")
    return 0


def _announce(sentence: str) -> None:
    print(sentence, flush=True)


if __name__ == "__main__":
    sys.exit(main())
