"""The commands of a pack that its users, and other programs, run themselves; `--help` lists them.

A pack is started by the Pulumi engine, with the engine's address as its argument. A person starts it with a command,
`python policypack check-config FILE`; `python -m pulumi_guardrails check-config FILE` where the package is installed.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import pulumi_policy

from pulumi_guardrails.aws.iam.new_access import access_report, new_access
from pulumi_guardrails.core.policy import Level
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.engine.analyzer import today_in_utc
from pulumi_guardrails.engine.configuration_file import Checked, Defaults, check, schema
from pulumi_guardrails.engine.description import describe
from pulumi_guardrails.engine.documents import DocumentError, StackDocument, read_stack_document
from pulumi_guardrails.engine.inspection import inspect
from pulumi_guardrails.engine.policy_pack import PackInfo


class _RefusedError(Exception):
    """What a command cannot work with, with the exit code that says so; its problems have been printed."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def run(
    pack: PackInfo,
    policies: Sequence[pulumi_policy.Policy],
    arguments: Sequence[str],
    defaults: Defaults | None = None,
) -> int:
    """Run a command. Returns its exit code: 0 where all is well, 1 for a finding, 2 for what it cannot work with.

    A finding is a wrong configuration, or access that is new.

    Args:
        pack: What the pack says of itself.
        policies: Its policies, each once.
        arguments: The command and what follows it.
        defaults: What the pack has where a configuration says nothing.
    """
    parser = argparse.ArgumentParser(prog=pack.name, description=f"The policy pack {pack.name}, for people.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    checking = commands.add_parser("check-config", help="check configuration files before they are enabled")
    checking.add_argument("files", nargs="+", type=Path, metavar="FILE")
    commands.add_parser("config-schema", help="print the JSON schema of a configuration file, for editors")
    describing = commands.add_parser("describe", help="print every policy with its metadata, as JSON")
    inspecting = commands.add_parser("inspect", help="print the network and the permissions of a stack, as JSON")
    for command in (describing, inspecting):
        command.add_argument("--config", type=Path, metavar="FILE", help="a configuration file of the pack")
    inspecting.add_argument(
        "document",
        nargs="?",
        type=Path,
        metavar="DOCUMENT",
        help="what `pulumi preview --json` or `pulumi stack export` prints; standard input where it is left out",
    )
    comparing = commands.add_parser(
        "compare-access", help="print the access that an update gives and the state before did not"
    )
    comparing.add_argument(
        "documents",
        nargs="+",
        type=Path,
        metavar="DOCUMENT",
        help="what `pulumi preview --json --show-sames` prints, or two documents of it or of `pulumi stack export`: "
        "before and after",
    )
    comparing.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args(arguments)
    defaults = defaults or Defaults()
    if given.command == "config-schema":
        print(json.dumps(schema(policies), indent=2))
        return 0
    if given.command == "check-config":
        return max([_check_file(file, policies, defaults) for file in given.files])
    if given.command == "compare-access":
        return _compare_access(given.documents, given.json)
    try:
        configuration = _configuration(given.config, policies, defaults)
        if given.command == "describe":
            found = describe(pack, policies, configuration)
        else:
            found = inspect(_document(given.document), policies, configuration, today_in_utc())
    except _RefusedError as refused:
        return refused.code
    print(json.dumps(found, indent=2))
    return 0


def _check_file(file: Path, policies: Sequence[pulumi_policy.Policy], defaults: Defaults) -> int:
    try:
        checked = _read(file, policies, defaults)
    except _RefusedError as refused:
        return refused.code
    for problem in checked.problems:
        print(f"{file}: error: {problem}")
    for note in checked.notes:
        print(f"{file}: note: {note}")
    if checked.levels is None:
        return 1
    counts = ", ".join(f"{checked.levels.get(level, 0)} {level.value}" for level in Level if checked.levels.get(level))
    print(f"{file}: valid: {counts}.")
    return 0


def _compare_access(files: Sequence[Path], as_json: bool) -> int:
    """Print the new access: 1 where there is some, 2 where nothing is certain but something may be, or it cannot."""
    if len(files) > 2:
        print("error: expected one preview, or two documents: before and after.", file=sys.stderr)
        return 2
    try:
        before, after = _before_and_after(files)
    except _RefusedError as refused:
        return refused.code
    found = new_access(before, after)
    print(json.dumps(found, indent=2) if as_json else access_report(found))
    return 1 if found["access"] else 2 if found["undetermined"] else 0


def _before_and_after(files: Sequence[Path]) -> tuple[Stack, Stack]:
    documents = [_document(file) for file in files]
    first, last = documents[0], documents[-1]
    problem = ""
    for file, document in zip(files, documents, strict=True):
        if document.left_out:
            count = f"{document.left_out} resources that stay" if document.left_out > 1 else "1 resource that stays"
            problem = f"{file}: error: it leaves out {count} the same: run the preview with --show-sames."
    if len(documents) == 1 and first.before is None:
        problem = f"{files[0]}: error: it is a state, which needs a second document to be compared with."
    if problem:
        print(problem, file=sys.stderr)
        raise _RefusedError(2)
    return first.stack if len(documents) > 1 or first.before is None else first.before, last.stack


def _configuration(file: Path | None, policies: Sequence[pulumi_policy.Policy], defaults: Defaults) -> Checked:
    """A configuration file without problems, which go to standard error: a command's result is on standard output."""
    checked = _read(file, policies, defaults) if file else check("", policies, today_in_utc(), defaults)
    for problem in checked.problems:
        print(f"{file}: error: {problem}", file=sys.stderr)
    if checked.problems:
        raise _RefusedError(1)
    return checked


def _document(file: Path | None) -> StackDocument:
    """The stack in a document; what is wrong with that goes to standard error."""
    name = file or "standard input"
    try:
        return read_stack_document(file.read_bytes() if file else sys.stdin.buffer.read())
    except OSError as error:
        reason = f"it cannot be read: {error.strerror}"
    except DocumentError as error:
        reason = str(error)
    print(f"{name}: error: {reason}.", file=sys.stderr)
    raise _RefusedError(2)


def _read(file: Path, policies: Sequence[pulumi_policy.Policy], defaults: Defaults) -> Checked:
    try:
        return check(file.read_text(encoding="utf-8"), policies, today_in_utc(), defaults)
    except OSError as error:
        print(f"{file}: error: it cannot be read: {error.strerror}.", file=sys.stderr)
        raise _RefusedError(2) from None
    except UnicodeDecodeError:
        print(f"{file}: error: it is no text in UTF-8; expected JSON.", file=sys.stderr)
        raise _RefusedError(1) from None
