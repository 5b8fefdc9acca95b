"""Good ECS resources."""

from __future__ import annotations

import json
from typing import Any

from pulumi_guardrails.core.value import UNKNOWN

CONTAINER: dict[str, Any] = {
    "name": "api",
    "image": "public.ecr.aws/nginx/nginx-unprivileged:1.27-alpine",
    "essential": True,
    "privileged": False,
    "readonlyRootFilesystem": True,
    "environment": [{"name": "PORT", "value": "8080"}, {"name": "DB_SECRET_ARN", "value": "arn:aws:secretsmanager:x"}],
    "secrets": [{"name": "DB_PASSWORD", "valueFrom": "arn:aws:secretsmanager:us-east-1:123456789012:secret:db"}],
    "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "/aws/ecs/ml-api-dev"}},
}

GOOD: dict[str, dict[str, Any]] = {
    "aws:ecs/cluster:Cluster": {
        "name": "ml-api-cluster-dev",
        "settings": [{"name": "containerInsights", "value": "enabled"}],
    },
    "aws:ecs/service:Service": {
        "name": "ml-api-service-dev",
        "cluster": "ml-api-cluster-dev",
        "platformVersion": "LATEST",
        "enableExecuteCommand": False,
        "networkConfiguration": {"subnets": [UNKNOWN, UNKNOWN], "securityGroups": [UNKNOWN], "assignPublicIp": False},
    },
    "aws:ecs/taskSet:TaskSet": {
        "cluster": "ml-api-cluster-dev",
        "service": "ml-api-service-dev",
        "launchType": "FARGATE",
        "networkConfiguration": {"subnets": [UNKNOWN]},
    },
    "aws:ecs/taskDefinition:TaskDefinition": {
        "family": "ml-api-task-dev",
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"],
        "executionRoleArn": "arn:aws:iam::123456789012:role/ml-api-execution-dev",
        "taskRoleArn": "arn:aws:iam::123456789012:role/ml-api-task-dev",
        "volumes": [{"name": "scratch"}],
        "containerDefinitions": json.dumps([CONTAINER]),
    },
    "aws:ecs/daemonTaskDefinition:DaemonTaskDefinition": {
        "family": "agent",
        "containerDefinitions": [
            {
                "name": "agent",
                "image": "agent:1",
                "readonlyRootFilesystem": True,
                "environments": [{"name": "LEVEL", "value": "info"}],
                "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "/aws/ecs/agent"}},
            }
        ],
    },
    "aws:cloudwatch/eventTarget:EventTarget": {
        "rule": "nightly",
        "arn": UNKNOWN,
        "ecsTarget": {"taskDefinitionArn": UNKNOWN, "networkConfiguration": {"subnets": [UNKNOWN]}},
    },
    "aws:scheduler/schedule:Schedule": {
        "scheduleExpression": "rate(1 day)",
        "flexibleTimeWindow": {"mode": "OFF"},
        "target": {
            "arn": UNKNOWN,
            "roleArn": UNKNOWN,
            "ecsParameters": {"taskDefinitionArn": UNKNOWN, "networkConfiguration": {"subnets": [UNKNOWN]}},
        },
    },
    "aws:ecs/daemon:Daemon": {
        "name": "agent",
        "clusterArn": UNKNOWN,
        "capacityProviderArns": [UNKNOWN],
        "daemonTaskDefinitionArn": UNKNOWN,
        "enableExecuteCommand": False,
    },
    "aws:ecs/expressGatewayService:ExpressGatewayService": {
        "executionRoleArn": "arn:aws:iam::123456789012:role/ml-api-execution-dev",
        "infrastructureRoleArn": "arn:aws:iam::123456789012:role/express",
        "taskRoleArn": "arn:aws:iam::123456789012:role/ml-api-task-dev",
        "primaryContainer": {"image": "api:1", "environments": [{"name": "PORT", "value": "8080"}]},
    },
}
