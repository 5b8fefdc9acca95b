from __future__ import annotations

from typing import Any

import pytest

from offline.aws.provider_config import check, decode, read
from offline.aws.values import UNKNOWN, Secret


@pytest.fixture(autouse=True)
def _no_region_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_REGION", raising=False)
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)


def reasons(values: dict[str, Any]) -> list[str]:
    return [f"{failure.property} {failure.reason}" for failure in check(decode(values))]


def test_a_region_is_required() -> None:
    assert reasons({}) == ["region is missing: set aws:region in the stack's configuration, or AWS_REGION"]
    assert reasons({"region": "us-east-1"}) == []


@pytest.mark.parametrize("variable", ["AWS_REGION", "AWS_DEFAULT_REGION"])
def test_the_environment_may_name_the_region(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, "eu-west-1")
    assert reasons({}) == []
    assert read({}).region == "eu-west-1"
    assert read({"region": "us-east-1"}).region == "us-east-1"


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"region": "us-esat-1"}, "region must be a region of AWS such as us-east-1, found 'us-esat-1'"),
        ({"region": "us-east-1", "regoin": "x"}, "regoin is no property of the aws provider; did you mean region?"),
        ({"region": "us-east-1", "maxRetries": "many"}, "maxRetries must be an integer, found the string 'many'"),
        ({"region": "us-east-1", "defaultTags": '{"tag": {}}'}, "defaultTags.tag is no property of"),
    ],
)
def test_a_wrong_configuration_is_refused(values: dict[str, Any], reason: str) -> None:
    assert reasons(values)[0].startswith(reason)


def test_what_the_engine_adds_is_no_configuration() -> None:
    assert decode({"version": "7.51.1", "region": "us-east-1"}) == {"region": "us-east-1"}


def test_json_text_is_read_where_it_stands_for_something_else() -> None:
    given = {"region": "us-east-1", "defaultTags": '{"tags": {"Team": "a"}}', "maxRetries": "3", "profile": "3"}
    decoded = decode(given)
    assert decoded["maxRetries"] == 3
    assert decoded["profile"] == "3"
    assert reasons(given) == []
    assert read(decoded).default_tags == {"Team": "a"}


@pytest.mark.parametrize("tags", [UNKNOWN, Secret(UNKNOWN)])
def test_default_tags_may_not_be_known_yet(tags: Any) -> None:
    assert reasons({"region": "us-east-1", "defaultTags": tags}) == []
    assert read({"defaultTags": tags}).default_tags is UNKNOWN


def test_a_dictionary_of_the_program_may_spell_names_as_python_does() -> None:
    roles = (
        '[{"role_arn": "arn:aws:iam::123456789012:role/deploy", "session_name": "ci", "tags": {"cost_center": "1"}}]'
    )
    decoded = decode({"region": "us-east-1", "assumeRoles": roles, "defaultTags": '{"tags": {"cost_center": "1"}}'})
    assert list(check(decoded)) == []
    assert decoded["assumeRoles"][0]["sessionName"] == "ci"
    assert decoded["assumeRoles"][0]["tags"] == decoded["defaultTags"]["tags"] == {"cost_center": "1"}
    secret = decode({"region": "us-east-1", "assumeRoles": Secret([{"external_id": "hidden"}])})
    assert secret["assumeRoles"] == Secret([{"externalId": "hidden"}])


def test_providers_that_act_for_others_are_told_apart() -> None:
    own = read({"region": "us-east-1", "maxRetries": 3.0})
    assert own.account == read({"region": "eu-west-1"}).account
    other = read({"region": "us-east-1", "profile": Secret("other")})
    assert other.account != own.account
    assert "other" not in other.account
