"""What some policies allow and others do not: exactly, each with a request that shows it, or that it cannot be told.

A request is newly allowed where a statement allows it and none denies it, and where before no statement allowed it, or
one denied it. A permissions boundary has to allow it as well. Each of these is a search of its own; what stands in both
unchanged needs none.

Source: AWS IAM User Guide, "Policy evaluation logic" and "Permissions boundaries for IAM entities".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache, lru_cache

from pulumi_guardrails.aws.iam.catalogue.service_authorization import (
    action,
    arns_of,
    expand,
    service,
    without_variables,
)
from pulumi_guardrails.aws.iam.document.document import Effect, Statement
from pulumi_guardrails.aws.iam.document.elements import Principal
from pulumi_guardrails.aws.iam.semantics.evaluation import is_about_action
from pulumi_guardrails.aws.iam.semantics.patterns import UndeterminedError
from pulumi_guardrails.aws.iam.semantics.request import ANONYMOUS, Request
from pulumi_guardrails.aws.iam.semantics.rules import VARIABLE, Named, Reading, Rule
from pulumi_guardrails.aws.iam.semantics.search import Caller, find_request
from pulumi_guardrails.aws.iam.wildcards import is_pattern, matches
from pulumi_guardrails.core.frozen import fast_dataclass
from pulumi_guardrails.core.value import Value

IDENTITY = Caller()
"""The principal of identity-based policies."""

_ANY_ROLE = "arn:aws:iam::{}:role/any"
_ACCOUNTS = ("999999999999", "888888888888")
"""The first of them that no statement names stands for every account that none names."""


@fast_dataclass(frozen=True)
class Grants:
    """The statements that apply together.

    Attributes:
        readings: Those of the policies.
        boundary: Those of the permissions boundary; None for none.
    """

    readings: Sequence[Reading] = ()
    boundary: Sequence[Reading] | None = None


@fast_dataclass(frozen=True)
class NewAccess:
    """Access that is new.

    Attributes:
        statement: The statement that gives it.
        actions: The actions that are newly allowed on some resource.
        witness: A request that is allowed now and was not before.
    """

    statement: Statement
    actions: tuple[str, ...]
    witness: Request


@fast_dataclass(frozen=True)
class Undetermined:
    """A statement of which it cannot be told whether it gives new access.

    Attributes:
        statement: The statement.
        reason: Why, as a clause without a full stop.
        unknowns: What is not known.
    """

    statement: Statement
    reason: str
    unknowns: tuple[Value, ...] = ()


def compare(old: Grants, new: Grants, callers: Sequence[Caller] = (IDENTITY,)) -> list[NewAccess | Undetermined]:
    """What `new` allows and `old` does not, statement by statement.

    Args:
        old: The statements before.
        new: The statements after.
        callers: Who may send requests; where a request of one is found that is not signed, the others are not searched.
    """
    certain = _Difference(_Side.least(new), _Side.most(old))
    possible = _Difference(_Side.most(new), _Side.least(old))
    readings = [*new.readings, *(new.boundary or ()), *old.readings, *(old.boundary or ())]
    not_known = [reading for reading in readings if not reading.is_known]

    @cache
    def unknowns() -> Sequence[Value]:
        return tuple(dict.fromkeys(value for reading in not_known for value in reading.unknowns))

    found: list[NewAccess | Undetermined] = []
    for reading in new.readings:
        if reading.widest.effect is Effect.ALLOW and not certain.is_unchanged(reading.narrowest):
            found.extend(_of_statement(reading, certain, possible, callers, unknowns if not_known else None))
    return found


def granted(grants: Grants, names: Iterable[str], caller: Caller = IDENTITY) -> list[NewAccess | Undetermined]:
    """Which of some actions statements allow on some resource, statement by statement."""
    wanted = tuple(names)

    def limited(rule: Rule) -> Rule:
        return replace(rule, actions=_those_in(rule.actions, wanted)) if rule.effect is Effect.ALLOW else rule

    readings = [
        replace(one, widest=limited(one.widest), narrowest=limited(one.narrowest) if one.narrowest else None)
        for one in grants.readings
    ]
    return compare(Grants(), Grants([one for one in readings if one.widest.actions.texts], grants.boundary), [caller])


@lru_cache(maxsize=4096)
def _those_in(actions: Named, wanted: Sequence[str]) -> Named:
    """Which of some actions a statement is about: the same statement is often that of many principals."""
    return Named(frozenset(name for name in wanted if is_about_action(actions, name)))


def _of_statement(
    reading: Reading,
    certain: _Difference,
    possible: _Difference,
    callers: Sequence[Caller],
    unknowns: Callable[[], Sequence[Value]] | None,
) -> Iterator[NewAccess | Undetermined]:
    """What a statement newly allows; `unknowns` gives what is not known of any, None where all is known."""
    for caller in callers:
        try:
            found = list(certain.requests(reading.narrowest, caller)) if reading.narrowest is not None else []
            yield from (NewAccess(reading.statement, actions, request) for actions, request in found)
            if found and caller.principal == ANONYMOUS:
                return
            if not found and unknowns is not None and possible.request(reading.widest, caller) is not None:
                open_ones = tuple(dict.fromkeys((*reading.unknowns, *unknowns())))
                yield Undetermined(reading.statement, "what it allows is not known yet", open_ones)
                return
        except UndeterminedError as doubt:
            yield Undetermined(reading.statement, str(doubt))
            return


@fast_dataclass(frozen=True)
class _Side:
    """The statements of one side of the comparison, at most or at least.

    Attributes:
        allows: Those that allow.
        denies: Those that deny, in the policies or in the boundary.
        bounds: Those of the boundary that allow; None where there is no boundary.
    """

    allows: tuple[Rule, ...]
    denies: tuple[Rule, ...]
    bounds: tuple[Rule, ...] | None

    @staticmethod
    def most(grants: Grants) -> _Side:
        """The most that the statements can turn out to allow."""
        return _Side._of(grants, Effect.ALLOW)

    @staticmethod
    def least(grants: Grants) -> _Side:
        """The least that they can turn out to allow."""
        return _Side._of(grants, Effect.DENY)

    @staticmethod
    def _of(grants: Grants, widest: Effect) -> _Side:
        def rules(readings: Iterable[Reading], effect: Effect) -> tuple[Rule, ...]:
            of_effect = (reading for reading in readings if reading.widest.effect is effect)
            found = (reading.widest if effect is widest else reading.narrowest for reading in of_effect)
            return tuple(dict.fromkeys(rule for rule in found if rule is not None))

        every = [*grants.readings, *(grants.boundary or ())]
        bounds = None if grants.boundary is None else rules(grants.boundary, Effect.ALLOW)
        return _Side(rules(grants.readings, Effect.ALLOW), rules(every, Effect.DENY), bounds)


_Case = tuple[tuple[Rule, ...], tuple[Rule, ...]]
"""The statements that a request has to be of, and those that it must not."""


class _Difference:
    """What one side allows and the other does not."""

    def __init__(self, new: _Side, old: _Side) -> None:
        self._new = new
        self._old = old
        self._lifted = [rule for rule in old.denies if rule not in set(new.denies)]
        self._allowed_before = frozenset(old.allows)
        self._bound_before = None if old.bounds is None else frozenset(old.bounds)

    def is_unchanged(self, rule: Rule | None) -> bool:
        """Whether a statement is one of both sides, with nothing around it that makes it allow more."""
        bounds = self._new.bounds
        is_bound = self._bound_before is None or (bounds is not None and self._bound_before.issuperset(bounds))
        return rule in self._allowed_before and not self._lifted and is_bound

    def request(self, rule: Rule, caller: Caller) -> Request | None:
        """A request that a statement newly allows; None where there is none. Raises UndeterminedError."""
        for included, excluded in self._cases(rule):
            found = find_request(included, excluded, caller)
            if found is not None:
                return found
        return None

    def requests(self, rule: Rule, caller: Caller) -> Iterator[tuple[tuple[str, ...], Request]]:
        """The actions that a statement newly allows, with a request: together those that have one alike."""
        listed: set[str] = set()
        for included, excluded in self._cases(rule):
            example = find_request(included, excluded, caller)
            if example is None:
                continue
            before = len(listed)
            for actions in _alike(rule, (*included, *excluded)):
                fresh = tuple(one for one in actions if one not in listed)
                likely = _likely_resources(fresh[0]) if fresh else ()
                found = find_request(included, excluded, caller, fresh[0], likely) if fresh else None
                if found is not None:
                    listed.update(fresh)
                    yield fresh, found
            if len(listed) == before and not listed:
                listed.add(example.action)
                yield (example.action,), example

    def _cases(self, rule: Rule) -> Iterator[_Case]:
        bases = [(rule,)] if self._new.bounds is None else [(rule, bound) for bound in self._new.bounds]
        denies = self._new.denies
        for base in bases:
            if not any(_covers(allowed, rule) for allowed in self._old.allows):
                yield base, (*denies, *self._old.allows)
            if self._old.bounds is not None and not (self._bound_before or frozenset()).issuperset(base[1:] or (None,)):
                yield base, (*denies, *self._old.bounds)
            for denied in self._lifted:
                yield (*base, denied), denies


def _covers(wide: Rule, narrow: Rule) -> bool:
    """Whether one statement is about all that another is, as far as that can be read off; the search finds the rest."""
    return (
        wide.callers == narrow.callers
        and wide.tests <= narrow.tests
        and _covers_texts(wide.actions, narrow.actions, is_action=True)
        and (wide.resources == narrow.resources or _covers_resources(wide, narrow))
    )


def _covers_resources(wide: Rule, narrow: Rule) -> bool:
    if wide.resources is None or narrow.resources is None:
        return False
    return _covers_texts(wide.resources, narrow.resources, is_action=False)


def _covers_texts(wide: Named, narrow: Named, is_action: bool) -> bool:
    if wide == narrow:
        return True
    if wide.negated or narrow.negated:
        return False

    def covers(first: str, second: str) -> bool:
        if is_action:
            first, second = first.lower(), second.lower()
        # A question mark stands for one character, which a wildcard or a variable of the other need not be.
        return first == second or ("?" not in first and "${*" not in first and matches(first, second))

    return all(any(covers(first, second) for first in wide.texts) for second in narrow.texts)


def _alike(rule: Rule, rules: Sequence[Rule]) -> list[list[str]]:
    """The actions of a statement, together those that each of some statements is about or is not about alike."""
    others = [(one, _names_in(one)) for one in dict.fromkeys(one.actions for one in rules if one is not rule)]
    found: dict[tuple[bool, ...], list[str]] = {}
    for name in actions_of(rule.actions):
        # Of what the catalogue has, it is known which patterns stand for it.
        if name in _names_of(name.partition(":")[0]):
            about = tuple((name in named) is not one.negated for one, named in others)
        else:
            about = tuple(is_about_action(one, name) for one, _ in others)
        found.setdefault(about, []).append(name)
    return list(found.values())


def actions_of(actions: Named) -> list[str]:
    """The actions that an element is about: those of the catalogue, and those it names that the catalogue has not."""
    if actions.negated:
        named = _names_in(actions)
        return [name for name in map(str, expand("*")) if name not in named]
    found: dict[str, None] = {}
    for text in sorted(actions.texts):
        known = expand(text)
        found |= dict.fromkeys(map(str, known)) if known or is_pattern(text) else {text: None}
    return list(found)


def _names_in(actions: Named) -> frozenset[str]:
    """The names of the actions of the catalogue that the patterns of an element stand for."""
    return frozenset[str]().union(*map(_known_actions, actions.texts))


@lru_cache(maxsize=1024)
def _known_actions(pattern: str) -> frozenset[str]:
    """The names of the actions of the catalogue that a pattern stands for."""
    return frozenset(map(str, expand(pattern)))


@lru_cache(maxsize=1024)
def _names_of(prefix: str) -> frozenset[str]:
    """The names of a service's actions, as the catalogue spells them."""
    found = service(prefix)
    return frozenset(map(str, found.actions.values())) if found else frozenset()


@lru_cache(maxsize=1024)
def _likely_resources(name: str) -> tuple[tuple[str, ...], ...]:
    """The resources that an action works on, as patterns: the first that fit make the plainest example."""
    known = action(name)
    if known is None:
        return ()
    arns = sorted((arn.replace("${Partition}", "aws") for arn in arns_of(known)), key=len)
    placed = [arn.replace("${Region}", "us-east-1").replace("${Account}", "123456789012") for arn in arns]
    groups = (
        [VARIABLE.sub("example", arn) for arn in placed],
        [_with_example(arn) for arn in placed],
        [_with_example(arn) for arn in arns],
        [without_variables(arn) for arn in arns],
    )
    return tuple(map(tuple, groups)) if arns else ()


def _with_example(arn: str) -> str:
    """An ARN with a name that has a word in it, and wildcards in place of the other variables."""
    start, variable, rest = arn.rpartition("${")
    return without_variables(f"{start}*example*{rest.partition('}')[2]}" if variable else arn)


def callers_of(readings: Iterable[Reading]) -> list[Caller]:
    """Who may send requests that resource-based policies tell apart: everyone, and whom they name."""
    written = {
        principal
        for reading in readings
        if reading.widest.callers is not None
        for principal in reading.widest.callers.principals
    }
    accounts = {principal.account for principal in written} - {""}
    other = next(account for account in _ACCOUNTS if account not in accounts)
    named = sorted((one for one in written if not one.is_everyone and not one.is_whole_account), key=str)
    of_accounts = [Principal("AWS", _ANY_ROLE.format(account)) for account in (other, *sorted(accounts))]
    return [
        Caller(ANONYMOUS, {"aws:principalarn": (), "aws:principalaccount": (), "aws:principalorgid": ()}),
        *(Caller(one, {"aws:principalaccount": (one.account,)}) for one in of_accounts),
        *map(_named, named),
    ]


def _named(principal: Principal) -> Caller:
    if principal.kind != "AWS":
        return Caller(principal, {"aws:principalarn": (), "aws:principalaccount": ()})
    arn = {"aws:principalarn": (principal.name,)} if principal.name.startswith("arn:") else {}
    account = {"aws:principalaccount": (principal.account,)} if principal.account else {}
    return Caller(principal, arn | account)
