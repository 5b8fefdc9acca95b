"""What a user gets from its groups is told user by user, however many users are judged one after the other."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.value import UNKNOWN
from pulumi_guardrails.core.verdict import Outcome
from pulumi_guardrails.engine.configuration import configure
from pulumi_guardrails.engine.evaluation import judge_stack
from tests.policypack.cases import Ref, policies_by_name, resource

USER, GROUP = "aws:iam/user:User", "aws:iam/group:Group"


def allows(action: str) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]})


def users(number: int) -> Iterator[Resource]:
    """Users whose names are not known, each in a group of its own, beside a policy that may be of any of them."""
    for n in range(number):
        yield resource(USER, f"user-{n}", name=UNKNOWN)
        yield resource(GROUP, f"group-{n}", name=f"group-{n}")
        action = "iam:*" if n % 3 == 1 else "s3:ListBucket"
        yield resource(
            "aws:iam/groupPolicy:GroupPolicy", f"policy-{n}", group=Ref(GROUP, f"group-{n}"), policy=allows(action)
        )
        yield resource(
            "aws:iam/userGroupMembership:UserGroupMembership",
            f"in-{n}",
            user=Ref(USER, f"user-{n}"),
            groups=[Ref(GROUP, f"group-{n}")],
        )
    yield resource("aws:iam/userPolicy:UserPolicy", "named", user="somebody", policy=allows("s3:GetObject"))


@pytest.mark.parametrize("number", [3, 6, 30])
def test_each_user_has_the_permissions_of_its_own_groups(number: int) -> None:
    policy = policies_by_name()["iam-no-forbidden-actions"]
    told = {
        one.name: verdict for one, verdict in judge_stack(policy, Stack(users(number)), configure(policy, {})) if one
    }
    for n in range(number):
        expected = Outcome.VIOLATION if n % 3 == 1 else Outcome.COMPLIANT
        assert told[f"user-{n}"].outcome is expected, n
