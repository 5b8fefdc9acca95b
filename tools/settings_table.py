"""README's table of the stack's configuration, made from its declarations in `infra/ml_api/configuration.py`."""

from __future__ import annotations

from ml_api.configuration import KEYS, Key

MARKER = "settings"
"""The marker of README.md between whose two comments the table stands."""


def settings_table() -> str:
    """The table in Markdown, one row a key."""
    rows = ["| key | environment variable | default | meaning |", "|---|---|---|---|"]
    return "\n".join([*rows, *map(_row, KEYS)])


def _row(key: Key) -> str:
    name = f"`{key.name}`" + (" (`--secret`)" if key.secret else "")
    variable = f"`{key.variable}`" if key.variable else ""
    default = key.otherwise if key.default is None else f"`{key.default}`"
    cells = (cell.replace("|", "\\|") for cell in (name, variable, default, key.meaning))
    return f"| {' | '.join(cells)} |".replace("|  |", "| |")
