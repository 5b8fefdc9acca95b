"""What the stack creates in its own account is decided at a first preview; what comes from elsewhere stays open."""

from __future__ import annotations

from pathlib import Path

import pytest

from offline.tools import Tools
from tests.engine.programs import preview_program, reports

pytestmark = pytest.mark.engine

PROGRAM = """
    def allowed(name, arn):
        return aws.lambda_.Permission(
            name, action="lambda:InvokeFunction", function="jobs", principal="events.amazonaws.com", source_arn=arn)

    def rule(name, provider=None):
        options = pulumi.ResourceOptions(provider=provider)
        return aws.cloudwatch.EventRule(name, schedule_expression="rate(1 hour)", opts=options)

    api = aws.apigateway.RestApi("api")
    parameter = aws.ssm.Parameter("parameter", type="String", value=rule("handed-on").arn)
    elsewhere = aws.Provider("elsewhere", region="us-east-1", assume_roles=[
        {"role_arn": "arn:aws:iam::210987654321:role/deploy"}])
    allowed("own", rule("rule").arn)
    allowed("own-path", pulumi.Output.concat(api.execution_arn, "/*/*"))
    allowed("of-parameter", parameter.value)
    allowed("of-another-account", rule("foreign", elsewhere).arn)
"""


def test_the_edge_decides_what_lies_in_the_account_of_the_stack(tools: Tools, tmp_path: Path) -> None:
    result = preview_program(tools, tmp_path, PROGRAM)
    found = reports(result, "resource-policy-guards-confused-deputy")
    assert found.keys() == {"of-parameter", "of-another-account"}, result.output[-3000:]
    assert all("sourceArn is not known before the update" in message for (message,) in found.values())
