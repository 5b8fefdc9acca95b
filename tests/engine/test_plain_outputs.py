"""A variable that is computed from names and ARNs alone is no secret at a first preview; what may be one stays open."""

from __future__ import annotations

from pathlib import Path

import pytest

from offline.tools import Tools
from tests.engine.programs import preview_program, reports

pytestmark = pytest.mark.engine

PROGRAM = """
    import pulumi_random as random

    def function(name, **variables):
        aws.lambda_.Function(
            name, role="arn:aws:iam::123456789012:role/jobs", package_type="Image", image_uri="jobs:1",
            environment={"variables": variables})

    table = aws.dynamodb.Table(
        "table", billing_mode="PAY_PER_REQUEST", hash_key="id", attributes=[{"name": "id", "type": "S"}])
    queue = aws.sqs.Queue("queue")
    secret = aws.secretsmanager.Secret("secret")
    password = random.RandomPassword("password", length=20)
    version = aws.secretsmanager.SecretVersion("version", secret_id=secret.id, secret_string=password.result)
    read = aws.secretsmanager.get_secret_version_output(secret_id=secret.id)

    function("names", TABLE_NAME=table.name, TABLE_ARN=table.arn, QUEUE_URL=queue.url)
    function("references", DB_SECRET_ARN=secret.arn, TABLES=pulumi.Output.concat("/", table.name))
    function("of-password", TABLE_NAME=table.name, CACHE_URL=pulumi.Output.concat("redis://:", password.result, "@c"))
    function("of-secret", SETTING=read.secret_string)
    function("named-like-one", API_TOKEN=table.name)
    aws.ssm.Parameter("table-name", type="String", name="/app/table", value=table.name)
    aws.ssm.Parameter("cache-url", type="String", name="/app/cache-url", value=password.result)
"""


def test_the_edges_decide_whether_a_variable_can_be_a_secret(tools: Tools, tmp_path: Path) -> None:
    result = preview_program(tools, tmp_path, PROGRAM)
    functions = reports(result, "lambda-no-secret-in-environment")
    assert functions.keys() == {"of-password", "of-secret", "named-like-one"}, result.output[-3000:]
    assert reports(result, "environment-no-secret").keys() == {"cache-url"}
