"""How a task learns to reach the database: a secret with the whole connection, read when the task starts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

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
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
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
            arn: pulumi.Output[str] = cluster.master_user_secrets.apply(_managed_secret_arn)
            connection["managed_secret_arn"] = arn
        value: pulumi.Output[str] = pulumi.Output.secret(pulumi.Output.json_dumps(connection))
        self.ready = aws.secretsmanager.SecretVersion(
            name,
            secret_id=secret.id,
            secret_string=value,
            opts=child,
        )
        self.register_outputs({})


def _managed_secret_arn(secrets: Sequence[aws.rds.outputs.ClusterMasterUserSecret]) -> pulumi.Output[str]:
    """The ARN of the secret that Aurora manages, which a cluster that had a password does not have yet.

    A preview says that it will be known later. The provider may not read it back in the update that asks for it
    (terraform-provider-aws issue 31557): a refresh does.
    """
    if secrets:
        return pulumi.Output.from_input(secrets[0].secret_arn or "")
    if pulumi.runtime.is_dry_run():
        return pulumi.Output.from_input(cast(str, pulumi.UNKNOWN))
    raise pulumi.RunError(
        "The secret in which Aurora manages the password is not known to the stack yet: run `pulumi refresh`, then "
        "`pulumi up` again."
    )
