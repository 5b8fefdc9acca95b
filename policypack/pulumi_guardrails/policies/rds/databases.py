"""Aurora and RDS, security: encryption at rest, public access and authentication."""

from __future__ import annotations

from collections.abc import Iterable

from pulumi_guardrails.aws.kms import CUSTOMER_KEYS
from pulumi_guardrails.aws.rds import Feature, already_deployed, deciding, if_supported, missing_source, origin
from pulumi_guardrails.aws.resource_types import RDS_CLUSTER, RDS_CLUSTER_INSTANCE, RDS_INSTANCE, RDS_SHARD_GROUP
from pulumi_guardrails.core.policy import (
    Constraint,
    Remediation,
    ResourcePolicy,
    Settings,
    Severity,
    StackPolicy,
    Topic,
    controls,
    list_setting,
    sets,
)
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.value import Value, snake_case
from pulumi_guardrails.core.verdict import COMPLIANT, Verdict, all_of, not_applicable, undecided, violation, when

_CURRENT_AUTHORITIES = ("rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1", "rds-ca-ecc384-g1")
"""The certificate authorities that have replaced rds-ca-2019 (Amazon RDS User Guide, "Using SSL/TLS to encrypt a
connection to a DB instance or cluster")."""

_DEFAULT_MASTER_NAMES = ("admin", "administrator", "awsuser", "master", "mysql", "postgres", "rdsadmin", "root", "sa")
"""Names that consoles, engines and tutorials propose, and that attackers try first."""

_ENCRYPT_THE_SOURCE = (
    "Encrypt the source. A replica in another region and a restored cluster are encrypted with their kms_key_id; "
    "restore an instance from a copy of the snapshot that is (aws.rds.SnapshotCopy with kms_key_id)."
)

_ENCRYPTION_CONTROLS = controls(
    FSBP="RDS.27 RDS.3",
    CIS="2.3.1",
    PCI="3.5.1.25 8.3.2.42 3.5.1.27 8.3.2.44",
    SOC2="pi_1_5",
    HIPAA="164_308_a_1_ii_b 164_308_a_4_ii_a 164_312_a_2_iv 164_312_e_2_ii",
    ISO27001="A.8.11 A.8.24",
    NIST="au_9_3 cp_9_d cp_9_8 sc_8_3 sc_8_4 sc_13_a sc_28_1 si_19_4",
)


@ResourcePolicy(
    title="An RDS database has storage encryption enabled",
    why=(
        "Without encryption at rest, the storage, replicas, backups and snapshots of a database are in clear text. "
        "Encryption can only be enabled when a database is created: enabling it later replaces the database."
    ),
    severity=Severity.MEDIUM,
    constraint=Constraint.ENCRYPTION,
    kinds=(RDS_CLUSTER, RDS_INSTANCE),
    rows=("Storage is encrypted",),
    controls=_ENCRYPTION_CONTROLS,
    remediation_steps="Set storage_encrypted=True.",
    example='aws.rds.Cluster("db", engine="aurora-postgresql", storage_encrypted=True)',
    url="https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Overview.Encryption.html",
    topics=(Topic.DATABASE, Topic.ENCRYPTION),
    remediation=sets(storageEncrypted=True),
)
def rds_storage_encrypted(database: Resource, settings: Settings) -> Verdict:
    """Aurora Serverless v1 is always encrypted; a replica or a restored database is encrypted like its source."""
    if origin(database) is not None:
        return not_applicable("a replica or a restored database, which rds-inherited-encryption checks")
    return _own_encryption(database)


def _own_encryption(database: Resource, fix: str = "") -> Verdict:
    encrypted = database["storageEncrypted"]
    return when(
        _is_first_serverless(database),
        lambda: encrypted.with_default(True).must_be(True, fix),
        lambda: encrypted.must_be(True, fix),
        database["engineMode"],
    )


def _is_first_serverless(database: Resource) -> bool | None:
    return database["engineMode"].holds(lambda mode: mode == "serverless")


@StackPolicy(
    title="An RDS read replica or restored database is encrypted",
    why=(
        "AWS ignores storage_encrypted for a read replica and for a database that is restored from a snapshot or to a "
        "point in time: it is encrypted if its source is, or where it may have a KMS key of its own and has one. If "
        "the source is not part of the stack, the policy is undecided."
    ),
    severity=Severity.MEDIUM,
    constraint=Constraint.ENCRYPTION,
    kinds=(RDS_CLUSTER, RDS_INSTANCE),
    rows=("Storage is encrypted",),
    controls=_ENCRYPTION_CONTROLS,
    remediation_steps=_ENCRYPT_THE_SOURCE,
    example=(
        'copy = aws.rds.SnapshotCopy("db", source_db_snapshot_identifier=snapshot.db_snapshot_arn,\n'
        '    target_db_snapshot_identifier="db-encrypted", kms_key_id=key.arn)\n'
        'aws.rds.Instance("db", instance_class="db.m7g.large", snapshot_identifier=copy.id)'
    ),
    url="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.html",
    topics=(Topic.DATABASE, Topic.ENCRYPTION),
)
def rds_inherited_encryption(stack: Stack, settings: Settings) -> Iterable[tuple[Resource, Verdict]]:
    """Follows a database to its source, until a KMS key or the encryption of a new database decides."""
    for database in stack.of(RDS_CLUSTER, RDS_INSTANCE):
        named = origin(database)
        if named is not None:
            yield database, _inherited_encryption(stack, database, named)


def _inherited_encryption(stack: Stack, database: Resource, named: Value) -> Verdict:
    if already_deployed(database):
        return database.output("storageEncrypted").must_be(True, _ENCRYPT_THE_SOURCE)
    return when(
        _is_first_serverless(database),
        lambda: COMPLIANT,
        lambda: _encryption_of_the_source(stack, database, named),
        database["engineMode"],
    )


def _encryption_of_the_source(stack: Stack, database: Resource, named: Value) -> Verdict:
    decider = deciding(stack, database)
    if decider is None:
        return undecided(missing_source(stack, database, named))
    keyed = origin(decider) is not None and not decider.is_read
    return _named_key(stack, decider) if keyed else _own_encryption(decider, _ENCRYPT_THE_SOURCE)


def _named_key(stack: Stack, database: Resource) -> Verdict:
    key = database["kmsKeyId"]
    if stack.reference(key, *CUSTOMER_KEYS).direct:
        return COMPLIANT
    return key.must(lambda name: isinstance(name, str), "the ARN of a KMS key")


@ResourcePolicy(
    title="An RDS database is not publicly accessible",
    why=(
        "A publicly accessible database has a public IP address: one overly permissive security group rule then "
        "exposes it to the internet, and its DNS name resolves to that address for everyone."
    ),
    severity=Severity.CRITICAL,
    danger=True,
    kinds=(RDS_CLUSTER_INSTANCE, RDS_INSTANCE, RDS_CLUSTER, RDS_SHARD_GROUP),
    rows=("No instance is publicly accessible",),
    controls=controls(
        FSBP="RDS.2",
        CIS="2.3.3",
        PCI="1.2.8.28 1.3.1.31 1.3.2.31 1.4.2.29 1.5.1.28 10.3.2.15 3.5.1.3.20 A1.1.2.11",
        SOC2="cc_6_2",
        HIPAA="164_308_a_3_i 164_312_a_1",
        ISO27001="A.8.1",
        NIST="ac_2_6 ac_3 ac_3_7 ac_4_21 ac_6 ac_17_b ac_17_1 ac_17_4_a",
    ),
    remediation_steps="Set publicly_accessible=False, and reach the database from within its VPC.",
    example=(
        'aws.rds.ClusterInstance("db-1", cluster_identifier=cluster.id, engine="aurora-postgresql",\n'
        '    instance_class="db.serverless", publicly_accessible=False)'
    ),
    url="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html",
    topics=(Topic.DATABASE, Topic.NETWORK),
    remediation=sets(publiclyAccessible=False),
)
def rds_not_publicly_accessible(database: Resource, settings: Settings) -> Verdict:
    """A Multi-AZ DB cluster is public by default in the default subnet group; an Aurora cluster never is.

    A shard group is public by default where its VPC has an internet gateway (Amazon RDS API Reference,
    CreateDBShardGroup, PubliclyAccessible).
    """
    public = database["publiclyAccessible"]
    if database.kind is RDS_SHARD_GROUP and public.is_absent:
        return undecided(public, whether="its VPC has an internet gateway, which makes a shard group public by default")
    if database.kind is not RDS_CLUSTER or not public.is_absent:
        return public.must_be(False)
    if database["dbClusterInstanceClass"].is_absent:
        return not_applicable("an Aurora cluster has an IP address only through its instances")
    own_subnets = database["dbSubnetGroupName"].holds(
        lambda name: isinstance(name, str) and name not in ("", "default")
    )
    return when(
        own_subnets,
        lambda: COMPLIANT,
        lambda: public.mismatch(
            "not set, which AWS takes as true in the default subnet group",
            "false",
            "Set publicly_accessible=False.",
        ),
        database["dbSubnetGroupName"],
    )


@ResourcePolicy(
    title="An RDS database has IAM database authentication enabled",
    why=(
        "With IAM database authentication a client connects with a token of its IAM role that expires after 15 "
        "minutes; without it there are only passwords, which are shared, copied and rarely changed."
    ),
    severity=Severity.MEDIUM,
    kinds=(RDS_CLUSTER, RDS_INSTANCE),
    rows=("IAM database authentication is on",),
    controls=controls(
        FSBP="RDS.12 RDS.10",
        PCI="7.2.1.22 7.2.2.22 7.2.5.16 7.3.1.16 7.3.2.16 7.3.3.16 8.2.7.16 8.2.8.18",
    ),
    remediation_steps="Set iam_database_authentication_enabled=True.",
    example='aws.rds.Cluster("db", engine="aurora-postgresql", iam_database_authentication_enabled=True)',
    url="https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.IAMDBAuth.html",
    topics=(Topic.DATABASE, Topic.AUTHENTICATION),
    remediation=sets(iamDatabaseAuthenticationEnabled=True),
)
def rds_iam_authentication(database: Resource, settings: Settings) -> Verdict:
    """For the engines that support it: PostgreSQL, MySQL and MariaDB, and those of Aurora."""
    verdict = database["iamDatabaseAuthenticationEnabled"].must_be(True)
    return if_supported(database, Feature.IAM_AUTHENTICATION, verdict)


@ResourcePolicy(
    title="An RDS database does not have a default master user name",
    why="A default name such as admin or postgres is half of the credentials; attackers try these names first.",
    severity=Severity.MEDIUM,
    kinds=(RDS_CLUSTER, RDS_INSTANCE),
    rows=("The master user is not a default name, its password not in clear text",),
    controls=controls(FSBP="RDS.24 RDS.25"),
    settings={
        "defaultNames": list_setting(
            _DEFAULT_MASTER_NAMES, "Names that a master user must not have, in upper or lower case."
        ),
    },
    remediation_steps="Choose another name; AWS replaces the database when the name of an existing one changes.",
    example='aws.rds.Cluster("db", engine="aurora-postgresql", master_username="dbadmin")',
    url="https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html",
    topics=(Topic.DATABASE, Topic.AUTHENTICATION),
)
def rds_master_user_name(database: Resource, settings: Settings) -> Verdict:
    """For a database with a name of its own: a replica or a restored database has that of its source."""
    name = database["masterUsername" if database.kind is RDS_CLUSTER else "username"]
    if name.is_absent:
        return not_applicable("the master user is that of the source or of the snapshot")
    refused = {str(entry).lower() for entry in settings["defaultNames"]}
    return name.must(
        lambda text: isinstance(text, str) and text != "" and text.lower() not in refused,
        "a name that is not a default",
    )


@ResourcePolicy(
    title="The master password of an RDS database is marked as a secret",
    why=(
        "A password in clear text ends up in the state, in the history of the repository and in the log of every "
        "preview. The Pulumi SDKs mark these properties as secrets; YAML programs and custom resources may not."
    ),
    severity=Severity.CRITICAL,
    danger=True,
    kinds=(RDS_CLUSTER, RDS_INSTANCE),
    rows=("The master user is not a default name, its password not in clear text",),
    remediation_steps=(
        "Set manage_master_user_password=True, or pass a secret: config.require_secret(…), pulumi.Output.secret(…)."
    ),
    example='aws.rds.Cluster("db", engine="aurora-postgresql", manage_master_user_password=True)',
    url="https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-secrets-manager.html",
    topics=(Topic.DATABASE, Topic.SECRETS),
)
def rds_master_password_secret(database: Resource, settings: Settings) -> Verdict:
    """Managed by AWS, or a Pulumi secret. The password is never shown."""
    names = ("masterPassword", "masterPasswordWo") if database.kind is RDS_CLUSTER else ("password", "passwordWo")
    given = [database[name] for name in names if not database[name].is_absent]
    if given:
        return all_of(*map(_is_secret, given))
    if database["manageMasterUserPassword"].is_true():
        return COMPLIANT
    return not_applicable("no password is given")


def _is_secret(password: Value) -> Verdict:
    if password.secret:
        return COMPLIANT
    if password.is_unknown:
        return undecided(password, whether="the password is marked as a secret")
    return violation(
        f"{password.path} is not marked as a secret",
        path=password.path,
        actual="a plain value",
        expected="a secret",
        fix=(
            f"Leave {snake_case(password.path)} out, and set manage_master_user_password=True; or pass a secret, such "
            "as config.require_secret(…) or pulumi.Output.secret(…)."
        ),
    )


def _set_current_authority() -> Remediation:
    return lambda database, settings: {_authority_of(database).path: name for name in settings["authorities"][:1]}


def _authority_of(database: Resource) -> Value:
    return database["caCertificateIdentifier" if database.kind is RDS_CLUSTER else "caCertIdentifier"]


@ResourcePolicy(
    title="An RDS database uses a current certificate authority",
    why=(
        "Clients that verify the certificate of a database cannot connect once its certificate authority has expired, "
        "and then often disable the verification."
    ),
    severity=Severity.MEDIUM,
    kinds=(RDS_CLUSTER_INSTANCE, RDS_INSTANCE, RDS_CLUSTER),
    rows=("The certificate authority is a current one",),
    settings={
        "authorities": list_setting(_CURRENT_AUTHORITIES, "The certificate authorities that are allowed."),
    },
    remediation_steps=(
        "Set ca_cert_identifier (ca_certificate_identifier on a Multi-AZ DB cluster) to a current certificate "
        "authority."
    ),
    example=(
        'aws.rds.ClusterInstance("db-1", cluster_identifier=cluster.id, engine="aurora-postgresql",\n'
        '    instance_class="db.serverless", ca_cert_identifier="rds-ca-rsa2048-g1")'
    ),
    url="https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.SSL.html",
    topics=(Topic.DATABASE, Topic.ENCRYPTION_IN_TRANSIT),
    remediation=_set_current_authority(),
)
def rds_certificate_authority(database: Resource, settings: Settings) -> Verdict:
    """By default RDS uses rds-ca-rsa2048-g1; in an Aurora cluster the instances have the certificates."""
    authority = _authority_of(database)
    if database.kind is RDS_CLUSTER and authority.is_absent and database["dbClusterInstanceClass"].is_absent:
        return not_applicable("the instances of an Aurora cluster have the certificates")
    allowed = settings["authorities"]
    fix = f'Set {snake_case(authority.path)}="{allowed[0]}".' if allowed else ""
    return authority.must(
        lambda name: name in allowed,
        " or ".join(allowed),
        fix,
        setting="authorities" if isinstance(authority.raw, str) else "",
    )
