"""The executable that the engine finds beside its own."""

from __future__ import annotations

import subprocess
from pathlib import Path

from offline.host.launcher import DYNAMIC, NAME, install


def test_it_hands_its_arguments_and_the_repository_to_python(tmp_path: Path) -> None:
    folder = tmp_path / "with space and 'quote'"
    folder.mkdir()
    python = folder / "python"
    python.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    target = install(folder, python, tmp_path / "a 'repository'")
    answer = subprocess.run([target, "127.0.0.1:9", "two words"], capture_output=True, text=True, check=True)
    flag, command, code, *arguments = answer.stdout.splitlines()
    assert (flag, command) == ("-u", "-c")
    assert repr(str(tmp_path / "a 'repository'")) in code
    compile(code, "launcher", "exec")
    assert arguments == ["127.0.0.1:9", "two words"]


def test_it_is_written_once_and_again_when_python_moves(tmp_path: Path) -> None:
    target = install(tmp_path, Path("one"), tmp_path)
    first = target.stat()
    assert install(tmp_path, Path("one"), tmp_path).stat().st_ino == first.st_ino
    install(tmp_path, Path("two"), tmp_path)
    assert "exec two" in target.read_text(encoding="utf-8")
    assert sorted(file.name for file in tmp_path.iterdir()) == [NAME, DYNAMIC]
