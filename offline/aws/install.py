"""Puts the stand-in where the Pulumi CLI looks for the AWS plugin, in a Pulumi home of the project's own.

python -m offline.aws.install --pulumi CLI --home DIRECTORY
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from offline.aws.source import SourceError, version
from offline.plugins import install as plugins
from offline.plugins.install import InstallError, StandIn

STAND_IN = StandIn("aws", "offline.aws")


def install(cli: Path, home: Path) -> None:
    """Install the stand-in into a Pulumi home; do nothing where it is installed already.

    Args:
        cli: the `pulumi` executable.
        home: the `PULUMI_HOME` to install into, which must not be the user's own.

    Raises:
        InstallError: the home is the user's own or holds a real plugin, or the CLI failed.
    """
    try:
        wanted = version()
    except ImportError as error:
        raise InstallError("the Python package pulumi-aws is not installed in this environment") from error
    plugins.install(STAND_IN, wanted, cli, home)


def main(arguments: list[str] | None = None) -> int:
    """Install from the command line; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m offline.aws.install", description=__doc__)
    parser.add_argument("--pulumi", type=Path, required=True, help="the pulumi executable")
    parser.add_argument("--home", type=Path, required=True, help="the PULUMI_HOME to install into")
    chosen = parser.parse_args(arguments)
    try:
        install(chosen.pulumi, chosen.home)
    except (InstallError, SourceError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
