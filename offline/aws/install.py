"""Puts the stand-in where the Pulumi CLI looks for the AWS plugin, in a Pulumi home of the project's own."""

from __future__ import annotations

from pathlib import Path

from offline.aws.source import SourceError, version
from offline.plugins import install as plugins
from offline.plugins.install import InstallError, StandIn

STAND_IN = StandIn("aws", "offline.aws")


def install(home: Path) -> None:
    """Install the stand-in into a Pulumi home, under the version of the installed package.

    Raises:
        InstallError: as `offline.plugins.install.install`, or the package is not installed.
    """
    try:
        wanted = version()
    except SourceError as error:
        raise InstallError("the Python package pulumi-aws is not installed in this environment") from error
    plugins.install(STAND_IN, wanted, home)
