"""Aurora and RDS, operations: logs, monitoring, upgrades, tags and deletion protection."""

from __future__ import annotations

from pulumi_guardrails.aws.rds import Feature, engine_is_open, engine_unknown, if_supported, is_custom
from pulumi_guardrails.aws.resource_types import RDS_CLUSTER, RDS_CLUSTER_INSTANCE, RDS_INSTANCE
from pulumi_guardrails.core.policy import ResourcePolicy, Settings, Severity, Topic, controls, sets
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.value import Value, snake_case
from pulumi_guardrails.core.verdict import Verdict, all_of, not_applicable

_LOGS = {
    "aurora-postgresql": "postgresql",
    "postgres": "postgresql",
    "aurora-mysql": "audit",
    "mysql": "error",
    "mariadb": "error",
    "sqlserver-": "error",
    "oracle-": "alert",
    "db2-": "diag.log",
}
"""The log that has to be exported at least, by engine or the beginning of its name. Source: Amazon RDS API Reference,
CreateDBCluster and CreateDBInstance, EnableCloudwatchLogsExports; AWS Security Hub, "RDS.34"."""

_LOGS_OF_ONE_ENGINE = ("postgresql", "error", "alert", "diag.log")
"""Logs of an instance that only those engines have that must export them: with one of these, the engine need not be
known."""

_MONITORING_SECONDS = (1, 5, 10, 15, 30, 60)
"""Intervals of Enhanced Monitoring, in seconds (Amazon RDS API Reference, CreateDBInstance, MonitoringInterval)."""


def _log_of(engine: object) -> str | None:
    name = engine if isinstance(engine, str) else ""
    return next(
        (log for start, log in _LOGS.items() if name == start or (start[-1] == "-" and name.startswith(start))), None
    )


def _export_engine_log(database: Resource, settings: Settings) -> dict[str, list[object]]:
    log = _log_of(database["engine"].as_text())
    exports = database["enabledCloudwatchLogsExports"].elements() or ()
    return {"enabledCloudwatchLogsExports": [*(item.raw for item in exports if item.as_text()), log]} if log else {}


@ResourcePolicy(
    title="An RDS database exports its engine logs to CloudWatch",
    why=(
        "RDS keeps the logs of a database for a few days only. Exported logs are kept for the retention period of "
        "their log group, are protected from changes, and can be searched and used for alarms."
    ),
    severity=Severity.MEDIUM,
    kinds=(RDS_CLUSTER, RDS_INSTANCE),
    rows=("Engine logs are exported to CloudWatch",),
    controls=controls(
        FSBP="RDS.37 RDS.9",
        PCI="10.2.1.1.25 10.2.1.2.22 10.2.1.3.22 10.2.1.4.22 10.2.1.5.22 10.2.1.6.22 10.2.1.7.22 10.2.1.22",
        SOC2="pi_1_3 cc_7_2 cc_7_3 cc_a_1_1",
        HIPAA="164_308_a_4_ii_a 164_312_b",
        ISO27001="A.8.15",
        NIST="ac_2_4 ac_3_1 ac_3_10 ac_4_26 ac_6_9 au_2_b au_3_a au_3_b",
    ),
    remediation_steps='Name the engine\'s log in enabled_cloudwatch_logs_exports, such as ["postgresql"].',
    example='aws.rds.Cluster("db", engine="aurora-postgresql", enabled_cloudwatch_logs_exports=["postgresql"])',
    url="https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.CloudWatch.html",
    topics=(Topic.DATABASE, Topic.LOGGING),
    remediation=_export_engine_log,
)
def rds_logs_exported(database: Resource, settings: Settings) -> Verdict:
    """Each engine has one log that must be exported; for other engines any log is enough, and none is for none."""
    if is_custom(database):
        return not_applicable("RDS Custom does not export logs")
    engine, exports = database["engine"], database["enabledCloudwatchLogsExports"]
    if not exports.is_unknown and not exports.elements():
        log = _log_of(engine.as_text())
        return _without_log(exports, log)
    if engine.is_unknown:
        return engine_unknown(database)
    log = _log_of(engine.as_text())
    wanted: tuple[str, ...]
    if engine_is_open(database):
        wanted, missing = _LOGS_OF_ONE_ENGINE, engine_unknown(database)
    else:
        wanted = (log,) if log else ()
        missing = _without_log(exports, log)
    return exports.some(
        lambda item: item.holds(lambda name: isinstance(name, str) and (name in wanted if wanted else name != "")),
        missing,
    )


def _without_log(exports: Value, log: str | None) -> Verdict:
    """The violation of a database that does not export the log of its engine, or no log at all."""
    advice = f'Set {snake_case(exports.path)}=["{log}"].' if log else ""
    return exports.mismatch(exports.shown, f'a list with "{log}"' if log else "the name of a log", advice)


@ResourcePolicy(
    title="An RDS database has automatic minor version upgrades enabled",
    why="Minor versions fix known vulnerabilities; without automatic upgrades they are often installed late.",
    severity=Severity.HIGH,
    kinds=(RDS_CLUSTER_INSTANCE, RDS_INSTANCE, RDS_CLUSTER),
    rows=("Minor versions are upgraded automatically",),
    controls=controls(FSBP="RDS.35 RDS.13", CIS="2.3.2", PCI="6.3.3.10"),
    remediation_steps="Set auto_minor_version_upgrade=True, or leave it out.",
    example=(
        'aws.rds.ClusterInstance("db-1", cluster_identifier=cluster.id, engine="aurora-postgresql",\n'
        '    instance_class="db.serverless", auto_minor_version_upgrade=True)'
    ),
    url="https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_UpgradeDBInstance.Maintenance.html",
    topics=(Topic.DATABASE, Topic.PATCHING),
    remediation=sets(autoMinorVersionUpgrade=True),
)
def rds_minor_version_upgrade(database: Resource, settings: Settings) -> Verdict:
    """Enabled by default; RDS Custom does not support it."""
    return if_supported(database, Feature.MINOR_UPGRADES, database["autoMinorVersionUpgrade"].must_be(True))


@ResourcePolicy(
    title="An RDS database copies its tags to snapshots",
    why="A snapshot without tags is missed by access control, cost allocation and retention rules that use tags.",
    severity=Severity.LOW,
    kinds=(RDS_CLUSTER, RDS_INSTANCE),
    rows=("Tags are copied to snapshots",),
    controls=controls(FSBP="RDS.16 RDS.17", SOC2="cc_7_5", ISO27001="A.5.13"),
    remediation_steps="Set copy_tags_to_snapshot=True.",
    example='aws.rds.Cluster("db", engine="aurora-postgresql", copy_tags_to_snapshot=True)',
    url="https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_Tagging.html",
    topics=(Topic.DATABASE, Topic.TAGS),
    remediation=sets(copyTagsToSnapshot=True),
)
def rds_snapshot_tags(database: Resource, settings: Settings) -> Verdict:
    """For Aurora only the property of the cluster counts, not that of its instances."""
    return database["copyTagsToSnapshot"].must_be(True)


def _monitored_by_instance(database: Resource) -> bool:
    """Whether the instances of a cluster have the setting, as in Aurora; a Multi-AZ DB cluster has it itself."""
    return database.kind is RDS_CLUSTER and database["dbClusterInstanceClass"].is_absent


@ResourcePolicy(
    title="An RDS database has Performance Insights enabled",
    why=(
        "Performance Insights shows what the statements of a database wait for, also for a past incident. Its data is "
        "always encrypted, with an AWS managed key unless performance_insights_kms_key_id is set."
    ),
    severity=Severity.LOW,
    kinds=(RDS_CLUSTER_INSTANCE, RDS_INSTANCE, RDS_CLUSTER),
    rows=("Performance Insights on, encrypted",),
    remediation_steps="Set performance_insights_enabled=True; the default retention of seven days is free of charge.",
    example=(
        'aws.rds.ClusterInstance("db-1", cluster_identifier=cluster.id, engine="aurora-postgresql",\n'
        '    instance_class="db.serverless", performance_insights_enabled=True)'
    ),
    url="https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_PerfInsights.html",
    topics=(Topic.DATABASE, Topic.MONITORING),
    remediation=sets(performanceInsightsEnabled=True),
)
def rds_performance_insights(database: Resource, settings: Settings) -> Verdict:
    """For each instance whose engine and class support it, and for a Multi-AZ DB cluster as a whole."""
    if _monitored_by_instance(database):
        return not_applicable("the instances of the cluster have this setting")
    return if_supported(database, Feature.INSIGHTS, database["performanceInsightsEnabled"].must_be(True))


@ResourcePolicy(
    title="An RDS database has Enhanced Monitoring enabled",
    why="CloudWatch metrics come from the hypervisor; only the agent on the instance shows what its processes do.",
    severity=Severity.LOW,
    kinds=(RDS_CLUSTER_INSTANCE, RDS_INSTANCE, RDS_CLUSTER),
    rows=("Enhanced monitoring on",),
    controls=controls(FSBP="RDS.6", NIST="au_12_3 au_14_a au_14_b ca_2_2 ca_7 ca_7_b pm_14_a_1 pm_14_b"),
    remediation_steps=(
        "Set monitoring_interval=60 and monitoring_role_arn to a role that monitoring.rds.amazonaws.com can assume, "
        "with the managed policy AmazonRDSEnhancedMonitoringRole."
    ),
    example=(
        'aws.rds.ClusterInstance("db-1", cluster_identifier=cluster.id, engine="aurora-postgresql",\n'
        '    instance_class="db.serverless", monitoring_interval=60, monitoring_role_arn=monitoring.arn)'
    ),
    url="https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_Monitoring.OS.html",
    topics=(Topic.DATABASE, Topic.MONITORING),
)
def rds_enhanced_monitoring(database: Resource, settings: Settings) -> Verdict:
    """An interval, and the role of the agent."""
    if _monitored_by_instance(database):
        return not_applicable("the instances of the cluster have this setting")
    interval, role = database["monitoringInterval"], database["monitoringRoleArn"]
    seconds = f"{', '.join(map(str, _MONITORING_SECONDS[:-1]))} or {_MONITORING_SECONDS[-1]} seconds"
    monitored = all_of(
        interval.must(lambda _: interval.as_number() in _MONITORING_SECONDS, seconds),
        role.must_be_set("the ARN of a role"),
    )
    return if_supported(database, Feature.MONITORING, monitored)


@ResourcePolicy(
    title="An RDS database has deletion protection enabled",
    why=(
        "Deletion protection prevents the accidental loss of a database. The policy is disabled by default, because a "
        "development stack should be easy to delete: enable it for production."
    ),
    severity=Severity.LOW,
    off=True,
    kinds=(RDS_CLUSTER, RDS_INSTANCE),
    rows=("Aurora and RDS: Deletion protection is on (production)",),
    controls=controls(
        FSBP="RDS.7 RDS.8",
        SOC2="cc_c_1_1",
        NIST="ca_7_4_c cm_3_a cp_1_a_1_b cp_1_a_2 cp_2_a cp_2_a_6 cp_2_a_7 cp_2_d",
    ),
    remediation_steps="Set deletion_protection=True.",
    example='aws.rds.Cluster("db", engine="aurora-postgresql", deletion_protection=True)',
    url="https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_DeleteCluster.html",
    topics=(Topic.DATABASE, Topic.AVAILABILITY),
    remediation=sets(deletionProtection=True),
)
def rds_deletion_protection(database: Resource, settings: Settings) -> Verdict:
    """For a cluster as a whole; its instances have no setting of their own."""
    return database["deletionProtection"].must_be(True)
