"""The machine-readable files of an evidence folder."""

from __future__ import annotations

from audit.evidence import Evidence
from audit.junit import junit
from audit.oscal import oscal
from audit.results import SCHEMA_NAME, results_csv, results_json, schema
from audit.sarif import sarif


def machine_readable(evidence: Evidence) -> dict[str, str | bytes]:
    """Every file that a program reads, by its name; the same evidence gives the same files."""
    return {
        "results.json": results_json(evidence),
        SCHEMA_NAME: schema(),
        "results.csv": results_csv(evidence),
        "results.sarif": sarif(evidence),
        "junit.xml": junit(evidence),
        **oscal(evidence),
    }
