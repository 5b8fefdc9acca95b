"""Aurora and RDS, availability: automated backups, and a second Availability Zone for failover."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from pulumi_guardrails.aws.rds import is_custom, is_given
from pulumi_guardrails.aws.resource_types import RDS_CLUSTER, RDS_CLUSTER_INSTANCE, RDS_INSTANCE
from pulumi_guardrails.core.once import once
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
from pulumi_guardrails.core.references import ByTarget, Doubts, Question
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.value import Value
from pulumi_guardrails.core.verdict import COMPLIANT, Verdict, not_applicable, undecided, violation

_ZONE_CONTROLS = {
    "HIPAA": "164_308_a_1_ii_b 164_308_a_7_i 164_308_a_7_ii_a 164_308_a_7_ii_b 164_308_a_7_ii_c",
    "ISO27001": "A.8.14",
    "NIST": "cp_1_a_1_b cp_1_a_2 cp_2_a cp_2_a_6 cp_2_a_7 cp_2_d cp_2_e cp_2_5",
}


_ENABLE_MULTI_AZ = "Set multi_az=True, and leave availability_zone out: AWS rejects the two together."


def _keep_minimum_days() -> Remediation:
    return lambda _database, settings: {"backupRetentionPeriod": settings["minimumDays"]}


_WITHOUT_STANDBY = ("sqlserver-ex", "sqlserver-web")
"""Engines without Multi-AZ (Amazon RDS User Guide, "Multi-AZ deployments for Amazon RDS for Microsoft SQL Server")."""


@ResourcePolicy(
    title="An RDS database keeps automated backups for the required number of days",
    why=(
        "Data that was destroyed can only be restored from a backup. Aurora keeps backups for one day by default, and "
        "an RDS instance that Pulumi creates keeps none, which also disables point-in-time recovery."
    ),
    severity=Severity.MEDIUM,
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
    settings={
        "minimumDays": number_setting(7, "The minimum number of days that backups are kept.", minimum=1, maximum=35)
    },
    remediation_steps="Set backup_retention_period=7 (or the minimumDays of your configuration of this policy).",
    example='aws.rds.Cluster("db", engine="aurora-postgresql", backup_retention_period=7)',
    url="https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Managing.Backups.html",
    topics=(Topic.DATABASE, Topic.BACKUP),
    remediation=_keep_minimum_days(),
)
def rds_backup_retention(database: Resource, settings: Settings) -> Verdict:
    """A read replica without backups of its own relies on those of its source."""
    days = database["backupRetentionPeriod"]
    if database.kind is RDS_INSTANCE and days.as_number() == 0 and is_given(database["replicateSourceDb"]):
        return not_applicable("the source of a read replica is backed up")
    return days.must_be_at_least(settings["minimumDays"], "days", setting="minimumDays")


def _enable_multi_az(instance: Resource, settings: Settings) -> Mapping[str, Any]:
    """Nothing where the update would fail: AWS rejects it together with a zone (Amazon RDS API Reference,
    CreateDBInstance, MultiAZ), and ModifyDBInstance does not apply it to RDS Custom."""
    return {} if is_given(instance["availabilityZone"]) or is_custom(instance) else {"multiAz": True}


@ResourcePolicy(
    title="An RDS instance has Multi-AZ enabled",
    why=(
        "When the Availability Zone of a single instance fails, or the instance is maintained, the database is down. A "
        "Multi-AZ instance fails over to its standby within one or two minutes."
    ),
    severity=Severity.MEDIUM,
    kinds=(RDS_INSTANCE,),
    rows=("Instances lie in several zones, so that failover works",),
    controls=controls(FSBP="RDS.5", **_ZONE_CONTROLS),
    remediation_steps=_ENABLE_MULTI_AZ,
    example='aws.rds.Instance("db", engine="postgres", instance_class="db.m7g.large", multi_az=True)',
    url="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.MultiAZSingleStandby.html",
    topics=(Topic.DATABASE, Topic.AVAILABILITY),
    remediation=_enable_multi_az,
)
def rds_instance_several_zones(instance: Resource, settings: Settings) -> Verdict:
    """Also for a read replica. An edition of SQL Server that has no standby is not asked for one."""
    if instance["engine"].as_text() in _WITHOUT_STANDBY:
        return not_applicable("this edition of SQL Server has no Multi-AZ deployment")
    fix = _ENABLE_MULTI_AZ if is_given(instance["availabilityZone"]) else ""
    return instance["multiAz"].must_be(True, fix)


@StackPolicy(
    title="An RDS cluster has instances in several Availability Zones",
    why=(
        "Aurora fails over to a reader in another Availability Zone. With one instance, or all of them in one zone, it "
        "has to create an instance first, and the database is down for ten minutes or longer."
    ),
    severity=Severity.MEDIUM,
    kinds=(RDS_CLUSTER,),
    rows=("Instances lie in several zones, so that failover works",),
    controls=controls(FSBP="RDS.15", **_ZONE_CONTROLS),
    remediation_steps=(
        "Give the cluster two or more instances in different Availability Zones; without availability_zone, Aurora "
        "chooses the zone of each instance."
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
    """By the instances of the stack that belong to the cluster; a Multi-AZ DB cluster always has three."""
    for cluster in stack.of(RDS_CLUSTER):
        yield cluster, _spread(stack, cluster)


def _spread(stack: Stack, cluster: Resource) -> Verdict:
    if not cluster["dbClusterInstanceClass"].is_absent:
        return COMPLIANT
    mode, scalability = cluster["engineMode"], cluster["clusterScalabilityType"]
    if mode.holds(lambda text: text == "serverless"):
        return not_applicable("Aurora Serverless v1 has no instances and fails over automatically")
    if scalability.holds(lambda text: text == "limitless"):
        return not_applicable("Aurora Limitless Database has a shard group instead of instances")
    index = stack.shared(_Instances)
    instances, possible = index.of(cluster), index.possible(cluster)
    verdict = _in_several_zones(instances)
    for value in (mode, scalability):
        if verdict.is_violation and value.is_unknown:
            return undecided(value)
    if verdict.is_violation and possible:
        return index.question.undecided(index.doubts(possible), cluster["clusterIdentifier"])
    return verdict


class _Instances:
    """The cluster instances of a stack by the cluster that they name, or may; shared through `Stack.shared`."""

    def __init__(self, stack: Stack) -> None:
        self._by_cluster: ByTarget[Value] = ByTarget()
        self._by_identifier: dict[str, list[Resource]] = {}
        self._of_no_cluster: list[Value] = []
        self._of_nameless: Callable[[Sequence[Value]], Sequence[Value]] = once(
            lambda possible: sorted([*possible, *self._of_no_cluster], key=_owner_urn)
        )
        self.doubts = once(Doubts.of_references)
        self.question = Question("further instances of this stack belong to it")
        for instance in stack.of(RDS_CLUSTER_INSTANCE):
            named = instance["clusterIdentifier"]
            text = named.as_text()
            reference = stack.reference(named, RDS_CLUSTER, named="clusterIdentifier")
            is_open = named.is_unknown and not reference.direct
            self._by_cluster.add(named, () if is_open else reference.targets, is_open)
            if text is not None:
                self._by_identifier.setdefault(text, []).append(instance)
                if not reference.direct:
                    self._of_no_cluster.append(named)

    def of(self, cluster: Resource) -> Sequence[Resource]:
        """The instances of a cluster."""
        surely = [named.owner for named in self._by_cluster.certain(cluster) if named.owner is not None]
        name = cluster["clusterIdentifier"].as_text()
        by_name = self._by_identifier.get(name, ()) if name is not None else ()
        return sorted({*surely, *by_name}, key=lambda instance: instance.urn)

    def possible(self, cluster: Resource) -> Sequence[Value]:
        """The identifiers by which further ones may belong to it.

        One that no cluster of the stack has may be that which AWS chooses for a cluster without one.
        """
        possible = self._by_cluster.possible(cluster)
        return self._of_nameless(possible) if cluster["clusterIdentifier"].as_text() is None else possible


def _owner_urn(value: Value) -> str:
    return value.owner.urn if value.owner is not None else ""


def _in_several_zones(instances: Sequence[Resource]) -> Verdict:
    zones = [instance["availabilityZone"] for instance in instances]
    if len(zones) < 2:
        number = f"{len(zones) or 'no'} instance"
        return violation(
            f"The cluster has {number} in this stack; failover needs two or more, in different Availability Zones",
            actual=number,
            expected="two or more instances",
        )
    known = {text for text in (zone.as_text() for zone in zones) if text}
    if len(known) > 1 or any(zone.is_absent for zone in zones):
        return COMPLIANT
    if any(zone.is_unknown for zone in zones):
        return undecided(*(zone for zone in zones if zone.is_unknown))
    if not known:
        return zones[0].mismatch(zones[0].shown, "the name of an Availability Zone")
    return violation(
        f"The {len(zones)} instances of the cluster are all in the Availability Zone {zones[0].shown}",
        path=zones[0].path,
        actual=zones[0].shown,
        expected="several Availability Zones",
    )
