"""Dynamic providers run with the Python of the program, and live on the real engine."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from offline.engine import Engine
from offline.host import dynamic, launcher
from offline.host.interpreter import InterpreterError
from offline.layout import REPOSITORY
from offline.tools import Tools

PROGRAM = """
import pathlib, sys
import pulumi
from pulumi.dynamic import CheckFailure, CheckResult, CreateResult, DiffResult, Resource, ResourceProvider, UpdateResult
from texts import loud

class Notes(ResourceProvider):
    def check(self, old, new):
        return CheckResult(new, [CheckFailure("text", "must not be empty")] if new["text"] == "-" else [])

    def diff(self, id, old, new):
        return DiffResult(changes=old["text"] != new["text"])

    def create(self, new):
        pathlib.Path(new["file"]).write_text(new["text"])
        return CreateResult("note", {**new, "loud": loud(new["text"]), "prefix": sys.prefix})

    def update(self, id, old, new):
        pathlib.Path(new["file"]).write_text(new["text"])
        return UpdateResult({**new, "loud": loud(new["text"]), "prefix": sys.prefix})

    def delete(self, id, old):
        pathlib.Path(old["file"]).unlink()

class Note(Resource):
    loud: pulumi.Output[str]
    prefix: pulumi.Output[str]

    def __init__(self, name, text, file):
        super().__init__(Notes(), name, {"text": text, "file": file, "loud": None, "prefix": None})

config = pulumi.Config()
note = Note("note", config.get("text") or "one", config.require("file"))
pulumi.export("loud", note.loud)
pulumi.export("prefix", note.prefix)
"""


def test_the_virtual_environment_is_beside_the_description_of_the_project(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / "Pulumi.yaml").touch()
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch()
    environment = {"PULUMI_RUNTIME_VIRTUALENV": ".venv", "KEPT": "yes"}
    words, variables = dynamic.command(["127.0.0.1:9"], tmp_path / "source", environment)
    assert words == [str(python), "-u", "-m", "pulumi.dynamic", "127.0.0.1:9"]
    assert variables["KEPT"] == "yes"
    with pytest.raises(InterpreterError, match="is no virtual environment"):
        dynamic.command([], tmp_path, {"PULUMI_RUNTIME_VIRTUALENV": "gone"})


def test_a_missing_environment_is_one_sentence(tmp_path: Path) -> None:
    launcher.install(tmp_path, Path(sys.executable), REPOSITORY)
    answer = subprocess.run(
        [tmp_path / launcher.DYNAMIC],
        cwd=tmp_path,
        env={**os.environ, "PULUMI_RUNTIME_VIRTUALENV": "gone"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 1
    assert "is no virtual environment" in answer.stderr
    assert "Traceback" not in answer.stderr


@pytest.mark.engine
def test_a_dynamic_resource_lives_from_preview_to_destroy(tools: Tools, tmp_path: Path) -> None:
    project = tmp_path / "notes"
    (project / "source").mkdir(parents=True)
    (project / ".venv").symlink_to(sys.prefix)
    (project / "Pulumi.yaml").write_text(
        "name: notes\nmain: source/\nruntime: {name: python, options: {virtualenv: .venv}}\n", encoding="utf-8"
    )
    (project / "source" / "__main__.py").write_text(PROGRAM, encoding="utf-8")
    (project / "source" / "texts.py").write_text("def loud(text):\n    return text.upper()\n", encoding="utf-8")
    engine = Engine(tools, project, tmp_path / "state")
    note = tmp_path / "note.txt"
    config = {"file": str(note)}
    planned = engine.preview(config=config)
    assert planned.events.changes == {"create": 2}, planned.output
    assert not note.exists()
    assert engine.up(config=config).exit_code == 0
    assert (note.read_text(), engine.outputs()["loud"]) == ("one", "ONE")
    assert Path(engine.outputs()["prefix"]).resolve() == Path(sys.prefix).resolve()
    assert engine.up(config={**config, "text": "two"}).events.changes == {"same": 1, "update": 1}
    assert note.read_text() == "two"
    assert "must not be empty" in engine.preview(config={**config, "text": "-"}).output
    assert engine.destroy().events.changes == {"delete": 2}
    assert not note.exists()
