"""The tables of the policies on backup plans."""

from __future__ import annotations

from typing import Any

from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.value import ABSENT, UNKNOWN
from tests.policypack.cases import COMPLIANT, UNDECIDED, VIOLATION, Case, Ref, good, resource

CLUSTER, INSTANCE, TABLE = "aws:rds/cluster:Cluster", "aws:rds/instance:Instance", "aws:dynamodb/table:Table"
SELECTION = "aws:backup/selection:Selection"
RDS, DYNAMODB = "rds-in-backup-plan", "dynamodb-in-backup-plan"
DAILY = {"type": "STRINGEQUALS", "key": "Backup", "value": "daily"}


def selection(*resources: Any, **more: Any) -> Resource:
    return resource(SELECTION, "plan", planId="plan", resources=list(resources), **more)


def case(policy: str, says: str, outcome: Any, token: str, *others: Resource, finds: Any = (), **changes: Any) -> Case:
    return Case(policy, says, outcome, stack=[good(token, "data", **changes), *others], at="data", finds=finds)


CASES = [
    case(RDS, "by an edge", COMPLIANT, CLUSTER, selection(Ref(CLUSTER, "data"))),
    case(RDS, "by everything", COMPLIANT, CLUSTER, selection("*")),
    case(RDS, "by a pattern for clusters", COMPLIANT, CLUSTER, selection("arn:aws:rds:*:*:cluster:*")),
    case(
        RDS, "by its name", COMPLIANT, CLUSTER, selection("arn:aws:rds:us-east-1:1:cluster:ml-api-aurora-cluster-dev")
    ),
    case(RDS, "by a tag", COMPLIANT, CLUSTER, selection(selectionTags=[DAILY]), tags={"Backup": "daily"}),
    case(RDS, "an instance by a pattern", COMPLIANT, INSTANCE, selection("arn:aws:rds:*:*:db:rep*")),
    case(RDS, "no plan", VIOLATION, CLUSTER, finds=["No backup selection"]),
    case(RDS, "an instance without a plan", VIOLATION, INSTANCE),
    case(RDS, "a plan of another cluster", VIOLATION, CLUSTER, selection("arn:aws:rds:us-east-1:1:cluster:other")),
    case(RDS, "a plan of another resource, by an edge", VIOLATION, CLUSTER, selection(Ref(TABLE, "table"))),
    case(RDS, "a pattern for instances", VIOLATION, CLUSTER, selection("arn:aws:rds:*:*:db:*")),
    case(RDS, "a tag it has not", VIOLATION, CLUSTER, selection(selectionTags=[DAILY]), tags={"Backup": "never"}),
    case(
        RDS,
        "a wrong type",
        VIOLATION,
        CLUSTER,
        selection({"arn": "*"}),
        finds=["No backup selection"],
    ),
    case(RDS, "unknown resources", UNDECIDED, CLUSTER, selection(UNKNOWN)),
    case(
        RDS,
        "a pattern for a name that is not known",
        UNDECIDED,
        CLUSTER,
        selection("arn:aws:rds:*:*:cluster:a*"),
        clusterIdentifier=ABSENT,
    ),
    case(RDS, "exceptions", UNDECIDED, CLUSTER, selection("*", notResources=["arn:aws:rds:*:*:cluster:old-*"])),
    case(RDS, "conditions", UNDECIDED, CLUSTER, selection("*", conditions=[{"stringEquals": []}])),
    case(RDS, "unknown tags", UNDECIDED, CLUSTER, selection(selectionTags=[DAILY]), tags=UNKNOWN),
    case(DYNAMODB, "by an edge", COMPLIANT, TABLE, selection(Ref(TABLE, "data"))),
    case(DYNAMODB, "by a pattern", COMPLIANT, TABLE, selection("arn:aws:dynamodb:*:*:table/*")),
    case(DYNAMODB, "by a tag", COMPLIANT, TABLE, selection(selectionTags=[DAILY]), tagsAll={"Backup": "daily"}),
    case(DYNAMODB, "no plan", VIOLATION, TABLE),
    case(DYNAMODB, "a plan of databases", VIOLATION, TABLE, selection("arn:aws:rds:*:*:cluster:*")),
    case(
        DYNAMODB,
        "a wrong type",
        VIOLATION,
        TABLE,
        resource("aws:backup/selection:Selection", "plan", resources="everything"),
    ),
    case(DYNAMODB, "unknown resources", UNDECIDED, TABLE, selection(UNKNOWN)),
    case(
        RDS, "a list of resources that is not known", UNDECIDED, CLUSTER, resource(SELECTION, "plan", resources=UNKNOWN)
    ),
    case(RDS, "a list of tags that is not known", UNDECIDED, CLUSTER, selection(selectionTags=UNKNOWN)),
    case(RDS, "an unknown tag", UNDECIDED, CLUSTER, selection(selectionTags=[{**DAILY, "value": UNKNOWN}])),
    case(RDS, "an unknown key of a tag", UNDECIDED, CLUSTER, selection(selectionTags=[{**DAILY, "key": UNKNOWN}])),
    case(RDS, "a tag of a wrong type", VIOLATION, CLUSTER, selection(selectionTags=[{**DAILY, "value": ["daily"]}])),
    case(
        RDS,
        "a pattern of another sort, for a name that is not known",
        VIOLATION,
        CLUSTER,
        selection("arn:aws:rds:*:*:db:a*"),
        clusterIdentifier=ABSENT,
    ),
    case(RDS, "a short pattern", VIOLATION, CLUSTER, selection("arn:aws:rds:*")),
    case(RDS, "a pattern without a resource", VIOLATION, CLUSTER, selection("arn:aws:rds:us-east-1:1")),
    case(
        DYNAMODB, "by its name", COMPLIANT, TABLE, selection("arn:aws:dynamodb:us-east-1:1:table/ml-api-sessions-dev")
    ),
    case(DYNAMODB, "a plan of another table", VIOLATION, TABLE, selection("arn:aws:dynamodb:us-east-1:1:table/other")),
    case(RDS, "by one of two", COMPLIANT, CLUSTER, selection("arn:aws:rds:*:*:db:*", "arn:aws:rds:*:*:cluster:*")),
]
