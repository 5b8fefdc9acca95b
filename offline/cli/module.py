"""What the Go module in this folder pins: the version of the Pulumi CLI and the Go that it needs; and the SDK's."""

from __future__ import annotations

import hashlib
import re
from importlib import metadata
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
COMMAND = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"

Version = tuple[int, ...]


def cli_version() -> str:
    """The pinned version of the CLI, such as ``3.274.1``."""
    return _find(r"^\s*github\.com/pulumi/pulumi/pkg/v3 v(\S+)")


def sdk_version() -> str:
    """The version of the Pulumi SDK of this environment, such as ``3.272.0``: the oldest CLI that may run it."""
    return metadata.version("pulumi")


def go_version() -> str:
    """The oldest Go that builds it, such as ``1.26.6``."""
    return _find(r"^go (\S+)")


def fingerprint() -> str:
    """Changes whenever a build would give another CLI."""
    digest = hashlib.sha256()
    for name in ("go.mod", "go.sum"):
        digest.update((FOLDER / name).read_bytes())
    return digest.hexdigest()


def parse(version: str) -> Version:
    """``v3.274.1-dev`` as ``(3, 274, 1)``; an empty tuple when there is no version in it."""
    found = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", version)
    return tuple(int(part or 0) for part in found.groups()) if found else ()


def _find(pattern: str) -> str:
    found = re.search(pattern, (FOLDER / "go.mod").read_text(encoding="utf-8"), re.MULTILINE)
    assert found is not None, f"go.mod has no line like {pattern}"
    return found.group(1)
