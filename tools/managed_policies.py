"""Derives which of AWS's managed policies give more than a job needs, from the copies of them in a release of moto.

    pip download --no-deps moto==5.2.5
    PYTHONPATH=.:policypack python -m tools.managed_policies moto-5.2.5-py3-none-any.whl

moto (Apache-2.0) carries the documents of all managed policies, as `aws iam get-policy-version` gives them. Each is
judged by the pack's own policies about what a document allows; what the pack needs afterwards is the names of those
that break one, by the gravest that they break, and the statements of those that may be repeated in a policy of one's
own. A document that lets its principal attach another of AWS's policies is
judged by the table as it stands: run this until the table stays the same. Policies of service-linked roles are left
out: none can attach them.
"""

from __future__ import annotations

import ast
import json
import sys
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pulumi_guardrails.aws.iam.catalogue.managed_policies import HIGH_RISK, REPEATABLE
from pulumi_guardrails.aws.resource_types import USER_POLICY
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.engine.configuration import configure
from pulumi_guardrails.engine.evaluation import judge
from pulumi_guardrails.registry import all_policies
from tools.derivation import DerivationError, provenance, run

TARGET = Path(__file__).parent.parent / "policypack/pulumi_guardrails/aws/iam/catalogue/managed_policies.json"

_DOCUMENTS = "moto/iam/aws_managed_policies.py"
_UNATTACHABLE = "/aws-service-role/"


def derive(wheel: Path, target: Path) -> int:
    """Write the table `target` from the wheel; returns how many policies it names. Raises DerivationError, OSError."""
    try:
        with zipfile.ZipFile(wheel) as release:
            source = release.read(_DOCUMENTS).decode()
        text = next(node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant))
        managed = {
            name: entry["Document"]
            for name, entry in json.loads(str(text)).items()
            if entry.get("Path", "/") != _UNATTACHABLE
        }
    except (zipfile.BadZipFile, KeyError, StopIteration, SyntaxError, ValueError, AttributeError) as error:
        raise DerivationError(f"{wheel} is no wheel of moto with its managed policies: {error}.") from None
    breaks: dict[str, list[str]] = {policy: [] for policy in HIGH_RISK}
    for name, document in sorted(managed.items()):
        if gravest := _gravest(document):
            breaks[gravest].append(name)
    statements = {name: list(_allowing(managed[name])) for name in sorted(REPEATABLE) if name in managed}
    table = {**provenance(wheel), "breaks": breaks, "statements": statements}
    target.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")
    return sum(map(len, breaks.values()))


def _allowing(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The statements that allow named actions, each with its condition where it has one."""
    for statement in _listed(document["Statement"]):
        if statement["Effect"] == "Allow" and "Action" in statement and "Resource" in statement:
            conditional = {"condition": statement["Condition"]} if statement.get("Condition") else {}
            yield {
                "actions": sorted(_listed(statement["Action"])),
                "resources": sorted(_listed(statement["Resource"])),
                **conditional,
            }


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _gravest(document: Mapping[str, Any]) -> str:
    """The highest risk of a document, judged as a user's: of a role the pack accepts what repeats a service policy."""
    resource = Resource(USER_POLICY.tokens[0], "managed", "", {"policy": document}, USER_POLICY)
    policies = {policy.name: policy for policy in all_policies()}
    for name in HIGH_RISK:
        if judge(policies[name], resource, configure(policies[name], {})).is_violation:
            return name
    return ""


def main(arguments: list[str] | None = None) -> int:
    """Read the command line and derive; returns the exit code."""
    return run(
        derive,
        arguments,
        description="Derive the pack's table of managed policies from a moto wheel.",
        release="moto-VERSION-py3-none-any.whl",
        target=TARGET,
        unit="policies",
    )


if __name__ == "__main__":
    sys.exit(main())
