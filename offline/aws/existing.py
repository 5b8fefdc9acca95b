"""Resources that the program did not make: `Certificate.get("name", arn)`, and those that it imports.

Nothing can be asked about them, so the stand-in says what such a resource looks like: the id says what it is called, a
certificate is for `api.example.com` and the names right below it, a hosted zone is `example.com`, and the rest follows
from the id.

Of an imported resource the stand-in knows what the id says, and takes the program's word for the rest: only what the id
says can differ from the program.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from offline.aws.computed import resource_id
from offline.aws.formats import FORMATS
from offline.aws.outputs import existing
from offline.aws.place import ALPHABETS, Place
from offline.aws.schema import Resource
from offline.aws.values import DEFAULTS, KNOWN


class NotFoundError(Exception):
    """AWS would not know a resource by this id."""


def look_up(resource: Resource, place: Place, given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the outputs and the inputs of the resource with the id in `place`, and set the id that AWS gives it.

    The inputs say under `KNOWN` which of them the id tells; those are all that may differ from a program that imports
    the resource.

    Raises:
        NotFoundError: AWS gives no such ids to resources of this type.
    """
    _check_id(resource, place)
    told = told_by_id(resource, place.id)
    arn = re.match(r"arn:[\w-]+:[\w-]+:([a-z]+-[a-z-]+-\d+):", place.id)
    if arn is not None:
        place = replace(place, region=arn[1])
    known = {**told, **given}
    if FORMATS.get(resource.token, {}).get("id", "").startswith("arn:") and not place.id.startswith("arn:"):
        # AWS knows it by its name as well; its id is its ARN.
        place.values = dict(known)
        place.id = resource_id(place)
    state = existing(resource, place, known)
    required = {name: state[name] for name, declared in resource.inputs.items() if declared.required and name in state}
    return state, {**required, **told, DEFAULTS: [], KNOWN: sorted(told)}


def told_by_id(resource: Resource, resource_id: str) -> dict[str, Any]:
    """Return the inputs that an id holds: by the form of the type's ids or by what the documentation imports by."""
    for form in _forms(resource.token):
        found = form.fullmatch(resource_id)
        if found is not None:
            named = found.groupdict()
            return {name: value for name, value in named.items() if name in resource.inputs}
    return {resource.imported_by: resource_id} if resource.imported_by else {}


def _forms(token: str) -> Iterator[re.Pattern[str]]:
    """Yield the forms of a type's ids: the whole, and of an ARN what follows the kind ("service/CLUSTER/NAME")."""
    template = FORMATS.get(token, {}).get("id", "")
    if not template:
        return
    yield _pattern(template)
    if template.startswith("arn:") and "/" in template:
        yield _pattern(template.partition("/")[2])


def _pattern(template: str) -> re.Pattern[str]:
    parts: list[str] = []
    for part in re.split(r"(\{[^{}]+\})", template):
        word, _, argument = part.strip("{}").partition(":")
        if not part.startswith("{"):
            parts.append(re.escape(part))
        elif word in ALPHABETS or word == "uuid":
            parts.append(r"[\w-]+")
        elif word == "last":
            parts.append(rf"(?P<{argument}>[^/]+)")
        elif argument or word in ("account", "id", "partition", "region"):
            parts.append(r".*")
        else:
            parts.append(rf"(?P<{word}>/|/.+/)" if word == "path" else rf"(?P<{word}>[^/]+)")
    return re.compile("".join(parts))


def _check_id(resource: Resource, place: Place) -> None:
    """Refuse an id that has neither the form of ids of this type nor that of those that the documentation imports."""
    template = FORMATS.get(place.token, {}).get("id", "")
    prefix = re.match(r"arn:\{partition\}:([\w-]+):|([a-z]+-)\{hex:17\}", template)
    if prefix is None:
        return
    beginning = "arn:" if prefix[1] else prefix[2]
    if any(not example.startswith(beginning) for example in resource.import_ids):
        return
    expected = rf"arn:[\w-]+:{prefix[1]}:.+" if prefix[1] else rf"{prefix[2]}[0-9a-f]{{8,17}}"
    if not re.fullmatch(expected, place.id):
        form = f"an ARN of {prefix[1]}" if prefix[1] else f"{prefix[2]} and 8 or 17 hex digits"
        raise NotFoundError(f"no {place.token} has the id {place.id!r}; expected {form}")
