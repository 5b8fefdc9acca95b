"""The public surface of the policy pack, and the version that a change of it asks for.

`tests/policypack/surface.json` has the surface of the last version that was published: the policies by name, with
level, severity and settings, and what `pulumi_guardrails.pack` offers. `make publish` writes it. A test compares the
pack with it, and asks for the semantic step: an organisation must be able to take a new minor version without a stack
that passed being blocked.
"""

from __future__ import annotations

import inspect
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any

import semver

import pulumi_guardrails
from pulumi_guardrails import pack
from pulumi_guardrails.core.policy import Level, Policy
from pulumi_guardrails.registry import all_policies

FILE = Path(__file__).resolve().parent.parent / "tests" / "policypack" / "surface.json"

_STRICTNESS = {Level.DISABLED.value: 0, Level.ADVISORY.value: 1, Level.REMEDIATE.value: 2, Level.MANDATORY.value: 3}


class Step(IntEnum):
    """How much a change means to those who use the pack, in the words of Semantic Versioning."""

    NONE = 0
    MINOR = 1
    MAJOR = 2


@dataclass(frozen=True)
class Change:
    """One change of the surface.

    Attributes:
        step: The step it asks for.
        text: What changed.
    """

    step: Step
    text: str


def surface(policies: Iterable[Policy]) -> dict[str, Any]:
    """The surface of the pack, as the file has it."""
    return {
        "version": pulumi_guardrails.__version__,
        "functions": {name: str(inspect.signature(getattr(pack, name))) for name in ("select", "serve")},
        "policies": {
            policy.name: {
                "level": policy.level.value,
                "severity": policy.severity.value,
                "settings": {
                    name: {"schema": dict(setting.schema), "default": setting.default}
                    for name, setting in sorted(policy.settings.items())
                },
            }
            for policy in sorted(policies, key=lambda policy: policy.name)
        },
    }


def read() -> dict[str, Any]:
    """The surface of the last version that was published."""
    published: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return published


def write() -> None:
    """Take the pack as it is for the last version that was published."""
    FILE.write_text(json.dumps(surface(all_policies()), indent=2, sort_keys=True) + "\n", encoding="utf-8")


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """What changed of the surface."""
    return [*_changes_of_functions(before, after), *_changes_of_policies(before["policies"], after["policies"])]


def least_version(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """The lowest version that the pack may have after these changes.

    Before version 1.0.0 a minor version may break what is built on it (Semantic Versioning 2.0.0, 4), so that each step
    is one lower.
    """
    published = semver.Version.parse(before["version"])
    step = max((change.step for change in changes(before, after)), default=Step.NONE)
    if step is Step.NONE:
        return str(published)
    if published.major == 0:
        step = Step(step - 1)
    bumped = {Step.NONE: published.bump_patch, Step.MINOR: published.bump_minor, Step.MAJOR: published.bump_major}
    return str(bumped[step]())


def _changes_of_functions(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    for name, signature in before["functions"].items():
        if after["functions"].get(name) != signature:
            yield Change(Step.MAJOR, f"{name} has another signature")


def _changes_of_policies(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    for name in sorted(before.keys() - after.keys()):
        yield Change(Step.MAJOR, f"{name} is gone: a configuration that names it is refused")
    for name in sorted(after.keys() - before.keys()):
        level = after[name]["level"]
        blocks = level == Level.MANDATORY.value
        yield Change(Step.MAJOR if blocks else Step.MINOR, f"{name} is new, and {level}")
    for name in sorted(before.keys() & after.keys()):
        yield from _changes_of_policy(name, before[name], after[name])


def _changes_of_policy(name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    if before["level"] != after["level"]:
        stricter = _STRICTNESS[after["level"]] > _STRICTNESS[before["level"]]
        blocks = stricter and after["level"] == Level.MANDATORY.value
        yield Change(Step.MAJOR if blocks else Step.MINOR, f"{name} is {after['level']}; it was {before['level']}")
    if before["severity"] != after["severity"]:
        yield Change(Step.MINOR, f"{name} has the severity {after['severity']}; it was {before['severity']}")
    for setting in sorted(before["settings"].keys() - after["settings"].keys()):
        yield Change(Step.MAJOR, f"{name} has no setting {setting} any more")
    for setting in sorted(after["settings"].keys() - before["settings"].keys()):
        yield Change(Step.MINOR, f"{name} has a new setting {setting}")
    for setting in sorted(before["settings"].keys() & after["settings"].keys()):
        was, now = before["settings"][setting], after["settings"][setting]
        for part in ("schema", "default"):
            if was[part] != now[part]:
                yield Change(Step.MAJOR, f"{name}.{setting} has another {part}")


def main(arguments: Sequence[str] | None = None) -> int:
    """`python -m tools.surface` lists what changed since the last published version; `--write` takes it for that."""
    if list(arguments if arguments is not None else sys.argv[1:]) == ["--write"]:
        write()
        return 0
    before, after = read(), surface(all_policies())
    for change in changes(before, after):
        print(f"{change.step.name.lower()}: {change.text}")
    print(f"At least {least_version(before, after)}; the pack is {after['version']}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
