"""Every result of a run as `results.json` and `results.csv`: one row a policy and resource.

Most pairs of a policy and a resource are not applicable. Their rows say which policy and which resource, and no more.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from audit.evidence import Evidence, Outcome, Resource, Result, counts, type_of
from audit.text import printable

SCHEMA_VERSION = 1
"""The version of the form; it changes when a reader of the one before could no longer read it."""

SCHEMA_NAME = "results.schema.json"
"""The schema beside results.json, by which that names it."""

_SCHEMA = Path(__file__).with_name("schemas") / SCHEMA_NAME

COLUMNS = (
    "policy",
    "pack",
    "resource",
    "type",
    "name",
    "outcome",
    "level",
    "severity",
    "controls",
    "message",
    "advice",
    "link",
    "exemption_reason",
    "exemption_approved_by",
    "exemption_expires",
    "exemption_id",
    "source_file",
    "source_line",
)
"""The columns of results.csv."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""How a cell begins that a spreadsheet may run as a formula (OWASP, CSV Injection), the full-width forms included."""


def schema() -> str:
    """The JSON schema (2020-12) of results.json."""
    return _SCHEMA.read_text(encoding="utf-8")


def results_json(evidence: Evidence) -> str:
    """The results and what they are of as JSON, each row on a line of its own."""
    provenance = evidence.provenance
    found = counts(evidence.results)
    head = {
        "$schema": SCHEMA_NAME,
        "schemaVersion": SCHEMA_VERSION,
        "project": evidence.project,
        "stack": evidence.stack,
        "operation": evidence.operation,
        "complete": evidence.is_complete,
        "passesKnown": evidence.passes_known,
        "verdict": evidence.verdict,
        "counts": {outcome.value: found[outcome] for outcome in Outcome},
        "provenance": {
            "command": provenance.command,
            "began": provenance.began,
            "ended": provenance.ended,
            "user": provenance.user,
            "gitCommit": provenance.git_commit,
            "gitDirty": provenance.git_dirty,
            "versions": dict(sorted(provenance.versions.items())),
        },
        "undescribedPacks": list(evidence.undescribed),
        "notes": list(evidence.notes),
        "errors": list(evidence.errors),
    }
    resources = {resource.urn: resource for resource in evidence.resources}
    rows = ",\n".join(f"    {json.dumps(_row(one, resources))}" for one in evidence.results)
    listed = f"[\n{rows}\n  ]" if rows else "[]"
    return f'{json.dumps(head, indent=2).removesuffix("}").rstrip()},\n  "results": {listed}\n}}\n'


def results_csv(evidence: Evidence) -> str:
    """The results as a table by RFC 4180, in which no cell is a formula."""
    resources = {resource.urn: resource for resource in evidence.resources}
    text = io.StringIO(newline="")
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow(COLUMNS)
    table.writerows([_cell(cell) for cell in _cells(one, resources)] for one in evidence.results)
    return text.getvalue()


def _row(result: Result, resources: Mapping[str, Resource]) -> dict[str, Any]:
    policy = result.policy
    row: dict[str, Any] = {
        "policy": policy.name,
        "pack": policy.pack,
        "resource": result.resource,
        "outcome": result.outcome.value,
        "level": result.level,
        "severity": policy.severity,
    }
    if result.outcome is Outcome.NOT_APPLICABLE:
        return row
    resource = resources.get(result.resource, Resource(result.resource, type_of(result.resource)))
    row |= {
        "type": resource.type,
        "name": resource.name,
        "controls": {framework: list(ids) for framework, ids in policy.frameworks.items()},
        "message": result.message,
        "advice": policy.advice,
        "link": policy.url,
    }
    if result.exemption is not None:
        row["exemption"] = {
            "reason": result.exemption.reason,
            "approvedBy": result.exemption.approved_by,
            "expires": result.exemption.expires,
            "id": result.exemption.id,
        }
    if resource.source is not None:
        row["source"] = {"file": resource.source.file, "line": resource.source.line}
    return row


def _cells(result: Result, resources: Mapping[str, Resource]) -> list[str]:
    row = _row(result, resources)
    exemption, source = row.get("exemption", {}), row.get("source", {})
    controls = [f"{framework}:{control}" for framework, ids in row.get("controls", {}).items() for control in ids]
    nested = {
        "controls": "; ".join(controls),
        "exemption_reason": exemption.get("reason", ""),
        "exemption_approved_by": exemption.get("approvedBy", ""),
        "exemption_expires": exemption.get("expires", ""),
        "exemption_id": exemption.get("id", ""),
        "source_file": source.get("file", ""),
        "source_line": str(source.get("line", "")),
    }
    return [nested[column] if column in nested else row.get(column, "") for column in COLUMNS]


def _cell(text: str) -> str:
    return f"'{printable(text)}" if text.startswith(_FORMULA) else printable(text)
