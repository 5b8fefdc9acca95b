"""Finds a class or a function in the source of the installed `pulumi_aws` package.

The source is read, not imported: importing one service of the package costs seconds (its nested types are megabytes of
generated code), finding a class in its text costs milliseconds.
"""

from __future__ import annotations

import functools
import importlib.util
import json
import re
from pathlib import Path

PACKAGE = "pulumi_aws"


class SourceError(Exception):
    """The package has no such resource, function or type, or is not shaped as expected."""


@functools.cache
def version() -> str:
    """Return the version of the plugin that the installed package asks for, which is the version of both.

    Raises:
        SourceError: the package is not installed.
    """
    return str(json.loads(text(root() / "pulumi-plugin.json"))["version"])


@functools.cache
def root() -> Path:
    """Return the folder of the installed package.

    Raises:
        SourceError: it is not installed.
    """
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise SourceError(f"the Python package {PACKAGE} is not installed")
    return Path(spec.origin).parent


@functools.lru_cache(maxsize=64)
def text(path: Path) -> str:
    """Return the text of a source file; empty if there is no such file."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""


@functools.cache
def resource_classes() -> dict[str, tuple[str, str]]:
    """Map each resource token to its folder (relative to the package) and its class, from the package's own table."""
    match = re.search(r'resource_modules="""\s*(\[.*?\])\s*"""', text(root() / "__init__.py"), re.DOTALL)
    if match is None:
        raise SourceError(f"{PACKAGE} {version()} has no table of its resources")
    return {
        token: (_folder(module["fqn"]), name)
        for module in json.loads(match[1])
        for token, name in module["classes"].items()
    }


def _folder(module: str) -> str:
    return "/".join(module.split(".")[1:]) or "."


def snake_case(name: str) -> str:
    """Spell a camelCase name the way Python names it (`getManagedPrefixList` to `get_managed_prefix_list`)."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])|(?<=[A-Z])([A-Z])(?=[a-z])", r"_\g<0>", name).lower()


def class_text(path: Path, name: str) -> str:
    """Return the source of one class of a file; empty if the file does not define it."""
    source = text(path)
    start = _find_class(source, name)
    if start < 0:
        return ""
    end = re.compile(r"^(?:@|class |def )", re.MULTILINE).search(source, start + 6)
    return source[start : end.start() if end else len(source)]


def _find_class(source: str, name: str) -> int:
    for opening in (f"\nclass {name}:", f"\nclass {name}("):
        position = source.find(opening)
        if position >= 0:
            return position + 1
    return -1


def file_with(folder: Path, guess: str, marker: str) -> Path:
    """Return the file of a folder that holds the marker, trying the likeliest name first.

    Raises:
        SourceError: no file of the folder holds it.
    """
    likely = folder / f"{guess}.py"
    if marker in text(likely):
        return likely
    for path in sorted(folder.glob("*.py")):
        if marker in text(path):
            return path
    raise SourceError(f"{PACKAGE} {version()} does not define {guess}")
