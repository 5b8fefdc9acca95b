"""What every message of the pack has, over all rows of all tables."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from pulumi_guardrails.aws.iam.analysis.confused_deputy import base_service
from pulumi_guardrails.aws.iam.catalogue.service_authorization import expand
from pulumi_guardrails.core.policy import Setting
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.value import Secret
from pulumi_guardrails.core.verdict import Cause, Finding, Outcome, Unknown, Verdict
from pulumi_guardrails.engine.configuration import ConfigurationError
from pulumi_guardrails.engine.evaluation import undecided_message
from pulumi_guardrails.engine.settling import STACK_REFERENCE, by_question, settled
from tests.policypack.cases import Case, all_cases, policies_by_name
from tests.policypack.each_row import each_row

UNDECIDED = [case for case in all_cases() if case.outcome is Outcome.UNDECIDED]
LATER = "Re-evaluated"
SHOWN = 3

of_undecided = each_row(UNDECIDED)


def undecided_of(case: Case) -> Iterator[tuple[Resource | None, Verdict, Stack | None]]:
    """The undecided verdicts of a row, each with the resource it is on and the stack."""
    stack = Stack(case.stack) if case.stack or case.declared.on_stack else None
    verdicts = [(case.resource, case.verdict())] if stack is None else case.verdicts_in(stack)
    yield from ((resource, verdict, stack) for resource, verdict in verdicts if verdict.is_undecided)


def unknowns_of(case: Case) -> list[Unknown]:
    return [one for _, verdict, _ in undecided_of(case) for finding in verdict.findings for one in finding.unknowns]


@of_undecided
def test_an_undecided_message_says_what_settles_it(case: Case) -> None:
    for preview in (True, False):
        for resource, verdict, stack in undecided_of(case):
            sentences = settled(by_question(verdict.findings)[:5], resource, stack, preview, SHOWN)
            message = undecided_message(case.declared, resource, verdict.findings, stack, preview)
            assert sentences
            assert message.endswith(" ".join(sentences))
            assert "{" not in "".join(sentences)


def is_of_another_stack(unknown: Unknown, stack: Stack | None) -> bool:
    """Whether an unknown value is computed from outputs of other stacks alone."""
    if stack is None or unknown.owner is None:
        return False
    sources = stack.sources_of(unknown.owner[unknown.property_name])
    return bool(sources) and all(one is not None and one.type == STACK_REFERENCE for one in sources)


@of_undecided
def test_what_is_settled_by_no_update_is_not_said_to_be_evaluated_again(case: Case) -> None:
    for resource, verdict, stack in undecided_of(case):
        waits = any(
            one.cause is Cause.NOT_KNOWN_YET and not one.settle and not is_of_another_stack(one, stack)
            for finding in by_question(verdict.findings)[:5]
            for one in finding.unknowns
        )
        assert (LATER in undecided_message(case.declared, resource, verdict.findings, stack, True)) is waits
        assert LATER not in undecided_message(case.declared, resource, verdict.findings, stack, False)


@of_undecided
def test_what_is_no_property_has_a_sentence_of_its_own(case: Case) -> None:
    """By its cause, the message would say to set something that no program can set."""
    for one in unknowns_of(case):
        is_resource = re.search(r" (sg|subnet|vpc)-\w+$", one.path)
        assert one.owner is not None or one.settle or one.cause is Cause.NOT_TARGETED or is_resource, one


def sentences_of(message: str) -> list[str]:
    """The sentences of a message; what a quoted text has of full stops does not end one."""
    return re.split(r"(?<=[^.]\.) (?=[A-Z]|[a-z]\w*[.\[ ])", message)


@each_row(all_cases())
def test_no_message_says_a_sentence_twice(case: Case) -> None:
    for message in case.messages():
        assert [sentence for sentence, times in Counter(sentences_of(message)).items() if times > 1] == []


@each_row(case for case in all_cases() if case.stack)
def test_no_policy_speaks_twice_of_a_resource(case: Case) -> None:
    said = Counter(
        (resource.urn, verdict.outcome)
        for resource, verdict in case.verdicts_in(Stack(case.stack))
        if resource is not None and verdict.findings
    )
    assert [what for what, times in said.items() if times > 1] == []


# --- the setting that a message names


NOT_NAMED = {
    *(f"{name} maximumPorts" for name in ("sg-no-wide-ingress", "sg-no-wide-egress", "sg-no-wide-egress-by-list")),
    *(f"{name} trusted" for name in ("sg-no-wide-egress", "sg-no-wide-egress-by-list")),
    *(
        f"{name} trusted"
        for name in ("no-internet-path-to-private-tier", "sg-public-ports", "sg-ingress-from-internet")
    ),
    *(f"{name} tierTag" for name in ("private-subnet-no-internet-route", "subnets-in-different-zones")),
    "iam-no-elevated-managed-policy onlyAllowed",
    "listener-encrypted plainHttpBehindCloudFront",
    "network-acl-closed-to-internet ports",
    "private-subnet-no-internet-route privateTiers",
    "rds-master-user-name defaultNames",
    "resource-tagged values",
    "subnets-in-different-zones zones",
}
"""Settings that no message names: they say what is asked for, or another setting answers what they would."""


def names_setting(finding: Finding) -> bool:
    """Whether the message of a finding names its setting: of a violation, and of what is not of the stack."""
    foreign = [one for one in finding.unknowns if one.cause is Cause.OUTSIDE_STACK and not one.settle]
    return finding.setting != "" and (not finding.unknowns or bool(foreign))


def named_settings(case: Case) -> set[str]:
    return {finding.setting for finding in case.verdict().findings if names_setting(finding)}


WITH_SETTINGS = [
    case for case in all_cases() if case.declared.settings and case.outcome in (Outcome.VIOLATION, Outcome.UNDECIDED)
]


def texts_in(value: Any) -> Iterator[str]:
    """Every text in a value, with what a JSON text has inside."""
    if isinstance(value, Secret):
        yield from texts_in(value.value)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield str(key)
            yield from texts_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts_in(item)
    elif isinstance(value, str):
        yield value
        if value[:1] in ("{", "["):
            try:
                yield from texts_in(json.loads(value))
            except ValueError:
                return


def numbers_in(value: Any) -> Iterator[int]:
    """Every whole number in a value that may be a port, and all between two ports of a range."""
    if isinstance(value, Mapping):
        low, high = value.get("fromPort"), value.get("toPort")
        if isinstance(low, (int, float)) and isinstance(high, (int, float)):
            yield from range(max(int(low), 0), int(high) + 1)
        for item in value.values():
            yield from numbers_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from numbers_in(item)


def values_for(setting: Setting, case: Case) -> Iterator[Any]:
    """Values of a setting that may accept what a case finds, made of what stands in its resources and messages."""
    kind, items = setting.schema["type"], setting.schema.get("items", {})
    if kind == "integer":
        yield setting.schema.get("minimum", 0)
        yield setting.schema.get("maximum", 100_000)
        return
    resources = case.stack or [case.resource]
    if items.get("type") == "object":
        numbers = {number for one in resources for number in numbers_in(dict(one.properties))}
        kinds = items["properties"]["kinds"]["items"]["enum"]
        yield [{"name": "public", "kinds": kinds, "ports": sorted(numbers), "from": ["internet"]}]
        yield []
        return
    found = {text for one in resources for text in texts_in(dict(one.properties))} | set(case.messages())
    words = {word for text in found for word in re.findall(r"[\w:.*/@#-]+", text)} | found
    words |= {str(action) for word in words if ":" in word and "*" in word for action in expand(word)}
    words |= {base_service(word) for word in words if ".amazonaws.com" in word}
    words |= {word.rpartition("/")[2] for word in words} | {word.upper() for word in words}
    yield sorted({*setting.default, *words})
    yield sorted({account for word in words for account in re.findall(r"[0-9]{12}", word)})
    yield [word for word in sorted(words) if re.fullmatch(r"[\d.]+/\d+|[\da-f:]+/\d+|(pl|sg)-.*", word)]
    yield []


@each_row(WITH_SETTINGS)
def test_a_setting_that_a_message_names_answers_the_finding(case: Case) -> None:
    for name in named_settings(case):
        before = [finding for finding in case.verdict().findings if finding.setting == name]
        assert any(gone(before, case, name, value) for value in values_for(case.declared.settings[name], case)), name


def gone(before: list[Finding], case: Case, name: str, value: Any) -> bool:
    """Whether a value of a setting leaves none of some findings; one that is refused leaves all."""
    try:
        after = replace(case, settings={**case.settings, name: value}).verdict().findings
    except ConfigurationError:
        return False
    return not {(one.path, one.unknowns) for one in before} & {(one.path, one.unknowns) for one in after}


def test_every_setting_is_named_by_a_message_or_known_to_be_none_that_is() -> None:
    named = {f"{case.policy} {name}" for case in WITH_SETTINGS for name in named_settings(case)}
    declared = {f"{policy.name} {name}" for policy in policies_by_name().values() for name in policy.settings}
    assert declared - named == NOT_NAMED
