"""What a stack costs a month, held to arithmetic done by hand."""

from __future__ import annotations

import pytest

from audit.cost import Comparison, Expected, estimate, expected_parts
from audit.preview_document import Declared

PREFIX = "urn:pulumi:dev::api::"
CLUSTER = Declared(f"{PREFIX}aws:ecs/cluster:Cluster::c", "aws:ecs/cluster:Cluster", {})
TASK = Declared(
    f"{PREFIX}aws:ecs/taskDefinition:TaskDefinition::t",
    "aws:ecs/taskDefinition:TaskDefinition",
    {"cpu": "1024", "memory": "2048"},
)
SPLIT = [
    {"capacityProvider": "FARGATE", "base": 2, "weight": 30},
    {"capacityProvider": "FARGATE_SPOT", "weight": 70},
]
ON_DEMAND = (0.04048 + 2 * 0.004445) * 730
ON_SPOT = (0.01291 + 2 * 0.0014177) * 730


def service(**inputs: object) -> Declared:
    return Declared(
        f"{PREFIX}aws:ecs/service:Service::s",
        "aws:ecs/service:Service",
        {"name": "api", "desiredCount": 2, **inputs},
        {"taskDefinition": (TASK.urn,), "cluster": (CLUSTER.urn,)},
    )


def test_tasks_are_priced_from_the_least_to_the_most_with_the_base_first() -> None:
    target = Declared(
        f"{PREFIX}aws:appautoscaling/target:Target::t",
        "aws:appautoscaling/target:Target",
        {"minCapacity": 2, "maxCapacity": 10, "resourceId": "service/c/api"},
    )
    (line,) = estimate([CLUSTER, TASK, service(capacityProviderStrategies=SPLIT), target]).lines
    assert line.low == pytest.approx(2 * ON_DEMAND)
    assert line.high == pytest.approx((2 + 8 * 0.3) * ON_DEMAND + 8 * 0.7 * ON_SPOT)
    assert "4.4 tasks of 1 vCPU and 2 GB" in line.arithmetic
    assert "5.6 on Fargate Spot" in line.arithmetic


def test_a_service_without_a_strategy_takes_that_of_its_cluster() -> None:
    providers = Declared(
        f"{PREFIX}aws:ecs/clusterCapacityProviders:ClusterCapacityProviders::p",
        "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
        {"defaultCapacityProviderStrategies": [{"capacityProvider": "FARGATE_SPOT", "weight": 1}]},
        {"clusterName": (CLUSTER.urn,)},
    )
    (line,) = estimate([CLUSTER, TASK, service(), providers]).lines
    assert line.low == line.high == pytest.approx(2 * ON_SPOT)


def test_capacity_units_are_those_of_the_cluster() -> None:
    cluster = Declared(
        f"{PREFIX}aws:rds/cluster:Cluster::db",
        "aws:rds/cluster:Cluster",
        {"serverlessv2ScalingConfiguration": {"minCapacity": 0.5, "maxCapacity": 2}},
    )
    instance = Declared(
        f"{PREFIX}aws:rds/clusterInstance:ClusterInstance::db",
        "aws:rds/clusterInstance:ClusterInstance",
        {"instanceClass": "db.serverless"},
        {"clusterIdentifier": (cluster.urn,)},
    )
    line = next(one for one in estimate([cluster, instance]).lines if one.resource == instance.urn)
    assert line.low == pytest.approx(0.5 * 0.12 * 730)
    assert line.high == pytest.approx(2 * 0.12 * 730)


def test_what_is_not_priced_is_listed_and_what_is_free_is_not() -> None:
    kinds = ["aws:sagemaker/endpoint:Endpoint", "aws:iam/role:Role", "aws:s3/bucketPolicy:BucketPolicy", "random:x:Y"]
    found = estimate([Declared(f"{PREFIX}{kind}::a", kind, {}) for kind in kinds])
    assert found.lines == ()
    assert found.not_priced == {"aws:sagemaker/endpoint:Endpoint": 1}


def test_a_value_that_is_not_known_is_no_number() -> None:
    unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
    task = Declared(TASK.urn, TASK.type, {"cpu": "256", "memory": "512"})
    (line,) = estimate([CLUSTER, task, service(desiredCount=unknown)]).lines
    assert line.low == pytest.approx((0.25 * 0.04048 + 0.5 * 0.004445) * 730)


@pytest.mark.parametrize(
    ("estimated", "said"),
    [
        ((30.0, 80.0), ""),
        ((31.0, 79.0), ""),
        ((72.0, 223.0), "42 dollars above the least expected, 143 dollars above the most expected"),
        ((10.0, 20.0), "20 dollars below the least expected, 60 dollars below the most expected"),
        (None, "nothing in the stack is billed as this part"),
    ],
)
def test_the_difference_from_what_was_expected_is_said(estimated: tuple[float, float] | None, said: str) -> None:
    assert Comparison("Fargate", estimated, Expected("Fargate", 30, 80)).difference == said


def test_parts_are_compared_by_name() -> None:
    found = estimate([CLUSTER, TASK, service()], expected_parts({"Fargate": [30, 80], "NAT gateway": [32, 32]}))
    assert [(one.part, one.estimated is None) for one in found.comparison] == [
        ("Fargate", False),
        ("NAT gateway", True),
    ]
