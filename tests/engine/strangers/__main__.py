"""Writes the outcomes of all programs again, at the defaults and in each ready configuration."""

from __future__ import annotations

import json
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from offline.layout import REPOSITORY
from offline.tools import prepare

sys.path.insert(0, str(REPOSITORY / "policypack"))

from tests.engine.strangers.outcomes import (
    EXPECTED,
    OF_CONFIGURATIONS,
    PROGRAMS,
    described,
    in_configurations,
    previewed,
    text_of_configurations,
)


def main() -> None:
    """Preview every program, two at a time, and replay each preview in the ready configurations."""
    tools = prepare()
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as pool:
        made = pool.map(lambda name: (name, previewed(tools, Path(folder) / name, name)), sorted(PROGRAMS))
        previews = dict(made)
    text = json.dumps({name: described(one.verdict) for name, one in previews.items()}, indent=1, ensure_ascii=False)
    EXPECTED.write_text(f"{text}\n", encoding="utf-8")
    found = {name: in_configurations(one) for name, one in previews.items()}
    OF_CONFIGURATIONS.write_text(text_of_configurations(found), encoding="utf-8")


if __name__ == "__main__":
    main()
