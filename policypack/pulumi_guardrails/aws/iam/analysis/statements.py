"""How a statement is evaluated: premises that hold, do not hold or are not known yet, and the verdict they lead to."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence

from pulumi_guardrails.aws.iam.catalogue.service_authorization import (
    Action,
    can_be_limited,
    example_arns,
    is_unlimited,
    unlimited_among,
)
from pulumi_guardrails.aws.iam.document.conditions import requires_tag, value_test
from pulumi_guardrails.aws.iam.document.document import Document, Effect, Element, Statement
from pulumi_guardrails.aws.iam.document.elements import Condition, Conditions, Texts
from pulumi_guardrails.aws.iam.document.operators import compares
from pulumi_guardrails.aws.iam.wildcards import is_everything
from pulumi_guardrails.core.frozen import fast_dataclass
from pulumi_guardrails.core.three_valued import Answer, kleene_all, kleene_any, kleene_not
from pulumi_guardrails.core.value import Value
from pulumi_guardrails.core.verdict import (
    COMPLIANT,
    Finding,
    Outcome,
    Verdict,
    all_in,
    not_applicable,
    undecided,
)

_RESTRICTING_OPERATORS = {
    "StringEquals",
    "StringEqualsIgnoreCase",
    "StringLike",
    "ArnEquals",
    "ArnLike",
    "IpAddress",
    "Bool",
    "NumericEquals",
}
"""Operators that let a request through only for values that are named (IAM User Guide, "Condition operators")."""

IN_VPC = "aws:vpcsourceip"
VPCS = ("aws:sourcevpc", "aws:sourcevpce", "aws:sourcevpcarn")
"""The key of an address in a VPC, and those that say which VPC (AWS IAM User Guide, "AWS global condition context
keys", `aws:VpcSourceIp`)."""

_ALWAYS = {"true", "false"}
"""Values that together are every value of a Boolean."""

_MOST_NAMED = 5
_MOST_SHOWN = 3
_LONGEST_STATEMENTS = 1_000
"""The most characters of statements that a message prints, which a person has to read.

It is far below what IAM takes without white space: 6,144 in a managed policy, and 10,240 in all inline policies of a
role (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html).
"""


def judge_statements(documents: Iterable[Document], check: Callable[[Statement], Verdict]) -> Verdict:
    """Every statement of every document has to pass; what is not known of a document is undecided.

    A document that can't be read is another policy's finding (`iam-documents-are-well-formed`), and none of its own.
    """
    parts: list[Verdict] = []
    for document in documents:
        if document.value.is_absent or document.value.raw == "":
            continue
        unread = not document.statements
        if unread and document.unknowns:
            parts.append(undecided(*document.unknowns))
        elif unread:
            parts.append(not_applicable("its policy document can't be read"))
        parts.extend(check(statement) for statement in document.statements)
    return all_in(parts, not_applicable("it holds no policy document"))


def judge_known(documents: Iterable[Document], check: Callable[[Statement], Verdict]) -> Verdict:
    """Every statement has to pass by what is known of it; a part that is not known yet is undecided, whatever it is."""
    parts: list[Verdict] = []
    for document in documents:
        if document.unknowns:
            parts.append(undecided(*document.unknowns))
        parts.extend(check(statement) for statement in document.statements)
    return all_in(parts, not_applicable("it holds no policy document"))


@fast_dataclass(frozen=True, slots=True)
class Premise:
    """One of the things that make a violation.

    Attributes:
        answer: Whether it holds; None where that is not known yet.
        unknowns: What has to be known to tell.
    """

    answer: Answer
    unknowns: Sequence[Value] = ()


def violation_where(finding: Finding, *premises: Premise) -> Verdict:
    """A violation where every premise holds, compliant where one does not, else undecided by what is open in them."""
    if any(premise.answer is False for premise in premises):
        return COMPLIANT
    if any(premise.answer is None for premise in premises):
        return undecided(*_unknowns(premises))
    return Verdict(Outcome.VIOLATION, (finding,))


def undecided_where(unknowns: Sequence[Value], *premises: Premise) -> Verdict:
    """Undecided by parts that are not known yet, unless there are none or a premise does not hold."""
    if not unknowns or any(premise.answer is False for premise in premises):
        return COMPLIANT
    return undecided(*dict.fromkeys((*unknowns, *_unknowns(premises))))


def _unknowns(premises: Iterable[Premise]) -> dict[Value, None]:
    return dict.fromkeys(value for premise in premises if premise.answer is None for value in premise.unknowns)


def allowing(statement: Statement) -> Premise:
    """That the effect of a statement is Allow."""
    return Premise(allows(statement), statement.unknown_in(Element.EFFECT))


def not_restricted(statement: Statement, keys: Sequence[str], restricted: Answer) -> Premise:
    """That the conditions of a statement on some keys do not restrict it; `restricted` is whether they do."""
    conditions = statement.conditions
    unknowns = [*conditions.unknown, *(value for one in conditions.on(*keys) for value in one.values.unknown)]
    return Premise(kleene_not(restricted), [statement.value] if statement.value.is_unknown else unknowns)


def unrestricted_by(statement: Statement, keys: Sequence[str]) -> Premise:
    """That no condition on one of the keys restricts a statement."""
    return not_restricted(statement, keys, restricted_by(statement.conditions, keys))


def allows(statement: Statement) -> bool | None:
    """Whether the statement allows anything at all."""
    return True if statement.effect is Effect.ALLOW else None if statement.may_allow else False


def some_text(texts: Texts, test: Callable[[str], bool]) -> bool | None:
    """Whether one of the texts passes a test; not known where none does and some are not known."""
    return True if any(map(test, texts.known)) else None if texts.unknown else False


def covers_every_resource(statement: Statement, action: Action) -> bool | None:
    """Whether the statement lets an action at every resource of one type that it works on."""
    return some_text(statement.resources, lambda resource: is_unlimited(action, resource))


def is_allowed_everywhere(statement: Statement, action: Action) -> bool | None:
    """Whether the statement lets an action at every resource, no type of which another resource names.

    What is not known yet may reach every resource, and may name one of a type.
    """
    resources = statement.resources
    answer = unlimited_among(action, resources.known, bool(resources.unknown))
    if answer or not resources.unknown:
        return answer
    return None if can_be_limited(action) else False


def is_restricting(condition: Condition, test: Callable[[str], bool] | None = None) -> bool | None:
    """Whether a condition holds for named values only.

    One that also holds where its key is missing (`IfExists`, `ForAllValues`), or for any value, narrows nothing, and
    one whose operator cannot compare its key is none to rely on. A value that is not known yet narrows where the stack
    creates what it is computed from.

    Args:
        condition: The condition.
        test: What each of its values has to pass; by default what `document.conditions` asks of a value of its key.
    """
    if condition.operator == "Null":
        return requires_tag(condition)
    if condition.qualifier == "ForAllValues" or condition.if_exists or condition.operator not in _RESTRICTING_OPERATORS:
        return False
    values = condition.values
    if not compares(condition) or {text.lower() for text in values.known} >= _ALWAYS:
        return False
    passes = test or value_test(condition.key)
    if values.malformed or any(is_everything(text) or not passes(text) for text in values.known):
        return False
    if not all(value.is_of_own_account for value in values.unknown):
        return None
    return values.present and bool(values.known or values.unknown)


def restricted_by(
    conditions: Conditions,
    keys: Sequence[str],
    restricts: Callable[[Condition], Answer] = is_restricting,
) -> Answer:
    """Whether a condition on one of the keys limits the statement.

    A key that one operator has twice, in different case, limits it only where both do: AWS documents for neither that
    it is the one that counts. Addresses in a VPC limit nothing without the VPC, which has them in common with others.

    Args:
        conditions: The conditions of the statement.
        keys: The keys, as `Conditions.on` takes them.
        restricts: Whether a condition restricts by itself.
    """
    named = conditions.on(*keys)
    if not named:
        return None if conditions.unknown else False
    alike: dict[tuple[str, str, bool, str], list[Condition]] = {}
    for condition in named:
        if condition.key != IN_VPC or conditions.on(*VPCS):
            shape = (condition.qualifier, condition.operator, condition.if_exists, condition.key)
            alike.setdefault(shape, []).append(condition)
    found = kleene_any(kleene_all([restricts(one) for one in same]) for same in alike.values())
    return None if found is False and conditions.unknown else found


def finding_on(
    statement: Statement, says: str, element: str = "", actual: str = "", expected: str = "", fix: str = ""
) -> Finding:
    """A finding on a statement of a policy document.

    Args:
        statement: The statement.
        says: What is wrong with it, as the rest of a sentence that begins with the statement.
        element: The element it is about, such as `Action`; empty for the statement as a whole.
        actual: What is there.
        expected: What would pass.
        fix: What to change.
    """
    path = f"{statement.value.path}.{element}" if element else statement.value.path
    return Finding(f"{statement.place} {says}", path, actual, expected, fix)


def first_shown(texts: Texts) -> str:
    """The first known texts of an element, as a message may print them."""
    return ", ".join(map(texts.shown, texts.known[:_MOST_SHOWN]))


def names(actions: Iterable[Action | str]) -> str:
    """A list of actions for a message: the first few, and how many more there are."""
    texts = sorted({str(action) for action in actions})
    shown = ", ".join(texts[:_MOST_NAMED])
    return shown if len(texts) <= _MOST_NAMED else f"{shown} and {len(texts) - _MOST_NAMED} more"


def narrowest_statements(actions: Iterable[Action]) -> str:
    """The narrowest statements that would do, as advice: one for all actions on the same sorts of resource.

    Where there are too many actions to read, the statements are those of the first few.
    """
    ordered = sorted(set(actions), key=str)
    written = _statements(ordered)
    if len(", ".join(written)) <= _LONGEST_STATEMENTS:
        many = "s" if len(written) > 1 else ""
        return f"The narrowest statement{many} that would do: {_with_own_values(written)}"
    counts = range(_MOST_NAMED, 0, -1)
    shown = next((n for n in counts if len(", ".join(_statements(ordered[:n]))) <= _LONGEST_STATEMENTS), 1)
    beginning = f"List the actions that are used and name their resources, as here for {shown} of the {len(ordered)}"
    return f"{beginning}: {_with_own_values(_statements(ordered[:shown]))}"


def _statements(actions: Iterable[Action]) -> list[str]:
    """Statements as JSON: one for all actions on the same sorts of resource."""
    alike: dict[tuple[str, ...], list[str]] = {}
    for action in actions:
        alike.setdefault(example_arns(action), []).append(str(action))
    return [json.dumps({"Effect": "Allow", "Action": named, "Resource": list(arns)}) for arns, named in alike.items()]


def _with_own_values(statements: Sequence[str]) -> str:
    """Statements as the end of a sentence, and a sentence on what has to be put in place of their variables."""
    text = ", ".join(statements)
    return f"{text}.{in_place_of_variables(text)}"


def in_place_of_variables(text: str) -> str:
    """What has to be put in place of the variables in a text, as a sentence after a space; empty where it has none."""
    variables = list(dict.fromkeys(re.findall(r"\$\{\w+\}", text)))
    if not variables:
        return ""
    named = " and ".join([", ".join(variables[:-1]), variables[-1]] if len(variables) > 1 else variables)
    return f" Write your own values in place of {named}."
