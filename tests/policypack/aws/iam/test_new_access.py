"""What an update newly allows, over the policies of a stack together: named once, or that it cannot be told."""

from __future__ import annotations

from typing import Any

from pulumi_guardrails.aws.iam.new_access import access_report, new_access
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.value import UNKNOWN, Secret
from tests.policypack.cases import Ref, resource
from tests.policypack.good.iam import ACCOUNT, TABLE, TASK_TRUST, allow, document

ROLE, POLICY = "aws:iam/role:Role", "aws:iam/policy:Policy"
GROUP, USER = "aws:iam/group:Group", "aws:iam/user:User"
QUEUE_POLICY = "aws:sqs/queuePolicy:QueuePolicy"
GET, SCAN = "dynamodb:GetItem", "dynamodb:Scan"
QUEUE = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:jobs"


def role(**properties: Any) -> Resource:
    return resource(ROLE, "task", **{"name": "task", "assumeRolePolicy": TASK_TRUST, **properties})


def inline(*statements: Any, name: str = "data") -> Resource:
    return resource("aws:iam/rolePolicy:RolePolicy", name, role="task", policy=document(*statements))


def queue(*statements: Any) -> Resource:
    return resource(QUEUE_POLICY, "jobs", queueUrl="q", policy=document(*statements))


def sends(principal: Any, **elements: Any) -> dict[str, Any]:
    return allow("sqs:SendMessage", QUEUE, Principal=principal, **elements)


def found(old: list[Resource], new: list[Resource]) -> dict[str, Any]:
    return new_access(Stack(old), Stack(new))


def only(old: list[Resource], new: list[Resource]) -> dict[str, Any]:
    result = found(old, new)
    (one,) = result["access"]
    assert result["undetermined"] == []
    access: dict[str, Any] = one
    return access


NOTHING: dict[str, Any] = {"access": [], "undetermined": []}


def test_what_is_unchanged_narrower_or_written_another_way_is_not_new() -> None:
    before = [role(), inline(allow([GET, SCAN], TABLE))]
    for after in (
        before,
        [role(), inline(allow([GET], TABLE))],
        [role(), inline(allow(GET, TABLE), allow("dynamodb:scan", TABLE))],
        [role(), inline(allow(GET, TABLE)), inline(allow(SCAN, TABLE), name="other")],
        [role(inlinePolicies=[{"name": "in", "policy": document(allow([GET, SCAN], TABLE))}])],
        [],
    ):
        assert found(before, after) == NOTHING


def test_a_new_action_has_its_statement_and_a_request() -> None:
    access = only([role(), inline(allow(GET, TABLE))], [role(), inline(allow([GET, SCAN], TABLE))])
    assert access["label"] == "Role 'task'"
    assert access["actions"] == [SCAN]
    assert access["witness"] == {"action": SCAN, "resource": TABLE, "context": {}, "principal": ""}
    assert access["source"]["path"] == "policy.Statement[0]"
    assert access["source"]["sid"] == "Grant"


def test_a_wildcard_beyond_the_actions_that_exist_is_new() -> None:
    access = only([role(), inline(allow(SCAN, TABLE))], [role(), inline(allow("dynamodb:sca?", TABLE))])
    assert access["actions"] == ["dynamodb:scax"]


def test_a_deny_or_a_condition_that_is_gone_gives_access() -> None:
    never = {**allow(SCAN, TABLE), "Effect": "Deny"}
    tls = {"Bool": {"aws:SecureTransport": "true"}}
    wide = allow([GET, SCAN], TABLE)
    assert only([role(), inline(wide, never)], [role(), inline(wide)])["actions"] == [SCAN]
    access = only([role(), inline({**wide, "Condition": tls})], [role(), inline(wide)])
    assert access["witness"]["context"] == {"aws:securetransport": ["false"]}


def bounded(boundary: Any, held: Any) -> list[Resource]:
    bounds = resource(POLICY, "bounds", name="bounds", policy=document(boundary))
    return [role(permissionsBoundary=Ref(POLICY, "bounds")), bounds, inline(held)]


def test_a_boundary_limits_and_a_wider_one_gives_access() -> None:
    wide, narrow = allow("dynamodb:*", TABLE), allow(GET, TABLE)
    assert found([role()], bounded(narrow, allow(SCAN, TABLE)))["access"] == []
    assert only(bounded(narrow, wide), bounded(allow([GET, SCAN], "*"), wide))["actions"] == [SCAN]
    assert SCAN in only(bounded(narrow, wide), [role(), inline(wide)])["actions"]
    outside = [role(permissionsBoundary="arn:aws:iam::aws:policy/PowerUserAccess"), inline(wide)]
    assert found(outside, outside) == NOTHING
    (doubt,) = found(outside, [role(), inline(wide)])["undetermined"]
    assert doubt["unknown"][0]["path"] == "permissionsBoundary"


def test_a_policy_from_outside_the_stack_is_named() -> None:
    arn = "arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy"
    with_it = role(managedPolicyArns=[arn])
    assert found([with_it], [with_it]) == NOTHING
    (doubt,) = found([role()], [with_it])["undetermined"]
    assert doubt["reason"] == f"{arn} is newly attached, and its document is not part of this stack"
    access = only([with_it], [with_it, inline(allow(GET, TABLE))])
    assert access["outside"] == [arn]


def test_what_a_group_gets_is_told_once_and_joining_one_is_new_access() -> None:
    group, user = resource(GROUP, "people", name="people"), resource(USER, "person", name="person")
    member = resource("aws:iam/userGroupMembership:UserGroupMembership", "m", user="person", groups=["people"])
    held = resource("aws:iam/groupPolicy:GroupPolicy", "held", group="people", policy=document(allow(GET, TABLE)))
    assert only([group, user, member], [group, user, member, held])["label"] == "Group 'people'"
    assert only([group, user, held], [group, user, held, member])["label"] == "User 'person'"


def test_a_resource_policy_names_whom_it_lets_in() -> None:
    own, other = f"arn:aws:iam::{ACCOUNT}:root", "arn:aws:iam::210987654321:root"
    own_role = f"arn:aws:iam::{ACCOUNT}:role/a"
    access = only([queue(sends({"AWS": own}))], [queue(sends({"AWS": [own, other]}))])
    assert access["witness"]["principal"] == "AWS arn:aws:iam::210987654321:role/any"
    assert access["label"] == "QueuePolicy 'jobs'"
    everyone = only([queue(sends({"AWS": own}))], [queue(sends("*"))])
    assert everyone["witness"]["principal"] == "anonymous"
    named = only(
        [queue(sends({"AWS": own}))],
        [queue(sends({"AWS": own_role}), sends({"Service": "sns.amazonaws.com"}))],
    )
    assert named["witness"]["principal"] == "Service sns.amazonaws.com"
    trust = document({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": other}})
    assert only([role()], [role(assumeRolePolicy=trust)])["witness"]["resource"] == ""


def test_what_is_not_known_cannot_be_told_and_a_secret_is_not_shown() -> None:
    (doubt,) = found([role()], [role(), inline(allow(GET, UNKNOWN))])["undetermined"]
    assert doubt["unknown"][0]["path"] == "policy.Statement[0].Resource"
    secret = resource("aws:iam/rolePolicy:RolePolicy", "data", role="task", policy=Secret(document(allow(GET, TABLE))))
    result = found([role()], [role(), secret])
    assert result["access"][0]["actions"] == ["[secret]"]
    assert TABLE not in str(result)


def test_a_person_reads_it_action_by_action() -> None:
    after = [role(), inline(allow([GET, SCAN], TABLE)), queue(sends({"AWS": UNKNOWN}))]
    text = access_report(found([role()], after))
    assert f"Role 'task': new access by statement 'Grant' of RolePolicy 'data'\n  {GET} on {TABLE}\n  {SCAN}" in text
    assert "QueuePolicy 'jobs': cannot tell by statement 'Grant' of QueuePolicy 'jobs': what it allows is" in text
    assert access_report(NOTHING) == "No new access."
    many = access_report(found([role()], [role(), inline(allow("s3:*", "*"))]))
    assert "more actions" in many


def test_a_large_stack_that_is_unchanged_has_no_new_access() -> None:
    statements = [allow([GET, f"s3:Get{number}*"], f"{TABLE}-{number}") for number in range(20)]
    stack = [
        one
        for number in range(1000)
        for one in (
            resource(ROLE, f"r{number}", name=f"r{number}", assumeRolePolicy=TASK_TRUST),
            resource("aws:iam/rolePolicy:RolePolicy", f"p{number}", role=f"r{number}", policy=document(*statements)),
        )
    ]
    assert found(stack, stack) == NOTHING
