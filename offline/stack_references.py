"""Says which name a stack reference needs on a local state, where the engine only says what it did not find."""

from __future__ import annotations

import re
from collections.abc import Iterable

ORGANIZATION = "organization"
"""Whose every stack of a local state is. Source: `projectReferenceStore` in Pulumi's Go package `backend/diy`."""

_FOREIGN = "organization name must be 'organization'"
_UNKNOWN = re.compile(r'unknown stack "(?:organization/)?(?:([^/"]+)/)?([^/"]+)"')


def explained(errors: Iterable[str]) -> list[str]:
    """A sentence for each kind of stack reference that failed, from what the engine reported."""
    sentences: dict[str, None] = {}
    for error in errors:
        if _FOREIGN in error:
            sentences[
                f"A stack reference names another organization: on the local state it is {ORGANIZATION}/PROJECT/STACK."
            ] = None
        elif found := _UNKNOWN.search(error):
            project, stack = found[1] or "PROJECT", found[2]
            sentences[
                f"The local state has no stack {ORGANIZATION}/{project}/{stack}: "
                f"`python -m offline up --stack {stack} --project FOLDER` makes it from the folder of its project."
            ] = None
    return list(sentences)
