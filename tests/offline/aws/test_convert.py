"""What a program may write and what the provider is handed: as the bridge from Terraform converts it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from offline.aws import schema
from offline.aws.convert import convert, is_strict
from offline.aws.values import UNKNOWN, Secret

GROUP = "aws:ec2/securityGroup:SecurityGroup"
RULE = "aws:ec2/securityGroupRule:SecurityGroupRule"
INGRESS_RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
BALANCER = "aws:lb/loadBalancer:LoadBalancer"
ROLE = "aws:iam/role:Role"
LIFECYCLE = "aws:ecr/lifecyclePolicy:LifecyclePolicy"


def handed_on(token: str, **inputs: Any) -> dict[str, Any]:
    resource = schema.resource(token)
    return convert(inputs, resource.inputs, strict=is_strict(resource))


@pytest.mark.parametrize(
    ("token", "name", "given", "expected"),
    [
        (RULE, "protocol", -1.0, "-1"),
        (RULE, "fromPort", "80", 80.0),
        (RULE, "fromPort", "-1", -1.0),
        (RULE, "fromPort", "0x50", 80.0),
        (RULE, "self", "true", True),
        (BALANCER, "internal", "false", False),
        (BALANCER, "internal", "False", False),
        (BALANCER, "internal", "1", True),
        (BALANCER, "name", 12.0, "12"),
        (BALANCER, "name", 1e21, "1000000000000000000000"),
        (BALANCER, "name", 0.5, "0.5"),
        (BALANCER, "name", True, "true"),
        (BALANCER, "tags", {"Team": 7.0, "Live": False}, {"Team": "7", "Live": "false"}),
        (GROUP, "ingress", [{"fromPort": "22", "protocol": 6.0}], [{"fromPort": 22.0, "protocol": "6"}]),
        ("aws:rds/cluster:Cluster", "serverlessv2ScalingConfiguration", {"minCapacity": ".5"}, {"minCapacity": 0.5}),
        ("aws:route53/record:Record", "type", True, "true"),
    ],
)
def test_a_value_becomes_what_the_schema_wants(token: str, name: str, given: Any, expected: Any) -> None:
    found = handed_on(token, **{name: given})[name]
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("token", "name", "given"),
    [
        (RULE, "fromPort", "http"),
        (RULE, "fromPort", "80.5"),
        (RULE, "fromPort", ""),
        (RULE, "fromPort", " 80"),
        (RULE, "fromPort", True),
        (BALANCER, "internal", "yes"),
        (BALANCER, "internal", ""),
        (BALANCER, "internal", 1.0),
        (BALANCER, "name", ["a"]),
        (BALANCER, "subnets", "subnet-1"),
        (BALANCER, "nmae", 7.0),
    ],
)
def test_what_the_bridge_cannot_convert_stays_to_be_refused(token: str, name: str, given: Any) -> None:
    assert handed_on(token, **{name: given})[name] == given


def test_a_resource_of_the_plugin_framework_takes_no_text_for_a_number() -> None:
    found = handed_on(INGRESS_RULE, ipProtocol=6.0, fromPort="80", toPort=80.0)
    assert found == {"ipProtocol": "6", "fromPort": "80", "toPort": 80.0}
    assert handed_on(INGRESS_RULE, ipProtocol="tcp", fromPort="") == {"ipProtocol": "tcp", "fromPort": None}
    assert is_strict(schema.resource("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"))
    assert not is_strict(schema.resource(BALANCER))


def test_what_is_not_known_or_absent_stays_so_and_a_secret_stays_secret() -> None:
    found = handed_on(RULE, fromPort=UNKNOWN, toPort=Secret("443"), protocol=Secret(UNKNOWN), description=None)
    assert found == {"fromPort": UNKNOWN, "toPort": Secret(443.0), "protocol": Secret(UNKNOWN), "description": None}


def test_a_policy_that_is_an_object_becomes_json() -> None:
    statement = {"Effect": "Allow", "Principal": {"CanonicalUser": "a", "AWS": "*"}, "Action": ["sts:AssumeRole"]}
    found = handed_on(ROLE, assumeRolePolicy={"Version": "2012-10-17", "Statement": [statement]})["assumeRolePolicy"]
    assert json.loads(found) == {"Version": "2012-10-17", "Statement": [statement]}
    unknown = {"Statement": [{**statement, "Resource": UNKNOWN}]}
    assert handed_on(ROLE, assumeRolePolicy=unknown)["assumeRolePolicy"] is UNKNOWN
    secret = handed_on(ROLE, assumeRolePolicy={"Statement": [{**statement, "Sid": Secret("hidden")}]})
    assert isinstance(secret["assumeRolePolicy"], Secret)
    assert json.loads(secret["assumeRolePolicy"].value)["Statement"][0]["Sid"] == "hidden"


def test_a_lifecycle_policy_becomes_json_where_its_names_are_right() -> None:
    selection = {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 10.0}
    rule = {"rulePriority": 1.0, "selection": selection, "action": {"type": "expire"}}
    found = handed_on(LIFECYCLE, repository="r", policy={"rules": [rule]})["policy"]
    assert json.loads(found)["rules"][0]["selection"]["countNumber"] == 10
    assert ":10," in found or ":10}" in found
    wrong = {"rules": [{**rule, "priority": 1.0}]}
    assert handed_on(LIFECYCLE, repository="r", policy=wrong)["policy"] == wrong
