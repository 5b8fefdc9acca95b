"""Good RDS resources."""

from __future__ import annotations

from typing import Any

GOOD: dict[str, dict[str, Any]] = {
    "aws:rds/cluster:Cluster": {
        "clusterIdentifier": "ml-api-aurora-cluster-dev",
        "engine": "aurora-postgresql",
        "engineMode": "provisioned",
        "engineVersion": "15.4",
        "masterUsername": "dbadmin",
        "manageMasterUserPassword": True,
        "storageEncrypted": True,
        "iamDatabaseAuthenticationEnabled": True,
        "enabledCloudwatchLogsExports": ["postgresql"],
        "backupRetentionPeriod": 7.0,
        "copyTagsToSnapshot": True,
        "deletionProtection": True,
        "dbSubnetGroupName": "ml-api-aurora-dev",
        "dbClusterParameterGroupName": "ml-api-aurora-postgresql15-dev",
    },
    "aws:rds/clusterInstance:ClusterInstance": {
        "clusterIdentifier": "ml-api-aurora-cluster-dev",
        "engine": "aurora-postgresql",
        "instanceClass": "db.serverless",
        "availabilityZone": "us-east-1a",
        "publiclyAccessible": False,
        "autoMinorVersionUpgrade": True,
        "caCertIdentifier": "rds-ca-rsa2048-g1",
        "monitoringInterval": 60.0,
        "monitoringRoleArn": "arn:aws:iam::123456789012:role/monitoring",
        "performanceInsightsEnabled": True,
    },
    "aws:rds/instance:Instance": {
        "identifier": "reports",
        "engine": "postgres",
        "engineVersion": "16.4",
        "instanceClass": "db.m7g.large",
        "username": "dbadmin",
        "manageMasterUserPassword": True,
        "storageEncrypted": True,
        "publiclyAccessible": False,
        "multiAz": True,
        "iamDatabaseAuthenticationEnabled": True,
        "enabledCloudwatchLogsExports": ["postgresql", "upgrade"],
        "backupRetentionPeriod": 7.0,
        "copyTagsToSnapshot": True,
        "deletionProtection": True,
        "autoMinorVersionUpgrade": True,
        "caCertIdentifier": "rds-ca-rsa2048-g1",
        "monitoringInterval": 60.0,
        "monitoringRoleArn": "arn:aws:iam::123456789012:role/monitoring",
        "performanceInsightsEnabled": True,
    },
    "aws:rds/shardGroup:ShardGroup": {
        "dbClusterIdentifier": "ml-api-limitless-dev",
        "dbShardGroupIdentifier": "ml-api-shards-dev",
        "maxAcu": 16.0,
        "computeRedundancy": 1.0,
        "publiclyAccessible": False,
    },
    "aws:rds/clusterParameterGroup:ClusterParameterGroup": {
        "name": "ml-api-aurora-postgresql15-dev",
        "family": "aurora-postgresql15",
        "parameters": [
            {"name": "log_connections", "value": "1", "applyMethod": "immediate"},
            {"name": "rds.force_ssl", "value": "1", "applyMethod": "immediate"},
        ],
    },
    "aws:rds/parameterGroup:ParameterGroup": {
        "name": "reports-mysql80",
        "family": "mysql8.0",
        "parameters": [{"name": "require_secure_transport", "value": "ON"}],
    },
}
