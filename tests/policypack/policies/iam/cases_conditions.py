"""The table of AWS's checks: for each, documents that it finds and documents that look alike and are compliant.

`tests/policypack/aws/iam/catalogue/test_access_analyzer_checks.py` holds every check to having both.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pulumi_guardrails.aws.iam.catalogue.access_analyzer_checks import RESTRICT_ACCESS, VALID_CONDITIONS, Check
from pulumi_guardrails.core.value import ABSENT, UNKNOWN, Secret
from tests.policypack.cases import COMPLIANT, NOT_APPLICABLE, VIOLATION, Case, rows
from tests.policypack.good.iam import ACCOUNT, REGION, ROLE_ARN, TABLE, allow, document, grant, trust
from tests.policypack.good.s3 import NAME

ROLE = "aws:iam/role:Role"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
BUCKET_POLICY = "aws:s3/bucketPolicy:BucketPolicy"
GET = "dynamodb:GetItem"
OBJECTS = f"arn:aws:s3:::{NAME}/*"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
PROVIDER = f"arn:aws:iam::{ACCOUNT}:oidc-provider/oidc.example.com"
SAML = f"arn:aws:iam::{ACCOUNT}:saml-provider/Example"
GITHUB = "token.actions.githubusercontent.com"
ECS = {"Service": "ecs-tasks.amazonaws.com"}
ANYWHERE = {"Service": "rolesanywhere.amazonaws.com"}
FROM_HERE = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}


@dataclass(frozen=True)
class Exam:
    """A document of one resource, with the check that finds it and those that it looks like."""

    check: Check
    token: str
    wrong: Sequence[dict[str, Any]]
    right: Sequence[dict[str, Any]]
    policy: str = ""

    def cases(self) -> Iterator[Case]:
        policy = self.policy or self.check.policies[0]
        title = f"{self.check.title}, {self.token.rpartition(':')[2]}"
        for number, change in enumerate(self.wrong):
            found = (f"Access Analyzer: {self.check.title}",)
            if self.check in TOGETHER:
                found = (self.check.title,)
            yield Case(policy, f"{title} {number}", VIOLATION, change, self.token, finds=found)
        for number, change in enumerate(self.right):
            outcome = change.get("", COMPLIANT)
            plain = {name: value for name, value in change.items() if name}
            yield Case(policy, f"unlike {title} {number}", outcome, plain, self.token)


TOGETHER = (Check.DEPRECATED_GLOBAL_CONDITION_KEY,)
"""Checks that a message names behind another one."""


def identity(*statements: Any, **elements: Any) -> dict[str, Any]:
    """A role policy of some statements; elements of the document change it."""
    whole = {**document(*statements), **elements}
    return {"policy": {name: value for name, value in whole.items() if value is not ABSENT}}


def trusts(*statements: Any, **elements: Any) -> dict[str, Any]:
    """A role with a trust policy of some statements."""
    whole = {**document(*statements), **elements}
    return {"assumeRolePolicy": {name: value for name, value in whole.items() if value is not ABSENT}}


def bucket(*statements: Any) -> dict[str, Any]:
    """The policy of a bucket."""
    return {"policy": document(*statements)}


def under(operator: str, key: str, value: Any, effect: str = "Allow", action: Any = GET, **more: Any) -> dict[str, Any]:
    """A statement of an identity policy under one condition, or several."""
    resource = TABLE if str(action).startswith("dynamodb") else "*"
    condition = {operator: {key: value}, **more}
    return {**allow(action, resource, Condition=condition), "Effect": effect}


def when(*arguments: Any, **more: Any) -> dict[str, Any]:
    """A role policy of that statement."""
    return identity(under(*arguments, **more))


def named(resource: Any, action: Any = GET) -> dict[str, Any]:
    """A role policy for a resource."""
    return identity(allow(action, resource))


def to(principal: Any, **elements: Any) -> dict[str, Any]:
    """The policy of a bucket for a principal."""
    return bucket(grant(principal, "s3:GetObject", OBJECTS, **elements))


def without(statement: dict[str, Any], element: str) -> dict[str, Any]:
    return {name: value for name, value in statement.items() if name != element}


GOOD = allow(GET, TABLE)
BY_TAG = {"StringEquals": {"aws:ResourceTag/team": "ml"}}
BIG = {"AWS": [f"arn:aws:iam::{ACCOUNT}:role/role-with-a-long-name-{i:04}" for i in range(60)]}
MANY = [f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/table-with-a-long-name-{i:04}" for i in range(150)]
SLR = "iam:CreateServiceLinkedRole"
SLR_ARN = f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"
FOR_ECS = {"StringEquals": {"iam:AWSServiceName": "ecs.amazonaws.com"}}
PASSES = allow("iam:PassRole", ROLE_ARN, Condition={"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}})


def negating(element: str, value: Any, **elements: Any) -> dict[str, Any]:
    """An Allow that names actions or resources by what it leaves out."""
    plain = element.removeprefix("Not")
    return without({**GOOD, element: value, **elements}, plain)


def web(provider: str, claims: dict[str, str], action: str = "sts:AssumeRoleWithWebIdentity") -> dict[str, Any]:
    condition = {"Condition": {"StringEquals": claims}} if claims else {}
    return trusts(trust({"Federated": provider}, action, **condition))


FROM_GITHUB = f"arn:aws:iam::{ACCOUNT}:oidc-provider/{GITHUB}"
OUR_BRANCH = {f"{GITHUB}:aud": "sts.amazonaws.com", f"{GITHUB}:sub": "repo:us/api:ref:refs/heads/main"}

IDENTITY_EXAMS = [
    (
        Check.ARN_ACCOUNT_NOT_ALLOWED,
        [named(f"arn:aws:s3::{ACCOUNT}:data/*", "s3:GetObject")],
        [named(OBJECTS, "s3:GetObject")],
    ),
    (
        Check.ARN_REGION_NOT_ALLOWED,
        [named(f"arn:aws:iam:{REGION}:{ACCOUNT}:role/x", "iam:GetRole")],
        [named(f"arn:aws:iam::{ACCOUNT}:role/x", "iam:GetRole"), named("arn:aws:s3:*:*:data/*", "s3:GetObject")],
    ),
    (
        Check.DATA_TYPE_MISMATCH,
        [
            identity(GOOD, Version=2012.0),
            identity(GOOD, Id=7.0),
            identity({**GOOD, "Effect": 1.0}),
            identity({**GOOD, "Sid": 1.0}),
            identity({**GOOD, "Action": [1.0]}),
            identity({**GOOD, "Condition": "none"}),
            identity("statement"),
        ],
        [identity(GOOD, Id="Jobs")],
    ),
    (
        Check.DUPLICATE_KEYS_WITH_DIFFERENT_CASE,
        [identity({**GOOD, "Condition": {"StringEquals": {"aws:PrincipalTag/a": "x", "AWS:principaltag/a": "y"}}})],
        [identity({**GOOD, "Condition": {"StringEquals": {"aws:PrincipalTag/a": "x", "aws:PrincipalTag/b": "y"}}})],
    ),
    (
        Check.EMPTY_VARIABLE,
        [named(f"{TABLE}-${{}}"), named(f"{TABLE}-${{ }}")],
        [named(f"{TABLE}-${{aws:username}}"), named(f"{TABLE}-${{$}}")],
    ),
    (
        Check.INVALID_ACTION,
        [named(TABLE, "dynamodb:GetItems"), named("*", "GetItem")],
        [named(TABLE), named(TABLE, "DynamoDB:getitem")],
    ),
    (Check.INVALID_SERVICE_IN_ACTION, [named("*", "dynamo:GetItem")], [named(TABLE)]),
    (
        Check.INVALID_ARN_ACCOUNT,
        [named(f"arn:aws:dynamodb:{REGION}:12345:table/x"), named(f"arn:aws:dynamodb:{REGION}:us:table/x")],
        [named(TABLE), named("arn:aws:iam::aws:policy/ReadOnlyAccess", "iam:GetPolicy")],
    ),
    (Check.INVALID_ARN_PREFIX, [named("table/sessions"), named("aws:arn:x")], [named(TABLE), named("*")]),
    (
        Check.INVALID_ARN_REGION,
        [named(f"arn:aws:dynamodb:eu-west-9:{ACCOUNT}:table/x")],
        [named(f"arn:aws:dynamodb:*:{ACCOUNT}:table/x"), named(TABLE)],
    ),
    (
        Check.INVALID_ARN_RESOURCE,
        [named(f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:tables/x")],
        [named(TABLE), named(f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:*")],
    ),
    (Check.INVALID_ARN_SERVICE_CASE, [named(f"arn:aws:DynamoDB:{REGION}:{ACCOUNT}:table/x")], [named(TABLE)]),
    (
        Check.INVALID_PARTITION,
        [named(f"arn:amazon:dynamodb:{REGION}:{ACCOUNT}:table/x"), named("arn:*:s3:::data/*", "s3:GetObject")],
        [named(TABLE), named("arn:aws-cn:s3:::data/*", "s3:GetObject")],
    ),
    (
        Check.INVALID_SERVICE,
        [named(f"arn:aws:dynamo:{REGION}:{ACCOUNT}:table/x"), named(f"arn:aws:*:{REGION}:{ACCOUNT}:table/x")],
        [named(TABLE)],
    ),
    (
        Check.MISSING_ARN_ACCOUNT,
        [named(f"arn:aws:dynamodb:{REGION}::table/x")],
        [named(TABLE), named("arn:aws:s3:::data/*", "s3:GetObject")],
    ),
    (Check.MISSING_ARN_FIELD, [named("arn:aws:dynamodb:table/x"), named("arn:aws:s3*")], [named(TABLE)]),
    (
        Check.MISSING_ARN_REGION,
        [named(f"arn:aws:dynamodb::{ACCOUNT}:table/x")],
        [named(TABLE), named(f"arn:aws:iam::{ACCOUNT}:role/x", "iam:GetRole")],
    ),
    (
        Check.INVALID_CONDITION_OPERATOR,
        [when("StringEqual", "aws:PrincipalTag/a", "x")],
        [when("StringEquals", "aws:PrincipalTag/a", "x"), when("stringequals", "aws:PrincipalTag/a", "x")],
    ),
    (Check.INVALID_EFFECT, [identity({**GOOD, "Effect": "allow"})], [identity(GOOD)]),
    (
        Check.INVALID_POLICY_ELEMENT,
        [identity(GOOD, Name="x"), identity({**GOOD, "Actions": GET}), identity({**GOOD, "action": GET})],
        [identity(GOOD, Id="x")],
    ),
    (Check.INVALID_VERSION, [identity(GOOD, Version="2012-10-18")], [identity(GOOD, Version="2008-10-17")]),
    (Check.JSON_SYNTAX_ERROR, [{"policy": '{"Version": '}], [identity(GOOD)]),
    (Check.MISSING_ACTION, [identity(without(GOOD, "Action"))], [identity(negating("NotAction", GET, Effect="Deny"))]),
    (Check.MISSING_BRACE_IN_VARIABLE, [named(f"{TABLE}-${{aws:username")], [named(f"{TABLE}-${{aws:username}}")]),
    (Check.MISSING_EFFECT, [identity(without(GOOD, "Effect"))], [identity(GOOD)]),
    (
        Check.MISSING_QUOTE_IN_VARIABLE,
        [named(f"{TABLE}-${{aws:username, anonymous}}"), named(f"{TABLE}-${{aws:username, 'anonymous}}")],
        [named(f"{TABLE}-${{aws:username, 'not named'}}")],
    ),
    (Check.MISSING_RESOURCE, [identity(without(GOOD, "Resource"))], [identity(GOOD)]),
    (Check.MISSING_STATEMENT, [identity(), identity(Statement=ABSENT)], [identity(GOOD)]),
    (
        Check.NULL_WITH_IF_EXISTS,
        [when("NullIfExists", "aws:PrincipalTag/a", "true")],
        [when("Null", "aws:PrincipalTag/a", "true"), when("BoolIfExists", "aws:SecureTransport", "true")],
    ),
    (
        Check.POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA,
        [named(MANY)],
        [named(MANY[:100]), {"policy": f" {' ' * 20_000}{{}}", "": VIOLATION}],
    ),
    (
        Check.UNIQUE_SIDS_REQUIRED,
        [identity(GOOD, {**GOOD, "Action": "dynamodb:PutItem"})],
        [identity(GOOD, {**GOOD, "Sid": "Other"})],
    ),
    (
        Check.UNSUPPORTED_ELEMENT_COMBINATION,
        [identity({**GOOD, "NotAction": "s3:GetObject"}), identity({**GOOD, "NotResource": "*"})],
        [identity(GOOD)],
    ),
    (Check.UNSUPPORTED_PRINCIPAL, [identity({**GOOD, "Principal": "*"})], [identity(GOOD)]),
    (Check.UNSUPPORTED_SID, [identity({**GOOD, "Sid": "use table"})], [identity({**GOOD, "Sid": "UseTable1"})]),
    (
        Check.UNSUPPORTED_SPACE_IN_VARIABLE,
        [named(f"{TABLE}-${{aws: username}}"), when("StringLike", "aws:PrincipalTag/a", "${aws:user name}")],
        [named(f"{TABLE}-${{aws:username, 'a b'}}")],
    ),
    (
        Check.UNSUPPORTED_SYMBOL_IN_VARIABLE,
        [named(f"{TABLE}-${{aws:user;name}}")],
        [named(f"{TABLE}-${{aws:PrincipalTag/cost-centre}}")],
    ),
    (
        Check.VARIABLE_UNSUPPORTED_IN_ELEMENT,
        [named(TABLE, "dynamodb:${aws:PrincipalTag/action}")],
        [named(f"{TABLE}-${{aws:username}}")],
    ),
    (
        Check.VARIABLE_UNSUPPORTED_IN_VERSION,
        [
            identity(allow(GET, f"{TABLE}-${{aws:username}}"), Version="2008-10-17"),
            identity(allow(GET, f"{TABLE}-${{aws:username}}"), Version=ABSENT),
            identity(under("StringEquals", "aws:PrincipalTag/a", "${aws:username}"), Version=ABSENT),
        ],
        [identity(GOOD, Version="2008-10-17"), named(f"{TABLE}-${{aws:username}}")],
    ),
    (Check.EMPTY_ARRAY_ACTION, [named(TABLE, [])], [named(TABLE, [GET])]),
    (Check.EMPTY_ARRAY_RESOURCE, [named([])], [named([TABLE])]),
    # --- conditions
    (
        Check.INVALID_CONDITION_DATA_TYPE,
        [when("StringEquals", "aws:PrincipalTag/a", ["x", True]), when("NumericEquals", "s3:max-keys", [1.0, "2"])],
        [when("StringEquals", "aws:PrincipalTag/a", ["x", "y"])],
    ),
    (
        Check.INVALID_CONDITION_KEY_FORMAT,
        [when("StringEquals", "username", "x")],
        [when("StringEquals", "aws:username", "x")],
    ),
    (
        Check.INVALID_CONDITION_MULTIPLE_BOOLEAN,
        [when("Bool", "aws:SecureTransport", ["true", "true"])],
        [when("Bool", "aws:SecureTransport", "true"), when("Bool", "aws:SecureTransport", ["true"])],
    ),
    (
        Check.INVALID_GLOBAL_CONDITION_KEY,
        [when("StringEquals", "aws:PrincipalOrgId2", "o-1"), when("StringEquals", "aws:SourceAcount", ACCOUNT)],
        [when("StringEquals", "aws:principalorgid", "o-1"), when("StringEquals", "aws:PrincipalTag/any", "x")],
    ),
    (
        Check.INVALID_KMS_KEY_VALUE,
        [when("StringEquals", "s3:x-amz-server-side-encryption-aws-kms-key-id", "alias/data", "Deny", "s3:PutObject")],
        [when("StringEquals", "s3:x-amz-server-side-encryption-aws-kms-key-id", KEY, "Deny", "s3:PutObject")],
    ),
    (
        Check.INVALID_REGION,
        [when("StringEquals", "aws:RequestedRegion", "eu-west-9"), when("StringEquals", "aws:RequestedRegion", "EU")],
        [when("StringEquals", "aws:RequestedRegion", REGION), when("StringLike", "aws:RequestedRegion", "eu-*")],
    ),
    (
        Check.INVALID_SERVICE_CONDITION_KEY,
        [when("StringEquals", "dynamodb:TableName", "x")],
        [when("ForAnyValue:StringEquals", "dynamodb:LeadingKeys", "x")],
    ),
    (
        Check.INVALID_SERVICE_PRINCIPAL_FORMAT,
        [
            when("StringEquals", "iam:PassedToService", "ecs-tasks", "Allow", "iam:PassRole"),
            when("StringEquals", "kms:ViaService", "s3.amazonaws.com", "Allow", "kms:Decrypt"),
            when("ForAnyValue:StringEquals", "aws:CalledVia", "cloudformation"),
        ],
        [
            when("StringEquals", "iam:PassedToService", "ecs-tasks.amazonaws.com", "Allow", "iam:PassRole"),
            when("StringEquals", "kms:ViaService", f"s3.{REGION}.amazonaws.com", "Allow", "kms:Decrypt"),
            when("StringLike", "kms:ViaService", "s3.*.amazonaws.com", "Allow", "kms:Decrypt"),
            when("ForAnyValue:StringEquals", "aws:CalledVia", "cloudformation.amazonaws.com"),
        ],
    ),
    (
        Check.INVALID_VARIABLE_FOR_OPERATOR,
        [
            when("IpAddress", "aws:SourceIp", "${aws:PrincipalTag/ip}"),
            when("NumericLessThan", "aws:MultiFactorAuthAge", "${aws:PrincipalTag/age}"),
        ],
        [when("StringEquals", "aws:PrincipalTag/a", "${aws:username}")],
    ),
    (
        Check.INVALID_VPC_FORMAT,
        [when("StringEquals", "aws:SourceVpc", "vpce-0123456789abcdef0")],
        [
            when("StringEquals", "aws:SourceVpc", "vpc-0123456789abcdef0"),
            when("StringLike", "aws:SourceVpc", "vpc-01*"),
        ],
    ),
    (
        Check.INVALID_VPCE_FORMAT,
        [when("StringEquals", "aws:SourceVpce", "vpc-0123456789abcdef0")],
        [when("StringEquals", "aws:SourceVpce", "vpce-0123456789abcdef0")],
    ),
    (
        Check.MISSING_QUALIFIER,
        [
            when("StringEquals", "dynamodb:LeadingKeys", "x"),
            when("StringLike", "aws:PrincipalOrgPaths", "o-1/r-1/*"),
            when("StringEquals", "aws:TagKeys", "team", "Allow", "ec2:CreateTags"),
        ],
        [
            when("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-1/r-1/*"),
            when("Null", "aws:TagKeys", "false", "Allow", "ec2:CreateTags"),
        ],
    ),
    (
        Check.MISSING_TAG_KEY_IN_CONDITION,
        [when("StringEquals", "aws:ResourceTag", "ml"), when("StringEquals", "aws:PrincipalTag/", "ml")],
        [when("StringEquals", "aws:ResourceTag/team", "ml")],
    ),
    (
        Check.PRIVATE_IP_ADDRESS,
        [when("IpAddress", "aws:SourceIp", "10.0.0.0/8"), when("IpAddress", "aws:SourceIp", ["192.168.0.0/16", "::1"])],
        [
            when("IpAddress", "aws:SourceIp", "203.0.113.0/24"),
            when("IpAddress", "aws:VpcSourceIp", "10.0.0.0/8", StringEquals={"aws:SourceVpc": "vpc-01234567"}),
        ],
    ),
    (
        Check.PRIVATE_NOTIPADDRESS,
        [when("NotIpAddress", "aws:SourceIp", "10.0.0.0/8", "Deny")],
        [when("NotIpAddress", "aws:SourceIp", "203.0.113.0/24", "Deny")],
    ),
    (
        Check.UNSUPPORTED_ACTION_FOR_CONDITION_KEY,
        [
            when("StringEquals", "s3:x-amz-acl", "private"),
            when("StringEquals", "s3:prefix", "a", action="s3:PutObject"),
        ],
        [
            when("StringEquals", "s3:prefix", "a", action="s3:ListBucket"),
            when("StringEquals", "s3:prefix", "a", action=["s3:ListBucket", "s3:GetObject"]),
            when("ArnLike", "lambda:SourceFunctionArn", f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:x"),
        ],
    ),
    (
        Check.UNSUPPORTED_GLOBAL_CONDITION_KEY,
        [when("ArnEquals", "aws:ARN", ROLE_ARN)],
        [when("ArnEquals", "aws:PrincipalArn", ROLE_ARN)],
    ),
    (
        Check.DEPRECATED_GLOBAL_CONDITION_KEY,
        [when("ArnEquals", "aws:arn", ROLE_ARN)],
        [when("ArnEquals", "aws:SourceArn", ROLE_ARN)],
    ),
    (
        Check.TYPE_MISMATCH,
        [
            when("StringEquals", "aws:MultiFactorAuthPresent", "true"),
            when("Bool", "aws:SourceIp", "true"),
            when("StringEquals", "aws:SourceIp", "203.0.113.7"),
            when("NumericEquals", "aws:SourceAccount", ACCOUNT),
            when("StringLike", "aws:CurrentTime", "2027-*"),
            when("ArnLike", "aws:username", "x"),
            when("ArnLike", "aws:PrincipalArn", "role/x"),
        ],
        [
            when("Bool", "aws:MultiFactorAuthPresent", "true"),
            when("StringEquals", "aws:PrincipalArn", ROLE_ARN),
            when("NumericLessThan", "aws:EpochTime", "1900000000"),
            when("NumericLessThan", "aws:ResourceTag/level", "3"),
            when("Null", "aws:SourceIp", "true"),
        ],
    ),
    (
        Check.TYPE_MISMATCH_BOOLEAN,
        [when("Bool", "aws:SecureTransport", "yes"), when("Null", "aws:username", "no")],
        [when("Bool", "aws:SecureTransport", True), when("Bool", "aws:SecureTransport", "TRUE")],
    ),
    (
        Check.TYPE_MISMATCH_DATE,
        [when("DateLessThan", "aws:CurrentTime", "tomorrow"), when("DateLessThan", "aws:CurrentTime", "31/12/2027")],
        [
            when("DateLessThan", "aws:CurrentTime", "2027-12-31"),
            when("DateLessThan", "aws:CurrentTime", "2027-12-31T23:59:59Z"),
            when("DateLessThan", "aws:CurrentTime", "2027-12-31T23:59:59+01:00"),
        ],
    ),
    (
        Check.TYPE_MISMATCH_IP_RANGE,
        [when("IpAddress", "aws:SourceIp", "203.0.113.0/33"), when("IpAddress", "aws:SourceIp", "office")],
        [when("IpAddress", "aws:SourceIp", ["203.0.113.7", "2001:db8::/32"])],
    ),
    (
        Check.TYPE_MISMATCH_NUMBER,
        [when("NumericLessThan", "aws:MultiFactorAuthAge", "an hour")],
        [when("NumericLessThan", "aws:MultiFactorAuthAge", 3600.0)],
    ),
    (
        Check.TYPE_MISMATCH_STRING,
        [when("BinaryEquals", "aws:PrincipalTag/a", "not base64!")],
        [when("BinaryEquals", "aws:PrincipalTag/a", "QmluYXJ5")],
    ),
    (
        Check.WILDCARD_WITHOUT_LIKE_OPERATOR,
        [when("StringEquals", "aws:PrincipalTag/a", "x*"), when("StringNotEquals", "aws:userid", "A?", "Deny")],
        [
            when("StringLike", "aws:PrincipalTag/a", "x*"),
            when("ArnEquals", "aws:PrincipalArn", f"arn:aws:iam::{ACCOUNT}:role/x*"),
            when("StringEquals", "aws:PrincipalTag/a", "x${*}"),
        ],
    ),
    (
        Check.STRING_LIKE_OPERATOR_WITH_ARN_CONDITION_KEYS,
        [when("StringLike", "aws:PrincipalArn", f"arn:aws:iam::*:role/{ACCOUNT}/x")],
        [
            when("StringLike", "aws:PrincipalArn", f"arn:aws:iam::{ACCOUNT}:role/*"),
            when("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/x"),
        ],
    ),
    (
        Check.FORALLVALUES_WITH_SINGLE_VALUED_KEY,
        [when("ForAllValues:StringEquals", "aws:PrincipalTag/a", "x", "Deny")],
        [
            when("StringEquals", "aws:PrincipalTag/a", "x"),
            when("ForAllValues:StringEquals", "aws:TagKeys", "a", "Deny", "ec2:CreateTags"),
            when(
                "ForAllValues:StringEquals", "aws:TagKeys", "a", action="ec2:CreateTags", Null={"aws:TagKeys": "false"}
            ),
        ],
    ),
    # --- what follows the suggestions
    (Check.MISSING_VERSION, [identity(GOOD, Version=ABSENT)], [identity(GOOD)]),
    (Check.EMPTY_SID_VALUE, [identity({**GOOD, "Sid": ""})], [identity(without(GOOD, "Sid"))]),
    (Check.EMPTY_OBJECT_CONDITION, [identity({**GOOD, "Condition": {}})], [identity(GOOD)]),
    (
        Check.EMPTY_ARRAY_CONDITION,
        [when("StringEquals", "aws:PrincipalTag/a", [])],
        [when("StringEquals", "aws:PrincipalTag/a", "x")],
    ),
    (
        Check.EMPTY_ARRAY_CONDITION_FORALLVALUES,
        [when("ForAllValues:StringEquals", "dynamodb:LeadingKeys", [])],
        [when("ForAllValues:StringEquals", "dynamodb:LeadingKeys", "x")],
    ),
    (
        Check.EMPTY_ARRAY_CONDITION_FORANYVALUE,
        [when("ForAnyValue:StringEquals", "dynamodb:LeadingKeys", [])],
        [when("ForAnyValue:StringEquals", "dynamodb:LeadingKeys", "x")],
    ),
    (
        Check.EMPTY_ARRAY_CONDITION_IFEXISTS,
        [when("StringEqualsIfExists", "aws:PrincipalTag/a", [])],
        [when("StringEqualsIfExists", "aws:PrincipalTag/a", "x")],
    ),
    (
        Check.IMPROVE_IP_RANGE,
        [when("IpAddress", "aws:SourceIp", "203.0.113.7/24")],
        [when("IpAddress", "aws:SourceIp", ["203.0.113.0/24", "203.0.113.7"])],
    ),
    (
        Check.INVALID_DATE_VALUE,
        [when("DateLessThan", "aws:CurrentTime", "1893456000")],
        [
            when("DateLessThan", "aws:CurrentTime", "2030-01-01"),
            when("DateLessThan", "aws:CurrentTime", "2030"),
            when("DateLessThan", "aws:EpochTime", "1893456000"),
        ],
    ),
    (
        Check.NULL_WITH_QUALIFIER,
        [when("ForAllValues:Null", "dynamodb:LeadingKeys", "true")],
        [when("Null", "dynamodb:LeadingKeys", "true")],
    ),
    (
        Check.PRIVATE_IP_ADDRESS_SUBSET,
        [when("IpAddress", "aws:SourceIp", ["10.0.0.0/8", "203.0.113.0/24"])],
        [when("IpAddress", "aws:SourceIp", ["198.51.100.0/24", "203.0.113.0/24"])],
    ),
    (
        Check.PRIVATE_NOTIPADDRESS_SUBSET,
        [when("NotIpAddress", "aws:SourceIp", ["10.0.0.0/8", "203.0.113.0/24"], "Deny")],
        [when("NotIpAddress", "aws:SourceIp", ["203.0.113.0/24"], "Deny")],
    ),
    (
        Check.REDUNDANT_ACTION,
        [named(TABLE, [GET, "dynamodb:Get*"]), named(TABLE, [GET, "dynamodb:getitem"])],
        [named(TABLE, ["dynamodb:*Item", "dynamodb:Get*"]), named(TABLE, [GET, "dynamodb:PutItem"])],
    ),
    (
        Check.REDUNDANT_CONDITION_VALUE_NUM,
        [when("NumericLessThan", "aws:MultiFactorAuthAge", ["2700", "3600"])],
        [when("NumericLessThan", "aws:MultiFactorAuthAge", "3600"), when("NumericEquals", "s3:max-keys", ["1", "2"])],
    ),
    (Check.REDUNDANT_RESOURCE, [named([TABLE, "*"]), named([TABLE, TABLE])], [named([TABLE, f"{TABLE}/index/*"])]),
    (
        Check.REDUNDANT_STATEMENT,
        [identity(GOOD, {**GOOD, "Sid": "Again"})],
        [identity(GOOD, {**GOOD, "Sid": "Other", "Action": "dynamodb:PutItem"})],
    ),
    (
        Check.ALLOW_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE,
        [identity(allow("ec2:DescribeInstances", "*", Condition=BY_TAG))],
        [identity(allow("ec2:StopInstances", "*", Condition=BY_TAG)), identity(allow("ec2:*", "*", Condition=BY_TAG))],
    ),
    (
        Check.ALLOW_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE,
        [identity(negating("NotAction", "s3:GetObject", Condition=BY_TAG))],
        [identity(negating("NotAction", GET))],
    ),
    (Check.CREATE_SLR_WITH_STAR_IN_RESOURCE, [named("*", SLR)], [named(SLR_ARN, SLR)]),
    (
        Check.CREATE_SLR_WITH_NOTRESOURCE,
        [identity(negating("NotResource", SLR_ARN, Action=SLR))],
        [identity(negating("NotResource", SLR_ARN, Action=SLR, Condition=FOR_ECS))],
    ),
    (
        Check.CREATE_SLR_WITH_STAR_IN_ACTION_AND_RESOURCE,
        [named("*", "iam:Create*")],
        [named("*", "iam:Get*"), identity(allow("iam:Create*", "*", Condition=FOR_ECS))],
    ),
    (
        Check.CREATE_SLR_WITH_STAR_IN_ACTION_AND_NOTRESOURCE,
        [identity(negating("NotResource", SLR_ARN, Action="iam:*"))],
        [identity(negating("NotResource", SLR_ARN, Action="iam:*", Effect="Deny"))],
    ),
    (
        Check.CREATE_SLR_WITH_STAR_IN_RESOURCE_AND_NOTACTION,
        [identity(negating("NotAction", "s3:*", Resource="*"))],
        [identity(negating("NotAction", "iam:*", Resource="*"))],
    ),
    (
        Check.CREATE_SLR_WITH_NOTACTION_AND_NOTRESOURCE,
        [identity({**without(negating("NotAction", "s3:*"), "Resource"), "NotResource": TABLE})],
        [identity({**without(negating("NotAction", "iam:*"), "Resource"), "NotResource": TABLE})],
    ),
]

HOLLOW_EXAMS = [
    (
        Check.DENY_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE,
        [identity({**allow("ec2:DescribeInstances", "*", Condition=BY_TAG), "Effect": "Deny"})],
        [identity({**allow("ec2:StopInstances", "*", Condition=BY_TAG), "Effect": "Deny"})],
    ),
    (
        Check.DENY_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE,
        [identity(negating("NotAction", "s3:*", Condition=BY_TAG, Effect="Deny"))],
        [identity(negating("NotAction", "s3:*", Effect="Deny"))],
    ),
    (
        Check.FORALLVALUES_WITH_SINGLE_VALUED_KEY,
        [when("ForAllValues:StringEquals", "aws:PrincipalTag/a", "x")],
        [
            when("StringEquals", "aws:PrincipalTag/a", "x"),
            when("ForAllValues:StringEquals", "aws:PrincipalTag/a", "x", Null={"aws:PrincipalTag/a": "false"}),
            when("ForAllValues:StringEquals", "aws:TagKeys", "a", action="ec2:CreateTags"),
        ],
    ),
    (
        Check.MISSING_PAIRED_CONDITION_KEYS,
        [when("IpAddress", "aws:VpcSourceIp", "10.0.0.0/8")],
        [when("IpAddress", "aws:VpcSourceIp", "10.0.0.0/8", StringEquals={"aws:SourceVpc": "vpc-01234567"})],
    ),
    (
        Check.WILDCARD_WITHOUT_LIKE_OPERATOR,
        [
            when("StringEquals", "aws:PrincipalTag/a", "x*", "Deny"),
            when("StringNotEquals", "aws:PrincipalTag/a", "x*", "Allow"),
        ],
        [when("StringLike", "aws:PrincipalTag/a", "x*", "Deny"), when("StringEquals", "aws:PrincipalTag/a", "x*")],
    ),
    (
        Check.PRIVATE_IP_ADDRESS,
        [when("IpAddress", "aws:SourceIp", "10.0.0.0/8", "Deny")],
        [when("IpAddress", "aws:SourceIp", "203.0.113.0/24", "Deny"), when("IpAddress", "aws:SourceIp", "10.0.0.0/8")],
    ),
    (
        Check.PRIVATE_NOTIPADDRESS,
        [when("NotIpAddress", "aws:SourceIp", "10.0.0.0/8", "Allow")],
        [when("NotIpAddress", "aws:SourceIp", "203.0.113.0/24", "Allow")],
    ),
    (
        Check.INVALID_CONDITION_MULTIPLE_BOOLEAN,
        [when("Bool", "aws:SecureTransport", ["true", "false"]), when("Null", "aws:username", ["true", "false"])],
        [when("Bool", "aws:SecureTransport", "true"), when("Bool", "aws:SecureTransport", ["true", "true"])],
    ),
]

PASS_ROLE_EXAMS = [
    (Check.PASS_ROLE_WITH_STAR_IN_RESOURCE, [named("*", "iam:PassRole")], [identity(PASSES)]),
    (
        Check.PASS_ROLE_WITH_NOTRESOURCE,
        [identity(negating("NotResource", ROLE_ARN, Action="iam:PassRole"))],
        [identity(PASSES)],
    ),
    (Check.PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE, [named("*", "iam:Pass*")], [identity(PASSES)]),
    (
        Check.PASS_ROLE_WITH_STAR_IN_ACTION_AND_NOTRESOURCE,
        [identity(negating("NotResource", ROLE_ARN, Action="iam:Pass*"))],
        [identity(PASSES)],
    ),
]

NEGATED_EXAMS = [
    (
        Check.PASS_ROLE_WITH_STAR_IN_RESOURCE_AND_NOTACTION,
        [identity(negating("NotAction", "s3:*", Resource="*"))],
        [identity(negating("NotAction", "s3:*", Resource="*", Effect="Deny"))],
    ),
    (
        Check.PASS_ROLE_WITH_NOTACTION_AND_NOTRESOURCE,
        [identity({**without(negating("NotAction", "s3:*"), "Resource"), "NotResource": TABLE})],
        [identity(PASSES)],
    ),
]

TRUST_EXAMS = [
    (
        Check.INVALID_FEDERATED_PRINCIPAL_SYNTAX_IN_ROLE_TRUST_POLICY,
        [web("example", {"example:sub": "x"}), web(ROLE_ARN, {})],
        [web(PROVIDER, {"oidc.example.com:sub": "x"}), web("cognito-identity.amazonaws.com", {})],
    ),
    (
        Check.INVALID_PRINCIPAL_FORMAT,
        [trusts(trust("ecs")), trusts(trust({"Service": "ecs-tasks"})), trusts(trust({"AWS": "bob"}))],
        [trusts(trust(ECS)), trusts(trust({"AWS": [ACCOUNT, ROLE_ARN]}))],
    ),
    (Check.INVALID_PRINCIPAL_KEY, [trusts(trust({"Aws": ROLE_ARN}))], [trusts(trust({"AWS": ROLE_ARN}))]),
    (
        Check.MISMATCHED_ACTION_FOR_PRINCIPAL,
        [
            web(PROVIDER, {}, "sts:AssumeRole"),
            trusts(trust(ECS, "sts:AssumeRoleWithWebIdentity")),
            web(SAML, {}),
            web(PROVIDER, {}, "sts:AssumeRoleWithSAML"),
        ],
        [web(SAML, {"SAML:aud": "https://signin.aws.amazon.com/saml"}, "sts:AssumeRoleWithSAML"), trusts(trust(ECS))],
    ),
    (
        Check.MISSING_ACTION_FOR_ROLES_ANYWHERE_TRUST_POLICY,
        [trusts(trust(ANYWHERE)), trusts(trust(ANYWHERE, ["sts:AssumeRole", "sts:TagSession"]))],
        [trusts(trust(ANYWHERE, ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]))],
    ),
    (Check.MISSING_PRINCIPAL, [trusts({"Effect": "Allow", "Action": "sts:AssumeRole"})], [trusts(trust(ECS))]),
    (Check.POLICY_SIZE_EXCEEDS_ROLE_TRUST_POLICY_QUOTA, [trusts(trust(BIG))], [trusts(trust(ECS))]),
    (
        Check.ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL,
        [trusts(without({**trust(ECS), "NotPrincipal": ECS}, "Principal"))],
        [trusts(trust(ECS))],
    ),
    (Check.ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE, [trusts(trust(ECS, Resource="*"))], [trusts(trust(ECS))]),
    (
        Check.ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL,
        [trusts(trust("*")), trusts(trust({"AWS": f"arn:aws:iam::{ACCOUNT}:role/*"}))],
        [trusts(trust({"AWS": ROLE_ARN}))],
    ),
    (
        Check.MISSING_ACTION_FOR_CONDITION_KEY,
        [trusts(trust(ECS, Condition={"StringEquals": {"aws:RequestTag/team": "ml"}}))],
        [
            trusts(
                trust(ECS, ["sts:AssumeRole", "sts:TagSession"], Condition={"StringEquals": {"aws:RequestTag/a": "b"}})
            ),
            trusts(trust(ECS, Condition={"StringEquals": {"sts:ExternalId": "b"}})),
        ],
    ),
    (
        Check.CONFIRM_AUDIENCE_CLAIM_TYPE,
        [
            trusts(
                trust({"Federated": PROVIDER}, Condition={"ForAllValues:StringEquals": {"oidc.example.com:aud": "x"}})
            )
        ],
        [web(PROVIDER, {"oidc.example.com:aud": "x"})],
    ),
    (
        Check.INVALID_ROLE_REFERENCE,
        [trusts(trust({"AWS": "AROAEXAMPLE1234567890"}))],
        [trusts(trust({"AWS": ROLE_ARN}))],
    ),
    (
        Check.INVALID_USER_REFERENCE,
        [trusts(trust({"AWS": "AIDAEXAMPLE1234567890"}))],
        [trusts(trust({"AWS": f"arn:aws:iam::{ACCOUNT}:user/AIDA"}))],
    ),
    (
        Check.UNIQUE_SIDS_RECOMMENDED,
        [trusts(trust(ECS), trust({"AWS": ROLE_ARN}))],
        [trusts(trust(ECS), {**trust({"AWS": ROLE_ARN}), "Sid": "Other"})],
    ),
    (
        Check.MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL,
        [web(PROVIDER, {})],
        [web(PROVIDER, {"oidc.example.com:sub": "job"})],
    ),
    (
        Check.MISSING_GITHUB_REPO_CONDITION_KEY,
        [web(FROM_GITHUB, {f"{GITHUB}:aud": "sts.amazonaws.com"})],
        [web(FROM_GITHUB, OUR_BRANCH)],
    ),
    (
        Check.SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED,
        [web(FROM_GITHUB, {f"{GITHUB}:aud": "sts.amazonaws.com", f"{GITHUB}:sub": "repo:us/*"})],
        [web(FROM_GITHUB, OUR_BRANCH)],
    ),
]

BUCKET_EXAMS = [
    (
        Check.FEDERATED_PRINCIPAL_NOT_SUPPORTED,
        [to({"Federated": "cognito-identity.amazonaws.com"})],
        [to({"AWS": ROLE_ARN})],
    ),
    (
        Check.INVALID_PRINCIPAL_FORMAT,
        [
            to("reader"),
            to({"AWS": f"arn:aws:iam::{ACCOUNT}:group/readers"}),
            to({"AWS": "12345"}),
            to({"CanonicalUser": "79a59d"}),
        ],
        [
            to({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}),
            to({"AWS": "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1"}),
            to({"AWS": f"arn:aws:sts::{ACCOUNT}:assumed-role/a/b"}),
            to({"CanonicalUser": "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"}),
            to({"Service": "logging.s3.amazonaws.com"}, Condition=FROM_HERE),
            to({"Service": f"logs.{REGION}.amazonaws.com"}, Condition=FROM_HERE),
        ],
    ),
    (Check.EMPTY_ARRAY_PRINCIPAL, [to({"AWS": []})], [to({"AWS": [ROLE_ARN]})]),
    (Check.EMPTY_OBJECT_PRINCIPAL, [to({})], [to({"AWS": ROLE_ARN})]),
    (
        Check.UNSUPPORTED_WILDCARD_IN_PRINCIPAL,
        [to({"AWS": f"arn:aws:iam::{ACCOUNT}:role/*"}), to({"Service": "*"}), to({"CanonicalUser": "*"})],
        [to({"AWS": "*"}), to("*")],
    ),
    (
        Check.UNSUPPORTED_ACTION_IN_POLICY,
        [bucket(grant({"AWS": ROLE_ARN}, [GET, "s3:GetObject"], OBJECTS))],
        [to({"AWS": ROLE_ARN}), bucket(grant({"AWS": ROLE_ARN}, "*", OBJECTS))],
    ),
    (
        Check.UNSUPPORTED_RESOURCE_ARN_IN_POLICY,
        [
            bucket(grant({"AWS": ROLE_ARN}, "s3:GetObject", [OBJECTS, TABLE])),
            bucket(grant({"AWS": ROLE_ARN}, "s3:GetObject", "arn:aws:s3:::other/*")),
        ],
        [to({"AWS": ROLE_ARN}), bucket(grant({"AWS": ROLE_ARN}, "s3:ListBucket", f"arn:aws:s3:::{NAME}"))],
    ),
    (
        Check.POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA,
        [bucket(*[grant(BIG, "s3:GetObject", OBJECTS)] * 8)],
        [bucket(grant(BIG, "s3:GetObject", OBJECTS))],
    ),
    (
        Check.UNSUPPORTED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL,
        [
            to(
                {"Service": "logging.s3.amazonaws.com"},
                Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}},
            )
        ],
        [to({"Service": "logging.s3.amazonaws.com"}, Condition=FROM_HERE), to({"AWS": ROLE_ARN}, Condition=FROM_HERE)],
    ),
    (
        Check.RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL,
        [to({"Service": "logging.s3.amazonaws.com"})],
        [to({"Service": "logging.s3.amazonaws.com"}, Condition=FROM_HERE)],
    ),
]

QUEUE = "aws:sqs/queuePolicy:QueuePolicy"
QUEUE_ARN = f"arn:aws:sqs:{REGION}:{ACCOUNT}:jobs"
ALLOW_BUT = {
    "Effect": "Allow",
    "NotPrincipal": {"AWS": ROLE_ARN},
    "Action": "sqs:SendMessage",
    "Resource": QUEUE_ARN,
}

EXAMS = [
    *(Exam(check, ROLE_POLICY, wrong, right) for check, wrong, right in IDENTITY_EXAMS),
    *(Exam(check, ROLE_POLICY, wrong, right, RESTRICT_ACCESS) for check, wrong, right in HOLLOW_EXAMS),
    *(Exam(check, ROLE_POLICY, wrong, right) for check, wrong, right in PASS_ROLE_EXAMS),
    *(Exam(check, ROLE_POLICY, wrong, right) for check, wrong, right in NEGATED_EXAMS),
    *(Exam(check, ROLE, wrong, right) for check, wrong, right in TRUST_EXAMS),
    *(Exam(check, BUCKET_POLICY, wrong, right) for check, wrong, right in BUCKET_EXAMS),
    Exam(
        Check.ALLOW_WITH_NOTPRINCIPAL,
        QUEUE,
        [{"policy": document(ALLOW_BUT)}],
        [{"policy": document({**ALLOW_BUT, "Effect": "Deny"})}],
    ),
    Exam(
        Check.INVALID_SERVICE,
        ROLE_POLICY,
        [when("StringEquals", "dynamo:LeadingKeys", "x")],
        [when("StringEquals", "oidc.example.com/id/1:sub", "x")],
        VALID_CONDITIONS,
    ),
]


def both(policy: str, wrong: dict[str, Any]) -> Iterator[Case]:
    """What holds for the two policies on conditions alike."""
    yield from rows(
        policy,
        ROLE_POLICY,
        compliant=[
            ("no condition", identity(GOOD)),
            ("the good condition beside one of the stack's own ARNs", when("ArnEquals", "aws:SourceArn", TABLE)),
        ],
        violation=[
            ("wrong beside a statement not known", identity(wrong, UNKNOWN)),
            ("wrong in a secret", {"policy": Secret(document(wrong))}, "has a condition"),
        ],
        undecided=[
            ("a document not known", {"policy": UNKNOWN}),
            ("a statement not known", identity(GOOD, UNKNOWN)),
            ("conditions not known", identity({**GOOD, "Condition": UNKNOWN})),
            ("a value not known", when("StringEquals", "aws:PrincipalTag/a", UNKNOWN), "aws:PrincipalTag/a"),
            ("an effect not known", identity({**without(wrong, "Condition"), **_FINE, "Effect": UNKNOWN})),
        ],
        not_applicable=[("no document", {"policy": ABSENT})],
    )
    yield Case(policy, "no JSON, another policy's finding", NOT_APPLICABLE, {"policy": "{"}, ROLE_POLICY)


_FINE = {"Condition": {"StringLike": {"aws:PrincipalTag/a": "x*"}}}

CASES = [
    *(case for exam in EXAMS for case in exam.cases()),
    *both(VALID_CONDITIONS, under("StringEquals", "aws:SourceIp", "203.0.113.7")),
    *both(RESTRICT_ACCESS, under("StringEquals", "aws:PrincipalTag/a", "x*", "Deny")),
    *rows(
        VALID_CONDITIONS,
        ROLE_POLICY,
        compliant=[
            (f"{operator} {key} in a {effect}", when(operator, key, value, effect))
            for operator, key, value, effect in (
                ("StringEqualsIfExists", "aws:PrincipalOrgID", "o-1", "Deny"),
                ("StringNotEqualsIfExists", "aws:PrincipalOrgID", "o-1", "Allow"),
                ("StringEqualsIfExists", "aws:RequestedRegion", REGION, "Allow"),
            )
        ],
        violation=[
            (f"{operator} {key} without a Null condition", when(operator, key, value), "no such key", "Null")
            for operator, key, value in (
                ("StringEqualsIfExists", "aws:PrincipalOrgID", "o-1"),
                ("BoolIfExists", "aws:MultiFactorAuthPresent", "true"),
                ("ForAllValues:StringEquals", "dynamodb:LeadingKeys", "x"),
            )
        ],
    ),
    *rows(
        VALID_CONDITIONS,
        ROLE_POLICY,
        compliant=[
            (
                "IfExists for a key of some of a service's resources",
                when("StringEqualsIfExists", "ec2:InstanceType", "t3.micro", action="ec2:RunInstances"),
            ),
            (
                "IfExists with a Null condition",
                when("StringEqualsIfExists", "aws:PrincipalOrgID", "o-1", Null={"aws:PrincipalOrgID": "false"}),
            ),
        ],
        violation=[
            ("every address in an Allow", when("IpAddress", "aws:SourceIp", "0.0.0.0/0"), "always holds"),
            ("every address but all in a Deny", when("NotIpAddress", "aws:SourceIp", "::/0", "Deny"), "never holds"),
            (
                "a misspelt key",
                when("StringEquals", "aws:SourceAcount", ACCOUNT),
                "Write aws:SourceAccount, if that is meant.",
            ),
        ],
    ),
    *rows(
        "iam-documents-follow-suggestions",
        ROLE_POLICY,
        compliant=[("a version in a document as text", {"policy": json.dumps(document(GOOD))})],
        violation=[("no version beside a statement not known", identity(GOOD, UNKNOWN, Version=ABSENT))],
        undecided=[
            ("a document not known", {"policy": UNKNOWN}),
            ("a statement not known", identity(GOOD, UNKNOWN)),
            ("a version not known", identity(GOOD, Version=UNKNOWN)),
            ("resources not known", named(UNKNOWN)),
            ("a resource not known beside a wildcard", named([f"{TABLE}*", UNKNOWN])),
            ("a value not known", when("StringEquals", "aws:PrincipalTag/a", UNKNOWN)),
        ],
        not_applicable=[("no document", {"policy": ABSENT}), ("no JSON", {"policy": "{"})],
    ),
    *rows(
        "iam-documents-are-well-formed",
        ROLE_POLICY,
        compliant=[("a version that nothing depends on", identity(GOOD, Version=ABSENT))],
        violation=[
            ("a variable that does not exist", named(f"{TABLE}-${{aws:usernam}}"), "Write ${aws:username}, if"),
            ("a variable of no key", named(f"{TABLE}-${{account-id}}"), "Invalid global condition key"),
        ],
        undecided=[("a version not known", identity(allow(GET, f"{TABLE}-${{aws:username}}"), Version=UNKNOWN))],
    ),
]
