"""Passwords, tokens and keys are told from what only speaks of them, quickly whatever the text."""

from __future__ import annotations

import pytest

from pulumi_guardrails.aws.secret_detection import may_hold_a_secret, named_like_a_secret, shaped_like_a_secret
from pulumi_guardrails.engine.configuration import configure
from pulumi_guardrails.engine.evaluation import judge, violation_message
from tests.policypack.cases import policies_by_name, resource


@pytest.mark.parametrize(
    "name",
    [
        "PASSWORD",
        "db_password",
        "apiToken",
        "CLIENT-SECRET",
        "aws.secret.access.key",
        "AWS_ACCESS_KEY_ID",
        "OPENAI_API_KEY",
        "signingPrivateKey",
        "ECS_ENGINE_AUTH_DATA",
        "GITHUB_TOKEN_2",
        "APIKEY",
        "PGPASSWORD",
        "DBPassword2",
        "JWTSECRET",
        "GCPCREDENTIALS",
        "XAPIKEY",
        "AUTHTOKEN",
        "RAILS_MASTER_KEY",
        "JWT_SIGNING_KEY",
        "hmacKeys",
        "SESSION_KEY_2",
        "REDIS_AUTH",
        "SPRING_BASIC_AUTH",
        "VAULT_SECRET_ID",
        "APPROLE_DB_SECRET_ID",
        "core.fernet_key",
    ],
)
def test_a_secrets_name_is_recognized_in_any_spelling(name: str) -> None:
    assert named_like_a_secret(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "_",
        "1_2",
        "PORT",
        "SECRET_ARN",
        "SECRET_ARN_2",
        "TOKEN_TTL",
        "passwordPolicy",
        "TOKENIZER_PATH",
        "KEY",
        "KEY_2",
        "PARTITION_KEY",
        "COMPASS",
        "SECRETARY_NUMBER",
        "PASSWORDLESS",
        "PGPASSFILE",
        "MAX_TOKENS",
        "MAXTOKENS",
        "KMS_MASTER_KEY_ID",
        "JWT_PUBLIC_KEY",
        "AUTH",
        "SESSION_TABLE_KEY",
        "PARAMETERS_SECRETS_EXTENSION_HTTP_PORT",
        "PARAMETERS_SECRETS_EXTENSION_CACHE_ENABLED",
        "PARAMETERS_SECRETS_EXTENSION_MAX_CONNECTIONS",
        "SECRETS_MANAGER_TTL",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "TOKEN_PROVIDER",
        "SECRETS_BACKEND",
        "DB_SECRET_ID",
        "tokenIds",
        "CREDENTIALS_ID",
    ],
)
def test_a_name_that_only_speaks_of_a_secret_is_left_alone(name: str) -> None:
    assert not named_like_a_secret(name)


@pytest.mark.parametrize(
    "value",
    [
        *("", " ", "true", "None", "enabled", "0", "1", " 12 ", "999", "-1", "0.5", ".25", "99.999999"),
        *("arn:aws:ssm:us-east-1:1:parameter/a", "arn:aws:kms:us-east-1:1:key/a", "{{resolve:secretsmanager:a}}"),
    ],
)
def test_a_switch_a_small_number_or_a_reference_holds_no_secret(value: str) -> None:
    assert not may_hold_a_secret(value)


@pytest.mark.parametrize("value", ["hunter2", "1234", "0.1234567", "12.", "1e5", "-", "arn:aws:s3:::bucket"])
def test_any_other_value_may_hold_one(value: str) -> None:
    assert may_hold_a_secret(value)


@pytest.mark.parametrize(
    "value",
    [
        "https://hooks.slack.com/services/" + "T00000000/B00000000/" + "X" * 24,
        "https://discord.com/api/webhooks/" + "1" * 18 + "/" + "a" * 60,
        "SG." + "a" * 22 + "." + "b" * 43,
        "SK" + "0" * 32,
        "pypi-AgEIcHlwaS5vcmc" + "A" * 60,
        "hf_" + "a" * 34,
        "dapi" + "0" * 32,
        "dop_v1_" + "0" * 64,
        "pul-" + "0" * 40,
        "shpat_" + "0" * 32,
        "glsa_" + "a" * 32 + "_" + "0" * 8,
        "12345678:AA" + "b" * 33,
        "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=" + "A" * 86 + "==",
    ],
)
def test_the_shape_of_a_published_kind_of_key_is_recognized(value: str) -> None:
    assert shaped_like_a_secret(value)
    assert shaped_like_a_secret(f"key: {value}, and more")


@pytest.mark.parametrize(
    "value",
    [
        "https://hooks.slack.com/",
        "https://discord.com/channels/1/2",
        "SG.us-east-1",
        "dapi-service",
        "https://example.com/a?b=c@d",
        "arn:aws:iam::123456789012:role/AKIA",
        "postgres://user:${DB_PASSWORD}@db/api",
        "password=$PASSWORD",
        "-----BEGIN CERTIFICATE-----",
        "task-definition",
        "a risk-free-description-of-what-is-meant-here",
    ],
)
def test_what_is_no_secret_has_no_shape_of_one(value: str) -> None:
    assert not shaped_like_a_secret(value)


@pytest.mark.parametrize("piece", ["eyJ-", "a://", "a:", "-----BEGIN ", "password ", "AKIA", "x"])
def test_a_text_made_to_be_slow_is_looked_at_to_its_end(piece: str) -> None:
    # With a pattern that takes the square of a text's length, this would not end today.
    assert not shaped_like_a_secret(piece * (1_000_000 // len(piece)))


@pytest.mark.parametrize(
    "definitions",
    [
        '[{"environment": [{"name": "DB_PASSWORD", "value": "hunter2"}]}]',
        '[{"environment": [{"name": "URL", "value": "redis://:hunter2@cache"}]}]',
        '[{"environment": {"DB_PASSWORD": "hunter2"}}]',
        '[{"environment": "hunter2"}]',
        '["hunter2"]',
        '{"hunter2": 1}',
        "hunter2 is no JSON",
        '[{"name": "hunter2", ',
    ],
)
def test_no_policy_on_task_definitions_ever_shows_a_value_of_the_environment(definitions: str) -> None:
    task = resource("aws:ecs/taskDefinition:TaskDefinition", containerDefinitions=definitions, networkMode="host")
    policies = [p for p in policies_by_name().values() if p.module == "ecs.task_definitions" and not p.on_stack]
    assert policies
    for policy in policies:
        verdict = judge(policy, task, configure(policy, {}))
        assert not verdict.findings or "hunter2" not in violation_message(policy, task, verdict.findings)


def test_a_key_is_found_up_to_the_last_character_that_is_looked_at() -> None:
    key = "AKIA" + "A" * 16
    assert shaped_like_a_secret(" " * (100_000 - len(key)) + key)
