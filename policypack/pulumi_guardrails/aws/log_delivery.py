"""Logs that a service delivers through CloudWatch: a delivery source for the resource, a destination and a delivery.

Source: Amazon CloudWatch Logs User Guide, "Enable logging from AWS services", logging that requires additional
permissions [V2].
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from pulumi_guardrails.aws.resource_types import LOG_DELIVERY, LOG_DELIVERY_SOURCE
from pulumi_guardrails.core.kind import Kind
from pulumi_guardrails.core.once import once
from pulumi_guardrails.core.references import ByTarget, Doubts
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.three_valued import Answer, kleene_all
from pulumi_guardrails.core.value import Value


def delivered(stack: Stack, resource: Resource, log_type: str) -> tuple[Answer, Doubts]:
    """Whether a delivery of the stack has a log of a resource, and what is not known where that is not certain."""
    if resource.kind is None:
        return False, _NO_DOUBTS
    return stack.shared(_Delivered).by(log_type, stack.shared(_SOURCES_BY_OWNER[resource.kind]).of(resource))


_NO_DOUBTS = Doubts((), False)


class _Delivered:
    """Whether delivery sources deliver a log: told once for all resources that the same sources may be of."""

    def __init__(self, stack: Stack) -> None:
        self._deliveries = stack.shared(_deliveries_by_source)
        self._doubts = once(Doubts.of_references)
        self._by_type: dict[str, Callable[[Sequence[tuple[Resource, Answer]]], tuple[Answer, Doubts]]] = {}

    def by(self, log_type: str, sources: Sequence[tuple[Resource, Answer]]) -> tuple[Answer, Doubts]:
        """Whether one of some sources delivers a log, and what is not known where that is not certain."""
        if log_type not in self._by_type:
            self._by_type[log_type] = once(partial(self._by, log_type))
        return self._by_type[log_type](sources)

    def _by(self, log_type: str, sources: Sequence[tuple[Resource, Answer]]) -> tuple[Answer, Doubts]:
        unknown: list[Value] = []
        told: set[int] = set()
        for source, of_owner in sources:
            kind, possible = source["logType"], self._deliveries.possible(source)
            is_of_type = kind.holds(lambda text: text == log_type)
            is_delivered = True if self._deliveries.certain(source) else None if possible else False
            answer = kleene_all([is_of_type, of_owner, is_delivered])
            if answer:
                return True, _NO_DOUBTS
            if answer is None:
                unknown += [kind] if is_of_type is None else []
                unknown += [source["resourceArn"]] if of_owner is None else []
                doubts = self._doubts(possible)
                # What may deliver of several sources is told of once, but for their own names.
                if is_delivered is None and (doubts.has_name or id(doubts) not in told):
                    told.add(id(doubts))
                    unknown += doubts.about(source["name"])
        return (None, Doubts(unknown, False)) if unknown else (False, _NO_DOUBTS)


def _deliveries_by_source(stack: Stack) -> ByTarget[Value]:
    found: ByTarget[Value] = ByTarget()
    for delivery in stack.of(LOG_DELIVERY):
        name = delivery["deliverySourceName"]
        reference = stack.reference(name, LOG_DELIVERY_SOURCE, named="name")
        found.add(name, reference.targets, reference.is_open)
    return found


def _sources_by_owner(kind: Kind, stack: Stack) -> ByTarget[Resource]:
    found: ByTarget[Resource] = ByTarget()
    for source in stack.of(LOG_DELIVERY_SOURCE):
        reference = stack.reference(source["resourceArn"], kind)
        found.add(source, reference.targets, reference.is_open)
    return found


class _ByKind(dict[Kind, Callable[[Stack], ByTarget[Resource]]]):
    """The function that finds the delivery sources of a kind: always the same one, so that the stack shares it."""

    def __missing__(self, kind: Kind) -> Callable[[Stack], ByTarget[Resource]]:
        found = self[kind] = partial(_sources_by_owner, kind)
        return found


_SOURCES_BY_OWNER = _ByKind()
