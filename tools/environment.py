"""Makes a virtual environment of the project and installs into it, once, however many `make` ask for it at a time.

python -m tools.environment STAMP REQUIREMENTS... [--add] [--note SENTENCE]

The first of REQUIREMENTS is installed; the environment is of the folder of STAMP, which is made last, so that an
installation that broke off is done again. It is made anew unless `--add` is given: what was removed from the list must
not linger. Runs on Python's standard library alone.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from offline.exclusive import exclusive

LOCKS = Path(".offline")


def main(arguments: list[str] | None = None) -> int:
    """Makes what the arguments ask for, unless another run did meanwhile. Returns 0, or the code of what failed."""
    parser = argparse.ArgumentParser(prog="python -m tools.environment", description=__doc__)
    parser.add_argument("stamp", type=Path)
    parser.add_argument("requirements", type=Path, nargs="+", help="what to install, and what else the stamp rests on")
    parser.add_argument("--add", action="store_true", help="install into the environment that is there")
    parser.add_argument("--note", default="", help="what to say before it begins")
    options = parser.parse_args(arguments)
    try:
        return _make(options.stamp, options.requirements, options.add, options.note)
    except OSError as problem:
        _tell(f"error: {problem.filename or options.stamp.parent}: {problem.strerror or problem}.")
        return 2
    except KeyboardInterrupt:
        _tell("Interrupted.")
        return 130


def _make(stamp: Path, requirements: list[Path], add: bool, note: str) -> int:
    folder = stamp.parent
    with exclusive(LOCKS / f"{'-'.join(folder.parts).replace('.', '')}.lock", f"making {folder}", _tell):
        if _is_current(stamp, requirements):
            return 0
        if note:
            _tell(note)
        install = ["-m", "pip", "install", "--disable-pip-version-check", "-r", str(requirements[0])]
        commands = [[str(folder / "bin" / "python"), *install]]
        if not add:
            commands.insert(0, [sys.executable, "-m", "venv", "--clear", str(folder)])
        for command in commands:
            code = subprocess.run(command, check=False).returncode
            if code != 0:
                return code
        stamp.touch()
    return 0


def _is_current(stamp: Path, requirements: list[Path]) -> bool:
    """Whether the stamp is there and no older than what it rests on, as `make` has it."""
    return stamp.exists() and all(file.stat().st_mtime <= stamp.stat().st_mtime for file in requirements)


def _tell(sentence: str) -> None:
    print(sentence, flush=True)


if __name__ == "__main__":
    sys.exit(main())
