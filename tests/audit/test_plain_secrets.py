"""What is a secret by its name is in no file of evidence, also where a program has it in plain text."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from audit.plain_secrets import without_plain_secrets
from audit.preview_document import Declared, Document

SECRET = "Zq7-planted"
URN = "urn:pulumi:dev::api::aws:x/y:Y::a"


def hidden(kind: str = "aws:x/y:Y", **inputs: Any) -> dict[str, Any]:
    document = Document("", {URN: Declared(URN, kind, inputs)})
    return dict(without_plain_secrets(document).resources[URN].inputs)


@pytest.mark.parametrize(
    "inputs",
    [
        {"password": SECRET},
        {"masterPassword": SECRET},
        {"environment": {"variables": {"DB_PASSWORD": SECRET, "API_KEY": SECRET, "OTHER": "a"}}},
        {"environmentVariables": [{"name": "GITHUB_TOKEN", "value": SECRET, "type": "PLAINTEXT"}]},
        {"containerDefinitions": json.dumps([{"environment": [{"name": "db-password", "value": SECRET}]}])},
        {"secretString": json.dumps({"user": "a", "x": SECRET})},
        {"userData": f"#!/bin/sh\nexport AWS_SECRET_ACCESS_KEY={SECRET}\nrun"},
        {"userDataBase64": base64.b64encode(f"TOKEN='{SECRET}'".encode()).decode()},
        {"list": [{"clientSecret": SECRET}]},
    ],
)
def test_a_value_whose_name_is_of_a_secret_is_hidden(inputs: dict[str, Any]) -> None:
    text = json.dumps(hidden(**inputs))
    assert SECRET not in text
    assert "[secret]" in text


def test_a_stored_value_is_hidden_whatever_its_name() -> None:
    assert hidden("aws:ssm/parameter:Parameter", value=SECRET, type="String") == {"value": "[secret]", "type": "String"}


def test_a_hidden_value_is_hidden_wherever_it_stands() -> None:
    assert hidden(password=SECRET, url=f"postgres://a:{SECRET}@host") == {
        "password": "[secret]",
        "url": "postgres://a:[secret]@host",
    }


@pytest.mark.parametrize(
    "inputs",
    [
        {"secretArn": "arn:aws:secretsmanager:us-east-1:123456789012:secret:a"},
        {"secret": "arn:aws:secretsmanager:us-east-1:123456789012:secret:a"},
        {"httpTokens": "required", "manageMasterUserPassword": True, "kmsKeyId": "a", "passwordLength": 12},
        {"policy": json.dumps({"Statement": [{"Action": "secretsmanager:GetSecretValue"}]})},
        {"userData": "#!/bin/sh\necho hello"},
        {"environment": {"variables": {"SECRET_NAME": "ml-api"}}},
    ],
)
def test_what_only_names_a_secret_stays(inputs: dict[str, Any]) -> None:
    assert hidden(**inputs) == inputs
