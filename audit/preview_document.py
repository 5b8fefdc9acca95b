"""What `pulumi preview --json` says beside the event log: where in the program a resource is from, and its provider."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

_POSITION = re.compile(r"project:///(?P<file>[^#]+)#(?P<line>\d+)")
"""How the engine writes a position in the program (`sourcePosition` of `apitype.ResourceV3`)."""

_NOT_THE_PROGRAM = re.compile(r"^\.\.(/|$)|(^|/)(site-packages|dist-packages|node_modules|vendor|\.venv|venv)/")
"""Files of libraries, which are in a stack trace beside those of the program."""


class PreviewDocumentError(Exception):
    """The text is not what `pulumi preview --json` writes; the message says what was found."""


@dataclass(frozen=True)
class Source:
    """A line of the program.

    Attributes:
        file: The file, below the project's folder.
        line: The line, from 1.
    """

    file: str
    line: int


@dataclass(frozen=True)
class PreviewDocument:
    """What is read of the output of `pulumi preview --json`.

    Attributes:
        text: The output as it is.
        sources: The line that registers a resource, by its URN, where the engine knows it.
        providers: The version of each provider plugin, by its package.
    """

    text: str
    sources: Mapping[str, Source] = field(default_factory=dict)
    providers: Mapping[str, str] = field(default_factory=dict)


def parse(text: str) -> PreviewDocument:
    """Read the output of `pulumi preview --json`. Raises PreviewDocumentError where it is none."""
    try:
        document = json.loads(text)
    except ValueError as error:
        raise PreviewDocumentError(f"it is no JSON ({error}).") from None
    if not isinstance(document, dict) or not isinstance(document.get("steps", []), list):
        raise PreviewDocumentError("it is not what `pulumi preview --json` writes: an object with steps.")
    sources: dict[str, Source] = {}
    providers: dict[str, str] = {}
    for step in document.get("steps", []):
        state = (step.get("newState") or step.get("oldState") or {}) if isinstance(step, dict) else {}
        kind = str(state.get("type", ""))
        if kind.startswith("pulumi:providers:") and (state.get("inputs") or {}).get("version"):
            providers[kind.rpartition(":")[2]] = str(state["inputs"]["version"])
        source = _source(state)
        if source is not None and state.get("urn"):
            sources[state["urn"]] = source
    return PreviewDocument(text, sources, providers)


def _source(state: Mapping[str, Any]) -> Source | None:
    """The innermost line of the program itself, rather than of a library that it calls."""
    for position in _positions(state):
        match = _POSITION.fullmatch(position)
        if match and not _NOT_THE_PROGRAM.search(match["file"]):
            return Source(match["file"], int(match["line"]))
    return None


def _positions(state: Mapping[str, Any]) -> Iterable[str]:
    yield str(state.get("sourcePosition", ""))
    for frame in state.get("stackTrace") or ():
        if isinstance(frame, Mapping):
            yield str(frame.get("sourcePosition", ""))
