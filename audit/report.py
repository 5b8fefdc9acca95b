"""The evidence of one run as a page: one file that works from disk, without a network, and prints.

Everything is in the page before a script runs; the script filters, sorts and opens. The content security policy of the
page allows that one script by its hash and nothing else.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from audit.description import Policy
from audit.evidence import RANKED, Control, Evidence, Outcome, Resource, Result, waivers
from audit.verdict import counted

if TYPE_CHECKING:
    from jinja2 import Environment

SYMBOLS: Mapping[Outcome, str] = {
    Outcome.VIOLATED: "✗",
    Outcome.UNDECIDED: "?",
    Outcome.NOT_EVALUATED: "…",
    Outcome.WAIVED: "⊘",
    Outcome.EXCEPTED: "⊘",
    Outcome.REMEDIATED: "↻",
    Outcome.PASSED: "✓",
    Outcome.NOT_APPLICABLE: "–",
}
"""A sign beside each word, so that nothing depends on colour."""

HEADLINES = {
    "compliant": ("✓", "Compliant: everything that applies passed"),
    "advisory": ("✓", "Nothing blocks; there are advisory findings"),
    "violations": ("✗", "Not compliant: mandatory policies are violated"),
    "incomplete": ("…", "Incomplete: the run broke off before everything was evaluated"),
    "nothing evaluated": ("…", "Nothing was evaluated"),
}


_QUIET = (Outcome.PASSED, Outcome.REMEDIATED, Outcome.NOT_APPLICABLE)
"""Outcomes with which there is nothing to do."""


@dataclass(frozen=True)
class Section:
    """A part of the page that is not of the engine's log.

    Attributes:
        content: What it shows; its template knows the type. None where there is nothing.
        missing: Why there is nothing, in a sentence.
    """

    content: Any = None
    missing: str = ""


@dataclass(frozen=True)
class Appendices:
    """What stands in the page beside the verdicts.

    Attributes:
        network: The picture of the network, as SVG.
        iam: Each principal with its grants.
        new_access: What the update newly allows.
        cost: What the stack costs.
        second_opinion: What Checkov says beside our verdicts.
    """

    network: Section = field(default_factory=Section)
    iam: Section = field(default_factory=Section)
    new_access: Section = field(default_factory=Section)
    cost: Section = field(default_factory=Section)
    second_opinion: Section = field(default_factory=Section)


@dataclass(frozen=True)
class _PolicyRow:
    policy: Policy
    counts: Mapping[Outcome, int]


@dataclass(frozen=True)
class _ResourceRow:
    resource: Resource
    results: Sequence[Result]
    counts: Mapping[Outcome, int]


def report(evidence: Evidence, appendices: Appendices | None = None) -> str:
    """The page, as HTML.

    Args:
        evidence: The evidence of one run.
        appendices: What stands in the page beside the verdicts.
    """
    environment = templates()
    environment.filters["dollars"] = "{:,.2f}".format
    environment.filters["finding"] = _without_page
    script = environment.get_template("report.js").render()
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    symbol, headline = HEADLINES[evidence.verdict]
    return environment.get_template("report.html.j2").render(
        evidence=evidence,
        symbol=symbol,
        headline=headline,
        outcomes=[(outcome, evidence.count(outcome)) for outcome in RANKED],
        symbols=SYMBOLS,
        findings=[one for one in evidence.results if one.outcome not in _QUIET and one.policy.is_on],
        frameworks=_frameworks(evidence.controls()),
        policies=_policies(evidence),
        resources=_resources(evidence),
        sources={one.urn: one.source for one in evidence.resources if one.source is not None},
        waivers=list(waivers(evidence.policies)),
        appendices=appendices or Appendices(),
        Outcome=Outcome,
        counted=counted,
        script_hash=digest,
    )


def templates() -> Environment:
    """The templates of the pages, which escape whatever they are given."""
    # Loaded here: the other commands of `audit` run where Jinja2 is not installed, as in a pipeline's summary.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _without_page(message: str, policy: Policy) -> str:
    """A message without the address of the policy's page at its end: the policy's name links to it."""
    return message.removesuffix(f"See {policy.url}").rstrip() if policy.url else message


def _frameworks(controls: Sequence[Control]) -> dict[str, tuple[Counter[str], list[Control]]]:
    found: dict[str, tuple[Counter[str], list[Control]]] = {}
    for control in controls:
        results, entries = found.setdefault(control.framework, (Counter(), []))
        results[control.result] += 1
        entries.append(control)
    return found


def _policies(evidence: Evidence) -> list[_PolicyRow]:
    of_policy = evidence.of_policy()
    rows = [
        _PolicyRow(policy, Counter(one.outcome for one in of_policy[policy.pack, policy.name]))
        for policy in evidence.policies
    ]
    return sorted(rows, key=lambda row: (min(map(RANKED.index, row.counts), default=len(RANKED)), row.policy.name))


def _resources(evidence: Evidence) -> list[_ResourceRow]:
    """The resources that a policy evaluated, in the order in which the engine came to them."""
    told: dict[str, list[Result]] = {}
    silent: Counter[str] = Counter()
    for one in evidence.results:
        if one.outcome is Outcome.NOT_APPLICABLE:
            silent[one.resource] += 1
        else:
            told.setdefault(one.resource, []).append(one)
    return [
        _ResourceRow(
            resource,
            told.get(resource.urn, []),
            Counter(one.outcome for one in told.get(resource.urn, ()))
            + Counter({Outcome.NOT_APPLICABLE: silent[resource.urn]}),
        )
        for resource in evidence.resources
    ]
