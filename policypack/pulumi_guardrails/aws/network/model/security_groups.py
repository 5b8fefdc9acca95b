"""Which security groups a property refers to, on an empty stack and on a deployed one.

At a first preview the id of a group is unknown, and the engine says which resources the property was computed from.
That is exact where the property refers to one group, or to all of its groups alike. Where one id was computed from
several groups, or several blocks of one property hold an unknown id each, any of them may refer to any of the groups:
then the answer says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field

from pulumi_guardrails.aws.resource_types import (
    DEFAULT_SECURITY_GROUP,
    DEFAULT_VPC,
    MANAGED_PREFIX_LIST,
    SECURITY_GROUP,
    SUBNET,
    VPC,
)
from pulumi_guardrails.core.frozen import fast_dataclass
from pulumi_guardrails.core.once import Many, once
from pulumi_guardrails.core.references import ByTarget
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import FEW, Stack, means_all
from pulumi_guardrails.core.three_valued import Answer
from pulumi_guardrails.core.value import Value

_GROUPS = (SECURITY_GROUP, DEFAULT_SECURITY_GROUP)

_GIVING_GROUPS = (*_GROUPS, VPC, DEFAULT_VPC)
"""What has the id of a group to give: a VPC has that of its default one."""

_HARMLESS = (*_GIVING_GROUPS, MANAGED_PREFIX_LIST, SUBNET)
"""What has no other group to give, and no other value that stands beside one."""


@fast_dataclass(frozen=True)
class Group:
    """A security group: one of this stack, a VPC's default one, or one of another stack.

    Attributes:
        key: What tells it apart: a URN, or the id of a group of another stack.
        label: How a message names it.
        resource: The resource that makes or adopts it, if the stack has one.
        is_default: Whether it is a VPC's default group that no resource is known to adopt, with the rules AWS gives it.
    """

    key: str
    label: str = field(compare=False)
    resource: Resource | None = field(default=None, compare=False)
    is_default: bool = field(default=False, compare=False)

    @property
    def is_external(self) -> bool:
        """Whether another stack makes it, so that its rules and members are not all seen."""
        return self.resource is None and not self.is_default


@fast_dataclass(frozen=True)
class GroupReference:
    """The groups that a property refers to.

    Attributes:
        groups: Those it may refer to.
        certain: Whether it refers to every one of them; otherwise to one of them at least.
        unknown: A part of it that may refer to any group, if there is one.
        optional: Whether it may turn out to refer to none of them.
        doubts: The values that have to be known to tell which of them it refers to; empty where that is certain.
        possible: Those of `groups` that it may turn out not to refer to, whatever is certain of the others.
    """

    groups: tuple[Group, ...] = ()
    certain: bool = True
    unknown: Value | None = None
    optional: bool = False
    doubts: tuple[Value, ...] = ()
    possible: frozenset[Group] = frozenset()

    def has(self, group: Group) -> bool | None:
        """Whether it refers to `group`; `None` where that cannot be told."""
        if group in self.groups:
            return True if self.certain and not self.optional and group not in self.possible else None
        return None if self.unknown is not None else False


class Groups:
    """The security groups of a stack; shared by all policies through `Stack.shared`."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._named: Callable[[Sequence[tuple[Resource, Answer]]], tuple[Group, ...]] = once(self._groups_among)
        self._distinct: Callable[[tuple[Group, ...]], tuple[Group, ...]] = once(_distinct)
        self._default_by_vpc: dict[str, Group] = {}
        for vpc in stack.of(VPC, DEFAULT_VPC):
            label = f"the default security group of {vpc.label}"
            self._default_by_vpc[vpc.urn] = Group(f"default of {vpc.urn}", label, None, True)
        self._adoptions: ByTarget[Value] = ByTarget()
        for resource in stack.of(DEFAULT_SECURITY_GROUP):
            vpcs, is_open = self._vpcs_adopted_by(resource)
            self._adoptions.add(resource["vpcId"], vpcs, is_open)
            for vpc, answer in vpcs:
                if answer:
                    self._default_by_vpc[vpc.urn] = self.of(resource)
        self._vpc_of_default = {group.key: urn for urn, group in self._default_by_vpc.items() if group.is_default}
        self.all: Sequence[Group] = [self.of(r) for r in stack.of(*_GROUPS)]

    @staticmethod
    def of(resource: Resource) -> Group:
        """The group that a resource makes or adopts."""
        return Group(resource.urn, resource.label, resource)

    @property
    def defaults(self) -> Mapping[str, Group]:
        """The default group of each VPC of the stack, by the VPC's URN."""
        return self._default_by_vpc

    def is_adopted(self, vpc: Resource) -> bool:
        """Whether a resource surely adopts a VPC's default group."""
        return bool(self._adoptions.certain(vpc))

    def adoptions_of(self, vpc: Resource) -> Sequence[Value]:
        """The VPC ids of what may adopt a VPC's default group; the same object for all that the same may adopt."""
        return self._adoptions.possible(vpc)

    def possible_adoptions(self, group: Group) -> Sequence[Value]:
        """The VPC ids that have to be known to tell whether a default group keeps the rules AWS gives it."""
        vpc = self._stack.at(self._vpc_of_default.get(group.key, "")) if group.is_default else None
        return () if vpc is None else self.adoptions_of(vpc)

    def reference(self, owner: Resource, values: Sequence[Value], other_blocks: bool = False) -> GroupReference:
        """The groups that parts of one property of `owner` refer to.

        Args:
            owner: The resource that has the property.
            values: Its parts, each an id or a list of ids (declared by `Value.listed`).
            other_blocks: Whether other blocks of the same property hold an unknown id as well.
        """
        groups: list[Group] = []
        open_parts: list[Value] = []
        for value in values:
            items = value.elements()
            for item in [value] if items is None else items:
                text = item.as_text()
                if text:
                    groups.extend(self._by_id(item, text, owner))
                elif not item.is_absent:
                    open_parts.append(item)
        if not open_parts:
            return GroupReference(tuple(dict.fromkeys(groups)))
        candidates, are_of_groups = self._computed_from(open_parts)
        unknown = None
        if not candidates or self._may_be_more(open_parts, len(candidates), are_of_groups):
            unknown = open_parts[0]
        is_elsewhere = bool(candidates) and unknown is not None and not are_of_groups
        means_each = len(candidates) <= 1 or (means_all(open_parts, len(candidates)) and not other_blocks)
        certain = means_each and not is_elsewhere
        doubts = () if certain and unknown is None else tuple(open_parts)
        # What names many groups alike names the same object.
        is_of_many = len(candidates) > FEW and not groups
        named = self._distinct(candidates) if is_of_many else _distinct([*groups, *candidates])
        return GroupReference(named, certain, unknown, optional=is_elsewhere, doubts=doubts)

    def _by_id(self, item: Value, text: str, owner: Resource) -> list[Group]:
        inside = [self.of(r) for r in self._stack.reference(item, *_GROUPS).direct]
        if owner.kind in _GROUPS and owner.output("id").as_text() == text:
            inside.append(self.of(owner))
        for urn, group in self._default_by_vpc.items():
            vpc = self._stack.at(urn)
            if vpc is not None and vpc.output("defaultSecurityGroupId").as_text() == text:
                inside.append(group)
        return inside or [
            Group(text, "a security group whose id is secret" if item.secret else f"security group {text}")
        ]

    def _computed_from(self, parts: Sequence[Value]) -> tuple[tuple[Group, ...], bool]:
        """The groups that some parts may be of, and whether one surely is of something that has a group to give.

        It is not where the engine also names a source that has none.
        """
        value = next((part for part in parts if part.is_unknown), None)
        if value is None:
            return (), False
        giving = self._stack.reference(value, *_GIVING_GROUPS)
        found = self._named(giving.targets)
        if not found and giving.targets:
            # A VPC is no group, and may still pass on what another group gave it.
            found = self._named(self._stack.reference(value, *_GROUPS).targets)
        if len(found) < len(parts):
            # A VPC has one id of a group to give: that of its default group.
            sources = self._stack.sources_of(value)
            defaults = (self._default_by_vpc[vpc.urn] for vpc in self._stack.of(VPC, DEFAULT_VPC) if vpc in sources)
            found = (*found, *defaults)
        return found, bool(giving.targets) and not giving.is_indirect

    def _groups_among(self, targets: Sequence[tuple[Resource, Answer]]) -> tuple[Group, ...]:
        return tuple(self.of(target) for target, _ in targets if target.kind in _GROUPS)

    def _may_be_more(self, parts: Sequence[Value], candidates: int, are_of_groups: bool) -> bool:
        """Whether a part may come from somewhere that the engine names, but that is no group of this stack."""
        if any(not part.is_unknown for part in parts):
            return True
        if are_of_groups and len(parts) <= candidates and not any(part.is_list for part in parts):
            return False
        return any(source is None or source.kind not in _HARMLESS for source in self._stack.sources_of(parts[0]))

    def _vpcs_adopted_by(self, resource: Resource) -> tuple[Sequence[tuple[Resource, Answer]], bool]:
        """The VPCs whose default group a resource adopts, or may, and whether it may be that of any other."""
        if resource["vpcId"].is_absent:
            return [(vpc, True) for vpc in self._stack.of(DEFAULT_VPC)], False
        reference = self._stack.reference(resource["vpcId"], VPC, DEFAULT_VPC)
        return reference.targets, reference.is_open


def _distinct(groups: Sequence[Group]) -> tuple[Group, ...]:
    found = dict.fromkeys(groups)
    return Many(found) if len(found) > FEW else tuple(found)
