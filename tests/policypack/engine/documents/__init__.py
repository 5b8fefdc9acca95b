"""What the CLI printed of `program.py`: `preview.json` by `preview --json`, `state.json` by `stack export`.

`python -m tests.policypack.engine.documents` writes them again.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

DOCUMENTS = Path(__file__).parent
PROGRAM = DOCUMENTS / "program.py"
_OF_A_MACHINE = ("stackTrace", "sourcePosition", "created", "modified", "time", "diagnostics")


def committed(document: Any) -> str:
    """A document as it is committed: without the paths and the times of the machine that made it."""
    return f"{json.dumps(_kept(document), indent=1, sort_keys=True)}\n"


def _kept(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _kept(item) for key, item in value.items() if key not in _OF_A_MACHINE}
    return [_kept(item) for item in value] if isinstance(value, list) else value
