"""The evidence folder is there as a whole or not at all, replaces only its like, and shows what was altered."""

from __future__ import annotations

import hashlib
import json
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from audit import folder as module
from audit.__main__ import main
from audit.folder import MANIFEST, Difference, FolderError, verify, write
from audit.formats import machine_readable
from tests.audit.evidences import EXAMPLE, evidence

FILES: dict[str, str | bytes] = {"report.html": "<p>ä</p>", "network.svg": b"<svg/>", "stacks/prod/results.json": "{}"}


@pytest.fixture
def evidence_folder(tmp_path: Path) -> Path:
    written = tmp_path / "evidence"
    write(written, FILES, EXAMPLE)
    return written


def names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_a_folder_has_its_files_and_a_manifest_of_them(tmp_path: Path) -> None:
    digest = write(tmp_path / "new" / "evidence", FILES, EXAMPLE, b"{}\n")
    folder = tmp_path / "new" / "evidence"
    assert names(folder) == sorted([*FILES, MANIFEST])
    text = (folder / MANIFEST).read_bytes()
    assert hashlib.sha256(text).hexdigest() == digest
    manifest = json.loads(text)
    assert manifest["files"].keys() == FILES.keys()
    for name, entry in manifest["files"].items():
        content = (folder / name).read_bytes()
        assert entry == {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
    assert manifest["eventLog"] == {"sha256": hashlib.sha256(b"{}\n").hexdigest(), "size": 3}
    assert manifest["command"] == "python -m audit run"
    assert (manifest["complete"], manifest["verdict"]) == (True, "violations")
    assert manifest["versions"]["Pulumi"] == "3.272.0"
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["evidence"]


def test_what_was_not_touched_is_as_written(evidence_folder: Path) -> None:
    found = verify(evidence_folder)
    assert found.differences == ()
    assert (found.files, found.stack, found.is_complete) == (3, "api/prod", True)


@pytest.mark.parametrize(
    ("touch", "difference"),
    [
        (lambda at: (at / "report.html").write_text("<p>a</p>"), Difference("report.html", "altered")),
        (lambda at: (at / "network.svg").write_bytes(b"<svg/ "), Difference("network.svg", "altered")),
        (lambda at: (at / "network.svg").unlink(), Difference("network.svg", "missing")),
        (lambda at: (at / "stacks/prod/x").touch(), Difference("stacks/prod/x", "added")),
        (lambda at: (at / ".hidden").touch(), Difference(".hidden", "added")),
        (lambda at: (at / "link").symlink_to("/"), Difference("link", "added")),
    ],
)
def test_what_was_touched_is_told(
    evidence_folder: Path, touch: Callable[[Path], object], difference: Difference
) -> None:
    touch(evidence_folder)
    assert verify(evidence_folder).differences == (difference,)


def test_a_link_in_the_place_of_a_file_is_altered(evidence_folder: Path) -> None:
    moved = (evidence_folder / "report.html").rename(evidence_folder.parent / "report.html")
    (evidence_folder / "report.html").symlink_to(moved)
    assert verify(evidence_folder).differences == (Difference("report.html", "altered"),)


def test_the_event_log_is_compared_where_it_is_given(tmp_path: Path, evidence_folder: Path) -> None:
    log = tmp_path / "events.jsonl"
    log.write_bytes(b"{}\n")
    with pytest.raises(FolderError, match="has no event log to compare"):
        verify(evidence_folder, log)
    write(evidence_folder, FILES, EXAMPLE, log.read_bytes())
    assert verify(evidence_folder, log).differences == ()
    log.write_bytes(b"{ }\n")
    assert verify(evidence_folder, log).differences == (Difference(str(log), "altered"),)


def test_earlier_evidence_is_replaced_as_a_whole(evidence_folder: Path) -> None:
    (evidence_folder / "network.svg").unlink()
    write(evidence_folder, {"summary.md": "x"}, EXAMPLE)
    assert names(evidence_folder) == [MANIFEST, "summary.md"]
    assert [path.name for path in evidence_folder.parent.iterdir()] == ["evidence"]


def test_an_empty_folder_is_replaced(tmp_path: Path) -> None:
    write(tmp_path, FILES, EXAMPLE)
    assert verify(tmp_path).differences == ()


@pytest.mark.parametrize(
    ("there", "said"),
    [
        ({"thesis.doc": "x"}, "no evidence folder and not empty"),
        ({MANIFEST: "{}"}, "no evidence folder and not empty"),
        ({MANIFEST: "no JSON"}, "no evidence folder and not empty"),
    ],
)
def test_what_is_not_ours_is_left_alone(tmp_path: Path, there: dict[str, str], said: str) -> None:
    for name, text in there.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(FolderError, match=said):
        write(tmp_path, FILES, EXAMPLE)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == there


def test_evidence_with_files_of_someone_else_is_left_alone(evidence_folder: Path) -> None:
    (evidence_folder / "notes.txt").write_text("x")
    with pytest.raises(FolderError, match=r"files that are not of the evidence, such as notes\.txt"):
        write(evidence_folder, FILES, EXAMPLE)
    assert (evidence_folder / "notes.txt").exists()


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FolderError, match="is a file"):
        write(tmp_path / "file", FILES, EXAMPLE)


@pytest.mark.parametrize("name", ["../x", "/x", "", MANIFEST, "a/../../x"])
def test_a_file_is_inside_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(FolderError, match="no name of a file inside"):
        write(tmp_path / "evidence", {name: "x"}, EXAMPLE)
    assert list(tmp_path.iterdir()) == []


class InterruptError(BaseException):
    """Stands for Ctrl-C."""


@pytest.mark.parametrize("step", ["_write_durably", "_flush_folders", "_take_place"])
@pytest.mark.parametrize("error", [InterruptError, OSError(28, "No space left on device")])
def test_an_interrupted_run_leaves_what_was_there(
    evidence_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    error: BaseException | type[BaseException],
) -> None:
    def interrupted(*_: object) -> None:
        raise error

    monkeypatch.setattr(module, step, interrupted)
    with pytest.raises((InterruptError, FolderError)):
        write(evidence_folder, {"other": "x"}, EXAMPLE)
    assert verify(evidence_folder).differences == ()
    assert [path.name for path in evidence_folder.parent.iterdir()] == ["evidence"]


def test_what_cannot_take_its_place_gives_it_back(evidence_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rename = Path.rename

    def only_away(path: Path, target: Path) -> Path:
        if ".part-" in path.name:
            raise PermissionError(13, "Permission denied")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", only_away)
    with pytest.raises(FolderError, match=r"cannot be written: Permission denied\."):
        write(evidence_folder, {"other": "x"}, EXAMPLE)
    assert verify(evidence_folder).differences == ()


KILLED = """
import os, signal, sys
from pathlib import Path
from audit import folder
from tests.audit.evidences import EXAMPLE

write_durably, written = folder._write_durably, []

def killed(file, content):
    if len(written) == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
    written.append(write_durably(file, content))

folder._write_durably = killed
folder.write(Path(sys.argv[1]), {"a": "x", "b": "x"}, EXAMPLE)
"""


@pytest.mark.parametrize("after", [0, 1, 2])
def test_a_killed_run_leaves_nothing_that_looks_complete(tmp_path: Path, after: int) -> None:
    target = tmp_path / "evidence"
    killed = subprocess.run([sys.executable, "-c", KILLED, str(target), str(after)], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert not target.exists()
    assert list(tmp_path.rglob(MANIFEST)) == []
    write(target, FILES, EXAMPLE)
    assert verify(target).differences == ()


def test_what_is_no_evidence_cannot_be_verified(tmp_path: Path) -> None:
    with pytest.raises(FolderError, match=r"has no manifest\.json"):
        verify(tmp_path)
    (tmp_path / MANIFEST).write_text('{"kind": "pulumi-guardrails evidence", "files": {"a": 1}}')
    with pytest.raises(FolderError, match="is not the manifest of an evidence folder"):
        verify(tmp_path)


def test_the_command_ends_with_0_1_or_2(evidence_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(evidence_folder)]) == 0
    digest = hashlib.sha256((evidence_folder / MANIFEST).read_bytes()).hexdigest()
    assert capsys.readouterr().out.splitlines() == [
        f"{evidence_folder}: 3 files as written (of api/prod, 2026-11-26T14:00:00+00:00).",
        f"SHA-256 of the manifest, to compare with one kept elsewhere: {digest}",
    ]
    (evidence_folder / "report.html").write_text("")
    (evidence_folder / "more").touch()
    assert main(["verify", str(evidence_folder)]) == 1
    assert capsys.readouterr().out.splitlines()[:2] == ["added: more", "altered: report.html"]
    (evidence_folder / MANIFEST).unlink()
    assert main(["verify", str(evidence_folder)]) == 2
    assert capsys.readouterr().err == f"error: {evidence_folder} is no evidence folder: it has no {MANIFEST}.\n"


def test_the_command_says_that_a_run_broke_off(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, machine_readable(evidence(is_complete=False)), evidence(is_complete=False))
    assert main(["verify", str(tmp_path)]) == 0
    assert "The run broke off: the evidence is incomplete." in capsys.readouterr().out


def test_the_evidence_of_several_stacks_says_how_many(tmp_path: Path) -> None:
    write(tmp_path, FILES, replace(EXAMPLE, project="", stack="3 stacks"))
    assert verify(tmp_path).stack == "3 stacks"


def test_a_file_that_cannot_be_read_is_one_sentence(evidence_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(file: Path) -> str:
        raise PermissionError(13, "Permission denied", str(file))

    monkeypatch.setattr(module, "_digest", refused)
    with pytest.raises(FolderError, match=r"network\.svg cannot be read: Permission denied\."):
        verify(evidence_folder)
