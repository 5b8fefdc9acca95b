"""What each check of a configured value takes and what it refuses."""

from __future__ import annotations

import pytest

from ml_api import checks
from ml_api.configuration import Check

REFUSED = {
    checks.environment_suffix: ["", "Prod", "a_b", "-a", "a-", "a--b", "a" * 23, "ü", "a.b", "a\n"],
    checks.region: ["", "us-east-9", "eu-west", "cn-north-1", "us-gov-west-1", "us-iso-east-1", "US-EAST-1"],
    checks.tag_value: ["", " ", "a;b", "x" * 257, "a\nb", " team", "aws:team", "AWS:team", "rds:team"],
    checks.image: [
        "",
        "nginx",
        "registry.example.com/api",
        "Nginx:1",
        "api:",
        "api@sha256:12",
        "a b:1",
        "https://x/y:1",
        "a" * 254 + ":1",
        "a" * 5000,
        "registry..example.com/api:1",
        "registry.example.com:99999/api:1",
    ],
    checks.domain_name: [
        "",
        "localhost",
        "*.example.com",
        "Example.com",
        "a..b.com",
        "-a.com",
        f"{'a' * 61}.com",
        "a.c0m",
        "api.us-east-1.elb.amazonaws.com",
        "d111111abcdef8.cloudfront.net",
        "cloudfront.net",
    ],
    checks.default_tags: [
        "{broken",
        "[" * 100_000,
        "[]",
        "7",
        '{"Team": "a"}',
        '{"tags": ["Team"]}',
        '{"tags": {"aws:team": "a"}}',
        '{"tags": {"Team": "aws:a"}}',
        '{"tags": {"Team": 7}}',
        '{"tags": {"' + "a" * 129 + '": "a"}}',
    ],
    checks.provider_value: ["[{", "{", "[" * 100_000],
    checks.hosted_zone_id: ["", "z123", "Z", "/hostedzone/Z123", "Z12-3"],
    checks.boolean: ["", "True", "yes", "1", "on"],
    checks.aurora_engine_version: [
        *("", "14.9", "9.6", "15.", "15.4.1", "latest", "15.4 ", "99.9", "99", "22", "15.04", "15.9", "16.0", "16.5"),
        *("17.3", "16.31", "18.99", "١٥.٤"),
    ],
}
TAKEN = {
    checks.environment_suffix: ["dev", "pr-123", "1", "a" * 22],
    checks.region: ["us-east-1", "eu-central-2", "ap-southeast-7", "mx-central-1"],
    checks.tag_value: ["platform", "git@example.com:team/api.git", "Größe 1", "awsome", "a:aws:b", "x" * 256],
    checks.image: [
        "api:1",
        "registry.example.com:5000/team/api:1.4.2",
        "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/ml_api:v1",
        f"public.ecr.aws/x/y@sha256:{'a' * 64}",
        "a" * 253 + ":1",
    ],
    checks.domain_name: ["example.com", "api.eu.example.co.uk", "api.xn--p1ai", "mycloudfront.net"],
    checks.default_tags: ['{"tags": {"CostCenter": "42", "Empty": ""}}', '{"tags": {}}'],
    checks.provider_value: ["work", '["123456789012"]', "true"],
    checks.hosted_zone_id: ["Z1", "Z0123456789ABCDEFGHIJ"],
    checks.boolean: ["true", "false"],
    checks.aurora_engine_version: ["15.4", "15", "16.11", "17", "17.30", "18.1", "21"],
}


@pytest.mark.parametrize(("check", "value"), [(check, value) for check, values in REFUSED.items() for value in values])
def test_a_wrong_value_is_answered_with_what_is_expected(check: Check, value: str) -> None:
    expected = check(value)
    assert expected
    assert not expected.endswith(".")


@pytest.mark.parametrize(("check", "value"), [(check, value) for check, values in TAKEN.items() for value in values])
def test_a_right_value_is_taken(check: Check, value: str) -> None:
    assert check(value) is None


def test_the_longest_suffix_makes_a_target_group_of_exactly_32_characters() -> None:
    assert len(f"ml-api-tg-{'a' * checks.MAX_SUFFIX_LENGTH}") == 32


@pytest.mark.parametrize(
    "value",
    [
        "Short-1",
        "alllowercaseletters",
        "lowercase-only-symbols",
        'Quote"Quote"12',
        "Slash/Slash/12",
        "At@At@At@At@12",
        "Space Space 12",
        "Umlaut-ä-Umlaut-1",
        "Tab\tTab\tTab-12",
        "Aa1-" * 33,
    ],
)
def test_a_weak_or_illegal_password_is_refused_without_being_repeated(value: str) -> None:
    expected = checks.password(value)
    assert expected
    assert value not in expected


@pytest.mark.parametrize("value", ["Correct-Horse-9", "aB3" * 4, "Aa1-" * 32])
def test_a_strong_password_is_taken(value: str) -> None:
    assert checks.password(value) is None


@pytest.mark.parametrize(
    "value",
    [
        "",
        "arn:aws:acm:eu-west-1:123456789012:certificate/12345678-1234-1234-1234-123456789012",
        "arn:aws-cn:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012",
        "arn:aws:iam::123456789012:server-certificate/x",
        "arn:aws:acm:us-east-1:12345:certificate/12345678-1234-1234-1234-123456789012",
        "arn:aws:acm:us-east-1:123456789012:certificate/12345678",
    ],
)
def test_a_certificate_has_to_be_one_of_acm_in_the_right_region(value: str) -> None:
    assert "us-east-1" in (checks.certificate_arn(value, in_region="us-east-1") or "")


def test_a_certificate_of_the_region_is_taken() -> None:
    arn = "arn:aws:acm:eu-west-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"
    assert checks.certificate_arn(arn, in_region="eu-west-1") is None
