"""What a resource looks like after a step: its inputs, and the values that AWS adds.

Before an update has run, values that AWS computes are unknown; afterwards they are there. An output counts as computed
where the package declares it as always there and the program did not give it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from offline.aws.computed import has_format, nested_value, resource_id, value_of
from offline.aws.place import Place
from offline.aws.schema import Property, Resource, Type, object_type
from offline.aws.structures import COMPUTED_INSIDE, MADE_ON_DEMAND
from offline.aws.values import DEFAULTS, UNKNOWN, Secret, has_secret, has_unknown, plain, without_secrets


def identity(urn: str, inputs: Mapping[str, Any]) -> str:
    """Return what makes one resource differ from another, and from its own replacement: no secret goes into it."""
    public = {key: value for key, value in inputs.items() if not has_secret(value) and not has_unknown(value)}
    text = json.dumps(public, sort_keys=True, default=repr)
    return f"{urn}\0{hashlib.sha256(text.encode()).hexdigest()}"


def planned(resource: Resource, place: Place, inputs: Mapping[str, Any], default_tags: Any = None) -> dict[str, Any]:
    """Return a new resource as a preview shows it: what AWS computes is unknown."""
    return _complete(resource, place, inputs, default_tags, known=False)


def created(resource: Resource, place: Place, inputs: Mapping[str, Any], default_tags: Any = None) -> dict[str, Any]:
    """Return a new resource as AWS made it, and set the place's id."""
    place.values = {key: value for key, value in inputs.items() if key != DEFAULTS}
    place.id = resource_id(place)
    return _complete(resource, place, inputs, default_tags, known=True)


def existing(resource: Resource, place: Place, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return a resource that the program did not make but looks up by the id in `place`."""
    place.values = dict(given)
    return _complete(resource, place, given, None, known=True)


def updated(
    resource: Resource,
    place: Place,
    old_outputs: Mapping[str, Any],
    old_inputs: Mapping[str, Any],
    inputs: Mapping[str, Any],
    default_tags: Any = None,
    *,
    preview: bool,
) -> dict[str, Any]:
    """Return a resource after a change: what AWS had computed stays, what depends on the inputs follows them."""
    removed = {key for key in old_inputs if key not in inputs}
    if not preview:
        removed |= {made for made, asked in MADE_ON_DEMAND.items() if old_inputs.get(asked) != inputs.get(asked)}
    kept = {key: value for key, value in old_outputs.items() if key not in removed and key not in ("tagsAll", DEFAULTS)}
    merged = {**kept, **{key: value for key, value in inputs.items() if key != DEFAULTS}}
    place.values = dict(merged)
    return _complete(resource, place, merged, default_tags, known=not preview)


def _complete(
    resource: Resource, place: Place, inputs: Mapping[str, Any], default_tags: Any, *, known: bool
) -> dict[str, Any]:
    outputs: dict[str, Any] = {"id": place.id if place.id else UNKNOWN}
    for name, declared in resource.outputs.items():
        given = inputs.get(name)
        if name == "tagsAll":
            value = _all_tags(default_tags, inputs.get("tags"))
        elif name == "region" and plain(given) is None:
            value = place.region
        elif plain(given) is not None:
            value = fill(given, declared.type, place, name, known)
            value = _with_computed(value, declared.type, place, name, known)
        elif declared.required or has_format(resource.token, name):
            value = value_of(place, declared, optional_input=name in resource.inputs) if known else UNKNOWN
        else:
            continue
        secret = name in resource.secret_outputs and not isinstance(value, Secret)
        outputs[name] = Secret(value) if secret else value
        if known and plain(place.values.get(name)) is None:
            place.values[name] = value
    for name, given in inputs.items():
        # What the program may give but AWS does not give back stays in the state, as with the real plugin.
        if name in resource.inputs and name not in outputs and given is not None:
            outputs[name] = given
    return outputs


def _all_tags(default_tags: Any, tags: Any) -> Any:
    """Return the provider's default tags and the resource's own, which win."""
    if plain(default_tags) is UNKNOWN or plain(tags) is UNKNOWN:
        return UNKNOWN
    merged = {**(plain(default_tags) or {}), **(plain(tags) or {})}
    return Secret(without_secrets(merged)) if isinstance(tags, Secret) or isinstance(default_tags, Secret) else merged


def _with_computed(value: Any, type_: Type, place: Place, path: str, known: bool) -> Any:
    """Return an object that was given with what the tables say that AWS adds to it."""
    if isinstance(value, Secret):
        return Secret(_with_computed(value.value, type_, place, path, known))
    added = COMPUTED_INSIDE.get(place.token, {}).get(path, ())
    if not added or not isinstance(value, Mapping):
        return value
    declared = object_type(type_.file, type_.name)
    return {
        **{name: nested_value(place, declared[name], f"{path}.{name}") if known else UNKNOWN for name in added},
        **value,
    }


def fill(value: Any, type_: Type, place: Place, path: str, known: bool) -> Any:
    """Return a value with what AWS adds to the objects in it: whatever the package declares as always there."""
    if isinstance(value, Secret):
        return Secret(fill(value.value, type_, place, path, known))
    if type_.kind == "list" and isinstance(value, list):
        return [fill(item, type_.items[0], place, f"{path}[{index}]", known) for index, item in enumerate(value)]
    if type_.kind == "object" and isinstance(value, Mapping):
        return _fill_object(value, object_type(type_.file, type_.name), place, path, known)
    return value


def _fill_object(
    value: Mapping[str, Any], declared: Mapping[str, Property], place: Place, path: str, known: bool
) -> dict[str, Any]:
    filled = {key: item for key, item in value.items() if key != DEFAULTS}
    for name, item in declared.items():
        if plain(filled.get(name)) is not None:
            filled[name] = fill(filled[name], item.type, place, f"{path}.{name}", known)
        elif item.required:
            filled[name] = nested_value(place, item, f"{path}.{name}") if known else UNKNOWN
    return filled
