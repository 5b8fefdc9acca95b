"""The tables of the policies on task definitions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.value import ABSENT, UNKNOWN
from pulumi_guardrails.core.verdict import Outcome
from tests.policypack.cases import (
    COMPLIANT,
    NOT_APPLICABLE,
    UNDECIDED,
    VIOLATION,
    Case,
    Ref,
    bend,
    good,
    resource,
    rows,
)
from tests.policypack.good.ecs import CONTAINER

TASK = "aws:ecs/taskDefinition:TaskDefinition"
EXPRESS = "aws:ecs/expressGatewayService:ExpressGatewayService"
QUEUE = "aws:sqs/queue:Queue"
DAEMON = "aws:ecs/daemonTaskDefinition:DaemonTaskDefinition"
ROLE = "aws:iam/role:Role"


def containers(**changes: Any) -> dict[str, Any]:
    """The good container with changes by dotted path, beside an untouched one."""
    bent = bend(CONTAINER, {path.replace("__", "."): value for path, value in changes.items()})
    return {"containerDefinitions": json.dumps([CONTAINER, bent])}


def only(**changes: Any) -> dict[str, Any]:
    """The good container alone, with changes."""
    return {"containerDefinitions": json.dumps([bend(CONTAINER, changes)])}


def environment(name: str, value: Any) -> dict[str, Any]:
    return containers(environment=[{"name": name, "value": value}])


def volumes(*given: Any) -> Mapping[str, Any]:
    return {"volumes": list(given)}


UNREADABLE = [
    ("no definitions", {"containerDefinitions": ABSENT}, "containerDefinitions", "not set"),
    (
        "no JSON",
        {"containerDefinitions": '[{"name": "api", "environment": [{"value": "hunter2"'},
        "no readable JSON",
    ),
    ("no list", {"containerDefinitions": '{"name": "api"}'}),
    ("no container", {"containerDefinitions": "[]"}, "at least one container"),
    ("a container that is none", {"containerDefinitions": "[7]"}, "not an object"),
    ("a wrong type", {"containerDefinitions": 7.0}),
]

EFS = {"fileSystemId": "fs-1", "transitEncryption": "ENABLED"}
SCRATCH = {"name": "scratch"}

# Made up for these tests, in the formats that their vendors publish; put together so that no scanner reports them.
ACCESS_KEY = "AKIA" + "IOSFODNN7EXAMPLE"
PEM = "-----BEGIN " + "RSA PRIVATE KEY-----\nMIIE"
GITHUB = "ghp_" + "a1B2" * 9
TOKEN = ".".join(["eyJhbGciOiJIUzI1NiJ9", "eyJzdWIiOiIxMjM0NTY3ODkwIn0", "sig"])

OWN, EXECUTION = "arn:aws:iam::123456789012:role/ml-api-task-dev", "arn:aws:iam::123456789012:role/ml-api-execution-dev"


def role(name: str, /, **properties: Any) -> Resource:
    return resource(ROLE, name, **properties)


def roles(
    says: str, outcome: Outcome, own: Any, execution: Any, *made: Resource, token: str = TASK, finds: Any = ()
) -> Case:
    task = good(token, "task", taskRoleArn=own, executionRoleArn=execution)
    return Case("ecs-roles-differ", says, outcome, stack=[task, *made], at="task", finds=finds)


CASES = [
    *rows(
        "ecs-container-logging",
        compliant=[
            ("to a log group", {}),
            ("by a log router", containers(logConfiguration={"logDriver": "awsfirelens"})),
            (
                "names in another case, which the plugin takes",
                containers(
                    logConfiguration=ABSENT,
                    LogConfiguration={"LogDriver": "awslogs", "Options": {"awslogs-group": "/aws/ecs/api"}},
                ),
            ),
        ],
        violation=[
            ("no log configuration", containers(logConfiguration=ABSENT), "[1].logConfiguration.logDriver", "not set"),
            ("no driver", containers(logConfiguration={"options": {}})),
            ("a driver to nowhere", containers(logConfiguration={"logDriver": "none"}), "awslogs or awsfirelens"),
            ("a driver to the host's disk", containers(logConfiguration={"logDriver": "json-file"})),
            (
                "no log group",
                containers(logConfiguration={"logDriver": "awslogs"}),
                "awslogs-group",
                "the name of a log group",
            ),
            ("a configuration of a wrong type", containers(logConfiguration="awslogs")),
            *UNREADABLE,
        ],
        undecided=[("unknown definitions", {"containerDefinitions": UNKNOWN})],
    ),
    *rows(
        "ecs-container-logging",
        DAEMON,
        compliant=[("a daemon that logs", {})],
        violation=[("a daemon that does not", {"containerDefinitions.0.logConfiguration": ABSENT})],
        undecided=[("a daemon's unknown driver", {"containerDefinitions.0.logConfiguration.logDriver": UNKNOWN})],
    ),
    Case("ecs-container-logging", "a driver not configured", VIOLATION, settings={"logDrivers": ["awsfirelens"]}),
    *rows(
        "ecs-host-isolation",
        compliant=[
            ("isolated", {}),
            ("privileged absent, which is not", containers(privileged=ABSENT)),
            ("the namespaces of the task", {"pidMode": "task", "ipcMode": "task"}),
            ("no root in the host's network", {"networkMode": "host", **only(user="101:101")}),
            ("a harmless capability", containers(linuxParameters={"capabilities": {"add": ["NET_BIND_SERVICE"]}})),
        ],
        violation=[
            (
                "privileged",
                containers(privileged=True),
                "[1].privileged is true",
                'Set "privileged": false in this container definition.',
            ),
            ("privileged in another case, which the plugin takes", containers(privileged=ABSENT, Privileged=True)),
            ("the host's processes", {"pidMode": "host"}, "pidMode", 'any value other than "host"'),
            ("the host's shared memory", {"ipcMode": "host"}),
            (
                "no user in the host's network, which is root",
                {"networkMode": "host"},
                'takes as "root"',
                "a user other than root",
            ),
            ("root in the host's network", {"networkMode": "host", **only(user="root")}),
            ("root by group in the host's network", {"networkMode": "host", **only(user="root:wheel")}),
            ("number zero in the host's network", {"networkMode": "host", **only(user="0")}),
            ("number zero, written long", {"networkMode": "host", **only(user="00:101")}),
            ("a user of a wrong type", {"networkMode": "host", **only(user=101)}),
            (
                "all capabilities",
                containers(linuxParameters={"capabilities": {"add": ["ALL"]}}),
                "a capability other than ALL, SYS_ADMIN",
            ),
            ("the capability of administrators", containers(linuxParameters={"capabilities": {"add": ["sys_admin"]}})),
            *UNREADABLE,
        ],
        undecided=[
            ("unknown definitions", {"containerDefinitions": UNKNOWN}),
            ("an unknown process mode", {"pidMode": UNKNOWN}),
            ("root in an unknown network", {"networkMode": UNKNOWN}),
        ],
    ),
    *rows(
        "ecs-host-isolation",
        DAEMON,
        violation=[("a privileged daemon", {"containerDefinitions.0.privileged": True})],
    ),
    *rows(
        "ecs-read-only-root",
        compliant=[
            ("read-only", {}),
            ("read-only on a system of a wrong type", {"runtimePlatform": {"operatingSystemFamily": 7.0}}),
            ("read-only on an unknown system", {"runtimePlatform": UNKNOWN}),
        ],
        violation=[
            ("writable", containers(readonlyRootFilesystem=False), "[1].readonlyRootFilesystem", "is false", "true"),
            ("absent, which is writable", containers(readonlyRootFilesystem=ABSENT), "takes as false"),
            ("a value of a wrong type", containers(readonlyRootFilesystem="perhaps")),
            *UNREADABLE,
        ],
        undecided=[
            ("unknown definitions", {"containerDefinitions": UNKNOWN}),
            (
                "an unknown system, writable",
                {"runtimePlatform": {"operatingSystemFamily": UNKNOWN}, **containers(readonlyRootFilesystem=False)},
            ),
        ],
        not_applicable=[("Windows", {"runtimePlatform": {"operatingSystemFamily": "WINDOWS_SERVER_2022_CORE"}})],
    ),
    *rows(
        "ecs-read-only-root",
        DAEMON,
        violation=[("a daemon's", {"containerDefinitions.0.readonlyRootFilesystem": ABSENT})],
    ),
    *rows(
        "ecs-no-secret-in-environment",
        compliant=[
            ("settings, and secrets by reference", {}),
            ("no environment", containers(environment=ABSENT)),
            ("where a secret is", environment("TOKEN_FILE", "/run/token")),
            ("an ARN under a secret's name", environment("DB_PASSWORD", "arn:aws:secretsmanager:us-east-1:1:secret:a")),
            ("an empty value", environment("DB_PASSWORD", "")),
            ("a switch", environment("REQUIRE_PASSWORD", "true")),
            ("a switch by number", environment("USE_SECRETS_MANAGER", "1")),
            ("a length", environment("PASSWORD_MIN", 12)),
            ("a rate", environment("PASS_RATE", "0.5")),
            ("a word that only begins like one", environment("TOKENIZER", "bpe")),
            ("a key's number", environment("KMS_MASTER_KEY_ID", "1234abcd-12ab-34cd-56ef-1234567890ab")),
            ("a URL without a password", environment("ORIGIN", "https://user@example.com/a:b@c")),
            ("no value", environment("DB_PASSWORD", None)),
        ],
        violation=[
            (
                "a password by name",
                environment("DB_PASSWORD", "hunter2"),
                'Environment variable "DB_PASSWORD" (containerDefinitions[1].environment[0]) is named like a secret',
                "its value in clear text",
                "name its ARN as valueFrom under secrets",
            ),
            ("a key by name", environment("AWS_ACCESS_KEY_ID", "x")),
            ("in small letters", environment("openai-api-key", "x")),
            ("in camel case", environment("clientSecret", "x")),
            ("glued, as libpq's own variable", environment("PGPASSWORD", "hunter2"), 'variable "PGPASSWORD"'),
            ("a key by what it is for", environment("RAILS_MASTER_KEY", "hunter2")),
            ("a number", environment("PASSWD", 1234)),
            ("keys in another case", containers(environment=ABSENT, Environment=[{"Name": "TOKEN", "Value": "x"}])),
            (
                "an access key",
                environment("SETTING", ACCESS_KEY),
                "has a value that looks like a password, token or key",
            ),
            ("a private key", environment("SETTING", PEM)),
            ("a token of GitHub's", environment("SETTING", GITHUB)),
            ("a web token", environment("SETTING", TOKEN)),
            ("a password in a URL", environment("DATABASE_URL", "postgres://app:hunter2@db:5432/api")),
            ("a password in a URL without user", environment("REDIS_URL", "redis://:hunter2@cache:6379")),
            ("a password in a connection string", environment("CONNECTION", "Server=db;Password=hunter2;")),
            ("an environment that is no list", containers(environment={"DB_PASSWORD": "hunter2"}), "not a list"),
            *UNREADABLE,
        ],
        undecided=[("unknown definitions", {"containerDefinitions": UNKNOWN})],
    ),
    *rows(
        "ecs-no-secret-in-environment",
        DAEMON,
        violation=[("a daemon's", {"containerDefinitions.0.environments.0": {"name": "TOKEN", "value": "x"}})],
        undecided=[("a daemon's unknown value", {"containerDefinitions.0.environments.0.value": UNKNOWN})],
    ),
    *rows(
        "ecs-no-secret-in-environment",
        EXPRESS,
        compliant=[
            ("an Express service's", {}),
            ("an Express service's in a list", {"primaryContainer": [{"image": "a"}]}),
        ],
        violation=[
            (
                "a password in an Express service",
                {"primaryContainer.environments": [{"name": "DB_PASSWORD", "value": "hunter2"}]},
                'variable "DB_PASSWORD" (primaryContainer.environments[0])',
            ),
            ("an Express service without a container", {"primaryContainer": ABSENT}, "primaryContainer is not set"),
            ("an Express service with no container", {"primaryContainer": []}, "primaryContainer is empty"),
            ("an Express service with a container that is none", {"primaryContainer": "hunter2"}, "not an object"),
        ],
        undecided=[
            ("an Express service's unknown container", {"primaryContainer": UNKNOWN}),
            ("an Express service's unknown variables", {"primaryContainer.environments": UNKNOWN}),
        ],
    ),
    *(
        Case(
            "ecs-no-secret-in-environment",
            f"an Express service's {says}",
            outcome,
            stack=[
                resource(
                    EXPRESS,
                    "judged",
                    primaryContainer={"image": "a", "environments": [{"name": name, "value": Ref(QUEUE, "jobs")}]},
                ),
                resource(QUEUE, "jobs"),
            ],
            at="judged",
        )
        for says, outcome, name in (
            ("queue", COMPLIANT, "QUEUE_URL"),
            ("queue under a secret's name", UNDECIDED, "TOKEN"),
        )
    ),
    Case(
        "ecs-no-secret-in-environment",
        "a name that is allowed",
        COMPLIANT,
        environment("PASS", "first"),
        settings={"allowedNames": ["PASS"]},
    ),
    # --- roles
    roles("two known roles", COMPLIANT, OWN, EXECUTION),
    roles(
        "two roles by their edges", COMPLIANT, Ref(ROLE, "own"), Ref(ROLE, "execution"), role("own"), role("execution")
    ),
    roles(
        "a known one and one of another name", COMPLIANT, OWN, Ref(ROLE, "execution"), role("execution", name="exec")
    ),
    roles("a known one and one that is named by the update", COMPLIANT, Ref(ROLE, "own"), EXECUTION, role("own")),
    roles(
        "one known role by two paths",
        VIOLATION,
        "arn:aws:iam::123456789012:role/a/b/ml-api-task-dev",
        "ml-api-task-dev",
    ),
    roles("one known role twice", VIOLATION, OWN, OWN, finds=("taskRoleArn and executionRoleArn are the same role",)),
    roles("one role by its ARN and its name", VIOLATION, OWN, "ml-api-task-dev"),
    roles("one role by its edges", VIOLATION, Ref(ROLE, "own"), Ref(ROLE, "own"), role("own")),
    roles("a known one that the stack makes", VIOLATION, Ref(ROLE, "own"), OWN, role("own", name="ml-api-task-dev")),
    roles(
        "a wrong type", VIOLATION, {"a": 1}, EXECUTION, finds=('taskRoleArn is {"a": 1}; expected the ARN of a role',)
    ),
    roles("an Express service's", VIOLATION, OWN, OWN, token=EXPRESS),
    roles("a daemon's", VIOLATION, OWN, OWN, token=DAEMON),
    roles("unknown roles", UNDECIDED, UNKNOWN, UNKNOWN, finds=("taskRoleArn is not known", "executionRoleArn is not")),
    roles(
        "a role by its edge and an unknown one",
        UNDECIDED,
        Ref(ROLE, "own"),
        UNKNOWN,
        role("own"),
        finds=("'task': executionRoleArn is not known",),
    ),
    roles("one unknown role", UNDECIDED, OWN, UNKNOWN),
    roles("a name that is computed", UNDECIDED, OWN, Ref(ROLE, "execution"), role("execution", name=UNKNOWN)),
    roles("one role", NOT_APPLICABLE, ABSENT, EXECUTION),
    # --- EFS
    *rows(
        "ecs-efs-in-transit",
        compliant=[("encrypted", volumes(SCRATCH, {"name": "models", "efsVolumeConfiguration": EFS}))],
        violation=[
            (
                "not encrypted",
                volumes(
                    SCRATCH, {"name": "models", "efsVolumeConfiguration": {**EFS, "transitEncryption": "DISABLED"}}
                ),
                "volumes[1].efsVolumeConfiguration.transitEncryption",
                "DISABLED",
            ),
            (
                "absent, which is not",
                volumes({"name": "models", "efsVolumeConfiguration": {"fileSystemId": "fs-1"}}),
                'takes as "DISABLED"',
            ),
            ("in a list of one", volumes({"name": "models", "efsVolumeConfiguration": [{"fileSystemId": "fs-1"}]})),
            ("a wrong type", volumes({"name": "models", "efsVolumeConfiguration": "fs-1"})),
            ("volumes of a wrong type", {"volumes": "models"}),
        ],
        undecided=[
            ("unknown volumes", {"volumes": UNKNOWN}),
            ("an unknown file system", volumes({"name": "models", "efsVolumeConfiguration": UNKNOWN})),
        ],
        not_applicable=[
            ("no EFS volume", {}),
            ("an empty block", volumes({"name": "models", "efsVolumeConfiguration": []})),
            ("no volume", {"volumes": ABSENT}),
        ],
    ),
]
