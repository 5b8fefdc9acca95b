"""Every remedy on the real engine: off unless asked for; then the stack is clean, and the log says what was changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from guardrails.policy import Level
from offline.engine import Result
from offline.tools import Tools
from tests.engine.remedies import ADDED, EXTRA, OWN, OWN_CONFIGURATION, SETTINGS, Row
from tests.engine.stacks import preview
from tests.policypack.cases import policies_by_name

Place = tuple[str, str, str]
"""Policy, type and name of a resource."""

REMEDIABLE = sorted(policy.name for policy in policies_by_name().values() if policy.remedy)


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


def pair(
    tools: Tools, folders: pytest.TempPathFactory, rows: Sequence[Row], extra: str, config: Mapping[str, str]
) -> Pair:
    changes = [] if extra else [row.breakage for row in rows]
    broken, mended = (
        preview(
            tools,
            folders.mktemp(level.value),
            changes=changes,
            extra=extra,
            config=config,
            policies=at_level(level, rows),
        )
        for level in (Level.MANDATORY, Level.REMEDIATE)
    )
    return Pair(broken, mended)


@pytest.fixture(scope="module")
def own(tools: Tools, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """The project's own stack, broken in every row of `OWN`."""
    return pair(tools, tmp_path_factory, OWN, "", OWN_CONFIGURATION)


@pytest.fixture(scope="module")
def added(tools: Tools, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """The project's own stack with more resources, broken in every row of `ADDED`."""
    return pair(tools, tmp_path_factory, ADDED, EXTRA, {"protect": "true"})


each_of_own = pytest.mark.parametrize("row", OWN, ids=lambda row: row.id)
each_added = pytest.mark.parametrize("row", ADDED, ids=lambda row: row.id)


# --- the table


@pytest.mark.parametrize("policy", REMEDIABLE)
def test_every_policy_with_a_remedy_has_a_row(policy: str) -> None:
    assert policy in {row.policy for row in (*OWN, *ADDED)}


def test_every_row_is_of_a_policy_with_a_remedy_and_of_a_place_of_its_own() -> None:
    places = Counter(row.place for row in (*OWN, *ADDED))
    assert {policy for policy, _, _ in places} <= set(REMEDIABLE)
    assert [where for where, count in places.items() if count > 1] == []


# --- without remediation


@pytest.mark.engine
@each_of_own
def test_what_is_broken_in_the_stack_is_a_violation(row: Row, own: Pair) -> None:
    assert row.place in own.violations, own.broken.output[-3000:]


@pytest.mark.engine
@each_added
def test_what_is_added_broken_is_a_violation(row: Row, added: Pair) -> None:
    assert row.place in added.violations, added.broken.output[-3000:]


@pytest.mark.engine
def test_nothing_is_changed_unless_the_level_is_remediate(own: Pair, added: Pair) -> None:
    for both in (own, added):
        assert both.broken.exit_code != 0
        assert both.broken.events.remediations == ()


# --- with remediation


@pytest.mark.engine
@each_of_own
def test_the_log_says_what_was_changed_in_the_stack(row: Row, own: Pair) -> None:
    assert own.remediations.get(row.place) == row.changes


@pytest.mark.engine
@each_added
def test_the_log_says_what_was_changed_in_what_was_added(row: Row, added: Pair) -> None:
    assert added.remediations.get(row.place) == row.changes


@pytest.mark.engine
def test_a_remediated_stack_previews_clean(own: Pair, added: Pair) -> None:
    for both in (own, added):
        assert both.mended.exit_code == 0, both.mended.output[-3000:]
        assert both.mended.verdict.is_clean, both.mended.output[-3000:]


@pytest.mark.engine
def test_nothing_but_what_was_broken_is_changed(own: Pair, added: Pair) -> None:
    assert own.remediations.keys() == {row.place for row in OWN}
    assert added.remediations.keys() == {row.place for row in ADDED}


@pytest.mark.engine
def test_no_remediation_shows_a_secret(own: Pair) -> None:
    password = OWN_CONFIGURATION["db_password"]
    for result in (own.broken, own.mended):
        assert password not in result.output
        assert password not in repr(result.events)
