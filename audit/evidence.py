"""The evidence of one run: what every policy made of every resource, and who ran what, when and where.

The engine's event log is the only source of verdicts. What the pack says of its policies adds their titles, controls
and advice, and which types they evaluate; the preview's own document adds lines of the program.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from enum import Enum

from audit.description import ConfiguredException, Description, Policy, Waiver
from audit.events import Check, EventLog, Finding, Remediation
from audit.preview_document import Source
from audit.verdict import SKIPPED, UNDECIDED, kind_of


class Outcome(str, Enum):
    """What a policy made of a resource, or of the stack."""

    VIOLATED = "violated"
    UNDECIDED = "undecided"
    NOT_EVALUATED = "not evaluated"
    """The run broke off before, or the policy is disabled."""
    WAIVED = "waived"
    """Violated, and exempted by a waiver of our pack."""
    EXCEPTED = "excepted"
    """Exempted by a policy exception of Pulumi."""
    REMEDIATED = "remediated"
    """Violated, and fixed by the policy itself before the resource is made."""
    PASSED = "passed"
    NOT_APPLICABLE = "not applicable"


RANKED = tuple(Outcome)
"""The outcomes, the one that a person has to look at first."""


@dataclass(frozen=True)
class Exemption:
    """Why a violation does not block.

    Attributes:
        reason: Why.
        approved_by: Who approved it; empty where it is not said.
        expires: The last day on which it holds, as YYYY-MM-DD; empty where it is not said.
        id: The ID of a policy exception of Pulumi; empty for a waiver of our pack.
    """

    reason: str
    approved_by: str = ""
    expires: str = ""
    id: str = ""


@dataclass(frozen=True)
class Result:
    """What one policy made of one resource.

    Attributes:
        policy: The policy.
        resource: The resource's URN; empty for the stack as a whole.
        outcome: What came of it.
        level: What a violation does: ``mandatory``, ``advisory`` or ``remediate``; empty where it is not known.
        message: What was found; empty where there is nothing to say.
        exemption: Why it does not block, where it is waived or excepted.
    """

    policy: Policy
    resource: str
    outcome: Outcome
    level: str
    message: str = ""
    exemption: Exemption | None = None

    @property
    def blocks(self) -> bool:
        """Whether it ends a preview."""
        return self.outcome in (Outcome.VIOLATED, Outcome.UNDECIDED) and self.level in ("mandatory", "remediate")


@dataclass(frozen=True)
class Resource:
    """A resource of the stack.

    Attributes:
        urn: Its URN.
        type: Its type token.
        operation: What the engine would do or did with it, in its own word.
        source: The line of the program that registers it, where that is known.
    """

    urn: str
    type: str
    operation: str = ""
    source: Source | None = None

    @property
    def name(self) -> str:
        """The last part of its URN, which may have colons of its own."""
        return self.urn.split("::", 3)[-1]


@dataclass(frozen=True)
class Control:
    """A control of a framework, and what the policies that speak for it say.

    Attributes:
        framework: The framework.
        id: The control.
        policies: The policies that speak for it.
        result: ``met``, ``not met``, ``undecided``, ``not evaluated``, ``waived`` or ``not applicable``.
    """

    framework: str
    id: str
    policies: tuple[Policy, ...]
    result: str


@dataclass(frozen=True)
class Provenance:
    """Who ran what, when and where.

    Attributes:
        command: The command, as it can be run again.
        began: When, in ISO 8601 (UTC).
        ended: When it was over, in ISO 8601 (UTC).
        user: Who, as ``name@host``.
        git_commit: The commit of the program; empty where its folder is in no repository.
        git_dirty: Whether something is not committed; None where that is not known.
        versions: The version of everything that had a part in it, by name; of a pack see `version_name`.
    """

    command: str = ""
    began: str = ""
    ended: str = ""
    user: str = ""
    git_commit: str = ""
    git_dirty: bool | None = None
    versions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Evidence:
    """What one run is evidence of.

    Attributes:
        project: The Pulumi project.
        stack: The stack.
        operation: ``preview``, ``up`` or ``state`` (a stack that exists, from its exported state).
        is_complete: Whether the engine came to evaluate the stack as a whole.
        passes_known: Whether the log says what passed; the output of `pulumi policy analyze` does not.
        policies: Every policy that is known of.
        resources: The resources, in the order in which the engine came to them.
        results: What the policies made of them, first what a person has to look at.
        remediations: What policies changed.
        notes: What policies say that is about no resource, such as a waiver that nothing needs.
        errors: What the engine, its plugins and the program reported as errors.
        changes: How many resources each operation would be done to; None where the run broke off.
        provenance: Who ran what, when and where.
        undescribed: The packs of which the event log alone is known.
        exceptions: The policy exceptions that are configured, whether or not a resource needs them.
    """

    project: str
    stack: str
    operation: str
    is_complete: bool
    policies: tuple[Policy, ...] = ()
    resources: tuple[Resource, ...] = ()
    results: tuple[Result, ...] = ()
    remediations: tuple[Remediation, ...] = ()
    notes: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    changes: Mapping[str, int] | None = None
    provenance: Provenance = Provenance()
    undescribed: tuple[str, ...] = ()
    passes_known: bool = True
    exceptions: tuple[ConfiguredException, ...] = ()

    def count(self, outcome: Outcome) -> int:
        """How many pairs of a policy and a resource came out so."""
        return sum(one.outcome is outcome for one in self.results)

    @property
    def blocks(self) -> bool:
        """Whether something ends a preview."""
        return any(one.blocks for one in self.results)

    @property
    def verdict(self) -> str:
        """``violations`` (something blocks), ``incomplete``, ``advisory`` (findings that do not block), ``compliant``,
        or ``nothing evaluated``: what stands at the top of a page.
        """
        if self.blocks:
            return "violations"
        if not self.is_complete:
            return "incomplete"
        found = {one.outcome for one in self.results} - {Outcome.NOT_APPLICABLE, Outcome.NOT_EVALUATED}
        if found & {Outcome.VIOLATED, Outcome.UNDECIDED, Outcome.WAIVED, Outcome.EXCEPTED}:
            return "advisory"
        return "compliant" if found else "nothing evaluated"

    def of_policy(self) -> dict[tuple[str, str], list[Result]]:
        """The results by the pack and name of their policy; every policy that is known of has an entry."""
        found: dict[tuple[str, str], list[Result]] = {(policy.pack, policy.name): [] for policy in self.policies}
        for one in self.results:
            found[one.policy.pack, one.policy.name].append(one)
        return found

    def controls(self) -> list[Control]:
        """Each control that some policy speaks for, by framework."""
        speaking: dict[tuple[str, str], list[Policy]] = {}
        for policy in self.policies:
            for framework, ids in policy.frameworks.items():
                for control in ids:
                    speaking.setdefault((framework, control), []).append(policy)
        of_policy = self.of_policy()
        return [
            Control(framework, control, tuple(policies), self._met(policies, of_policy))
            for (framework, control), policies in sorted(speaking.items(), key=lambda item: natural(item[0]))
        ]

    def _met(self, policies: Sequence[Policy], results: Mapping[tuple[str, str], Sequence[Result]]) -> str:
        found = {one.outcome for policy in policies for one in results[policy.pack, policy.name]}
        # A run that broke off may have come to none of the resources that would have violated a policy.
        if not self.is_complete or any(not policy.is_on for policy in policies):
            found.add(Outcome.NOT_EVALUATED)
        for outcome, word in _CONTROL_RESULTS:
            if outcome in found:
                return word
        return "not applicable" if self.passes_known else "not known"


_CONTROL_RESULTS = (
    (Outcome.VIOLATED, "not met"),
    (Outcome.UNDECIDED, "undecided"),
    (Outcome.NOT_EVALUATED, "not evaluated"),
    (Outcome.WAIVED, "waived"),
    (Outcome.EXCEPTED, "waived"),
    (Outcome.REMEDIATED, "met"),
    (Outcome.PASSED, "met"),
)

_WAIVED = re.compile(
    r"^Waived: .*\[Waiver: (?P<reason>.*); approved by (?P<by>.*); expires (?P<day>\d{4}-\d\d-\d\d)\]$", re.MULTILINE
)
"""How our pack reports a waived violation."""

_OF_A_WAIVER = re.compile(r"^The waiver of '.*\) (matches no |is not needed )", re.MULTILINE)
"""How our pack says that a waiver is idle, which is no violation of the policy."""


def gather(
    log: EventLog,
    descriptions: Iterable[Description] = (),
    sources: Mapping[str, Source] | None = None,
    provenance: Provenance | None = None,
    passes_known: bool = True,
) -> Evidence:
    """The evidence in an event log.

    Args:
        log: The engine's event log.
        descriptions: What the packs say of their policies, where they say something.
        sources: The line of the program that registers a resource, by its URN.
        provenance: Who ran what, when and where; without it, what the log has: the times, and the packs' versions.
        passes_known: Whether the log says what passed; where it does not, nothing counts as passed or not applicable.
    """
    described = {description.pack: description for description in descriptions}
    catalogue = _Catalogue(described)
    resources = _resources(log, sources or {})
    notes, found = [], []
    for finding in log.findings:
        if finding.level == "advisory" and not finding.resource and _OF_A_WAIVER.search(finding.message):
            notes.append(f"{finding.policy}: {_said(finding.message)}")
        else:
            found.append(finding)
    results = _Results(catalogue)
    for finding in found:
        results.add(_of_finding(catalogue.learn(finding), finding))
    for remediation in log.remediations:
        policy = catalogue.policy(remediation.pack, remediation.policy)
        results.add(Result(policy, remediation.resource, Outcome.REMEDIATED, policy.level, _changed(remediation)))
    # A line on the whole stack is of no pack that the engine has not asked about it.
    on_stack = {check.pack for check in log.checks if check.resource is None}
    compliant = {key: urns for key, urns in log.compliant.items() if key[0] in on_stack}
    for check in log.checks:
        for name in check.passed:
            policy = catalogue.policy(check.pack, name)
            on = compliant.get((check.pack, name), ()) if check.resource is None else ()
            for resource in on or [check.resource or ""]:
                results.add(Result(policy, resource, Outcome.PASSED, policy.level))
    # What passed with the whole stack in view, of a policy that the engine does not count as passed on the stack.
    for (pack, name), urns in compliant.items():
        policy = catalogue.policy(pack, name)
        for urn in urns:
            results.add(Result(policy, urn, Outcome.PASSED, policy.level))
    is_complete = not passes_known or bool(on_stack)
    if passes_known:
        results.fill(log.checks, resources, is_complete)
    project, stack = _names(resources)
    return Evidence(
        project=project,
        stack=stack,
        operation="preview" if log.is_preview else "up",
        is_complete=is_complete,
        policies=tuple(catalogue.all()),
        resources=tuple(resources.values()),
        results=results.ordered(),
        remediations=log.remediations,
        notes=tuple(dict.fromkeys(notes)),
        errors=log.errors,
        changes=log.changes,
        provenance=provenance or _in_log(log),
        undescribed=tuple(sorted({policy.pack for policy in catalogue.all()} - set(described))),
        passes_known=passes_known,
        exceptions=tuple(one for description in described.values() for one in description.exceptions),
    )


def _in_log(log: EventLog) -> Provenance:
    versions = {version_name(check.pack): check.version for check in log.checks if check.version}
    return Provenance(began=_moment(log.began), ended=_moment(log.ended), versions=versions)


def version_name(pack: str) -> str:
    """The name by which the version of a pack stands among the versions of a run."""
    return f"policy pack {pack}"


def _moment(seconds: int | None) -> str:
    """Seconds since 1970 in ISO 8601 (UTC)."""
    return "" if seconds is None else datetime.fromtimestamp(seconds, timezone.utc).isoformat()


def natural(words: Iterable[str]) -> list[list[tuple[int, str]]]:
    """A key that sorts numbers within texts by their value: control 2.10 after 2.9."""
    return [
        [(int(part), "") if part.isdecimal() else (-1, part.casefold()) for part in re.split(r"(\d+)", word)]
        for word in words
    ]


class _Catalogue:
    """Every policy that is described, and those that only the log has."""

    def __init__(self, described: Mapping[str, Description]) -> None:
        self._policies = {
            (pack, name): policy
            for pack, description in described.items()
            for name, policy in description.policies.items()
        }

    def policy(self, pack: str, name: str) -> Policy:
        return self._policies.setdefault((pack, name), Policy(pack, name))

    def learn(self, finding: Finding) -> Policy:
        """The policy of a finding; of one that is not described, with what the finding says of it."""
        known = self.policy(finding.pack, finding.policy)
        title, _, rest = finding.message.partition("\n")
        learned = replace(
            known, title=known.title or (title if rest else ""), severity=known.severity or finding.severity
        )
        self._policies[finding.pack, finding.policy] = learned
        return learned

    def all(self) -> list[Policy]:
        return [self._policies[key] for key in sorted(self._policies)]


class _Results:
    """One result for each policy and resource: of several, the one that a person has to look at first."""

    def __init__(self, catalogue: _Catalogue) -> None:
        self._catalogue = catalogue
        self._found: dict[tuple[str, str, str], Result] = {}

    def add(self, result: Result) -> None:
        """Add a result; of two that a person has to look at alike, both messages stay."""
        key = (result.policy.pack, result.policy.name, result.resource)
        before = self._found.get(key)
        if before is None:
            self._found[key] = result
            return
        first, second = sorted((before, result), key=_urgency)
        if first.outcome is second.outcome and second.message and second.message not in first.message.split("\n\n"):
            first = replace(first, message="\n\n".join(filter(None, (first.message, second.message))))
        self._found[key] = first

    def fill(self, checks: Sequence[Check], resources: Mapping[str, Resource], is_complete: bool) -> None:
        """Add what the log is silent on: what does not apply, and what was not evaluated."""
        of_one = [check for check in checks if check.resource is not None]
        evaluated = [check.resource for check in of_one if check.resource is not None]
        on_resources = {(check.pack, name) for check in of_one for name in (*check.passed, *check.failed)}
        seen: dict[tuple[str, str], set[str]] = {}
        for pack, name, resource in self._found:
            seen.setdefault((pack, name), set()).add(resource)
        for policy in self._catalogue.all():
            key = (policy.pack, policy.name)
            found = seen.get(key, set())
            if not policy.is_on:
                self.add(Result(policy, "", Outcome.NOT_EVALUATED, policy.level, "The policy is disabled."))
            elif policy.on_stack and not is_complete:
                message = "The run broke off before the stack was evaluated as a whole."
                self.add(Result(policy, "", Outcome.NOT_EVALUATED, policy.level, message))
            elif policy.on_stack and not found:
                self.add(Result(policy, "", Outcome.NOT_APPLICABLE, policy.level))
            elif policy.on_stack is False or (policy.on_stack is None and key in on_resources):
                for urn in evaluated:
                    if urn not in found:
                        self.add(self._silent(policy, resources.get(urn), urn, is_complete))

    def _silent(self, policy: Policy, resource: Resource | None, urn: str, is_complete: bool) -> Result:
        """A policy on single resources of which the log has nothing on one: our pack then has nothing to say."""
        if not is_complete and resource is not None and policy.evaluates(resource.type):
            message = "The run broke off before the stack was evaluated as a whole, for which this may have waited."
            return Result(policy, urn, Outcome.NOT_EVALUATED, policy.level, message)
        return Result(policy, urn, Outcome.NOT_APPLICABLE, policy.level)

    def ordered(self) -> tuple[Result, ...]:
        def rank(one: Result) -> tuple[int, int, int, str, str]:
            severity = _SEVERITIES.index(one.policy.severity) if one.policy.severity in _SEVERITIES else 0
            return *_urgency(one), -severity, one.policy.name, one.resource

        return tuple(sorted(self._found.values(), key=rank))


_LEVELS = ("mandatory", "remediate", "advisory")
_SEVERITIES = ("", "low", "medium", "high", "critical")


def _urgency(result: Result) -> tuple[int, int]:
    """Sorts what a person has to look at first to the front."""
    level = _LEVELS.index(result.level) if result.level in _LEVELS else len(_LEVELS)
    return RANKED.index(result.outcome), level


def _of_finding(policy: Policy, finding: Finding) -> Result:
    kind = kind_of(finding)
    message = _said(finding.message)
    if kind == "excepted":
        first = finding.exceptions[0]
        exemption = Exemption(first.reason, id=first.id)
        return Result(policy, finding.resource, Outcome.EXCEPTED, policy.level or finding.level, message, exemption)
    # What blocks is not waived, whatever its text says.
    waived = _WAIVED.search(finding.message) if finding.level == "advisory" else None
    if waived is not None:
        exemption = Exemption(waived["reason"], waived["by"], waived["day"])
        return Result(policy, finding.resource, Outcome.WAIVED, policy.level or finding.level, message, exemption)
    undecided = kind in ("undecided", "skipped") or _begins(finding.message, UNDECIDED, SKIPPED)
    return Result(
        policy, finding.resource, Outcome.UNDECIDED if undecided else Outcome.VIOLATED, finding.level, message
    )


def _changed(remediation: Remediation) -> str:
    """What a remediation changed, one property a line; a value that was not or is no longer set is `null`."""
    return "\n".join(
        f"{change.path}: {json.dumps(change.before)} \N{RIGHTWARDS ARROW} {json.dumps(change.after)}"
        for change in remediation.changes
    )


def _begins(message: str, *words: str) -> bool:
    return any(line.startswith(words) for line in message.splitlines())


def _said(message: str) -> str:
    """What was found, without the policy's title on the line before it."""
    first, _, rest = message.partition("\n")
    return rest.strip() or first.strip()


def _resources(log: EventLog, sources: Mapping[str, Source]) -> dict[str, Resource]:
    found = {
        step.resource: Resource(step.resource, step.type, step.operation, sources.get(step.resource))
        for step in log.steps
    }
    named = [check.resource for check in log.checks if check.resource] + [one.resource for one in log.findings]
    for urn in named:
        if urn and urn not in found:
            found[urn] = Resource(urn, type_of(urn), "", sources.get(urn))
    return found


def type_of(urn: str) -> str:
    """The type token in a URN."""
    parts = urn.split("::")
    return parts[2].rpartition("$")[2] if len(parts) > 3 else ""


def _names(resources: Iterable[str]) -> tuple[str, str]:
    for urn in resources:
        match = re.match(r"urn:pulumi:([^:]+)::([^:]+)::", urn)
        if match:
            return match.group(2), match.group(1)
    return "", ""


def waivers(policies: Iterable[Policy]) -> Iterator[Waiver]:
    """Every waiver that is configured, whether or not a resource needs it."""
    for policy in policies:
        yield from policy.waivers


def counts(results: Iterable[Result]) -> Counter[Outcome]:
    """How many results there are of each outcome."""
    return Counter(one.outcome for one in results)
