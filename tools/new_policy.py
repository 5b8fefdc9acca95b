"""Adds a new policy to its service: `make new-policy NAME=bucket-has-owner KIND=BUCKET`, and MODULE=s3.lifecycle.

The declaration goes to the end of the module, the table of cases to the end of that module's table. Both are full of
TODOs, and the tests of the policy fail until each is done. NAME, KIND and MODULE are read from the environment, so that
no shell reads what stands in them. Where one of them will not do, nothing is written.
"""

from __future__ import annotations

import ast
import difflib
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import jinja2

from pulumi_guardrails.aws import resource_types
from pulumi_guardrails.core.kind import Kind
from pulumi_guardrails.core.policy import Policy
from pulumi_guardrails.registry import all_policies

ROOT = Path(__file__).resolve().parent.parent

_POLICIES = "policypack/pulumi_guardrails/policies"
_TABLES = "tests/policypack/policies"
_CORE = "pulumi_guardrails.core"
_ABOUT = 0.1
"""How much of its policies has to be about a kind for a module to be its place."""
_RULES = "I,F401,F811,F821"
"""What Ruff sorts and checks in the two files: the imports, and that each name means one thing."""


@dataclass(frozen=True)
class Place:
    """Where a policy goes.

    Attributes:
        module: The module of `pulumi_guardrails.policies`, such as `s3.lifecycle`.
        others: The other modules that have policies on the same kind of resource.
    """

    module: str
    others: Sequence[str] = ()

    @property
    def policy_file(self) -> Path:
        """The file of the declaration, from the root of the project."""
        return Path(_POLICIES, *self.module.split(".")).with_suffix(".py")

    @property
    def cases_file(self) -> Path:
        """The file of the table of cases, from the root of the project."""
        *folder, name = self.module.split(".")
        return Path(_TABLES, *folder, f"cases_{name}.py")


def checked_name(name: str, policies: Sequence[Policy]) -> str:
    """The name of the new policy; raises ValueError with one sentence where it will not do."""
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)+", name):
        raise ValueError(f"NAME is {name!r}; expected lower-case words joined by hyphens, such as bucket-has-owner.")
    for policy in policies:
        if policy.name == name:
            raise ValueError(f"NAME is {name!r}, which is a policy of the pack already: see {policy.module}.")
        if _words(policy.name) == _words(name):
            raise ValueError(f"NAME is {name!r}, which says the same as the policy {policy.name} in {policy.module}.")
    return name


def _words(name: str) -> list[str]:
    return sorted(word.removesuffix("s") for word in name.split("-"))


def checked_kind(kind: str) -> Kind:
    """The kind of resource; raises ValueError with one sentence that proposes the nearest."""
    known = {key: value for key, value in vars(resource_types).items() if isinstance(value, Kind)}
    if kind in known:
        return known[kind]
    spoken = {value.name.upper().replace(" ", "_"): key for key, value in known.items()}
    written = kind.upper().replace("-", "_").replace(" ", "_")
    near = difflib.get_close_matches(written, [*known, *spoken], n=3, cutoff=0.5)
    proposed = dict.fromkeys(spoken.get(name, name) if name not in known else name for name in near)
    hint = f"did you mean {' or '.join(proposed)}?" if proposed else "such as BUCKET."
    raise ValueError(f"KIND is {kind!r}; expected a kind of pulumi_guardrails.aws.resource_types, {hint}")


def place(kind_name: str, kind: Kind, module: str, policies: Sequence[Policy]) -> Place:
    """Where a policy on a kind goes; raises ValueError with one sentence that proposes a module."""
    known = sorted({policy.module for policy in policies})
    if module:
        if module in known:
            return Place(module)
        near = difflib.get_close_matches(module, known, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]}?" if near else f"such as {known[0]}."
        raise ValueError(f"MODULE is {module!r}; expected a module of pulumi_guardrails.policies, {hint}")
    if about := _modules(policies, [kind], _ABOUT):
        return Place(about[0], about[1:])
    service = [other for other in resource_types.KINDS.values() if _service(other) == _service(kind)]
    nearest = (_modules(policies, service) or difflib.get_close_matches(_service(kind), known, n=1, cutoff=0.0))[0]
    raise ValueError(f"KIND is {kind_name!r}, which no policy is about; choose a module, such as MODULE={nearest}.")


def _modules(policies: Sequence[Policy], kinds: Sequence[Kind], least: float = 0.0) -> list[str]:
    """The modules with policies on those kinds, the one that is most about them first.

    A policy counts by how much of it is about them: one on the tags of every kind counts for little.
    """
    about: dict[str, float] = {}
    for policy in policies:
        share = sum(kind in kinds for kind in policy.kinds) / len(policy.kinds)
        about[policy.module] = about.get(policy.module, 0.0) + share
    return [module for module in sorted(about, key=lambda name: (-about[name], name)) if about[module] > least]


def _service(kind: Kind) -> str:
    return kind.tokens[0].split(":")[1].partition("/")[0]


def with_imports(source: str, needed: Iterable[tuple[str, str]]) -> str:
    """The source with those imports, as pairs of module and name, that it has not; Ruff sorts them in."""
    tree = ast.parse(source)
    had = {
        (node.module, alias.name)
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.asname is None
    }
    last = max(node.end_lineno or 0 for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom))
    lines = source.splitlines(keepends=True)
    lines[last:last] = [f"from {module} import {name}\n" for module, name in needed if (module, name) not in had]
    return "".join(lines)


def with_cases(source: str, cases: str) -> str:
    """The source with more at the end of its list CASES; raises ValueError where it has none to add to."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.List) and node.value.elts:
            target, end = node.targets[0], node.value.elts[-1]
            if isinstance(target, ast.Name) and target.id == "CASES":
                lines = source.splitlines(keepends=True)
                row = (end.end_lineno or 0) - 1
                # Python counts columns in bytes of UTF-8.
                line, column = lines[row].encode(), end.end_col_offset or 0
                more = cases.strip().removesuffix(",").encode()
                lines[row] = (line[:column] + b",\n" + more + line[column:]).decode()
                return "".join(lines)
    raise ValueError("it has no list CASES to add to")


def files_for(name: str, kind: str, where: Place, root: Path = ROOT) -> dict[Path, str]:
    """The new text of the two files by path; raises ValueError with one sentence where it can't be made."""
    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - the files are Python made from a checked name
    )
    words = {"name": name, "kind": kind, "function": name.replace("-", "_")}
    declaration, cases = (templates.get_template(file).render(words) for file in ("policy.py.j2", "cases.py.j2"))
    policy_imports = [
        ("pulumi_guardrails.aws.resource_types", kind),
        *((f"{_CORE}.policy", word) for word in ("ResourcePolicy", "Settings", "Severity")),
        (f"{_CORE}.resource", "Resource"),
        (f"{_CORE}.verdict", "Verdict"),
    ]
    cases_imports = [
        *((f"{_CORE}.value", word) for word in ("ABSENT", "UNKNOWN")),
        ("tests.policypack.cases", "rows"),
    ]
    made = {}
    for path, imports, add in (
        (where.policy_file, policy_imports, lambda source: source + declaration),
        (where.cases_file, cases_imports, lambda source: with_cases(source, cases)),
    ):
        try:
            source = with_imports(add((root / path).read_text(encoding="utf-8")), imports)
            made[root / path] = _ruff("format", _ruff("check", source, root / path, root), root / path, root)
        except (OSError, SyntaxError, ValueError) as error:
            raise ValueError(f"{path} can't be added to: {error}.") from None
    return made


def _ruff(command: str, source: str, path: Path, root: Path) -> str:
    options = ["--fix", "--quiet", "--select", _RULES] if command == "check" else ["--quiet"]
    run = subprocess.run(
        [sys.executable, "-m", "ruff", command, *options, "--no-cache", "--stdin-filename", str(path), "-"],
        input=source,
        cwd=root,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    if run.returncode:
        told = [line for line in run.stderr.splitlines() if line.strip()] or ["a name means two things"]
        raise ValueError(told[0].rstrip("."))
    return run.stdout


def write(files: Mapping[Path, str]) -> None:
    """Write all of the files or none. Raises OSError."""
    new = {path: path.with_name(f".{path.name}.new") for path in files}
    before = {path: path.read_text(encoding="utf-8") for path in files}
    try:
        for path, text in files.items():
            new[path].write_text(text, encoding="utf-8")
        for path in files:
            new[path].replace(path)
    except OSError:
        for path, text in before.items():
            path.write_text(text, encoding="utf-8")
        raise
    finally:
        for path in new.values():
            path.unlink(missing_ok=True)


def main(given: Mapping[str, str] = os.environ, root: Path = ROOT) -> int:
    """Write the two files and say what to do next; returns the exit code."""
    policies = all_policies()
    try:
        name = checked_name(given.get("NAME", ""), policies)
        kind_name = given.get("KIND", "")
        where = place(kind_name, checked_kind(kind_name), given.get("MODULE", ""), policies)
        write(files_for(name, kind_name, where, root))
    except (ValueError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    for path in (where.policy_file, where.cases_file):
        print(f"added {name} to {path}")
    if where.others:
        print(f"It is in {where.module}; also about {kind_name}: {', '.join(where.others)} (choose with MODULE=...).")
    if near := difflib.get_close_matches(name, [policy.name for policy in policies], n=3, cutoff=0.75):
        print(f"Policies of a similar name: {', '.join(near)}. Extend one of them if it is about the same.")
    print("Do every TODO in both files. The tests of this policy alone:")
    print(f"  .venv/bin/python -m pytest tests/policypack -n 2 -k '{name}'")
    print("Then run `make docs test`.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
