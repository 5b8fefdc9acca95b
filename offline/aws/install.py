"""Puts the stand-in where the Pulumi CLI looks for the AWS plugin, in a Pulumi home of the project's own.

python -m offline.aws.install --pulumi CLI --home DIRECTORY
"""

from __future__ import annotations

import argparse
import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

from offline.aws import LABEL
from offline.aws.source import SourceError, version

EXECUTABLE = "pulumi-resource-aws"


class InstallError(Exception):
    """The stand-in could not be installed; the text says why in one sentence."""


def launcher(python: Path, root: Path) -> str:
    """Return the script that the engine starts: this project's interpreter with this project on its path."""
    return (
        "#!/bin/sh\n"
        f"# {LABEL}: answers in place of the AWS plugin, without an AWS account.\n"
        f'PYTHONPATH={shlex.quote(str(root))} exec {shlex.quote(str(python))} -m offline.aws "$@"\n'
    )


def install(cli: Path, home: Path) -> None:
    """Install the stand-in into a Pulumi home; do nothing where it is installed already.

    Args:
        cli: the `pulumi` executable.
        home: the `PULUMI_HOME` to install into, which must not be the user's own.

    Raises:
        InstallError: the home is the user's own or holds a real plugin, or the CLI failed.
    """
    home = home.resolve()
    if home == (Path.home() / ".pulumi").resolve():
        raise InstallError(f"{home} is your own Pulumi home; the {LABEL} goes into one of the project's")
    script = launcher(Path(sys.executable), Path(__file__).resolve().parents[2])
    try:
        wanted = version()
    except ImportError as error:
        raise InstallError("the Python package pulumi-aws is not installed in this environment") from error
    target = home / "plugins" / f"resource-aws-v{wanted}" / EXECUTABLE
    if target.exists():
        present = target.read_bytes()
        if present == script.encode():
            return
        if LABEL.encode() not in present[:200]:
            raise InstallError(f"{target} is a real AWS plugin; the {LABEL} does not replace it")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / EXECUTABLE
        path.write_text(script, encoding="utf-8")
        path.chmod(0o755)
        _run([str(cli), "plugin", "install", "resource", "aws", wanted, "--file", folder, "--reinstall"], home)


def _run(command: list[str], home: Path) -> None:
    environment = {**os.environ, "PULUMI_HOME": str(home), "PULUMI_SKIP_UPDATE_CHECK": "true"}
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    except OSError as error:
        raise InstallError(f"cannot run {command[0]}: {error.strerror}") from error
    if done.returncode:
        raise InstallError(f"{command[0]} refused to install the {LABEL}: {(done.stderr or done.stdout).strip()}")


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
