"""A resource as a policy sees it: what a program asked for, and what the engine says of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pulumi_guardrails.core.kind import Kind
from pulumi_guardrails.core.value import ABSENT, UNKNOWN, Secret, Value


@dataclass(eq=False, slots=True)
class Resource:
    """One resource: what a program asked for and what the engine says of it.

    Attributes:
        type: Its type token, such as `aws:rds/cluster:Cluster`.
        name: Its Pulumi name.
        urn: Its URN.
        properties: Its inputs, as plain values with `UNKNOWN` and `Secret` inside.
        kind: What the pack knows of its type; `None` for a type it does not know.
        outputs: What the engine knows of its state; the inputs where it says nothing more.
        parent: The URN of its parent, empty for none.
        delete_before_replace: Whether Pulumi removes it before it makes its replacement.
        dependencies: By top-level property, the URNs its value was computed from.
        depends_on: The URNs of every resource it depends on, explicit ones included.
        is_read: Whether the stack only looks it up, as by `Vpc.get`, and does not own it.
        provider: The configuration of its provider, as plain values with `UNKNOWN` and `Secret` inside.
        is_left_out: Whether it is new and outside a targeted operation, so that nothing is known of it.
        own_properties: The top-level properties what is unknown of which can only be of its own account: computed from
            nothing but resources that the stack creates there. Empty until the whole stack is analyzed.
        plain_properties: The top-level properties what is unknown of which is computed from nothing but outputs that
            are no secrets, found with the others.
        secret_references: Those of them that are computed from a secret of Secrets Manager, among others. An output of
            it is none, but a function that reads it has the same edge. So may any value have one, where more of a
            property is unknown than it has sources: the engine names no source of some values.
        sources: By top-level property, the URNs of the resources that it is computed from, a component in which another
            one is aside. Empty until the whole stack is analyzed.
    """

    type: str
    name: str
    urn: str
    properties: Mapping[str, Any]
    kind: Kind | None = None
    outputs: Mapping[str, Any] = field(default_factory=dict)
    parent: str = ""
    delete_before_replace: bool = False
    dependencies: Mapping[str, Sequence[str]] = field(default_factory=dict)
    depends_on: Sequence[str] = ()
    is_read: bool = False
    provider: Mapping[str, Any] = field(default_factory=dict)
    is_left_out: bool = False
    own_properties: frozenset[str] = frozenset()
    plain_properties: frozenset[str] = frozenset()
    secret_references: frozenset[str] = frozenset()
    sources: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Value:
        """The property `name` with AWS's default for it."""
        raw = self.properties.get(name)
        default = self.kind.defaults.get(name, ABSENT) if self.kind else ABSENT
        if isinstance(raw, Secret):
            return Value.of(raw, name, False, default, self)
        return Value(ABSENT if raw is None else raw, name, False, default, False, self)

    def output(self, name: str) -> Value:
        """The property `name` as the engine knows it after the cloud answered; unknown in a first preview."""
        raw = self.outputs.get(name)
        return Value.of(self.properties.get(name) if raw is None else raw, name, False, ABSENT, self)

    def texts_of(self, names: Iterable[str]) -> set[str]:
        """The texts among these properties, as `output` has them."""
        found: set[str] = set()
        for name in names:
            raw = self.outputs.get(name)
            raw = self.properties.get(name) if raw is None else raw
            # Most of them are not set, or not known yet.
            if raw is not None and raw is not UNKNOWN and (text := self.output(name).as_text()):
                found.add(text)
        return found

    @property
    def computed(self) -> list[Value]:
        """The top-level properties that the engine says were computed from other resources."""
        return [self[name] for name in self.dependencies]

    def computed_from(self, urns: frozenset[str]) -> list[Value]:
        """The top-level properties that the engine says were computed from some of these resources."""
        return [self[name] for name, sources in self.dependencies.items() if not urns.isdisjoint(sources)]

    def is_computed_from(self, name: str, token: str) -> bool | None:
        """Whether a property is computed from resources of a type; `None` where of some, or that is not told."""
        answers = {urn.split("::")[2].rpartition("$")[2] == token for urn in self.sources.get(name, ())}
        return answers.pop() if len(answers) == 1 else None

    def have_one_source(self, name: str, other: str) -> bool | None:
        """Whether two properties are computed from the same resource; `None` where one is not of a single resource."""
        sources = [self.sources.get(one, ()) for one in (name, other)]
        return sources[0] == sources[1] if all(len(one) == 1 for one in sources) else None

    @property
    def label(self) -> str:
        """How a message names it: the type's last word and the name."""
        return f"{self.type.rsplit(':', 1)[-1]} '{self.name}'"
