"""`python -m audit run`, `from` and `state`: write the evidence of a preview, an event log, or stacks that exist."""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from audit import description, preview_document
from audit.analyzer_calls import merged
from audit.capture import ask_pack, cli_version, last_error, preview, provenance, pulumi_cli
from audit.comparison import compare, read_base
from audit.cost import Expected, expected_parts
from audit.description import Description
from audit.estate import Stack, combined, index
from audit.events import EventLog, parse
from audit.evidence import Evidence, Outcome, gather, version_name
from audit.folder import write
from audit.preview_document import Document
from audit.production import Sources, produce
from audit.report import HEADLINES
from audit.states import Analysis, Command, analyze, state_files
from audit.summary import summary
from audit.terraform.checkov import Waiver, find, read_waivers
from audit.verdict import counted, judge

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]


_FOUND, _OFF = "auto", "off"
"""Values of `--checkov` that are no command."""


class EvidenceError(Exception):
    """What cannot be read or run; the message is for a person."""


def add_to(commands: Commands) -> None:
    """Add the commands to a parser. Each ends with 0; 1 where something blocks; 2 where the run broke off."""
    run = commands.add_parser("run", help="run a preview with policy packs, and write its evidence")
    run.add_argument("--stack", required=True, help="the stack")
    run.add_argument("--cwd", type=Path, default=Path(), metavar="FOLDER", help="the folder of the program")
    run.add_argument(
        "--event-log", type=Path, metavar="FILE", help="where the engine's event log is kept; it has all properties"
    )
    run.add_argument("arguments", nargs="*", metavar="OPTION", help="more options of `pulumi preview`, after --")
    run.set_defaults(run=_run)
    log = commands.add_parser("from", help="write the evidence in the event log of a run that was")
    log.add_argument("events", type=Path, metavar="EVENTS", help="the event log (`pulumi preview --event-log FILE`)")
    log.add_argument("--preview", type=Path, metavar="FILE", help="what `pulumi preview --json` printed in that run")
    log.set_defaults(run=_from)
    state = commands.add_parser("state", help="write the evidence of stacks that exist, from their exported states")
    state.add_argument(
        "states", nargs="+", type=Path, metavar="STATE", help="a file of `pulumi stack export`, or a folder"
    )
    state.set_defaults(run=_state)
    for command in (run, log):
        command.add_argument("--base", type=Path, metavar="RESULTS", help="the results.json of a run to compare with")
    for command in (run, log, state):
        command.add_argument("--out", required=True, type=Path, metavar="FOLDER", help="the evidence folder")
        command.add_argument(
            "--policy-pack", action="append", type=Path, default=[], metavar="FOLDER", help="a policy pack"
        )
        command.add_argument(
            "--config", action="append", type=Path, default=[], metavar="FILE", help="the configuration of the pack"
        )
        command.add_argument(
            "--checkov",
            default=_OFF if command is state else _FOUND,
            metavar="CLI",
            help="the Checkov for a second opinion; `auto` for the one that is installed, `off` for none "
            "(default: %(default)s)",
        )
        command.add_argument(
            "--checkov-waivers", type=Path, metavar="FILE", help="what of Checkov's findings is accepted, as JSON"
        )
        command.add_argument("--expected-cost", type=Path, metavar="FILE", help="dollars a month by part, as JSON")
    for command in (run, state):
        command.add_argument(
            "--pulumi", default="pulumi", metavar="CLI", help="the Pulumi CLI, where it is not on the PATH"
        )


def _run(given: argparse.Namespace) -> int:
    cli = shlex.split(given.pulumi)
    packs = _packs(given)
    options = ["--stack", given.stack]
    for pack, configuration in packs:
        options += ["--policy-pack", str(pack)]
        if configuration is not None:
            options += ["--policy-pack-config", str(configuration)]
    asked = _options(given)
    capture = preview(cli, [*options, *given.arguments], given.cwd, _evaluated)
    log = capture.events()
    document, no_document = _document(capture.document, "what `pulumi preview --json` printed")
    if document is None and capture.errors:
        no_document = f"the preview printed no document ({last_error(capture.errors)})"
    versions = {"Pulumi": cli_version(cli), **_versions(log, document)}
    evidence, sources = _assembled(log, packs, document, no_document, asked)
    told = provenance(capture.command, given.cwd, versions, log.began, log.ended)
    evidence = replace(evidence, provenance=told)
    if given.event_log is not None:
        _keep(given.event_log, capture.log)
    return _write(given, evidence, sources, log, capture.log.encode())


def _from(given: argparse.Namespace) -> int:
    text = _read(given.events)
    log = parse(text.splitlines(), str(given.events))
    if not log.checks and not log.findings:
        raise EvidenceError(
            f"{given.events} has no evaluation of a policy; expected the event log of a preview with a policy pack."
        )
    document, no_document = None, "the document of the preview was not given (--preview)."
    if given.preview is not None:
        document, no_document = _document(_read(given.preview), str(given.preview))
        if document is None:
            raise EvidenceError(no_document)
    evidence, sources = _assembled(log, _packs(given), document, no_document, _options(given))
    told = provenance(["python", "-m", "audit", *sys.argv[1:]], Path(), _versions(log, document), log.began, log.ended)
    # The folder in which the evidence is written need not be that of the run.
    evidence = replace(evidence, provenance=replace(told, git_commit="", git_dirty=None))
    return _write(given, evidence, sources, log, given.events.read_bytes())


def _state(given: argparse.Namespace) -> int:
    files = state_files(given.states)
    cli = pulumi_cli(given.pulumi)
    packs = _packs(given)
    if len(packs) != 1:
        raise EvidenceError("expected one policy pack with --policy-pack.")
    ((pack, configuration),) = packs
    tell = _told(len(files))
    analyses = analyze(
        files,
        Command(cli, pack, configuration),
        os.cpu_count() or 1,
        lambda number, analysis: tell(number, f"evaluated {analysis.stack}"),
    )
    described, asked = _described(packs), _options(given)
    command = ["python", "-m", "audit", *sys.argv[1:]]
    versions = {"Pulumi": cli_version([cli])}
    stacks: list[Stack] = []
    taken: set[str] = set()
    for number, analysis in enumerate(analyses, start=1):
        stacks.append(_of_state(analysis, packs, described, asked, versions, command, taken))
        tell(number, f"wrote {analysis.stack}")
    if len(stacks) == 1 and not stacks[0].error:
        files_of = stacks[0].files
        whole = stacks[0].evidence
    else:
        files_of = {f"{one.folder}/{name}": text for one in stacks for name, text in one.files.items()}
        files_of["index.html"] = index(stacks)
        whole = combined([one.evidence for one in stacks])
    digest = write(given.out, files_of, replace(whole, provenance=provenance(command, Path(), versions)))
    failed, blocked = sum(bool(one.error) for one in stacks), sum(one.evidence.blocks for one in stacks)
    for one in stacks:
        if one.error:
            print(f"{one.source}: could not be evaluated: {one.error}")
    page = given.out / ("index.html" if "index.html" in files_of else "report.html")
    print(
        f"{counted(len(stacks), 'stack')}: {blocked} blocked, {len(stacks) - blocked - failed} not, "
        f"{failed} that could not be evaluated.\n"
        f"{given.out}: {counted(len(files_of) + 1, 'file')}; open {page}. SHA-256 of the manifest: {digest}"
    )
    return 2 if failed else 1 if blocked else 0


def _of_state(
    analysis: Analysis,
    packs: Sequence[tuple[Path, Path | None]],
    described: Sequence[Description],
    asked: Sources,
    versions: Mapping[str, str],
    command: Sequence[str],
    taken: set[str],
) -> Stack:
    folder = _free_name(analysis.stack, taken)
    if analysis.error:
        project, _, stack = analysis.stack.rpartition("/")
        return Stack(analysis.file, folder, Evidence(project, stack, "state", False), error=analysis.error)
    document, no_document = _document(_read(analysis.file), str(analysis.file))
    log = analysis.log
    evidence = gather(
        log,
        merged(analysis.descriptions, described),
        document.sources if document is not None else None,
        provenance(command, Path(), {**versions, **_versions(log, document)}),
        passes_known=bool(log.checks) or not analysis.resources,
    )
    # Of a stack without resources there is nothing to ask.
    evidence = replace(evidence, operation="state", is_complete=evidence.is_complete or not analysis.resources)
    inspection, why = (None, no_document) if document is None else _inspected(packs, document)
    sources = replace(asked, document=document, inspection=inspection, no_document=no_document, no_inspection=why)
    made = produce(evidence, sources)
    return Stack(analysis.file, folder, evidence, made.files)


def _free_name(stack: str, taken: set[str]) -> str:
    """The name of a folder for a stack: as the stack's, and unlike any that is taken."""
    name = base = re.sub(r"[^A-Za-z0-9_.-]+", ".", stack).strip(".") or "stack"
    number = 1
    while name.casefold() in taken:
        number += 1
        name = f"{base}-{number}"
    taken.add(name.casefold())
    return name


def _packs(given: argparse.Namespace) -> list[tuple[Path, Path | None]]:
    """Each policy pack with its configuration, in order."""
    for pack in given.policy_pack:
        if not (pack / "PulumiPolicy.yaml").exists():
            raise EvidenceError(f"{pack} is no policy pack: it has no PulumiPolicy.yaml.")
    if len(given.config) > len(given.policy_pack):
        raise EvidenceError("there are more configurations (--config) than policy packs (--policy-pack).")
    configurations = [*given.config, *[None] * (len(given.policy_pack) - len(given.config))]
    return [
        (pack.resolve(), configuration.resolve() if configuration is not None else None)
        for pack, configuration in zip(given.policy_pack, configurations, strict=True)
    ]


def _assembled(
    log: EventLog,
    packs: Sequence[tuple[Path, Path | None]],
    document: Document | None,
    no_document: str,
    asked: Sources,
) -> tuple[Evidence, Sources]:
    evidence = gather(log, _described(packs), document.sources if document is not None else None)
    inspection, why = None, no_document
    if document is not None:
        inspection, why = _inspected(packs, document)
    return evidence, replace(
        asked, document=document, inspection=inspection, no_document=no_document, no_inspection=why
    )


def _described(packs: Iterable[tuple[Path, Path | None]]) -> list[Description]:
    """What the packs say of their policies; one that says nothing is known by the event log."""
    found = []
    for pack, configuration in packs:
        text = ask_pack(pack, ["describe", *_with(configuration)])
        if text is not None:
            found.append(description.parse(text))
    return found


def _inspected(packs: Iterable[tuple[Path, Path | None]], document: Document) -> tuple[Mapping[str, Any] | None, str]:
    """What the first pack that can says of the network and of permissions, or why none does."""
    for pack, configuration in packs:
        text = ask_pack(pack, ["inspect", *_with(configuration)], document.text)
        if text is not None:
            found: Mapping[str, Any] = json.loads(text)
            return found, ""
    return None, "no policy pack was given that shows one (--policy-pack)."


def _with(configuration: Path | None) -> list[str]:
    return [] if configuration is None else ["--config", str(configuration)]


def _versions(log: EventLog, document: Document | None) -> dict[str, str]:
    packs = {version_name(check.pack): check.version for check in log.checks if check.version}
    providers = document.providers if document is not None else {}
    return {**packs, **{f"provider {name}": version for name, version in providers.items()}}


def _document(text: str, name: str) -> tuple[Document | None, str]:
    try:
        return preview_document.parse(text), ""
    except preview_document.DocumentError as error:
        return None, f"{name} cannot be used: {error}"


def _options(given: argparse.Namespace) -> Sources:
    """What the options say of the evidence, before anything has run."""
    command, why = _checkov(given.checkov)
    waivers: tuple[Waiver, ...] = ()
    if given.checkov_waivers is not None:
        waivers = read_waivers(_read(given.checkov_waivers), str(given.checkov_waivers))
    return Sources(
        expected_cost=_expected(given.expected_cost), checkov=command, no_checkov=why, checkov_waivers=waivers
    )


def _checkov(given: str) -> tuple[Sequence[str] | None, str]:
    """The command of Checkov, or why there is none."""
    if given == _OFF:
        return None, "Checkov was not asked (--checkov)."
    if given != _FOUND:
        return shlex.split(given), ""
    found = find()
    return found, "" if found else "Checkov is not installed; install it, or name it with --checkov."


def _expected(file: Path | None) -> list[Expected]:
    if file is None:
        return []
    try:
        return expected_parts(json.loads(_read(file)))
    except (ValueError, TypeError, AttributeError):
        raise EvidenceError(
            f"{file} has no costs; expected a JSON object of each part's low and high dollars a month."
        ) from None


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise EvidenceError(f"{file} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise EvidenceError(f"{file} is no text in UTF-8.") from None


def _told(total: int) -> Callable[[int, str], None]:
    """Progress over a number of things, on standard error: one line that changes on a terminal, one each elsewhere."""

    def tell(number: int, what: str) -> None:
        _progress(f"{number} of {total}: {what}")

    return tell


def _evaluated(count: int) -> None:
    if sys.stderr.isatty():
        _progress(f"preview: {counted(count, 'resource')} evaluated")


def _progress(text: str) -> None:
    """Say what is being done: in the same line on a terminal, on a line of its own elsewhere."""
    if sys.stderr.isatty():
        columns = shutil.get_terminal_size().columns - 1
        print(f"\r{text[:columns]:<{columns}}\r", end="", file=sys.stderr, flush=True)
    else:
        print(text, file=sys.stderr, flush=True)


def _keep(file: Path, text: str) -> None:
    try:
        file.write_bytes(text.encode())
    except OSError as error:
        raise EvidenceError(f"{file} cannot be written: {error.strerror}.") from None


def _write(given: argparse.Namespace, evidence: Evidence, sources: Sources, log: EventLog, event_log: bytes) -> int:
    out: Path = given.out
    base = None if given.base is None else compare(read_base(_read(given.base), str(given.base)), evidence)
    _progress(f"{counted(len(evidence.resources), 'resource')} evaluated; writing the evidence")
    made = produce(evidence, sources)
    made.files["summary.md"] = summary(judge(log), base)
    digest = write(out, made.files, evidence, event_log)
    counts = ", ".join(f"{evidence.count(one)} {one.value}" for one in Outcome if evidence.count(one))
    told = [
        *made.missing,
        f"{evidence.project}/{evidence.stack}: {HEADLINES[evidence.verdict][1]} ({counts or 'nothing evaluated'}).",
        f"{out}: {counted(len(made.files) + 1, 'file')}; open {out / 'report.html'}. SHA-256 of the manifest: {digest}",
    ]
    print("\n".join(told))
    return 1 if evidence.blocks else 0 if evidence.is_complete else 2
