"""Amazon ECS: what a task definition allows its containers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pulumi_guardrails.aws.ecs import each_container, in_container, member
from pulumi_guardrails.aws.plain_outputs import cannot_be_secret
from pulumi_guardrails.aws.resource_types import (
    ECS_DAEMON_TASK_DEFINITION,
    ECS_EXPRESS_SERVICE,
    ECS_TASK_DEFINITION,
    ROLE,
)
from pulumi_guardrails.aws.secret_detection import secret_in_variable
from pulumi_guardrails.core.policy import ResourcePolicy, Settings, Severity, StackPolicy, Topic, controls, list_setting
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.value import ABSENT, Value, snake_case
from pulumi_guardrails.core.verdict import (
    COMPLIANT,
    Verdict,
    all_in,
    all_of,
    not_applicable,
    undecided,
    violation,
    when,
)

_GUIDE = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide"
_PARAMETERS = f"{_GUIDE}/task_definition_parameters.html"

_HOST_CAPABILITIES = ("ALL", "SYS_ADMIN", "SYS_MODULE", "SYS_RAWIO")
"""Linux capabilities that amount to root on the host (manual page capabilities(7))."""


@ResourcePolicy(
    title="Every container of an ECS task definition logs to CloudWatch",
    why="Without a log driver the output of a container is lost with it, and an incident leaves no trace.",
    severity=Severity.HIGH,
    kinds=(ECS_TASK_DEFINITION, ECS_DAEMON_TASK_DEFINITION),
    rows=("Every container logs to CloudWatch (a log driver is set)",),
    controls=controls(
        FSBP="ECS.9",
        PCI="10.2.1.1.16 10.2.1.2.13 10.2.1.3.13 10.2.1.4.13 10.2.1.5.13 10.2.1.6.13 10.2.1.7.13 10.2.1.13",
        SOC2="cc_a_1_1",
        ISO27001="A.8.15",
    ),
    settings={
        "logDrivers": list_setting(
            ("awslogs", "awsfirelens"), "The log drivers that are allowed; awsfirelens is a log router."
        )
    },
    remediation_steps='Give the container a logConfiguration with logDriver "awslogs" and the option awslogs-group.',
    example=(
        """\
aws.ecs.TaskDefinition(
    "api",
    family="api",
    container_definitions=json.dumps([{
        "name": "api",
        "image": image,
        "logConfiguration": {
            "logDriver": "awslogs",
            "options": {
                "awslogs-group": "/aws/ecs/api",
                "awslogs-region": "us-east-1",
                "awslogs-stream-prefix": "api",
            },
        },
    }]),
)"""
    ),
    url=f"{_GUIDE}/using_awslogs.html",
    topics=(Topic.ECS, Topic.LOGGING),
)
def ecs_container_logging(task: Resource, settings: Settings) -> Verdict:
    """A container without a log driver, or with awslogs and no log group, has no logs."""
    drivers = settings["logDrivers"]
    of_daemon = 'Give the container log_configuration={"log_driver": "awslogs", "options": {"awslogs-group": "…"}}.'
    advice = "" if task.kind is ECS_TASK_DEFINITION else of_daemon

    def logs(container: Value) -> Verdict:
        configuration = member(container, "logConfiguration")
        driver = member(configuration, "logDriver")
        chosen = driver.must(
            lambda name: isinstance(name, str) and name in drivers,
            " or ".join(drivers),
            advice if "awslogs" in drivers or not drivers else in_container(task, driver, f'"{drivers[0]}"'),
            "logDrivers",
        )
        if driver.as_text() != "awslogs":
            return chosen
        group = member(configuration, "options")["awslogs-group"]
        return all_of(chosen, group.must_be_set("the name of a log group", advice))

    return each_container(task, logs)


@ResourcePolicy(
    title="An ECS container is not privileged and does not share the host's processes, or its network as root",
    why=(
        "A privileged container has root access to the host. A container in the host's process namespace can read the "
        "memory of its processes and stop them, and root in host network mode can capture the traffic of every other "
        "container. Only agents that monitor the host need this."
    ),
    severity=Severity.HIGH,
    danger=True,
    kinds=(ECS_TASK_DEFINITION, ECS_DAEMON_TASK_DEFINITION),
    rows=("No container is privileged, none shares the host's process namespace or network as root",),
    controls=controls(FSBP="ECS.4 ECS.3 ECS.1", PCI="7.2.1.6 7.2.2.6 7.2.3.3 1.4.5.2 7.2.1.8 7.2.2.8 7.2.3.4"),
    remediation_steps=(
        "Leave out privileged, pid_mode and ipc_mode; where network_mode is host, give every container a user other "
        'than root, or use network_mode="awsvpc".'
    ),
    example='aws.ecs.TaskDefinition("api", family="api", network_mode="awsvpc", container_definitions=definitions)',
    url=_PARAMETERS,
    topics=(Topic.ECS, Topic.ISOLATION),
)
def ecs_host_isolation(task: Resource, _settings: Settings) -> Verdict:
    """By default nothing is shared, but the user is root."""
    modes = [
        task[name]
        .with_default("")
        .must(lambda mode: mode != "host", 'any value other than "host"', f"Leave {snake_case(name)} out.")
        for name in ("pidMode", "ipcMode")
    ]
    on_host_network = task["networkMode"].holds(lambda mode: mode == "host")

    def isolated(container: Value) -> Verdict:
        privileged, user = member(container, "privileged"), member(container, "user")
        capabilities = member(member(member(container, "linuxParameters"), "capabilities"), "add")
        return all_of(
            privileged.with_default(False).must_be(False, in_container(task, privileged, "false")),
            capabilities.each(
                lambda item: item.must(
                    lambda name: isinstance(name, str) and name.upper() not in _HOST_CAPABILITIES,
                    f"a capability other than {', '.join(_HOST_CAPABILITIES)}",
                    f"Remove it from {capabilities.path}.",
                )
            ),
            when(
                on_host_network,
                lambda: user.with_default("root").must(
                    _is_not_root,
                    "a user other than root",
                    'Set "user" in this container definition to another user, or network_mode="awsvpc" on the task.',
                ),
                lambda: COMPLIANT,
                task["networkMode"],
            ),
        )

    return all_of(*modes, each_container(task, isolated))


def _is_not_root(user: Any) -> bool:
    """Docker accepts `name`, `name:group`, `uid` or `uid:gid`; root has the uid 0."""
    if not isinstance(user, str):
        return False
    name = user.partition(":")[0].strip()
    return name not in ("", "root") and name.lstrip("+-0") != ""


@ResourcePolicy(
    title="An ECS container has a read-only root file system",
    why=(
        "An attacker in a container with a writable root file system can replace its program and install tools. Use a "
        "volume for what the container has to write."
    ),
    severity=Severity.HIGH,
    kinds=(ECS_TASK_DEFINITION, ECS_DAEMON_TASK_DEFINITION),
    rows=("Root file systems are read-only",),
    controls=controls(FSBP="ECS.5", PCI="10.3.2.9 10.6.3.16 3.5.1.3.9 7.2.1.7 7.2.2.7 7.2.5.4 7.2.6.1 7.3.1.4"),
    remediation_steps=(
        'Set "readonlyRootFilesystem": true in the container definition, and mount a volume where it writes.'
    ),
    example=(
        """\
aws.ecs.TaskDefinition(
    "api",
    family="api",
    volumes=[{"name": "scratch"}],
    container_definitions=json.dumps([{
        "name": "api",
        "image": image,
        "readonlyRootFilesystem": True,
        "mountPoints": [{"sourceVolume": "scratch", "containerPath": "/tmp"}],
    }]),
)"""
    ),
    url=_PARAMETERS,
    topics=(Topic.ECS, Topic.ISOLATION),
)
def ecs_read_only_root(task: Resource, _settings: Settings) -> Verdict:
    """Writable by default. Windows containers do not support a read-only root file system."""
    family = task["runtimePlatform"]["operatingSystemFamily"]
    windows = family.holds(lambda name: isinstance(name, str) and name.upper().startswith("WINDOWS"))
    if windows:
        return not_applicable("Windows containers do not support a read-only root file system")
    verdict = each_container(
        task,
        lambda container: _is_read_only(task, member(container, "readonlyRootFilesystem")),
    )
    if windows is None and not verdict.is_compliant:
        return undecided(family)
    return verdict


def _is_read_only(task: Resource, setting: Value) -> Verdict:
    return setting.with_default(False).must_be(True, in_container(task, setting, "true"))


@ResourcePolicy(
    title="An ECS container has no secrets in its environment variables",
    why=(
        "Environment variables are in clear text in every revision of a task definition, for everyone with permission "
        "to describe it. `secrets` contains references only, which ECS resolves when the container starts."
    ),
    severity=Severity.HIGH,
    danger=True,
    kinds=(ECS_TASK_DEFINITION, ECS_DAEMON_TASK_DEFINITION, ECS_EXPRESS_SERVICE),
    rows=("No secret in a container's environment",),
    controls=controls(FSBP="ECS.8", PCI="3.5.1.14 8.2.2.3 8.3.2.21"),
    settings={
        "allowedNames": list_setting((), "Names of variables that contain no secret although they are named like one.")
    },
    remediation_steps=(
        "Put the value in Secrets Manager or in a SecureString parameter and name its ARN under `secrets` with "
        "valueFrom. Rotate a secret that has been in a task definition."
    ),
    example="""\
aws.ecs.TaskDefinition(
    "api",
    family="api",
    container_definitions=json.dumps([{
        "name": "api",
        "image": image,
        "secrets": [{
            "name": "DB_PASSWORD",
            "valueFrom": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:ml-api-db-a1B2c3",
        }],
    }]),
)""",
    url=f"{_GUIDE}/specifying-sensitive-data.html",
    topics=(Topic.ECS, Topic.SECRETS),
)
def ecs_no_secret_in_environment(task: Resource, settings: Settings) -> Verdict:
    """By the name of each variable and the format of its value; no value is ever shown."""
    value_from = "valueFrom" if task.kind is ECS_TASK_DEFINITION else "value_from"
    advice = (
        "Put the value in Secrets Manager or in a SecureString parameter, and name its ARN as "
        f"{value_from} under secrets. Rotate a secret that has been in a task definition."
    )

    def in_clear_text(message: str, entry: Value) -> Verdict:
        return violation(
            message, path=entry.path, actual="a value in clear text", expected="a reference under secrets", fix=advice
        )

    def variable(entry: Value) -> Verdict:
        name, value = member(entry, "name"), member(entry, "value")
        variable_at = f"Environment variable {name.shown} ({entry.path})"
        text, named = value.as_text(), name.as_text()
        if named in settings["allowedNames"]:
            return COMPLIANT
        if value.is_unknown or name.is_unknown:
            plain = cannot_be_secret(named or "", value)
            return COMPLIANT if plain else undecided(name if name.is_unknown else value)
        why = secret_in_variable(named, text or "")
        return in_clear_text(f"{variable_at} {why}", entry).answered_by("allowedNames") if why else COMPLIANT

    def clean(container: Value) -> Verdict:
        # In a daemon task definition and in an Express service the list is called `environments`.
        lists = [member(container, key) for key in ("environment", "environments")]
        return all_in(
            entries.mismatch("not a list", "a list of names and values")
            if entries.is_known and not isinstance(entries.raw, list)
            else entries.each(variable)
            for entries in lists
        )

    return each_container(task, clean)


@StackPolicy(
    title="The task role and the execution role of an ECS task are different roles",
    why=(
        "The execution role allows ECS to pull the image and to read the secrets of the task. As the task role it "
        "gives the same permissions to an attacker in the container."
    ),
    severity=Severity.MEDIUM,
    kinds=(ECS_TASK_DEFINITION, ECS_DAEMON_TASK_DEFINITION, ECS_EXPRESS_SERVICE),
    rows=("Task role and execution role are different roles",),
    remediation_steps="Use different roles for execution_role_arn and task_role_arn.",
    example=(
        'aws.ecs.TaskDefinition("api", family="api", container_definitions=definitions,\n'
        "    execution_role_arn=execution.arn, task_role_arn=task.arn)"
    ),
    url=f"{_GUIDE}/task-iam-roles.html",
    topics=(Topic.ECS, Topic.IAM),
)
def ecs_roles_differ(stack: Stack, _settings: Settings) -> Iterator[tuple[Resource, Verdict]]:
    """Compares ARNs, and where they are not known the roles of the stack that they are computed from."""
    for task in stack.of(ECS_TASK_DEFINITION, ECS_DAEMON_TASK_DEFINITION, ECS_EXPRESS_SERVICE):
        yield task, _roles(stack, task)


def _roles(stack: Stack, task: Resource) -> Verdict:
    own, execution = task["taskRoleArn"], task["executionRoleArn"]
    if own.is_absent or execution.is_absent:
        return not_applicable("it does not have both roles")
    same = violation(
        "taskRoleArn and executionRoleArn are the same role",
        path=own.path,
        actual=own.shown,
        expected="another role than executionRoleArn",
    )
    if not own.is_unknown and not execution.is_unknown:
        if own.as_text() is None:
            return own.mismatch(own.shown, "the ARN of a role")
        return COMPLIANT if _role_name(own) != _role_name(execution) else same
    own_role, execution_role = (stack.reference(value, ROLE).only for value in (own, execution))
    if own_role and execution_role:
        return same if own_role is execution_role else COMPLIANT
    known, role = (execution, own_role) if own.is_unknown else (own, execution_role)
    if known.is_known and role and not role["name"].is_unknown:
        # A role without a name of its own gets one from the update, so no ARN known before can be its.
        return same if _role_name(known) == role["name"].as_text() else COMPLIANT
    unknown = [value for value in (own, execution) if value.is_unknown]
    return undecided(*([value for value in unknown if not stack.reference(value, ROLE).only] or unknown))


def _role_name(role: Value) -> str:
    """The name of a role, which is the end of its ARN."""
    return (role.as_text() or "").rpartition("/")[2]


@ResourcePolicy(
    title="An EFS volume of an ECS task is encrypted in transit",
    why="Without encryption in transit, the data that a task reads and writes crosses the network in clear text.",
    severity=Severity.MEDIUM,
    kinds=(ECS_TASK_DEFINITION,),
    rows=("EFS volumes are encrypted in transit",),
    remediation_steps='Set transit_encryption="ENABLED" in efs_volume_configuration.',
    example=(
        """\
aws.ecs.TaskDefinition(
    "api",
    family="api",
    container_definitions=definitions,
    volumes=[{
        "name": "models",
        "efs_volume_configuration": {"file_system_id": files.id, "transit_encryption": "ENABLED"},
    }],
)"""
    ),
    url=f"{_GUIDE}/efs-volumes.html",
    topics=(Topic.ECS, Topic.ENCRYPTION, Topic.ENCRYPTION_IN_TRANSIT),
    remediation=lambda task, _settings: _encrypt_in_transit(task),
)
def ecs_efs_in_transit(task: Resource, _settings: Settings) -> Verdict:
    """Disabled by default."""

    def encrypted(volume: Value) -> Verdict:
        efs = volume["efsVolumeConfiguration"]
        if efs.is_absent or efs.raw == []:
            return not_applicable("no EFS volume")
        return efs["transitEncryption"].with_default("DISABLED").must_be("ENABLED")

    return task["volumes"].each(encrypted, empty=not_applicable("it has no volume"))


def _encrypt_in_transit(task: Resource) -> dict[str, Any]:
    volumes = []
    for volume in task["volumes"].elements() or ():
        efs = volume["efsVolumeConfiguration"].raw
        if isinstance(efs, list) and len(efs) == 1:
            (efs,) = efs
        if not isinstance(volume.raw, dict) or not isinstance(efs, (dict, type(ABSENT))):
            return {}
        encrypted = {"efsVolumeConfiguration": {**efs, "transitEncryption": "ENABLED"}} if isinstance(efs, dict) else {}
        volumes.append({**volume.raw, **encrypted})
    return {"volumes": volumes}
