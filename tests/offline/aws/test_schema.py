"""The schema is that of the installed package: checked against what Python itself says about its classes."""

from __future__ import annotations

import importlib
import inspect
import re

import pytest

from offline.aws import schema, source
from offline.aws.source import SourceError

RESOURCES = (
    "aws:ec2/securityGroup:SecurityGroup",
    "aws:ecs/service:Service",
    "aws:dynamodb/tableReplica:TableReplica",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
)


def test_every_resource_of_the_package_can_be_read() -> None:
    unreadable = [token for token in source.resource_classes() if not _has_schema(token)]
    assert unreadable == []
    assert len(source.resource_classes()) > 1500


def _has_schema(token: str) -> bool:
    found = schema.resource(token)
    return bool(found.outputs) or "SharingWithOrganization" in token


def test_every_function_of_the_package_can_be_read() -> None:
    tokens = {
        token
        for path in source.root().glob("*/get_*.py")
        for token in re.findall(r"invoke_output\('([^']+)'", path.read_text(encoding="utf-8"))
    }
    assert len(tokens) > 500
    assert [token for token in sorted(tokens) if not schema.function(token).outputs] == []


@pytest.mark.parametrize("token", RESOURCES)
def test_what_is_required_is_what_python_requires(token: str) -> None:
    folder, name = source.resource_classes()[token]
    # The service's package, not the file inside it: importing that first leaves the lazily loaded package incomplete.
    module = getattr(importlib.import_module(source.PACKAGE), folder)
    arguments = getattr(module, f"{name}InitArgs", None) or getattr(module, f"{name}Args")
    parameters = inspect.signature(arguments.__init__).parameters
    needed = {key for key, item in parameters.items() if item.default is inspect.Parameter.empty and key != "__self__"}
    found = schema.resource(token).inputs
    assert {source.snake_case(key) for key, item in found.items() if item.required} == needed
    assert {source.snake_case(key) for key in found} == set(parameters) - {"__self__"}


def test_a_nested_property_has_its_name_on_the_wire_and_its_type() -> None:
    behaviour = schema.resource("aws:cloudfront/distribution:Distribution").inputs["defaultCacheBehavior"].type
    nested = schema.object_type(behaviour.file, behaviour.name)
    assert nested["viewerProtocolPolicy"].required
    assert nested["allowedMethods"].type.items[0].kind == "string"


def test_a_type_of_another_service_is_found_there() -> None:
    document = schema.resource("aws:s3/bucketPolicy:BucketPolicy").inputs["policy"].type
    nested = next(member for member in document.items if member.kind == "object")
    assert set(schema.object_type(nested.file, nested.name)) >= {"Version", "Statement"}


def test_secret_outputs_are_those_the_package_names() -> None:
    assert "masterPassword" in schema.resource("aws:rds/cluster:Cluster").secret_outputs
    assert not schema.resource("aws:ec2/vpc:Vpc").secret_outputs


def test_a_required_argument_of_a_function_is_told_from_an_optional_one() -> None:
    role = schema.function("aws:iam/getRole:getRole").inputs
    assert role["name"].required
    assert not role["tags"].required


@pytest.mark.parametrize("token", ["aws:ec2/vpcc:Vpcc", "aws:ec2/vpc:Vpc2", "gcp:storage/bucket:Bucket"])
def test_an_unknown_resource_type_is_an_error_that_names_it(token: str) -> None:
    with pytest.raises(SourceError, match=re.escape(token)):
        schema.resource(token)


@pytest.mark.parametrize("token", ["aws:ec2/getVpcc:getVpcc", "aws:nothing/getIt:getIt", "getVpc"])
def test_an_unknown_function_is_an_error_that_names_it(token: str) -> None:
    with pytest.raises(SourceError, match=re.escape(token)):
        schema.function(token)
