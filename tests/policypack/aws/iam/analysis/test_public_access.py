"""What a Deny leaves of an Allow for everyone: held against requests of outsiders, by a second, plain evaluation."""

from __future__ import annotations

import itertools
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pulumi_guardrails.aws.iam.analysis.public_access import is_denied_to_outsiders
from pulumi_guardrails.aws.iam.document.document import parse_document
from pulumi_guardrails.core.value import Value
from tests.policypack.aws.iam.semantics import oracle

OWN = "123456789012"
EVERYONE = {"Effect": "Allow", "Principal": "*", "Action": "t:*", "Resource": "*"}
OUTSIDER = {
    "aws:principalorgid": ((), ("o-9",), ("x-9",)),
    "aws:principalaccount": ((), ("210987654321",)),
    "aws:principaltag/team": ((), ("a",), ("b",)),
    "aws:sourceip": ((), ("198.51.100.7",)),
}
"""The values of each key that somebody outside may have: a tag may be any, the others are not those of the policy."""

_TESTS = st.sampled_from(
    [
        ("aws:PrincipalOrgID", ("StringEquals", "StringNotEquals", "StringNotEqualsIfExists"), "o-1"),
        ("aws:PrincipalOrgID", ("StringLike", "StringNotLike"), "o-*"),
        ("aws:PrincipalAccount", ("StringEquals", "StringNotEquals"), OWN),
        ("aws:PrincipalTag/team", ("StringEquals", "StringNotEquals"), "a"),
        ("aws:SourceIp", ("IpAddress", "NotIpAddress"), "192.0.2.0/24"),
        ("aws:PrincipalOrgID", ("Null",), "true"),
        ("aws:PrincipalAccount", ("Null",), "false"),
    ]
)


@st.composite
def denies(draw: st.DrawFn) -> dict[str, Any]:
    conditions: dict[str, dict[str, str]] = {}
    for key, operators, value in draw(st.lists(_TESTS, max_size=2)):
        conditions.setdefault(draw(st.sampled_from(operators)), {})[key] = value
    whom: dict[str, Any] = draw(
        st.sampled_from([{"Principal": "*"}, {"NotPrincipal": {"AWS": OWN}}, {"NotPrincipal": "*"}])
    )
    action = draw(st.sampled_from(["*", "t:*", "t:a", "t:a*"]))
    statement = {"Effect": "Deny", "Action": action, "Resource": "*", **whom}
    return {**statement, "Condition": conditions} if conditions else statement


def reaches(statements: list[dict[str, Any]], independent: bool = False) -> bool:
    """Whether a request of an outsider is allowed: of somebody in another account, or of nobody.

    With `independent` keys a request may have any of them, as the comparison takes it; else as AWS sends them.
    """
    contexts = [dict(zip(OUTSIDER, values, strict=True)) for values in itertools.product(*OUTSIDER.values())]
    stranger = "arn:aws:iam::210987654321:role/any"
    return any(
        oracle.allows(statements, action, "r", context, caller)
        for action in ("t:a", "t:ab", "t:b")
        for context in contexts
        for caller in ("", stranger)
        # Who is nobody has no account, and who is somebody has one.
        if independent
        or (bool(context["aws:principalaccount"]) is bool(caller) and (caller or not context["aws:principalorgid"]))
    )


@given(st.lists(denies(), min_size=1, max_size=3))
@settings(deadline=None, max_examples=200)
def test_what_is_denied_to_outsiders_reaches_none_of_them(written: list[dict[str, Any]]) -> None:
    statements = [EVERYONE, *written]
    document = parse_document(Value.of({"Version": "2012-10-17", "Statement": statements}, "policy"))
    denied = is_denied_to_outsiders(document.statements[0], document)
    assert not (denied and reaches(statements))
    assert denied is not False or reaches(statements, independent=True)
