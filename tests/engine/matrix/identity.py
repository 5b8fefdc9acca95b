"""Mutants of the roles: what they may do, and who may take them on."""

from __future__ import annotations

from typing import Any

from tests.engine.mutants import ROLE, ROLE_POLICY, Mutant, edited, statement
from tests.engine.stacks import Change

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


def task_may(id: str, *blocked: tuple[str, str], **parts: Any) -> Mutant:
    """A mutant whose task role has one statement."""
    return Mutant(id, (Change(ROLE_POLICY, "task", {"policy": statement(**parts)}),), frozenset(blocked))


def task_trusts(id: str, *blocked: tuple[str, str], **parts: Any) -> Mutant:
    """A mutant whose task role can be taken on by others."""
    document = statement(**{"Action": "sts:AssumeRole", **parts})
    return Mutant(id, (Change(ROLE, "task", {"assumeRolePolicy": document}),), frozenset(blocked))


def extra(id: str, code: str, *blocked: tuple[str, str]) -> Mutant:
    """A mutant that adds a resource of IAM to the stack."""
    return Mutant(id, (), frozenset(blocked), extra=f"import json, pulumi_aws as aws\n{code}")


MUTANTS: list[Mutant] = [
    edited(
        "one line: the task has all of DynamoDB",
        "ml_api/identity.py",
        '"UseTheSessionTable", SESSION_ACTIONS',
        '"UseTheSessionTable", ["dynamodb:*"]',
        ("iam-no-service-wide-actions", "task"),
    ),
    task_may("the task is administrator", ("iam-no-administrator-access", "task"), Action="*", Resource="*"),
    task_may("the task is administrator of IAM", ("iam-no-administrator-access", "task"), Action="iam:*", Resource="*"),
    task_may(
        "the task is administrator by a question mark",
        ("iam-no-administrator-access", "task"),
        Action="?*",
        Resource="*",
    ),
    task_may(
        "the task may do all but one thing",
        ("iam-no-administrator-access", "task"),
        ("iam-no-negated-allow", "task"),
        NotAction="iam:CreateUser",
        Resource="*",
    ),
    task_may(
        "the task has all of DynamoDB", ("iam-no-service-wide-actions", "task"), Action="dynamodb:*", Resource=TABLE_ARN
    ),
    task_may(
        "the task reads every table", ("iam-no-data-exfiltration", "task"), Action="dynamodb:GetItem", Resource="*"
    ),
    task_may(
        "the task reads every table but one",
        ("iam-no-negated-allow", "task"),
        Action="dynamodb:GetItem",
        NotResource=TABLE_ARN,
    ),
    task_may(
        "the task has an action that does not exist",
        ("iam-actions-exist", "task"),
        Action="dynamodb:FetchItem",
        Resource=TABLE_ARN,
    ),
    task_may(
        "the task has a resource that does not fit",
        ("iam-resources-fit-actions", "task"),
        Action="dynamodb:GetItem",
        Resource="arn:aws:s3:::ml-api-sessions-dev",
    ),
    task_may("the task passes any role", ("iam-pass-role-is-limited", "task"), Action="iam:PassRole", Resource="*"),
    task_may(
        "the task passes a role to any service",
        ("iam-pass-role-is-limited", "task"),
        Action="iam:PassRole",
        Resource="arn:aws:iam::123456789012:role/ml-api-task-dev",
    ),
    task_may(
        "the task gives itself a policy",
        ("iam-no-privilege-escalation", "task"),
        Action="iam:PutRolePolicy",
        Resource="arn:aws:iam::123456789012:role/ml-api-task-dev",
    ),
    task_may(
        "the task reads every secret",
        ("iam-no-data-exfiltration", "task"),
        Action="secretsmanager:GetSecretValue",
        Resource="*",
    ),
    task_may(
        "the task deletes its table",
        ("iam-task-role-uses-items-only", "task"),
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
    task_trusts("anyone may be the task", ("iam-trust-names-principals", "task"), Principal="*"),
    task_trusts(
        "another account may be the task",
        ("iam-trust-names-principals", "task"),
        Principal={"AWS": "arn:aws:iam::999999999999:root"},
    ),
    task_trusts(
        "any customer's ECS may be the task",
        ("iam-trust-guards-confused-deputy", "task"),
        Principal={"Service": "ecs-tasks.amazonaws.com"},
    ),
    task_trusts(
        "two services may be the task",
        ("iam-role-trusts-one-service", "task"),
        Principal={"Service": ["ecs-tasks.amazonaws.com", "lambda.amazonaws.com"]},
        Condition=OURS,
    ),
    task_trusts(
        "any project at GitLab may be the task",
        ("iam-federated-trust-pins-claims", "task"),
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
        f"""
aws.iam.RolePolicyAttachment("reads", role=made("{ROLE}", "task").name,
    policy_arn="arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess")
""",
        ("iam-no-elevated-managed-policy", "reads"),
    ),
    extra(
        "the task has a managed administrator's policy",
        f"""
aws.iam.RolePolicyAttachment("admin", role=made("{ROLE}", "task").name,
    policy_arn="arn:aws:iam::aws:policy/AdministratorAccess")
""",
        ("iam-no-elevated-managed-policy", "admin"),
    ),
    extra(
        "the task has full access to a service",
        f"""
aws.iam.RolePolicyAttachment("full", role=made("{ROLE}", "task").name,
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
aws.iam.RolePolicy("passing", role=made("{ROLE}", "task").name, policy={PASSES_ROLES!r})
aws.iam.RolePolicy("running", role=made("{ROLE}", "task").name, policy={RUNS_FUNCTIONS!r})
""",
        ("iam-no-combined-privilege-escalation", "task"),
        ("iam-pass-role-is-limited", "passing"),
    ),
    extra(
        "a policy bounds one role and is granted to another, beside one that bounds alone",
        f"""
wide = {WHOLE_SERVICE!r}
alone, both = (aws.iam.Policy(name, name=name, policy=wide) for name in ("alone", "both"))
for bounds in (alone, both):
    aws.iam.Role(f"by-{{bounds._name}}", assume_role_policy={TRUSTED!r}, permissions_boundary=bounds.arn)
aws.iam.RolePolicyAttachment("both", role=made("{ROLE}", "task").name, policy_arn=both.arn)
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
