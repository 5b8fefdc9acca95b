"""Databases under the customer's own key, for organisations that ask for it."""

from __future__ import annotations

from collections.abc import Iterable

from guardrails.kinds import DYNAMODB_TABLE, RDS_CLUSTER, RDS_CLUSTER_INSTANCE, RDS_INSTANCE
from guardrails.policy import Level, Settings, Severity, stack_policy
from guardrails.references import customer_key
from guardrails.stack import Stack
from guardrails.verdict import Verdict, all_of, not_applicable, when
from guardrails.view import Resource

_WHY = (
    "Who uses a key of AWS's is decided by AWS; a key of one's own can be denied, audited and taken away, and "
    "encrypted snapshots can be shared with other accounts. It costs a dollar a month, so it is off by default."
)


@stack_policy(
    title="A database is encrypted with the customer's own key",
    why=_WHY,
    severity=Severity.MEDIUM,
    level=Level.DISABLED,
    kinds=(RDS_CLUSTER, RDS_INSTANCE, RDS_CLUSTER_INSTANCE),
    rows=("Storage is encrypted with the customer's key (where required)", "Performance Insights on, encrypted"),
    mend="Set kms_key_id, and performance_insights_kms_key_id where Performance Insights is on, to a key of your own.",
    example='aws.rds.Cluster("db", engine="aurora-postgresql", storage_encrypted=True, kms_key_id=key.arn)',
    url="https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Overview.Encryption.Keys.html",
    topics=("database", "encryption", "keys"),
)
def rds_customer_key(stack: Stack, settings: Settings) -> Iterable[tuple[Resource, Verdict]]:
    """The key of the storage, and that of what Performance Insights records."""
    for database in stack.of(RDS_CLUSTER, RDS_INSTANCE):
        yield database, all_of(customer_key(stack, database, database["kmsKeyId"]), _insights_key(stack, database))
    for instance in stack.of(RDS_CLUSTER_INSTANCE):
        yield instance, _insights_key(stack, instance)


def _insights_key(stack: Stack, database: Resource) -> Verdict:
    return when(
        database["performanceInsightsEnabled"].is_true(),
        lambda: customer_key(stack, database, database["performanceInsightsKmsKeyId"]),
        lambda: not_applicable("Performance Insights is off"),
    )


@stack_policy(
    title="A table is encrypted with the customer's own key",
    why=_WHY,
    severity=Severity.MEDIUM,
    level=Level.DISABLED,
    kinds=(DYNAMODB_TABLE,),
    rows=("Encrypted at rest; with the customer's key where required",),
    mend="Set server_side_encryption=aws.dynamodb.TableServerSideEncryptionArgs(enabled=True, kms_key_arn=key.arn).",
    example=(
        'aws.dynamodb.Table("sessions", hash_key="id", billing_mode="PAY_PER_REQUEST",\n'
        '    attributes=[aws.dynamodb.TableAttributeArgs(name="id", type="S")],\n'
        "    server_side_encryption=aws.dynamodb.TableServerSideEncryptionArgs(enabled=True, kms_key_arn=key.arn))"
    ),
    url="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.howitworks.html",
    topics=("database", "encryption", "keys"),
)
def dynamodb_customer_key(stack: Stack, settings: Settings) -> Iterable[tuple[Resource, Verdict]]:
    """The key counts only where encryption with a key in KMS is enabled."""
    for table in stack.of(DYNAMODB_TABLE):
        encryption = table["serverSideEncryption"]
        yield (
            table,
            all_of(
                encryption["enabled"].with_default(False).must_be(True),
                customer_key(stack, table, encryption["kmsKeyArn"]),
            ),
        )
