"""One preview of this project's stack as `make preview` runs it, with a pack of choice or none.

python -m tools.benchmark.previews STATE [PACK]

STATE is the folder of the local state, and PACK a policy pack's. Ends with what the engine ended with.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from offline.__main__ import POLICY_PACK, STRICT
from offline.engine import Engine
from offline.layout import REPOSITORY
from offline.tools import prepare


def main() -> int:
    """Preview, and say on standard error what went wrong."""
    state, pack = Path(sys.argv[1]), Path(sys.argv[2]) if sys.argv[2:] else None
    config = json.loads(STRICT.read_text(encoding="utf-8")) if pack == POLICY_PACK else None
    result = Engine(prepare(), REPOSITORY, state).preview(policy_pack=pack, policy_pack_config=config)
    if result.exit_code != 0:
        print(result.output, file=sys.stderr)
    return result.exit_code


if __name__ == "__main__":
    sys.exit(main())
