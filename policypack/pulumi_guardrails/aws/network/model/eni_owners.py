"""The kinds that security groups are attached to, because they own network interfaces: one row of a table for each.

A row says which properties name the groups and the subnets. The properties are those of the AWS plugin's schema. What
a kind does without a group is from the AWS API reference of the call that makes it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from pulumi_guardrails.aws.network.model.subnets import names_no_subnet_group
from pulumi_guardrails.aws.resource_types import (
    API_VPC_LINK,
    APP_RUNNER_CONNECTOR,
    BATCH_COMPUTE_ENVIRONMENT,
    CANARY,
    CLASSIC_LOAD_BALANCER,
    CLIENT_VPN_ENDPOINT,
    CODEBUILD_PROJECT,
    DAX_CLUSTER,
    DMS_INSTANCE,
    DOCUMENTDB_CLUSTER,
    DOCUMENTDB_ELASTIC_CLUSTER,
    DOCUMENTDB_SUBNET_GROUP,
    ECS_SERVICE,
    ECS_TASK_SET,
    EFS_MOUNT_TARGET,
    EKS_CLUSTER,
    ELASTICACHE_CLUSTER,
    ELASTICACHE_REPLICATION_GROUP,
    ELASTICACHE_SERVERLESS,
    ELASTICACHE_SUBNET_GROUP,
    EMR_SERVERLESS,
    FSX_LUSTRE,
    FSX_ONTAP,
    FSX_OPENZFS,
    FSX_WINDOWS,
    GLUE_CONNECTION,
    INSTANCE,
    INSTANCE_CONNECT_ENDPOINT,
    LAMBDA_FUNCTION,
    LAUNCH_CONFIGURATION,
    LAUNCH_TEMPLATE,
    LOAD_BALANCER,
    MEMORYDB_CLUSTER,
    MEMORYDB_SUBNET_GROUP,
    MQ_BROKER,
    MSK_CLUSTER,
    MSK_SERVERLESS,
    MWAA_ENVIRONMENT,
    NEPTUNE_CLUSTER,
    NEPTUNE_SUBNET_GROUP,
    NETWORK_INTERFACE,
    NETWORK_INTERFACE_SG_ATTACHMENT,
    NOTEBOOK_INSTANCE,
    OPENSEARCH_DOMAIN,
    OPENSEARCH_ENDPOINT,
    RDS_CLUSTER,
    RDS_INSTANCE,
    RDS_PROXY,
    RDS_PROXY_ENDPOINT,
    RDS_SUBNET_GROUP,
    REDSHIFT_CLUSTER,
    REDSHIFT_ENDPOINT,
    REDSHIFT_SERVERLESS_ENDPOINT,
    REDSHIFT_SUBNET_GROUP,
    REDSHIFT_WORKGROUP,
    RESOLVER_ENDPOINT,
    SAGEMAKER_DOMAIN,
    SAGEMAKER_MODEL,
    SPOT_INSTANCE,
    TIMESTREAM_INFLUXDB,
    TRANSFER_SERVER,
    VPC_ENDPOINT,
)
from pulumi_guardrails.core.frozen import fast_dataclass
from pulumi_guardrails.core.kind import Kind
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.value import Value


@fast_dataclass(frozen=True)
class EniOwner:
    """How security groups are attached to a kind.

    Attributes:
        groups: The parts of a resource that name its groups.
        subnets: The part that names its subnets, or its subnet group.
        subnet_group: The kind of that subnet group, where it names one.
        has_groups: Whether a resource has any group at all.
        gets_default_group: Whether one that names no group gets the default group of its VPC.
        in_default_vpc: Whether it is in the default VPC of the account, because it names no subnet.
        accepts_connections: Whether anything can connect to it; a function or a build in a VPC only sends.
    """

    groups: Callable[[Resource], Sequence[Value]]
    subnets: Callable[[Resource], Value] = lambda _resource: Value.of(None, "")
    subnet_group: Kind | None = None
    has_groups: Callable[[Resource], bool] = lambda _resource: True
    gets_default_group: Callable[[Resource], bool] = lambda _resource: True
    in_default_vpc: Callable[[Resource], bool] = lambda _resource: False
    accepts_connections: bool = True


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


def _lacks(name: str) -> Callable[[Resource], bool]:
    return lambda resource: resource[name].is_absent


def _never(_resource: Resource) -> bool:
    return False


def _decides_itself(instance: Resource) -> bool:
    """Whether neither a launch template nor an interface decides the subnet and the groups of an instance."""
    return all(instance[name].is_absent for name in ("networkInterfaces", "primaryNetworkInterface", "launchTemplate"))


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
    return Value.of([block["subnetId"].raw for block in blocks], "subnetMappings", owner=mappings.owner)


def _configured_groups(cluster: Resource) -> Sequence[Value]:
    blocks = cluster["vpcConfigs"].elements()
    if blocks is None:
        return [cluster["vpcConfigs"].listed()]
    return [block["securityGroupIds"].listed() for block in blocks]


def _configured_subnets(cluster: Resource) -> Value:
    blocks = cluster["vpcConfigs"].elements()
    subnets = [] if blocks is None else [block["subnetIds"].listed() for block in blocks]
    return subnets[0] if len(subnets) == 1 else cluster["vpcConfigs"].listed()


ENI_OWNERS: Mapping[Kind, EniOwner] = {
    LOAD_BALANCER: EniOwner(
        _groups_at("securityGroups"),
        _balancer_subnets,
        gets_default_group=lambda r: r["loadBalancerType"].effective not in ("network", "gateway"),
    ),
    # Elastic Load Balancing API reference (version 2012-06-01), "CreateLoadBalancer", and the guide of Classic Load
    # Balancers, "Security groups": without subnets it is in the default VPC, in the zones it names.
    CLASSIC_LOAD_BALANCER: EniOwner(
        _groups_at("securityGroups"), _list_at("subnets"), in_default_vpc=_lacks("subnets")
    ),
    ECS_SERVICE: EniOwner(
        _groups_at("networkConfiguration", "securityGroups"),
        _list_at("networkConfiguration", "subnets"),
        has_groups=_has("networkConfiguration"),
    ),
    ECS_TASK_SET: EniOwner(
        _groups_at("networkConfiguration", "securityGroups"),
        _list_at("networkConfiguration", "subnets"),
        has_groups=_has("networkConfiguration"),
    ),
    # Amazon RDS API reference, "CreateDBInstance" and "CreateDBCluster", parameter PubliclyAccessible.
    RDS_CLUSTER: EniOwner(
        _groups_at("vpcSecurityGroupIds"),
        _at("dbSubnetGroupName"),
        RDS_SUBNET_GROUP,
        in_default_vpc=names_no_subnet_group,
    ),
    RDS_INSTANCE: EniOwner(
        _groups_at("vpcSecurityGroupIds"),
        _at("dbSubnetGroupName"),
        RDS_SUBNET_GROUP,
        in_default_vpc=names_no_subnet_group,
    ),
    # Amazon RDS API reference, "CreateDBProxyEndpoint", parameter VpcSecurityGroupIds.
    RDS_PROXY: EniOwner(_groups_at("vpcSecurityGroupIds"), _list_at("vpcSubnetIds")),
    RDS_PROXY_ENDPOINT: EniOwner(_groups_at("vpcSecurityGroupIds"), _list_at("vpcSubnetIds")),
    LAMBDA_FUNCTION: EniOwner(
        _groups_at("vpcConfig", "securityGroupIds"),
        _list_at("vpcConfig", "subnetIds"),
        has_groups=_has("vpcConfig"),
        gets_default_group=_never,
        accepts_connections=False,
    ),
    INSTANCE: EniOwner(
        _groups_at("vpcSecurityGroupIds"),
        _at("subnetId"),
        # Amazon EC2 API reference, "RunInstances", parameters SecurityGroupId and SubnetId.
        gets_default_group=lambda r: _decides_itself(r) and r["securityGroups"].is_absent,
        in_default_vpc=lambda r: _decides_itself(r) and r["subnetId"].is_absent,
    ),
    LAUNCH_TEMPLATE: EniOwner(_interfaces, gets_default_group=_never),
    VPC_ENDPOINT: EniOwner(
        _groups_at("securityGroupIds"),
        _list_at("subnetIds"),
        has_groups=lambda r: r["vpcEndpointType"].effective != "Gateway",
        gets_default_group=lambda r: r["vpcEndpointType"].effective == "Interface",
    ),
    NETWORK_INTERFACE: EniOwner(_groups_at("securityGroups"), _at("subnetId")),
    NETWORK_INTERFACE_SG_ATTACHMENT: EniOwner(lambda r: [r["securityGroupId"]], gets_default_group=_never),
    EFS_MOUNT_TARGET: EniOwner(_groups_at("securityGroups"), _at("subnetId")),
    # Amazon ElastiCache API reference, "CreateCacheCluster", "CreateReplicationGroup" and "CreateServerlessCache".
    ELASTICACHE_CLUSTER: EniOwner(
        _groups_at("securityGroupIds"),
        _at("subnetGroupName"),
        ELASTICACHE_SUBNET_GROUP,
        # A member of a replication group has the subnets and the groups of that.
        gets_default_group=_lacks("replicationGroupId"),
        in_default_vpc=lambda r: r["subnetGroupName"].is_absent and r["replicationGroupId"].is_absent,
    ),
    ELASTICACHE_REPLICATION_GROUP: EniOwner(
        _groups_at("securityGroupIds"),
        _at("subnetGroupName"),
        ELASTICACHE_SUBNET_GROUP,
        in_default_vpc=_lacks("subnetGroupName"),
    ),
    ELASTICACHE_SERVERLESS: EniOwner(
        _groups_at("securityGroupIds"), _list_at("subnetIds"), in_default_vpc=_lacks("subnetIds")
    ),
    # Amazon MemoryDB API reference, "CreateCluster".
    MEMORYDB_CLUSTER: EniOwner(
        _groups_at("securityGroupIds"),
        _at("subnetGroupName"),
        MEMORYDB_SUBNET_GROUP,
        in_default_vpc=_lacks("subnetGroupName"),
    ),
    # Amazon OpenSearch Service API reference, "VPCOptions"; a domain without them has a public endpoint.
    OPENSEARCH_DOMAIN: EniOwner(
        _groups_at("vpcOptions", "securityGroupIds"), _list_at("vpcOptions", "subnetIds"), has_groups=_has("vpcOptions")
    ),
    # Amazon Redshift API reference, "CreateCluster"; Amazon Redshift Serverless API reference, "CreateWorkgroup".
    REDSHIFT_CLUSTER: EniOwner(
        _groups_at("vpcSecurityGroupIds"),
        _at("clusterSubnetGroupName"),
        REDSHIFT_SUBNET_GROUP,
        in_default_vpc=_lacks("clusterSubnetGroupName"),
    ),
    REDSHIFT_WORKGROUP: EniOwner(
        _groups_at("securityGroupIds"), _list_at("subnetIds"), in_default_vpc=_lacks("subnetIds")
    ),
    # Amazon DocumentDB API reference and Neptune API reference, "CreateDBCluster".
    DOCUMENTDB_CLUSTER: EniOwner(
        _groups_at("vpcSecurityGroupIds"),
        _at("dbSubnetGroupName"),
        DOCUMENTDB_SUBNET_GROUP,
        in_default_vpc=_lacks("dbSubnetGroupName"),
    ),
    NEPTUNE_CLUSTER: EniOwner(
        _groups_at("vpcSecurityGroupIds"),
        _at("neptuneSubnetGroupName"),
        NEPTUNE_SUBNET_GROUP,
        in_default_vpc=_lacks("neptuneSubnetGroupName"),
    ),
    # Amazon MSK API reference, "BrokerNodeGroupInfo" and "VpcConfig".
    MSK_CLUSTER: EniOwner(
        _groups_at("brokerNodeGroupInfo", "securityGroups"), _list_at("brokerNodeGroupInfo", "clientSubnets")
    ),
    MSK_SERVERLESS: EniOwner(_configured_groups, _configured_subnets),
    # Amazon MQ API reference, "CreateBrokerInput".
    MQ_BROKER: EniOwner(_groups_at("securityGroups"), _list_at("subnetIds"), in_default_vpc=_lacks("subnetIds")),
    # The default group of a VPC is not followed to these: AWS gives some of them a group of their own (EKS), and others
    # none at all without a VPC (SageMaker, CodeBuild).
    EKS_CLUSTER: EniOwner(
        _groups_at("vpcConfig", "securityGroupIds"), _list_at("vpcConfig", "subnetIds"), gets_default_group=_never
    ),
    CODEBUILD_PROJECT: EniOwner(
        _groups_at("vpcConfig", "securityGroupIds"),
        _list_at("vpcConfig", "subnets"),
        gets_default_group=_never,
        accepts_connections=False,
    ),
    MWAA_ENVIRONMENT: EniOwner(
        _groups_at("networkConfiguration", "securityGroupIds"),
        _list_at("networkConfiguration", "subnetIds"),
        gets_default_group=_never,
    ),
    DAX_CLUSTER: EniOwner(_groups_at("securityGroupIds"), gets_default_group=_never),
    DMS_INSTANCE: EniOwner(_groups_at("vpcSecurityGroupIds"), gets_default_group=_never),
    BATCH_COMPUTE_ENVIRONMENT: EniOwner(
        _groups_at("computeResources", "securityGroupIds"),
        _list_at("computeResources", "subnets"),
        gets_default_group=_never,
    ),
    APP_RUNNER_CONNECTOR: EniOwner(
        _groups_at("securityGroups"), _list_at("subnets"), gets_default_group=_never, accepts_connections=False
    ),
    NOTEBOOK_INSTANCE: EniOwner(_groups_at("securityGroups"), _at("subnetId"), gets_default_group=_never),
    SAGEMAKER_DOMAIN: EniOwner(
        _groups_at("defaultUserSettings", "securityGroups"), _list_at("subnetIds"), gets_default_group=_never
    ),
    SAGEMAKER_MODEL: EniOwner(
        _groups_at("vpcConfig", "securityGroupIds"), _list_at("vpcConfig", "subnets"), gets_default_group=_never
    ),
    FSX_LUSTRE: EniOwner(_groups_at("securityGroupIds"), _at("subnetIds"), gets_default_group=_never),
    FSX_ONTAP: EniOwner(_groups_at("securityGroupIds"), _list_at("subnetIds"), gets_default_group=_never),
    FSX_OPENZFS: EniOwner(_groups_at("securityGroupIds"), _list_at("subnetIds"), gets_default_group=_never),
    FSX_WINDOWS: EniOwner(_groups_at("securityGroupIds"), _list_at("subnetIds"), gets_default_group=_never),
    TRANSFER_SERVER: EniOwner(
        _groups_at("endpointDetails", "securityGroupIds"),
        _list_at("endpointDetails", "subnetIds"),
        gets_default_group=_never,
    ),
    GLUE_CONNECTION: EniOwner(
        _groups_at("physicalConnectionRequirements", "securityGroupIdLists"),
        _at("physicalConnectionRequirements", "subnetId"),
        gets_default_group=_never,
        accepts_connections=False,
    ),
    LAUNCH_CONFIGURATION: EniOwner(_groups_at("securityGroups"), gets_default_group=_never),
    SPOT_INSTANCE: EniOwner(_groups_at("vpcSecurityGroupIds"), _at("subnetId"), gets_default_group=_never),
    CLIENT_VPN_ENDPOINT: EniOwner(_groups_at("securityGroupIds"), gets_default_group=_never),
    INSTANCE_CONNECT_ENDPOINT: EniOwner(
        _groups_at("securityGroupIds"), _at("subnetId"), gets_default_group=_never, accepts_connections=False
    ),
    RESOLVER_ENDPOINT: EniOwner(_groups_at("securityGroupIds"), gets_default_group=_never),
    API_VPC_LINK: EniOwner(
        _groups_at("securityGroupIds"), _list_at("subnetIds"), gets_default_group=_never, accepts_connections=False
    ),
    CANARY: EniOwner(
        _groups_at("vpcConfig", "securityGroupIds"),
        _list_at("vpcConfig", "subnetIds"),
        gets_default_group=_never,
        accepts_connections=False,
    ),
    EMR_SERVERLESS: EniOwner(
        _groups_at("networkConfiguration", "securityGroupIds"),
        _list_at("networkConfiguration", "subnetIds"),
        gets_default_group=_never,
    ),
    DOCUMENTDB_ELASTIC_CLUSTER: EniOwner(
        _groups_at("vpcSecurityGroupIds"), _list_at("subnetIds"), gets_default_group=_never
    ),
    TIMESTREAM_INFLUXDB: EniOwner(
        _groups_at("vpcSecurityGroupIds"), _list_at("vpcSubnetIds"), gets_default_group=_never
    ),
    REDSHIFT_ENDPOINT: EniOwner(_groups_at("vpcSecurityGroupIds"), gets_default_group=_never),
    REDSHIFT_SERVERLESS_ENDPOINT: EniOwner(
        _groups_at("vpcSecurityGroupIds"), _list_at("subnetIds"), gets_default_group=_never
    ),
    OPENSEARCH_ENDPOINT: EniOwner(
        _groups_at("vpcOptions", "securityGroupIds"), _list_at("vpcOptions", "subnetIds"), gets_default_group=_never
    ),
}
"""The kinds that security groups are attached to, each with how."""
