"""What carries security groups in a stack, each with its groups and its subnets.

Which kinds do, and where they name them, stands in `carriers`. What names no group gets the default one of its VPC.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from pulumi_guardrails.aws.network.model.eni_owners import ENI_OWNERS, EniOwner
from pulumi_guardrails.aws.network.model.network_interfaces import NetworkInterfaces
from pulumi_guardrails.aws.network.model.security_group_rules import RULE_LOCATIONS, Rule
from pulumi_guardrails.aws.network.model.security_groups import Group, GroupReference, Groups
from pulumi_guardrails.aws.network.model.subnets import SubnetPlacement, Subnets, names_no_place
from pulumi_guardrails.aws.resource_types import (
    DEFAULT_VPC,
    LOAD_BALANCER,
    NETWORK_INTERFACE_SG_ATTACHMENT,
    RDS_CLUSTER,
    RDS_INSTANCE,
    VPC,
)
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack


@dataclass(frozen=True)
class Workload:
    """Something that carries security groups.

    Attributes:
        label: How a message names it.
        groups: The groups it carries.
        resource: The resource; `None` for whatever may carry a group that nothing in this stack carries.
        places: Its subnets.
        is_unguarded: Whether it has no security group at all, as a network load balancer may.
        in_default_vpc: Whether it lies in the default VPC of the account, because it names no place.
    """

    label: str
    groups: GroupReference
    resource: Resource | None = None
    places: SubnetPlacement = field(default_factory=SubnetPlacement)
    is_unguarded: bool = False
    in_default_vpc: bool = False

    @property
    def key(self) -> str:
        """What tells it apart."""
        return self.resource.urn if self.resource else self.label


class Attachments:
    """What carries which groups in a stack; shared by all policies through `Stack.shared`."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._groups = stack.shared(Groups)
        self._subnets = stack.shared(Subnets)
        found = [self._workload(resource, carrier) for resource, carrier in self._carriers()]
        self._mentioned: dict[str, Resource] = {}
        for resource in stack.resources:
            if resource.kind not in RULE_LOCATIONS:
                for edges in resource.dependencies.values():
                    for urn in edges:
                        self._mentioned.setdefault(urn, resource)
        self.workloads: Sequence[Workload] = self._with_attached_interfaces([w for w in found if w is not None])

    def with_group(self, group: Group) -> list[tuple[Workload, bool]]:
        """What carries a group, and whether that is certain."""
        answers = ((workload, workload.groups.has(group)) for workload in self.workloads)
        return [(workload, has is True) for workload, has in answers if has is not False]

    def answering_for(self, rule: Rule) -> list[Resource]:
        """What this stack has to change if a rule is wrong: its home, or what carries a group that it only reads."""
        if not rule.home.is_read:
            return [rule.home]
        carriers = [w.resource for group in rule.owner.groups for w, _ in self.with_group(group) if w.resource]
        return list(dict.fromkeys(resource for resource in carriers if not resource.is_read))

    def mention_of(self, group: Group) -> Resource | None:
        """A resource other than a rule that names the group, be its kind known to the pack or not, if there is any."""
        return self._mentioned.get(group.key)

    def _carriers(self) -> Iterator[tuple[Resource, EniOwner]]:
        for kind, carrier in ENI_OWNERS.items():
            for resource in self._stack.of(kind):
                yield resource, carrier

    def _workload(self, resource: Resource, carrier: EniOwner) -> Workload | None:
        if not carrier.carries(resource):
            return None
        values = carrier.groups(resource)
        named = carrier.subnets(resource)
        places = (
            self._subnets.meant(resource, named)
            if carrier.subnet_group is None
            else self._subnets.of_group(resource, named, carrier.subnet_group)
        )
        meant = self._groups.meant(resource, values)
        if not meant.groups and meant.unknown is None:
            if resource.kind is LOAD_BALANCER and resource["loadBalancerType"].effective == "network":
                return Workload(resource.label, meant, resource, places, is_unguarded=True)
            if resource.kind is LOAD_BALANCER and resource["loadBalancerType"].is_unknown:
                return Workload(resource.label, GroupReference(unknown=resource["loadBalancerType"]), resource, places)
            if not carrier.falls_back(resource):
                return None
            meant = self._default(resource, carrier, places)
        in_default_vpc = self._lies_in_default_vpc(resource, carrier) and not any(map(self._is_of_a_vpc, meant.groups))
        return Workload(resource.label, meant, resource, places, in_default_vpc=in_default_vpc)

    @staticmethod
    def _lies_in_default_vpc(resource: Resource, carrier: EniOwner) -> bool:
        """What the stack only reads may lie anywhere, whatever is not told of it."""
        return carrier.in_default_vpc(resource) and not resource.is_read

    def _is_of_a_vpc(self, group: Group) -> bool:
        """Whether a group is of a VPC other than the default one: AWS has it carried by nothing that lies elsewhere."""
        made = group.resource
        if made is None or made["vpcId"].is_absent:
            return False
        return not self._stack.reference(made["vpcId"], DEFAULT_VPC).direct

    def _default(self, resource: Resource, carrier: EniOwner, places: SubnetPlacement) -> GroupReference:
        """The default group of the VPC it lies in; of the only VPC where the pack does not read which."""
        vpcs = {vpc.urn for subnet in places.subnets for vpc in self._subnets.vpcs(subnet)}
        every = [vpc.urn for vpc in self._stack.of(VPC)]
        is_database = resource.kind in (RDS_CLUSTER, RDS_INSTANCE)
        if is_database and resource["dbSubnetGroupName"].is_absent and not names_no_place(resource):
            return GroupReference(unknown=resource["vpcSecurityGroupIds"])
        if self._lies_in_default_vpc(resource, carrier):
            vpcs = {vpc.urn for vpc in self._stack.of(DEFAULT_VPC)}
        elif not vpcs and len(every) == 1 and places.unknown is None:
            vpcs = set(every)
        defaults = self._groups.defaults
        groups = tuple(defaults[urn] for urn in sorted(vpcs) if urn in defaults)
        if groups:
            return GroupReference(groups)
        label = f"the default group of the VPC of {resource.label}"
        return GroupReference((Group(f"default of {resource.urn}", label, None, True),))

    def _with_attached_interfaces(self, workloads: Sequence[Workload]) -> list[Workload]:
        """Groups attached to an interface are carried by whatever has the interface."""
        by_urn = {workload.key: workload for workload in workloads}
        for workload in workloads:
            attachment = workload.resource
            if attachment is None or attachment.kind is not NETWORK_INTERFACE_SG_ATTACHMENT:
                continue
            for owner in self._stack.shared(NetworkInterfaces).owners(attachment):
                if owner.urn in by_urn:
                    carried = by_urn[owner.urn].groups
                    both = GroupReference(
                        tuple(dict.fromkeys((*carried.groups, *workload.groups.groups))),
                        carried.certain and workload.groups.certain,
                        carried.unknown or workload.groups.unknown,
                        doubts=(*carried.doubts, *workload.groups.doubts),
                    )
                    by_urn[owner.urn] = replace(by_urn[owner.urn], groups=both)
                    if not owner.is_read:
                        by_urn.pop(workload.key, None)
        return list(by_urn.values())
