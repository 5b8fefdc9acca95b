"""What the Go modules in this folder pin: the Pulumi CLI and the language host for YAML, and the Go that they need."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

FOLDER = Path(__file__).resolve().parent


@dataclass(frozen=True)
class GoModule:
    """A command that is built from its published Go module.

    Attributes:
        title: how it is called in a sentence.
        executable: the name of the file that is built.
        folder: where the go.mod and go.sum are that pin it and all that it needs.
        package: the Go module that it is of.
        command: the Go package of the command.
        version_variable: the Go variable that a release build sets; without it the command calls itself a development
            version.
    """

    title: str
    executable: str
    folder: Path
    package: str
    command: str
    version_variable: str

    @property
    def version(self) -> str:
        """The pinned version, such as ``3.274.1``."""
        return _find(self.folder, rf"^(?:require)?\s*{re.escape(self.package)} v(\S+)")

    @property
    def go_version(self) -> str:
        """The oldest Go that builds it, such as ``1.26.6``."""
        return _find(self.folder, r"^go (\S+)")


CLI = GoModule(
    title="the Pulumi CLI",
    executable="pulumi",
    folder=FOLDER,
    package="github.com/pulumi/pulumi/pkg/v3",
    command="github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    version_variable="github.com/pulumi/pulumi/sdk/v3/go/common/version.Version",
)

YAML_HOST = GoModule(
    title="the language host for YAML",
    executable="pulumi-language-yaml",
    folder=FOLDER / "yaml",
    package="github.com/pulumi/pulumi-yaml",
    command="github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml",
    version_variable="github.com/pulumi/pulumi-yaml/pkg/version.Version",
)

Version = tuple[int, ...]


def cli_version() -> str:
    """The pinned version of the CLI, such as ``3.274.1``."""
    return CLI.version


def sdk_version() -> str:
    """The version of the Pulumi SDK of this environment, such as ``3.272.0``: the oldest CLI that may run it."""
    return metadata.version("pulumi")


def go_version() -> str:
    """The oldest Go that builds every module here, such as ``1.26.6``."""
    return max((CLI.go_version, YAML_HOST.go_version), key=parse)


def fingerprint(wanted: GoModule) -> str:
    """Changes whenever a build would give another command."""
    digest = hashlib.sha256()
    for name in ("go.mod", "go.sum"):
        digest.update((wanted.folder / name).read_bytes())
    return digest.hexdigest()


def parse(version: str) -> Version:
    """``v3.274.1-dev`` as ``(3, 274, 1)``; an empty tuple when there is no version in it."""
    found = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", version)
    return tuple(int(part or 0) for part in found.groups()) if found else ()


def _find(folder: Path, pattern: str) -> str:
    found = re.search(pattern, (folder / "go.mod").read_text(encoding="utf-8"), re.MULTILINE)
    assert found is not None, f"go.mod has no line like {pattern}"
    return found.group(1)
