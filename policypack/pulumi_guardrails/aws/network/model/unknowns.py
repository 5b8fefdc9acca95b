"""What a policy waits for where a value is known, but says nothing that the pack can use."""

from __future__ import annotations

from pulumi_guardrails.core.value import Value
from pulumi_guardrails.core.verdict import Cause, Unknown


def unreadable(value: Value) -> Unknown:
    """A value that is not known yet, or that is in no form that the pack can read, such as a range that is none."""
    if value.is_unknown:
        return value.as_unknown()
    return Unknown(value.path, Cause.UNREADABLE, owner=value.owner, property_name=value.property_name)


def external(value: Value) -> Unknown:
    """An id that is not known yet, that is left to AWS, or that names something which is not part of this stack."""
    return unreadable(value) if value.is_known and value.as_text() is None else value.as_unknown()
