from __future__ import annotations

from typing import Any

import pytest

from offline.aws import schema
from offline.aws.existing import NotFoundError, look_up
from offline.aws.place import Place
from offline.aws.values import KNOWN

CERTIFICATE = "aws:acm/certificate:Certificate"
ARN = "arn:aws:acm:eu-west-1:123456789012:certificate/97c9ee9f-2346-437d-ba78-afa8c825a4e5"


def find(token: str, identifier: str) -> dict[str, Any]:
    return look_up(schema.resource(token), Place(token, identifier, "us-east-1", id=identifier), {})[0]


def told(token: str, identifier: str) -> dict[str, Any]:
    """Return the inputs that the id tells."""
    inputs = look_up(schema.resource(token), Place(token, identifier, "us-east-1", id=identifier), {})[1]
    return {name: inputs[name] for name in inputs[KNOWN]}


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


@pytest.mark.parametrize(
    ("token", "identifier", "expected"),
    [
        ("aws:s3/bucket:Bucket", "logs", {"bucket": "logs"}),
        ("aws:dynamodb/table:Table", "games", {"name": "games"}),
        ("aws:sns/topic:Topic", "arn:aws:sns:us-east-1:123456789012:alarms", {"name": "alarms"}),
        ("aws:kms/key:Key", "1234abcd-12ab-34cd-56ef-1234567890ab", {}),
        ("aws:ec2/vpc:Vpc", "vpc-0123456789abcdef0", {}),
        ("aws:ecs/cluster:Cluster", "arn:aws:ecs:us-east-1:123456789012:cluster/main", {"name": "main"}),
        ("aws:ecs/cluster:Cluster", "main", {"name": "main"}),
        ("aws:ecs/service:Service", "main/api", {"cluster": "main", "name": "api"}),
        (
            "aws:lb/targetGroup:TargetGroup",
            "arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/api/20cfe21448b66314",
            {"name": "api"},
        ),
        ("aws:iam/policy:Policy", "arn:aws:iam::123456789012:policy/team/read", {"path": "/team/", "name": "read"}),
        ("aws:iam/instanceProfile:InstanceProfile", "web", {"name": "web"}),
    ],
)
def test_an_id_tells_what_it_holds(token: str, identifier: str, expected: dict[str, str]) -> None:
    assert told(token, identifier) == expected
    assert find(token, identifier).items() >= expected.items()


def test_what_is_found_by_its_name_has_the_id_that_aws_gives_it() -> None:
    found = find("aws:ecs/cluster:Cluster", "main")
    assert found["id"] == found["arn"] == "arn:aws:ecs:us-east-1:123456789012:cluster/main"


def test_an_id_as_the_documentation_imports_it_is_found() -> None:
    identifier = "subnet-6777656e646f6c796e/rtb-656c65616e6f72"
    assert find("aws:ec2/routeTableAssociation:RouteTableAssociation", identifier)["id"] == identifier
