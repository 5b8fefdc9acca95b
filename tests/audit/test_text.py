"""Text from elsewhere, in forms that every format can hold."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from audit.text import as_utc, one_line, printable

NOON = datetime(2026, 11, 26, 12, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("ä\t\r\n€\U0001f600", "ä\t\r\n€\U0001f600"),
        ("\x00\x1b\x0b", "\ufffd\ufffd\ufffd"),
        ("\ud800\udfff", "\ufffd\ufffd"),
        ("\ufffe\uffff", "\ufffd\ufffd"),
    ],
)
def test_printable(text: str, kept: str) -> None:
    assert printable(text) == kept


def test_one_line() -> None:
    assert one_line(" a\r\n\tb\u2028c ") == "a b c"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-26T12:00:00Z", NOON),
        ("2026-11-26T13:00:00+01:00", NOON),
        ("2026-11-26T12:00:00", NOON),
        ("0001-01-01T00:00:00+01:00", None),
        ("noon", None),
        ("", None),
    ],
)
def test_as_utc(text: str, moment: datetime | None) -> None:
    assert as_utc(text) == moment
