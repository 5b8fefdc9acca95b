"""The container definitions of a task definition, as ECS reads them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pulumi_guardrails.aws.resource_types import ECS_EXPRESS_SERVICE
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.value import ABSENT, Value
from pulumi_guardrails.core.verdict import Verdict, undecided

_EXPECTED = "a JSON list of at least one container definition"


def each_container(task: Resource, check: Callable[[Value], Verdict]) -> Verdict:
    """Every container has to pass `check`.

    A document that cannot be read is a violation, and is not shown: it may contain secrets. An Express service has
    one container, in itself.
    """

    def checked(container: Value) -> Verdict:
        if container.is_unknown:
            return undecided(container)
        if not isinstance(container.raw, Mapping):
            return container.mismatch("not an object", "a container definition")
        return check(container)

    if task.kind is ECS_EXPRESS_SERVICE:
        primary = task["primaryContainer"]
        missing = primary.mismatch("empty" if primary.is_known else primary.shown, "a container")
        return primary.each(checked, missing)
    definitions = task["containerDefinitions"]
    document = definitions.parsed_json()
    if document.is_unknown:
        return undecided(definitions)
    if document.is_absent or not isinstance(document.raw, list):
        found = definitions.shown if definitions.is_absent else "no readable JSON list"
        return definitions.mismatch(found, _EXPECTED)
    return document.each(checked, empty=definitions.mismatch("empty", _EXPECTED))


def member(value: Value, name: str) -> Value:
    """A member of an object in a JSON document, by its name in any case: the provider ignores the case too."""
    if not isinstance(value.raw, Mapping):
        return value[name]
    keys = [key for key in value.raw if isinstance(key, str) and key.lower() == name.lower()]
    # Of several spellings the last one counts, as for a name that occurs twice.
    return value.part(value.raw[keys[-1]] if keys else ABSENT, f"{value.path}.{name}")
