"""What the policy of a resource grants to whom: everyone, everyone but some, everything.

A grant to everyone is harmless only under a condition that pins the caller to fixed accounts, organisations, networks
or resources. Which keys do, and which values count as fixed, follows the definition S3 itself blocks public policies
by. Sources: Amazon S3 User Guide, "Blocking public access to your Amazon S3 storage", the meaning of "public"; Amazon
EFS User Guide, "Blocking public access to EFS file systems"; AWS IAM User Guide, "AWS global condition context keys";
AWS KMS Developer Guide, "AWS KMS condition keys".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from pulumi_guardrails.aws.iam.analysis.statements import (
    allows,
    finding_on,
    is_restricting,
    judge_statements,
    restricted_by,
    undecided_where,
)
from pulumi_guardrails.aws.iam.document.conditions import is_specific_network
from pulumi_guardrails.aws.iam.document.document import Document, Effect, Element, Statement, parse_document
from pulumi_guardrails.aws.iam.document.elements import Condition, Conditions, Principal
from pulumi_guardrails.aws.iam.semantics.patterns import UndeterminedError
from pulumi_guardrails.aws.iam.semantics.request import ANONYMOUS
from pulumi_guardrails.aws.iam.semantics.rules import Callers, Named, Rule, Test, read
from pulumi_guardrails.aws.iam.semantics.search import Caller, find_request
from pulumi_guardrails.aws.iam.wildcards import is_pattern, matches
from pulumi_guardrails.core.three_valued import Answer
from pulumi_guardrails.core.value import Value
from pulumi_guardrails.core.verdict import (
    COMPLIANT,
    Cause,
    Outcome,
    Unknown,
    Verdict,
    all_in,
    all_of,
    not_applicable,
    undecided,
)

_RESTRICTING_KEYS = (
    "aws:PrincipalAccount",
    "aws:PrincipalArn",
    "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths",
    "aws:SourceAccount",
    "aws:SourceArn",
    "aws:SourceIp",
    "aws:SourceOrgID",
    "aws:SourceOrgPaths",
    "aws:SourceOwner",
    "aws:SourceVpc",
    "aws:SourceVpce",
    "aws:VpceAccount",
    "aws:VpceOrgID",
    "aws:VpceOrgPaths",
    "aws:userid",
    "elasticfilesystem:AccessedViaMountTarget",
    "kms:CallerAccount",
    "s3:DataAccessPointAccount",
    "s3:DataAccessPointArn",
)
_EXACT_OPERATORS = ("StringEquals", "StringEqualsIgnoreCase")

_EVERY_ACTION = Named(frozenset({"*"}))
_EVERYONE = Callers(frozenset({Principal("AWS", "*")}))
_NO_PRINCIPAL: Mapping[str, tuple[str, ...]] = {"aws:principalarn": (), "aws:principalaccount": (), "aws:userid": ()}
_OUTSIDERS = (
    Caller(ANONYMOUS, _NO_PRINCIPAL),
    Caller(Principal("AWS", "arn:aws:iam::999999999999:role/any")),
    *(Caller(Principal(kind, "any"), keys) for kind in ("Service", "Federated") for keys in (_NO_PRINCIPAL, {})),
)
"""Who everyone is besides those whom a policy names: also services, which act for whoever asks them."""

# What no pattern names by itself: only a wildcard matches them, and only `*` matches both lengths.
_STAND_INS = ("\0", "\0" * 1000)


def each_grant(value: Value, check: Callable[[Statement, Document], Verdict]) -> Verdict:
    """Judge every statement of a policy document that allows, or may once it is known.

    A document that cannot be read is a finding of `iam-documents-are-well-formed`, and none here.
    """
    return each_grant_in([parse_document(value)], check)


def each_grant_in(documents: Iterable[Document], check: Callable[[Statement, Document], Verdict]) -> Verdict:
    """The same for documents that are already read."""

    def judged(document: Document) -> Verdict:
        return judge_statements([document], lambda statement: _if_it_allows(statement, check(statement, document)))

    return all_in(map(judged, documents), not_applicable("it holds no policy document"))


def open_to_everyone(statement: Statement, document: Document) -> Verdict:
    """A statement that allows must not give public access: a condition or a Deny has to restrict the principal `*`."""
    principals, conditions = statement.principals, statement.conditions
    restricted = _restricts_caller(conditions)
    if restricted:
        return COMPLIANT
    if any(principal.name == "*" for principal in principals.known):
        if restricted is None:
            return undecided(
                *conditions.unknown,
                *(value for one in conditions.on(*_RESTRICTING_KEYS) for value in one.values.unknown),
            )
        finding = finding_on(
            statement,
            "allows public access: its principal is *, and no condition restricts it",
            "Principal",
            "*",
            "principals by name, or a condition such as aws:PrincipalOrgID or aws:SourceArn with fixed values",
            "Name the accounts, roles or services that need access as the principal, or add such a condition.",
        )
        return _unless_denied(statement, document, Verdict(Outcome.VIOLATION, (finding,)))
    return undecided_where(statement.unknown_of(principals))


def _unless_denied(statement: Statement, document: Document, public: Verdict) -> Verdict:
    """The verdict on a statement that allows everyone, beside the statements of its document that deny."""
    if not any(one.effect is not Effect.ALLOW for one in document.statements):
        return public
    try:
        denied = is_denied_to_outsiders(statement, document)
    except UndeterminedError:
        settle = "Write a condition such as aws:PrincipalOrgID into the statement that allows."
        return undecided(Unknown("what the statements that deny leave of it", Cause.NOT_EVALUATED, settle=settle))
    if denied is None:
        return undecided(*dict.fromkeys(value for one in document.statements for value in one.unknowns))
    return COMPLIANT if denied else public


def excepts_some(statement: Statement) -> Verdict:
    """A statement that allows must not use NotPrincipal, NotAction or NotResource, which grant everything else."""
    return all_of(
        *(
            Verdict(
                Outcome.VIOLATION,
                (
                    finding_on(
                        statement,
                        f"is an Allow with Not{name}",
                        f"Not{name}",
                        expected=name,
                        fix=f"Write {name} with exactly what is allowed, and what is not in a Deny of its own.",
                    ),
                ),
            )
            if not part.is_unknown
            else undecided(part)
            for name, part in (
                ("Principal", statement.not_principals.value),
                ("Action", statement.not_actions.value),
                ("Resource", statement.not_resources.value),
            )
            if not part.is_absent
        )
    )


def grants_to_named(statement: Statement, document: Document) -> Verdict:
    """Both of them: a statement that allows names whom, what and where, and that is not everyone."""
    return all_of(open_to_everyone(statement, document), excepts_some(statement))


def grants_whole_service(statement: Statement, service: str) -> Verdict:
    """A statement that allows must not allow every action of a service, in any spelling of the wildcard."""
    whole = next((action for action in statement.actions.known if covers_service(action, service)), None)
    if whole is not None:
        shown = statement.actions.shown(whole)
        finding = finding_on(
            statement,
            f"allows {shown}, which is every action of the service",
            "Action",
            shown,
            "the actions that are needed, by name",
            f"Replace {shown} by the actions that are needed.",
        )
        return Verdict(Outcome.VIOLATION, (finding,))
    return undecided_where(statement.unknown_of(statement.actions))


def covers_service(action: str, service: str) -> bool:
    """Whether a pattern of actions covers every action of a service (`*`, `s3:*`, `s?:**`)."""
    return all(matches(action.lower(), f"{service}:{rest}") for rest in _STAND_INS)


def covers_below(pattern: str, prefix: str) -> bool:
    """Whether a pattern of resources covers everything that begins with `prefix`."""
    return all(matches(pattern, f"{prefix}{rest}") for rest in _STAND_INS)


def is_denied_to_outsiders(statement: Statement, document: Document) -> Answer:
    """Whether the statements that deny leave nothing of one that allows to whom its author did not choose.

    Outsiders are those who have none of the fixed values that the document compares a restricting key with, such as its
    organization. All other keys, as the tags of a principal, they choose for themselves. Raises UndeterminedError.
    """
    readings = list(read(document))
    own = [reading for reading in readings if reading.statement is statement]
    # Where its own effect is not known yet, it may deny; what is asked is what happens if it allows.
    others = [reading for reading in readings if reading.statement is not statement]
    denies = [reading for reading in others if reading.widest.effect is Effect.DENY]
    insiders = [_insiders(test) for reading in denies for test in reading.widest.tests if _is_restricting_key(test.key)]
    certain = [reading.narrowest for reading in denies if reading.narrowest is not None]

    def reached(allowed: Iterable[Rule | None], denied: Iterable[Rule]) -> bool:
        excluded = [*denied, *insiders]
        return any(find_request([rule], excluded, caller) for rule in allowed if rule for caller in _OUTSIDERS)

    if not reached([reading.widest for reading in own], certain):
        return True
    every = [reading.widest for reading in denies]
    return False if reached([reading.narrowest for reading in own], every) else None


def _insiders(test: Test) -> Rule:
    """A statement on everyone who has one of the fixed values that a condition has for a key."""
    operator = test.base if test.base in ("StringEquals", "ArnEquals", "ArnLike", "IpAddress") else "StringLike"
    fixed = frozenset(text for text in test.values if is_fixed(text, test.base))
    return Rule(Effect.DENY, _EVERY_ACTION, None, _EVERYONE, frozenset({Test(operator, test.key, fixed)}))


def _is_restricting_key(key: str) -> bool:
    return key in map(str.lower, _RESTRICTING_KEYS)


def _if_it_allows(statement: Statement, verdict: Verdict) -> Verdict:
    allowed = allows(statement)
    if allowed is None and verdict.is_violation:
        return undecided(*statement.unknown_in(Element.EFFECT))
    return COMPLIANT if allowed is False else verdict


def _restricts_caller(conditions: Conditions) -> bool | None:
    """Whether one of the conditions restricts who calls; None where that depends on what is not known yet."""
    return restricted_by(conditions, _RESTRICTING_KEYS, _restricts)


def _restricts(condition: Condition) -> bool | None:
    return is_restricting(condition, lambda text: is_fixed(text, condition.operator))


def is_fixed(text: str, operator: str) -> bool:
    """Whether a value stands for callers that its author chose: it has no variable, and no wildcard for an account."""
    if operator == "Bool":
        return text.lower() == "true"
    if operator == "IpAddress":
        return is_specific_network(text)
    if "${" in text:
        return False
    if operator in _EXACT_OPERATORS or not is_pattern(text):
        return True
    parts = text.split(":", 5)
    if parts[0] == "arn":
        return len(parts) == 6 and re.fullmatch(r"[0-9]{12}", parts[4]) is not None
    return not is_pattern(re.split(r"[/:]", text)[0])
