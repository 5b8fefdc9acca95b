"""The tags of a resource: its own, and those that its provider adds."""

from __future__ import annotations

from pulumi_guardrails.core.resource import Resource
from pulumi_guardrails.core.value import Value


def tag_of(resource: Resource, name: str) -> Value:
    """A tag of a resource: its own, else its provider's; absent where neither has it.

    Where all tags of the one or the other are not known, those. A resource's own tags come before its provider's.
    Source: Pulumi Registry, the AWS provider's configuration, defaultTags.
    """
    own = resource["tags"]
    if own.is_unknown:
        return own
    if not own[name].is_absent:
        return own[name]
    given = resource.provider.get("defaultTags")
    defaults = Value.of(given, "defaultTags of its provider", owner=resource).parsed_json()["tags"]
    if defaults.is_unknown:
        return defaults
    return own[name] if defaults[name].is_absent else defaults[name]
