"""Aurora and RDS, operations: what is logged, measured, upgraded and kept from being deleted."""

from __future__ import annotations

from pulumi_guardrails.aws.rds import Feature, engine_is_open, engine_unknown, if_supported, is_custom
from pulumi_guardrails.aws.resource_types import RDS_CLUSTER, RDS_CLUSTER_INSTANCE, RDS_INSTANCE
from pulumi_guardrails.core.policy import Level, ResourcePolicy, Settings, Severity, Topic, controls, sets
from pulumi_guardrails.core.resource import Resource
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
"""The log that has to be exported at least, by how the engine's name begins. Source: Amazon RDS API Reference,
CreateDBCluster and CreateDBInstance, EnableCloudwatchLogsExports; AWS Security Hub, "RDS.34"."""

_TELLING_LOGS = ("postgresql", "error", "alert", "diag.log")
"""Logs of an instance that no engine has but those that have to export them, so that the log tells enough where the
engine is that of the source."""

_MONITORING_SECONDS = (1, 5, 10, 15, 30, 60)
"""Intervals of Enhanced Monitoring, in seconds (Amazon RDS API Reference, CreateDBInstance, MonitoringInterval)."""


def _log_of(engine: object) -> str | None:
    name = engine if isinstance(engine, str) else ""
    return next(
        (log for start, log in _LOGS.items() if name == start or (start[-1] == "-" and name.startswith(start))), None
    )


def _export_the_log(database: Resource, settings: Settings) -> dict[str, list[object]]:
    log = _log_of(database["engine"].as_text())
    exports = database["enabledCloudwatchLogsExports"].elements() or ()
    return {"enabledCloudwatchLogsExports": [*(item.raw for item in exports if item.as_text()), log]} if log else {}


@ResourcePolicy(
    title="The engine's logs of a database are exported to CloudWatch",
    why=(
        "On the database itself logs are kept for a few days, by those who could change them; exported they are kept "
        "for as long as their log group says, and can be searched and alarmed on."
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
    remediation=_export_the_log,
)
def rds_logs_exported(database: Resource, settings: Settings) -> Verdict:
    """Each engine has one log that has to be among them; of an engine not listed, any will do."""
    if is_custom(database):
        return not_applicable("RDS Custom exports no logs")
    engine, exports = database["engine"], database["enabledCloudwatchLogsExports"]
    if engine.is_unknown:
        return engine_unknown(database)
    log = _log_of(engine.as_text())
    accepted: tuple[str, ...]
    if engine_is_open(database):
        accepted, missing = _TELLING_LOGS, engine_unknown(database)
    else:
        accepted = (log,) if log else ()
        missing = exports.mismatch(exports.shown, f'a list with "{log}"' if log else "the name of a log")
    return exports.some(
        lambda item: item.holds(lambda name: isinstance(name, str) and (name in accepted if accepted else name != "")),
        missing,
    )


@ResourcePolicy(
    title="Minor versions of the database engine are installed automatically",
    why="Minor versions mend known vulnerabilities; a database that waits for someone to think of them runs without.",
    severity=Severity.MEDIUM,
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
    """AWS does so unless it is told not to; RDS Custom has to be told not to."""
    return if_supported(database, Feature.MINOR_UPGRADES, database["autoMinorVersionUpgrade"].must_be(True))


@ResourcePolicy(
    title="Tags of a database are copied to its snapshots",
    why="A snapshot without tags belongs to nobody: rules for access, cost and retention that go by tags pass it over.",
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
    """Of a cluster the cluster's own property counts; Aurora ignores that of an instance."""
    return database["copyTagsToSnapshot"].must_be(True)


def _watched_by_instance(database: Resource) -> bool:
    """An Aurora cluster's instances are watched one by one; a Multi-AZ DB cluster says it for all of its own."""
    return database.kind is RDS_CLUSTER and database["dbClusterInstanceClass"].is_absent


@ResourcePolicy(
    title="Performance Insights is on for a database",
    why=(
        "It shows which statements wait for what, also for the hour of an incident that is over. What it records is "
        "encrypted always, with AWS's key unless performance_insights_kms_key_id names another."
    ),
    severity=Severity.LOW,
    kinds=(RDS_CLUSTER_INSTANCE, RDS_INSTANCE, RDS_CLUSTER),
    rows=("Performance Insights on, encrypted",),
    remediation_steps="Set performance_insights_enabled=True; the seven days it keeps by default cost nothing.",
    example=(
        'aws.rds.ClusterInstance("db-1", cluster_identifier=cluster.id, engine="aurora-postgresql",\n'
        '    instance_class="db.serverless", performance_insights_enabled=True)'
    ),
    url="https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_PerfInsights.html",
    topics=(Topic.DATABASE, Topic.MONITORING),
    remediation=sets(performanceInsightsEnabled=True),
)
def rds_performance_insights(database: Resource, settings: Settings) -> Verdict:
    """Of each instance whose engine and class have it, and of a Multi-AZ DB cluster as a whole."""
    if _watched_by_instance(database):
        return not_applicable("the instances of the cluster are judged")
    return if_supported(database, Feature.INSIGHTS, database["performanceInsightsEnabled"].must_be(True))


@ResourcePolicy(
    title="Enhanced Monitoring is on for a database",
    why="CloudWatch sees a database from outside, once a minute; only the agent inside shows what its processes do.",
    severity=Severity.LOW,
    kinds=(RDS_CLUSTER_INSTANCE, RDS_INSTANCE, RDS_CLUSTER),
    rows=("Enhanced monitoring on",),
    controls=controls(FSBP="RDS.6", NIST="au_12_3 au_14_a au_14_b ca_2_2 ca_7 ca_7_b pm_14_a_1 pm_14_b"),
    remediation_steps=(
        "Set monitoring_interval=60 and monitoring_role_arn to a role that monitoring.rds.amazonaws.com may take, with "
        "the managed policy AmazonRDSEnhancedMonitoringRole."
    ),
    example=(
        'aws.rds.ClusterInstance("db-1", cluster_identifier=cluster.id, engine="aurora-postgresql",\n'
        '    instance_class="db.serverless", monitoring_interval=60, monitoring_role_arn=monitoring.arn)'
    ),
    url="https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_Monitoring.OS.html",
    topics=(Topic.DATABASE, Topic.MONITORING),
)
def rds_enhanced_monitoring(database: Resource, settings: Settings) -> Verdict:
    """An interval, and the role that the agent writes with."""
    if _watched_by_instance(database):
        return not_applicable("the instances of the cluster are judged")
    interval, role = database["monitoringInterval"], database["monitoringRoleArn"]
    accepted = f"{', '.join(map(str, _MONITORING_SECONDS[:-1]))} or {_MONITORING_SECONDS[-1]} seconds"
    watched = all_of(
        interval.must(lambda _: interval.as_number() in _MONITORING_SECONDS, accepted),
        role.must_be_set("the ARN of a role"),
    )
    return if_supported(database, Feature.MONITORING, watched)


@ResourcePolicy(
    title="A database cannot be deleted by mistake",
    why=(
        "Deletion protection is the last question before data is gone. It is off by default here, because a stack for "
        "development has to go as easily as it came: switch the policy on for production."
    ),
    severity=Severity.MEDIUM,
    level=Level.DISABLED,
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
    """Of a cluster it protects the whole; its instances have none of their own."""
    return database["deletionProtection"].must_be(True)
