"""The stack files in a project's root belong to whoever deploys for real: an offline run leaves them as they are.

The CLI writes the salt of its passphrase into a stack's file, and removes the file with the stack. A command that takes
another file gets a copy (`offline.configuration`); this is for the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml

from offline.configuration import OWNERS_KEYS


@contextmanager
def kept(project: Path) -> Iterator[None]:
    """Undoes afterwards what the CLI did to the stack files of `project`, but for other changes of their content."""
    before = {file: file.read_bytes() for file in _files(project)}
    try:
        yield
    finally:
        after = {file: file.read_bytes() for file in _files(project)}
        for file, content in before.items():
            if _settings(after.get(file, content)) == _settings(content) and after.get(file) != content:
                file.write_bytes(content)
        for file in after.keys() - before.keys():
            if not _settings(after[file]):
                file.unlink()


def _files(project: Path) -> list[Path]:
    return [file for file in project.glob("Pulumi.*.yaml") if file.is_file()]


def _settings(content: bytes) -> object:
    """What a stack file says beside how its owner encrypts; its own bytes where it is no mapping."""
    try:
        parsed = yaml.safe_load(content) or {}
    except yaml.YAMLError:
        return content
    if not isinstance(parsed, dict):
        return content
    return {key: value for key, value in parsed.items() if key not in OWNERS_KEYS}
