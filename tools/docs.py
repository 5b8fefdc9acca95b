"""Writes what derives from the policies: their pages, ready configurations, all messages, and parts of other pages.

Run it with `make docs`; `make docs CHECK=1` writes nothing and fails when a page is stale.
"""

from __future__ import annotations

import inspect
import json
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import jinja2

from pulumi_guardrails import __version__
from pulumi_guardrails.aws.iam.catalogue.access_analyzer_checks import Check
from pulumi_guardrails.core.policy import Constraint, Level, Policy, Severity
from pulumi_guardrails.engine.configuration_file import schema
from pulumi_guardrails.pack import select
from pulumi_guardrails.registry import all_policies
from tools.configurations import configurations
from tools.constraints import ABOUT, LEFT_OUT, LEFT_OUT_CONTROLS, constraints
from tools.messages import MESSAGES, messages
from tools.settings_table import MARKER, settings_table

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PAGES = DOCS / "policies"
README = ROOT / "README.md"
ENFORCED = "enforced"
"""The marker of README.md between whose two comments the table of services stands."""
TUTORIAL = DOCS / "write-a-policy.md"
EXAMPLES = ("rds-storage-encrypted", "vpc-flow-log")
"""The policies whose declarations TUTORIAL shows, each between markers of its name."""
SCHEMA = DOCS / "assets" / "configuration.schema.json"
"""The JSON schema of a configuration of the pack, which editors read."""
RESULTS_SCHEMA = ROOT / "audit" / "schemas" / "results.schema.json"
"""The JSON schema of results.json in an evidence folder, which the site publishes as it is."""
STRANGERS = ROOT / "tests" / "engine" / "strangers" / "expected.json"
OF_CONFIGURATIONS = STRANGERS.with_name("configurations.json")
CORRESPONDENCE = ROOT / "audit" / "correspondence.json"
"""The checks of Checkov's that are about the same as a policy, for the evidence's comparison of both."""
NAMED = 3
"""How many policies of a service the table names."""

SERVICES = {
    "acm": "AWS Certificate Manager",
    "backup": "Backup",
    "cloudfront": "CloudFront",
    "cloudwatch": "CloudWatch Logs",
    "dynamodb": "DynamoDB",
    "ecr": "ECR",
    "ecs": "ECS",
    "elb": "Elastic Load Balancing",
    "functions": "Lambda",
    "iam": "IAM",
    "kms": "KMS",
    "rds": "RDS and Aurora",
    "s3": "S3",
    "secretsmanager": "Secrets Manager",
    "tagging": "Tagging",
    "vpc": "VPC",
    "waf": "WAF",
}
"""The name of each service, by the first part of its policies' modules; another one keeps that part as its name."""


def between(text: str, marker: str, body: str) -> str:
    """The text with `body` between the comments `<!-- marker -->` and `<!-- /marker -->`; raises ValueError if none."""
    begin, end = f"<!-- {marker} -->\n", f"<!-- /{marker} -->"
    before, found, rest = text.partition(begin)
    _, closed, after = rest.partition(end)
    if not (found and closed):
        raise ValueError(f"The markers {begin.strip()} and {end} are missing.")
    return f"{before}{begin}\n{body.strip()}\n\n{end}{after}"


def render() -> dict[Path, str]:
    """Every generated text by its path."""
    policies = all_policies()
    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # noqa: S701 - the pages are Markdown made from our own declarations
    )
    services = [(service, list(members)) for service, members in groupby(policies, key=lambda policy: policy.service)]
    common = {"version": __version__, "has_remediation": _has_remediation}
    service_page = templates.get_template("service.md.j2")
    table = templates.get_template("services.md.j2")
    return {
        PAGES / "index.md": templates.get_template("policies.md.j2").render(
            **common, **_index(policies), table=table.render(_table(services, lambda service: f"{service}.md"))
        ),
        **{
            PAGES / f"{service}.md": service_page.render(**common, service=_name(service), policies=members)
            for service, members in services
        },
        **configurations(policies),
        SCHEMA: json.dumps(schema(select()), indent=1) + "\n",
        DOCS / "assets" / RESULTS_SCHEMA.name: RESULTS_SCHEMA.read_text(encoding="utf-8"),
        MESSAGES: messages(),
        CORRESPONDENCE: json.dumps(_correspondence(policies), indent=1) + "\n",
        DOCS / "coverage.md": templates.get_template("coverage.md.j2").render(_coverage_page(policies)),
        TUTORIAL: _tutorial(policies),
        README: between(
            between(README.read_text(encoding="utf-8"), MARKER, settings_table()),
            ENFORCED,
            table.render(_table(services, lambda service: f"docs/policies/{service}.md")),
        ),
    }


def stale(pages: dict[Path, str]) -> list[Path]:
    """The files that do not have the text they should, and pages of services that are gone."""
    written = {path for path in PAGES.glob("*.md") if path not in pages}
    changed = {p for p, text in pages.items() if not p.exists() or p.read_text(encoding="utf-8") != text}
    return sorted(written | changed)


def _tutorial(policies: list[Policy]) -> str:
    text = TUTORIAL.read_text(encoding="utf-8")
    for policy in policies:
        if policy.name in EXAMPLES:
            text = between(text, policy.name, f"```python\n{inspect.getsource(policy.check).strip()}\n```")
    return text


def _has_remediation(policy: Policy) -> bool:
    return policy.remediation is not None


def _name(service: str) -> str:
    return SERVICES.get(service, service)


def _table(services: Sequence[tuple[str, list[Policy]]], page: Callable[[str], str]) -> dict[str, Any]:
    order = list(Severity)
    rows = []
    for service, members in services:
        most_severe = sorted(
            members, key=lambda policy: (policy.level is Level.DISABLED, -order.index(policy.severity))
        )
        links = ", ".join(f"[{policy.name}]({page(service)}#{policy.name})" for policy in most_severe[:NAMED])
        rows.append((_name(service), page(service), len(members), links))
    return {"rows": rows, "total": sum(len(members) for _, members in services)}


def _index(policies: list[Policy]) -> dict[str, Any]:
    return {
        "policies": sorted(policies, key=lambda policy: policy.name),
        "page": lambda policy: f"{policy.service}.md#{policy.name}",
        "on_stack": sum(policy.on_stack for policy in policies),
        "on_resource": sum(not policy.on_stack for policy in policies),
        "remediated": sum(map(_has_remediation, policies)),
        "mandatory": sum(policy.level is Level.MANDATORY for policy in policies),
        "advisory": sum(policy.level is Level.ADVISORY for policy in policies),
        "constraints": list(Constraint),
        "off": sum(policy.level is Level.DISABLED for policy in policies),
    }


def _marked_links(policies: list[Policy]) -> str:
    """Links to policies from a page beside the folder; one that is off by default in italics."""
    links = ((policy, f"[{policy.name}](policies/{policy.service}.md#{policy.name})") for policy in policies)
    return ", ".join(f"*{link}*" if policy.level is Level.DISABLED else link for policy, link in links)


def _correspondence(policies: list[Policy]) -> dict[str, list[str]]:
    """The checks of Checkov's that are about the same as a policy, by the constraints that it covers."""
    checks = {row.name: row.peers.get("Checkov", ()) for row in constraints()}
    found = {
        policy.name: sorted(
            {check for row in policy.rows for check in checks[row] if policy.name in ABOUT.get(check, (policy.name,))}
        )
        for policy in sorted(policies, key=lambda policy: policy.name)
    }
    return {name: ids for name, ids in found.items() if ids}


def _strangers() -> list[tuple[str, int, int, int, int]]:
    """What the pack says at its defaults of programs that were not written for it, by program."""
    outcomes = json.loads(STRANGERS.read_text(encoding="utf-8"))
    return [
        (
            name,
            *(sum(map(len, one[level].values())) for level in ("mandatory", "advisory")),
            len(one["undecided"]),
            len(one["causes"]),
        )
        for name, one in sorted(outcomes.items())
    ]


def _strangers_in_configurations() -> list[tuple[str, int, int, int, int, int]]:
    """How many of the same programs each ready configuration blocks, and what it finds of all of them together."""
    outcomes = json.loads(OF_CONFIGURATIONS.read_text(encoding="utf-8"))
    return [
        (
            name,
            sum(bool(one["mandatory"]) for one in programs.values()),
            sum(sum(one["mandatory"].values()) for one in programs.values()),
            *(sum(one[kind] for one in programs.values()) for kind in ("advisory", "undecided", "remediated")),
        )
        for name, programs in outcomes.items()
    ]


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
        "strangers": _strangers(),
        "configurations": _strangers_in_configurations(),
        "marked_links": _marked_links,
        "checks": [(check, [p for p in policies if p.name in check.policies]) for check in Check],
        "sections": [(section, list(members)) for section, members in groupby(rows, key=lambda row: row[0].section)],
    }


def main(arguments: list[str]) -> int:
    """Write the pages, or with `--check` only say which are stale."""
    pages = render()
    out_of_date = stale(pages)
    if "--check" in arguments:
        for path in out_of_date:
            print(f"{path.relative_to(ROOT)} is stale: run `make docs`.", file=sys.stderr)
        return 1 if out_of_date else 0
    PAGES.mkdir(parents=True, exist_ok=True)
    for path in out_of_date:
        if path in pages:
            path.write_text(pages[path], encoding="utf-8")
            print(f"wrote {path.relative_to(ROOT)}")
        else:
            path.unlink()
            print(f"removed {path.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
