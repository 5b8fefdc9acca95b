"""Runs cosmic-ray on one module of the policy pack: which changes to the code does no test notice?

Cosmic-ray changes files on disk, so it works on a copy of the project in `.offline/mutants`. Its session (SQLite) stays
there for a closer look with cosmic-ray's own commands.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import shlex
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from pulumi_guardrails.registry import all_policies

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / ".offline" / "mutants"
PACK = ROOT / "policypack"
TESTS = "tests/policypack/"
BY_POLICY = ("test_policies.py", "test_conformance.py", "test_soundness.py", "test_remedies.py", "test_settings.py")
SLOW = ("test_fuzz.py", "test_conformance.py", "test_soundness.py")
"""Files that take too long to be run whole for every mutant; of the last two a policy's module runs its own part."""
TIMEOUT = 90.0
"""How long the tests may take on one mutant, in seconds: several times what they take on the unchanged code."""

OPERATORS = (
    "AddNot",
    "ExceptionReplacer",
    "NumberReplacer",
    "RemoveDecorator",
    "ReplaceAndWithOr",
    "ReplaceBinaryOperator_Add_Sub",
    "ReplaceBinaryOperator_Sub_Add",
    "ReplaceBreakWithContinue",
    "ReplaceComparisonOperator_Eq_NotEq",
    "ReplaceComparisonOperator_GtE_Gt",
    "ReplaceComparisonOperator_GtE_Lt",
    "ReplaceComparisonOperator_Gt_GtE",
    "ReplaceComparisonOperator_Gt_LtE",
    "ReplaceComparisonOperator_In_NotIn",
    "ReplaceComparisonOperator_IsNot_Is",
    "ReplaceComparisonOperator_Is_IsNot",
    "ReplaceComparisonOperator_LtE_Gt",
    "ReplaceComparisonOperator_LtE_Lt",
    "ReplaceComparisonOperator_Lt_GtE",
    "ReplaceComparisonOperator_Lt_LtE",
    "ReplaceComparisonOperator_NotEq_Eq",
    "ReplaceComparisonOperator_NotIn_In",
    "ReplaceContinueWithBreak",
    "ReplaceFalseWithTrue",
    "ReplaceOrWithAnd",
    "ReplaceTrueWithFalse",
    "ReplaceUnaryOperator_Delete_Not",
    "ZeroIterationForLoop",
)
"""The operators of cosmic-ray that are used. The others change `|` in annotations, which nothing evaluates, or make of
a comparison one that raises for every input, which any test would notice."""


def tests_of(module: str) -> list[str]:
    """The arguments for pytest that choose the tests of a module, the fast ones first: the first failure ends it."""
    name, dotted = Path(module).stem, module.removesuffix(".py").replace("/", ".")
    if not module.startswith("pulumi_guardrails/policies/"):
        # A module outside of the policies has its tests in the folder of the same name first, then in all the others.
        package = Path(module).parent.relative_to("pulumi_guardrails")
        own = f"{TESTS}{(package / f'test_{name}.py').as_posix()}"
        folders = {ROOT / TESTS, ROOT / TESTS / package}
        files = [
            path.relative_to(ROOT).as_posix()
            for folder in folders
            for path in folder.glob("test_*.py")
            if path.name not in SLOW
        ]
        whole = f"{TESTS}test_policies.py"
        return sorted(files, key=lambda file: (file != own, file == whole, Path(file).parent != Path(own).parent, file))
    policies = [p.name for p in all_policies() if p.check.__module__ == dotted]
    special = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / TESTS / "policies").rglob("test_*.py"))
    chosen = [*policies, "test_remedies", "test_settings", *(Path(path).stem for path in special)]
    return [*(f"{TESTS}{file}" for file in BY_POLICY), *special, "-k", " or ".join(chosen)]


def copy_project(to: Path) -> None:
    """Copy what git tracks or would track, so that nothing in the working tree is ever changed."""
    shutil.rmtree(to, ignore_errors=True)
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, to / name)


def sampled(session: Path, every: int) -> int:
    """Leave in a session every `every`-th mutant of the chosen operators; returns how many there were of those."""
    with sqlite3.connect(session) as database:
        found = database.execute("SELECT job_id, operator_name FROM mutation_specs ORDER BY rowid").fetchall()
        wanted = [job for job, operator in found if operator.removeprefix("core/") in OPERATORS]
        kept = [(job,) for job in wanted[::every]]
        database.execute("CREATE TEMP TABLE kept (job_id TEXT)")
        database.executemany("INSERT INTO kept VALUES (?)", kept)
        database.execute("DELETE FROM mutation_specs WHERE job_id NOT IN (SELECT job_id FROM kept)")
        database.execute("DELETE FROM work_items WHERE job_id NOT IN (SELECT job_id FROM kept)")
    return len(wanted)


def results(session: Path) -> Iterator[tuple[int, str, str, str]]:
    """Line, operator, outcome (`KILLED`, `SURVIVED`, `INCOMPETENT`) and diff of each mutant that was run."""
    with sqlite3.connect(session) as database:
        yield from database.execute(
            "SELECT start_pos_row, operator_name, coalesce(test_outcome, worker_outcome), coalesce(diff, '') "
            "FROM mutation_specs JOIN work_results USING (job_id) ORDER BY start_pos_row"
        )


def alone(module: str, every: int) -> int:
    """Run the mutants of one module unless another run has the copy; returns the exit code.

    Two runs at once would change the code under each other's tests, so that those fail without a mutant or for another
    module's. The lock passes on to cosmic-ray, which goes on by itself where only this process was ended.
    """
    WORK.mkdir(parents=True, exist_ok=True)
    with (WORK / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"error: another run, or what is left of one, still changes {WORK / 'copy'}", file=sys.stderr)
            return 1
        return mutate(module, every, lock.fileno())


def mutate(module: str, every: int, lock: int) -> int:
    """Run the mutants of one module and print the survivors and the score; returns the exit code."""
    copy = WORK / "copy"
    copy_project(copy)
    command = [sys.executable, "-m", "pytest", "-q", "-x", "--hypothesis-profile=ci", *tests_of(module)]
    # This proves that the unchanged code passes, and leaves compiled files of all but the module for the other runs.
    unchanged = subprocess.run(command, cwd=copy, stdout=subprocess.PIPE, text=True)
    if unchanged.returncode:
        print(unchanged.stdout, file=sys.stderr)
        print(f"error: the tests of {module} fail without any mutant: {shlex.join(command[3:])}", file=sys.stderr)
        return 1
    changed_file = copy / "policypack" / module
    for compiled in changed_file.parent.glob(f"__pycache__/{Path(module).stem}.*"):
        compiled.unlink()
    config, session = WORK / "config.toml", WORK / f"{Path(module).stem}.sqlite"
    session.unlink(missing_ok=True)
    config.write_text(
        "[cosmic-ray]\n"
        f"module-path = {json.dumps(f'policypack/{module}')}\ntimeout = {TIMEOUT}\nexcluded-modules = []\n"
        f"test-command = {json.dumps(shlex.join(command))}\n"
        '[cosmic-ray.distributor]\nname = "local"\n'
    )
    cosmic_ray = Path(sys.executable).with_name("cosmic-ray")
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run([cosmic_ray, "init", config, session], cwd=copy, check=True)
    possible = sampled(session, every)
    subprocess.run([cosmic_ray, "exec", config, session], cwd=copy, check=True, env=environment, pass_fds=[lock])
    found = list(results(session))
    survivors = [entry for entry in found if entry[2] == "SURVIVED"]
    for line, operator, _, diff in survivors:
        changed = [text for text in diff.splitlines() if text[:1] in "+-" and text[:3] not in ("+++", "---")]
        print(f"\n{module}:{line} {operator.removeprefix('core/')}", *changed, sep="\n  ")
    killed = len(found) - len(survivors)
    print(f"\n{module}: {possible} mutants, {len(found)} run, {killed} killed, {len(survivors)} survived", end="")
    print(f", {100 * killed / len(found):.0f} %" if found else "")
    return 0


def main() -> int:
    """The command line: `python -m tools.mutation pulumi_guardrails/policies/rds/databases.py --every 2`."""
    modules = sorted(
        path.relative_to(PACK).as_posix()
        for path in (PACK / "pulumi_guardrails").rglob("*.py")
        if path.name != "__init__.py"
    )
    parser = argparse.ArgumentParser(prog="make mutants")
    parser.add_argument("module", choices=modules, metavar="MODULE", help="a module of the policy pack")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="run every N-th mutant only")
    given = parser.parse_args()
    if given.every < 1:
        parser.error(f"--every is {given.every}; expected 1 or more")
    return alone(given.module, given.every)


if __name__ == "__main__":
    sys.exit(main())
