"""Writes the pages that derive from the policies: `docs/policies.md` and `docs/coverage.md`.

Run it with `make docs`; `make docs CHECK=1` writes nothing and fails when a page is stale.
"""

from __future__ import annotations

import sys
from collections import Counter
from itertools import groupby
from pathlib import Path
from typing import Any

import jinja2

from pulumi_guardrails import __version__
from pulumi_guardrails.core.policy import Level, Policy
from pulumi_guardrails.registry import all_policies
from tools.constraints import LEFT_OUT, LEFT_OUT_CONTROLS, constraints

DOCS = Path(__file__).parent.parent / "docs"


def render() -> dict[Path, str]:
    """Every generated page by its path."""
    policies = all_policies()
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # noqa: S701 - the pages are Markdown made from our own declarations
    )
    return {
        DOCS / "policies.md": environment.get_template("policies.md.j2").render(_policies_page(policies)),
        DOCS / "coverage.md": environment.get_template("coverage.md.j2").render(_coverage_page(policies)),
    }


def _policies_page(policies: list[Policy]) -> dict[str, Any]:
    return {
        "version": __version__,
        "policies": policies,
        "modules": [
            (module.replace("_", " "), list(members))
            for module, members in groupby(policies, key=lambda policy: policy.module)
        ],
        "on_stack": sum(policy.on_stack for policy in policies),
        "on_resource": sum(not policy.on_stack for policy in policies),
        "remedied": sum(policy.remediation is not None for policy in policies),
        "off": sum(policy.level is Level.DISABLED for policy in policies),
        "links": _links,
    }


def _links(policies: list[Policy]) -> str:
    return ", ".join(f"[{policy.name}](#{policy.name})" for policy in policies)


def _marked_links(policies: list[Policy]) -> str:
    """Links to policies on the other page; one that is off by default in italics."""
    mark = {True: "*", False: ""}
    return ", ".join(
        f"{mark[p.level is Level.DISABLED]}[{p.name}](policies.md#{p.name}){mark[p.level is Level.DISABLED]}"
        for p in policies
    )


def _coverage_page(policies: list[Policy]) -> dict[str, Any]:
    rows = [
        (row, [p for p in policies if row.name in p.rows], LEFT_OUT.get(row.name, "not yet")) for row in constraints()
    ]
    peers = Counter(peer for row, _, _ in rows for peer in row.peers)
    return {
        "rows": rows,
        "covered": sum(bool(held) for _, held, _ in rows),
        "peers": peers.most_common(),
        "controls_left_out": LEFT_OUT_CONTROLS,
        "marked_links": _marked_links,
        "sections": [(section, list(members)) for section, members in groupby(rows, key=lambda row: row[0].section)],
    }


def main(arguments: list[str]) -> int:
    """Write the pages, or with `--check` only say which are stale."""
    stale = [p for p, text in render().items() if not p.exists() or p.read_text(encoding="utf-8") != text]
    if "--check" in arguments:
        for path in stale:
            print(f"{path.name} is stale: run `make docs`.", file=sys.stderr)
        return 1 if stale else 0
    DOCS.mkdir(exist_ok=True)
    for path, text in render().items():
        path.write_text(text, encoding="utf-8")
        print(f"wrote docs/{path.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
