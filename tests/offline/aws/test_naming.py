from __future__ import annotations

import re

import pytest

from offline.aws import schema
from offline.aws.naming import Autoname, NameTooLongError, name_property, with_name
from offline.aws.values import DEFAULTS, UNKNOWN, Secret

ROLE = schema.resource("aws:iam/role:Role")
BUCKET = schema.resource("aws:s3/bucket:Bucket")
BALANCER = schema.resource("aws:lb/loadBalancer:LoadBalancer")


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        ("aws:ecs/cluster:Cluster", "name"),
        ("aws:s3/bucket:Bucket", "bucket"),
        ("aws:ec2/vpc:Vpc", None),
        ("aws:route53/record:Record", None),
    ],
)
def test_the_property_that_names_a_resource(token: str, expected: str | None) -> None:
    assert name_property(schema.resource(token)) == expected


def test_a_name_is_the_resources_own_and_seven_hex_digits() -> None:
    named = with_name(ROLE, "task", {}, {}, b"seed")
    assert re.fullmatch(r"task-[0-9a-f]{7}", named["name"])
    assert named[DEFAULTS] == ["name"]


def test_the_engines_seed_decides_the_digits() -> None:
    first, again, other = (with_name(ROLE, "task", {}, {}, seed)["name"] for seed in (b"one", b"one", b"two"))
    assert first == again
    assert first != other


def test_a_made_up_name_is_kept_at_the_next_update() -> None:
    old = with_name(ROLE, "task", {}, {}, b"one")
    assert with_name(ROLE, "task", {}, old, b"two") == old


def test_a_name_that_the_program_gave_up_is_not_kept() -> None:
    assert with_name(ROLE, "task", {}, {"name": "chosen", DEFAULTS: []}, b"one")["name"] != "chosen"


@pytest.mark.parametrize("given", [{"name": "x"}, {"name": UNKNOWN}, {"name": Secret("x")}, {"namePrefix": "x"}])
def test_a_given_name_stays(given: dict[str, object]) -> None:
    assert with_name(ROLE, "task", given, {}, b"one") == {**given, DEFAULTS: []}


def test_buckets_are_named_in_lower_case() -> None:
    assert with_name(BUCKET, "Logs", {}, {}, b"one")["bucket"].startswith("logs-")


def test_an_alias_begins_as_aws_demands() -> None:
    alias = with_name(schema.resource("aws:kms/alias:Alias"), "data", {}, {}, b"one")
    assert re.fullmatch(r"alias/data-[0-9a-f]{7}", alias["name"])


def test_a_name_that_aws_would_not_take_is_refused() -> None:
    with pytest.raises(NameTooLongError, match="33 characters where AWS accepts 32"):
        with_name(BALANCER, "b" * 25, {}, {}, b"one")


def test_the_engines_own_proposal_wins_and_it_may_forbid_names() -> None:
    assert with_name(ROLE, "task", {}, {}, b"one", Autoname(proposed="theirs"))["name"] == "theirs"
    assert "name" not in with_name(ROLE, "task", {}, {}, b"one", Autoname(disabled=True))
