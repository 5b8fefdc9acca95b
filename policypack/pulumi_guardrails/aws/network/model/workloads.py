"""The resources of a stack that security groups are attached to, each with its groups and its subnets.

`eni_owners` has their kinds, and which properties name the groups. What names no group gets the
default one of its VPC.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import field, replace

from pulumi_guardrails.aws.network.model.declared_rules import RULE_LOCATIONS
from pulumi_guardrails.aws.network.model.eni_owners import ENI_OWNERS, EniOwner
from pulumi_guardrails.aws.network.model.network_interfaces import NetworkInterfaces
from pulumi_guardrails.aws.network.model.security_group_rules import Rule
from pulumi_guardrails.aws.network.model.security_groups import Group, GroupReference, Groups
from pulumi_guardrails.aws.network.model.subnets import SubnetPlacement, Subnets, names_no_subnet_group
from pulumi_guardrails.aws.resource_types import (
    DEFAULT_SECURITY_GROUP,
    DEFAULT_VPC,
    LOAD_BALANCER,
    NETWORK_INTERFACE_SG_ATTACHMENT,
    RDS_CLUSTER,
    RDS_INSTANCE,
    SECURITY_GROUP,
    VPC,
)
from pulumi_guardrails.core.frozen import fast_dataclass
from pulumi_guardrails.core.once import once
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack, means_all
from pulumi_guardrails.core.three_valued import Answer, kleene_all, kleene_any, kleene_not
from pulumi_guardrails.core.value import Value

_GROUP_KINDS = (SECURITY_GROUP, DEFAULT_SECURITY_GROUP)


@fast_dataclass(frozen=True)
class Workload:
    """Something that security groups are attached to.

    Attributes:
        label: How a message names it.
        groups: The groups attached to it.
        resource: The resource; `None` for whatever a group is attached to that nothing in this stack has.
        placement: Its subnets.
        has_no_group: Whether it has no security group at all, as a network load balancer may.
        in_default_vpc: Whether it is in the default VPC of the account, because it names no subnet; `None` where that
            cannot be told, as the VPC of one of its groups is not known.
    """

    label: str
    groups: GroupReference
    resource: Resource | None = None
    placement: SubnetPlacement = field(default_factory=SubnetPlacement)
    has_no_group: bool = False
    in_default_vpc: Answer = False

    @property
    def accepts_connections(self) -> bool:
        """Whether anything can connect to it: a function in a VPC only sends.

        Source: AWS Lambda Developer Guide, "Giving Lambda functions access to resources in an Amazon VPC".
        """
        kind = self.resource.kind if self.resource else None
        return kind is None or kind not in ENI_OWNERS or ENI_OWNERS[kind].accepts_connections

    @property
    def key(self) -> str:
        """What tells it apart."""
        return self.resource.urn if self.resource else self.label


@fast_dataclass(frozen=True)
class Mention:
    """A property that is computed from a security group.

    Attributes:
        value: The property.
        certain: Whether it refers to the group; otherwise it may refer to another one.
    """

    value: Value
    certain: bool


class Attachments:
    """Which groups are attached to what in a stack; shared by all policies through `Stack.shared`."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._groups = stack.shared(Groups)
        self._subnets = stack.shared(Subnets)
        self._are_of_another_vpc: Callable[[tuple[Group, ...]], Answer] = once(
            lambda groups: kleene_any(map(self._is_of_another_vpc, groups))
        )
        self._vpcs_of: Callable[[Sequence[Resource]], frozenset[str]] = once(
            lambda subnets: frozenset(vpc.urn for subnet in subnets for vpc in self._subnets.vpcs(subnet))
        )
        found = [self._workload(resource, eni_owner) for resource, eni_owner in self._eni_owners()]
        self._mentions: dict[str, list[Mention]] = {}
        of_groups = frozenset(group.urn for group in stack.of(*_GROUP_KINDS))
        for resource in stack.resources:
            if resource.kind not in RULE_LOCATIONS:
                for value in resource.computed_from(of_groups):
                    self._add_mentions(value)
        self.workloads: Sequence[Workload] = self._with_attached_interfaces([w for w in found if w is not None])
        self._of_unknown_groups: list[int] = []
        by_groups: dict[tuple[tuple[Group, ...], frozenset[Group]], list[int]] = {}
        for place, workload in enumerate(self.workloads):
            by_groups.setdefault((workload.groups.groups, workload.groups.possible), []).append(place)
            if workload.groups.unknown is not None:
                self._of_unknown_groups.append(place)
        # What has the same groups is kept in one list, and each group has the numbers of the lists of what may have it.
        self._alike = list(by_groups.values())
        self._is_sure = [any(self._has_each(self.workloads[place]) for place in places) for places in self._alike]
        having: dict[Group, list[tuple[int, bool]]] = {}
        for number, (groups, possible) in enumerate(by_groups):
            for group in groups:
                having.setdefault(group, []).append((number, group in possible))
        self._having = {group: tuple(found) for group, found in having.items()}
        self._attached: dict[tuple[tuple[int, bool], ...], Sequence[tuple[Workload, bool]]] = {}
        self._attached_to_any = [(self.workloads[place], False) for place in self._of_unknown_groups]

    def attached_to(self, group: Group) -> Sequence[tuple[Workload, bool]]:
        """What a group is attached to, and whether that is certain; one object for all that the same may have."""
        lists = self._having.get(group)
        if lists is None:
            return self._attached_to_any
        found = self._attached.get(lists)
        if found is None:
            places = {place for number, _ in lists for place in self._alike[number]}.union(self._of_unknown_groups)
            workloads = [self.workloads[place] for place in sorted(places)]
            found = self._attached[lists] = [(one, one.groups.has(group) is True) for one in workloads]
        return found

    def is_attached(self, group: Group) -> bool:
        """Whether a group is surely attached to something."""
        return any(self._is_sure[number] and not is_possible for number, is_possible in self._having.get(group, ()))

    @staticmethod
    def _has_each(workload: Workload) -> bool:
        """Whether all groups of something are surely attached to it, but for those that are only possible."""
        return workload.groups.certain and not workload.groups.optional

    def reported_at(self, rule: Rule) -> list[Resource]:
        """What this stack can change if a rule is wrong: its resource, or what has the group if that is only read."""
        if not rule.declared_in.is_read:
            return [rule.declared_in]
        owners = [w.resource for group in rule.owner.groups for w, _ in self.attached_to(group) if w.resource]
        return list(dict.fromkeys(resource for resource in owners if not resource.is_read))

    def mentions_of(self, group: Group) -> Sequence[Mention]:
        """The properties of resources other than rules, of any kind, that are computed from a group."""
        return self._mentions.get(group.key, ())

    def _add_mentions(self, value: Value) -> None:
        sources = self._stack.sources_of(value)
        groups = [source for source in sources if source is not None and source.kind in _GROUP_KINDS]
        # Of a kind that the pack does not know, a part may be a list; of one that it knows, `Workload` has the lists.
        is_known_kind = value.owner is not None and value.owner.kind is not None
        certain = means_all(list(value.unknown_parts()), len(sources) if is_known_kind else len(groups))
        for group in groups:
            self._mentions.setdefault(group.urn, []).append(Mention(value, certain))

    def _eni_owners(self) -> Iterator[tuple[Resource, EniOwner]]:
        for kind, eni_owner in ENI_OWNERS.items():
            for resource in self._stack.of(kind):
                yield resource, eni_owner

    def _workload(self, resource: Resource, eni_owner: EniOwner) -> Workload | None:
        if not eni_owner.has_groups(resource):
            return None
        named = eni_owner.subnets(resource)
        placement = (
            self._subnets.placement(named)
            if eni_owner.subnet_group is None
            else self._subnets.of_group(named, eni_owner.subnet_group)
        )
        groups = self._groups.reference(resource, eni_owner.groups(resource))
        if not groups.groups and groups.unknown is None:
            kind = resource["loadBalancerType"]
            if resource.kind is LOAD_BALANCER and kind.effective == "network":
                return Workload(resource.label, groups, resource, placement, has_no_group=True)
            if resource.kind is LOAD_BALANCER and kind.is_unknown:
                return Workload(resource.label, GroupReference(unknown=kind, doubts=(kind,)), resource, placement)
            if not eni_owner.gets_default_group(resource):
                return None
            groups = self._default(resource, eni_owner, placement)
        of_another_vpc = self._are_of_another_vpc(groups.groups)
        in_default_vpc = kleene_all([self._is_in_default_vpc(resource, eni_owner), kleene_not(of_another_vpc)])
        return Workload(resource.label, groups, resource, placement, in_default_vpc=in_default_vpc)

    @staticmethod
    def _is_in_default_vpc(resource: Resource, eni_owner: EniOwner) -> bool:
        """What the stack only reads may be anywhere, whatever its state leaves out."""
        return eni_owner.in_default_vpc(resource) and not resource.is_read

    def _is_of_another_vpc(self, group: Group) -> Answer:
        """Whether a group is of a VPC other than the default one: AWS attaches it to nothing outside that VPC."""
        made = group.resource
        if made is None or made["vpcId"].is_absent:
            return False
        named = {vpc.kind for vpc in self._stack.reference(made["vpcId"], VPC, DEFAULT_VPC).direct}
        if len(named) != 1:
            return None if made["vpcId"].is_unknown else True
        return DEFAULT_VPC not in named

    def _default(self, resource: Resource, eni_owner: EniOwner, placement: SubnetPlacement) -> GroupReference:
        """The default group of its VPC; of the only VPC where the pack does not read which."""
        vpcs = self._vpcs_of(placement.subnets)
        every = [vpc.urn for vpc in self._stack.of(VPC)]
        is_database = resource.kind in (RDS_CLUSTER, RDS_INSTANCE)
        if is_database and resource["dbSubnetGroupName"].is_absent and not names_no_subnet_group(resource):
            given = resource["vpcSecurityGroupIds"]
            return GroupReference(unknown=given, doubts=(given,))
        if self._is_in_default_vpc(resource, eni_owner):
            vpcs = frozenset(vpc.urn for vpc in self._stack.of(DEFAULT_VPC))
        elif not vpcs and len(every) == 1 and placement.unknown is None:
            vpcs = frozenset(every)
        defaults = self._groups.defaults
        groups = tuple(dict.fromkeys(defaults[urn] for urn in sorted(vpcs) if urn in defaults))
        label = f"the default security group of the VPC of {resource.label}"
        of_its_vpc = Group(f"default of {resource.urn}", label, None, True)
        if placement.is_open:
            # A subnet that is not known may be in any VPC, one of the stack or not.
            every_one = tuple(dict.fromkeys([*groups, *defaults.values(), of_its_vpc]))
            return GroupReference(every_one, certain=False, doubts=(*placement.doubts, *placement.elsewhere))
        if len(groups) > 1:
            # All its subnets are in one VPC: that one of several default groups is attached, but not which.
            of_subnets = [subnet["vpcId"] for subnet in placement.subnets if len(self._subnets.vpcs(subnet)) > 1]
            return GroupReference(
                groups, certain=False, doubts=(*placement.doubts, *of_subnets) or (eni_owner.subnets(resource),)
            )
        return GroupReference(groups or (of_its_vpc,))

    def _with_attached_interfaces(self, workloads: Sequence[Workload]) -> list[Workload]:
        """Groups attached to an interface are attached to whatever has the interface."""
        by_urn = {workload.key: workload for workload in workloads}
        for workload in workloads:
            attachment = workload.resource
            if attachment is None or attachment.kind is not NETWORK_INTERFACE_SG_ATTACHMENT:
                continue
            for owner, is_owner in self._stack.shared(NetworkInterfaces).owners(attachment):
                if owner.urn in by_urn:
                    more = _with_more(by_urn[owner.urn].groups, workload.groups, attachment, is_owner)
                    by_urn[owner.urn] = replace(by_urn[owner.urn], groups=more)
                    if not owner.is_read:
                        by_urn.pop(workload.key, None)
        return list(by_urn.values())


def _with_more(own: GroupReference, more: GroupReference, attachment: Resource, is_owner: Answer) -> GroupReference:
    """The groups of an ENI owner with those that an attachment adds to it, or may add."""
    possible = frozenset(more.groups) - frozenset(own.groups) if is_owner is None else frozenset()
    interface = (attachment["networkInterfaceId"],) if is_owner is None else ()
    return GroupReference(
        tuple(dict.fromkeys((*own.groups, *more.groups))),
        own.certain and more.certain,
        own.unknown or more.unknown,
        doubts=(*own.doubts, *more.doubts, *interface),
        possible=own.possible | possible,
    )
