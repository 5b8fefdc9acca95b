"""Runs the preview that evidence is made of, and asks who ran what, when and where."""

from __future__ import annotations

import getpass
import os
import platform
import shlex
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import IO

from audit.events import EventLog, parse
from audit.evidence import Provenance

_POLL = 0.2
"""Seconds between two looks at the event log, for the progress that is shown."""


_SHOWS_THE_OPTION = {"PULUMI_DEBUG_COMMANDS": "1"}
"""The CLI has the option ``--event-log`` only with it."""


_WHOLE = ("--json", "--show-sames", "--show-reads")
"""What makes the document have every resource, also those that do not change."""


class CaptureError(Exception):
    """The preview could not be run; the message says why in a sentence."""


@dataclass(frozen=True)
class Capture:
    """What one preview left behind.

    Attributes:
        command: The command line.
        exit_code: What it ended with.
        log: The text of the event log.
        document: What it printed: the document of `pulumi preview --json`, or less where it broke off.
        errors: What it printed on standard error.
    """

    command: Sequence[str]
    exit_code: int
    log: str
    document: str
    errors: str

    def events(self) -> EventLog:
        """The event log. A last line that is half written is left out: the run broke off while writing it."""
        lines = self.log.splitlines()
        if self.log and not self.log.endswith("\n"):
            lines.pop()
        return parse(lines)


def preview(
    cli: Sequence[str],
    options: Sequence[str],
    folder: Path,
    progress: Callable[[int], None],
    environment: Mapping[str, str] | None = None,
) -> Capture:
    """Run `pulumi preview` with its event log and its JSON document.

    Args:
        cli: The command that is the Pulumi CLI.
        options: More of its options: stack, policy packs and their configurations.
        folder: The folder of the program.
        progress: Called with how many resources were evaluated so far.
        environment: The environment; None for that of this process.

    Raises:
        CaptureError: Where the CLI is not there, or wrote no event log.
    """
    pulumi_cli(cli[0])
    with tempfile.TemporaryDirectory() as private:
        log = Path(private, "events.jsonl")
        command = [*cli, "preview", *_WHOLE, "--event-log", str(log), "--non-interactive", *options]
        stop = threading.Event()
        watch = threading.Thread(target=_watch, args=(log, stop, progress), daemon=True)
        watch.start()
        try:
            done = subprocess.run(
                command,
                cwd=folder,
                env={**(os.environ if environment is None else environment), **_SHOWS_THE_OPTION},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                check=False,
            )
        except OSError as error:
            raise CaptureError(f"{cli[0]} cannot be run: {error.strerror}.") from None
        finally:
            stop.set()
            watch.join()
        text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    if not text:
        raise CaptureError(f"the preview wrote no event log: {last_error(done.stderr or done.stdout)}")
    shown = ["<event log>" if word == str(log) else word for word in command]
    return Capture(shown, done.returncode, text, done.stdout, done.stderr)


def pulumi_cli(command: str) -> str:
    """The file of the command that is the Pulumi CLI. Raises CaptureError where there is none."""
    found = shutil.which(command)
    if found is None:
        raise CaptureError(f"there is no command {command}; install the Pulumi CLI, or name it with --pulumi.")
    return found


def last_error(output: str) -> str:
    """The last line of an output that says something, without the word error."""
    said = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in said if line.startswith("error:")] or said
    return errors[-1].removeprefix("error:").strip() if errors else "it ended without a word."


def _watch(log: Path, stop: threading.Event, progress: Callable[[int], None]) -> None:
    """Report how many resources were evaluated, each time that more are."""
    position, count, told = 0, 0, -1
    while not stop.wait(_POLL):
        with suppress(OSError), log.open("rb") as file:
            file.seek(position)
            part = file.read()
            position += len(part)
            count += part.count(b'"policyAnalyzeSummaryEvent"')
        if count != told:
            told = count
            progress(count)


def provenance(
    command: Sequence[str],
    folder: Path,
    versions: Mapping[str, str],
    began: int | None = None,
    ended: int | None = None,
) -> Provenance:
    """Who ran what, when and where.

    Args:
        command: The command line.
        folder: The folder of the program.
        versions: The versions that are known besides those of Python and the system.
        began: When the run began, in seconds since 1970; None for now.
        ended: When it was over, likewise.
    """
    commit, dirty = _git(folder)
    return Provenance(
        command=shlex.join(command),
        began=_moment(began),
        ended=_moment(ended),
        user=f"{_user()}@{platform.node()}",
        git_commit=commit,
        git_dirty=dirty,
        versions={**versions, "Python": platform.python_version(), "system": platform.platform()},
    )


def _moment(seconds: int | None) -> str:
    when = datetime.now(timezone.utc) if seconds is None else datetime.fromtimestamp(seconds, timezone.utc)
    return when.isoformat(timespec="seconds")


def cli_version(cli: Sequence[str], environment: Mapping[str, str] | None = None) -> str:
    """The version of the Pulumi CLI; empty where it does not say."""
    with suppress(OSError, subprocess.TimeoutExpired):
        done = subprocess.run(
            [*cli, "version"], env=environment, capture_output=True, text=True, timeout=60, check=False
        )
        if done.returncode == 0:
            return done.stdout.strip().splitlines()[-1] if done.stdout.strip() else ""
    return ""


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid()) if hasattr(os, "getuid") else "unknown"


def _git(folder: Path) -> tuple[str, bool | None]:
    """The commit of a folder, and whether something in it is not committed; nothing where it is in no repository."""
    git = shutil.which("git")
    if git is None:
        return "", None

    def ask(*words: str) -> str | None:
        done = subprocess.run([git, *words], cwd=folder, capture_output=True, text=True, check=False)
        return done.stdout.strip() if done.returncode == 0 else None

    commit, status = ask("rev-parse", "HEAD"), ask("status", "--porcelain")
    return commit or "", None if status is None else bool(status)


def pack_python(pack: Path) -> str:
    """The interpreter that runs a policy pack: that of the environment its `PulumiPolicy.yaml` names, or this one."""
    for line in (pack / "PulumiPolicy.yaml").read_text(encoding="utf-8").splitlines():
        name, _, value = line.strip().partition(":")
        if name == "virtualenv":
            for place in ("bin/python", "Scripts/python.exe"):
                python = pack / value.strip().strip("\"'") / place
                if python.exists():
                    return str(python)
    return sys.executable


def ask_pack(pack: Path, arguments: Sequence[str], stdin: str = "", seconds: int = 120) -> str | None:
    """What a command of a policy pack prints; None where the pack has no such command.

    A pack made with Pulumi's policy SDK alone takes every argument for the engine's address: it prints a port and
    serves. It is ended as soon as it does.
    """
    command = [pack_python(pack), str(pack), *arguments]
    try:
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
        )
    except OSError:
        return None
    timer = threading.Timer(seconds, process.kill)
    timer.start()
    try:
        with process as running:
            return _answer(running, stdin)
    finally:
        timer.cancel()


def _answer(process: subprocess.Popen[str], stdin: str) -> str | None:
    streams = (process.stdin, process.stdout, process.stderr)
    given, told, complained = (stream for stream in streams if stream is not None)
    feeder = threading.Thread(target=_feed, args=(given, stdin), daemon=True)
    drain = threading.Thread(target=complained.read, daemon=True)
    feeder.start()
    drain.start()
    try:
        first = told.read(1)
        if first != "{":
            return None
        text = first + told.read()
        return text if process.wait() == 0 else None
    finally:
        process.kill()
        feeder.join()
        drain.join()


def _feed(stream: IO[str], text: str) -> None:
    with suppress(OSError, ValueError), stream:
        stream.write(text)
