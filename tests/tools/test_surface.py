"""A change of what users of the pack rely on asks for the right step of its version."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
import semver

from pulumi_guardrails import __version__
from tests.policypack.cases import policies_by_name
from tools.surface import Step, changes, least_version, read, surface

SURFACE: dict[str, Any] = {
    "version": "1.2.3",
    "functions": {"select": "()", "serve": "(name)"},
    "policies": {
        "a": {"level": "advisory", "severity": "low", "settings": {"days": {"schema": {"minimum": 1}, "default": 30}}},
        "b": {"level": "mandatory", "severity": "high", "settings": {}},
    },
}


def test_the_version_and_the_changelog_say_what_changed_since_the_last_published_version() -> None:
    """Where this fails, raise `__version__` and say what changed in `policypack/CHANGELOG.md`."""
    before, now = read(), surface(policies_by_name().values())
    found = "\n".join(change.text for change in changes(before, now))
    least = least_version(before, now)
    assert semver.Version.parse(__version__) >= semver.Version.parse(least), f"expected at least {least}:\n{found}"


def edit(change: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    after = copy.deepcopy(SURFACE)
    change(after)
    return after


@pytest.mark.parametrize(
    ("change", "step", "version"),
    [
        (lambda s: None, None, "1.2.3"),
        (lambda s: s["policies"].pop("a"), Step.MAJOR, "2.0.0"),
        (lambda s: s["policies"].update(c=SURFACE["policies"]["a"]), Step.MINOR, "1.3.0"),
        (lambda s: s["policies"].update(c=SURFACE["policies"]["b"]), Step.MAJOR, "2.0.0"),
        (lambda s: s["policies"]["a"].update(level="mandatory"), Step.MAJOR, "2.0.0"),
        (lambda s: s["policies"]["b"].update(level="advisory"), Step.MINOR, "1.3.0"),
        (lambda s: s["policies"]["a"].update(level="disabled"), Step.MINOR, "1.3.0"),
        (lambda s: s["policies"]["a"].update(severity="high"), Step.MINOR, "1.3.0"),
        (lambda s: s["policies"]["a"]["settings"].pop("days"), Step.MAJOR, "2.0.0"),
        (lambda s: s["policies"]["b"]["settings"].update(x={"schema": {}, "default": 1}), Step.MINOR, "1.3.0"),
        (lambda s: s["policies"]["a"]["settings"]["days"].update(default=7), Step.MAJOR, "2.0.0"),
        (lambda s: s["policies"]["a"]["settings"]["days"].update(schema={"minimum": 7}), Step.MAJOR, "2.0.0"),
        (lambda s: s["functions"].update(serve="(name, policies)"), Step.MAJOR, "2.0.0"),
    ],
    ids=[
        "nothing",
        "a policy goes",
        "an advisory policy comes",
        "a mandatory policy comes",
        "a policy blocks",
        "a policy does not block any more",
        "a policy is off",
        "a severity",
        "a setting goes",
        "a setting comes",
        "a default",
        "a schema",
        "a function",
    ],
)
def test_each_change_asks_for_its_step(
    change: Callable[[dict[str, Any]], Any], step: Step | None, version: str
) -> None:
    after = edit(change)
    assert [found.step for found in changes(SURFACE, after)] == ([] if step is None else [step])
    assert least_version(SURFACE, after) == version


@pytest.mark.parametrize(("level", "version"), [("mandatory", "0.3.0"), ("disabled", "0.2.4")])
def test_before_the_first_major_version_each_step_is_one_lower(level: str, version: str) -> None:
    before = {**SURFACE, "version": "0.2.3"}
    assert least_version(before, edit(lambda s: s["policies"]["a"].update(level=level))) == version
