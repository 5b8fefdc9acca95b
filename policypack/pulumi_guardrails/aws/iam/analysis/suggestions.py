"""What AWS suggests to change in a document that works: parts that are missing, empty, redundant or out of date.

Source: AWS IAM User Guide, "IAM policy validation check reference", the suggestions and some of the general warnings.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from pulumi_guardrails.aws.iam.analysis.condition_validation import condition_problems
from pulumi_guardrails.aws.iam.analysis.forms import Form
from pulumi_guardrails.aws.iam.analysis.overly_broad_grants import service_linked_role_checks
from pulumi_guardrails.aws.iam.analysis.statements import finding_on, first_shown
from pulumi_guardrails.aws.iam.catalogue.access_analyzer_checks import SUGGESTIONS, Check, named_after
from pulumi_guardrails.aws.iam.document.document import Document, Statement
from pulumi_guardrails.aws.iam.document.elements import Texts
from pulumi_guardrails.aws.iam.wildcards import is_pattern, matches
from pulumi_guardrails.core.value import Value
from pulumi_guardrails.core.verdict import Finding

_NEWEST = "2012-10-17"
_ROLE_ID, _USER_ID = "AROA", "AIDA"


def suggestions_of(document: Document, form: Form) -> Iterator[Finding]:
    """Everything that AWS suggests to change in a document."""
    version = document.value["Version"]
    if version.is_absent and document.statements:
        finding = Finding("", version.path, version.shown, f'"{_NEWEST}"', owner=version.owner)
        yield named_after(finding, Check.MISSING_VERSION)
    for statement in document.statements:
        yield from _of_statement(statement, form)
    if form is not Form.IDENTITY:
        yield from _sids_alike(document)
    yield from _statements_alike(document)


def unknown_of_suggestions(document: Document) -> list[Value]:
    """What has to be known to tell whether AWS suggests a change.

    The ARN of a resource that the stack creates is no wildcard and no other's ARN: it can only be redundant itself.
    """
    if not document.statements:
        return list(document.unknowns)
    names = [statement.written_sid for statement in document.statements if statement.value.is_known]
    found = [part for part in (document.value["Version"], *names) if part.is_unknown]
    for statement in document.statements:
        beside = [part for part in (statement.resources, statement.not_resources) if any(map(is_pattern, part.known))]
        covered = [one for part in beside for one in part.unknown]
        found.extend(one for one in statement.unknowns if not one.is_of_own_account or one in covered)
    return found


def _of_statement(statement: Statement, form: Form) -> Iterator[Finding]:
    sid = statement.written_sid
    if sid.raw == "":
        finding = finding_on(statement, "has an empty Sid", "Sid", fix="Name the statement, or leave Sid out.")
        yield named_after(finding, Check.EMPTY_SID_VALUE)
    written = statement.conditions.value.raw
    if isinstance(written, dict) and (not written or {} in written.values()):
        finding = finding_on(statement, "has an empty Condition", "Condition", fix="Leave Condition out.")
        yield named_after(finding, Check.EMPTY_OBJECT_CONDITION)
    for problem, finding in condition_problems(statement, form is Form.TRUST):
        if problem.policy == SUGGESTIONS:
            yield finding
    for element, texts in (
        ("Action", statement.actions),
        ("NotAction", statement.not_actions),
        ("Resource", statement.resources),
        ("NotResource", statement.not_resources),
    ):
        yield from _redundant(statement, element, texts)
    for principal in (*statement.principals.known, *statement.not_principals.known):
        for begin, check, kind in (
            (_ROLE_ID, Check.INVALID_ROLE_REFERENCE, "role"),
            (_USER_ID, Check.INVALID_USER_REFERENCE, "user"),
        ):
            if principal.kind == "AWS" and principal.name.startswith(begin):
                says = f"has the ID of a {kind} as principal, which AWS writes where the {kind} is deleted"
                fix = f"Write the ARN of the {kind} that is meant."
                yield named_after(finding_on(statement, says, "Principal", fix=fix), check)
    for check in service_linked_role_checks(statement):
        says = "allows iam:CreateServiceLinkedRole for roles by a wildcard, which lets it create roles of any service"
        fix = "Name the role, or add a condition on iam:AWSServiceName."
        yield named_after(finding_on(statement, says, "Resource", first_shown(statement.resources), fix=fix), check)


def _redundant(statement: Statement, element: str, texts: Texts) -> Iterator[Finding]:
    """Texts of a list that another one of it covers: an equal one, or a wildcard."""
    of_actions = element.endswith("Action")
    written = [text.lower() if of_actions else text for text in texts.known]
    wider = [text for text in written if is_pattern(text)]
    if len(written) < 2 or not (wider or len(set(written)) < len(written)):
        return
    check = Check.REDUNDANT_ACTION if of_actions else Check.REDUNDANT_RESOURCE
    for place, text in enumerate(written):
        again = text in written[:place]
        if again or any(other != text and matches(other, text) for other in wider):
            shown = texts.shown(texts.known[place])
            says = f"names {shown} in {element}, which {'is there twice' if again else 'another one covers'}"
            yield named_after(finding_on(statement, says, element, shown, fix=f"Remove {shown} from it."), check)


def _sids_alike(document: Document) -> Iterator[Finding]:
    """Names that two statements have, which the services take and AWS advises against."""
    seen: set[str] = set()
    for statement in document.statements:
        sid = statement.written_sid
        text = sid.as_text()
        if text and text in seen:
            finding = Finding("", sid.path, sid.shown, "a Sid of its own", owner=sid.owner)
            yield named_after(finding, Check.UNIQUE_SIDS_RECOMMENDED)
        seen.add(text or "")


def _statements_alike(document: Document) -> Iterator[Finding]:
    """Statements that say the same, whatever they are called."""
    said: dict[tuple[tuple[str, ...], ...], list[Statement]] = {}
    for statement in document.statements:
        if isinstance(statement.value.raw, dict) and not statement.unknowns:
            key = (statement.actions.known, statement.not_actions.known, statement.resources.known)
            said.setdefault(key, []).append(statement)
    for alike in said.values():
        seen: set[str] = set()
        # Writing a statement out costs more than all the rest: only those that share their actions are compared.
        for statement in alike if len(alike) > 1 else ():
            without_name = {name: part for name, part in statement.value.raw.items() if name != "Sid"}
            text = json.dumps(without_name, sort_keys=True, default=repr)
            if text in seen:
                finding = finding_on(statement, "says what an earlier statement says", fix="Remove one of the two.")
                yield named_after(finding, Check.REDUNDANT_STATEMENT)
            seen.add(text)
