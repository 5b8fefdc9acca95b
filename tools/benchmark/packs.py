"""Packs of the stock SDK whose policies do nothing, written as a user would write them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

from offline.layout import REPOSITORY
from pulumi_guardrails.core.policy import StackPolicy
from pulumi_guardrails.registry import all_policies

_PROGRAM = '''\
"""Policies of the stock SDK that do nothing."""

from pulumi_policy import EnforcementLevel, PolicyPack, ResourceValidationPolicy, StackValidationPolicy

resources = [ResourceValidationPolicy(name, "Nothing.", lambda args, report: None) for name in {resources!r}]
stacks = [StackValidationPolicy(name, "Nothing.", lambda args, report: None) for name in {stacks!r}]
PolicyPack("nothing", [*resources, *stacks], EnforcementLevel.ADVISORY)
'''


@dataclass(frozen=True)
class Number:
    """How many policies a pack has.

    Attributes:
        resources: Those on one resource.
        stacks: Those on the whole stack.
    """

    resources: int
    stacks: int

    @property
    def names(self) -> list[str]:
        """The names of as many policies that do nothing."""
        return [f"nothing-{one}" for one in range(self.resources + self.stacks)]


def of_this_project() -> Number:
    """How many the pack of this project has."""
    policies = all_policies()
    stacks = sum(isinstance(policy, StackPolicy) for policy in policies)
    return Number(len(policies) - stacks, stacks)


def write(folder: Path, number: Number) -> Path:
    """A pack of so many policies, in the environment of this project's pack. The SDK refuses a pack without any."""
    folder.mkdir()
    options = {"toolchain": "pip", "virtualenv": str(REPOSITORY / "policypack" / "venv")}
    project = {"description": "Does nothing.", "runtime": {"name": "python", "options": options}}
    (folder / "PulumiPolicy.yaml").write_text(yaml.safe_dump(project), encoding="utf-8")
    names = number.names
    program = _PROGRAM.format(resources=names[: number.resources], stacks=names[number.resources :])
    (folder / "__main__.py").write_text(program, encoding="utf-8")
    return folder
