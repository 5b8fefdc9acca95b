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

    def task(name, **roles):
        secret = "arn:aws:secretsmanager:us-east-1:123456789012:secret:password-a1B2c3"
        return aws.ecs.TaskDefinition(name, family=name, container_definitions=json.dumps([
            {"name": "api", "image": "nginx", "secrets": [{"name": "PASSWORD", "valueFrom": secret}]}]), **roles)

    first, second = role("first", "ecs-tasks.amazonaws.com"), role("second", "codebuild.amazonaws.com")
    arns = pulumi.Output.all(first.arn, second.arn)
    one_of_them = arns.apply(lambda known: known[1].rpartition("/")[2])
"""


def test_a_policy_that_may_be_of_another_role_makes_no_task_start_and_no_role_is_blamed_for_it(
    tools: Tools, tmp_path: Path
) -> None:
    code = f"""{ROLES}
    secret = "arn:aws:secretsmanager:us-east-1:123456789012:secret:password-*"
    may("reads", one_of_them, "secretsmanager:GetSecretValue", resource=secret)
    may("changes", one_of_them, "dynamodb:UpdateTable", resource="arn:aws:dynamodb:us-east-1:123456789012:table/jobs")
    task("unknown", execution_role_arn=first.arn)
    task("task", task_role_arn=first.arn, execution_role_arn=role("execution", "ecs-tasks.amazonaws.com").arn)

    starts, other = role("starts", "ecs-tasks.amazonaws.com"), role("other", "codebuild.amazonaws.com")
    may("reads-too", other.name, "secretsmanager:GetSecretValue", resource=secret)
    task("known", execution_role_arn=starts.arn)
    """
    result = preview_program(tools, tmp_path, code)
    starting = reports(result, "iam-execution-role-matches-task")
    (message,) = starting["known"]
    # What is of one of two other roles cannot be of this one.
    assert "no statement allows" in message, result.output[-3000:]
    (message,) = starting["unknown"]
    assert "cannot tell whether" in message, result.output[-3000:]
    assert "role of RolePolicy 'reads' is not known before the update" in message
    assert "computed from Role 'first' (aws:iam/role:Role) and Role 'second' (aws:iam/role:Role)" in message
    (message,) = reports(result, "iam-task-role-uses-items-only")["changes"]
    assert "cannot tell whether" in message, result.output[-3000:]
    assert "role is not known before the update, computed from Role 'first'" in message


def test_a_value_that_may_be_of_either_resource_is_of_neither_for_certain(tools: Tools, tmp_path: Path) -> None:
    code = """
    first, second = (aws.ec2.Vpc(name, cidr_block="10.0.0.0/16") for name in ("first", "second"))
    aws.ec2.FlowLog("log", traffic_type="ALL", log_destination="arn:aws:s3:::logs", log_destination_type="s3",
        vpc_id=pulumi.Output.all(first.id, second.id).apply(lambda ids: ids[0]))

    vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
    group = aws.ec2.SecurityGroup("group", vpc_id=vpc.id, description="Of the balancer")
    stored = aws.ssm.Parameter("stored", type="String", value="vpc-1")

    def either(made):
        return pulumi.Output.all(made.id, stored.insecure_value).apply(lambda ids: ids[1])

    aws.ec2.FlowLog("other-log", traffic_type="ALL", log_destination="arn:aws:s3:::logs", log_destination_type="s3",
        vpc_id=either(vpc))
    aws.lb.LoadBalancer("balancer", security_groups=[either(group)], subnets=["subnet-1", "subnet-2"])
    """
    result = preview_program(tools, tmp_path, code)
    found = reports(result, "vpc-flow-log")
    assert found.keys() == {"first", "second", "vpc"}, result.output[-3000:]
    for name in ("first", "second"):
        (message,) = found[name]
        assert "Undecided" in message
        assert "vpcId of FlowLog 'log' is not known before the update, computed from Vpc 'first'" in message
    # Also where the other resource is of another kind.
    for policy, at, kind in (("vpc-flow-log", "vpc", "Vpc"), ("sg-attached", "group", "SecurityGroup")):
        (message,) = reports(result, policy)[at]
        assert "Undecided" in message, result.output[-3000:]
        assert "Parameter 'stored' (aws:ssm/parameter:Parameter)" in message
        assert f"{kind} '{at}' (aws:ec2/" in message
