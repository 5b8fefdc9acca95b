"""Text from elsewhere, such as a resource's name or a policy's message, in forms that every format can hold."""

from __future__ import annotations

import re
from datetime import datetime, timezone

_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What a character of XML 1.0 can't be (W3C, production 2, "Char"): most control characters, and lone surrogates."""


def printable(text: str) -> str:
    """The text with U+FFFD for each character that XML does not allow; what is left can also be written as UTF-8."""
    return _NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def one_line(text: str) -> str:
    """The text on one line, each run of white space as one space."""
    return " ".join(printable(text).split())


def as_utc(text: str) -> datetime | None:
    """The time that a text in ISO 8601 says, in UTC, which is also what one without a zone means; None for another."""
    try:
        moment = datetime.fromisoformat(re.sub("Z$", "+00:00", text))
        return moment.astimezone(timezone.utc) if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
    except (ValueError, OverflowError):
        return None
