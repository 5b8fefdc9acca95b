from __future__ import annotations

from typing import Any

import pytest

from offline.aws import schema
from offline.aws.existing import NotFoundError, look_up
from offline.aws.place import Place

CERTIFICATE = "aws:acm/certificate:Certificate"
ARN = "arn:aws:acm:eu-west-1:123456789012:certificate/97c9ee9f-2346-437d-ba78-afa8c825a4e5"


def find(token: str, identifier: str) -> dict[str, Any]:
    return look_up(schema.resource(token), Place(token, identifier, "us-east-1", id=identifier), {})


def test_a_certificate_is_known_by_its_arn_and_in_its_region() -> None:
    found = find(CERTIFICATE, ARN)
    assert found["arn"] == found["id"] == ARN
    assert found["region"] == "eu-west-1"
    assert found["domainName"] == "api.example.com"
    assert found["subjectAlternativeNames"] == ["api.example.com", "*.api.example.com"]


def test_a_resource_that_is_named_by_its_id_has_its_name() -> None:
    assert find("aws:iam/role:Role", "admin")["arn"] == "arn:aws:iam::123456789012:role/admin"


@pytest.mark.parametrize(
    ("token", "identifier", "expected"),
    [
        (CERTIFICATE, "my-certificate", "an ARN of acm"),
        (CERTIFICATE, "arn:aws:iam::123456789012:role/x", "an ARN of acm"),
        ("aws:ec2/vpc:Vpc", "my-vpc", "vpc- and 8 or 17 hex digits"),
    ],
)
def test_an_id_that_aws_would_not_give_is_not_found(token: str, identifier: str, expected: str) -> None:
    with pytest.raises(NotFoundError, match=expected):
        find(token, identifier)
