"""The comparison is exact: held against every request over a small alphabet, by a second, plain evaluation."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pulumi_guardrails.aws.iam.document.elements import Principal
from pulumi_guardrails.aws.iam.semantics.comparison import Grants, NewAccess, Undetermined, callers_of, compare
from pulumi_guardrails.aws.iam.semantics.evaluation import is_allowed
from pulumi_guardrails.aws.iam.semantics.request import ANONYMOUS, Request
from tests.policypack.aws.iam.semantics import oracle
from tests.policypack.aws.iam.semantics.random_policies import CALLERS, keys_of, policies, readings, requests

Policy = list[dict[str, Any]]

_SAMPLE = 1_500


def some_requests(*documents: Policy) -> list[tuple[str, str, dict[str, tuple[str, ...]]]]:
    """Requests over the alphabets: all where they are few, else a fixed sample."""
    every = list(requests(keys_of([one for document in documents for one in document])))
    return every if len(every) <= _SAMPLE else random.Random(7).sample(every, _SAMPLE)


def is_bounded(policy: Policy, boundary: Policy | None, request: tuple[Any, ...]) -> bool:
    return oracle.allows(policy, *request) and (boundary is None or oracle.allows(boundary, *request))


def grants(policy: Policy, boundary: Policy | None = None) -> Grants:
    return Grants(readings(policy), None if boundary is None else readings(boundary))


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
@settings(deadline=None, max_examples=400)
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
@settings(deadline=None, max_examples=200)
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
