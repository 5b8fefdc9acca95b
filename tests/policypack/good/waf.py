"""Good AWS WAF resources."""

from __future__ import annotations

from typing import Any

from pulumi_guardrails.core.value import UNKNOWN

BAD_INPUTS = "AWSManagedRulesKnownBadInputsRuleSet"

GOOD: dict[str, dict[str, Any]] = {
    "aws:wafv2/webAcl:WebAcl": {
        "name": "ml-api-acl-dev",
        "scope": "REGIONAL",
        "defaultAction": {"allow": {}},
        "rules": [
            {
                "name": BAD_INPUTS,
                "priority": 0.0,
                "overrideAction": {"none": {}},
                "statement": {"managedRuleGroupStatement": {"vendorName": "AWS", "name": BAD_INPUTS}},
            }
        ],
    },
    "aws:wafv2/webAclRule:WebAclRule": {
        "webAclArn": UNKNOWN,
        "name": BAD_INPUTS,
        "priority": 0.0,
        "overrideAction": {"none": {}},
        "statement": {"managedRuleGroupStatement": {"vendorName": "AWS", "name": BAD_INPUTS}},
    },
    "aws:wafv2/webAclRuleGroupAssociation:WebAclRuleGroupAssociation": {
        "webAclArn": UNKNOWN,
        "ruleName": BAD_INPUTS,
        "priority": 0.0,
        "managedRuleGroup": {"vendorName": "AWS", "name": BAD_INPUTS},
    },
    "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": {
        "resourceArn": UNKNOWN,
        "logDestinationConfigs": [UNKNOWN],
    },
    "aws:wafv2/webAclAssociation:WebAclAssociation": {"resourceArn": UNKNOWN, "webAclArn": UNKNOWN},
}
