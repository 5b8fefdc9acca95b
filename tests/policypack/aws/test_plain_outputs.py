"""The list of types whose outputs are no secrets, held to the AWS plugin's schema."""

from __future__ import annotations

import importlib
import inspect

import pytest

from pulumi_guardrails.aws.plain_outputs import PLAIN_TYPES


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the SDK warns of its own old names when it is imported
@pytest.mark.parametrize("token", sorted(PLAIN_TYPES))
def test_the_schema_marks_no_output_of_the_type_as_a_secret(token: str) -> None:
    _, module, name = token.split(":")
    package = {"lambda": "lambda_"}.get(module.split("/")[0], module.split("/")[0])
    found = getattr(importlib.import_module(f"pulumi_aws.{package}"), name)
    source = inspect.getsource(found)
    assert "additional_secret_outputs=" not in source
    assert "Output.secret(" not in source
