"""What is taken out of a plan that is kept: values that may be secrets, wherever a program may write one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from audit.terraform.redaction import redacted
from audit.terraform.values import SENSITIVE

PLAIN = "hunter2"
CONTAINERS = [{"name": "api", "image": "nginx", "environment": [{"name": "TOKEN", "value": PLAIN}]}]


@pytest.mark.parametrize(
    "values",
    [
        {"environment": [{"variables": {"TOKEN": PLAIN}}]},
        {"environment": [{"environment_variable": [{"name": "TOKEN", "value": PLAIN, "type": "PLAINTEXT"}]}]},
        {"setting": [{"namespace": "env", "name": "TOKEN", "value": PLAIN}]},
        {"user_data": PLAIN},
        {"user_data_base64": PLAIN},
        {"master_password": PLAIN},
        {"secret_string": PLAIN},
        {"container_definitions": json.dumps(CONTAINERS)},
        {"custom_header": [{"name": "x-key", "value": PLAIN}]},
    ],
)
def test_what_may_be_a_secret_is_not_kept(values: dict[str, Any]) -> None:
    kept = json.dumps(redacted({"values": values}))
    assert PLAIN not in kept
    assert SENSITIVE in kept


def test_names_and_everything_else_are_kept() -> None:
    policy = json.dumps({"Statement": [{"Action": "s3:GetObject"}]})
    plain = {"tags": {"Team": "a"}, "policy": policy, "ingress": [{"from_port": 80}], "secret_id": "x", "name": "y"}
    assert redacted(plain) == plain
    settings = {"setting": [{"name": "containerInsights", "value": "enabled"}], "single_header": [{"name": "cookie"}]}
    assert redacted(settings) == settings
    (container,) = json.loads(redacted({"container_definitions": json.dumps(CONTAINERS)})["container_definitions"])
    assert (container["image"], container["environment"][0]["name"]) == ("nginx", "TOKEN")
