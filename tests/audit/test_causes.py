"""One entry a cause: what a reader looks at, however many policies speak of it."""

from __future__ import annotations

import pytest

from audit.causes import Cause, causes
from audit.events import Finding

GROUP = "urn:pulumi:dev::p::aws:ec2/securityGroup:SecurityGroup::web"


def finding(policy: str, message: str, resource: str = GROUP) -> Finding:
    return Finding(policy, "pulumi-guardrails", "mandatory", "high", resource, f"What it holds.\n{message}")


def test_policies_that_object_to_one_property_are_one_entry() -> None:
    found = causes(
        {
            "mandatory": [
                finding("sg-public-ports", "SecurityGroup 'web': ingress[0] allows TCP 22 from everywhere. Close it."),
                finding("network-chain", "SecurityGroup 'web': ingress[0] allows TCP 22 to the tasks. Close it."),
                finding("network-chain", "SecurityGroup 'web': ingress[1] allows TCP 23 to the tasks. Close it."),
            ],
            "advisory": [
                finding("sg-described", "SecurityGroup 'web': ingress[0].description is not set; expected x.")
            ],
        }
    )
    assert [cause.line() for cause in found] == [
        "mandatory, high: SecurityGroup 'web' ingress[0]: network-chain, sg-public-ports",
        "mandatory, high: SecurityGroup 'web' ingress[1]: network-chain",
        "advisory, high: SecurityGroup 'web' ingress[0]: sg-described",
    ]


def test_policies_that_wait_for_one_value_are_one_entry() -> None:
    unknown = "policy is not known before the update, computed from Parameter 'p' (aws:ssm/parameter:Parameter)"
    found = causes(
        {
            "undecided": [
                finding("iam-actions-exist", f"Undecided: Policy 'p': {unknown}. Re-evaluated during the update."),
                finding("iam-no-escalation", f"Undecided: Policy 'p': cannot tell whether it escalates: {unknown}."),
                finding("other", "Undecided: Policy 'p': path of Role 'r' is not known before the update."),
            ]
        }
    )
    assert [(cause.subject, cause.policies) for cause in found] == [
        ("path of Role 'r'", ("other",)),
        ("policy", ("iam-actions-exist", "iam-no-escalation")),
    ]


@pytest.mark.parametrize(
    ("message", "subject"),
    [
        ("Bucket 'b': retentionInDays is 7; expected 30. Set it.", "retentionInDays"),
        ("Bucket 'b': policy is not set; expected a policy. Set it.", "policy"),
        ("Bucket 'b': engine.version is 1; expected 2.", "engine"),
        ("Bucket 'b': statement 0 in policy allows everything. Narrow it.", ""),
        ("Bucket 'b': the internet reaches it. Close it.", ""),
        ("Bucket 'b': Access logging is not enabled. Enable it.", ""),
        ("Waived: Bucket 'b': versioning.enabled is false; expected true.", "versioning"),
    ],
)
def test_the_subject_of_a_violation_is_its_property(message: str, subject: str) -> None:
    (cause,) = causes({"mandatory": [finding("p", message)]})
    assert cause == Cause("mandatory", "Bucket 'b'", subject, ("p",), "high")


def test_what_is_more_severe_comes_first_within_its_level() -> None:
    low, critical = (
        Finding("p", "pack", "mandatory", severity, GROUP, f"Title.\nBucket '{severity}': it is open.")
        for severity in ("low", "critical")
    )
    found = causes({"advisory": [low, critical], "mandatory": [low]})
    assert [(cause.level, cause.severity) for cause in found] == [
        ("mandatory", "low"),
        ("advisory", "critical"),
        ("advisory", "low"),
    ]
    assert Cause("advisory", "Bucket 'b'", "", ("theirs",)).line() == "advisory: Bucket 'b': theirs"


def test_policies_that_object_to_a_rule_as_a_whole_are_one_entry() -> None:
    found = causes({"mandatory": [finding(name, "Rule 'r': it allows TCP 22. Remove it.") for name in ("one", "two")]})
    assert [cause.line() for cause in found] == ["mandatory, high: Rule 'r': one, two"]


def test_findings_without_a_property_are_entries_of_their_own() -> None:
    found = causes(
        {
            "mandatory": [
                finding("one", "Bucket 'b': the internet reaches it."),
                finding("two", "Bucket 'b': a rule is missing."),
                finding("theirs", "The message of another pack."),
                finding("of-the-stack", "Nothing fits.", resource=""),
            ]
        }
    )
    assert [cause.line() for cause in found] == [
        "mandatory, high: Bucket 'b': one",
        "mandatory, high: Bucket 'b': two",
        "mandatory, high: SecurityGroup 'web': theirs",
        "mandatory, high: the stack: of-the-stack",
    ]
