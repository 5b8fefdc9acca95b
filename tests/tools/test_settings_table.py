"""README's table of the configuration has every declared key, and is fresh."""

from __future__ import annotations

from ml_api.configuration import KEYS
from tools.docs import README, between
from tools.settings_table import MARKER, settings_table


def test_every_key_has_a_row_with_its_variable_and_its_default() -> None:
    rows = settings_table().splitlines()[2:]
    assert len(rows) == len(KEYS)
    for row, key in zip(rows, KEYS, strict=True):
        assert row.count("|") == 5, row
        assert row.startswith(f"| `{key.name}`")
        assert f"| `{key.variable}` |" in row if key.variable else "| |" in row
        assert f"| `{key.default}` |" in row if key.default else f"| {key.otherwise} |" in row


def test_the_table_of_the_readme_is_fresh() -> None:
    text = README.read_text(encoding="utf-8")
    assert between(text, MARKER, settings_table()) == text, "stale: run `make docs`"
