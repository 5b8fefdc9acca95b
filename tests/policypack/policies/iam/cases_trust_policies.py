"""The tables of the IAM policies about who may take a role on."""

from __future__ import annotations

import json
from typing import Any

from pulumi_guardrails.core.value import ABSENT, UNKNOWN
from pulumi_guardrails.core.verdict import Outcome
from tests.policypack.cases import COMPLIANT, NOT_APPLICABLE, UNDECIDED, VIOLATION, Case, Ref, resource
from tests.policypack.good.iam import ACCOUNT, FROM_HERE, ROLE_ARN, document, trust
from tests.policypack.policies.iam.cases_documents import ROLE

NAMED = "iam-trust-names-principals"
ONE = "iam-role-trusts-one-service"
DEPUTY = "iam-trust-guards-confused-deputy"
GITHUB = "iam-github-trust-pins-repository"

ECS = "ecs-tasks.amazonaws.com"
ISSUER = "token.actions.githubusercontent.com"
PROVIDER = f"arn:aws:iam::{ACCOUNT}:oidc-provider/{ISSUER}"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"


def case(
    policy: str, says: str, outcome: Outcome, *statements: Any, finds: tuple[str, ...] = (), **settings: Any
) -> Case:
    changes = {"assumeRolePolicy": document(*statements)}
    return Case(policy, says, outcome, changes, ROLE, settings=settings, finds=finds)


def service(*names: Any, **elements: Any) -> dict[str, Any]:
    return trust({"Service": list(names)}, **elements)


def every(policy: str, wrong: dict[str, Any], *finds: str) -> list[Case]:
    """What holds for each policy about trust."""
    text = {"assumeRolePolicy": json.dumps(document(wrong))}
    return [
        Case(policy, "as a JSON text", VIOLATION, text, ROLE, finds=finds),
        case(policy, "beside a good statement", VIOLATION, service(ECS, Condition=FROM_HERE), wrong, finds=finds),
        case(policy, "denied", COMPLIANT, {**wrong, "Effect": "Deny"}),
        case(policy, "an effect not known", UNDECIDED, {**wrong, "Effect": UNKNOWN}),
        case(policy, "a statement not known", UNDECIDED, UNKNOWN),
        Case(
            policy, "a document not known", UNDECIDED, {"assumeRolePolicy": UNKNOWN}, ROLE, finds=("assumeRolePolicy",)
        ),
        Case(policy, "no JSON, another policy's finding", NOT_APPLICABLE, {"assumeRolePolicy": "{"}, ROLE),
        Case(policy, "a wrong type, another policy's finding", NOT_APPLICABLE, {"assumeRolePolicy": 7.0}, ROLE),
    ]


def github(condition: Any = ABSENT, principal: Any = PROVIDER) -> dict[str, Any]:
    """A trust for GitHub's tokens, pinned as it should be if nothing else is said."""
    pinned = {
        "StringEquals": {f"{ISSUER}:aud": "sts.amazonaws.com", f"{ISSUER}:sub": "repo:our/api:ref:refs/heads/main"}
    }
    found = pinned if condition is ABSENT else condition
    return trust({"Federated": principal}, "sts:AssumeRoleWithWebIdentity", Condition=found)


def subject(value: Any, operator: str = "StringLike", audience: Any = "sts.amazonaws.com") -> dict[str, Any]:
    return github({"StringEquals": {f"{ISSUER}:aud": audience}, operator: {f"{ISSUER}:sub": value}})


def of_stack(policy: str, says: str, outcome: Outcome, token: str, statement: dict[str, Any]) -> Case:
    """A trust with something that is computed from a resource of the stack."""
    judged = resource(ROLE, "judged", assumeRolePolicy=document(statement))
    return Case(policy, says, outcome, stack=[judged, resource(token, "r")], at="judged")


def from_source(token: str) -> dict[str, Any]:
    return service(ECS, Condition={"ArnLike": {"aws:SourceArn": Ref(token, "r")}})


RULE = "aws:cloudwatch/eventRule:EventRule"
ANOTHER = "pulumi:pulumi:StackReference"

CASES = [
    of_stack(NAMED, "a role of the stack", COMPLIANT, ROLE, trust({"AWS": Ref(ROLE, "r")})),
    of_stack(NAMED, "a principal that another stack names", UNDECIDED, ANOTHER, trust({"AWS": Ref(ANOTHER, "r")})),
    of_stack(ONE, "a role of the stack", COMPLIANT, ROLE, trust({"AWS": Ref(ROLE, "r")})),
    of_stack(DEPUTY, "a service for a rule of the stack", COMPLIANT, RULE, from_source(RULE)),
    of_stack(DEPUTY, "a service for what another stack names", UNDECIDED, ANOTHER, from_source(ANOTHER)),
    *every(NAMED, trust("*"), "*", "Trust"),
    case(NAMED, "a service", COMPLIANT, service(ECS)),
    case(NAMED, "a role by name", COMPLIANT, trust({"AWS": ROLE_ARN})),
    case(NAMED, "everyone with an account", VIOLATION, trust({"AWS": ["*", ROLE_ARN]})),
    case(
        NAMED,
        "everyone under a condition",
        VIOLATION,
        trust("*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}}),
    ),
    case(NAMED, "any identity provider", VIOLATION, trust({"Federated": "*"})),
    case(NAMED, "services by a pattern", VIOLATION, service("*.amazonaws.com")),
    case(
        NAMED,
        "a whole account",
        VIOLATION,
        trust({"AWS": ROOT}),
        finds=("trusts every principal of an account", "role/NAME"),
    ),
    case(NAMED, "a whole account by its number", VIOLATION, trust({"AWS": ACCOUNT})),
    case(NAMED, "a whole account beside a service", VIOLATION, trust({"AWS": ROOT, "Service": ECS})),
    case(NAMED, "a whole account that is trusted", COMPLIANT, trust({"AWS": ROOT}), trustedAccounts=[ACCOUNT]),
    case(
        NAMED,
        "the one customer of a third party",
        COMPLIANT,
        trust({"AWS": ROOT}, Condition={"StringEquals": {"sts:ExternalId": "3f9"}}),
    ),
    case(
        NAMED,
        "a condition not known",
        UNDECIDED,
        trust({"AWS": ROOT}, Condition={"StringEquals": {"sts:ExternalId": UNKNOWN}}),
    ),
    case(NAMED, "a principal not known", UNDECIDED, trust({"AWS": UNKNOWN})),
    case(NAMED, "everyone beside one not known", VIOLATION, trust({"AWS": ["*", UNKNOWN]})),
    Case(NAMED, "no trust policy", NOT_APPLICABLE, {"assumeRolePolicy": ABSENT}, ROLE),
    *every(ONE, service(ECS, "ec2.amazonaws.com"), "ec2.amazonaws.com, ecs-tasks.amazonaws.com"),
    case(ONE, "one service", COMPLIANT, service(ECS)),
    case(ONE, "no service", COMPLIANT, trust({"AWS": ROLE_ARN})),
    case(
        ONE,
        "two statements for two services",
        VIOLATION,
        {**service(ECS), "Sid": "Tasks"},
        trust({"AWS": ROLE_ARN}),
        {**service("ec2.amazonaws.com"), "Sid": ""},
        finds=("the trust policy trusts several services: ",),
    ),
    case(ONE, "one service in China and elsewhere", COMPLIANT, service("ec2.amazonaws.com", "ec2.amazonaws.com.cn")),
    case(
        ONE,
        "one service in two regions",
        COMPLIANT,
        service("logs.eu-west-1.amazonaws.com", "logs.us-east-1.amazonaws.com"),
    ),
    case(ONE, "a function at the edge", COMPLIANT, service("lambda.amazonaws.com", "edgelambda.amazonaws.com")),
    case(ONE, "an Airflow environment", COMPLIANT, service("airflow.amazonaws.com", "airflow-env.amazonaws.com")),
    case(ONE, "services of two pairs", VIOLATION, service("airflow.amazonaws.com", "edgelambda.amazonaws.com")),
    case(ONE, "two services and one not known", VIOLATION, service(ECS, "ec2.amazonaws.com", UNKNOWN)),
    case(ONE, "one service and one not known", UNDECIDED, service(ECS, UNKNOWN)),
    case(ONE, "a principal not known", UNDECIDED, trust({"AWS": UNKNOWN})),
    *every(DEPUTY, service(ECS), ECS, "aws:SourceAccount"),
    case(DEPUTY, "the source account", COMPLIANT, service(ECS, Condition=FROM_HERE)),
    *(
        case(DEPUTY, f"{operator} {key} {value}", outcome, service(ECS, Condition={operator: {key: value}}))
        for outcome, operator, key, value in (
            (COMPLIANT, "ArnLike", "aws:SourceArn", f"arn:aws:ecs:*:{ACCOUNT}:*"),
            (COMPLIANT, "ArnLike", "aws:SourceArn", "arn:aws:s3:::our-bucket"),
            (COMPLIANT, "StringEquals", "aws:SourceOrgID", "o-a1b2c3d4e5"),
            (COMPLIANT, "ForAnyValue:StringLike", "aws:SourceOrgPaths", "o-a1b2c3d4e5/r-1/*"),
            (VIOLATION, "ArnLike", "aws:SourceArn", "arn:aws:ecs:*:*:*"),
            (VIOLATION, "ArnLike", "aws:SourceArn", "arn:aws:s3:::*"),
            (VIOLATION, "ArnLike", "aws:SourceArn", "arn:aws:ecs*"),
            (VIOLATION, "StringLike", "aws:SourceAccount", "*"),
            (VIOLATION, "StringLike", "aws:SourceAccount", "1*"),
            (VIOLATION, "StringEqualsIfExists", "aws:SourceAccount", ACCOUNT),
            (VIOLATION, "StringNotEquals", "aws:SourceAccount", ACCOUNT),
            (VIOLATION, "StringEquals", "aws:PrincipalTag/Team", "ml"),
            (UNDECIDED, "StringEquals", "aws:SourceAccount", UNKNOWN),
        )
    ),
    case(
        DEPUTY,
        "a source beside conditions not known",
        COMPLIANT,
        service(ECS, Condition={**FROM_HERE, "StringLike": UNKNOWN}),
    ),
    case(DEPUTY, "conditions not known", UNDECIDED, service(ECS, Condition=UNKNOWN)),
    case(DEPUTY, "a principal not known", UNDECIDED, trust({"Service": UNKNOWN})),
    case(DEPUTY, "a principal not known with its source", COMPLIANT, trust({"Service": UNKNOWN}, Condition=FROM_HERE)),
    case(DEPUTY, "no service", COMPLIANT, trust({"AWS": ROLE_ARN})),
    case(DEPUTY, "a service that tells no source", COMPLIANT, service("ec2.amazonaws.com")),
    case(DEPUTY, "such a service in China", COMPLIANT, service("ec2.amazonaws.com.cn")),
    case(DEPUTY, "a service in China", VIOLATION, service(f"{ECS}.cn")),
    case(DEPUTY, "two services", VIOLATION, service(ECS, "a.amazonaws.com"), finds=(f"lets {ECS} assume the role",)),
    case(DEPUTY, "a service declared to tell none", COMPLIANT, service(ECS), servicesWithoutSource=[ECS]),
    case(DEPUTY, "such a service beside another", VIOLATION, service("ec2.amazonaws.com", ECS)),
    *every(GITHUB, github({"StringEquals": {f"{ISSUER}:aud": "sts.amazonaws.com"}}), ":sub", "repo:OWNER/REPOSITORY"),
    case(GITHUB, "one branch", COMPLIANT, github()),
    case(GITHUB, "any branch of one repository", COMPLIANT, subject("repo:our/api:*")),
    case(GITHUB, "any of several repositories", COMPLIANT, subject(["repo:our/api:*", "repo:our/web:*"])),
    *(
        case(GITHUB, f"the subject {value}", VIOLATION, subject(value), finds=(value,))
        for value in ("*", "repo:*", "repo:our/*", "repo:*/api:*", "repo:our/a?i:*", "repo:our", "repo:our/", "our/api")
    ),
    case(GITHUB, "one good subject and one bad", VIOLATION, subject(["repo:our/api:*", "repo:our/*"])),
    case(GITHUB, "a subject only where there is one", VIOLATION, subject("repo:our/api:*", "StringLikeIfExists")),
    case(GITHUB, "a subject that is excepted", VIOLATION, subject("repo:our/api:*", "StringNotLike")),
    case(
        GITHUB,
        "another audience",
        VIOLATION,
        subject("repo:our/api:*", audience="https://github.com/our"),
        finds=(":aud",),
    ),
    case(GITHUB, "no condition", VIOLATION, trust({"Federated": PROVIDER}, "sts:AssumeRoleWithWebIdentity")),
    case(
        GITHUB,
        "claims of another issuer",
        VIOLATION,
        github({"StringEquals": {"other.example:aud": "sts.amazonaws.com", "other.example:sub": "repo:our/api:*"}}),
    ),
    case(GITHUB, "a subject in another case", COMPLIANT, subject("Repo:our/api:x".lower(), "StringEqualsIgnoreCase")),
    case(
        GITHUB,
        "a subject among several",
        VIOLATION,
        subject(["repo:a/*", "repo:b/*", "repo:c/*", "repo:d/*"]),
        finds=('"repo:a/*", "repo:b/*", "repo:c/*"; expected',),
    ),
    case(GITHUB, "a repository with more after it", COMPLIANT, subject("repo:our/api:environment:prod:x")),
    case(GITHUB, "a provider not known, denied", UNDECIDED, {**trust({"Federated": UNKNOWN}), "Effect": UNKNOWN}),
    case(GITHUB, "a subject not known", UNDECIDED, subject(UNKNOWN)),
    case(GITHUB, "a subject of none", VIOLATION, subject("repo:our/api:*", "ForAllValues:StringLike")),
    case(
        GITHUB,
        "conditions of which some are not known",
        UNDECIDED,
        github({"StringEquals": {f"{ISSUER}:aud": "sts.amazonaws.com"}, "StringLike": UNKNOWN}),
    ),
    case(GITHUB, "a provider not known, pinned", COMPLIANT, github(principal=UNKNOWN)),
    case(
        GITHUB,
        "a provider not known, with a bad subject",
        VIOLATION,
        trust(
            {"Federated": UNKNOWN},
            Condition={"StringEquals": {f"{ISSUER}:aud": "sts.amazonaws.com", f"{ISSUER}:sub": "repo:our/*"}},
        ),
    ),
    case(GITHUB, "a provider not known without conditions", UNDECIDED, trust({"Federated": UNKNOWN})),
    case(GITHUB, "another identity provider", NOT_APPLICABLE, trust({"Federated": "cognito-identity.amazonaws.com"})),
    Case(GITHUB, "no federation at all", NOT_APPLICABLE, {}, ROLE),
]
