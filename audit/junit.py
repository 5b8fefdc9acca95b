"""The results of a run as JUnit XML, which any CI reads: a suite a policy family, a case a policy and resource.

Written with the standard library: `junitparser` 5.0.3 adds an attribute that the schema of Jenkins does not allow, and
refuses control characters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.etree import ElementTree

from audit.evidence import Evidence, Outcome, Resource, Result, natural
from audit.text import one_line, printable

_GREEN = (Outcome.PASSED, Outcome.REMEDIATED)


def junit(evidence: Evidence) -> bytes:
    """The results as JUnit XML in UTF-8, valid by the schema of Jenkins's xUnit plugin (junit-10.xsd).

    What blocks is a failure, of the type of its outcome, so that a CI is red where the preview is. What neither blocks
    nor passed is skipped, with its outcome in the message: an advisory violation too. What is not applicable has no
    case and is counted in a property of the suite. A run that broke off has a case that is an error.
    """
    families: dict[tuple[str, str], list[Result]] = {}
    for one in evidence.results:
        families.setdefault((one.policy.pack, one.policy.family), []).append(one)
    resources = {resource.urn: resource for resource in evidence.resources}
    title = f"{evidence.project}/{evidence.stack}"
    root = ElementTree.Element("testsuites", {"name": printable(title)})
    root.append(_run(evidence))
    for pack, family in sorted(families, key=natural):
        name = f"{pack} / {family}" if family else pack
        root.append(_suite(name, families[pack, family], resources, evidence))
    for count in ("tests", "failures", "errors"):
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in root)))
    ElementTree.indent(root)
    text: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _run(evidence: Evidence) -> ElementTree.Element:
    """A suite of one case, for the run itself."""
    case = ElementTree.Element("testcase", {"classname": "run", "name": "The stack is evaluated as a whole"})
    if not evidence.is_complete:
        error = ElementTree.SubElement(case, "error", {"type": "incomplete", "message": "The run broke off."})
        error.text = printable("\n".join(evidence.errors))
    if evidence.notes:
        ElementTree.SubElement(case, "system-out").text = printable("\n".join(evidence.notes))
    return _with_counts(evidence, "run", [case], {})


def _suite(
    name: str, results: Sequence[Result], resources: Mapping[str, Resource], evidence: Evidence
) -> ElementTree.Element:
    applicable = [one for one in results if one.outcome is not Outcome.NOT_APPLICABLE]
    ordered = sorted(applicable, key=lambda one: (one.policy.name, one.resource))
    cases = [_case(one, resources.get(one.resource)) for one in ordered]
    return _with_counts(evidence, name, cases, {"not applicable": str(len(results) - len(applicable))})


def _with_counts(
    evidence: Evidence, name: str, cases: Sequence[ElementTree.Element], properties: Mapping[str, str]
) -> ElementTree.Element:
    suite = ElementTree.Element("testsuite", {"name": printable(name), "tests": str(len(cases))})
    for count, element in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(count, str(sum(case.find(element) is not None for case in cases)))
    if evidence.provenance.began:
        suite.set("timestamp", printable(evidence.provenance.began))
    if properties:
        listed = ElementTree.SubElement(suite, "properties")
        for key, value in properties.items():
            ElementTree.SubElement(listed, "property", {"name": key, "value": value})
    suite.extend(cases)
    return suite


def _case(result: Result, resource: Resource | None) -> ElementTree.Element:
    policy = result.policy
    names = {"classname": f"{policy.pack}.{policy.name}", "name": result.resource or "the stack"}
    case = ElementTree.Element("testcase", {key: printable(text) for key, text in names.items()})
    if result.outcome not in _GREEN:
        said = {"type": result.outcome.value, "message": f"{_outcome(result)}: {_message(result)}"}
        element = ElementTree.SubElement(case, "failure" if result.blocks else "skipped", said)
        element.text = printable(_details(result, resource))
    elif result.outcome is Outcome.REMEDIATED:
        ElementTree.SubElement(case, "system-out").text = printable(f"Remediated by the policy:\n{result.message}")
    return case


def _outcome(result: Result) -> str:
    return f"{result.outcome.value} ({result.level})" if result.level else result.outcome.value


def _message(result: Result) -> str:
    return one_line(result.message) or one_line(result.policy.title) or one_line(result.policy.name)


def _details(result: Result, resource: Resource | None) -> str:
    policy, exemption = result.policy, result.exemption
    source = resource.source if resource else None
    lines = {
        "": result.message,
        "Resource": result.resource or "the stack",
        "Line": f"{source.file}:{source.line}" if source else "",
        "Severity": policy.severity,
        "How to fix": policy.advice,
        "Documentation": policy.url,
        "Reason": exemption.reason if exemption else "",
        "Approved by": exemption.approved_by if exemption else "",
        "Expires": exemption.expires if exemption else "",
        "Policy exception": exemption.id if exemption else "",
    }
    return "\n".join(f"{title}: {text}" if title else text for title, text in lines.items() if text)
