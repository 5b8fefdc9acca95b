"""Mutants of the roles: what they may do, and who may take them on."""

from __future__ import annotations

import json
from typing import Any

from tests.engine.mutants import ROLE, Mutant, edited, statement

TABLE_ARN = "arn:aws:dynamodb:us-east-1:123456789012:table/ml-api-sessions-dev"
OURS = {"StringEquals": {"aws:SourceAccount": "123456789012"}}

PASSES_ROLES = statement(
    Action="iam:PassRole",
    Resource="arn:aws:iam::123456789012:role/*",
    Condition={"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}},
)
RUNS_FUNCTIONS = statement(
    Action=["lambda:CreateFunction", "lambda:InvokeFunction"],
    Resource="arn:aws:lambda:us-east-1:123456789012:function:mine-*",
)
WHOLE_SERVICE = statement(Action="dynamodb:*", Resource=TABLE_ARN)
TRUSTED = statement(Action="sts:AssumeRole", Principal={"Service": "ecs-tasks.amazonaws.com"}, Condition=OURS)


CONTAINER = json.dumps(
    [
        {
            "name": "api",
            "image": "public.ecr.aws/nginx/nginx-unprivileged:1.27-alpine",
            "readonlyRootFilesystem": True,
            "logConfiguration": {
                "logDriver": "awslogs",
                "options": {
                    "awslogs-group": "/aws/ecs/ml-api-dev",
                    "awslogs-region": "us-east-1",
                    "awslogs-stream-prefix": "api",
                },
            },
        }
    ]
)

HEAD = f"""
import json, pulumi_aws as aws

def task_role(name, trusts={TRUSTED!r}, may=None):
    role = aws.iam.Role(name, name=name, assume_role_policy=trusts)
    if may is not None:
        aws.iam.RolePolicy(name, name=name, role=role.name, policy=may)
    aws.ecs.TaskDefinition(name, family=name, cpu="256", memory="512", network_mode="awsvpc",
        requires_compatibilities=["FARGATE"], container_definitions={CONTAINER!r},
        task_role_arn=role.arn, execution_role_arn=made("{ROLE}", "execution").arn)
    return role
"""
"""`task_role` makes a role like that of the stack's task, and a task that has it.

A role a mutant: many of them can be in one stack, and each is found at its own.
"""


def task_may(id: str, name: str, *policies: str, refused: bool = False, **parts: Any) -> Mutant:
    """A mutant with a task whose role, of this name, has one statement."""
    code = f"task_role({name!r}, may={statement(**parts)!r})"
    return extra(id, code, *((policy, name) for policy in policies), refused=refused)


def task_trusts(id: str, name: str, policy: str, **parts: Any) -> Mutant:
    """A mutant with a task whose role, of this name, can be taken on by others."""
    document = statement(**{"Action": "sts:AssumeRole", **parts})
    return extra(id, f"task_role({name!r}, trusts={document!r})", (policy, name))


def extra(id: str, code: str, *blocked: tuple[str, str], refused: bool = False) -> Mutant:
    """A mutant that adds resources of IAM to the stack."""
    return Mutant(id, (), frozenset(blocked), extra=HEAD + code, refused=refused)


MUTANTS: list[Mutant] = [
    edited(
        "one line: the task has all of DynamoDB",
        "ml_api/identity.py",
        '"UseTheSessionTable", SESSION_ACTIONS',
        '"UseTheSessionTable", ["dynamodb:*"]',
        ("iam-no-service-wide-actions", "task"),
    ),
    task_may("the task is administrator", "administrator", "iam-no-administrator-access", Action="*", Resource="*"),
    task_may(
        "the task is administrator of IAM",
        "iam-administrator",
        "iam-no-administrator-access",
        Action="iam:*",
        Resource="*",
    ),
    task_may(
        "the task is administrator by a question mark",
        "question-mark",
        "iam-no-administrator-access",
        Action="?*",
        Resource="*",
        refused=True,
    ),
    task_may(
        "the task may do all but one thing",
        "all-but-one",
        "iam-no-administrator-access",
        "iam-no-negated-allow",
        NotAction="iam:CreateUser",
        Resource="*",
    ),
    task_may(
        "the task has all of DynamoDB",
        "all-of-dynamodb",
        "iam-no-service-wide-actions",
        Action="dynamodb:*",
        Resource=TABLE_ARN,
    ),
    task_may(
        "the task reads every table", "every-table", "iam-no-data-exfiltration", Action="dynamodb:GetItem", Resource="*"
    ),
    task_may(
        "the task reads every table but one",
        "every-table-but-one",
        "iam-no-negated-allow",
        Action="dynamodb:GetItem",
        NotResource=TABLE_ARN,
    ),
    task_may(
        "the task has an action that does not exist",
        "no-action",
        "iam-actions-exist",
        Action="dynamodb:FetchItem",
        Resource=TABLE_ARN,
    ),
    task_may(
        "the task has a resource that does not fit",
        "no-fit",
        "iam-resources-fit-actions",
        Action="dynamodb:GetItem",
        Resource="arn:aws:s3:::ml-api-sessions-dev",
    ),
    task_may("the task passes any role", "passes-any", "iam-pass-role-is-limited", Action="iam:PassRole", Resource="*"),
    task_may(
        "the task passes a role to any service",
        "passes-to-any",
        "iam-pass-role-is-limited",
        Action="iam:PassRole",
        Resource="arn:aws:iam::123456789012:role/ml-api-task-dev",
    ),
    task_may(
        "the task gives itself a policy",
        "gives-itself",
        "iam-no-privilege-escalation",
        Action="iam:PutRolePolicy",
        Resource="arn:aws:iam::123456789012:role/gives-itself",
    ),
    task_may(
        "the task reads every secret",
        "every-secret",
        "iam-no-data-exfiltration",
        Action="secretsmanager:GetSecretValue",
        Resource="*",
    ),
    task_may(
        "the task deletes its table",
        "deletes-table",
        "iam-task-role-uses-items-only",
        Action="dynamodb:DeleteTable",
        Resource=TABLE_ARN,
    ),
    edited(
        "the task may not read the secret it asks for",
        "ml_api/identity.py",
        '[f"{names.database_secret_arn}-??????"]',
        "[names.database_secret_arn]",
        ("iam-execution-role-matches-task", "api"),
    ),
    task_trusts("anyone may be the task", "anyone", "iam-trust-names-principals", Principal="*"),
    task_trusts(
        "another account may be the task",
        "another-account",
        "iam-trust-names-principals",
        Principal={"AWS": "arn:aws:iam::999999999999:root"},
    ),
    task_trusts(
        "any customer's ECS may be the task",
        "any-ecs",
        "iam-trust-guards-confused-deputy",
        Principal={"Service": "ecs-tasks.amazonaws.com"},
    ),
    task_trusts(
        "two services may be the task",
        "two-services",
        "iam-role-trusts-one-service",
        Principal={"Service": ["ecs-tasks.amazonaws.com", "lambda.amazonaws.com"]},
        Condition=OURS,
    ),
    task_trusts(
        "any project at GitLab may be the task",
        "any-project",
        "iam-federated-trust-pins-claims",
        Action="sts:AssumeRoleWithWebIdentity",
        Principal={"Federated": "arn:aws:iam::123456789012:oidc-provider/gitlab.com"},
        Condition={"StringLike": {"gitlab.com:sub": "project_path:*"}},
    ),
    extra(
        "rules of any account run a function",
        """
aws.lambda_.Permission("rules", action="lambda:InvokeFunction", function="jobs", principal="events.amazonaws.com",
    source_arn="arn:aws:events:*:*:*")
""",
        ("resource-policy-guards-confused-deputy", "rules"),
        refused=True,
    ),
    extra(
        "a stranger's account runs a function",
        """
aws.lambda_.Permission("stranger", action="lambda:InvokeFunction", function="jobs", principal="210987654321")
""",
        ("resource-policy-stack-accounts", "stranger"),
    ),
    extra(
        "the task reads every bucket by a managed policy",
        """
aws.iam.RolePolicyAttachment("reads", role=task_role("reads").name,
    policy_arn="arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess")
""",
        ("iam-no-elevated-managed-policy", "reads"),
    ),
    extra(
        "the task has a managed administrator's policy",
        """
aws.iam.RolePolicyAttachment("admin", role=task_role("admin").name,
    policy_arn="arn:aws:iam::aws:policy/AdministratorAccess")
""",
        ("iam-no-elevated-managed-policy", "admin"),
    ),
    extra(
        "the task has full access to a service",
        """
aws.iam.RolePolicyAttachment("full", role=task_role("full").name,
    policy_arn="arn:aws:iam::aws:policy/AmazonS3FullAccess")
""",
        ("iam-no-elevated-managed-policy", "full"),
    ),
    extra(
        "a policy hangs on a user",
        f"""
user = aws.iam.User("robot")
aws.iam.UserPolicy("robot", user=user.name, policy={statement(Action="dynamodb:GetItem", Resource=TABLE_ARN)!r})
""",
        ("iam-policies-not-on-users", "robot"),
    ),
    extra(
        "two policies of the task make it anything between them",
        f"""
between = task_role("between")
aws.iam.RolePolicy("passing", role=between.name, policy={PASSES_ROLES!r})
aws.iam.RolePolicy("running", role=between.name, policy={RUNS_FUNCTIONS!r})
""",
        ("iam-no-combined-privilege-escalation", "between"),
        ("iam-pass-role-is-limited", "passing"),
    ),
    extra(
        "a policy bounds one role and is granted to another, beside one that bounds alone",
        f"""
wide = {WHOLE_SERVICE!r}
alone, both = (aws.iam.Policy(name, name=name, policy=wide) for name in ("alone", "both"))
for bounds in (alone, both):
    aws.iam.Role(f"by-{{bounds._name}}", assume_role_policy={TRUSTED!r}, permissions_boundary=bounds.arn)
aws.iam.RolePolicyAttachment("both", role=task_role("granted").name, policy_arn=both.arn)
""",
        ("iam-no-service-wide-actions", "both"),
    ),
    extra(
        "a role's bounds leave all open",
        f"""
bounds = aws.iam.Policy("bounds", name="bounds", policy={statement(Action="*", Resource="*")!r})
aws.iam.Role("bounded", assume_role_policy={TRUSTED!r}, permissions_boundary=bounds.arn)
""",
        ("iam-no-elevated-managed-policy", "bounded"),
    ),
]
