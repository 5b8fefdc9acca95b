"""Our policies and Checkov side by side: where they agree, and why they do not."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from audit.description import Policy
from audit.evidence import Evidence, Outcome, Result
from audit.preview_document import parse
from audit.report import Appendices, Section, report
from audit.second_opinion import NOT_EXPLAINED, Comparison, SideBySide, correspondence, side_by_side
from audit.terraform.checkov import Check, Opinion, SecondOpinion
from audit.terraform.plan import Plan, plan

BUCKET = "urn:pulumi:dev::shop::aws:s3/bucket:Bucket::logs"
LOGGING = "urn:pulumi:dev::shop::aws:s3/bucketLogging:BucketLogging::logs"
ELSEWHERE = "urn:pulumi:dev::shop::aws:s3/bucket:Bucket::other"
POLICY = Policy("guardrails", "s3-access-logging", level="mandatory")
CHECK = Check("CKV_AWS_18", "Ensure the S3 bucket has access logging enabled", BUCKET, Opinion.PASSED)


@pytest.fixture(autouse=True)
def one_policy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("audit.second_opinion.correspondence", lambda: {POLICY.name: ["CKV_AWS_18"]})


def made(*, with_logging: bool = False) -> Plan:
    states = [{"urn": BUCKET, "type": "aws:s3/bucket:Bucket", "inputs": {}}]
    if with_logging:
        inputs = {"bucket": "04da6b54-80e4-46f7-96ec-b56ff0331ba9"}
        states.append(
            {
                "urn": LOGGING,
                "type": "aws:s3/bucketLogging:BucketLogging",
                "inputs": inputs,
                "propertyDependencies": {"bucket": [BUCKET]},
            }
        )
    return plan(parse(json.dumps({"steps": [{"op": "create", "newState": state} for state in states]})))


def compared(
    outcome: Outcome | None,
    *checks: Check,
    policy: Policy = POLICY,
    resource: str = BUCKET,
    with_logging: bool = False,
) -> SideBySide:
    results = () if outcome is None else (Result(policy, resource, outcome, policy.level),)
    evidence = Evidence("shop", "dev", "preview", True, policies=(policy,), results=results)
    return side_by_side(evidence, SecondOpinion("3.3.30", checks), made(with_logging=with_logging))


@pytest.mark.parametrize(
    ("outcome", "opinion"),
    [
        (Outcome.PASSED, Opinion.PASSED),
        (Outcome.VIOLATED, Opinion.FAILED),
        (Outcome.WAIVED, Opinion.WAIVED),
        (Outcome.UNDECIDED, Opinion.UNKNOWN),
    ],
)
def test_both_agree_where_they_say_the_same(outcome: Outcome, opinion: Opinion) -> None:
    (one,) = compared(outcome, replace(CHECK, opinion=opinion)).comparisons
    assert (one.agree, one.why, one.outcome) == (True, "", outcome)


def only(found: SideBySide) -> Comparison:
    (one,) = found.differences
    return one


@pytest.mark.parametrize(
    ("outcome", "check", "why"),
    [
        (Outcome.PASSED, replace(CHECK, opinion=Opinion.FAILED), NOT_EXPLAINED),
        (Outcome.VIOLATED, CHECK, NOT_EXPLAINED),
        (Outcome.UNDECIDED, CHECK, NOT_EXPLAINED),
        (
            Outcome.PASSED,
            replace(CHECK, opinion=Opinion.WAIVED, reason="It has no readers."),
            "Checkov's finding is waived: It has no readers.",
        ),
        (
            Outcome.UNDECIDED,
            replace(CHECK, unknown=("logging",)),
            "Checkov counts what is not known yet as set: logging.",
        ),
        (
            Outcome.PASSED,
            replace(CHECK, opinion=Opinion.UNKNOWN, unknown=("logging",)),
            "Checkov compares what is not known yet: logging.",
        ),
        (Outcome.NOT_EVALUATED, CHECK, "The run broke off before our policy evaluated it."),
        (Outcome.NOT_APPLICABLE, CHECK, "Our policy does not apply to this resource."),
        (None, CHECK, "Our policy does not apply to this resource."),
    ],
)
def test_a_difference_has_a_reason_or_is_not_explained(outcome: Outcome | None, check: Check, why: str) -> None:
    assert only(compared(outcome, check)).why == why


def test_a_setting_that_is_a_resource_of_its_own_explains_what_checkov_does_not_follow() -> None:
    failed = replace(CHECK, opinion=Opinion.FAILED)
    found = only(compared(Outcome.PASSED, failed, with_logging=True))
    assert found.why == "Checkov does not follow the separate resource: aws_s3_bucket_logging.logs."
    assert found.is_explained


def test_a_policy_that_is_off_says_nothing() -> None:
    found = only(compared(Outcome.NOT_EVALUATED, CHECK, policy=replace(POLICY, level="disabled")))
    assert (found.results, found.why) == ((), "Our policy is disabled, or not of the packs of this run.")


def test_a_policy_may_evaluate_another_resource() -> None:
    found = only(compared(Outcome.PASSED, CHECK, resource=ELSEWHERE))
    assert found.why == "Our policy evaluates it on another resource, or on the stack as a whole."


def test_what_checkov_does_not_see_is_said_of_what_we_find() -> None:
    assert only(compared(Outcome.VIOLATED)).why == "Checkov evaluates no such check on this resource."
    missing = only(compared(Outcome.VIOLATED, resource=ELSEWHERE))
    assert (missing.check, missing.why) == (None, "Checkov does not see it: it is not in the plan.")


def test_what_no_policy_is_about_stands_alone() -> None:
    other = replace(CHECK, id="CKV_AWS_999", opinion=Opinion.FAILED)
    found = compared(None, other, replace(other, opinion=Opinion.PASSED))
    assert (found.comparisons, found.alone) == ((), (other,))


def test_the_page_has_both_and_why_they_differ() -> None:
    waived = replace(CHECK, opinion=Opinion.WAIVED, reason="It has <no> readers.")
    both = compared(Outcome.PASSED, waived, replace(CHECK, id="CKV_AWS_999", opinion=Opinion.FAILED))
    page = report(Evidence("shop", "dev", "preview", True), Appendices(second_opinion=Section(both)))
    assert "Checkov&#39;s finding is waived: It has &lt;no&gt; readers." in page
    assert "CKV_AWS_999" in page
    missing = report(
        Evidence("shop", "dev", "preview", True), Appendices(second_opinion=Section(missing="No Checkov."))
    )
    assert "No Checkov." in missing


def test_a_policy_corresponds_to_checks_of_checkov(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert "CKV_AWS_18" in correspondence()["s3-access-logging"]
