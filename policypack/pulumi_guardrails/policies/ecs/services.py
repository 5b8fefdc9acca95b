"""Amazon ECS: services and clusters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from pulumi_guardrails.aws.resource_types import (
    ECS_CLUSTER,
    ECS_DAEMON,
    ECS_SERVICE,
    ECS_TASK_SET,
    EVENT_TARGET,
    SCHEDULE,
)
from pulumi_guardrails.core.once import once
from pulumi_guardrails.core.policy import (
    Constraint,
    ResourcePolicy,
    Settings,
    Severity,
    StackPolicy,
    Topic,
    controls,
    list_setting,
)
from pulumi_guardrails.core.references import Doubts, Incoming, IncomingReferences, Question
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.three_valued import Answer, kleene_all, kleene_any
from pulumi_guardrails.core.value import Value
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

_STARTED_BY = {EVENT_TARGET: ("ecsTarget",), SCHEDULE: ("target", "ecsParameters")}
"""The EventBridge resources that start tasks, and the block in which each configures them."""


def _public_ip_path(launcher: Resource) -> tuple[str, ...]:
    """The path of the property that assigns a public IP address to the tasks."""
    block = _STARTED_BY.get(launcher.kind, ()) if launcher.kind else ()
    return (*block, "networkConfiguration", "assignPublicIp")


def _assign_no_public_ip(launcher: Resource, _settings: Settings) -> Mapping[str, Any]:
    return {".".join(_public_ip_path(launcher)): False}


@ResourcePolicy(
    title="An ECS service, task set or scheduled task has no public IP address assigned",
    why=(
        "A task with a public IP address can be reached from the internet without the load balancer, as soon as a "
        "security group allows it. Tasks receive traffic from a load balancer and reach AWS services through a NAT "
        "gateway or VPC endpoints."
    ),
    severity=Severity.HIGH,
    constraint=Constraint.PRIVATE_TASKS,
    kinds=(ECS_SERVICE, ECS_TASK_SET, EVENT_TARGET, SCHEDULE),
    rows=("A service assigns no public address",),
    controls=controls(FSBP="ECS.2"),
    remediation_steps="Set assign_public_ip=False in network_configuration, or leave it out.",
    example=(
        """\
aws.ecs.Service(
    "api",
    network_configuration={
        "subnets": private_subnet_ids,
        "security_groups": [task_group.id],
        "assign_public_ip": False,
    },
)"""
    ),
    url=f"{_GUIDE}/fargate-task-networking.html",
    topics=(Topic.ECS, Topic.NETWORK),
    remediation=_assign_no_public_ip,
)
def ecs_no_public_address(launcher: Resource, _settings: Settings) -> Verdict:
    """False by default, whatever starts the tasks."""
    first, *further = _public_ip_path(launcher)
    address = launcher[first]
    for name in further:
        address = address[name]
    return address.with_default(False).must_be(False)


@ResourcePolicy(
    title="An ECS service runs on the latest Fargate platform version",
    why=(
        "A platform version is the kernel and the container runtime. A service that is pinned to an old version gets "
        "no more security updates; LATEST uses the newest version at every deployment."
    ),
    severity=Severity.MEDIUM,
    kinds=(ECS_SERVICE, ECS_TASK_SET),
    rows=("A service runs on the latest Fargate platform version",),
    controls=controls(PCI="6.3.3.3"),
    settings={"accepted": list_setting(("LATEST", "1.4.0"), "The platform versions that are allowed.")},
    remediation_steps='Set platform_version="LATEST", which also works for Windows, or leave it out.',
    example='aws.ecs.Service("api", launch_type="FARGATE", platform_version="LATEST")',
    url=f"{_GUIDE}/platform-fargate.html",
    topics=(Topic.ECS, Topic.PATCHING),
    remediation=lambda _service, settings: {"platformVersion": settings["accepted"][0]} if settings["accepted"] else {},
)
def ecs_platform_version(service: Resource, settings: Settings) -> Verdict:
    """LATEST by default. Tasks on container instances have no platform version.

    Without a launch type and a capacity provider strategy the default of the cluster applies, which may be Fargate or
    not (ECS API reference, CreateService). A platform version that is set is then checked, since it means Fargate.
    """
    launch_type, version = service["launchType"], service["platformVersion"]
    strategies = service["capacityProviderStrategies"]
    if launch_type.is_absent and strategies.elements() == []:
        if version.is_absent:
            return not_applicable("no launch type, capacity provider or platform version of Fargate is set")
        on_fargate: Answer = True
    else:
        on_fargate = kleene_any([launch_type.holds(lambda text: text == "FARGATE"), _has_fargate(strategies)])
    if on_fargate is False:
        return not_applicable("it does not run on Fargate")
    allowed = settings["accepted"]
    verdict = version.must(
        lambda text: isinstance(text, str) and text in allowed,
        " or ".join(allowed) or "nothing",
        f'Set platform_version="{allowed[0]}".' if allowed else "Name what is accepted in the setting accepted.",
        setting="accepted" if isinstance(version.raw, str) else "",
    )
    if on_fargate is None and not verdict.is_compliant:
        return undecided(launch_type if launch_type.is_unknown else strategies, whether="it runs on Fargate")
    return verdict


def _has_fargate(strategies: Value) -> Answer:
    """Whether a strategy uses a Fargate capacity provider (ECS Developer Guide, "Amazon ECS capacity providers")."""
    items = strategies.elements()
    if items is None:
        return None
    return kleene_any(
        item["capacityProvider"].holds(lambda name: name in ("FARGATE", "FARGATE_SPOT")) for item in items
    )


_INSIGHTS = "containerInsights"


def _enable_insights(cluster: Resource, _settings: Settings) -> dict[str, Any]:
    settings = cluster["settings"]
    if settings.is_unknown:
        return {}
    given = [(item["name"].as_text(), item.raw) for item in settings.elements() or () if isinstance(item.raw, dict)]
    fixed = [{**item, "value": "enabled"} if name == _INSIGHTS else item for name, item in given]
    missing = [] if any(name == _INSIGHTS for name, _ in given) else [{"name": _INSIGHTS, "value": "enabled"}]
    return {"settings": [*fixed, *missing]}


@ResourcePolicy(
    title="An ECS cluster has Container Insights enabled",
    why=(
        "Without Container Insights, CloudWatch has only averages of a cluster, which do not show the task that runs "
        "out of memory or mines cryptocurrency. Container Insights is charged per metric."
    ),
    severity=Severity.LOW,
    kinds=(ECS_CLUSTER,),
    rows=("Container Insights are on",),
    remediation_steps='Give the cluster settings=[{"name": "containerInsights", "value": "enabled"}].',
    example=(
        'aws.ecs.Cluster("api", settings=[aws.ecs.ClusterSettingArgs(name="containerInsights", value="enabled")])'
    ),
    url=f"{_GUIDE}/cloudwatch-container-insights.html",
    topics=(Topic.ECS, Topic.MONITORING),
    remediation=_enable_insights,
)
def ecs_container_insights(cluster: Resource, _settings: Settings) -> Verdict:
    """Disabled unless the cluster sets it: the default of the account is not part of the stack."""

    def named(setting: Value) -> Answer:
        return setting["name"].holds(lambda text: text == _INSIGHTS)

    def on(setting: Value) -> Answer:
        return kleene_all([named(setting), setting["value"].holds(lambda text: text in ("enabled", "enhanced"))])

    settings = cluster["settings"]
    given = [item["value"] for item in settings.elements() or () if named(item)]
    path, actual = (given[0].path, given[0].shown) if given else (settings.path, "not set")
    expected = "enabled or enhanced"
    message = f"The cluster setting {_INSIGHTS} is {actual}; expected {expected}"
    return settings.some(on, violation(message, path=path, actual=actual, expected=expected))


@StackPolicy(
    title="ECS Exec sessions are logged and encrypted with a KMS key",
    why=(
        "ECS Exec opens a shell in a running container. Without logs there is no record of what was done in it; "
        "without a KMS key the session is encrypted with TLS only."
    ),
    severity=Severity.MEDIUM,
    kinds=(ECS_CLUSTER, ECS_SERVICE, ECS_DAEMON),
    rows=("ECS Exec sessions are logged, and encrypted with a key",),
    remediation_steps=(
        "Give the cluster an execute_command_configuration with kms_key_id and with encrypted logging to a log group "
        "or a bucket, or set enable_execute_command=False on the service or daemon."
    ),
    example=(
        """\
cluster = aws.ecs.Cluster(
    "api",
    configuration={
        "execute_command_configuration": {
            "kms_key_id": key.arn,
            "logging": "OVERRIDE",
            "log_configuration": {
                "cloud_watch_log_group_name": sessions.name,
                "cloud_watch_encryption_enabled": True,
            },
        },
    },
)
aws.ecs.Service("api", cluster=cluster.arn, enable_execute_command=True)"""
    ),
    url=f"{_GUIDE}/ecs-exec.html",
    topics=(Topic.ECS, Topic.LOGGING, Topic.ENCRYPTION),
)
def ecs_exec_audited(stack: Stack, _settings: Settings) -> Iterator[tuple[Resource, Verdict]]:
    """For each cluster with a service or daemon that allows ECS Exec, and for those whose cluster is not known."""
    users = stack.of(ECS_SERVICE, ECS_DAEMON)
    incoming = IncomingReferences(stack, (ECS_CLUSTER,), map(_cluster_of, users), named="name")
    placed: set[str] = set()
    users_of = once(partial(_users, placed))
    question = Question("a service or daemon in it allows ECS Exec")
    for cluster in stack.of(ECS_CLUSTER):
        own = incoming.to(cluster)
        used, doubts = users_of(own)
        if used is False:
            yield cluster, not_applicable("no service or daemon in it allows ECS Exec")
            continue
        verdict = _exec_configuration(cluster["configuration"]["executeCommandConfiguration"])
        if used is None and not verdict.is_compliant:
            verdict = question.undecided(doubts, cluster["name"])
        yield cluster, verdict
    for user in users:
        named = _cluster_of(user)
        if user.urn in placed or user["enableExecuteCommand"].is_true() is False:
            continue
        if named.is_unknown:
            yield user, undecided(named)
        else:
            yield user, not_applicable("its cluster is not part of this stack")


def _users(placed: set[str], own: Sequence[Incoming]) -> tuple[Answer, Doubts]:
    """Whether one of the services and daemons of a cluster allows ECS Exec, and what leaves that open; notes them."""
    placed.update(user.owner.urn for user in own)
    return kleene_any(map(_uses_exec, own)), Doubts.of(_open_questions(own))


def _uses_exec(user: Incoming) -> Answer:
    return kleene_all([user.owner["enableExecuteCommand"].is_true(), user.answer])


def _open_questions(users: Iterable[Incoming]) -> Iterator[Value | None]:
    """What is not known of the services and daemons that may run in a cluster and allow ECS Exec; None for its name."""
    for user in users:
        if _uses_exec(user) is None:
            allows = user.owner["enableExecuteCommand"]
            if allows.is_unknown:
                yield allows
            if user.answer is None:
                yield user.value if user.value.is_unknown else None


def _cluster_of(user: Resource) -> Value:
    """The property that names the cluster of a service or a daemon."""
    return user["clusterArn" if user.kind is ECS_DAEMON else "cluster"]


def _exec_configuration(given: Value) -> Verdict:
    """By default a session is logged as its container is, and encrypted with no KMS key."""
    logging, key = given["logging"].with_default("DEFAULT"), given["kmsKeyId"]
    encrypted = all_of(
        logging.must_be_one_of("DEFAULT", "OVERRIDE"),
        COMPLIANT if key.is_unknown else key.must(lambda text: isinstance(text, str) and text != "", "a KMS key"),
    )
    return when(
        logging.holds(lambda text: text == "OVERRIDE"),
        lambda: all_of(encrypted, _own_log(given["logConfiguration"])),
        lambda: encrypted,
        logging,
    )


def _own_log(target: Value) -> Verdict:
    """A log group or a bucket for the sessions, with encryption enabled, which it is not by default."""
    targets = (("cloudWatchLogGroupName", "cloudWatchEncryptionEnabled"), ("s3BucketName", "s3BucketEncryptionEnabled"))
    return all_in(
        [target[flag].with_default(False).must_be(True) for name, flag in targets if not target[name].is_absent],
        empty=target.mismatch(target.shown, "a log group or a bucket"),
    )
