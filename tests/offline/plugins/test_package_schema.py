"""How types are written in a package schema."""

from __future__ import annotations

from typing import Any

import pytest

from offline.aws.schema import Type
from offline.plugins.declaration import INTEGER, STRING, STRING_MAP, STRINGS, properties
from offline.plugins.package_schema import object_spec, resource_spec, type_spec


@pytest.mark.parametrize(
    ("type_", "spec"),
    [
        (STRING, {"type": "string"}),
        (STRINGS, {"type": "array", "items": {"type": "string"}}),
        (STRING_MAP, {"type": "object", "additionalProperties": {"type": "string"}}),
        (Type("any"), {"$ref": "pulumi.json#/Any"}),
        (Type("asset"), {"$ref": "pulumi.json#/Asset"}),
        (Type("archive"), {"$ref": "pulumi.json#/Archive"}),
        (Type("object", name="Rule", file="x"), {"$ref": "#/types/a:Rule"}),
        (Type("union", (STRING, Type("enum", name="E", file="x"))), {"type": "string"}),
        (Type("union", (STRING, INTEGER)), {"oneOf": [{"type": "string"}, {"type": "integer"}]}),
    ],
)
def test_a_type_is_written_as_the_metaschema_has_it(type_: Type, spec: dict[str, Any]) -> None:
    assert type_spec(type_, lambda nested: f"a:{nested.name}") == spec


def test_what_is_required_and_secret_is_said() -> None:
    declared = properties(length_=INTEGER, prefix=STRING)
    assert object_spec(declared)["required"] == ["length"]
    resource = resource_spec(declared, {**declared, **properties(id_=STRING, result_=STRING)}, {"result"})
    assert resource["requiredInputs"] == ["length"]
    assert resource["required"] == ["length", "result"]
    assert resource["properties"]["result"] == {"type": "string", "secret": True}
    assert "id" not in resource["properties"]
