"""The tables of the DynamoDB policies."""

from __future__ import annotations

from typing import Any

from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.value import ABSENT, UNKNOWN
from tests.policypack.cases import COMPLIANT, UNDECIDED, VIOLATION, Case, Ref, good, resource, rows

TABLE, REPLICA = "aws:dynamodb/table:Table", "aws:dynamodb/tableReplica:TableReplica"
TARGET, POLICY = "aws:appautoscaling/target:Target", "aws:appautoscaling/policy:Policy"
SHORT = {"Read": "dynamodb:table:ReadCapacityUnits", "Write": "dynamodb:table:WriteCapacityUnits"}


def capacity(says: str, outcome: Any, *others: Resource, finds: tuple[str, ...] = (), **table: Any) -> Case:
    """A row of the policy on capacity: the table, provisioned unless it says otherwise, and what scales it."""
    stack = [good(TABLE, "sessions", **{"billingMode": "PROVISIONED", **table}), *others]
    return Case("dynamodb-capacity", says, outcome, stack=stack, at="sessions", finds=finds)


def target(what: str, scaled: Any = "table/ml-api-sessions-dev", dimension: Any = "") -> Resource:
    return resource(TARGET, f"{what}-target", resourceId=scaled, scalableDimension=dimension or SHORT[what])


def policy(what: str, scaled: Any = "table/ml-api-sessions-dev", dimension: Any = "") -> Resource:
    return resource(POLICY, f"{what}-policy", resourceId=scaled, scalableDimension=dimension or SHORT[what])


def policy_by_edge(what: str) -> Resource:
    """A policy whose dimension is known, as the engine knows what a program wrote, and whose table is not."""
    return resource(POLICY, f"{what}-policy", resourceId=Ref(TARGET, f"{what}-target"), scalableDimension=SHORT[what])


READ = (target("Read"), policy("Read"))
WRITE = (target("Write"), policy("Write"))
TABLE_BY_EDGE = Ref(TABLE, "sessions")

CASES = [
    *rows(
        "dynamodb-point-in-time-recovery",
        TABLE,
        compliant=[
            ("on", {}),
            ("a list of one, as some SDKs send it", {"pointInTimeRecovery": [{"enabled": True}]}),
            ("on a replica as well", {"replicas": [{"regionName": "eu-west-1", "pointInTimeRecovery": True}]}),
        ],
        violation=[
            ("off", {"pointInTimeRecovery.enabled": False}, "pointInTimeRecovery.enabled is false"),
            ("absent, which is off", {"pointInTimeRecovery": ABSENT}, "not set"),
            ("a block without the switch", {"pointInTimeRecovery": {}}),
            ("off as text", {"pointInTimeRecovery.enabled": "false"}),
            ("a replica without", {"replicas": [{"regionName": "eu-west-1"}]}, "replicas[0].pointInTimeRecovery"),
            ("a wrong type", {"pointInTimeRecovery": "on"}, "an object"),
            ("a replica without, beside an unknown one", {"replicas": [{"regionName": "eu-west-1"}, UNKNOWN]}),
        ],
        undecided=[
            ("unknown", {"pointInTimeRecovery": UNKNOWN}),
            ("an unknown switch", {"pointInTimeRecovery.enabled": UNKNOWN}),
            ("unknown replicas", {"replicas": UNKNOWN}),
        ],
    ),
    *rows(
        "dynamodb-point-in-time-recovery",
        REPLICA,
        compliant=[("a replica of its own", {})],
        violation=[
            ("a replica of its own, off", {"pointInTimeRecovery": False}),
            ("a replica of its own, absent", {"pointInTimeRecovery": ABSENT}),
        ],
        undecided=[("a replica of its own, unknown", {"pointInTimeRecovery": UNKNOWN})],
    ),
    *rows(
        "dynamodb-encrypted",
        compliant=[
            ("with AWS's key in KMS", {}),
            ("with a key of one's own", {"serverSideEncryption.kmsKeyArn": "arn:aws:kms:us-east-1:123456789012:key/1"}),
            ("with a key that is not known yet", {"serverSideEncryption.kmsKeyArn": UNKNOWN}),
        ],
        violation=[
            ("off", {"serverSideEncryption.enabled": False}, "enabled=True"),
            ("absent, which is DynamoDB's own key", {"serverSideEncryption": ABSENT}),
            ("a key, but not enabled", {"serverSideEncryption": {"kmsKeyArn": "arn:aws:kms:us-east-1:1:key/1"}}),
            ("a wrong type", {"serverSideEncryption": ["AES256"]}),
        ],
        undecided=[
            ("unknown", {"serverSideEncryption": UNKNOWN}),
            ("an unknown switch", {"serverSideEncryption.enabled": UNKNOWN}),
        ],
    ),
    *rows(
        "dynamodb-deletion-protection",
        TABLE,
        compliant=[
            ("a protected table", {}),
            ("with a protected replica", {"replicas": [{"regionName": "r", "deletionProtectionEnabled": True}]}),
        ],
        violation=[
            ("off", {"deletionProtectionEnabled": False}, "deletion_protection_enabled=True"),
            ("absent, which is off", {"deletionProtectionEnabled": ABSENT}),
            (
                "a replica that is not protected",
                {"replicas": [{"regionName": "r", "deletionProtectionEnabled": False}]},
                "replicas[0].deletionProtectionEnabled",
                "on the replica",
            ),
            ("a replica that does not say", {"replicas": [{"regionName": "r"}]}),
            ("a wrong type", {"deletionProtectionEnabled": [True]}),
        ],
        undecided=[
            ("unknown", {"deletionProtectionEnabled": UNKNOWN}),
            ("unknown replicas", {"replicas": UNKNOWN}),
            ("an unknown replica", {"replicas": [UNKNOWN]}),
        ],
    ),
    *rows(
        "dynamodb-deletion-protection",
        REPLICA,
        compliant=[("a protected replica", {})],
        violation=[("a replica that is not", {"deletionProtectionEnabled": ABSENT})],
    ),
    capacity("on demand", COMPLIANT, billingMode="PAY_PER_REQUEST"),
    capacity("reads and writes scale", COMPLIANT, *READ, *WRITE),
    capacity("reads and writes scale, absent mode", COMPLIANT, *READ, *WRITE, billingMode=ABSENT),
    capacity(
        "reads and writes scale, all by edges",
        COMPLIANT,
        target("Read", TABLE_BY_EDGE),
        policy_by_edge("Read"),
        target("Write", TABLE_BY_EDGE),
        policy_by_edge("Write"),
    ),
    capacity(
        "provisioned without scaling",
        VIOLATION,
        finds=("provisioned capacity without auto scaling of ReadCapacityUnits", "auto scaling of WriteCapacityUnits"),
    ),
    capacity("absent, which is provisioned", VIOLATION, billingMode=ABSENT),
    capacity("only reads scale", VIOLATION, *READ, finds=("WriteCapacityUnits",)),
    capacity("targets without policies", VIOLATION, target("Read"), target("Write")),
    capacity("another table scales", VIOLATION, target("Read", "table/other"), policy("Read"), *WRITE),
    capacity("another mode", VIOLATION, billingMode="SERVERLESS"),
    capacity("a wrong type", VIOLATION, billingMode=["PAY_PER_REQUEST"]),
    capacity("an unknown mode", UNDECIDED, billingMode=UNKNOWN),
    capacity("targets of an unknown table", UNDECIDED, target("Read", UNKNOWN), policy("Read", UNKNOWN), *WRITE),
    capacity("an unknown mode, with scaling", UNDECIDED, *READ, *WRITE, billingMode=UNKNOWN),
    capacity("a table without a name of its own", UNDECIDED, *READ, *WRITE, name=ABSENT),
    capacity("policies of other targets", VIOLATION, target("Read"), policy("Read", "table/other"), *WRITE),
    capacity("policies of another dimension", VIOLATION, target("Read"), *WRITE),
    capacity(
        "another table scales, by an edge",
        VIOLATION,
        good(TABLE, "other", name="other"),
        target("Read", Ref(TABLE, "other")),
        policy_by_edge("Read"),
        *WRITE,
    ),
    capacity("a policy of an unknown dimension", UNDECIDED, target("Read"), policy("Read", dimension=UNKNOWN), *WRITE),
    capacity(
        "a target of an unknown table, with a policy by an edge",
        UNDECIDED,
        target("Read", UNKNOWN),
        policy_by_edge("Read"),
        *WRITE,
    ),
]
