"""What security groups are attached to, kind by kind."""

from __future__ import annotations

from typing import Any

import pytest

from offline.aws import schema
from pulumi_guardrails.aws.network.model.eni_owners import ENI_OWNERS, EniOwner
from pulumi_guardrails.aws.network.model.security_groups import Groups
from pulumi_guardrails.aws.network.model.workloads import Attachments, Workload
from pulumi_guardrails.core.kind import Kind
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.value import UNKNOWN
from tests.policypack.aws.network.world import (
    BALANCER,
    CLUSTER,
    DATABASE,
    DEFAULT_GROUP,
    DEFAULT_VPC,
    ENDPOINT,
    FUNCTION,
    GROUP,
    INSTANCE,
    INTERFACE,
    INTERFACE_GROUP,
    SERVICE,
    SUBNET,
    SUBNET_GROUP,
    TEMPLATE,
    VPC,
)
from tests.policypack.cases import Ref, resource, urn_of

TASK_SET = "aws:ecs/taskSet:TaskSet"
MOUNT_TARGET = "aws:efs/mountTarget:MountTarget"
CACHE = "aws:elasticache/cluster:Cluster"
CACHES = "aws:elasticache/replicationGroup:ReplicationGroup"

PROXY = "aws:rds/proxy:Proxy"
CLASSIC = "aws:elb/loadBalancer:LoadBalancer"
SERVERLESS_CACHE = "aws:elasticache/serverlessCache:ServerlessCache"
MEMORY = "aws:memorydb/cluster:Cluster"
SEARCH = "aws:opensearch/domain:Domain"
REDSHIFT = "aws:redshift/cluster:Cluster"
WORKGROUP = "aws:redshiftserverless/workgroup:Workgroup"
DOCUMENTS = "aws:docdb/cluster:Cluster"
NEPTUNE = "aws:neptune/cluster:Cluster"
KAFKA = "aws:msk/cluster:Cluster"
SERVERLESS_KAFKA = "aws:msk/serverlessCluster:ServerlessCluster"
BROKER = "aws:mq/broker:Broker"

WITH_GROUPS: dict[str, Any] = {
    BALANCER: lambda groups: {"securityGroups": groups},
    SERVICE: lambda groups: {"networkConfiguration": {"securityGroups": groups}},
    TASK_SET: lambda groups: {"networkConfiguration": {"securityGroups": groups}},
    CLUSTER: lambda groups: {"vpcSecurityGroupIds": groups},
    DATABASE: lambda groups: {"vpcSecurityGroupIds": groups},
    FUNCTION: lambda groups: {"vpcConfig": {"securityGroupIds": groups}},
    INSTANCE: lambda groups: {"vpcSecurityGroupIds": groups},
    TEMPLATE: lambda groups: {"networkInterfaces": [{"securityGroups": groups}]},
    ENDPOINT: lambda groups: {"vpcEndpointType": "Interface", "securityGroupIds": groups},
    INTERFACE: lambda groups: {"securityGroups": groups},
    INTERFACE_GROUP: lambda groups: {"securityGroupId": groups[0]},
    MOUNT_TARGET: lambda groups: {"securityGroups": groups},
    CACHE: lambda groups: {"securityGroupIds": groups},
    CACHES: lambda groups: {"securityGroupIds": groups},
    CLASSIC: lambda groups: {"securityGroups": groups},
    PROXY: lambda groups: {"vpcSecurityGroupIds": groups},
    "aws:rds/proxyEndpoint:ProxyEndpoint": lambda groups: {"vpcSecurityGroupIds": groups},
    SERVERLESS_CACHE: lambda groups: {"securityGroupIds": groups},
    MEMORY: lambda groups: {"securityGroupIds": groups},
    SEARCH: lambda groups: {"vpcOptions": {"securityGroupIds": groups}},
    REDSHIFT: lambda groups: {"vpcSecurityGroupIds": groups},
    WORKGROUP: lambda groups: {"securityGroupIds": groups},
    DOCUMENTS: lambda groups: {"vpcSecurityGroupIds": groups},
    NEPTUNE: lambda groups: {"vpcSecurityGroupIds": groups},
    KAFKA: lambda groups: {"brokerNodeGroupInfo": {"securityGroups": groups}},
    SERVERLESS_KAFKA: lambda groups: {"vpcConfigs": [{"securityGroupIds": groups}]},
    BROKER: lambda groups: {"securityGroups": groups},
    "aws:eks/cluster:Cluster": lambda groups: {"vpcConfig": {"securityGroupIds": groups}},
    "aws:codebuild/project:Project": lambda groups: {"vpcConfig": {"securityGroupIds": groups}},
    "aws:mwaa/environment:Environment": lambda groups: {"networkConfiguration": {"securityGroupIds": groups}},
    "aws:dax/cluster:Cluster": lambda groups: {"securityGroupIds": groups},
    "aws:dms/replicationInstance:ReplicationInstance": lambda groups: {"vpcSecurityGroupIds": groups},
    "aws:batch/computeEnvironment:ComputeEnvironment": lambda groups: {
        "computeResources": {"securityGroupIds": groups}
    },
    "aws:apprunner/vpcConnector:VpcConnector": lambda groups: {"securityGroups": groups},
    "aws:sagemaker/notebookInstance:NotebookInstance": lambda groups: {"securityGroups": groups},
    "aws:sagemaker/domain:Domain": lambda groups: {"defaultUserSettings": {"securityGroups": groups}},
    "aws:sagemaker/model:Model": lambda groups: {"vpcConfig": {"securityGroupIds": groups}},
    "aws:fsx/lustreFileSystem:LustreFileSystem": lambda groups: {"securityGroupIds": groups},
    "aws:fsx/ontapFileSystem:OntapFileSystem": lambda groups: {"securityGroupIds": groups},
    "aws:fsx/openZfsFileSystem:OpenZfsFileSystem": lambda groups: {"securityGroupIds": groups},
    "aws:fsx/windowsFileSystem:WindowsFileSystem": lambda groups: {"securityGroupIds": groups},
    "aws:transfer/server:Server": lambda groups: {"endpointDetails": {"securityGroupIds": groups}},
    "aws:glue/connection:Connection": lambda groups: {
        "physicalConnectionRequirements": {"securityGroupIdLists": groups}
    },
    "aws:ec2/launchConfiguration:LaunchConfiguration": lambda groups: {"securityGroups": groups},
    "aws:ec2/spotInstanceRequest:SpotInstanceRequest": lambda groups: {"vpcSecurityGroupIds": groups},
    "aws:ec2clientvpn/endpoint:Endpoint": lambda groups: {"securityGroupIds": groups},
    "aws:ec2transitgateway/instanceConnectEndpoint:InstanceConnectEndpoint": lambda groups: {
        "securityGroupIds": groups
    },
    "aws:route53/resolverEndpoint:ResolverEndpoint": lambda groups: {"securityGroupIds": groups},
    "aws:apigatewayv2/vpcLink:VpcLink": lambda groups: {"securityGroupIds": groups},
    "aws:synthetics/canary:Canary": lambda groups: {"vpcConfig": {"securityGroupIds": groups}},
    "aws:emrserverless/application:Application": lambda groups: {"networkConfiguration": {"securityGroupIds": groups}},
    "aws:docdb/elasticCluster:ElasticCluster": lambda groups: {"vpcSecurityGroupIds": groups},
    "aws:timestreaminfluxdb/dbInstance:DbInstance": lambda groups: {"vpcSecurityGroupIds": groups},
    "aws:redshift/endpointAccess:EndpointAccess": lambda groups: {"vpcSecurityGroupIds": groups},
    "aws:redshiftserverless/endpointAccess:EndpointAccess": lambda groups: {"vpcSecurityGroupIds": groups},
    "aws:opensearch/vpcEndpoint:VpcEndpoint": lambda groups: {"vpcOptions": {"securityGroupIds": groups}},
}


def attached(*resources: Resource) -> dict[str, Workload]:
    return {w.resource.name: w for w in Stack(resources).shared(Attachments).workloads if w.resource}


def test_every_kind_that_has_groups_is_tried() -> None:
    assert {token for kind in ENI_OWNERS for token in kind.tokens} & set(WITH_GROUPS) == set(WITH_GROUPS)
    assert len(WITH_GROUPS) == len(ENI_OWNERS)


def is_list_in_the_schema(token: str, path: str) -> bool:
    """Whether the plugin's schema says that a property, or a member of one, is a list."""
    name, *members = path.split(".")
    found = schema.resource(token).inputs[name].type
    for member in members:
        holder = found.items[0] if found.kind == "list" else found
        found = schema.object_type(holder.file, holder.name)[member].type
    return found.kind == "list"


@pytest.mark.parametrize(("kind", "eni_owner"), ENI_OWNERS.items(), ids=lambda each: getattr(each, "name", ""))
def test_what_is_declared_to_be_a_list_is_one_in_the_schema(kind: Kind, eni_owner: EniOwner) -> None:
    token = kind.tokens[0]
    for judged in (resource(token), resource(token, **dict.fromkeys(schema.resource(token).inputs, UNKNOWN))):
        for value in (*eni_owner.groups(judged), eni_owner.subnets(judged)):
            if value.path:
                assert value.is_list is is_list_in_the_schema(token, value.path), value.path


@pytest.mark.parametrize("token", WITH_GROUPS)
def test_the_group_that_a_kind_names_is_attached_to_it(token: str) -> None:
    group = resource(GROUP, "group")
    workload = attached(group, resource(token, "it", **WITH_GROUPS[token]([Ref(GROUP, "group")])))["it"]
    assert workload.groups.groups == (Groups.of(group),)
    assert workload.groups.certain
    assert workload.groups.unknown is None


@pytest.mark.parametrize("token", WITH_GROUPS)
def test_a_group_not_known_yet_may_be_any(token: str) -> None:
    workload = attached(resource(token, "it", **WITH_GROUPS[token]([UNKNOWN])))["it"]
    assert workload.groups.groups == ()
    assert workload.groups.unknown is not None


@pytest.mark.parametrize("token", WITH_GROUPS)
def test_the_id_of_a_group_made_elsewhere_is_a_group(token: str) -> None:
    workload = attached(resource(token, "it", **WITH_GROUPS[token](["sg-0123"])))["it"]
    assert [group.is_external for group in workload.groups.groups] == [True]


@pytest.mark.parametrize(
    ("token", "properties"),
    [
        (BALANCER, {}),
        (SERVICE, {"networkConfiguration": {"subnets": [Ref(SUBNET, "subnet")]}}),
        (CLUSTER, {"dbSubnetGroupName": "db-subnets"}),
        (INSTANCE, {"subnetId": Ref(SUBNET, "subnet")}),
        (INTERFACE, {"subnetId": Ref(SUBNET, "subnet")}),
        (ENDPOINT, {"vpcEndpointType": "Interface"}),
        (MOUNT_TARGET, {"subnetId": Ref(SUBNET, "subnet")}),
        (CLASSIC, {"subnets": [Ref(SUBNET, "subnet")]}),
        (PROXY, {"vpcSubnetIds": [Ref(SUBNET, "subnet")]}),
        (SERVERLESS_CACHE, {"subnetIds": [Ref(SUBNET, "subnet")]}),
        (SEARCH, {"vpcOptions": {"subnetIds": [Ref(SUBNET, "subnet")]}}),
        (SERVERLESS_KAFKA, {"vpcConfigs": [{"subnetIds": [Ref(SUBNET, "subnet")]}]}),
        (CACHE, {"subnetGroupName": "private"}),
    ],
)
def test_without_a_group_it_is_the_default_one_of_its_vpc(token: str, properties: dict[str, Any]) -> None:
    network = [
        resource(VPC, "vpc"),
        resource(SUBNET, "subnet", vpcId=Ref(VPC, "vpc")),
        resource(SUBNET_GROUP, "db-subnets", name="db-subnets", subnetIds=[Ref(SUBNET, "subnet")]),
        resource(
            "aws:elasticache/subnetGroup:SubnetGroup", "private", name="private", subnetIds=[Ref(SUBNET, "subnet")]
        ),
    ]
    judged = resource(token, "it", **properties)
    left = attached(*network, judged)["it"].groups.groups
    assert [group.is_default for group in left] == [True]
    adopted = resource(DEFAULT_GROUP, "adopted", vpcId=Ref(VPC, "vpc"))
    assert attached(*network, adopted, judged)["it"].groups.groups == (Groups.of(adopted),)


@pytest.mark.parametrize(
    ("token", "properties"),
    [
        (SERVICE, {}),
        (FUNCTION, {}),
        (FUNCTION, {"vpcConfig": {"subnetIds": [], "securityGroupIds": []}}),
        (TEMPLATE, {}),
        (INTERFACE_GROUP, {}),
        (ENDPOINT, {"vpcEndpointType": "Gateway"}),
        (ENDPOINT, {}),
        (BALANCER, {"loadBalancerType": "gateway"}),
        (INSTANCE, {"launchTemplate": {"id": "lt-0123"}}),
        (CACHE, {"replicationGroupId": "caches"}),
        (SEARCH, {}),
    ],
)
def test_some_have_no_group_of_their_own_at_all(token: str, properties: dict[str, Any]) -> None:
    assert attached(resource(token, "it", **properties)) == {}


def two_vpcs() -> list[Resource]:
    return [
        made
        for name in ("one", "two")
        for made in (
            resource(VPC, name),
            resource(SUBNET, f"{name}-subnet", vpcId=Ref(VPC, name)),
            resource(DEFAULT_GROUP, f"{name}-default", vpcId=Ref(VPC, name)),
        )
    ]


def test_of_several_vpcs_it_is_the_default_one_of_its_own() -> None:
    interface = resource(INTERFACE, "it", subnetId=Ref(SUBNET, "two-subnet"))
    (left,) = attached(*two_vpcs(), interface)["it"].groups.groups
    assert "two-default" in left.label


def test_without_subnets_it_is_the_default_one_of_the_only_vpc() -> None:
    one = two_vpcs()[:3]
    it = resource(ENDPOINT, "it", vpcEndpointType="Interface")
    (left,) = attached(*one, it)["it"].groups.groups
    assert left == Groups.of(one[-1])
    (unseen,) = attached(*two_vpcs(), it)["it"].groups.groups
    assert unseen.is_default
    assert unseen.label == "the default security group of the VPC of VpcEndpoint 'it'"


@pytest.mark.parametrize(
    ("mappings", "subnets", "elsewhere"),
    [
        ([{"subnetId": Ref(SUBNET, "a"), "allocationId": "eipalloc-0123"}, {"subnetId": "subnet-0123"}], ["a"], 1),
        (UNKNOWN, [], 1),
        ([], [], 0),
    ],
)
def test_a_load_balancer_is_in_the_subnets_of_its_mappings(mappings: Any, subnets: list[str], elsewhere: int) -> None:
    balancer = resource(BALANCER, "it", loadBalancerType="network", subnetMappings=mappings)
    placement = attached(resource(SUBNET, "a"), balancer)["it"].placement
    assert [subnet.name for subnet in placement.subnets] == subnets
    assert len(placement.elsewhere) == elsewhere


@pytest.mark.parametrize(
    "token",
    [
        *(CLUSTER, DATABASE, INSTANCE, CLASSIC, CACHE, CACHES, SERVERLESS_CACHE, MEMORY, REDSHIFT, WORKGROUP),
        *(DOCUMENTS, NEPTUNE, BROKER),
    ],
)
def test_without_a_subnet_it_is_the_default_one_of_the_default_vpc(token: str) -> None:
    locked = resource(DEFAULT_GROUP, "locked", vpcId=Ref(VPC, "vpc"))
    network = [resource(VPC, "vpc"), locked, resource(token, "it")]
    (unseen,) = attached(*network)["it"].groups.groups
    assert unseen.is_default
    adopted = resource(DEFAULT_GROUP, "adopted", vpcId=Ref(DEFAULT_VPC, "default"))
    seen = attached(*network, resource(DEFAULT_VPC, "default"), adopted)["it"].groups.groups
    assert seen == (Groups.of(adopted),)


@pytest.mark.parametrize(
    ("token", "property_name", "group"),
    [
        (CLUSTER, "dbSubnetGroupName", "aws:rds/subnetGroup:SubnetGroup"),
        (DATABASE, "dbSubnetGroupName", "aws:rds/subnetGroup:SubnetGroup"),
        (CACHE, "subnetGroupName", "aws:elasticache/subnetGroup:SubnetGroup"),
        (CACHES, "subnetGroupName", "aws:elasticache/subnetGroup:SubnetGroup"),
        (MEMORY, "subnetGroupName", "aws:memorydb/subnetGroup:SubnetGroup"),
        (REDSHIFT, "clusterSubnetGroupName", "aws:redshift/subnetGroup:SubnetGroup"),
        (DOCUMENTS, "dbSubnetGroupName", "aws:docdb/subnetGroup:SubnetGroup"),
        (NEPTUNE, "neptuneSubnetGroupName", "aws:neptune/subnetGroup:SubnetGroup"),
    ],
)
def test_some_are_in_the_subnets_of_a_subnet_group_of_their_own_kind(
    token: str, property_name: str, group: str
) -> None:
    subnets = [resource(SUBNET, name) for name in ("one", "two")]
    groups = [
        resource(other, "private", name="private", subnetIds=[Ref(SUBNET, "one" if other == group else "two")])
        for other in sorted({group, "aws:rds/subnetGroup:SubnetGroup", "aws:elasticache/subnetGroup:SubnetGroup"})
    ]
    for named in ("private", Ref(group, "private")):
        found = attached(*subnets, *groups, resource(token, "it", **{property_name: named}))["it"]
        assert [subnet.name for subnet in found.placement.subnets] == ["one"]
        assert not found.in_default_vpc


@pytest.mark.parametrize(
    ("token", "properties", "is_there"),
    [
        (CACHE, {}, True),
        (CACHE, {"replicationGroupId": "caches"}, False),
        (INSTANCE, {}, True),
        (INSTANCE, {"launchTemplate": {"id": "lt-0123"}}, False),
        (INSTANCE, {"networkInterfaces": [{"networkInterfaceId": "eni-0123"}]}, False),
        (DATABASE, {}, True),
        (DATABASE, {"snapshotIdentifier": "snapshot"}, False),
    ],
)
def test_only_what_names_no_subnet_is_in_the_default_vpc(
    token: str, properties: dict[str, Any], is_there: bool
) -> None:
    judged = resource(token, "it", **WITH_GROUPS[token](["sg-0123"]), **properties)
    assert attached(judged)["it"].in_default_vpc is is_there
    judged.is_read = True
    assert not attached(judged)["it"].in_default_vpc


@pytest.mark.parametrize("vpc", [VPC, DEFAULT_VPC])
def test_what_has_a_group_of_a_vpc_is_in_that_vpc(vpc: str) -> None:
    group = resource(GROUP, "group", vpcId=Ref(vpc, "vpc"))
    found = attached(resource(vpc, "vpc"), group, resource(CLUSTER, "it", vpcSecurityGroupIds=[Ref(GROUP, "group")]))
    assert found["it"].in_default_vpc is (vpc == DEFAULT_VPC)


def test_a_network_load_balancer_may_have_no_group() -> None:
    assert attached(resource(BALANCER, "it", loadBalancerType="network"))["it"].has_no_group


def test_groups_of_an_interface_are_attached_to_what_has_it() -> None:
    groups = [resource(GROUP, "one"), resource(GROUP, "two")]
    instance = resource(INSTANCE, "it", vpcSecurityGroupIds=[Ref(GROUP, "one")])
    more = resource(INTERFACE_GROUP, "more", securityGroupId=Ref(GROUP, "two"), networkInterfaceId=Ref(INSTANCE, "it"))
    found = attached(*groups, instance, more)
    assert found.keys() == {"it"}
    assert set(found["it"].groups.groups) == {Groups.of(group) for group in groups}


def one_of_two(made: Resource, name: str, *refs: Ref) -> Resource:
    """The same resource with a property that was computed from two resources."""
    made.properties = {**made.properties, name: UNKNOWN}
    made.dependencies = {**made.dependencies, name: [urn_of(ref.token, ref.name) for ref in refs]}
    return made


def test_groups_of_one_of_two_interfaces_may_be_attached_to_each() -> None:
    groups = [resource(GROUP, "one"), resource(GROUP, "two")]
    instances = [resource(INSTANCE, name, vpcSecurityGroupIds=[Ref(GROUP, "one")]) for name in ("a", "b")]
    more = resource(INTERFACE_GROUP, "more", securityGroupId=Ref(GROUP, "two"))
    one_of_two(more, "networkInterfaceId", Ref(INSTANCE, "a"), Ref(INSTANCE, "b"))
    found = attached(*groups, *instances, more)
    for name in ("a", "b"):
        assert [found[name].groups.has(Groups.of(group)) for group in groups] == [True, None]
        assert [doubt.path for doubt in found[name].groups.doubts] == ["networkInterfaceId"]


def test_in_one_of_two_vpcs_it_has_one_of_their_default_groups() -> None:
    subnet = one_of_two(resource(SUBNET, "subnet"), "vpcId", Ref(VPC, "one"), Ref(VPC, "two"))
    found = attached(*two_vpcs(), subnet, resource(INTERFACE, "it", subnetId=Ref(SUBNET, "subnet")))["it"].groups
    assert len(found.groups) == 2
    assert [found.has(group) for group in found.groups] == [None, None]
    assert [(doubt.owner, doubt.path) for doubt in found.doubts] == [(subnet, "vpcId")]


def test_a_default_group_that_may_be_adopted_keeps_its_rules_or_not() -> None:
    adopting = one_of_two(resource(DEFAULT_GROUP, "adopting"), "vpcId", Ref(VPC, "one"), Ref(VPC, "two"))
    stack = Stack([resource(VPC, "one"), resource(VPC, "two"), adopting])
    groups = stack.shared(Groups)
    for default in groups.defaults.values():
        assert default.is_default
        assert [value.owner for value in groups.possible_adoptions(default)] == [adopting]


def test_a_property_computed_from_two_groups_may_be_either() -> None:
    groups = [resource(GROUP, "one"), resource(GROUP, "two")]
    connector = resource("aws:apprunner/vpcConnector:VpcConnector", "connector")
    refs = [Ref(GROUP, "one"), Ref(GROUP, "two")]
    for value, certain in ((UNKNOWN, False), ([UNKNOWN], False), ([UNKNOWN, UNKNOWN], True)):
        one_of_two(connector, "securityGroups", *refs)
        connector.properties = {"securityGroups": value}
        mentions = Stack([*groups, connector]).shared(Attachments).mentions_of(Groups.of(groups[0]))
        assert [mention.certain for mention in mentions] == [certain]
