"""What holds for the stack as a whole: tags, retention, outputs, and what a policy can read at a first preview."""

from __future__ import annotations

import inspect

import pulumi_aws
import pytest

from tests.infra.program import ACCOUNT, Resource, Stack, run

STACKS = ["dev", "prod", "own_password"]


@pytest.fixture(params=STACKS)
def stack(request: pytest.FixtureRequest) -> Stack:
    found: Stack = request.getfixturevalue(request.param)
    return found


def taggable(resource: Resource) -> bool:
    """Whether the resource's class in the SDK takes tags."""
    module, name = resource.type.split(":")[1].split("/")[0], resource.type.rsplit(":", 1)[1]
    return "tags" in inspect.signature(getattr(getattr(pulumi_aws, module), name)._internal_init).parameters


def test_everything_that_can_be_tagged_is(stack: Stack) -> None:
    required = {"Environment", "Repository", "Team", "Project", "ManagedBy"}
    missing = [
        f"{resource.type} {resource.name}"
        for resource in stack.aws()
        if taggable(resource) and not required <= set(resource.inputs.get("tags", {}))
    ]
    assert missing == []


def test_tags_say_what_the_settings_say() -> None:
    stack = run({"environment_suffix": "blue", "repository": "team/api", "team": "search"})
    tags = stack.one("Table")["tags"]
    assert tags == {
        "Environment": "blue",
        "Repository": "team/api",
        "Team": "search",
        "Project": "ml-api",
        "ManagedBy": "Pulumi",
    }


def test_a_resources_own_tags_are_kept(dev: Stack) -> None:
    assert dev.one("Subnet", "private-1")["tags"]["Tier"] == "private"


def test_every_log_group_keeps_30_days(stack: Stack) -> None:
    assert {group["retentionInDays"] for group in stack.all("LogGroup")} == {30}


def test_log_groups_have_the_names_of_the_specification(dev: Stack) -> None:
    names = {group["name"] for group in dev.all("LogGroup")}
    assert {"/aws/ecs/ml-api-dev", "/aws/alb/ml-api-dev"} <= names


def test_outputs_are_those_of_the_specification(stack: Stack) -> None:
    assert stack.outputs == {
        "alb_dns_name",
        "cloudfront_domain_name",
        "cloudfront_distribution_url",
        "rds_cluster_endpoint",
        "dynamodb_table_name",
        "ecs_cluster_name",
        "ecs_service_name",
        "vpc_id",
    }


READ_BY_POLICIES = {
    "Role": ("assumeRolePolicy",),
    "RolePolicy": ("policy",),
    "BucketPolicy": ("policy", "bucket"),
    "Key": ("policy",),
    "LogResourcePolicy": ("policyDocument",),
    "VpcEndpoint": ("policy",),
    "TaskDefinition": ("containerDefinitions",),
    "LogGroup": ("name", "retentionInDays"),
    "LoadBalancer": ("accessLogs",),
    "Table": ("name",),
    "Secret": ("name",),
    "rds/cluster:Cluster": ("clusterIdentifier", "dbClusterParameterGroupName"),
    "ClusterInstance": ("availabilityZone", "clusterIdentifier"),
    "Subnet": ("availabilityZone", "cidrBlock"),
    "BucketPublicAccessBlock": ("bucket",),
    "BucketServerSideEncryptionConfiguration": ("bucket",),
}


def test_what_policies_read_is_known_on_an_empty_stack(stack: Stack) -> None:
    unknown = [
        f"{resource.type} {resource.name} {key}"
        for kind, keys in READ_BY_POLICIES.items()
        for resource in stack.all(kind)
        for key in keys
        if not resource.known(key)
    ]
    assert unknown == []


def test_names_follow_region_account_and_suffix() -> None:
    zones = [f"eu-central-1{letter}" for letter in "abc"]
    stack = run({"aws:region": "eu-central-1", "environment_suffix": "blue"}, zones=zones)
    policy = stack.one("RolePolicy", "task")["policy"]
    assert f"arn:aws:dynamodb:eu-central-1:{ACCOUNT}:table/ml-api-sessions-blue" in policy
    assert "us-east-1" not in policy


def test_the_longest_suffix_keeps_every_name_within_its_limit() -> None:
    stack = run({"environment_suffix": "a" * 22})
    limits = {
        "LoadBalancer": ("name", 32),
        "TargetGroup": ("name", 32),
        "Bucket": ("bucket", 63),
        "rds/cluster:Cluster": ("clusterIdentifier", 63),
        "ClusterInstance": ("identifier", 63),
        "Role": ("name", 64),
        "LogDeliverySource": ("name", 60),
        "LogDeliveryDestination": ("name", 60),
    }
    for kind, (key, limit) in limits.items():
        assert all(len(resource[key]) <= limit for resource in stack.all(kind)), kind
    cluster = run({"environment_suffix": "a" * 22, "protect": "true"}).one("rds/cluster:Cluster")
    assert len(cluster["finalSnapshotIdentifier"]) <= 255


def test_the_stack_has_about_as_many_resources_as_documented(dev: Stack, prod: Stack) -> None:
    assert 45 <= len(dev.aws()) <= 90
    assert len(prod.aws()) > len(dev.aws())
