"""The table of the RDS policy on the encryption of replicas and restored databases."""

from __future__ import annotations

from typing import Any

from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.value import ABSENT, UNKNOWN
from tests.policypack.cases import (
    COMPLIANT,
    NOT_APPLICABLE,
    UNDECIDED,
    VIOLATION,
    Case,
    Ref,
    good,
    resource,
    rows,
    urn_of,
)

CLUSTER, INSTANCE, KEY = "aws:rds/cluster:Cluster", "aws:rds/instance:Instance", "aws:kms/key:Key"
SNAPSHOT, COPY = "aws:rds/snapshot:Snapshot", "aws:rds/snapshotCopy:SnapshotCopy"
CLUSTER_SNAPSHOT = "aws:rds/clusterSnapshot:ClusterSnapshot"
CLUSTER_COPY = "aws:rds/clusterSnapshotCopy:ClusterSnapshotCopy"
OWN = "arn:aws:kms:us-east-1:123456789012:key/1"
AWAY = "arn:aws:rds:us-west-2:123456789012:db:plain"
PLAIN: dict[str, Any] = {"storageEncrypted": False}


def case(says: str, outcome: Any, *stack: Resource, finds: tuple[str, ...] = ()) -> Case:
    at = "" if outcome is NOT_APPLICABLE else "db"
    return Case("rds-inherited-encryption", says, outcome, stack=stack, at=at, finds=finds)


def instance(**changes: Any) -> Resource:
    return good(INSTANCE, "db", **changes)


def cluster(**changes: Any) -> Resource:
    return good(CLUSTER, "db", **changes)


def source(token: str = INSTANCE, **changes: Any) -> Resource:
    return good(token, "source", **{"identifier" if token == INSTANCE else "clusterIdentifier": "source", **changes})


def snapshot(of: Any = "source", token: str = SNAPSHOT) -> Resource:
    kind = "Instance" if token == SNAPSHOT else "Cluster"
    name = "dbSnapshotIdentifier" if token == SNAPSHOT else "dbClusterSnapshotIdentifier"
    return resource(token, "snapshot", **{f"db{kind}Identifier": of, name: "taken"})


def copy(of: Any = "taken", **more: Any) -> Resource:
    return resource(COPY, "copy", sourceDbSnapshotIdentifier=of, targetDbSnapshotIdentifier="copied", **more)


def existing(database: Resource, encrypted: Any) -> Resource:
    """The same, as its state has it."""
    database.outputs = {**database.properties, "arn": "arn:aws:rds:us-east-1:1:db:x", "storageEncrypted": encrypted}
    return database


def of_either(**plain: Any) -> Resource:
    """A replica whose source is computed from two instances."""
    database = instance(replicateSourceDb=UNKNOWN, **plain)
    database.dependencies = {"replicateSourceDb": [urn_of(INSTANCE, name) for name in ("source", "other")]}
    return database


def point_in_time(name: Any, kind: str = "DbInstance") -> dict[str, Any]:
    return {"useLatestRestorableTime": True, f"source{kind}Identifier": name}


CASES = [
    *rows(
        "rds-storage-encrypted",
        INSTANCE,
        not_applicable=[
            ("a replica", {"replicateSourceDb": "source"}),
            ("a replica of an unknown source", {"replicateSourceDb": UNKNOWN, "storageEncrypted": ABSENT}),
            ("an instance from a snapshot", {"snapshotIdentifier": "taken", "storageEncrypted": False}),
            ("an instance of another point in time", {"restoreToPointInTime": point_in_time("source")}),
        ],
        violation=[("an empty name of a source", {"snapshotIdentifier": "", "storageEncrypted": ABSENT})],
        compliant=[("an import from S3", {"s3Import": {"bucketName": "b"}})],
    ),
    *rows(
        "rds-storage-encrypted",
        CLUSTER,
        not_applicable=[
            ("a cluster from a snapshot", {"snapshotIdentifier": "taken"}),
            ("a cluster of another point in time", {"restoreToPointInTime": point_in_time("source", "Cluster")}),
        ],
        compliant=[("a cluster that replicates another", {"replicationSourceIdentifier": AWAY})],
    ),
    case("a new instance", NOT_APPLICABLE, instance()),
    case("a replica of an encrypted instance", COMPLIANT, instance(replicateSourceDb="source"), source()),
    case("a replica by an edge", COMPLIANT, instance(replicateSourceDb=Ref(INSTANCE, "source")), source()),
    case("a replica with a key", COMPLIANT, instance(replicateSourceDb=AWAY, kmsKeyId=OWN)),
    case(
        "a replica with a key of the stack",
        COMPLIANT,
        instance(replicateSourceDb=AWAY, kmsKeyId=Ref(KEY, "key")),
        good(KEY, "key"),
    ),
    case(
        "a replica of a replica with a key",
        COMPLIANT,
        instance(replicateSourceDb="source"),
        source(replicateSourceDb=AWAY, kmsKeyId=OWN, **PLAIN),
    ),
    case("a snapshot of an encrypted instance", COMPLIANT, instance(snapshotIdentifier="taken"), snapshot(), source()),
    case(
        "a snapshot by an edge",
        COMPLIANT,
        instance(snapshotIdentifier=Ref(SNAPSHOT, "snapshot")),
        snapshot(Ref(INSTANCE, "source")),
        source(),
    ),
    case(
        "an encrypted copy of a snapshot that is not",
        COMPLIANT,
        instance(snapshotIdentifier="copied", **PLAIN),
        copy(kmsKeyId=OWN),
        snapshot(),
        source(**PLAIN),
    ),
    case(
        "a copy of a snapshot that is", COMPLIANT, instance(snapshotIdentifier="copied"), copy(), snapshot(), source()
    ),
    case(
        "another point in time of an encrypted instance",
        COMPLIANT,
        instance(restoreToPointInTime=point_in_time("source")),
        source(),
    ),
    case("a cluster with a key", COMPLIANT, cluster(snapshotIdentifier="taken", kmsKeyId=OWN, storageEncrypted=ABSENT)),
    case(
        "a cluster from a snapshot of an encrypted one",
        COMPLIANT,
        cluster(snapshotIdentifier="taken"),
        snapshot(token=CLUSTER_SNAPSHOT),
        source(CLUSTER),
    ),
    case(
        "a cluster from a copy with a key",
        COMPLIANT,
        cluster(snapshotIdentifier=Ref(CLUSTER_COPY, "copy")),
        resource(CLUSTER_COPY, "copy", sourceDbClusterSnapshotIdentifier="elsewhere", kmsKeyId=OWN),
    ),
    case(
        "a cluster from a copy by its name",
        VIOLATION,
        cluster(snapshotIdentifier="copied"),
        resource(
            CLUSTER_COPY,
            "copy",
            sourceDbClusterSnapshotIdentifier="taken",
            targetDbClusterSnapshotIdentifier="copied",
        ),
        snapshot(token=CLUSTER_SNAPSHOT),
        source(CLUSTER, **PLAIN),
    ),
    case(
        "another point in time of an encrypted cluster",
        COMPLIANT,
        cluster(restoreToPointInTime=point_in_time(Ref(CLUSTER, "source"), "Cluster")),
        source(CLUSTER),
    ),
    case("Serverless v1", COMPLIANT, cluster(snapshotIdentifier="elsewhere", engineMode="serverless", **PLAIN)),
    case("encrypted in its state", COMPLIANT, existing(instance(snapshotIdentifier="elsewhere"), True)),
    case(
        "a replica of one that is not, whatever its own storageEncrypted is",
        VIOLATION,
        instance(replicateSourceDb="source", storageEncrypted=True),
        source(**PLAIN),
        finds=("storageEncrypted of Instance 'source'", "false", "Encrypt the source."),
    ),
    case(
        "a replica of one that is not, by an edge",
        VIOLATION,
        instance(replicateSourceDb=Ref(INSTANCE, "source")),
        source(storageEncrypted=ABSENT),
    ),
    case("a replica with a key of a wrong type", VIOLATION, instance(replicateSourceDb=AWAY, kmsKeyId=["key"])),
    case(
        "a replica of a replica of one that is not",
        VIOLATION,
        instance(replicateSourceDb="middle"),
        good(INSTANCE, "m", identifier="middle", replicateSourceDb="source"),
        source(**PLAIN),
    ),
    case(
        "an instance with a key that no restore takes",
        VIOLATION,
        instance(snapshotIdentifier="taken", kmsKeyId=OWN),
        snapshot(),
        source(**PLAIN),
    ),
    case(
        "another point in time of an instance that is not, with a key that no restore takes",
        VIOLATION,
        instance(restoreToPointInTime=point_in_time("source"), kmsKeyId=OWN),
        source(**PLAIN),
    ),
    case(
        "a cluster from a snapshot of one that is not",
        VIOLATION,
        cluster(snapshotIdentifier="taken"),
        snapshot(token=CLUSTER_SNAPSHOT),
        source(CLUSTER, **PLAIN),
    ),
    case("not encrypted in its state", VIOLATION, existing(instance(snapshotIdentifier="elsewhere"), False)),
    case(
        "another stack's snapshot, whatever storageEncrypted is",
        UNDECIDED,
        instance(snapshotIdentifier="elsewhere", storageEncrypted=True),
        finds=('snapshotIdentifier is "elsewhere", which is not part of this stack',),
    ),
    case("another stack's snapshot of a cluster", UNDECIDED, cluster(snapshotIdentifier="elsewhere")),
    case("a replica of another region without a key", UNDECIDED, instance(replicateSourceDb=AWAY)),
    case("a replica with an empty key", UNDECIDED, instance(replicateSourceDb=AWAY, kmsKeyId="")),
    case("a replica with an unknown key", UNDECIDED, instance(replicateSourceDb=AWAY, kmsKeyId=UNKNOWN)),
    case("an unknown snapshot", UNDECIDED, instance(snapshotIdentifier=UNKNOWN), finds=("snapshotIdentifier",)),
    case(
        "a point in time of an instance by its resource id",
        UNDECIDED,
        instance(restoreToPointInTime={"sourceDbiResourceId": "d"}),
    ),
    case("an unknown point in time", UNDECIDED, instance(restoreToPointInTime=UNKNOWN), source()),
    case(
        "a source that may not be encrypted",
        UNDECIDED,
        instance(replicateSourceDb="source"),
        source(storageEncrypted=UNKNOWN),
    ),
    case(
        "Serverless v1 or not, of one that is not",
        UNDECIDED,
        cluster(snapshotIdentifier="taken", engineMode=UNKNOWN),
        snapshot(token=CLUSTER_SNAPSHOT),
        source(CLUSTER, **PLAIN),
    ),
    case(
        "replicas of each other",
        UNDECIDED,
        instance(identifier="a", replicateSourceDb="source"),
        source(replicateSourceDb="a"),
        finds=('the source that replicateSourceDb ("source") refers to is ambiguous',),
    ),
    case("a replica of itself", UNDECIDED, instance(identifier="a", replicateSourceDb="a")),
    case("one of two sources", UNDECIDED, of_either(), source(), good(INSTANCE, "other", identifier="other")),
    case(
        "two sources of a name",
        UNDECIDED,
        instance(replicateSourceDb="source"),
        source(),
        good(INSTANCE, "o", identifier="source"),
        finds=('the source that replicateSourceDb ("source") refers to is ambiguous',),
    ),
    case(
        "a snapshot of nothing",
        UNDECIDED,
        instance(snapshotIdentifier="taken"),
        snapshot(ABSENT),
        finds=('the source that snapshotIdentifier ("taken") refers to is ambiguous',),
    ),
    case(
        "a snapshot of another stack's instance",
        UNDECIDED,
        instance(snapshotIdentifier="taken"),
        snapshot("elsewhere"),
        finds=("dbInstanceIdentifier of Snapshot 'snapshot' is \"elsewhere\", which is not part of this stack",),
    ),
]
