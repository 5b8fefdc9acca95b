"""`make analyze STATE=states`: evaluates exported states with the pack, by the CLI of the offline engine.

With an official CLI: `python -m audit analyze states --policy-pack policypack`. STATE is one place, a file or a folder.
It comes from the environment, as ARGS does, so that no shell reads it.
"""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

from audit.__main__ import main as audit
from offline.engine import Engine
from offline.layout import OfflineError
from offline.tools import prepare

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Returns what `python -m audit analyze` does."""
    place = os.environ.get("STATE", "").strip()
    if not place:
        print("error: STATE is empty; expected an exported state, or a folder of them: STATE=states.", file=sys.stderr)
        return 2
    try:
        tools = prepare()
    except OfflineError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    os.environ.update(Engine(tools, ROOT, tools.layout.state).variables())
    options = shlex.split(os.environ.get("ARGS", ""))
    return audit(["analyze", place, "--pulumi", str(tools.cli), "--policy-pack", str(ROOT / "policypack"), *options])


if __name__ == "__main__":
    sys.exit(main())
