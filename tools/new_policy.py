"""Makes the two files of a new policy: `make new-policy NAME=bucket-has-owner KIND=BUCKET`.

The files are full of TODOs, and the tests fail until each is done: that is the list of what is left to do.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import jinja2

from pulumi_guardrails.aws import resource_types
from pulumi_guardrails.core.kind import Kind
from pulumi_guardrails.registry import all_policies

ROOT = Path(__file__).parent.parent


def files_for(name: str, kind: str) -> dict[Path, str]:
    """The two files by path; raises ValueError with one sentence where the name or the kind will not do."""
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)+", name):
        raise ValueError(
            f"NAME is {name!r}; accepted are lower-case words joined by hyphens, such as bucket-has-owner."
        )
    if name in {policy.name for policy in all_policies()}:
        raise ValueError(f"NAME is {name!r}, which is a policy of the pack already; choose another name.")
    known = sorted(key for key, value in vars(resource_types).items() if isinstance(value, Kind))
    if kind not in known:
        raise ValueError(
            f"KIND is {kind!r}; expected a kind of pulumi_guardrails.aws.resource_types: {', '.join(known)}."
        )
    function = name.replace("-", "_")
    words = {"name": name, "kind": kind, "function": function, "title": name.replace("-", " ").capitalize()}
    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - the files are Python made from a checked name
    )
    made = {
        ROOT / "policypack/pulumi_guardrails/policies" / f"{function}.py": "policy.py.j2",
        ROOT / "tests/policypack/policies" / f"cases_{function}.py": "cases.py.j2",
    }
    for path in made:
        if path.exists():
            raise ValueError(f"NAME is {name!r}, but {path.relative_to(ROOT)} exists already; choose another name.")
    return {path: templates.get_template(template).render(words) for path, template in made.items()}


def main(arguments: list[str]) -> int:
    """Write the files and name them."""
    name, kind = (*arguments, "", "")[:2]
    try:
        files = files_for(name, kind or "LOG_GROUP")
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    for path, text in files.items():
        path.write_text(text, encoding="utf-8")
        print(f"wrote {path.relative_to(ROOT)}")
    print("Do every TODO in them, then run `make docs test`.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
