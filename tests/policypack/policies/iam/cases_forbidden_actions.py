"""The table of the IAM policy about actions that no principal may get."""

from __future__ import annotations

from typing import Any

from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.value import UNKNOWN
from tests.policypack.cases import COMPLIANT, NOT_APPLICABLE, UNDECIDED, VIOLATION, Case, Ref, resource
from tests.policypack.good.iam import ACCOUNT, TABLE, allow, document
from tests.policypack.policies.iam.cases_combined_escalation import POLICY, attached, inline, managed, role
from tests.policypack.policies.iam.cases_documents import GET

FORBIDDEN = "iam-no-forbidden-actions"
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1234"
SCAN = "dynamodb:Scan"
GROUP, USER = "aws:iam/group:Group", "aws:iam/user:User"


def deny(action: Any, resource: Any = "*", **elements: Any) -> dict[str, Any]:
    return {**allow(action, resource, **elements), "Sid": "Never", "Effect": "Deny"}


def of_role(says: str, outcome: Any, *statements: Any, finds: tuple[str, ...] = (), **more: Any) -> Case:
    held = [inline(f"policy-{number}", document(one)) for number, one in enumerate(statements)]
    return Case(FORBIDDEN, says, outcome, stack=[role(), *held], at="role", finds=finds, **more)


def bounded(*statements: Any) -> list[Resource]:
    bounds = managed(document(*statements), "bounds")
    return [role(permissionsBoundary=Ref(POLICY, "bounds")), bounds, inline("data", document(allow("kms:*", KEY)))]


CASES = [
    of_role("reading a table", COMPLIANT, allow(GET, TABLE)),
    of_role(
        "deleting one key",
        VIOLATION,
        allow("kms:ScheduleKeyDeletion", KEY),
        finds=(
            "kms:ScheduleKeyDeletion, allowed by statement 'Grant' in policy of RolePolicy 'policy-0', is forbidden",
        ),
    ),
    of_role("a wildcard", VIOLATION, allow("cloudtrail:*", "*"), finds=("cloudtrail:DeleteTrail, cloudtrail:Stop",)),
    of_role("all but some actions", VIOLATION, {**allow("x", "*"), "Action": None, "NotAction": "kms:*"}),
    of_role("denied in another policy", COMPLIANT, allow("kms:*", KEY), deny(["kms:Sch*", "kms:DisableKey"])),
    of_role("denied for another key", VIOLATION, allow("kms:DisableKey", KEY), deny("kms:*", f"{KEY}5")),
    of_role(
        "denied for everyone but those with a tag",
        VIOLATION,
        allow("kms:DisableKey", KEY),
        deny("kms:*", Condition={"StringNotEquals": {"aws:PrincipalTag/team": "keys"}}),
    ),
    of_role(
        "allowed by a condition and denied by it",
        COMPLIANT,
        allow("kms:DisableKey", KEY, Condition={"StringLike": {"aws:PrincipalTag/team": "key-*"}}),
        deny("kms:*", Condition={"StringLike": {"aws:PrincipalTag/team": "k*"}}),
    ),
    of_role("an action not known", UNDECIDED, allow([UNKNOWN], KEY)),
    of_role("a Deny not known", UNDECIDED, allow("kms:DisableKey", KEY), deny("kms:*", UNKNOWN)),
    of_role("a Deny not known, of another action", COMPLIANT, allow("kms:Decrypt", KEY), deny("kms:*", UNKNOWN)),
    of_role("forbidden by its name", VIOLATION, allow(SCAN, TABLE), settings={"forbiddenActions": [SCAN]}),
    of_role("forbidden by a pattern", VIOLATION, allow(SCAN, TABLE), settings={"forbiddenActions": ["dynamodb:Sc*"]}),
    Case(FORBIDDEN, "no policy", NOT_APPLICABLE, stack=[role()], at="role"),
    Case(FORBIDDEN, "outside its boundary", COMPLIANT, stack=bounded(allow("kms:Decrypt", "*")), at="role"),
    Case(FORBIDDEN, "within its boundary", VIOLATION, stack=bounded(allow("*", "*")), at="role"),
    Case(
        FORBIDDEN,
        "a policy that may be attached",
        UNDECIDED,
        stack=[
            role(),
            managed(document(allow("iam:CreateUser", "*"))),
            attached("rolePolicyAttachment:RolePolicyAttachment", role=UNKNOWN, policyArn=Ref(POLICY, "managed")),
        ],
        at="role",
    ),
    Case(
        FORBIDDEN,
        "the policy of a group, for its member",
        VIOLATION,
        stack=[
            resource(GROUP, "people", name="people"),
            resource(USER, "person", name="person"),
            resource("aws:iam/userGroupMembership:UserGroupMembership", "m", user="person", groups=["people"]),
            resource(
                "aws:iam/groupPolicy:GroupPolicy", "held", group="people", policy=document(allow("iam:CreateUser", "*"))
            ),
        ],
        at="person",
        finds=("GroupPolicy 'held'",),
    ),
]
