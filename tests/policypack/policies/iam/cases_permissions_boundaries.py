"""The tables of the IAM policies about permissions boundaries: what only bounds grants nothing, attached it does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.value import UNKNOWN
from pulumi_guardrails.core.verdict import Outcome
from tests.policypack.cases import COMPLIANT, NOT_APPLICABLE, UNDECIDED, VIOLATION, Case, Ref, resource, urn_of
from tests.policypack.good.iam import ACCOUNT, ROLE_ARN, TABLE, TASK_TRUST, allow, document
from tests.policypack.policies.iam.cases_documents import GET

POLICY = "aws:iam/policy:Policy"
ARN = f"arn:aws:iam::{ACCOUNT}:policy/bounds"
BOUNDARY = Ref(POLICY, "bounds")
OTHER = Ref(POLICY, "other")
WIDE = allow("dynamodb:*", TABLE)
SWEEPS = "iam-no-service-wide-actions"

MANAGED = "iam-no-elevated-managed-policy"
ALL = allow("*", "*")
ALL_BUT = {"Effect": "Allow", "Resource": "*"}
HOLLOW = {"ForAllValues:StringEquals": {"aws:PrincipalTag/team": "ml"}}
IN_REGION = {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}

WRONG: Mapping[str, Any] = {
    "iam-no-administrator-access": allow("*", "*"),
    SWEEPS: WIDE,
    "iam-no-wildcard-resource": allow("dynamodb:DescribeTable", "*"),
    "iam-no-credentials-exposure": allow("sts:AssumeRole", "*"),
    "iam-no-data-exfiltration": allow(GET, "*"),
    "iam-no-unconstrained-permissions-management": allow("s3:PutBucketPolicy", "*"),
    "iam-no-unconstrained-write": allow("dynamodb:DeleteTable", "*"),
    "iam-no-privilege-escalation": allow("iam:PutRolePolicy", ROLE_ARN),
    "iam-pass-role-is-limited": allow("iam:PassRole", "*"),
    "iam-no-negated-allow": {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"},
}
"""By policy about grants: a statement that breaks it."""


def bounds(*statements: Any, name: Any = "bounds", **properties: Any) -> Resource:
    return resource(POLICY, "bounds", name=name, policy=document(*(statements or (WIDE,))), **properties)


def deny(action: Any) -> dict[str, Any]:
    return {**allow(action, "*"), "Effect": "Deny"}


def bounded(by: Any = BOUNDARY, kind: str = "role:Role", **properties: Any) -> Resource:
    trust = {"assumeRolePolicy": TASK_TRUST} if kind == "role:Role" else {}
    return resource(f"aws:iam/{kind}", "bounded", name="bounded", permissionsBoundary=by, **trust, **properties)


def attached(kind: str, **properties: Any) -> Resource:
    return resource(f"aws:iam/{kind}", "attached", **properties)


def left_out(kind: str) -> Resource:
    return replace(attached(kind), is_left_out=True)


def alone(says: str, outcome: Outcome, *stack: Resource, finds: tuple[str, ...] = ()) -> Case:
    """The verdict on a policy too wide to be granted, with what else is in the stack."""
    return Case(SWEEPS, says, outcome, stack=stack, at="bounds", finds=finds)


CASES = [
    *(
        Case(policy, says, outcome, stack=[bounds(wrong), *stack], at="bounds")
        for policy, wrong in WRONG.items()
        for says, outcome, stack in (
            ("of a policy that bounds alone", NOT_APPLICABLE, [bounded()]),
            (
                "of a policy that bounds one role and is granted to another",
                VIOLATION,
                [
                    bounded(),
                    attached("rolePolicyAttachment:RolePolicyAttachment", role="x", policyArn=BOUNDARY),
                ],
            ),
            ("of a policy that nobody in the stack uses", VIOLATION, []),
        )
    ),
    alone("as a user's bounds", NOT_APPLICABLE, bounds(), bounded(kind="user:User")),
    alone("as bounds by an ARN put together", NOT_APPLICABLE, bounds(), bounded(ARN)),
    alone(
        "as bounds by an ARN with its path",
        NOT_APPLICABLE,
        bounds(path="/teams/"),
        bounded(f"arn:aws:iam::{ACCOUNT}:policy/teams/bounds"),
    ),
    alone("beside bounds of another path", VIOLATION, bounds(path="/teams/"), bounded(ARN)),
    alone("beside bounds of the same name by AWS", VIOLATION, bounds(), bounded("arn:aws:iam::aws:policy/bounds")),
    alone("beside bounds of a policy without a name", VIOLATION, bounds(name=None), bounded(f"{ARN[:-6]}None")),
    alone("beside bounds of a path not known", UNDECIDED, bounds(path=UNKNOWN), bounded(ARN)),
    alone("a good one as bounds", COMPLIANT, bounds(allow(GET, TABLE)), bounded()),
    *(
        alone(
            f"as bounds, and attached by a {kind.partition(':')[2]}",
            VIOLATION,
            bounds(),
            bounded(),
            attached(kind, **properties),
        )
        for kind, properties in (
            ("role:Role", {"managedPolicyArns": [BOUNDARY]}),
            ("rolePolicyAttachment:RolePolicyAttachment", {"role": "x", "policyArn": BOUNDARY}),
            ("userPolicyAttachment:UserPolicyAttachment", {"user": "x", "policyArn": BOUNDARY}),
            ("groupPolicyAttachment:GroupPolicyAttachment", {"group": "x", "policyArn": BOUNDARY}),
            ("policyAttachment:PolicyAttachment", {"roles": ["x"], "policyArn": BOUNDARY}),
            ("rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive", {"policyArns": [BOUNDARY]}),
            ("userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive", {"policyArns": [BOUNDARY]}),
            ("groupPolicyAttachmentsExclusive:GroupPolicyAttachmentsExclusive", {"policyArns": [BOUNDARY]}),
        )
    ),
    alone(
        "as the bounds of a role it is also attached to",
        VIOLATION,
        bounds(),
        bounded(managedPolicyArns=[BOUNDARY]),
    ),
    alone(
        "as bounds, and attached by an ARN put together",
        VIOLATION,
        bounds(),
        bounded(),
        attached("rolePolicyAttachment:RolePolicyAttachment", role="x", policyArn=ARN),
    ),
    alone(
        "as bounds, and attached beside another",
        VIOLATION,
        bounds(),
        bounded(),
        attached("role:Role", managedPolicyArns=[BOUNDARY, OTHER]),
        resource(POLICY, "other", name="other", policy=document(allow(GET, TABLE))),
    ),
    alone(
        "as bounds where another is attached",
        NOT_APPLICABLE,
        bounds(),
        bounded(managedPolicyArns=[OTHER]),
        resource(POLICY, "other", name="other", policy=document(allow(GET, TABLE))),
    ),
    alone(
        "as bounds beside an attachment of a policy not known",
        UNDECIDED,
        bounds(),
        bounded(),
        attached("rolePolicyAttachment:RolePolicyAttachment", role="x", policyArn=UNKNOWN),
        finds=("whether it is attached to a principal",),
    ),
    alone("beside bounds not known", UNDECIDED, bounds(), bounded(UNKNOWN)),
    alone("beside a role that a targeted operation leaves out", UNDECIDED, bounds(), left_out("role:Role")),
    alone("as bounds and not known itself", NOT_APPLICABLE, bounds(allow(UNKNOWN, TABLE)), bounded()),
    alone("not known, and perhaps bounds", UNDECIDED, bounds(allow(UNKNOWN, TABLE)), bounded(UNKNOWN)),
    *(
        Case(MANAGED, f"bounds that {says}", outcome, stack=[made, bounded()], at="bounded", finds=finds)
        for says, outcome, made, *finds in (
            ("allow all", VIOLATION, bounds(ALL), "permissionsBoundary is", "Policy 'bounds'", "limits nothing"),
            ("allow all of IAM", VIOLATION, bounds(allow("iam:*", "*"))),
            ("allow all but what is not IAM's", VIOLATION, bounds({**ALL_BUT, "NotAction": "organizations:*"})),
            ("allow all but IAM", COMPLIANT, bounds({**ALL_BUT, "NotAction": "iam:*"})),
            ("allow services", COMPLIANT, bounds(allow(["s3:*", "ec2:*"], "*"))),
            ("allow all under a condition", COMPLIANT, bounds({**ALL, "Condition": IN_REGION})),
            ("allow all under a condition that always holds", VIOLATION, bounds({**ALL, "Condition": HOLLOW})),
            (
                "deny IAM under a condition that never holds",
                VIOLATION,
                bounds(ALL, {**deny("iam:*"), "Condition": {"StringEquals": {"aws:PrincipalTag/team": "*"}}}),
            ),
            ("allow all under a condition not known", UNDECIDED, bounds({**ALL, "Condition": UNKNOWN})),
            ("deny only", COMPLIANT, bounds({**ALL, "Effect": "Deny"})),
            ("deny to take them off", COMPLIANT, bounds(ALL, deny("iam:Delete*PermissionsBoundary"))),
            ("deny what is not IAM's", VIOLATION, bounds(ALL, deny("ec2:RunInstances"))),
            ("deny all but IAM", VIOLATION, bounds(ALL, {"Effect": "Deny", "NotAction": "iam:*", "Resource": "*"})),
            ("deny all but S3", COMPLIANT, bounds(ALL, {"Effect": "Deny", "NotAction": "s3:*", "Resource": "*"})),
            (
                "deny all but what is not known",
                UNDECIDED,
                bounds(ALL, {"Effect": "Deny", "NotAction": UNKNOWN, "Resource": "*"}),
            ),
            (
                "deny what is not known",
                UNDECIDED,
                bounds(ALL, deny(UNKNOWN)),
                "cannot tell whether the permissions boundary limits IAM",
                "Policy 'bounds'",
            ),
            ("have an effect not known", UNDECIDED, bounds({**ALL, "Effect": UNKNOWN})),
            ("have a statement not known", UNDECIDED, bounds(ALL, UNKNOWN)),
            ("have no statement", COMPLIANT, resource(POLICY, "bounds", name="bounds", policy="{")),
            ("are not known", UNDECIDED, resource(POLICY, "bounds", name="bounds", policy=UNKNOWN)),
        )
    ),
    Case(
        MANAGED,
        "bounds that allow all by an ARN put together",
        VIOLATION,
        stack=[bounds(ALL), bounded(ARN, "user:User")],
        at="bounded",
    ),
    Case(
        MANAGED,
        "one of two policies as bounds",
        UNDECIDED,
        stack=[
            bounds(ALL),
            resource(POLICY, "other", name="other", policy=document(allow(GET, TABLE))),
            replace(
                bounded(),
                dependencies={"permissionsBoundary": [urn_of(POLICY, n) for n in ("bounds", "other")]},
            ),
        ],
        at="bounded",
    ),
    Case(
        MANAGED,
        "bounds by the name that two policies have, one of which allows all",
        UNDECIDED,
        stack=[
            bounds(ALL),
            resource(POLICY, "other", name="bounds", policy=document(allow(GET, TABLE))),
            bounded(ARN),
        ],
        at="bounded",
        finds=("Policy 'bounds' or Policy 'other'",),
    ),
]
