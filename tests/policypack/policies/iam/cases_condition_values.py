"""Rows about conditions whose values name something, or nothing: of every IAM policy that believes a condition."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pulumi_guardrails.core.value import UNKNOWN
from tests.policypack.cases import COMPLIANT, UNDECIDED, VIOLATION, Case
from tests.policypack.good.iam import ACCOUNT, QUEUE, REGION, ROLE_ARN, allow, document, grant, trust
from tests.policypack.policies.iam.cases_documents import QUEUE_POLICY, ROLE, case

ESCALATION = "iam-no-privilege-escalation"
PASS_ROLE = "iam-pass-role-is-limited"
DATA = "iam-no-data-exfiltration"
WRITE = "iam-no-unconstrained-write"
RESOURCE = "iam-no-wildcard-resource"
TRUST = "iam-trust-names-principals"
OWN = "resource-policy-own-accounts"
DEPUTY = "resource-policy-guards-confused-deputy"

OTHER = "210987654321"
BY_AWS = "arn:aws:iam::aws:policy"
OURS = f"arn:aws:iam::{ACCOUNT}:policy"


def when(operator: str, key: str, value: Any) -> dict[str, Any]:
    return {"Condition": {operator: {key: value}}}


def bounded(
    policy: str, statement: dict[str, Any], operator: str, key: str, named: list[Any], wide: list[Any]
) -> Iterator[Case]:
    """A statement under a condition on one key: compliant where it names something, a violation where it does not."""
    for outcome, values in ((COMPLIANT, named), (VIOLATION, wide)):
        for value in values:
            yield case(policy, f"{operator} {key} {value}", outcome, {**statement, **when(operator, key, value)})
    yield case(policy, f"{operator} {key} not known", UNDECIDED, {**statement, **when(operator, key, UNKNOWN)})
    partly = when(operator, key, [named[0], wide[0], UNKNOWN])
    yield case(policy, f"{operator} {key} not known beside a wide one", VIOLATION, {**statement, **partly})


def trusting(says: str, outcome: Any, value: Any) -> Case:
    whole = trust({"AWS": f"arn:aws:iam::{OTHER}:root"}, **when("ArnLike", "aws:PrincipalArn", value))
    return Case(TRUST, says, outcome, {"assumeRolePolicy": document(whole)}, ROLE)


def queue(policy: str, says: str, outcome: Any, principal: dict[str, str], condition: dict[str, Any]) -> Case:
    statement = grant(principal, "sqs:SendMessage", QUEUE, **condition)
    return Case(policy, says, outcome, {"policy": document(statement)}, QUEUE_POLICY)


HOLLOW: tuple[tuple[str, dict[str, Any]], ...] = (
    ("an operator of another type", {"NumericEquals": {"aws:SourceAccount": ACCOUNT}}),
    ("a text for an address", {"StringEquals": {"aws:SourceIp": "192.0.2.7"}}),
    ("a key that does not exist", {"StringEquals": {"aws:SourceAcount": ACCOUNT}}),
    ("IfExists", {"StringEqualsIfExists": {"aws:SourceAccount": ACCOUNT}}),
    ("IfExists in lower case", {"stringequalsifexists": {"aws:SourceAccount": ACCOUNT}}),
    ("ForAllValues", {"ForAllValues:StringEquals": {"aws:SourceAccount": ACCOUNT}}),
    ("a key twice, once for all", {"StringLike": {"aws:SourceAccount": ACCOUNT, "AWS:SourceAccount": "*"}}),
)
"""Conditions on which nothing can rely."""

CASES = [
    *(
        queue(policy, f"hollow for {policy}: {says}", VIOLATION, principal, {"Condition": condition})
        for says, condition in HOLLOW
        for policy, principal in (
            (DEPUTY, {"Service": "sns.amazonaws.com"}),
            ("resource-policy-not-public", {"AWS": "*"}),
        )
    ),
    *(
        queue(DEPUTY, f"an operator in other case: {operator}", COMPLIANT, {"Service": "sns.amazonaws.com"}, guard)
        for operator in ("stringequals", "STRINGEQUALS")
        for guard in ({"Condition": {operator: {"aws:SourceAccount": ACCOUNT}}},)
    ),
    case(
        "iam-no-wildcard-resource",
        "an address in any VPC",
        VIOLATION,
        {**allow("dynamodb:DescribeTable", "*"), **when("IpAddress", "aws:VpcSourceIp", "10.0.0.0/8")},
    ),
    *bounded(
        ESCALATION,
        allow("iam:AttachRolePolicy", "*"),
        "ArnLike",
        "iam:PolicyARN",
        [
            f"{OURS}/read-logs",
            f"{OURS}/TEAM-A/*",
            f"{OURS}/team-*",
            "arn:aws:iam::*:policy/read-logs",
            f"{BY_AWS}/AmazonSQSReadOnlyAccess",
            f"{BY_AWS}/service-role/AWSLambdaBasicExecutionRole",
        ],
        [
            f"{BY_AWS}/*",
            f"{BY_AWS}/AdministratorAccess",
            f"{BY_AWS}/job-function/*",
            f"{BY_AWS}/AmazonS3*",
            f"{BY_AWS}/AmazonS3FullAccess",
            f"{BY_AWS}/AmazonS3ReadOnlyAccess",
            f"{BY_AWS}/service-role/AmazonEC2RoleforSSM",
            f"{BY_AWS}/job-f*Scientist",
            f"{BY_AWS}/SomeNewFullAccess",
            f"{BY_AWS}/AWSCodeBuildAdmin*",
            f"{BY_AWS}/${{aws:PrincipalTag/policy}}",
            f"{OURS}/*",
            "arn:aws:iam::*",
            "arn:aws:iam::*:policy/Admin*",
        ],
    ),
    *bounded(
        ESCALATION,
        allow("iam:PutRolePolicy", "*"),
        "StringLike",
        "iam:PermissionsBoundary",
        [f"{OURS}/bounds", f"{OURS}/bounds-*", f"{BY_AWS}/PowerUserAccess"],
        [
            f"{BY_AWS}/AdministratorAccess",
            f"{BY_AWS}/IAMFullAccess",
            f"{BY_AWS}/IAM*",
            f"{BY_AWS}/*",
            f"{OURS}/*",
            "arn:aws:iam::*",
        ],
    ),
    *bounded(
        PASS_ROLE,
        allow("iam:PassRole", ROLE_ARN),
        "StringLike",
        "iam:PassedToService",
        ["ecs-tasks.amazonaws.com", "logs.*.amazonaws.com"],
        ["*.amazonaws.com", "ec*.amazonaws.com", "${aws:PrincipalTag/service}.amazonaws.com"],
    ),
    *bounded(
        DATA,
        allow("secretsmanager:GetSecretValue", "*"),
        "StringLike",
        "secretsmanager:SecretId",
        [f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:db-??????", "arn:aws:secretsmanager:*:*:secret:db-*"],
        ["arn:aws:secretsmanager:*", f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:*", "arn:*"],
    ),
    *bounded(
        DATA,
        allow("dynamodb:GetItem", "*"),
        "IpAddress",
        "aws:SourceIp",
        ["192.0.2.0/24", "198.51.100.7", "2001:db8::/32", "10.0.0.0/8"],
        ["0.0.0.0/0", "128.0.0.0/1", "::/0", "10.0.0.0/7", "2001:db8::/31", "here"],
    ),
    *bounded(
        DATA,
        allow("kms:Decrypt", "*"),
        "StringLike",
        "kms:EncryptionContext:aws:s3:arn",
        ["arn:aws:s3:::data", f"arn:aws:dynamodb:*:{ACCOUNT}:table/*", "fi*"],
        ["arn:aws:s3:::*", "arn:aws:logs:*:*:*", "*:*"],
    ),
    *bounded(
        DATA,
        allow("kms:Decrypt", "*"),
        "StringLike",
        "kms:ViaService",
        [f"s3.{REGION}.amazonaws.com", "s3.*.amazonaws.com"],
        ["*.amazonaws.com", "s*.amazonaws.com"],
    ),
    *bounded(
        DATA,
        allow("dynamodb:GetItem", "*"),
        "StringLike",
        "aws:SourceVpce",
        ["vpce-0123"],
        ["vpce-*"],
    ),
    *bounded(
        WRITE,
        allow("dynamodb:PutItem", "*"),
        "StringLike",
        "aws:PrincipalOrgID",
        ["o-1234567890"],
        ["o-*", "${aws:PrincipalOrgID}"],
    ),
    *bounded(
        WRITE,
        allow("ecs:StopTask", "*"),
        "ArnLike",
        "ecs:cluster",
        [f"arn:aws:ecs:{REGION}:{ACCOUNT}:cluster/api", f"arn:aws:ecs:*:{ACCOUNT}:cluster/api-*"],
        [f"arn:aws:ecs:{REGION}:{ACCOUNT}:cluster/*", f"arn:aws:ecs:{REGION}:{ACCOUNT}:*"],
    ),
    *bounded(
        DATA,
        allow("kms:Decrypt", f"arn:aws:kms:{REGION}:{ACCOUNT}:key/*"),
        "StringLike",
        "kms:RequestAlias",
        ["alias/sessions", "alias/team-*"],
        ["alias/*"],
    ),
    *bounded(
        RESOURCE,
        allow("ec2:CreateTags", f"arn:aws:ec2:{REGION}:{ACCOUNT}:*/*"),
        "StringEquals",
        "ec2:CreateAction",
        ["RunInstances"],
        ["*"],
    ),
    *(
        line
        for action, key in (
            ("autoscaling:SetDesiredCapacity", "autoscaling:ResourceTag/owner"),
            ("elasticloadbalancing:DeleteLoadBalancer", "elasticloadbalancing:ResourceTag/cluster"),
            ("ecr:PutImage", "ECR:resourceTag/env"),
        )
        for line in bounded(WRITE, allow(action, "*"), "StringLike", key, ["ml"], ["*"])
    ),
    *(
        line
        for key in ("aws:ResourceTag/cluster", "elasticloadbalancing:ResourceTag/cluster", "aws:RequestTag/cluster")
        for line in bounded(
            WRITE, allow("elasticloadbalancing:DeleteLoadBalancer", "*"), "Null", key, ["false"], ["true"]
        )
    ),
    case(
        WRITE,
        "a key that must be there and is no tag",
        VIOLATION,
        {**allow("dynamodb:PutItem", "*"), **when("Null", "aws:SourceVpce", "false")},
    ),
    case(
        WRITE,
        "a tag that need be neither there nor not",
        VIOLATION,
        {**allow("dynamodb:PutItem", "*"), **when("Null", "aws:ResourceTag/Team", [])},
    ),
    case(
        WRITE,
        "the tag of another sort of thing",
        VIOLATION,
        {**allow("dynamodb:PutItem", "*"), **when("StringEquals", "dynamodb:ResourceTags/Team", "ml")},
    ),
    trusting("a role of another account, by name", COMPLIANT, f"arn:aws:iam::{OTHER}:role/deploy"),
    trusting("roles of a path of another account", COMPLIANT, f"arn:aws:iam::{OTHER}:role/teams/*"),
    trusting("a role by name, of the account that the principal tells", COMPLIANT, "arn:aws:iam::*:role/deploy"),
    trusting("the root user of another account", COMPLIANT, f"arn:aws:iam::{OTHER}:root"),
    trusting("every principal of every account, as a condition", VIOLATION, "arn:aws:iam::*:*"),
    trusting("every role of another account, as a condition", VIOLATION, f"arn:aws:iam::{OTHER}:role/*"),
    trusting("every principal of another account, as a condition", VIOLATION, f"arn:aws:iam::{OTHER}:*"),
    queue(
        OWN,
        "a role of another account, as a condition",
        COMPLIANT,
        {"AWS": f"arn:aws:iam::{OTHER}:root"},
        when("ArnLike", "aws:PrincipalArn", f"arn:aws:iam::{OTHER}:role/deploy"),
    ),
    queue(
        OWN,
        "every role of another account, as a condition",
        VIOLATION,
        {"AWS": f"arn:aws:iam::{OTHER}:root"},
        when("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/*"),
    ),
    queue(
        DEPUTY,
        "an encryption context of one account",
        COMPLIANT,
        {"Service": f"logs.{REGION}.amazonaws.com"},
        when("ArnLike", "kms:EncryptionContext:aws:logs:arn", f"arn:aws:logs:{REGION}:{ACCOUNT}:*"),
    ),
    queue(
        DEPUTY,
        "an encryption context of any account",
        VIOLATION,
        {"Service": f"logs.{REGION}.amazonaws.com"},
        when("ArnLike", "kms:EncryptionContext:aws:logs:arn", "arn:aws:logs:*:*:*"),
    ),
]
