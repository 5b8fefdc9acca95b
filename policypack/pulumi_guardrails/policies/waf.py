"""AWS WAF: a web ACL blocks something, and leaves a trace of what it did."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial

from pulumi_guardrails.aws.ecs import member
from pulumi_guardrails.aws.resource_types import WEB_ACL, WEB_ACL_LOGGING, WEB_ACL_RULE, WEB_ACL_RULE_GROUP_ASSOCIATION
from pulumi_guardrails.core.once import once
from pulumi_guardrails.core.policy import Settings, Severity, StackPolicy, Topic, controls, list_setting
from pulumi_guardrails.core.references import Incoming, IncomingReferences
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.three_valued import Answer, kleene_all, kleene_any, kleene_not
from pulumi_guardrails.core.value import Value
from pulumi_guardrails.core.verdict import COMPLIANT, Verdict, undecided, violation

_GUIDE = "https://docs.aws.amazon.com/waf/latest/developerguide"

_LOG4J_RULES = "LOG4JRCE"
"""How the names of the rules against Log4j begin (AWS WAF Developer Guide, "Baseline rule groups")."""


@StackPolicy(
    title="A web ACL uses the known-bad-inputs managed rule group",
    why=(
        "A web ACL without rules lets everything through. AWS keeps a rule group against inputs that are known to "
        "exploit software, Log4j (CVE-2021-44228) among it; where it only counts, it blocks nothing."
    ),
    severity=Severity.MEDIUM,
    kinds=(WEB_ACL,),
    rows=("A web ACL has rules with actions, among them one against Log4j-style input",),
    controls=controls(PCI="6.4.1.8 6.4.2.8"),
    settings={
        "ruleGroups": list_setting(
            ("AWSManagedRulesKnownBadInputsRuleSet",), "The managed rule groups of AWS's that every web ACL has."
        )
    },
    remediation_steps=(
        "Add a rule with the managed rule group AWSManagedRulesKnownBadInputsRuleSet and override_action none."
    ),
    example=(
        """\
aws.wafv2.WebAcl(
    "api",
    rules=[{
        "name": "known-bad-inputs",
        "priority": 0,
        "override_action": {"none": {}},
        "statement": {
            "managed_rule_group_statement": {
                "vendor_name": "AWS",
                "name": "AWSManagedRulesKnownBadInputsRuleSet",
            },
        },
        "visibility_config": {
            "cloudwatch_metrics_enabled": True,
            "metric_name": "known-bad-inputs",
            "sampled_requests_enabled": True,
        },
    }],
    **others,
)"""
    ),
    url=f"{_GUIDE}/aws-managed-rule-groups-baseline.html",
    topics=(Topic.WAF,),
)
def web_acl_rules(stack: Stack, settings: Settings) -> Iterator[tuple[Resource, Verdict]]:
    """Reads the rules of a web ACL wherever they are: inline, as JSON, as resources of their own."""
    beside = stack.of(WEB_ACL_RULE, WEB_ACL_RULE_GROUP_ASSOCIATION)
    incoming = IncomingReferences(stack, (WEB_ACL,), (item["webAclArn"] for item in beside))
    by_group = {group: once(partial(_added, group)) for group in settings["ruleGroups"]}
    for acl in stack.of(WEB_ACL):
        yield acl, _has_groups(acl, incoming.to(acl), by_group)


def _added(group: str, others: Sequence[Incoming]) -> tuple[Answer, Verdict | None]:
    """Whether what is beside a web ACL adds a group that blocks, and what it leaves open of that, where it does."""
    answer = kleene_any(kleene_all([other.answer, _adds(other.owner, group)]) for other in others)
    return answer, _open_rules(group, (), others) if answer is None else None


def _open_rules(group: str, inline: Sequence[Value], others: Sequence[Incoming]) -> Verdict:
    """What has to be known to tell whether the rules of a web ACL have a group that blocks."""
    rules = [value for other in others for value in map(other.owner.__getitem__, other.owner.properties)]
    values = [*inline, *(other.value for other in others), *rules]
    return undecided(*(part for value in values for part in value.unknown_parts()), whether=f"{group} blocks requests")


def _has_groups(
    acl: Resource,
    others: Sequence[Incoming],
    by_group: Mapping[str, Callable[[Sequence[Incoming]], tuple[Answer, Verdict | None]]],
) -> Verdict:
    inline = [acl[name] for name in ("rules", "ruleJson")]
    missing = []
    for group, added in by_group.items():
        beside, open_rules = added(others)
        answer = kleene_any([*_inline(acl, group), beside])
        if answer is None:
            is_open = open_rules is None or any(any(value.unknown_parts()) for value in inline)
            return _open_rules(group, inline, others) if is_open or open_rules is None else open_rules
        if not answer:
            missing.append(group)
    if not missing:
        return COMPLIANT
    return violation(
        f"No rule uses {', '.join(missing)} in blocking mode",
        path="rules",
        actual=acl["rules"].shown,
        expected="a rule with each of the managed rule groups",
        fix=f"Add a rule with the managed rule group {' and one with '.join(missing)}, with override_action none.",
    ).answered_by("ruleGroups")


def _inline(acl: Resource, group: str) -> Iterator[Answer]:
    for rules in (acl["rules"], acl["ruleJson"].parsed_json()):
        if rules.is_unknown:
            yield None
        for rule in rules.elements() or ():
            yield _blocks(member(rule, "statement"), member(rule, "overrideAction"), group)


def _adds(item: Resource, group: str) -> Answer:
    """Whether a rule, or the association of a rule group, that is a resource of its own adds a group that blocks."""
    if item.kind is WEB_ACL_RULE:
        return _blocks(item["statement"], item["overrideAction"], group)
    counts = item["overrideAction"].holds(lambda text: text == "count")
    return kleene_all([kleene_not(counts), _is_group(item["managedRuleGroup"], group)])


def _blocks(statement: Value, override: Value, group: str) -> Answer:
    """Whether a rule is a managed group that blocks: not one that is overridden to count."""
    counted = _is_there(member(override, "count"))
    return kleene_all([kleene_not(counted), _is_group(member(statement, "managedRuleGroupStatement"), group)])


def _is_group(managed: Value, group: str) -> Answer:
    overridden = [
        _loosens(item) for name in ("ruleActionOverrides", "excludedRules") for item in _items(member(managed, name))
    ]
    return kleene_all(
        [
            member(managed, "vendorName").holds(lambda text: text == "AWS"),
            member(managed, "name").holds(lambda text: text == group),
            kleene_not(kleene_any(overridden)),
            kleene_not(_is_narrowed(member(managed, "scopeDownStatement"))),
        ]
    )


def _is_narrowed(scope: Value) -> Answer:
    """Whether a scope-down statement lets a group see some requests only, rather than all but some."""
    return kleene_all([_is_there(scope), kleene_not(_is_there(member(scope, "notStatement")))])


def _items(value: Value) -> Iterable[Value]:
    return [value] if value.is_unknown else value.elements() or ()


def _loosens(item: Value) -> Answer:
    """Whether an entry takes the force of a rule against Log4j: an override by anything but block, or an exclusion."""
    named = member(item, "name").holds(lambda text: isinstance(text, str) and text.upper().startswith(_LOG4J_RULES))
    return kleene_all([named, kleene_not(_is_there(member(member(item, "actionToUse"), "block")))])


def _is_there(value: Value) -> Answer:
    return None if value.is_unknown else value.is_known


@StackPolicy(
    title="A web ACL has logging enabled",
    why=(
        "Without logs it is not possible to tell which requests a web ACL blocked, which by mistake, and "
        "which it allowed."
    ),
    severity=Severity.LOW,
    kinds=(WEB_ACL,),
    rows=("A web ACL logs",),
    controls=controls(
        FSBP="WAF.11",
        PCI="10.2.1.1.35 10.2.1.2.30 10.2.1.3.30 10.2.1.4.30 10.2.1.5.30 10.2.1.6.30 10.2.1.7.30 10.2.1.30",
        SOC2="cc_a_1_1 pi_1_2",
        ISO27001="A.8.15 A.8.16",
    ),
    remediation_steps=(
        "Add an aws.wafv2.WebAclLoggingConfiguration with the web ACL's ARN and a destination named aws-waf-logs-…."
    ),
    example=('aws.wafv2.WebAclLoggingConfiguration("api", resource_arn=acl.arn, log_destination_configs=[group.arn])'),
    url=f"{_GUIDE}/logging.html",
    topics=(Topic.WAF, Topic.LOGGING),
)
def web_acl_logs(stack: Stack, _settings: Settings) -> Iterator[tuple[Resource, Verdict]]:
    """Follows the logging configurations to their web ACLs."""
    incoming = IncomingReferences(stack, (WEB_ACL,), (item["resourceArn"] for item in stack.of(WEB_ACL_LOGGING)))
    verdict = once(_logged)
    for acl in stack.of(WEB_ACL):
        yield acl, verdict(incoming.to(acl))


def _logged(configurations: Sequence[Incoming]) -> Verdict:
    """Whether one of the logging configurations that are or may be of a web ACL logs something."""
    logs = kleene_any(kleene_all([one.answer, _logs_something(one.owner)]) for one in configurations)
    if logs is None:
        parts = [part for one in configurations for part in (one.value, *(one.owner[name] for name in _DECIDING))]
        unknown = [inner for part in parts for inner in part.unknown_parts()]
        return undecided(*unknown, whether="its requests are logged")
    if logs:
        return COMPLIANT
    return violation("No logging configuration that keeps anything and has a destination is for this web ACL")


_DECIDING = ("logDestinationConfigs", "loggingFilter")


def _logs_something(configuration: Resource) -> Answer:
    destination, logging_filter = (configuration[name] for name in _DECIDING)
    return kleene_all([_has_destination(destination), kleene_not(_drops_all(logging_filter))])


def _drops_all(logging_filter: Value) -> Answer:
    """Whether a filter drops what none of its filters keeps, and none keeps anything.

    Source: AWS WAF Developer Guide, "Configuring logging: filtering".
    """
    drops = logging_filter["defaultBehavior"].holds(lambda text: text == "DROP")
    filters = logging_filter["filters"].elements()
    keeps = (
        None if filters is None else kleene_any(one["behavior"].holds(lambda text: text == "KEEP") for one in filters)
    )
    return kleene_all([drops, kleene_not(keeps)])


def _has_destination(destinations: Value) -> Answer:
    """An unknown destination is one: another resource computes it. A list that is unknown as a whole may be empty."""
    items = destinations.elements()
    if items is None:
        return None
    return any(item.is_unknown or item.as_text() for item in items)
