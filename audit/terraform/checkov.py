"""Runs Checkov on a plan and reads what it says of each resource of the stack.

Checkov is a program of its own: what it depends on does not go together with what this project does. It reads no
configuration of the user's, needs no network and is not told who runs it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from audit.terraform.plan import Plan

OWN = Path(__file__).parents[2] / ".venv-checkov" / "bin" / "checkov"
"""The Checkov that `make` installs (`audit/terraform/checkov-requirements.txt`)."""

_TIMEOUT = 600
"""Seconds that Checkov may take; a stack of a hundred resources takes four."""

_OPTIONS = ("--framework", "terraform_plan", "--skip-download", "--soft-fail", "--output", "json")


class CheckovError(Exception):
    """Checkov, or the file of waivers, cannot be used; the message is for a person."""


class Opinion(str, Enum):
    """What Checkov makes of a resource."""

    FAILED = "failed"
    UNKNOWN = "unknown"
    """Failed for a value that is not known yet: what it compares is not there."""
    WAIVED = "waived"
    PASSED = "passed"


@dataclass(frozen=True)
class Waiver:
    """Why a failed check is accepted.

    Attributes:
        check: The id of the check.
        resource: A pattern over URNs, in which `*` stands for anything.
        reason: Why it is right.
    """

    check: str
    resource: str
    reason: str

    def holds_for(self, check: str, urn: str) -> bool:
        """Whether the waiver exempts a check of a resource."""
        return self.check == check and fnmatchcase(urn, self.resource)

    def concerns(self, urns: Iterable[str]) -> bool:
        """Whether the waiver is for this stack: a pattern may begin with the URN of another, `urn:pulumi:prod::`."""
        stack, named, _ = self.resource.partition("::")
        if not named or not stack.startswith("urn:pulumi:"):
            return True
        return any(fnmatchcase(urn.partition("::")[0], stack) for urn in urns)


@dataclass(frozen=True)
class Check:
    """What one check of Checkov's makes of one resource.

    Attributes:
        id: Its id, such as ``CKV_AWS_145`` or, for one on related resources, ``CKV2_AWS_5``.
        name: What it expects.
        resource: The resource's URN.
        opinion: What came of it.
        unknown: The arguments that it looks at and whose values are not known yet; where it passed, they count as set.
        guideline: Where it is explained; empty offline.
        reason: Why it is accepted, where it is waived.
    """

    id: str
    name: str
    resource: str
    opinion: Opinion
    unknown: tuple[str, ...] = ()
    guideline: str = ""
    reason: str = ""

    @property
    def is_of_graph(self) -> bool:
        """Whether it looks at related resources too, as Checkov's graph checks do."""
        return self.id.startswith("CKV2_")


@dataclass(frozen=True)
class SecondOpinion:
    """What Checkov says of a stack.

    Attributes:
        version: The version of Checkov.
        checks: What each check makes of each resource, first what failed.
        unused_waivers: The waivers that exempt nothing.
    """

    version: str
    checks: tuple[Check, ...]
    unused_waivers: tuple[Waiver, ...] = ()

    def count(self, opinion: Opinion) -> int:
        """How many checks of resources came to this."""
        return self.counts[opinion]

    @property
    def counts(self) -> Counter[Opinion]:
        """How many checks of resources came to what."""
        return Counter(one.opinion for one in self.checks)


def find() -> Sequence[str] | None:
    """The command of Checkov: this project's own if it is there, else the one on the PATH; None where there is none."""
    found = str(OWN) if OWN.exists() else shutil.which("checkov")
    return None if found is None else [found]


def read_waivers(text: str, name: str) -> tuple[Waiver, ...]:
    """The waivers in a JSON list of objects with `check`, `resource` and `reason`. Raises CheckovError."""
    try:
        entries = json.loads(text)
    except ValueError as error:
        raise CheckovError(f"{name} is no JSON: {error}.") from None
    if not isinstance(entries, list):
        raise CheckovError(f"{name} is a JSON {type(entries).__name__}; expected a list of waivers.")
    found = []
    for number, entry in enumerate(entries, start=1):
        match entry:
            case {"check": str(check), "resource": str(resource), "reason": str(reason), **rest} if not rest:
                if not (check.strip() and resource.strip() and reason.strip()):
                    raise CheckovError(f"{name}, waiver {number}: check, resource and reason must not be blank.")
                found.append(Waiver(check, resource, reason))
            case _:
                raise CheckovError(
                    f"{name}, waiver {number}: expected an object of the texts check, resource and reason."
                )
    return tuple(found)


def ask(plan: Plan, command: Sequence[str], waivers: Sequence[Waiver] = ()) -> SecondOpinion:
    """What Checkov says of a plan.

    Args:
        plan: The plan.
        command: The command line of Checkov, without options.
        waivers: What is accepted.

    Raises:
        CheckovError: Checkov cannot be run, or says nothing that can be read.
    """
    result = _run(plan.text, command)
    unknown = {one["address"]: one["change"]["after_unknown"] for one in plan.document["resource_changes"]}
    expressions = {
        one["address"]: one["expressions"] for one in plan.document["configuration"]["root_module"]["resources"]
    }
    checks: list[Check] = []
    used: set[Waiver] = set()
    for record in _records(result):
        address = str(record.get("resource_address") or record["resource"])
        urn = plan.urns.get(address)
        if urn is None:
            continue
        failed = record["check_result"]["result"] == "FAILED"
        keys = _unknown_keys(record["check_result"].get("evaluated_keys") or (), unknown.get(address, {}))
        if not failed:
            # What is computed from a resource of the plan will be set, as Checkov has it; of another nobody knows.
            computed = expressions.get(address, {})
            keys = tuple(key for key in keys if not computed.get(key.partition("/")[0]))
        check = Check(
            id=record["check_id"],
            name=record["check_name"],
            resource=urn,
            opinion=Opinion.UNKNOWN if keys else Opinion.FAILED if failed else Opinion.PASSED,
            unknown=keys,
            guideline=record.get("guideline") or "",
        )
        waiver = next((one for one in waivers if failed and one.holds_for(check.id, urn)), None)
        if waiver is not None:
            used |= {one for one in waivers if one.holds_for(check.id, urn)}
            check = replace(check, opinion=Opinion.WAIVED, reason=waiver.reason)
        checks.append(check)
    ranked = sorted(checks, key=lambda one: (list(Opinion).index(one.opinion), one.id, one.resource))
    summary = result.get("summary", result)
    return SecondOpinion(
        version=str(summary.get("checkov_version", "")),
        checks=tuple(ranked),
        unused_waivers=tuple(one for one in waivers if one not in used and one.concerns(plan.urns.values())),
    )


def as_json(opinion: SecondOpinion) -> str:
    """The second opinion as the file `checkov.json` of an evidence folder has it."""
    found = {
        "checkov_version": opinion.version,
        "summary": {one.value: opinion.count(one) for one in Opinion},
        "checks": [
            {
                "check": one.id,
                "name": one.name,
                "resource": one.resource,
                "result": one.opinion.value,
                **({"unknown": list(one.unknown)} if one.unknown else {}),
                **({"guideline": one.guideline} if one.guideline else {}),
                **({"reason": one.reason} if one.reason else {}),
            }
            for one in opinion.checks
        ],
        "unused_waivers": [vars(one) for one in opinion.unused_waivers],
    }
    return json.dumps(found, indent=2) + "\n"


def _run(text: str, command: Sequence[str]) -> Mapping[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        # An empty home and folder: Checkov reads .checkov.yaml in either, and credentials of its platform.
        file = Path(folder, "tfplan.json")
        file.write_text(text, encoding="utf-8")
        environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": folder,
            "LOG_LEVEL": "ERROR",
            "EVAL_TF_PLAN_AFTER_UNKNOWN": "1",
            "CKV_SKIP_PACKAGE_UPDATE_CHECK": "true",
            "PYTHONUTF8": "1",
        }
        try:
            done = subprocess.run(
                [*command, "--file", str(file), *_OPTIONS],
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                encoding="utf-8",
                timeout=_TIMEOUT,
                check=False,
            )
        except OSError as error:
            raise CheckovError(f"Checkov cannot be run as {command[0]}: {error.strerror}.") from None
        except subprocess.TimeoutExpired:
            raise CheckovError(f"Checkov took more than {_TIMEOUT} seconds.") from None
    try:
        found = json.loads(done.stdout)
    except ValueError:
        lines = done.stderr.strip().splitlines() or ["it said nothing"]
        raise CheckovError(f"Checkov wrote no JSON (exit code {done.returncode}: {lines[-1]}).") from None
    if not isinstance(found, dict):
        raise CheckovError(f"Checkov wrote a JSON {type(found).__name__}; expected the report of one framework.")
    if found.get("results", {}).get("parsing_errors"):
        raise CheckovError("Checkov could not read the plan.")
    return found


def _records(result: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    """Every record of a check; there are no results where nothing in the plan is checked."""
    results = result.get("results", {})
    return [*results.get("failed_checks", ()), *results.get("passed_checks", ())]


def _unknown_keys(keys: Iterable[str], unknown: Mapping[str, Any]) -> tuple[str, ...]:
    """Those of the arguments that a check looks at that are not known yet."""
    return tuple(sorted({key for key in keys if _is_unknown(key.split("/"), unknown)}))


def _is_unknown(path: Sequence[str], unknown: Any) -> bool:
    """Whether the value at a path is unknown: numbers in brackets and `*` in it stand for items of a list."""
    if unknown is True:
        return True
    if isinstance(unknown, list):
        rest = path[1:] if path and (path[0] == "*" or path[0].strip("[]").isdigit()) else path
        return any(_is_unknown(rest, item) for item in unknown)
    return bool(path) and isinstance(unknown, Mapping) and _is_unknown(path[1:], unknown.get(path[0], False))
