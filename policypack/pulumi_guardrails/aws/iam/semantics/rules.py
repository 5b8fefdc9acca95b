"""Statements without unknowns: what the evaluation and the search work on, and what a document's statement is at most.

A statement of which a part is not known yet lies between two such rules: the widest that it can turn out to be, and the
narrowest, which may be none.

Source: AWS IAM User Guide, "IAM JSON policy elements reference".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import field, replace
from typing import Generic, TypeVar

from pulumi_guardrails.aws.iam.document.document import Document, Effect, Statement
from pulumi_guardrails.aws.iam.document.elements import Condition, Principal, Principals, Texts
from pulumi_guardrails.aws.iam.semantics.patterns import with_plain_dollars
from pulumi_guardrails.core.frozen import fast_dataclass
from pulumi_guardrails.core.value import ABSENT, Value

VARIABLE = re.compile(r"\$\{([^}]*)\}")
"""A policy variable (AWS IAM User Guide, "IAM policy elements: Variables and tags")."""

NEGATED = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
    "NotIpAddress": "IpAddress",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
}
"""By negated operator, the operator whose opposite it is."""

_ORDERED = ("Equals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")

OPERATORS = frozenset(
    {
        *NEGATED,
        *NEGATED.values(),
        *(f"{kind}{comparison}" for kind in ("Numeric", "Date") for comparison in _ORDERED),
        "Bool",
        "BinaryEquals",
        "Null",
    }
)
"""Every operator (AWS IAM User Guide, "IAM JSON policy elements: Condition operators")."""

_QUALIFIERS = ("", "ForAllValues", "ForAnyValue")

_WITHOUT_VARIABLES = "2008-10-17"
"""The version of the policy language in which variables are plain text; it is also that of a document without one."""

_T = TypeVar("_T")


@fast_dataclass(frozen=True)
class Named:
    """An element that names what it is about, or with `Not` what it is not about.

    Attributes:
        texts: The patterns.
        negated: Whether it is the element with `Not`.
    """

    texts: frozenset[str]
    negated: bool = False


@fast_dataclass(frozen=True)
class Callers:
    """The principals of a statement.

    Attributes:
        principals: The principals.
        negated: Whether the element is `NotPrincipal`.
    """

    principals: frozenset[Principal]
    negated: bool = False


_EVERYTHING = Named(frozenset({"*"}))
_EVERYONE = Callers(frozenset({Principal("AWS", "*")}))


@fast_dataclass(frozen=True)
class Test:
    """One condition: an operator, a key and the values.

    Attributes:
        operator: The operator without qualifier and `IfExists`.
        key: The context key in lower case.
        values: The values.
        qualifier: `ForAllValues`, `ForAnyValue` or empty.
        if_exists: Whether it holds where the key is absent.
    """

    operator: str
    key: str
    values: frozenset[str]
    qualifier: str = ""
    if_exists: bool = False

    @property
    def negated(self) -> bool:
        """Whether the operator is a negated one."""
        return self.operator in NEGATED

    @property
    def base(self) -> str:
        """The operator; of a negated one that whose opposite it is."""
        return NEGATED.get(self.operator, self.operator)


@fast_dataclass(frozen=True)
class Rule:
    """A statement of which all is known.

    Attributes:
        effect: Whether it allows or denies.
        actions: The actions.
        resources: The resources; None for every one, in a trust policy.
        callers: The principals; None in an identity-based policy.
        tests: The conditions.
    """

    effect: Effect
    actions: Named
    resources: Named | None = None
    callers: Callers | None = None
    tests: frozenset[Test] = frozenset()

    @property
    def variables(self) -> frozenset[str]:
        """The policy variables in it, by key in lower case."""
        texts = [
            *(self.resources.texts if self.resources else ()),
            *(value for test in self.tests for value in test.values),
        ]
        return frozenset(key for text in texts for key in variables_of(text))


def variables_of(text: str) -> Iterator[str]:
    """The keys of the policy variables in a text, in lower case; `${*}`, `${?}` and `${$}` are characters."""
    for written in VARIABLE.findall(text):
        if written not in ("*", "?", "$"):
            yield written.partition(",")[0].strip().lower()


@fast_dataclass(frozen=True)
class Reading:
    """What a statement is, as far as that is known.

    Attributes:
        statement: The statement.
        widest: The rule that it can be at most.
        narrowest: The rule that it is at least; None where it may be about no request at all.
        doubt: The value that has to be known to tell whether it applies; None where it does.
    """

    statement: Statement = field(compare=False)
    widest: Rule
    narrowest: Rule | None
    doubt: Value | None = field(default=None, compare=False)

    @property
    def is_known(self) -> bool:
        """Whether all of it is known."""
        return self.widest == self.narrowest

    @property
    def unknowns(self) -> tuple[Value, ...]:
        """What is not known of it; of a doubt that is a list, its parts."""
        doubts = () if self.doubt is None else tuple(self.doubt.unknown_parts()) or (self.doubt,)
        return (*self.statement.unknowns, *doubts)


def read(document: Document) -> list[Reading]:
    """The readings of a document's statements, without those that cannot be read: two where the effect is not known.

    A document of which nothing is known is a statement of which nothing is known.
    """
    is_old = document.value["Version"].raw in (_WITHOUT_VARIABLES, ABSENT)
    readings: list[Reading] = []
    for statement in document.statements or [Statement.read(value, 0) for value in document.unknowns]:
        effects = (statement.effect,) if statement.effect is not None else tuple(Effect) if statement.may_allow else ()
        readings.extend(_reading(statement, effect, is_old) for effect in effects)
    return readings


@fast_dataclass(frozen=True)
class _Element(Generic[_T]):
    """An element as far as it is known: at most, and at least; `is_empty` where at least is nothing."""

    widest: _T | None
    narrowest: _T | None
    is_empty: bool = False


def _reading(statement: Statement, effect: Effect, is_old: bool) -> Reading:
    actions = _named(statement.actions, statement.not_actions, is_old)
    resources = _named(statement.resources, statement.not_resources, is_old)
    callers = _callers(statement.principals, statement.not_principals)
    conditions = statement.conditions
    tests = [_test(condition, is_old) for condition in conditions.known if _is_readable(condition)]
    widest = Rule(effect, actions.widest or _EVERYTHING, resources.widest, callers.widest, frozenset(tests))
    is_whole = len(tests) == len(conditions.known) and not conditions.unknown and not conditions.malformed
    may_be_nothing = actions.is_empty or resources.is_empty or callers.is_empty
    if statement.effect is not effect or not is_whole or may_be_nothing:
        return Reading(statement, widest, None)
    least = replace(widest, actions=actions.narrowest or _EVERYTHING, resources=resources.narrowest)
    return Reading(statement, widest, replace(least, callers=callers.narrowest))


def _named(texts: Texts, others: Texts, is_old: bool) -> _Element[Named]:
    if not texts.present and not others.present:
        return _Element(None, None)
    part, negated = (texts, False) if texts.present else (others, True)
    known = Named(frozenset(_written(part, is_old)), negated)
    if part.complete:
        return _Element(known, known)
    return _Element(known, None, True) if negated else _Element(_EVERYTHING, known, not part.known)


def _callers(principals: Principals, others: Principals) -> _Element[Callers]:
    if not principals.present and not others.present:
        return _Element(None, None)
    part, negated = (principals, False) if principals.present else (others, True)
    known = Callers(frozenset(part.known), negated)
    if not part.unknown:
        return _Element(known, known)
    return _Element(known, None, True) if negated else _Element(_EVERYONE, known, not part.known)


def _is_readable(condition: Condition) -> bool:
    """Whether all of a condition is known, and means something."""
    is_written = condition.operator in OPERATORS and condition.qualifier in _QUALIFIERS
    return is_written and condition.values.complete and not condition.values.malformed


def _test(condition: Condition, is_old: bool) -> Test:
    values = frozenset(_written(condition.values, is_old))
    return Test(condition.operator, condition.key, values, condition.qualifier, condition.if_exists)


def _written(texts: Texts, is_old: bool) -> Iterable[str]:
    """The known texts; in the old version of the language a dollar begins no variable."""
    return [with_plain_dollars(text) for text in texts.known] if is_old else texts.known
