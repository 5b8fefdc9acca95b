"""Which kinds carry security groups: one row of a table for each, which says where it names its groups and its subnets.

The properties are those of the AWS plugin's schema. What a kind does without a group is from the AWS API reference of
the call that makes it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from guardrails.kinds import (
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
    VPC_ENDPOINT,
    Kind,
)
from guardrails.network.subnets import names_no_place
from guardrails.view import Resource, Value


@dataclass(frozen=True)
class Carrier:
    """How a kind carries security groups.

    Attributes:
        groups: The parts of a resource that name its groups.
        subnets: The part that names its subnets, or the group of subnets it lies in.
        carries: Whether a resource carries any group at all.
        falls_back: Whether one that names no group gets the default group of its VPC.
    """

    groups: Callable[[Resource], Sequence[Value]]
    subnets: Callable[[Resource], Value] = lambda _resource: Value.of(None, "")
    carries: Callable[[Resource], bool] = lambda _resource: True
    falls_back: Callable[[Resource], bool] = lambda _resource: True


def _at(name: str, *members: str) -> Callable[[Resource], Value]:
    """The property `name`, or a member of it."""

    def read(resource: Resource) -> Value:
        value = resource[name]
        for member in members:
            value = value[member]
        return value

    return read


def _list_at(name: str, *members: str) -> Callable[[Resource], Value]:
    """The same for a list."""
    read = _at(name, *members)
    return lambda resource: read(resource).listed()


def _groups_at(name: str, *members: str) -> Callable[[Resource], Sequence[Value]]:
    """The list of groups that a property, or a member of it, is."""
    read = _list_at(name, *members)
    return lambda resource: [read(resource)]


def _has(name: str) -> Callable[[Resource], bool]:
    return lambda resource: not resource[name].is_absent


def _never(_resource: Resource) -> bool:
    return False


def _interfaces(template: Resource) -> Sequence[Value]:
    own, interfaces = template["vpcSecurityGroupIds"].listed(), template["networkInterfaces"].listed()
    blocks = interfaces.elements()
    return [own, *([interfaces] if blocks is None else [block["securityGroups"].listed() for block in blocks])]


def _balancer_subnets(balancer: Resource) -> Value:
    mappings = balancer["subnetMappings"]
    if mappings.is_absent:
        return balancer["subnets"].listed()
    blocks = mappings.elements()
    if blocks is None:
        return mappings.listed()
    return Value.of([block["subnetId"].raw for block in blocks], "subnetMappings")


def is_in_default_vpc(resource: Resource) -> bool:
    """Whether it lies in the default VPC of the account because it names no place.

    Sources: Amazon RDS API reference, "CreateDBInstance" and "CreateDBCluster", parameter PubliclyAccessible; Amazon
    EC2 API reference, "RunInstances", parameter SubnetId.
    """
    if resource.kind in (RDS_CLUSTER, RDS_INSTANCE):
        return names_no_place(resource)
    return resource.kind is INSTANCE and resource["subnetId"].is_absent


CARRIERS: Mapping[Kind, Carrier] = {
    LOAD_BALANCER: Carrier(
        _groups_at("securityGroups"),
        _balancer_subnets,
        falls_back=lambda r: r["loadBalancerType"].effective not in ("network", "gateway"),
    ),
    ECS_SERVICE: Carrier(
        _groups_at("networkConfiguration", "securityGroups"),
        _list_at("networkConfiguration", "subnets"),
        carries=_has("networkConfiguration"),
    ),
    ECS_TASK_SET: Carrier(
        _groups_at("networkConfiguration", "securityGroups"),
        _list_at("networkConfiguration", "subnets"),
        carries=_has("networkConfiguration"),
    ),
    RDS_CLUSTER: Carrier(_groups_at("vpcSecurityGroupIds"), _at("dbSubnetGroupName")),
    RDS_INSTANCE: Carrier(_groups_at("vpcSecurityGroupIds"), _at("dbSubnetGroupName")),
    LAMBDA_FUNCTION: Carrier(
        _groups_at("vpcConfig", "securityGroupIds"),
        _list_at("vpcConfig", "subnetIds"),
        carries=_has("vpcConfig"),
        falls_back=_never,
    ),
    INSTANCE: Carrier(
        _groups_at("vpcSecurityGroupIds"),
        _at("subnetId"),
        falls_back=lambda r: (
            all(r[name].is_absent for name in ("networkInterfaces", "primaryNetworkInterface", "launchTemplate"))
            and r["securityGroups"].is_absent
        ),
    ),
    LAUNCH_TEMPLATE: Carrier(_interfaces, falls_back=_never),
    VPC_ENDPOINT: Carrier(
        _groups_at("securityGroupIds"),
        _list_at("subnetIds"),
        carries=lambda r: r["vpcEndpointType"].effective != "Gateway",
        falls_back=lambda r: r["vpcEndpointType"].effective == "Interface",
    ),
    NETWORK_INTERFACE: Carrier(_groups_at("securityGroups"), _at("subnetId")),
    NETWORK_INTERFACE_SG_ATTACHMENT: Carrier(lambda r: [r["securityGroupId"]], falls_back=_never),
    EFS_MOUNT_TARGET: Carrier(_groups_at("securityGroups"), _at("subnetId")),
    ELASTICACHE_CLUSTER: Carrier(
        _groups_at("securityGroupIds"), falls_back=lambda r: r["replicationGroupId"].is_absent
    ),
    ELASTICACHE_REPLICATION_GROUP: Carrier(_groups_at("securityGroupIds")),
}
"""The kinds that carry security groups, each with how it does."""
