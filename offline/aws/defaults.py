"""Values that the plugin itself fills in before AWS is asked, and its note of which those are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from offline.aws.schema import Resource, Type, object_type
from offline.aws.values import DEFAULTS, Secret, plain

_DESCRIPTION = "Managed by Pulumi"


def with_defaults(resource: Resource, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the inputs as the real plugin hands them on.

    A description whose documented default says so becomes "Managed by Pulumi"; every object says under `__defaults`
    which of its properties the program did not give.
    """
    filled = dict(inputs)
    made_up = list(filled.get(DEFAULTS) or [])
    description = resource.inputs.get("description")
    if description is not None and _DESCRIPTION in description.doc and plain(filled.get("description")) is None:
        filled["description"] = _DESCRIPTION
        made_up.append("description")
    marked = {
        name: _mark(value, resource.inputs[name].type) if name in resource.inputs else value
        for name, value in filled.items()
        if name != DEFAULTS
    }
    return {**marked, DEFAULTS: made_up}


def _mark(value: Any, type_: Type) -> Any:
    if isinstance(value, Secret):
        return Secret(_mark(value.value, type_))
    if type_.kind == "list" and isinstance(value, list):
        return [_mark(item, type_.items[0]) for item in value]
    if type_.kind == "object" and isinstance(value, Mapping):
        declared = object_type(type_.file, type_.name)
        marked = {key: _mark(item, declared[key].type) if key in declared else item for key, item in value.items()}
        return {**marked, DEFAULTS: []}
    return value
