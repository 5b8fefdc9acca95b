"""Renders `aws.iam.getPolicyDocument` into the JSON that the real plugin renders."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


class InvalidDocumentError(ValueError):
    """The arguments do not make one document."""


def render(arguments: Mapping[str, Any]) -> dict[str, str]:
    """Return the document as `json` (indented by two) and `minifiedJson`.

    Statements of `sourcePolicyDocuments` come first; a statement replaces an earlier one with the same `Sid`, and those
    of `overridePolicyDocuments` replace any.

    Raises:
        InvalidDocumentError: a source document is not JSON, or two of them share a `Sid`.
    """
    version = str(arguments.get("version") or "2012-10-17")
    statements: list[dict[str, Any]] = []
    places: dict[str, int] = {}
    for text in arguments.get("sourcePolicyDocuments") or []:
        for statement in _statements_of(text):
            sid = statement.get("Sid", "")
            if sid and sid in places:
                raise InvalidDocumentError(f"sourcePolicyDocuments hold two statements with the Sid {sid}")
            _put(statements, places, statement)
    for given in arguments.get("statements") or []:
        _put(statements, places, _statement(given, version))
    for text in arguments.get("overridePolicyDocuments") or []:
        for statement in _statements_of(text):
            _put(statements, places, statement)
    document: dict[str, Any] = {"Version": version}
    if arguments.get("policyId"):
        document["Id"] = arguments["policyId"]
    document["Statement"] = statements
    return {
        "json": json.dumps(document, indent=2, ensure_ascii=False),
        "minifiedJson": json.dumps(document, separators=(",", ":"), ensure_ascii=False),
    }


def _statements_of(text: str) -> list[dict[str, Any]]:
    if not text.strip():
        return []
    try:
        found = json.loads(text).get("Statement", [])
    except (ValueError, AttributeError, RecursionError):
        raise InvalidDocumentError("a document to be merged is not a JSON policy document") from None
    return found if isinstance(found, list) else [found]


def _put(statements: list[dict[str, Any]], places: dict[str, int], statement: dict[str, Any]) -> None:
    """Add a statement, in the place of the one with its `Sid` where there is one; `places` says where that is."""
    sid = statement.get("Sid")
    if sid and sid in places:
        statements[places[sid]] = statement
        return
    if sid:
        places[sid] = len(statements)
    statements.append(statement)


def _statement(given: Mapping[str, Any], version: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if given.get("sid"):
        found["Sid"] = given["sid"]
    found["Effect"] = given.get("effect") or "Allow"
    for key, name in (("Action", "actions"), ("NotAction", "notActions"), ("Resource", "resources")):
        if given.get(name):
            found[key] = _one_or_many([_variables(item, version) for item in given[name]])
    if given.get("notResources"):
        found["NotResource"] = _one_or_many([_variables(item, version) for item in given["notResources"]])
    for key, name in (("Principal", "principals"), ("NotPrincipal", "notPrincipals")):
        if given.get(name):
            found[key] = _principals(given[name], version)
    if given.get("conditions"):
        found["Condition"] = _conditions(given["conditions"], version)
    return found


def _one_or_many(items: list[str]) -> str | list[str]:
    """A single item stands by itself; several are a set, which the real plugin writes in descending order."""
    return items[0] if len(items) == 1 else sorted(set(items), reverse=True)


def _variables(text: str, version: str) -> str:
    """Spell policy variables the way IAM does: `&{aws:username}` is `${aws:username}` in the current version."""
    return text.replace("&{", "${") if version == "2012-10-17" else text


def _principals(given: list[Mapping[str, Any]], version: str) -> Any:
    grouped: dict[str, list[str]] = {}
    for principal in given:
        grouped.setdefault(principal["type"], []).extend(principal["identifiers"])
    if grouped == {"*": ["*"]}:
        return "*"
    return {kind: _one_or_many([_variables(item, version) for item in items]) for kind, items in grouped.items()}


def _conditions(given: list[Mapping[str, Any]], version: str) -> dict[str, dict[str, Any]]:
    grouped: dict[str, dict[str, Any]] = {}
    for condition in given:
        values = [_variables(item, version) for item in condition["values"]]
        grouped.setdefault(condition["test"], {})[condition["variable"]] = values[0] if len(values) == 1 else values
    return grouped
