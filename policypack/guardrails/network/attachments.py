"""What carries security groups: load balancers, services, databases, functions, instances, endpoints, interfaces.

One table says where each kind names its groups and its subnets. What names no group gets the default one of its VPC.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from guardrails.kinds import (
    DEFAULT_VPC,
    ECS_SERVICE,
    ECS_TASK_SET,
    EFS_MOUNT_TARGET,
    ELASTICACHE_CLUSTER,
    ELASTICACHE_REPLICATION_GROUP,
    INSTANCE,
    LAMBDA_FUNCTION,
    LAUNCH_TEMPLATE,
    LOAD_BALANCER,
    NETWORK_INTERFACE,
    NETWORK_INTERFACE_SG_ATTACHMENT,
    RDS_CLUSTER,
    RDS_INSTANCE,
    VPC,
    VPC_ENDPOINT,
    Kind,
)
from guardrails.network.groups import Group, Groups, Meant
from guardrails.network.rules import HOMES, Rule
from guardrails.network.subnets import Places, Subnets, names_no_place
from guardrails.stack import Stack
from guardrails.view import Resource, Value


@dataclass(frozen=True)
class Workload:
    """Something that carries security groups.

    Attributes:
        label: How a message names it.
        groups: The groups it carries.
        resource: The resource; `None` for whatever may carry a group that nothing in this stack carries.
        places: Its subnets.
        is_unguarded: Whether it has no security group at all, as a network load balancer may.
    """

    label: str
    groups: Meant
    resource: Resource | None = None
    places: Places = field(default_factory=Places)
    is_unguarded: bool = False

    @property
    def key(self) -> str:
        """What tells it apart."""
        return self.resource.urn if self.resource else self.label


@dataclass(frozen=True)
class _Carrier:
    """Where a kind names its groups and subnets, and whether it carries any at all."""

    groups: Callable[[Resource], Sequence[Value]]
    subnets: Callable[[Resource], Value]
    carries: Callable[[Resource], bool] = lambda _resource: True
    falls_back: Callable[[Resource], bool] = lambda _resource: True


def _interfaces(template: Resource) -> Sequence[Value]:
    blocks = template["networkInterfaces"].elements()
    if blocks is None:
        return [template["vpcSecurityGroupIds"], template["networkInterfaces"]]
    return [template["vpcSecurityGroupIds"], *(block["securityGroups"] for block in blocks)]


def _balancer_subnets(balancer: Resource) -> Value:
    if balancer["subnetMappings"].is_absent:
        return balancer["subnets"]
    blocks = balancer["subnetMappings"].elements()
    return (
        balancer["subnetMappings"]
        if blocks is None
        else Value.of([block["subnetId"].raw for block in blocks], "subnetMappings")
    )


def _has_no_groups_by_nature(balancer: Resource) -> bool:
    return balancer["loadBalancerType"].effective not in ("network", "gateway")


def _is_in_default_vpc(resource: Resource) -> bool:
    """Whether it lies in the default VPC of the account because it names no place.

    Sources: Amazon RDS API reference, "CreateDBInstance" and "CreateDBCluster", parameter PubliclyAccessible; Amazon
    EC2 API reference, "RunInstances", parameter SubnetId.
    """
    if resource.kind in (RDS_CLUSTER, RDS_INSTANCE):
        return names_no_place(resource)
    return resource.kind is INSTANCE and resource["subnetId"].is_absent


_CARRIERS: dict[Kind, _Carrier] = {
    LOAD_BALANCER: _Carrier(lambda r: [r["securityGroups"]], _balancer_subnets, falls_back=_has_no_groups_by_nature),
    ECS_SERVICE: _Carrier(
        lambda r: [r["networkConfiguration"]["securityGroups"]],
        lambda r: r["networkConfiguration"]["subnets"],
        carries=lambda r: not r["networkConfiguration"].is_absent,
    ),
    ECS_TASK_SET: _Carrier(
        lambda r: [r["networkConfiguration"]["securityGroups"]],
        lambda r: r["networkConfiguration"]["subnets"],
        carries=lambda r: not r["networkConfiguration"].is_absent,
    ),
    RDS_CLUSTER: _Carrier(lambda r: [r["vpcSecurityGroupIds"]], lambda r: r["dbSubnetGroupName"]),
    RDS_INSTANCE: _Carrier(lambda r: [r["vpcSecurityGroupIds"]], lambda r: r["dbSubnetGroupName"]),
    LAMBDA_FUNCTION: _Carrier(
        lambda r: [r["vpcConfig"]["securityGroupIds"]],
        lambda r: r["vpcConfig"]["subnetIds"],
        carries=lambda r: not r["vpcConfig"].is_absent,
        falls_back=lambda _r: False,
    ),
    INSTANCE: _Carrier(
        lambda r: [r["vpcSecurityGroupIds"]],
        lambda r: r["subnetId"],
        falls_back=lambda r: (
            all(r[name].is_absent for name in ("networkInterfaces", "primaryNetworkInterface", "launchTemplate"))
            and r["securityGroups"].is_absent
        ),
    ),
    LAUNCH_TEMPLATE: _Carrier(_interfaces, lambda _r: Value.of(None, "subnetId"), falls_back=lambda _r: False),
    VPC_ENDPOINT: _Carrier(
        lambda r: [r["securityGroupIds"]],
        lambda r: r["subnetIds"],
        carries=lambda r: r["vpcEndpointType"].effective != "Gateway",
        falls_back=lambda r: r["vpcEndpointType"].effective == "Interface",
    ),
    NETWORK_INTERFACE: _Carrier(lambda r: [r["securityGroups"]], lambda r: r["subnetId"]),
    NETWORK_INTERFACE_SG_ATTACHMENT: _Carrier(
        lambda r: [r["securityGroupId"]], lambda _r: Value.of(None, "subnetId"), falls_back=lambda _r: False
    ),
    EFS_MOUNT_TARGET: _Carrier(lambda r: [r["securityGroups"]], lambda r: r["subnetId"]),
    ELASTICACHE_CLUSTER: _Carrier(
        lambda r: [r["securityGroupIds"]],
        lambda _r: Value.of(None, "subnetId"),
        falls_back=lambda r: r["replicationGroupId"].is_absent,
    ),
    ELASTICACHE_REPLICATION_GROUP: _Carrier(lambda r: [r["securityGroupIds"]], lambda _r: Value.of(None, "subnetId")),
}

CARRIERS = tuple(_CARRIERS)
"""The kinds that carry security groups."""


class Attachments:
    """What carries which groups in a stack; shared by all policies through `Stack.shared`."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._groups = stack.shared(Groups)
        self._subnets = stack.shared(Subnets)
        found = [self._workload(resource, carrier) for resource, carrier in self._carriers()]
        self._mentioned: dict[str, Resource] = {}
        for resource in stack.resources:
            if resource.kind not in HOMES:
                for edges in resource.dependencies.values():
                    for urn in edges:
                        self._mentioned.setdefault(urn, resource)
        self.workloads: Sequence[Workload] = self._with_attached_interfaces([w for w in found if w is not None])

    def carrying(self, group: Group) -> list[tuple[Workload, bool]]:
        """What carries a group, and whether that is certain."""
        answers = ((workload, workload.groups.has(group)) for workload in self.workloads)
        return [(workload, has is True) for workload, has in answers if has is not False]

    def answering_for(self, rule: Rule) -> list[Resource]:
        """What this stack has to change if a rule is wrong: its home, or what carries a group that it only reads."""
        if not rule.home.is_read:
            return [rule.home]
        carriers = [w.resource for group in rule.owner.groups for w, _ in self.carrying(group) if w.resource]
        return list(dict.fromkeys(resource for resource in carriers if not resource.is_read))

    def mention_of(self, group: Group) -> Resource | None:
        """A resource other than a rule that names the group, be its kind known to the pack or not, if there is any."""
        return self._mentioned.get(group.key)

    def _carriers(self) -> Iterator[tuple[Resource, _Carrier]]:
        for kind, carrier in _CARRIERS.items():
            for resource in self._stack.of(kind):
                yield resource, carrier

    def _workload(self, resource: Resource, carrier: _Carrier) -> Workload | None:
        if not carrier.carries(resource):
            return None
        values = carrier.groups(resource)
        places = (
            self._subnets.of_group(resource, carrier.subnets(resource))
            if resource.kind in (RDS_CLUSTER, RDS_INSTANCE)
            else self._subnets.meant(resource, carrier.subnets(resource))
        )
        meant = self._groups.meant(resource, values)
        if not meant.groups and meant.unknown is None:
            if resource.kind is LOAD_BALANCER and resource["loadBalancerType"].effective == "network":
                return Workload(resource.label, meant, resource, places, is_unguarded=True)
            if resource.kind is LOAD_BALANCER and resource["loadBalancerType"].is_unknown:
                return Workload(resource.label, Meant(unknown=resource["loadBalancerType"]), resource, places)
            if not carrier.falls_back(resource):
                return None
            meant = self._default(resource, places)
        return Workload(resource.label, meant, resource, places)

    def _default(self, resource: Resource, places: Places) -> Meant:
        """The default group of the VPC it lies in; of the only VPC where the pack does not read which."""
        vpcs = {vpc.urn for subnet in places.subnets for vpc in self._subnets.vpcs(subnet)}
        every = [vpc.urn for vpc in self._stack.of(VPC)]
        is_database = resource.kind in (RDS_CLUSTER, RDS_INSTANCE)
        if is_database and resource["dbSubnetGroupName"].is_absent and not names_no_place(resource):
            return Meant(unknown=resource["vpcSecurityGroupIds"])
        if _is_in_default_vpc(resource):
            vpcs = {vpc.urn for vpc in self._stack.of(DEFAULT_VPC)}
        elif not vpcs and len(every) == 1 and places.unknown is None:
            vpcs = set(every)
        defaults = self._groups.defaults
        groups = tuple(defaults[urn] for urn in sorted(vpcs) if urn in defaults)
        if groups:
            return Meant(groups)
        label = f"the default group of the VPC of {resource.label}"
        return Meant((Group(f"default of {resource.urn}", label, None, True),))

    def _with_attached_interfaces(self, workloads: Sequence[Workload]) -> list[Workload]:
        """Groups attached to an interface are carried by whatever has the interface."""
        by_urn = {workload.key: workload for workload in workloads}
        for workload in workloads:
            attachment = workload.resource
            if attachment is None or attachment.kind is not NETWORK_INTERFACE_SG_ATTACHMENT:
                continue
            value = attachment["networkInterfaceId"]
            for owner in self._stack.referred(value, attachment, NETWORK_INTERFACE, INSTANCE):
                if owner.urn in by_urn:
                    carried = by_urn[owner.urn].groups
                    both = Meant(
                        tuple(dict.fromkeys((*carried.groups, *workload.groups.groups))),
                        carried.certain and workload.groups.certain,
                        carried.unknown or workload.groups.unknown,
                    )
                    by_urn[owner.urn] = replace(by_urn[owner.urn], groups=both)
                    if not owner.is_read:
                        by_urn.pop(workload.key, None)
        return list(by_urn.values())
