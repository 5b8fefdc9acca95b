"""Values that the package's documentation lists as the only ones: "Valid values: `a`, `b`."

Believed only where it is beyond doubt: a whole sentence that is nothing but a list of quoted values, the only such
sentence of the property, and each value a plain word. What is described in any other way is left to the rules.
"""

from __future__ import annotations

import functools
import re

from offline.aws.schema import Property, Type

_INTRODUCED = re.compile(r"(?:[Vv]alid|[Pp]ossible|[Aa]ccepted|[Aa]llowed|[Ss]upported) [Vv]alues")
_LIST = re.compile(
    _INTRODUCED.pattern
    + r"(?: are| is)?:? ?"
    + r"((?:(?:, ?)?(?:(?:or|and) |/ ?)?`[^`\n]+`(?: \([^()`\n]*\))?(?:,? (?=or|and))?)+)"
    + r"(?=\.(?:\s|$)|$)"
)
_WORD = re.compile(r"[A-Za-z][\w.:/-]*")
_INCOMPLETE = frozenset({"keyUsage", "resolution"})
"""Properties whose documentation leaves out a value that AWS takes (`KEY_AGREEMENT`), or lists forms of values."""
_FREE_TEXT = ("HeaderValue", "Arn", "Id")
"""Endings of names whose values are no words, so that a list in the documentation means something else."""


@functools.lru_cache(maxsize=4096)
def accepted(declared: Property) -> frozenset[str]:
    """Return the only values that a property of text may have; empty if the documentation is not certain to say so."""
    if not _is_text(declared.type) or declared.name in _INCOMPLETE or declared.name.endswith(_FREE_TEXT):
        return frozenset()
    found = _LIST.search(declared.doc)
    if found is None or len(_INTRODUCED.findall(declared.doc)) != 1:
        return frozenset()
    values = re.findall(r"`\"?([^`\"]+)\"?`", found[1])
    return frozenset(values) if len(values) > 1 and all(_WORD.fullmatch(value) for value in values) else frozenset()


def _is_text(type_: Type) -> bool:
    return type_.kind == "string" or (type_.kind == "list" and type_.items[0].kind == "string")
