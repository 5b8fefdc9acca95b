"""Packs of the stock SDK whose policies do nothing, written as a user would write them."""

from __future__ import annotations

from pathlib import Path

import yaml

from offline.layout import REPOSITORY

_PROGRAM = '''\
"""Policies of the stock SDK that do nothing."""

from pulumi_policy import EnforcementLevel, PolicyPack, ResourceValidationPolicy

PolicyPack(
    "nothing",
    [ResourceValidationPolicy(name, "Nothing.", lambda args, report: None) for name in {names!r}],
    EnforcementLevel.ADVISORY,
)
'''


def names(number: int) -> list[str]:
    """The names of the policies of `write`."""
    return [f"nothing-{one}" for one in range(number)]


def write(folder: Path, number: int) -> Path:
    """A pack of so many policies, in the environment of this project's pack. The SDK refuses a pack without any."""
    folder.mkdir()
    options = {"toolchain": "pip", "virtualenv": str(REPOSITORY / "policypack" / "venv")}
    project = {"description": "Does nothing.", "runtime": {"name": "python", "options": options}}
    (folder / "PulumiPolicy.yaml").write_text(yaml.safe_dump(project), encoding="utf-8")
    (folder / "__main__.py").write_text(_PROGRAM.format(names=names(number)), encoding="utf-8")
    return folder
