"""The table of Access Analyzer's checks: each has documents that it finds and others that it does not, or a reason."""

from __future__ import annotations

import pytest

from pulumi_guardrails.aws.iam.catalogue.access_analyzer_checks import Check, named_after
from pulumi_guardrails.core.verdict import Finding
from tests.policypack.cases import policies_by_name
from tests.policypack.policies.iam.cases_conditions import EXAMS, Exam

SPOKEN = [check for check in Check if check.policies]


def exams(check: Check) -> list[Exam]:
    return [exam for exam in EXAMS if exam.check is check]


@pytest.mark.parametrize("check", SPOKEN, ids=lambda check: check.name)
def test_each_check_has_documents_that_it_finds_and_that_look_alike(check: Check) -> None:
    assert all(exam.wrong and exam.right for exam in exams(check))
    asked = {exam.policy or check.policies[0] for exam in exams(check)}
    assert asked & set(check.policies)


@pytest.mark.parametrize("check", list(Check), ids=lambda check: check.name)
def test_a_check_has_policies_of_the_pack_or_a_reason(check: Check) -> None:
    assert set(check.policies) <= policies_by_name().keys()
    assert bool(check.policies) != bool(check.reason)


def test_a_finding_is_named_in_its_sentence() -> None:
    check = Check.MISSING_VERSION
    assert named_after(Finding("it has none"), check).sentence(None) == "it has none (Access Analyzer: Missing version)"
    plain = named_after(Finding("", "policy.Version", "not set", "a version"), check)
    assert plain.sentence(None).endswith("expected a version (Access Analyzer: Missing version)")
    assert named_after(plain) is plain
