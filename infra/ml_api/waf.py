"""The web application firewall in front of the load balancer."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from .documents import allow, document
from .log_group import log_group
from .names import Names
from .waf_rules import metrics, rules


@dataclass(frozen=True)
class WafArgs:
    """Names, the load balancer to guard, and the key of the log group if there is one."""

    names: Names
    load_balancer_arn: pulumi.Input[str]
    key_arn: pulumi.Input[str] | None


class Waf(pulumi.ComponentResource):
    """A regional web ACL, its association with the load balancer, and its logs."""

    def __init__(self, name: str, args: WafArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ml-api:edge:Waf", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        names = args.names
        acl = aws.wafv2.WebAcl(
            name,
            name=names.of("acl"),
            description="Known attacks, addresses of ill repute, and floods of requests",
            scope="REGIONAL",
            default_action=aws.wafv2.WebAclDefaultActionArgs(allow=aws.wafv2.WebAclDefaultActionAllowArgs()),
            rules=rules(),
            visibility_config={**metrics(names.of("acl"))},
            opts=child,
        )
        aws.wafv2.WebAclAssociation(name, resource_arn=args.load_balancer_arn, web_acl_arn=acl.arn, opts=child)
        group = log_group(name, names.waf_log_group, args.key_arn, child)
        permission = aws.cloudwatch.LogResourcePolicy(
            name, policy_name=names.of("waf"), policy_document=log_policy(names), opts=child
        )
        aws.wafv2.WebAclLoggingConfiguration(
            name,
            resource_arn=acl.arn,
            log_destination_configs=[group.arn],
            redacted_fields=[
                aws.wafv2.WebAclLoggingConfigurationRedactedFieldArgs(
                    single_header=aws.wafv2.WebAclLoggingConfigurationRedactedFieldSingleHeaderArgs(name=header)
                )
                for header in ("authorization", "cookie")
            ],
            opts=pulumi.ResourceOptions(parent=self, depends_on=[permission]),
        )
        self.register_outputs({})


def log_policy(names: Names) -> str:
    """Lets log delivery write the web ACL's log group. Source: AWS WAF Developer Guide, "CloudWatch Logs"."""
    return document(
        allow(
            "WebAclDeliversLogs",
            ["logs:CreateLogStream", "logs:PutLogEvents"],
            [f"{names.log_group_arn(names.waf_log_group)}:*"],
            principal={"Service": "delivery.logs.amazonaws.com"},
            condition={
                "StringEquals": {"aws:SourceAccount": names.account_id},
                "ArnLike": {"aws:SourceArn": names.arn("logs", "*")},
            },
        )
    )
