"""The tables of the IAM policies about gaining permissions and passing roles."""

from __future__ import annotations

from typing import Any

from pulumi_guardrails.aws.iam.catalogue.escalation_methods import METHODS
from pulumi_guardrails.core.value import UNKNOWN
from tests.policypack.cases import COMPLIANT, UNDECIDED, VIOLATION, Case
from tests.policypack.good.iam import ACCOUNT, ROLE_ARN, TABLE, allow, document
from tests.policypack.policies.iam.cases_documents import GET, ROLE, case, everywhere

ESCALATION = "iam-no-privilege-escalation"
PASS_ROLE = "iam-pass-role-is-limited"

TO_ECS = {"Condition": {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}}
BOUNDED = {"Condition": {"StringEquals": {"iam:PermissionsBoundary": f"arn:aws:iam::{ACCOUNT}:policy/bounds"}}}
HAND = "iam:PassRole"
SELF = f"arn:aws:iam::{ACCOUNT}:user/${{aws:username}}"


def passes(resource: Any = ROLE_ARN, **elements: Any) -> dict[str, Any]:
    return {**allow(HAND, resource), **TO_ECS, **elements}


CASES = [
    *everywhere(ESCALATION, allow("iam:PutRolePolicy", ROLE_ARN), "iam:PutRolePolicy", "writes any permission"),
    *(
        case(ESCALATION, " and ".join(sorted(method.needs)), VIOLATION, allow(sorted(method.needs), "*"))
        for method in METHODS
    ),
    case(
        ESCALATION,
        "the steps in two statements",
        VIOLATION,
        allow(HAND, "*"),
        allow("ec2:RunInstances", "arn:aws:ec2:eu-west-1:123456789012:instance/*"),
        finds=("ec2:RunInstances, iam:PassRole",),
    ),
    Case(
        ESCALATION,
        "the steps in two inline policies of a role",
        VIOLATION,
        {
            "inlinePolicies": [
                {"name": "a", "policy": document(allow(HAND, "*"))},
                {"name": "b", "policy": document(allow("ec2:RunInstances", "*"))},
            ]
        },
        ROLE,
        finds=("ec2:RunInstances, iam:PassRole",),
    ),
    *(
        case(ESCALATION, f"how to mend {action}", VIOLATION, allow(action, "*"), finds=(mend,))
        for action, mend in (
            ("iam:AttachUserPolicy", "by a condition on iam:PolicyARN or iam:PermissionsBoundary."),
            ("lambda:UpdateFunctionCode", "Name the resources of lambda:UpdateFunctionCode instead of every one"),
            ("iam:AddUserToGroup", "it belongs to an administrator's role."),
        )
    ),
    case(
        ESCALATION,
        "a shell on instances with a tag",
        COMPLIANT,
        {**allow("ssm:StartSession", "*"), "Condition": {"StringEquals": {"ssm:resourceTag/Team": "ml"}}},
    ),
    case(
        ESCALATION,
        "any role by its tag, which a role that is passed does not show",
        VIOLATION,
        {**allow(HAND, "*"), "Condition": {"StringEquals": {"iam:ResourceTag/Team": "ml"}}},
        allow("ec2:RunInstances", "*"),
    ),
    case(ESCALATION, "a step by a wildcard", VIOLATION, allow("iam:Attach*Policy", "*")),
    case(ESCALATION, "within bounds", COMPLIANT, {**allow("iam:PutRolePolicy", "*"), **BOUNDED}),
    case(ESCALATION, "bounds of another kind", VIOLATION, {**allow("iam:AddUserToGroup", "*"), **BOUNDED}),
    case(
        ESCALATION,
        "bounds that are not known",
        UNDECIDED,
        {**allow("iam:PutRolePolicy", "*"), "Condition": {"StringEquals": {"iam:PermissionsBoundary": UNKNOWN}}},
    ),
    case(ESCALATION, "its own keys", COMPLIANT, allow("iam:CreateAccessKey", SELF)),
    case(ESCALATION, "its own password", COMPLIANT, allow(["iam:CreateLoginProfile", "iam:UpdateLoginProfile"], SELF)),
    case(ESCALATION, "its own keys and others", VIOLATION, allow("iam:CreateAccessKey", [SELF, "*"])),
    case(
        ESCALATION,
        "the keys of whoever has its name at the end",
        VIOLATION,
        allow("iam:CreateAccessKey", f"arn:aws:iam::{ACCOUNT}:user/*${{aws:username}}"),
    ),
    *(
        case(ESCALATION, f"{action} on itself", VIOLATION, allow(f"iam:{action}", SELF), finds=(f"iam:{action}",))
        for action in (
            "AttachUserPolicy",
            "PutUserPolicy",
            "DeleteUserPermissionsBoundary",
            "PutUserPermissionsBoundary",
        )
    ),
    case(
        ESCALATION,
        "all keys but some not known",
        UNDECIDED,
        {"Effect": "Allow", "Action": "iam:CreateAccessKey", "NotResource": UNKNOWN},
    ),
    case(
        ESCALATION,
        "all resources but all",
        COMPLIANT,
        {"Effect": "Allow", "Action": "iam:CreateAccessKey", "NotResource": "*"},
    ),
    case(
        ESCALATION,
        "all functions but some",
        VIOLATION,
        {"Effect": "Allow", "Action": "lambda:UpdateFunctionCode", "NotResource": TABLE},
    ),
    case(
        ESCALATION,
        "named roles to a service that runs them",
        COMPLIANT,
        passes(),
        allow(["ecs:RegisterTaskDefinition", "ecs:RunTask"], "*"),
    ),
    case(
        ESCALATION,
        "a named document on every instance",
        VIOLATION,
        allow("ssm:SendCommand", ["arn:aws:ssm:*::document/AWS-RunShellScript", f"arn:aws:ec2:*:{ACCOUNT}:instance/*"]),
        finds=("runs commands on any instance",),
    ),
    case(ESCALATION, "half of a way", COMPLIANT, allow("ec2:RunInstances", "*"), allow("lambda:InvokeFunction", "*")),
    case(
        ESCALATION,
        "a function of its own",
        COMPLIANT,
        allow("lambda:UpdateFunctionCode", f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:jobs"),
    ),
    case(
        ESCALATION,
        "roles not known with a service that runs them",
        UNDECIDED,
        allow([HAND, "ec2:RunInstances"], UNKNOWN),
    ),
    case(ESCALATION, "a resource not known beside every one", VIOLATION, allow("iam:AddUserToGroup", ["*", UNKNOWN])),
    case(ESCALATION, "an action not known that is denied", COMPLIANT, {**allow(UNKNOWN, "*"), "Effect": "Deny"}),
    case(ESCALATION, "an action not known", UNDECIDED, allow([GET, UNKNOWN], TABLE)),
    case(
        ESCALATION,
        "all resources but some",
        VIOLATION,
        {"Effect": "Allow", "Action": "iam:PutRolePolicy", "NotResource": TABLE},
    ),
    case(ESCALATION, "an administrator, another policy's finding", COMPLIANT, allow("iam:*", "*")),
    *everywhere(PASS_ROLE, allow(HAND, "*"), HAND, '"*"', "iam:PassedToService"),
    case(PASS_ROLE, "a named role to a named service", COMPLIANT, passes()),
    case(PASS_ROLE, "roles of a prefix", VIOLATION, passes(f"{ROLE_ARN}-*"), finds=("roles by a wildcard",)),
    case(
        PASS_ROLE,
        "more roles than a message lists",
        VIOLATION,
        passes([f"{ROLE_ARN}-{end}*" for end in "abcd"]),
        finds=(", ".join(f'"{ROLE_ARN}-{end}*"' for end in "abc"),),
    ),
    case(PASS_ROLE, "one role by name and others by pattern", VIOLATION, passes([ROLE_ARN, f"{ROLE_ARN}?"])),
    case(
        PASS_ROLE,
        "all resources but some",
        VIOLATION,
        {k: v for k, v in passes(NotResource=TABLE).items() if k != "Resource"},
    ),
    case(
        PASS_ROLE, "no service", VIOLATION, allow(HAND, ROLE_ARN), finds=("without a condition on iam:PassedToService",)
    ),
    case(
        PASS_ROLE,
        "any service",
        VIOLATION,
        passes(Condition={"StringLike": {"iam:PassedToService": "*"}}),
    ),
    case(
        PASS_ROLE,
        "a service only where one is named",
        VIOLATION,
        passes(Condition={"StringEqualsIfExists": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}),
    ),
    case(PASS_ROLE, "by a wildcard", VIOLATION, allow("iam:Pass*", "*")),
    case(PASS_ROLE, "a role not known", UNDECIDED, passes(UNKNOWN)),
    case(
        PASS_ROLE,
        "a service not known",
        UNDECIDED,
        passes(Condition={"StringEquals": {"iam:PassedToService": UNKNOWN}}),
    ),
    case(PASS_ROLE, "an action not known", UNDECIDED, allow([GET, UNKNOWN], TABLE)),
    case(PASS_ROLE, "an administrator, another policy's finding", COMPLIANT, allow("*", "*")),
]
