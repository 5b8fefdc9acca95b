"""Logs that a service delivers through CloudWatch: a delivery source for the resource, a destination and a delivery.

Source: Amazon CloudWatch Logs User Guide, "Enable logging from AWS services", logging that requires additional
permissions [V2].
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from pulumi_guardrails.aws.resource_types import LOG_DELIVERY, LOG_DELIVERY_SOURCE
from pulumi_guardrails.core.kind import Kind
from pulumi_guardrails.core.references import ByTarget
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.three_valued import Answer, kleene_all, kleene_any
from pulumi_guardrails.core.value import Value


def delivered(stack: Stack, resource: Resource, log_type: str) -> tuple[Answer, list[Value]]:
    """Whether a delivery of the stack has a log of a resource, and what is not known where that is not certain."""
    unknown: list[Value] = []
    for source, of_owner in stack.shared(_SOURCES_BY_OWNER[resource.kind]).of(resource) if resource.kind else ():
        parts = _parts(stack, source, of_owner, log_type)
        delivers = kleene_all(answer for answer, _ in parts)
        if delivers:
            return True, []
        if delivers is None:
            unknown += [value for answer, values in parts if answer is None for value in values]
    return (None, unknown) if unknown else (False, [])


def _parts(stack: Stack, source: Resource, of_owner: Answer, log_type: str) -> list[tuple[Answer, Sequence[Value]]]:
    """What makes a delivery source deliver a log of its owner; each with its unknown values."""
    kind, deliveries = source["logType"], stack.shared(_deliveries_by_source).of(source)
    open_names = [name if name.is_unknown else source["name"] for name, answer in deliveries if answer is None]
    return [
        (kind.holds(lambda text: text == log_type), [kind]),
        (of_owner, [source["resourceArn"]]),
        (kleene_any(answer for _, answer in deliveries), open_names),
    ]


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
