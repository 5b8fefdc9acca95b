"""Lays out a graph in the DOT language by Graphviz: `python graphviz_layout.py < graph.dot > picture.svg`.

A process of its own: Graphviz is a C library that writes its warnings, such as those on the fonts of a machine, to
standard error by itself, and one of its defects must not end an audit.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_LONGEST_SECONDS = 120


class LayoutError(Exception):
    """A graph that Graphviz does not lay out; the text is what it says."""


def laid_out(dot: str) -> str:
    """The SVG picture of a graph, laid out in layers by `dot`.

    Raises:
        LayoutError: Where Graphviz fails, or takes longer than two minutes.
    """
    command = [sys.executable, str(Path(__file__).resolve())]
    try:
        done = subprocess.run(command, input=dot.encode(), capture_output=True, timeout=_LONGEST_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise LayoutError(f"it took longer than {_LONGEST_SECONDS} seconds") from None
    if done.returncode != 0 or not done.stdout:
        raise LayoutError(done.stderr.decode(errors="replace").strip() or f"it ended with {done.returncode}")
    return done.stdout.decode()


def main() -> None:
    """Read a graph from standard input, and write its picture to standard output."""
    # Loaded here: the other commands of `audit` run where Graphviz is not installed.
    import pygraphviz  # type: ignore[import-untyped]  # it has no types

    graph = pygraphviz.AGraph(string=sys.stdin.buffer.read().decode())
    sys.stdout.buffer.write(graph.draw(format="svg", prog="dot"))


if __name__ == "__main__":
    main()
