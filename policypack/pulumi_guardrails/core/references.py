"""Which resource a property refers to: surely, possibly, or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from pulumi_guardrails.core.kind import Kind
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.three_valued import Answer
from pulumi_guardrails.core.value import Value
from pulumi_guardrails.core.verdict import Outcome, Verdict


def told_of(resource: Resource, verdict: Verdict) -> Verdict:
    """The same verdict for a message about another resource: its findings name the resource whose property it is."""
    findings = tuple(
        replace(finding, subject=f"{finding.subject} of {resource.label}", property_name="")
        for finding in verdict.findings
    )
    return replace(verdict, findings=findings)


def agreed(verdicts: Sequence[Verdict], open_question: Verdict) -> Verdict:
    """The verdict that all candidates for one reference share; `open_question` where they differ or there is none."""
    outcomes = {verdict.outcome for verdict in verdicts}
    if len(verdicts) == 1 or (len(outcomes) == 1 and outcomes != {Outcome.UNDECIDED}):
        return verdicts[0]
    return open_question


def target_of(stack: Stack, value: Value, owner: Resource, kind: Kind) -> Resource | None:
    """The one resource of `kind` that `value`, a property of `owner`, surely refers to, if the stack has it."""
    found = stack.referred(value, owner, kind)
    return found[0] if found and all(item is found[0] for item in found) else None


def means_all(open_parts: Sequence[Value], candidates: int) -> bool:
    """Whether unknown parts of a property mean every one of the resources it was computed from, or one of them each.

    A list that is unknown as a whole means all; an id, or an element of a list, means one.
    """
    return candidates <= len(open_parts) or any(part.is_list for part in open_parts)


def points_to(stack: Stack, value: Value, owner: Resource, target: Resource) -> Answer:
    """Whether `value`, a property of `owner`, refers to `target`; for many targets, `Incoming` finds it once."""
    if target.kind is None:
        return False
    return dict(Incoming(stack, target.kind, [(owner, value)]).to(target)).get(owner, False)


class Incoming:
    """Which resources refer to each resource of a kind, found once for all of them.

    An unknown value refers to the one resource of the kind among its dependency edges; with several of that kind it may
    be any of them, and without an edge anything. A known value is compared with what the engine knows of the target.

    Args:
        stack: The stack.
        kind: The kind of what is referred to.
        values: The values that may refer to it, each with its owner.
    """

    def __init__(self, stack: Stack, kind: Kind, values: Iterable[tuple[Resource, Value]]) -> None:
        self._found: dict[str, list[tuple[Resource, Answer]]] = {}
        self._anywhere: list[tuple[Resource, Answer]] = []
        for owner, value in values:
            targets = {target.urn for target in stack.referred(value, owner, kind)}
            answer: Answer = None if value.is_unknown and len(targets) > 1 else True
            for urn in targets:
                self._found.setdefault(urn, []).append((owner, answer))
            if value.is_unknown and not owner.dependencies.get(value.property_name):
                self._anywhere.append((owner, None))

    def to(self, target: Resource) -> list[tuple[Resource, Answer]]:
        """The resources that refer to `target` (true) or may (`None`); one that surely does not is not among them."""
        return [*self._found.get(target.urn, ()), *self._anywhere]
