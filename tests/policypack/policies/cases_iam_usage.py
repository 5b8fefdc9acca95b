"""The tables of the IAM policies that hold the roles of a task against what the task uses."""

from __future__ import annotations

import json
from typing import Any

from guardrails.verdict import Outcome
from guardrails.view import ABSENT, UNKNOWN, Resource
from tests.policypack.cases import COMPLIANT, NOT_APPLICABLE, UNDECIDED, VIOLATION, Case, Ref, resource
from tests.policypack.good.iam import ACCOUNT, REGION, TABLE, TASK_TRUST, allow, document

USED = "iam-execution-role-matches-task"
TABLES = "iam-task-role-reaches-own-tables"

SECRET = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:ml-api-db"
PARAMETER = f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/ml-api/key"
REPOSITORY = f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/ml/api"
IMAGE = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/ml/api:1.4.2"
ROLE = "aws:iam/role:Role"

GET_SECRET = "secretsmanager:GetSecretValue"
PULL = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]

CONTAINER: dict[str, Any] = {
    "name": "api",
    "image": IMAGE,
    "secrets": [
        {"name": "PASSWORD", "valueFrom": f"{SECRET}:password::"},
        {"name": "KEY", "valueFrom": PARAMETER},
        {"name": "SALT", "valueFrom": "/ml-api/salt"},
    ],
}


def stack(*statements: Any, containers: Any = None, table: Any = "sessions", **changes: Any) -> list[Resource]:
    """A task definition whose one role, for starting and working alike, has these statements."""
    definitions = json.dumps([CONTAINER]) if containers is None else containers
    role = Ref(ROLE, "role")
    return [
        resource(ROLE, "role", name="role", assumeRolePolicy=TASK_TRUST),
        resource(
            "aws:iam/rolePolicy:RolePolicy", "policy", role="role", policy=changes.get("policy", document(*statements))
        ),
        resource(
            "aws:ecs/taskDefinition:TaskDefinition",
            "task",
            containerDefinitions=definitions,
            executionRoleArn=role,
            taskRoleArn=role,
        ),
        resource("aws:dynamodb/table:Table", "table", **({} if table is ABSENT else {"name": table})),
    ]


def used(says: str, outcome: Outcome, *statements: Any, finds: tuple[str, ...] = (), **changes: Any) -> Case:
    return Case(USED, says, outcome, stack=stack(*statements, **changes), at="policy", finds=finds)


def tables(says: str, outcome: Outcome, *statements: Any, finds: tuple[str, ...] = (), **changes: Any) -> Case:
    return Case(TABLES, says, outcome, stack=stack(*statements, **changes), at="policy", finds=finds)


def read(arn: Any, action: Any = GET_SECRET) -> dict[str, Any]:
    return allow(action, arn)


def attached(token: str, **properties: Any) -> list[Resource]:
    """Another grant by a policy of the stack, which a resource of this type attaches to the role."""
    policy = resource(POLICY, "attached", policy=document(read(f"{SECRET}-other-??????")))
    return [*stack(read(SECRET)), policy, resource(token, "attachment", **properties)]


POLICY = "aws:iam/policy:Policy"
ARN = Ref(POLICY, "attached")
HOMES = {
    "an attachment": attached("aws:iam/rolePolicyAttachment:RolePolicyAttachment", role="role", policyArn=ARN),
    "an attachment to several": attached(
        "aws:iam/policyAttachment:PolicyAttachment", roles=["other", "role"], policyArn=ARN
    ),
    "an attachment whose roles are not known": attached(
        "aws:iam/policyAttachment:PolicyAttachment", roles=Ref(ROLE, "role"), policyArn=ARN
    ),
    "exclusive attachments": attached(
        "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive", roleName="role", policyArns=[ARN]
    ),
}

UNKNOWN_IMAGE = [{**CONTAINER, "image": UNKNOWN}]
UNKNOWN_SECRETS = [{**CONTAINER, "secrets": UNKNOWN}]
UNKNOWN_SECRET = [{**CONTAINER, "secrets": [{"name": "A", "valueFrom": UNKNOWN}]}]

CASES = [
    used("exactly its secret", COMPLIANT, read(f"{SECRET}-??????")),
    used("its secret with a wildcard for the suffix", COMPLIANT, read(f"{SECRET}-*")),
    used("its secret by the partial ARN", COMPLIANT, read(SECRET)),
    used(
        "its parameters",
        COMPLIANT,
        read([PARAMETER, f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/ml-api/salt"], "ssm:GetParameters"),
    ),
    used("its repository", COMPLIANT, allow(PULL, REPOSITORY), allow("ecr:GetAuthorizationToken", "*")),
    used(
        "another secret", VIOLATION, read([SECRET, f"{SECRET}-other-??????"]), finds=("secret:ml-api-db-other", "Grant")
    ),
    used("all secrets of a prefix", VIOLATION, read(f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:ml-*")),
    used("another parameter", VIOLATION, read(f"{PARAMETER}2", "ssm:GetParameter")),
    used("another repository", VIOLATION, allow(PULL, REPOSITORY.replace("ml/api", "ml/web")), finds=("ml/web",)),
    used(
        "a repository where the image is a public one",
        VIOLATION,
        allow(PULL, REPOSITORY),
        containers='[{"image": "nginx"}]',
        finds=("no repository of ECR",),
    ),
    used("a secret where no container asks for one", VIOLATION, read(SECRET), containers="[{}]", finds=("no secret",)),
    used("a secret beside a statement not known", VIOLATION, read(f"{SECRET}2"), UNKNOWN),
    used("every secret, another policy's finding", COMPLIANT, read("*")),
    used("denied", COMPLIANT, {**read(f"{SECRET}2"), "Effect": "Deny"}),
    used("a policy not known", UNDECIDED, policy=UNKNOWN),
    used(
        "a secret the containers may ask for",
        UNDECIDED,
        read(f"{SECRET}2"),
        containers=UNKNOWN,
        finds=("containerDefinitions",),
    ),
    used("a secret of a list not known", UNDECIDED, read(f"{SECRET}2"), containers=UNKNOWN_SECRETS, finds=("secrets",)),
    used("a secret a container may ask for", UNDECIDED, read(f"{SECRET}2"), containers=UNKNOWN_SECRET),
    used("a repository an image may come from", UNDECIDED, allow(PULL, f"{REPOSITORY}2"), containers=UNKNOWN_IMAGE),
    used("containers of a wrong type", VIOLATION, read(SECRET), containers=7.0),
    used("a policy of a wrong type, another policy's finding", NOT_APPLICABLE, policy=7.0),
    *(Case(USED, f"a policy by {home}", VIOLATION, stack=stack_, at="attached") for home, stack_ in HOMES.items()),
    Case(USED, "no task", NOT_APPLICABLE, stack=stack(read(f"{SECRET}2"))[:2]),
    tables("its table", COMPLIANT, allow("dynamodb:GetItem", TABLE)),
    tables("an index of its table", COMPLIANT, allow("dynamodb:Query", f"{TABLE}/index/*")),
    tables("every resource, another policy's finding", COMPLIANT, allow("dynamodb:GetItem", "*")),
    tables("something else than a table", COMPLIANT, read(SECRET)),
    tables(
        "another table", VIOLATION, allow("dynamodb:GetItem", [TABLE, f"{TABLE}-old"]), finds=("sessions-old", "Grant")
    ),
    tables("tables of a prefix", VIOLATION, allow("dynamodb:GetItem", f"{TABLE}*")),
    tables(
        "a global table, which is another type",
        COMPLIANT,
        allow("dynamodb:DescribeGlobalTable", TABLE.replace(":table", ":global-table")),
    ),
    tables("another table denied", COMPLIANT, {**allow("dynamodb:GetItem", f"{TABLE}-old"), "Effect": "Deny"}),
    tables("a policy not known", UNDECIDED, policy=UNKNOWN),
    tables("a table's name not known", UNDECIDED, allow("dynamodb:GetItem", TABLE), table=UNKNOWN),
    tables(
        "a table that AWS names", UNDECIDED, allow("dynamodb:GetItem", TABLE), table=ABSENT, finds=("AWS makes one",)
    ),
    tables(
        "tables of a prefix beside a name not known", VIOLATION, allow("dynamodb:GetItem", f"{TABLE}*"), table=UNKNOWN
    ),
    tables("a policy of a wrong type, another policy's finding", NOT_APPLICABLE, policy=7.0),
    Case(
        TABLES,
        "a declared table of another stack",
        COMPLIANT,
        stack=stack(allow("dynamodb:GetItem", f"{TABLE}-old")),
        at="policy",
        settings={"otherTables": ["sessions-old"]},
    ),
    Case(TABLES, "a stack without tables", NOT_APPLICABLE, stack=stack(allow("dynamodb:GetItem", TABLE))[:3]),
]
