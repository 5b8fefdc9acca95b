"""The session table."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from .names import Names

HASH_KEY = "sessionId"
EXPIRY_ATTRIBUTE = "ttl"

SESSION_ACTIONS = (
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:UpdateItem",
    "dynamodb:DeleteItem",
    "dynamodb:Query",
    "dynamodb:BatchGetItem",
    "dynamodb:BatchWriteItem",
    "dynamodb:ConditionCheckItem",
)
"""What the API does with the table: item operations, and no scan. Its role and its endpoint allow just these."""


@dataclass(frozen=True)
class SessionsArgs:
    """Names and settings, and the key of the table if it is not to be AWS's own."""

    names: Names
    key_arn: pulumi.Input[str] | None
    protect: bool


class Sessions(pulumi.ComponentResource):
    """A table on demand whose items expire by themselves and whose past can be restored. Returns its name."""

    table_name: pulumi.Output[str]

    def __init__(self, name: str, args: SessionsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ml-api:data:Sessions", name, None, opts)
        table = aws.dynamodb.Table(
            name,
            name=args.names.session_table,
            billing_mode="PAY_PER_REQUEST",
            hash_key=HASH_KEY,
            attributes=[aws.dynamodb.TableAttributeArgs(name=HASH_KEY, type="S")],
            ttl=aws.dynamodb.TableTtlArgs(attribute_name=EXPIRY_ATTRIBUTE, enabled=True),
            point_in_time_recovery=aws.dynamodb.TablePointInTimeRecoveryArgs(enabled=True),
            server_side_encryption=aws.dynamodb.TableServerSideEncryptionArgs(enabled=True, kms_key_arn=args.key_arn),
            deletion_protection_enabled=args.protect,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        self.table_name = table.name
        self.register_outputs({"table_name": self.table_name})
