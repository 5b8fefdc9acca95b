"""Who may do what: every role, its trust, and every permission."""

from __future__ import annotations

import json

import pytest

from tests.infra.program import ACCOUNT, Stack, run

SECRET = f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:ml-api-dev-db-??????"
SERVICE_LOGS = f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:/aws/ecs/ml-api-dev:*"
TABLE = f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/ml-api-sessions-dev"


def permissions(stack: Stack, role: str) -> dict[str, list[str]]:
    statements = json.loads(stack.one("RolePolicy", role)["policy"])["Statement"]
    assert all(statement["Effect"] == "Allow" for statement in statements)
    return {action: statement["Resource"] for statement in statements for action in statement["Action"]}


TRUSTED = {
    "execution": ("ecs-tasks.amazonaws.com", f"arn:aws:ecs:us-east-1:{ACCOUNT}:*"),
    "task": ("ecs-tasks.amazonaws.com", f"arn:aws:ecs:us-east-1:{ACCOUNT}:*"),
    "flow-logs": ("vpc-flow-logs.amazonaws.com", f"arn:aws:ec2:us-east-1:{ACCOUNT}:vpc-flow-log/*"),
    "database-monitoring": ("monitoring.rds.amazonaws.com", f"arn:aws:rds:us-east-1:{ACCOUNT}:db:ml-api-aurora-dev-*"),
}


def test_there_are_no_other_roles(dev: Stack) -> None:
    assert {role.name for role in dev.all("Role")} == set(TRUSTED)
    assert {policy.name for policy in dev.all("RolePolicy")} == set(TRUSTED)
    assert not dev.all("RolePolicyAttachment")


@pytest.mark.parametrize("role", TRUSTED)
def test_a_role_is_assumed_by_one_service_for_this_account_only(dev: Stack, role: str) -> None:
    service, source = TRUSTED[role]
    (statement,) = json.loads(dev.one("Role", role)["assumeRolePolicy"])["Statement"]
    assert statement["Principal"] == {"Service": service}
    assert statement["Condition"] == {
        "StringEquals": {"aws:SourceAccount": ACCOUNT},
        "ArnLike": {"aws:SourceArn": source},
    }


def test_the_monitoring_role_serves_the_instances_of_this_stack(dev: Stack) -> None:
    assert {instance["identifier"] for instance in dev.all("ClusterInstance")} == {
        "ml-api-aurora-dev-1",
        "ml-api-aurora-dev-2",
    }


def test_the_task_role_has_item_operations_and_its_log_and_nothing_else(dev: Stack) -> None:
    assert permissions(dev, "task") == {
        "dynamodb:GetItem": [TABLE],
        "dynamodb:PutItem": [TABLE],
        "dynamodb:UpdateItem": [TABLE],
        "dynamodb:DeleteItem": [TABLE],
        "dynamodb:Query": [TABLE],
        "dynamodb:BatchGetItem": [TABLE],
        "dynamodb:BatchWriteItem": [TABLE],
        "dynamodb:ConditionCheckItem": [TABLE],
        "logs:CreateLogStream": [SERVICE_LOGS],
        "logs:PutLogEvents": [SERVICE_LOGS],
    }


def test_the_execution_role_of_a_public_image_pulls_nothing_from_ecr(dev: Stack) -> None:
    assert permissions(dev, "execution") == {
        "logs:CreateLogStream": [SERVICE_LOGS],
        "logs:PutLogEvents": [SERVICE_LOGS],
        "secretsmanager:GetSecretValue": [SECRET],
    }


@pytest.mark.parametrize(
    "image",
    [
        "dkr.ecr.eu-west-1.amazonaws.com/team/api:1.4.2",
        f"dkr.ecr.eu-west-1.amazonaws.com/team/api@sha256:{'0' * 64}",
        f"dkr.ecr.eu-west-1.amazonaws.com/team/api:1@sha256:{'0' * 64}",
        "dkr-ecr.eu-west-1.on.aws/team/api:1.4.2",
        "dkr.ecr-fips.eu-west-1.amazonaws.com/team/api:1.4.2",
    ],
)
def test_the_execution_role_of_an_ecr_image_pulls_from_its_repository(image: str) -> None:
    stack = run({"container_image": f"210987654321.{image}"})
    repository = ["arn:aws:ecr:eu-west-1:210987654321:repository/team/api"]
    assert permissions(stack, "execution") == {
        "ecr:GetAuthorizationToken": ["*"],
        "ecr:BatchCheckLayerAvailability": repository,
        "ecr:GetDownloadUrlForLayer": repository,
        "ecr:BatchGetImage": repository,
        "logs:CreateLogStream": [SERVICE_LOGS],
        "logs:PutLogEvents": [SERVICE_LOGS],
        "secretsmanager:GetSecretValue": [SECRET],
    }


def test_the_secret_and_the_log_group_of_the_policies_exist(dev: Stack) -> None:
    assert f"secret:{dev.one('Secret')['name']}-??????" in SECRET
    assert f"log-group:{dev.one('LogGroup', 'api')['name']}:*" in SERVICE_LOGS
    assert TABLE.endswith(f"table/{dev.one('Table')['name']}")


@pytest.mark.parametrize("stack", ["dev", "prod", "own_password"])
def test_no_role_has_a_wildcard_in_an_action(stack: str, request: pytest.FixtureRequest) -> None:
    found = request.getfixturevalue(stack)
    assert not [action for role in found.all("RolePolicy") for action in permissions(found, role.name) if "*" in action]
