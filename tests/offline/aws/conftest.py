from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from offline.aws import check, outputs, rules, schema
from offline.aws.convert import convert, is_strict
from offline.aws.place import Place

URN = "urn:pulumi:dev::project::{token}::{name}"


@pytest.fixture
def problems() -> Callable[..., list[str]]:
    """Return what is wrong with a resource's inputs, by type and then by rule: one "property reason" a problem."""

    def judge(token: str, inputs: dict[str, Any]) -> list[str]:
        resource = schema.resource(token)
        inputs = convert(inputs, resource.inputs, strict=is_strict(resource))
        found = list(check.check_properties(inputs, resource.inputs, token)) or list(rules.check(resource, inputs))
        return [f"{failure.property} {failure.reason}" for failure in found]

    return judge


@pytest.fixture
def create() -> Callable[..., dict[str, Any]]:
    """Return a resource as an update makes it."""

    def make(token: str, logical_name: str = "thing", region: str = "us-east-1", **inputs: Any) -> dict[str, Any]:
        place = Place(token, outputs.identity(URN.format(token=token, name=logical_name), inputs), region)
        return outputs.created(schema.resource(token), place, inputs)

    return make


@pytest.fixture
def plan() -> Callable[..., dict[str, Any]]:
    """Return a resource as a preview shows it."""

    def make(token: str, default_tags: Any = None, **inputs: Any) -> dict[str, Any]:
        return outputs.planned(schema.resource(token), Place(token, "thing", "us-east-1"), inputs, default_tags)

    return make
