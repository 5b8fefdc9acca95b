"""The session of one stack: its configuration, what was analyzed so far, and what waits for the whole stack.

It knows neither the engine's protocol nor a clock: `analyzer` translates messages, and passes in the day.
"""

from __future__ import annotations

import difflib
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pulumi_guardrails.core.frozen import fast_dataclass
from pulumi_guardrails.core.kind import Kind
from pulumi_guardrails.core.policy import Level, Policy
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.verdict import Outcome, Verdict
from pulumi_guardrails.engine.configuration import ConfigurationError, OnUndecided, configure
from pulumi_guardrails.engine.evaluation import (
    Report,
    idle_waivers,
    judge,
    judge_in_stack,
    judge_stack,
    overall,
    remedied,
    reports_of,
    stands_already,
    waits_for_stack,
)


@dataclass
class Results:
    """What to tell the engine of one request.

    Attributes:
        reports: What the policies found.
        not_applicable: The policies that have nothing to say, each with its reason: the log must not say they passed.
            Those for other kinds of resources are not among them: `Session.of_other_kinds` has them.
        compliant: The resources that a policy found compliant with the whole stack in view, by the policy's name. The
            engine asks of the whole stack once, and its log has no resource of what passed.
    """

    reports: list[Report] = field(default_factory=list)
    not_applicable: list[tuple[Policy, str]] = field(default_factory=list)
    compliant: dict[str, list[str]] = field(default_factory=dict)


@fast_dataclass(frozen=True)
class Remediated:
    """One remediation.

    Attributes:
        policy: The policy whose violation is fixed.
        properties: The properties of the resource, with the fix.
    """

    policy: Policy
    properties: Mapping[str, Any]


class Session:
    """The policies of a pack over one stack.

    Args:
        policies: The policies of the pack.
        today: The day that waivers are held against.
        other_names: The names of policies of the pack that are evaluated elsewhere.
    """

    def __init__(self, policies: Sequence[Policy], today: Callable[[], date], other_names: Iterable[str] = ()) -> None:
        self.policies = list(policies)
        self.is_preview = True
        self._today = today
        self._other_names = tuple(other_names)
        self._by_name = {policy.name: policy for policy in self.policies}
        self._levels = {policy.name: policy.level for policy in self.policies}
        self._configurations = {policy.name: configure(policy, {}) for policy in self.policies}
        exemptions = [policy.exemption for policy in self.policies if policy.exemption is not None]
        self._ending = {kind for exemption in exemptions for kind in exemption.ended_by}
        self._plans: dict[Kind | None, tuple[list[Policy], list[Policy]]] = {}
        self._lock = threading.Lock()
        self._inputs: dict[str, Mapping[str, Any]] = {}
        self._offered: set[str] = set()
        self._waiting: list[tuple[Policy, Resource, Verdict]] = []
        self._not_compliant: dict[str, set[str]] = {}

    # --- configuration

    def configure(self, name: str, level: Level, given: Mapping[str, Any]) -> None:
        """Set the level and the settings of a policy; raises ConfigurationError for what the pack does not accept."""
        policy = self._by_name.get(name)
        if policy is None:
            near = difflib.get_close_matches(name, (*self._by_name, *self._other_names), n=1)
            hint = f"did you mean {near[0]}?" if near else "its documentation lists their names."
            raise ConfigurationError(f"The policy pack has no policy {name!r}; {hint}")
        self._levels[name] = level
        self._plans.clear()
        self._configurations[name] = configure(policy, given)

    # --- what the engine has shown of the stack

    def inputs_of(self, urn: str) -> Mapping[str, Any] | None:
        """The inputs that a resource was analyzed with in this run; None for one that was not."""
        return self._inputs.get(urn)

    def is_left_out(self, urn: str, inputs: Mapping[str, Any]) -> bool:
        """Whether a targeted operation leaves a resource out, so that nothing is known of it.

        Such a resource has no property at all. One whose program sets none still has the plugin's note of its defaults,
        which the engine passes on to remediation alone.
        """
        return not inputs and urn not in self._offered

    def is_only_read(self, urn: str) -> bool:
        """Whether the stack only looks a resource up: the engine analyzes one by one what it registers, no other."""
        return bool(self._inputs) and urn not in self._inputs

    # --- evaluation

    def judging(self, kind: Kind | None) -> list[Policy]:
        """The policies on single resources that are on, and that judge resources of a kind."""
        return self._plan(kind)[0]

    def on_resources(self, kind: Kind | None) -> list[Policy]:
        """Every policy on single resources that is on; those on other kinds than this one first."""
        judging, others = self._plan(kind)
        return [*others, *judging]

    def of_other_kinds(self, kind: Kind | None) -> list[Policy]:
        """The policies on single resources that are on, and that do not judge resources of a kind."""
        return self._plan(kind)[1]

    def _plan(self, kind: Kind | None) -> tuple[list[Policy], list[Policy]]:
        """The policies that judge resources of a kind, and the others; found once for each kind."""
        plan = self._plans.get(kind)
        if plan is None:
            active = self._active(on_stack=False)
            judging = [policy for policy in active if kind in policy.kinds]
            plan = self._plans[kind] = (judging, [policy for policy in active if kind not in policy.kinds])
        return plan

    def analyze(self, resource: Resource) -> Results:
        """Judge one resource by its inputs, before it is made.

        At a preview an undecided verdict waits for the whole stack, which knows what made a value unknown, and so does
        one that the stack may exempt; until then the policy counts as not applicable, never as passed.
        """
        with self._lock:
            self._inputs[resource.urn] = resource.properties
        results = Results()
        for policy in self.judging(resource.kind):
            verdict = judge(policy, resource, self._configurations[policy.name])
            if (verdict.is_undecided and self.is_preview) or waits_for_stack(policy, resource, verdict):
                with self._lock:
                    self._waiting.append((policy, resource, verdict))
                results.not_applicable.append((policy, "undecided until the stack is analyzed"))
                continue
            if verdict.outcome is Outcome.NOT_APPLICABLE:
                results.not_applicable.append((policy, verdict.reason))
            self._report(results, policy, None, resource, verdict)
        if not self.is_preview and resource.kind in self._ending:
            self._report_what_stands(results, resource)
        return results

    def analyze_stack(self, stack: Stack) -> Results:
        """Judge the stack as a whole, and report what single resources left undecided, with what made it unknown."""
        results = Results()
        for policy in self._active(on_stack=True):
            verdicts = judge_stack(policy, stack, self._configurations[policy.name])
            if overall(verdict for _, verdict in verdicts).outcome is Outcome.NOT_APPLICABLE:
                results.not_applicable.append((policy, "nothing in the stack for it to judge"))
            for resource, verdict in verdicts:
                _note_compliant(results, policy, resource, verdict)
                self._report(results, policy, stack, resource, verdict)
        with self._lock:
            waiting, self._waiting = self._waiting, []
        for policy, judged, verdict in waiting:
            in_stack = stack.at(judged.urn) or judged
            configuration = self._configurations[policy.name]
            settled = judge_in_stack(policy, stack, in_stack, verdict, configuration)
            _note_compliant(results, policy, in_stack, settled)
            self._report(results, policy, stack, in_stack, settled)
        results.reports.extend(self._idle_waivers(stack))
        return results

    def remediate(self, resource: Resource) -> tuple[list[Remediated], list[Policy]]:
        """Fix the violations of policies whose level is `remediate`, each on top of the one before.

        The engine asks this of every resource, whatever the levels, before it asks to judge it.

        Returns:
            What was fixed, and the policies that judge the resource and fixed nothing.
        """
        remediations: list[Remediated] = []
        idle: list[Policy] = []
        for policy in self.judging(resource.kind):
            fixed = None
            if self._levels[policy.name] is Level.REMEDIATE:
                fixed = remedied(policy, resource, self._configurations[policy.name], self._today())
            if fixed is None:
                idle.append(policy)
            else:
                resource.properties = fixed
                remediations.append(Remediated(policy, fixed))
        return remediations, idle

    def remediates(self, kind: Kind | None) -> bool:
        """Whether a policy that judges resources of a kind is to fix what violates it."""
        return any(self._levels[policy.name] is Level.REMEDIATE for policy in self.judging(kind))

    def offer(self, urn: str) -> None:
        """Note that the engine has passed on properties of a resource, so that it is not one that is left out."""
        with self._lock:
            self._offered.add(urn)

    def _active(self, on_stack: bool) -> list[Policy]:
        return [p for p in self.policies if p.on_stack is on_stack and self._levels[p.name] is not Level.DISABLED]

    def _level(self, policy: Policy) -> Level:
        """The level of a violation: one that a remediation left standing blocks."""
        level = self._levels[policy.name]
        return Level.MANDATORY if level is Level.REMEDIATE else level

    def _report_what_stands(self, results: Results, beside: Resource) -> None:
        """Report what has waited for the stack as soon as a resource shows that it stands.

        During an update the stack is analyzed when all is made: an attachment is stopped before it grants anything.
        """
        standing: list[tuple[Policy, Resource, Verdict]] = []
        waiting: list[tuple[Policy, Resource, Verdict]] = []
        with self._lock:
            for one in self._waiting:
                (standing if stands_already(one[0], one[1], beside) else waiting).append(one)
            self._waiting = waiting
        for policy, resource, verdict in standing:
            self._report(results, policy, None, resource, verdict)

    def _report(
        self, results: Results, policy: Policy, stack: Stack | None, resource: Resource | None, verdict: Verdict
    ) -> None:
        """Report what is to be said of a verdict; the log does not count as passed what is undecided and ignored."""
        if not (verdict.is_violation or verdict.is_undecided):
            return
        configuration = self._configurations[policy.name]
        if verdict.is_undecided and configuration.on_undecided is OnUndecided.IGNORE:
            results.not_applicable.append((policy, "undecided, which its configuration ignores"))
        if resource:
            with self._lock:
                self._not_compliant.setdefault(policy.name, set()).add(resource.urn)
        level, today = self._level(policy), self._today()
        results.reports.extend(
            reports_of(policy, level, configuration, resource, verdict, today, stack, self.is_preview)
        )

    def _idle_waivers(self, stack: Stack) -> Iterator[Report]:
        urns = {resource.urn for resource in stack.resources} | set(self._inputs)
        for policy in self.policies:
            needing = self._not_compliant.get(policy.name, set())
            yield from idle_waivers(policy, self._configurations[policy.name], urns, needing)


def _note_compliant(results: Results, policy: Policy, resource: Resource | None, verdict: Verdict) -> None:
    if resource is not None and verdict.outcome is Outcome.COMPLIANT:
        results.compliant.setdefault(policy.name, []).append(resource.urn)
