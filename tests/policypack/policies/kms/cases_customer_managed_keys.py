"""The tables of the policies on the customer's own key."""

from __future__ import annotations

from typing import Any

from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.value import ABSENT, UNKNOWN
from tests.policypack.cases import COMPLIANT, NOT_APPLICABLE, UNDECIDED, VIOLATION, Case, Ref, good, resource

CLUSTER, MEMBER, INSTANCE = (
    "aws:rds/cluster:Cluster",
    "aws:rds/clusterInstance:ClusterInstance",
    "aws:rds/instance:Instance",
)
TABLE, REPLICA = "aws:dynamodb/table:Table", "aws:dynamodb/tableReplica:TableReplica"
KEY = resource("aws:kms/key:Key", "key")
BY_EDGE = Ref("aws:kms/key:Key", "key")
OWN = "arn:aws:kms:us-east-1:123456789012:key/1"
AWAY = "arn:aws:rds:us-west-2:123456789012:db:source"
OF_AWS = "arn:aws:kms:us-east-1:123456789012:alias/aws/rds"


EXTERNAL, REPLICA_KEY = "aws:kms/externalKey:ExternalKey", "aws:kms/replicaKey:ReplicaKey"
ALIAS = "aws:kms/alias:Alias"

OTHER_KEYS = [resource(token, "key") for token in (EXTERNAL, REPLICA_KEY, ALIAS)]


def case(policy: str, says: str, outcome: Any, token: str, finds: tuple[str, ...] = (), **changes: Any) -> Case:
    return Case(
        policy,
        says,
        outcome,
        stack=[good(token, "data", **changes), KEY, *OTHER_KEYS],
        at="" if outcome is NOT_APPLICABLE else "data",
        finds=finds,
    )


def replica(**changes: Any) -> Resource:
    return good(INSTANCE, "replica", performanceInsightsEnabled=False, **changes)


def source(**changes: Any) -> Resource:
    return good(INSTANCE, "source", identifier="source", **changes)


def snapshot() -> Resource:
    return resource("aws:rds/snapshot:Snapshot", "taken", dbInstanceIdentifier="source", dbSnapshotIdentifier="taken")


def looked_up(database: Resource) -> Resource:
    database.is_read = True
    return database


RDS = "rds-customer-key"
DYNAMODB = "dynamodb-customer-key"

CASES = [
    case(RDS, "a cluster with a key of the stack", COMPLIANT, CLUSTER, kmsKeyId=BY_EDGE),
    case(RDS, "a cluster with a known key", COMPLIANT, CLUSTER, kmsKeyId=OWN),
    *(
        case(RDS, f"a cluster with {what}", COMPLIANT, CLUSTER, kmsKeyId=Ref(token, "key"))
        for what, token in (
            ("a key of imported material", EXTERNAL),
            ("a replica of a key", REPLICA_KEY),
            ("an alias of the stack", ALIAS),
        )
    ),
    case(RDS, "a cluster without", VIOLATION, CLUSTER, ("kmsKeyId is not set", "AWS")),
    case(RDS, "a cluster with AWS's key by name", VIOLATION, CLUSTER, kmsKeyId=OF_AWS),
    case(RDS, "a wrong type", VIOLATION, CLUSTER, kmsKeyId=[OWN]),
    case(RDS, "a cluster with an unknown key", UNDECIDED, CLUSTER, kmsKeyId=UNKNOWN),
    *(
        Case(RDS, says, outcome, stack=[*stack, KEY], at="replica", finds=finds)
        for says, outcome, stack, *finds in (
            (
                "a replica of an instance with a key",
                COMPLIANT,
                [replica(replicateSourceDb="source"), source(kmsKeyId=OWN)],
            ),
            (
                "a replica of an instance with a key of the stack",
                COMPLIANT,
                [replica(replicateSourceDb=Ref(INSTANCE, "source")), source(kmsKeyId=BY_EDGE)],
            ),
            ("a replica in another region with a key", COMPLIANT, [replica(replicateSourceDb=AWAY, kmsKeyId=OWN)]),
            (
                "an instance restored from one with a key",
                COMPLIANT,
                [replica(restoreToPointInTime={"sourceDbInstanceIdentifier": "source"}), source(kmsKeyId=OWN)],
            ),
            (
                "a replica of an instance without",
                VIOLATION,
                [replica(replicateSourceDb="source"), source()],
                "kmsKeyId of Instance 'source' is not set",
            ),
            (
                "a replica with AWS's key",
                VIOLATION,
                [replica(replicateSourceDb="source", kmsKeyId=OF_AWS), source(kmsKeyId=OWN)],
            ),
            (
                "an instance restored with a key of its own, which counts for nothing",
                VIOLATION,
                [replica(snapshotIdentifier="taken", kmsKeyId=OWN), snapshot(), source()],
            ),
            (
                "a replica of another stack's instance",
                UNDECIDED,
                [replica(replicateSourceDb="source")],
                "which is not part of this stack",
            ),
            ("a replica in another region without a key", UNDECIDED, [replica(replicateSourceDb=AWAY)]),
            ("a replica of an unknown instance", UNDECIDED, [replica(replicateSourceDb=UNKNOWN)]),
            (
                "a replica of an instance that is only looked up",
                UNDECIDED,
                [replica(replicateSourceDb="source"), looked_up(source(kmsKeyId=OWN))],
            ),
            (
                "a cluster that replicates another",
                UNDECIDED,
                [good(CLUSTER, "replica", replicationSourceIdentifier=AWAY)],
                "replicationSourceIdentifier",
            ),
            (
                "a cluster that replicates another with a key",
                COMPLIANT,
                [good(CLUSTER, "replica", replicationSourceIdentifier=AWAY, kmsKeyId=OWN)],
            ),
            (
                "a cluster from a snapshot with a key",
                COMPLIANT,
                [good(CLUSTER, "replica", snapshotIdentifier="elsewhere", kmsKeyId=OWN)],
            ),
            (
                "a cluster from a snapshot without",
                UNDECIDED,
                [good(CLUSTER, "replica", snapshotIdentifier="elsewhere")],
                "snapshotIdentifier",
            ),
        )
    ),
    case(RDS, "an instance with both", COMPLIANT, INSTANCE, kmsKeyId=BY_EDGE, performanceInsightsKmsKeyId=BY_EDGE),
    case(
        RDS,
        "an instance with one, and insights off",
        COMPLIANT,
        INSTANCE,
        kmsKeyId=OWN,
        performanceInsightsEnabled=False,
    ),
    case(
        RDS,
        "an instance without that of the insights",
        VIOLATION,
        INSTANCE,
        ("performanceInsightsKmsKeyId",),
        kmsKeyId=OWN,
    ),
    case(RDS, "a cluster instance with it", COMPLIANT, MEMBER, performanceInsightsKmsKeyId=OWN),
    case(RDS, "a cluster instance without it", VIOLATION, MEMBER),
    case(RDS, "a cluster instance whose insights may be off", UNDECIDED, MEMBER, performanceInsightsEnabled=UNKNOWN),
    case(RDS, "a cluster instance without insights", NOT_APPLICABLE, MEMBER, performanceInsightsEnabled=ABSENT),
    case(DYNAMODB, "a key of the stack", COMPLIANT, TABLE, serverSideEncryption__kmsKeyArn=BY_EDGE),
    case(DYNAMODB, "a known key", COMPLIANT, TABLE, serverSideEncryption__kmsKeyArn=OWN),
    case(DYNAMODB, "AWS's key", VIOLATION, TABLE, ("serverSideEncryption.kmsKeyArn",)),
    case(DYNAMODB, "no key in KMS", VIOLATION, TABLE, serverSideEncryption=ABSENT),
    case(DYNAMODB, "a key, but not enabled", VIOLATION, TABLE, serverSideEncryption={"kmsKeyArn": OWN}),
    case(DYNAMODB, "a wrong type", VIOLATION, TABLE, serverSideEncryption="KMS"),
    case(
        DYNAMODB,
        "a replica with a key, too",
        COMPLIANT,
        TABLE,
        serverSideEncryption__kmsKeyArn=OWN,
        replicas=[{"regionName": "us-west-2", "kmsKeyArn": OWN}],
    ),
    case(
        DYNAMODB,
        "a replica with a key of the stack",
        COMPLIANT,
        TABLE,
        serverSideEncryption__kmsKeyArn=OWN,
        replicas=[{"regionName": "us-west-2", "kmsKeyArn": BY_EDGE}],
    ),
    case(
        DYNAMODB,
        "a replica without",
        VIOLATION,
        TABLE,
        ("replicas[0].kmsKeyArn", "Set replicas[0].kms_key_arn"),
        serverSideEncryption__kmsKeyArn=OWN,
        replicas=[{"regionName": "us-west-2"}],
    ),
    *(
        case(DYNAMODB, says, UNDECIDED, TABLE, serverSideEncryption__kmsKeyArn=OWN, replicas=replicas)
        for says, replicas in (
            ("unknown replicas", UNKNOWN),
            ("an unknown replica", [UNKNOWN]),
            ("a replica computed from a key", [BY_EDGE]),
            ("a replica with an unknown key", [{"regionName": "us-west-2", "kmsKeyArn": UNKNOWN}]),
            (
                "two replicas, one with a key of the stack",
                [{"kmsKeyArn": BY_EDGE}, {"kmsKeyArn": Ref("pulumi:pulumi:StackReference", "keys")}],
            ),
        )
    ),
    Case(DYNAMODB, "a replica of its own with a key", COMPLIANT, stack=[good(REPLICA, "r", kmsKeyArn=OWN)], at="r"),
    Case(DYNAMODB, "a replica of its own without", VIOLATION, stack=[good(REPLICA, "r")], at="r"),
    Case(DYNAMODB, "a replica of its own, unknown", UNDECIDED, stack=[good(REPLICA, "r", kmsKeyArn=UNKNOWN)], at="r"),
    case(DYNAMODB, "an unknown key", UNDECIDED, TABLE, serverSideEncryption__kmsKeyArn=UNKNOWN),
    case(DYNAMODB, "unknown", UNDECIDED, TABLE, serverSideEncryption=UNKNOWN),
]
