"""CloudWatch: log groups keep what they should for as long as they should."""

from __future__ import annotations

from guardrails.kinds import LOG_GROUP
from guardrails.policy import Level, Remedy, Settings, Severity, controls, number_setting, resource_policy
from guardrails.verdict import Verdict, violation
from guardrails.view import Resource

_ALLOWED_DAYS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)
"""Retention periods that CloudWatch Logs accepts, in days (API reference, PutRetentionPolicy)."""


def _keep_for_the_least_allowed() -> Remedy:
    def remedy(_group: Resource, settings: Settings) -> dict[str, int]:
        fitting = [days for days in _ALLOWED_DAYS if settings["minimumDays"] <= days <= settings["maximumDays"]]
        return {"retentionInDays": fitting[0]} if fitting else {}

    return remedy


@resource_policy(
    title="A log group keeps its events for the declared number of days",
    why=(
        "Without a retention period a log group keeps events for ever, at growing cost and beyond what data protection "
        "allows; with a shorter one than declared, evidence is gone when an incident is looked into."
    ),
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    kinds=(LOG_GROUP,),
    rows=("Retention is set: exactly 30 days by default, a configurable range",),
    controls=controls(
        PCI="10.5.1.4 3.2.1.3 3.3.1.1.3 3.3.1.3.3 3.3.2.3 3.3.3.3 5.3.4.11",
        SOC2="cc_7_2 cc_7_3 cc_c_1_2",
        HIPAA="164_312_b",
        ISO27001="A.8.15 A.8.16",
        NIST="ac_16_b au_6_3 au_6_4 au_6_6 au_6_9 au_10 au_11 au_11_1",
    ),
    settings={
        "minimumDays": number_setting(30, "The fewest days a log group may keep its events.", minimum=1),
        "maximumDays": number_setting(30, "The most days a log group may keep its events.", minimum=1),
    },
    mend="Set retention_in_days=30 on the log group (or what your configuration of this policy declares).",
    example='aws.cloudwatch.LogGroup("api", name="/aws/ecs/api", retention_in_days=30)',
    url="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html",
    topics=("logs", "retention"),
    remedy=_keep_for_the_least_allowed(),
)
def log_retention(group: Resource, settings: Settings) -> Verdict:
    """Exactly 30 days by default; zero, which is also AWS's default, means for ever."""
    least, most = settings["minimumDays"], settings["maximumDays"]
    if least > most:
        return violation("the setting minimumDays", f"{least}, above maximumDays {most}", "minimumDays up to maximumDays")
    accepted = f"{least} days" if least == most else f"{least} to {most} days"
    days = group["retentionInDays"]
    return days.must(
        lambda _: (number := days.as_number()) is not None and least <= number <= most,
        accepted,
        f"Set retention_in_days={least}.",
    )
