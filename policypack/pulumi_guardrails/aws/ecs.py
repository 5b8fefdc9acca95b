"""The container definitions of a task definition, as ECS reads them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pulumi_guardrails.aws.resource_types import ECS_EXPRESS_SERVICE, ECS_TASK_DEFINITION
from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.value import ABSENT, Value, snake_case
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
            return container.mismatch("not an object", "a container definition", _declare(task))
        return check(container)

    if task.kind is ECS_EXPRESS_SERVICE:
        primary = task["primaryContainer"]
        missing = primary.mismatch("empty" if primary.is_known else primary.shown, "a container", _declare(task))
        return primary.each(checked, missing)
    definitions = task["containerDefinitions"]
    document = definitions.parsed_json()
    if document.is_unknown:
        return undecided(definitions)
    if document.is_absent or not isinstance(document.raw, list):
        found = definitions.shown if definitions.is_absent else "no readable JSON list"
        return definitions.mismatch(found, _EXPECTED, _declare(task))
    return document.each(checked, empty=definitions.mismatch("empty", _EXPECTED, _declare(task)))


def _declare(task: Resource) -> str:
    argument = "primary_container" if task.kind is ECS_EXPRESS_SERVICE else "container_definitions"
    return f"Declare what runs in {argument}."


def in_container(task: Resource, value: Value, wanted: str) -> str:
    """Advice to set a member of a container definition, in the words of its resource: JSON, or arguments of Python.

    Args:
        task: The resource that has the container definition.
        value: The member.
        wanted: What it is to be, as JSON.
    """
    name = value.path.rpartition(".")[2]
    if task.kind is ECS_TASK_DEFINITION:
        return f'Set "{name}": {wanted} in this container definition.'
    python = {"true": "True", "false": "False"}.get(wanted, wanted)
    return f"Set {snake_case(value.path)}={python}."


def member(value: Value, name: str) -> Value:
    """A member of an object in a JSON document, by its name in any case: the provider ignores the case too."""
    if not isinstance(value.raw, Mapping):
        return value[name]
    keys = [key for key in value.raw if isinstance(key, str) and key.lower() == name.lower()]
    # Of several spellings the last one counts, as for a name that occurs twice.
    return value.part(value.raw[keys[-1]] if keys else ABSENT, f"{value.path}.{name}")
