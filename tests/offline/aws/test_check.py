"""Names, types and required properties: each test bends one property of a resource that is otherwise accepted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from offline.aws.values import DEFAULTS, UNKNOWN, Secret

Problems = Callable[..., list[str]]

CLUSTER = "aws:rds/cluster:Cluster"
SERVICE = "aws:ecs/service:Service"
GOOD_CLUSTER = {
    "engine": "aurora-postgresql",
    "masterUsername": "dbadmin",
    "manageMasterUserPassword": True,
    "skipFinalSnapshot": True,
}


@pytest.mark.parametrize(
    ("bent", "expected"),
    [
        ({"enginee": "x"}, "enginee is no property of aws:rds/cluster:Cluster; did you mean engine?"),
        ({"engine": None}, "engine is required by aws:rds/cluster:Cluster and missing"),
        ({"port": "http"}, "port must be an integer, found the string 'http'"),
        ({"port": 5432.5}, "port must be an integer, found the number 5432.5"),
        ({"port": True}, "port must be an integer, found the boolean true"),
        ({"skipFinalSnapshot": "yes"}, "skipFinalSnapshot must be a boolean, found the string 'yes'"),
        ({"skipFinalSnapshot": 1.0}, "skipFinalSnapshot must be a boolean, found the number 1"),
        ({"databaseName": ["a"]}, "databaseName must be a string, found a list"),
        ({"iamRoles": "role"}, "iamRoles must be a list of string values, found the string 'role'"),
        ({"iamRoles": ["a", ["b"]]}, "iamRoles[1] must be a string, found a list"),
        ({"tags": {"Team": {"a": "b"}}}, "tags.Team must be a string, found an object"),
        ({"tags": ["Team"]}, "tags must be a map of string values, found a list"),
        ({"engine": "oracle"}, "engine must be one of aurora, aurora-mysql, aurora-postgresql"),
        ({"networkType": "IPV6"}, "networkType must be one of DUAL, IPV4; found 'IPV6'"),
        (
            {"serverlessv2ScalingConfiguration": {"minCapacity": 0.5, "maxCapacity": 2.0, "max": 1.0}},
            "serverlessv2ScalingConfiguration.max is no property of rds.ClusterServerlessv2ScalingConfigurationArgs",
        ),
        (
            {"serverlessv2ScalingConfiguration": {"minCapacity": 0.5}},
            "serverlessv2ScalingConfiguration.maxCapacity is required by rds.ClusterServerlessv2Scaling",
        ),
    ],
)
def test_one_wrong_property_is_refused_by_its_path(problems: Problems, bent: dict[str, Any], expected: str) -> None:
    found = problems(CLUSTER, {**GOOD_CLUSTER, **bent})
    assert len(found) == 1
    assert found[0].startswith(expected)


def test_a_good_resource_is_accepted(problems: Problems) -> None:
    assert problems(CLUSTER, GOOD_CLUSTER) == []


def test_python_spelling_is_no_property(problems: Problems) -> None:
    assert problems(CLUSTER, {**GOOD_CLUSTER, "master_username": "x"})[0].startswith("master_username is no property")


def test_a_property_deep_in_a_list_is_found(problems: Problems) -> None:
    found = problems(SERVICE, {"capacityProviderStrategies": [{"capacityProvider": "FARGATE", "weigth": 1.0}]})
    assert found == [
        "capacityProviderStrategies[0].weigth is no property of ecs.ServiceCapacityProviderStrategyArgs; "
        "did you mean weight?"
    ]


@pytest.mark.parametrize("value", [UNKNOWN, Secret(UNKNOWN)])
def test_what_is_not_known_yet_counts_as_given_and_is_not_judged(problems: Problems, value: Any) -> None:
    assert problems(CLUSTER, {**GOOD_CLUSTER, "engine": value, "port": value, "tags": value}) == []


def test_an_absent_secret_is_absent(problems: Problems) -> None:
    assert problems(CLUSTER, {**GOOD_CLUSTER, "engine": Secret(None)})[0].startswith("engine is required")


def test_a_refused_secret_is_never_shown(problems: Problems) -> None:
    found = problems(CLUSTER, {**GOOD_CLUSTER, "port": Secret("hunter2"), "skipFinalSnapshot": Secret(67890.0)})
    assert len(found) == 2
    assert "hunter2" not in str(found)
    assert "67890" not in str(found)


def test_a_list_of_enumerated_words_is_checked_item_by_item(problems: Problems) -> None:
    inputs = {"family": "f", "containerDefinitions": '[{"name": "a", "image": "b"}]'}
    found = problems("aws:ecs/taskDefinition:TaskDefinition", {**inputs, "requiresCompatibilities": ["FARGAT"]})
    assert found[0].startswith("requiresCompatibilities must be one of EC2, EXTERNAL, FARGATE")


def test_a_catalogue_of_instance_types_is_not_taken_for_complete(problems: Problems) -> None:
    inputs = {"clusterIdentifier": "c", "engine": "aurora-postgresql", "instanceClass": "db.serverless"}
    assert problems("aws:rds/clusterInstance:ClusterInstance", inputs) == []


def test_a_policy_may_be_text_or_an_object_but_no_list(problems: Problems) -> None:
    role = "aws:iam/role:Role"
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ecs-tasks.amazonaws.com"}}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    assert problems(role, {"assumeRolePolicy": document}) == []
    assert problems(role, {"assumeRolePolicy": {**document, "Statment": []}})[0].startswith(
        "assumeRolePolicy is no policy document: 'Statment' is none of"
    )
    assert problems(role, {"assumeRolePolicy": [document]})[0].startswith("assumeRolePolicy must be")


def test_the_plugins_own_note_is_no_property_to_judge(problems: Problems) -> None:
    assert problems(CLUSTER, {**GOOD_CLUSTER, DEFAULTS: ["clusterIdentifier"]}) == []
