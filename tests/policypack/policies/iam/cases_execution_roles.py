"""The table of the IAM policy that holds the execution role of a task against what the task asks for."""

from __future__ import annotations

import json
from typing import Any

from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.value import ABSENT, UNKNOWN, Secret
from pulumi_guardrails.core.verdict import Outcome
from tests.policypack.cases import COMPLIANT, NOT_APPLICABLE, UNDECIDED, VIOLATION, Case, Ref, resource
from tests.policypack.good.iam import ACCOUNT, REGION, ROLE_ARN, TASK_TRUST, allow, document

USED = "iam-execution-role-matches-task"

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


def read(arn: Any, action: Any = GET_SECRET) -> dict[str, Any]:
    return allow(action, arn)


def grant_but(action: str, arn: str) -> dict[str, Any]:
    """A statement that allows all actions but one."""
    return {"Effect": "Allow", "NotAction": action, "Resource": arn}


def grant_all_but(arn: str) -> dict[str, Any]:
    """A statement that allows an action on all resources but one."""
    return {"Effect": "Allow", "Action": GET_SECRET, "NotResource": arn}


def used(says: str, outcome: Outcome, *statements: Any, finds: tuple[str, ...] = (), **changes: Any) -> Case:
    return Case(USED, says, outcome, stack=stack(*statements, **changes), at="policy", finds=finds)


LOG_IN = allow("ecr:GetAuthorizationToken", "*")
PULL_IMAGE = allow(PULL, REPOSITORY)
SALT = f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/ml-api/salt"
READ_SECRETS = read([f"{SECRET}-??????"])
READ_PARAMETERS = read([PARAMETER, SALT], "ssm:GetParameters")
ALL = (LOG_IN, PULL_IMAGE, READ_SECRETS, READ_PARAMETERS)
ONE_SECRET = json.dumps([{"secrets": [{"name": "A", "valueFrom": SECRET}]}])
WHOLE = ONE_SECRET.replace(SECRET, f"{SECRET}-a1B2c3")
PRIVATE = json.dumps(
    [{"image": "registry.example.com/api", "repositoryCredentials": {"credentialsParameter": "login"}}]
)
LOGIN = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:login"
AWS_PULLS = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"


def granting_to(role: Any) -> Resource:
    """A role policy that allows what `ONE_SECRET` asks for."""
    return resource("aws:iam/rolePolicy:RolePolicy", "granting", role=role, policy=document(READ_SECRETS))


def starts(says: str, outcome: Outcome, *statements: Any, finds: tuple[str, ...] = (), **changes: Any) -> Case:
    """Whether the role may read what the task's containers name."""
    made = [*stack(*statements, **changes), *changes.get("more", ())]
    for name, value in changes.get("task", {}).items():
        made[2].properties = {**made[2].properties, name: value}
    made[0].properties = {**made[0].properties, **changes.get("role", {})}
    return Case(USED, says, outcome, stack=made, at="task", finds=finds)


def deny(arn: Any, action: Any = GET_SECRET, **elements: Any) -> dict[str, Any]:
    return {"Sid": "No", "Effect": "Deny", "Action": action, "Resource": arn, **elements}


def denied(says: str, outcome: Outcome, statement: Any, finds: tuple[str, ...] = (), **changes: Any) -> Case:
    """Whether a denial beside all that is needed takes something of it away."""
    return starts(f"{says}, denied", outcome, *ALL, statement, finds=finds, **changes)


DENIED = [
    denied(
        "every secret",
        VIOLATION,
        deny("*"),
        ("secrets[0].valueFrom", "statement 'No' in policy of RolePolicy 'policy' denies", "Remove secretsmanager:Get"),
    ),
    denied("the secret", VIOLATION, deny(f"{SECRET}-??????")),
    denied("all secrets of the account", VIOLATION, deny(f"arn:aws:secretsmanager:*:{ACCOUNT}:secret:*")),
    denied("secrets by any action", VIOLATION, deny("*", "secretsmanager:*")),
    denied("a parameter that has no ARN", VIOLATION, deny("arn:aws:ssm:*:*:parameter/ml-api/*", "ssm:GetParameter*")),
    denied("a parameter perhaps, of one region", UNDECIDED, deny(SALT, "ssm:GetParameters")),
    denied("a parameter in any of the partitions", VIOLATION, deny(f"arn:*:{PARAMETER[8:]}", "ssm:GetParameters")),
    denied("a parameter in another partition", COMPLIANT, deny(f"arn:aws-cn:{PARAMETER[8:]}", "ssm:GetParameters")),
    denied("the image", VIOLATION, deny(REPOSITORY, PULL[0]), ("image",)),
    denied("images by a pattern of the partition", VIOLATION, deny(f"arn:*:{REPOSITORY[8:]}", PULL[0])),
    denied("the login", VIOLATION, deny("*", "ecr:GetAuthorizationToken")),
    denied("the login, on a repository, which it is not about", COMPLIANT, deny(REPOSITORY, "ecr:*Token")),
    denied("another secret", COMPLIANT, deny(f"{SECRET}2-*")),
    denied("one secret of its name", UNDECIDED, deny(f"{SECRET}-a1B2c3")),
    denied("another action on the secret", COMPLIANT, deny("*", "secretsmanager:PutSecretValue")),
    denied(
        "everything but the actions needed",
        COMPLIANT,
        {"Effect": "Deny", "NotAction": ["ecr:*", "ssm:*", "secretsmanager:*"], "Resource": "*"},
    ),
    denied("everything but other actions", VIOLATION, {"Effect": "Deny", "NotAction": ["ecr:*"], "Resource": "*"}),
    denied(
        "all resources but others", VIOLATION, {"Effect": "Deny", "Action": GET_SECRET, "NotResource": f"{SECRET}2-*"}
    ),
    denied(
        "all resources but the secret",
        COMPLIANT,
        {"Effect": "Deny", "Action": GET_SECRET, "NotResource": f"{SECRET}-*"},
    ),
    denied(
        "all resources but one secret of its name",
        UNDECIDED,
        {"Effect": "Deny", "Action": GET_SECRET, "NotResource": f"{SECRET}-a1B2c3"},
    ),
    denied("secrets under a condition", COMPLIANT, deny("*", Condition={"Bool": {"aws:SecureTransport": "false"}})),
    denied("secrets under a condition not known", UNDECIDED, deny("*", Condition=UNKNOWN)),
    denied("secrets not known", UNDECIDED, deny(UNKNOWN)),
    denied("an action not known", UNDECIDED, deny("*", UNKNOWN)),
    denied("secrets by an effect not known", UNDECIDED, deny("*", Effect=UNKNOWN)),
    denied("a statement not known", UNDECIDED, UNKNOWN),
    starts(
        "the secret by its whole ARN, denied",
        VIOLATION,
        read(f"{SECRET}-a1B2c3"),
        deny(f"{SECRET}-*"),
        containers=WHOLE,
    ),
    starts(
        "an end that may be the name's, denied",
        UNDECIDED,
        read(f"{SECRET}-a1B2c3"),
        deny(f"{SECRET}-a1B2c3"),
        containers=WHOLE,
    ),
]

STARTS = [
    starts("a task with all it needs", COMPLIANT, *ALL),
    starts(
        "a task whose secret nobody grants",
        VIOLATION,
        LOG_IN,
        PULL_IMAGE,
        READ_PARAMETERS,
        finds=("secrets[0].valueFrom", "Role 'role' may not read", GET_SECRET, "-??????"),
    ),
    starts("a task one of whose parameters nobody grants", VIOLATION, *ALL[:3], read(PARAMETER, "ssm:GetParameters")),
    starts(
        "a parameter to be read by another action", VIOLATION, *ALL[:3], read([PARAMETER, SALT], "ssm:GetParameter")
    ),
    starts(
        "a task whose image nobody grants", VIOLATION, LOG_IN, READ_SECRETS, READ_PARAMETERS, finds=("image", "ml/api")
    ),
    starts("a task that cannot log in to ECR", VIOLATION, *ALL[1:], finds=("ecr:GetAuthorizationToken",)),
    starts("an image of which one action is missing", VIOLATION, LOG_IN, *ALL[2:], allow(PULL[0], REPOSITORY)),
    starts("a secret by the partial ARN, which no secret has", VIOLATION, read(SECRET), containers=ONE_SECRET),
    starts("a secret by its whole ARN", COMPLIANT, read(f"{SECRET}-a1B2c3"), containers=ONE_SECRET),
    starts("a secret by a prefix", COMPLIANT, read(f"{SECRET}*"), containers=ONE_SECRET),
    starts("a secret by everything", COMPLIANT, allow("*", "*"), containers=ONE_SECRET),
    starts("a secret by an exception of actions", COMPLIANT, grant_but("iam:*", "*"), containers=ONE_SECRET),
    starts("a secret that is excepted", VIOLATION, grant_but("SecretsManager:*", "*"), containers=ONE_SECRET),
    starts("a secret by an exception of resources", COMPLIANT, grant_all_but("arn:aws:s3:::b"), containers=ONE_SECRET),
    starts("a secret among the resources excepted", VIOLATION, grant_all_but(f"{SECRET}-*"), containers=ONE_SECRET),
    starts("a secret that is denied only", VIOLATION, {**READ_SECRETS, "Effect": "Deny"}, containers=ONE_SECRET),
    starts(
        "a secret whose name ends like the random end",
        COMPLIANT,
        read(f"{SECRET}-secret-??????"),
        containers=ONE_SECRET.replace("ml-api-db", "ml-api-db-secret"),
    ),
    starts("a secret that its container names by the whole ARN", COMPLIANT, read(f"{SECRET}-a1B2c3"), containers=WHOLE),
    starts(
        "a secret by the whole ARN that nobody grants",
        VIOLATION,
        containers=WHOLE,
        finds=(f'"Resource": "{SECRET}-a1B2c3"',),
    ),
    starts(
        "a secret of the log driver",
        VIOLATION,
        containers=json.dumps([{"logConfiguration": {"secretOptions": [{"name": "k", "valueFrom": SECRET}]}}]),
    ),
    starts(
        "a secret in another spelling of its key", VIOLATION, containers=ONE_SECRET.replace("valueFrom", "ValueFrom")
    ),
    starts("the login of a private registry", COMPLIANT, read(f"{LOGIN}-??????"), containers=PRIVATE),
    starts("no login of a private registry", VIOLATION, containers=PRIVATE, finds=("credentialsParameter",)),
    starts("a public image and no secret", NOT_APPLICABLE, containers='[{"image": "nginx"}]'),
    starts("pulls by the managed policy", COMPLIANT, *ALL[2:], role={"managedPolicyArns": [AWS_PULLS]}),
    starts(
        "a secret beside the managed policy", VIOLATION, role={"managedPolicyArns": [AWS_PULLS]}, containers=ONE_SECRET
    ),
    starts(
        "a secret beside a policy of another stack",
        UNDECIDED,
        role={"managedPolicyArns": [f"arn:aws:iam::{ACCOUNT}:policy/shared"]},
        containers=ONE_SECRET,
        finds=("whether Role 'role' is allowed secretsmanager:GetSecretValue on what",),
    ),
    starts("a secret beside an action not known", UNDECIDED, read(f"{SECRET}-??????", UNKNOWN), containers=ONE_SECRET),
    starts("a secret beside a policy not known", UNDECIDED, policy=UNKNOWN, containers=ONE_SECRET),
    starts(
        "a secret beside another grant and one not known", UNDECIDED, READ_PARAMETERS, UNKNOWN, containers=ONE_SECRET
    ),
    *(
        starts(f"a secret that {whose} may read", outcome, containers=ONE_SECRET, role=role, more=[granting])
        for whose, outcome, role, granting in (
            ("a role not known", UNDECIDED, {}, granting_to(UNKNOWN)),
            ("another role", VIOLATION, {}, granting_to("other")),
            ("a role whose name may be its own", UNDECIDED, {"name": UNKNOWN}, granting_to("other")),
        )
    ),
    starts(
        "a secret granted beside a statement not known, which may deny it",
        UNDECIDED,
        READ_SECRETS,
        UNKNOWN,
        containers=ONE_SECRET,
    ),
    starts(
        "a secret and a role by an ARN that may be of another stack",
        UNDECIDED,
        containers=ONE_SECRET,
        role={"name": UNKNOWN},
        task={"executionRoleArn": f"arn:aws:iam::{ACCOUNT}:role/shared"},
        finds=("name of Role 'role' is not known",),
    ),
    starts("containers not known", UNDECIDED, *ALL, containers=UNKNOWN),
    starts("a secret not known", UNDECIDED, *ALL, containers=[{"secrets": [{"name": "A", "valueFrom": UNKNOWN}]}]),
    starts("no execution role and a secret", VIOLATION, task={"executionRoleArn": ABSENT}, finds=("executionRoleArn",)),
    starts(
        "no execution role and no secret",
        NOT_APPLICABLE,
        task={"executionRoleArn": ABSENT},
        containers='[{"image": "a"}]',
    ),
    starts("a role of another stack", NOT_APPLICABLE, task={"executionRoleArn": ROLE_ARN + "-other"}),
    starts(
        "a secret in a secret text",
        VIOLATION,
        containers=Secret(ONE_SECRET),
        finds=("[secret], which Role 'role' may not read", "Grant exactly"),
    ),
]


def attached(token: str, **properties: Any) -> list[Resource]:
    """Another grant by a policy of the stack, which a resource of this type attaches to the role."""
    policy = resource(POLICY, "attached", policy=document(read(f"{SECRET}-other-??????")))
    return [*stack(read(SECRET)), policy, resource(token, "attachment", **properties)]


POLICY = "aws:iam/policy:Policy"
ARN = Ref(POLICY, "attached")
ATTACHED_BY = {
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
    *DENIED,
    used("exactly its secret", COMPLIANT, read(f"{SECRET}-??????")),
    used(
        "its secret and all that begin like it",
        VIOLATION,
        read(f"{SECRET}-*"),
        finds=("which also matches others than its containers ask for",),
    ),
    used("its secret and all whose names go on", VIOLATION, read(f"{SECRET}*")),
    used("its secret by the whole ARN", COMPLIANT, read(f"{SECRET}-a1B2c3")),
    used(
        "a secret that the role may not read, in a secret text",
        VIOLATION,
        read(f"{SECRET}2"),
        containers=Secret(json.dumps([CONTAINER])),
        finds=("expected [secret]",),
    ),
    *(
        used(
            f"its repository by {host}",
            COMPLIANT,
            allow(PULL, REPOSITORY),
            containers=json.dumps([{"image": IMAGE.replace(f"dkr.ecr.{REGION}.amazonaws.com", host)}]),
        )
        for host in (
            f"dkr-ecr.{REGION}.on.aws",
            f"dkr.ecr-fips.{REGION}.amazonaws.com",
            f"dkr-ecr-fips.{REGION}.on.aws",
            f"dkr.ecr.{REGION}.amazonaws.com.cn",
        )
    ),
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
    *(
        Case(USED, f"a policy by {home}", VIOLATION, stack=stack_, at="attached")
        for home, stack_ in ATTACHED_BY.items()
    ),
    Case(USED, "no task", NOT_APPLICABLE, stack=stack(read(f"{SECRET}2"))[:2]),
    *STARTS,
]
