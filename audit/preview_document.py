"""What a preview or an exported state says of resources: properties, their sources, and lines of the program.

Three texts have it: what `pulumi preview --json` prints, what `pulumi stack export` prints, and, with less, the
engine's event log.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

_POSITION = re.compile(r"project:///(?P<file>[^#]+)#(?P<line>\d+)")
"""How the engine writes a position in the program (`sourcePosition` of `apitype.ResourceV3`)."""

_DEFAULT_PROVIDER = re.compile(r"pulumi:providers:(?P<package>[^:]+)::default_(?P<version>\d+_\d+_\d+)")
"""How the engine names a provider that a program does not make by itself: by its version."""

_NOT_THE_PROGRAM = re.compile(r"^\.\.(/|$)|(^|/)(site-packages|dist-packages|node_modules|vendor|\.venv|venv)/")
"""Files of libraries, which are in a stack trace beside those of the program."""


class DocumentError(Exception):
    """The text is no such document; the message says what was found."""


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
        outputs: What is known of it afterwards; empty where it is only previewed.
        id: Its id; empty where it is not known yet.
        operations: What the engine does to it, in order; none in an exported state.
        before: Its properties until now; None where it is not there yet.
        is_custom: Whether it is a resource of a provider, rather than a component.
        is_external: Whether it is only read.
        provider: The reference to its provider: the provider's URN and id.
    """

    urn: str
    type: str
    inputs: Mapping[str, Any]
    sources: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    outputs: Mapping[str, Any] = field(default_factory=dict)
    id: str = ""
    operations: tuple[str, ...] = ()
    before: Mapping[str, Any] | None = None
    is_custom: bool = True
    is_external: bool = False
    provider: str = ""


@dataclass(frozen=True)
class Document:
    """What is read of the output of `pulumi preview --json` or `pulumi stack export`, or of an event log.

    Attributes:
        text: The document as it is.
        resources: The resources that are there afterwards, by URN.
        removed: The resources that are deleted, by URN.
        config: The configuration of the stack; empty where the document has none.
        has_sources: Whether it says what properties are computed from: an event log does not.
        sources: The line that registers a resource, by its URN, where the engine knows it.
        providers: The version of each provider plugin, by its package.
    """

    text: str
    resources: Mapping[str, Declared] = field(default_factory=dict)
    sources: Mapping[str, Source] = field(default_factory=dict)
    providers: Mapping[str, str] = field(default_factory=dict)
    removed: Mapping[str, Declared] = field(default_factory=dict)
    config: Mapping[str, Any] = field(default_factory=dict)
    has_sources: bool = True


def parse(text: str) -> Document:
    """Read a document. Raises DocumentError where it is none of those."""
    document = _document(text)
    steps, has_sources = _steps(document)
    resources: dict[str, Declared] = {}
    sources: dict[str, Source] = {}
    providers: dict[str, str] = {}
    removed: dict[str, Declared] = {}
    operations: dict[str, list[str]] = {}
    before: dict[str, Mapping[str, Any]] = {}
    for step in steps:
        new, old = step.get("newState"), step.get("oldState")
        known = new if isinstance(new, dict) else old if isinstance(old, dict) else {}
        urn, operation = str(known.get("urn", "")), str(step.get("op", ""))
        if operation:
            operations.setdefault(urn, []).append(operation)
        if isinstance(old, dict):
            before.setdefault(urn, _members(old, "inputs"))
        if isinstance(new, dict) and not new.get("delete"):
            resources[urn] = _declared(new)
            removed.pop(urn, None)
        elif operation == "delete" and urn not in resources:
            removed[urn] = _declared(known)
    for found in (resources, removed):
        for urn, one in found.items():
            found[urn] = replace(one, operations=tuple(operations.get(urn, ())), before=before.get(urn))
    for step in steps:
        state = step.get("newState")
        if not isinstance(state, dict) or state.get("delete"):
            continue
        kind, inputs = str(state.get("type", "")), _members(state, "inputs")
        if kind.startswith("pulumi:providers:") and inputs.get("version"):
            providers[kind.rpartition(":")[2]] = str(inputs["version"])
        named = _DEFAULT_PROVIDER.search(str(state.get("provider", "")))
        if named:
            providers.setdefault(named["package"], named["version"].replace("_", "."))
        source = _source(state)
        if source is not None:
            sources[str(state.get("urn", ""))] = source
    config = document.get("config") if isinstance(document, dict) else None
    return Document(text, resources, sources, providers, removed, config or {}, has_sources)


def _declared(state: Mapping[str, Any]) -> Declared:
    edges = _members(state, "propertyDependencies")
    return Declared(
        urn=str(state.get("urn", "")),
        type=str(state.get("type", "")),
        inputs=_members(state, "inputs"),
        sources={name: tuple(urns or ()) for name, urns in edges.items()},
        outputs=_members(state, "outputs"),
        id=str(state.get("id") or ""),
        is_custom=state.get("custom") is not False,
        is_external=bool(state.get("external")),
        provider=str(state.get("provider") or ""),
    )


def _members(state: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """What a state has under a name; nothing where that is no object."""
    found = state.get(name)
    return found if isinstance(found, dict) else {}


def _document(text: str) -> Any:
    """The document, or the events of an event log, which has one a line."""
    try:
        return json.loads(text)
    except ValueError as error:
        problem = error
    try:
        events = [json.loads(line) for line in text.splitlines() if line.strip()]
    except ValueError:
        raise DocumentError(f"it is no JSON ({problem}).") from None
    return {"events": [event for event in events if isinstance(event, dict)]}


def _steps(document: Any) -> tuple[list[Mapping[str, Any]], bool]:
    """What is done to each resource, and whether the document says what properties are computed from."""
    match document:
        case {"deployment": dict(deployment)}:
            return [{"newState": state} for state in deployment.get("resources") or []], True
        case {"steps": list(steps)}:
            return [step for step in steps if isinstance(step, dict)], True
        case {"changeSummary": _}:
            return [], True
        case {"events": list(events)} if any("resourcePreEvent" in event for event in events):
            found = [_event(event) for event in events if "resourcePreEvent" in event]
            return [step for step in found if step], False
        case _:
            raise DocumentError(
                "it is none of what `pulumi preview --json`, `pulumi stack export` and --event-log write."
            )


def _event(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """The step of a document that an event of the engine's log stands for."""
    match event["resourcePreEvent"]:
        case {"metadata": {"op": operation, "new": new, "old": old}}:
            # The log leaves out what is false.
            return {"op": operation, "newState": new and {"custom": False, **new}, "oldState": old}
        case _:
            return {}


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
