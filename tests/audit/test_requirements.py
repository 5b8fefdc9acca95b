"""What `audit/requirements.txt` lists is loaded where it is needed: other commands run in an environment without it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import audit

MODULES = {"Jinja2": "jinja2", "compliance-trestle": "trestle", "pygraphviz": "pygraphviz"}
"""The modules of the packages."""

WITHOUT = f"import sys; sys.modules.update(dict.fromkeys({list(MODULES.values())})); "


def test_every_requirement_is_accounted_for() -> None:
    text = Path(audit.__file__).with_name("requirements.txt").read_text(encoding="utf-8")
    assert set(re.findall(r"^([\w-]+)==", text, re.MULTILINE)) == MODULES.keys()


def test_a_summary_needs_none_of_them(tmp_path: Path) -> None:
    events = Path(__file__).with_name("samples") / "clean.jsonl"
    code = f"{WITHOUT} from audit.__main__ import main; sys.exit(main(sys.argv[1:]))"
    arguments = ["summary", str(events), "--sarif", str(tmp_path / "policies.sarif")]
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
