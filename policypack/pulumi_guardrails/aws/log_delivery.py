"""Logs that a service delivers through CloudWatch: a delivery source for the resource, a destination and a delivery.

Source: Amazon CloudWatch Logs User Guide, "Enable logging from AWS services", logging that requires additional
permissions [V2].
"""

from __future__ import annotations

from collections.abc import Sequence

from pulumi_guardrails.aws.resource_types import LOG_DELIVERY, LOG_DELIVERY_SOURCE
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.core.three_valued import Answer, kleene_all, kleene_any
from pulumi_guardrails.core.value import Value


def delivered(stack: Stack, resource: Resource, log_type: str) -> tuple[Answer, list[Value]]:
    """Whether a delivery of the stack has a log of a resource, and what is not known where that is not certain."""
    unknown: list[Value] = []
    for source in stack.of(LOG_DELIVERY_SOURCE):
        parts = _parts(stack, source, resource, log_type)
        delivers = kleene_all(answer for answer, _ in parts)
        if delivers:
            return True, []
        if delivers is None:
            unknown += [value for answer, values in parts if answer is None for value in values]
    return (None, unknown) if unknown else (False, [])


def _parts(stack: Stack, source: Resource, resource: Resource, log_type: str) -> list[tuple[Answer, Sequence[Value]]]:
    """What makes a delivery source deliver a log of a resource; each with its unknown values."""
    kind, owner = source["logType"], source["resourceArn"]
    of_owner = stack.reference(owner, resource.kind).to(resource) if resource.kind else False
    named = [delivery["deliverySourceName"] for delivery in stack.of(LOG_DELIVERY)]
    deliveries = [(stack.reference(name, LOG_DELIVERY_SOURCE, named="name").to(source), name) for name in named]
    open_names = [name if name.is_unknown else source["name"] for answer, name in deliveries if answer is None]
    return [
        (kind.holds(lambda text: text == log_type), [kind]),
        (of_owner, [owner]),
        (kleene_any(answer for answer, _ in deliveries), open_names),
    ]
