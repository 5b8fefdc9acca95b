"""One entry a cause: what a reader looks at, however many policies speak of it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from audit.causes import Cause, causes
from audit.events import Finding

GROUP = "urn:pulumi:dev::p::aws:ec2/securityGroup:SecurityGroup::web"


PAGE = "See https://docs.aws.amazon.com/"


def urn_of(label: str, around: str = "") -> str:
    kind, _, name = label.partition(" ")
    return f"urn:pulumi:dev::p::{around}aws:any/thing:{kind}::{name.strip(chr(39))}"


def finding(policy: str, message: str, resource: str | None = None) -> Finding:
    """A finding of our pack; its resource is the one that the message begins with, unless another is given."""
    if resource is None:
        label = re.match(r"(?:Waived: |Undecided: )?(\w+ '.*?'): ", message)
        assert label is not None
        resource = urn_of(label[1])
    return Finding(policy, "pulumi-guardrails", "mandatory", "high", resource, f"What it holds.\n{message}\n{PAGE}")


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
        ("policy", ("iam-actions-exist", "iam-no-escalation")),
        ("path", ("other",)),
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
        replace(finding("p", f"Bucket '{severity}': it is open."), severity=severity)
        for severity in ("low", "critical")
    )
    found = causes({"advisory": [low, critical], "mandatory": [low]})
    assert [(cause.level, cause.severity) for cause in found] == [
        ("mandatory", "low"),
        ("advisory", "critical"),
        ("advisory", "low"),
    ]
    assert Cause("advisory", "Bucket 'b'", "", ("theirs",)).line() == "advisory: Bucket 'b': theirs"


def test_what_is_no_property_stands_behind_a_comma() -> None:
    unknown = Cause("undecided", "SecurityGroup 'web'", "what it is attached to", ("open",))
    assert unknown.line() == "undecided: SecurityGroup 'web', what it is attached to: open"


def test_policies_that_object_to_a_rule_as_a_whole_are_one_entry() -> None:
    found = causes({"mandatory": [finding(name, "Rule 'r': it allows TCP 22. Remove it.") for name in ("one", "two")]})
    assert [cause.line() for cause in found] == ["mandatory, high: Rule 'r': one, two"]


def test_findings_without_a_property_are_entries_of_their_own() -> None:
    found = causes(
        {
            "mandatory": [
                finding("one", "Bucket 'b': the internet reaches it."),
                finding("two", "Bucket 'b': a rule is missing."),
                finding("theirs", "The message of another pack.", GROUP),
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


def test_those_who_wait_for_one_value_of_another_resource_are_one_entry() -> None:
    unknown = "policy of RolePolicy 'p' is not known before the update"
    found = causes(
        {
            "undecided": [
                finding("task", f"Undecided: TaskDefinition 't': cannot tell whether it starts: {unknown}."),
                finding("climb", f"Undecided: Role 'r': {unknown}."),
                finding("own", "Undecided: RolePolicy 'p': policy is not known before the update."),
            ]
        }
    )
    assert [cause.line() for cause in found] == ["undecided, high: RolePolicy 'p' policy: climb, own, task"]


@pytest.mark.parametrize(
    ("said", "subject"),
    [
        ("engine is not set, so that it is taken from what the resource is made from", "engine"),
        ('subnets[0] is "subnet-1", which is not part of this stack', "subnets[0]"),
        ('conditions is [{"a": 1}], which is more than this policy evaluates', "conditions"),
        ("cannot tell whether it is reached: security group sg-1 is not part of this stack", "security group sg-1"),
        (
            "cannot tell whether it is public: what it is attached to is not part of this stack",
            "what it is attached to",
        ),
        ("policy is redacted, as a secret that nothing here can decrypt", "policy"),
        ("every property is left out by a targeted operation", "every property"),
        ("which of two holds is ambiguous", "which of two holds"),
        ("cidr is in no form that the pack can read", "cidr"),
        ("the check failed by a defect of the policy pack (KeyError)", "the check"),
        ("a is not known before the update; b is not known before the update", "a"),
        (
            "cannot tell whether the internet reaches it by the path internet → (Rule 'r' allows TCP 22 from ::/0) "
            "→ Bucket 'b': x is not set, so that AWS chooses it",
            "x",
        ),
    ],
)
def test_the_subject_of_an_undecided_finding_is_what_it_waits_for(said: str, subject: str) -> None:
    (cause,) = causes({"undecided": [finding("p", f"Undecided: Bucket 'b': {said}. Set it.")]})
    assert (cause.resource, cause.subject) == ("Bucket 'b'", subject)


def test_resources_of_one_type_and_name_in_two_components_are_two_entries() -> None:
    message = "LogGroup 'logs': retentionInDays is 7; expected 30. Set it."
    found = causes(
        {
            "mandatory": [
                finding("p", message, urn_of("LogGroup 'logs'", "my:index:Front$")),
                finding("p", message, urn_of("LogGroup 'logs'", "my:index:Back$")),
                finding("q", message, urn_of("LogGroup 'logs'")),
            ]
        }
    )
    assert [cause.line() for cause in found] == [
        "mandatory, high: LogGroup 'logs' (aws:any/thing:LogGroup) retentionInDays: q",
        "mandatory, high: LogGroup 'logs' (my:index:Back) retentionInDays: p",
        "mandatory, high: LogGroup 'logs' (my:index:Front) retentionInDays: p",
    ]


def test_a_name_may_have_quotes_and_colons() -> None:
    message = "LogGroup 'it's: o'clock': retentionInDays is 7; expected 30."
    (cause,) = causes({"mandatory": [finding("p", message, urn_of("LogGroup 'it's: o'clock'"))]})
    assert cause.line() == "mandatory, high: LogGroup 'it's: o'clock' retentionInDays: p"


@pytest.mark.parametrize(
    ("label", "hops", "subject"),
    [
        (
            "SecurityGroup 'db'",
            "(SecurityGroup 'db' ingress[0] allows TCP 5432 from 0.0.0.0/0) → Cluster 'c'",
            "ingress[0]",
        ),
        (
            "SecurityGroup 'db'",
            "(Rule 'in' allows TCP 22 from ::/0) → Instance 'i' → (SecurityGroup 'i' egress[0] allows it out, "
            "SecurityGroup 'db' ingress[1] allows TCP 5432 from 10.0.0.0/8) → Cluster 'c'",
            "ingress[1]",
        ),
        ("Rule 'r'", "(Rule 'r' allows TCP 5432 from 0.0.0.0/0) → Cluster 'c'", "it"),
    ],
)
def test_the_subject_of_a_path_is_the_rule_of_its_last_hop(label: str, hops: str, subject: str) -> None:
    message = f"{label}: the internet reaches Cluster 'c': internet → {hops}; nothing may. Remove the rule."
    (cause,) = causes({"mandatory": [finding("p", message)]})
    assert (cause.resource, cause.subject) == (label, subject)


def test_properties_that_are_named_together_are_one_entry() -> None:
    message = "Bucket 'b': blockPublicAcls, blockPublicPolicy and ignorePublicAcls are false; expected true."
    (cause,) = causes({"mandatory": [finding("p", message)]})
    assert cause.subject == "blockPublicAcls"
