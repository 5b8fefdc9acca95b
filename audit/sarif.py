"""The findings of a run as SARIF 2.1.0 (OASIS), which code scanning shows.

A run of SARIF is what one pack found: a rule a policy, a result a finding. A result is located in the line of the
program that registers the resource, or in `Pulumi.yaml` where no line is known; its logical location is the resource's
URN. The fingerprint is the policy and the resource, so that a result stays the same one over runs.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from audit.description import Policy
from audit.evidence import Evidence, Outcome, Resource, Result, type_of, version_name
from audit.preview_document import Source
from audit.text import as_utc, one_line, printable

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {"mandatory": "error", "remediate": "error", "advisory": "warning"}
SECURITY_SEVERITIES = {"critical": "9.5", "high": "8.0", "medium": "5.5", "low": "3.0"}
"""Scores in the ranges by which GitHub names a severity (code scanning, SARIF support, `security-severity`)."""

MOST_TAGS = 20
"""How many tags of a rule GitHub takes (code scanning, SARIF support, "Validating your SARIF file")."""

_REPORTED = (Outcome.VIOLATED, Outcome.UNDECIDED, Outcome.WAIVED, Outcome.EXCEPTED)
_NO_LINE_KNOWN = Source("Pulumi.yaml", 1)
_WITHOUT_PACK = "pulumi-guardrails"
"""The tool of a log in which no pack took part: code scanning wants a run to see that nothing was found."""


def sarif(evidence: Evidence) -> str:
    """The findings of a run as the text of a SARIF log."""
    packs = sorted({policy.pack for policy in evidence.policies}) or [_WITHOUT_PACK]
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(evidence, pack) for pack in packs]}
    return json.dumps(log, indent=2) + "\n"


def _run(evidence: Evidence, pack: str) -> dict[str, Any]:
    policies = [policy for policy in evidence.policies if policy.pack == pack]
    driver: dict[str, Any] = {"name": pack, "rules": [_rule(policy) for policy in policies]}
    version = evidence.provenance.versions.get(version_name(pack))
    if version:
        driver["version"] = version
    numbers = {policy.name: number for number, policy in enumerate(policies)}
    resources = {resource.urn: resource for resource in evidence.resources}
    found = [one for one in evidence.results if one.policy.pack == pack and one.outcome in _REPORTED]
    found.sort(key=lambda one: (one.policy.name, one.resource))
    return {
        "tool": {"driver": driver},
        "automationDetails": {"id": f"pulumi/{evidence.project}/{evidence.stack}/"},
        "invocations": [_invocation(evidence)],
        "results": [_result(one, numbers, resources) for one in found],
    }


def _invocation(evidence: Evidence) -> dict[str, Any]:
    provenance = evidence.provenance
    invocation: dict[str, Any] = {"executionSuccessful": evidence.is_complete}
    known = {
        "commandLine": provenance.command,
        "startTimeUtc": _time(provenance.began),
        "endTimeUtc": _time(provenance.ended),
        "account": provenance.user,
    }
    invocation |= {key: value for key, value in known.items() if value}
    if evidence.errors:
        invocation["toolExecutionNotifications"] = [
            {"level": "error", "message": {"text": error}} for error in evidence.errors
        ]
    if evidence.notes:
        # Such as a waiver that nothing needs: what there is to tidy up in the configuration of a pack.
        invocation["toolConfigurationNotifications"] = [
            {"level": "warning", "message": {"text": note}} for note in evidence.notes
        ]
    if provenance.git_commit:
        invocation["properties"] = {"gitCommit": provenance.git_commit, "gitDirty": provenance.git_dirty}
    return invocation


def _time(text: str) -> str:
    """A time as SARIF demands it (3.9): in UTC, with a Z; empty where it is not known."""
    moment = as_utc(text)
    return moment.isoformat().replace("+00:00", "Z") if moment else ""


def _rule(policy: Policy) -> dict[str, Any]:
    title = one_line(policy.title) or policy.name
    rule: dict[str, Any] = {
        "id": policy.name,
        "shortDescription": {"text": title},
        "help": _help(policy, title),
        "defaultConfiguration": {"level": LEVELS.get(policy.level, "warning"), "enabled": policy.is_on},
    }
    if _is_address(policy.url):
        rule["helpUri"] = policy.url
    tags = ["security"] if policy.severity in SECURITY_SEVERITIES else []
    tags += [word for word in (policy.family, *policy.frameworks) if word]
    properties: dict[str, Any] = {}
    if policy.severity in SECURITY_SEVERITIES:
        properties["security-severity"] = SECURITY_SEVERITIES[policy.severity]
    if tags:
        properties["tags"] = list(dict.fromkeys(tags))[:MOST_TAGS]
    if policy.frameworks:
        properties["controls"] = {framework: list(ids) for framework, ids in policy.frameworks.items()}
    if properties:
        rule["properties"] = properties
    return rule


def _help(policy: Policy, title: str) -> dict[str, str]:
    controls = [f"{framework} {', '.join(ids)}" for framework, ids in policy.frameworks.items()]
    plain = [title, policy.advice, "; ".join(controls), policy.url]
    link = f"[Documentation]({policy.url})" if _is_address(policy.url) else ""
    marked = [f"**{title}**", policy.advice, *(f"- {control}" for control in controls), link]
    return {"text": "\n\n".join(filter(None, plain)), "markdown": "\n\n".join(filter(None, marked))}


def _is_address(text: str) -> bool:
    return (
        text.startswith(("https://", "http://")) and quote(text, safe=":/?#[]@!$&'()*+,;=%~", errors="replace") == text
    )


def _result(result: Result, rules: Mapping[str, int], resources: Mapping[str, Resource]) -> dict[str, Any]:
    resource = resources.get(result.resource, Resource(result.resource, type_of(result.resource)))
    source = resource.source or _NO_LINE_KNOWN
    found: dict[str, Any] = {
        "ruleId": result.policy.name,
        "ruleIndex": rules[result.policy.name],
        "level": _level(result),
        "message": {"text": result.message or result.outcome.value},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": quote(printable(source.file))},
                    "region": {"startLine": source.line},
                },
                "logicalLocations": [
                    {
                        "name": resource.name or "the stack",
                        "fullyQualifiedName": result.resource or "the stack",
                        "kind": "resource",
                    }
                ],
            }
        ],
        "partialFingerprints": {
            "policyAndResource/v1": hashlib.sha256(
                f"{result.policy.name}\n{result.resource}".encode(errors="surrogatepass")
            ).hexdigest()
        },
        "properties": {"outcome": result.outcome.value},
    }
    if result.outcome in (Outcome.WAIVED, Outcome.EXCEPTED):
        found["suppressions"] = _suppressions(result)
    return found


def _level(result: Result) -> str:
    """What blocks is an error; what is exempted or not known to be wrong is a note."""
    if result.outcome is Outcome.VIOLATED:
        return LEVELS.get(result.level, "warning")
    return "error" if result.blocks else "note"


def _suppressions(result: Result) -> Sequence[Mapping[str, str]]:
    exemption = result.exemption
    if exemption is None:
        return [{"kind": "external"}]
    terms = [
        exemption.reason,
        f"approved by {exemption.approved_by}" if exemption.approved_by else "",
        f"expires {exemption.expires}" if exemption.expires else "",
    ]
    before = f"{exemption.id}: " if exemption.id else ""
    return [{"kind": "external", "justification": before + "; ".join(filter(None, terms))}]
