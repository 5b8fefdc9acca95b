"""The figures of `make bench`: spreads, ratios, growth, and the goals that they are held to."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tools.benchmark.processes import Run


@dataclass(frozen=True)
class Spread:
    """The minimum and the median of some runs."""

    least: float
    median: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """The spread of at least one value."""
        return cls(min(values), statistics.median(values))

    def text(self, digits: int = 2) -> str:
        """As the page has it."""
        return f"{self.least:,.{digits}f} / {self.median:,.{digits}f}"


@dataclass(frozen=True)
class Row:
    """Runs on one stack.

    Attributes:
        title: What the stack is.
        resources: How many resources it has.
        runs: The runs of each contender, by its name.
        left_out: Why a contender was not run, by its name.
        in_plan: How many resources of it are in the Terraform plan; 0 where none was made.
    """

    title: str
    resources: int
    runs: Mapping[str, Sequence[Run]]
    left_out: Mapping[str, str] = field(default_factory=dict)
    in_plan: int = 0

    def cpu(self, name: str) -> Spread | None:
        """CPU seconds of a contender; None where it was not run."""
        return Spread.of([run.cpu for run in self.runs[name]]) if self.runs.get(name) else None

    def analyze_stack(self, name: str) -> Spread | None:
        """CPU seconds of its `AnalyzeStack` alone."""
        return Spread.of([run.analyze_stack for run in self.runs[name]]) if self.runs.get(name) else None

    def memory(self, name: str) -> Spread | None:
        """Its peak memory in MiB."""
        return Spread.of([run.memory for run in self.runs[name]]) if self.runs.get(name) else None

    @property
    def noise(self) -> float:
        """By which part the median of a contender is above its minimum, of the one where that is most."""
        spreads = [spread for name in self.runs if (spread := self.cpu(name)) is not None]
        return max((one.median / one.least - 1 for one in spreads), default=0.0)

    def added(self, name: str, base: str) -> float | None:
        """How many CPU seconds a contender takes more than `base`, by medians; None where either was not run."""
        one, other = self.cpu(name), self.cpu(base)
        return None if one is None or other is None else one.median - other.median

    def times(self, name: str, base: str) -> float | None:
        """How many times the CPU seconds of `base` a contender takes, by medians; None where either was not run."""
        return ratio(self.cpu(name), self.cpu(base))


@dataclass(frozen=True)
class Growth:
    """How `AnalyzeStack` grows from a stack to a larger one of the same shape.

    Attributes:
        title: What the shape is.
        sizes: The resources of both.
        seconds: The CPU seconds of both.
    """

    title: str
    sizes: tuple[int, int]
    seconds: tuple[float, float]

    @classmethod
    def between(cls, title: str, small: Row, large: Row) -> Growth | None:
        """The growth of the pack's minima, which other work on the machine touches least; None without both."""
        before, after = small.analyze_stack("pack"), large.analyze_stack("pack")
        if before is None or after is None:
            return None
        return cls(title, (small.resources, large.resources), (before.least, after.least))

    @property
    def exponent(self) -> float:
        """The k for which the seconds grow as the k-th power of the resources: 1 is in proportion."""
        return math.log(self.seconds[1] / self.seconds[0]) / math.log(self.sizes[1] / self.sizes[0])


@dataclass(frozen=True)
class Goal:
    """One goal of the project.

    Attributes:
        what: What is measured.
        limit: The goal.
        measured: The figure; None where it was not measured.
        unit: `s` for CPU seconds, `×` for a ratio, or nothing.
        is_least: Whether the figure is to be at least the limit, rather than at most.
        floor: The CPU seconds of the floor now; None where the goal is no absolute time.
        floor_then: The CPU seconds of the floor on the machine that the goal was set on.
    """

    what: str
    limit: float
    measured: float | None
    unit: str = "s"
    is_least: bool = False
    floor: float | None = None
    floor_then: float | None = None

    @property
    def holds(self) -> bool | None:
        """Whether the goal is reached, by the figure as the page shows it; None where it was not measured."""
        if self.measured is None:
            return None
        shown, limit = round(self.measured, 2), round(self.limit, 2)
        return shown >= limit if self.is_least else shown <= limit

    @property
    def by_floor(self) -> tuple[float, float] | None:
        """The goal and the figure as times the floor of their machines: comparable on another machine."""
        if self.measured is None or self.floor is None or self.floor_then is None:
            return None
        return self.limit / self.floor_then, self.measured / self.floor


@dataclass(frozen=True)
class Results:
    """Everything that one run of `make bench` measured; a row that was left out is None.

    Attributes:
        own: This project's stack, by the number of copies.
        chains: Chains of security groups, by the number of groups.
        roles: Roles, by their number.
        previews: Whole previews: `none` without a pack, `sdk` with the smallest of the SDK, `pack` with ours.
    """

    own: Mapping[int, Row]
    chains: Mapping[int, Row]
    roles: Mapping[int, Row]
    previews: Row

    @property
    def stacks(self) -> list[Row]:
        """The stacks in the order of the page."""
        return [row for shape in (self.own, self.chains, self.roles) for _, row in sorted(shape.items())]

    @property
    def growth(self) -> list[Growth]:
        """The growth on each shape, from the second smallest of its own stack: the smallest is too short to tell."""
        found = [
            _growth("this project's stack", {k: row for k, row in self.own.items() if k > 1}),
            _growth("security groups in chains", self.chains),
            _growth("roles", self.roles),
        ]
        return [one for one in found if one is not None]

    @property
    def goals(self) -> list[Goal]:
        """The goals of the project, each with its figure."""
        own1, own10, own97 = (self.own.get(copies) for copies in (1, 10, 97))
        chains, roles = self.chains.get(1000), self.roles.get(1000)
        previews = self.previews
        found = [
            Goal("whole preview, against one without a pack", 1.12, previews.times("pack", "none"), "×"),
            Goal(
                "whole preview, against one with the smallest pack of the SDK: 1 and the noise",
                1 + previews.noise,
                previews.times("pack", "sdk"),
                "×",
            ),
            _seconds("the pack's process, this project's stack", 0.40, own1, 0.30),
            _seconds("the pack's process, ten of it", 1.3, own10, 0.87),
            _seconds("the pack's process, 97 of it", 10, own97, 6.8),
            Goal("`AnalyzeStack`, 97 of it", 2, _median(own97.analyze_stack("pack") if own97 else None)),
            _seconds("the pack's process, 1,000 security groups in chains", 3.5, chains, 2.8),
            _seconds("the pack's process, 1,000 roles", 5, roles, 1.6),
        ]
        found += [Goal(f"growth of `AnalyzeStack`, {one.title}", 1.1, one.exponent, "") for one in self.growth]
        memory = ratio(own97.memory("pack"), own97.memory("floor")) if own97 else None
        found.append(Goal("peak memory, 97 of it, against the floor", 1.5, memory, "×"))
        for name, tool, limits in (("checkov", "Checkov", (5, 5)), ("sdk", "the stock SDK", (3, 7))):
            for row, stack, limit in zip((own1, own10), ("this project's stack", "ten of it"), limits, strict=True):
                times = row.times(name, "pack") if row else None
                found.append(Goal(f"{tool} against the pack, {stack}", limit, times, "×", is_least=True))
        return found


def ratio(one: Spread | None, other: Spread | None) -> float | None:
    """How many times the other the one is, by medians."""
    return None if one is None or other is None else one.median / other.median


def _growth(title: str, rows: Mapping[int, Row]) -> Growth | None:
    """The growth from the smallest to the largest; None where there is one alone."""
    return Growth.between(title, rows[min(rows)], rows[max(rows)]) if len(rows) > 1 else None


def _seconds(what: str, limit: float, row: Row | None, floor_then: float) -> Goal:
    cpu, floor = (row.cpu("pack"), row.cpu("floor")) if row else (None, None)
    return Goal(what, limit, _median(cpu), floor=_median(floor), floor_then=floor_then)


def _median(spread: Spread | None) -> float | None:
    return None if spread is None else spread.median
