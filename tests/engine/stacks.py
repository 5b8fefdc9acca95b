"""Previews of the project's own stack on the real engine, each with an empty state and one thing changed."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from offline.engine import Engine, Result
from offline.layout import REPOSITORY
from offline.tools import Tools

PACK = REPOSITORY / "policypack"
STRICT: dict[str, Any] = json.loads((PACK / "config" / "strict.json").read_text(encoding="utf-8"))
"""The pack's configuration under which every violation blocks."""


@dataclass(frozen=True)
class Change:
    """Properties of one resource, bent as the engine gets them.

    Attributes:
        type: Its type token.
        name: Its name.
        set: Values by path; a number in a path is the index of a list, and a path goes on in the JSON of a text.
        remove: Paths of what to leave out.
    """

    type: str
    name: str
    set: Mapping[str, Any] = field(default_factory=dict)
    remove: Sequence[str] = ()


def write_project(folder: Path) -> Path:
    """A project whose program is the repository's own, with what the variable MUTATION says changed."""
    project = yaml.safe_load((REPOSITORY / "Pulumi.yaml").read_text(encoding="utf-8"))
    project["main"] = str(Path(__file__).parent / "program")
    project["runtime"]["options"]["virtualenv"] = sys.prefix
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "Pulumi.yaml").write_text(yaml.safe_dump(project), encoding="utf-8")
    return folder


def preview(
    tools: Tools,
    folder: Path,
    *,
    changes: Sequence[Change] = (),
    extra: str = "",
    edits: Sequence[tuple[str, str, str]] = (),
    config: Mapping[str, str] | None = None,
    policies: Mapping[str, Any] | None = None,
    arguments: Sequence[str] = (),
) -> Result:
    """`pulumi preview --policy-pack policypack` of the changed stack, with an empty state in `folder`.

    `edits` change a copy of the program's own text: file below `infra/`, what is there once, what is there then.
    """
    program = REPOSITORY / "infra"
    if edits:
        program = Path(shutil.copytree(program, folder / "infra", ignore=shutil.ignore_patterns("__pycache__")))
        for file, old, new in edits:
            text = (program / file).read_text(encoding="utf-8")
            assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
            (program / file).write_text(text.replace(old, new), encoding="utf-8")
    mutation = {"change": [vars(change) for change in changes], "extra": extra}
    environment = {"MUTATION": json.dumps(mutation, default=list), "PROGRAM": str(program)}
    engine = Engine(tools, write_project(folder / "project"), folder / "state", environment=environment)
    settings = {"aws:region": "us-east-1", **(config or {})}
    return engine.preview(policy_pack=PACK, config=settings, policy_pack_config=policies, arguments=arguments)


def violations(result: Result) -> set[tuple[str, str]]:
    """Policy and resource name of each mandatory violation."""
    return {(found.policy, found.resource.rsplit("::", 1)[-1]) for found in result.verdict.mandatory}
