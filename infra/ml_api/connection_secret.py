"""How a task learns to reach the database: a secret with the whole connection, read when the task starts."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from .database import DATABASE_NAME, MASTER_USERNAME
from .firewall import DATABASE_PORT
from .names import Names


@dataclass(frozen=True)
class ConnectionSecretArgs:
    """Names and settings, the cluster to connect to, and its password unless Aurora manages it."""

    names: Names
    cluster: aws.rds.Cluster
    password: pulumi.Output[str] | None
    key_arn: pulumi.Input[str] | None
    protect: bool


class ConnectionSecret(pulumi.ComponentResource):
    """The secret and its value. Returns ``ready``: a task that starts before the value exists fails."""

    ready: pulumi.Resource

    def __init__(self, name: str, args: ConnectionSecretArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ml-api:data:ConnectionSecret", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        secret = aws.secretsmanager.Secret(
            name,
            name=args.names.database_secret,
            description=f"Connection of the ML API's tasks to the database of {args.names.environment}",
            kms_key_id=args.key_arn,
            # Deleted at once where nothing is protected: its name is free again for the next `pulumi up`.
            recovery_window_in_days=30 if args.protect else 0,
            opts=child,
        )
        cluster = args.cluster
        connection: dict[str, pulumi.Input[object]] = {
            "engine": "postgres",
            "host": cluster.endpoint,
            "port": DATABASE_PORT,
            "dbname": DATABASE_NAME,
            "username": MASTER_USERNAME,
        }
        if args.password is not None:
            connection["password"] = args.password
        else:
            connection["managed_secret_arn"] = cluster.master_user_secrets[0].secret_arn
        value: pulumi.Output[str] = pulumi.Output.secret(pulumi.Output.json_dumps(connection))
        self.ready = aws.secretsmanager.SecretVersion(
            name,
            secret_id=secret.id,
            secret_string=value,
            opts=child,
        )
        self.register_outputs({})
