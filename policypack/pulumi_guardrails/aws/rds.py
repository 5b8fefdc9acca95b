"""RDS databases: which they are made from and so take after, and what their engine and class do not have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum

from pulumi_guardrails.aws.resource_types import (
    RDS_CLUSTER,
    RDS_CLUSTER_SNAPSHOT,
    RDS_CLUSTER_SNAPSHOT_COPY,
    RDS_INSTANCE,
    RDS_SNAPSHOT,
    RDS_SNAPSHOT_COPY,
)
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.three_valued import Answer, kleene_all, kleene_any
from pulumi_guardrails.core.value import Value
from pulumi_guardrails.core.verdict import Cause, Unknown, Verdict, not_applicable, undecided

_REPLICATED, _RESTORED = "replicateSourceDb", "restoreToPointInTime"

_SOURCES = {
    RDS_INSTANCE: (_REPLICATED, "snapshotIdentifier", _RESTORED),
    RDS_CLUSTER: ("snapshotIdentifier", _RESTORED),
    RDS_SNAPSHOT: ("dbInstanceIdentifier",),
    RDS_SNAPSHOT_COPY: ("sourceDbSnapshotIdentifier",),
    RDS_CLUSTER_SNAPSHOT: ("dbClusterIdentifier",),
    RDS_CLUSTER_SNAPSHOT_COPY: ("sourceDbClusterSnapshotIdentifier",),
}
"""The properties that name what a database or a snapshot is made from, where its encryption comes from there too. A
cluster that replicates another is not among them: CreateDBCluster is told StorageEncrypted, while
CreateDBInstanceReadReplica and the calls that restore know no such parameter (Amazon RDS API Reference)."""

_NAMES = {
    RDS_INSTANCE: "identifier",
    RDS_CLUSTER: "clusterIdentifier",
    RDS_SNAPSHOT: "dbSnapshotIdentifier",
    RDS_SNAPSHOT_COPY: "targetDbSnapshotIdentifier",
    RDS_CLUSTER_SNAPSHOT: "dbClusterSnapshotIdentifier",
    RDS_CLUSTER_SNAPSHOT_COPY: "targetDbClusterSnapshotIdentifier",
}
"""The property that is the name others refer to it by."""


def is_given(value: Value) -> bool:
    """Whether a property is set, and not to nothing; an unknown value counts as set."""
    return not value.must_not_be_set().is_compliant


def origin(resource: Resource) -> Value | None:
    """The property that names what a database or snapshot is made from; `None` for a database that is made empty."""
    names = _SOURCES.get(resource.kind, ()) if resource.kind else ()
    return next((resource[name] for name in names if is_given(resource[name])), None)


def lineage(stack: Stack, database: Resource) -> Iterator[Resource]:
    """A database, what it is made from, what that is made from and so on, as far as the stack shows it."""
    seen: list[Resource] = []
    current: Resource | None = database
    while current is not None and current not in seen:
        yield current
        seen.append(current)
        current = _source(stack, current)


def _source(stack: Stack, resource: Resource) -> Resource | None:
    """The one resource that another is made from, by its edge or by its name."""
    named = origin(resource)
    if named is None:
        return None
    if named.path == _RESTORED:
        named = named["sourceDbInstanceIdentifier" if resource.kind is RDS_INSTANCE else "sourceClusterIdentifier"]
    text = named.as_text()
    found = stack.reference(named, *_NAMES).direct or [
        other
        for kind, name in _NAMES.items()
        for other in stack.of(kind)
        if text is not None and other is not resource and other[name].as_text() == text
    ]
    return found.pop() if len(found) == 1 else None


def subnet_group_source(stack: Stack, database: Resource) -> Resource:
    """The database whose subnet group decides where another lies: the source of a replica in the same region.

    Such a replica may name no group (Amazon RDS API Reference, error DBSubnetGroupNotAllowedFault of
    CreateDBInstanceReadReplica). It is the database itself where it names one, or where the stack shows no such source.
    """
    placed = database
    for source in lineage(stack, database):
        if source is not database and not _lies_beside(placed, source):
            break
        placed = source
    return placed


def _lies_beside(replica: Resource, source: Resource) -> bool:
    named = origin(replica)
    if named is None or named.path != _REPLICATED or source.kind is not RDS_INSTANCE:
        return False
    same_region = (replica.provider, replica["region"].raw) == (source.provider, source["region"].raw)
    return same_region and replica["dbSubnetGroupName"].is_absent


def deciding(stack: Stack, database: Resource) -> Resource | None:
    """The resource whose own properties decide what a database is encrypted with; `None` where no stack shows it.

    It is the database itself, or one that it is made from. A key of its own settles it on the way: AWS encrypts with
    it, or refuses (Amazon RDS API Reference, KmsKeyId of CreateDBInstanceReadReplica, RestoreDBClusterFromSnapshot,
    RestoreDBClusterToPointInTime, CopyDBSnapshot and CopyDBClusterSnapshot).
    """
    return next((resource for resource in lineage(stack, database) if _decides(resource)), None)


def already_deployed(database: Resource) -> bool:
    """Whether the database exists: its state then says what it is encrypted with, and no update changes that."""
    return database.output("arn").is_known


def _decides(resource: Resource) -> bool:
    named = origin(resource)
    if named is None or resource.is_read:
        return resource.kind in (RDS_CLUSTER, RDS_INSTANCE)
    # RestoreDBInstanceFromDBSnapshot and RestoreDBInstanceToPointInTime know no KmsKeyId.
    keyless = resource.kind is RDS_INSTANCE and named.path != _REPLICATED
    return not keyless and is_given(resource["kmsKeyId"])


def engine_and_version(stack: Stack, database: Resource) -> tuple[Value, Value]:
    """Engine and version of a database. A replica has both of its source.

    A restored one has its engine, but the version of the day that it is restored to.
    """
    line = list(lineage(stack, database))
    engine = next((one["engine"] for one in line if not one["engine"].is_absent), database["engine"])
    for one in line:
        named = origin(one)
        if not one["engineVersion"].is_absent or named is None or named.path != _REPLICATED:
            return engine, one["engineVersion"]
    return engine, database["engineVersion"]


class Feature(Enum):
    """What not every database has, as a message names it."""

    IAM_AUTHENTICATION = "IAM database authentication"
    INSIGHTS = "Performance Insights"
    LOG_EXPORT = "export of logs"
    MINOR_UPGRADES = "automatic upgrades of minor versions"
    MONITORING = "Enhanced Monitoring"


_EVERY = ""
_SMALL = r"db\.(t2|t3|t4g)\.(micro|small)"

_LACKING: dict[Feature, dict[str, str]] = {
    Feature.IAM_AUTHENTICATION: {"db2-": _EVERY, "oracle-": _EVERY, "sqlserver-": _EVERY},
    Feature.INSIGHTS: {
        "db2-": _EVERY,
        "mysql": _SMALL,
        "mariadb": _SMALL,
        "aurora-mysql": r"db\.(t2|t3)\..*|db\.t4g\.(micro|small)",
    },
    Feature.LOG_EXPORT: {},
    Feature.MINOR_UPGRADES: {},
    Feature.MONITORING: {},
}
"""By feature and beginning of the engine's name, the instance classes without it. RDS Custom has none of them.

Sources: Amazon RDS User Guide, "Supported Regions and DB engines for IAM database authentication in Amazon RDS",
"Supported Regions and DB engines for Database Insights in Amazon RDS", "Amazon RDS DB engine, Region, and instance
class support for Database Insights"; Amazon Aurora User Guide, "Amazon Aurora DB engine, Region, and instance class
support for Database Insights"; for RDS Custom Amazon RDS API Reference, CreateDBInstance and ModifyDBInstance.
"""


def engine_is_open(database: Resource) -> bool:
    """Whether nothing says which engine it is: unknown, or left out because it is that of the source."""
    engine = database["engine"]
    return engine.is_unknown or (engine.is_absent and origin(database) is not None)


def engine_unknown(database: Resource) -> Verdict:
    """The verdict where `engine_is_open`."""
    engine = database["engine"]
    if engine.is_unknown:
        return undecided(engine)
    return undecided(Unknown(engine.path, Cause.INHERITED, owner=database, property_name=engine.path))


def lacks(database: Resource, feature: Feature) -> Answer:
    """Whether a database's engine, or its class with that engine, does not have a feature."""
    if is_custom(database):
        return True
    return kleene_any(
        kleene_all([_is_engine(database, start), _is_class(database, classes)])
        for start, classes in _LACKING[feature].items()
    )


def is_custom(database: Resource) -> bool:
    """Whether it is of RDS Custom, which requires an instance profile (Amazon RDS API Reference, CreateDBInstance,
    CreateDBInstanceReadReplica and RestoreDBInstanceFromDBSnapshot, CustomIamInstanceProfile)."""
    engine = database["engine"].as_text() or ""
    return engine.startswith("custom-") or is_given(database["customIamInstanceProfile"])


def if_supported(database: Resource, feature: Feature, verdict: Verdict) -> Verdict:
    """The verdict on a feature, for a database that has it."""
    missing = lacks(database, feature)
    if missing:
        return not_applicable(f"the engine, or the instance class, has no {feature.value}")
    if missing is None and not verdict.is_compliant:
        size = _class_of(database)
        return engine_unknown(database) if engine_is_open(database) else undecided(size)
    return verdict


def _is_engine(database: Resource, start: str) -> Answer:
    if engine_is_open(database):
        return None
    return database["engine"].holds(lambda name: isinstance(name, str) and name.startswith(start))


def _class_of(database: Resource) -> Value:
    return database["dbClusterInstanceClass" if database.kind is RDS_CLUSTER else "instanceClass"]


def _is_class(database: Resource, pattern: str) -> Answer:
    if pattern == _EVERY:
        return True
    return _class_of(database).holds(lambda size: isinstance(size, str) and re.fullmatch(pattern, size) is not None)
