"""Which names are one resource's alone, and where."""

from __future__ import annotations

from typing import Any

import pytest

from offline.aws.names import taken
from offline.aws.values import DEFAULTS, UNKNOWN, Secret

TABLE, BUCKET, ROLE = "aws:dynamodb/table:Table", "aws:s3/bucket:Bucket", "aws:iam/role:Role"
GROUP, SERVICE, RECORD = "aws:ec2/securityGroup:SecurityGroup", "aws:ecs/service:Service", "aws:route53/record:Record"


def keys(token: str, inputs: dict[str, Any], region: str = "us-east-1", account: str = "") -> list[str]:
    return [name.key for name in taken(token, inputs, region, account)]


def same(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    first, second = keys(*one), keys(*other)
    assert len(first) == len(second) == 1
    return first == second


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((TABLE, {"name": "a"}), (TABLE, {"name": "a"}), True),
        ((TABLE, {"name": "a"}), (TABLE, {"name": "A"}), False),
        ((TABLE, {"name": "a"}), (TABLE, {"name": "a"}, "eu-west-1"), False),
        ((TABLE, {"name": "a"}), (TABLE, {"name": "a"}, "us-east-1", "other"), False),
        ((TABLE, {"name": "a"}), ("aws:kinesis/stream:Stream", {"name": "a"}), False),
        ((ROLE, {"name": "Ops"}), (ROLE, {"name": "ops"}, "eu-west-1"), True),
        ((ROLE, {"name": "ops"}), (ROLE, {"name": "ops"}, "us-east-1", "other"), False),
        ((BUCKET, {"bucket": "b"}), ("aws:s3/bucketV2:BucketV2", {"bucket": "b"}, "eu-west-1", "other"), True),
        ((BUCKET, {"bucket": "b"}), (BUCKET, {"bucket": "b"}, "cn-north-1"), False),
        ((GROUP, {"name": "g", "vpcId": "vpc-1"}), (GROUP, {"name": "g", "vpcId": "vpc-1"}), True),
        ((GROUP, {"name": "g", "vpcId": "vpc-1"}), (GROUP, {"name": "g"}), False),
        ((SERVICE, {"name": "s", "cluster": "a"}), (SERVICE, {"name": "s", "cluster": "b"}), False),
        (
            ("aws:lb/targetGroup:TargetGroup", {"name": "t"}),
            ("aws:alb/targetGroup:TargetGroup", {"name": "t"}),
            True,
        ),
        (
            ("aws:rds/instance:Instance", {"identifier": "db"}),
            ("aws:rds/clusterInstance:ClusterInstance", {"identifier": "db"}),
            True,
        ),
        (
            (RECORD, {"zoneId": "Z", "name": "a", "type": "A"}),
            (RECORD, {"zoneId": "Z", "name": "a", "type": "A", "setIdentifier": "blue"}),
            False,
        ),
    ],
)
def test_a_name_is_taken_within_what_aws_says(one: tuple[Any, ...], other: tuple[Any, ...], expected: bool) -> None:
    assert same(one, other) is expected


@pytest.mark.parametrize(
    ("token", "inputs"),
    [
        (TABLE, {}),
        (TABLE, {"name": UNKNOWN}),
        (TABLE, {"name": Secret("hidden")}),
        (TABLE, {"name": "a-1234567", DEFAULTS: ["name"]}),
        (GROUP, {"name": "g", "vpcId": UNKNOWN}),
        (RECORD, {"zoneId": "Z", "name": "a", "type": "A", "allowOverwrite": True}),
        ("aws:cloudwatch/metricAlarm:MetricAlarm", {"name": "a"}),
        ("aws:apigateway/restApi:RestApi", {"name": "a"}),
    ],
)
def test_what_is_not_known_made_up_or_not_unique_takes_no_name(token: str, inputs: dict[str, Any]) -> None:
    assert keys(token, inputs) == []
