"""The database: Aurora PostgreSQL, Serverless v2, over two zones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from .firewall import DATABASE_PORT
from .log_group import log_group
from .monitoring_role import MonitoringRole, MonitoringRoleArgs
from .names import Names

DATABASE_NAME = "mlapi"
MASTER_USERNAME = "dbadmin"
MIN_CAPACITY_UNITS = 0.5
MAX_CAPACITY_UNITS = 2
BACKUP_DAYS = 7
# A writer, and a reader in another zone that takes over when the writer fails.
INSTANCES = 2
MONITORING_SECONDS = 60
# Statements that take longer are logged with their text.
SLOW_MILLISECONDS = "1000"


@dataclass(frozen=True)
class DatabaseArgs:
    """Names and settings, where the database stands, and its password unless Aurora is to manage one itself."""

    names: Names
    zones: Sequence[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    security_group_id: pulumi.Input[str]
    engine_version: str
    password: pulumi.Output[str] | None
    key_arn: pulumi.Input[str] | None
    protect: bool
    final_snapshot: bool


class Database(pulumi.ComponentResource):
    """The cluster, its instances, and what they need. Returns the cluster, and its endpoint."""

    cluster: aws.rds.Cluster
    endpoint: pulumi.Output[str]

    def __init__(self, name: str, args: DatabaseArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ml-api:data:Database", name, None, opts)
        self._child = pulumi.ResourceOptions(parent=self)
        self._args = args
        self.cluster = self._cluster(name)
        self._instances()
        self.endpoint = self.cluster.endpoint
        self.register_outputs({"endpoint": self.endpoint})

    def _cluster(self, name: str) -> aws.rds.Cluster:
        args = self._args
        # Made first, or Aurora would make it, without retention.
        logs = log_group(name, args.names.database_log_group, args.key_arn, self._child)
        subnets = aws.rds.SubnetGroup(
            name,
            name=args.names.of("aurora"),
            description="Private subnets of the ML API",
            subnet_ids=args.subnet_ids,
            opts=self._child,
        )
        ours = args.password is not None
        return aws.rds.Cluster(
            name,
            cluster_identifier=args.names.database_cluster,
            engine=aws.rds.EngineType.AURORA_POSTGRESQL,
            engine_mode="provisioned",
            engine_version=args.engine_version,
            allow_major_version_upgrade=True,
            database_name=DATABASE_NAME,
            port=DATABASE_PORT,
            master_username=MASTER_USERNAME,
            master_password=args.password,
            manage_master_user_password=None if ours else True,
            master_user_secret_kms_key_id=None if ours else args.key_arn,
            serverlessv2_scaling_configuration=aws.rds.ClusterServerlessv2ScalingConfigurationArgs(
                min_capacity=MIN_CAPACITY_UNITS, max_capacity=MAX_CAPACITY_UNITS
            ),
            db_subnet_group_name=subnets.name,
            vpc_security_group_ids=[args.security_group_id],
            db_cluster_parameter_group_name=self._parameter_group(name).name,
            storage_encrypted=True,
            kms_key_id=args.key_arn,
            iam_database_authentication_enabled=True,
            enabled_cloudwatch_logs_exports=["postgresql"],
            backup_retention_period=BACKUP_DAYS,
            copy_tags_to_snapshot=True,
            deletion_protection=args.protect,
            delete_automated_backups=not args.final_snapshot,
            skip_final_snapshot=not args.final_snapshot,
            final_snapshot_identifier=args.names.of("aurora-final") if args.final_snapshot else None,
            # A protected database changes in its maintenance window, any other at once.
            apply_immediately=not args.protect,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[logs], protect=args.protect),
        )

    def _parameter_group(self, name: str) -> aws.rds.ClusterParameterGroup:
        """Parameters of one major version. The name carries it, so that an upgrade can make the new group first."""
        major = self._args.engine_version.split(".")[0]
        parameters = {
            "rds.force_ssl": "1",
            "log_connections": "1",
            "log_disconnections": "1",
            "log_statement": "ddl",
            "log_min_duration_statement": SLOW_MILLISECONDS,
        }
        return aws.rds.ClusterParameterGroup(
            name,
            name=self._args.names.of(f"aurora-postgresql{major}"),
            family=f"aurora-postgresql{major}",
            description="TLS only; connections, schema changes and slow statements logged",
            parameters=[
                aws.rds.ClusterParameterGroupParameterArgs(name=parameter, value=value, apply_method="immediate")
                for parameter, value in parameters.items()
            ],
            opts=self._child,
        )

    def _instances(self) -> None:
        """One instance a zone.

        AWS upgrades minor versions by itself. State then still says the configured version, and nothing differs until a
        `pulumi refresh`; after one, set `aurora_engine_version` to the version that runs, or to its major alone.
        """
        args = self._args
        role = MonitoringRole("database-monitoring", MonitoringRoleArgs(args.names), self._child)
        for number, zone in enumerate(args.zones[:INSTANCES], start=1):
            aws.rds.ClusterInstance(
                f"database-{number}",
                identifier=args.names.database_instance(number),
                cluster_identifier=self.cluster.cluster_identifier,
                engine=aws.rds.EngineType.AURORA_POSTGRESQL,
                engine_version=args.engine_version,
                instance_class="db.serverless",
                availability_zone=zone,
                db_subnet_group_name=self.cluster.db_subnet_group_name,
                publicly_accessible=False,
                promotion_tier=number - 1,
                auto_minor_version_upgrade=True,
                ca_cert_identifier="rds-ca-rsa2048-g1",
                copy_tags_to_snapshot=True,
                monitoring_interval=MONITORING_SECONDS,
                monitoring_role_arn=role.arn,
                performance_insights_enabled=True,
                performance_insights_kms_key_id=args.key_arn,
                apply_immediately=not args.protect,
                opts=pulumi.ResourceOptions(parent=self, depends_on=[role.permissions], protect=args.protect),
            )
