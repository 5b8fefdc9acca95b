"""Puts stand-ins where the Pulumi CLI looks for provider plugins, in a Pulumi home of the project's own."""

from __future__ import annotations

import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

from offline.host.launcher import write_script

REPOSITORY = Path(__file__).resolve().parents[2]


class InstallError(Exception):
    """The stand-in could not be installed; the text says why in one sentence."""


@dataclass(frozen=True)
class StandIn:
    """What answers in place of the plugin `name`: the Python module that runs, and what it is given as arguments."""

    name: str
    module: str
    arguments: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """How the stand-in names itself in every message, so that nobody takes its word for that of the plugin."""
        return f"{self.name} (offline stand-in)"

    @property
    def executable(self) -> str:
        """The name of the executable that the engine starts."""
        return f"pulumi-resource-{self.name}"

    def script(self, python: Path, root: Path) -> str:
        """Return the script that the engine starts: this project's interpreter with this project on its path."""
        command = shlex.join([str(python), "-m", self.module, *self.arguments])
        return (
            "#!/bin/sh\n"
            f"# {self.label}: answers in place of the plugin.\n"
            f'PYTHONPATH={shlex.quote(str(root))} exec {command} "$@"\n'
        )


def install(stand_in: StandIn, version: str, home: Path) -> None:
    """Install a stand-in into a Pulumi home; do nothing where it is installed already.

    It is written where ``pulumi plugin install`` would put it, and in one step: two runs at once may both do it.

    Args:
        stand_in: what to install.
        version: the version of the plugin that it answers for, as the program's package asks for it.
        home: the `PULUMI_HOME` to install into, which must not be the user's own.

    Raises:
        InstallError: the home is the user's own, holds a real plugin, or cannot be written to.
    """
    home = home.resolve()
    if home == (Path.home() / ".pulumi").resolve():
        raise InstallError(f"{home} is your own Pulumi home; the {stand_in.label} goes into one of the project's")
    script = stand_in.script(Path(sys.executable), REPOSITORY)
    target = home / "plugins" / f"resource-{stand_in.name}-v{version}" / stand_in.executable
    try:
        if target.exists() and stand_in.label.encode() not in target.read_bytes()[:200]:
            raise InstallError(f"{target} is a real plugin; the {stand_in.label} does not replace it")
        target.parent.mkdir(parents=True, exist_ok=True)
        write_script(target, script)
    except OSError as error:
        raise InstallError(f"cannot install the {stand_in.label} as {target}: {error.strerror}") from error
