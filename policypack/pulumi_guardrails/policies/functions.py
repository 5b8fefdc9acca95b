"""Lambda: what a function is given to run with."""

from __future__ import annotations

from pulumi_guardrails.aws.plain_outputs import cannot_be_secret
from pulumi_guardrails.aws.resource_types import LAMBDA_FUNCTION
from pulumi_guardrails.aws.secret_detection import secret_in_variable
from pulumi_guardrails.core.policy import ResourcePolicy, Settings, Severity, Topic, list_setting
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.value import Value
from pulumi_guardrails.core.verdict import COMPLIANT, Verdict, all_in, undecided, violation


@ResourcePolicy(
    title="A Lambda function has no secrets in its environment variables",
    why=(
        "Environment variables are shown to everyone with permission to read the configuration of the function, and "
        "are in clear text in the state of the stack. A secret that is read when the function starts is in neither."
    ),
    severity=Severity.HIGH,
    danger=True,
    kinds=(LAMBDA_FUNCTION,),
    settings={
        "allowedNames": list_setting((), "Names of variables that contain no secret although they are named like one.")
    },
    remediation_steps=(
        "Put the value in Secrets Manager or in a SecureString parameter, give the function its ARN or name, and let "
        "it read the value, for example with the AWS Parameters and Secrets Lambda extension. Rotate a secret that has "
        "been in an environment variable."
    ),
    example=(
        """\
aws.lambda_.Function(
    "worker",
    role=role.arn,
    package_type="Image",
    image_uri=image,
    environment={"variables": {"DB_SECRET_NAME": "ml-api/database"}},
)"""
    ),
    url="https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html",
    topics=(Topic.SECRETS,),
)
def lambda_no_secret_in_environment(function: Resource, settings: Settings) -> Verdict:
    """By the name of each variable and the format of its value; no value is ever shown.

    A value that the program marks as a secret is encrypted in the state, and shown by Lambda all the same.
    """
    variables = function["environment"]["variables"]
    if variables.is_unknown:
        return undecided(variables)
    return all_in(
        [_judged(name, value) for name, value in variables.members() if name not in settings["allowedNames"]], COMPLIANT
    )


def _judged(name: str, value: Value) -> Verdict:
    if value.is_unknown:
        return COMPLIANT if cannot_be_secret(name, value) else undecided(value)
    why = secret_in_variable(name, value.as_text() or "")
    if not why:
        return COMPLIANT
    return violation(
        f"Environment variable {name} {why}",
        path=value.path,
        actual="a value in clear text",
        expected="a reference to the secret",
    ).answered_by("allowedNames")
