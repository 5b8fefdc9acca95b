"""What a reader has to look at: one entry for each cause, however many policies object to it or wait for it.

The engine's log has each policy's own finding. A cause is what they are about: a property of a resource that is wrong,
or a value that is not known. It is read off the messages of our pack; a finding of another pack is a cause by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from audit.events import Finding

_LABEL = re.compile(r"^(?:Waived: |Undecided: )?(?P<label>[A-Za-z0-9]+ '[^']*'): (?P<sentence>.*)$", re.DOTALL)
"""How a message of our pack begins: with the resource's type and name."""

_SUBJECT = re.compile(r"^(?P<path>[a-z][A-Za-z0-9]*(?:\[\d+\])?)(?:[.\[\s]|$)")
"""The property at the beginning of a sentence; of a list the entry, of a nested object the outermost property."""

_PROPERTY = re.compile(r"[A-Z]|\[")
"""What tells a property from a word of a sentence, beside the verb that may follow it."""

_NOT_KNOWN = re.compile(
    r"(?:^|: |; |\. )(?P<value>[\w.\[\]]+(?: of [A-Z]\w* '[^']*')?) is (?:not known|not set|redacted|\"|\[)"
)

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
        subject = f" {self.subject}" if self.subject not in ("", ITSELF) else ""
        severity = f", {self.severity}" if self.severity else ""
        return f"{self.level}{severity}: {self.resource}{subject}: {', '.join(self.policies)}"


def causes(findings: Mapping[str, Iterable[Finding]]) -> list[Cause]:
    """The causes of findings, which are given by level; of one level what is more severe comes first."""
    found: dict[tuple[str, str, str, str], list[Finding]] = {}
    for level in LEVELS:
        for finding in findings.get(level, ()):
            label, subject = _about(finding, level)
            found.setdefault((level, label, subject, "" if subject else finding.policy), []).append(finding)
    unsorted = [
        Cause(
            level,
            label,
            subject,
            tuple(sorted({finding.policy for finding in about})),
            max((finding.severity for finding in about), key=SEVERITIES.index),
        )
        for (level, label, subject, _), about in found.items()
    ]

    def rank(cause: Cause) -> tuple[int, int, str, str]:
        return LEVELS.index(cause.level), -SEVERITIES.index(cause.severity), cause.resource, cause.subject

    return sorted(unsorted, key=rank)


def _about(finding: Finding, level: str) -> tuple[str, str]:
    """The resource that a finding is about, and the property of it."""
    # The policy's description comes before the line that says what was found, its page after it.
    written = next(filter(None, map(_LABEL.match, finding.message.splitlines()[1:])), None)
    if written is None:
        kind, _, name = finding.resource.rpartition("::")
        return f"{kind.rpartition(':')[2]} {name!r}" if name else "the stack", ""
    sentence = written["sentence"]
    if level == "undecided":
        value = _NOT_KNOWN.search(sentence)
        return written["label"], value["value"] if value else ""
    if sentence.startswith(f"{ITSELF} "):
        return written["label"], ITSELF
    path = _SUBJECT.match(sentence)
    own_rules = re.findall(rf"(?:\(|, ){re.escape(written['label'])}(?: (\w+\[\d+\]))? allows ", sentence)
    if own_rules and _PATH in sentence:
        return written["label"], own_rules[-1] or ITSELF
    if path is None:
        return written["label"], ""
    is_property = _PROPERTY.search(path["path"]) or sentence[path.end("path") :].startswith((" is ", "."))
    return written["label"], path["path"] if is_property else ""
