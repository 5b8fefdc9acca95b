"""What the policies on security group rules share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from pulumi_guardrails.aws.network.model.cidr_and_ports import is_internet, read_range
from pulumi_guardrails.aws.network.model.declared_rules import Direction, Entry
from pulumi_guardrails.aws.network.model.security_group_rules import Rule
from pulumi_guardrails.aws.network.model.unknowns import external, unreadable
from pulumi_guardrails.aws.network.reachability.tiers import trusted_sources
from pulumi_guardrails.aws.resource_types import DEFAULT_SECURITY_GROUP, SECURITY_GROUP
from pulumi_guardrails.core.policy import Settings, number_setting
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.three_valued import Answer
from pulumi_guardrails.core.value import Value
from pulumi_guardrails.core.verdict import COMPLIANT, Unknown, Verdict, all_in, not_applicable, undecided, violation

MAXIMUM_PORTS = number_setting(
    1000, "The most ports one rule may open; all protocols count as all ports.", minimum=1, maximum=65535
)
"""The setting of the policies that ask `not_wide`."""


def not_wide(entry: Entry, maximum: int, rule: Rule | None = None) -> Verdict:
    """A rule has to be for one protocol and, if that has ports, for at most so many of them.

    Args:
        entry: The rule as it is declared.
        maximum: The most ports.
        rule: The rule as it is resolved, where the message is to name its peer.
    """
    value = entry.traffic_value
    if entry.traffic is None:
        return undecided(value) if value.is_unknown else invalid_traffic(entry)
    if entry.traffic.is_everything or (entry.traffic.protocol in ("tcp", "udp") and entry.traffic.width > maximum):
        subject, peer = (rule.subject, f" to {rule.peer}") if rule is not None else (entry.subject, "")
        limit = f"at most {maximum} ports of one protocol"
        message = f"{subject} allows {entry.shown_traffic}{peer}; a rule may open {limit}"
        path = entry.path or value.path
        return violation(message, path=path, actual=entry.shown_traffic, expected=limit, fix=_narrowed(entry))
    return COMPLIANT


def invalid_traffic(entry: Entry, fix: str = "") -> Verdict:
    """The violation of a rule whose protocol and ports are known, and say nothing, such as ports from 443 to 80."""
    value = entry.traffic_value
    expected = "a protocol" if value.path.lower().endswith("protocol") else "a port, with from_port not above to_port"
    return value.mismatch(value.shown, expected, fix or _narrowed(entry))


def _narrowed(entry: Entry) -> str:
    """Advice to narrow a rule, in the words of the resource that declares it."""
    return f'Set{entry.place} {entry.protocol_argument}="tcp", and from_port and to_port to the ports that are used.'


def verdict_on_rules(resource: Resource, direction: Direction, verdicts: Iterable[tuple[Entry, Verdict]]) -> Verdict:
    """One verdict for a resource from those of its rules; a violation is open where the direction is not known."""
    parts = [
        undecided(unreadable(entry.declared_in["type"]), whether=f"it is an {direction.value} rule")
        if verdict.is_violation and entry.direction is not direction
        else verdict
        for entry, verdict in verdicts
    ]
    if resource.kind in (SECURITY_GROUP, DEFAULT_SECURITY_GROUP):
        return all_in(parts)
    return all_in(parts, not_applicable(f"no {direction.value} rule"))


def together(verdicts: Iterable[Verdict]) -> Verdict:
    """One verdict for all rules of a resource, with each finding once, however many of its peers it is about."""
    found = all_in(verdicts)
    return replace(found, findings=tuple(dict.fromkeys(found.findings)))


def internet_peers(entry: Entry, settings: Settings) -> list[tuple[Value, Answer]]:
    """Each range or prefix list that a rule names, with whether it is the internet; `None` where that is not known."""
    ranges, lists = trusted_sources(settings)
    found: list[tuple[Value, Answer]] = []
    for value in entry.ranges:
        source = read_range(value.as_text())
        found.append((value, None if source is None else is_internet(source, ranges)))
    for value in entry.prefix_lists:
        found.append((value, False if value.as_text() in lists else None))
    return found


def unknown_peer(entry: Entry, value: Value) -> Unknown:
    """What is not known of a range or a prefix list that a rule names, where it may be the internet."""
    return external(value) if any(value is one for one in entry.prefix_lists) else unreadable(value)
