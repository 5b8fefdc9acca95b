"""`make bench`: what the pack costs, in one table, into `docs/performance.md`.

Side by side and in turns: the pack's process beside a floor and the stock SDK; Checkov and cfn-guard on the same stack;
whole previews with and without a pack; and how the analysis of a stack grows. It is no part of the tests. RUNS in the
environment says how often each is run.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from importlib import metadata
from pathlib import Path

from audit.capture import cli_version
from offline.__main__ import POLICY_PACK
from offline.layout import REPOSITORY, OfflineError
from offline.tools import Tools, prepare
from tools.benchmark import packs, rivals, stacks
from tools.benchmark.figures import Results, Row
from tools.benchmark.page import Conditions, render
from tools.benchmark.processes import MeasureError, Run, command, engine, in_turns, pack_process
from tools.benchmark.rivals import NotBuiltError, Report, Rival
from tools.benchmark.stacks import Recording, Request

PAGE = REPOSITORY / "docs" / "performance.md"
FLOOR = Path(__file__).with_name("floor")
TITLES = {"checkov": "Checkov", "cfn-guard": "cfn-guard"}
LARGEST_FOR_SDK = 1_000
"""The SDK reads each request anew for each policy; above so many resources a run takes minutes."""
PREVIEWS_A_RUN = 2
"""Whole previews are run so much oftener: what a pack adds to one is little more than what they differ by."""
MOST_WITH_RIVALS = 10
"""Of so many copies of this project's stack a Terraform plan is made for the other tools."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and write the page. Returns 0, or 1 with a sentence where something cannot be run."""
    parser = argparse.ArgumentParser(prog="python -m tools.benchmark", description=__doc__)
    parser.add_argument("--page", type=Path, default=PAGE, help="the page to write")
    parser.add_argument("--small", action="store_true", help="only stacks of up to 1,000 resources: to try it out")
    given = parser.parse_args(arguments)
    runs = os.environ.get("RUNS") or "5"
    if not re.fullmatch(r"[1-9]\d{0,2}", runs):
        print(f"error: RUNS is {runs!r}; expected a number from 1 to 999.", file=sys.stderr)
        return 1
    try:
        with tempfile.TemporaryDirectory() as folder, engine() as address:
            page = Benchmark(Path(folder), address, int(runs)).page(given.small)
    except (MeasureError, OfflineError, stacks.RecordingError) as problem:
        print(f"error: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return 130
    given.page.write_text(page, encoding="utf-8")
    print(f"\n{page}\nWritten: {given.page}")
    return 0


class Benchmark:
    """One run of it.

    Args:
        folder: An empty folder for what it makes.
        address: The address of an engine that takes log lines.
        runs: How often each contender is run.
    """

    def __init__(self, folder: Path, address: str, runs: int) -> None:
        self._folder, self._address, self._runs = folder, address, runs
        self._load = os.getloadavg()[0]
        self._reports: dict[str, dict[int, Report]] = {}
        self._left_out: dict[str, str] = {}
        self._tools: Tools = prepare()
        if self._load > 1:
            _tell(f"The machine is busy (load average {self._load:.1f}): the figures may be too high.")
        _tell("Recording what the engine asks at a preview of this project's stack.")
        self._recording: Recording = stacks.record(self._tools, folder)
        self._policies = packs.of_this_project()
        self._sdk = packs.write(folder / "sdk", self._policies)
        self._one = packs.write(folder / "one", packs.Number(resources=1, stacks=0))

    def page(self, only_small: bool) -> str:
        """Measure everything, and render the page; `only_small` leaves out stacks above 1,000 resources."""
        found = self._rivals()
        warm = stacks.copies(self._recording, 1)
        _tell("Warming up.")
        for run in self._processes(warm).values():
            run()
        opening = self._recording.opening
        own = {number: self._own(number, found) for number in ((1, 10) if only_small else (1, 10, 97))}
        sizes = (100, 250) if only_small else (250, 1000)
        chains, roles = {}, {}
        for number in sizes:
            requests = stacks.of_resources(opening, list(stacks.chains_of_groups(number)))
            title = f"{number:,} security groups in chains of {stacks.CHAIN}"
            chains[number] = self._row(title, requests, self._processes(requests, with_sdk=False))
        for number in sizes:
            requests = stacks.of_resources(opening, list(stacks.roles(number)))
            title = f"{number:,} roles with {stacks.STATEMENTS} statements"
            roles[number] = self._row(title, requests, self._processes(requests, with_sdk=False))
        return render(Results(own, chains, roles, self._previews(warm)), self._conditions())

    # --- the pack's process, and the other tools beside it

    def _own(self, copies: int, found: Mapping[str, Rival]) -> Row:
        """Some copies of this project's stack, with the other tools where they are not too many."""
        requests = stacks.copies(self._recording, copies)
        titles = {1: "this project's stack", 10: "ten of it"}
        title = titles.get(copies, f"{copies} of it")
        contenders, in_plan = self._processes(requests), 0
        if copies <= MOST_WITH_RIVALS:
            plan = stacks.plan_of_copies(self._recording, copies)
            in_plan = len(plan.document["resource_changes"])
            file = self._folder / f"plan-{copies}.json"
            file.write_text(plan.text, encoding="utf-8")
            contenders |= {name: partial(rival.run, file) for name, rival in found.items()}
        row = self._row(title, requests, contenders, in_plan)
        if in_plan:
            for name, rival in found.items():
                self._reports.setdefault(name, {})[copies] = rival.report()
        return row

    def _row(
        self, title: str, requests: Sequence[Request], contenders: Mapping[str, Callable[[], Run]], in_plan: int = 0
    ) -> Row:
        size = stacks.size(requests)
        _tell(f"{title}: {size:,} resources")
        runs = in_turns(contenders, self._runs, f"{size:,} resources", _tell)
        return Row(title, size, runs, self._left_out, in_plan)

    def _processes(self, requests: Sequence[Request], with_sdk: bool = True) -> dict[str, Callable[[], Run]]:
        """The pack's process beside the floor, and the SDK's where the stack is not too large for it."""
        address = self._address
        found: dict[str, Callable[[], Run]] = {
            "floor": partial(pack_process, FLOOR, requests, address),
            "pack": partial(pack_process, POLICY_PACK, requests, address),
        }
        if with_sdk and stacks.size(requests) <= LARGEST_FOR_SDK:
            of_sdk = stacks.for_other_policies(requests, self._policies.names)
            found["sdk"] = partial(pack_process, self._sdk, of_sdk, address)
        return found

    def _rivals(self) -> dict[str, Rival]:
        """The other tools that can be had here; of every other it is noted why not."""
        found = {}
        makers: dict[str, Callable[[Path], Rival]] = {
            "checkov": rivals.checkov_rival,
            "cfn-guard": partial(rivals.guard_rival, tell=_tell),
        }
        for name, make in makers.items():
            folder = self._folder / f"of-{name}"
            folder.mkdir()
            try:
                rival = make(folder)
                _tell(f"Trying {name}.")
                self._try(rival)
                found[name] = rival
            except (MeasureError, NotBuiltError) as problem:
                self._left_out[name] = str(problem)
                _tell(f"{name}: {problem}")
        return found

    def _try(self, rival: Rival) -> None:
        """Run a tool once, which also warms it up. Raises MeasureError where it does not do its work."""
        file = self._folder / "plan.json"
        file.write_text(stacks.plan_of_copies(self._recording, 1).text, encoding="utf-8")
        rival.run(file)
        rival.report()

    # --- whole previews

    def _previews(self, requests: Sequence[Request]) -> Row:
        state = self._folder / "previews"
        words: list[str | Path] = [sys.executable, "-m", "tools.benchmark.previews", state]
        contenders: dict[str, Callable[[], Run]] = {
            "none": partial(command, words, REPOSITORY),
            "sdk": partial(command, [*words, self._one], REPOSITORY),
            "pack": partial(command, [*words, POLICY_PACK], REPOSITORY),
        }
        _tell("Whole previews of this project's stack")
        for run in contenders.values():  # The first makes the stack in the local state.
            run()
        runs = in_turns(contenders, self._runs * PREVIEWS_A_RUN, "whole preview", _tell)
        return Row("whole preview", stacks.size(requests), runs)

    def _conditions(self) -> Conditions:
        versions = {
            "Python": platform.python_version(),
            "Pulumi CLI": cli_version([str(self._tools.cli)]).removeprefix("v"),
            "Pulumi SDK": metadata.version("pulumi"),
            "policy SDK": metadata.version("pulumi-policy"),
            **{TITLES[name]: reports[1].version for name, reports in self._reports.items()},
        }
        return Conditions(
            day=date.today().isoformat(),
            runs=self._runs,
            previews=self._runs * PREVIEWS_A_RUN,
            machine=_machine(),
            versions=versions,
            load=self._load,
            policies=self._policies,
            largest_for_sdk=LARGEST_FOR_SDK,
            reports=self._reports,
        )


def _machine() -> str:
    """The machine in a few words."""
    named = re.search(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE)
    kind = f" ({named[1].strip()})" if named else ""
    return f"{os.cpu_count()} cores{kind}, {platform.system()} {platform.machine()}"


def _tell(sentence: str) -> None:
    print(sentence, flush=True)


if __name__ == "__main__":
    sys.exit(main())
