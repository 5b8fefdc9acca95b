"""What AWS accepts of databases, tables, buckets, keys, secrets and logs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from offline.aws.check import Failure
from offline.aws.rules.documents import check_policy
from offline.aws.rules.kit import (
    Accepts,
    Object,
    ObjectTest,
    Rule,
    at_least,
    at_most_one,
    between,
    exactly_one,
    given,
    known,
    known_items,
    matching,
    needs,
    one_of,
    types,
    when,
)

_DB_CLUSTERS = types("rds", "Cluster")
_DB_INSTANCES = types("rds", "ClusterInstance")
_TABLES = types("dynamodb", "Table")
_LOGS = types("cloudwatch", "LogGroup")
_BUCKETS = types("s3", "Bucket", "BucketV2")
_LIFECYCLES = types("s3", "BucketLifecycleConfiguration", "BucketLifecycleConfigurationV2")
_ENCRYPTED = types("s3", "BucketServerSideEncryptionConfiguration", "BucketServerSideEncryptionConfigurationV2")

_IDENTIFIER = matching(
    r"(?!.*--)[a-z][a-z0-9-]{0,62}(?<!-)",
    "1 to 63 lower-case letters, digits and hyphens that begin with a letter, end with none but a letter or digit, "
    "and have no two hyphens in a row",
)
_RETENTION = (
    *(0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400),
    *(545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653),
)
_MASTER_PASSWORD = matching(
    r"(?![\s\S]*[/\"@ ])[\x21-\x7e]{8,128}",
    'a password of 8 to 128 printable ASCII characters without /, ", @ and space',
)


def _credentials(cluster: Object) -> Iterator[Failure]:
    yield from at_most_one("manageMasterUserPassword", "masterPassword", "masterPasswordWo")(cluster)
    restored = (
        "snapshotIdentifier",
        "replicationSourceIdentifier",
        "restoreToPointInTime",
        "s3Import",
        "globalClusterIdentifier",
    )
    if any(given(cluster, name) for name in restored):
        return
    if not given(cluster, "masterUsername"):
        yield Failure("masterUsername", "is required of a new cluster")
    if not any(given(cluster, name) for name in ("manageMasterUserPassword", "masterPassword", "masterPasswordWo")):
        yield Failure("masterPassword", "or manageMasterUserPassword is required of a new cluster")


def _serverless(scaling: Object) -> Iterator[Failure]:
    low, high = known(scaling, "minCapacity"), known(scaling, "maxCapacity")
    for name, value in (("minCapacity", low), ("maxCapacity", high)):
        if value is not None and (value * 2) % 1:
            yield Failure(name, f"must be a multiple of 0.5 ACU, found {value:g}")
    if low is not None and high is not None and low > high:
        yield Failure("minCapacity", f"must not be above the maxCapacity of {high:g}, found {low:g}")


def _cluster_key(cluster: Object) -> Iterator[Failure]:
    undecided = given(cluster, "storageEncrypted") and known(cluster, "storageEncrypted") is None
    if given(cluster, "kmsKeyId") and known(cluster, "storageEncrypted") is not True and not undecided:
        yield Failure("storageEncrypted", "must be true when kmsKeyId is set")


def _table_keys(table: Object) -> Iterator[Failure]:
    attributes = known(table, "attributes")
    defined = [known(item, "name") for item in known_items(table, "attributes") if isinstance(item, Mapping)]
    used = {known(table, "hashKey"), known(table, "rangeKey")}
    for name in ("globalSecondaryIndexes", "localSecondaryIndexes"):
        for index in known_items(table, name):
            used |= {known(index, "hashKey"), known(index, "rangeKey")}
            used |= {known(item, "attributeName") for item in known_items(index, "keySchemas")}
    if not isinstance(attributes, list) or None in defined or len(defined) != len(attributes):
        return
    undecided = any(
        given(table, name) and known(table, name) is None
        for name in ("hashKey", "rangeKey", "globalSecondaryIndexes", "localSecondaryIndexes")
    )
    for name in sorted(used - {None, *defined}):
        yield Failure("attributes", f"must define {name}, which is a key of the table or of an index")
    for name in defined:
        if name not in used and not undecided:
            yield Failure(
                "attributes", f"defines {name}, which is a key of nothing: AWS takes the attributes of keys only"
            )


def _table_capacity(table: Object) -> Iterator[Failure]:
    yield from when("billingMode", ["PAY_PER_REQUEST"], refused=["readCapacity", "writeCapacity"])(table)
    yield from when("billingMode", ["PROVISIONED", None], required=["readCapacity", "writeCapacity"])(table)


def _time_to_live(ttl: Object) -> Iterator[Failure]:
    if known(ttl, "enabled") is True and not known(ttl, "attributeName") and not given(ttl, "attributeName"):
        yield Failure("attributeName", "is required when enabled is true")


def _bucket_name() -> Accepts:
    pattern = re.compile(r"(?!\d+\.\d+\.\d+\.\d+$)(?!xn--)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?<!-s3alias)")
    return Accepts(
        "3 to 63 lower-case letters, digits, hyphens and dots that begin and end with a letter or digit",
        lambda value: pattern.fullmatch(value) is not None,
    )


def _encryption(default: Object) -> Iterator[Failure]:
    if known(default, "sseAlgorithm") == "AES256" and given(default, "kmsMasterKeyId"):
        yield Failure("kmsMasterKeyId", "must not be set when sseAlgorithm is AES256")


_LIFECYCLE_ACTIONS = (
    "abortIncompleteMultipartUpload",
    "expiration",
    "noncurrentVersionExpiration",
    "noncurrentVersionTransitions",
    "transitions",
)


def _lifecycle_rule(rule: Object) -> Iterator[Failure]:
    if not any(given(rule, name) for name in _LIFECYCLE_ACTIONS):
        yield Failure("expiration", f"or another action is required: one of {', '.join(_LIFECYCLE_ACTIONS)}")


def _policy(name: str, token: str) -> ObjectTest:
    """Accept objects of a type whose property, which the package types as plain text, is a policy document."""

    def test(owner: Object) -> Iterator[Failure]:
        text = known(owner, name)
        if text is not None:
            yield from check_policy(text, name, token)

    return test


_RDS_API = "CreateDBCluster and CreateDBInstance (Amazon RDS API reference)"
_DYNAMODB_API = "CreateTable (Amazon DynamoDB API reference)"
_LOGS_API = "CreateLogGroup and PutRetentionPolicy (Amazon CloudWatch Logs API reference)"
_S3_GUIDE = "General purpose bucket naming rules, PutBucketLifecycleConfiguration, PutBucketEncryption (Amazon S3)"
_KMS_API = "CreateAlias and ScheduleKeyDeletion (AWS KMS API reference)"
_SECRETS_API = "CreateSecret and DeleteSecret (AWS Secrets Manager API reference)"
_DEFAULT_ENCRYPTION = "rules[].applyServerSideEncryptionByDefault"

RULES = (
    Rule(_DB_CLUSTERS, "clusterIdentifier", _IDENTIFIER, _RDS_API),
    Rule(_DB_INSTANCES, "identifier", _IDENTIFIER, _RDS_API),
    Rule(_DB_CLUSTERS, "", _credentials, _RDS_API),
    Rule(_DB_CLUSTERS, "", _cluster_key, _RDS_API),
    Rule(_DB_CLUSTERS, "masterPassword", _MASTER_PASSWORD, _RDS_API),
    Rule(
        _DB_CLUSTERS,
        "masterUsername",
        matching(r"[A-Za-z]\w{0,62}", "1 to 63 letters, digits and underscores that begin with a letter"),
        _RDS_API,
    ),
    Rule(
        _DB_CLUSTERS,
        "databaseName",
        matching(r"[A-Za-z]\w{0,62}", "1 to 63 letters, digits and underscores that begin with a letter"),
        _RDS_API,
    ),
    Rule(_DB_CLUSTERS, "backupRetentionPeriod", between(1, 35), _RDS_API),
    Rule(_DB_CLUSTERS, "port", between(1150, 65535), _RDS_API),
    Rule(
        _DB_CLUSTERS,
        "serverlessv2ScalingConfiguration",
        _serverless,
        "Performance and scaling for Aurora Serverless v2",
    ),
    Rule(
        _DB_CLUSTERS,
        "serverlessv2ScalingConfiguration.minCapacity",
        between(0, 256),
        "Performance and scaling for Aurora Serverless v2",
    ),
    Rule(
        _DB_CLUSTERS,
        "serverlessv2ScalingConfiguration.maxCapacity",
        between(1, 256),
        "Performance and scaling for Aurora Serverless v2",
    ),
    Rule(
        _DB_CLUSTERS,
        "enabledCloudwatchLogsExports[]",
        one_of("audit", "error", "general", "iam-db-auth-error", "instance", "postgresql", "slowquery", "upgrade"),
        _RDS_API,
    ),
    Rule(
        _DB_INSTANCES,
        "instanceClass",
        matching(r"db\.[a-z0-9.-]+", "an instance class such as db.serverless"),
        _RDS_API,
    ),
    Rule(_DB_CLUSTERS + _DB_INSTANCES, "monitoringInterval", one_of(0, 1, 5, 10, 15, 30, 60), _RDS_API),
    Rule(_DB_INSTANCES, "promotionTier", between(0, 15), _RDS_API),
    Rule(types("rds", "SubnetGroup"), "subnetIds", at_least(2, "subnets in different availability zones"), _RDS_API),
    Rule(
        types("rds", "SubnetGroup", "ClusterParameterGroup", "ParameterGroup"),
        "name",
        matching(r"[a-z0-9 ._-]{1,255}", "1 to 255 lower-case letters, digits, hyphens, dots, spaces and underscores"),
        _RDS_API,
    ),
    Rule(_TABLES, "name", matching(r"[A-Za-z0-9_.-]{3,255}", "3 to 255 letters, digits and _.-"), _DYNAMODB_API),
    Rule(_TABLES, "", _table_keys, _DYNAMODB_API),
    Rule(_TABLES, "", _table_capacity, _DYNAMODB_API),
    Rule(_TABLES, "ttl", _time_to_live, _DYNAMODB_API),
    Rule(_TABLES, "pointInTimeRecovery.recoveryPeriodInDays", between(1, 35), _DYNAMODB_API),
    Rule(_LOGS, "name", matching(r"[A-Za-z0-9_./#-]{1,512}", "1 to 512 letters, digits and _-/.#"), _LOGS_API),
    Rule(_LOGS, "retentionInDays", one_of(*_RETENTION), _LOGS_API),
    Rule(_LOGS, "kmsKeyId", matching(r"arn:.+", "the ARN of a KMS key"), _LOGS_API),
    Rule(_BUCKETS, "bucket", _bucket_name(), _S3_GUIDE),
    Rule(_ENCRYPTED, f"{_DEFAULT_ENCRYPTION}.sseAlgorithm", one_of("AES256", "aws:kms", "aws:kms:dsse"), _S3_GUIDE),
    Rule(_ENCRYPTED, _DEFAULT_ENCRYPTION, _encryption, _S3_GUIDE),
    Rule(_LIFECYCLES, "rules[].status", one_of("Enabled", "Disabled"), _S3_GUIDE),
    Rule(_LIFECYCLES, "rules[]", _lifecycle_rule, _S3_GUIDE),
    Rule(
        types("s3", "BucketVersioning", "BucketVersioningV2"),
        "versioningConfiguration.status",
        one_of("Enabled", "Suspended", "Disabled"),
        _S3_GUIDE,
    ),
    Rule(
        types("s3", "BucketOwnershipControls"),
        "rule.objectOwnership",
        one_of("BucketOwnerPreferred", "ObjectWriter", "BucketOwnerEnforced"),
        _S3_GUIDE,
    ),
    Rule(
        types("kms", "Alias"),
        "name",
        matching(r"alias/(?!aws/)[A-Za-z0-9/_-]{1,250}", "alias/ and a name that is not of AWS"),
        _KMS_API,
    ),
    Rule(types("kms", "Key"), "deletionWindowInDays", between(7, 30), _KMS_API),
    Rule(types("kms", "Key"), "rotationPeriodInDays", between(90, 2560), _KMS_API),
    Rule(types("kms", "Key"), "", _policy("policy", "aws:kms/key:Key"), "Key policies in AWS KMS"),
    Rule(
        types("secretsmanager", "Secret"),
        "name",
        matching(r"[A-Za-z0-9/_+=.@-]{1,512}", "1 to 512 letters, digits and /_+=.@-"),
        _SECRETS_API,
    ),
    Rule(
        types("secretsmanager", "Secret"),
        "recoveryWindowInDays",
        Accepts("0 or from 7 to 30", lambda days: days == 0 or 7 <= days <= 30),
        _SECRETS_API,
    ),
    Rule(
        types("secretsmanager", "Secret", "SecretPolicy"),
        "",
        _policy("policy", "aws:secretsmanager/secretPolicy:SecretPolicy"),
        "Resource-based policies (AWS Secrets Manager)",
    ),
    Rule(
        types("secretsmanager", "SecretVersion"),
        "",
        exactly_one("secretString", "secretBinary", "secretStringWo"),
        _SECRETS_API,
    ),
    Rule(types("secretsmanager", "SecretVersion"), "", needs("secretStringWo", "secretStringWoVersion"), _SECRETS_API),
)
"""The rules of what keeps data."""
