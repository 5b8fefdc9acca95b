"""The Python interpreter that a project or policy pack names in its runtime options, and what is installed for it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


class InterpreterError(Exception):
    """The interpreter that the options name can't be used; the message is one sentence for the user."""


@dataclass(frozen=True)
class Plugin:
    """A resource plugin that an installed Python package asks for."""

    name: str
    version: str
    server: str = ""


def environment_folder(root: Path, options: Mapping[str, object]) -> Path | None:
    """The virtual environment that ``virtualenv`` in `options` names, relative to `root`; None without one.

    The toolchain ``uv`` has ``.venv`` where none is named (as in ``pulumi-resource-pulumi-python`` of the Pulumi SDK).
    """
    named = options.get("virtualenv") or (".venv" if options.get("toolchain") == "uv" else None)
    return root / str(named) if named else None


def executable(root: Path, options: Mapping[str, object]) -> Path:
    """The interpreter of the named virtual environment, or the one on PATH where none is named.

    Raises InterpreterError when there is none.
    """
    folder = environment_folder(root, options)
    if folder is None:
        found = shutil.which("python3") or shutil.which("python")
        if found is None:
            raise InterpreterError(f"{root} names no virtualenv in its runtime options, and PATH has no python3.")
        return Path(found)
    for candidate in (folder / "bin" / "python", folder / "Scripts" / "python.exe"):
        if candidate.exists():
            return candidate
    raise InterpreterError(
        f"The runtime options of {root} name the virtualenv {os.path.relpath(folder, root)!r}, "
        f"but {folder} is no virtual environment; `pulumi install` or `make setup` makes it."
    )


def environment_variables(python: Path, base: Mapping[str, str]) -> dict[str, str]:
    """`base` as an activated virtual environment leaves it: what the program starts finds the same Python."""
    variables = {key: value for key, value in base.items() if key not in ("PYTHONHOME", "__PYVENV_LAUNCHER__")}
    if (python.parent.parent / "pyvenv.cfg").exists():
        variables["VIRTUAL_ENV"] = str(python.parent.parent)
        variables["PATH"] = os.pathsep.join(filter(None, (str(python.parent), base.get("PATH", ""))))
    return variables


def version(python: Path) -> str:
    """The version of `python`, such as ``3.11.7``."""
    if python.resolve() == Path(sys.executable).resolve():
        return sys.version.split()[0]  # This is the same interpreter, which a virtual environment does not change.
    return _ask(python, "import platform; print(platform.python_version())").strip()


def required_plugins(python: Path) -> list[Plugin]:
    """The resource plugins that the packages installed for `python` ask for in their ``pulumi-plugin.json``.

    A package that names no plugin or no version gives its own name and version, as it does for the official host.
    """
    plugins: dict[str, Plugin] = {}
    for entry in _search_path(python):
        for file in sorted(Path(entry or ".").glob("*/pulumi-plugin.json")):
            plugin = _declared_plugin(file)
            if plugin is not None:
                plugins.setdefault(plugin.name, plugin)
    return [plugins[name] for name in sorted(plugins)]


def _search_path(python: Path) -> list[str]:
    """Where `python` looks for modules. The interpreter that runs this is not started again to be asked."""
    if python.parent.parent.resolve() == Path(sys.prefix).resolve() and (python.parent.parent / "pyvenv.cfg").exists():
        return sys.path
    found: list[str] = json.loads(_ask(python, "import json, sys; print(json.dumps(sys.path))"))
    return found


def _declared_plugin(file: Path) -> Plugin | None:
    declared = json.loads(file.read_text(encoding="utf-8"))
    if not declared.get("resource"):
        return None
    package = file.parent.name
    name = declared.get("name") or package.removeprefix("pulumi_").replace("_", "-")
    return Plugin(name, declared.get("version") or _installed_version(package, file), declared.get("server") or "")


def _installed_version(package: str, file: Path) -> str:
    from importlib import metadata  # Hardly ever needed, and a seventh of what the host imports.

    for distribution in metadata.distributions(name=package, path=[str(file.parent.parent)]):
        return distribution.version
    raise InterpreterError(f"{file} names no version of its plugin, and {package} is not an installed distribution.")


def _ask(python: Path, code: str) -> str:
    answer = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        raise InterpreterError(f"{python} does not run: {answer.stderr.strip() or f'exit code {answer.returncode}'}")
    return answer.stdout
