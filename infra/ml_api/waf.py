"""The web application firewall: a web ACL in front of CloudFront, and one in front of the load balancer."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from .documents import allow, document
from .log_group import log_group
from .names import Names
from .settings import CLOUDFRONT_REGION
from .waf_rules import edge_rules, metrics, rules

if TYPE_CHECKING:
    from pulumi_aws.wafv2 import WebAclRuleArgsDict


@dataclass(frozen=True)
class WafArgs:
    """Names, and the key of the log group if there is one."""

    names: Names
    key_arn: pulumi.Input[str] | None


@dataclass(frozen=True)
class LoadBalancerWafArgs(WafArgs):
    """Names, the key of the log group if there is one, and the load balancer to guard."""

    load_balancer_arn: pulumi.Input[str]


class EdgeWaf(pulumi.ComponentResource):
    """CloudFront's web ACL, which knows the client's own address, and its logs. Returns its ARN.

    Both are in the region of CloudFront's settings, where a key of another region cannot encrypt the logs.
    Source: AWS WAF Developer Guide, "How AWS WAF works with Amazon CloudFront features".
    """

    arn: pulumi.Output[str]

    def __init__(self, name: str, args: WafArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ml-api:edge:EdgeWaf", name, None, opts)
        names = dataclasses.replace(args.names, region=CLOUDFRONT_REGION)
        key_arn = args.key_arn if args.names.region == CLOUDFRONT_REGION else None
        place = _Place(self, names, "edge-", "CLOUDFRONT", names.edge_waf_log_group, CLOUDFRONT_REGION)
        self.arn = _web_acl(name, place, edge_rules(), key_arn).arn
        self.register_outputs({"arn": self.arn})


class LoadBalancerWaf(pulumi.ComponentResource):
    """A regional web ACL, its association with the load balancer, and its logs."""

    def __init__(self, name: str, args: LoadBalancerWafArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ml-api:edge:Waf", name, None, opts)
        place = _Place(self, args.names, "", "REGIONAL", args.names.waf_log_group, None)
        acl = _web_acl(name, place, rules(), args.key_arn)
        aws.wafv2.WebAclAssociation(
            name,
            resource_arn=args.load_balancer_arn,
            web_acl_arn=acl.arn,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({})


@dataclass(frozen=True)
class _Place:
    """What a web ACL stands in front of: its names, its scope, and its region if that is not the stack's."""

    parent: pulumi.Resource
    names: Names
    prefix: str
    scope: str
    log_group: str
    region: str | None


def _web_acl(
    name: str, place: _Place, acl_rules: Sequence[WebAclRuleArgsDict], key_arn: pulumi.Input[str] | None
) -> aws.wafv2.WebAcl:
    """A web ACL, and its logs without what identifies a client's session."""
    names, child = place.names, pulumi.ResourceOptions(parent=place.parent)
    acl_name = names.of(f"{place.prefix}acl")
    acl = aws.wafv2.WebAcl(
        name,
        name=acl_name,
        description="Known attacks, addresses of ill repute, and floods of requests",
        scope=place.scope,
        default_action=aws.wafv2.WebAclDefaultActionArgs(allow=aws.wafv2.WebAclDefaultActionAllowArgs()),
        rules=acl_rules,
        visibility_config={**metrics(acl_name)},
        region=place.region,
        opts=child,
    )
    group = log_group(name, place.log_group, key_arn, child, region=place.region)
    permission = aws.cloudwatch.LogResourcePolicy(
        name,
        policy_name=names.of(f"{place.prefix}waf"),
        policy_document=log_policy(names, place.log_group),
        region=place.region,
        opts=child,
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
        region=place.region,
        opts=pulumi.ResourceOptions(parent=place.parent, depends_on=[permission]),
    )
    return acl


def log_policy(names: Names, log_group_name: str) -> str:
    """Lets log delivery write a web ACL's log group. Source: AWS WAF Developer Guide, "CloudWatch Logs"."""
    return document(
        allow(
            "WebAclDeliversLogs",
            ["logs:CreateLogStream", "logs:PutLogEvents"],
            [f"{names.log_group_arn(log_group_name)}:*"],
            principal={"Service": "delivery.logs.amazonaws.com"},
            condition={
                "StringEquals": {"aws:SourceAccount": names.account_id},
                "ArnLike": {"aws:SourceArn": names.arn("logs", "*")},
            },
        )
    )
