"""The tables of the policies on the customer's own key."""

from __future__ import annotations

from typing import Any

from guardrails.view import ABSENT, UNKNOWN
from tests.policypack.cases import COMPLIANT, NOT_APPLICABLE, UNDECIDED, VIOLATION, Case, Ref, good, resource

CLUSTER, MEMBER, INSTANCE = (
    "aws:rds/cluster:Cluster",
    "aws:rds/clusterInstance:ClusterInstance",
    "aws:rds/instance:Instance",
)
TABLE = "aws:dynamodb/table:Table"
KEY = resource("aws:kms/key:Key", "key")
BY_EDGE = Ref("aws:kms/key:Key", "key")
OWN = "arn:aws:kms:us-east-1:123456789012:key/1"
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
    case(RDS, "a cluster without", VIOLATION, CLUSTER, ("kmsKeyId", "AWS")),
    case(RDS, "a cluster with AWS's key by name", VIOLATION, CLUSTER, kmsKeyId=OF_AWS),
    case(RDS, "a wrong type", VIOLATION, CLUSTER, kmsKeyId=[OWN]),
    case(RDS, "a cluster with an unknown key", UNDECIDED, CLUSTER, kmsKeyId=UNKNOWN),
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
    case(DYNAMODB, "an unknown key", UNDECIDED, TABLE, serverSideEncryption__kmsKeyArn=UNKNOWN),
    case(DYNAMODB, "unknown", UNDECIDED, TABLE, serverSideEncryption=UNKNOWN),
]
