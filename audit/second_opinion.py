"""What our policies and Checkov say of one resource and one thing, side by side, and why they differ where they do.

Which check of Checkov's is about the same as which policy is in `correspondence.json`, which `make docs` writes from
the table of constraints that the pack is measured by.
"""

from __future__ import annotations

import functools
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from audit.evidence import RANKED, Evidence, Outcome, Result
from audit.terraform.checkov import Check, Opinion, SecondOpinion
from audit.terraform.plan import NotMapped, Plan

CORRESPONDENCE = Path(__file__).with_name("correspondence.json")

NOT_EXPLAINED = "not explained"

_BAD = frozenset({Outcome.VIOLATED, Outcome.WAIVED, Outcome.EXCEPTED, Outcome.REMEDIATED})
_FOUND = frozenset({Opinion.FAILED, Opinion.WAIVED})


@dataclass(frozen=True)
class Comparison:
    """One check of Checkov's on one resource, and what our policies about the same say of it.

    Attributes:
        resource: The resource's URN.
        check: What Checkov says; None where it says nothing of this resource.
        results: What our policies say of the resource.
        policies: Our policies about the same.
        agree: Whether both say the same.
        why: Why they differ, in a sentence; ``not explained`` where no reason is known; empty where they agree.
    """

    resource: str
    check: Check | None
    results: tuple[Result, ...]
    policies: tuple[str, ...]
    agree: bool
    why: str = ""

    @property
    def outcome(self) -> Outcome | None:
        """What our policies say, the gravest first; None where they say nothing."""
        return min((one.outcome for one in self.results), key=RANKED.index, default=None)

    @property
    def is_explained(self) -> bool:
        """Whether both agree, or it is known why they do not."""
        return self.why != NOT_EXPLAINED


@dataclass(frozen=True)
class SideBySide:
    """Both judges of one stack.

    Attributes:
        opinion: What Checkov says.
        comparisons: What both say of the same, first where they differ.
        alone: What Checkov found or would have found, had it not been waived, that no policy of ours is about.
        not_mapped: What Checkov did not see.
    """

    opinion: SecondOpinion
    comparisons: tuple[Comparison, ...]
    alone: tuple[Check, ...]
    not_mapped: tuple[NotMapped, ...]

    @property
    def differences(self) -> list[Comparison]:
        """Where both differ."""
        return [one for one in self.comparisons if not one.agree]

    @property
    def missing(self) -> Mapping[tuple[str, str], int]:
        """What Checkov did not see, by type and reason."""
        return Counter((one.type, one.reason) for one in self.not_mapped if not one.property)


def side_by_side(evidence: Evidence, opinion: SecondOpinion, plan: Plan) -> SideBySide:
    """Compare the evidence of a run with Checkov's opinion of its plan."""
    policies_of: dict[str, list[str]] = defaultdict(list)
    for policy, checks in correspondence().items():
        for check in checks:
            policies_of[check].append(policy)
    results: dict[tuple[str, str], list[Result]] = defaultdict(list)
    for result in evidence.results:
        results[result.resource, result.policy.name].append(result)
    levels = {policy.name: policy.is_on for policy in evidence.policies}
    reasons = _Reasons(plan, evidence, levels)
    found = [
        _compare(check, policies_of[check.id], results, reasons) for check in opinion.checks if check.id in policies_of
    ]
    found += _unseen(results, {(one.resource, one.id) for one in opinion.checks}, reasons)
    found.sort(key=lambda one: (one.agree, one.is_explained))
    return SideBySide(
        opinion,
        tuple(found),
        tuple(one for one in opinion.checks if one.id not in policies_of and one.opinion is not Opinion.PASSED),
        tuple(plan.not_mapped),
    )


@functools.cache
def correspondence() -> Mapping[str, Sequence[str]]:
    """The checks of Checkov's that are about the same as a policy, by the policy's name."""
    found: Mapping[str, Sequence[str]] = json.loads(CORRESPONDENCE.read_text(encoding="utf-8"))
    return found


def _compare(
    check: Check,
    policies: Sequence[str],
    results: Mapping[tuple[str, str], Sequence[Result]],
    reasons: _Reasons,
) -> Comparison:
    ours = tuple(
        one
        for policy in policies
        for one in results.get((check.resource, policy), ())
        if one.outcome is not Outcome.NOT_APPLICABLE and one.policy.is_on
    )
    compared = Comparison(check.resource, check, ours, tuple(policies), False)
    outcome = compared.outcome
    agree = (
        (outcome is Outcome.PASSED and check.opinion is Opinion.PASSED)
        or (outcome in _BAD and check.opinion in _FOUND)
        or (outcome is Outcome.UNDECIDED and check.opinion is Opinion.UNKNOWN)
    )
    return Comparison(check.resource, check, ours, tuple(policies), agree, "" if agree else reasons.of(compared))


def _unseen(
    results: Mapping[tuple[str, str], Sequence[Result]], seen: set[tuple[str, str]], reasons: _Reasons
) -> Iterator[Comparison]:
    """What a policy of ours found on a resource of which no corresponding check says anything."""
    for policy, checks in correspondence().items():
        for (resource, name), each in results.items():
            found = tuple(one for one in each if one.outcome in _BAD | {Outcome.UNDECIDED} and one.policy.is_on)
            if name != policy or not found or any((resource, check) in seen for check in checks):
                continue
            compared = Comparison(resource, None, found, (policy,), False)
            yield Comparison(resource, None, found, (policy,), False, reasons.of(compared))


class _Reasons:
    """Why both differ on something."""

    def __init__(self, plan: Plan, evidence: Evidence, is_on: Mapping[str, bool]) -> None:
        self._addresses = {urn: address for address, urn in plan.urns.items()}
        self._is_on = is_on
        self._evaluated: dict[str, list[str]] = defaultdict(list)
        for result in evidence.results:
            if result.outcome is not Outcome.NOT_APPLICABLE:
                self._evaluated[result.policy.name].append(result.resource)
        self._settings: dict[str, list[str]] = defaultdict(list)
        for resource in plan.document["configuration"]["root_module"]["resources"]:
            for address in _referenced(resource["expressions"]):
                # A type that is named as another and more is a setting of it: aws_s3_bucket_logging of aws_s3_bucket.
                if resource["type"].startswith(f"{address.partition('.')[0]}_"):
                    self._settings[address].append(resource["address"])

    def of(self, compared: Comparison) -> str:
        """The reason, in a sentence."""
        check, outcome = compared.check, compared.outcome
        if check is None:
            if compared.resource not in self._addresses:
                return "Checkov does not see it: it is not in the plan."
            return "Checkov evaluates no such check on this resource."
        if check.opinion is Opinion.WAIVED:
            return f"Checkov's finding is waived: {check.reason}"
        if outcome is None:
            return self._silent(compared)
        if outcome is Outcome.NOT_EVALUATED:
            return "The run broke off before our policy evaluated it."
        if check.opinion is Opinion.UNKNOWN:
            return f"Checkov compares what is not known yet: {', '.join(check.unknown)}."
        if check.opinion is Opinion.PASSED and outcome is Outcome.UNDECIDED and check.unknown:
            return f"Checkov counts what is not known yet as set: {', '.join(check.unknown)}."
        settings = self._settings.get(self._addresses.get(compared.resource, ""), [])
        if check.opinion is Opinion.FAILED and outcome is Outcome.PASSED and not check.is_of_graph and settings:
            return f"Checkov does not follow the separate resource: {', '.join(sorted(settings))}."
        return NOT_EXPLAINED

    def _silent(self, compared: Comparison) -> str:
        if not any(self._is_on.get(policy, False) for policy in compared.policies):
            return "Our policy is disabled, or not of the packs of this run."
        elsewhere = sorted({urn for policy in compared.policies for urn in self._evaluated.get(policy, ())})
        if elsewhere:
            return "Our policy evaluates it on another resource, or on the stack as a whole."
        return "Our policy does not apply to this resource."


def _referenced(expression: object) -> set[str]:
    """The addresses in the expressions of a resource, without their attributes."""
    if isinstance(expression, Mapping):
        if isinstance(expression.get("references"), list):
            return {".".join(one.split(".")[:2]) for one in expression["references"]}
        return {one for item in expression.values() for one in _referenced(item)}
    if isinstance(expression, list):
        return {one for item in expression for one in _referenced(item)}
    return set()
