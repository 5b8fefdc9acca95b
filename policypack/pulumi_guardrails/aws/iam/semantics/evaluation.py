"""IAM's evaluation of one request against statements: an explicit deny wins, and what nothing allows is denied.

Source: AWS IAM User Guide, "Policy evaluation logic".
"""

from __future__ import annotations

from collections.abc import Iterable

from pulumi_guardrails.aws.iam.document.document import Effect
from pulumi_guardrails.aws.iam.document.elements import Principal
from pulumi_guardrails.aws.iam.semantics.conditions import all_hold, with_values
from pulumi_guardrails.aws.iam.semantics.patterns import Comparison, Pattern, is_match
from pulumi_guardrails.aws.iam.semantics.request import ANONYMOUS, Request
from pulumi_guardrails.aws.iam.semantics.rules import Callers, Named, Rule


def is_allowed(rules: Iterable[Rule], request: Request) -> bool:
    """Whether statements, taken together, allow a request."""
    effects = {rule.effect for rule in rules if applies(rule, request)}
    return effects == {Effect.ALLOW}


def applies(rule: Rule, request: Request) -> bool:
    """Whether a statement is about a request: its action, its resource, who calls, and under which conditions."""
    return (
        is_about_action(rule.actions, request.action)
        and _is_about_resource(rule.resources, request)
        and is_about_caller(rule.callers, request.principal)
        and all_hold(rule, request.context)
    )


def is_about_action(actions: Named, action: str) -> bool:
    """Whether an element is about an action; upper and lower case do not differ."""
    named = any(is_match(Pattern(text, Comparison.ANY_CASE), action) for text in actions.texts)
    return named is not actions.negated


def _is_about_resource(resources: Named | None, request: Request) -> bool:
    if resources is None:
        return True
    texts = (with_values(text, request.context) for text in resources.texts)
    named = any(text is not None and is_match(Pattern(text), request.resource) for text in texts)
    return named is not resources.negated


def is_about_caller(callers: Callers | None, caller: Principal | None) -> bool:
    """Whether an element is about a principal: an account stands for each of its principals, and `*` for everyone.

    An identity-based policy names none, and is about the principal that it is attached to.

    Source: AWS IAM User Guide, "AWS JSON policy elements: Principal".
    """
    if callers is None or caller is None:
        return caller is None
    return any(_is_principal(written, caller) for written in callers.principals) is not callers.negated


def _is_principal(written: Principal, caller: Principal) -> bool:
    if written.is_everyone or (written.name == "*" and written.kind == caller.kind):
        return True
    if caller == ANONYMOUS or written.kind != caller.kind:
        return False
    return written.name == caller.name or (written.is_whole_account and written.account == caller.account)
