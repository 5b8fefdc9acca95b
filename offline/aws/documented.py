"""Values that the package's documentation lists as the only ones: "Valid values: `a`, `b`."

Believed only where it is beyond doubt: a whole sentence that is nothing but a list of quoted values, the only such
sentence of the property, and each value a plain word. What is described in any other way is left to the rules.

Where the package types a property as an enumeration as well, a sentence that says which values there are is enough; the
values are those of both, since each of the two leaves some out. The enumeration alone says nothing: the plugin takes
any text there.
"""

from __future__ import annotations

import functools
import re

from offline.aws.schema import Property, Type, enum_values

_INTRODUCED = re.compile(r"(?:[Vv]alid|[Pp]ossible|[Aa]ccepted|[Aa]llowed|[Ss]upported) [Vv]alues")
_LIST = re.compile(
    _INTRODUCED.pattern
    + r"(?: are| is)?:? ?"
    + r"((?:(?:, ?)?(?:(?:or|and) |/ ?)?`[^`\n]+`(?: \([^()`\n]*\))?(?:,? (?=or|and))?)+)"
    + r"(?=\.(?:\s|$)|$)"
)
_CLOSED = re.compile(
    r"(?:(?:[Vv]alid|[Pp]ossible|[Aa]ccepted|[Aa]llowed|[Ss]upported) (?:[Vv]alues?|options|types)\b"
    r"(?! are (?:defined|documented))|Can be|One of|[Ee]ither)(.*?)(?:\.\s+[A-Z(]|\.?$)",
    re.DOTALL,
)
_WORD = re.compile(r"[A-Za-z][\w.:/-]*")
_INCOMPLETE = frozenset({"keyUsage", "resolution"})
"""Properties whose documentation leaves out a value that AWS takes (`KEY_AGREEMENT`), or lists forms of values."""
_FREE_TEXT = ("HeaderValue", "Arn", "Id")
"""Endings of names whose values are no words, so that a list in the documentation means something else."""


@functools.lru_cache(maxsize=4096)
def accepted(declared: Property) -> frozenset[str]:
    """Return the only values that a property of text may have; empty if the documentation is not certain to say so."""
    enumeration = _enumeration(declared.type)
    if enumeration is not None:
        sentence = _CLOSED.search(declared.doc)
        words = re.findall(r"[`'\"]+([\w.:/ -]*)[`'\"]+", sentence[1]) if sentence else []
        return enum_values(enumeration.file, enumeration.name).union(words) if words else frozenset()
    if not _is_text(declared.type) or declared.name in _INCOMPLETE or declared.name.endswith(_FREE_TEXT):
        return frozenset()
    found = _LIST.search(declared.doc)
    if found is None or len(_INTRODUCED.findall(declared.doc)) != 1:
        return frozenset()
    values = re.findall(r"`\"?([^`\"]+)\"?`", found[1])
    return frozenset(values) if len(values) > 1 and all(_WORD.fullmatch(value) for value in values) else frozenset()


def _enumeration(type_: Type) -> Type | None:
    """Return the enumeration that a property, or each item of a list, is typed as; None if it is none."""
    members = (type_, *type_.items) if type_.kind in ("enum", "list", "union") else ()
    return next((member for member in members if member.kind == "enum"), None)


def _is_text(type_: Type) -> bool:
    return type_.kind == "string" or (type_.kind == "list" and type_.items[0].kind == "string")
