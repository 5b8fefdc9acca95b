"""All resources of a stack together, and which of them a property was computed from.

Where a value is unknown at preview the engine still says which resources it depends on. `Stack.referred` follows those
edges, and falls back on comparing known values, so that a relation is found on an empty stack and on a deployed one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from pulumi_guardrails.core.kind import Kind
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.value import Value

T = TypeVar("T")

_IDENTITIES = ("id", "arn", "name", "bucket")


class Stack:
    """The resources of a stack, by URN and by kind.

    Args:
        resources: Every resource. Their order is the engine's and may differ from one run to the next; here they are
            sorted by URN, so that the same stack gets the same report.
    """

    def __init__(self, resources: Iterable[Resource]) -> None:
        self.resources: Sequence[Resource] = sorted(resources, key=lambda resource: resource.urn)
        self._by_urn: Mapping[str, Resource] = {r.urn: r for r in self.resources}
        self._by_kind: dict[Kind, list[Resource]] = {}
        for resource in self.resources:
            if resource.kind:
                self._by_kind.setdefault(resource.kind, []).append(resource)
        self._by_identity: dict[str, list[Resource]] = {}
        for resource in self.resources:
            for text in {resource.output(name).as_text() for name in _IDENTITIES}:
                if text:
                    self._by_identity.setdefault(text, []).append(resource)
        self._shared: dict[Any, Any] = {}

    def of(self, *kinds: Kind) -> list[Resource]:
        """The resources of these kinds, by kind and URN."""
        return [resource for kind in kinds for resource in self._by_kind.get(kind, [])]

    def at(self, urn: str) -> Resource | None:
        """The resource with this URN, if the stack has it."""
        return self._by_urn.get(urn)

    def referred(self, value: Value, owner: Resource, *kinds: Kind) -> list[Resource]:
        """The resources of `kinds` that `value`, a property of `owner`, refers to.

        A known text is matched with ids, ARNs and names; an unknown one by the dependency edges of its top-level
        property, which is exact where that property refers to one resource of the kind only.
        """
        text = value.as_text()
        if text is not None:
            return [r for r in self._by_identity.get(text, []) if r.kind in kinds and r is not owner]
        edges = owner.dependencies.get(value.property_name, ()) if value.is_unknown else ()
        return [r for r in map(self._by_urn.get, edges) if r is not None and r.kind in kinds]

    def origin_of(self, owner: Resource, property_name: str) -> str:
        """What made a property unknown, in words; empty where the engine names nothing."""
        edges = [self._by_urn.get(urn) for urn in owner.dependencies.get(property_name, ())]
        return ", ".join(resource.label for resource in edges if resource is not None)

    def refer_to(self, target: Resource, property_name: str, *kinds: Kind) -> list[Resource]:
        """The resources of `kinds` whose property `property_name` refers to `target`."""
        return [
            resource
            for resource in self.of(*kinds)
            if target in self.referred(resource[property_name], resource, *([target.kind] if target.kind else []))
        ]

    def shared(self, build: Callable[[Stack], T]) -> T:
        """What `build` makes of this stack, made once and shared by every policy."""
        if build not in self._shared:
            self._shared[build] = build(self)
        made: T = self._shared[build]
        return made
