"""The table of the policy on secrets in what a resource is given to run with."""

from __future__ import annotations

import base64
import json
from typing import Any

from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.value import ABSENT, UNKNOWN, Secret
from tests.policypack.cases import COMPLIANT, UNDECIDED, VIOLATION, Case, Ref, resource, rows

POLICY = "environment-no-secret"

BUILD = "aws:codebuild/project:Project"
JOB = "aws:batch/jobDefinition:JobDefinition"
SERVICE = "aws:apprunner/service:Service"
BEANSTALK = "aws:elasticbeanstalk/environment:Environment"
CONFIGURATION = "aws:ec2/launchConfiguration:LaunchConfiguration"
PARAMETER = "aws:ssm/parameter:Parameter"
TABLE = "aws:dynamodb/table:Table"

NAMED = "DB_PASSWORD is named like a secret"
SHAPED = "looks like a password, token or key"
KEY = "AKIA" + "A" * 16


def built(value: Any, name: Any = "DB_PASSWORD", **more: Any) -> dict[str, Any]:
    return {"environment.environmentVariables": [{"name": name, "value": value, **more}]}


def script(*lines: str) -> str:
    return "\n".join(("#!/bin/bash", *lines, "systemctl start app"))


def option(namespace: Any, value: Any = "hunter2") -> dict[str, Any]:
    return {"settings": [{"namespace": namespace, "name": "DB_PASSWORD", "value": value}]}


def job(container: dict[str, Any]) -> dict[str, Any]:
    return {"containerProperties": json.dumps({"image": "app", **container})}


def build_of(name: str, value: Any) -> Resource:
    return resource(BUILD, "judged", environment={"environmentVariables": [{"name": name, "value": value}]})


PASSWORD = {"name": "DB_PASSWORD", "value": "hunter2"}
CLEAR = {"image": "app", "environment": [PASSWORD]}

CASES = [
    *rows(
        POLICY,
        BUILD,
        compliant=[
            ("a build without secrets", {}),
            ("a build without variables", {"environment": {"image": "a"}}),
            ("a build's reference to a parameter", built("/app/db-password", type="PARAMETER_STORE")),
            ("a build's reference to a secret", built("app/db:password", type="SECRETS_MANAGER")),
        ],
        violation=[
            ("a build's variable", built("hunter2"), NAMED),
            ("a build's variable, said to be in clear text", built("hunter2", type="PLAINTEXT"), NAMED),
            ("a build's variable that the program marks as a secret", built(Secret("hunter2"))),
            ("a build's key by its shape", built(KEY, "ACCESS"), SHAPED),
        ],
        undecided=[
            ("a build's variable not known", built(UNKNOWN, "URL")),
            ("a build's variable of a name not known", built("hunter2", UNKNOWN)),
            ("a build's variable that may be a reference", built("hunter2", type=UNKNOWN)),
            ("a build's variables not known", {"environment.environmentVariables": UNKNOWN}),
            ("a build's environment not known", {"environment": UNKNOWN}),
        ],
    ),
    *rows(
        POLICY,
        JOB,
        compliant=[("a job without secrets", {})],
        violation=[
            (
                "a job's variable, as JSON",
                {
                    "containerProperties": json.dumps(
                        {"image": "app", "environment": [{"name": "DB_PASSWORD", "value": "hunter2"}]}
                    )
                },
                NAMED,
            ),
            ("a job's variable, in another case", job({"Environment": [{"Name": "DB_PASSWORD", "Value": "hunter2"}]})),
            (
                "a variable of a task",
                {"ecsProperties": json.dumps({"taskProperties": [{"containers": [CLEAR]}]})},
                NAMED,
            ),
            ("a variable of a pod", {"eksProperties.podProperties.containers": [{"envs": [PASSWORD]}]}, "Kubernetes"),
            (
                "a variable of the nodes",
                {"nodeProperties": json.dumps({"nodeRangeProperties": [{"container": CLEAR}]})},
                NAMED,
            ),
        ],
        undecided=[
            ("a job not known", {"containerProperties": UNKNOWN}),
            ("a pod not known", {"eksProperties": UNKNOWN}),
        ],
    ),
    *(
        Case(POLICY, f"a secret in {token}", VIOLATION, changes, token)
        for token, changes in (
            (
                SERVICE,
                {
                    "sourceConfiguration.imageRepository.imageConfiguration.runtimeEnvironmentVariables": {
                        "DB_PASSWORD": "hunter2"
                    }
                },
            ),
            ("aws:synthetics/canary:Canary", {"runConfig.environmentVariables": {"DB_PASSWORD": "hunter2"}}),
            ("aws:ec2/spotInstanceRequest:SpotInstanceRequest", {"userData": "export DB_PASSWORD=hunter2"}),
            ("aws:glue/job:Job", {"defaultArguments": {"--db-password": "hunter2"}}),
            (
                "aws:mwaa/environment:Environment",
                {"airflowConfigurationOptions": {"core.sql_alchemy_conn": "postgresql://air:hunter2@db/air"}},
            ),
            ("aws:amplify/app:App", {"environmentVariables": {"API_KEY": "hunter2hunter2"}}),
            ("aws:sagemaker/model:Model", {"primaryContainer.environment": {"HF_TOKEN": "hunter2hunter2"}}),
        )
    ),
    Case(
        POLICY,
        "a secret in the script of an instance, in Base64",
        VIOLATION,
        {"userData": ABSENT, "userDataBase64": base64.b64encode(script("DB_PASSWORD='hunter2'").encode()).decode()},
        CONFIGURATION,
        finds=("Variable DB_PASSWORD",),
    ),
    *rows(
        POLICY,
        BEANSTALK,
        compliant=[("an option that is no variable", option("aws:elasticbeanstalk:application", "x"))],
        violation=[("a variable of Elastic Beanstalk", option("aws:elasticbeanstalk:application:environment"), NAMED)],
        undecided=[("options not known", {"settings": UNKNOWN})],
    ),
    *rows(
        POLICY,
        CONFIGURATION,
        compliant=[
            ("a script without secrets", {}),
            ("no script", {"userData": ABSENT}),
            (
                "a script that reads its secret",
                {"userData": script("export DB_PASSWORD=$(aws ssm get-parameter --name a)")},
            ),
        ],
        violation=[
            ("a script with a secret", {"userData": script("export DB_PASSWORD=hunter2")}, "Variable DB_PASSWORD"),
            ("a script with a key", {"userData": script(f"aws configure set aws_access_key_id {KEY}")}, "The script"),
        ],
        undecided=[("a script not known", {"userData": UNKNOWN})],
    ),
    *rows(
        POLICY,
        PARAMETER,
        compliant=[
            ("a setting as a parameter", {}),
            ("where a secret is", {"name": "/app/DB_PASSWORD_PARAM_NAME", "value": "/app/db-password"}),
            ("a setting in a folder of secrets", {"name": "/secrets/app/log-level"}),
            (
                "a secret as an encrypted parameter",
                {"name": "/app/db-password", "type": "SecureString", "value": "hunter2"},
            ),
        ],
        violation=[
            ("a secret as a parameter", {"name": "/app/db-password", "value": "hunter2"}, "Parameter /app/db-password"),
            ("a secret in a folder that names it", {"name": "/app/db-password/main", "value": "hunter2"}),
            ("a secret as an insecure value", {"name": "/app/token", "value": ABSENT, "insecureValue": "hunter2"}),
        ],
        undecided=[("a parameter not known", {"value": UNKNOWN})],
    ),
    *rows(
        POLICY,
        "aws:mwaa/environment:Environment",
        compliant=[
            ("where Airflow finds its secrets", {"airflowConfigurationOptions": {"secrets.backend_kwargs": "{}"}}),
        ],
        violation=[("a key of Airflow", {"airflowConfigurationOptions": {"core.fernet_key": "hunter2hunter2"}})],
    ),
    *(
        Case(POLICY, says, outcome, stack=[sent, *beside], at="judged")
        for says, outcome, sent, *beside in (
            ("a table's name for a build", COMPLIANT, build_of("TABLE", Ref(TABLE, "t")), resource(TABLE, "t")),
            ("a table's name as a password", UNDECIDED, build_of("PASSWORD", Ref(TABLE, "t")), resource(TABLE, "t")),
            (
                "a table's name as a parameter",
                COMPLIANT,
                resource(PARAMETER, "judged", name="/app/table", type="String", value=Ref(TABLE, "t")),
                resource(TABLE, "t"),
            ),
            (
                "a script with a table's name",
                UNDECIDED,
                resource(CONFIGURATION, "judged", userData=Ref(TABLE, "t")),
                resource(TABLE, "t"),
            ),
        )
    ),
    Case(
        POLICY,
        "a name that is allowed",
        COMPLIANT,
        built("a,b", "TOKEN_NAMES"),
        BUILD,
        settings={"allowedNames": ["TOKEN_NAMES"]},
    ),
]
