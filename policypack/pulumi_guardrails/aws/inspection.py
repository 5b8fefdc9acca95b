"""How `inspect` writes what it does not know: what it is, why, and what computes it."""

from __future__ import annotations

from typing import Any

from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.verdict import Unknown


def unknown_as_json(stack: Stack, unknown: Unknown) -> dict[str, Any]:
    """What is not known, as JSON.

    Its keys: `path`, the property or a noun phrase; `resource`, the URN of its owner, empty for none; `cause`, as the
    pack's messages have it; `computed_from`, the URNs of the resources whose outputs it is computed from; `settle`,
    what to write so that it is known, empty where the cause says it.
    """
    owner = unknown.owner
    sources = stack.source_urns(stack.at(owner.urn) or owner) if owner is not None else {}
    return {
        "path": unknown.path,
        "resource": owner.urn if owner is not None else "",
        "cause": unknown.cause.value,
        "computed_from": list(sources.get(unknown.property_name, ())),
        "settle": unknown.settle,
    }
