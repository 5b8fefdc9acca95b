"""Databases and tables under a customer managed key, for organizations that require one."""

from __future__ import annotations

from collections.abc import Iterable

from pulumi_guardrails.aws.kms import customer_key, customer_keys
from pulumi_guardrails.aws.rds import deciding, is_given, origin
from pulumi_guardrails.aws.resource_types import (
    DYNAMODB_TABLE,
    DYNAMODB_TABLE_REPLICA,
    RDS_CLUSTER,
    RDS_CLUSTER_INSTANCE,
    RDS_INSTANCE,
)
from pulumi_guardrails.core.policy import Settings, Severity, StackPolicy, Topic
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.verdict import Verdict, all_of, not_applicable, undecided, when

_WHY = (
    "Who uses a key of AWS's is decided by AWS; a key of one's own can be denied, audited and taken away, and "
    "encrypted snapshots can be shared with other accounts. It costs a dollar a month, so it is off by default."
)


@StackPolicy(
    title="An RDS database is encrypted with a customer managed key",
    why=_WHY,
    severity=Severity.MEDIUM,
    off=True,
    kinds=(RDS_CLUSTER, RDS_INSTANCE, RDS_CLUSTER_INSTANCE),
    rows=("Storage is encrypted with the customer's key (where required)", "Performance Insights on, encrypted"),
    remediation_steps=(
        "Set kms_key_id, and performance_insights_kms_key_id where Performance Insights is on, to a key of your own."
    ),
    example='aws.rds.Cluster("db", engine="aurora-postgresql", storage_encrypted=True, kms_key_id=key.arn)',
    url="https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Overview.Encryption.Keys.html",
    topics=(Topic.DATABASE, Topic.ENCRYPTION, Topic.KEYS),
)
def rds_customer_key(stack: Stack, settings: Settings) -> Iterable[tuple[Resource, Verdict]]:
    """The key of the storage, which may be that of the source, and that of what Performance Insights records."""
    for database in stack.of(RDS_CLUSTER, RDS_INSTANCE):
        yield database, all_of(_storage_key(stack, database), _insights_key(stack, database))
    for instance in stack.of(RDS_CLUSTER_INSTANCE):
        yield instance, _insights_key(stack, instance)


def _storage_key(stack: Stack, database: Resource) -> Verdict:
    """A replica in the source's region, and an instance that is restored, are encrypted with the source's key.

    Source: Amazon RDS API Reference, KmsKeyId of CreateDBInstanceReadReplica, which takes no key for such a replica, of
    CreateDBCluster and of RestoreDBClusterFromSnapshot; RestoreDBInstanceFromDBSnapshot knows none.
    """
    key, named, decider = database["kmsKeyId"], origin(database), deciding(stack, database)
    replicated = database["replicationSourceIdentifier"]
    if is_given(replicated) and not is_given(key):
        named, decider = replicated, None
    if named is not None and (decider is None or decider.is_read):
        return undecided(named, whether="what it is made from has a customer managed key")
    if decider is None or decider is database:
        return customer_key(stack, key)
    return customer_key(stack, decider["kmsKeyId"])


def _insights_key(stack: Stack, database: Resource) -> Verdict:
    return when(
        database["performanceInsightsEnabled"].is_true(),
        lambda: customer_key(stack, database["performanceInsightsKmsKeyId"]),
        lambda: not_applicable("Performance Insights is off"),
        database["performanceInsightsEnabled"],
    )


@StackPolicy(
    title="A DynamoDB table is encrypted with a customer managed key",
    why=_WHY,
    severity=Severity.MEDIUM,
    off=True,
    kinds=(DYNAMODB_TABLE, DYNAMODB_TABLE_REPLICA),
    rows=("Encrypted at rest; with the customer's key where required",),
    remediation_steps=(
        "Set server_side_encryption=aws.dynamodb.TableServerSideEncryptionArgs(enabled=True, kms_key_arn=key.arn), and "
        "on every replica kms_key_arn to a key of its region."
    ),
    example=(
        'aws.dynamodb.Table("sessions", hash_key="id", billing_mode="PAY_PER_REQUEST",\n'
        '    attributes=[aws.dynamodb.TableAttributeArgs(name="id", type="S")],\n'
        "    server_side_encryption=aws.dynamodb.TableServerSideEncryptionArgs(enabled=True, kms_key_arn=key.arn))"
    ),
    url="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.howitworks.html",
    topics=(Topic.DATABASE, Topic.ENCRYPTION, Topic.KEYS),
)
def dynamodb_customer_key(stack: Stack, settings: Settings) -> Iterable[tuple[Resource, Verdict]]:
    """The key counts only where encryption with a key in KMS is enabled; each replica has a key of its own region."""
    for table in stack.of(DYNAMODB_TABLE):
        encryption = table["serverSideEncryption"]
        yield (
            table,
            all_of(
                encryption["enabled"].with_default(False).must_be(True),
                customer_key(stack, encryption["kmsKeyArn"]),
                customer_keys(stack, table["replicas"], "kmsKeyArn"),
            ),
        )
    for replica in stack.of(DYNAMODB_TABLE_REPLICA):
        yield replica, customer_key(stack, replica["kmsKeyArn"])
