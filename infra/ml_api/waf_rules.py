"""What the web ACLs block: AWS's managed rule groups, then anyone who asks too often."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    # At run time this would load megabytes of generated code, also for a stack without a web ACL.
    from pulumi_aws.wafv2 import WebAclRuleArgsDict, WebAclRuleStatementRateBasedStatementArgsDict

# In order of priority, with the rules of a group that only count here: bodies above 8 KB are usual for a model's input.
# Source: AWS WAF Developer Guide, "AWS Managed Rules rule groups list".
MANAGED_GROUPS: dict[str, tuple[str, ...]] = {
    "AWSManagedRulesAmazonIpReputationList": (),
    "AWSManagedRulesKnownBadInputsRuleSet": (),
    "AWSManagedRulesCommonRuleSet": ("SizeRestrictions_BODY",),
}

# Requests of one client in five minutes, AWS WAF's default window.
REQUEST_LIMIT = 2000

FORWARDED_FOR = "x-forwarded-for"

# Counts by the client that CloudFront names: by address, all clients of one edge location would be the same. AWS WAF
# reads the header's first address, which a client may invent: this stops a careless client, not a determined one.
_BEHIND_CLOUDFRONT: WebAclRuleStatementRateBasedStatementArgsDict = {
    "limit": REQUEST_LIMIT,
    "aggregate_key_type": "FORWARDED_IP",
    "forwarded_ip_config": {"header_name": FORWARDED_FOR, "fallback_behavior": "NO_MATCH"},
}

# Counts by address those who come straight to the load balancer, without that header.
_DIRECT: WebAclRuleStatementRateBasedStatementArgsDict = {
    "limit": REQUEST_LIMIT,
    "aggregate_key_type": "IP",
    "scope_down_statement": {
        "not_statement": {
            "statement": {
                "size_constraint_statement": {
                    "field_to_match": {"single_header": {"name": FORWARDED_FOR}},
                    "comparison_operator": "GE",
                    "size": 1,
                    "text_transformations": [{"priority": 0, "type": "NONE"}],
                }
            }
        }
    },
}


# Counts by the address of the client, which CloudFront sees itself.
_AT_THE_EDGE: WebAclRuleStatementRateBasedStatementArgsDict = {"limit": REQUEST_LIMIT, "aggregate_key_type": "IP"}


class Metrics(TypedDict):
    """The fields that every visibility configuration has."""

    cloudwatch_metrics_enabled: bool
    metric_name: str
    sampled_requests_enabled: bool


def metrics(name: str) -> Metrics:
    """Metrics and samples on, under one name."""
    return {"cloudwatch_metrics_enabled": True, "metric_name": name, "sampled_requests_enabled": True}


def rules() -> list[WebAclRuleArgsDict]:
    """All rules of the load balancer's web ACL, in order of priority."""
    return _rules({"forwarded-rate": _BEHIND_CLOUDFRONT, "direct-rate": _DIRECT})


def edge_rules() -> list[WebAclRuleArgsDict]:
    """All rules of CloudFront's web ACL, in order of priority."""
    return _rules({"rate": _AT_THE_EDGE})


def _rules(limits: dict[str, WebAclRuleStatementRateBasedStatementArgsDict]) -> list[WebAclRuleArgsDict]:
    managed = [_managed(priority, group) for priority, group in enumerate(MANAGED_GROUPS)]
    return managed + [
        _limit(priority, name, statement)
        for priority, (name, statement) in enumerate(limits.items(), start=len(managed))
    ]


def _managed(priority: int, group: str) -> WebAclRuleArgsDict:
    return {
        "name": group,
        "priority": priority,
        "override_action": {"none": {}},
        "statement": {
            "managed_rule_group_statement": {
                "vendor_name": "AWS",
                "name": group,
                "rule_action_overrides": [
                    {"name": rule, "action_to_use": {"count": {}}} for rule in MANAGED_GROUPS[group]
                ],
            }
        },
        "visibility_config": {**metrics(group)},
    }


def _limit(priority: int, name: str, statement: WebAclRuleStatementRateBasedStatementArgsDict) -> WebAclRuleArgsDict:
    return {
        "name": name,
        "priority": priority,
        "action": {"block": {}},
        "statement": {"rate_based_statement": statement},
        "visibility_config": {**metrics(name)},
    }
