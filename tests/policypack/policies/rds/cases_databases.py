"""The tables of the RDS policies on encryption, access and authentication."""

from __future__ import annotations

from pulumi_guardrails.core.value import ABSENT, UNKNOWN, Secret
from tests.policypack.cases import COMPLIANT, VIOLATION, Case, rows

CLUSTER, MEMBER, INSTANCE = (
    "aws:rds/cluster:Cluster",
    "aws:rds/clusterInstance:ClusterInstance",
    "aws:rds/instance:Instance",
)
SHARDS = "aws:rds/shardGroup:ShardGroup"
MULTI_AZ = {"dbClusterInstanceClass": "db.m6gd.large"}
REPLICA = {"replicateSourceDb": "reports-source", "engine": ABSENT}
NO_IAM = {"iamDatabaseAuthenticationEnabled": ABSENT}
CLEAR_TEXT = "CorrectHorse1"
DEFAULT_NAMES = ("admin", "administrator", "awsuser", "master", "mysql", "postgres", "rdsadmin", "root", "sa")

CASES = [
    *rows(
        "rds-storage-encrypted",
        CLUSTER,
        compliant=[
            ("an encrypted cluster", {}),
            ("true as text", {"storageEncrypted": "true"}),
            ("Serverless v1, which AWS encrypts", {"engineMode": "serverless", "storageEncrypted": ABSENT}),
        ],
        violation=[
            (
                "a cluster that is not",
                {"storageEncrypted": False},
                "storageEncrypted is false",
                "storage_encrypted=True",
            ),
            ("absent, which is not encrypted", {"storageEncrypted": ABSENT}, "not set"),
            ("Serverless v1 that is not encrypted", {"engineMode": "serverless", "storageEncrypted": False}),
            ("a wrong type", {"storageEncrypted": ["yes"]}),
        ],
        undecided=[
            ("unknown", {"storageEncrypted": UNKNOWN}),
            ("absent with an unknown mode", {"engineMode": UNKNOWN, "storageEncrypted": ABSENT}),
        ],
    ),
    *rows(
        "rds-storage-encrypted",
        INSTANCE,
        compliant=[
            ("an encrypted instance", {}),
        ],
        violation=[
            ("an instance that is not", {"storageEncrypted": False}),
            ("an instance with a key that is not encrypted", {"storageEncrypted": False, "kmsKeyId": "a-key"}),
        ],
    ),
    *rows(
        "rds-not-publicly-accessible",
        MEMBER,
        compliant=[("a private cluster instance", {}), ("absent", {"publiclyAccessible": ABSENT})],
        violation=[
            ("a public one", {"publiclyAccessible": True}, "publicly_accessible=False"),
            ("true as text", {"publiclyAccessible": "true"}),
            ("a wrong type", {"publiclyAccessible": {"yes": True}}),
        ],
        undecided=[("unknown", {"publiclyAccessible": UNKNOWN})],
    ),
    *rows(
        "rds-not-publicly-accessible",
        INSTANCE,
        compliant=[("a private instance", {})],
        violation=[("a public instance", {"publiclyAccessible": True})],
    ),
    *rows(
        "rds-not-publicly-accessible",
        CLUSTER,
        compliant=[
            ("a Multi-AZ DB cluster in its own subnets", MULTI_AZ),
            (
                "a private Multi-AZ DB cluster",
                {**MULTI_AZ, "publiclyAccessible": False, "dbSubnetGroupName": ABSENT},
            ),
        ],
        violation=[
            ("a public cluster", {"publiclyAccessible": True}),
            (
                "a Multi-AZ DB cluster in the default subnets",
                {**MULTI_AZ, "dbSubnetGroupName": ABSENT},
                "default subnet",
            ),
            ("a Multi-AZ DB cluster in the subnets named default", {**MULTI_AZ, "dbSubnetGroupName": "default"}),
        ],
        undecided=[("a Multi-AZ DB cluster in unknown subnets", {**MULTI_AZ, "dbSubnetGroupName": UNKNOWN})],
        not_applicable=[("an Aurora cluster", {})],
    ),
    *rows(
        "rds-not-publicly-accessible",
        SHARDS,
        compliant=[("a private shard group", {})],
        violation=[("a public shard group", {"publiclyAccessible": True}, "publicly_accessible=False")],
        undecided=[
            ("a shard group that does not set it", {"publiclyAccessible": ABSENT}, "internet gateway"),
            ("a shard group, unknown", {"publiclyAccessible": UNKNOWN}),
        ],
    ),
    *rows(
        "rds-iam-authentication",
        CLUSTER,
        compliant=[("a cluster with it", {}), ("an unknown engine with it", {"engine": UNKNOWN})],
        not_applicable=[
            (
                "Aurora Serverless v1, which has none",
                {"engineMode": "serverless", "iamDatabaseAuthenticationEnabled": False},
            )
        ],
        violation=[
            ("a cluster without it", {"iamDatabaseAuthenticationEnabled": False}),
            ("absent, which is off", {"iamDatabaseAuthenticationEnabled": ABSENT}, "not set"),
            ("a wrong type", {"iamDatabaseAuthenticationEnabled": 1.0}),
        ],
        undecided=[
            ("unknown", {"iamDatabaseAuthenticationEnabled": UNKNOWN}),
            (
                "off with an unknown engine",
                {"iamDatabaseAuthenticationEnabled": False, "engine": UNKNOWN},
                "engine is not known",
            ),
        ],
    ),
    *rows(
        "rds-iam-authentication",
        INSTANCE,
        compliant=[("an instance with it", {}), ("a replica with it", {**REPLICA})],
        violation=[
            ("an instance without it", {"iamDatabaseAuthenticationEnabled": ABSENT}),
            ("MySQL without it", {"engine": "mysql", "iamDatabaseAuthenticationEnabled": ABSENT}),
            ("MariaDB that has it", {"engine": "mariadb", "engineVersion": "10.11.6", **NO_IAM}),
            ("MariaDB of the default version", {"engine": "mariadb", "engineVersion": ABSENT, **NO_IAM}),
            ("a replica that sets its engine", {**REPLICA, "engine": "postgres", **NO_IAM}),
            ("neither engine nor source", {"engine": ABSENT, **NO_IAM}),
        ],
        undecided=[
            (
                "a replica without it",
                {**REPLICA, **NO_IAM},
                "engine is not set, so that it is taken from what the resource is made from",
            ),
            ("an instance from a snapshot", {"engine": ABSENT, "snapshotIdentifier": "s", **NO_IAM}),
            (
                "MariaDB of an unknown version",
                {"engine": "mariadb", "engineVersion": UNKNOWN, **NO_IAM},
                "engineVersion",
            ),
            (
                "an instance of another point in time",
                {"engine": ABSENT, "restoreToPointInTime": {"restoreTime": "t"}, **NO_IAM},
            ),
        ],
        not_applicable=[
            ("SQL Server", {"engine": "sqlserver-se", "iamDatabaseAuthenticationEnabled": ABSENT}),
            ("MariaDB before 10.11", {"engine": "mariadb", "engineVersion": "10.6", **NO_IAM}),
            *(
                (engine, {"engine": engine, "iamDatabaseAuthenticationEnabled": ABSENT})
                for engine in ("oracle-ee", "db2-se", "custom-oracle-ee")
            ),
            ("a replica of RDS Custom", {**REPLICA, **NO_IAM, "customIamInstanceProfile": "AWSRDSCustomProfile"}),
            ("RDS Custom by an unknown profile", {**REPLICA, **NO_IAM, "customIamInstanceProfile": UNKNOWN}),
        ],
    ),
    *rows(
        "rds-master-user-name",
        CLUSTER,
        compliant=[("a name of its own", {})],
        violation=[
            ("postgres", {"masterUsername": "postgres"}, "postgres"),
            ("admin in capitals", {"masterUsername": "ADMIN"}),
            ("root", {"masterUsername": "root"}),
            ("a wrong type", {"masterUsername": ["dbadmin"]}),
        ],
        undecided=[("unknown", {"masterUsername": UNKNOWN})],
        not_applicable=[("absent: that of the snapshot", {"masterUsername": ABSENT, "snapshotIdentifier": "s"})],
    ),
    *rows(
        "rds-master-user-name",
        INSTANCE,
        compliant=[("an instance with a name of its own", {})],
        violation=[(f"an instance of {name}", {"username": name}, name) for name in DEFAULT_NAMES],
    ),
    Case(
        "rds-master-user-name",
        "a name that is refused by configuration",
        VIOLATION,
        token=CLUSTER,
        settings={"defaultNames": ["DBAdmin"]},
    ),
    *rows(
        "rds-master-password-secret",
        CLUSTER,
        compliant=[
            ("managed by AWS", {}),
            ("a secret", {"masterPassword": Secret(CLEAR_TEXT)}),
            ("a secret that is not known yet", {"masterPassword": Secret(UNKNOWN)}),
            ("a write-only secret", {"masterPasswordWo": Secret(CLEAR_TEXT)}),
        ],
        violation=[
            ("clear text", {"masterPassword": CLEAR_TEXT}, "masterPassword is not marked as a secret"),
            ("write-only clear text", {"masterPasswordWo": CLEAR_TEXT}),
            ("one secret, one clear text", {"masterPassword": Secret("a"), "masterPasswordWo": CLEAR_TEXT}),
            ("a wrong type", {"masterPassword": {"value": CLEAR_TEXT}}),
        ],
        undecided=[
            ("unknown, and no secret", {"masterPassword": UNKNOWN}, "the password is marked as a secret: masterP")
        ],
        not_applicable=[("absent", {"manageMasterUserPassword": ABSENT})],
    ),
    *rows(
        "rds-master-password-secret",
        INSTANCE,
        compliant=[("an instance with a secret", {"password": Secret(CLEAR_TEXT)})],
        violation=[
            ("an instance with clear text", {"password": CLEAR_TEXT}),
            ("an instance with write-only clear text", {"passwordWo": CLEAR_TEXT}),
        ],
    ),
    *rows(
        "rds-certificate-authority",
        MEMBER,
        compliant=[
            ("a current one", {}),
            ("another current one", {"caCertIdentifier": "rds-ca-ecc384-g1"}),
            ("a third", {"caCertIdentifier": "rds-ca-rsa4096-g1"}),
            ("absent, which is a current one", {"caCertIdentifier": ABSENT}),
        ],
        violation=[
            ("an expired one", {"caCertIdentifier": "rds-ca-2019"}, "rds-ca-2019", "rds-ca-rsa2048-g1"),
            ("a wrong type", {"caCertIdentifier": 2048.0}),
        ],
        undecided=[("unknown", {"caCertIdentifier": UNKNOWN})],
    ),
    *rows(
        "rds-certificate-authority",
        INSTANCE,
        compliant=[("an instance with a current one", {})],
        violation=[("an instance with an expired one", {"caCertIdentifier": "rds-ca-2015"})],
    ),
    *rows(
        "rds-certificate-authority",
        CLUSTER,
        compliant=[("a Multi-AZ DB cluster", MULTI_AZ)],
        violation=[("a Multi-AZ DB cluster with an expired one", {"caCertificateIdentifier": "rds-ca-2019"})],
        not_applicable=[("an Aurora cluster", {})],
    ),
    Case(
        "rds-certificate-authority",
        "one that is allowed by configuration",
        COMPLIANT,
        {"caCertIdentifier": "rds-ca-2030"},
        token=MEMBER,
        settings={"authorities": ["rds-ca-2030"]},
    ),
]
