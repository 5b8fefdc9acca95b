"""Which network interfaces are attached to the same instance.

An instance may have several interfaces, each with groups of its own. What reaches one of them has reached the instance,
and leaves it by any other. An interface is attached by the instance (`networkInterfaces`, `primaryNetworkInterface`),
by itself (`attachments`), or by an `aws.ec2.NetworkInterfaceAttachment`.

Source: Amazon EC2 User Guide, "Elastic network interfaces".
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pulumi_guardrails.aws.resource_types import (
    INSTANCE,
    NETWORK_INTERFACE,
    NETWORK_INTERFACE_ATTACHMENT,
    NETWORK_INTERFACE_SG_ATTACHMENT,
)
from pulumi_guardrails.core.kind import Kind
from pulumi_guardrails.core.once import once
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import FEW, Stack
from pulumi_guardrails.core.three_valued import Answer
from pulumi_guardrails.core.value import Value


class NetworkInterfaces:
    """The instances of a stack with their interfaces; shared by all policies through `Stack.shared`."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        attaching = stack.of(INSTANCE, NETWORK_INTERFACE_ATTACHMENT, NETWORK_INTERFACE)
        self._attaching: Mapping[Resource, None] = dict.fromkeys(attaching)
        self._open_values: Sequence[Value] | None = None
        self._every: dict[tuple[Kind, ...], Sequence[Resource]] = {}
        self._resources: Callable[[Sequence[tuple[Resource, Answer]]], Sequence[Resource]] = once(
            lambda targets: [resource for resource, _ in targets]
        )
        self._by_first_interface: dict[str, list[Resource]] = {}
        for instance in stack.of(INSTANCE):
            first = instance.output("primaryNetworkInterfaceId").as_text()
            if first:
                self._by_first_interface.setdefault(first, []).append(instance)
        parts = stack.of(INSTANCE, NETWORK_INTERFACE)
        attached = list(self._attached())
        self._possible = _Anchors(parts, [(instances, interfaces) for instances, interfaces, _ in attached])
        self._sure = _Anchors(parts, [(instances, interfaces) for instances, interfaces, sure in attached if sure])
        attachments = stack.of(NETWORK_INTERFACE_SG_ATTACHMENT)
        for attachment in attachments:
            for owners, is_owner in self._owners(attachment):
                self._possible.inherit(attachment, owners)
                self._sure.inherit(attachment, owners if is_owner else ())
        self.places: Mapping[Resource, int] = {part: place for place, part in enumerate([*parts, *attachments])}

    def owners(self, attachment: Resource) -> list[tuple[Resource, Answer]]:
        """The interface, or the instance with its first interface, that an attachment of a group names or may name."""
        return [(owner, is_owner) for owners, is_owner in self._owners(attachment) for owner in owners]

    def _owners(self, attachment: Resource) -> Iterator[tuple[Sequence[Resource], Answer]]:
        value = attachment["networkInterfaceId"]
        text = value.as_text()
        yield self._named(value, [value], NETWORK_INTERFACE, INSTANCE)
        yield self._by_first_interface.get(text, ()) if text else (), True

    def same_instance(self, one: Resource | None, other: Resource | None) -> Answer:
        """Whether two ENI owners are parts of one instance; `None` where that is not known yet."""
        if one is None or other is None or not self._possible.has_common(one, other):
            return False
        return True if self._sure.has_common(one, other) else None

    def has_other_parts(self, part: Resource) -> bool:
        """Whether anything else is or may be a part of the same instance as something."""
        return any(other is not part for some in self._possible.parts_with(part) for other in some)

    def possible_parts(self, part: Resource) -> list[Resource]:
        """What is or may be a part of the same instance as something, that itself included."""
        found = {other for some in self._possible.parts_with(part) for other in some}
        return sorted(found, key=lambda other: self.places[other])

    def lists_of_possible_parts(self, part: Resource) -> Sequence[Sequence[Resource]]:
        """The same, in lists that may overlap, each of which is one object for all that it is for."""
        return self._possible.parts_with(part)

    def lists_of_parts(self, part: Resource) -> Sequence[Sequence[Resource]]:
        """What certainly is a part of the same instance, in such lists."""
        return self._sure.parts_with(part)

    def unknowns(self, *parts: Resource | None) -> list[Value]:
        """What has to be known to tell whether these are parts of one instance, where `same_instance` does not say."""
        if self._open_values is None:
            self._open_values = [value for owner in self._attaching for value in self._unknowns_of(owner)]
        others = [part for part in parts if part is not None and part not in self._attaching]
        return [*self._open_values, *(value for part in others for value in self._unknowns_of(part))]

    def _unknowns_of(self, owner: Resource) -> Iterator[Value]:
        for name in ("networkInterfaces", "primaryNetworkInterface", "instanceId", "networkInterfaceId", "attachments"):
            open_parts = list(owner[name].unknown_parts())
            for value in open_parts:
                if not self._stack.reference(value, INSTANCE, NETWORK_INTERFACE, among=open_parts).is_certain:
                    yield value

    def _attached(self) -> Iterator[tuple[Sequence[Resource], Sequence[Resource], bool]]:
        """Instances with the interfaces that are or may be attached to each of them, and whether they are."""
        for instance in self._stack.of(INSTANCE):
            members = _members(instance["networkInterfaces"], "networkInterfaceId")
            primary = [instance["primaryNetworkInterface"]["networkInterfaceId"]]
            for values in (members, primary):
                for value in values:
                    interfaces, answer = self._named(value, values, NETWORK_INTERFACE)
                    yield (instance,), interfaces, answer is True
        for interface in self._stack.of(NETWORK_INTERFACE):
            for value in _members(interface["attachments"], "instance"):
                instances, answer = self._named(value, [value], INSTANCE)
                yield instances, (interface,), answer is True
        for attachment in self._stack.of(NETWORK_INTERFACE_ATTACHMENT):
            (instances, first), (interfaces, second) = (
                self._named(attachment[name], [attachment[name]], kind)
                for name, kind in (("instanceId", INSTANCE), ("networkInterfaceId", NETWORK_INTERFACE))
            )
            yield instances, interfaces, first is True and second is True

    def _named(self, value: Value, same_property: Sequence[Value], *kinds: Kind) -> tuple[Sequence[Resource], Answer]:
        """What a value refers to or may refer to; one that is unknown, and computed from nothing, to anything."""
        reference = self._stack.reference(value, *kinds, among=same_property)
        if reference.is_open:
            if kinds not in self._every:
                self._every[kinds] = self._stack.of(*kinds)
            return self._every[kinds], None
        targets = reference.targets
        found = self._resources(targets) if len(targets) > FEW else reference.candidates
        # A value is of each of its targets, or of one of them.
        return found, targets[0][1] if targets else None


_NOTHING: frozenset[Resource] = frozenset()


@dataclass(frozen=True, eq=False)
class _Common:
    """Anchors that several parts have alike, and those parts."""

    anchors: frozenset[Resource]
    parts: list[Resource] = field(default_factory=list)


class _Anchors:
    """What ties parts of instances together: each has itself and its instance for anchors, or what may be those.

    Two are, or may be, parts of one instance where they have an anchor in common. Many anchors that many parts have
    alike are kept, and looked at, once for all of them.

    Args:
        parts: Instances and interfaces, in their order.
        attached: Instances, each with each of the interfaces beside them.
    """

    def __init__(
        self, parts: Iterable[Resource], attached: Iterable[tuple[Sequence[Resource], Sequence[Resource]]]
    ) -> None:
        self._own: dict[Resource, set[Resource]] = {}
        self._shared: dict[Resource, list[_Common]] = {}
        # By anchor: the parts that have it by themselves, and what several parts have alike that it is among.
        self._having: dict[Resource, list[Resource]] = {}
        self._within: dict[Resource, list[_Common]] = {}
        self._common: Callable[[Collection[Resource]], _Common] = once(lambda anchors: _Common(frozenset(anchors)))
        self._of_owners: Callable[[Sequence[Resource]], Sequence[Resource]] = once(self._anchors_of)
        self._overlap: dict[tuple[_Common, _Common], bool] = {}
        self._parts_near = once(self._find_parts_near)
        for part in parts:
            self._add(part, (part,))
        by_interfaces: dict[int, tuple[Sequence[Resource], dict[int, Sequence[Resource]]]] = {}
        for instances, interfaces in attached:
            by_interfaces.setdefault(id(interfaces), (interfaces, {}))[1][id(instances)] = instances
        for interfaces, lists in by_interfaces.values():
            every: Collection[Sequence[Resource]] = lists.values()
            if len(interfaces) > FEW and len(lists) > 1:
                every = [list(dict.fromkeys(instance for instances in lists.values() for instance in instances))]
            for interface in interfaces:
                for instances in every:
                    self._add(interface, instances)

    def inherit(self, part: Resource, owners: Sequence[Resource]) -> None:
        """Add a part that is of one of some others, and so has the anchors of each."""
        self._own.setdefault(part, set())
        if len(owners) > FEW:
            self._add(part, self._of_owners(owners))
            return
        for owner in owners:
            self._add(part, self._own[owner])
            for common in self._shared.get(owner, ()):
                self._share(part, common)

    def has_common(self, one: Resource, two: Resource) -> bool:
        """Whether two have an anchor in common."""
        ours, theirs = self._own.get(one, _NOTHING), self._own.get(two, _NOTHING)
        if not ours.isdisjoint(theirs):
            return True
        our_shared, their_shared = self._shared.get(one, ()), self._shared.get(two, ())
        return (
            any(not common.anchors.isdisjoint(theirs) for common in our_shared)
            or any(not common.anchors.isdisjoint(ours) for common in their_shared)
            or any(self._overlaps(common, other) for common in our_shared for other in their_shared)
        )

    def parts_with(self, part: Resource) -> Sequence[Sequence[Resource]]:
        """What has an anchor in common with a part, itself included, in lists that are kept for all alike."""
        if not self._having:
            self._index()
        lists: list[Sequence[Resource]] = []
        for anchor in self._own.get(part, ()):
            lists += self._lists_with(anchor)
        lists += [self._parts_near(common) for common in self._shared.get(part, ())]
        return list({id(some): some for some in lists}.values())

    def _add(self, part: Resource, anchors: Collection[Resource]) -> None:
        if len(anchors) > FEW:
            self._share(part, self._common(anchors))
        else:
            self._own.setdefault(part, set()).update(anchors)

    def _share(self, part: Resource, common: _Common) -> None:
        shared = self._shared.setdefault(part, [])
        if common not in shared:
            shared.append(common)
            common.parts.append(part)

    def _anchors_of(self, owners: Sequence[Resource]) -> Sequence[Resource]:
        found = dict.fromkeys(anchor for owner in owners for anchor in self._own[owner])
        commons = dict.fromkeys(common for owner in owners for common in self._shared.get(owner, ()))
        return list(found | dict.fromkeys(anchor for common in commons for anchor in common.anchors))

    def _index(self) -> None:
        """Note what has each anchor."""
        for part, anchors in self._own.items():
            for anchor in anchors:
                self._having.setdefault(anchor, []).append(part)
        for common in dict.fromkeys(common for shared in self._shared.values() for common in shared):
            for anchor in common.anchors:
                self._within.setdefault(anchor, []).append(common)

    def _lists_with(self, anchor: Resource) -> list[list[Resource]]:
        return [self._having.get(anchor, []), *(common.parts for common in self._within.get(anchor, ()))]

    def _find_parts_near(self, common: _Common) -> Sequence[Resource]:
        lists = {id(some): some for anchor in common.anchors for some in self._lists_with(anchor)}
        return list(dict.fromkeys(part for some in lists.values() for part in some))

    def _overlaps(self, one: _Common, other: _Common) -> bool:
        if (one, other) not in self._overlap:
            self._overlap[one, other] = not one.anchors.isdisjoint(other.anchors)
        return self._overlap[one, other]


def _members(blocks: Value, name: str) -> list[Value]:
    """The member `name` of each block of a list; for a list that is not known, one for all of them."""
    items = blocks.elements()
    return [blocks[name].listed()] if items is None else [item[name] for item in items]
