"""What a reader has to look at: one entry for each cause, however many policies object to it or wait for it.

The engine's log has each policy's own finding. A cause is what they are about: a property of a resource that is wrong,
or a value that is not known. It is read off the messages of our pack; a finding of another pack is a cause by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from audit.events import Finding

_PREFIX = re.compile(r"^(?:Waived: |Undecided: )?")
"""What stands before the resource in a message of our pack."""

_SUBJECT = re.compile(r"^(?P<path>[a-z][A-Za-z0-9]*(?:\[\d+\])?)(?:[.,\[\s]|$)")
"""The property at the beginning of a sentence; of a list the entry, of a nested object the outermost property."""

_PROPERTY = re.compile(r"[A-Z]|\[")
"""What tells a property from a word of a sentence, beside the verb that may follow it."""

_NOT_KNOWN = re.compile(
    r"(?:^|: |; )(?P<value>[^:;]+?) (?:failed by a defect|is (?:not known before|not set, so|not part of|redacted, as|"
    r"left out by|ambiguous|in no form|\"|\[|\{))"
)
"""What an undecided message says that it does not have: a property, or a noun phrase."""

_OF_OWNER = re.compile(r"^(?P<subject>\S+) of (?P<owner>[A-Z]\w* '.*')$")
"""A property of another resource than the one that is judged."""

_PATH = " \N{RIGHTWARDS ARROW} "
"""What stands between the hops of a network path: its last rule is what is to be changed."""

ITSELF = "it"
"""How a sentence of our pack begins that is about the resource as a whole, such as a rule."""

LEVELS = ("mandatory", "advisory", "undecided")
"""The order in which causes are listed: what blocks comes first."""

SEVERITIES = ("", "low", "medium", "high", "critical")
"""Pulumi's severities, the lowest first; a policy need not have one."""


@dataclass(frozen=True)
class Cause:
    """What some findings are about.

    Attributes:
        level: What it does: blocks (mandatory), or not (advisory), or cannot be told (undecided).
        resource: The resource, by type and name.
        subject: The property that is wrong or not known, or ITSELF; empty where the finding names none.
        policies: The policies that object, or that wait for a value, by name.
        severity: The highest severity among them; empty where none has one.
    """

    level: str
    resource: str
    subject: str
    policies: tuple[str, ...]
    severity: str = ""

    def line(self) -> str:
        """The entry as a line for a terminal."""
        before = ", " if " " in self.subject else " "
        subject = f"{before}{self.subject}" if self.subject not in ("", ITSELF) else ""
        severity = f", {self.severity}" if self.severity else ""
        return f"{self.level}{severity}: {self.resource}{subject}: {', '.join(self.policies)}"


def causes(findings: Mapping[str, Iterable[Finding]]) -> list[Cause]:
    """The causes of findings, which are given by level; of one level what is more severe comes first."""
    abouts = [(level, _about(one, level), one) for level in LEVELS for one in findings.get(level, ())]
    urns: dict[str, set[str]] = {}
    for _, about, _ in abouts:
        urns.setdefault(about.label, set()).update([about.urn] if about.urn else [])
    found: dict[tuple[str, str, str, str, str], list[Finding]] = {}
    for level, about, finding in abouts:
        # A value that others wait for is that of the one resource of this label, if there is one.
        urn = about.urn or (next(iter(urns[about.label])) if len(urns[about.label]) == 1 else "")
        label = f"{about.label}{_component(urn) if len(urns[about.label]) > 1 else ''}"
        key = (level, label, about.subject, urn, "" if about.subject else finding.policy)
        found.setdefault(key, []).append(finding)
    unsorted = [
        Cause(
            level,
            label,
            subject,
            tuple(sorted({finding.policy for finding in members})),
            max((finding.severity for finding in members), key=SEVERITIES.index),
        )
        for (level, label, subject, _, _), members in found.items()
    ]

    def rank(cause: Cause) -> tuple[int, int, str, str]:
        return LEVELS.index(cause.level), -SEVERITIES.index(cause.severity), cause.resource, cause.subject

    return sorted(unsorted, key=rank)


def _component(urn: str) -> str:
    """The types of the components that a resource is in, or its own type, which tell it from another of its label."""
    kind = urn.partition("::")[2].partition("::")[2].partition("::")[0]
    around = kind.rpartition("$")[0] or kind
    return f" ({around})" if around else ""


@dataclass(frozen=True)
class _Subject:
    """What a finding is about: a resource by its URN, where it is the one that is judged, and a property of it."""

    label: str
    subject: str = ""
    urn: str = ""


def _about(finding: Finding, level: str) -> _Subject:
    label, sentence = _written(finding)
    if level == "undecided":
        return _unknown(finding, label, sentence)
    return _Subject(label, _property(label, sentence), finding.resource)


def _written(finding: Finding) -> tuple[str, str]:
    """The resource that a finding is about, and what a message of our pack says of it; no text of another pack."""
    kind, _, name = finding.resource.partition("::")[2].partition("::")[2].partition("::")
    label = f"{kind.rpartition(':')[2]} '{name}'" if name else "the stack"
    # The policy's description comes before the line that says what was found, its page after it.
    for line in finding.message.splitlines()[1:]:
        said, found, sentence = _PREFIX.sub("", line).partition(f"{label}: ")
        if found and not said:
            return label, sentence
    return label, ""


def _unknown(finding: Finding, label: str, sentence: str) -> _Subject:
    """The value that an undecided finding waits for; one of another resource is the same for all who wait for it."""
    written = _NOT_KNOWN.search(sentence)
    value = written["value"] if written else ""
    of_owner = _OF_OWNER.match(value)
    if of_owner is None or of_owner["owner"] == label:
        return _Subject(label, of_owner["subject"] if of_owner else value, finding.resource)
    return _Subject(of_owner["owner"], of_owner["subject"])


def _property(label: str, sentence: str) -> str:
    """The property that a violation is about; ITSELF for the resource as a whole, empty where none is named."""
    if sentence.startswith(f"{ITSELF} "):
        return ITSELF
    own_rules = re.findall(rf"(?:\(|, ){re.escape(label)}(?: (\w+\[\d+\]))? allows ", sentence)
    if own_rules and _PATH in sentence:
        return own_rules[-1] or ITSELF
    path = _SUBJECT.match(sentence)
    if path is None:
        return ""
    is_property = _PROPERTY.search(path["path"]) or sentence[path.end("path") :].startswith(
        (" is ", " and ", ", ", ".")
    )
    return path["path"] if is_property else ""
