from __future__ import annotations

from typing import Any

import pytest

from offline.aws import schema
from offline.aws.diff import ADD, DELETE, UPDATE, diff
from offline.aws.replacement import _TABLE, replaces
from offline.aws.schema import Property, Resource, Type
from offline.aws.values import DEFAULTS, KNOWN, UNKNOWN, Secret

GROUP = schema.resource("aws:ec2/securityGroup:SecurityGroup")
LOG_GROUP = schema.resource("aws:cloudwatch/logGroup:LogGroup")
BALANCER = schema.resource("aws:lb/loadBalancer:LoadBalancer")


def test_the_same_inputs_are_no_change() -> None:
    inputs = {
        "name": "a",
        "ingress": [{"fromPort": 80.0, DEFAULTS: []}],
        "tags": Secret({"a": "b"}),
        DEFAULTS: ["name"],
    }
    assert diff(GROUP, inputs, dict(inputs)).changes == {}


def test_of_an_imported_resource_only_what_its_id_tells_can_differ() -> None:
    imported = {"name": "a", "description": "", DEFAULTS: [], KNOWN: ["name"]}
    assert diff(GROUP, imported, {"name": "a", "description": "b", "vpcId": "vpc-1", DEFAULTS: []}).changes == {}
    assert diff(GROUP, imported, {"name": "b", DEFAULTS: []}).replaces == ["name"]


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        ({"retentionInDays": 30.0}, {"retentionInDays": 90.0}, {"retentionInDays": UPDATE}),
        ({}, {"retentionInDays": 90.0}, {"retentionInDays": ADD}),
        ({"retentionInDays": 90.0}, {}, {"retentionInDays": DELETE}),
        ({"retentionInDays": 90.0}, {"retentionInDays": None}, {"retentionInDays": DELETE}),
        (
            {"tags": {"a": "b", "c": "d"}},
            {"tags": {"a": "x", "e": "f"}},
            {"tags.a": UPDATE, "tags.c": DELETE, "tags.e": ADD},
        ),
        ({"tags": Secret({"a": "b"})}, {"tags": Secret({"a": "c"})}, {"tags.a": UPDATE}),
        ({"kmsKeyId": "arn:1"}, {"kmsKeyId": UNKNOWN}, {"kmsKeyId": UPDATE}),
        ({DEFAULTS: ["name"]}, {DEFAULTS: []}, {}),
    ],
)
def test_each_changed_property_is_named_by_its_path(
    old: dict[str, Any], new: dict[str, Any], changes: dict[str, str]
) -> None:
    found = diff(LOG_GROUP, old, new)
    assert found.changes == changes
    assert found.replaces == []


def test_items_of_lists_are_compared_one_by_one() -> None:
    found = diff(GROUP, {"ingress": [{"fromPort": 1.0}]}, {"ingress": [{"fromPort": 2.0}, {"fromPort": 3.0}]})
    assert found.changes == {"ingress[0].fromPort": UPDATE, "ingress[1]": ADD}


def test_a_policy_that_says_the_same_is_no_change() -> None:
    role = schema.resource("aws:iam/role:Role")
    old = {"assumeRolePolicy": '{"Version":"2012-10-17","Statement":[{"Effect":"Allow"}]}'}
    same = {"assumeRolePolicy": '{\n "Statement": [{"Effect": "Allow"}],\n "Version": "2012-10-17"}'}
    other = {"assumeRolePolicy": '{"Version":"2012-10-17","Statement":[{"Effect":"Deny"}]}'}
    assert diff(role, old, same).changes == {}
    assert diff(role, old, other).changes == {"assumeRolePolicy": UPDATE}


def test_numbers_in_text_are_not_documents() -> None:
    task = schema.resource("aws:ecs/taskDefinition:TaskDefinition")
    assert diff(task, {"cpu": "256"}, {"cpu": "256.0"}).changes == {"cpu": UPDATE}


def test_ignored_changes_are_left_alone() -> None:
    old, new = {"tags": {"a": "b"}, "retentionInDays": 1.0}, {"tags": {"a": "c"}, "retentionInDays": 3.0}
    assert diff(LOG_GROUP, old, new, ["tags"]).changes == {"retentionInDays": UPDATE}
    assert diff(LOG_GROUP, old, new, ["tags.a", "retentionInDays"]).changes == {}


def test_a_change_that_aws_cannot_make_in_place_replaces() -> None:
    found = diff(BALANCER, {"name": "a", "idleTimeout": 1.0}, {"name": "b", "idleTimeout": 2.0})
    assert found.replaces == ["name"]
    assert set(found.changes) == {"name", "idleTimeout"}


@pytest.mark.parametrize(
    ("old", "new", "first"),
    [
        ({"name": "a"}, {"name": "a", DEFAULTS: []}, True),
        ({"name": "a"}, {"name": "b", DEFAULTS: []}, False),
        ({"name": "a"}, {"name": "a", DEFAULTS: ["name"]}, False),
    ],
)
def test_a_name_of_ones_own_has_to_be_free_before_its_successor(
    old: dict[str, Any], new: dict[str, Any], first: bool
) -> None:
    found = diff(BALANCER, {**old, "internal": True}, {**new, "internal": False})
    assert "internal" in found.replaces
    assert found.delete_before_replace is first


@pytest.mark.parametrize(
    ("token", "name", "expected"),
    [
        ("aws:ec2/vpc:Vpc", "cidrBlock", True),
        ("aws:ec2/vpc:Vpc", "enableDnsSupport", False),
        ("aws:ec2/vpc:Vpc", "region", True),
        ("aws:alb/targetGroup:TargetGroup", "port", True),
        ("aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy", "name", False),
        ("aws:rds/cluster:Cluster", "engineVersion", False),
        ("aws:rds/cluster:Cluster", "storageEncrypted", True),
    ],
)
def test_what_replaces_a_resource(token: str, name: str, expected: bool) -> None:
    assert replaces(schema.resource(token), name) is expected


@pytest.mark.parametrize(
    ("doc", "expected"),
    [
        ("The name. Changing this forces a new resource to be created.", True),
        ("The name. Changing this creates a new resource.", True),
        ("The name. Changing this value forces a new resource.", True),
        ("Forces new resource. The name.", True),
        ("If it is set, changing this value forces a new resource to be created.", False),
        ("The name.", False),
    ],
)
def test_the_documentation_is_believed_where_it_has_no_condition(doc: str, expected: bool) -> None:
    resource = Resource("aws:x/y:Y", {"size": Property("size", Type("string"), False, doc)}, {}, frozenset())
    assert replaces(resource, "size") is expected


@pytest.mark.parametrize("token", sorted(_TABLE))
def test_the_table_names_properties_that_exist(token: str) -> None:
    assert _TABLE[token] <= set(schema.resource(token).inputs)
