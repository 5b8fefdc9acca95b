"""A stack that is copied is the one that the CLI makes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from offline.blank_stack import LocalStack
from offline.configuration import salt
from offline.engine import Engine
from offline.layout import Layout
from offline.tools import Tools


def stack_in(folder: Path, project: str, name: str) -> LocalStack:
    return LocalStack(folder / "backend", project, name, folder / "stacks" / f"Pulumi.{name}.yaml")


def read(stack: LocalStack) -> Any:
    return json.loads(stack.state.read_text(encoding="utf-8"))


@pytest.fixture
def made(layout: Layout, tmp_path: Path) -> LocalStack:
    """A stack that is kept, as if the CLI had made it."""
    made = stack_in(tmp_path / "made", "api", "dev")
    for file, text in {
        made.state: '{"version": 3, "checkpoint": {"stack": "organization/api/dev", "latest": {}}}',
        made.backend / ".pulumi" / "meta.yaml": "version: 1",
        made.stack_file: "encryptionsalt: v1:x",
    }.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    made.keep_as_blank(layout)
    return made


def test_there_is_none_before_one_was_kept(layout: Layout, tmp_path: Path) -> None:
    stack = stack_in(tmp_path, "api", "dev")
    assert not stack.copy_blank(layout)
    assert not stack.state.exists()


def test_a_copy_has_its_own_name_and_the_same_salt(made: LocalStack, layout: Layout, tmp_path: Path) -> None:
    copy = stack_in(tmp_path / "copy", "web", "prod")
    assert copy.copy_blank(layout)
    assert read(copy) == {"version": 3, "checkpoint": {"stack": "organization/web/prod", "latest": {}}}
    assert salt(copy.stack_file) == salt(made.stack_file) == "v1:x"
    assert [file.name for file in sorted((copy.backend / ".pulumi").iterdir())] == ["meta.yaml", "stacks"]


def test_what_was_kept_is_for_one_passphrase(made: LocalStack, layout: Layout, tmp_path: Path) -> None:
    layout.passphrase.write_text("another", encoding="utf-8")
    assert not stack_in(tmp_path / "copy", "web", "prod").copy_blank(layout)


@pytest.mark.engine
def test_the_cli_takes_a_copy_for_its_own(tools: Tools, toy: Path, layout: Layout, tmp_path: Path) -> None:
    tools = Tools(tools.cli, layout)
    made, copied = (Engine(tools, toy, tmp_path / name, stack=name) for name in ("made", "copied"))
    assert made.export() == copied.export()
    assert made.outputs() == copied.outputs() == {}
    by_cli, by_us = (stack_in(tmp_path / name, "toy", name) for name in ("made", "copied"))
    assert read(by_cli)["checkpoint"].pop("stack") == "organization/toy/made"
    assert read(by_us)["checkpoint"].pop("stack") == "organization/toy/copied"
    assert not (tmp_path / "copied" / "stacks" / "Pulumi.yaml").exists()  # no CLI was asked to make it
    assert copied.call(["stack", "rm", "--yes"]) == 0
