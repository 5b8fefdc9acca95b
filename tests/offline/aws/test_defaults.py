from __future__ import annotations

from offline.aws import schema
from offline.aws.defaults import with_defaults
from offline.aws.values import DEFAULTS, Secret

GROUP = schema.resource("aws:ec2/securityGroup:SecurityGroup")


def test_a_description_that_is_documented_to_be_made_up_is() -> None:
    assert with_defaults(GROUP, {})["description"] == "Managed by Pulumi"
    assert with_defaults(GROUP, {DEFAULTS: ["name"]})[DEFAULTS] == ["name", "description"]


def test_a_given_description_stays() -> None:
    assert with_defaults(GROUP, {"description": "mine"}) == {"description": "mine", DEFAULTS: []}


def test_no_other_description_is_made_up() -> None:
    assert "description" not in with_defaults(schema.resource("aws:iam/role:Role"), {})


def test_nested_objects_are_marked_and_maps_are_not() -> None:
    given = {"ingress": [{"protocol": "tcp"}], "egress": Secret([{"protocol": "-1"}]), "tags": {"a": "b"}}
    marked = with_defaults(GROUP, given)
    assert marked["ingress"] == [{"protocol": "tcp", DEFAULTS: []}]
    assert marked["egress"] == Secret([{"protocol": "-1", DEFAULTS: []}])
    assert marked["tags"] == {"a": "b"}
