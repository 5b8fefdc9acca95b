"""Reads the tables of names and accounts that AWS publishes: JSON files beside the modules that use them.

Each says the page it comes from (`page`, `url`), and either the release that it is derived from (`source`, `sha256`) or
the day on which a person read the page (`date`). `tools/published_facts.py` refreshes and checks them.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any


@cache
def published(path: Path) -> dict[str, Any]:
    """The data of a table. It is read when it is first needed, and is not to be changed."""
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["data"]
    return data
