"""What writes to a log group that the stack does not declare, on the real engine and an empty stack."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from offline.engine import Engine
from offline.tools import Tools
from tests.engine.programs import PRELUDE, preview_program, reports, write_program
from tests.engine.stacks import PACK

pytestmark = pytest.mark.engine

OURS, THEIRS = "log-groups-declared", "other-log-groups-declared"

TASK = """
    def task(name, group, **others):
        options = {"awslogs-group": group, "awslogs-region": "us-east-1", "awslogs-stream-prefix": name}
        container = {"name": "api", "image": "nginx", "logConfiguration": {"logDriver": "awslogs", "options": options}}
        return aws.ecs.TaskDefinition(name, family=name, container_definitions=json.dumps([container | others]))
"""

FUNCTION = """
    def function(called, **arguments):
        return aws.lambda_.Function(called, role="arn:aws:iam::123456789012:role/worker", package_type="Image",
            image_uri="123456789012.dkr.ecr.us-east-1.amazonaws.com/worker:1", **arguments)
"""


def test_a_task_that_logs_to_a_group_of_nobody_is_refused(tools: Tools, tmp_path: Path) -> None:
    code = f"""{TASK}
    aws.cloudwatch.LogGroup("api", name="/aws/ecs/api", retention_in_days=30)
    task("declared", "/aws/ecs/api")
    task("api", "/some/other/group")
    """
    result = preview_program(tools, tmp_path, code)
    assert result.exit_code != 0
    found = reports(result, OURS)
    assert found.keys() == {"api"}, result.output[-3000:]
    (message,) = found["api"]
    advice = 'Add aws.cloudwatch.LogGroup("some-other-group", name="/some/other/group", retention_in_days=30).'
    assert advice in message
    assert OURS in {one.policy for one in result.verdict.mandatory}


def test_a_group_of_another_stack_is_allowed_by_its_name(tools: Tools, tmp_path: Path) -> None:
    settings = {OURS: {"groupsOfOtherStacks": ["/some/*"]}}
    result = preview_program(tools, tmp_path, f'{TASK}\n    task("api", "/some/other/group")\n', settings)
    assert reports(result, OURS) == {}, result.output[-3000:]


def test_a_function_without_its_group_is_told_and_one_with_it_is_not(tools: Tools, tmp_path: Path) -> None:
    code = f"""{FUNCTION}
    worker = function("worker")
    aws.cloudwatch.LogGroup("worker", name=worker.name.apply("/aws/lambda/{{}}".format), retention_in_days=30)
    shared = aws.cloudwatch.LogGroup("shared", name_prefix="/shared/", retention_in_days=30)
    function("by-reference", logging_config={{"log_format": "JSON", "log_group": shared.name}})
    function("lonely", name="lonely")
    """
    result = preview_program(tools, tmp_path, code)
    found = reports(result, THEIRS)
    assert found.keys() == {"lonely"}, result.output[-3000:]
    assert 'name="/aws/lambda/lonely", retention_in_days=30)' in found["lonely"][0]
    assert THEIRS in {one.policy for one in result.verdict.advisory}


def test_a_name_that_is_not_known_yet_is_followed_to_what_it_is_computed_from(tools: Tools, tmp_path: Path) -> None:
    code = """
    def api(name):
        made = aws.apigateway.RestApi(name)
        aws.apigateway.MethodSettings(name, rest_api=made.id, stage_name="prod", method_path="*/*",
            settings={"logging_level": "INFO"})
        return made

    made = api("declared")
    named = made.id.apply("API-Gateway-Execution-Logs_{}/prod".format)
    aws.cloudwatch.LogGroup("declared", name=named, retention_in_days=30)
    api("lonely")
    flows = aws.cloudwatch.LogGroup("flows", name="/flows", retention_in_days=30)
    aws.ec2.FlowLog("flows", vpc_id="vpc-1", traffic_type="ALL", log_destination=flows.arn,
        iam_role_arn="arn:aws:iam::123456789012:role/flows")
    """
    result = preview_program(tools, tmp_path, code)
    assert reports(result, OURS) == {}, result.output[-3000:]
    found = reports(result, THEIRS)
    assert found.keys() == {"lonely"}, result.output[-3000:]
    assert 'pulumi.Output.format("API-Gateway-Execution-Logs_{0}/prod", settings.rest_api)' in found["lonely"][0]


def test_what_ecs_and_rds_write_by_themselves_is_refused(tools: Tools, tmp_path: Path) -> None:
    code = """
    aws.ecs.Cluster("api", name="api", settings=[{"name": "containerInsights", "value": "enabled"}])
    aws.rds.Cluster("orders", cluster_identifier="orders", engine="aurora-postgresql", master_username="owner",
        manage_master_user_password=True, enabled_cloudwatch_logs_exports=["postgresql"])
    aws.cloudwatch.LogGroup("billing", name="/aws/rds/cluster/billing/postgresql", retention_in_days=30)
    aws.rds.Cluster("billing", cluster_identifier="billing", engine="aurora-postgresql", master_username="owner",
        manage_master_user_password=True, enabled_cloudwatch_logs_exports=["postgresql"])
    """
    result = preview_program(tools, tmp_path, code)
    found = reports(result, OURS)
    assert found.keys() == {"api", "orders"}, result.output[-3000:]
    assert 'name="/aws/ecs/containerinsights/api/performance"' in found["api"][0]
    assert 'name="/aws/rds/cluster/orders/postgresql"' in found["orders"][0]


def test_a_group_of_the_same_name_in_another_region_is_another_group(tools: Tools, tmp_path: Path) -> None:
    code = f"""{TASK}
    there = aws.Provider("there", region="eu-west-1")
    aws.cloudwatch.LogGroup("here", name="/aws/ecs/here", retention_in_days=30)
    aws.cloudwatch.LogGroup("there", name="/aws/ecs/there", retention_in_days=30,
        opts=pulumi.ResourceOptions(provider=there))
    task("here", "/aws/ecs/here")
    task("there", "/aws/ecs/there")
    """
    result = preview_program(tools, tmp_path, code)
    found = reports(result, OURS)
    assert found.keys() == {"there"}, result.output[-3000:]
    assert 'name="/aws/ecs/there", retention_in_days=30, region="us-east-1")' in found["there"][0]


def test_what_a_stack_has_deployed_stays_compliant(tools: Tools, tmp_path: Path) -> None:
    code = f"""{TASK}{FUNCTION}
    flows = aws.cloudwatch.LogGroup("flows", name_prefix="/flows/", retention_in_days=30)
    aws.ec2.FlowLog("flows", vpc_id="vpc-1", traffic_type="ALL", log_destination=flows.arn,
        iam_role_arn="arn:aws:iam::123456789012:role/flows")
    made = aws.apigateway.RestApi("made")
    aws.apigateway.MethodSettings("made", rest_api=made.id, stage_name="prod", method_path="*/*",
        settings={{"logging_level": "INFO"}})
    named = made.id.apply("API-Gateway-Execution-Logs_{{}}/prod".format)
    aws.cloudwatch.LogGroup("made", name=named, retention_in_days=30)
    machine = aws.cloudwatch.LogGroup("machine", name_prefix="/machine/", retention_in_days=30)
    aws.sfn.StateMachine("machine", definition="{{}}", role_arn="arn:aws:iam::123456789012:role/machine",
        logging_configuration={{"level": "ALL", "log_destination": machine.arn.apply("{{}}:*".format)}})
    """
    project = write_program(tmp_path / "program", PRELUDE + textwrap.dedent(code))
    engine = Engine(tools, project, tmp_path / "state")
    config = {"aws:region": "us-east-1"}
    for result in (engine.up(policy_pack=PACK, config=config), engine.preview(policy_pack=PACK, config=config)):
        assert result.exit_code == 0, result.output[-3000:]
        assert [reports(result, policy) for policy in (OURS, THEIRS)] == [{}, {}], result.output[-3000:]
