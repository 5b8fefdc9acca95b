"""What a `pulumi` command line says."""

from __future__ import annotations

import pytest

from offline.cli.arguments import command, debugs, event_log, folder, stack


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("up --yes", ("up", None, None)),
        ("--color never config set a b", ("config", None, None)),
        ("-v 9 --logtostderr --cwd=x destroy -s qa", ("destroy", "qa", "x")),
        ("-sqa -Cx pre", ("pre", "qa", "x")),
        ("stack --stack organization/p/qa export", ("stack", "qa", None)),
        ("-C x --stack=qa", ("", "qa", "x")),
        ("up --stack", ("up", None, None)),
        ("", ("", None, None)),
    ],
)
def test_the_command_its_stack_and_its_folder(line: str, expected: tuple[str, str | None, str | None]) -> None:
    words = line.split()
    assert (command(words), stack(words), folder(words)) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [("--diff --event-log a.jsonl", "a.jsonl"), ("--event-log=a.jsonl", "a.jsonl"), ("--diff", None)],
)
def test_the_event_log_that_is_asked_for(line: str, expected: str | None) -> None:
    assert event_log(line.split()) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("--debug", True),
        ("--debug=true", True),
        ("-d", True),
        ("-yd", True),
        ("--diff -y --debugger", False),
        ("", False),
    ],
)
def test_whether_somebody_debugs(line: str, expected: bool) -> None:
    assert debugs(line.split()) is expected
