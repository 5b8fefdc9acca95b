"""What a policy pack says of its policies, as `describe` prints it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from audit.description import ConfiguredException, DescriptionError, Policy, Waiver, parse

POLICY = {
    "name": "kms-rotation",
    "title": "A key is rotated",
    "kind": "resource",
    "level": "mandatory",
    "severity": "high",
    "frameworks": {"CIS 3.0": ["2.9"]},
    "topics": ["encryption"],
    "family": "kms",
    "resource_types": ["aws:kms/key:Key"],
    "remediation": "Rotate it.",
    "url": "https://example.com",
    "waivers": [{"resource": "*::old", "reason": "old", "approvedBy": "Ada", "expires": "2027-01-01"}],
}
DOCUMENT: dict[str, Any] = {
    "schema": 1,
    "pack": {"name": "guardrails", "version": "1.0.0"},
    "policies": [POLICY],
    "exceptions": [{"id": "EXC-1", "reason": "agreed", "policies": ["a*"], "targets": ["*::b"]}],
}


def test_a_policy_is_as_the_pack_describes_it() -> None:
    found = parse(json.dumps(DOCUMENT))
    assert (found.pack, found.version) == ("guardrails", "1.0.0")
    assert found.policies["kms-rotation"] == Policy(
        "guardrails",
        "kms-rotation",
        "A key is rotated",
        "mandatory",
        "high",
        {"CIS 3.0": ("2.9",)},
        "kms",
        frozenset({"aws:kms/key:Key"}),
        False,
        "Rotate it.",
        "https://example.com",
        (Waiver("kms-rotation", "*::old", "old", "Ada", "2027-01-01"),),
    )
    assert found.exceptions == (ConfiguredException("EXC-1", "agreed", ("a*",), ("*::b",)),)


def test_a_policy_without_types_may_evaluate_any() -> None:
    found = parse(json.dumps(DOCUMENT | {"policies": [POLICY | {"resource_types": []}]})).policies["kms-rotation"]
    assert found.evaluates("aws:sns/topic:Topic") is None
    assert parse(json.dumps(DOCUMENT)).policies["kms-rotation"].evaluates("aws:sns/topic:Topic") is False


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        json.dumps(DOCUMENT | {"schema": 2}),
        json.dumps(DOCUMENT | {"policies": [{}]}),
        json.dumps(DOCUMENT | {"pack": None}),
        json.dumps(DOCUMENT | {"exceptions": [1]}),
    ],
)
def test_another_text_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(DescriptionError, match=r"^the pack's description .*\.$"):
        parse(text)
