"""The evidence folder: written as a whole or not at all, and checked against its manifest.

The manifest has the SHA-256 of every file. It shows what was altered since, and proves nothing to one who doubts the
manifest itself: it is not signed.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any
from uuid import uuid4

from audit.evidence import Evidence

MANIFEST = "manifest.json"

_KIND = "pulumi-guardrails evidence"
_SCHEMA_VERSION = 1


class FolderError(Exception):
    """A folder that cannot be written or is no evidence folder; the message is for a person."""


@dataclass(frozen=True)
class Difference:
    """A file that is not as the manifest has it.

    Attributes:
        file: The file, below the folder; for the event log, where it was looked for.
        what: ``altered``, ``missing`` or ``added``.
    """

    file: str
    what: str


@dataclass(frozen=True)
class Verification:
    """How a folder compares with its manifest.

    Attributes:
        differences: The files that are not as they were written.
        files: How many files the manifest has.
        manifest: The SHA-256 of the manifest, to be compared with one that was kept elsewhere.
        is_complete: Whether the evidence is of a run that came to evaluate the stack as a whole.
        stack: The stack, as ``project/stack``; how many there are, where it is the evidence of several.
        began: When the run began.
    """

    differences: tuple[Difference, ...]
    files: int
    manifest: str
    is_complete: bool
    stack: str
    began: str


def write(folder: Path, files: Mapping[str, str | bytes], evidence: Evidence, event_log: bytes | None = None) -> str:
    """Write an evidence folder with its manifest, and replace one that is there.

    Everything is written into a hidden folder beside it and is on the disk before that takes its name, the last step.

    Args:
        folder: The folder.
        files: Text or bytes by the name of the file, with slashes for one in a folder below.
        evidence: What the files are of.
        event_log: The engine's event log as it is, whose SHA-256 the manifest has as well.

    Returns:
        The SHA-256 of the manifest.

    Raises:
        FolderError: Where it cannot be written, or what is there is no evidence folder.
    """
    target = folder.resolve()
    _may_replace(folder)
    contents = {name: text.encode() if isinstance(text, str) else text for name, text in files.items()}
    try:
        logged = _entry(event_log) if event_log is not None else None
        manifest = json.dumps(_manifest(contents, evidence, logged), indent=2).encode() + b"\n"
        target.parent.mkdir(parents=True, exist_ok=True)
        with _beside(target) as part:
            for name, content in contents.items():
                _write_durably(part / _inside(name), content)
            # Last: without a manifest no folder looks like evidence.
            _write_durably(part / MANIFEST, manifest)
            _flush_folders(part)
            _take_place(part, target)
            _flush(target.parent)
    except OSError as error:
        raise FolderError(f"{folder} cannot be written: {error.strerror}.") from None
    return sha256(manifest).hexdigest()


def verify(folder: Path, event_log: Path | None = None) -> Verification:
    """Compare a folder with its manifest, and the event log, where it is given, too.

    Raises:
        FolderError: Where there is no manifest that can be read, or it has no event log to compare with.
    """
    text, manifest = _read_manifest(folder)
    listed: Mapping[str, Mapping[str, Any]] = manifest["files"]
    try:
        differences = list(_differences(folder, listed))
        if event_log is not None:
            if not manifest["eventLog"]:
                raise FolderError(f"the manifest of {folder} has no event log to compare {event_log} with.")
            differences += _difference(event_log, str(event_log), manifest["eventLog"])
    except OSError as error:
        raise FolderError(f"{error.filename or folder} cannot be read: {error.strerror}.") from None
    return Verification(
        differences=tuple(sorted(differences, key=lambda one: one.file)),
        files=len(listed),
        manifest=sha256(text).hexdigest(),
        is_complete=manifest["complete"],
        stack="/".join(filter(None, (manifest["project"], manifest["stack"]))),
        began=manifest["began"],
    )


def _manifest(contents: Mapping[str, bytes], evidence: Evidence, event_log: Mapping[str, Any] | None) -> dict[str, Any]:
    provenance = evidence.provenance
    return {
        "kind": _KIND,
        "schemaVersion": _SCHEMA_VERSION,
        "project": evidence.project,
        "stack": evidence.stack,
        "operation": evidence.operation,
        "complete": evidence.is_complete,
        "verdict": evidence.verdict,
        "command": provenance.command,
        "began": provenance.began,
        "ended": provenance.ended,
        "user": provenance.user,
        "gitCommit": provenance.git_commit,
        "gitDirty": provenance.git_dirty,
        "versions": dict(sorted(provenance.versions.items())),
        "eventLog": event_log,
        "files": {name: _entry(contents[name]) for name in sorted(contents)},
    }


def _entry(content: bytes) -> dict[str, Any]:
    return {"sha256": sha256(content).hexdigest(), "size": len(content)}


def _read_manifest(folder: Path) -> tuple[bytes, Mapping[str, Any]]:
    file = folder / MANIFEST
    try:
        text = file.read_bytes()
        manifest = json.loads(text)
    except FileNotFoundError:
        raise FolderError(f"{folder} is no evidence folder: it has no {MANIFEST}.") from None
    except OSError as error:
        raise FolderError(f"{file} cannot be read: {error.strerror}.") from None
    except ValueError:
        raise FolderError(f"{file} is no JSON.") from None
    if not _is_manifest(manifest):
        raise FolderError(f"{file} is not the manifest of an evidence folder.")
    return text, manifest


def _is_manifest(found: object) -> bool:
    match found:
        case {
            "kind": kind,
            "schemaVersion": version,
            "project": str(),
            "stack": str(),
            "began": str(),
            "complete": bool(),
            "eventLog": dict() | None as event_log,
            "files": dict(files),
        }:
            entries = [*files.values(), *([event_log] if event_log else [])]
            is_ours = kind == _KIND and version == _SCHEMA_VERSION
            return is_ours and all(_is_entry(entry) for entry in entries)
    return False


def _is_entry(found: object) -> bool:
    match found:
        case {"sha256": str(), "size": int()}:
            return True
    return False


def _differences(folder: Path, listed: Mapping[str, Mapping[str, Any]]) -> Iterator[Difference]:
    for name, entry in listed.items():
        yield from _difference(folder / name, name, entry)
    yield from (Difference(name, "added") for name in _names(folder) if name not in {*listed, MANIFEST})


def _difference(file: Path, name: str, entry: Mapping[str, Any]) -> Iterator[Difference]:
    if file.is_symlink():
        # What it points to may change after it was verified.
        yield Difference(name, "altered")
    elif not file.is_file():
        yield Difference(name, "missing")
    elif file.stat().st_size != entry["size"] or _digest(file) != entry["sha256"]:
        yield Difference(name, "altered")


def _digest(file: Path) -> str:
    digest = sha256()
    with file.open("rb") as content:
        while block := content.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _names(folder: Path) -> list[str]:
    """Every file below a folder, links included; those of folders that are links are not followed."""
    return [
        Path(parent, name).relative_to(folder).as_posix()
        for parent, folders, names in os.walk(folder)
        for name in [*names, *(below for below in folders if Path(parent, below).is_symlink())]
    ]


def _may_replace(folder: Path) -> None:
    """Raises FolderError where something is there that is not ours to replace."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise FolderError(f"{folder} is a file; name a folder that is new, empty or holds earlier evidence.")
    if not any(folder.iterdir()):
        return
    try:
        _, manifest = _read_manifest(folder)
    except FolderError:
        raise FolderError(
            f"{folder} is no evidence folder and not empty; name one that is new, empty or holds earlier evidence."
        ) from None
    added = [name for name in _names(folder) if name not in {*manifest["files"], MANIFEST}]
    if added:
        raise FolderError(f"{folder} has files that are not of the evidence, such as {added[0]}; move them elsewhere.")


@contextlib.contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A hidden folder beside another, removed again where it has not been renamed."""
    part = _name_beside(target, "part")
    part.mkdir()
    try:
        yield part
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _name_beside(target: Path, what: str) -> Path:
    """A hidden name that is not taken."""
    return target.with_name(f".{target.name}.{what}-{uuid4().hex}")


def _inside(name: str) -> PurePosixPath:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not path.parts or str(path) == MANIFEST:
        raise FolderError(f"{name!r} is no name of a file inside the folder.")
    return path


def _write_durably(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("xb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())


def _flush_folders(folder: Path) -> None:
    for parent, _, _ in os.walk(folder):
        _flush(Path(parent))


def _flush(folder: Path) -> None:
    """Have the entries of a folder on the disk, which its files' own contents do not bring there."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _take_place(part: Path, target: Path) -> None:
    """Rename a folder to a name that an earlier one may have: there is never a half of one."""
    if not target.exists():
        part.rename(target)
        return
    earlier = _name_beside(target, "earlier")
    target.rename(earlier)
    try:
        part.rename(target)
    except BaseException:
        earlier.rename(target)
        raise
    shutil.rmtree(earlier, ignore_errors=True)
