"""The tables of the RDS policies on backups and Availability Zones."""

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

CLUSTER, MEMBER, INSTANCE = (
    "aws:rds/cluster:Cluster",
    "aws:rds/clusterInstance:ClusterInstance",
    "aws:rds/instance:Instance",
)


def members(*zones: Any, of: Any = "ml-api-aurora-cluster-dev") -> list[Resource]:
    return [
        good(MEMBER, f"db-{number}", availabilityZone=zone, clusterIdentifier=of)
        for number, zone in enumerate(zones, 1)
    ]


def case(says: str, outcome: Any, instances: list[Resource], finds: tuple[str, ...] = (), **cluster: Any) -> Case:
    stack = [good(CLUSTER, "db", **cluster), *instances]
    return Case(
        "rds-cluster-several-zones",
        says,
        outcome,
        stack=stack,
        at="" if outcome is NOT_APPLICABLE else "db",
        finds=finds,
    )


def of_either(instance: Resource) -> Resource:
    """The same, its cluster computed from two."""
    instance.properties = {**instance.properties, "clusterIdentifier": UNKNOWN}
    instance.dependencies = {"clusterIdentifier": [urn_of(CLUSTER, name) for name in ("db", "other")]}
    return instance


CASES = [
    *rows(
        "rds-backup-retention",
        CLUSTER,
        compliant=[
            ("seven days", {}),
            ("more", {"backupRetentionPeriod": 35.0}),
            ("text", {"backupRetentionPeriod": "7"}),
        ],
        violation=[
            ("six days", {"backupRetentionPeriod": 6.0}, "6", "7 days or more", "backup_retention_period=7"),
            ("absent, which is one day", {"backupRetentionPeriod": ABSENT}, "takes as 1"),
            ("a wrong type", {"backupRetentionPeriod": {"days": 7}}),
        ],
        undecided=[("unknown", {"backupRetentionPeriod": UNKNOWN})],
    ),
    *rows(
        "rds-backup-retention",
        INSTANCE,
        compliant=[("an instance that keeps seven days", {})],
        violation=[
            ("an instance without backups", {"backupRetentionPeriod": 0.0}),
            ("an instance that does not set it", {"backupRetentionPeriod": ABSENT}, "takes as 0"),
            ("an empty name of a source", {"replicateSourceDb": "", "backupRetentionPeriod": 0.0}),
            ("a replica that keeps a day", {"replicateSourceDb": "source", "backupRetentionPeriod": 1.0}),
        ],
        undecided=[("a replica that may keep some", {"replicateSourceDb": "source", "backupRetentionPeriod": UNKNOWN})],
        not_applicable=[
            ("a replica", {"replicateSourceDb": "source", "backupRetentionPeriod": ABSENT}),
            ("a replica that sets it to none", {"replicateSourceDb": "source", "backupRetentionPeriod": 0.0}),
        ],
    ),
    Case(
        "rds-backup-retention",
        "a configured number of days",
        VIOLATION,
        token=CLUSTER,
        settings={"minimumDays": 14},
        finds=["14 days"],
    ),
    *rows(
        "rds-instance-several-zones",
        compliant=[("a standby", {})],
        violation=[
            ("no standby", {"multiAz": False}, "true. Set multi_az=True."),
            (
                "no standby, in a zone",
                {"multiAz": False, "availabilityZone": "us-east-1a"},
                "leave availability_zone out",
            ),
            ("absent, which is none", {"multiAz": ABSENT}),
            ("a wrong type", {"multiAz": ["us-east-1a"]}),
        ],
        undecided=[("unknown", {"multiAz": UNKNOWN})],
        not_applicable=[
            (f"{engine}, which has no standby", {"engine": engine, "multiAz": False})
            for engine in ("sqlserver-ex", "sqlserver-web")
        ],
    ),
    case("two zones", COMPLIANT, members("us-east-1a", "us-east-1b")),
    case("two zones, by an edge", COMPLIANT, members("us-east-1a", "us-east-1b", of=Ref(CLUSTER, "db"))),
    case("two of three in a zone", COMPLIANT, members("us-east-1a", "us-east-1a", "us-east-1b")),
    case("zones that AWS chooses", COMPLIANT, members(ABSENT, ABSENT)),
    case("a Multi-AZ DB cluster", COMPLIANT, [], dbClusterInstanceClass="db.m6gd.large"),
    case("two known zones and an unknown one", COMPLIANT, members("us-east-1a", "us-east-1b", UNKNOWN)),
    case(
        "one zone",
        VIOLATION,
        members("us-east-1a", "us-east-1a"),
        ('The 2 instances of the cluster are all in the Availability Zone "us-east-1a"',),
    ),
    case(
        "one instance", VIOLATION, members("us-east-1a"), ("has 1 instance in this stack; failover needs two or more",)
    ),
    case("no instance", VIOLATION, [], ("has no instance in this stack",)),
    case("instances of another cluster", VIOLATION, members("us-east-1a", "us-east-1b", of="another")),
    case(
        "instances of another cluster, by an edge",
        VIOLATION,
        [*members(ABSENT, ABSENT, of=Ref(CLUSTER, "other")), good(CLUSTER, "other")],
    ),
    case(
        "zones of a wrong type",
        VIOLATION,
        members(["us-east-1a"], {"b": 1}),
        ("availabilityZone of ClusterInstance 'db-1' is [\"us-east-1a\"]; expected the name of an Availability Zone",),
    ),
    case("Aurora Limitless, which has shards", NOT_APPLICABLE, [], clusterScalabilityType="limitless"),
    case("standard with one instance", VIOLATION, members("us-east-1a"), clusterScalabilityType="standard"),
    case(
        "one instance, or shards",
        UNDECIDED,
        members("us-east-1a"),
        ("clusterScalabilityType",),
        clusterScalabilityType=UNKNOWN,
    ),
    case("two instances, or shards", COMPLIANT, members("us-east-1a", "us-east-1b"), clusterScalabilityType=UNKNOWN),
    case(
        "instances of one of two clusters",
        UNDECIDED,
        [*(of_either(member) for member in members(ABSENT, ABSENT)), good(CLUSTER, "other", clusterIdentifier="other")],
        ("belong to it: clusterIdentifier of ClusterInstance 'db-1' is not known before the update",),
    ),
    case(
        "an instance of its own, and one of two clusters'",
        UNDECIDED,
        [
            *members("us-east-1a"),
            of_either(good(MEMBER, "db-9", availabilityZone=ABSENT)),
            good(CLUSTER, "other", clusterIdentifier="other"),
        ],
    ),
    case(
        "instances of a cluster computed from no cluster",
        UNDECIDED,
        [*members("us-east-1a", "us-east-1b", of=Ref("aws:ec2/vpc:Vpc", "vpc")), resource("aws:ec2/vpc:Vpc", "vpc")],
    ),
    case(
        "instances of a cluster of a wrong type",
        VIOLATION,
        members("us-east-1a", "us-east-1b", of=["db"]),
        clusterIdentifier=ABSENT,
    ),
    case("an unknown zone", UNDECIDED, members("us-east-1a", UNKNOWN)),
    case("unknown zones", UNDECIDED, members(UNKNOWN, UNKNOWN), ("availabilityZone",)),
    case(
        "instances of an unknown cluster",
        UNDECIDED,
        members("us-east-1a", "us-east-1b", of=UNKNOWN),
        ("clusterIdentifier", "db-1"),
    ),
    case("one instance and an unknown mode", UNDECIDED, members("us-east-1a"), ("engineMode",), engineMode=UNKNOWN),
    case("Serverless v1", NOT_APPLICABLE, [], engineMode="serverless"),
    case(
        "a cluster whose identifier AWS chooses",
        UNDECIDED,
        members("us-east-1a", "us-east-1b"),
        ("further instances of this stack belong to it: clusterIdentifier is not set",),
        clusterIdentifier=ABSENT,
    ),
    case("a known zone and one that AWS chooses", COMPLIANT, members("us-east-1a", ABSENT)),
    case(
        "instances that name no cluster",
        VIOLATION,
        members("us-east-1a", "us-east-1b", of=ABSENT),
        clusterIdentifier=ABSENT,
    ),
]
