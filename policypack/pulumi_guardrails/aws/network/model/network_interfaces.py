"""Which network interfaces are attached to the same instance.

An instance may have several interfaces, each with groups of its own. What reaches one of them has reached the instance,
and leaves it by any other. An interface is attached by the instance (`networkInterfaces`, `primaryNetworkInterface`),
by itself (`attachments`), or by an `aws.ec2.NetworkInterfaceAttachment`.

Source: Amazon EC2 User Guide, "Elastic network interfaces".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pulumi_guardrails.aws.resource_types import (
    INSTANCE,
    NETWORK_INTERFACE,
    NETWORK_INTERFACE_ATTACHMENT,
    NETWORK_INTERFACE_SG_ATTACHMENT,
)
from pulumi_guardrails.core.kind import Kind
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.three_valued import Answer, kleene_all, kleene_any
from pulumi_guardrails.core.value import Value


class NetworkInterfaces:
    """The instances of a stack with their interfaces; shared by all policies through `Stack.shared`."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._anchors: dict[Resource, dict[Resource, Answer]] = {
            part: {part: True} for part in stack.of(INSTANCE, NETWORK_INTERFACE)
        }
        for instance, interface, answer in self._attached():
            anchors = self._anchors[interface]
            anchors[instance] = kleene_any([anchors.get(instance, False), answer])
        self._by_first_interface: dict[str, list[Resource]] = {}
        for instance in stack.of(INSTANCE):
            first = instance.output("primaryNetworkInterfaceId").as_text()
            if first:
                self._by_first_interface.setdefault(first, []).append(instance)
        for attachment in stack.of(NETWORK_INTERFACE_SG_ATTACHMENT):
            owners = self.owners(attachment)
            self._anchors[attachment] = {
                anchor: kleene_all([is_owner, answer])
                for owner, is_owner in owners
                for anchor, answer in self._anchors[owner].items()
            }

        self._places = {part: place for place, part in enumerate(self._anchors)}
        self._parts: dict[Resource, list[Resource]] = {}
        for part, anchors in self._anchors.items():
            for anchor in anchors:
                self._parts.setdefault(anchor, []).append(part)

    def owners(self, attachment: Resource) -> list[tuple[Resource, Answer]]:
        """The interface, or the instance with its first interface, that an attachment of a group names or may name."""
        value = attachment["networkInterfaceId"]
        text = value.as_text()
        first = self._by_first_interface.get(text, ()) if text else ()
        return [*self._named(value, [value], NETWORK_INTERFACE, INSTANCE), *((one, True) for one in first)]

    def same_instance(self, one: Resource | None, other: Resource | None) -> Answer:
        """Whether two ENI owners are parts of one instance; `None` where that is not known yet."""
        if one is None or other is None:
            return False
        ours, theirs = self._anchors.get(one, {}), self._anchors.get(other, {})
        return kleene_any(kleene_all([answer, theirs[anchor]]) for anchor, answer in ours.items() if anchor in theirs)

    def possible_parts(self, part: Resource | None) -> list[Resource]:
        """What is or may be a part of the same instance as something, that itself included."""
        anchors = self._anchors.get(part, {}) if part is not None else {}
        found = {other for anchor in anchors for other in self._parts.get(anchor, ())}
        return sorted(found, key=lambda other: self._places[other])

    def others_of(self, part: Resource) -> list[Resource]:
        """The other parts of the instance that something certainly is a part of, the instance first."""
        parts = self.possible_parts(part)
        return [other for other in parts if other is not part and self.same_instance(part, other)]

    def possible_others_of(self, part: Resource) -> list[Resource]:
        """What may turn out to be a part of the same instance, or not."""
        parts = self.possible_parts(part)
        return [other for other in parts if other is not part and self.same_instance(part, other) is None]

    def unknowns(self, *parts: Resource | None) -> list[Value]:
        """What has to be known to tell whether these are parts of one instance, where `same_instance` does not say."""
        names = ("networkInterfaces", "primaryNetworkInterface", "instanceId", "networkInterfaceId", "attachments")
        attaching = self._stack.of(INSTANCE, NETWORK_INTERFACE_ATTACHMENT, NETWORK_INTERFACE)
        found: list[Value] = []
        for owner in [*attaching, *(part for part in parts if part is not None and part not in attaching)]:
            for name in names:
                open_parts = list(owner[name].unknown_parts())
                found += [
                    value
                    for value in open_parts
                    if not self._stack.reference(value, INSTANCE, NETWORK_INTERFACE, among=open_parts).is_certain
                ]
        return found

    def _attached(self) -> Iterator[tuple[Resource, Resource, Answer]]:
        """Each instance with each interface that is or may be attached to it, and whether it is."""
        for instance in self._stack.of(INSTANCE):
            values = [
                *_members(instance["networkInterfaces"], "networkInterfaceId"),
                instance["primaryNetworkInterface"]["networkInterfaceId"],
            ]
            for value in values:
                same_property = [other for other in values if other.property_name == value.property_name]
                for interface, answer in self._named(value, same_property, NETWORK_INTERFACE):
                    yield instance, interface, answer
        for interface in self._stack.of(NETWORK_INTERFACE):
            for value in _members(interface["attachments"], "instance"):
                for instance, answer in self._named(value, [value], INSTANCE):
                    yield instance, interface, answer
        for attachment in self._stack.of(NETWORK_INTERFACE_ATTACHMENT):
            ends = [
                list(self._named(attachment[name], [attachment[name]], kind))
                for name, kind in (("instanceId", INSTANCE), ("networkInterfaceId", NETWORK_INTERFACE))
            ]
            for instance, first in ends[0]:
                for interface, second in ends[1]:
                    yield instance, interface, kleene_all([first, second])

    def _named(self, value: Value, same_property: Sequence[Value], *kinds: Kind) -> Iterator[tuple[Resource, Answer]]:
        """What a value refers to or may refer to; one that is unknown, and computed from nothing, to anything."""
        reference = self._stack.reference(value, *kinds, among=same_property)
        yield from ((resource, None) for resource in (self._stack.of(*kinds) if reference.is_open else ()))
        yield from reference.targets


def _members(blocks: Value, name: str) -> list[Value]:
    """The member `name` of each block of a list; for a list that is not known, one for all of them."""
    items = blocks.elements()
    return [blocks[name].listed()] if items is None else [item[name] for item in items]
