"""What is known of condition keys: their types, and which actions support them."""

from __future__ import annotations

import pytest

from pulumi_guardrails.aws.iam.catalogue.condition_keys import (
    CALLER_KEYS,
    RESOURCE_KEYS,
    KeyType,
    closest_key,
    condition_key,
    has_known_prefix,
    lacks_chosen_part,
    supports,
)
from pulumi_guardrails.aws.iam.catalogue.service_authorization import action


@pytest.mark.parametrize(
    ("name", "kind", "several"),
    [
        ("AWS:sourceip", KeyType.IP_ADDRESS, False),
        ("aws:TagKeys", KeyType.STRING, True),
        ("aws:ResourceTag/any", KeyType.STRING, False),
        ("dynamodb:LeadingKeys", KeyType.STRING, True),
        ("kms:EncryptionContext:aws:s3:arn", KeyType.STRING, False),
        ("secretsmanager:ResourceTag/team", KeyType.STRING, False),
        ("s3:ExistingObjectTag/team", KeyType.STRING, False),
        ("s3:max-keys", KeyType.NUMERIC, False),
        ("saml:aud", KeyType.STRING, False),
    ],
)
def test_a_key_has_the_type_that_the_reference_gives(name: str, kind: KeyType, several: bool) -> None:
    key = condition_key(name)
    assert key is not None
    assert (key.type, key.is_multivalued) == (kind, several)


@pytest.mark.parametrize("name", ["aws:SourceAcount", "dynamodb:TableName", "nosuch:Key", "username"])
def test_a_key_that_aws_does_not_document_is_none(name: str) -> None:
    assert condition_key(name) is None


def test_the_keys_that_policies_rely_on_exist() -> None:
    keys = [key for key in (*RESOURCE_KEYS, *CALLER_KEYS) if not key.startswith("*:")]
    assert [key for key in keys if condition_key(f"{key}x" if key.endswith(("/", ":")) else key) is None] == []


def test_a_name_that_has_to_go_on_is_told_from_one_that_is_whole() -> None:
    assert lacks_chosen_part("aws:ResourceTag")
    assert lacks_chosen_part("aws:RequestTag/")
    assert not lacks_chosen_part("aws:RequestTag/team")
    assert not lacks_chosen_part("aws:SourceIp")


def test_a_prefix_is_aws_a_service_or_a_provider() -> None:
    assert all(map(has_known_prefix, ("aws:x", "s3:x", "saml:x", "oidc.example.com/id:sub")))
    assert not has_known_prefix("dynamo:x")


def test_the_closest_key_is_one_of_the_same_service() -> None:
    assert closest_key("s3:max-key") == "s3:max-keys"
    assert closest_key("nosuch:key") == ""


@pytest.mark.parametrize(
    ("name", "key", "resource", "expected"),
    [
        ("ec2:StopInstances", "aws:ResourceTag/a", "*", True),
        ("ec2:DescribeInstances", "aws:ResourceTag/a", "*", False),
        ("s3:ListBucket", "s3:prefix", "arn:aws:s3:::data", True),
        ("s3:GetObject", "s3:DataAccessPointArn", "arn:aws:s3:::data/x", False),
        ("s3:GetObject", "s3:DataAccessPointArn", "*", True),
    ],
)
def test_an_action_supports_a_key_on_the_resources_that_have_it(
    name: str, key: str, resource: str, expected: bool
) -> None:
    known, found = condition_key(key), action(name)
    assert known is not None
    assert found is not None
    assert supports(found, known, (resource,)) is expected
