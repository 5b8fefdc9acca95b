"""Runs policies over resources and says what to report: verdict, waiver and configuration come together here.

Everything here is pure: it knows neither the engine nor a clock. A policy that fails by itself (a defect of the pack)
is reported as undecided for that resource, so that it neither passes nor ends the preview.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from datetime import date
from itertools import chain, islice
from typing import Any, NamedTuple, TypeVar, cast

import pulumi_guardrails
from pulumi_guardrails.aws.own_account import own_properties
from pulumi_guardrails.aws.plain_outputs import plain_properties, secret_references
from pulumi_guardrails.core.frozen import fast_dataclass
from pulumi_guardrails.core.once import once
from pulumi_guardrails.core.policy import Exemption, Level, Policy, ResourceCheck, StackCheck
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import FEW, Stack
from pulumi_guardrails.core.three_valued import kleene_all, kleene_not
from pulumi_guardrails.core.value import Secret
from pulumi_guardrails.core.verdict import (
    COMPLIANT,
    Cause,
    Finding,
    Outcome,
    Unknown,
    Verdict,
    not_applicable,
    undecided,
)
from pulumi_guardrails.engine.configuration import Configuration, OnUndecided
from pulumi_guardrails.engine.settling import (
    by_question,
    is_made_known,
    is_one_of_several,
    is_open,
    is_output,
    open_unknowns,
    settled,
    sources_of,
)
from pulumi_guardrails.engine.waivers import Waiver, stack_of, waiver_for

T = TypeVar("T")

UNDECIDED_PREFIX = "Undecided: "
"""How the message of an undecided verdict begins; reports count by it."""

_MOST_UNKNOWNS = 3
_MOST_SENTENCES = 5

_FEW_UNKNOWNS = 8
"""Up to how many values that are not known each message is worded by itself: to keep its text would cost more."""

_FIRST_WORD = re.compile(r"(a|an|cannot|it|its|no|the|there|what)\b")
"""How a sentence begins that does not begin with the name of a property."""

WAIVED_PREFIX = "Waived: "
"""How the message of a waived violation begins; reports count by it."""


@fast_dataclass(frozen=True)
class Report:
    """One thing to tell the engine.

    Attributes:
        policy: The policy that says it.
        level: Whether it blocks.
        urn: The resource; empty for the stack.
        message: What to tell a person.
    """

    policy: Policy
    level: Level
    urn: str
    message: str


def applies(policy: Policy, resource: Resource) -> bool:
    """Whether a resource policy judges resources of this kind."""
    return resource.kind is not None and resource.kind in policy.kinds


def judge(policy: Policy, resource: Resource, configuration: Configuration) -> Verdict:
    """The verdict of a resource policy on one resource; never raises."""
    if not applies(policy, resource):
        return not_applicable("other kind of resource")
    if resource.is_left_out:
        return _left_out(COMPLIANT)
    check = cast(ResourceCheck, policy.check)
    try:
        return check(resource, configuration.settings)
    except Exception as error:  # a defect must not end the preview, nor pass unseen
        return _defect(error)


def _exemption(policy: Policy, resource: Resource) -> Exemption | None:
    exemption = policy.exemption
    return exemption if exemption is not None and resource.kind in exemption.kinds else None


def waits_for_stack(policy: Policy, resource: Resource, verdict: Verdict) -> bool:
    """Whether only the whole stack can tell if a verdict against a resource stands."""
    against = verdict.is_violation or verdict.is_undecided
    return against and _exemption(policy, resource) is not None


def judge_in_stack(
    policy: Policy, stack: Stack, resource: Resource, verdict: Verdict, configuration: Configuration
) -> Verdict:
    """What becomes of the verdict of a resource policy once the whole stack is there; never raises.

    What is undecided is judged again with what the stack shows of unknown values: what they are computed from, that
    they can only be of the resource's own account, or that they can be no secret.
    """
    if verdict.is_undecided and resource.dependencies:
        told = replace(
            resource,
            own_properties=own_properties(stack, resource),
            plain_properties=plain_properties(stack, resource),
            secret_references=secret_references(stack, resource),
            sources=stack.source_urns(resource),
        )
        verdict = judge(policy, told, configuration)
    exemption = _exemption(policy, resource)
    if exemption is None or not waits_for_stack(policy, resource, verdict):
        return verdict
    try:
        exempt = kleene_all((exemption.holds(stack, resource), kleene_not(exemption.ends(stack, resource))))
    except Exception as error:  # a defect must not end the preview, nor pass unseen
        return _defect(error)
    if exempt:
        return not_applicable(exemption.reason)
    if exempt is None and verdict.is_violation:
        return undecided(*exemption.unknowns(stack, resource), whether=exemption.question)
    return verdict


def stands_already(policy: Policy, resource: Resource, beside: Resource) -> bool:
    """Whether a resource beside it shows already that a verdict against a resource stands; never raises."""
    exemption = _exemption(policy, resource)
    if exemption is None or beside.kind not in exemption.ended_by:
        return False
    try:
        return exemption.ends(Stack([resource, beside]), resource) is True
    except Exception:  # the whole stack is judged in any case, and reports the defect
        return False


def judge_stack(policy: Policy, stack: Stack, configuration: Configuration) -> list[tuple[Resource | None, Verdict]]:
    """The verdicts of a stack policy; never raises. A defect is undecided for the stack as a whole.

    Resources that the stack only reads are part of what it shows, but are not its own to change: they get no verdict.
    """
    check = cast(StackCheck, policy.check)
    verdicts: list[tuple[Resource | None, Verdict]] = []
    try:
        for resource, verdict in check(stack, configuration.settings):
            if not resource.is_read:
                verdicts.append((resource, _left_out(verdict) if resource.is_left_out else verdict))
    except Exception as error:  # a defect must not end the preview, nor pass unseen
        verdicts.append((None, _defect(error)))
    return _one_for_each(verdicts)


def _one_for_each(verdicts: Iterable[tuple[Resource | None, Verdict]]) -> list[tuple[Resource | None, Verdict]]:
    """The verdicts with those of one resource and one outcome as one, which has the findings of all.

    Resources with the same findings keep them as the same object, of which there is one text.
    """
    found: dict[tuple[str, Outcome], list[tuple[Resource | None, Verdict]]] = {}
    for resource, verdict in verdicts:
        found.setdefault((resource.urn if resource else "", verdict.outcome), []).append((resource, verdict))
    each: Callable[[tuple[Finding, ...]], tuple[Finding, ...]] = once(lambda findings: tuple(dict.fromkeys(findings)))
    joined = []
    for same in found.values():
        (_, first), (resource, _) = same[0], same[-1]
        findings = first.findings if len(same) == 1 else tuple(f for _, verdict in same for f in verdict.findings)
        joined.append((resource, replace(first, findings=each(findings) if len(findings) > 1 else findings)))
    return joined


def overall(verdicts: Iterable[Verdict]) -> Verdict:
    """One verdict for many: what the evidence of a stack policy comes down to."""
    outcomes = {verdict.outcome for verdict in verdicts}
    for outcome in (Outcome.VIOLATION, Outcome.UNDECIDED):
        if outcome in outcomes:
            return Verdict(outcome)
    return COMPLIANT if Outcome.COMPLIANT in outcomes else not_applicable("no resource of its kinds in the stack")


def reports_of(
    policy: Policy,
    level: Level,
    configuration: Configuration,
    resource: Resource | None,
    verdict: Verdict,
    today: date,
    stack: Stack | None = None,
    preview: bool = True,
) -> Iterator[Report]:
    """What to report for a verdict: at most one report, so that a policy speaks of a resource once.

    Args:
        policy: The policy that reached it.
        level: The level its violations have.
        configuration: Its configuration.
        resource: The resource judged; None for the stack as a whole.
        verdict: The verdict.
        today: The day that waivers are held against.
        stack: The stack, which says what an unknown property is computed from; None before it is analyzed.
        preview: Whether an update is still to come, which may make an unknown value known.
    """
    urn = resource.urn if resource else ""
    waiver = waiver_for(configuration.waivers, urn, today) if urn else None
    waived = waiver is not None and waiver.holds(today)
    if verdict.is_undecided:
        if configuration.on_undecided is OnUndecided.IGNORE:
            return
        blocking = configuration.on_undecided is OnUndecided.MANDATORY and not waived
        message = undecided_message(policy, resource, verdict.findings, stack, preview)
        text = f"{message}\nSee {page_of(policy)}"
        yield Report(policy, Level.MANDATORY if blocking else Level.ADVISORY, urn, text)
    elif verdict.is_violation:
        message = violation_message(policy, resource, verdict.findings)
        if waiver is None:
            yield Report(policy, level, urn, f"{message}\n{closing(policy, level, resource, verdict.findings)}")
        elif waived:
            text = f"{WAIVED_PREFIX}{message} {_waiver_text(waiver)}\nSee {page_of(policy)}"
            yield Report(policy, Level.ADVISORY, urn, text)
        else:
            expired = "It has expired: renew it, or fix the violation."
            yield Report(policy, level, urn, f"{message} {_waiver_text(waiver)} {expired}\nSee {page_of(policy)}")


def idle_waivers(policy: Policy, configuration: Configuration, urns: Set[str], needing: Set[str]) -> Iterator[Report]:
    """An advisory for each waiver of this stack that covers none of its resources, or none that needs it.

    Args:
        policy: The policy.
        configuration: Its configuration.
        urns: The stack's resources.
        needing: Those that the policy does not find compliant.
    """
    if not configuration.waivers:
        return
    stacks = {stack_of(urn) for urn in urns}
    for waiver in configuration.waivers:
        what = f"The waiver of {waiver.resource!r} ({waiver.reason}; approved by {waiver.approved_by})"
        if not waiver.may_cover_one_of(stacks):
            continue
        if not waiver.covers_one_of(urns):
            message = f"{what} matches no resource of this stack: correct its resource, or remove it."
        elif not waiver.covers_one_of(needing):
            message = f"{what} is not needed any more: what it covers complies with the policy. Remove it."
        else:
            continue
        yield Report(policy, Level.ADVISORY, "", message)


def violation_message(policy: Policy, resource: Resource | None, findings: Sequence[Finding]) -> str:
    """A message a person can act on: resource, what is wrong, what is expected, how to fix it."""
    where = f"{resource.label}: " if resource else ""
    wrong = _limited([f"{sentence}." for sentence in _sentences(resource, findings)])
    fixes = _limited([finding.fix or policy.remediation_steps for finding in findings])
    return f"{where}{wrong} {fixes}"


def _sentences(resource: Resource | None, findings: Sequence[Finding]) -> list[str]:
    """What is wrong, in one sentence for all properties that are the same and ought to be the same."""
    alike: dict[Finding, list[Finding]] = {}
    for finding in findings:
        key = finding if finding.message else replace(finding, path="", fix="", setting="")
        alike.setdefault(key, []).append(finding)
    return [_of_several(list(dict.fromkeys(one.path for one in same)), resource, same[0]) for same in alike.values()]


def _of_several(paths: Sequence[str], resource: Resource | None, finding: Finding) -> str:
    if len(paths) == 1 or finding.message:
        return finding.sentence(resource)
    *most, last = (replace(finding, path=path).subject(resource) for path in paths)
    return f"{', '.join(most)} and {last} are {finding.state}"


def page_of(policy: Policy) -> str:
    """The page of a policy: its own where the documentation is published, else the one that its rule rests on."""
    base = pulumi_guardrails.DOCUMENTATION_URL.rstrip("/")
    return f"{base}/{policy.page}" if base else policy.url


def closing(policy: Policy, level: Level, resource: Resource | None, findings: Sequence[Finding]) -> str:
    """The last line of a violation's message: which configuration accepts it, where one does, and the policy's page.

    A setting is named where it answers every finding. A waiver is of a resource, and lets pass what blocks.
    """
    settings = list(dict.fromkeys(finding.setting for finding in findings))
    ways = [" and ".join(settings)] if all(settings) else []
    ways += ["waivers"] if resource is not None and level is not Level.ADVISORY else []
    accepted = f"To accept it, use the policy's setting {' or '.join(ways)}. " if ways else ""
    return f"{accepted}See {page_of(policy)}"


def undecided_message(
    policy: Policy, resource: Resource | None, findings: Sequence[Finding], stack: Stack | None, preview: bool
) -> str:
    """What cannot be told, what has to be known for it, what computes that, and what makes it known."""
    where = f"{resource.label}: " if resource else ""
    text = _text_of(findings, resource, stack, preview)
    later = [_evaluated_later(policy, resource)] if preview and text.is_made_known else []
    return " ".join([f"{UNDECIDED_PREFIX}{where}{text.questions}", *later, *text.settling])


class _Text(NamedTuple):
    """What an undecided message says of findings: what cannot be told, and what settles it."""

    questions: str
    is_made_known: bool
    settling: Sequence[str]


def _text_of(findings: Sequence[Finding], resource: Resource | None, stack: Stack | None, preview: bool) -> _Text:
    """The text of findings, once for all resources with the same many of which it names none."""
    if stack is None or resource is None or sum(len(finding.unknowns) for finding in findings) <= _FEW_UNKNOWNS:
        return _text(findings, resource, stack, preview)
    shared = stack.shared(_Texts)
    if 1 < len(findings) <= FEW and len({(finding.message, finding.setting) for finding in findings}) == 1:
        parts = {id(one): shared.part(one.unknowns) for one in findings if len(one.unknowns) > _FEW_UNKNOWNS}
        if parts and not any(resource.urn in part.named for part in parts.values()):
            return _joined(findings, parts, resource, stack, preview)
    if resource.urn in shared.named(findings):
        return _text(findings, resource, stack, preview)
    key = (id(findings), preview)
    if key not in shared.texts:
        shared.texts[key] = _text(findings, resource, stack, preview)
    return shared.texts[key]


class _Texts:
    """The texts of findings that resources of a stack have in common; `named` has what a text depends on.

    Many unknown values that findings of several resources have in common are one `part` of their texts.
    """

    def __init__(self, stack: Stack) -> None:
        self.texts: dict[tuple[int, bool], _Text] = {}
        self.named: Callable[[Sequence[Finding]], frozenset[str]] = once(
            lambda findings: _named_in([unknown for finding in findings for unknown in finding.unknowns], stack)
        )
        self.part: Callable[[Sequence[Unknown]], _Part] = once(lambda unknowns: _Part.of(unknowns, stack))
        self._differing: dict[tuple[int, ...], int] = {}

    def number_in(self, parts: Sequence[_Part]) -> int:
        """How many different values parts have that are not known."""
        key = tuple(id(part) for part in parts)
        if key not in self._differing:
            self._differing[key] = len(set[_State]().union(*(part.missing for part in parts)))
        return self._differing[key]


_State = tuple[str, str]
"""What is not known, and why it is not."""


class _Part(NamedTuple):
    """Unknown values, as the text of a resource that it does not name has them.

    Attributes:
        named: The URNs of the resources that it names.
        unknowns: The values, each once.
        missing: What is said of them.
        is_made_known: Whether an update makes one of them known.
    """

    named: frozenset[str]
    unknowns: Sequence[Unknown]
    missing: Mapping[_State, None]
    is_made_known: bool

    @staticmethod
    def of(unknowns: Iterable[Unknown], stack: Stack) -> _Part:
        """The part of some unknown values."""
        found = list(dict.fromkeys(unknowns))
        made_known = any(is_made_known(one, stack) for one in found)
        return _Part(_named_in(found, stack), found, _missing(found, None, stack), made_known)


def _joined(
    findings: Sequence[Finding], parts: Mapping[int, _Part], resource: Resource, stack: Stack, preview: bool
) -> _Text:
    """The text of findings that ask the same, of which some are parts of the texts of other resources as well."""
    shared = list(parts.values())
    number = stack.shared(_Texts).number_in(shared)
    own: set[_State] = set()
    unknowns: list[Sequence[Unknown]] = []
    missing: list[Mapping[_State, None]] = []
    for finding in findings:
        part = parts.get(id(finding))
        if part is None:
            unknowns.append([one for one in finding.unknowns if is_open(one, resource, stack)])
            missing.append(_missing(unknowns[-1], resource, stack))
            own.update(one for one in missing[-1] if not any(one in part.missing for part in shared))
        else:
            unknowns.append(part.unknowns)
            missing.append(part.missing)
    made_known = any(part.is_made_known for part in shared) or any(
        is_made_known(one, stack) for finding in findings if id(finding) not in parts for one in finding.unknowns
    )
    first = replace(findings[0], unknowns=tuple(_first(chain.from_iterable(unknowns))))
    question = _asked([first.message], _first(chain.from_iterable(missing)), number + len(own))
    return _Text(question, made_known, settled([first], resource, stack, preview, _MOST_UNKNOWNS))


def _first(found: Iterable[T]) -> list[T]:
    """The first different ones, as many as a message shows."""
    first: dict[T, None] = {}
    for one in found:
        first[one] = None
        if len(first) == _MOST_UNKNOWNS:
            break
    return list(first)


def _named_in(unknowns: Sequence[Unknown], stack: Stack) -> frozenset[str]:
    """The URNs of the resources that a text of unknown values words differently where it is theirs."""
    owners = {unknown.owner.urn for unknown in unknowns if unknown.owner is not None}
    # Whether it is one source is told by the first two.
    sources = ([source.urn for source in islice(sources_of(unknown, stack), 2)] for unknown in unknowns)
    return frozenset(owners | {found[0] for found in sources if len(found) == 1})


def _text(findings: Sequence[Finding], resource: Resource | None, stack: Stack | None, preview: bool) -> _Text:
    asked = by_question(findings)
    waiting: dict[tuple[Unknown, ...], list[str]] = {}
    for finding in asked:
        waiting.setdefault(tuple(open_unknowns(finding, resource, stack)), []).append(finding.message)
    questions = _limited([_question(whether, unknowns, resource, stack) for unknowns, whether in waiting.items()])
    told = asked[:_MOST_SENTENCES]
    made_known = any(is_made_known(one, stack) for finding in told for one in finding.unknowns)
    return _Text(questions, made_known, settled(told, resource, stack, preview, _MOST_UNKNOWNS))


def _question(
    whether: Sequence[str], unknowns: Sequence[Unknown], resource: Resource | None, stack: Stack | None
) -> str:
    """What cannot be told for want of the same values, and what these are."""
    missing = _missing(unknowns, resource, stack)
    return _asked(whether, list(islice(missing, _MOST_UNKNOWNS)), len(missing))


def _asked(whether: Sequence[str], first: Sequence[_State], number: int) -> str:
    """The sentence that says so, with the first of a number of values that are not known."""
    asked = [one for one in whether if one]
    others = f", and {len(asked) - _MOST_UNKNOWNS} more" if len(asked) > _MOST_UNKNOWNS else ""
    question = f"cannot tell whether {', or whether '.join(asked[:_MOST_UNKNOWNS])}{others}: " if asked else ""
    more = f"; {number - _MOST_UNKNOWNS} more" if number > _MOST_UNKNOWNS else ""
    return f"{question}{'; '.join(f'{subject} {state}' for subject, state in first)}{more}."


def _missing(unknowns: Iterable[Unknown], resource: Resource | None, stack: Stack | None) -> Mapping[_State, None]:
    """What a message says of unknown values, each once."""
    states: dict[tuple[Any, ...], str] = {}
    missing: dict[_State, None] = {}
    for one in unknowns:
        # Many may be parts of one property, and have its sources.
        key = (one.owner, one.property_name, one.cause, one.shown, one.path == one.property_name)
        if key not in states:
            states[key] = _state(one, stack)
        missing[_subject(one, resource), states[key]] = None
    return missing


def _limited(sentences: Iterable[str]) -> str:
    """Sentences one after the other, each once; after the first few only how many there are."""
    unique = list(dict.fromkeys(sentences))
    more = len(unique) - _MOST_SENTENCES
    shown = [*unique[:1], *map(_capitalized, unique[1:_MOST_SENTENCES])]
    return " ".join([*shown, *([f"({more} more.)"] if more > 0 else [])])


def _capitalized(sentence: str) -> str:
    """A sentence with its first letter as a capital, unless it begins with the name of a property."""
    return f"{sentence[0].upper()}{sentence[1:]}" if _FIRST_WORD.match(sentence) else sentence


def _subject(unknown: Unknown, judged: Resource | None) -> str:
    """What is not known, with its resource where that is not the one judged."""
    elsewhere = unknown.owner is not None and (judged is None or unknown.owner.urn != judged.urn)
    return f"{unknown.path} of {unknown.owner.label}" if unknown.owner is not None and elsewhere else unknown.path


def _state(unknown: Unknown, stack: Stack | None) -> str:
    """Why it is not known, and what computes it."""
    if unknown.cause is Cause.DEFECT:
        return f"failed by {unknown.cause.value} ({unknown.shown})"
    if unknown.cause in (Cause.OUTSIDE_STACK, Cause.NOT_EVALUATED) and unknown.shown:
        return f"is {unknown.shown}, which is {unknown.cause.value}"
    if unknown.cause is not Cause.NOT_KNOWN_YET or stack is None or unknown.owner is None:
        return f"is {unknown.cause.value}"
    named = " and ".join(f"{source.label} ({source.type})" for source in sources_of(unknown, stack))
    if named and is_one_of_several(unknown):
        return f"is {unknown.cause.value}, and {unknown.property_name} is computed from {named}"
    if named:
        return f"is {unknown.cause.value}, computed from {named}"
    origin = (
        "given by AWS when the resource is created" if is_output(unknown) else "and the engine names no source of it"
    )
    return f"is {unknown.cause.value}, {origin}"


def remedied(
    policy: Policy, resource: Resource, configuration: Configuration, today: date = date.max
) -> Mapping[str, Any] | None:
    """The properties of a resource with its violation fixed; None where there is nothing to fix or no way to.

    What is waived on the day `today` is left as it is.
    """
    if policy.remediation is None or not judge(policy, resource, configuration).is_violation:
        return None
    waiver = waiver_for(configuration.waivers, resource.urn, today)
    if waiver is not None and waiver.holds(today):
        return None
    try:
        changes = policy.remediation(resource, configuration.settings)
    except Exception:  # a defect in a remediation leaves the violation standing, which then blocks
        return None
    if not changes:
        return None
    properties = copy.deepcopy(dict(resource.properties))
    done = [_set(properties, path.split("."), value) for path, value in changes.items()]
    return properties if all(done) else None


def _set(target: dict[str, Any], path: list[str], value: Any) -> bool:
    """Set a value by path, making blocks that are absent; False, and nothing changed, where a block cannot be read."""
    key, *rest = path
    if not rest:
        target[key] = _as_secret_as(target.get(key), value)
        return True
    child = target.get(key)
    if child is None:
        made: dict[str, Any] = {}
        target[key] = made
        return _set(made, rest, value)
    if isinstance(child, Secret):
        inner = {key: child.value}
        changed = _set(inner, path, value)
        target[key] = Secret(inner[key])
        return changed
    if isinstance(child, list) and len(child) == 1:
        child = child[0]
    return _set(child, rest, value) if isinstance(child, dict) else False


def _as_secret_as(before: Any, value: Any) -> Any:
    """The value that takes another's place, a secret as a whole where it has lost the mark of one of its parts.

    A remediation reads what it rewrites through `Value`, which looks into secrets.
    """
    kept = list(_secrets(value))
    return Secret(value) if any(secret not in kept for secret in _secrets(before)) else value


def _secrets(value: Any) -> Iterator[Secret]:
    if isinstance(value, Secret):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _secrets(item)
    elif isinstance(value, list):
        for item in value:
            yield from _secrets(item)


def _defect(error: Exception) -> Verdict:
    return undecided(Unknown("the check", Cause.DEFECT, type(error).__name__))


def _evaluated_later(policy: Policy, resource: Resource | None) -> str:
    """When what the update makes known is judged; a stack policy comes too late to stop that update."""
    if policy.on_stack or (resource is not None and _exemption(policy, resource) is not None):
        return "Re-evaluated at the end of the update; onUndecided: mandatory blocks the preview instead."
    return "Re-evaluated during the update, before the resource is created or changed."


def _left_out(verdict: Verdict) -> Verdict:
    """The verdict on a resource that a targeted operation leaves out: nothing can be said of it."""
    if verdict.outcome is Outcome.NOT_APPLICABLE:
        return verdict
    return undecided(Unknown("every property", Cause.NOT_TARGETED))


def _waiver_text(waiver: Waiver) -> str:
    return f"[Waiver: {waiver.reason}; approved by {waiver.approved_by}; expires {waiver.expires.isoformat()}]"
