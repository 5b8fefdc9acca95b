"""The tables of the web ACL policies."""

from __future__ import annotations

import json
from typing import Any

from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.value import ABSENT, UNKNOWN
from pulumi_guardrails.core.verdict import Outcome
from tests.policypack.cases import COMPLIANT, UNDECIDED, VIOLATION, Case, Ref, good
from tests.policypack.good.waf import BAD_INPUTS

ACL = "aws:wafv2/webAcl:WebAcl"
RULE = "aws:wafv2/webAclRule:WebAclRule"
GROUP = "aws:wafv2/webAclRuleGroupAssociation:WebAclRuleGroupAssociation"
LOGGING = "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration"

TO_ACL = Ref(ACL, "acl")


def inline(override: Any = ABSENT, **managed: Any) -> dict[str, Any]:
    rule = {
        "name": "known",
        "statement": {"managedRuleGroupStatement": {"vendorName": "AWS", "name": BAD_INPUTS} | managed},
    }
    return rule if override is ABSENT else {**rule, "overrideAction": override}


def as_json(**override: Any) -> str:
    managed = {"VendorName": "AWS", "Name": BAD_INPUTS, **override}
    return json.dumps([{"Statement": {"ManagedRuleGroupStatement": managed}, "OverrideAction": {"None": {}}}])


def acl(**changes: Any) -> Resource:
    return good(ACL, "acl", **changes)


def ruled(says: str, outcome: Outcome, *stack: Resource, finds: tuple[str, ...] = (), **settings: Any) -> Case:
    return Case("web-acl-rules", says, outcome, stack=stack, at="acl", finds=finds, settings=settings)


def logged(says: str, outcome: Outcome, *stack: Resource, finds: tuple[str, ...] = ()) -> Case:
    return Case("web-acl-logs", says, outcome, stack=[acl(), *stack], at="acl", finds=finds)


def counting(name: Any) -> list[dict[str, Any]]:
    return [{"name": name, "actionToUse": {"count": {}}}]


FEW = {"byteMatchStatement": {"searchString": "/admin", "positionalConstraint": "STARTS_WITH"}}


def filtered(says: str, outcome: Outcome, default: object, *behaviors: object) -> Case:
    entries = [{"behavior": behavior, "requirement": "MEETS_ANY"} for behavior in behaviors]
    logs = good(LOGGING, "logs", resourceArn=TO_ACL, loggingFilter={"defaultBehavior": default, "filters": entries})
    return logged(says, outcome, logs)


NO_RULES: dict[str, Any] = {"rules": ABSENT}

CASES = [
    ruled("the managed group inline", COMPLIANT, acl()),
    ruled("no word of an override, which is none", COMPLIANT, acl(rules=[inline()])),
    ruled("another of its rules only counts", COMPLIANT, acl(rules=[inline(ruleActionOverrides=counting("Host"))])),
    ruled(
        "a rule against Log4j that blocks",
        COMPLIANT,
        acl(rules=[inline(ruleActionOverrides=[{"name": "Log4JRCE_BODY", "actionToUse": {"block": {}}}])]),
    ),
    ruled(
        "for all requests but some",
        COMPLIANT,
        acl(rules=[inline(scopeDownStatement={"notStatement": {"statements": [FEW]}})]),
    ),
    ruled("for few requests only", VIOLATION, acl(rules=[inline(scopeDownStatement=FEW)])),
    ruled("for requests not known yet", UNDECIDED, acl(rules=[inline(scopeDownStatement=UNKNOWN)])),
    ruled("in JSON, for few requests only", VIOLATION, acl(rules=ABSENT, ruleJson=as_json(ScopeDownStatement=FEW))),
    ruled("in JSON", COMPLIANT, acl(rules=ABSENT, ruleJson=as_json())),
    ruled("a rule of its own", COMPLIANT, acl(**NO_RULES), good(RULE, "rule", webAclArn=TO_ACL)),
    ruled("a group of its own", COMPLIANT, acl(**NO_RULES), good(GROUP, "group", webAclArn=TO_ACL)),
    ruled("no rules", VIOLATION, acl(**NO_RULES), finds=(f"No rule uses {BAD_INPUTS} in blocking mode",)),
    ruled("an empty list", VIOLATION, acl(rules=[])),
    ruled("another group", VIOLATION, acl(rules=[inline(name="AWSManagedRulesCommonRuleSet")])),
    ruled("another vendor's group", VIOLATION, acl(rules=[inline(vendorName="Other")])),
    ruled("only counted", VIOLATION, acl(rules=[inline({"count": {}})])),
    ruled("Log4j only counted", VIOLATION, acl(rules=[inline(ruleActionOverrides=counting("Log4JRCE_HEADER"))])),
    ruled("Log4j left out", VIOLATION, acl(rules=[inline(excludedRules=[{"name": "Log4JRCE_BODY"}])])),
    ruled(
        "in JSON, only counted",
        VIOLATION,
        acl(
            rules=ABSENT,
            ruleJson=as_json(RuleActionOverrides=[{"Name": "Log4JRCE_URIPATH", "ActionToUse": {"Allow": {}}}]),
        ),
    ),
    ruled("in JSON that is none", VIOLATION, acl(rules=ABSENT, ruleJson="{")),
    ruled("a rule of another web ACL", VIOLATION, acl(**NO_RULES), good(RULE, "rule", webAclArn="arn:other")),
    ruled(
        "a rule of its own that counts",
        VIOLATION,
        acl(**NO_RULES),
        good(RULE, "rule", webAclArn=TO_ACL, overrideAction={"count": {}}),
    ),
    ruled(
        "a group of its own that counts",
        VIOLATION,
        acl(**NO_RULES),
        good(GROUP, "group", webAclArn=TO_ACL, overrideAction="count"),
    ),
    ruled("a wrong type", VIOLATION, acl(rules="all")),
    ruled(
        "groups that are configured",
        VIOLATION,
        acl(),
        ruleGroups=["AWSManagedRulesUnixRuleSet", BAD_INPUTS, "AWSManagedRulesCommonRuleSet"],
        finds=("No rule uses AWSManagedRulesUnixRuleSet, AWSManagedRulesCommonRuleSet in",),
    ),
    ruled("unknown rules", UNDECIDED, acl(rules=UNKNOWN), finds=("rules is not known",)),
    ruled("unknown JSON", UNDECIDED, acl(rules=ABSENT, ruleJson=UNKNOWN), finds=("ruleJson is not known",)),
    ruled("an unknown rule", UNDECIDED, acl(rules=[UNKNOWN])),
    ruled("an unknown name", UNDECIDED, acl(rules=[inline(name=UNKNOWN)])),
    ruled("an unknown override", UNDECIDED, acl(rules=[inline(UNKNOWN)])),
    ruled("a rule of an unknown web ACL", UNDECIDED, acl(**NO_RULES), good(RULE, "rule")),
    # --- logging
    logged("to an unknown destination", COMPLIANT, good(LOGGING, "logs", resourceArn=TO_ACL)),
    logged("to a known one", COMPLIANT, good(LOGGING, "logs", resourceArn=TO_ACL, logDestinationConfigs=["arn:logs"])),
    logged(
        "no logging configuration",
        VIOLATION,
        finds=("No logging configuration that keeps anything and has a destination",),
    ),
    filtered("a filter that keeps what is blocked", COMPLIANT, "DROP", "DROP", "KEEP"),
    filtered("a filter that drops some", COMPLIANT, "KEEP", "DROP"),
    filtered("a filter that drops everything", VIOLATION, "DROP", "DROP"),
    filtered("a filter that keeps nothing", VIOLATION, "DROP"),
    filtered("a filter not known yet", UNDECIDED, "DROP", UNKNOWN),
    logged("one of another web ACL", VIOLATION, good(LOGGING, "logs", resourceArn="arn:other")),
    logged("one without a destination", VIOLATION, good(LOGGING, "logs", resourceArn=TO_ACL, logDestinationConfigs=[])),
    logged("one of a wrong type", VIOLATION, good(LOGGING, "logs", resourceArn=TO_ACL, logDestinationConfigs={"a": 1})),
    logged("one of an unknown web ACL", UNDECIDED, good(LOGGING, "logs")),
    logged("unknown destinations", UNDECIDED, good(LOGGING, "logs", resourceArn=TO_ACL, logDestinationConfigs=UNKNOWN)),
]
