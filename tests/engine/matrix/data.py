"""Mutants of the database, the session table and the log bucket."""

from __future__ import annotations

import json

from tests.engine.mutants import (
    BUCKET_POLICY,
    CLUSTER,
    ENCRYPTION,
    INSTANCE,
    KEY,
    LIFECYCLE,
    OWN_KEY,
    OWNERSHIP,
    PARAMETERS,
    PUBLIC_ACCESS,
    TABLE,
    VERSIONING,
    Mutant,
    bend,
    statement,
)

_LOGS = "arn:aws:s3:::ml-api-logs-dev-123456789012"


def log_bucket_policy_allowing(principal: str) -> str:
    """The policy of the log bucket, with access for one more principal."""
    parts = [
        {
            "Sid": "OnlyOverTls",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [_LOGS, f"{_LOGS}/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
        {
            "Sid": "Reads",
            "Effect": "Allow",
            "Principal": {"AWS": principal},
            "Action": "s3:GetObject",
            "Resource": f"{_LOGS}/*",
        },
    ]
    return json.dumps({"Version": "2012-10-17", "Statement": parts})


def key_policy_allowing(*principals: str) -> str:
    """The policy of the stack's own key, which allows its account and further principals."""
    parts = [
        {
            "Sid": f"Grant{index}",
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{principal}:root"},
            "Action": "kms:*" if index == 0 else "kms:Decrypt",
            "Resource": "*",
        }
        for index, principal in enumerate(("123456789012", *principals))
    ]
    return json.dumps({"Version": "2012-10-17", "Statement": parts})


MUTANTS: list[Mutant] = [
    # encryption
    bend("Aurora is not encrypted", "rds-storage-encrypted", CLUSTER, "database", set={"storageEncrypted": False}),
    bend("Aurora's encryption is not set", "rds-storage-encrypted", CLUSTER, "database", remove=["storageEncrypted"]),
    bend(
        "the session table is not encrypted",
        "dynamodb-encrypted",
        TABLE,
        "sessions",
        set={"serverSideEncryption": {"enabled": False}},
    ),
    bend("the table's encryption is not set", "dynamodb-encrypted", TABLE, "sessions", remove=["serverSideEncryption"]),
    bend(
        "Aurora accepts connections without TLS",
        "rds-tls-required",
        PARAMETERS,
        "database",
        at="database",
        set={"parameters": [{"name": "rds.force_ssl", "value": "0"}]},
    ),
    # point-in-time recovery
    bend(
        "point-in-time recovery is off",
        "dynamodb-point-in-time-recovery",
        TABLE,
        "sessions",
        set={"pointInTimeRecovery": {"enabled": False}},
    ),
    bend(
        "point-in-time recovery is not set",
        "dynamodb-point-in-time-recovery",
        TABLE,
        "sessions",
        remove=["pointInTimeRecovery"],
    ),
    bend(
        "point-in-time recovery has an empty block",
        "dynamodb-point-in-time-recovery",
        TABLE,
        "sessions",
        set={"pointInTimeRecovery": {"enabled": "false"}},
    ),
    # the rest of the database
    bend(
        "a database instance is public",
        "rds-not-publicly-accessible",
        INSTANCE,
        "database-1",
        set={"publiclyAccessible": True},
    ),
    bend("backups are kept a day", "rds-backup-retention", CLUSTER, "database", set={"backupRetentionPeriod": 1}),
    bend("backups are not set", "rds-backup-retention", CLUSTER, "database", remove=["backupRetentionPeriod"]),
    bend(
        "both instances are in one Availability Zone",
        "rds-cluster-several-zones",
        INSTANCE,
        "database-2",
        at="database",
        set={"availabilityZone": "us-east-1a"},
    ),
    bend(
        "IAM authentication is off",
        "rds-iam-authentication",
        CLUSTER,
        "database",
        set={"iamDatabaseAuthenticationEnabled": False},
    ),
    bend(
        "database logs are not exported",
        "rds-logs-exported",
        CLUSTER,
        "database",
        remove=["enabledCloudwatchLogsExports"],
    ),
    bend("snapshots lose their tags", "rds-snapshot-tags", CLUSTER, "database", set={"copyTagsToSnapshot": False}),
    bend(
        "the master user has a default name",
        "rds-master-user-name",
        CLUSTER,
        "database",
        set={"masterUsername": "postgres"},
    ),
    bend(
        "minor versions are not upgraded",
        "rds-minor-version-upgrade",
        INSTANCE,
        "database-1",
        set={"autoMinorVersionUpgrade": False},
    ),
    bend(
        "Performance Insights is off",
        "rds-performance-insights",
        INSTANCE,
        "database-1",
        set={"performanceInsightsEnabled": False},
    ),
    bend("monitoring is off", "rds-enhanced-monitoring", INSTANCE, "database-1", set={"monitoringInterval": 0}),
    bend(
        "the certificate authority is an old one",
        "rds-certificate-authority",
        INSTANCE,
        "database-1",
        set={"caCertIdentifier": "rds-ca-2019"},
    ),
    # the log bucket
    bend(
        "public policies are not blocked", "s3-public-access", PUBLIC_ACCESS, "logs", set={"blockPublicPolicy": False}
    ),
    bend("public ACLs are not ignored", "s3-public-access", PUBLIC_ACCESS, "logs", remove=["ignorePublicAcls"]),
    bend("the bucket's encryption has no algorithm", "s3-encryption", ENCRYPTION, "logs", set={"rules": [{}]}),
    bend(
        "the bucket keeps one version",
        "s3-versioning",
        VERSIONING,
        "logs",
        set={"versioningConfiguration": {"status": "Suspended"}},
    ),
    bend("logs are never removed", "s3-lifecycle", LIFECYCLE, "logs", set={"rules.0.status": "Disabled"}),
    bend(
        "object writers own their objects",
        "s3-ownership",
        OWNERSHIP,
        "logs",
        set={"rule.objectOwnership": "ObjectWriter"},
    ),
    bend(
        "an external account can read the logs",
        "resource-policy-stack-accounts",
        BUCKET_POLICY,
        "logs",
        set={"policy": log_bucket_policy_allowing("arn:aws:iam::210987654321:root")},
    ),
    bend(
        "an external account can decrypt with the key",
        "resource-policy-own-accounts",
        KEY,
        "data",
        set={"policy": key_policy_allowing("210987654321")},
        config=OWN_KEY,
    ),
    bend(
        "the bucket accepts requests without TLS",
        "s3-tls-only",
        BUCKET_POLICY,
        "logs",
        set={
            "policy": statement(
                Principal={"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
                Action="s3:PutObject",
                Resource="arn:aws:s3:::ml-api-logs-dev-123456789012/AWSLogs/123456789012/*",
            )
        },
    ),
]
