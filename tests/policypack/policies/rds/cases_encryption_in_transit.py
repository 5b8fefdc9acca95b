"""The table of the RDS policy on TLS."""

from __future__ import annotations

from typing import Any

from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.value import ABSENT, UNKNOWN
from tests.policypack.cases import COMPLIANT, NOT_APPLICABLE, UNDECIDED, VIOLATION, Case, Ref, good, resource, urn_of

CLUSTER, INSTANCE = "aws:rds/cluster:Cluster", "aws:rds/instance:Instance"
CLUSTER_GROUP = "aws:rds/clusterParameterGroup:ClusterParameterGroup"
GROUP = "aws:rds/parameterGroup:ParameterGroup"
NAME = "ml-api-aurora-postgresql15-dev"


def group(**changes: Any) -> Resource:
    return good(CLUSTER_GROUP, "parameters", **changes)


def with_parameters(*parameters: dict[str, Any]) -> Resource:
    return resource(CLUSTER_GROUP, "parameters", name=NAME, parameters=list(parameters))


def cluster(**changes: Any) -> Resource:
    return good(CLUSTER, "db", **changes)


def instance(engine: Any, version: Any = ABSENT, group_name: Any = ABSENT) -> Resource:
    return good(INSTANCE, "db", engine=engine, engineVersion=version, parameterGroupName=group_name)


def case(says: str, outcome: Any, *stack: Resource, finds: tuple[str, ...] = ()) -> Case:
    return Case(
        "rds-tls-required", says, outcome, stack=stack, at="" if outcome is NOT_APPLICABLE else "db", finds=finds
    )


FORCED = {"name": "rds.force_ssl", "value": "1"}
FREE = {"name": "rds.force_ssl", "value": "0"}
BY_EDGE = Ref(CLUSTER_GROUP, "parameters")


def either_group() -> Resource:
    """A cluster whose parameter group is computed from two of them."""
    database = cluster(dbClusterParameterGroupName=UNKNOWN)
    database.dependencies = {"dbClusterParameterGroupName": [urn_of(CLUSTER_GROUP, n) for n in ("parameters", "other")]}
    return database


CASES = [
    *(
        Case(
            "rds-tls-required",
            f"a proxy, {says}",
            outcome,
            stack=[good("aws:rds/proxy:Proxy", "proxy", requireTls=value)],
            at="proxy",
        )
        for says, outcome, value in (
            ("which requires TLS", COMPLIANT, True),
            ("which does not", VIOLATION, False),
            ("which does not by default", VIOLATION, ABSENT),
            ("not known yet", UNDECIDED, UNKNOWN),
        )
    ),
    case("a group of the stack, by name", COMPLIANT, cluster(), group()),
    case("a group of the stack, by an edge", COMPLIANT, cluster(dbClusterParameterGroupName=BY_EDGE), group()),
    case("a number", COMPLIANT, cluster(), with_parameters({"name": "rds.force_ssl", "value": 1.0})),
    case(
        "Aurora PostgreSQL 17 without a group",
        COMPLIANT,
        cluster(engineVersion="17.4", dbClusterParameterGroupName=ABSENT),
    ),
    case("RDS PostgreSQL 15 without a group", COMPLIANT, instance("postgres", "15.2")),
    case("its default group by name", COMPLIANT, instance("postgres", "16.1", "default.postgres16")),
    case(
        "a version that requires it, and a group without the parameter",
        COMPLIANT,
        cluster(engineVersion="17.4"),
        with_parameters({"name": "log_connections", "value": "1"}),
    ),
    case(
        "MySQL that requires it", COMPLIANT, instance("mysql", "8.0.36", "reports-mysql80"), good(GROUP, "parameters")
    ),
    case(
        "the parameter is off",
        VIOLATION,
        cluster(),
        with_parameters(FREE),
        finds=("parameters[0].value of ClusterParameterGroup 'parameters'", '"0"', "rds.force_ssl"),
    ),
    case(
        "the parameter is off, by an edge",
        VIOLATION,
        cluster(dbClusterParameterGroupName=BY_EDGE),
        with_parameters(FREE),
    ),
    case("set twice, once off", VIOLATION, cluster(), with_parameters(FORCED, FREE)),
    case(
        "Aurora PostgreSQL 15 without a group",
        VIOLATION,
        cluster(dbClusterParameterGroupName=ABSENT),
        finds=("No parameter group sets rds.force_ssl, and aurora-postgresql 15.4", "unlike version 17 and later"),
    ),
    case("RDS PostgreSQL 14 without a group", VIOLATION, instance("postgres", "14.9")),
    case(
        "a group without the parameter",
        VIOLATION,
        cluster(),
        with_parameters({"name": "log_connections", "value": "1"}),
        finds=(f'The parameter group "{NAME}" does not set rds.force_ssl, and',),
    ),
    case("a group without parameters", VIOLATION, cluster(), group(parameters=ABSENT)),
    case(
        "the parameter of another engine",
        VIOLATION,
        instance("mysql", "8.0.36", "g"),
        resource(GROUP, "p", name="g", parameters=[FORCED]),
    ),
    case("MySQL without a group", VIOLATION, instance("mysql", "8.4.3"), finds=("mysql",)),
    case(
        "MariaDB without a group",
        VIOLATION,
        instance("mariadb", "10.11.8"),
        finds=("mariadb 10.11.8 does not require TLS by default, unlike version 11.8 and later",),
    ),
    case(
        "SQL Server without a group",
        VIOLATION,
        instance("sqlserver-se", "15.00"),
        finds=("does not require TLS by default",),
    ),
    case("SQL Server without a group and a version", VIOLATION, instance("sqlserver-se")),
    case("a value of a wrong type", VIOLATION, cluster(), with_parameters({"name": "rds.force_ssl", "value": ["1"]})),
    case("parameters of a wrong type", VIOLATION, cluster(), group(parameters="rds.force_ssl=1")),
    case("a version of a wrong type", VIOLATION, cluster(engineVersion=[17], dbClusterParameterGroupName=ABSENT)),
    case("unknown parameters", UNDECIDED, cluster(), group(parameters=UNKNOWN)),
    case("an unknown value", UNDECIDED, cluster(), with_parameters({"name": "rds.force_ssl", "value": UNKNOWN})),
    case("a parameter of an unknown name", UNDECIDED, cluster(), with_parameters({"name": UNKNOWN, "value": "1"})),
    case("an unknown engine", UNDECIDED, cluster(engine=UNKNOWN), group(), finds=("engine is not known",)),
    case(
        "an unknown version without a group",
        UNDECIDED,
        cluster(engineVersion=UNKNOWN, dbClusterParameterGroupName=ABSENT),
    ),
    case(
        "a version that is not set",
        UNDECIDED,
        cluster(engineVersion=ABSENT, dbClusterParameterGroupName=ABSENT),
        finds=("from version 17 on: engineVersion is not set, so that AWS chooses it",),
    ),
    case(
        "RDS PostgreSQL without a version",
        UNDECIDED,
        instance("postgres"),
        finds=("as postgres does from version 15 on",),
    ),
    case(
        "a version of which some require it",
        UNDECIDED,
        instance("mysql", "9"),
        finds=("as mysql does from version 9.7 on: the minor version",),
    ),
    case("MariaDB 11, whichever it is", UNDECIDED, instance("mariadb", "11")),
    case("an unknown group", UNDECIDED, cluster(dbClusterParameterGroupName=UNKNOWN)),
    case(
        "a group of another stack",
        UNDECIDED,
        cluster(dbClusterParameterGroupName="shared"),
        finds=('dbClusterParameterGroupName is "shared", which is not part of this stack',),
    ),
    case(
        "one of two groups that differ",
        UNDECIDED,
        either_group(),
        group(),
        good(CLUSTER_GROUP, "other", parameters=[FREE]),
    ),
    case("one of two groups that agree", COMPLIANT, either_group(), group(), good(CLUSTER_GROUP, "other")),
    case("Oracle, which has no such parameter", NOT_APPLICABLE, instance("oracle-ee", "19")),
    case(
        "a replica, whose engine is that of its source",
        VIOLATION,
        good(INSTANCE, "db", engine=ABSENT, engineVersion=ABSENT, replicateSourceDb=Ref(INSTANCE, "source")),
        good(INSTANCE, "source", engine="mysql", engineVersion="8.0.36"),
    ),
    case(
        "a replica of another stack's instance",
        UNDECIDED,
        good(INSTANCE, "db", engine=ABSENT, replicateSourceDb="other"),
        finds=("engine is not set, so that it is taken from what the resource is made from",),
    ),
    case(
        "a cluster from a snapshot without a version",
        UNDECIDED,
        cluster(engineVersion=ABSENT, dbClusterParameterGroupName=ABSENT, snapshotIdentifier="s"),
        finds=("engineVersion is not set, so that AWS chooses it",),
    ),
    case(
        "a cluster of another point in time without a version",
        UNDECIDED,
        cluster(engineVersion=ABSENT, dbClusterParameterGroupName=ABSENT, restoreToPointInTime={"restoreType": "a"}),
        finds=("engineVersion is not set, so that it is taken from what the resource is made from",),
    ),
    *(
        case(f"{engine} {version} without a group", COMPLIANT, instance(engine, version))
        for engine, version in (
            ("postgres", "15"),
            ("mysql", "9.7"),
            ("aurora-postgresql", "17"),
            ("mysql", "10.0"),
            ("mariadb", "11.8.3"),
            ("mariadb", "12"),
        )
    ),
    *(
        case(f"{engine} {version} without a group", VIOLATION, instance(engine, version))
        for engine, version in (
            ("postgres", "14.99"),
            ("mysql", "9.6"),
            ("mysql", "8"),
            ("aurora-postgresql", "16.9"),
            ("mariadb", "11.4.8"),
            ("mariadb", "version 12"),
        )
    ),
    case("Aurora MySQL without a group", VIOLATION, instance("aurora-mysql", "8.0.mysql_aurora.3.08.0")),
    case(
        "a replica, whose version is that of its source",
        COMPLIANT,
        good(INSTANCE, "db", engine=ABSENT, engineVersion=ABSENT, replicateSourceDb=Ref(INSTANCE, "source")),
        good(INSTANCE, "source"),
    ),
    case(
        "a replica by the name of its source",
        COMPLIANT,
        good(INSTANCE, "db", engine=ABSENT, engineVersion=ABSENT, replicateSourceDb="reports-source"),
        good(INSTANCE, "source", identifier="reports-source"),
    ),
    case(
        "a replica of a replica",
        COMPLIANT,
        good(INSTANCE, "db", engine=ABSENT, engineVersion=ABSENT, replicateSourceDb="middle"),
        good(INSTANCE, "m", identifier="middle", engine=ABSENT, engineVersion=ABSENT, replicateSourceDb="first"),
        good(INSTANCE, "f", identifier="first"),
    ),
    case(
        "a replica with an older version of its own",
        VIOLATION,
        good(INSTANCE, "db", engine=ABSENT, engineVersion="14.9", replicateSourceDb="first"),
        good(INSTANCE, "f", identifier="first"),
    ),
    case(
        "an instance of an earlier point in time of its source",
        UNDECIDED,
        good(
            INSTANCE,
            "db",
            engine=ABSENT,
            engineVersion=ABSENT,
            restoreToPointInTime={"sourceDbInstanceIdentifier": "first"},
        ),
        good(INSTANCE, "f", identifier="first"),
        finds=("engineVersion is not set, so that it is taken from",),
    ),
    case(
        "replicas of each other",
        UNDECIDED,
        good(INSTANCE, "db", identifier="a", engine=ABSENT, replicateSourceDb="b"),
        good(INSTANCE, "other", identifier="b", engine=ABSENT, replicateSourceDb="a"),
    ),
    case(
        "replicas of each other without a version",
        UNDECIDED,
        good(INSTANCE, "db", identifier="a", engineVersion=ABSENT, replicateSourceDb="b"),
        good(INSTANCE, "other", identifier="b", engineVersion=ABSENT, replicateSourceDb="a"),
    ),
]
