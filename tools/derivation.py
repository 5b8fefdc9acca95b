"""What the scripts have in common that derive committed data from the release of a library, as its registry has it."""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Callable
from pathlib import Path


class DerivationError(Exception):
    """The file given is no release that the script can read."""


def provenance(wheel: Path) -> dict[str, str]:
    """The entries of a derived file that say which release it is of, to the byte. Raises OSError."""
    return {"source": wheel.name, "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest()}


def run(
    derive: Callable[[Path, Path], int],
    arguments: list[str] | None,
    *,
    description: str,
    release: str,
    target: Path,
    unit: str,
) -> int:
    """Read the command line of a script and derive; returns the exit code.

    Args:
        derive: Writes the second path from the first and returns how much that is, in `unit`.
        arguments: The words of the command line; those of the process where there are none.
        description: What the script does.
        release: The name of the release's file.
        target: Where the derived file goes if the command line does not say.
        unit: What `derive` counts.
    """
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("release", type=Path, help=f"{release}, as its registry's client downloads it")
    parser.add_argument("--target", type=Path, default=target, help="the file to write")
    given = parser.parse_args(arguments)
    try:
        amount = derive(given.release, given.target)
    except (DerivationError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{given.target.name}: {amount} {unit}\n")
    return 0
