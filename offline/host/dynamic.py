"""Runs a program's dynamic providers, which the engine starts as the plugin `pulumi-python` beside the CLI.

The SDK in the program's own environment does the work (`python -m pulumi.dynamic`). The engine hands over the runtime
options of ``Pulumi.yaml`` in the environment, and starts the plugin in the folder of the program.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from offline.host import interpreter

PREFIX = "PULUMI_RUNTIME_"
"""Before the name of a runtime option, in capitals (`NewProvider` in Pulumi's Go package `plugin`)."""


def command(arguments: Sequence[str], folder: Path, environment: Mapping[str, str]) -> tuple[list[str], dict[str, str]]:
    """The command that serves the providers of the program in `folder`, and its environment.

    Raises InterpreterError when the options name no virtual environment that is there.
    """
    options = {key[len(PREFIX) :].lower(): value for key, value in environment.items() if key.startswith(PREFIX)}
    # A relative virtual environment lies beside Pulumi.yaml; the program may be in a folder of its own (`main`).
    root = next((parent for parent in (folder, *folder.parents) if (parent / "Pulumi.yaml").exists()), folder)
    python = interpreter.executable(root, options)
    variables = interpreter.environment_variables(python, environment)
    return [str(python), "-u", "-m", "pulumi.dynamic", *arguments], variables


def run(arguments: Sequence[str]) -> None:
    """Becomes the process of the dynamic providers, or ends with one sentence."""
    try:
        words, variables = command(arguments, Path.cwd(), os.environ)
    except interpreter.InterpreterError as problem:
        sys.exit(str(problem))
    os.execve(words[0], words, variables)  # noqa: S606 - there is no shell, and none is wanted
