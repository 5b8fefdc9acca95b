"""What the arguments of a `pulumi` command line say: which command, and on which stack."""

from __future__ import annotations

from collections.abc import Sequence

_OF_TRACING = ("--tracing", "--tracing-header", "--otel-traces", "--profiling", "--memprofilerate")

WITH_VALUES = frozenset(["-C", "--cwd", "-s", "--stack", "--color", "-v", "--verbose", *_OF_TRACING])
"""Options that may stand before a command and whose value is the next word (`pulumi --help`, and `--stack`)."""

TAKE_A_STACK_FILE = frozenset(["preview", "pre", "up", "update", "refresh", "destroy", "down", "dn", "import", "watch"])
"""Commands, with their other names, that start a program or its plugins, with the configuration of `--config-file`."""


def command(arguments: Sequence[str]) -> str:
    """The command's first word, such as `config` of `--color never config set`; empty without one."""
    words = iter(arguments)
    for word in words:
        if word in WITH_VALUES:
            next(words, None)
        elif not word.startswith("-"):
            return word
    return ""


def stack(arguments: Sequence[str]) -> str | None:
    """The stack that `--stack` names, without its organization and project; None where there is none."""
    name = _value(arguments, "-s", "--stack")
    return name.rpartition("/")[2] if name else None


def folder(arguments: Sequence[str]) -> str | None:
    """The folder that `--cwd` names, or None."""
    return _value(arguments, "-C", "--cwd")


def event_log(arguments: Sequence[str]) -> str | None:
    """The file that `--event-log` names, or None."""
    return _value(arguments, None, "--event-log")


def debugs(arguments: Sequence[str]) -> bool:
    """Whether `--debug` may be among them, of which the short form may stand in one word with others (`-yd`)."""
    return any(
        word.partition("=")[0] == "--debug" or (word.startswith("-") and not word.startswith("--") and "d" in word)
        for word in arguments
    )


def _value(arguments: Sequence[str], short: str | None, long: str) -> str | None:
    found = None
    for number, word in enumerate(arguments):
        if word in (short, long):
            found = arguments[number + 1] if number + 1 < len(arguments) else None
        elif word.startswith(f"{long}="):
            found = word.partition("=")[2]
        elif short is not None and word.startswith(short) and not word.startswith("--"):
            found = word.removeprefix(short).removeprefix("=")
    return found
