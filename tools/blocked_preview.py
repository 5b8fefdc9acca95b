"""Draws a preview that the policies block: the picture of README.md, and the outputs that two pages of docs/ show.

`make screenshot` runs it. It previews a copy of `infra/` with a few lines changed on the real offline engine, so it
takes some seconds and is not a part of `make docs`; run it when a title or a message of the policies shown changes.
"""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml
from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from tools.docs import DOCS, ROOT, between

PICTURE = DOCS / "assets" / "blocked-preview.svg"
PAGES = {"blocked": DOCS / "findings.md", "undecided": DOCS / "undecided.md"}
"""The pages with an output between two markers, by marker."""
WIDTH = 132


@dataclass(frozen=True)
class Edit:
    """One line of the program changed.

    Attributes:
        file: The file, below `infra/`.
        old: What stands there once.
        new: What stands there then.
        said: How the picture names the change; empty where there is no picture.
    """

    file: str
    old: str
    new: str
    said: str = ""


BLOCKED = (
    Edit("ml_api/service.py", "assign_public_ip=False", "assign_public_ip=True", "assign_public_ip=True"),
    Edit(
        "ml_api/firewall.py",
        '"Queries from the tasks", peer=task',
        '"Queries from the tasks", cidr=ANYWHERE',
        "cidr=ANYWHERE for the database's rule, in place of peer=task",
    ),
)
"""Tasks with public addresses, and a database that is open to the internet."""

UNDECIDED = (
    Edit(
        "ml_api/log_group.py",
        "retention_in_days=RETENTION_DAYS",
        "retention_in_days=RETENTION_DAYS"
        ' if resource_name != "api" else aws.ssm.Parameter("days", type="String", value="30").version',
    ),
)
"""A value that only the update makes known."""

_TEXT = (201, 209, 217)
_ANSI = [(72, 79, 88), (255, 123, 114), (126, 231, 135), (242, 204, 96), _TEXT, _TEXT, _TEXT, _TEXT]
THEME = TerminalTheme((22, 27, 34), _TEXT, _ANSI)
SVG = """\
<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg" role="img"
  aria-label="The output of make preview: the policies block it">
<style>
.{unique_id}-matrix {{
  font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
  font-size: {char_height}px; line-height: {line_height}px;
}}
{styles}
</style>
<defs>{lines}</defs>
<rect width="{width}" height="{height}" rx="8" fill="#161b22"/>
<g transform="translate(16, 12)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


@contextmanager
def changed(edits: Sequence[Edit]) -> Iterator[Path]:
    """A project of its own with a copy of the program with these edits, for as long as the block lasts."""
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        infra = Path(shutil.copytree(ROOT / "infra", project / "infra", ignore=shutil.ignore_patterns("__pycache__")))
        for edit in edits:
            text = (infra / edit.file).read_text(encoding="utf-8")
            if text.count(edit.old) != 1:
                raise ValueError(
                    f"{edit.old!r} stands {text.count(edit.old)} times in infra/{edit.file}; expected once."
                )
            (infra / edit.file).write_text(text.replace(edit.old, edit.new), encoding="utf-8")
        settings = yaml.safe_load((ROOT / "Pulumi.yaml").read_text(encoding="utf-8"))
        settings["runtime"]["options"]["virtualenv"] = sys.prefix
        (project / "Pulumi.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
        shutil.copy(ROOT / "Pulumi.dev.yaml", project)
        yield project


def preview(edits: Sequence[Edit]) -> str:
    """The output of `make preview` for a copy of the program with these edits, without the paths of this machine."""
    with changed(edits) as folder:
        command = [sys.executable, "-m", "offline", "preview", "--project", str(folder), "--state", f"{folder}/state"]
        run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return run.stdout.replace(f"{ROOT}/", "")


def policies_of(output: str) -> list[str]:
    """The part of an output on policies, and the summary at its end."""
    found = re.search(r"^Policies:\n(?:    .*\n)+", output, re.MULTILINE)
    if found is None:
        raise ValueError(f"The preview shows no finding:\n{output[-2000:]}")
    *_, closing = re.finditer(r"^\d+ resources? to .*", output, re.MULTILINE)
    return [*found.group().rstrip().splitlines(), "", *output[closing.start() :].rstrip().splitlines()]


def draw(lines: Sequence[str], edits: Sequence[Edit]) -> str:
    """The lines as an SVG picture of a terminal that needs no font or file from elsewhere."""
    wide = [part for line in lines for part in _wrapped(line)]
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    for edit in edits:
        console.print(Text(f"# infra/{edit.file}: {edit.said}", "dim"))
    console.print(Text("$ make preview", "bold"))
    for line in wide:
        console.print(_colored(line), no_wrap=True, crop=False)
    return console.export_svg(theme=THEME, code_format=SVG, unique_id="terminal", title="")


def _wrapped(line: str) -> list[str]:
    indent = " " * (len(line) - len(line.lstrip()))
    parts: list[str] = []
    for word in line.split():
        if parts and len(parts[-1]) + 1 + len(word) <= WIDTH - 2:
            parts[-1] += f" {word}"
        else:
            parts.append(indent + word)
    # Several spaces in a row are columns: such a line is short enough as it is.
    return [line] if len(line) <= WIDTH else parts


def _colored(line: str) -> Text:
    # A cross that every font has: the emoji is two columns wide in some and missing in others.
    text = Text(line.replace("❌", "✘"))
    text.highlight_regex(r"✘|\[mandatory\]|^Blocked by policy.*|\d+ mandatory", "red")
    text.highlight_regex(r"^Policies:|(?<=\]  )[a-z0-9-]+(?=  \()", "bold")
    text.highlight_regex(r"\[severity: \w+\]", "yellow")
    text.highlight_regex(r"\d+ checks passed", "green")
    return text


def main() -> int:
    """Draw the picture and put the outputs into the pages."""
    blocked, undecided = policies_of(preview(BLOCKED)), policies_of(preview(UNDECIDED))
    PICTURE.write_text(draw(blocked, BLOCKED), encoding="utf-8")
    print(f"wrote {PICTURE.relative_to(ROOT)}")
    for marker, lines in (("blocked", blocked), ("undecided", undecided)):
        page, body = PAGES[marker], "\n".join(["```text", *lines, "```"])
        page.write_text(between(page.read_text(encoding="utf-8"), marker, body), encoding="utf-8")
        print(f"wrote {page.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
