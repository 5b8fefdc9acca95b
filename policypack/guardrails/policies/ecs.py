"""Amazon ECS: how services and clusters are run. What a task may do is in `ecs_tasks`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from guardrails.kinds import ECS_CLUSTER, ECS_SERVICE, ECS_TASK_SET
from guardrails.policy import (
    Settings,
    Severity,
    controls,
    list_setting,
    resource_policy,
    sets,
    stack_policy,
)
from guardrails.relations import Answer, Incoming, both, either
from guardrails.stack import Stack
from guardrails.verdict import COMPLIANT, Verdict, all_in, all_of, not_applicable, undecided, violation, when
from guardrails.view import Resource, Value

_GUIDE = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide"


@resource_policy(
    title="A service gives its tasks no public address",
    why=(
        "A task with a public address can be reached from the internet past the load balancer, as soon as a security "
        "group lets it. Tasks answer through a load balancer and reach out through a NAT gateway or endpoints."
    ),
    severity=Severity.HIGH,
    kinds=(ECS_SERVICE, ECS_TASK_SET),
    rows=("A service assigns no public address",),
    controls=controls(FSBP="ECS.2"),
    mend="Set assign_public_ip=False in network_configuration, or leave it out.",
    example=(
        'aws.ecs.Service("api", network_configuration=aws.ecs.ServiceNetworkConfigurationArgs(\n'
        "    subnets=[private_a.id, private_b.id], security_groups=[tasks.id], assign_public_ip=False))"
    ),
    url=f"{_GUIDE}/fargate-task-networking.html",
    topics=("ecs", "network"),
    remedy=sets(networkConfiguration__assignPublicIp=False),
)
def ecs_no_public_address(service: Resource, _settings: Settings) -> Verdict:
    """False by default."""
    return service["networkConfiguration"]["assignPublicIp"].with_default(False).must_be(False)


@resource_policy(
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
    mend='Set platform_version="LATEST", or leave it out.',
    example='aws.ecs.Service("api", launch_type="FARGATE", platform_version="LATEST")',
    url=f"{_GUIDE}/platform-fargate.html",
    topics=("ecs", "patching"),
    remedy=lambda _service, settings: {"platformVersion": settings["accepted"][0]} if settings["accepted"] else {},
)
def ecs_platform_version(service: Resource, settings: Settings) -> Verdict:
    """LATEST by default. Tasks on instances of one's own have no platform version."""
    launch_type, version = service["launchType"], service["platformVersion"]
    on_instances = launch_type.holds(lambda text: text in ("EC2", "EXTERNAL"))
    if on_instances:
        return not_applicable("it does not run on Fargate")
    accepted = settings["accepted"]
    verdict = version.must(lambda text: isinstance(text, str) and text in accepted, " or ".join(accepted) or "nothing")
    if on_instances is None and not verdict.is_compliant:
        return undecided(launch_type.path, launch_type.shown, launch_type.property_name)
    return verdict


_INSIGHTS = "containerInsights"


def _insights_on(cluster: Resource, _settings: Settings) -> dict[str, Any]:
    settings = cluster["settings"]
    if settings.is_unknown:
        return {}
    given = [(item["name"].as_text(), item.raw) for item in settings.elements() or () if isinstance(item.raw, dict)]
    mended = [{**item, "value": "enabled"} if name == _INSIGHTS else item for name, item in given]
    missing = [] if any(name == _INSIGHTS for name, _ in given) else [{"name": _INSIGHTS, "value": "enabled"}]
    return {"settings": [*mended, *missing]}


@resource_policy(
    title="Container Insights are on",
    why=(
        "Without Container Insights CloudWatch knows a cluster's averages only: which task runs out of memory, or is "
        "used to mine, does not show. It has a price per metric."
    ),
    severity=Severity.LOW,
    kinds=(ECS_CLUSTER,),
    rows=("Container Insights are on",),
    mend='Give the cluster settings=[{"name": "containerInsights", "value": "enabled"}].',
    example=(
        'aws.ecs.Cluster("api", settings=[aws.ecs.ClusterSettingArgs(name="containerInsights", value="enabled")])'
    ),
    url=f"{_GUIDE}/cloudwatch-container-insights.html",
    topics=("ecs", "monitoring"),
    remedy=_insights_on,
)
def ecs_container_insights(cluster: Resource, _settings: Settings) -> Verdict:
    """Off unless the cluster says otherwise: the account's default is not the stack's to know."""

    def named(setting: Value) -> Answer:
        return setting["name"].holds(lambda text: text == _INSIGHTS)

    def on(setting: Value) -> Answer:
        return both([named(setting), setting["value"].holds(lambda text: text in ("enabled", "enhanced"))])

    settings = cluster["settings"]
    given = [item["value"] for item in settings.elements() or () if named(item)]
    found = given[0] if given else settings
    accepted = "enabled or enhanced"
    return settings.some(on, violation(f"{settings.path}: {_INSIGHTS}", found.shown if given else "not set", accepted))


@stack_policy(
    title="ECS Exec sessions are logged, and encrypted with a key",
    why=(
        "ECS Exec opens a shell in a running container. Unlogged, nobody can tell afterwards what was done in it; "
        "without a key of one's own the session is encrypted by TLS alone."
    ),
    severity=Severity.MEDIUM,
    kinds=(ECS_CLUSTER, ECS_SERVICE),
    rows=("ECS Exec sessions are logged, and encrypted with a key",),
    mend=(
        "Give the cluster an execute_command_configuration with kms_key_id and with encrypted logging to a log group "
        "or a bucket, or set enable_execute_command=False on the service."
    ),
    example=(
        'aws.ecs.Cluster("api", configuration={"execute_command_configuration": {\n'
        '    "kms_key_id": key.arn, "logging": "OVERRIDE", "log_configuration": {\n'
        '        "cloud_watch_log_group_name": sessions.name, "cloud_watch_encryption_enabled": True}}})'
    ),
    url=f"{_GUIDE}/ecs-exec.html",
    topics=("ecs", "logging", "encryption"),
)
def ecs_exec_audited(stack: Stack, _settings: Settings) -> Iterator[tuple[Resource, Verdict]]:
    """Judges each cluster by its services, and each service whose cluster the stack does not show."""
    services = stack.of(ECS_SERVICE)
    incoming = Incoming(stack, ECS_CLUSTER, ((service, service["cluster"]) for service in services))
    placed = set()
    for cluster in stack.of(ECS_CLUSTER):
        users = incoming.to(cluster)
        placed |= {service.urn for service, _ in users}
        used = either(both([service["enableExecuteCommand"].is_true(), answer]) for service, answer in users)
        if used is False:
            yield cluster, not_applicable("no service of its allows ECS Exec")
            continue
        verdict = _exec_configuration(cluster["configuration"]["executeCommandConfiguration"])
        if used is None and not verdict.is_compliant:
            verdict = undecided("the use of ECS Exec", "not known before the update")
        yield cluster, verdict
    for service in services:
        home = service["cluster"]
        if service.urn in placed or service["enableExecuteCommand"].is_true() is False:
            continue
        if home.is_unknown:
            yield service, undecided(home.path, home.shown, home.property_name)
        else:
            yield service, not_applicable("its cluster is not of this stack")


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
    )


def _own_log(target: Value) -> Verdict:
    """A log group or a bucket for the sessions, each with encryption on, which is off by default."""
    places = (("cloudWatchLogGroupName", "cloudWatchEncryptionEnabled"), ("s3BucketName", "s3BucketEncryptionEnabled"))
    return all_in(
        [target[flag].with_default(False).must_be(True) for name, flag in places if not target[name].is_absent],
        empty=violation(target.path, target.shown, "a log group or a bucket"),
    )
