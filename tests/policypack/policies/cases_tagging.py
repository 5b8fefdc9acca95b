"""The table of the policy on tags."""

from __future__ import annotations

from pulumi_guardrails.core.value import ABSENT, UNKNOWN
from tests.policypack.cases import COMPLIANT, NOT_APPLICABLE, VIOLATION, Case, rows

POLICY = "resource-tagged"
ONE = {"required": ["Owner"]}

CASES = [
    *rows(
        POLICY,
        compliant=[
            ("every required tag", {}),
            ("another tag beside them", {"tags.Owner": "me"}),
            ("a value computed by another resource", {"tags.Team": UNKNOWN}),
        ],
        violation=[
            (
                "no tags",
                {"tags": ABSENT},
                "tags.Environment, tags.Repository",
                "tags.ManagedBy are not set",
                'Add "Team" to tags',
            ),
            ("one tag missing", {"tags.Team": ABSENT}, "tags.Team is not set"),
            ("a tag missing that the URN tells", {"tags.ManagedBy": ABSENT}, "tags.ManagedBy"),
            ("an empty tag", {"tags.Team": ""}, 'tags.Team is ""'),
            ("tags of a wrong type", {"tags": 7.0}),
        ],
        undecided=[("tags not known", {"tags": UNKNOWN}, "tags")],
    ),
    Case(POLICY, "an organisation's own tag", COMPLIANT, {"tags": {"Owner": "me"}}, settings=ONE),
    Case(POLICY, "without an organisation's own tag", VIOLATION, settings=ONE, finds=("tags.Owner",)),
    Case(POLICY, "no tag required", NOT_APPLICABLE, {"tags": ABSENT}, settings={"required": []}),
]
