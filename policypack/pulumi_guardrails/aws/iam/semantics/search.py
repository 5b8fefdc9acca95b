"""The search for a request that some statements are about, and others are not.

It is exact: a request that it finds is one, and where it finds none, there is none. Action, resource and each context
key are independent of each other. For each statement that must not be about the request, it chooses what is to differ:
the action, the resource, or one of the conditions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field, replace

from pulumi_guardrails.aws.iam.document.elements import Principal
from pulumi_guardrails.aws.iam.semantics.conditions import Context, holds, with_values
from pulumi_guardrails.aws.iam.semantics.context_values import ALWAYS_PRESENT, find_values
from pulumi_guardrails.aws.iam.semantics.evaluation import applies, is_about_caller
from pulumi_guardrails.aws.iam.semantics.patterns import Comparison, Pattern, UndeterminedError, literal, witness
from pulumi_guardrails.aws.iam.semantics.request import Request
from pulumi_guardrails.aws.iam.semantics.rules import Named, Rule, Test
from pulumi_guardrails.core.frozen import fast_dataclass

_MOST_CHOICES = 2_000
"""Where the search gives up: choices of what differs. Statements without conditions leave one or two each."""

_NOT_EMPTY = frozenset({Pattern("?*")})


@fast_dataclass(frozen=True)
class Caller:
    """Who sends the requests that are searched.

    Attributes:
        principal: Who it is; None for the principal of identity-based policies.
        context: The context keys that are fixed for it, by name in lower case: an empty value for a key that it has
            not.
    """

    principal: Principal | None = None
    context: Context = field(default_factory=dict)


_ANYONE = Caller()


def find_request(
    included: Sequence[Rule],
    excluded: Sequence[Rule],
    caller: Caller = _ANYONE,
    action: str = "",
    likely: Sequence[Sequence[str]] = (),
) -> Request | None:
    """A request that all of `included` are about, and none of `excluded`; None where there is none.

    Args:
        included: The statements that have to be about it.
        excluded: Those that must not be.
        caller: Who sends it.
        action: The action; empty for any.
        likely: Patterns of resources, one of which it has if possible: of the first of these groups that can be.

    Raises:
        UndeterminedError: Where that cannot be told.
    """
    rules = [rule for rule in (*included, *excluded) if is_about_caller(rule.callers, caller.principal)]
    wanted = [rule for rule in included if is_about_caller(rule.callers, caller.principal)]
    if len(wanted) < len(included):
        return None
    unwanted = [rule for rule in excluded if is_about_caller(rule.callers, caller.principal)]
    given = dict(caller.context)
    variables = frozenset[str]().union(*(rule.variables for rule in rules)) - given.keys()
    search = _Search(given | {key: (f"a-{key.rpartition(':')[2].rpartition('/')[2]}",) for key in variables}, rules)
    found = search.find(wanted, unwanted, action, likely)
    if found is not None:
        keys = variables.union(*(rule.variables | {test.key for test in rule.tests} for rule in rules))
        context = {key: values for key, values in found.context.items() if key in keys}
        request = replace(found, context=context, principal=caller.principal)
        if all(applies(rule, request) for rule in wanted) and not any(applies(rule, request) for rule in unwanted):
            return request
        raise UndeterminedError("the request that was found is not one")
    if variables:
        _prove_for_every_value(wanted, unwanted, given, action)
    return None


def _prove_for_every_value(wanted: Sequence[Rule], unwanted: Sequence[Rule], given: Context, action: str) -> None:
    """Nothing was found for one value of each policy variable: raise UndeterminedError unless that is so for all."""
    wider = [_without_variables(rule, given) for rule in wanted]
    certain = [rule for rule in unwanted if not rule.variables - given.keys()]
    if _Search(given, [*wider, *certain]).find(wider, certain, action, ()) is not None:
        raise UndeterminedError("that depends on the value of a policy variable")


def _without_variables(rule: Rule, given: Context) -> Rule:
    """The widest statement that one with policy variables can be."""

    def is_open(texts: Iterable[str]) -> bool:
        return bool(replace(rule, resources=Named(frozenset(texts)), tests=frozenset()).variables - given.keys())

    resources = rule.resources
    if resources is not None and is_open(resources.texts):
        known = frozenset(text for text in resources.texts if not is_open([text]))
        resources = Named(known, True) if resources.negated else None
    return replace(rule, resources=resources, tests=frozenset(test for test in rule.tests if not is_open(test.values)))


@fast_dataclass(frozen=True)
class _Texts:
    """What an action or a resource has to be: one pattern at least of each group, and none of the others."""

    included: frozenset[frozenset[Pattern]] = frozenset()
    excluded: frozenset[Pattern] = frozenset()

    def also(self, patterns: frozenset[Pattern], is_one: bool) -> _Texts:
        """The same, and one of these patterns, or none of them."""
        if is_one:
            return replace(self, included=self.included | {patterns})
        return replace(self, excluded=self.excluded | patterns)

    def find(self) -> str | None:
        """A shortest text that is not empty; None where there is none."""
        return witness(self.included | {_NOT_EMPTY}, self.excluded)


@fast_dataclass(frozen=True)
class _Choice:
    """What a request has to be so far."""

    actions: _Texts
    resources: _Texts
    holding: frozenset[Test]
    failing: frozenset[Test] = frozenset()


class _Search:
    """One search: with a value for every policy variable."""

    def __init__(self, given: Context, rules: Iterable[Rule]) -> None:
        self._given = given
        tests = [test for rule in rules for test in rule.tests]
        self._several = frozenset(test.key for test in tests if test.qualifier)
        self._left = _MOST_CHOICES
        self._doubt: UndeterminedError | None = None

    def find(
        self, wanted: Sequence[Rule], unwanted: Sequence[Rule], action: str, likely: Sequence[Sequence[str]]
    ) -> Request | None:
        choice = _Choice(_Texts(), _Texts(), frozenset(test for rule in wanted for test in rule.tests))
        if action:
            exact = frozenset({Pattern(literal(action), Comparison.EXACT)})
            choice = replace(choice, actions=choice.actions.also(exact, True))
        for rule in wanted:
            choice = replace(
                choice,
                actions=choice.actions.also(_actions(rule), not rule.actions.negated),
                resources=self._with_resources(choice.resources, rule, True),
            )
        found = self._search(choice, self._relevant(choice, unwanted), likely)
        if found is None and self._doubt is not None:
            raise self._doubt
        return found

    def _relevant(self, choice: _Choice, unwanted: Iterable[Rule]) -> list[Rule]:
        """The statements that may be about the request, those with the fewest ways out first."""
        found = []
        for rule in dict.fromkeys(unwanted):
            about = replace(
                choice,
                actions=choice.actions.also(_actions(rule), not rule.actions.negated),
                resources=self._with_resources(choice.resources, rule, True),
                holding=choice.holding | rule.tests,
            )
            if self._is_possible(about, rule.tests):
                found.append(rule)
        return sorted(found, key=lambda rule: len(rule.tests))

    def _search(self, choice: _Choice, unwanted: Sequence[Rule], likely: Sequence[Sequence[str]]) -> Request | None:
        self._left -= 1
        if self._left < 0:
            self._doubt = UndeterminedError("the statements have more conditions than can be compared exactly")
            return None
        if not unwanted:
            return self._request(choice, likely)
        first, *others = unwanted
        for differing, tests in self._differing(choice, first):
            if self._is_possible(differing, tests):
                found = self._search(differing, others, likely)
                if found is not None:
                    return found
        return None

    def _differing(self, choice: _Choice, rule: Rule) -> Iterator[tuple[_Choice, frozenset[Test]]]:
        """The ways in which a request can be one that a statement is not about, each with the conditions it is by."""
        if rule.resources is not None:
            yield replace(choice, resources=self._with_resources(choice.resources, rule, False)), frozenset()
        yield replace(choice, actions=choice.actions.also(_actions(rule), rule.actions.negated)), frozenset()
        for test in sorted(rule.tests, key=lambda one: (one.key, one.operator, sorted(one.values))):
            yield replace(choice, failing=choice.failing | {test}), frozenset({test})

    def _is_possible(self, choice: _Choice, tests: Iterable[Test]) -> bool:
        """Whether a request can be so by its action, its resource and the keys of some conditions; true in doubt."""
        try:
            keys = {test.key for test in tests}
            return (
                choice.actions.find() is not None
                and choice.resources.find() is not None
                and all(self._values(choice, key) is not None for key in keys)
            )
        except UndeterminedError:
            return True

    def _request(self, choice: _Choice, likely: Sequence[Sequence[str]]) -> Request | None:
        try:
            action, resource = choice.actions.find(), self._resource(choice, likely)
            keys = {test.key for test in (*choice.holding, *choice.failing)}
            values = {key: self._values(choice, key) for key in sorted(keys)}
        except UndeterminedError as doubt:
            self._doubt = doubt
            return None
        if action is None or resource is None or None in values.values():
            return None
        context = {**self._given, **{key: of_key or () for key, of_key in values.items()}}
        return Request(action, resource, {key: of_key for key, of_key in context.items() if of_key})

    def _resource(self, choice: _Choice, likely: Sequence[Sequence[str]]) -> str | None:
        for patterns in likely:
            found = choice.resources.also(frozenset(map(Pattern, patterns)), True).find()
            if found is not None:
                return found
        return choice.resources.find()

    def _values(self, choice: _Choice, key: str) -> tuple[str, ...] | None:
        holding = frozenset(self._with_values(test) for test in choice.holding if test.key == key)
        failing = frozenset(self._with_values(test) for test in choice.failing if test.key == key)
        given = self._given.get(key)
        if given is None:
            return find_values(holding, failing, key in ALWAYS_PRESENT, key in self._several)
        context = {key: given}
        kept = all(holds(test, context) for test in holding) and not any(holds(test, context) for test in failing)
        return given if kept else None

    def _with_values(self, test: Test) -> Test:
        """A condition with the values of its policy variables, without those values that have none."""
        values = (with_values(text, self._given) for text in test.values)
        return replace(test, values=frozenset(text for text in values if text is not None))

    def _with_resources(self, resources: _Texts, rule: Rule, is_about: bool) -> _Texts:
        if rule.resources is None:
            return resources
        texts = (with_values(text, self._given) for text in rule.resources.texts)
        patterns = frozenset(Pattern(text) for text in texts if text is not None)
        return resources.also(patterns, is_about is not rule.resources.negated)


def _actions(rule: Rule) -> frozenset[Pattern]:
    return frozenset(Pattern(text, Comparison.ANY_CASE) for text in rule.actions.texts)
