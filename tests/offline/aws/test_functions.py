from __future__ import annotations

import json
import re
from typing import Any

import pytest

from offline.aws import prefix_lists, regions, schema
from offline.aws.check import check_properties
from offline.aws.functions import ANSWERS, answer
from offline.aws.lookups.kit import RefusedError
from offline.aws.schema import Property
from offline.aws.world import World

TOKENS = {token.rpartition(":")[2]: token for token in reversed(ANSWERS)}


def ask(function: str, provider_region: str = "us-east-1", /, **arguments: Any) -> dict[str, Any]:
    return answer(schema.function(TOKENS.get(function, function)), arguments, provider_region)


def sample(declared: Property) -> Any:
    """Return some value of the type of a required argument."""
    items: Any = ["example"] if declared.type.items and declared.type.items[0].kind == "string" else []
    return {"string": "example", "boolean": True, "list": items, "map": {}}.get(declared.type.kind, 1.0)


QUESTIONS: dict[str, dict[str, Any]] = {
    "getArn": {"arn": "arn:aws:s3:::example"},
    "getInstanceType": {"instanceType": "m5.large"},
    "getPolicy": {"name": "example"},
    "getSecret": {"name": "example"},
    "getPrefixList": {"name": "com.amazonaws.us-east-1.s3"},
    "getManagedPrefixList": {"name": "com.amazonaws.global.cloudfront.origin-facing"},
    "getPolicyDocument": {"statements": [{"actions": ["s3:*"], "resources": ["*"]}]},
    "getZone": {"name": "example.com"},
    "getCertificate": {"domain": "example.com"},
    "getCachePolicy": {"name": "Managed-CachingDisabled"},
    "getOriginRequestPolicy": {"name": "Managed-AllViewerExceptHostHeader"},
    "getResponseHeadersPolicy": {"name": "Managed-SecurityHeadersPolicy"},
}


@pytest.mark.parametrize("token", sorted(ANSWERS))
def test_an_answer_has_everything_that_the_package_declares(token: str) -> None:
    function = schema.function(token)
    required = {name: sample(declared) for name, declared in function.inputs.items() if declared.required}
    found = ask(token, **{**required, **QUESTIONS.get(token.rpartition(":")[2], {})})
    assert list(check_properties(found, function.outputs, token)) == []


def test_who_and_where_one_is() -> None:
    assert ask("getCallerIdentity")["accountId"] == "123456789012"
    assert ask("getRegion", "eu-west-1")["region"] == "eu-west-1"
    assert ask("getRegion", region="eu-west-1")["region"] == "eu-west-1"
    assert ask("getPartition", "cn-north-1") | {"id": ""} == {
        "id": "",
        "partition": "aws-cn",
        "dnsSuffix": "amazonaws.com.cn",
        "reverseDnsPrefix": "com.amazonaws.cn",
    }


@pytest.mark.parametrize(("region", "count"), [("us-east-1", 6), ("eu-west-1", 3), ("us-west-1", 2)])
def test_a_region_has_the_zones_that_aws_gives_it(region: str, count: int) -> None:
    found = ask("getAvailabilityZones", region, state="available")
    assert len(found["names"]) == len(found["zoneIds"]) == count
    assert all(re.fullmatch(rf"{region}[a-f]", name) for name in found["names"])


def test_zones_can_be_left_out() -> None:
    found = ask("getAvailabilityZones", excludeNames=["us-east-1a"], excludeZoneIds=["use1-az2"])
    assert found["names"] == [f"us-east-1{letter}" for letter in "cdef"]
    assert ask("getAvailabilityZones", state="impaired")["names"] == []


def test_zones_are_not_narrowed_by_a_filter_that_is_not_understood() -> None:
    accepted = {"name": "opt-in-status", "values": ["opt-in-not-required"]}
    assert len(ask("getAvailabilityZones", filters=[accepted])["names"]) == 6
    with pytest.raises(RefusedError, match="zone-type=local-zone on zones is not answered"):
        ask("getAvailabilityZones", filters=[{"name": "zone-type", "values": ["local-zone"]}])


def test_no_zones_of_a_region_that_there_is_not() -> None:
    with pytest.raises(RefusedError, match="no region mars-1"):
        ask("getAvailabilityZones", "mars-1")


def test_every_region_has_as_many_zone_ids_as_zones() -> None:
    for region in ("us-east-1", "ap-northeast-1", "ca-central-1", "us-west-1"):
        assert len(set(regions.zone_ids(region))) == len(set(regions.zone_names(region)))


def test_a_managed_prefix_list_is_found_by_name_by_id_and_by_filter() -> None:
    name = "com.amazonaws.us-east-1.dynamodb"
    by_name = ask("getManagedPrefixList", name=name)
    assert by_name["id"] == prefix_lists.prefix_list_id(name, "us-east-1") == "pl-02cd2c6b"
    assert ask("getManagedPrefixList", id="pl-02cd2c6b")["name"] == name
    assert ask("getManagedPrefixList", filters=[{"name": "prefix-list-name", "values": [name]}])["id"] == by_name["id"]
    assert by_name["entries"][0]["cidr"]


def test_a_prefix_list_that_aws_does_not_manage_is_refused() -> None:
    with pytest.raises(RefusedError, match=r"no prefix list com\.amazonaws\.us-east-1\.s4"):
        ask("getPrefixList", name="com.amazonaws.us-east-1.s4")


def test_published_policies_have_their_published_ids() -> None:
    assert ask("getCachePolicy", name="Managed-CachingDisabled")["id"] == "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
    assert ask("getOriginRequestPolicy", name="Managed-AllViewerExceptHostHeader")["id"].startswith("b689b0a8-")
    assert ask("getResponseHeadersPolicy", id="67f7725c-6f97-4210-82d7-5512b31e9d03")["name"] == (
        "Managed-SecurityHeadersPolicy"
    )
    with pytest.raises(RefusedError, match="AWS publishes no cache-policy Managed-Nothing"):
        ask("getCachePolicy", name="Managed-Nothing")


def test_logs_of_new_regions_come_from_no_account() -> None:
    assert ask("aws:elb/getServiceAccount:getServiceAccount")["arn"] == "arn:aws:iam::127311923021:root"
    with pytest.raises(RefusedError, match="a service principal does"):
        ask("aws:elb/getServiceAccount:getServiceAccount", "mx-central-1")


def test_what_is_not_answered_says_what_to_do() -> None:
    for token in ("aws:pricing/getProduct:getProduct", "aws:lambda/getInvocation:getInvocation"):
        with pytest.raises(RefusedError, match="take the value from the stack's configuration"):
            answer(schema.function(token), {}, "us-east-1")


def test_the_providers_default_tags_are_answered() -> None:
    function = schema.function("aws:index/getDefaultTags:getDefaultTags")
    assert answer(function, {}, "us-east-1", World(default_tags={"Team": "a"}))["tags"] == {"Team": "a"}


@pytest.mark.parametrize(
    ("name", "reason"), [("getZone", "one of zoneId and name"), ("getCertificate", "domain is required")]
)
def test_a_question_about_nothing_is_refused(name: str, reason: str) -> None:
    with pytest.raises(RefusedError, match=reason):
        ask(name)


def test_a_policy_document_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(RefusedError, match="not a JSON policy document"):
        ask("getPolicyDocument", sourcePolicyDocuments=["nonsense"])


def test_a_policy_document_is_json() -> None:
    found = ask("getPolicyDocument", **QUESTIONS["getPolicyDocument"])
    assert json.loads(found["json"]) == json.loads(found["minifiedJson"])
