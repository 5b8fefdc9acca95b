"""The package schema says what the types of pulumi_aws say."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from offline.aws import source
from offline.aws.package_schema import package

BUCKET, CLUSTER, WEB_ACL = "aws:s3/bucket:Bucket", "aws:rds/cluster:Cluster", "aws:wafv2/webAcl:WebAcl"
POLICY = "aws:iam/getPolicyDocument:getPolicyDocument"


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    return package([BUCKET, CLUSTER, WEB_ACL], [POLICY])


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from ([value["$ref"]] if "$ref" in value else [])
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _references(item)


def test_every_reference_leads_to_a_type(schema: dict[str, Any]) -> None:
    nested = {reference.removeprefix("#/types/") for reference in _references(schema) if reference.startswith("#/")}
    assert nested
    assert nested == schema["types"].keys()
    assert all(spec["type"] == "object" for spec in schema["types"].values())


def test_a_short_token_is_understood(schema: dict[str, Any]) -> None:
    assert (schema["name"], schema["version"]) == ("aws", source.version())
    module = re.fullmatch(schema["meta"]["moduleFormat"], BUCKET.split(":")[1])
    assert module is not None
    assert module[1] == "s3"


def test_inputs_outputs_and_secrets_are_those_of_the_package(schema: dict[str, Any]) -> None:
    cluster = schema["resources"][CLUSTER]
    assert cluster["requiredInputs"] == ["engine"]
    assert cluster["inputProperties"]["masterPassword"] == {"type": "string"}
    assert cluster["properties"]["masterPassword"] == {"type": "string", "secret": True}
    assert cluster["inputProperties"]["availabilityZones"] == {"type": "array", "items": {"type": "string"}}
    assert cluster["properties"]["tagsAll"] == {"type": "object", "additionalProperties": {"type": "string"}}
    assert "tagsAll" not in cluster["inputProperties"]
    assert "region" in schema["provider"]["inputProperties"]


def test_a_function_has_arguments_and_a_result(schema: dict[str, Any]) -> None:
    function = schema["functions"][POLICY]
    assert "statements" in function["inputs"]["properties"]
    assert "json" in function["outputs"]["required"]


def test_it_is_json(schema: dict[str, Any]) -> None:
    assert json.loads(json.dumps(schema)) == schema
