"""The table of the policy about identity providers other than GitHub."""

from __future__ import annotations

from typing import Any

from pulumi_guardrails.core.value import ABSENT, UNKNOWN
from pulumi_guardrails.core.verdict import Outcome
from tests.policypack.cases import COMPLIANT, NOT_APPLICABLE, UNDECIDED, VIOLATION, Case
from tests.policypack.good.iam import ACCOUNT, FROM_HERE, ROLE_ARN, document, trust
from tests.policypack.policies.iam.cases_documents import ROLE
from tests.policypack.policies.iam.cases_trust_policies import ECS, every, github, service

FEDERATED = "iam-federated-trust-pins-claims"
WEB, SAML_ACTION = "sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML"
CLUSTER = "oidc.eks.eu-west-1.amazonaws.com/id/ABC123"
SAML = f"arn:aws:iam::{ACCOUNT}:saml-provider/company"
COGNITO, GOOGLE = "cognito-identity.amazonaws.com", "accounts.google.com"


def case(says: str, outcome: Outcome, *statements: Any, finds: tuple[str, ...] = ()) -> Case:
    return Case(FEDERATED, says, outcome, {"assumeRolePolicy": document(*statements)}, ROLE, finds=finds)


def oidc(issuer: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:oidc-provider/{issuer}"


def token(principal: Any, operator: str = "", key: str = "", value: Any = None, action: Any = WEB) -> dict[str, Any]:
    """A statement that takes tokens of a provider, with one condition."""
    condition = {"Condition": {operator: {key: value}}} if operator else {}
    return trust({"Federated": principal}, action, **condition)


CASES = [
    *every(FEDERATED, token(oidc("gitlab.com")), "gitlab.com:sub", "organisation in full"),
    *(
        case(f"{issuer} by {operator} {claim} {value}", outcome, token(principal, operator, f"{issuer}:{claim}", value))
        for issuer, principal, rows in (
            (
                "gitlab.com",
                oidc("gitlab.com"),
                (
                    (COMPLIANT, "StringLike", "sub", "project_path:our/api:*"),
                    (COMPLIANT, "StringLike", "sub", "project_path:our/*"),
                    (COMPLIANT, "StringEquals", "sub", "project_path:our/api:ref_type:branch:ref:main"),
                    (COMPLIANT, "ForAnyValue:StringLike", "sub", "project_path:our/api:*"),
                    (VIOLATION, "StringLike", "sub", "*"),
                    (VIOLATION, "StringLike", "sub", "project_path:*"),
                    (VIOLATION, "StringLike", "sub", "project_path:our*"),
                    (VIOLATION, "StringLike", "sub", "project_path:ou?/api:*"),
                    (VIOLATION, "StringLike", "sub", ["project_path:our/api:*", "*"]),
                    (VIOLATION, "StringLike", "sub", ""),
                    (VIOLATION, "StringLikeIfExists", "sub", "project_path:our/api:*"),
                    (VIOLATION, "ForAllValues:StringLike", "sub", "project_path:our/api:*"),
                    (VIOLATION, "StringNotEquals", "sub", "project_path:their/api:*"),
                    (VIOLATION, "StringEquals", "aud", "https://gitlab.com"),
                    (UNDECIDED, "StringLike", "sub", UNKNOWN),
                ),
            ),
            (
                "app.terraform.io",
                oidc("app.terraform.io"),
                (
                    (COMPLIANT, "StringLike", "sub", "organization:our:project:*:workspace:*:run_phase:*"),
                    (VIOLATION, "StringLike", "sub", "organization:*:project:p:workspace:w:run_phase:*"),
                    (VIOLATION, "StringEquals", "aud", "aws.workload.identity"),
                ),
            ),
            (
                "api.pulumi.com/oidc",
                oidc("api.pulumi.com/oidc"),
                (
                    (COMPLIANT, "StringEquals", "aud", "aws:our"),
                    (VIOLATION, "StringLike", "aud", "aws:*"),
                    (VIOLATION, "StringEquals", "aud", ""),
                ),
            ),
            (
                COGNITO,
                COGNITO,
                (
                    (COMPLIANT, "StringEquals", "aud", "eu-west-1:12345678-90ab-cdef-1234-567890abcdef"),
                    (VIOLATION, "ForAnyValue:StringLike", "amr", "authenticated"),
                ),
            ),
            (
                GOOGLE,
                GOOGLE,
                (
                    (COMPLIANT, "StringEquals", "aud", "66677788899900pro0"),
                    (COMPLIANT, "StringEquals", "sub", "123"),
                    (VIOLATION, "StringLike", "aud", "*"),
                ),
            ),
            ("graph.facebook.com", "graph.facebook.com", ((COMPLIANT, "StringEquals", "app_id", "1"),)),
            ("www.amazon.com", "www.amazon.com", ((COMPLIANT, "StringEquals", "app_id", "amzn1.1"),)),
            (
                CLUSTER,
                oidc(CLUSTER),
                (
                    (COMPLIANT, "StringEquals", "sub", "system:serviceaccount:jobs:worker"),
                    (COMPLIANT, "StringLike", "sub", "system:serviceaccount:jobs:*"),
                    (VIOLATION, "StringLike", "sub", "system:serviceaccount:*:*"),
                    (VIOLATION, "StringLike", "sub", "*"),
                    (VIOLATION, "StringEquals", "aud", "sts.amazonaws.com"),
                ),
            ),
            (
                "login.our.example/tenant",
                oidc("login.our.example/tenant"),
                (
                    (COMPLIANT, "StringEquals", "aud", "deployments"),
                    (COMPLIANT, "StringLike", "sub", "team:*"),
                    (VIOLATION, "StringLike", "sub", "*"),
                    (VIOLATION, "StringEquals", "email", "a@our.example"),
                ),
            ),
        )
        for outcome, operator, claim, value in rows
    ),
    *(
        case(f"{principal} without a condition", VIOLATION, token(principal), finds=(f"Federated {principal}",))
        for principal in (COGNITO, GOOGLE, "graph.facebook.com", "www.amazon.com", oidc(CLUSTER), oidc("our.example"))
    ),
    case(
        "a workspace of Sentinel",
        COMPLIANT,
        token(
            oidc("sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d"),
            "StringEquals",
            "sts:RoleSessionName",
            "MicrosoftSentinel_1",
        ),
    ),
    case("SAML without an audience", VIOLATION, token(SAML, action=SAML_ACTION), finds=("saml:aud", "signin.aws")),
    case(
        "SAML with its audience",
        COMPLIANT,
        token(SAML, "StringEquals", "SAML:aud", "https://signin.aws.amazon.com/saml", SAML_ACTION),
    ),
    case("SAML with any audience", VIOLATION, token(SAML, "StringLike", "SAML:aud", "*", SAML_ACTION)),
    case(
        "two providers of which one is pinned",
        VIOLATION,
        token([oidc("gitlab.com"), COGNITO], "StringLike", "gitlab.com:sub", "project_path:our/api:*"),
        finds=(f"{COGNITO}:aud",),
    ),
    case("an issuer in another case", VIOLATION, token(oidc("GitLab.com"))),
    case("among other actions", VIOLATION, token(oidc("gitlab.com"), action=["sts:TagSession", "sts:Assume*"])),
    case("by every action", VIOLATION, token(oidc("gitlab.com"), action="*")),
    case(
        "by all actions but one",
        VIOLATION,
        {"Effect": "Allow", "Principal": {"Federated": oidc("gitlab.com")}, "NotAction": "sts:TagSession"},
    ),
    case("an action not known", UNDECIDED, token(oidc("gitlab.com"), action=["sts:TagSession", UNKNOWN])),
    case("conditions not known", UNDECIDED, {**token(oidc("gitlab.com")), "Condition": UNKNOWN}),
    case("a provider not known", UNDECIDED, token(UNKNOWN)),
    case("an open provider beside one not known", VIOLATION, token([COGNITO, UNKNOWN])),
    case("a principal not known that needs no token", NOT_APPLICABLE, trust({"AWS": UNKNOWN})),
    case("a provider that no action lets in", NOT_APPLICABLE, token(COGNITO, action="sts:AssumeRole")),
    case("a service", NOT_APPLICABLE, service(ECS, Condition=FROM_HERE)),
    case("a role", NOT_APPLICABLE, trust({"AWS": ROLE_ARN}, WEB)),
    case("GitHub, which has a policy of its own", NOT_APPLICABLE, github({})),
    case("an enterprise at GitHub", NOT_APPLICABLE, github({}, oidc("token.actions.githubusercontent.com/our"))),
    case("any provider, another policy's finding", NOT_APPLICABLE, token("*")),
    case("an ARN that is no provider's", NOT_APPLICABLE, token(ROLE_ARN)),
    Case(FEDERATED, "no trust policy", NOT_APPLICABLE, {"assumeRolePolicy": ABSENT}, ROLE),
]
