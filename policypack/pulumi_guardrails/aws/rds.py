"""RDS databases: what they are created from, and which features their engine and instance class support."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
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
from pulumi_guardrails.core.value import Value, snake_case
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
"""The properties that name what a database or a snapshot is created from, where that also decides its encryption. A
cluster that replicates another is not among them: CreateDBCluster has the parameter StorageEncrypted, while
CreateDBInstanceReadReplica and the calls that restore do not (Amazon RDS API Reference)."""

_NAMES = {
    RDS_INSTANCE: "identifier",
    RDS_CLUSTER: "clusterIdentifier",
    RDS_SNAPSHOT: "dbSnapshotIdentifier",
    RDS_SNAPSHOT_COPY: "targetDbSnapshotIdentifier",
    RDS_CLUSTER_SNAPSHOT: "dbClusterSnapshotIdentifier",
    RDS_CLUSTER_SNAPSHOT_COPY: "targetDbClusterSnapshotIdentifier",
}
"""The property by which others refer to it."""


def is_given(value: Value) -> bool:
    """Whether a property is set and not empty; an unknown value counts as set."""
    return not value.must_not_be_set().is_compliant


def origin(resource: Resource) -> Value | None:
    """The property that names what a database or snapshot is created from; `None` for one that is created empty."""
    names = _SOURCES.get(resource.kind, ()) if resource.kind else ()
    return next((resource[name] for name in names if is_given(resource[name])), None)


def lineage(stack: Stack, database: Resource) -> Iterator[Resource]:
    """A database, its source, the source of that and so on, as far as they are part of the stack."""
    seen: set[Resource] = set()
    current: Resource | None = database
    while current is not None and current not in seen:
        yield current
        seen.add(current)
        sources = _sources(stack, current)
        current = sources[0] if len(sources) == 1 else None


def missing_source(stack: Stack, database: Resource, named: Value) -> Value | Unknown:
    """Why the stack does not show which database another is created from; `named` is the `origin` of the other."""
    *_, last = lineage(stack, database)
    source = origin(last)
    if source is not None and (source.is_unknown or not _sources(stack, last)):
        return source
    # Several databases of the same name, databases that are the source of each other, or a snapshot of none.
    return Unknown(
        f"the source that {named.path} ({named.shown}) refers to",
        Cause.AMBIGUOUS,
        settle=f"Set {snake_case(named.path)} to an output of the one source in this stack.",
    )


def _sources(stack: Stack, resource: Resource) -> Sequence[Resource]:
    """The resources that another may be created from, by dependency edge or by name."""
    named = origin(resource)
    if named is None:
        return ()
    if named.path == _RESTORED:
        named = named["sourceDbInstanceIdentifier" if resource.kind is RDS_INSTANCE else "sourceClusterIdentifier"]
    found = stack.reference(named, *_NAMES).direct
    text = named.as_text()
    if found or text is None:
        return found
    return [other for other in stack.shared(_by_name).get(text, ()) if other is not resource]


def _by_name(stack: Stack) -> Mapping[str, Sequence[Resource]]:
    """The databases and snapshots of a stack by the name that others refer to them by."""
    found: dict[str, list[Resource]] = {}
    for kind, name in _NAMES.items():
        for resource in stack.of(kind):
            text = resource[name].as_text()
            if text is not None:
                found.setdefault(text, []).append(resource)
    return found


def subnet_group_source(stack: Stack, database: Resource) -> Resource:
    """The database whose subnet group another database uses: the source of a replica in the same region.

    Such a replica may name no group (Amazon RDS API Reference, error DBSubnetGroupNotAllowedFault of
    CreateDBInstanceReadReplica). It is the database itself where it names one, or where the stack has no such source.
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
    """The resource whose own properties decide how a database is encrypted; `None` where it is not in the stack.

    It is the database itself, or one that it is created from. A key of its own decides: AWS encrypts with it, or
    refuses (Amazon RDS API Reference, KmsKeyId of CreateDBInstanceReadReplica, RestoreDBClusterFromSnapshot,
    RestoreDBClusterToPointInTime, CopyDBSnapshot and CopyDBClusterSnapshot).
    """
    return next((resource for resource in lineage(stack, database) if _decides(resource)), None)


def already_deployed(database: Resource) -> bool:
    """Whether the database exists: its state then shows its encryption, which no update changes."""
    return database.output("arn").is_known


def _decides(resource: Resource) -> bool:
    named = origin(resource)
    if named is None or resource.is_read:
        return resource.kind in (RDS_CLUSTER, RDS_INSTANCE)
    # RestoreDBInstanceFromDBSnapshot and RestoreDBInstanceToPointInTime have no KmsKeyId.
    keyless = resource.kind is RDS_INSTANCE and named.path != _REPLICATED
    return not keyless and is_given(resource["kmsKeyId"])


def engine_and_version(stack: Stack, database: Resource) -> tuple[Value, Value]:
    """Engine and version of a database. A replica has both from its source.

    A restored database has the engine of its source, but the version of the time that it is restored to.
    """
    line = list(lineage(stack, database))
    engine = next((one["engine"] for one in line if not one["engine"].is_absent), database["engine"])
    for one in line:
        named = origin(one)
        if not one["engineVersion"].is_absent or named is None or named.path != _REPLICATED:
            return engine, one["engineVersion"]
    return engine, database["engineVersion"]


class Feature(Enum):
    """A feature that not every database supports, as a message names it."""

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
"""By feature and beginning of the engine's name, the instance classes without support. RDS Custom supports none.

Sources: Amazon RDS User Guide, "Supported Regions and DB engines for IAM database authentication in Amazon RDS",
"Supported Regions and DB engines for Database Insights in Amazon RDS", "Amazon RDS DB engine, Region, and instance
class support for Database Insights"; Amazon Aurora User Guide, "Amazon Aurora DB engine, Region, and instance class
support for Database Insights"; for RDS Custom Amazon RDS API Reference, CreateDBInstance and ModifyDBInstance.
"""

_LACKING_VERSIONS: dict[Feature, tuple[str, str]] = {
    Feature.IAM_AUTHENTICATION: ("mariadb", r"10\.[0-9](\..*)?"),
}
"""By feature the engine, and its versions without support: MariaDB has IAM authentication from 10.11 on (Amazon RDS
User Guide, "Supported Regions and DB engines for IAM database authentication in Amazon RDS")."""

_LACKING_IN_SERVERLESS_V1 = frozenset({Feature.IAM_AUTHENTICATION, Feature.INSIGHTS})
"""Amazon Aurora User Guide, "Limitations of Aurora Serverless v1"."""


def engine_is_open(database: Resource) -> bool:
    """Whether the engine is not known: the value is unknown, or not set because it is that of the source."""
    engine = database["engine"]
    return engine.is_unknown or (engine.is_absent and origin(database) is not None)


def engine_unknown(database: Resource) -> Verdict:
    """The verdict where `engine_is_open`."""
    return undecided(from_source(database, database["engine"]))


def from_source(database: Resource, value: Value) -> Value | Unknown:
    """The engine or version of a database as what a policy waits for: one that is not set is that of the source.

    A cluster that is restored from a snapshot has the default version of its engine instead (Amazon RDS API Reference,
    EngineVersion of RestoreDBClusterFromSnapshot).
    """
    source = origin(database)
    default_version = database.kind is RDS_CLUSTER and value.path == "engineVersion"
    if not value.is_absent or source is None or (default_version and source.path != _RESTORED):
        return value
    return Unknown(value.path, Cause.INHERITED, owner=database, property_name=value.path)


def lacks(database: Resource, feature: Feature) -> Answer:
    """Whether a database does not support a feature: its engine, or with that engine its version or instance class."""
    if is_custom(database):
        return True
    if feature in _LACKING_IN_SERVERLESS_V1 and database["engineMode"].effective == "serverless":
        return True
    answers = [
        kleene_all([_is_engine(database, start), _is_class(database, classes)])
        for start, classes in _LACKING[feature].items()
    ]
    if feature in _LACKING_VERSIONS:
        engine, versions = _LACKING_VERSIONS[feature]
        answers.append(kleene_all([_is_engine(database, engine), _is_version(database, versions)]))
    return kleene_any(answers)


def is_custom(database: Resource) -> bool:
    """Whether it is of RDS Custom, which requires an instance profile (Amazon RDS API Reference, CreateDBInstance,
    CreateDBInstanceReadReplica and RestoreDBInstanceFromDBSnapshot, CustomIamInstanceProfile)."""
    engine = database["engine"].as_text() or ""
    return engine.startswith("custom-") or is_given(database["customIamInstanceProfile"])


def if_supported(database: Resource, feature: Feature, verdict: Verdict) -> Verdict:
    """The verdict on a feature, for a database that supports it."""
    missing = lacks(database, feature)
    if missing:
        return not_applicable(f"the engine or the instance class does not support {feature.value}")
    if missing is None and not verdict.is_compliant:
        if engine_is_open(database):
            return engine_unknown(database)
        version = database["engineVersion"]
        of_version = feature in _LACKING_VERSIONS and version.is_unknown
        return undecided(version if of_version else _class_of(database))
    return verdict


def _is_engine(database: Resource, start: str) -> Answer:
    if engine_is_open(database):
        return None
    return database["engine"].holds(lambda name: isinstance(name, str) and name.startswith(start))


def _is_version(database: Resource, pattern: str) -> Answer:
    """Whether the version is one of some; one that is not set is the default of the engine, a recent one."""
    version = database["engineVersion"]
    if version.is_absent:
        return None if origin(database) is not None else False
    return version.holds(lambda text: re.fullmatch(pattern, str(text)) is not None)


def _class_of(database: Resource) -> Value:
    return database["dbClusterInstanceClass" if database.kind is RDS_CLUSTER else "instanceClass"]


def _is_class(database: Resource, pattern: str) -> Answer:
    if pattern == _EVERY:
        return True
    return _class_of(database).holds(lambda size: isinstance(size, str) and re.fullmatch(pattern, size) is not None)
