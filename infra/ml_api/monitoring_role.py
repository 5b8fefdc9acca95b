"""The role with which RDS writes the operating system's metrics of a database instance."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from .documents import allow, document, service_trust
from .names import Names

# The log group is fixed by RDS, one for the whole account: RDS makes it, with 30 days' retention, no stack can own it.
# Source: Amazon Aurora User Guide, "Viewing OS metrics using CloudWatch Logs".
LOG_GROUP = "RDSOSMetrics"


@dataclass(frozen=True)
class MonitoringRoleArgs:
    """Names."""

    names: Names


class MonitoringRole(pulumi.ComponentResource):
    """A role for enhanced monitoring, narrower than AWS's policy for it. Returns its ARN and its permissions."""

    arn: pulumi.Output[str]
    permissions: pulumi.Resource

    def __init__(self, name: str, args: MonitoringRoleArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ml-api:data:MonitoringRole", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        names = args.names
        group = names.log_group_arn(LOG_GROUP)
        role = aws.iam.Role(
            name,
            name=names.of("aurora-monitoring"),
            description="Lets RDS write operating system metrics of the ML API's database",
            # Source: Amazon Aurora User Guide, "Setting up Enhanced Monitoring", confused deputy.
            assume_role_policy=service_trust(
                "monitoring.rds.amazonaws.com", names.account_id, names.arn("rds", f"db:{names.database_instance('*')}")
            ),
            opts=child,
        )
        self.permissions = aws.iam.RolePolicy(
            name,
            name="write-os-metrics",
            role=role.name,
            policy=document(
                allow("MakeTheLogGroup", ["logs:CreateLogGroup", "logs:PutRetentionPolicy"], [group, f"{group}:*"]),
                allow(
                    "WriteMetrics",
                    ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams", "logs:GetLogEvents"],
                    [f"{group}:log-stream:*"],
                ),
            ),
            opts=child,
        )
        self.arn = role.arn
        self.register_outputs({})
