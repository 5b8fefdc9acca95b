"""All resources of a stack together, and which of them a value refers to.

Where a value is unknown at preview the engine still says from which resources its top-level property was computed.
`Stack.reference` follows those edges, and compares known values, so that a relation is found on an empty stack and on a
deployed one. It is the only place that answers "does A refer to B", and its answer may be that this cannot be told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from pulumi_guardrails.core.kind import Kind
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.three_valued import Answer
from pulumi_guardrails.core.value import Value

T = TypeVar("T")

_Targets = Sequence[tuple[Resource, Answer]]

_IDENTITIES = ("id", "arn", "name", "bucket")

FEW = 4
"""Up to how many sources of a property, or targets of a reference, are looked at again, as keeping them costs more."""


@dataclass(frozen=True, eq=False)
class Reference:
    """What a value refers to, or may refer to, among the resources of a stack.

    Attributes:
        value: The value.
        targets: The resources that it refers to (true) or that it may be of (`None`).
        is_open: Whether it may be of any other resource as well: it is unknown, and the engine names no source of it.
        is_indirect: Whether it may be of none of the targets: they may only have passed on what it is, or the engine
            names a source of another kind as well.
    """

    value: Value
    targets: Sequence[tuple[Resource, Answer]]
    is_open: bool
    is_indirect: bool = False

    @property
    def candidates(self) -> list[Resource]:
        """Every resource that it refers to or may refer to."""
        return [resource for resource, _ in self.targets]

    @property
    def direct(self) -> list[Resource]:
        """The resources that its text is of, or one of which at least it is of: the engine names no other source."""
        return [] if self.is_indirect else self.candidates

    @property
    def certain(self) -> list[Resource]:
        """Every resource that it surely refers to."""
        return [resource for resource, answer in self.targets if answer]

    @property
    def only(self) -> Resource | None:
        """The one resource that it surely refers to; `None` where there is none, or several."""
        return self.targets[0][0] if len(self.targets) == 1 and self.targets[0][1] else None

    @property
    def is_certain(self) -> bool:
        """Whether nothing about it is left open: it surely refers to each of its targets, or surely to none."""
        return not self.is_open and all(answer for _, answer in self.targets)

    def to(self, resource: Resource) -> Answer:
        """Whether it refers to a resource; `None` where that cannot be told."""
        for target, answer in self.targets:
            if target is resource:
                return answer
        return None if self.is_open else False


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
            for text in resource.texts_of(_IDENTITIES):
                self._by_identity.setdefault(text, []).append(resource)
        self._sources: dict[str, frozenset[str]] = {}
        self._unnamed: dict[tuple[tuple[Kind, ...], str], _Targets] = {}
        self._naming: dict[tuple[tuple[Kind, ...], str], dict[str, list[Resource]]] = {}
        self._urns: dict[tuple[Resource, str], Sequence[str]] = {}
        self._direct: dict[tuple[Sequence[str], tuple[Kind, ...]], tuple[_Targets, _Targets]] = {}
        self._passing: dict[tuple[Sequence[str], tuple[Kind, ...], str], _Targets] = {}
        self._parts: dict[tuple[Resource, str], _Open] = {}
        self._counted: tuple[Sequence[Value], _Open] = ((), _Open.of(()))
        self._sorted: dict[tuple[Resource, str], Sequence[Resource | None]] = {}
        self._shared: dict[Any, Any] = {}

    def of(self, *kinds: Kind) -> list[Resource]:
        """The resources of these kinds, by kind and URN."""
        return [resource for kind in kinds for resource in self._by_kind.get(kind, [])]

    def at(self, urn: str) -> Resource | None:
        """The resource with this URN, if the stack has it."""
        return self._by_urn.get(urn)

    def reference(self, value: Value, *kinds: Kind, among: Sequence[Value] = (), named: str = "") -> Reference:
        """Which resources of `kinds` a property, or a part of one, refers to.

        A known text is compared with ids, ARNs and names. An unknown value refers to the one resource of the kinds that
        its top-level property was computed from; where there are several, it may be any of them, unless its property
        has as many unknown members as there are resources, or is a list: then each is meant. Where a property has more
        sources, of whatever kind, than unknown members, the value may be of one that is not of the kinds. A value that
        is not computed from a resource of the kinds may still pass on what such a resource gave to another one.

        Args:
            value: The value; its owner's dependency edges say what it was computed from.
            kinds: The kinds of resource that it may refer to.
            among: The members of the list that it is one of; itself where it is no member of a list.
            named: The property by which such a resource is referred to where its program chooses its name: a resource
                whose name is unknown may have the known text for its name.
        """
        owner = value.owner
        text = value.as_text()
        if text is not None:
            same = [r for r in self._by_identity.get(text, []) if r.kind in kinds and r is not owner]
            nameless = self._nameless(kinds, named) if named and text and not same else ()
            return Reference(value, [(r, True) for r in same] or nameless, False)
        if not value.is_unknown or owner is None:
            return Reference(value, (), value.is_unknown)
        sources = self._urns_of(owner, value.property_name)
        if not sources:
            return Reference(value, (), True)
        sure, possible = self._computed_from(sources, kinds)
        if sure:
            # Other members of the property may have been computed from the sources of another kind.
            is_of_kinds = len(sure) == len(sources) or self._open_parts(owner, value, len(sources)).mean_all(
                len(sources)
            )
            is_sure = is_of_kinds and (
                len(sure) == 1 or (self._open_among(among) if among else _Open(1, value.is_list)).mean_all(len(sure))
            )
            return Reference(value, sure if is_sure else possible, False, not is_of_kinds)
        return Reference(value, self._passed_on(sources, kinds, named), False, True)

    def sources_of(self, value: Value) -> Sequence[Resource | None]:
        """What the engine names as the sources of a value's top-level property, by URN, whose order is fixed.

        A component is no source beside a resource in it. `None` stands for a source that is no resource of the stack's.
        """
        if value.owner is None:
            return []
        owner, name = self.at(value.owner.urn) or value.owner, value.property_name
        found = self._sorted.get((owner, name))
        if found is None:
            found = [self._by_urn.get(urn) for urn in sorted(self._urns_of(owner, name))]
            if len(found) > FEW:
                self._sorted[owner, name] = found
        return found

    def source_urns(self, resource: Resource) -> Mapping[str, Sequence[str]]:
        """By top-level property, the URNs of what it is computed from, as `sources_of` has them."""
        return {name: sorted(self._urns_of(resource, name)) for name in resource.dependencies}

    def shared(self, build: Callable[[Stack], T]) -> T:
        """What `build` makes of this stack, made once and shared by every policy."""
        if build not in self._shared:
            self._shared[build] = build(self)
        made: T = self._shared[build]
        return made

    def _urns_of(self, owner: Resource, name: str) -> Sequence[str]:
        """The URNs that a property was computed from, once each, without the components that another of them is in."""
        edges = owner.dependencies.get(name, ())
        if len(edges) < 2:
            return tuple(edges)
        found = self._urns.get((owner, name)) if len(edges) > FEW else None
        if found is None:
            urns = dict.fromkeys(edges)
            around = {ancestor for urn in urns for ancestor in self._ancestors_of(urn)}
            found = tuple(urn for urn in urns if urn not in around)
            if len(edges) > FEW:
                self._urns[owner, name] = found
        return found

    def _computed_from(self, sources: Sequence[str], kinds: tuple[Kind, ...]) -> tuple[_Targets, _Targets]:
        """The resources of some kinds among sources, as what is surely referred to and as what may be."""
        if len(sources) == 1:
            source = self._by_urn.get(sources[0])
            return (((source, True),), ((source, None),)) if source is not None and source.kind in kinds else ((), ())
        found = self._direct.get((sources, kinds)) if len(sources) > FEW else None
        if found is None:
            direct = [r for r in map(self._by_urn.get, sources) if r is not None and r.kind in kinds]
            found = tuple((r, True) for r in direct), tuple((r, None) for r in direct)
            if len(sources) > FEW:
                self._direct[sources, kinds] = found
        return found

    def _open_among(self, among: Sequence[Value]) -> _Open:
        """How many members of a list are not known; the members of one list are asked for one after the other."""
        if self._counted[0] is not among:
            self._counted = (among, _Open.of(member for member in among if member.is_unknown))
        return self._counted[1]

    def _open_parts(self, owner: Resource, value: Value, sources: int) -> _Open:
        """How many parts of the property of a value are not known; counted once where it has many sources."""
        name = value.property_name
        if owner[name].is_unknown:
            return _Open(1, value.is_list)
        if sources <= FEW:
            return _Open.of(owner[name].unknown_parts())
        if (owner, name) not in self._parts:
            self._parts[owner, name] = _Open.of(owner[name].unknown_parts())
        return self._parts[owner, name]

    def _ancestors_of(self, urn: str) -> Iterator[str]:
        """The parent of a resource, the parent of that, and so on."""
        resource = self._by_urn.get(urn)
        while resource is not None and resource.parent:
            yield resource.parent
            resource = self._by_urn.get(resource.parent)

    def _nameless(self, kinds: tuple[Kind, ...], named: str) -> _Targets:
        """The resources of `kinds` whose name is unknown, as what may be referred to; found once."""
        key = (kinds, named)
        if key not in self._unnamed:
            self._unnamed[key] = tuple((one, None) for one in self.of(*kinds) if one[named].is_unknown)
        return self._unnamed[key]

    def _passed_on(self, edges: Sequence[str], kinds: tuple[Kind, ...], named: str) -> _Targets:
        """The resources of `kinds` whose id, or whose name, may reach a value through others, in the order of `of`."""
        key = (edges, kinds, named)
        if key not in self._passing:
            sources = frozenset[str]().union(*map(self._sources_of, edges))
            known = (self._by_urn.get(urn) for urn in sources)
            found = {resource for resource in known if resource is not None and resource.kind in kinds}
            # A name that two properties take from the same source is one name.
            found |= {one for urn in sources for one in self._named_from(kinds, named).get(urn, ())} if named else set()
            places = {kind: place for place, kind in enumerate(kinds)}
            ordered = sorted(found, key=lambda one: (places[one.kind] if one.kind else 0, one.urn))
            made = tuple((one, None) for one in ordered)
            if len(made) <= FEW:
                return made
            self._passing[key] = made
        return self._passing[key]

    def _named_from(self, kinds: tuple[Kind, ...], named: str) -> Mapping[str, Sequence[Resource]]:
        """The resources of `kinds` whose name is unknown, by what it is computed from, directly or through others."""
        key = (kinds, named)
        if key not in self._naming:
            self._naming[key] = {}
            for one, _ in self._nameless(kinds, named):
                for urn in frozenset[str]().union(*map(self._sources_of, one.dependencies.get(named, ()))):
                    self._naming[key].setdefault(urn, []).append(one)
        return self._naming[key]

    def _sources_of(self, urn: str) -> frozenset[str]:
        """A resource and all that its properties were computed from, directly or through others."""
        if urn not in self._sources:
            found: set[str] = set()
            waiting = [urn]
            while waiting:
                current = waiting.pop()
                if current not in found:
                    found.add(current)
                    resource = self._by_urn.get(current)
                    waiting += [u for urns in (resource.dependencies.values() if resource else ()) for u in urns]
            self._sources[urn] = frozenset(found)
        return self._sources[urn]


class _Open(NamedTuple):
    """How many parts of a property, or members of a list, are not known, and whether one is a list itself."""

    number: int
    has_list: bool

    @staticmethod
    def of(open_parts: Iterable[Value]) -> _Open:
        """These, none of which is known."""
        found = list(open_parts)
        return _Open(len(found), any(part.is_list for part in found))

    def mean_all(self, candidates: int) -> bool:
        """Whether they mean every one of the resources that the property was computed from, or one of them each.

        A list that is unknown as a whole means all; an id, or an element of a list, means one.
        """
        return candidates <= self.number or self.has_list


def means_all(open_parts: Iterable[Value], candidates: int) -> bool:
    """Whether unknown parts of a property mean every one of the resources it was computed from, or one of them each."""
    return _Open.of(open_parts).mean_all(candidates)
