"""CloudWatch: log groups are declared, with a retention period and a key, and alarms have actions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase

from pulumi_guardrails.aws.iam.wildcards import overlap
from pulumi_guardrails.aws.log_writers import CONSTRAINED, OTHERS, LogGroups, Writer, Written
from pulumi_guardrails.aws.resource_types import COMPOSITE_ALARM, LOG_GROUP, METRIC_ALARM
from pulumi_guardrails.core.policy import (
    Constraint,
    Exemption,
    Remediation,
    ResourcePolicy,
    Settings,
    Severity,
    StackPolicy,
    Topic,
    controls,
    list_setting,
    number_setting,
)
from pulumi_guardrails.core.references import ByTarget
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.three_valued import Answer, kleene_all, kleene_any
from pulumi_guardrails.core.verdict import COMPLIANT, Verdict, all_in, all_of, undecided, violation

_ALLOWED_DAYS = (
    1,
    3,
    5,
    7,
    14,
    30,
    60,
    90,
    120,
    150,
    180,
    365,
    400,
    545,
    731,
    1096,
    1827,
    2192,
    2557,
    2922,
    3288,
    3653,
)
"""Retention periods that CloudWatch Logs accepts, in days (API reference, PutRetentionPolicy)."""


_DELIVERY_DAYS = 2
"""What CloudWatch Logs makes of any retention of the class DELIVERY, in days (API reference, CreateLogGroup)."""

_RETENTION = "Retention is set: exactly 30 days by default, a configurable range"

_RETENTION_CONTROLS = controls(
    PCI="10.5.1.4 3.2.1.3 3.3.1.1.3 3.3.1.3.3 3.3.2.3 3.3.3.3 5.3.4.11",
    SOC2="cc_7_2 cc_7_3 cc_c_1_2",
    HIPAA="164_312_b",
    ISO27001="A.8.15 A.8.16",
    NIST="ac_16_b au_6_3 au_6_4 au_6_6 au_6_9 au_10 au_11 au_11_1",
)

_DAYS = {
    "minimumDays": number_setting(30, "The fewest days a log group may keep its events.", minimum=1),
    "maximumDays": number_setting(30, "The most days a log group may keep its events.", minimum=1),
}

_OTHER_CLASS = "Leave log_group_class out, or set another one."


def _ignores_retention(group: Resource) -> bool | None:
    return group["logGroupClass"].holds(lambda text: text == "DELIVERY")


def _keep_for_the_least_allowed() -> Remediation:
    def remediation(group: Resource, settings: Settings) -> dict[str, int]:
        if _ignores_retention(group):
            return {}
        fitting = [days for days in _ALLOWED_DAYS if settings["minimumDays"] <= days <= settings["maximumDays"]]
        return {"retentionInDays": fitting[0]} if fitting else {}

    return remediation


@ResourcePolicy(
    title="A CloudWatch log group has the required retention period",
    why=(
        "Without a retention period a log group keeps its events indefinitely, at growing cost and against data "
        "protection rules. With a shorter one than required, evidence is gone when an incident is investigated."
    ),
    severity=Severity.MEDIUM,
    constraint=Constraint.LOG_RETENTION,
    kinds=(LOG_GROUP,),
    rows=(_RETENTION,),
    controls=_RETENTION_CONTROLS,
    settings=_DAYS,
    remediation_steps="Set retention_in_days=30 on the log group (or what your configuration of this policy declares).",
    example='aws.cloudwatch.LogGroup("api", name="/aws/ecs/api", retention_in_days=30)',
    url="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html",
    topics=(Topic.LOGGING, Topic.RETENTION),
    remediation=_keep_for_the_least_allowed(),
)
def log_retention(group: Resource, settings: Settings) -> Verdict:
    """Exactly 30 days by default; zero, which is also AWS's default, means that events never expire."""
    return _retention_of(group, settings)


def _retention_of(group: Resource, settings: Settings) -> Verdict:
    least, most = settings["minimumDays"], settings["maximumDays"]
    if least > most:
        return violation(
            f"No retention period can comply: the policy's setting minimumDays is {least}, above maximumDays, {most}",
            fix="Set minimumDays to maximumDays or less in the policy's configuration.",
        )
    expected = f"{least} days" if least == most else f"{least} to {most} days"
    delivers = _ignores_retention(group)
    delivery_fits = least <= _DELIVERY_DAYS <= most
    if delivers and not delivery_fits:
        return violation(
            f"A log group of the class DELIVERY keeps its events for {_DELIVERY_DAYS} days; expected {expected}",
            path="logGroupClass",
            actual="DELIVERY",
            expected="another class",
            fix=_OTHER_CLASS,
        )
    days = group["retentionInDays"]
    number = days.as_number()
    bound = "minimumDays" if number is not None and number < least else "maximumDays"
    verdict = days.must(
        lambda _: number is not None and least <= number <= most,
        expected,
        f"Set retention_in_days={least}.",
        bound if number else "",
    )
    if delivers is None and verdict.is_compliant is not delivery_fits:
        return undecided(group["logGroupClass"])
    return COMPLIANT if delivers else verdict


_DECLARED_ELSEWHERE = "groupsOfOtherStacks"

_WRITER_SETTINGS = {
    **_DAYS,
    _DECLARED_ELSEWHERE: list_setting(
        (), "Patterns of the names of log groups that other stacks declare, such as /shared/*."
    ),
}

_WRITER_STEPS = (
    "Declare the log group as an aws.cloudwatch.LogGroup in this stack, with retention_in_days=30 (or what your "
    "configuration of log-retention declares), and let the writer depend on it. If AWS has already created it, import "
    "it: pulumi import aws:cloudwatch/logGroup:LogGroup."
)

_WRITER_WHY = (
    "Whatever writes to a log group that does not exist has one created, by AWS or by the agent that writes. Nobody "
    "has chosen its retention period: most such groups keep their events indefinitely, longer than they may."
)

_LOG_GROUPS_URL = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html"


@StackPolicy(
    title="Every log group that ECS, RDS or a VPC flow log writes to is declared in the stack",
    why=_WRITER_WHY,
    severity=Severity.MEDIUM,
    constraint=Constraint.LOG_RETENTION,
    kinds=(*dict.fromkeys(writer.kind for writer in CONSTRAINED), LOG_GROUP),
    rows=(_RETENTION,),
    controls=_RETENTION_CONTROLS,
    settings=_WRITER_SETTINGS,
    remediation_steps=_WRITER_STEPS,
    example="""\
aws.cloudwatch.LogGroup(
    "insights", name="/aws/ecs/containerinsights/ml-api/performance", retention_in_days=30
)
aws.ecs.Cluster("api", name="ml-api", settings=[{"name": "containerInsights", "value": "enabled"}])""",
    url=_LOG_GROUPS_URL,
    topics=(Topic.LOGGING, Topic.RETENTION, Topic.ECS, Topic.DATABASE),
)
def log_groups_declared(stack: Stack, settings: Settings) -> Iterator[tuple[Resource, Verdict]]:
    """Container logs, Container Insights, ECS Exec, exported database logs, proxies and flow logs.

    The retention of a group that the stack creates is checked by log-retention.
    """
    return _writers(stack, settings, CONSTRAINED)


@StackPolicy(
    title="Every log group that other services write to is declared in the stack",
    why=_WRITER_WHY,
    severity=Severity.LOW,
    kinds=(*dict.fromkeys(writer.kind for writer in OTHERS), LOG_GROUP),
    rows=(_RETENTION,),
    settings=_WRITER_SETTINGS,
    remediation_steps=_WRITER_STEPS,
    example="""\
group = aws.cloudwatch.LogGroup("worker", name="/aws/lambda/worker", retention_in_days=30)
aws.lambda_.Function(
    "worker",
    name="worker",
    role=role.arn,
    package_type="Image",
    image_uri=image,
    logging_config={"log_format": "JSON", "log_group": group.name},
)""",
    url=_LOG_GROUPS_URL,
    topics=(Topic.LOGGING, Topic.RETENTION),
)
def other_log_groups_declared(stack: Stack, settings: Settings) -> Iterator[tuple[Resource, Verdict]]:
    """Lambda, API Gateway, CodeBuild, EKS and every other writer, the log that AWS names by itself included.

    The retention of a group that the stack creates is checked by log-retention.
    """
    return _writers(stack, settings, OTHERS)


def _writers(stack: Stack, settings: Settings, writers: Sequence[Writer]) -> Iterator[tuple[Resource, Verdict]]:
    groups = stack.shared(LogGroups)
    for resource in stack.of(*dict.fromkeys(writer.kind for writer in writers)):
        written = groups.written_by(resource)
        if written:
            yield resource, all_in([_group_declared(one, settings) for one in written])


def _group_declared(written: Written, settings: Settings) -> Verdict:
    destination = written.destination
    if written.answer:
        # Groups that the stack creates are checked by log-retention; those that it only reads are not its own.
        read = [group for group in written.groups if group.is_read]
        return all_in([_retention_of(group, settings) for group in read])
    elsewhere = _is_of_another_stack(written, settings[_DECLARED_ELSEWHERE])
    if elsewhere or _sets_retention(written, settings):
        return COMPLIANT
    unknowns = [*written.unknowns, *destination.unknown_conditions]
    if elsewhere is None:
        unknowns += destination.unknown_parts
    if destination.retention is not None and destination.retention.is_unknown:
        unknowns.append(destination.retention)
    if unknowns:
        return undecided(*unknowns, whether="the stack declares every log group that it writes to")
    if destination.group is not None and destination.group.is_absent:
        argument = destination.writer.argument.format(name=f"/aws/ecs/{destination.resource.name}")
        created = "not set, so that AWS creates a log group of its own"
        return destination.group.mismatch(created, "a log group that this stack declares", f"Set {argument}.")
    fix = "" if destination.is_secret else f"Add {_declaration(written, settings['minimumDays'])}."
    where = f" in {destination.region.as_text()}" if written.other_region else ""
    if destination.group is not None:
        found = destination.group.mismatch(destination.group.shown, f"a log group that this stack declares{where}", fix)
    else:
        name = "[secret]" if destination.is_secret else destination.name or destination.pattern
        found = violation(
            f"The log group of {destination.writer.what}, {name}, is not declared "
            f"in this stack{where and f', {where.strip()}'}, so that AWS creates it with a retention period that "
            "nobody chose",
            fix=fix,
        )
    # A pattern is written for a name that the message shows.
    is_shown = destination.name is not None and not destination.is_secret
    return found.answered_by(_DECLARED_ELSEWHERE) if is_shown else found


def _declaration(written: Written, days: int) -> str:
    """The log group in Python."""
    destination = written.destination
    label = re.sub(r"[^A-Za-z0-9]+", "-", destination.name or destination.pattern).strip("-")
    region = f', region="{destination.region.as_text()}"' if written.other_region else ""
    return f'aws.cloudwatch.LogGroup("{label}", name={destination.python}, retention_in_days={days}{region})'


def _is_of_another_stack(written: Written, patterns: Sequence[str]) -> Answer:
    destination = written.destination
    name = destination.name
    if name is not None:
        return any(fnmatchcase(name, pattern) for pattern in patterns)
    if destination.group is None and any(overlap(destination.pattern, pattern) for pattern in patterns):
        return None
    return False


def _sets_retention(written: Written, settings: Settings) -> bool:
    """Whether the writer itself gives a group that it creates an accepted retention."""
    retention = written.destination.retention
    number = retention.as_number() if retention is not None else None
    return number is not None and settings["minimumDays"] <= number <= settings["maximumDays"]


@ResourcePolicy(
    title="A CloudWatch log group is encrypted with a customer managed key",
    why=(
        "CloudWatch Logs encrypts every log group with a key of its own. With a customer managed key, reading also "
        "takes permission for the key, and CloudTrail records each use. Disabled by default, because such a key is "
        "charged for: enable it where it is required."
    ),
    severity=Severity.LOW,
    off=True,
    kinds=(LOG_GROUP,),
    rows=("Encrypted with a key (where required)",),
    controls=controls(
        PCI="10.3.2.3 10.3.3.5 10.3.4.4 3.5.1.4 8.3.2.8 A1.2.1.9",
        SOC2="cc_7_3 pi_1_4",
        HIPAA="164_308_a_1_ii_b 164_308_a_4_ii_a 164_312_a_2_iv 164_312_e_2_ii",
        ISO27001="A.8.11 A.8.15 A.8.16 A.8.24",
        NIST="au_9_3 cp_9_d sc_8_3 sc_8_4 sc_13_a sc_28_1 si_19_4",
    ),
    remediation_steps="Set kms_key_id to the ARN of a key whose policy lets CloudWatch Logs use it.",
    example='aws.cloudwatch.LogGroup("api", retention_in_days=30, kms_key_id=key.arn)',
    url="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html",
    topics=(Topic.LOGGING, Topic.ENCRYPTION, Topic.ENCRYPTION_AT_REST, Topic.PRODUCTION),
)
def log_group_customer_key(group: Resource, _settings: Settings) -> Verdict:
    """A key that another resource makes counts as one."""
    key = group["kmsKeyId"]
    return COMPLIANT if key.is_unknown else key.must(_is_text, "the ARN of a KMS key")


def _watching(stack: Stack) -> ByTarget[tuple[Resource, Answer]]:
    """The composite alarms that act, or may, by the metric alarms that they are told of: by name, or by ARN.

    Source: Amazon CloudWatch API Reference, PutCompositeAlarm, AlarmRule.
    """
    by_text: dict[str | None, list[Resource]] = {}
    nameless: list[Resource] = []
    for alarm in stack.of(METRIC_ALARM):
        if alarm["name"].is_unknown:
            nameless.append(alarm)
            continue
        for text in {alarm["name"].as_text(), alarm.output("arn").as_text()} - {None}:
            by_text.setdefault(text, []).append(alarm)
    found: ByTarget[tuple[Resource, Answer]] = ByTarget()
    for composite in stack.of(COMPOSITE_ALARM):
        actions, rule = _actions(composite), composite["alarmRule"]
        acts = kleene_all(
            [composite["actionsEnabled"].is_true(), None if actions.is_undecided else actions.is_compliant]
        )
        if rule.is_unknown:
            sources = stack.sources_of(rule)
            found.add((composite, acts), [(one, True) for one in sources if one], not sources or None in sources)
        else:
            written = set(re.findall(r"\(\s*[\"']?([^\"')]+?)[\"']?\s*\)", rule.as_text() or ""))
            named = {alarm: True for text in written for alarm in by_text.get(text, ())}
            found.add((composite, acts), [*named.items(), *((alarm, None) for alarm in nameless if written)])
    return found


def _composites(stack: Stack, alarm: Resource) -> list[tuple[Resource, Answer]]:
    """The composite alarms that watch a metric alarm, or may."""
    watching = stack.shared(_watching).of(alarm)
    return [(composite, kleene_all([acts, named])) for (composite, acts), named in watching]


_WATCHED = Exemption(
    (METRIC_ALARM,),
    holds=lambda stack, alarm: kleene_any(answer for _, answer in _composites(stack, alarm)),
    reason="a composite alarm with actions watches it",
    unknowns=lambda stack, alarm: [
        part.as_unknown()
        for composite, answer in _composites(stack, alarm)
        if answer is None
        for part in (composite["alarmRule"], composite["alarmActions"], composite["actionsEnabled"], alarm["name"])
        if part.is_unknown
    ],
    question="a composite alarm with actions watches it",
)


@ResourcePolicy(
    title="A CloudWatch alarm has actions, and they are enabled",
    why=(
        "An alarm without actions notifies nobody, unless a composite alarm that has actions watches it. Actions that "
        "were disabled for maintenance are easily left disabled."
    ),
    severity=Severity.MEDIUM,
    kinds=(METRIC_ALARM, COMPOSITE_ALARM),
    rows=("An alarm has actions, and they are enabled",),
    controls=controls(PCI="10.2.1.1.8 10.2.1.1.9 10.4.1.1.2 10.4.1.2 10.4.2.2 10.4.2.3 10.4.3.1 10.6.3.8"),
    remediation_steps="Set alarm_actions to the ARN of an SNS topic, for example, and leave out actions_enabled=False.",
    example="""\
aws.cloudwatch.MetricAlarm("errors", alarm_actions=[topic.arn], **others)""",
    url="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html",
    topics=(Topic.MONITORING,),
    remediation=lambda alarm, _settings: {"actionsEnabled": True} if _actions(alarm).is_compliant else {},
    exemption=_WATCHED,
)
def alarm_actions(alarm: Resource, _settings: Settings) -> Verdict:
    """Enabled by default; of the three states an alarm can have, ALARM has to have an action."""
    return all_of(alarm["actionsEnabled"].must_be(True), _actions(alarm))


def _actions(alarm: Resource) -> Verdict:
    """An action that another resource computes is one."""
    actions = alarm["alarmActions"]
    none = actions.mismatch(actions.shown, "at least one action")
    return actions.some(lambda item: item.is_unknown or _is_text(item.raw), none)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value != ""
