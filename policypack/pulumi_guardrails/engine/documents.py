"""Reads a stack from what the CLI prints: `pulumi preview --json`, and `pulumi stack export`.

The resources become messages of the analyzer protocol, which `engine.analyzer` reads as it reads the engine's own. The
forms are those of `PreviewDigest` (`sdk/go/common/display/json.go`) and of `DeploymentV3` (`sdk/go/common/apitype`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import analyzer_pb2 as wire_types

from pulumi_guardrails.core.frozen import fast_dataclass
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.engine.analyzer import Analyzer

_REMOVING = frozenset({"delete", "delete-replaced", "discard", "discard-replaced", "remove-pending-replace"})
"""The steps after which a resource is no longer there, nor anything by its URN (`pkg/resource/deploy/step.go`)."""

_NEITHER = "it is neither what `pulumi preview --json` prints nor what `pulumi stack export` does"


class DocumentError(Exception):
    """A document that is no stack; the text is a clause without a full stop."""


@fast_dataclass(frozen=True)
class StackDocument:
    """A stack as a document has it.

    Attributes:
        stack: The stack.
        left_out: How many resources the document counts and does not show: `pulumi preview --json` shows what stays the
            same only with `--show-sames`.
        before: The stack as it was before, which a preview has beside what it plans; None where the document is a
            state.
    """

    stack: Stack
    left_out: int = 0
    before: Stack | None = None


def read_stack_document(text: str | bytes) -> StackDocument:
    """Read a stack; bytes are in the encoding of JSON, UTF-8.

    Raises:
        DocumentError: For a text that is no such document.
    """
    try:
        document = json.loads(text)
        return _read(document)
    except RecursionError:
        raise DocumentError("it is nested too deeply") from None
    except ValueError:
        raise DocumentError(f"{_NEITHER}: it is no JSON") from None


def _read(document: Any) -> StackDocument:
    if isinstance(document, dict):
        deployment = document.get("deployment")
        if isinstance(deployment, dict) and isinstance(deployment.get("resources", []), (list, type(None))):
            states = [_state(one) for one in deployment.get("resources") or ()]
            return StackDocument(_stack([state for state in states if not state.get("delete")]))
        # A preview that ends before the first step has none.
        if isinstance(document.get("steps", [] if "duration" in document else None), list):
            steps = [step for step in document.get("steps", []) if isinstance(step, dict)]
            return StackDocument(_stack(_planned(steps)), _left_out(document, steps), _stack(_standing(steps)))
    raise DocumentError(f"{_NEITHER}: it has neither steps nor a deployment with resources")


def _state(state: Any) -> Mapping[str, Any]:
    """A resource of a document; raises DocumentError for what is none."""
    fields: Mapping[str, type] = {"inputs": dict, "outputs": dict, "propertyDependencies": dict, "dependencies": list}
    if (
        isinstance(state, dict)
        and all(isinstance(state.get(name), str) for name in ("urn", "type"))
        and all(isinstance(state.get(name), (form, type(None))) for name, form in fields.items())
    ):
        return state
    raise DocumentError(f"{_NEITHER}: one of its resources is not in the form of such a document")


def _planned(steps: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The resources as they will be after a preview's steps, of which several may be of one URN."""
    found: dict[str, Mapping[str, Any]] = {}
    for step in steps:
        state = step.get("newState")
        if step.get("op") not in _REMOVING and state:
            found[_state(state)["urn"]] = {**state, "external": state.get("external") or step.get("op") == "read"}
    return list(found.values())


def _standing(steps: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The resources as they are before a preview's steps; those that an earlier update left to be deleted are not.

    This document alone has both states. The engine shows an analyzer the new inputs of a resource, and then the new
    outputs of all: `analyzeAll` and `AnalyzeResources` (`pkg/resource/deploy/step_generator.go`) read `news` only.
    """
    states = [_state(step["oldState"]) for step in steps if step.get("oldState")]
    return list({state["urn"]: state for state in states if not state.get("delete")}.values())


def _left_out(document: Mapping[str, Any], steps: Sequence[Mapping[str, Any]]) -> int:
    counted = document.get("changeSummary") or {}
    return sum(max(0, counted.get(op, 0) - sum(step.get("op") == op for step in steps)) for op in ("same", "read"))


def _stack(states: Sequence[Mapping[str, Any]]) -> Stack:
    """The stack that an analyzer sees, which is told of each resource by itself and then of all together."""
    analyzer = Analyzer((), "", "")
    inputs = {state["urn"]: state.get("inputs") or {} for state in states}
    for state in states:
        if not state.get("external"):
            analyzer.Analyze(_message(wire_types.AnalyzeRequest, state, inputs[state["urn"]], inputs), None)
    return analyzer.read_stack(_of_stack(states, inputs))


def _of_stack(
    states: Sequence[Mapping[str, Any]], inputs: Mapping[str, Mapping[str, Any]]
) -> Iterator[wire_types.AnalyzerResource]:
    for state in states:
        known = state.get("outputs") or inputs[state["urn"]]
        item = _message(wire_types.AnalyzerResource, state, known, inputs)
        item.parent = state.get("parent") or ""
        item.dependencies.extend(state.get("dependencies") or ())
        for name, urns in (state.get("propertyDependencies") or {}).items():
            item.propertyDependencies[name].urns.extend(urns or ())
        yield item


def _message(
    kind: Any, state: Mapping[str, Any], properties: Mapping[str, Any], inputs: Mapping[str, Mapping[str, Any]]
) -> Any:
    """A resource in the terms of the protocol; its provider is named by URN and ID."""
    urn: str = state["urn"]
    provider = (state.get("provider") or "").rpartition("::")[0]
    return kind(
        type=state["type"],
        name=urn.split("::", 3)[-1],
        urn=urn,
        properties=_bag(properties),
        options=wire_types.AnalyzerResourceOptions(parent=state.get("parent") or ""),
        provider=wire_types.AnalyzerProviderResource(properties=_bag(inputs.get(provider, {})), urn=provider),
    )


def _bag(properties: Mapping[str, Any]) -> Struct:
    bag = Struct()
    bag.update(properties)
    return bag
