"""A reference that is computed from two resources is of neither for certain: nothing passes, and nothing is blamed."""

from __future__ import annotations

from pathlib import Path

import pytest

from offline.tools import Tools
from tests.engine.programs import preview_program, reports

pytestmark = pytest.mark.engine

ROLES = """
    def role(name, service):
        return aws.iam.Role(name, assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": service}}]}))

    def may(name, role, *actions, resource="*"):
        document = {"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": list(actions), "Resource": resource}]}
        return aws.iam.RolePolicy(name, role=role, policy=json.dumps(document))

    def task(**roles):
        secret = "arn:aws:secretsmanager:us-east-1:123456789012:secret:password-a1B2c3"
        return aws.ecs.TaskDefinition("task", family="task", container_definitions=json.dumps([
            {"name": "api", "image": "nginx", "secrets": [{"name": "PASSWORD", "valueFrom": secret}]}]), **roles)

    first, second = role("first", "ecs-tasks.amazonaws.com"), role("second", "codebuild.amazonaws.com")
    arns = pulumi.Output.all(first.arn, second.arn)
    one_of_them = arns.apply(lambda known: known[1].rpartition("/")[2])
"""


@pytest.mark.parametrize(
    ("attached_to", "word"), [("one_of_them", "cannot tell whether"), ("second.name", "no statement allows")]
)
def test_a_policy_that_may_be_of_another_role_does_not_make_a_task_start(
    attached_to: str, word: str, tools: Tools, tmp_path: Path
) -> None:
    code = f"""{ROLES}
    secret = "arn:aws:secretsmanager:us-east-1:123456789012:secret:password-*"
    may("reads", {attached_to}, "secretsmanager:GetSecretValue", resource=secret)
    task(execution_role_arn=first.arn)
    """
    result = preview_program(tools, tmp_path, code)
    (message,) = reports(result, "iam-execution-role-matches-task")["task"]
    assert word in message, result.output[-3000:]
    if attached_to == "one_of_them":
        assert "role of RolePolicy 'reads' is not known before the update" in message
        assert "computed from Role 'first' (aws:iam/role:Role) and Role 'second' (aws:iam/role:Role)" in message


def test_a_flow_log_that_may_be_of_either_vpc_covers_neither_for_certain(tools: Tools, tmp_path: Path) -> None:
    code = """
    first, second = (aws.ec2.Vpc(name, cidr_block="10.0.0.0/16") for name in ("first", "second"))
    aws.ec2.FlowLog("log", traffic_type="ALL", log_destination="arn:aws:s3:::logs", log_destination_type="s3",
        vpc_id=pulumi.Output.all(first.id, second.id).apply(lambda ids: ids[0]))
    """
    result = preview_program(tools, tmp_path, code)
    found = reports(result, "vpc-flow-log")
    assert found.keys() == {"first", "second"}, result.output[-3000:]
    for (message,) in found.values():
        assert "Undecided" in message
        assert "vpcId of FlowLog 'log' is not known before the update, computed from Vpc 'first'" in message


def test_a_value_that_may_be_of_a_resource_of_another_kind_is_of_none_for_certain(tools: Tools, tmp_path: Path) -> None:
    code = """
    vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
    group = aws.ec2.SecurityGroup("group", vpc_id=vpc.id, description="Of the balancer")
    stored = aws.ssm.Parameter("stored", type="String", value="vpc-1")

    def either(made):
        return pulumi.Output.all(made.id, stored.insecure_value).apply(lambda ids: ids[1])

    aws.ec2.FlowLog("log", traffic_type="ALL", log_destination="arn:aws:s3:::logs", log_destination_type="s3",
        vpc_id=either(vpc))
    aws.lb.LoadBalancer("balancer", security_groups=[either(group)], subnets=["subnet-1", "subnet-2"])
    """
    result = preview_program(tools, tmp_path, code)
    for policy, at, kind in (("vpc-flow-log", "vpc", "Vpc"), ("sg-attached", "group", "SecurityGroup")):
        (message,) = reports(result, policy)[at]
        assert "Undecided" in message, result.output[-3000:]
        assert "Parameter 'stored' (aws:ssm/parameter:Parameter)" in message
        assert f"{kind} '{at}' (aws:ec2/" in message


def test_a_role_is_not_blamed_for_a_policy_that_may_be_of_another(tools: Tools, tmp_path: Path) -> None:
    code = f"""{ROLES}
    may("changes", one_of_them, "dynamodb:UpdateTable", resource="arn:aws:dynamodb:us-east-1:123456789012:table/jobs")
    task(task_role_arn=first.arn, execution_role_arn=role("execution", "ecs-tasks.amazonaws.com").arn)
    """
    result = preview_program(tools, tmp_path, code)
    (message,) = reports(result, "iam-task-role-uses-items-only")["changes"]
    assert "cannot tell whether" in message, result.output[-3000:]
    assert "role is not known before the update, computed from Role 'first'" in message
