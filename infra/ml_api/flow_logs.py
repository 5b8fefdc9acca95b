"""A record of all traffic in the VPC."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from .documents import allow, document, service_trust
from .log_group import log_group
from .names import Names


@dataclass(frozen=True)
class FlowLogsArgs:
    """Names, the VPC to watch, and the key of the log group if there is one."""

    names: Names
    vpc_id: pulumi.Input[str]
    key_arn: pulumi.Input[str] | None


class FlowLogs(pulumi.ComponentResource):
    """A flow log of accepted and rejected traffic, its log group and the role that writes it."""

    def __init__(self, name: str, args: FlowLogsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ml-api:network:FlowLogs", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        names = args.names
        group = log_group(name, names.flow_log_group, args.key_arn, child)
        role = aws.iam.Role(
            name,
            name=names.of("flow-logs"),
            description="Lets VPC flow logs write to their log group",
            # Source: Amazon VPC User Guide, "IAM role for publishing flow logs to CloudWatch Logs".
            assume_role_policy=service_trust(
                "vpc-flow-logs.amazonaws.com", names.account_id, names.arn("ec2", "vpc-flow-log/*")
            ),
            opts=child,
        )
        permissions = aws.iam.RolePolicy(
            name,
            name="write-flow-logs",
            role=role.name,
            # What the same page asks for, without CreateLogGroup: the stack makes the group itself, with its retention.
            policy=document(
                allow(
                    "WriteFlowLogs",
                    ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
                    [f"{names.log_group_arn(names.flow_log_group)}:*"],
                ),
                allow("FindTheLogGroup", ["logs:DescribeLogGroups"], [names.log_group_arn("*")]),
            ),
            opts=child,
        )
        aws.ec2.FlowLog(
            name,
            vpc_id=args.vpc_id,
            traffic_type="ALL",
            log_destination_type="cloud-watch-logs",
            log_destination=group.arn,
            iam_role_arn=role.arn,
            tags={"Name": names.of("flow-logs")},
            opts=pulumi.ResourceOptions(parent=self, depends_on=[permissions]),
        )
        self.register_outputs({})
