"""The cluster, the task and what runs in it, the service, and how it scales."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.infra.program import ACCOUNT, Stack, run

IMAGE = f"{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com/team/api:1.4.2"


def container(stack: Stack) -> dict[str, Any]:
    (found,) = json.loads(stack.one("TaskDefinition")["containerDefinitions"])
    return dict(found)


def test_cluster(dev: Stack) -> None:
    cluster = dev.one("ecs/cluster:Cluster")
    assert cluster["name"] == "ml-api-cluster-dev"
    assert cluster["settings"] == [{"name": "containerInsights", "value": "enabled"}]


def test_task_definition(dev: Stack) -> None:
    task = dev.one("TaskDefinition")
    assert task["family"] == "ml-api-task-dev"
    assert (task["cpu"], task["memory"]) == ("1024", "2048")
    assert task["networkMode"] == "awsvpc"
    assert task["requiresCompatibilities"] == ["FARGATE"]
    assert task.refers_to["executionRoleArn"] == {"Role::execution"}
    assert task.refers_to["taskRoleArn"] == {"Role::task"}


def test_service_runs_privately_on_demand_and_on_spot(dev: Stack) -> None:
    service = dev.one("Service")
    assert service["name"] == "ml-api-service-dev"
    assert (service["desiredCount"], service["platformVersion"]) == (2, "LATEST")
    assert service["capacityProviderStrategies"] == [
        {"capacityProvider": "FARGATE", "base": 2, "weight": 30},
        {"capacityProvider": "FARGATE_SPOT", "weight": 70},
    ]
    assert service["networkConfiguration"]["assignPublicIp"] is False
    assert service.refers_to["networkConfiguration"] == {
        "Subnet::private-1",
        "Subnet::private-2",
        "Subnet::private-3",
        "SecurityGroup::task",
    }
    assert service["enableExecuteCommand"] is False
    assert service["deploymentCircuitBreaker"] == {"enable": True, "rollback": True}


def test_the_desired_count_belongs_to_auto_scaling(dev: Stack) -> None:
    assert dev.one("Service").ignores == ["desiredCount"]


def test_the_first_task_starts_only_when_it_can(dev: Stack) -> None:
    needed = {
        "Listener::http",
        "ListenerRule::api-v1",
        "ClusterCapacityProviders::api",
        "RolePolicy::execution",
        "RolePolicy::task",
        "SecretVersion::connection",
        "LogGroup::api",
    }
    assert needed <= dev.one("Service").after


def test_scaling(dev: Stack) -> None:
    target = dev.one("Target")
    assert (target["minCapacity"], target["maxCapacity"]) == (2, 10)
    assert target["resourceId"] == "service/ml-api-cluster-dev/ml-api-service-dev"
    assert "Service::api" in target.after
    scaling = dev.one("Policy")["targetTrackingScalingPolicyConfiguration"]
    assert scaling["targetValue"] == 1000
    assert (scaling["scaleOutCooldown"], scaling["scaleInCooldown"]) == (60, 300)
    assert scaling["predefinedMetricSpecification"]["predefinedMetricType"] == "ALBRequestCountPerTarget"


def test_the_container_is_confined(dev: Stack) -> None:
    found = container(dev)
    assert found["readonlyRootFilesystem"] is True
    assert found["privileged"] is False
    assert found["user"] == "101:101"
    assert found["portMappings"] == [{"containerPort": 8080, "hostPort": 8080, "protocol": "tcp"}]
    assert {mount["sourceVolume"] for mount in found["mountPoints"]} == {
        volume["name"] for volume in dev.one("TaskDefinition")["volumes"]
    }


def test_the_container_logs_to_its_group(dev: Stack) -> None:
    assert container(dev)["logConfiguration"] == {
        "logDriver": "awslogs",
        "options": {
            "awslogs-group": "/aws/ecs/ml-api-dev",
            "awslogs-region": "us-east-1",
            "awslogs-stream-prefix": "api",
        },
    }


def test_the_placeholder_writes_a_configuration_that_serves_health_on_8080(dev: Stack, tmp_path: Path) -> None:
    shell = shutil.which("sh")
    assert shell
    found = container(dev)
    assert found["entryPoint"] == ["sh", "-c"]
    (command,) = found["command"]
    write, start = command.replace("/dev/shm", str(tmp_path)).split("&& exec ")
    subprocess.run([shell, "-c", write], check=True)
    text = (tmp_path / "nginx.conf").read_text(encoding="utf-8")
    assert start == f"nginx -e stderr -c {tmp_path}/nginx.conf -g 'daemon off;'"
    assert "listen 8080;" in text
    assert 'location = /health { access_log off; return 200 "{\\"status\\": \\"ok\\"}"; }' in text
    assert text.count("{") == text.count("}")


def test_the_placeholder_writes_nowhere_but_to_memory(dev: Stack) -> None:
    (command,) = container(dev)["command"]
    paths = [word for word in command.replace("'", " ").replace(";", " ").split() if word.startswith("/")]
    writable = [path for path in paths if not path.startswith(("/dev/std", "/health"))]
    assert all(path.startswith("/dev/shm/") or path == "/" for path in writable)


def test_a_configured_image_runs_as_it_is() -> None:
    found = container(run({"container_image": IMAGE}))
    assert found["image"] == IMAGE
    assert not {"command", "entryPoint", "user"} & set(found)
    assert found["readonlyRootFilesystem"] is True


def secrets(stack: Stack) -> dict[str, str]:
    return {secret["name"]: secret["valueFrom"] for secret in container(stack)["secrets"]}


def test_a_password_of_auroras_own_is_not_injected(dev: Stack) -> None:
    assert set(secrets(dev)) == {"DB_HOST", "DB_PORT", "DB_NAME", "DB_USER", "DB_SECRET_ARN"}


def test_a_configured_password_is_injected_from_the_secret(own_password: Stack) -> None:
    arn = f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:ml-api-dev-db"
    assert secrets(own_password)["DB_PASSWORD"] == f"{arn}:password::"
    assert "DB_SECRET_ARN" not in secrets(own_password)


@pytest.mark.parametrize("stack", ["dev", "prod", "own_password"])
def test_no_variable_is_a_secret_in_clear_text(stack: str, request: pytest.FixtureRequest) -> None:
    environment = container(request.getfixturevalue(stack))["environment"]
    assert {variable["name"] for variable in environment} == {"AWS_REGION", "ENVIRONMENT", "PORT", "SESSION_TABLE"}
