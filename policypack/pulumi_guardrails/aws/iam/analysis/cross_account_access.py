"""Cross-account access: the accounts that a resource policy gives access to, and whether they are its own."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from pulumi_guardrails.aws.elb import log_delivery_accounts
from pulumi_guardrails.aws.iam.analysis.resource_accounts import StackAccounts, account_of, is_account, own_account
from pulumi_guardrails.aws.iam.analysis.statements import (
    Premise,
    allowing,
    allows,
    finding_on,
    judge_statements,
    undecided_where,
    unrestricted_by,
    violation_where,
)
from pulumi_guardrails.aws.iam.document.document import Document, Effect, Element, Statement
from pulumi_guardrails.aws.iam.document.elements import Texts
from pulumi_guardrails.aws.iam.document.policy_locations import access_documents
from pulumi_guardrails.core.frozen import fast_dataclass
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.three_valued import Answer, kleene_all
from pulumi_guardrails.core.value import Value
from pulumi_guardrails.core.verdict import COMPLIANT, Unknown, Verdict, all_in, undecided

_OTHER_ACCOUNT_KEYS = (
    "aws:principalarn",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceorgid",
    "aws:sourcevpc",
    "aws:sourcevpce",
)
"""Conditions that say which principals of another account are meant (AWS IAM User Guide, "AWS global condition context
keys"). That they are of the account, as by aws:PrincipalAccount, a principal of it already says."""

_ACCOUNT_KEYS = ("aws:principalaccount", "kms:calleraccount")
"""Conditions that say which account everyone has to be of (AWS KMS Developer Guide, "AWS KMS condition keys")."""


_IS_ONE_OF = ("StringEquals", "StringEqualsIgnoreCase", "StringLike")
"""The operators under which a value is one that is let in; a negated one lets in everyone else."""

_IS_NONE_OF = ("StringNotEquals", "StringNotEqualsIgnoreCase", "StringNotLike")
"""The operators under which a Deny leaves the values alone."""


@fast_dataclass(frozen=True)
class ExternalPrincipal:
    """An account that a statement gives access to.

    Attributes:
        statement: The statement.
        account: The account, as twelve digits.
        shown: The principal as a message may print it.
    """

    statement: Statement
    account: str
    shown: str

    @property
    def premises(self) -> tuple[Premise, Premise]:
        """What makes the access unrestricted: the effect, and that no condition limits it to some principals."""
        return _unrestricted(self.statement)

    @property
    def is_unrestricted(self) -> Answer:
        """Whether no condition limits the access to some principals; None where that is not known yet."""
        return kleene_all(premise.answer for premise in self.premises)

    def verdict(self, why: str = "of another account") -> Verdict:
        """What a resource of another account gets for it."""
        finding = finding_on(
            self.statement,
            f"gives access to {self.shown}, {why}",
            "Principal",
            self.shown,
            "the resource's own account, or a trusted one",
        )
        return violation_where(finding, *self.premises)


def judge_by_resource(resource: Resource, trusted: frozenset[str]) -> tuple[Verdict, list[ExternalPrincipal]]:
    """The verdict that a resource's own account allows, and the accounts that may be its own or not."""
    documents = access_documents(resource)
    told = {own_account(resource, documents)} - {""} or _accounts_of_resources(documents)
    left: list[ExternalPrincipal] = []
    denies = [one for document in documents for one in document.statements if one.effect is not Effect.ALLOW]

    def judged(statement: Statement) -> Verdict:
        known = told | trusted | log_delivery_accounts()
        external = [one for one in _external_principals(statement, denies) if one.account not in known]
        if not told:
            left.extend(one for one in external if one.is_unrestricted is not False)
        parts = [one.verdict() for one in external if told]
        parts.append(undecided_where(_unknown_accounts(statement, denies), *_unrestricted(statement)))
        return all_in(parts)

    verdict = judge_statements(documents, judged)
    certain = {one.account: one for one in left if one.is_unrestricted}
    if len(certain) > 1:
        first, second, *_ = certain.values()
        beside = f"and {first.shown}: of two accounts one at least is not the resource's own"
        return all_in([verdict, second.verdict(beside)]), []
    return verdict, left


def _accounts_of_resources(documents: Iterable[Document]) -> set[str]:
    """The account of what the statements of a resource's policy are about, which can only be the resource itself."""
    statements = [statement for document in documents for statement in document.statements]
    if not all(statement.resources.complete for statement in statements):
        return set()
    return {account_of(arn) for statement in statements for arn in statement.resources.known} - {""}


def _external_principals(statement: Statement, denies: Iterable[Statement]) -> Iterator[ExternalPrincipal]:
    """Every account that a statement gives access to.

    By a principal; where it is for everyone, as the account that everyone has to be of, or else as one that a statement
    that denies leaves alone.
    """
    if allows(statement) is False:
        return
    named = [(one.account, statement.principals.shown(one)) for one in statement.principals.known]
    conditions = _accounts_of_everyone(statement)
    if _is_for_everyone(statement) and not conditions:
        conditions = [texts for deny in denies for texts in _accounts_in(deny, _IS_NONE_OF)]
        excepted = [(one, deny) for deny in denies for one in deny.not_principals.known]
        named.extend((one.account, deny.not_principals.shown(one)) for one, deny in excepted)
    named.extend(
        (text, f"everyone of account {texts.shown(text)}")
        for texts in conditions
        for text in texts.known
        if is_account(text)
    )
    yield from (ExternalPrincipal(statement, account, shown) for account, shown in named if account)


def _accounts_of_everyone(statement: Statement) -> list[Texts]:
    """Where a statement is for everyone: the accounts that a condition says they have to be of."""
    return _accounts_in(statement, _IS_ONE_OF) if _is_for_everyone(statement) else []


def _accounts_in(statement: Statement, operators: Collection[str]) -> list[Texts]:
    """The accounts that the conditions of a statement compare by some operators."""
    conditions = statement.conditions.on(*_ACCOUNT_KEYS)
    return [condition.values for condition in conditions if condition.operator in operators]


def _unknown_accounts(statement: Statement, denies: Iterable[Statement]) -> Sequence[Value]:
    """What is not known of the accounts that a statement gives access to: a principal, or the account of everyone."""
    if unknown := statement.unknown_of(statement.principals):
        return unknown
    if not _is_for_everyone(statement):
        return ()
    accounts = _accounts_of_everyone(statement)
    open_accounts = [value for texts in accounts for value in texts.unknown if not value.is_of_own_account]
    if accounts:
        return open_accounts
    return statement.conditions.unknown or [value for deny in denies for value in _unknown_exceptions(deny)]


def _unknown_exceptions(deny: Statement) -> Sequence[Value]:
    """What is not known of the accounts that a statement leaves alone, which denies or may."""
    if deny.value.is_unknown:
        return (deny.value,)
    accounts = _accounts_in(deny, _IS_NONE_OF)
    unknown = [*deny.not_principals.unknown, *(value for texts in accounts for value in texts.unknown)]
    effect = deny.unknown_in(Element.EFFECT) if accounts or deny.not_principals.present else ()
    return [*(value for value in unknown if not value.is_of_own_account), *deny.conditions.unknown, *effect]


def _is_for_everyone(statement: Statement) -> bool:
    return any(principal.name == "*" for principal in statement.principals.known)


def _unrestricted(statement: Statement) -> tuple[Premise, Premise]:
    return allowing(statement), unrestricted_by(statement, _OTHER_ACCOUNT_KEYS)


def judge_by_stack(foreign: ExternalPrincipal, accounts: StackAccounts) -> Verdict:
    """The verdict on an account that may be a resource's own, by the accounts that the stack shows."""
    if foreign.account in accounts.known:
        return COMPLIANT
    if accounts.complete:
        own = ", ".join(sorted(accounts.known))
        return foreign.verdict(f"of another account than the stack's own, {own}")
    return undecided(
        Unknown("the account of this stack", settle="Set allowed_account_ids of the AWS provider to its account."),
        whether=f"{foreign.shown} in {foreign.statement.place} is of another account",
    )
