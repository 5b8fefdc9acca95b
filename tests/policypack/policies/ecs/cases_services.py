"""The tables of the policies on ECS services and clusters."""

from __future__ import annotations

from typing import Any

from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.value import ABSENT, UNKNOWN
from pulumi_guardrails.core.verdict import Outcome
from tests.policypack.cases import COMPLIANT, NOT_APPLICABLE, UNDECIDED, VIOLATION, Case, Ref, good, rows, urn_of

SERVICE = "aws:ecs/service:Service"
TASK_SET = "aws:ecs/taskSet:TaskSet"
DAEMON = "aws:ecs/daemon:Daemon"
CLUSTER = "aws:ecs/cluster:Cluster"

KEY = "arn:aws:kms:us-east-1:123456789012:key/1"


def on(*providers: Any) -> dict[str, Any]:
    return {"capacityProviderStrategies": [{"capacityProvider": provider, "weight": 1.0} for provider in providers]}


TO_A_GROUP = {
    "kmsKeyId": KEY,
    "logging": "OVERRIDE",
    "logConfiguration": {"cloudWatchLogGroupName": "/aws/ecs/exec", "cloudWatchEncryptionEnabled": True},
}
TO_A_BUCKET = {
    "kmsKeyId": KEY,
    "logging": "OVERRIDE",
    "logConfiguration": {"s3BucketName": "sessions", "s3BucketEncryptionEnabled": True},
}


def service(name: str = "service", **changes: Any) -> Resource:
    return good(SERVICE, name, **{"cluster": Ref(CLUSTER, "cluster"), "enableExecuteCommand": True, **changes})


def daemon(**changes: Any) -> Resource:
    return good(DAEMON, "daemon", **{"clusterArn": Ref(CLUSTER, "cluster"), "enableExecuteCommand": True, **changes})


def with_unknown_cluster() -> Resource:
    """A service whose cluster is computed from another kind of resource."""
    return service(cluster=Ref("aws:ecs/taskSet:TaskSet", "x"))


def in_either_cluster() -> Resource:
    """A service whose cluster is computed from two of them."""
    found = service(cluster=UNKNOWN)
    found.dependencies = {"cluster": [urn_of(CLUSTER, name) for name in ("cluster", "other")]}
    return found


def cluster(given: Any) -> Resource:
    return good(CLUSTER, "cluster", configuration=given)


def executing(given: Any) -> Resource:
    return cluster({"executeCommandConfiguration": given})


def exec_case(says: str, outcome: Outcome, *stack: Resource, at: str = "cluster", finds: tuple[str, ...] = ()) -> Case:
    return Case("ecs-exec-audited", says, outcome, stack=stack, at=at, finds=finds)


CASES = [
    *rows(
        "ecs-no-public-address",
        compliant=[
            ("no public address", {}),
            ("absent, which is no public address", {"networkConfiguration.assignPublicIp": ABSENT}),
            ("no network configuration at all", {"networkConfiguration": ABSENT}),
        ],
        violation=[
            ("a public address", {"networkConfiguration.assignPublicIp": True}, "true", "assign_public_ip=False"),
            ("true as text", {"networkConfiguration.assignPublicIp": "true"}),
            ("in a list of one", {"networkConfiguration": [{"subnets": [UNKNOWN], "assignPublicIp": True}]}),
            ("a wrong type", {"networkConfiguration": "public"}, "an object"),
        ],
        undecided=[
            ("unknown", {"networkConfiguration.assignPublicIp": UNKNOWN}),
            ("an unknown configuration", {"networkConfiguration": UNKNOWN}),
        ],
    ),
    *rows(
        "ecs-no-public-address",
        TASK_SET,
        violation=[("a task set's tasks", {"networkConfiguration.assignPublicIp": True})],
    ),
    *rows(
        "ecs-no-public-address",
        "aws:cloudwatch/eventTarget:EventTarget",
        compliant=[
            ("the tasks of a rule, without one", {}),
            ("a target that is no task", {"ecsTarget": ABSENT}),
        ],
        violation=[
            (
                "the tasks of a rule",
                {"ecsTarget.networkConfiguration.assignPublicIp": True},
                "ecsTarget.network",
                "true",
            )
        ],
        undecided=[("the tasks of a rule, unknown", {"ecsTarget.networkConfiguration": UNKNOWN})],
    ),
    *rows(
        "ecs-no-public-address",
        "aws:scheduler/schedule:Schedule",
        compliant=[
            ("the tasks of a schedule, without one", {}),
            ("a schedule of no task", {"target": {"arn": UNKNOWN, "roleArn": UNKNOWN}}),
        ],
        violation=[
            (
                "the tasks of a schedule",
                {"target.ecsParameters.networkConfiguration.assignPublicIp": True},
                "target.ecs",
            )
        ],
        undecided=[("the tasks of a schedule, unknown", {"target": UNKNOWN})],
    ),
    *rows(
        "ecs-platform-version",
        compliant=[
            ("LATEST", {}),
            ("absent on Fargate, which is LATEST", {"launchType": "FARGATE", "platformVersion": ABSENT}),
            ("absent with a Fargate capacity provider", {**on("FARGATE"), "platformVersion": ABSENT}),
            ("LATEST with an unknown launch type", {"launchType": UNKNOWN}),
            ("the number of the latest", {"platformVersion": "1.4.0"}),
        ],
        violation=[
            ("an old number", {"platformVersion": "1.3.0"}, "1.3.0", "LATEST or 1.4.0"),
            ("in small letters, which AWS refuses", {"platformVersion": "latest"}),
            (
                "an old number with a Fargate capacity provider",
                {**on("other", "FARGATE_SPOT"), "platformVersion": "1.3.0"},
            ),
            ("an old number with no strategy", {"capacityProviderStrategies": [], "platformVersion": "1.3.0"}),
            ("an old number with the launch type Fargate", {"launchType": "FARGATE", "platformVersion": "1.3.0"}),
            ("a wrong type", {"platformVersion": 1.4}),
        ],
        undecided=[
            ("unknown", {"platformVersion": UNKNOWN}),
            (
                "an old number with an unknown launch type",
                {"launchType": UNKNOWN, "platformVersion": "1.3.0"},
                "whether it runs on Fargate: launchType is not known",
            ),
            (
                "an old number with unknown strategies",
                {"capacityProviderStrategies": UNKNOWN, "platformVersion": "1.3.0"},
                "capacityProviderStrategies is not known",
            ),
            ("an old number with an unknown provider", {**on(UNKNOWN), "platformVersion": "1.3.0"}),
        ],
        not_applicable=[
            ("on container instances", {"launchType": "EC2", "platformVersion": ABSENT}),
            ("on external instances", {"launchType": "EXTERNAL"}),
            ("on instances that ECS manages", {"launchType": "MANAGED_INSTANCES"}),
            ("with a capacity provider of instances", {**on("mine"), "platformVersion": "1.3.0"}),
            ("where the cluster decides", {"platformVersion": ABSENT}),
        ],
    ),
    *rows("ecs-platform-version", TASK_SET, violation=[("a task set", {"platformVersion": "1.3.0"})]),
    Case("ecs-platform-version", "a configured list", VIOLATION, settings={"accepted": ["1.4.0"]}),
    *rows(
        "ecs-container-insights",
        compliant=[
            ("enabled", {}),
            ("enhanced", {"settings.0.value": "enhanced"}),
            (
                "beside another setting",
                {"settings": [{"name": "x", "value": "y"}, {"name": "containerInsights", "value": "enabled"}]},
            ),
        ],
        violation=[
            ("disabled", {"settings.0.value": "disabled"}, "disabled", "enabled or enhanced"),
            (
                "no settings, which leaves it to the account",
                {"settings": ABSENT},
                "The cluster setting containerInsights is not set; expected enabled or enhanced.",
            ),
            (
                "set twice",
                {"settings": [{"name": "containerInsights", "value": value} for value in ("disabled", "off")]},
                'containerInsights is "disabled"',
            ),
            ("no setting of that name", {"settings": []}),
            ("another setting", {"settings.0.name": "other"}),
            ("a wrong type", {"settings": "containerInsights"}),
        ],
        undecided=[
            ("unknown settings", {"settings": UNKNOWN}),
            ("an unknown value", {"settings.0.value": UNKNOWN}),
        ],
    ),
    # --- ECS Exec
    exec_case("logged to an encrypted group, with a key", COMPLIANT, service(), executing(TO_A_GROUP)),
    exec_case("logged to an encrypted bucket, with a key", COMPLIANT, service(), executing(TO_A_BUCKET)),
    exec_case("logged as the container logs, with a key", COMPLIANT, service(), executing({"kmsKeyId": KEY})),
    exec_case("a key that is not known yet", COMPLIANT, service(), executing({"kmsKeyId": UNKNOWN})),
    exec_case(
        "a cluster known by its name", COMPLIANT, service(cluster="ml-api-cluster-dev"), executing({"kmsKeyId": KEY})
    ),
    exec_case(
        "a cluster without configuration",
        VIOLATION,
        service(),
        cluster(ABSENT),
        finds=("kmsKeyId is not set; expected a KMS key",),
    ),
    exec_case("no key", VIOLATION, service(), executing({**TO_A_GROUP, "kmsKeyId": ""})),
    exec_case("not logged", VIOLATION, service(), executing({"kmsKeyId": KEY, "logging": "NONE"}), finds=("NONE",)),
    exec_case(
        "logged nowhere",
        VIOLATION,
        service(),
        executing({"kmsKeyId": KEY, "logging": "OVERRIDE"}),
        finds=("a log group or a bucket",),
    ),
    exec_case(
        "logged to a group without encryption",
        VIOLATION,
        service(),
        executing({**TO_A_GROUP, "logConfiguration": {"cloudWatchLogGroupName": "/aws/ecs/exec"}}),
        finds=("cloudWatchEncryptionEnabled", "takes as false", "true"),
    ),
    exec_case(
        "logged to a bucket without encryption",
        VIOLATION,
        service(),
        executing({**TO_A_BUCKET, "logConfiguration": {"s3BucketName": "sessions"}}),
    ),
    exec_case("a wrong type", VIOLATION, service(), cluster("logged")),
    exec_case(
        "one of two services", VIOLATION, service(), service("other", enableExecuteCommand=False), cluster(ABSENT)
    ),
    exec_case("a daemon's, logged and with a key", COMPLIANT, daemon(), executing(TO_A_GROUP)),
    exec_case("a daemon's, not logged", VIOLATION, daemon(), cluster(ABSENT)),
    exec_case(
        "a cluster behind one that is not used", VIOLATION, good(CLUSTER, "a"), service(), executing({"kmsKeyId": ""})
    ),
    exec_case("a daemon in an unknown cluster", UNDECIDED, daemon(clusterArn=UNKNOWN), at="daemon"),
    exec_case(
        "an unknown cluster beside a service whose cluster is checked",
        UNDECIDED,
        service("a"),
        cluster(ABSENT),
        with_unknown_cluster(),
        at="service",
    ),
    exec_case("unknown whether logged", UNDECIDED, service(), executing({"kmsKeyId": KEY, "logging": UNKNOWN})),
    exec_case(
        "unknown whether used",
        UNDECIDED,
        service(enableExecuteCommand=UNKNOWN),
        cluster(ABSENT),
        finds=(
            "whether a service or daemon in it allows ECS Exec: enableExecuteCommand of Service 'service' is not known "
            "before the update, and the engine names no source of it. ",
        ),
    ),
    exec_case(
        "a service of one of two clusters",
        UNDECIDED,
        in_either_cluster(),
        cluster(ABSENT),
        good(CLUSTER, "other"),
        finds=("allows ECS Exec: cluster of Service 'service' is not known",),
    ),
    exec_case(
        "a service of a cluster by name, where the name of the cluster is not known",
        UNDECIDED,
        service(cluster="theirs"),
        good(CLUSTER, "cluster", name=UNKNOWN, configuration=ABSENT),
        finds=("allows ECS Exec: name is not known",),
    ),
    exec_case("an unknown cluster", UNDECIDED, service(cluster=UNKNOWN), at="service"),
    exec_case("not used by a daemon", NOT_APPLICABLE, daemon(enableExecuteCommand=ABSENT), cluster(ABSENT)),
    exec_case("a daemon of another stack's cluster", NOT_APPLICABLE, daemon(clusterArn="arn:theirs"), at="daemon"),
    exec_case("not used", NOT_APPLICABLE, service(enableExecuteCommand=ABSENT), cluster(ABSENT)),
    exec_case("a service whose cluster is checked", NOT_APPLICABLE, service(), cluster(ABSENT), at="service"),
    exec_case("not used, whatever the cluster", NOT_APPLICABLE, service(enableExecuteCommand=False, cluster=UNKNOWN)),
    exec_case("a cluster of another stack", NOT_APPLICABLE, service(cluster="theirs"), at="service"),
]
