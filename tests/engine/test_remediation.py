"""Every remedy on the real engine: off unless asked for; then the stack is clean, and the log says what was changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from offline.engine import Result
from offline.tools import Tools
from pulumi_guardrails.core.policy import Level
from tests.engine.remedies import ADDED, EXTRA, OWN, OWN_CONFIGURATION, SETTINGS, Row
from tests.engine.stacks import preview
from tests.policypack.cases import policies_by_name

Place = tuple[str, str, str]
"""Policy, type and name of a resource."""

REMEDIABLE = sorted(policy.name for policy in policies_by_name().values() if policy.remediation)

ROWS = (*OWN, *ADDED)


@dataclass(frozen=True)
class Pair:
    """A broken stack, previewed without remediation and with it."""

    broken: Result
    mended: Result

    @property
    def violations(self) -> set[Place]:
        """What is violated without remediation, and where."""
        return {place(found.policy, found.resource) for found in self.broken.verdict.mandatory}

    @property
    def remediations(self) -> dict[Place, dict[str, tuple[Any, Any]]]:
        """What is mended with remediation, and where: before and after by path."""
        return {
            place(done.policy, done.resource): {change.path: (change.before, change.after) for change in done.changes}
            for done in self.mended.events.remediations
        }


def place(policy: str, urn: str) -> Place:
    """A policy and a resource. The types in a URN are those of the resource's parents, `$`, and its own."""
    *_, types, name = urn.split("::")
    return policy, types.rsplit("$", 1)[-1], name


def at_level(level: Level, rows: Sequence[Row]) -> dict[str, Any]:
    """The configuration that gives the policies of these rows a level, also those that are off by default."""
    return {row.policy: {"enforcementLevel": level.value, **SETTINGS.get(row.policy, {})} for row in rows}


@pytest.fixture(scope="module")
def pair(tools: Tools, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """The stack with everything broken that the rows say, previewed each way once for all tests."""
    broken, mended = (
        preview(
            tools,
            tmp_path_factory.mktemp(level.value),
            changes=[row.breakage for row in OWN],
            extra=EXTRA,
            config=OWN_CONFIGURATION,
            policies=at_level(level, ROWS),
        )
        for level in (Level.MANDATORY, Level.REMEDIATE)
    )
    return Pair(broken, mended)


# --- the table


@pytest.mark.parametrize("policy", REMEDIABLE)
def test_every_policy_with_a_remedy_has_a_row(policy: str) -> None:
    assert policy in {row.policy for row in ROWS}


def test_every_row_is_of_a_policy_with_a_remedy_and_of_a_place_of_its_own() -> None:
    places = Counter(row.place for row in ROWS)
    assert {policy for policy, _, _ in places} <= set(REMEDIABLE)
    assert [where for where, count in places.items() if count > 1] == []


# --- on the engine


@pytest.mark.long
@pytest.mark.engine
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_a_remedy_mends_a_violation_and_the_log_says_how(row: Row, pair: Pair) -> None:
    assert row.place in pair.violations, pair.broken.output[-3000:]
    assert pair.remediations.get(row.place) == row.changes


@pytest.mark.long
@pytest.mark.engine
def test_nothing_is_changed_unless_the_level_is_remediate(pair: Pair) -> None:
    assert pair.broken.exit_code != 0
    assert pair.broken.events.remediations == ()


@pytest.mark.long
@pytest.mark.engine
def test_the_remediated_stack_previews_clean(pair: Pair) -> None:
    assert pair.mended.exit_code == 0, pair.mended.output[-3000:]
    assert pair.mended.verdict.is_clean, pair.mended.output[-3000:]


@pytest.mark.long
@pytest.mark.engine
def test_nothing_but_what_was_broken_is_changed(pair: Pair) -> None:
    assert pair.remediations.keys() == {row.place for row in ROWS}


@pytest.mark.long
@pytest.mark.engine
def test_no_remediation_shows_a_secret(pair: Pair) -> None:
    for result in (pair.broken, pair.mended):
        assert OWN_CONFIGURATION["db_password"] not in result.output
        assert OWN_CONFIGURATION["db_password"] not in repr(result.events)
