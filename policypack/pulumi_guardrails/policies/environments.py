"""Environments: what builds, jobs, services, models and instances are given to run with."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from pulumi_guardrails.aws import resource_types
from pulumi_guardrails.aws.ecs import member
from pulumi_guardrails.aws.plain_outputs import cannot_be_secret
from pulumi_guardrails.aws.secret_detection import may_hold_a_secret, secret_in_variable
from pulumi_guardrails.core.frozen import fast_dataclass
from pulumi_guardrails.core.kind import Kind
from pulumi_guardrails.core.policy import ResourcePolicy, Settings, Severity, Topic, list_setting
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.three_valued import Answer
from pulumi_guardrails.core.value import Value
from pulumi_guardrails.core.verdict import COMPLIANT, Verdict, all_in, undecided, violation

_BEANSTALK_VARIABLES = "aws:elasticbeanstalk:application:environment"
"""The namespace of variables (Elastic Beanstalk Developer Guide, "General options for all environments")."""

_ASSIGNMENT = re.compile(
    r"^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w{0,100})=[\"']?([^\s\"'$`]{1,500})[\"']?[ \t]*$", re.MULTILINE
)
"""A line of a shell script that sets a variable to a text; one that holds `$` or a command is computed."""

_STORES = frozenset({"auth", "credentials", "passwords", "secret", "secrets", "tokens"})
"""Names of folders and sections that only say what is kept there: `/secrets/app/log-level` is no secret by them."""

_LONGEST_SCRIPT = 65_536
"""Above what EC2 takes: 16 KB (Amazon EC2 API Reference, RunInstances, UserData)."""


@fast_dataclass(frozen=True)
class _Variable:
    """One value that a resource shows to whoever may describe it.

    Attributes:
        name: Its name; empty for a text without one, and for one that is not known yet.
        value: The value, or what is not known yet of a list or map of them.
        what: What a message calls it.
        unknown: What has to be known to tell whether it is shown, or what it is named; None where nothing has.
        is_shown: Whether it is in clear text; None where that is not known yet.
        fix: How to fix it, where that is not what is said for its kind.
    """

    name: str
    value: Value
    what: str = "Environment variable"
    unknown: Value | None = None
    is_shown: Answer = True
    fix: str = ""

    @property
    def own_name(self) -> str:
        """Its name without the folders or the section that it is in, where these only say what is kept there."""
        *around, last = re.split(r"[/.]", self.name)
        return ".".join([*(part for part in around if part.lower() not in _STORES), last])


_Reader = Callable[[Resource], Iterator[_Variable]]


def _of_map(variables: Value, what: str = "Environment variable") -> Iterator[_Variable]:
    if variables.is_unknown:
        yield _Variable("", variables, what)
    for name, value in variables.members():
        yield _Variable(name, value, what)


def _of_list(variables: Value, kind: str = "", shown: str = "", fix: str = "") -> Iterator[_Variable]:
    """The members of a list of names and values; where `kind` is given, those that it says to be `shown`."""
    for item in _each(variables):
        told = item[kind].with_default(shown) if kind else item
        is_shown = told.holds(lambda text: text == shown) if kind else True
        name = member(item, "name")
        unknown = told if is_shown is None else name if name.is_unknown else None
        if is_shown is not False:
            yield _Variable(name.as_text() or "", member(item, "value"), unknown=unknown, is_shown=is_shown, fix=fix)


def _build(project: Resource) -> Iterator[_Variable]:
    """Variables in clear text: of a reference (`PARAMETER_STORE`, `SECRETS_MANAGER`) the value is a name."""
    return _of_list(project["environment"]["environmentVariables"], "type", "PLAINTEXT")


def _job(definition: Resource) -> Iterator[_Variable]:
    """The containers of a job: its one, those of its ECS task or its pod, and those of each range of its nodes."""
    yield from _of_list(member(definition["containerProperties"].parsed_json(), "environment"))
    yield from _of_task(definition["ecsProperties"].parsed_json())
    yield from _of_pod(definition["eksProperties"], "envs")
    for node in _each(member(definition["nodeProperties"].parsed_json(), "nodeRangeProperties")):
        yield from _of_list(member(member(node, "container"), "environment"))
        yield from _of_task(member(node, "ecsProperties"))
        yield from _of_pod(member(node, "eksProperties"), "env")


def _of_task(properties: Value) -> Iterator[_Variable]:
    for task in _each(member(properties, "taskProperties")):
        for container in _each(member(task, "containers")):
            yield from _of_list(member(container, "environment"))


def _of_pod(properties: Value, variables: str) -> Iterator[_Variable]:
    pod = member(properties, "podProperties")
    for container in [*_each(member(pod, "containers")), *_each(member(pod, "initContainers"))]:
        yield from _of_list(member(container, variables), fix=_OF_POD)


def _each(items: Value) -> Sequence[Value]:
    """The members of a list; the list itself while it is not known."""
    found = items.elements()
    return [items] if found is None else found


def _service(service: Resource) -> Iterator[_Variable]:
    source = service["sourceConfiguration"]
    yield from _of_map(source["imageRepository"]["imageConfiguration"]["runtimeEnvironmentVariables"])
    code = source["codeRepository"]["codeConfiguration"]["codeConfigurationValues"]
    yield from _of_map(code["runtimeEnvironmentVariables"])


def _beanstalk(environment: Resource) -> Iterator[_Variable]:
    return _of_list(environment["settings"], "namespace", _BEANSTALK_VARIABLES)


def _model(model: Resource) -> Iterator[_Variable]:
    for container in (model["primaryContainer"], *_each(model["containers"])):
        yield from _of_map(container["environment"])


def _script(resource: Resource) -> Iterator[_Variable]:
    """A script as a whole, for what is a secret by its shape, and the variables that it sets."""
    for name in ("userData", "userDataBase64"):
        written = resource[name]
        if written.is_unknown:
            yield _Variable("", written, "The script")
        text = _decoded(written.as_text() or "")[:_LONGEST_SCRIPT]
        if text:
            yield _Variable("", written.part(text, name), "The script")
        for variable, value in _ASSIGNMENT.findall(text):
            yield _Variable(variable, written.part(value, name), "Variable")


def _decoded(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode()
    except (binascii.Error, ValueError):
        return text


def _parameter(parameter: Resource) -> Iterator[_Variable]:
    """A parameter in clear text; a SecureString is encrypted (Systems Manager User Guide, "Parameter types")."""
    kind, named = parameter["type"], parameter["name"]
    is_shown = kind.holds(lambda text: text != "SecureString")
    unknown = kind if is_shown is None else named if named.is_unknown else None
    name = "" if named.is_unknown else named.as_text() or parameter.name
    for value, fix in ((parameter["value"], ""), (parameter["insecureValue"], _INSECURE)):
        if is_shown is not False and not value.is_absent:
            yield _Variable(name, value, "Parameter", unknown, is_shown, fix)


_READERS: Mapping[Kind, _Reader] = {
    resource_types.CODEBUILD_PROJECT: _build,
    resource_types.BATCH_JOB_DEFINITION: _job,
    resource_types.APP_RUNNER_SERVICE: _service,
    resource_types.BEANSTALK_ENVIRONMENT: _beanstalk,
    resource_types.GLUE_JOB: lambda job: _of_map(job["defaultArguments"], "Argument"),
    resource_types.MWAA_ENVIRONMENT: lambda one: _of_map(one["airflowConfigurationOptions"], "Option"),
    resource_types.AMPLIFY_APP: lambda app: _of_map(app["environmentVariables"]),
    resource_types.SAGEMAKER_MODEL: _model,
    resource_types.CANARY: lambda canary: _of_map(canary["runConfig"]["environmentVariables"]),
    resource_types.INSTANCE: _script,
    resource_types.SPOT_INSTANCE: _script,
    resource_types.LAUNCH_TEMPLATE: _script,
    resource_types.LAUNCH_CONFIGURATION: _script,
    resource_types.SSM_PARAMETER: _parameter,
}
"""By kind: what it shows in clear text. The properties are those of the AWS plugin's schema."""

_READ_BY_SCRIPT = (
    "Let the script read the secret when the instance starts, by aws secretsmanager get-secret-value and with the role "
    "of its instance profile."
)
_ADVICE: Mapping[Kind, str] = {
    resource_types.CODEBUILD_PROJECT: 'Set type="SECRETS_MANAGER" and value to the ARN of the secret.',
    resource_types.BATCH_JOB_DEFINITION: (
        'Name it under "secrets" of the container instead, with the ARN of the secret as "valueFrom", and let '
        '"executionRoleArn" be a role that can read it.'
    ),
    resource_types.APP_RUNNER_SERVICE: (
        "Name it in runtime_environment_secrets instead, with the ARN of the secret, and let instance_role_arn be a "
        "role that can read it."
    ),
    resource_types.BEANSTALK_ENVIRONMENT: (
        'Set namespace="aws:elasticbeanstalk:application:environmentsecrets" and value to the ARN of the secret.'
    ),
    resource_types.GLUE_JOB: (
        "Give the job the name of the secret instead, such as in --db-secret-name, and let its script read the secret."
    ),
    resource_types.MWAA_ENVIRONMENT: (
        "Take it out of airflow_configuration_options, and keep it in Secrets Manager as a connection or a variable, "
        "which Airflow reads by the option secrets.backend."
    ),
    resource_types.AMPLIFY_APP: (
        "Take it out of environment_variables, and keep it as a SecureString parameter named /amplify/APP/BRANCH/NAME, "
        "which builds read as an environment secret."
    ),
    resource_types.SAGEMAKER_MODEL: (
        "Give the container the name of the secret instead, such as in DB_SECRET_NAME, and let it read the secret when "
        "it starts."
    ),
    resource_types.CANARY: (
        "Give the canary the name of the secret instead, such as in DB_SECRET_NAME, and let it read the secret when it "
        "runs."
    ),
    resource_types.INSTANCE: _READ_BY_SCRIPT,
    resource_types.SPOT_INSTANCE: _READ_BY_SCRIPT,
    resource_types.LAUNCH_TEMPLATE: _READ_BY_SCRIPT,
    resource_types.LAUNCH_CONFIGURATION: _READ_BY_SCRIPT,
    resource_types.SSM_PARAMETER: 'Set type="SecureString".',
}
"""By kind: how to fix it.

Sources: CodeBuild API Reference, EnvironmentVariable; AWS Batch User Guide, "Specify sensitive data"; App Runner
Developer Guide, "Referencing environment variables"; Elastic Beanstalk Developer Guide, "Fetching secrets and
parameters to Elastic Beanstalk environment variables"; Glue Developer Guide, "Using job parameters in AWS Glue jobs";
MWAA User Guide, "Configuring an Apache Airflow connection using a Secrets Manager secret"; Amplify Hosting User
Guide, "Managing environment secrets"; Systems Manager User Guide, "Parameter types".
"""

_OF_POD = (
    "Keep it as a secret of Kubernetes, and mount it by a volume of the pod, or let the job read it when it starts."
)
"""AWS Batch API Reference, EksVolume: of a pod's variables, none can refer to a secret."""

_INSECURE = 'Set type="SecureString" and value to the secret, and leave insecure_value out.'
"""Of a SecureString, the plugin takes no value in clear text (Pulumi Registry, aws.ssm.Parameter)."""


@ResourcePolicy(
    title="A build, job, service, instance or parameter has no secrets in clear text",
    why=(
        "The variables of a build or a job, the arguments of a job, the user data of an instance and a parameter of "
        "type String are shown to everyone with permission to describe them, and are in clear text in the state."
    ),
    severity=Severity.HIGH,
    danger=True,
    kinds=tuple(_READERS),
    settings={
        "allowedNames": list_setting((), "Names of variables that contain no secret although they are named like one.")
    },
    remediation_steps=(
        "Put the value in Secrets Manager or in a SecureString parameter, refer to it by its ARN or name, and let what "
        "needs it read the value when it starts. Rotate a secret that has been in clear text."
    ),
    example="""\
aws.codebuild.Project(
    "build",
    environment={
        "compute_type": "BUILD_GENERAL1_SMALL",
        "image": "aws/codebuild/standard:7.0",
        "type": "LINUX_CONTAINER",
        "environment_variables": [
            {"name": "DB_PASSWORD", "type": "SECRETS_MANAGER", "value": "ml-api/database:password"},
        ],
    },
    **others,
)""",
    url="https://docs.aws.amazon.com/codebuild/latest/userguide/change-project.html",
    topics=(Topic.SECRETS,),
)
def environment_no_secret(resource: Resource, settings: Settings) -> Verdict:
    """By the name of each variable and the format of its value; no value is ever shown."""
    read = _READERS[resource.kind](resource) if resource.kind else ()
    advice = _ADVICE[resource.kind] if resource.kind else ""
    return all_in(_judged(one, advice) for one in read if one.name not in settings["allowedNames"])


def _judged(variable: _Variable, advice: str) -> Verdict:
    text = variable.value.as_text() or ""
    why = secret_in_variable(variable.own_name or None, text)
    if why and variable.is_shown:
        found = violation(
            f"{variable.what} {variable.name} {why}" if variable.name else f"{variable.what} {why}",
            path=variable.value.path,
            actual="a value in clear text",
            expected="a reference to the secret",
            fix=f"{variable.fix or advice} Rotate a secret that has been in clear text.",
        )
        return found.answered_by("allowedNames") if variable.name else found
    if variable.value.is_unknown:
        return COMPLIANT if cannot_be_secret(variable.own_name, variable.value) else undecided(variable.value)
    if variable.unknown is not None and (why or (not variable.name and may_hold_a_secret(text))):
        return undecided(variable.unknown)
    return COMPLIANT
