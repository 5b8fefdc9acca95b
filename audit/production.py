"""Makes every file of an evidence folder from one run: what is known is written, what is not known is said."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from audit.cost import Expected, estimate
from audit.evidence import Evidence, Outcome, Result
from audit.formats import machine_readable
from audit.graphviz_layout import LayoutError
from audit.iam import Row, iam_table
from audit.network import network_svg
from audit.preview_document import Document
from audit.report import Appendices, Section, report
from audit.second_opinion import side_by_side
from audit.terraform.checkov import CheckovError, Waiver, as_json, ask
from audit.terraform.plan import plan
from audit.terraform.redaction import redacted


@dataclass(frozen=True)
class Grant:
    """A row of the table of permissions.

    Attributes:
        row: Who may do what with what.
        findings: What the least-privilege analysis found about the policy that it is from.
    """

    row: Row
    findings: tuple[Result, ...]


@dataclass(frozen=True)
class Principal:
    """Who may do something.

    Attributes:
        name: Who, in words.
        grants: What it may do.
    """

    name: str
    grants: tuple[Grant, ...]

    @property
    def findings(self) -> list[Result]:
        """What was found about any of its policies, each once."""
        found = {(one.policy.name, one.resource): one for grant in self.grants for one in grant.findings}
        return list(found.values())


@dataclass(frozen=True)
class Sources:
    """What evidence is made from beside the verdicts.

    Attributes:
        document: The document of the preview, or the exported state.
        inspection: What the policy pack says of the network and of permissions (its command ``inspect``).
        no_document: Why there is no document, in a sentence.
        no_inspection: Why there is no inspection, in a sentence.
        expected_cost: What each part was expected to cost.
        checkov: The command line of Checkov.
        no_checkov: Why there is none, in a sentence.
        checkov_waivers: What of Checkov's findings is accepted.
    """

    document: Document | None = None
    inspection: Mapping[str, Any] | None = None
    no_document: str = ""
    no_inspection: str = ""
    expected_cost: Sequence[Expected] = ()
    checkov: Sequence[str] | None = None
    no_checkov: str = "Checkov was not asked."
    checkov_waivers: Sequence[Waiver] = ()


@dataclass
class Production:
    """The files of an evidence folder, and what could not be made.

    Attributes:
        files: Text or bytes by the name of the file.
        missing: Why a part is not there, in sentences.
    """

    files: dict[str, str | bytes] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)


def produce(evidence: Evidence, sources: Sources) -> Production:
    """Every file of the folder, except its manifest.

    Args:
        evidence: The verdicts.
        sources: What else is known.
    """
    made = Production()
    appendices = Appendices(
        network=_network(made, sources),
        iam=_iam(made, evidence, sources),
        new_access=_new_access(evidence, sources),
        cost=_cost(sources),
        second_opinion=_second_opinion(made, evidence, sources),
    )
    made.files |= machine_readable(evidence)
    made.files["report.html"] = report(evidence, appendices)
    return made


def _second_opinion(made: Production, evidence: Evidence, sources: Sources) -> Section:
    if sources.document is None:
        return Section(missing=f"There is no second opinion: {sources.no_document}")
    terraform = plan(sources.document)
    made.files["terraform-plan.json"] = json.dumps(redacted(terraform.document), indent=2) + "\n"
    if sources.checkov is None:
        return Section(missing=f"There is no second opinion: {sources.no_checkov}")
    try:
        opinion = ask(terraform, sources.checkov, sources.checkov_waivers)
    except CheckovError as error:
        made.missing.append(f"checkov.json could not be written: {error}")
        return Section(missing=f"There is no second opinion: {error}")
    made.files["checkov.json"] = as_json(opinion)
    return Section(side_by_side(evidence, opinion, terraform))


def _cost(sources: Sources) -> Section:
    if sources.document is None:
        return Section(missing=f"There is no estimate: {sources.no_document}")
    return Section(estimate(sources.document.resources.values(), sources.expected_cost))


def _network(made: Production, sources: Sources) -> Section:
    if sources.inspection is None:
        return Section(missing=f"There is no picture: {sources.no_inspection}")
    try:
        picture = network_svg(sources.inspection["network"])
    except LayoutError as error:
        made.missing.append(f"network.svg could not be drawn: {error}.")
        return Section(missing=f"The picture could not be drawn: {error}.")
    made.files["network.svg"] = picture
    return Section(picture)


def _new_access(evidence: Evidence, sources: Sources) -> Section:
    """What an update newly allows; of a stack that is new, that is everything, and the table of permissions has it."""
    found = (sources.inspection or {}).get("newAccess")
    if found is None or all(one.operation in ("", "create", "read") for one in evidence.resources):
        return Section()
    if not found["access"] and not found["undetermined"]:
        return Section(missing="The update gives no access that the state before did not.")
    return Section(found)


def _iam(made: Production, evidence: Evidence, sources: Sources) -> Section:
    if sources.inspection is None:
        return Section(missing=f"There is no table of permissions: {sources.no_inspection}")
    found = [
        one
        for one in evidence.results
        if one.policy.family == "iam"
        and one.outcome not in (Outcome.PASSED, Outcome.NOT_APPLICABLE)
        and one.policy.is_on
    ]
    listed = [
        {
            "policy": one.policy.name,
            "resource": one.resource,
            "outcome": one.outcome.value,
            "level": one.level,
            "severity": one.policy.severity,
            "message": one.message,
        }
        for one in found
    ]
    iam = sources.inspection["iam"]
    made.files["iam.json"] = json.dumps({**iam, "findings": listed}, indent=2) + "\n"
    rows = iam_table(iam)
    if not rows:
        return Section(missing="The stack has no policy document.")
    principals: dict[str, list[Grant]] = {}
    for row in rows:
        of_source = tuple(one for one in found if one.resource == row.source_urn)
        principals.setdefault(row.principal, []).append(Grant(row, of_source))
    return Section([Principal(name, tuple(grants)) for name, grants in principals.items()])
