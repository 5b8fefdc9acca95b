"""A configuration file is checked key by key, before every preview that requires the pack fails for it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any

import fastjsonschema
import pulumi_policy
import pytest

from pulumi_guardrails.core.policy import Level
from pulumi_guardrails.engine.configuration_file import check, schema
from pulumi_guardrails.pack import select
from tests.policypack.engine.test_bad_configurations import BAD

TODAY = date(2030, 6, 15)
WAIVER = {"resource": "*::logs", "reason": "migration", "approvedBy": "security", "expires": "2099-01-01"}
THEIRS = pulumi_policy.ResourceValidationPolicy(
    "acme-team",
    "Has a team.",
    validate=lambda _args, _report: None,
    config_schema=pulumi_policy.PolicyConfigSchema({"teams": {"type": "array", "items": {"type": "string"}}}),
)
POLICIES: list[pulumi_policy.Policy] = [*select(), THEIRS]

URN = "urn:pulumi:prod::ml-api::aws:cloudwatch/logGroup:LogGroup::audit"
EXCEPTION = {"reason": "SEC-7", "match": [{"policies": ["log-retention"], "targets": [URN]}]}

VALID: dict[str, Any] = {
    "nothing": {},
    "a level": {"log-retention": "advisory"},
    "a level for all": {"all": "advisory", "log-retention": {"enforcementLevel": "mandatory"}},
    "settings": {"log-retention": {"maximumDays": 365, "onUndecided": "mandatory", "waivers": [WAIVER]}},
    "settings of another's policy": {"acme-team": {"teams": ["search"]}},
    "environments": {"environments": ["acme/prod"], "log-retention": "advisory"},
    "version 2": {"version": 2, "policies": {"log-retention": "advisory"}, "exceptions": {"EXC-42": EXCEPTION}},
    "version 2 without policies": {"version": 2},
}

WRONG: dict[str, tuple[Any, str]] = {
    "a policy": (
        {"log-retentoin": "advisory"},
        "log-retentoin: the pack has no such policy (did you mean log-retention?).",
    ),
    "a policy unlike any": ({"x": "advisory"}, "x: the pack has no such policy."),
    "a level": (
        {"log-retention": "advisry"},
        'log-retention is "advisry"; expected advisory, mandatory, remediate or disabled (did you mean advisory?).',
    ),
    "a level among settings": (
        {"log-retention": {"enforcementLevel": 1}},
        "log-retention.enforcementLevel is 1; expected advisory, mandatory, remediate or disabled.",
    ),
    "a form": (
        {"log-retention": 7},
        "log-retention is 7; expected a level, or an object with enforcementLevel and settings.",
    ),
    "a setting": (
        {"log-retention": {"minimumDay": 7}},
        "log-retention: minimumDay is 7; expected one of the keys maximumDays, minimumDays, onUndecided, waivers "
        "(did you mean minimumDays?).",
    ),
    "a value": ({"log-retention": {"minimumDays": "x"}}, 'log-retention: minimumDays is "x"; it must be integer.'),
    "the second of two waivers": (
        {"log-retention": {"waivers": [WAIVER, {**WAIVER, "reason": " "}]}},
        'log-retention: waivers[1].reason is " "; expected a text that is not blank.',
    ),
    "a setting for all": (
        {"all": {"enforcementLevel": "advisory", "onUndecided": "mandatory"}},
        "all.onUndecided does nothing: all takes enforcementLevel alone.",
    ),
    "a setting of another's policy": (
        {"acme-team": {"team": ["search"]}},
        "acme-team: it has no setting team (did you mean teams?).",
    ),
    "a value of another's policy": ({"acme-team": {"teams": "search"}}, "acme-team: teams must be array."),
    "environments": (
        {"environments": "acme/prod"},
        'environments is "acme/prod"; expected a list of ESC environments.',
    ),
    "a version": ({"version": 3, "policies": {}}, "version is 3; expected 2."),
    "a policy beside those of version 2": (
        {"version": 2, "log-retention": "advisory"},
        "log-retention: a file of version 2 has no such key: policies go under the key policies.",
    ),
    "a key of version 2": (
        {"version": 2, "exception": {}},
        "exception: a file of version 2 has no such key: it is ignored (did you mean exceptions?).",
    ),
    "an exception without a reason": (
        {"version": 2, "exceptions": {"E": {"match": EXCEPTION["match"]}}},
        "exceptions.E.reason is null; expected why the exception is right.",
    ),
    "an exception for all": (
        {"version": 2, "exceptions": {"E": {"reason": "r", "match": [{"policies": ["all"], "targets": [URN]}]}}},
        "exceptions.E.match[0].policies has 'all'; expected names of policies: an exception is for single ones.",
    ),
    "an exception by a glob": (
        {
            "version": 2,
            "exceptions": {"E": {"reason": "r", "match": [{"policies": ["log-retention"], "targets": ["*"]}]}},
        },
        "exceptions.E.match[0].targets has '*'; expected the URN of a resource, which is compared exactly.",
    ),
    "a list": ([], "It is []; expected an object with a key for each policy."),
}


@cache
def validator() -> Callable[[Any], Any]:
    """What refuses a configuration that the published schema does."""
    compiled: Callable[[Any], Any] = fastjsonschema.compile(schema(POLICIES))
    return compiled


@pytest.mark.parametrize("configuration", VALID.values(), ids=VALID.keys())
def test_a_valid_configuration_is_counted(configuration: Any) -> None:
    checked = check(json.dumps(configuration), POLICIES, TODAY)
    assert checked.problems == ()
    assert checked.levels is not None
    assert sum(checked.levels.values()) == len(POLICIES)
    validator()(configuration)


@pytest.mark.parametrize(("configuration", "sentence"), WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_is_said_in_a_sentence(configuration: Any, sentence: str) -> None:
    checked = check(json.dumps(configuration), POLICIES, TODAY)
    assert sentence in checked.problems
    assert len(checked.problems) == 1
    assert checked.levels is None


SILENT = ("the second of two waivers", "an exception by a glob")
"""What no schema says: that a text is not blank, and what a URN is."""


@pytest.mark.parametrize(
    "configuration",
    [value for name, (value, _) in WRONG.items() if name not in SILENT],
    ids=lambda value: str(value)[:50],
)
def test_an_editor_with_the_schema_marks_what_is_wrong(configuration: Any) -> None:
    with pytest.raises(fastjsonschema.JsonSchemaException):
        validator()(configuration)


@pytest.mark.parametrize(("policy", "settings", "sentence"), BAD.values(), ids=BAD.keys())
def test_what_the_pack_refuses_at_a_preview_is_refused_before_it(policy: str, settings: Any, sentence: str) -> None:
    problems = check(json.dumps({policy: settings}), POLICIES, TODAY).problems
    assert problems
    if not sentence.startswith("no policy"):
        assert any(sentence in problem for problem in problems)


def test_everything_that_is_wrong_is_said_at_once() -> None:
    configuration = {
        "log-retentoin": "advisory",
        "log-retention": {"minimumDays": "x", "maximumDay": 1},
        "kms-rotation": 1,
    }
    assert len(check(json.dumps(configuration), POLICIES, TODAY).problems) == 4


def test_what_is_no_json_is_said_with_its_place() -> None:
    assert check('{"all": advisory}', POLICIES, TODAY).problems == (
        "It is no JSON at line 1, column 9: Expecting value.",
    )
    assert "NaN is no number" in check('{"all": NaN}', POLICIES, TODAY).problems[0]


def test_a_key_that_stands_twice_is_refused() -> None:
    (problem,) = check('{"all": "advisory", "all": "mandatory"}', POLICIES, TODAY).problems
    assert problem == "all stands twice in one object; the CLI reads the last one and passes over the others."


def test_what_does_nothing_is_noted() -> None:
    expired = {"log-retention": {"waivers": [{**WAIVER, "expires": "2030-06-14"}, {**WAIVER, "expires": "2030-06-15"}]}}
    assert check(json.dumps(expired), POLICIES, TODAY).notes == (
        "log-retention: waivers[0] has expired on 2030-06-14: what it covers is a violation again.",
    )
    unknown = {"reason": "r", "match": [{"policies": ["log-retentions"], "targets": [URN]}]}
    checked = check(json.dumps({"version": 2, "exceptions": {"E": unknown}}), POLICIES, TODAY)
    assert checked.notes == ("exceptions.E: the pack has no policy log-retentions (did you mean log-retention?).",)
    assert checked.problems == ()


def test_a_level_for_all_turns_on_what_is_off() -> None:
    plain, advisory = check("", POLICIES, TODAY).levels, check('{"all": "advisory"}', POLICIES, TODAY).levels
    assert plain is not None
    assert plain[Level.DISABLED]
    assert advisory == {Level.ADVISORY: len(POLICIES)}
