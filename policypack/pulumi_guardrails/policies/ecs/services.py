"""Amazon ECS: how services and clusters are run. What a task may do is in `ecs_tasks`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pulumi_guardrails.aws.resource_types import (
    ECS_CLUSTER,
    ECS_DAEMON,
    ECS_SERVICE,
    ECS_TASK_SET,
    EVENT_TARGET,
    SCHEDULE,
)
from pulumi_guardrails.core.policy import ResourcePolicy, Settings, Severity, StackPolicy, Topic, controls, list_setting
from pulumi_guardrails.core.references import IncomingReferences
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.three_valued import Answer, kleene_all, kleene_any
from pulumi_guardrails.core.value import Value
from pulumi_guardrails.core.verdict import COMPLIANT, Verdict, all_in, all_of, mismatch, not_applicable, undecided, when

_GUIDE = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide"

_STARTED_BY = {EVENT_TARGET: ("ecsTarget",), SCHEDULE: ("target", "ecsParameters")}
"""What EventBridge starts tasks by, and the block of it that says how; a service says so itself."""


def _way_to_address(starter: Resource) -> tuple[str, ...]:
    """Where it is said whether the tasks that something starts get a public address."""
    block = _STARTED_BY.get(starter.kind, ()) if starter.kind else ()
    return (*block, "networkConfiguration", "assignPublicIp")


def _without_address(starter: Resource, _settings: Settings) -> Mapping[str, Any]:
    return {".".join(_way_to_address(starter)): False}


@ResourcePolicy(
    title="No service, task set, rule or schedule gives its tasks a public address",
    why=(
        "A task with a public address can be reached from the internet past the load balancer, as soon as a security "
        "group lets it. Tasks answer through a load balancer and reach out through a NAT gateway or endpoints."
    ),
    severity=Severity.HIGH,
    kinds=(ECS_SERVICE, ECS_TASK_SET, EVENT_TARGET, SCHEDULE),
    rows=("A service assigns no public address",),
    controls=controls(FSBP="ECS.2"),
    remediation_steps="Set assign_public_ip=False in network_configuration, or leave it out.",
    example=(
        'aws.ecs.Service("api", network_configuration=aws.ecs.ServiceNetworkConfigurationArgs(\n'
        "    subnets=[private_a.id, private_b.id], security_groups=[tasks.id], assign_public_ip=False))"
    ),
    url=f"{_GUIDE}/fargate-task-networking.html",
    topics=(Topic.ECS, Topic.NETWORK),
    remediation=_without_address,
)
def ecs_no_public_address(starter: Resource, _settings: Settings) -> Verdict:
    """False by default, whatever starts the tasks."""
    first, *further = _way_to_address(starter)
    address = starter[first]
    for name in further:
        address = address[name]
    return address.with_default(False).must_be(False)


@ResourcePolicy(
    title="A service runs on the latest Fargate platform version",
    why=(
        "A platform version is the kernel and the runtime under the containers. One that is pinned to an old number "
        "gets no more security fixes; LATEST takes the newest at every deployment."
    ),
    severity=Severity.MEDIUM,
    kinds=(ECS_SERVICE, ECS_TASK_SET),
    rows=("A service runs on the latest Fargate platform version",),
    controls=controls(PCI="6.3.3.3"),
    settings={"accepted": list_setting(("LATEST", "1.4.0"), "The platform versions that are current.")},
    remediation_steps='Set platform_version="LATEST", which is right for Windows too, or leave it out.',
    example='aws.ecs.Service("api", launch_type="FARGATE", platform_version="LATEST")',
    url=f"{_GUIDE}/platform-fargate.html",
    topics=(Topic.ECS, Topic.PATCHING),
    remediation=lambda _service, settings: {"platformVersion": settings["accepted"][0]} if settings["accepted"] else {},
)
def ecs_platform_version(service: Resource, settings: Settings) -> Verdict:
    """LATEST by default. Tasks on instances have no platform version, whoever manages these.

    Without a launch type and a strategy the cluster's default decides, which may be Fargate or not (ECS API reference,
    CreateService): then a version is judged where one is set, since it means Fargate.
    """
    launch_type, version = service["launchType"], service["platformVersion"]
    strategies = service["capacityProviderStrategies"]
    if launch_type.is_absent and strategies.elements() == []:
        if version.is_absent:
            return not_applicable("nothing says that it runs on Fargate")
        on_fargate: Answer = True
    else:
        on_fargate = kleene_any([launch_type.holds(lambda text: text == "FARGATE"), _has_fargate(strategies)])
    if on_fargate is False:
        return not_applicable("it does not run on Fargate")
    accepted = settings["accepted"]
    verdict = version.must(lambda text: isinstance(text, str) and text in accepted, " or ".join(accepted) or "nothing")
    if on_fargate is None and not verdict.is_compliant:
        return undecided(launch_type if launch_type.is_unknown else strategies, whether="it runs on Fargate")
    return verdict


def _has_fargate(strategies: Value) -> Answer:
    """Whether a capacity provider is one of Fargate's (ECS Developer Guide, "Amazon ECS capacity providers")."""
    items = strategies.elements()
    if items is None:
        return None
    return kleene_any(
        item["capacityProvider"].holds(lambda name: name in ("FARGATE", "FARGATE_SPOT")) for item in items
    )


_INSIGHTS = "containerInsights"


def _insights_on(cluster: Resource, _settings: Settings) -> dict[str, Any]:
    settings = cluster["settings"]
    if settings.is_unknown:
        return {}
    given = [(item["name"].as_text(), item.raw) for item in settings.elements() or () if isinstance(item.raw, dict)]
    mended = [{**item, "value": "enabled"} if name == _INSIGHTS else item for name, item in given]
    missing = [] if any(name == _INSIGHTS for name, _ in given) else [{"name": _INSIGHTS, "value": "enabled"}]
    return {"settings": [*mended, *missing]}


@ResourcePolicy(
    title="Container Insights are on",
    why=(
        "Without Container Insights CloudWatch knows a cluster's averages only: which task runs out of memory, or is "
        "used to mine, does not show. It has a price per metric."
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
    remediation=_insights_on,
)
def ecs_container_insights(cluster: Resource, _settings: Settings) -> Verdict:
    """Off unless the cluster says otherwise: the account's default is not the stack's to know."""

    def named(setting: Value) -> Answer:
        return setting["name"].holds(lambda text: text == _INSIGHTS)

    def on(setting: Value) -> Answer:
        return kleene_all([named(setting), setting["value"].holds(lambda text: text in ("enabled", "enhanced"))])

    settings = cluster["settings"]
    given = [item["value"] for item in settings.elements() or () if named(item)]
    found = given[0] if given else settings
    accepted = "enabled or enhanced"
    return settings.some(on, mismatch(f"{settings.path}: {_INSIGHTS}", found.shown if given else "not set", accepted))


@StackPolicy(
    title="ECS Exec sessions are logged, and encrypted with a key",
    why=(
        "ECS Exec opens a shell in a running container. Unlogged, nobody can tell afterwards what was done in it; "
        "without a key of one's own the session is encrypted by TLS alone."
    ),
    severity=Severity.MEDIUM,
    kinds=(ECS_CLUSTER, ECS_SERVICE, ECS_DAEMON),
    rows=("ECS Exec sessions are logged, and encrypted with a key",),
    remediation_steps=(
        "Give the cluster an execute_command_configuration with kms_key_id and with encrypted logging to a log group "
        "or a bucket, or set enable_execute_command=False on the service or daemon."
    ),
    example=(
        'aws.ecs.Cluster("api", configuration={"execute_command_configuration": {\n'
        '    "kms_key_id": key.arn, "logging": "OVERRIDE", "log_configuration": {\n'
        '        "cloud_watch_log_group_name": sessions.name, "cloud_watch_encryption_enabled": True}}})'
    ),
    url=f"{_GUIDE}/ecs-exec.html",
    topics=(Topic.ECS, Topic.LOGGING, Topic.ENCRYPTION),
)
def ecs_exec_audited(stack: Stack, _settings: Settings) -> Iterator[tuple[Resource, Verdict]]:
    """Judges each cluster by what runs in it, and each service and daemon whose cluster the stack does not show."""
    users = stack.of(ECS_SERVICE, ECS_DAEMON)
    incoming = IncomingReferences(stack, (ECS_CLUSTER,), map(_cluster_of, users), named="name")
    placed = set()
    for cluster in stack.of(ECS_CLUSTER):
        own = incoming.to(cluster)
        placed |= {user.owner.urn for user in own}
        allowed = [(user, user.owner["enableExecuteCommand"]) for user in own]
        used = kleene_any(kleene_all([allows.is_true(), user.answer]) for user, allows in allowed)
        if used is False:
            yield cluster, not_applicable("no service or daemon of its allows ECS Exec")
            continue
        verdict = _exec_configuration(cluster["configuration"]["executeCommandConfiguration"])
        if used is None and not verdict.is_compliant:
            unknown = [part for user, allows in allowed for part in (allows, user.value) if part.is_unknown]
            verdict = undecided(*(unknown or [cluster["name"]]), whether="a service or daemon of its allows ECS Exec")
        yield cluster, verdict
    for user in users:
        home = _cluster_of(user)
        if user.urn in placed or user["enableExecuteCommand"].is_true() is False:
            continue
        if home.is_unknown:
            yield user, undecided(home)
        else:
            yield user, not_applicable("its cluster is not of this stack")


def _cluster_of(user: Resource) -> Value:
    """The property that names the cluster a service or a daemon runs in."""
    return user["clusterArn" if user.kind is ECS_DAEMON else "cluster"]


def _exec_configuration(given: Value) -> Verdict:
    """By default a session goes to the log of its container, encrypted by no key."""
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
    """A log group or a bucket for the sessions, each with encryption on, which is off by default."""
    places = (("cloudWatchLogGroupName", "cloudWatchEncryptionEnabled"), ("s3BucketName", "s3BucketEncryptionEnabled"))
    return all_in(
        [target[flag].with_default(False).must_be(True) for name, flag in places if not target[name].is_absent],
        empty=target.mismatch(target.shown, "a log group or a bucket"),
    )
