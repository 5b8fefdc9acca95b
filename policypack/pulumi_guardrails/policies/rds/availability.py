"""Aurora and RDS, availability: backups that reach back far enough, and a second zone to fail over to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pulumi_guardrails.aws.rds import is_custom, is_given
from pulumi_guardrails.aws.resource_types import RDS_CLUSTER, RDS_CLUSTER_INSTANCE, RDS_INSTANCE
from pulumi_guardrails.core.policy import (
    Remediation,
    ResourcePolicy,
    Settings,
    Severity,
    StackPolicy,
    Topic,
    controls,
    number_setting,
)
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.three_valued import Answer
from pulumi_guardrails.core.verdict import COMPLIANT, Verdict, mismatch, not_applicable, undecided

_ZONE_CONTROLS = {
    "HIPAA": "164_308_a_1_ii_b 164_308_a_7_i 164_308_a_7_ii_a 164_308_a_7_ii_b 164_308_a_7_ii_c",
    "ISO27001": "A.8.14",
    "NIST": "cp_1_a_1_b cp_1_a_2 cp_2_a cp_2_a_6 cp_2_a_7 cp_2_d cp_2_e cp_2_5",
}


_WITHOUT_ZONE = "Set multi_az=True, and leave availability_zone out: AWS refuses the two together."


def _keep_for_the_least_days() -> Remediation:
    return lambda _database, settings: {"backupRetentionPeriod": settings["minimumDays"]}


@ResourcePolicy(
    title="Automated backups of a database are kept for the declared number of days",
    why=(
        "What a fault or an attacker destroyed can only be restored from a backup made before; Aurora keeps one day by "
        "default, and an RDS instance made by the plugin none, which also switches point-in-time recovery off."
    ),
    severity=Severity.HIGH,
    kinds=(RDS_CLUSTER, RDS_INSTANCE),
    rows=("Backups are kept at least 7 days",),
    controls=controls(
        FSBP="RDS.11",
        PCI="10.3.3.8",
        SOC2="cc_7_4 cc_a_1_1",
        HIPAA=(
            "164_308_a_1_ii_b 164_308_a_4_ii_a 164_308_a_7_i 164_308_a_7_ii_a 164_308_a_7_ii_b 164_308_a_7_ii_c "
            "164_312_a_2_ii"
        ),
        NIST="cp_1_2 cp_2_5 cp_6_a cp_6_1 cp_6_2 cp_9_a cp_9_b cp_9_c",
    ),
    settings={"minimumDays": number_setting(7, "The fewest days a backup is kept.", minimum=1, maximum=35)},
    remediation_steps="Set backup_retention_period=7 (or what your configuration of this policy declares).",
    example='aws.rds.Cluster("db", engine="aurora-postgresql", backup_retention_period=7)',
    url="https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Managing.Backups.html",
    topics=(Topic.DATABASE, Topic.BACKUP),
    remediation=_keep_for_the_least_days(),
)
def rds_backup_retention(database: Resource, settings: Settings) -> Verdict:
    """A read replica that keeps none leaves its backups to its source."""
    days = database["backupRetentionPeriod"]
    if database.kind is RDS_INSTANCE and days.as_number() == 0 and is_given(database["replicateSourceDb"]):
        return not_applicable("the source of a read replica is backed up")
    return days.must_be_at_least(settings["minimumDays"], "days")


def _add_a_standby(instance: Resource, settings: Settings) -> Mapping[str, Any]:
    """Nothing where the update would fail: AWS takes no zone beside it (Amazon RDS API Reference, CreateDBInstance,
    MultiAZ), and ModifyDBInstance does not apply it to RDS Custom."""
    return {} if is_given(instance["availabilityZone"]) or is_custom(instance) else {"multiAz": True}


@ResourcePolicy(
    title="A database instance has a standby in another zone",
    why=(
        "When the zone of a single instance fails, or the instance is maintained, the database is down; a Multi-AZ "
        "instance fails over to its standby within a minute or two."
    ),
    severity=Severity.MEDIUM,
    kinds=(RDS_INSTANCE,),
    rows=("Instances lie in several zones, so that failover works",),
    controls=controls(FSBP="RDS.5", **_ZONE_CONTROLS),
    remediation_steps=_WITHOUT_ZONE,
    example='aws.rds.Instance("db", engine="postgres", instance_class="db.m7g.large", multi_az=True)',
    url="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.MultiAZSingleStandby.html",
    topics=(Topic.DATABASE, Topic.AVAILABILITY),
    remediation=_add_a_standby,
)
def rds_instance_several_zones(instance: Resource, settings: Settings) -> Verdict:
    """A read replica is judged like any other instance."""
    mend = _WITHOUT_ZONE if is_given(instance["availabilityZone"]) else ""
    return instance["multiAz"].must_be(True, mend)


@StackPolicy(
    title="The instances of a database cluster lie in several zones",
    why=(
        "Aurora fails over to a reader that is running in another zone. With one instance, or all in one zone, it has "
        "to make a new one first, and the database is down for ten minutes or longer."
    ),
    severity=Severity.MEDIUM,
    kinds=(RDS_CLUSTER,),
    rows=("Instances lie in several zones, so that failover works",),
    controls=controls(FSBP="RDS.15", **_ZONE_CONTROLS),
    remediation_steps=(
        "Give the cluster two instances or more, in different availability zones; where availability_zone is not set, "
        "Aurora chooses the zones of further instances itself."
    ),
    example=(
        'for zone in ("us-east-1a", "us-east-1b"):\n'
        '    aws.rds.ClusterInstance(f"db-{zone}", cluster_identifier=cluster.id, engine="aurora-postgresql",\n'
        '        instance_class="db.serverless", availability_zone=zone)'
    ),
    url="https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.AuroraHighAvailability.html",
    topics=(Topic.DATABASE, Topic.AVAILABILITY),
)
def rds_cluster_several_zones(stack: Stack, settings: Settings) -> Iterable[tuple[Resource, Verdict]]:
    """Counts the instances of the stack that belong to the cluster; a Multi-AZ DB cluster brings its own three."""
    for cluster in stack.of(RDS_CLUSTER):
        yield cluster, _spread(stack, cluster)


def _spread(stack: Stack, cluster: Resource) -> Verdict:
    if not cluster["dbClusterInstanceClass"].is_absent:
        return COMPLIANT
    mode, scalability = cluster["engineMode"], cluster["clusterScalabilityType"]
    if mode.holds(lambda text: text == "serverless"):
        return not_applicable("Aurora Serverless v1 has no instances, and fails over by itself")
    if scalability.holds(lambda text: text == "limitless"):
        return not_applicable("Aurora Limitless Database has a shard group in place of instances")
    instances, astray = _instances(stack, cluster)
    verdict = _in_several_zones(instances)
    for value in (mode, scalability):
        if verdict.is_violation and value.is_unknown:
            return undecided(value)
    if verdict.is_violation and astray:
        named = [instance["clusterIdentifier"] for instance in astray]
        return undecided(*named, whether=f"{', '.join(instance.label for instance in astray)} belong to it")
    return verdict


def _instances(stack: Stack, cluster: Resource) -> tuple[Sequence[Resource], Sequence[Resource]]:
    """The instances of a cluster, and those of which the stack does not show whose they are."""
    members = [(instance, _is_of(stack, instance, cluster)) for instance in stack.of(RDS_CLUSTER_INSTANCE)]
    return [i for i, answer in members if answer], [i for i, answer in members if answer is None]


def _is_of(stack: Stack, instance: Resource, cluster: Resource) -> Answer:
    named, own_name = instance["clusterIdentifier"], cluster["clusterIdentifier"].as_text()
    reference = stack.reference(named, RDS_CLUSTER, named="clusterIdentifier")
    answer = reference.to(cluster)
    if answer:
        return True
    text = named.as_text()
    if text is not None and own_name is not None:
        return text == own_name
    # An identifier that the stack does not show may be this cluster's, whose own AWS chooses.
    return None if not reference.direct and (named.is_unknown or text is not None) else answer


def _in_several_zones(instances: Sequence[Resource]) -> Verdict:
    zones = [instance["availabilityZone"] for instance in instances]
    subject, accepted = "the number of instances", "two or more, in different zones"
    if len(zones) < 2:
        return mismatch(subject, f"{len(zones)} in this stack", accepted)
    known = {text for text in (zone.as_text() for zone in zones) if text}
    if len(known) > 1 or any(zone.is_absent for zone in zones):
        return COMPLIANT
    if any(zone.is_unknown for zone in zones):
        return undecided(*(zone for zone in zones if zone.is_unknown))
    return mismatch("availabilityZone", f"{zones[0].shown} for all {len(zones)} instances", "several zones")
