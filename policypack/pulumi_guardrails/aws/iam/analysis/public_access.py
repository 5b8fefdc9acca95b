"""What the policy of a resource grants to whom: everyone, everyone but some, everything.

A grant to everyone is harmless only under a condition that pins the caller to fixed accounts, organisations, networks
or resources. Which keys do, and which values count as fixed, follows the definition S3 itself blocks public policies
by. Sources: Amazon S3 User Guide, "Blocking public access to your Amazon S3 storage", the meaning of "public"; Amazon
EFS User Guide, "Blocking public access to EFS file systems"; AWS IAM User Guide, "AWS global condition context keys";
AWS KMS Developer Guide, "AWS KMS condition keys".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from pulumi_guardrails.aws.iam.analysis.statements import (
    allows,
    finding_on,
    is_restricting,
    judge_statements,
    restricted_by,
    undecided_where,
)
from pulumi_guardrails.aws.iam.document.conditions import is_specific_network
from pulumi_guardrails.aws.iam.document.document import Document, Element, Statement, parse_document
from pulumi_guardrails.aws.iam.document.elements import Condition, Conditions
from pulumi_guardrails.aws.iam.wildcards import is_pattern, matches
from pulumi_guardrails.core.value import Value
from pulumi_guardrails.core.verdict import COMPLIANT, Outcome, Verdict, all_of, undecided

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

# What no pattern names by itself: only a wildcard matches them, and only `*` matches both lengths.
_STAND_INS = ("\0", "\0" * 1000)


def each_grant(value: Value, check: Callable[[Statement], Verdict]) -> Verdict:
    """Judge every statement of a policy document that allows, or may once it is known.

    A document that cannot be read is a finding of `iam-documents-are-well-formed`, and none here.
    """
    return each_grant_in([parse_document(value)], check)


def each_grant_in(documents: Iterable[Document], check: Callable[[Statement], Verdict]) -> Verdict:
    """The same for documents that are already read."""
    return judge_statements(documents, lambda statement: _if_it_allows(statement, check(statement)))


def open_to_everyone(statement: Statement) -> Verdict:
    """A statement that allows must not give public access: a condition has to restrict the principal `*`."""
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
        return Verdict(Outcome.VIOLATION, (finding,))
    return undecided_where(statement.unknown_of(principals))


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


def _if_it_allows(statement: Statement, verdict: Verdict) -> Verdict:
    allowed = allows(statement)
    if allowed is None and verdict.is_violation:
        return undecided(*statement.unknown_in(Element.EFFECT))
    return COMPLIANT if allowed is False else verdict


def _restricts_caller(conditions: Conditions) -> bool | None:
    """Whether one of the conditions restricts who calls; None where that depends on what is not known yet."""
    return restricted_by(conditions, _RESTRICTING_KEYS, _restricts)


def _restricts(condition: Condition) -> bool | None:
    return is_restricting(condition, lambda text: _is_fixed(text, condition))


def _is_fixed(text: str, condition: Condition) -> bool:
    """Whether a value stands for callers that its author chose: it has no variable, and no wildcard for an account."""
    if condition.operator == "Bool":
        return text.lower() == "true"
    if condition.operator == "IpAddress":
        return is_specific_network(text)
    if "${" in text:
        return False
    if condition.operator in _EXACT_OPERATORS or not is_pattern(text):
        return True
    parts = text.split(":", 5)
    if parts[0] == "arn":
        return len(parts) == 6 and re.fullmatch(r"[0-9]{12}", parts[4]) is not None
    return not is_pattern(re.split(r"[/:]", text)[0])
