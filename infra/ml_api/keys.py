"""The customer-managed key, for those who want to hold the key to their data themselves."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from .documents import Statement, allow, document
from .names import Names


@dataclass(frozen=True)
class EncryptionKeyArgs:
    """Names and settings, and the names of the roles that read what the key encrypts."""

    names: Names
    execution_role: str
    task_role: str
    protect: bool


class EncryptionKey(pulumi.ComponentResource):
    """A KMS key with its alias and yearly rotation. Returns the key's ARN."""

    arn: pulumi.Output[str]

    def __init__(self, name: str, args: EncryptionKeyArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ml-api:keys:EncryptionKey", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        key = aws.kms.Key(
            name,
            description=f"ML API data of {args.names.environment}: database, sessions, logs and secrets",
            enable_key_rotation=True,
            deletion_window_in_days=30,
            policy=key_policy(args),
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        aws.kms.Alias(name, name=f"alias/ml-api-{args.names.environment}", target_key_id=key.key_id, opts=child)
        self.arn = key.arn
        self.register_outputs({"arn": self.arn})


def key_policy(args: EncryptionKeyArgs) -> str:
    """Who may use the key: the account's administrators, CloudWatch Logs for this account, and the two task roles.

    The roles get their access here rather than in a policy of their own: theirs would have to name the key by its ARN,
    which nobody knows at preview, or by a wildcard. Sources: AWS KMS Developer Guide, "Default key policy" and
    "kms:ViaService"; Amazon CloudWatch Logs User Guide, "Encrypt log data"; Amazon DynamoDB Developer Guide,
    "Encryption at rest: how it works"; AWS Secrets Manager User Guide, "Secret encryption and decryption".
    """
    names = args.names
    return document(
        allow(
            "AccountAdministersTheKey",
            ["kms:*"],
            ["*"],
            principal={"AWS": f"arn:aws:iam::{names.account_id}:root"},
        ),
        allow(
            "CloudWatchLogsEncrypts",
            [
                "kms:Encrypt",
                "kms:Decrypt",
                "kms:ReEncryptFrom",
                "kms:ReEncryptTo",
                "kms:GenerateDataKey",
                "kms:DescribeKey",
            ],
            ["*"],
            principal={"Service": f"logs.{names.region}.amazonaws.com"},
            condition={"ArnLike": {"kms:EncryptionContext:aws:logs:arn": names.log_group_arn("*")}},
        ),
        _role_through_service(
            names, "ExecutionRoleReadsItsSecret", names.role_arn(args.execution_role), "secretsmanager", ["kms:Decrypt"]
        ),
        _role_through_service(
            names,
            "TaskRoleUsesTheSessionTable",
            names.role_arn(args.task_role),
            "dynamodb",
            [
                "kms:Encrypt",
                "kms:Decrypt",
                "kms:ReEncryptFrom",
                "kms:ReEncryptTo",
                "kms:GenerateDataKey",
                "kms:DescribeKey",
                "kms:CreateGrant",
            ],
        ),
    )


def _role_through_service(names: Names, sid: str, role_arn: str, service: str, actions: list[str]) -> Statement:
    """One role through one service. As a condition the role need not exist yet; as the principal it would have to."""
    return allow(
        sid,
        actions,
        ["*"],
        principal={"AWS": "*"},
        condition={
            "StringEquals": {
                "kms:CallerAccount": names.account_id,
                "kms:ViaService": f"{service}.{names.region}.amazonaws.com",
            },
            "ArnEquals": {"aws:PrincipalArn": role_arn},
        },
    )
