"""Writes the outcomes of all programs again: `python -m tests.engine.strangers`."""

from __future__ import annotations

import json
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from offline.tools import prepare
from tests.engine.strangers.outcomes import EXPECTED, PROGRAMS, outcome


def main() -> None:
    """Preview every program, two at a time, and write what the pack says of each."""
    tools = prepare()
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as pool:
        found = pool.map(lambda name: (name, outcome(tools, Path(folder) / name, name)), sorted(PROGRAMS))
        text = json.dumps(dict(found), indent=1, ensure_ascii=False)
    EXPECTED.write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
