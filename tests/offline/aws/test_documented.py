from __future__ import annotations

import pytest

from offline.aws import schema
from offline.aws.documented import accepted
from offline.aws.schema import Property, Type


def documented(doc: str, kind: str = "string", name: str = "mode") -> set[str]:
    return set(accepted(Property(name, Type(kind), required=False, doc=doc)))


@pytest.mark.parametrize(
    "doc",
    [
        "The mode. Valid values: `a`, `b`.",
        "The mode. Valid values are `a` and `b`.",
        "The mode. Valid values are `a`, and `b`. Defaults to `a`.",
        "Possible values are `a` or `b`",
    ],
)
def test_a_sentence_that_only_lists_values_is_believed(doc: str) -> None:
    assert documented(doc) == {"a", "b"}


@pytest.mark.parametrize(
    "doc",
    [
        "The mode.",
        "Valid values include `a`, `b`.",
        "Valid values: `a`, `b` and any number.",
        "Valid values are between `1` and `5`.",
        "Valid values: `a`, `b`. For groups, valid values: `c`.",
        "Valid values: `a b`, `c`.",
        "Valid values: `*`, `c`.",
        "Valid values: `a`.",
    ],
)
def test_anything_less_certain_is_not(doc: str) -> None:
    assert documented(doc) == set()


def test_only_words_can_be_listed() -> None:
    assert documented("Valid values: `a`, `b`.", kind="integer") == set()
    assert documented("Valid values: `a`, `b`.", name="roleArn") == set()


@pytest.mark.parametrize(
    ("token", "name", "value"),
    [
        ("aws:ec2/securityGroupRule:SecurityGroupRule", "protocol", None),
        ("aws:ec2/instance:Instance", "instanceType", None),
        ("aws:lambda/function:Function", "runtime", None),
        ("aws:autoscaling/group:Group", "enabledMetrics", None),
        ("aws:ec2/instance:Instance", "tenancy", "host"),
        ("aws:alb/loadBalancer:LoadBalancer", "loadBalancerType", "gateway"),
        ("aws:route53/record:Record", "type", "HTTPS"),
        ("aws:rds/instance:Instance", "storageType", "io2"),
        ("aws:s3/bucket:Bucket", "acl", "bucket-owner-read"),
        ("aws:rds/cluster:Cluster", "engine", "aurora-postgresql"),
        ("aws:ssm/parameter:Parameter", "type", "SecureString"),
    ],
)
def test_an_enumeration_is_closed_where_the_documentation_says_so(token: str, name: str, value: str | None) -> None:
    """The values are those of both: each leaves out some that AWS takes."""
    found = accepted(schema.resource(token).inputs[name])
    assert found == frozenset() if value is None else value in found
