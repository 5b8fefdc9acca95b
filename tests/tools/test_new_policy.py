"""The scaffold of a new policy: what it adds to a copy of the project, and what it refuses without writing anything."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pulumi_guardrails.aws.resource_types import BUCKET, LOG_GROUP
from pulumi_guardrails.registry import all_policies
from tools.new_policy import ROOT, main, place, with_cases, with_imports, write

NEW = {"NAME": "bucket-has-owner", "KIND": "BUCKET", "MODULE": "s3.lifecycle"}
POLICY = "policypack/pulumi_guardrails/policies/s3/lifecycle.py"
CASES = "tests/policypack/policies/s3/cases_lifecycle.py"

COPIED = ("policypack/pulumi_guardrails", "tests/policypack", "tests/conftest.py", "tools", "pyproject.toml")
DONE = {
    "TODO: what holds, as one sentence without a full stop": "A bucket has an owner",
    "TODO: what happens where this is not kept, and where an exception would be right.": "Nobody answers for it.",
    "TODO: what to change in a Python program.": "Set force_destroy=True.",
    "TODO = 'a compliant snippet'": "aws.s3.Bucket('b', force_destroy=True)",
    "https://docs.aws.amazon.com/TODO": "https://docs.aws.amazon.com/AmazonS3/latest/userguide/Welcome.html",
    "topics=(),  # TODO: members of Topic": "topics=(Topic.S3,),",
    "TODO: what is checked, and what an absent value means.": "An absent value is none.",
    'compliant=[("TODO: the good resource", {})]': 'compliant=[("one", {"TODO": True})]',
    "TODO: set wrong": "set wrong",
    "TODO: a text the message must have": "is false",
    "TODO": "forceDestroy",
}
"""What an author would write for each TODO, the longest first."""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in COPIED:
        target = tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, target)
    return tmp_path


def run(project: Path, *command: str, **given: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join(map(str, (project, project / "policypack")))
    environment = {**os.environ, "PYTHONPATH": path, **given}
    return subprocess.run(
        [sys.executable, "-m", *command], cwd=project, env=environment, capture_output=True, text=True, check=False
    )


def its_tests(project: Path, name: str) -> subprocess.CompletedProcess[str]:
    return run(project, "pytest", "tests/policypack/test_policies.py", "tests/policypack/test_conformance.py", "-q",
               "-k", f"{name} or todo")  # fmt: skip


def contents(project: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in project.rglob("*") if path.is_file() and "__pycache__" not in str(path)}


def test_a_new_policy_fails_for_its_todos_and_passes_once_they_are_done(project: Path) -> None:
    before = contents(project)
    made = run(project, "tools.new_policy", **NEW)
    assert made.returncode == 0, made.stderr
    changed = {path for path, text in contents(project).items() if before.get(path) != text}
    assert changed == {project / POLICY, project / CASES}
    assert "-k 'bucket-has-owner'" in made.stdout
    style = run(project, "ruff", "check", POLICY, CASES)
    assert style.returncode == 0, style.stdout
    assert run(project, "ruff", "format", "--check", POLICY, CASES).returncode == 0

    unfinished = its_tests(project, "bucket-has-owner")
    assert unfinished.returncode == 1
    assert "test_no_policy_has_a_todo" in unfinished.stdout

    for name in (POLICY, CASES):
        text = (project / name).read_text(encoding="utf-8")
        for todo, written in DONE.items():
            text = text.replace(todo, written)
        (project / name).write_text(text, encoding="utf-8")
    finished = its_tests(project, "bucket-has-owner")
    assert finished.returncode == 0, finished.stdout
    assert int(re.findall(r"(\d+) passed", finished.stdout)[0]) > 10


@pytest.mark.parametrize("module", sorted({policy.module for policy in all_policies()}))
def test_every_module_can_be_added_to(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    written: dict[Path, str] = {}
    monkeypatch.setattr("tools.new_policy.write", written.update)
    assert main({**NEW, "MODULE": module}) == 0
    policy, cases = written.values()
    assert "def bucket_has_owner(resource: Resource, _settings: Settings) -> Verdict:" in policy
    assert '"bucket-has-owner",' in cases
    for path, text in written.items():
        compile(text, path, "exec")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"NAME": "Bucket"}, "lower-case words"),
        ({"NAME": ""}, "lower-case words"),
        ({"NAME": "../etc/passwd-x"}, "lower-case words"),
        ({"NAME": 'it\'s-"so"'}, "lower-case words"),
        ({"NAME": "a-b\n"}, "lower-case words"),
        ({"NAME": "log-retention"}, "a policy of the pack already: see cloudwatch."),
        ({"NAME": "retention-logs"}, "says the same as the policy log-retention in cloudwatch."),
        ({"KIND": "BUCKIT"}, "did you mean BUCKET"),
        ({"KIND": "log group"}, "did you mean LOG_GROUP"),
        ({"KIND": "S3_BUCKET"}, "did you mean BUCKET"),
        ({"KIND": ""}, "such as BUCKET."),
        ({"KIND": "kind_of"}, "expected a kind"),
        ({"MODULE": "s3.lifecycel"}, "did you mean s3.lifecycle?"),
        ({"MODULE": "../s3"}, "expected a module"),
        ({"KIND": "EGRESS_ONLY_GATEWAY", "MODULE": ""}, "choose a module, such as MODULE="),
    ],
)
def test_what_will_not_do_is_refused_in_one_sentence_and_nothing_is_written(
    given: dict[str, str], said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tools.new_policy.write", lambda _files: pytest.fail("it wrote"))
    assert main({**NEW, **given}) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def test_without_a_module_the_one_with_the_most_policies_on_the_kind_is_chosen() -> None:
    policies = all_policies()
    assert place("LOG_GROUP", LOG_GROUP, "", policies).module == "cloudwatch"
    chosen = place("BUCKET", BUCKET, "", policies)
    assert chosen.module.startswith("s3.")
    assert chosen.others
    assert str(chosen.policy_file).startswith("policypack/pulumi_guardrails/policies/s3/")
    assert str(chosen.cases_file).startswith("tests/policypack/policies/s3/cases_")


def test_what_can_not_be_added_to_is_left_as_it_is(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / CASES).write_text("from x import y\n", encoding="utf-8")
    before = contents(project)
    assert main(NEW, project) == 2
    assert "has no list CASES" in capsys.readouterr().err
    assert contents(project) == before


def test_a_name_that_means_something_else_in_the_file_is_refused(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (project / CASES).read_text(encoding="utf-8")
    (project / CASES).write_text(text.replace("def rule(", "def rows() -> None: ...\n\n\ndef rule("), encoding="utf-8")
    before = contents(project)
    assert main(NEW, project) == 2
    assert CASES in capsys.readouterr().err
    assert contents(project) == before


def test_either_both_files_are_written_or_none(tmp_path: Path) -> None:
    first, second = tmp_path / "a.py", tmp_path / "b.py"
    first.write_text("old", encoding="utf-8")
    second.mkdir()
    with pytest.raises(OSError, match="directory"):
        write({first: "new", second: "new"})
    assert first.read_text(encoding="utf-8") == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.py", "b.py"]


def test_an_import_that_is_there_is_not_added_again() -> None:
    source = '"""Doc."""\n\nfrom a import b\n\nx = 1\n'
    assert with_imports(source, [("a", "b")]) == source
    assert with_imports(source, [("a", "c")]) == '"""Doc."""\n\nfrom a import b\nfrom a import c\n\nx = 1\n'


def test_cases_are_added_after_the_last_one_whatever_it_is_written_in() -> None:
    assert with_cases('CASES = [*"ä", 1]\n', "2,") == 'CASES = [*"ä", 1,\n2]\n'


def test_make_gives_the_values_to_no_shell() -> None:
    shown = subprocess.run(
        ["make", "-n", "new-policy", 'NAME=it\'s $(shell echo read) "so"', "KIND=`id`"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "tools.new_policy" in shown
    assert not re.search(r"it's|read|`id`", shown)
