"""The page of `make bench`, from its figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import jinja2

from tools.benchmark.figures import Goal, Results, Row, Spread
from tools.benchmark.packs import Number
from tools.benchmark.rivals import Report

TEMPLATES = Path(__file__).parent.parent / "templates"


@dataclass(frozen=True)
class Conditions:
    """How it was measured.

    Attributes:
        day: The day, as YYYY-MM-DD.
        runs: Runs of each.
        previews: Runs of each whole preview.
        machine: The machine, in a few words.
        versions: The versions of what took part, by name.
        load: The load average of the minute before.
        policies: How many policies the pack has, and so the SDK's.
        largest_for_sdk: Above so many resources the SDK is not run.
        reports: What the other tools reported, by tool and by the copies of the stack.
    """

    day: str
    runs: int
    previews: int
    machine: str
    versions: Mapping[str, str]
    load: float
    policies: Number
    largest_for_sdk: int
    reports: Mapping[str, Mapping[int, Report]]

    @property
    def doubts(self) -> list[str]:
        """Why the figures may be worse than the pack's, or no measurement at all: sentences."""
        found = []
        if self.load > 1:
            found.append(
                f"The machine was busy before the first run (load average {self.load:.1f}): figures may be too high."
            )
        if self.runs < 5:
            found.append(
                f"Each was run {self.runs} of at least 5 times: the figures only show that the benchmark works."
            )
        return found


def render(results: Results, conditions: Conditions) -> str:
    """The page as Markdown."""
    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # noqa: S701 - the page is Markdown made from our own figures
    )
    return templates.get_template("performance.md.j2").render(
        conditions=conditions,
        goals=goals(results.goals),
        previews=previews(results.previews),
        processes=processes(results.stacks),
        growth=growth(results),
        rivals=rivals(results.own),
    )


def goals(found: Sequence[Goal]) -> str:
    """Each goal beside its figure."""
    words = {True: "yes", False: "**no**", None: "not measured"}
    rows = []
    for goal in found:
        sign = "≥" if goal.is_least else "≤"
        measured = "" if goal.measured is None else _with_unit(f"{goal.measured:.2f}", goal.unit)
        by_floor = "" if goal.by_floor is None else f"{goal.by_floor[0]:.2f} × / {goal.by_floor[1]:.2f} ×"
        limit = f"{sign} {_with_unit(f'{round(goal.limit, 2):g}', goal.unit)}"
        rows.append([goal.what, limit, measured, words[goal.holds], by_floor])
    return _table(["what", "goal", "measured", "holds", "as times the floor: goal / measured"], "l r r l r", rows)


def previews(row: Row) -> str:
    """The whole preview, with and without packs."""
    names = {"none": "without a pack", "sdk": "with a pack of the SDK of one policy", "pack": "with our pack"}
    return _table(
        ["preview", "CPU, s", "more than without, s", "against without"],
        "l r r r",
        [
            [title, _text(row.cpu(name)), f"{row.added(name, 'none') or 0:.2f}", _times(row.times(name, "none"))]
            for name, title in names.items()
        ],
    )


def processes(rows: Sequence[Row]) -> str:
    """The pack's process beside the floor and the SDK's."""
    head = ["stack", "resources", "floor, s", "pack, s", "stock SDK, s", "SDK against pack"]
    head += ["`AnalyzeStack`, s", "floor, MiB", "pack, MiB", "against floor"]
    cells = []
    for row in rows:
        cpu = [_text(row.cpu("floor")), _text(row.cpu("pack")), _or_why(row, "sdk"), _times(row.times("sdk", "pack"))]
        memory = [row.memory("floor"), row.memory("pack")]
        of_memory = None if None in memory else memory[1].median / memory[0].median  # type: ignore[union-attr]
        shown = [_text(row.analyze_stack("pack")), *(_text(one, 0) for one in memory), _times(of_memory)]
        cells.append([row.title, f"{row.resources:,}", *cpu, *shown])
    return _table(head, "l r r r r r r r r r", cells)


def growth(results: Results) -> str:
    """How `AnalyzeStack` grows."""
    rows = [
        [
            one.title,
            f"{one.sizes[0]:,} → {one.sizes[1]:,}",
            f"{one.seconds[0]:.3f} → {one.seconds[1]:.3f}",
            f"{one.exponent:.2f}",
        ]
        for one in results.growth
    ]
    return _table(["shape", "resources", "`AnalyzeStack`, s", "exponent"], "l r r r", rows)


def rivals(own: Mapping[int, Row]) -> str:
    """Other tools on the same stack, as a Terraform plan."""
    rows = []
    for _, row in sorted(own.items()):
        if not row.in_plan:
            continue
        checkov = [_or_why(row, "checkov"), _times(row.times("checkov", "pack"))]
        guard = [_or_why(row, "cfn-guard"), _times(row.times("cfn-guard", "pack"))]
        rows.append([f"{row.resources:,}", f"{row.in_plan:,}", _text(row.cpu("pack")), *checkov, *guard])
    head = ["resources", "of them in the plan", "pack, s", "Checkov, s", "against pack", "cfn-guard, s", "against pack"]
    return _table(head, "r r r r r r r", rows)


def _or_why(row: Row, name: str) -> str:
    return _text(row.cpu(name)) or row.left_out.get(name, "not run")


def _text(spread: Spread | None, digits: int = 2) -> str:
    return "" if spread is None else spread.text(digits)


def _times(number: float | None) -> str:
    return "" if number is None else f"{number:.2f} ×"


def _with_unit(number: str, unit: str) -> str:
    return f"{number} {unit}" if unit else number


def _table(head: Sequence[str], sides: str, rows: Sequence[Sequence[str]]) -> str:
    """A table of Markdown; `sides` has `l` or `r` for each column."""
    marks = ["--:" if side == "r" else "---" for side in sides.split()]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [head, marks, *rows])
