"""Follows advice until its policy has nothing more against the case."""

from __future__ import annotations

import re

from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.value import UNKNOWN
from pulumi_guardrails.core.verdict import Cause, Finding
from tests.policypack.advice.by_hand import HANDS, VALUES, Hand
from tests.policypack.advice.grammar import DESCRIBED, Instruction, instructions
from tests.policypack.advice.programs import wrong_names
from tests.policypack.advice.scene import Scene, advice_of
from tests.policypack.cases import Case

_MOST_ROUNDS = 4
"""What is wrong behind what was wrong: one repair may show the next, as an empty block that is filled in does."""


def follow_advice(case: Case) -> Scene:
    """The scene of a case after its advice was followed.

    Raises:
        AssertionError: Advice names an argument that its resource does not have, or a finding stays as it is.
    """
    scene = Scene(case)
    refused = {one.urn: set(wrong_names(one.type, one.properties)) for one in scene.resources if one.kind}
    for _ in range(_MOST_ROUNDS):
        found = scene.violations()
        if not found:
            break
        for judged, finding in found:
            _follow(scene, judged, finding)
        left = scene.violations()
        same = [finding for _, finding in left if finding in [before for _, before in found]]
        assert same == [], [advice_of(scene.policy, finding) for finding in same]
    for one in scene.resources:
        if one.kind:
            new = set(wrong_names(one.type, one.properties)) - refused.get(one.urn, set())
            assert not {reason for reason in new if " is no property of " in reason}, one.label
    return scene


def undecided_since(scene: Scene) -> list[Finding]:
    """What is undecided now for another reason than something that the case itself does not know."""
    original = {one.urn: one.properties for one in Scene(scene.case).resources}
    found = [finding for _, verdict in scene.verdicts() if verdict.is_undecided for finding in verdict.findings]
    return [
        finding
        for finding in found
        if not all(
            one.cause is Cause.INHERITED
            or (one.owner is not None and _holds_unknown(original.get(one.owner.urn, {}).get(one.property_name)))
            for one in finding.unknowns
        )
    ]


def _holds_unknown(value: object) -> bool:
    if isinstance(value, dict):
        return any(map(_holds_unknown, value.values()))
    return any(map(_holds_unknown, value)) if isinstance(value, list) else value is UNKNOWN


def is_covered(case: Case) -> bool:
    """Whether every finding of a case has advice that can be followed here."""
    scene = Scene(case)
    return all(
        _hand(scene, finding) or _usable(scene, instructions(advice_of(scene.policy, finding)))
        for _, finding in scene.violations()
    )


def _follow(scene: Scene, judged: Resource | None, finding: Finding) -> None:
    owner = finding.owner or judged
    assert owner is not None
    # The finding holds the resource as it was; what it is now is in the scene.
    current = next((one for one in scene.resources if one.urn == owner.urn), None)
    if current is None:
        return
    by_hand = _hand(scene, finding)
    if by_hand is not None:
        by_hand(scene, current, finding)
        return
    steps = _usable(scene, instructions(advice_of(scene.policy, finding)))
    assert steps, f"nobody follows: {advice_of(scene.policy, finding)}"
    for step in steps:
        scene.follow(current, finding, step)


def _hand(scene: Scene, finding: Finding) -> Hand | None:
    advice = advice_of(scene.policy, finding)
    return next(
        (hand for pattern, hand in HANDS.get(scene.policy.name, {}).items() if re.search(pattern, advice)), None
    )


def _usable(scene: Scene, steps: list[Instruction]) -> list[Instruction]:
    """Instructions with values for what they only describe; none where nobody has given one."""
    usable = []
    for step in steps:
        if step.value is not DESCRIBED:
            usable.append(step)
        elif (scene.policy.name, step.path) in VALUES:
            usable.append(Instruction(step.path, VALUES[scene.policy.name, step.path], step.below))
        else:
            return []
    return usable
