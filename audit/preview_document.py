"""What `pulumi preview --json` or an exported state says beside the event log: properties, and lines of the program."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

_POSITION = re.compile(r"project:///(?P<file>[^#]+)#(?P<line>\d+)")
"""How the engine writes a position in the program (`sourcePosition` of `apitype.ResourceV3`)."""

_DEFAULT_PROVIDER = re.compile(r"pulumi:providers:(?P<package>[^:]+)::default_(?P<version>\d+_\d+_\d+)")
"""How the engine names a provider that a program does not make by itself: by its version."""

_NOT_THE_PROGRAM = re.compile(r"^\.\.(/|$)|(^|/)(site-packages|dist-packages|node_modules|vendor|\.venv|venv)/")
"""Files of libraries, which are in a stack trace beside those of the program."""


class DocumentError(Exception):
    """The text is neither document; the message says what was found."""


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
class Declared:
    """A resource as the program declares it.

    Attributes:
        urn: Its URN.
        type: Its type token.
        inputs: Its properties. A secret is ``[secret]``; a value that is not known yet is one of the engine's markers.
        sources: The resources that a property is computed from, by their URNs, by property.
    """

    urn: str
    type: str
    inputs: Mapping[str, Any]
    sources: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Document:
    """What is read of the output of `pulumi preview --json` or `pulumi stack export`.

    Attributes:
        text: The document as it is.
        resources: The resources, by URN.
        sources: The line that registers a resource, by its URN, where the engine knows it.
        providers: The version of each provider plugin, by its package.
    """

    text: str
    resources: Mapping[str, Declared] = field(default_factory=dict)
    sources: Mapping[str, Source] = field(default_factory=dict)
    providers: Mapping[str, str] = field(default_factory=dict)


def parse(text: str) -> Document:
    """Read either document. Raises DocumentError where it is neither."""
    try:
        document = json.loads(text)
    except ValueError as error:
        raise DocumentError(f"it is no JSON ({error}).") from None
    resources: dict[str, Declared] = {}
    sources: dict[str, Source] = {}
    providers: dict[str, str] = {}
    for state in _states(document):
        urn, kind, inputs = str(state.get("urn", "")), str(state.get("type", "")), state.get("inputs") or {}
        if kind.startswith("pulumi:providers:") and inputs.get("version"):
            providers[kind.rpartition(":")[2]] = str(inputs["version"])
        named = _DEFAULT_PROVIDER.search(str(state.get("provider", "")))
        if named:
            providers.setdefault(named["package"], named["version"].replace("_", "."))
        edges = {name: tuple(urns or ()) for name, urns in (state.get("propertyDependencies") or {}).items()}
        resources[urn] = Declared(urn, kind, inputs, edges)
        source = _source(state)
        if source is not None:
            sources[urn] = source
    return Document(text, resources, sources, providers)


def _states(document: Any) -> list[Mapping[str, Any]]:
    """The resources that are there afterwards."""
    match document:
        case {"deployment": dict(deployment)}:
            states = deployment.get("resources") or []
        case {"steps": list(steps)}:
            states = [step.get("newState") for step in steps if isinstance(step, dict)]
        case {"changeSummary": _}:
            states = []
        case _:
            raise DocumentError("it is neither what `pulumi preview --json` nor what `pulumi stack export` writes.")
    return [state for state in states if isinstance(state, dict) and not state.get("delete")]


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
