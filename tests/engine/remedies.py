"""The table of remediations: what is wrong in a stack, and what the engine's log has to show after remediation.

`OWN` bends the project's own stack. `ADDED` breaks what that stack has none of, in resources that `EXTRA` adds to it.
Both are broken in one stack, which is previewed without and with remediation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.engine.mutants import (
    BALANCER,
    CLUSTER,
    DISTRIBUTION,
    ECS_CLUSTER,
    ENCRYPTION,
    INSTANCE,
    KEY,
    LISTENER,
    LOG_GROUP,
    OWNERSHIP,
    PUBLIC_ACCESS,
    SERVICE,
    SUBNET,
    TABLE,
    TASK,
    VERSIONING,
)
from tests.engine.stacks import Change

CERTIFICATE = "aws:acm/certificate:Certificate"
REPOSITORY = "aws:ecr/repository:Repository"
REPLICA = "aws:dynamodb/tableReplica:TableReplica"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
COMPOSITE_ALARM = "aws:cloudwatch/compositeAlarm:CompositeAlarm"
DATABASE = "aws:rds/instance:Instance"
BUCKET = "aws:s3/bucketV2:BucketV2"
ACCOUNT_ACCESS = "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock"
TASK_SET = "aws:ecs/taskSet:TaskSet"
EXTERNAL_KEY = "aws:kms/externalKey:ExternalKey"
REPLICA_KEY = "aws:kms/replicaKey:ReplicaKey"
KEY_POLICY = "aws:kms/keyPolicy:KeyPolicy"

SETTINGS: dict[str, dict[str, Any]] = {"kms-key-kept": {"minimumDays": 14}}
"""The configuration of a policy, besides its level."""


@dataclass(frozen=True)
class Row:
    """One or more properties that violate a policy, and that its remediation fixes.

    Attributes:
        policy: The policy.
        type: The type token of the resource.
        name: Its name.
        changes: Every change in the engine's log by path: before (None where it is not set) and after.
        beside: What else is set first: what AWS requires, or a block in which the properties of `changes` are not set.
        without: What is left out, because AWS accepts it only together with the right values.
    """

    policy: str
    type: str
    name: str
    changes: Mapping[str, tuple[Any, Any]]
    beside: Mapping[str, Any] = field(default_factory=dict)
    without: Sequence[str] = ()

    @property
    def id(self) -> str:
        """What a test run names it."""
        return f"{self.policy}: {self.type.rsplit(':', 1)[-1]} {self.name}"

    @property
    def place(self) -> tuple[str, str, str]:
        """Policy, type and name."""
        return self.policy, self.type, self.name

    @property
    def breakage(self) -> Change:
        """What makes a compliant resource of the project's own stack the broken one of this row."""
        broken = {path: before for path, (before, _) in self.changes.items()}
        return Change(
            self.type,
            self.name,
            set={**self.beside, **{path: before for path, before in broken.items() if before is not None}},
            remove=[*self.without, *(path for path, before in broken.items() if before is None and "." not in path)],
        )


OWN_CONFIGURATION = {
    "domain_name": "ml-api.example.com",
    "hosted_zone_id": "Z0123456789EXAMPLE00",
    "alb_certificate_arn": "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012",
    "customer_managed_key": "true",
    "db_password": "Correct-Horse-Battery-9",
}
"""For a stack with all that has a remediation: certificate, HTTPS listener, key. No log may show the password."""

_TLS_13 = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"
_AUTHORITY = "rds-ca-rsa2048-g1"
OWN: list[Row] = [
    Row("certificate-dns-validation", CERTIFICATE, "edge", {"validationMethod": ("EMAIL", "DNS")}),
    Row("certificate-key-algorithm", CERTIFICATE, "edge", {"keyAlgorithm": ("RSA_1024", "RSA_2048")}),
    Row(
        "certificate-transparency",
        CERTIFICATE,
        "edge",
        {"options.certificateTransparencyLoggingPreference": ("DISABLED", "ENABLED")},
    ),
    Row(
        "cloudfront-viewers-https",
        DISTRIBUTION,
        "cdn",
        {
            "defaultCacheBehavior.viewerProtocolPolicy": ("allow-all", "redirect-to-https"),
            "orderedCacheBehaviors.0.viewerProtocolPolicy": ("allow-all", "redirect-to-https"),
        },
        beside={
            "orderedCacheBehaviors": [
                {
                    "pathPattern": "/static/*",
                    "targetOriginId": "load-balancer",
                    "allowedMethods": ["GET", "HEAD"],
                    "cachedMethods": ["GET", "HEAD"],
                    "compress": True,
                    "cachePolicyId": "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
                    "responseHeadersPolicyId": "67f7725c-6f97-4210-82d7-5512b31e9d03",
                }
            ]
        },
    ),
    Row(
        "cloudfront-viewers-tls",
        DISTRIBUTION,
        "cdn",
        {"viewerCertificate.minimumProtocolVersion": ("TLSv1", "TLSv1.2_2021")},
    ),
    Row("cloudfront-default-root-object", DISTRIBUTION, "cdn", {"defaultRootObject": ("", "index.html")}),
    Row(
        "cloudfront-origin-tls-versions",
        DISTRIBUTION,
        "cdn",
        {"origins.0.customOriginConfig.originSslProtocols": (["TLSv1", "TLSv1.2"], ["TLSv1.2"])},
    ),
    Row("dynamodb-deletion-protection", TABLE, "sessions", {"deletionProtectionEnabled": (False, True)}),
    Row("dynamodb-encrypted", TABLE, "sessions", {"serverSideEncryption.enabled": (False, True)}),
    Row("dynamodb-point-in-time-recovery", TABLE, "sessions", {"pointInTimeRecovery": (None, {"enabled": True})}),
    Row("resource-tagged", TABLE, "sessions", {"tags.ManagedBy": ("", "Pulumi")}),
    Row("ecs-container-insights", ECS_CLUSTER, "api", {"settings.0.value": ("disabled", "enabled")}),
    Row("ecs-no-public-address", SERVICE, "api", {"networkConfiguration.assignPublicIp": (True, False)}),
    Row("ecs-platform-version", SERVICE, "api", {"platformVersion": ("1.3.0", "LATEST")}),
    Row(
        "ecs-efs-in-transit",
        TASK,
        "api",
        {"volumes.0.efsVolumeConfiguration.transitEncryption": ("DISABLED", "ENABLED")},
        beside={"volumes.0.efsVolumeConfiguration.fileSystemId": "fs-0123456789abcdef0"},
    ),
    Row("kms-key-kept", KEY, "data", {"isEnabled": (False, True), "deletionWindowInDays": (7, 30)}),
    Row("kms-lockout-check", KEY, "data", {"bypassPolicyLockoutSafetyCheck": (True, False)}),
    Row(
        "kms-rotation",
        KEY,
        "data",
        {"enableKeyRotation": (False, True), "rotationPeriodInDays": (2000, 365)},
    ),
    Row("listener-tls-policy", LISTENER, "https", {"sslPolicy": ("ELBSecurityPolicy-2016-08", _TLS_13)}),
    Row("load-balancer-access-logs", BALANCER, "load-balancer", {"accessLogs.enabled": (False, True)}),
    Row("load-balancer-deletion-protection", BALANCER, "load-balancer", {"enableDeletionProtection": (False, True)}),
    Row(
        "load-balancer-desync-mitigation", BALANCER, "load-balancer", {"desyncMitigationMode": ("monitor", "defensive")}
    ),
    Row("load-balancer-drops-invalid-headers", BALANCER, "load-balancer", {"dropInvalidHeaderFields": (False, True)}),
    Row("log-retention", LOG_GROUP, "api", {"retentionInDays": (7, 30)}),
    Row("log-retention", LOG_GROUP, "flow-logs", {"retentionInDays": (None, 30)}),
    Row("subnet-no-public-addresses", SUBNET, "public-1", {"mapPublicIpOnLaunch": (True, False)}),
    Row(
        "rds-storage-encrypted",
        CLUSTER,
        "database",
        {"storageEncrypted": (None, True)},
        without=["kmsKeyId"],
    ),
    Row("rds-iam-authentication", CLUSTER, "database", {"iamDatabaseAuthenticationEnabled": (False, True)}),
    Row("rds-backup-retention", CLUSTER, "database", {"backupRetentionPeriod": (1, 7)}),
    Row("rds-deletion-protection", CLUSTER, "database", {"deletionProtection": (False, True)}),
    Row("rds-logs-exported", CLUSTER, "database", {"enabledCloudwatchLogsExports": (None, ["postgresql"])}),
    Row("rds-snapshot-tags", CLUSTER, "database", {"copyTagsToSnapshot": (False, True)}),
    Row("rds-certificate-authority", INSTANCE, "database-1", {"caCertIdentifier": ("rds-ca-2019", _AUTHORITY)}),
    Row("rds-minor-version-upgrade", INSTANCE, "database-1", {"autoMinorVersionUpgrade": (False, True)}),
    Row("rds-not-publicly-accessible", INSTANCE, "database-1", {"publiclyAccessible": (True, False)}),
    Row("rds-performance-insights", INSTANCE, "database-2", {"performanceInsightsEnabled": (False, True)}),
    Row(
        "s3-encryption",
        ENCRYPTION,
        "logs",
        {"rules.0.applyServerSideEncryptionByDefault": (None, {"sseAlgorithm": "AES256"})},
        beside={"rules": [{}]},
    ),
    Row("s3-versioning", VERSIONING, "logs", {"versioningConfiguration.status": ("Suspended", "Enabled")}),
    Row("s3-ownership", OWNERSHIP, "logs", {"rule.objectOwnership": ("ObjectWriter", "BucketOwnerEnforced")}),
    Row(
        "s3-public-access",
        PUBLIC_ACCESS,
        "logs",
        {"blockPublicPolicy": (False, True), "ignorePublicAcls": (None, True)},
    ),
]
"""What is broken in the project's own resources."""

EXTRA = """
import json
import pulumi_aws as aws

account = "123456789012"
administered = json.dumps({"Version": "2012-10-17", "Statement": [{
    "Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{account}:root"}, "Action": "kms:*", "Resource": "*"}]})

aws.ecr.Repository("images", name="ml/images", image_scanning_configuration={"scan_on_push": True})
aws.ecr.Repository("tools", name="ml/tools", image_tag_mutability="IMMUTABLE_WITH_EXCLUSION",
    image_tag_mutability_exclusion_filters=[{"filter": "latest*", "filter_type": "WILDCARD"}],
    image_scanning_configuration={"scan_on_push": True}, encryption_configurations=[{"encryption_type": "KMS"}])
aws.cloudwatch.MetricAlarm("errors", comparison_operator="GreaterThanThreshold", evaluation_periods=1, threshold=1,
    metric_name="HTTPCode_ELB_5XX_Count", namespace="AWS/ApplicationELB", period=60, statistic="Sum",
    alarm_actions=[f"arn:aws:sns:us-east-1:{account}:alarms"], actions_enabled=False)
aws.cloudwatch.CompositeAlarm("any", alarm_name="any", alarm_rule="ALARM(errors)",
    alarm_actions=[f"arn:aws:sns:us-east-1:{account}:alarms"], actions_enabled=False)
aws.dynamodb.TableReplica("sessions", global_table_arn=f"arn:aws:dynamodb:us-west-2:{account}:table/sessions",
    point_in_time_recovery=False, deletion_protection_enabled=False)
aws.dynamodb.Table("orders", name="orders", billing_mode="PAY_PER_REQUEST", hash_key="id",
    attributes=[{"name": "id", "type": "S"}], server_side_encryption={"enabled": True},
    point_in_time_recovery={"enabled": True}, stream_enabled=True, stream_view_type="NEW_AND_OLD_IMAGES",
    deletion_protection_enabled=True,
    replicas=[{"region_name": "us-west-2", "point_in_time_recovery": False, "propagate_tags": True,
        "deletion_protection_enabled": True}])
aws.kms.ExternalKey("imported", description="Imported key", policy=administered, enabled=False,
    key_material_base64="A" * 43 + "=")
aws.kms.ReplicaKey("replica", description="The same key in another region", policy=administered,
    primary_key_arn=f"arn:aws:kms:us-west-2:{account}:key/mrk-1234abcd12ab34cd56ef1234567890ab",
    bypass_policy_lockout_safety_check=True)
aws.kms.KeyPolicy("shared", key_id="1234abcd-12ab-34cd-56ef-1234567890ab", policy=administered,
    bypass_policy_lockout_safety_check=True)
aws.s3.AccountPublicAccessBlock("account", block_public_acls=True, ignore_public_acls=True)

parameters = aws.rds.ParameterGroup("reports", name="reports-postgres16", family="postgres16",
    parameters=[{"name": "rds.force_ssl", "value": "1"}])
subnets = made("aws:rds/subnetGroup:SubnetGroup", "database")
aws.cloudwatch.LogGroup("reports", name="/aws/rds/instance/reports/postgresql", retention_in_days=30)
aws.cloudwatch.LogGroup("reports-upgrade", name="/aws/rds/instance/reports/upgrade", retention_in_days=30)
aws.rds.Instance("reports", identifier="reports", engine="postgres", engine_version="16.4",
    instance_class="db.m7g.large", allocated_storage=20, username="dbadmin", manage_master_user_password=True,
    db_subnet_group_name=subnets.name, parameter_group_name=parameters.name,
    vpc_security_group_ids=[made("aws:ec2/securityGroup:SecurityGroup", "database").id],
    monitoring_interval=60, monitoring_role_arn=made("aws:iam/role:Role", "database-monitoring").arn,
    skip_final_snapshot=True, storage_encrypted=False, publicly_accessible=True, multi_az=False,
    iam_database_authentication_enabled=False, backup_retention_period=1, copy_tags_to_snapshot=False,
    auto_minor_version_upgrade=False, ca_cert_identifier="rds-ca-2019", performance_insights_enabled=False,
    enabled_cloudwatch_logs_exports=["upgrade"])

cluster = made("aws:ecs/cluster:Cluster", "api").id
service = aws.ecs.Service("canary", name="canary", cluster=cluster, deployment_controller={"type": "EXTERNAL"})
aws.ecs.TaskSet("canary", cluster=cluster, service=service.id, launch_type="FARGATE", platform_version="1.3.0",
    task_definition=made("aws:ecs/taskDefinition:TaskDefinition", "api").arn,
    network_configuration={"assign_public_ip": True,
        "subnets": [made("aws:ec2/subnet:Subnet", f"private-{number}").id for number in (1, 2)],
        "security_groups": [made("aws:ec2/securityGroup:SecurityGroup", "task").id]})

bucket = aws.s3.BucketV2("reports", bucket=f"reports-{account}",
    versionings=[{"enabled": False}],
    server_side_encryption_configurations=[{"rules": [{
        "apply_server_side_encryption_by_defaults": [{"sse_algorithm": "AES256"}]}]}],
    lifecycle_rules=[{"enabled": True, "expirations": [{"days": 30}], "noncurrent_version_expirations": [{"days": 1}],
        "abort_incomplete_multipart_upload_days": 1}])
aws.s3.BucketPublicAccessBlock("reports", bucket=bucket.bucket, block_public_acls=True, block_public_policy=True,
    ignore_public_acls=True, restrict_public_buckets=True)
aws.s3.BucketOwnershipControls("reports", bucket=bucket.bucket, rule={"object_ownership": "BucketOwnerEnforced"})
aws.s3.BucketPolicy("reports", bucket=bucket.bucket, policy=json.dumps({"Version": "2012-10-17", "Statement": [{
    "Effect": "Deny", "Principal": "*", "Action": "s3:*",
    "Resource": [f"arn:aws:s3:::reports-{account}", f"arn:aws:s3:::reports-{account}/*"],
    "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]}))
"""
"""Resources that are broken as `ADDED` says, and otherwise as they should be."""

ADDED: list[Row] = [
    Row("ecr-encryption", REPOSITORY, "images", {"encryptionConfigurations": (None, [{"encryptionType": "AES256"}])}),
    Row("ecr-immutable-tags", REPOSITORY, "images", {"imageTagMutability": (None, "IMMUTABLE")}),
    Row(
        "ecr-immutable-tags",
        REPOSITORY,
        "tools",
        {
            "imageTagMutability": ("IMMUTABLE_WITH_EXCLUSION", "IMMUTABLE"),
            "imageTagMutabilityExclusionFilters": ([{"filter": "latest*", "filterType": "WILDCARD"}], []),
        },
    ),
    Row("alarm-actions", ALARM, "errors", {"actionsEnabled": (False, True)}),
    Row("alarm-actions", COMPOSITE_ALARM, "any", {"actionsEnabled": (False, True)}),
    Row("dynamodb-point-in-time-recovery", REPLICA, "sessions", {"pointInTimeRecovery": (False, True)}),
    Row("dynamodb-deletion-protection", REPLICA, "sessions", {"deletionProtectionEnabled": (False, True)}),
    Row("dynamodb-point-in-time-recovery", TABLE, "orders", {"replicas.0.pointInTimeRecovery": (False, True)}),
    Row("kms-key-kept", EXTERNAL_KEY, "imported", {"enabled": (False, True)}),
    Row("kms-lockout-check", REPLICA_KEY, "replica", {"bypassPolicyLockoutSafetyCheck": (True, False)}),
    Row("kms-lockout-check", KEY_POLICY, "shared", {"bypassPolicyLockoutSafetyCheck": (True, False)}),
    Row(
        "s3-public-access",
        ACCOUNT_ACCESS,
        "account",
        {"blockPublicPolicy": (None, True), "restrictPublicBuckets": (None, True)},
    ),
    Row("rds-storage-encrypted", DATABASE, "reports", {"storageEncrypted": (False, True)}),
    Row("rds-not-publicly-accessible", DATABASE, "reports", {"publiclyAccessible": (True, False)}),
    Row("rds-instance-several-zones", DATABASE, "reports", {"multiAz": (False, True)}),
    Row("rds-iam-authentication", DATABASE, "reports", {"iamDatabaseAuthenticationEnabled": (False, True)}),
    Row("rds-backup-retention", DATABASE, "reports", {"backupRetentionPeriod": (1, 7)}),
    Row("rds-snapshot-tags", DATABASE, "reports", {"copyTagsToSnapshot": (False, True)}),
    Row("rds-minor-version-upgrade", DATABASE, "reports", {"autoMinorVersionUpgrade": (False, True)}),
    Row("rds-certificate-authority", DATABASE, "reports", {"caCertIdentifier": ("rds-ca-2019", _AUTHORITY)}),
    Row("rds-performance-insights", DATABASE, "reports", {"performanceInsightsEnabled": (False, True)}),
    Row("rds-deletion-protection", DATABASE, "reports", {"deletionProtection": (None, True)}),
    Row(
        "rds-logs-exported",
        DATABASE,
        "reports",
        {"enabledCloudwatchLogsExports": (["upgrade"], ["upgrade", "postgresql"])},
    ),
    Row("ecs-no-public-address", TASK_SET, "canary", {"networkConfiguration.assignPublicIp": (True, False)}),
    Row("ecs-platform-version", TASK_SET, "canary", {"platformVersion": ("1.3.0", "LATEST")}),
    Row("s3-versioning", BUCKET, "reports", {"versionings.0.enabled": (False, True)}),
]
"""What is broken in the resources of `EXTRA`."""
