"""Brings together what a run needs: the CLI, the language host, the AWS stand-in."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from offline.aws.install import install as install_aws
from offline.cli import build, official
from offline.exclusive import exclusive
from offline.host import launcher
from offline.layout import REPOSITORY, Layout, OfflineError
from offline.plugins.install import InstallError


@dataclass(frozen=True)
class Tools:
    """A CLI that is ready to run, and the folders it may write to."""

    cli: Path
    layout: Layout = field(default_factory=Layout)


def tell(sentence: str) -> None:
    """Shows `sentence` on standard error, where it does not mix with the output of the engine."""
    print(sentence, file=sys.stderr, flush=True)


def prepare(layout: Layout | None = None, announce: Callable[[str], None] = tell) -> Tools:
    """Makes everything ready that is not yet; with everything there this takes milliseconds.

    Raises OfflineError with a sentence for the user when it can't.
    """
    layout = layout or Layout()
    path = os.environ.get("PATH", os.defpath)
    cli = official.find(path, layout.binaries, announce)
    if cli is None:
        cli = build.ensure(layout, path, announce)
        launcher.install(layout.binaries, Path(sys.executable), REPOSITORY)
    layout.home.mkdir(parents=True, exist_ok=True)
    try:
        with exclusive(layout.root / "home.lock", "installing the stand-in for AWS", announce):
            install_aws(layout.home)
    except InstallError as problem:
        raise OfflineError(f"{problem}.") from None
    return Tools(cli, layout)
