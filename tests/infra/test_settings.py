"""Where each setting comes from, and what stops the program before it registers anything."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from ml_api.configuration import KEYS, Key
from ml_api.settings import CustomDomain, Settings, SettingsError, Source, as_text, parse
from tests.infra.program import CERTIFICATE, PASSWORD, run

SECRET_SIGNATURE, IS_SECRET = "4dabf18193072939515e22adb298388d", "1b47061264138c4ac30d75fd1eb44270"
"""How the engine marks a secret on the wire (Pulumi source code, sdk/go/common/resource/sig)."""

CUSTOM_DOMAIN = {"ml-api:domain_name": "api.example.com", "ml-api:hosted_zone_id": "Z123"}


def settings(
    configuration: dict[str, str] | None = None,
    *,
    environment: dict[str, str] | None = None,
    secret_keys: Sequence[str] = (),
    stack: str = "dev",
) -> Settings:
    return parse(Source("ml-api", stack, configuration or {}, set(secret_keys), environment or {}))


def problems(
    configuration: dict[str, str],
    *,
    environment: dict[str, str] | None = None,
    secret_keys: Sequence[str] = (),
    stack: str = "dev",
) -> list[str]:
    with pytest.raises(SettingsError) as stopped:
        settings(configuration, environment=environment, secret_keys=secret_keys, stack=stack)
    return str(stopped.value).splitlines()


def test_defaults_are_those_of_the_specification() -> None:
    found = settings(stack="review-7")
    assert (found.environment, found.region, found.repository, found.team) == (
        "review-7",
        "us-east-1",
        "ml-api",
        "platform",
    )
    assert found.aurora_engine_version == "15.4"
    assert (found.waf, found.customer_managed_key, found.protect) == (False, False, False)
    assert (found.db_password, found.container_image, found.alb_certificate_arn, found.domain) == (None,) * 4


VARIABLES = {
    "ENVIRONMENT_SUFFIX": ("ml-api:environment_suffix", "environment", "blue"),
    "AWS_REGION": ("aws:region", "region", "eu-west-1"),
    "REPOSITORY": ("ml-api:repository", "repository", "team/api"),
    "TEAM": ("ml-api:team", "team", "search"),
}


@pytest.mark.parametrize("variable", VARIABLES)
def test_an_environment_variable_stands_in_for_a_key_that_is_not_set(variable: str) -> None:
    _, field, value = VARIABLES[variable]
    assert getattr(settings(environment={variable: value}), field) == value


@pytest.mark.parametrize("variable", VARIABLES)
def test_the_configuration_wins_over_the_environment(variable: str) -> None:
    key, field, value = VARIABLES[variable]
    assert getattr(settings({key: value}, environment={variable: "other"}), field) == value


@pytest.mark.parametrize("variable", VARIABLES)
def test_an_empty_environment_variable_counts_as_unset(variable: str) -> None:
    _, field, _ = VARIABLES[variable]
    assert getattr(settings(environment={variable: ""}), field) == getattr(settings(), field)


@pytest.mark.parametrize(
    ("key", "value"),
    {
        "ml-api:environment_suffix": "Not_Valid",
        "aws:region": "us-east-9",
        "ml-api:repository": "a;b",
        "ml-api:team": "",
        "ml-api:container_image": "nginx",
        "ml-api:alb_certificate_arn": "arn:aws:acm:nowhere",
        "ml-api:waf": "yes",
        "ml-api:protect": "1",
        "ml-api:customer_managed_key": "on",
        "ml-api:aurora_engine_version": "13.4",
    }.items(),
)
def test_a_wrong_value_is_one_sentence_with_key_value_and_what_is_expected(key: str, value: str) -> None:
    (sentence,) = problems({key: value})
    assert sentence.startswith(f"{key} is {value!r}: expected ")
    assert sentence.endswith(".")


def test_a_wrong_value_of_the_environment_names_its_variable() -> None:
    (sentence,) = problems({}, environment={"AWS_REGION": "mars-1"})
    assert "AWS_REGION" in sentence
    assert "'mars-1'" in sentence


def test_a_stack_name_that_is_no_suffix_names_the_key_to_set() -> None:
    (sentence,) = problems({}, stack="My_Stack")
    assert sentence.startswith("ml-api:environment_suffix (its default) is 'My_Stack'")


def test_every_problem_is_reported_at_once() -> None:
    assert len(problems({"ml-api:waf": "maybe", "ml-api:team": "", "ml-api:protect": "no"})) == 3


def test_a_misspelt_key_is_refused_with_the_key_that_was_meant() -> None:
    (sentence,) = problems({"ml-api:protct": "true"})
    assert "did you mean ml-api:protect?" in sentence


def test_keys_that_pulumi_itself_reads_are_none_of_our_business() -> None:
    settings({"pulumi:tags": "{}", "pulumi:autonaming": "{}", "pulumi:disable-default-providers": "[]"})


def test_the_aws_providers_own_keys_reach_it() -> None:
    stack = run({"aws:region": "us-east-1", "aws:profile": "work", "aws:allowedAccountIds": '["123456789012"]'})
    (provider,) = (resource for resource in stack.resources if resource.type == "pulumi:providers:aws")
    assert provider["region"] == "us-east-1"
    assert provider["profile"] == "work"
    assert provider["allowedAccountIds"] == '["123456789012"]'


def test_a_misspelt_key_of_the_aws_provider_is_refused() -> None:
    (sentence,) = problems({"aws:profil": "work"})
    assert sentence.startswith("aws:profil is not a key of the AWS provider")


@pytest.mark.parametrize("value", ["{broken", '["a"', "[7"])
def test_a_list_or_map_for_the_aws_provider_that_is_no_json_is_refused(value: str) -> None:
    (sentence,) = problems({"aws:defaultTags": value})
    assert sentence == f"aws:defaultTags is {value!r}: expected a list or a map as JSON."


def test_a_wrong_value_that_is_a_secret_is_not_shown() -> None:
    first, second = problems({"ml-api:waf": "hunter2"}, secret_keys=["ml-api:waf"])
    assert first == "ml-api:waf does not meet the rules (its value is not shown): expected true or false."
    assert "hunter2" not in second


@pytest.mark.parametrize("key", [key for key in KEYS if not key.secret], ids=lambda key: key.name)
def test_a_secret_that_would_not_stay_one_is_refused(key: Key) -> None:
    full_key = key.name if ":" in key.name else f"ml-api:{key.name}"
    refused = [one for one in problems({full_key: "s3cret"}, secret_keys=[full_key]) if "is a secret, but" in one]
    assert refused == [
        f"{full_key} is a secret, but its value is used where nothing is encrypted: "
        f"expected a plain value, `pulumi config set --plaintext {key.name}`."
    ]


def test_a_secret_of_the_aws_provider_stays_one() -> None:
    role = '[{"roleArn": "arn:aws:iam::123456789012:role/deploy", "externalId": "hunter2"}]'
    stack = run({"aws:profile": "work"}, secrets={"aws:assumeRoles": role})
    (provider,) = (resource for resource in stack.resources if resource.type == "pulumi:providers:aws")
    request = stack.requests[("pulumi:providers:aws", provider.name)]
    assert request.object.fields["assumeRoles"].struct_value.fields[SECRET_SIGNATURE].string_value == IS_SECRET
    assert request.object.fields["profile"].string_value == "work"


@pytest.mark.parametrize("key", ["mlapi:protect", "ml_api:protect", "aurora:waf", "pulumi:protect"])
def test_a_key_of_a_namespace_that_nothing_reads_is_refused(key: str) -> None:
    (sentence,) = problems({key: "true"})
    assert sentence.startswith(f"{key} is not a key of this project")


@pytest.mark.parametrize(("value", "read"), [("16.4", "16.4"), (16.4, "16.4"), (16, "16")], ids=repr)
def test_a_version_may_be_written_as_a_number(value: object, read: str) -> None:
    assert settings({"ml-api:aurora_engine_version": as_text(value)}).aurora_engine_version == read


def test_a_switch_may_be_written_as_a_boolean_and_as_nothing_else() -> None:
    assert settings({"ml-api:waf": as_text(True)}).waf
    for value in (1, None, {"on": True}, ["true"]):
        (sentence,) = problems({"ml-api:waf": as_text(value)})
        assert sentence == f"ml-api:waf is {as_text(value)!r}: expected true or false."


def test_no_key_is_declared_twice() -> None:
    names = [key.name for key in KEYS]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("key", [key for key in KEYS if key.default is not None], ids=lambda key: key.name)
def test_a_default_passes_the_check_of_its_key(key: Key) -> None:
    assert key.check
    assert key.default
    assert key.check(key.default) is None


def test_a_password_that_is_a_secret_is_taken() -> None:
    assert settings({"ml-api:db_password": PASSWORD}, secret_keys=["ml-api:db_password"]).db_password is not None


def test_a_password_in_clear_text_is_refused_without_being_shown() -> None:
    (sentence,) = problems({"ml-api:db_password": PASSWORD})
    assert "--secret" in sentence
    assert PASSWORD not in sentence


def test_a_weak_password_is_refused_without_being_shown() -> None:
    (sentence,) = problems({"ml-api:db_password": "hunter2"}, secret_keys=["ml-api:db_password"])
    assert sentence.startswith("ml-api:db_password ")
    assert "hunter2" not in sentence


def test_a_domain_comes_with_its_zone() -> None:
    assert settings(CUSTOM_DOMAIN).domain == CustomDomain("api.example.com", "Z123", None)


@pytest.mark.parametrize("key", CUSTOM_DOMAIN)
def test_half_a_domain_is_refused(key: str) -> None:
    (sentence,) = problems({key: CUSTOM_DOMAIN[key]})
    assert all(name in sentence for name in CUSTOM_DOMAIN)
    assert repr(CUSTOM_DOMAIN[key]) in sentence


def test_a_certificate_for_cloudfront_needs_a_domain() -> None:
    (sentence,) = problems({"ml-api:cloudfront_certificate_arn": CERTIFICATE})
    assert "ml-api:domain_name" in sentence


def test_a_certificate_for_cloudfront_lies_in_us_east_1_whatever_the_region() -> None:
    elsewhere = CERTIFICATE.replace("us-east-1", "eu-west-1")
    (sentence,) = problems(CUSTOM_DOMAIN | {"aws:region": "eu-west-1", "ml-api:cloudfront_certificate_arn": elsewhere})
    assert "certificate in us-east-1" in sentence


def test_a_certificate_for_the_load_balancer_lies_in_the_region_of_the_stack() -> None:
    (sentence,) = problems({"aws:region": "eu-west-1", "ml-api:alb_certificate_arn": CERTIFICATE})
    assert "certificate in eu-west-1" in sentence


@pytest.mark.parametrize("key", ["alb_certificate_arn", "cloudfront_certificate_arn"])
def test_a_certificate_of_another_account_stops_the_program(key: str) -> None:
    foreign = CERTIFICATE.replace("123456789012", "210987654321")
    with pytest.raises(SettingsError) as stopped:
        run({**{name.removeprefix("ml-api:"): value for name, value in CUSTOM_DOMAIN.items()}, key: foreign})
    assert str(stopped.value) == (
        f"ml-api:{key} is {foreign!r}, a certificate of another account: expected one of this account, 123456789012."
    )


def test_the_program_stops_before_any_resource() -> None:
    with pytest.raises(SettingsError, match="ml-api:waf is 'maybe'"):
        run({"waf": "maybe"})


def test_a_region_with_two_zones_stops_the_program() -> None:
    with pytest.raises(
        SettingsError, match=r"aws:region is 'us-west-1'.* 2 availability zones \(us-west-1a, us-west-1c\)"
    ):
        run({"aws:region": "us-west-1"}, zones=["us-west-1c", "us-west-1a"])
