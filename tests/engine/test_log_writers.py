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


WRITERS = f"""{TASK}{FUNCTION}
    aws.cloudwatch.LogGroup("api", name="/aws/ecs/api", retention_in_days=30)
    task("declared", "/aws/ecs/api")
    task("undeclared", "/some/other/group")

    worker = function("worker")
    aws.cloudwatch.LogGroup("worker", name=worker.name.apply("/aws/lambda/{{}}".format), retention_in_days=30)
    shared = aws.cloudwatch.LogGroup("shared", name_prefix="/shared/", retention_in_days=30)
    function("by-reference", logging_config={{"log_format": "JSON", "log_group": shared.name}})
    function("lonely-function", name="lonely")

    def api(name):
        made = aws.apigateway.RestApi(name)
        aws.apigateway.MethodSettings(name, rest_api=made.id, stage_name="prod", method_path="*/*",
            settings={{"logging_level": "INFO"}})
        return made

    made = api("declared-api")
    named = made.id.apply("API-Gateway-Execution-Logs_{{}}/prod".format)
    aws.cloudwatch.LogGroup("declared-api", name=named, retention_in_days=30)
    api("lonely-api")
    flows = aws.cloudwatch.LogGroup("flows", name="/flows", retention_in_days=30)
    aws.ec2.FlowLog("flows", vpc_id="vpc-1", traffic_type="ALL", log_destination=flows.arn,
        iam_role_arn="arn:aws:iam::123456789012:role/flows")

    aws.ecs.Cluster("cluster", name="api", settings=[{{"name": "containerInsights", "value": "enabled"}}])
    for name in ("orders", "billing"):
        aws.rds.Cluster(name, cluster_identifier=name, engine="aurora-postgresql", master_username="owner",
            manage_master_user_password=True, enabled_cloudwatch_logs_exports=["postgresql"])
    aws.cloudwatch.LogGroup("billing", name="/aws/rds/cluster/billing/postgresql", retention_in_days=30)

    there = aws.Provider("there", region="eu-west-1")
    aws.cloudwatch.LogGroup("here", name="/aws/ecs/here", retention_in_days=30)
    aws.cloudwatch.LogGroup("there", name="/aws/ecs/there", retention_in_days=30,
        opts=pulumi.ResourceOptions(provider=there))
    task("here", "/aws/ecs/here")
    task("there", "/aws/ecs/there")
    """
"""Writers with a group of their own and without one: what is said of each is told by its name."""


def test_a_writer_to_a_group_of_nobody_is_told_and_one_with_its_group_is_not(tools: Tools, tmp_path: Path) -> None:
    result = preview_program(tools, tmp_path, WRITERS)
    assert result.exit_code != 0
    refused, told = reports(result, OURS), reports(result, THEIRS)

    # What ECS, RDS and a task write to is refused, also where the group of that name is in another region.
    assert OURS in {one.policy for one in result.verdict.mandatory}
    groups = {
        "undeclared": (
            'Add aws.cloudwatch.LogGroup("some-other-group", name="/some/other/group", retention_in_days=30).'
        ),
        "cluster": 'name="/aws/ecs/containerinsights/api/performance"',
        "orders": 'name="/aws/rds/cluster/orders/postgresql"',
        "there": 'name="/aws/ecs/there", retention_in_days=30, region="us-east-1")',
    }
    assert refused.keys() == groups.keys(), result.output[-3000:]
    for name, advice in groups.items():
        (message,) = refused[name]
        assert advice in message

    # What a function and an API write to is told, and a name that is not known yet is followed to its source.
    assert THEIRS in {one.policy for one in result.verdict.advisory}
    groups = {
        "lonely-function": 'name="/aws/lambda/lonely", retention_in_days=30)',
        "lonely-api": 'pulumi.Output.format("API-Gateway-Execution-Logs_{0}/prod", settings.rest_api)',
    }
    assert told.keys() == groups.keys(), result.output[-3000:]
    for name, advice in groups.items():
        assert advice in told[name][0]


def test_a_group_of_another_stack_is_allowed_by_its_name(tools: Tools, tmp_path: Path) -> None:
    settings = {OURS: {"groupsOfOtherStacks": ["/some/*"]}}
    result = preview_program(tools, tmp_path, f'{TASK}\n    task("api", "/some/other/group")\n', settings)
    assert reports(result, OURS) == {}, result.output[-3000:]


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
