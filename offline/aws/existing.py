"""Resources that the program did not make: `Certificate.get("name", arn)` and the like.

Nothing can be asked about them, so the stand-in says what such a resource looks like: a certificate is for
`api.example.com` and the names right below it, a hosted zone is `example.com`, and the rest follows from the id.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from offline.aws.formats import FORMATS
from offline.aws.outputs import existing
from offline.aws.place import Place
from offline.aws.schema import Resource


class NotFoundError(Exception):
    """AWS would not know a resource by this id."""


def look_up(resource: Resource, place: Place, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return a resource by the id in `place`.

    Raises:
        NotFoundError: AWS gives no such ids to resources of this type.
    """
    _check_id(place)
    arn = re.match(r"arn:[\w-]+:[\w-]+:([a-z]+-[a-z-]+-\d+):", place.id)
    return existing(resource, replace(place, region=arn[1]) if arn else place, given)


def _check_id(place: Place) -> None:
    """Refuse an id that does not begin the way AWS's ids of this type do."""
    template = FORMATS.get(place.token, {}).get("id", "")
    prefix = re.match(r"arn:\{partition\}:([\w-]+):|([a-z]+-)\{hex:17\}", template)
    if prefix is None:
        return
    expected = rf"arn:[\w-]+:{prefix[1]}:.+" if prefix[1] else rf"{prefix[2]}[0-9a-f]{{8,17}}"
    if not re.fullmatch(expected, place.id):
        form = f"an ARN of {prefix[1]}" if prefix[1] else f"{prefix[2]} and 8 or 17 hex digits"
        raise NotFoundError(f"no {place.token} has the id {place.id!r}; expected {form}")
