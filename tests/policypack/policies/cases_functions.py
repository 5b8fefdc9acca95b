"""The tables of the policies on Lambda functions."""

from __future__ import annotations

from typing import Any

from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.value import ABSENT, UNKNOWN, Secret
from pulumi_guardrails.core.verdict import Outcome
from tests.policypack.cases import COMPLIANT, UNDECIDED, VIOLATION, Case, Ref, resource, rows

FUNCTION = "aws:lambda/function:Function"
TABLE = "aws:dynamodb/table:Table"
QUEUE = "aws:sqs/queue:Queue"
SECRET = "aws:secretsmanager/secret:Secret"


def variables(**values: Any) -> dict[str, Any]:
    return {"environment": {"variables": values}}


def in_stack(says: str, outcome: Outcome, *beside: Resource, **values: Any) -> Case:
    """A function with these variables, beside what they are computed from."""
    function = resource(FUNCTION, "judged", **variables(**values))
    return Case("lambda-no-secret-in-environment", says, outcome, stack=[function, *beside], at="judged")


CASES = [
    *rows(
        "lambda-no-secret-in-environment",
        compliant=[
            ("no environment", {"environment": ABSENT}),
            ("where the secret is", variables(DB_SECRET_ARN="arn:aws:secretsmanager:us-east-1:1:secret:a")),
            ("a setting of the extension for secrets", variables(PARAMETERS_SECRETS_EXTENSION_HTTP_PORT="2773")),
            ("a switch named like a secret", variables(REQUIRE_PASSWORD="true")),
        ],
        violation=[
            ("a password", variables(DB_PASSWORD="hunter2"), "DB_PASSWORD is named like a secret"),
            ("a password that the program marks as a secret", variables(DB_PASSWORD=Secret("hunter2"))),
            ("a key by its shape", variables(ACCESS="AKIA" + "A" * 16), "looks like a password, token or key"),
            ("an address with a password", variables(URL="redis://:hunter2@cache")),
            ("a webhook", variables(ALERTS="https://hooks.slack.com/services/T0/B0/" + "x" * 24)),
        ],
        undecided=[
            ("a password not known yet", variables(DB_PASSWORD=UNKNOWN)),
            ("an address not known yet, which may have a password in it", variables(CACHE_URL=UNKNOWN)),
            ("variables not known yet", {"environment": {"variables": UNKNOWN}}),
        ],
    ),
    in_stack(
        "an unknown value that the engine names no source of, beside a table's",
        UNDECIDED,
        resource(TABLE, "t"),
        TABLE_NAME=Ref(TABLE, "t"),
        GREETING=UNKNOWN,
    ),
    in_stack(
        "outputs that are no secrets",
        COMPLIANT,
        resource(TABLE, "t"),
        resource(QUEUE, "q"),
        TABLE_NAME=Ref(TABLE, "t"),
        TABLE_ARN=Ref(TABLE, "t"),
        QUEUE_URL=Ref(QUEUE, "q"),
    ),
    in_stack("the ARN of a secret", COMPLIANT, resource(SECRET, "s"), DB_SECRET_ARN=Ref(SECRET, "s")),
    in_stack("the ID of a secret", COMPLIANT, resource(SECRET, "s"), DB_SECRET_ID=Ref(SECRET, "s")),
    in_stack(
        "a queue beside the ARN of a secret",
        COMPLIANT,
        resource(SECRET, "s"),
        resource(QUEUE, "q"),
        DB_SECRET_ARN=Ref(SECRET, "s"),
        QUEUE_URL=Ref(QUEUE, "q"),
    ),
    in_stack("what may have been read from a secret", UNDECIDED, resource(SECRET, "s"), SETTING=Ref(SECRET, "s")),
    in_stack("an ARN as a password", UNDECIDED, resource(SECRET, "s"), DB_PASSWORD=Ref(SECRET, "s")),
    in_stack(
        "a password beside what is not known",
        VIOLATION,
        resource(TABLE, "t"),
        TABLE_NAME=Ref(TABLE, "t"),
        DB_PASSWORD="hunter2",
    ),
    in_stack(
        "what the program marks as a secret",
        UNDECIDED,
        resource(TABLE, "t"),
        TABLE_NAME=Ref(TABLE, "t"),
        URL=Secret(UNKNOWN),
    ),
    in_stack("a name with no source", UNDECIDED, resource(TABLE, "t"), TABLE_NAME=UNKNOWN),
    in_stack("what is not of the stack", UNDECIDED, TABLE_NAME=Ref(TABLE, "t")),
    *(
        in_stack(
            f"an output of {source}",
            UNDECIDED,
            resource(TABLE, "t"),
            resource(source, "x"),
            TABLE_NAME=Ref(TABLE, "t"),
            SETTING=Ref(source, "x"),
        )
        for source in (
            "aws:cognito/userPoolClient:UserPoolClient",
            "aws:elasticache/replicationGroup:ReplicationGroup",
            "aws:iam/accessKey:AccessKey",
            "aws:rds/cluster:Cluster",
            "aws:secretsmanager/secretVersion:SecretVersion",
            "aws:ssm/parameter:Parameter",
            "command:local:Command",
            "pulumi-python:dynamic:Resource",
            "pulumi:pulumi:StackReference",
            "random:index/randomPassword:RandomPassword",
            "tls:index/privateKey:PrivateKey",
        )
    ),
    Case(
        "lambda-no-secret-in-environment",
        "a name that is allowed",
        COMPLIANT,
        variables(TOKEN_NAMES="a,b"),
        settings={"allowedNames": ["TOKEN_NAMES"]},
    ),
]
