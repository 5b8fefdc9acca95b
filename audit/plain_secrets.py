"""Hides what a program has in plain text and what by its name is a secret, before a file of evidence is made of it.

The engine hides what the program marks as a secret. A password that it does not mark is a finding of the policies, and
stands in the preview as it is: here it becomes ``[secret]``, wherever it stands. Names decide, not values: what is
hidden needlessly costs a word, and what is not hidden is a leak.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from audit.preview_document import Declared, Document
from audit.properties import HIDDEN

_SECRET_NAME = re.compile(
    r"(^|_)(password|passwd|passphrase|pwd|secret|secret_string|secret_binary|secret_key|token|api_?key|private_key|"
    r"access_key|shared_key|signing_key|encryption_key|credentials?|connection_string|dsn)(_\d+)?$"
)
"""The end of a name, in lower case with `_` between words, whose value is a secret."""

_VALUES: Mapping[str, frozenset[str]] = {
    "aws:ssm/parameter:Parameter": frozenset({"value"}),
}
"""Properties that hold whatever the program stores: a secret where their name does not say so."""

_SCRIPTS = frozenset({"userData", "userDataBase64", "buildspec", "initScript"})
"""Properties that are scripts, in which a secret is assigned to a name."""

_ASSIGNED = re.compile(
    r"(?i)([a-z0-9_-]*(?:password|passwd|passphrase|secret|token|api_?key|private_?key|access_?key|credentials?)[a-z0-9_-]*"
    r"\s*[=:]\s*)([\"']?)([^\s\"';&|]+)"
)

_SHORTEST = 6
"""Characters of a hidden value from which on it is hidden wherever else it stands; a shorter one is a common word."""


def without_plain_secrets(document: Document) -> Document:
    """A copy of a document in which what is a secret by its name is ``[secret]``, and its value wherever it stands."""
    found: set[str] = set()
    resources = {urn: _hidden(one, found) for urn, one in document.resources.items()}
    removed = {urn: _hidden(one, found) for urn, one in document.removed.items()}
    values = sorted((value for value in found if len(value) >= _SHORTEST), key=len, reverse=True)
    return replace(
        document,
        resources={urn: _elsewhere(one, values) for urn, one in resources.items()},
        removed={urn: _elsewhere(one, values) for urn, one in removed.items()},
    )


def _hidden(declared: Declared, found: set[str]) -> Declared:
    always = _VALUES.get(declared.type, frozenset())

    def of(properties: Mapping[str, Any]) -> dict[str, Any]:
        return {name: _value(name, value, found, name in always) for name, value in properties.items()}

    before = None if declared.before is None else of(declared.before)
    return replace(declared, inputs=of(declared.inputs), outputs=of(declared.outputs), before=before)


def _value(name: str, value: Any, found: set[str], always: bool = False) -> Any:
    match value:
        case Mapping() if {"name", "value"} <= value.keys() and isinstance(value["name"], str):
            return {key: _value(value["name"] if key == "value" else key, item, found) for key, item in value.items()}
        case Mapping():
            return {key: _value(key, item, found) for key, item in value.items()}
        case list():
            return [_value(name, item, found, always) for item in value]
        case str() if value.startswith(("{", "[")):
            return _in_json(name, value, found, always)
        case str() if always or _is_secret(name, value):
            return _hide(value, found)
        case str() if name in _SCRIPTS:
            return _in_script(value, found)
        case _:
            return value


def _is_secret(name: str, value: str) -> bool:
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).replace("-", "_").lower()
    # What only names a secret is none: an ARN, a boolean of the language, or nothing.
    return (
        bool(_SECRET_NAME.search(words)) and not value.startswith("arn:") and value not in ("", "true", "false", HIDDEN)
    )


def _hide(value: str, found: set[str]) -> str:
    found.add(value)
    return HIDDEN


def _in_json(name: str, text: str, found: set[str], always: bool) -> str:
    try:
        document = json.loads(text)
    except ValueError:
        return _hide(text, found) if always or _is_secret(name, text) else text
    if always or _is_secret(name, text):
        return _hide(text, found)
    less = _value(name, document, found)
    return text if less == document else json.dumps(less)


def _in_script(text: str, found: set[str]) -> str:
    try:
        decoded = base64.b64decode(text, validate=True).decode()
    except (binascii.Error, ValueError):
        decoded = ""
    if decoded and _ASSIGNED.search(decoded):
        found.update(match[3] for match in _ASSIGNED.finditer(decoded))
        return HIDDEN

    def hide(match: re.Match[str]) -> str:
        found.add(match[3])
        return f"{match[1]}{match[2]}{HIDDEN}"

    return _ASSIGNED.sub(hide, text)


def _elsewhere(declared: Declared, values: Sequence[str]) -> Declared:
    if not values:
        return declared

    def less(value: Any) -> Any:
        match value:
            case Mapping():
                return {key: less(item) for key, item in value.items()}
            case list():
                return [less(item) for item in value]
            case str():
                for secret in values:
                    value = value.replace(secret, HIDDEN)
        return value

    before = None if declared.before is None else less(declared.before)
    return replace(declared, inputs=less(declared.inputs), outputs=less(declared.outputs), before=before)
