"""The commands of a pack that its users run themselves: `check-config` and `config-schema`.

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

from pulumi_guardrails.core.policy import Level
from pulumi_guardrails.engine.analyzer import today_in_utc
from pulumi_guardrails.engine.configuration_file import check, schema

_COMMANDS = ("check-config", "config-schema", "-h", "--help")


def is_command(arguments: Sequence[str]) -> bool:
    """Whether a pack was started by a person rather than by the engine."""
    return bool(arguments) and arguments[0] in _COMMANDS


def run(pack: str, policies: Sequence[pulumi_policy.Policy], arguments: Sequence[str]) -> int:
    """Run a command. Returns its exit code: 0 where all is well, 1 for a wrong configuration, 2 for wrong arguments.

    Args:
        pack: The name of the pack.
        policies: Its policies.
        arguments: The command and what follows it.
    """
    parser = argparse.ArgumentParser(prog=pack, description=f"The policy pack {pack}, for people.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    checking = commands.add_parser("check-config", help="check configuration files before they are enabled")
    checking.add_argument("files", nargs="+", type=Path, metavar="FILE")
    commands.add_parser("config-schema", help="print the JSON schema of a configuration file, for editors")
    given = parser.parse_args(arguments)
    if given.command == "config-schema":
        print(json.dumps(schema(policies), indent=2))
        return 0
    return max([_check_file(file, policies) for file in given.files])


def _check_file(file: Path, policies: Sequence[pulumi_policy.Policy]) -> int:
    try:
        checked = check(file.read_text(encoding="utf-8"), policies, today_in_utc())
    except OSError as error:
        print(f"{file}: error: it cannot be read: {error.strerror}.", file=sys.stderr)
        return 2
    except UnicodeDecodeError:
        print(f"{file}: error: it is no text in UTF-8; expected JSON.", file=sys.stderr)
        return 1
    for problem in checked.problems:
        print(f"{file}: error: {problem}")
    for note in checked.notes:
        print(f"{file}: note: {note}")
    if checked.levels is None:
        return 1
    counts = ", ".join(f"{checked.levels.get(level, 0)} {level.value}" for level in Level if checked.levels.get(level))
    print(f"{file}: valid: {counts}.")
    return 0
