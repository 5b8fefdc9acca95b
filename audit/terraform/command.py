"""`python -m audit plan`: write a preview of Pulumi's as a plan of Terraform's."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from audit import preview_document
from audit.preview_document import DocumentError
from audit.terraform.plan import NotMapped, plan
from audit.verdict import counted

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]


class PlanError(Exception):
    """What cannot be read as a preview; the message is for a person."""


def add_to(commands: Commands) -> None:
    """Add the command to a parser. It ends with 0, and raises PlanError where there is no preview to read."""
    command = commands.add_parser("plan", help="write a preview as a Terraform plan, for Checkov and other tools")
    command.add_argument(
        "--from",
        dest="preview",
        type=Path,
        metavar="FILE",
        help="what `pulumi preview --json` or `pulumi stack export` printed, or the event log; else standard input",
    )
    command.set_defaults(run=_plan)


def _plan(given: argparse.Namespace) -> int:
    name = "standard input" if given.preview is None else str(given.preview)
    try:
        data = sys.stdin.buffer.read() if given.preview is None else given.preview.read_bytes()
        document = preview_document.parse(data.decode("utf-8-sig"))
    except OSError as error:
        raise PlanError(f"{name} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise PlanError(f"{name} is no text in UTF-8.") from None
    except DocumentError as error:
        raise PlanError(f"{name} cannot be used: {error}") from None
    made = plan(document)
    print(made.text, end="")
    if not document.has_sources:
        print(
            "note: an event log does not say which resource a property refers to, so that nothing in the plan refers "
            "to another resource; give what `pulumi preview --json` prints instead.",
            file=sys.stderr,
        )
    for line in lines(made.not_mapped):
        print(f"not mapped: {line}", file=sys.stderr)
    return 0


def lines(not_mapped: Iterable[NotMapped]) -> list[str]:
    """What a plan does not have, one line for each type and reason."""
    found = Counter((one.type, one.property, one.reason) for one in not_mapped)
    return [
        f"{kind}, property {name} ({counted(number, 'resource')}): {reason}"
        if name
        else f"{kind} ({counted(number, 'resource')}): {reason}"
        for (kind, name, reason), number in found.items()
    ]
