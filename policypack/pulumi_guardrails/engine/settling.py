"""What settles an undecided verdict: by the cause of each unknown value, what to write so that it is known."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from itertools import islice

from pulumi_guardrails.aws.arns import CLASSES, CLASSES_OF_PROPERTIES, NAMES
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.value import snake_case
from pulumi_guardrails.core.verdict import Cause, Finding, Unknown

STACK_REFERENCE = "pulumi:pulumi:StackReference"
"""The type of what reads the outputs of another stack: an update of this stack makes none of them known."""

_IDENTIFIER = re.compile(r"(Ids?|[sS]ecurityGroups|[sS]ubnets)$")
"""The last part of a path whose value AWS chooses: a program can pass it on and cannot write it."""

_DOCUMENT = re.compile(r"([pP]olicy|Policies|[dD]ocument|[dD]efinitions?)$")
"""The last part of a path whose value is a document, which may have ARNs of several resources."""

_ARN = re.compile(r"Arns?$")

_INDEX = re.compile(r"\[\d+\]")


def settled(
    findings: Iterable[Finding], judged: Resource | None, stack: Stack | None, preview: bool, shown: int
) -> list[str]:
    """The sentences that say what to write, each once; of each finding for the unknown values that a message shows.

    Args:
        findings: The findings of an undecided verdict.
        judged: The resource judged; None for the stack as a whole.
        stack: The stack, which says what an unknown property is computed from; None before it is analyzed.
        preview: Whether an update is still to come.
        shown: How many unknown values of a finding the message shows.
    """
    subjects: dict[str, list[str]] = {}
    for finding in findings:
        for unknown in open_unknowns(finding, judged, stack)[:shown]:
            subject = _argument(unknown, judged)
            named = subjects.setdefault(_sentence(unknown, finding.setting, stack, preview), [])
            if subject not in named:
                named.append(subject)
    return [sentence.replace("{it}", _listed(named)) for sentence, named in subjects.items()]


def by_question(findings: Sequence[Finding]) -> list[Finding]:
    """The findings with those that ask the same as one, which waits for what all of them wait for."""
    asked: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        asked.setdefault((finding.message, finding.setting), []).append(finding)
    return [
        same[0] if len(same) == 1 else replace(same[0], unknowns=tuple(one for each in same for one in each.unknowns))
        for same in asked.values()
    ]


def open_unknowns(finding: Finding, judged: Resource | None, stack: Stack | None) -> list[Unknown]:
    """What a finding waits for, each once, without what is computed from the judged resource alone where there is more.

    Such a value refers to that resource, which policies follow: it is not what is open.
    """
    unknowns = list(dict.fromkeys(finding.unknowns))
    return [one for one in unknowns if is_open(one, judged, stack)] or unknowns


def is_open(unknown: Unknown, judged: Resource | None, stack: Stack | None) -> bool:
    """Whether an unknown value is not computed from the judged resource alone."""
    urns = [judged.urn] if judged is not None else []
    # The first two tell whether it is the only source.
    return [one.urn for one in islice(sources_of(unknown, stack), 2)] != urns


def is_made_known(unknown: Unknown, stack: Stack | None) -> bool:
    """Whether an update makes an unknown value known: it is of this stack, and not only passed on from another."""
    if unknown.cause is not Cause.NOT_KNOWN_YET or unknown.settle:
        return False
    return next(sources_of(unknown, stack), None) is None or _are_own(sources_of(unknown, stack))


def sources_of(unknown: Unknown, stack: Stack | None) -> Iterator[Resource]:
    """The resources of the stack that an unknown value is computed from."""
    if stack is not None and unknown.owner is not None and unknown.property_name:
        yield from (one for one in stack.sources_of(unknown.owner[unknown.property_name]) if one is not None)


def is_one_of_several(unknown: Unknown) -> bool:
    """Whether it is a part of a property of which other parts are not known either.

    The engine names sources by property: which of them a part is computed from cannot be told.
    """
    if unknown.owner is None or unknown.path == unknown.property_name:
        return False
    return len(list(islice(unknown.owner[unknown.property_name].unknown_parts(), 2))) > 1


def _are_own(sources: Iterable[Resource]) -> bool:
    """Whether some resource of this stack itself is among the sources, and not only what reads another stack."""
    return any(source.type != STACK_REFERENCE for source in sources)


def _last_part(unknown: Unknown) -> str:
    return _INDEX.sub("", unknown.path).rpartition(".")[2]


def is_output(unknown: Unknown) -> bool:
    """Whether it is a property that no program sets on its owner: AWS gives it to the resource."""
    owner, name = unknown.owner, unknown.property_name
    return owner is not None and bool(owner.properties) and name.isidentifier() and owner.properties.get(name) is None


def _sentence(unknown: Unknown, setting: str, stack: Stack | None, preview: bool) -> str:
    """What to write; `{it}` stands for the arguments, so that one sentence says it of several."""
    if unknown.settle:
        return unknown.settle
    match unknown.cause:
        case Cause.NOT_KNOWN_YET:
            sources = list(sources_of(unknown, stack))
            return _known(unknown, [] if is_one_of_several(unknown) and _are_own(sources) else sources, preview)
        case Cause.REDACTED:
            return "Evaluate the stack by pulumi preview, which passes secrets on to the policies decrypted."
        case Cause.OUTSIDE_STACK:
            return _foreign(unknown, setting)
        case Cause.CHOSEN_BY_AWS:
            return "Set {it}."
        case Cause.INHERITED:
            return "Set {it} to what the source has, or have the source in this stack."
        case Cause.NOT_TARGETED:
            return "Run the operation without --target and --exclude."
        case Cause.NOT_TOLD:
            return "Serve the pack with pulumi_guardrails.pack.serve, which is told what the engine knows."
        case Cause.AMBIGUOUS | Cause.NOT_EVALUATED:
            return "Check it by hand; onUndecided: ignore leaves it out of the report."
        case Cause.UNREADABLE:
            return "Set {it} to a value that AWS documents for it."
        case Cause.DEFECT:
            return "Report it with the policy's name; onUndecided: ignore leaves it out until it is fixed."


def _known(unknown: Unknown, sources: Sequence[Resource], preview: bool) -> str:
    if sources and not _are_own(sources):
        return f"Update the stack that {_labels(sources)} reads first: a preview then knows {{it}}."
    if is_output(unknown) and unknown.owner is not None and preview:
        return _once_there([unknown.owner])
    last = _last_part(unknown)
    start = "To decide at preview, set" if preview else "The update did not make it known: set"
    is_document = _DOCUMENT.search(last) is not None
    if len(sources) > 1 and not is_document:
        return f"{start} {{it}} to an output of one of {_labels(sources)} alone."
    if _IDENTIFIER.search(last):
        return f"{start} {{it}} directly to an output of the resource that is meant{_instead(sources)}."
    if sources and (is_document or _ARN.search(last)):
        if not all(source.type in NAMES for source in sources):
            return _once_there(sources)
        arguments = _listed(dict.fromkeys(f"{NAMES[one.type]} of {one.label}" for one in sources))
        made_of = "that name, not from an output" if len(sources) == 1 else "those names, not from outputs"
        return f"{start} {arguments}, and write {{it}} from {made_of}."
    return f"{start} {{it}} to a value that the program knows{_instead(sources)}."


def _once_there(sources: Sequence[Resource]) -> str:
    return f"A preview knows {{it}} once {_labels(sources)} {'exists' if len(sources) == 1 else 'exist'}."


def _instead(sources: Sequence[Resource]) -> str:
    return f", not one computed from {_labels(sources)}" if sources else ""


def _foreign(unknown: Unknown, setting: str) -> str:
    text = unknown.shown.strip('"') or unknown.path.rpartition(" ")[2]
    by_text = next((name for pattern, name in CLASSES.items() if fnmatchcase(text, pattern)), "")
    of_class = by_text or CLASSES_OF_PROPERTIES.get(_last_part(unknown), "")
    read = f"{of_class}.get" if of_class else "the get function of its class"
    ways = [
        f"name it in the policy's setting {setting}" if setting else "",
        f"declare it in this stack or read it with {read}, so that it is seen",
    ]
    said = ", or ".join(way for way in ways if way)
    return f"{said[0].upper()}{said[1:]}."


def _argument(unknown: Unknown, judged: Resource | None) -> str:
    """The argument in Python that gives the value; the whole one where only a part of a JSON document is not known."""
    is_part = re.search(r"(^|\.)[A-Z]|^containerDefinitions|[^\w.\[\]]", unknown.path) is not None
    name, *of_what = (unknown.property_name if is_part and unknown.property_name else unknown.path).split(" ")
    spelled = " ".join([snake_case(name), *of_what])
    elsewhere = unknown.owner is not None and (judged is None or unknown.owner.urn != judged.urn)
    return f"{spelled} of {unknown.owner.label}" if unknown.owner is not None and elsewhere else spelled


def _labels(resources: Iterable[Resource]) -> str:
    return _listed(dict.fromkeys(resource.label for resource in resources))


def _listed(names: Iterable[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last
