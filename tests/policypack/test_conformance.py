"""What holds for every policy of the pack, so that a new one is held to it without further work.

The rows of a table that are the same for every policy (waived, expired, remediated, a value of a wrong type, a value
not known yet) are made here from the rows that its author wrote.
"""

from __future__ import annotations

import ast
import dataclasses
import inspect
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import pulumi_guardrails
from pulumi_guardrails.aws.resource_types import kind_of
from pulumi_guardrails.core.policy import Constraint, Framework, Level, Policy, Severity
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.value import ABSENT, UNKNOWN
from pulumi_guardrails.core.verdict import Cause, Outcome, Verdict
from pulumi_guardrails.engine.configuration import ConfigurationError, configure, schema_properties
from pulumi_guardrails.engine.evaluation import judge, remedied, reports_of
from tests.policypack.cases import Case, all_cases, good_resources, policies_by_name, resource
from tests.policypack.each_row import each_row

PACKAGE = Path(pulumi_guardrails.__file__).parent

POLICIES = list(policies_by_name().values())
TODAY = date(2030, 6, 15)
WRONG: tuple[Any, ...] = ([], {}, "", "x", 0.0, True, None, [[]], [{"a": [None]}], {"a": {"b": []}})

WITHOUT_PROPERTY = {"certificate-replaced-first"}
"""Policies that judge an option of the engine and no property of the resource."""

REMEDIABLE = [policy for policy in POLICIES if policy.remediation]

every_policy = pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.name)


def cases_of(policy: Policy, outcome: Outcome | None = None) -> list[Case]:
    return [c for c in all_cases() if c.policy == policy.name and (outcome is None or c.outcome is outcome)]


def holds(value: Any, wanted: object) -> bool:
    """Whether a value is, or has anywhere inside, the one wanted."""
    if isinstance(value, dict):
        return any(holds(item, wanted) for item in value.values())
    return any(holds(item, wanted) for item in value) if isinstance(value, list) else value is wanted


def first_violation(policy: Policy) -> Case:
    return cases_of(policy, Outcome.VIOLATION)[0]


# --- the declaration


SEVERITIES = json.loads(Path(__file__).with_name("fsbp_severities.json").read_text(encoding="utf-8"))
"""The severity of each FSBP control that a policy states, as Prowler's framework file has them (November 2026)."""

INGRESS = {"sg-ingress-from-internet", "sg-public-ports"}
"""Policies on every port, which EC2.13, EC2.14 and EC2.18 rank high, beside EC2.19 that they state."""


@every_policy
def test_a_severity_is_that_of_the_control(policy: Policy) -> None:
    stated = [Severity(SEVERITIES[control]) for control in policy.controls.get(Framework.FSBP, ())]
    order = list(Severity)
    if stated and policy.name not in INGRESS:
        assert policy.severity is max(stated, key=order.index)


@every_policy
def test_what_is_mandatory_by_default_is_a_documented_constraint_or_a_danger(policy: Policy) -> None:
    blocks = policy.constraint is not None or policy.severity in (Severity.HIGH, Severity.CRITICAL)
    assert policy.level is not Level.MANDATORY or blocks


def test_every_documented_constraint_is_enforced_by_default() -> None:
    enforced = {policy.constraint for policy in POLICIES if policy.level is Level.MANDATORY}
    assert enforced >= set(Constraint)


def test_a_danger_is_ranked_as_one() -> None:
    with pytest.raises(TypeError, match="high or critical"):
        dataclasses.replace(POLICIES[0], danger=True, severity=Severity.MEDIUM)


@every_policy
def test_the_metadata_is_complete(policy: Policy) -> None:
    assert re.match(r"[A-Z]|iam:[A-Z]", policy.title), "a sentence, or one that begins with an action of IAM"
    assert not policy.title.endswith(".")
    assert len(policy.title) <= 100
    assert policy.why.endswith(".")
    assert policy.remediation_steps.endswith(".")
    assert policy.url.startswith("https://docs.aws.amazon.com/")
    assert policy.topics
    assert policy.kinds
    assert (policy.check.__doc__ or "").strip(), "the check says nothing of itself"


@every_policy
def test_the_example_is_python(policy: Policy) -> None:
    ast.parse(policy.example)


@every_policy
def test_each_setting_says_what_it_means_and_its_default_keeps_its_own_schema(policy: Policy) -> None:
    assert all(setting.doc.endswith(".") for setting in policy.settings.values())
    given = {name: setting.default for name, setting in policy.settings.items()}
    assert configure(policy, given).settings == given


@every_policy
def test_an_unknown_setting_is_refused_by_name(policy: Policy) -> None:
    with pytest.raises(ConfigurationError, match=policy.name):
        configure(policy, {"noSuchSetting": 1})


@every_policy
def test_the_schema_offers_waivers_and_what_happens_when_undecided(policy: Policy) -> None:
    assert {"waivers", "onUndecided"} <= schema_properties(policy).keys()


def test_no_policy_has_a_todo() -> None:
    words = re.compile(r"\bTODO\b")
    left = [
        f"{policy.name}: {line.strip()}"
        for policy in POLICIES
        for text in (
            *(policy.title, policy.why, policy.remediation_steps, policy.example, policy.url),
            *(topic.value for topic in policy.topics),
            *map(repr, cases_of(policy)),
            inspect.getsource(policy.check),
        )
        for line in text.splitlines()
        if words.search(line)
    ]
    assert left == []


# --- the structure


def test_what_a_value_was_computed_from_is_asked_of_the_stack() -> None:
    """A reader of the engine's edges of its own would forget one of the ways in which a reference is uncertain."""
    readers = {
        path.relative_to(PACKAGE).parts[0]
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in ("dependencies", "depends_on")
    }
    assert readers <= {"core", "engine"}


# --- the tables


def test_every_case_is_of_a_declared_policy() -> None:
    assert {case.policy for case in all_cases()} <= policies_by_name().keys()


def test_no_two_cases_of_a_policy_promise_the_same() -> None:
    assert [id for id, count in Counter(case.id for case in all_cases()).items() if count > 1] == []


@every_policy
def test_the_table_has_a_compliant_and_a_violating_row(policy: Policy) -> None:
    outcomes = {case.outcome for case in cases_of(policy)}
    assert {Outcome.COMPLIANT, Outcome.VIOLATION} <= outcomes


@every_policy
def test_the_table_says_what_an_absent_value_does(policy: Policy) -> None:
    if not policy.on_stack and policy.name not in WITHOUT_PROPERTY:
        assert any(holds(dict(case.change), ABSENT) for case in cases_of(policy))


@every_policy
def test_the_table_says_what_an_unknown_value_does(policy: Policy) -> None:
    if policy.on_stack:
        assert any(holds(dict(r.properties), UNKNOWN) for case in cases_of(policy) for r in case.stack)
    else:
        assert any(holds(dict(case.change), UNKNOWN) for case in cases_of(policy))


@every_policy
def test_every_type_a_policy_judges_has_a_good_resource(policy: Policy) -> None:
    if not policy.on_stack:
        for kind in policy.kinds:
            assert any(token in good_resources() for token in kind.tokens), kind.name


def test_the_good_resources_satisfy_every_policy() -> None:
    for token, properties in good_resources().items():
        judged = resource(token, **properties)
        for policy in POLICIES:
            if policy.on_stack or policy.level is Level.DISABLED or kind_of(token) not in policy.kinds:
                continue
            verdict = judge(policy, judged, configure(policy, {}))
            assert not verdict.is_violation, f"{token} breaks {policy.name}: {verdict.findings}"


def verdicts(case: Case) -> list[tuple[Resource | None, Verdict]]:
    """Every verdict that a case reaches, with the resource it is on."""
    if case.declared.on_stack or case.stack:
        return case.verdicts_in(Stack(case.stack))
    return [(case.resource, case.verdict())]


@every_policy
def test_an_undecided_finding_names_what_is_not_known(policy: Policy) -> None:
    for case in cases_of(policy):
        for _, verdict in verdicts(case):
            for finding in verdict.findings if verdict.is_undecided else ():
                assert finding.unknowns, case.id
                for unknown in finding.unknowns:
                    assert unknown.cause is not Cause.DEFECT, (case.id, unknown.shown)
                    assert unknown.path, case.id
                    if unknown.cause is Cause.NOT_KNOWN_YET and unknown.owner is not None:
                        hidden = unknown.owner[unknown.property_name].unknown_parts()
                        outputs = unknown.owner.output(unknown.property_name).unknown_parts()
                        defaults = unknown.path.startswith("defaultTags of its provider")
                        assert defaults or [*hidden, *outputs], (case.id, unknown.path)


# --- rows that are the same for every policy


def levels(policy: Policy, case: Case, waivers: list[dict[str, str]]) -> list[tuple[Level, str]]:
    settings = {**case.settings, "waivers": waivers}
    judged = resource("aws:any/any:Any", "judged") if policy.on_stack else case.resource
    reports = reports_of(policy, Level.MANDATORY, configure(policy, settings), judged, case.verdict(), TODAY)
    return [(report.level, report.message) for report in reports]


def waiver(expires: str) -> dict[str, str]:
    return {"resource": "urn:pulumi:dev::*", "reason": "moving on", "approvedBy": "the owner", "expires": expires}


@every_policy
def test_a_violation_blocks(policy: Policy) -> None:
    assert {level for level, _ in levels(policy, first_violation(policy), [])} == {Level.MANDATORY}


@every_policy
def test_a_waived_violation_is_advisory_and_says_why(policy: Policy) -> None:
    for level, message in levels(policy, first_violation(policy), [waiver("2030-06-15")]):
        assert level is Level.ADVISORY
        assert "moving on" in message
        assert "the owner" in message


@every_policy
def test_an_expired_waiver_violates_again_and_says_so(policy: Policy) -> None:
    for level, message in levels(policy, first_violation(policy), [waiver("2030-06-14")]):
        assert level is Level.MANDATORY
        assert "expired" in message


def remediable() -> Iterator[Case]:
    """The violations that have a safe value; some ways to break a policy have none."""
    for policy in REMEDIABLE:
        for case in cases_of(policy, Outcome.VIOLATION):
            if remedied(policy, case.resource, configure(policy, case.settings)) is not None:
                yield case


@each_row(remediable())
def test_a_remediation_fixes_the_violation_and_nothing_else(case: Case) -> None:
    configuration = configure(case.declared, case.settings)
    broken = case.resource
    fixed = remedied(case.declared, broken, configuration)
    assert fixed is not None
    broken.properties = fixed
    assert judge(case.declared, broken, configuration).outcome is Outcome.COMPLIANT
    assert remedied(case.declared, broken, configuration) is None


@pytest.mark.parametrize("policy", REMEDIABLE, ids=lambda policy: policy.name)
def test_a_policy_with_a_remediation_fixes_at_least_one_of_its_violations(policy: Policy) -> None:
    configuration = configure(policy, {})
    assert any(remedied(policy, case.resource, configuration) for case in cases_of(policy, Outcome.VIOLATION))


@every_policy
def test_a_value_of_a_wrong_type_is_judged_and_never_a_defect(policy: Policy) -> None:
    if policy.on_stack:
        return
    for kind in policy.kinds:
        for token in kind.tokens:
            for name in good_resources().get(token, {}):
                for wrong in WRONG:
                    bent: Resource = resource(token, **{**good_resources()[token], name: wrong})
                    verdict = judge(policy, bent, configure(policy, {}))
                    causes = {unknown.cause for finding in verdict.findings for unknown in finding.unknowns}
                    assert Cause.DEFECT not in causes, (name, wrong)
