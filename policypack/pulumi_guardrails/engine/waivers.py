"""Waivers: approved, dated exemptions of single resources from single policies, part of every policy's configuration.

A waived violation is still shown, as advisory with its reason; an expired waiver violates again and says so; a waiver
that matches no resource is reported, so that none outlives what it was made for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime
from fnmatch import translate
from functools import cache
from typing import Any

SCHEMA: Mapping[str, Any] = {
    "type": "array",
    "description": "Approved, dated exemptions. A waived violation is shown as advisory with its reason.",
    "items": {
        "type": "object",
        "properties": {
            "resource": {
                "type": "string",
                "minLength": 1,
                "description": "The resource's URN, or a glob over it such as *::ml-api-alb.",
            },
            "reason": {"type": "string", "minLength": 1, "description": "Why the exemption is right."},
            "approvedBy": {"type": "string", "minLength": 1, "description": "Who approved it."},
            "expires": {
                "type": "string",
                "format": "date",
                "description": "The last day it holds, as YYYY-MM-DD.",
            },
        },
        "required": ["resource", "reason", "approvedBy", "expires"],
    },
    "default": [],
}
"""JSON schema of the setting `waivers`. That there are no other keys is said by `configure`, which names these."""


@dataclass(frozen=True)
class Waiver:
    """One exemption.

    Attributes:
        resource: A URN, or a glob over URNs.
        reason: Why.
        approved_by: Who approved it.
        expires: The last day it holds.
    """

    resource: str
    reason: str
    approved_by: str
    expires: date

    @staticmethod
    def parse(entry: Mapping[str, Any]) -> Waiver:
        """Read an entry that keeps the schema; raises ValueError for a date that is no day of the calendar."""
        try:
            expires = datetime.strptime(entry["expires"], "%Y-%m-%d").date()
        except ValueError:
            raise ValueError(f"the waiver of {entry['resource']!r} expires on {entry['expires']!r}, no date") from None
        return Waiver(entry["resource"], entry["reason"], entry["approvedBy"], expires)

    def covers(self, urn: str) -> bool:
        """Whether the waiver names this resource."""
        return _fits(urn, self.resource)

    def covers_one_of(self, urns: Set[str]) -> bool:
        """Whether the waiver names one of these resources."""
        return self.resource in urns or (_is_glob(self.resource) and any(self.covers(urn) for urn in urns))

    def may_cover_one_of(self, stacks: Iterable[str]) -> bool:
        """Whether it can be meant for one of some stacks: one configuration serves a whole organisation.

        A waiver that spells out `urn:pulumi:STACK::PROJECT::` is meant for that stack alone.

        Args:
            stacks: What `stack_of` gives for their resources.
        """
        meant = stack_of(self.resource)
        if not meant.startswith("urn:pulumi:") or "::" not in meant:
            return True
        return any(_fits(stack, meant) for stack in stacks)

    def holds(self, today: date) -> bool:
        """Whether it has not expired."""
        return today <= self.expires


def _fits(text: str, glob: str) -> bool:
    return text == glob or (_is_glob(glob) and _pattern(glob).match(text) is not None)


def _is_glob(text: str) -> bool:
    return any(character in text for character in "*?[")


@cache
def _pattern(glob: str) -> re.Pattern[str]:
    """A glob as a pattern. `fnmatch` keeps 256, and an organisation's configuration may have more waivers than that."""
    return re.compile(translate(glob))


def stack_of(urn: str) -> str:
    """What a URN begins with that all resources of a stack have in common: `urn:pulumi:STACK::PROJECT`."""
    return "::".join(urn.split("::")[:2])


def waiver_for(waivers: Sequence[Waiver], urn: str, today: date) -> Waiver | None:
    """The waiver that covers a resource: one that still holds before one that has expired."""
    covering = [waiver for waiver in waivers if waiver.covers(urn)]
    return max(covering, key=lambda waiver: (waiver.holds(today), waiver.expires), default=None)
