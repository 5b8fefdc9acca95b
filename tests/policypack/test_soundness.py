"""A verdict reached while some values are unknown is the same once they are known.

Every settled row of every table is judged again with less known, in three ways: a part of a property is unknown; a
property that refers to a resource is unknown, and the engine says that it was computed from that resource and another
of its kind; the same with a resource that the pack does not know. Then a violation may become undecided, and what is
compliant too, but neither becomes the other, and a violation never goes without saying. And where the engine names two
sources of a value, a verdict is one that the value would get from each of them alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.value import UNKNOWN, Value
from pulumi_guardrails.core.verdict import Outcome, Verdict
from pulumi_guardrails.engine import evaluation
from pulumi_guardrails.engine.configuration import configure
from tests.policypack.cases import Case, all_cases, policies_by_name
from tests.policypack.each_row import each_row

Verdicts = Sequence[tuple[Resource | None, Verdict]]

SETTLED = (Outcome.COMPLIANT, Outcome.VIOLATION)
REPORTED = {Outcome.VIOLATION, Outcome.UNDECIDED}

# A value computed by another resource turns out to be something: where a policy only asks that there be a value, an
# unknown one will do. So what is hidden here is never an empty value, nor a blank text.
EMPTY: tuple[Any, ...] = ("", [], {}, None)


def hidden(value: Any) -> Iterator[Any]:
    """Every copy of a value with one part of it unknown."""
    if (value.strip() if isinstance(value, str) else value) not in EMPTY:
        yield UNKNOWN
    if isinstance(value, Mapping):
        for key, item in value.items():
            for less in hidden(item):
                yield {**value, key: less}
    elif isinstance(value, list):
        for i, item in enumerate(value):
            for less in hidden(item):
                yield [*value[:i], less, *value[i + 1 :]]


def with_property(judged: Resource, name: str, value: Any, edges: Sequence[str] = ()) -> Resource:
    """A copy of a resource, with everything that the engine says of it, whose one property is another."""
    outputs = dict(judged.outputs)
    if outputs.get(name) == judged.properties.get(name):
        outputs[name] = value
    dependencies = {**judged.dependencies, **({name: edges} if edges else {})}
    properties = {**judged.properties, name: value}
    return replace(judged, properties=properties, outputs=outputs, dependencies=dependencies)


class Watched(Mapping[str, Any]):
    """Properties that note which of them are asked for: another cannot have had a part in a verdict."""

    def __init__(self, properties: Mapping[str, Any], asked: set[str]) -> None:
        self._properties = properties
        self._asked = asked

    def __getitem__(self, name: str) -> Any:
        self._asked.add(name)
        return self._properties[name]

    def __iter__(self) -> Iterator[str]:
        self._asked.update(self._properties)
        return iter(self._properties)

    def __len__(self) -> int:
        return len(list(self))


def watched(resource: Resource) -> tuple[Resource, set[str]]:
    """A copy of a resource, and the set in which it notes the properties that it is asked for."""
    asked: set[str] = set()
    properties, outputs = Watched(resource.properties, asked), Watched(resource.outputs, asked)
    return replace(resource, properties=properties, outputs=outputs), asked


def with_less_known(judged: Resource, asked: set[str]) -> Iterator[tuple[str, Resource]]:
    """Every copy of a resource with one part of what was asked for unknown.

    Not the id of one that is read: with it, nothing would be.
    """
    for name, value in judged.properties.items():
        if name not in asked or (judged.is_read and name == "id"):
            continue
        for less in hidden(value):
            yield name, with_property(judged, name, less)


def referring(stack: Sequence[Resource]) -> Iterator[tuple[int, str, Resource]]:
    """Each property of a stack that refers to a resource of it: whose, which, and to what."""
    whole = Stack(stack)
    by_identity = {
        text: other
        for other in stack
        for name in ("id", "arn", "name", "bucket")
        if (text := other.output(name).as_text())
    }
    for i, owner in enumerate(stack):
        for name, value in owner.properties.items():
            named = [whole.at(urn) for urn in owner.dependencies.get(name, ())]
            named += [by_identity.get(text) for text in texts(value)]
            for target in dict.fromkeys(named):
                if target is not None and target is not owner and target.kind is not None:
                    yield i, name, target


def texts(value: Any) -> Iterator[str]:
    """Every text in a value."""
    if isinstance(value, str):
        yield value
    for item in value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ():
        yield from texts(item)


def hide(value: Any, text: str | None) -> Any:
    """A value with every text that is the name of a resource unknown."""
    if isinstance(value, Mapping):
        return {key: hide(item, text) for key, item in value.items()}
    if isinstance(value, list):
        return [hide(item, text) for item in value]
    return UNKNOWN if isinstance(value, str) and value == text else value


def replaced(stack: Sequence[Resource], i: int, bent: Resource) -> list[Resource]:
    """A stack with another resource in the place of one."""
    return [*stack[:i], bent, *stack[i + 1 :]]


def double_of(resource: Resource) -> Resource:
    """Another resource just like one of the stack, of which only its name and what AWS gives it differ."""
    renamed = {
        name: f"{value}-double"
        for name, value in resource.properties.items()
        if name in ("name", "bucket", "identifier", "clusterIdentifier", "family") and isinstance(value, str)
    }
    known = resource.output("id").as_text() if resource.is_read else None
    outputs = {**resource.outputs, **renamed, "id": f"{known}-double" if known else UNKNOWN, "arn": UNKNOWN}
    return replace(
        resource,
        name=f"{resource.name}-double",
        urn=f"{resource.urn}-double",
        properties={**resource.properties, **renamed},
        outputs=outputs,
    )


FOREIGN = Resource(
    type="acme:index:Setting",
    name="setting",
    urn="urn:pulumi:dev::ml-api::acme:index:Setting::setting",
    properties={"value": UNKNOWN},
)
"""A resource of no kind that the pack knows, whose value may be anything."""

COMPANIONS = {
    "resource-policy-stack-accounts": "resource-policy-own-accounts",
    "sg-ingress-from-internet": "sg-public-ports",
    "sg-no-wide-egress-by-list": "sg-no-wide-egress",
}
"""Stack policies that judge what a resource policy cannot, and leave to that one what is not known of a resource."""


class Judge:
    """The policy of a row, and the one that answers for what it leaves; each evaluates a stack once."""

    def __init__(self, case: Case) -> None:
        self.case = case
        name = COMPANIONS.get(case.policy)
        self.companion: Case | None = None
        if name:
            known = policies_by_name()[name].settings
            settings = {key: value for key, value in case.settings.items() if key in known}
            self.companion = replace(case, policy=name, settings=settings)

    def outcomes(self, stack: Sequence[Resource]) -> set[Outcome]:
        """What the policy says of the resource that the row is about, or of all of them."""
        return self._outcomes(self.case.verdicts_in(Stack(stack)))

    def outcomes_and_reported(self, stack: Sequence[Resource]) -> tuple[set[Outcome], bool]:
        """The same, and whether either policy reports anything of the stack."""
        whole = Stack(stack)
        verdicts = self.case.verdicts_in(whole)
        return self._outcomes(verdicts), _reports(verdicts) or _reports(self._left(whole))

    def asked(self, stack: Sequence[Resource]) -> tuple[set[Outcome], list[set[str]]]:
        """What the policy says of a stack, and the properties of each resource that either asks for."""
        copies = [watched(judged) for judged in stack]
        whole = Stack([resource for resource, _ in copies])
        said = self._outcomes(self.case.verdicts_in(whole))
        self._left(whole)
        return said, [asked for _, asked in copies]

    def _left(self, whole: Stack) -> Verdicts:
        return self.companion.verdicts_in(whole) if self.companion else []

    def _outcomes(self, verdicts: Verdicts) -> set[Outcome]:
        at = self.case.at
        return {verdict.outcome for one, verdict in verdicts if not at or one is None or one.name == at}


def _reports(verdicts: Verdicts) -> bool:
    return any(verdict.outcome in REPORTED for _, verdict in verdicts)


def in_a_stack(case: Case) -> bool:
    return case.declared.on_stack or bool(case.stack)


SETTLED_CASES = [case for case in all_cases() if case.outcome in SETTLED]
ALONE = [case for case in SETTLED_CASES if not in_a_stack(case)]
IN_STACKS = [case for case in SETTLED_CASES if in_a_stack(case)]


def hold_to_its_promise(judge: Judge, less_known: Sequence[Resource], why: object) -> None:
    """What is compliant is not blamed for what is unknown, and what is a violation does not pass by it."""
    if judge.case.outcome is Outcome.COMPLIANT:
        assert Outcome.VIOLATION not in judge.outcomes(less_known), why
    else:
        said, reported = judge.outcomes_and_reported(less_known)
        assert reported, why
        assert said != {Outcome.COMPLIANT}, why


@each_row(ALONE)
def test_knowing_less_never_turns_a_verdict_round(case: Case) -> None:
    configuration = configure(case.declared, case.settings)
    resource, asked = watched(case.resource)
    evaluation.judge(case.declared, resource, configuration)
    for name, bent in with_less_known(case.resource, asked):
        verdict = evaluation.judge(case.declared, bent, configuration)
        assert verdict.outcome in (case.outcome, Outcome.UNDECIDED, Outcome.NOT_APPLICABLE), (name, bent.properties)


@each_row(IN_STACKS)
def test_knowing_less_never_turns_a_stacks_verdict_round(case: Case) -> None:
    judge = Judge(case)
    _, asked = judge.asked(case.stack)
    for i, judged in enumerate(case.stack):
        for name, bent in with_less_known(judged, asked[i]):
            less_known = replaced(case.stack, i, bent)
            hold_to_its_promise(judge, less_known, (judged.name, name, bent.properties))


@each_row(IN_STACKS)
def test_a_reference_that_may_be_of_another_resource_never_turns_a_verdict_round(case: Case) -> None:
    judge = Judge(case)
    as_it_is = judge.outcomes(case.stack)
    with_it: dict[str, tuple[set[Outcome], list[set[str]]]] = {}
    for i, name, target in referring(case.stack):
        double = double_of(target)
        others = [other for other in case.stack if other.kind is target.kind and other is not target]
        for other in (*others[:1], double, FOREIGN):
            with_other = [*case.stack] if other in others else [*case.stack, other]
            if other.urn not in with_it:
                with_it[other.urn] = judge.asked(with_other)
            said, asked = with_it[other.urn]
            if said != as_it_is or name not in asked[i]:
                continue
            owner = case.stack[i]
            edges = list(dict.fromkeys([*owner.dependencies.get(name, ()), target.urn, other.urn]))
            for value in less_known_values(owner.properties[name], name, target, ("id", "arn", "name", "bucket")):
                less_known = replaced(with_other, i, with_property(owner, name, value, edges))
                hold_to_its_promise(judge, less_known, (owner.name, name, target.name, other.name))


def less_known_values(given: Any, name: str, target: Resource, identities: Sequence[str]) -> list[Any]:
    """The forms of a value with an unknown part in which the names of a resource are hidden, each once."""
    found: list[Any] = []
    for value in (given, *(hide(given, target.output(identity).as_text()) for identity in identities)):
        if value not in found and any(Value.of(value, name).unknown_parts()):
            found.append(value)
    return found


def hidden_references(stack: Sequence[Resource]) -> Iterator[tuple[Resource, str, Any, Resource]]:
    """Each property of a stack with one unknown part, which refers to a resource: whose, which, its value, to what."""
    for i, name, target in referring(stack):
        given, sources = stack[i].properties[name], stack[i].dependencies.get(name, ())
        if isinstance(given, list) or (given is UNKNOWN and len(sources) > 1):
            # A list that is unknown as a whole is of all its sources.
            continue
        for value in less_known_values(given, name, target, ("id", "arn", "name")):
            if len(list(Value.of(value, name).unknown_parts())) == 1:
                yield stack[i], name, value, target


@each_row(IN_STACKS)
def test_one_of_two_sources_gives_no_verdict_that_either_alone_would_not_give(case: Case) -> None:
    judge = Judge(case)
    _, asked = judge.asked([*case.stack, FOREIGN])
    for owner, name, value, target in hidden_references(case.stack):
        i = list(case.stack).index(owner)
        if name not in asked[i]:
            continue
        others = [urn for urn in owner.dependencies.get(name, ()) if urn != target.urn]
        either, other = (
            judge.outcomes([*replaced(case.stack, i, with_sources(owner, name, value, sources)), FOREIGN])
            for sources in ([*others, target.urn, FOREIGN.urn], [*others, FOREIGN.urn])
        )
        where = (owner.name, name, target.name)
        if Outcome.VIOLATION in either:
            assert Outcome.VIOLATION in other, where
        if either == {Outcome.COMPLIANT}:
            assert other <= {Outcome.COMPLIANT, Outcome.NOT_APPLICABLE}, where


def with_sources(owner: Resource, name: str, value: Any, sources: Sequence[str]) -> Resource:
    """A copy of a resource whose one property is another and was computed from nothing but `sources`."""
    bent = with_property(owner, name, value)
    return replace(bent, dependencies={**owner.dependencies, name: sources})
