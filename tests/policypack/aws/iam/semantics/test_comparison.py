"""The comparison is exact: held against every request over a small alphabet, by a second, plain evaluation."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pulumi_guardrails.aws.iam.document.document import parse_document
from pulumi_guardrails.aws.iam.document.elements import Principal
from pulumi_guardrails.aws.iam.semantics.comparison import Grants, NewAccess, Undetermined, callers_of, compare
from pulumi_guardrails.aws.iam.semantics.evaluation import is_allowed
from pulumi_guardrails.aws.iam.semantics.request import ANONYMOUS, Request
from pulumi_guardrails.aws.iam.semantics.rules import read
from pulumi_guardrails.core.value import UNKNOWN, Value
from tests.policypack.aws.iam.semantics import oracle
from tests.policypack.aws.iam.semantics.random_policies import CALLERS, keys_of, policies, readings, requests

Policy = list[dict[str, Any]]

_SAMPLE = 500


def some_requests(*documents: Policy) -> list[tuple[str, str, dict[str, tuple[str, ...]]]]:
    """Requests over the alphabets: all where they are few, else a fixed sample."""
    every = list(requests(keys_of([one for document in documents for one in document])))
    return every if len(every) <= _SAMPLE else random.Random(7).sample(every, _SAMPLE)


def is_bounded(policy: Policy, boundary: Policy | None, request: tuple[Any, ...]) -> bool:
    return oracle.allows(policy, *request) and (boundary is None or oracle.allows(boundary, *request))


def grants(policy: Policy, boundary: Policy | None = None) -> Grants:
    return Grants(readings(policy), None if boundary is None else readings(boundary))


def allow(action: Any, resource: Any = "*", **elements: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **elements}


def deny(action: Any, resource: Any = "*", **elements: Any) -> dict[str, Any]:
    return {**allow(action, resource, **elements), "Effect": "Deny"}


@given(policies())
@settings(deadline=None, max_examples=150)
def test_evaluation_agrees_with_the_oracle(policy: Policy) -> None:
    rules = [reading.widest for reading in readings(policy)]
    for action, resource, context in some_requests(policy):
        expected = oracle.allows(policy, action, resource, context)
        assert is_allowed(rules, Request(action, resource, context)) is expected, (action, resource, context)


@given(policies(with_principals=True), st.sampled_from(CALLERS))
@settings(deadline=None, max_examples=100)
def test_evaluation_of_principals_agrees_with_the_oracle(policy: Policy, caller: str) -> None:
    rules = [reading.widest for reading in readings(policy)]
    principal = principal_of(caller)
    for action, resource, context in some_requests(policy)[:200]:
        expected = oracle.allows(policy, action, resource, context, caller)
        assert is_allowed(rules, Request(action, resource, context, principal)) is expected


def principal_of(caller: str) -> Principal:
    return Principal("AWS", caller) if caller else ANONYMOUS


@given(policies(), policies(), st.none() | policies(), st.none() | policies())
@settings(deadline=None, max_examples=250)
def test_comparison_is_exact(
    old: Policy, new: Policy, old_boundary: Policy | None, new_boundary: Policy | None
) -> None:
    found = compare(grants(old, old_boundary), grants(new, new_boundary))
    assert not any(isinstance(one, Undetermined) for one in found)
    for one in found:
        assert isinstance(one, NewAccess)
        request = (one.witness.action, one.witness.resource, one.witness.context)
        assert is_bounded(new, new_boundary, request), one.witness
        assert not is_bounded(old, old_boundary, request), one.witness
    if not found:
        for request in some_requests(old, new, old_boundary or [], new_boundary or []):
            assert not is_bounded(new, new_boundary, request) or is_bounded(old, old_boundary, request), request


@given(policies(with_principals=True), policies(with_principals=True))
@settings(deadline=None, max_examples=120)
def test_comparison_of_resource_policies_is_exact(old: Policy, new: Policy) -> None:
    before, after = readings(old), readings(new)
    found = compare(Grants(before), Grants(after), callers_of([*before, *after]))
    for one in found:
        assert isinstance(one, NewAccess)
        assert one.witness.principal is not None
        caller = one.witness.principal.name if one.witness.principal != ANONYMOUS else ""
        request = (one.witness.action, one.witness.resource, one.witness.context)
        assert oracle.allows(new, *request, caller)
        assert not oracle.allows(old, *request, caller)
    if not found:
        for request in some_requests(old, new)[:300]:
            for caller in CALLERS:
                assert not oracle.allows(new, *request, caller) or oracle.allows(old, *request, caller), request


HOME = "arn:aws:s3:::home/${aws:username}/*"
TEAM = {"Condition": {"StringEquals": {"aws:PrincipalTag/team": "${aws:username}"}}}


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ([allow("s3:*", "*")], [allow("s3:GetObject", HOME)], "nothing"),
        ([allow("s3:*", HOME)], [allow("s3:GetObject", HOME)], "nothing"),
        ([allow("s3:*", HOME)], [allow("s3:GetObject", f"{HOME}/x")], "nothing"),
        ([], [allow("s3:GetObject", HOME)], "new"),
        ([allow("s3:*", HOME)], [allow("s3:GetObject", "arn:aws:s3:::home/*")], "new"),
        ([allow("s3:*", "arn:aws:s3:::home/a*")], [allow("s3:GetObject", HOME)], "cannot tell"),
        ([allow("s3:*", HOME)], [allow("s3:*", HOME.replace("username", "userid"))], "new"),
        ([allow("s3:*", "*", **TEAM)], [allow("s3:*", "*", **TEAM)], "nothing"),
        ([allow("s3:*"), deny("s3:*", HOME)], [allow("s3:*")], "new"),
        ([allow("s3:*")], [allow("s3:*"), deny("s3:*", HOME)], "nothing"),
    ],
)
def test_policy_variables_are_new_for_a_value_unchanged_for_all_or_cannot_be_told(
    old: Policy, new: Policy, says: str
) -> None:
    found = compare(grants(old), grants(new))
    kinds = {"new" if isinstance(one, NewAccess) else "cannot tell" for one in found} or {"nothing"}
    assert kinds == {says}
    for one in found:
        if isinstance(one, NewAccess):
            request = (one.witness.action, one.witness.resource, one.witness.context)
            assert oracle.allows(new, *request)
            assert not oracle.allows(old, *request)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ([], [allow("s3:GetObject", UNKNOWN)], "cannot tell"),
        ([], [allow("s3:GetObject", ["arn:aws:s3:::a/*", UNKNOWN])], "new"),
        ([], [allow([UNKNOWN], "arn:aws:s3:::a/*")], "cannot tell"),
        ([allow("s3:*")], [allow("s3:GetObject", UNKNOWN)], "nothing"),
        ([allow("s3:*", UNKNOWN)], [allow("s3:GetObject", "arn:aws:s3:::a/*")], "cannot tell"),
        ([], [{**allow("s3:GetObject"), "Effect": UNKNOWN}], "cannot tell"),
        ([], [allow("s3:GetObject"), deny("s3:*", UNKNOWN)], "cannot tell"),
        ([], [allow("s3:GetObject"), deny("sqs:*", UNKNOWN)], "new"),
        ([], [allow("s3:GetObject", Condition={"Bool": {"aws:SecureTransport": UNKNOWN}})], "cannot tell"),
        ([], [allow("s3:GetObject", Condition={"StringSomehow": {"aws:userid": "a"}})], "cannot tell"),
        ([], [{"Effect": "Allow", "NotAction": [UNKNOWN], "Resource": "*"}], "cannot tell"),
        ([], [UNKNOWN], "cannot tell"),
    ],
)
def test_what_is_not_known_is_neither_new_nor_unchanged(old: Policy, new: Policy, says: str) -> None:
    found = compare(grants(old), grants(new))
    kinds = {"new" if isinstance(one, NewAccess) else "cannot tell" for one in found} or {"nothing"}
    assert kinds == {says}


def test_a_key_that_is_compared_as_text_and_as_a_number_is_left_undetermined() -> None:
    both = {"StringLike": {"k:a": "1??"}, "NumericGreaterThan": {"k:a": "5000"}}
    (found,) = compare(grants([]), grants([allow("s3:GetObject", Condition=both)]))
    assert isinstance(found, Undetermined)
    assert "another type" in found.reason


def test_the_actions_of_a_wildcard_are_listed_with_an_example_that_exists() -> None:
    (found,) = compare(grants([allow("dynamodb:Get*")]), grants([allow("dynamodb:*Item")]))
    assert isinstance(found, NewAccess)
    assert "dynamodb:PutItem" in found.actions
    assert "dynamodb:GetItem" not in found.actions
    assert found.witness.resource.startswith("arn:aws:dynamodb:us-east-1:123456789012:table/")


def test_in_the_old_version_a_variable_is_plain_text() -> None:
    document = {"Version": "2008-10-17", "Statement": [allow("s3:GetObject", "arn:aws:s3:::a/${aws:username}")]}
    readings = read(parse_document(Value.of(document, "policy")))
    (found,) = compare(Grants(), Grants(readings))
    assert isinstance(found, NewAccess)
    assert found.witness.resource == "arn:aws:s3:::a/${aws:username}"


def test_an_unchanged_statement_costs_nothing_and_a_search_ends() -> None:
    tables = [f"arn:aws:dynamodb:eu-west-1:123456789012:table/{number}*{number}" for number in range(60)]
    wide = [allow("dynamodb:*", tables), *(deny(f"dynamodb:*{number}", tables[number]) for number in range(10))]
    assert compare(grants(wide), grants(wide)) == []
    assert compare(grants(wide), grants([allow("dynamodb:*", tables[:-1]), *wide[1:]])) == []
    assert len(compare(grants(wide), grants([allow("dynamodb:*", [*tables, "arn:*:*"]), *wide[1:]]))) == 1
