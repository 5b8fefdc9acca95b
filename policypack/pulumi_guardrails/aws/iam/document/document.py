"""Policy documents as values: statements whose every part is known, unknown or malformed.

Reading never raises. What cannot be read is kept as a finding of the document, what is not known yet as a value with
its path, and everything else can be evaluated: of half a document, the half that is known.

Source of the grammar: AWS IAM User Guide, "Grammar of the IAM JSON policy language".
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from functools import cached_property, lru_cache
from typing import Any

from pulumi_guardrails.aws.iam.catalogue.access_analyzer_checks import Check, named_after
from pulumi_guardrails.aws.iam.document.elements import Conditions, Principals, Texts
from pulumi_guardrails.core.frozen import fast_dataclass
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.value import Malformed, Value
from pulumi_guardrails.core.verdict import Finding

_LONGEST = 131_072
"""How many characters a policy document may have: what IAM and AWS KMS take, before lower limits of each service.

Source: IAM and AWS KMS API references, CreatePolicy and CreateKey, length constraints.
"""


class Element(Enum):
    """The elements of a statement that decide what it allows; each stands for its negated form too."""

    EFFECT = "Effect"
    ACTION = "Action"
    RESOURCE = "Resource"
    PRINCIPAL = "Principal"
    CONDITION = "Condition"


class Effect(Enum):
    """What a statement does to the requests it matches."""

    ALLOW = "Allow"
    DENY = "Deny"


@fast_dataclass(frozen=True)
class Statement:
    """One statement.

    Attributes:
        value: The statement as it is written.
        index: Its position in the document, from 0.
        sid: Its statement ID; empty where it has none, or none that may be shown.
        effect: Allow or Deny; None where that is unknown or malformed.
        actions: `Action`.
        not_actions: `NotAction`.
        resources: `Resource`.
        not_resources: `NotResource`.
        principals: `Principal`.
        not_principals: `NotPrincipal`.
        conditions: `Condition`.
    """

    value: Value
    index: int
    sid: str
    effect: Effect | None
    actions: Texts
    not_actions: Texts
    resources: Texts
    not_resources: Texts
    principals: Principals
    not_principals: Principals
    conditions: Conditions

    @property
    def label(self) -> str:
        """How a message names it."""
        return f"statement {self.sid!r}" if self.sid else f"statement {self.index}"

    @property
    def place(self) -> str:
        """How a message says which statement of which property it is."""
        return f"{self.label} in {self.value.property_name}"

    @property
    def may_allow(self) -> bool:
        """Whether it allows, or may turn out to once its effect is known."""
        return self.effect is Effect.ALLOW or (self.effect is None and self.value["Effect"].is_unknown)

    @cached_property
    def written_sid(self) -> Value:
        """Its statement ID as it is written, which may be none that is shown."""
        return self.value["Sid"]

    @property
    def unknowns(self) -> tuple[Value, ...]:
        """Every part that is not known yet."""
        return self.unknown_in(*Element)

    def unknown_in(self, *elements: Element) -> tuple[Value, ...]:
        """The parts of some elements that are not known yet; the whole statement where nothing of it is known."""
        if self.value.is_unknown:
            return (self.value,)
        if not self._open:
            return ()
        return tuple(value for element in elements for value in self._open.get(element, ()))

    @cached_property
    def _open(self) -> Mapping[Element, Sequence[Value]]:
        """The parts that are not known yet, by element; without the elements of which all is known."""
        effect = self.value["Effect"]
        parts: Mapping[Element, Sequence[Value]] = {
            Element.EFFECT: (effect,) if effect.is_unknown else (),
            Element.ACTION: (*self.actions.unknown, *self.not_actions.unknown),
            Element.RESOURCE: (*self.resources.unknown, *self.not_resources.unknown),
            Element.PRINCIPAL: (*self.principals.unknown, *self.not_principals.unknown),
            Element.CONDITION: (
                *self.conditions.unknown,
                *(value for condition in self.conditions.known for value in condition.values.unknown),
            ),
        }
        return {element: values for element, values in parts.items() if values}

    def unknown_of(self, part: Texts | Principals) -> tuple[Value, ...]:
        """The parts of one element that are not known yet; the whole statement where nothing of it is known.

        Not a principal that the stack creates in the same account: no service, no wildcard and no other account.
        """
        if self.value.is_unknown:
            return (self.value,)
        if isinstance(part, Principals):
            return tuple(value for value in part.unknown if not value.is_of_own_account)
        return part.unknown

    @staticmethod
    def read(value: Value, index: int) -> Statement:
        """Read a statement of a document."""
        effect = value["Effect"]
        sid = value["Sid"]
        return Statement(
            value,
            index,
            sid.raw if isinstance(sid.raw, str) and not sid.secret and len(sid.raw) <= 100 else "",
            Effect(effect.raw) if effect.raw in ("Allow", "Deny") else None,
            Texts.read(value["Action"]),
            Texts.read(value["NotAction"]),
            Texts.read(value["Resource"]),
            Texts.read(value["NotResource"]),
            Principals.read(value["Principal"]),
            Principals.read(value["NotPrincipal"]),
            Conditions.read(value["Condition"]),
        )


@fast_dataclass(frozen=True, slots=True)
class Document:
    """A policy document.

    Attributes:
        value: The document as it is written.
        statements: Its statements, also those of which only a part is known.
        problems: Why it cannot be read; what AWS rejects in its statements is in `analysis.validation`.
    """

    value: Value
    statements: tuple[Statement, ...] = ()
    problems: tuple[Finding, ...] = ()

    @property
    def unknowns(self) -> tuple[Value, ...]:
        """Every part that is not known yet; the document itself where nothing of it is."""
        whole = (self.value, self.value["Statement"])
        for part in whole:
            if part.is_unknown:
                return (part,)
        return tuple(item for statement in self.statements for item in statement.unknowns)


def parse_document(value: Value) -> Document:
    """Read a policy document from a property: JSON text, or an object that may be known in parts only.

    An absent or empty property is a document without statements. Never raises.
    """
    return _parsed_text(value, value.owner) if isinstance(value.raw, str) else _parsed(value)


@lru_cache(maxsize=256)
def _parsed_text(value: Value, _owner: Resource | None) -> Document:
    """A text is read once for all the policies that evaluate it; its findings name the resource that has it."""
    return _parsed(value)


def _parsed(value: Value) -> Document:
    if value.is_absent or value.raw == "":
        return Document(value)
    length = _length(value.raw)
    if length > _LONGEST:
        longest = f"a policy document of at most {_LONGEST:,} characters"
        found = f"{'' if isinstance(value.raw, str) else 'at least '}{length:,} characters long"
        unread = value.part(Malformed(found, longest, value.path), value.path)
        return Document(unread, problems=(_finding(unread, longest),))
    document = value.parsed_json()
    if document.is_unknown:
        return Document(document)
    if isinstance(document.raw, Malformed) or not isinstance(document.raw, dict):
        return Document(document, problems=(_finding(document, "a policy document as JSON", Check.JSON_SYNTAX_ERROR),))
    written = document["Statement"]
    items = written.elements()
    if items is None:
        known = () if written.is_unknown else (_finding(written, "a list of statements", Check.DATA_TYPE_MISMATCH),)
        return Document(document, problems=known)
    statements = tuple(Statement.read(item, index) for index, item in enumerate(items))
    empty = () if statements else (_finding(written, "at least one statement", Check.MISSING_STATEMENT),)
    return Document(document, statements, (*empty, *_repeated(value)))


def _length(raw: Any) -> int:
    """How many characters a document has: of an object at least those of its texts, counted no further than needed."""
    if isinstance(raw, str):
        return len(raw)
    found = 0
    left = [raw]
    while left and found <= _LONGEST:
        part = left.pop()
        if isinstance(part, Mapping):
            left.extend(part.keys())
            left.extend(part.values())
        elif isinstance(part, list):
            left.extend(part)
        elif isinstance(part, str):
            found += len(part)
    return found


def _repeated(value: Value) -> Iterator[Finding]:
    """The keys that occur more than once in an object of a document's text, of which a JSON parser keeps the last.

    Source: AWS IAM User Guide, "Grammar of the IAM JSON policy language", notes: no element may have a key twice.
    """
    repeated: list[str] = []

    def note(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        last = dict(pairs)
        if len(last) < len(pairs):
            repeated.extend(key for key, count in Counter(key for key, _ in pairs).items() if count > 1)
        return last

    if isinstance(value.raw, str):
        json.loads(value.raw, object_pairs_hook=note)
    for key in dict.fromkeys(repeated):
        shown = value.part(key, value.path).shown
        yield Finding(f"{value.path} has the key {shown} more than once in one object", value.path, owner=value.owner)


def _finding(value: Value, expected: str, *checks: Check) -> Finding:
    return named_after(Finding("", value.path, value.shown, expected, owner=value.owner), *checks)
