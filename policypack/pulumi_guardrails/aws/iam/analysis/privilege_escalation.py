"""Whether statements that hold together allow what a method of escalation takes, wherever each of them stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

from pulumi_guardrails.aws.iam.analysis.statements import (
    allows,
    covers_every_resource,
    names,
    restricted_by,
    some_text,
)
from pulumi_guardrails.aws.iam.analysis.wildcard_actions import specific_actions
from pulumi_guardrails.aws.iam.catalogue.escalation_methods import Method
from pulumi_guardrails.aws.iam.catalogue.service_authorization import Action
from pulumi_guardrails.aws.iam.document.document import Element, Statement
from pulumi_guardrails.aws.iam.wildcards import is_everything
from pulumi_guardrails.core.frozen import fast_dataclass
from pulumi_guardrails.core.three_valued import kleene_any
from pulumi_guardrails.core.value import Value
from pulumi_guardrails.core.verdict import COMPLIANT, Verdict, undecided, violation

_OWN_USER = "/${aws:username}"
"""A resource that ends so is the caller itself (AWS IAM User Guide, "AWS: allows IAM users to manage their own
password, access keys, and SSH public keys")."""


@fast_dataclass(frozen=True)
class Grant:
    """A statement of a principal.

    Attributes:
        statement: The statement.
        holder: How a message names the resource that holds it; empty where the message names it anyway.
        doubt: The value that has to be known to tell whether it is the principal's; None where it is.
    """

    statement: Statement
    holder: str = ""
    doubt: Value | None = None

    @property
    def allows(self) -> bool | None:
        """Whether it allows anything at all, and to this principal."""
        answer = allows(self.statement)
        return None if answer and self.doubt else answer

    @cached_property
    def actions(self) -> dict[str, Action]:
        """The actions that it spells out, by name; an administrator's statement is another policy's finding."""
        found = specific_actions(self.statement) if self.allows is not False else []
        return {str(one): one for one in found}

    @property
    def may_allow_more(self) -> bool:
        """Whether it has actions that are not known yet."""
        return bool(self.statement.actions.unknown) and self.allows is not False

    def unknown_in(self, *elements: Element) -> Sequence[Value]:
        """What is not known of its elements, and of whether it is the principal's."""
        return [*([self.doubt] if self.doubt else []), *self.statement.unknown_in(*elements)]

    @property
    def place(self) -> str:
        """How a message says which statement it is."""
        return f"{self.statement.place} of {self.holder}" if self.holder else self.statement.place


def escalation(method: Method, grants: Sequence[Grant]) -> Verdict:
    """Whether the grants allow every action that a method takes."""
    steps = [_step(method, needed, grants) for needed in sorted(method.needs)]
    answers = [kleene_any(answer for _, answer in step) for step in steps]
    if False in answers:
        return COMPLIANT
    if None in answers:
        open_grants = [grant for step in steps for grant, answer in step if answer is None]
        parts = (Element.EFFECT, Element.RESOURCE, Element.CONDITION)
        return undecided(*(value for grant in open_grants for value in grant.unknown_in(*parts)))
    allowing = [grant for step in steps for grant, answer in step if answer]
    places = " and ".join(dict.fromkeys(grant.place for grant in allowing))
    verb = "allows" if len(method.needs) == 1 else "allow"
    return violation(
        f"{names(method.needs)}, allowed by {places}, {verb} privilege escalation: the principal {method.gains}",
        actual=names(method.needs),
        expected="a statement without it, or limited by a condition",
        fix=_limit(method),
    )


def _step(method: Method, needed: str, grants: Iterable[Grant]) -> list[tuple[Grant, bool | None]]:
    """The grants that allow one action of a method, each with whether it does so without a limit."""
    return [(grant, _is_unlimited(method, grant, grant.actions[needed])) for grant in grants if needed in grant.actions]


def _is_unlimited(method: Method, grant: Grant, needed: Action) -> bool | None:
    kept = restricted_by(grant.statement.conditions, method.restricting_keys)
    answers = [grant.allows, None if kept is None else not kept, _covers_targets(method, grant.statement, needed)]
    return False if False in answers else None if None in answers else True


def _covers_targets(method: Method, statement: Statement, needed: Action) -> bool | None:
    """Whether a statement allows an action where the method takes it: anywhere, or at every resource of its type."""
    if statement.not_resources.present:
        nothing = some_text(statement.not_resources, is_everything)
        return None if nothing is None else not nothing
    if method.wide == str(needed):
        return covers_every_resource(statement, needed)
    return some_text(statement.resources, lambda text: not (method.harmless_on_own_user and text.endswith(_OWN_USER)))


def _limit(method: Method) -> str:
    if method.wide:
        return f"Name the resources of {method.wide} instead of every one, or remove the action."
    if method.restricting_keys:
        return f"Remove the action, or limit it by a condition on {' or '.join(method.restricting_keys)}."
    return "Remove the action: it belongs to an administrator's role."
