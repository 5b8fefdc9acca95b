"""The results of a run as OSCAL (NIST): assessment results, and the component definition and assessment plan they need.

Built and validated with the models of `compliance-trestle`, which is loaded only here: it takes a while. Every UUID is
made from what it stands for, so that a policy, a resource, an observation or a control keeps its own over runs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timezone
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

from audit.description import Policy
from audit.evidence import Control, Evidence, Outcome, Resource, Result, counts, version_name
from audit.text import as_utc, one_line, printable

COMPONENT_DEFINITION = "component-definition.json"
ASSESSMENT_PLAN = "assessment-plan.json"
ASSESSMENT_RESULTS = "assessment-results.json"

NAMESPACE = "urn:pulumi-guardrails:oscal"
"""The namespace of our properties."""

_UUIDS = uuid5(UUID(int=0), NAMESPACE)
_UNKNOWN_TIME = datetime.fromtimestamp(0, timezone.utc)
"""What stands for a time that is not known: OSCAL demands one."""

_STATUS = {
    "met": ("satisfied", "pass", "Every policy that speaks for it passed on every resource that it applies to."),
    "not met": ("not-satisfied", "fail", "A policy that speaks for it is violated."),
    "undecided": ("not-satisfied", "other", "Undecided: a value that a policy needs is not known."),
    "not evaluated": ("not-satisfied", "other", "Not evaluated: a policy is disabled, or the run broke off."),
    "waived": ("not-satisfied", "other", "Waived: a violation stands, and its risk is accepted."),
    "not known": ("not-satisfied", "other", "Not known: the source does not say what passed."),
}
"""The status, reason and remark of a control by its result. One that is not applicable has no finding."""

_ACCEPTED = (Outcome.WAIVED, Outcome.EXCEPTED)


def oscal(evidence: Evidence) -> dict[str, str]:
    """The three documents by the names of their files; none where no policy is known, as OSCAL demands a control.

    Where no policy names a control of a framework, each policy is a control of its own, of its pack.
    """
    from trestle.oscal import OSCAL_VERSION
    from trestle.oscal.assessment_plan import AssessmentPlan
    from trestle.oscal.assessment_results import AssessmentResults
    from trestle.oscal.component import ComponentDefinition

    if not evidence.policies:
        return {}
    documents = _Documents(evidence, OSCAL_VERSION)
    models = {
        COMPONENT_DEFINITION: ComponentDefinition.model_validate(_filled(documents.component_definition())),
        ASSESSMENT_PLAN: AssessmentPlan.model_validate(_filled(documents.assessment_plan())),
        ASSESSMENT_RESULTS: AssessmentResults.model_validate(_filled(documents.assessment_results())),
    }
    return {name: model.oscal_serialize_json(pretty=True) + "\n" for name, model in models.items()}


class _Documents:
    """What the documents have in common."""

    def __init__(self, evidence: Evidence, oscal_version: str) -> None:
        self._evidence = evidence
        self._controls = evidence.controls() or _policies_as_controls(evidence)
        self._oscal_version = oscal_version
        self._began = _moment(evidence.provenance.began)
        self._system = f"{evidence.project}/{evidence.stack}"
        self._resources = {resource.urn for resource in evidence.resources}
        self._of_policy = evidence.of_policy()
        self._packs = sorted({policy.pack for policy in evidence.policies})

    def component_definition(self) -> dict[str, Any]:
        frameworks = sorted({control.framework for control in self._controls})
        return {
            "uuid": self._uuid("component-definition", self._began),
            "metadata": self._metadata("Policies that the stack is held to"),
            "components": [self._pack_definition(pack) for pack in self._packs],
            "back-matter": {
                "resources": [
                    {
                        "uuid": _uuid("framework", framework),
                        "title": _line(framework),
                        "description": "The controls that the policies name. No OSCAL catalog of it is imported.",
                    }
                    for framework in frameworks
                ]
            },
        }

    def assessment_plan(self) -> dict[str, Any]:
        system = self._uuid("system-security-plan")
        return {
            "uuid": self._uuid("assessment-plan", self._began),
            "metadata": self._metadata(f"Evaluation of the stack {self._system}"),
            "import-ssp": {"href": f"#{system}"},
            "reviewed-controls": self._reviewed(),
            "assessment-subjects": [{"type": "inventory-item", "include-all": {}}],
            "assessment-assets": self._assets(),
            "tasks": [
                {
                    "uuid": self._uuid("task", self._began),
                    "type": "action",
                    "title": "Evaluate the policies",
                    "description": printable(self._evidence.provenance.command) or "Evaluate every policy.",
                }
            ],
            "back-matter": {
                "resources": [
                    {
                        "uuid": system,
                        "title": _line(f"The system: the Pulumi stack {self._system}"),
                        "description": "The program of the stack describes the system; there is no document of it.",
                    }
                ]
            },
        }

    def assessment_results(self) -> dict[str, Any]:
        evidence = self._evidence
        reported = [one for one in evidence.results if one.outcome is not Outcome.NOT_APPLICABLE]
        found = counts(evidence.results)
        not_applicable = [control for control in self._controls if control.result == "not applicable"]
        definitions = {
            "components": [self._system_component()],
            "inventory-items": [_inventory_item(resource) for resource in evidence.resources],
            "assessment-assets": self._assets(),
        }
        result: dict[str, Any] = {
            "uuid": self._uuid("result", self._began),
            "title": _line(f"{evidence.operation} of {self._system}"),
            "description": "What each policy made of each resource that it applies to.",
            "start": self._began,
            "props": _properties(
                {
                    "verdict": evidence.verdict,
                    "complete": str(evidence.is_complete).lower(),
                    "git-commit": evidence.provenance.git_commit,
                    **{f"count-{outcome.value.replace(' ', '-')}": str(found[outcome]) for outcome in Outcome},
                }
            ),
            "local-definitions": definitions,
            "reviewed-controls": self._reviewed(),
            "observations": [self._observation(one) for one in reported],
            "risks": [self._risk(one) for one in reported if _is_risk(one)],
            "findings": [self._finding(control) for control in self._controls if control.result in _STATUS],
        }
        ended = as_utc(evidence.provenance.ended)
        if ended is not None:
            result["end"] = ended.isoformat()
        remarks = [*evidence.notes]
        if not evidence.is_complete:
            remarks += ["The run broke off before the stack was evaluated as a whole.", *evidence.errors]
        if not_applicable:
            remarks.append(f"Without a finding, as no resource is concerned: {_by_framework(not_applicable)}.")
        if remarks:
            result["remarks"] = printable("\n\n".join(remarks))
        return {
            "uuid": self._uuid("assessment-results", self._began),
            "metadata": self._metadata(f"Results for the stack {self._system}"),
            "import-ap": {"href": f"./{ASSESSMENT_PLAN}"},
            "results": [result],
        }

    def _metadata(self, title: str) -> dict[str, Any]:
        metadata: dict[str, Any] = {
            "title": _line(title),
            "last-modified": self._began,
            "version": self._began,
            "oscal-version": self._oscal_version,
        }
        user = one_line(self._evidence.provenance.user)
        if user:
            party = _uuid("party", user)
            metadata["roles"] = [{"id": "assessor", "title": "Assessor"}]
            metadata["parties"] = [{"uuid": party, "type": "person", "name": user}]
            metadata["responsible-parties"] = [{"role-id": "assessor", "party-uuids": [party]}]
        return metadata

    def _pack_definition(self, pack: str) -> dict[str, Any]:
        own = [(control, [policy for policy in control.policies if policy.pack == pack]) for control in self._controls]
        frameworks: dict[str, list[dict[str, Any]]] = {}
        for control, policies in own:
            if policies:
                frameworks.setdefault(control.framework, []).append(self._requirement(pack, control, policies))
        component: dict[str, Any] = {
            "uuid": _uuid("pack", pack),
            "type": "validation",
            "title": _line(pack),
            "description": "A policy pack of Pulumi.",
            "props": _properties({"version": self._evidence.provenance.versions.get(version_name(pack), "")}),
            "control-implementations": [
                {
                    "uuid": _uuid("implementation", pack, framework),
                    "source": f"#{_uuid('framework', framework)}",
                    "description": printable(f"The policies that speak for controls of {framework}."),
                    "implemented-requirements": requirements,
                }
                for framework, requirements in frameworks.items()
            ],
        }
        return component

    def _requirement(self, pack: str, control: Control, policies: Sequence[Policy]) -> dict[str, Any]:
        titles = "\n".join(f"- {policy.name}: {policy.title}" if policy.title else policy.name for policy in policies)
        return {
            "uuid": _uuid("requirement", pack, control.framework, control.id),
            "control-id": _control_id(control),
            "description": printable(titles),
            "props": _properties(
                {"framework": control.framework, "control": control.id},
                *({"policy": policy.name} for policy in policies),
            ),
        }

    def _reviewed(self) -> dict[str, Any]:
        selected = dict.fromkeys(_control_id(control) for control in self._controls)
        return {"control-selections": [{"include-controls": [{"control-id": control} for control in selected]}]}

    def _assets(self) -> dict[str, Any]:
        """The packs, and everything else whose version is known, as tools of the assessment."""
        versions = self._evidence.provenance.versions
        packs = {version_name(pack): pack for pack in self._packs}
        tools = [
            {
                "uuid": _uuid("pack", packs[name]) if name in packs else _uuid("software", name),
                "type": "validation" if name in packs else "software",
                "title": _line(packs.get(name, name)),
                "description": "A policy pack." if name in packs else "A part of the evaluation.",
                "props": _properties({"version": versions.get(name, "")}),
                "status": {"state": "operational"},
            }
            for name in sorted({*packs, *versions})
        ]
        return {
            "components": tools,
            "assessment-platforms": [
                {
                    "uuid": self._uuid("platform"),
                    "title": "The Pulumi engine with its policy packs",
                    "uses-components": [{"component-uuid": tool["uuid"]} for tool in tools],
                }
            ],
        }

    def _system_component(self) -> dict[str, Any]:
        return {
            "uuid": self._uuid("system"),
            "type": "this-system",
            "title": _line(f"The Pulumi stack {self._system}"),
            "description": "The stack as a whole.",
            "status": {"state": "operational" if self._evidence.operation == "state" else "under-development"},
        }

    def _subject(self, result: Result) -> dict[str, Any]:
        if result.resource in self._resources:
            return {"subject-uuid": _uuid("resource", result.resource), "type": "inventory-item"}
        return {"subject-uuid": self._uuid("system"), "type": "component"}

    def _observation(self, result: Result) -> dict[str, Any]:
        policy = result.policy
        return {
            "uuid": self._of("observation", result),
            "title": _line(policy.title or policy.name),
            "description": printable(result.message) or f"Outcome: {result.outcome.value}.",
            "props": _properties(
                {
                    "policy": policy.name,
                    "outcome": result.outcome.value,
                    "level": result.level,
                    "severity": policy.severity,
                }
            ),
            "links": [{"href": printable(policy.url), "rel": "reference"}] if policy.url else [],
            "methods": ["TEST"],
            "types": ["finding" if _is_risk(result) else "control-objective"],
            "origins": [{"actors": [{"type": "tool", "actor-uuid": _uuid("pack", policy.pack)}]}],
            "subjects": [self._subject(result)],
            "collected": self._began,
        }

    def _risk(self, result: Result) -> dict[str, Any]:
        """A violation as an open risk; one that is waived or excepted as a deviation that is approved."""
        policy, exemption = result.policy, result.exemption
        is_accepted = result.outcome in _ACCEPTED
        risk: dict[str, Any] = {
            "uuid": self._of("risk", result),
            "title": _line(policy.title or policy.name),
            "description": printable(result.message) or _line(policy.title or policy.name),
            "statement": _line(policy.title or policy.name),
            "props": _properties(
                {
                    "severity": policy.severity,
                    "level": result.level,
                    "risk-accepted": "true" if is_accepted else "",
                    "approved-by": exemption.approved_by if exemption else "",
                    "exception": exemption.id if exemption else "",
                }
            ),
            "status": "deviation-approved" if is_accepted else "open",
            "related-observations": [{"observation-uuid": self._of("observation", result)}],
        }
        deadline = as_utc(f"{exemption.expires}T23:59:59") if exemption else None
        if deadline is not None:
            risk["deadline"] = deadline.isoformat()
        advice = exemption.reason if is_accepted and exemption else policy.advice
        if advice.strip():
            risk["remediations"] = [
                {
                    "uuid": self._of("response", result),
                    "lifecycle": "completed" if is_accepted else "recommendation",
                    "title": "Risk accepted" if is_accepted else "How to fix it",
                    "description": printable(advice),
                    # NIST's values for the type of a response: "accept" and "mitigate" among them.
                    "props": [{"name": "type", "value": "accept" if is_accepted else "mitigate"}],
                }
            ]
        return risk

    def _finding(self, control: Control) -> dict[str, Any]:
        state, reason, remarks = _STATUS[control.result]
        results = [
            one
            for policy in control.policies
            for one in self._of_policy[policy.pack, policy.name]
            if one.outcome is not Outcome.NOT_APPLICABLE
        ]
        return {
            "uuid": self._uuid("finding", control.framework, control.id),
            "title": _line(f"{control.framework} {control.id}: {control.result}"),
            "description": remarks,
            "props": _properties({"framework": control.framework, "control": control.id, "result": control.result}),
            "target": {
                "type": "objective-id",
                "target-id": _control_id(control),
                "status": {"state": state, "reason": reason, "remarks": remarks},
            },
            "related-observations": [{"observation-uuid": self._of("observation", one)} for one in results],
            "related-risks": [{"risk-uuid": self._of("risk", one)} for one in results if _is_risk(one)],
        }

    def _of(self, what: str, result: Result) -> str:
        return self._uuid(what, result.policy.pack, result.policy.name, result.resource)

    def _uuid(self, what: str, *words: str) -> str:
        """A UUID of something of this stack."""
        return _uuid(what, self._evidence.project, self._evidence.stack, *words)


def _by_framework(controls: Sequence[Control]) -> str:
    ids: dict[str, list[str]] = {}
    for control in controls:
        ids.setdefault(control.framework, []).append(control.id)
    return "; ".join(f"{framework} {', '.join(listed)}" for framework, listed in ids.items())


def _policies_as_controls(evidence: Evidence) -> list[Control]:
    policies = tuple(replace(policy, frameworks={policy.pack: (policy.name,)}) for policy in evidence.policies)
    return replace(evidence, policies=policies).controls()


def _inventory_item(resource: Resource) -> dict[str, Any]:
    source = resource.source
    return {
        "uuid": _uuid("resource", resource.urn),
        "description": printable(resource.urn),
        "props": _properties(
            {
                "type": resource.type,
                "name": resource.name,
                "operation": resource.operation,
                "source": f"{source.file}:{source.line}" if source else "",
            }
        ),
    }


def _is_risk(result: Result) -> bool:
    return result.outcome is Outcome.VIOLATED or result.outcome in _ACCEPTED


def _uuid(what: str, *words: str) -> str:
    return str(uuid5(_UUIDS, json.dumps([what, *words])))


def _control_id(control: Control) -> str:
    """The framework and the control as a token of OSCAL; a hash tells apart what its letters and digits cannot."""
    given = f"{control.framework}_{control.id}"
    token = re.sub(r"[^A-Za-z0-9._-]+", "-", given).strip("-")
    if not given.isascii():
        token += f"-{sha256(given.encode(errors='surrogatepass')).hexdigest()[:8]}"
    return token if re.match("[A-Za-z_]", token) else f"_{token}"


def _moment(text: str) -> str:
    return (as_utc(text) or _UNKNOWN_TIME).isoformat()


def _line(text: str) -> str:
    """A text that OSCAL takes where it wants one line that is not blank."""
    return one_line(text) or "-"


def _properties(*groups: Mapping[str, str]) -> list[dict[str, str]]:
    return [
        {"name": name, "ns": NAMESPACE, "value": one_line(value)}
        for group in groups
        for name, value in group.items()
        if one_line(value)
    ]


def _filled(found: Any) -> Any:
    """Without empty lists, which OSCAL does not allow."""
    if isinstance(found, dict):
        return {key: _filled(value) for key, value in found.items() if value != []}
    return [_filled(value) for value in found] if isinstance(found, list) else found
