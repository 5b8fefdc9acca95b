"""Which plugins a program asks for, and what to say of those that have no stand-in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from offline.aws.source import version as aws_version
from offline.host import interpreter
from offline.host.interpreter import InterpreterError
from offline.plugins.catalogue import NAMES, VERSIONS, stand_in
from offline.plugins.install import install

_MISSING = re.compile(
    r"no resource plugin 'pulumi-resource-(?P<name>[\w-]+)' found(?:.*? at version v(?P<version>\S+))?"
)
"""How the engine says that it has no plugin (`MissingError` in Pulumi's Go package `workspace`)."""

INSTEAD = "use an official Pulumi installation (`pulumi preview`) for it"


def install_required(project: Path, options: Mapping[str, object], home: Path) -> None:
    """Install the stand-ins for the plugins that the packages of a Python program ask for, in their versions.

    Args:
        project: the folder of ``Pulumi.yaml``.
        options: the runtime options in it.
        home: the `PULUMI_HOME` to install into.

    Raises:
        InstallError: a stand-in could not be installed.
    """
    try:
        required = interpreter.required_plugins(interpreter.executable(project, options))
    except InterpreterError:
        # The language host says so, in the place where the user looks for it.
        return
    for plugin in required:
        if plugin.name in NAMES:
            install(stand_in(plugin.name, plugin.version), plugin.version, home)


def install_all(home: Path) -> None:
    """Install every stand-in, each in the version that it follows: a program in YAML has no packages that would ask.

    Raises:
        InstallError: a stand-in could not be installed.
    """
    for name, version in VERSIONS.items():
        install(stand_in(name, version), version, home)


def missing(errors: Iterable[str]) -> list[str]:
    """Return one sentence for each plugin that the engine did not find, from the errors in its log."""
    found = {match["name"]: match["version"] for error in errors if (match := _MISSING.search(error))}
    return [_sentence(name, version) for name, version in sorted(found.items())]


def _sentence(name: str, version: str | None) -> str:
    if name == "aws":
        return (
            f"The offline engine stands in for the AWS plugin {aws_version()} alone, and the program asks for "
            f"{version or 'another'}: install pulumi-aws {aws_version()} for the program (in YAML, leave the version "
            f"out), or {INSTEAD}."
        )
    if name in NAMES:
        return (
            f"The program uses the plugin {' '.join(filter(None, (name, version)))} without its package: install "
            f"pulumi-{name} for it (in YAML, leave the version out), or {INSTEAD}."
        )
    return f"The offline engine stands in for the plugins aws, random and tls alone, not for {name}: {INSTEAD}."
