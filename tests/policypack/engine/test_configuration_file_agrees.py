"""What `check-config` finds valid breaks no preview: neither the CLI's own reading nor the pack refuses it."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import fastjsonschema
from hypothesis import given, settings
from hypothesis import strategies as st

from pulumi_guardrails.core.policy import Level
from pulumi_guardrails.engine.configuration import schema_properties
from pulumi_guardrails.engine.configuration_file import check
from pulumi_guardrails.engine.session import Session
from pulumi_guardrails.pack import select
from tests.policypack.cases import policies_by_name

POLICIES = policies_by_name()
CHECKED = select()
TODAY = date(2030, 6, 15)

WAIVER = {"resource": "*::logs", "reason": "migration", "approvedBy": "security", "expires": "2099-01-01"}
ODD: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-1, 4000),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(
        ["", " ", "advisory", "mandatory", "block", "2099-02-30", "2099-01-01", "123456789012", "10.0.0.0/8"]
    ),
    st.lists(st.one_of(st.text(max_size=3), st.integers(0, 70000)), max_size=2),
    st.just([WAIVER]),
    st.dictionaries(st.sampled_from(["resource", "reason", "x"]), st.text(max_size=2), max_size=2),
)


@st.composite
def settings_of(draw: st.DrawFn, name: str) -> Any:
    """A configuration of a policy: a level, or some of its settings with their defaults or odd values."""
    if draw(st.booleans()):
        return draw(st.one_of(st.sampled_from([level.value for level in Level]), ODD))
    known = schema_properties(POLICIES[name])
    keys = draw(st.lists(st.sampled_from([*known, "enforcementLevel", "minimumDay"]), max_size=3, unique=True))
    return {key: draw(st.one_of(st.just(known.get(key, {}).get("default", "advisory")), ODD)) for key in keys}


@st.composite
def configurations(draw: st.DrawFn) -> dict[str, Any]:
    names = draw(st.lists(st.sampled_from([*sorted(POLICIES), "all", "log-retentoin"]), max_size=3, unique=True))
    return {name: draw(settings_of(name if name in POLICIES else "log-retention")) for name in names}


def refused(configuration: Any) -> str:
    """Why a preview with this configuration would fail; empty where it would not."""
    session = Session(list(POLICIES.values()), lambda: TODAY)
    for name, value in configuration.items():
        if not isinstance(value, (str, dict)):
            return f"{name} is neither a level nor an object"
        level = value if isinstance(value, str) else value.get("enforcementLevel", "advisory")
        if level not in [one.value for one in Level]:
            return f"{name} has the level {level}"
        given = (
            {} if isinstance(value, str) else {key: item for key, item in value.items() if key != "enforcementLevel"}
        )
        if name == "all":
            continue
        try:
            session.configure(name, Level(level), given)
            fastjsonschema.validate({"type": "object", "properties": schema_properties(POLICIES[name])}, dict(given))
        except Exception as error:
            return str(error)
    return ""


@settings(max_examples=300, deadline=None)
@given(configurations())
def test_a_preview_takes_what_is_found_valid_and_refuses_what_is_not(configuration: dict[str, Any]) -> None:
    problems = check(json.dumps(configuration), CHECKED, TODAY).problems
    of_all = configuration.get("all")
    does_nothing = isinstance(of_all, dict) and set(of_all) - {"enforcementLevel"}
    if not does_nothing:
        assert bool(refused(configuration)) == bool(problems), (refused(configuration), problems)
