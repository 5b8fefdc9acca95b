"""`make audit STACK=prod OUT=evidence`: the evidence of a preview of this project's stack, on the offline engine.

With an official CLI and an AWS account: `python -m audit run --stack prod --policy-pack policypack --out evidence`.
What the user gives comes from the environment, so that no shell reads it.
"""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

from audit.__main__ import main as audit

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Returns what `python -m audit run` does."""
    cli = [sys.executable, "-m", "offline", "pulumi", "--"]
    pack = ROOT / "policypack"
    return audit(
        [
            "run",
            *("--stack", os.environ.get("STACK") or "dev"),
            *("--out", os.environ.get("OUT") or "evidence"),
            *("--cwd", str(ROOT)),
            *("--pulumi", shlex.join(cli)),
            *("--policy-pack", str(pack)),
            *("--config", str(pack / "config" / "strict.json")),
            *("--expected-cost", str(ROOT / "infra" / "expected-cost.json")),
            *("--checkov-waivers", str(ROOT / "infra" / "checkov-waivers.json")),
            *shlex.split(os.environ.get("ARGS", "")),
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
