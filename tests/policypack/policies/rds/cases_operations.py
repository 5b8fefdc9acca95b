"""The tables of the RDS policies on logs, upgrades, tags, monitoring and deletion protection."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pulumi_guardrails.core.value import ABSENT, UNKNOWN
from tests.policypack.cases import Case, rows

CLUSTER, MEMBER, INSTANCE = (
    "aws:rds/cluster:Cluster",
    "aws:rds/clusterInstance:ClusterInstance",
    "aws:rds/instance:Instance",
)
MULTI_AZ = {"dbClusterInstanceClass": "db.m6gd.large"}
EXPORTS = "enabledCloudwatchLogsExports"
REPLICA = {"engine": ABSENT, "replicateSourceDb": "source"}
CUSTOM = {"engine": "custom-oracle-ee", "customIamInstanceProfile": "AWSRDSCustomX"}
INSIGHTS = "performanceInsightsEnabled"
LOGS = {"mysql": "error", "mariadb": "error", "sqlserver-ee": "error", "oracle-se2": "alert", "db2-se": "diag.log"}


def switch(
    policy: str, name: str, token: str, absent: str = "violation", also: dict[str, Any] | None = None
) -> Iterator[Case]:
    """The rows of a property that has to be true, for one type."""
    base = also or {}
    kind = token.rsplit(":", 1)[-1]
    kind = f"{kind} for itself" if also else kind
    entries: dict[str, list[tuple[Any, ...]]] = {
        "compliant": [(f"{kind}: on", {**base, name: True}), (f"{kind}: on as text", {**base, name: "true"})],
        "violation": [
            (f"{kind}: off", {**base, name: False}, f"{name} is false"),
            (f"{kind}: a wrong type", {**base, name: {"on": True}}),
        ],
        "undecided": [(f"{kind}: unknown", {**base, name: UNKNOWN})],
    }
    entries[absent].append((f"{kind}: absent", {**base, name: ABSENT}))
    yield from rows(policy, token, **entries)


CASES = [
    *rows(
        "rds-logs-exported",
        CLUSTER,
        compliant=[
            ("the log of Aurora PostgreSQL", {}),
            ("among others", {EXPORTS: ["instance", "postgresql"]}),
            ("the audit log of Aurora MySQL", {"engine": "aurora-mysql", EXPORTS: ["audit"]}),
            ("any log of an engine not listed", {"engine": "neptune", EXPORTS: ["slow"]}),
        ],
        violation=[
            ("none", {EXPORTS: []}, '"postgresql"'),
            ("absent", {EXPORTS: ABSENT}, "not set"),
            ("another log only", {EXPORTS: ["instance"]}),
            ("Aurora MySQL without the audit log", {"engine": "aurora-mysql", EXPORTS: ["error"]}),
            ("no log of an engine not listed", {"engine": "neptune", EXPORTS: []}),
            ("a wrong type", {EXPORTS: {"postgresql": True}}),
        ],
        undecided=[
            ("unknown", {EXPORTS: UNKNOWN}),
            ("an unknown one among others", {EXPORTS: ["instance", UNKNOWN]}),
            ("an unknown engine", {"engine": UNKNOWN}),
        ],
    ),
    *rows(
        "rds-logs-exported",
        INSTANCE,
        compliant=[
            ("the log of PostgreSQL", {}),
            *((f"the log of {engine}", {"engine": engine, EXPORTS: [log]}) for engine, log in LOGS.items()),
            ("any log without engine and source", {"engine": ABSENT, EXPORTS: ["upgrade"]}),
            *(
                (f"a replica with the log {log}, which only one engine has", {**REPLICA, EXPORTS: [log]})
                for log in ("postgresql", "error", "alert", "diag.log")
            ),
        ],
        undecided=[
            ("a replica with another log", {**REPLICA, EXPORTS: ["upgrade"]}, "engine is not set"),
            ("a replica with the log of audits", {**REPLICA, EXPORTS: ["audit"]}),
            ("an instance of an unknown engine", {"engine": UNKNOWN}, "engine is not known"),
        ],
        not_applicable=[
            ("RDS Custom", {**CUSTOM, EXPORTS: ABSENT}),
            ("a replica of RDS Custom", {**REPLICA, EXPORTS: ABSENT, "customIamInstanceProfile": "AWSRDSCustomX"}),
        ],
        violation=[
            ("an instance without", {EXPORTS: ABSENT}),
            ("a replica without logs, which no engine has by itself", {**REPLICA, EXPORTS: ABSENT}),
            ("an unknown engine without logs", {"engine": UNKNOWN, EXPORTS: ABSENT}),
            ("an instance with the log of upgrades only", {EXPORTS: ["upgrade"]}),
            *(
                (f"{engine} without", {"engine": engine, EXPORTS: ["other"]}, f'"{log}"')
                for engine, log in LOGS.items()
            ),
        ],
    ),
    *switch("rds-minor-version-upgrade", "autoMinorVersionUpgrade", MEMBER, "compliant"),
    *switch("rds-minor-version-upgrade", "autoMinorVersionUpgrade", INSTANCE, "compliant"),
    *switch("rds-minor-version-upgrade", "autoMinorVersionUpgrade", CLUSTER, "compliant"),
    *switch("rds-snapshot-tags", "copyTagsToSnapshot", CLUSTER),
    *switch("rds-snapshot-tags", "copyTagsToSnapshot", INSTANCE),
    *switch("rds-performance-insights", "performanceInsightsEnabled", MEMBER),
    *switch("rds-performance-insights", "performanceInsightsEnabled", INSTANCE),
    *switch("rds-performance-insights", "performanceInsightsEnabled", CLUSTER, also=MULTI_AZ),
    *rows(
        "rds-minor-version-upgrade",
        INSTANCE,
        violation=[("a replica that is not", {**REPLICA, "autoMinorVersionUpgrade": False})],
        not_applicable=[("RDS Custom, which must not", {**CUSTOM, "autoMinorVersionUpgrade": False})],
    ),
    *rows(
        "rds-performance-insights",
        INSTANCE,
        compliant=[("a replica with it", REPLICA)],
        violation=[
            (f"{engine} on {size} without", {"engine": engine, "instanceClass": size, INSIGHTS: False})
            for engine, size in (
                ("mysql", "db.t3.medium"),
                ("mariadb", "db.t4g.large"),
                ("mysql", "db.m7g.large"),
                ("postgres", "db.t3.micro"),
                ("sqlserver-se", "db.t3.small"),
                ("mysql", ABSENT),
            )
        ],
        undecided=[
            ("a replica without", {**REPLICA, INSIGHTS: False}, "engine is not set"),
            (
                "MySQL of an unknown class without",
                {"engine": "mysql", "instanceClass": UNKNOWN, INSIGHTS: False},
                "instanceClass",
            ),
            ("an unknown engine without", {"engine": UNKNOWN, INSIGHTS: False}, "engine is not known"),
        ],
        not_applicable=[
            *(
                (f"{engine} on {size}, which has none", {"engine": engine, "instanceClass": size, INSIGHTS: False})
                for engine in ("mysql", "mariadb")
                for size in ("db.t2.micro", "db.t3.small", "db.t4g.micro")
            ),
            ("Db2", {"engine": "db2-se", INSIGHTS: False}),
            ("Db2 of an unknown class", {"engine": "db2-ae", "instanceClass": UNKNOWN, INSIGHTS: False}),
            ("RDS Custom", {**CUSTOM, INSIGHTS: False}),
        ],
    ),
    *rows(
        "rds-performance-insights",
        MEMBER,
        violation=[
            (
                f"Aurora {engine} on {size} without",
                {"engine": f"aurora-{engine}", "instanceClass": size, INSIGHTS: False},
            )
            for engine, size in (("mysql", "db.t4g.medium"), ("mysql", "db.serverless"), ("postgresql", "db.t3.medium"))
        ],
        not_applicable=[
            (
                f"Aurora MySQL on {size}, which has none",
                {"engine": "aurora-mysql", "instanceClass": size, INSIGHTS: False},
            )
            for size in ("db.t2.small", "db.t3.medium", "db.t3.large", "db.t4g.micro", "db.t4g.small")
        ],
    ),
    *rows("rds-performance-insights", CLUSTER, not_applicable=[("an Aurora cluster", {})]),
    *switch("rds-deletion-protection", "deletionProtection", CLUSTER),
    *switch("rds-deletion-protection", "deletionProtection", INSTANCE),
    *rows(
        "rds-enhanced-monitoring",
        MEMBER,
        compliant=[
            ("every minute", {}),
            *(
                (f"every {seconds} seconds", {"monitoringInterval": seconds})
                for seconds in (1.0, 5.0, 10.0, 15.0, 30.0)
            ),
            ("a role that is not known yet", {"monitoringRoleArn": UNKNOWN}),
        ],
        violation=[
            ("off", {"monitoringInterval": 0.0}, "monitoringInterval is 0", "30 or 60 seconds"),
            ("absent, which is off", {"monitoringInterval": ABSENT}),
            ("an interval that AWS refuses", {"monitoringInterval": 45.0}),
            ("no role", {"monitoringRoleArn": ABSENT}, "monitoringRoleArn"),
            ("a wrong type", {"monitoringInterval": [60.0]}),
        ],
        undecided=[("unknown", {"monitoringInterval": UNKNOWN})],
    ),
    *rows(
        "rds-enhanced-monitoring",
        INSTANCE,
        compliant=[("an instance, every minute", {})],
        violation=[
            ("an instance without", {"monitoringInterval": ABSENT}),
            ("a replica without", {**REPLICA, "monitoringInterval": ABSENT}),
        ],
        not_applicable=[("RDS Custom, which is not", {**CUSTOM, "monitoringInterval": ABSENT})],
    ),
    *rows(
        "rds-enhanced-monitoring",
        CLUSTER,
        violation=[("a Multi-AZ DB cluster without", MULTI_AZ)],
        not_applicable=[("an Aurora cluster", {})],
    ),
]
