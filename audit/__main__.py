"""`python -m audit`: what is done with the engine's event log and with a preview after a run."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from audit import evidence_command, verify_command
from audit.capture import CaptureError, pulumi_cli
from audit.comparison import ComparisonError, compare, read_base
from audit.debt import DebtError, Terms, with_exceptions, with_waivers
from audit.description import DescriptionError
from audit.events import EventLog, EventLogError, read
from audit.evidence import gather
from audit.evidence_command import EvidenceError
from audit.folder import FolderError
from audit.sarif import sarif
from audit.states import Analysis, Command, StateError, analyze, as_json, lines, state_files
from audit.summary import summary
from audit.terraform import command as plan_command
from audit.terraform.checkov import CheckovError
from audit.terraform.command import PlanError
from audit.verdict import counted, judge


class UsageError(Exception):
    """What cannot be read, written or run; the text is for a person."""


_TOLD = (
    UsageError,
    DebtError,
    EventLogError,
    ComparisonError,
    FolderError,
    EvidenceError,
    CaptureError,
    StateError,
    DescriptionError,
    PlanError,
    CheckovError,
)
"""What ends a command with a sentence for a person."""


def _day(text: str) -> str:
    """A day that is still to come; argparse shows the text of the error."""
    try:
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            raise ValueError
        day = date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; expected one as YYYY-MM-DD") from None
    if day < date.today():
        raise argparse.ArgumentTypeError(f"{text} has passed; expected the last day on which the waivers hold")
    return text


def _words(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("it is blank")
    return text


def _configuration(file: Path | None) -> Mapping[str, Any]:
    if file is None:
        return {}
    try:
        found = json.loads(file.read_text(encoding="utf-8-sig") or "{}")
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.") from None
    except ValueError as error:
        raise UsageError(f"{file} is no JSON: {error}.") from None
    if not isinstance(found, dict):
        raise UsageError(f"{file} is a JSON {type(found).__name__}; expected an object with a key for each policy.")
    return found


def _write(file: Path, text: str) -> None:
    """Put a file in its place as a whole, so that one who reads it never finds half of it."""
    try:
        with tempfile.TemporaryDirectory(dir=file.parent) as folder:
            part = Path(folder, file.name)
            part.write_text(text, encoding="utf-8")
            part.replace(file)
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror}.") from None


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise UsageError(f"{file} is no text in UTF-8.") from None


def _events(file: Path) -> EventLog:
    try:
        return read(file)
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.") from None


def _summarize(given: argparse.Namespace) -> int:
    events = _events(given.events)
    verdict = judge(events)
    evidence = gather(events)
    base = compare(read_base(_text(given.base), str(given.base)), evidence) if given.base is not None else None
    text = summary(verdict, base)
    if given.markdown is not None:
        _write(given.markdown, text)
    else:
        print(text, end="")
    if given.sarif is not None:
        _write(given.sarif, sarif(evidence))
    return 2 if not verdict.complete else 1 if verdict.mandatory else 0


def _waive(given: argparse.Namespace) -> int:
    verdict = judge(_events(given.events))
    if not verdict.policies:
        raise UsageError(
            f"{given.events} has no evaluation of a policy; expected the event log of a preview with a pack."
        )
    if not verdict.complete:
        raise UsageError(f"{given.events} is of a run that broke off before the stack was evaluated; run it again.")
    terms = Terms(given.reason, given.approved_by, given.expires)
    add = with_exceptions if given.exceptions else with_waivers
    changed = add(_configuration(given.config), verdict.mandatory, terms)
    _write(given.out, json.dumps(changed, indent=2) + "\n")
    resources = {finding.resource for finding in verdict.mandatory}
    policies = {finding.policy for finding in verdict.mandatory}
    what = "policy exceptions" if given.exceptions else "waivers"
    print(
        f"{given.out}: {what} for {counted(len(verdict.mandatory), 'finding')} of "
        f"{counted(len(policies), 'policy', 'policies')} on {counted(len(resources), 'resource')}, "
        f"until {given.expires}."
    )
    return 0


def _analyze(given: argparse.Namespace) -> int:
    files = state_files(given.states)
    cli = pulumi_cli(given.pulumi)
    if not (given.policy_pack / "PulumiPolicy.yaml").exists():
        raise UsageError(f"{given.policy_pack} is no policy pack: it has no PulumiPolicy.yaml.")

    def progress(number: int, analysis: Analysis) -> None:
        print(f"{number} of {len(files)}: {analysis.stack}", file=sys.stderr, flush=True)

    analyses = analyze(files, Command(cli, given.policy_pack, given.config), os.cpu_count() or 1, progress)
    print("\n".join(lines(analyses)))
    if given.out is not None:
        _write(given.out, as_json(analyses) + "\n")
    if any(one.error for one in analyses):
        return 2
    return 1 if any(one.blocks for one in analyses) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m audit", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    waive = commands.add_parser("waive", help="exempt what blocks a stack today, so that only what is new blocks")
    waive.add_argument("events", type=Path, metavar="EVENTS", help="the event log of a preview with the policy pack")
    waive.add_argument("--reason", required=True, type=_words, help="why the exemption is right")
    waive.add_argument("--approved-by", required=True, type=_words, help="who approved it")
    waive.add_argument("--expires", required=True, type=_day, help="the last day on which it holds, as YYYY-MM-DD")
    waive.add_argument("--config", type=Path, metavar="FILE", help="the configuration to add to; it is left as it is")
    waive.add_argument("--out", required=True, type=Path, metavar="FILE", help="the configuration that is written")
    waive.add_argument("--exceptions", action="store_true", help="write policy exceptions of Pulumi, for any pack")
    waive.set_defaults(run=_waive)
    told = commands.add_parser("summary", help="write the verdict for a pull request and for code scanning")
    told.add_argument("events", type=Path, metavar="EVENTS", help="the event log of a preview with the policy pack")
    told.add_argument("--markdown", type=Path, metavar="FILE", help="where the comment goes; else to standard output")
    told.add_argument("--sarif", type=Path, metavar="FILE", help="where the findings go as SARIF 2.1.0")
    told.add_argument("--base", type=Path, metavar="RESULTS", help="the results.json of a run to compare with")
    told.set_defaults(run=_summarize)
    states = commands.add_parser("analyze", help="evaluate stacks that exist, from their exported states")
    states.add_argument(
        "states", nargs="+", type=Path, metavar="STATE", help="a file of `pulumi stack export`, or a folder"
    )
    states.add_argument("--policy-pack", required=True, type=Path, metavar="FOLDER", help="the policy pack")
    states.add_argument("--config", type=Path, metavar="FILE", help="the configuration of the policy pack")
    states.add_argument("--out", type=Path, metavar="FILE", help="also write every finding as JSON")
    states.add_argument("--pulumi", default="pulumi", metavar="CLI", help="the Pulumi CLI, where it is not on the PATH")
    states.set_defaults(run=_analyze)
    evidence_command.add_to(commands)
    verify_command.add_to(commands)
    plan_command.add_to(commands)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command. Returns 0; 1 for violations; 2 where it could not be done, with a sentence that says why."""
    given = _parser().parse_args(arguments)
    try:
        code: int = given.run(given)
    except _TOLD as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return code


if __name__ == "__main__":
    sys.exit(main())
