"""The database, its connection secret, the session table, and the key to them."""

from __future__ import annotations

import json

import pytest

from tests.infra.program import ACCOUNT, PASSWORD, Stack, run


def test_cluster(dev: Stack) -> None:
    cluster = dev.one("rds/cluster:Cluster")
    assert (cluster["engine"], cluster["engineVersion"]) == ("aurora-postgresql", "15.4")
    assert cluster["clusterIdentifier"] == "ml-api-aurora-cluster-dev"
    assert (cluster["databaseName"], cluster["masterUsername"]) == ("mlapi", "dbadmin")
    assert cluster["serverlessv2ScalingConfiguration"] == {"minCapacity": 0.5, "maxCapacity": 2}
    assert cluster["port"] == 5432
    assert cluster["storageEncrypted"] is True
    assert cluster["backupRetentionPeriod"] == 7
    assert cluster["iamDatabaseAuthenticationEnabled"] is True
    assert cluster["copyTagsToSnapshot"] is True
    assert cluster.refers_to["vpcSecurityGroupIds"] == {"SecurityGroup::database"}


def test_instances_are_private_and_lie_in_different_zones(dev: Stack) -> None:
    instances = dev.all("ClusterInstance")
    assert [instance["availabilityZone"] for instance in instances] == ["us-east-1a", "us-east-1b"]
    for instance in instances:
        assert instance["instanceClass"] == "db.serverless"
        assert instance["publiclyAccessible"] is False
        assert instance["autoMinorVersionUpgrade"] is True
        assert instance["monitoringInterval"] == 60
        assert instance["performanceInsightsEnabled"] is True


def test_the_database_lies_in_the_private_subnets(dev: Stack) -> None:
    assert dev.one("SubnetGroup").refers_to["subnetIds"] == {f"Subnet::private-{number}" for number in (1, 2, 3)}


def test_the_database_takes_tls_only(dev: Stack) -> None:
    group = dev.one("ClusterParameterGroup")
    assert group["family"] == "aurora-postgresql15"
    assert {"name": "rds.force_ssl", "value": "1", "applyMethod": "immediate"} in group["parameters"]
    assert dev.one("rds/cluster:Cluster")["dbClusterParameterGroupName"] == group["name"]


@pytest.mark.parametrize(("version", "family"), [("16", "aurora-postgresql16"), ("17.4", "aurora-postgresql17")])
def test_the_owner_can_move_on_to_another_version(version: str, family: str) -> None:
    stack = run({"aurora_engine_version": version})
    assert stack.one("rds/cluster:Cluster")["engineVersion"] == version
    assert {instance["engineVersion"] for instance in stack.all("ClusterInstance")} == {version}
    assert stack.one("ClusterParameterGroup")["family"] == family


def test_postgresql_logs_to_a_group_that_is_there_first(dev: Stack) -> None:
    cluster = dev.one("rds/cluster:Cluster")
    assert cluster["enabledCloudwatchLogsExports"] == ["postgresql"]
    assert dev.one("LogGroup", "database")["name"] == "/aws/rds/cluster/ml-api-aurora-cluster-dev/postgresql"
    assert "LogGroup::database" in cluster.after


def test_aurora_manages_the_password_by_default(dev: Stack) -> None:
    cluster = dev.one("rds/cluster:Cluster")
    assert cluster["manageMasterUserPassword"] is True
    assert "masterPassword" not in cluster.inputs


def test_a_configured_password_is_auroras_and_a_secret(own_password: Stack) -> None:
    cluster = own_password.one("rds/cluster:Cluster")
    assert "manageMasterUserPassword" not in cluster.inputs
    secret = cluster["masterPassword"]
    assert secret["value"] == PASSWORD
    assert len(secret) == 2, "the value travels with the mark of a secret"


def test_a_configured_password_is_nowhere_else(own_password: Stack) -> None:
    others = [found for found in own_password.aws() if not found.type.endswith("rds/cluster:Cluster")]
    assert not [found.name for found in others if PASSWORD in repr(found.inputs)]


def test_the_connection_secret_waits_for_the_cluster(dev: Stack) -> None:
    version = dev.one("SecretVersion")
    assert version.refers_to["secretString"] == {"Cluster::database"}
    assert dev.one("Secret")["name"] == "ml-api-dev-db"


def test_session_table(dev: Stack) -> None:
    table = dev.one("Table")
    assert table["name"] == "ml-api-sessions-dev"
    assert table["billingMode"] == "PAY_PER_REQUEST"
    assert table["hashKey"] == "sessionId"
    assert table["attributes"] == [{"name": "sessionId", "type": "S"}]
    assert table["ttl"] == {"attributeName": "ttl", "enabled": True}
    assert table["pointInTimeRecovery"] == {"enabled": True}
    assert table["serverSideEncryption"] == {"enabled": True}


def test_unprotected_everything_goes_with_a_destroy(dev: Stack) -> None:
    cluster = dev.one("rds/cluster:Cluster")
    assert (cluster["deletionProtection"], cluster["skipFinalSnapshot"]) == (False, True)
    assert dev.one("Table")["deletionProtectionEnabled"] is False
    assert dev.one("LoadBalancer")["enableDeletionProtection"] is False
    assert dev.one("Bucket")["forceDestroy"] is True
    assert dev.one("Secret")["recoveryWindowInDays"] == 0


def test_protected_nothing_does(prod: Stack) -> None:
    cluster = prod.one("rds/cluster:Cluster")
    assert (cluster["deletionProtection"], cluster["skipFinalSnapshot"]) == (True, False)
    assert cluster["finalSnapshotIdentifier"] == "ml-api-aurora-final-prod"
    assert prod.one("Table")["deletionProtectionEnabled"] is True
    assert prod.one("LoadBalancer")["enableDeletionProtection"] is True
    assert prod.one("Bucket")["forceDestroy"] is False
    assert prod.one("Secret")["recoveryWindowInDays"] == 30


def test_there_is_no_key_unless_it_is_asked_for(dev: Stack) -> None:
    assert not dev.all("Key")


def test_the_key_rotates_and_can_be_rescued(prod: Stack) -> None:
    key = prod.one("Key")
    assert key["enableKeyRotation"] is True
    assert key["deletionWindowInDays"] == 30
    assert key["description"]


def test_the_key_encrypts_all_data(prod: Stack) -> None:
    cluster = prod.one("rds/cluster:Cluster")
    users = [
        cluster.refers_to["kmsKeyId"],
        cluster.refers_to["masterUserSecretKmsKeyId"],
        prod.one("Table").refers_to["serverSideEncryption"],
        prod.one("Secret").refers_to["kmsKeyId"],
        *(group.refers_to["kmsKeyId"] for group in prod.all("LogGroup")),
        *(instance.refers_to["performanceInsightsKmsKeyId"] for instance in prod.all("ClusterInstance")),
    ]
    assert all(found == {"Key::data"} for found in users)
    assert len(users) == 4 + len(prod.all("LogGroup")) + 2


def test_whoever_is_not_named_cannot_use_the_key(prod: Stack) -> None:
    root, logs, execution, task = json.loads(prod.one("Key")["policy"])["Statement"]
    assert root["Principal"] == {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
    assert logs["Principal"] == {"Service": "logs.us-east-1.amazonaws.com"}
    assert logs["Condition"]["ArnLike"]
    for statement, role, service in ((execution, "execution", "secretsmanager"), (task, "task", "dynamodb")):
        assert statement["Condition"] == {
            "StringEquals": {
                "kms:CallerAccount": ACCOUNT,
                "kms:ViaService": f"{service}.us-east-1.amazonaws.com",
            },
            "ArnEquals": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/{prod.one('Role', role)['name']}"},
        }
