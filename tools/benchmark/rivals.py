"""The other tools that `make bench` measures, on the Terraform plan of the same stack: Checkov and cfn-guard."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from audit.terraform import checkov
from offline.layout import Layout
from tools.benchmark.processes import MeasureError, Run, command

GUARD_VERSION = "3.2.1"
"""The newest release of the crate `cfn-guard` on crates.io that was tried."""

RULES = Path(__file__).with_name("rules.guard")

GUARD_BREACHED = 19
"""What cfn-guard ends with where a rule does not hold (its README, "Exit codes")."""


class NotBuiltError(Exception):
    """cfn-guard cannot be had here; the message says why in a few words."""


@dataclass(frozen=True)
class Report:
    """What a tool reported of a plan.

    Attributes:
        rules: How many checks or rules had something to say.
        results: How many results on single resources; 0 where the tool does not count them.
        failed: How many of the rules were broken.
        version: Its version.
    """

    rules: int
    results: int
    failed: int
    version: str


@dataclass(frozen=True)
class Rival:
    """Another tool.

    Attributes:
        run: Runs it on the plan in a file.
        report: Reads what it said in the run before.
    """

    run: Callable[[Path], Run]
    report: Callable[[], Report]


def checkov_rival(folder: Path) -> Rival:
    """Checkov as `make audit` runs it: every check of Terraform plans, no network, no settings of the user's.

    `folder` takes what it says. Raises MeasureError where it is not installed.
    """
    if not checkov.OWN.exists():
        raise MeasureError("Checkov is not installed; `make bench` installs it.")
    output, home = folder / "checkov.json", folder / "home"
    home.mkdir()
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(home),
        "LOG_LEVEL": "ERROR",
        "EVAL_TF_PLAN_AFTER_UNKNOWN": "1",
        "CKV_SKIP_PACKAGE_UPDATE_CHECK": "true",
        "PYTHONUTF8": "1",
    }
    options = ["--framework", "terraform_plan", "--skip-download", "--soft-fail", "--output", "json"]

    def run(file: Path) -> Run:
        return command([checkov.OWN, "--file", file, *options], home, environment, output)

    return Rival(run, lambda: read_checkov(output.read_text(encoding="utf-8")))


def read_checkov(text: str) -> Report:
    """What Checkov reported. Raises MeasureError where it evaluated nothing."""
    try:
        found = json.loads(text)
        results, summary = found["results"], found["summary"]
        failed, passed = results["failed_checks"], results["passed_checks"]
    except (ValueError, KeyError, TypeError):
        raise MeasureError("Checkov wrote no report of one framework.") from None
    if not passed:
        raise MeasureError("Checkov read no resource of the plan.")
    ids = {one["check_id"] for one in [*failed, *passed]}
    broken = {one["check_id"] for one in failed}
    return Report(len(ids), len(failed) + len(passed), len(broken), str(summary["checkov_version"]))


def guard_rival(folder: Path, tell: Callable[[str], None], root: Path | None = None) -> Rival:
    """cfn-guard with the rules of this folder, built on first use into `root`.

    `folder` takes what it says. Raises NotBuiltError where it cannot be built.
    """
    program = build_guard(root or Layout().root / "cfn-guard", tell)
    output = folder / "cfn-guard.json"
    options = ["--output-format", "json", "--structured", "--show-summary", "none"]

    def run(file: Path) -> Run:
        words: list[str | Path] = [program, "validate", "--rules", RULES, "--data", file, *options]
        return command(words, folder, None, output, (0, GUARD_BREACHED))

    return Rival(run, lambda: read_guard(output.read_text(encoding="utf-8")))


def read_guard(text: str) -> Report:
    """What cfn-guard reported of one file. Raises MeasureError where it evaluated no rule."""
    try:
        (found,) = json.loads(text)
        kept, broken = found["compliant"], {one["Rule"]["name"] for one in found["not_compliant"]}
    except (ValueError, KeyError, TypeError):
        raise MeasureError("cfn-guard wrote no report of one file.") from None
    if not kept and not broken:
        raise MeasureError("no rule of cfn-guard applies to the plan.")
    return Report(len(kept) + len(broken), 0, len(broken), GUARD_VERSION)


def build_guard(root: Path, tell: Callable[[str], None]) -> Path:
    """The program cfn-guard, built by Cargo from crates.io into `root` if it is not there in the pinned version.

    Raises NotBuiltError where there is no Cargo or it fails; what it printed is then in `root`.
    """
    program = root / "bin" / "cfn-guard"
    if _version(program) == GUARD_VERSION:
        return program
    cargo = shutil.which("cargo")
    if cargo is None:
        raise NotBuiltError("not built: there is no cargo on the PATH (rustup.rs installs it).")
    tell(f"Building cfn-guard {GUARD_VERSION} with Cargo (once, some minutes).")
    root.mkdir(parents=True, exist_ok=True)
    log = root / "build.log"
    words = [cargo, "install", "cfn-guard", "--version", GUARD_VERSION, "--locked", "--force", "--root", str(root)]
    with log.open("wb") as stream:
        code = subprocess.run(
            words, stdin=subprocess.DEVNULL, stdout=stream, stderr=subprocess.STDOUT, check=False
        ).returncode
    if code != 0 or _version(program) != GUARD_VERSION:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
        reason = next((line for line in lines if line.startswith("error")), f"exit code {code}")
        raise NotBuiltError(f"not built: cargo install cfn-guard {GUARD_VERSION} failed ({reason.strip()}).")
    return program


def _version(program: Path) -> str | None:
    """The version of a cfn-guard; None where it is not there or does not run."""
    try:
        answer = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    except OSError:
        return None
    found = re.fullmatch(r"cfn-guard (\S+)\s*", answer)
    return found[1] if found else None
