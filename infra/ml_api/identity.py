"""The two roles of a task: one with which ECS starts it, one with which its code works."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from .documents import Statement, allow, document, service_trust, write_logs
from .names import Names
from .sessions import SESSION_ACTIONS

EXECUTION_ROLE = "execution"
TASK_ROLE = "task"

# Source: Amazon ECR User Guide, "Making requests to Amazon ECR registries".
_ECR_IMAGE = re.compile(
    r"(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\."
    r"(?:amazonaws\.com(?:\.cn)?|on\.aws)/([^:@]+)"
)


@dataclass(frozen=True)
class IdentityArgs:
    """Names, and the image that has to be pulled."""

    names: Names
    image: str


class Identity(pulumi.ComponentResource):
    """Execution role and task role. Returns their ARNs, and their permissions, which a task has to wait for."""

    execution_role_arn: pulumi.Output[str]
    task_role_arn: pulumi.Output[str]
    ready: list[pulumi.Resource]

    def __init__(self, name: str, args: IdentityArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ml-api:identity:Identity", name, None, opts)
        self._names = args.names
        self.ready = []
        self.execution_role_arn = self._role(
            EXECUTION_ROLE,
            "Lets ECS start ML API tasks: image, log group, database connection",
            execution_policy(args.names, args.image),
        )
        self.task_role_arn = self._role(
            TASK_ROLE, "What the ML API's code may do: its session table, its log group", task_policy(args.names)
        )
        self.register_outputs({})

    def _role(self, part: str, description: str, policy: str) -> pulumi.Output[str]:
        """A role that only ECS tasks of this account and region can assume, with one inline policy."""
        # Source: Amazon ECS Developer Guide, "Amazon ECS task IAM role", confused deputy prevention.
        trust = service_trust("ecs-tasks.amazonaws.com", self._names.account_id, self._names.arn("ecs", "*"))
        child = pulumi.ResourceOptions(parent=self)
        role = aws.iam.Role(
            part, name=self._names.of(part), description=description, assume_role_policy=trust, opts=child
        )
        self.ready.append(aws.iam.RolePolicy(part, name=part, role=role.name, policy=policy, opts=child))
        return role.arn


def execution_policy(names: Names, image: str) -> str:
    """What starting a task takes: its log streams, its one secret, and its image where that is private."""
    return document(
        *_pull(image),
        write_logs("WriteLogs", names.log_group_arn(names.service_log_group)),
        allow(
            "ReadDatabaseConnection",
            ["secretsmanager:GetSecretValue"],
            # Secrets Manager appends a hyphen and six random characters to a secret's name.
            # Source: AWS Secrets Manager User Guide, "IAM policy examples".
            [f"{names.database_secret_arn}-??????"],
        ),
    )


def task_policy(names: Names) -> str:
    """Item operations on the session table, without scans, and writing to the log group."""
    return document(
        allow("UseTheSessionTable", SESSION_ACTIONS, [names.session_table_arn]),
        write_logs("WriteLogs", names.log_group_arn(names.service_log_group)),
    )


def _pull(image: str) -> list[Statement]:
    """Permission to pull from the image's own ECR repository; an image of a public registry needs none.

    Source: Service Authorization Reference, Amazon ECR: GetAuthorizationToken supports no resource.
    """
    found = _ECR_IMAGE.match(image)
    if found is None:
        return []
    registry, region, repository = found.groups()
    return [
        allow("LogInToEcr", ["ecr:GetAuthorizationToken"], ["*"]),
        allow(
            "PullImage",
            ["ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"],
            [f"arn:aws:ecr:{region}:{registry}:repository/{repository}"],
        ),
    ]
