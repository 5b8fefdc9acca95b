"""Draws the evidence page of a stack that the policies block: the pictures in README.md and docs/evidence.md.

`make screenshot` runs it. It needs a Chromium (`apt-get install chromium`).
"""

from __future__ import annotations

import os
import shlex
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from audit.__main__ import main as audit
from tools.blocked_preview import BLOCKED, changed
from tools.docs import DOCS, ROOT

WIDTH, HEIGHT = 1280, 940
"""Pixels of the pictures."""


def main() -> int:
    """Write the evidence of the blocked stack into a temporary folder, and take pictures of its page."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        print("error: there is no Chromium; install it, as with apt-get install chromium.", file=sys.stderr)
        return 2
    os.environ["PYTHONPATH"] = str(ROOT)
    with changed(BLOCKED) as project, tempfile.TemporaryDirectory() as private:
        out = Path(private, "evidence")
        offline = ["-m", "offline", "--project", str(project), "--state", str(project / "state"), "pulumi", "--"]
        arguments = ["--stack", "dev", "--cwd", str(project), "--pulumi", shlex.join([sys.executable, *offline])]
        pack = ROOT / "policypack"
        configuration = pack / "config" / "strict.json"
        audit(["run", *arguments, "--policy-pack", str(pack), "--config", str(configuration), "--out", str(out)])
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
            page.goto((out / "report.html").as_uri())
            _take(page, "evidence-page.png")
            page.locator(".picture").screenshot(path=DOCS / "assets" / "evidence-network.png")
            print("wrote docs/assets/evidence-network.png")
            browser.close()
    return 0


def _take(page: Page, name: str) -> None:
    page.screenshot(path=DOCS / "assets" / name)
    print(f"wrote docs/assets/{name}")


if __name__ == "__main__":
    sys.exit(main())
