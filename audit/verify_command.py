"""`python -m audit verify`: whether an evidence folder is as it was written."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from audit.folder import verify
from audit.verdict import counted

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def add_to(commands: Commands) -> None:
    """Add the command to a parser. It ends with 0, with 1 where a file differs, and raises what `verify` raises."""
    command = commands.add_parser("verify", help="say whether an evidence folder is as it was written")
    command.add_argument("folder", type=Path, metavar="FOLDER", help="the evidence folder")
    command.add_argument("--event-log", type=Path, metavar="EVENTS", help="also compare the engine's event log")
    command.set_defaults(run=_verify)


def _verify(given: argparse.Namespace) -> int:
    found = verify(given.folder, given.event_log)
    for difference in found.differences:
        print(f"{difference.what}: {difference.file}")
    of_run = f"of {found.stack}, {found.began or 'at a time that is not known'}"
    incomplete = "" if found.is_complete else " The run broke off: the evidence is incomplete."
    if found.differences:
        print(f"{given.folder}: {counted(len(found.differences), 'file')} not as written ({of_run}).{incomplete}")
        return 1
    print(f"{given.folder}: {counted(found.files, 'file')} as written ({of_run}).{incomplete}")
    print(f"SHA-256 of the manifest, to compare with one kept elsewhere: {found.manifest}")
    return 0
