"""The tables of the policies on Lambda functions."""

from __future__ import annotations

from typing import Any

from pulumi_guardrails.core.value import ABSENT, UNKNOWN, Secret
from tests.policypack.cases import COMPLIANT, Case, rows


def variables(**values: Any) -> dict[str, Any]:
    return {"environment": {"variables": values}}


CASES = [
    *rows(
        "lambda-no-secret-in-environment",
        compliant=[
            ("no environment", {"environment": ABSENT}),
            ("where the secret is", variables(DB_SECRET_ARN="arn:aws:secretsmanager:us-east-1:1:secret:a")),
            ("a setting of the extension for secrets", variables(PARAMETERS_SECRETS_EXTENSION_HTTP_PORT="2773")),
            ("a switch named like a secret", variables(REQUIRE_PASSWORD="true")),
        ],
        violation=[
            ("a password", variables(DB_PASSWORD="hunter2"), "DB_PASSWORD is named like a secret"),
            ("a password that the program marks as a secret", variables(DB_PASSWORD=Secret("hunter2"))),
            ("a key by its shape", variables(ACCESS="AKIA" + "A" * 16), "looks like a password, token or key"),
            ("an address with a password", variables(URL="redis://:hunter2@cache")),
            ("a webhook", variables(ALERTS="https://hooks.slack.com/services/T0/B0/" + "x" * 24)),
        ],
        undecided=[
            ("a password not known yet", variables(DB_PASSWORD=UNKNOWN)),
            ("an address not known yet, which may have a password in it", variables(CACHE_URL=UNKNOWN)),
            ("variables not known yet", {"environment": {"variables": UNKNOWN}}),
        ],
    ),
    Case(
        "lambda-no-secret-in-environment",
        "a name that is allowed",
        COMPLIANT,
        variables(TOKEN_NAMES="a,b"),
        settings={"allowedNames": ["TOKEN_NAMES"]},
    ),
]
