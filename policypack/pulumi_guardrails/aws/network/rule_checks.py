"""What the policies on rules share: one verdict for several rules, any of which may prove to be of the other way."""

from __future__ import annotations

from collections.abc import Iterable

from pulumi_guardrails.aws.network.model.cidr_and_ports import is_internet, read_range
from pulumi_guardrails.aws.network.model.security_group_rules import Direction, Entry
from pulumi_guardrails.aws.network.reachability.tiers import trusted_sources
from pulumi_guardrails.aws.resource_types import DEFAULT_SECURITY_GROUP, SECURITY_GROUP
from pulumi_guardrails.core.policy import Settings, number_setting
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.value import Value
from pulumi_guardrails.core.verdict import (
    COMPLIANT,
    Cause,
    Unknown,
    Verdict,
    all_in,
    mismatch,
    not_applicable,
    undecided,
)


def open_value(value: Value) -> Verdict:
    """Undecided because of a value that is not known, or that cannot be read."""
    if value.is_unknown:
        return undecided(value)
    return undecided(Unknown(value.path, Cause.UNREADABLE, owner=value.owner, property_name=value.property_name))


MAXIMUM_PORTS = number_setting(
    1000, "The most ports one rule may open; all protocols count as all ports.", minimum=1, maximum=65535
)
"""The setting of the policies that ask `not_wide`."""


def not_wide(entry: Entry, most: int) -> Verdict:
    """A rule has to be of one protocol and, if that has ports, of at most so many of them."""
    value = entry.traffic_value
    if entry.traffic is None:
        if value.is_known:
            return value.mismatch(value.shown, "a protocol and its ports")
        return open_value(value) if value.is_unknown else value.mismatch(value.shown, "a protocol")
    if entry.traffic.is_everything or (entry.traffic.protocol in ("tcp", "udp") and entry.traffic.width > most):
        shown = f"open for {entry.shown_traffic}"
        return mismatch(entry.path or value.path, shown, f"at most {most} ports of one protocol", owner=entry.home)
    return COMPLIANT


def judged(resource: Resource, direction: Direction, verdicts: Iterable[tuple[Entry, Verdict]]) -> Verdict:
    """One verdict for a resource from those of its rules; the violation of one that may be of the other way is open."""
    parts = [
        open_value(entry.home["type"]) if verdict.is_violation and entry.direction is not direction else verdict
        for entry, verdict in verdicts
    ]
    if resource.kind in (SECURITY_GROUP, DEFAULT_SECURITY_GROUP):
        return all_in(parts)
    return all_in(parts, not_applicable(f"no {direction.value} rule"))


def toward_internet(entry: Entry, settings: Settings) -> list[tuple[Value, bool | None]]:
    """Each range or list that a rule names, with whether it is the internet; `None` where that is not known."""
    ranges, lists = trusted_sources(settings)
    found: list[tuple[Value, bool | None]] = []
    for value in entry.ranges:
        source = read_range(value.as_text())
        found.append((value, None if source is None else is_internet(source, ranges)))
    for value in entry.prefix_lists:
        found.append((value, False if value.as_text() in lists else None))
    return found
