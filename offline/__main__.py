"""``python -m offline preview``: the real Pulumi on this project, with no AWS account.

``up``, ``refresh`` and ``destroy`` take a stack through its life in a state of their own; ``pulumi`` runs any other
command of the CLI on that state. Whatever follows ``--`` goes to Pulumi as it stands.

`make` gives the same in the environment, where no shell reads it: OFFLINE_STACK, OFFLINE_CONFIG, OFFLINE_SECRETS and
OFFLINE_ARGS.
"""

from __future__ import annotations

import argparse
import errno
import getpass
import json
import os
import re
import shlex
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any

from offline.cli import arguments as command_line
from offline.configuration import is_secret
from offline.engine import Engine, Result
from offline.layout import REPOSITORY, Layout, OfflineError
from offline.plugins.required import missing
from offline.stack_references import explained
from offline.tools import prepare, tell

OPERATIONS = ("preview", "up", "refresh", "destroy")
NOTICE = "No AWS account is asked: the AWS plugin is the offline stand-in of this repository (offline/aws)."
POLICY_PACK = REPOSITORY / "policypack"
STRICT = POLICY_PACK / "config" / "strict.json"
"""The configuration of the pack for this project's own stack, under which every violation blocks."""

PACK_CONFIGURATION = "--policy-pack-config"
OF_UPDATES = frozenset({"--yes", "-y", "--skip-preview", "-f", "--continue-on-error"})
"""Options of ``pulumi up`` that ``pulumi preview`` does not have."""

STACK_NAME = re.compile(r"[A-Za-z0-9_.-]{1,100}")
"""What a Pulumi stack may be called (Pulumi documentation, "Stacks")."""

NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
READ_ONLY = (errno.EACCES, errno.EPERM, errno.EROFS)


def main(arguments: list[str] | None = None) -> int:
    """Runs what `arguments` ask for. Returns the exit code of the engine, or 2 when it could not be asked.

    After Ctrl-C it is 130, and where nobody reads the output any more 141, as a shell has it.
    """
    options, passed_on = _parse(sys.argv[1:] if arguments is None else arguments)
    try:
        return _run(options, passed_on)
    except OfflineError as problem:
        tell(f"error: {problem}")
    except BrokenPipeError:
        # What is still to be written goes nowhere, without a complaint at the end of the interpreter.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGPIPE
    except OSError as problem:
        tell(f"error: {_of_the_machine(problem)}")
    except KeyboardInterrupt:
        tell("Interrupted.")
        return 128 + signal.SIGINT
    return 2


def _run(options: argparse.Namespace, passed_on: list[str]) -> int:
    if options.operation in OPERATIONS or command_line.command(passed_on) in command_line.TAKE_A_STACK_FILE:
        _require_stack_file(options.project.resolve(), command_line.stack(passed_on) or options.stack)
    engine = Engine(
        prepare(), options.project.resolve(), _state(options), options.stack, secrets=frozenset(options.secret)
    )
    tell(NOTICE)
    if options.operation == "pulumi":
        return engine.call(passed_on)
    result, operation = _operate(engine, options, passed_on)
    print("\n".join(["", *_closing(engine, result, operation)]), flush=True)
    return result.exit_code


def _of_the_machine(problem: OSError) -> str:
    """What the machine refuses, as one sentence."""
    what = f"{problem.filename}: {problem.strerror}" if problem.filename else problem.strerror or str(problem)
    if problem.errno in NO_ROOM or not problem.filename:
        return f"{what}: expected room in the temporary folder (TMPDIR) and in {Layout().root}."
    if problem.errno in READ_ONLY:
        return f"{what}: expected a folder to write to; an offline run keeps what it makes in {Layout().root}."
    return f"{what}."


def _require_stack_file(project: Path, stack: str) -> None:
    """Refuse a stack without a file where others have one: it would run on defaults alone, so without protection."""
    files = sorted(file.name for file in project.glob("Pulumi.*.yaml"))
    if files and f"Pulumi.{stack}.yaml" not in files:
        names = " or ".join(name.removeprefix("Pulumi.").removesuffix(".yaml") for name in files)
        raise OfflineError(
            f"the stack {stack!r} has no file Pulumi.{stack}.yaml: expected {names}, or a file for a new stack."
        )


def _operate(engine: Engine, options: argparse.Namespace, passed_on: list[str]) -> tuple[Result, str]:
    """Runs an operation. Returns what it gave, and which it was: an `up` that its preview refuses ends with that."""
    config = dict(options.config) | {key: _secret_value(key) for key in options.secret}
    operation: str = options.operation
    if operation in ("preview", "up"):
        given = any(word.partition("=")[0] == PACK_CONFIGURATION for word in passed_on)
        strict = None if given or engine.project != REPOSITORY else json.loads(STRICT.read_text(encoding="utf-8"))
        pack: dict[str, Any] = {"policy_pack": POLICY_PACK, "policy_pack_config": strict}
        # A stack policy speaks when every resource is registered, which in an update is when most of them are made.
        of_preview = [word for word in passed_on if operation == "preview" or word not in OF_UPDATES]
        previewed = engine.preview(config=config, arguments=of_preview, show=True, **pack)
        if operation == "preview" or previewed.exit_code != 0:
            return previewed, "preview"
        return engine.up(config=config, arguments=passed_on, show=True, **pack), operation
    if operation == "refresh":
        return engine.refresh(config=config, arguments=passed_on, show=True), operation
    return engine.destroy(config=config, arguments=passed_on, show=True), operation


def _closing(engine: Engine, result: Result, operation: str) -> list[str]:
    lines = result.verdict.lines() if operation in ("preview", "up") else []
    if result.exit_code != 0:
        blocked = bool(result.verdict.mandatory)
        lines.append(
            f"{'Blocked by policy' if blocked else 'Failed'}: pulumi {operation} ended with {result.exit_code}."
        )
        lines += missing(result.events.errors)
        lines += explained(result.events.errors)
        if locked := engine.lock():
            lines.append(f"{locked[0].upper()}{locked[1:]}")
    return lines


def _state(options: argparse.Namespace) -> Path:
    state: Path = options.state
    return state.resolve()


def _parse(arguments: list[str]) -> tuple[argparse.Namespace, list[str]]:
    own, passed_on = [*arguments, *_from_environment()], []
    if "--" in arguments:
        cut = arguments.index("--")
        own, passed_on = [*arguments[:cut], *_from_environment()], arguments[cut + 1 :]
    parser = argparse.ArgumentParser(prog="python -m offline", description=__doc__, allow_abbrev=False)
    parser.add_argument("operation", choices=[*OPERATIONS, "pulumi"])
    parser.add_argument("--stack", type=_stack, default="dev", help="the stack (default: %(default)s)")
    parser.add_argument(
        "--config",
        type=_pair,
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="a configuration value for this run only. May be repeated",
    )
    parser.add_argument(
        "--secret",
        action="append",
        default=[],
        metavar="KEY",
        help="a secret for this run only, from the environment variable of that name in capitals, or standard input",
    )
    parser.add_argument("--project", type=Path, default=REPOSITORY, help="the folder of Pulumi.yaml")
    parser.add_argument(
        "--state", type=Path, default=REPOSITORY / ".offline" / "state", help="where the stacks are kept"
    )
    try:
        passed_on += shlex.split(os.environ.get("OFFLINE_ARGS", ""))
    except ValueError:
        parser.error("ARGS has a quotation mark without its pair: expected words as a shell reads them")
    return parser.parse_args(own), passed_on


def _from_environment() -> list[str]:
    """The options that `make` hands on. A value ends where the next KEY= begins, so that it may hold spaces."""
    given = {name: os.environ.get(f"OFFLINE_{name}", "").strip() for name in ("STACK", "CONFIG", "SECRETS")}
    options = [f"--stack={given['STACK']}"] if given["STACK"] else []
    options += [f"--config={pair}" for pair in re.split(r"\s+(?=[^\s=]+=)", given["CONFIG"]) if pair]
    return [*options, *(f"--secret={key}" for key in given["SECRETS"].split())]


def _secret_value(key: str) -> str:
    """The value of a secret from the environment, else from standard input: never from the command line.

    Raises OfflineError where there is none.
    """
    variable = re.sub(r"\W", "_", key.rpartition(":")[2]).upper()
    value = os.environ.get(variable)
    if value is None:
        value = getpass.getpass(f"{key}: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    if not value:
        raise OfflineError(f"there is no value for {key}: expected one in {variable}, or on standard input.")
    return value


def _stack(name: str) -> str:
    if not STACK_NAME.fullmatch(name):
        raise argparse.ArgumentTypeError(f"{name!r} is no stack name: letters, digits, '_', '.' and '-', at most 100")
    return name


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not (key and equals):
        # The text may hold a secret that lost its key: it is not repeated.
        raise argparse.ArgumentTypeError("a configuration value is given as KEY=VALUE")
    if is_secret(key):
        raise argparse.ArgumentTypeError(
            f"{key} is a secret, which the list of processes would show: expected --secret {key} (SECRETS={key} with "
            "make), which reads it from the environment or standard input"
        )
    return key, value


def _end(number: int, _frame: FrameType | None) -> None:
    """Ends this process as the signal would, but not before what it has started has ended and its folder is gone."""
    sys.exit(128 + number)


if __name__ == "__main__":
    for ending in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(ending) is not signal.SIG_IGN:
            signal.signal(ending, _end)
    sys.exit(main())
