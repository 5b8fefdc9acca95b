"""The words that advice is read by: what it sets, what it leaves out, and where."""

from __future__ import annotations

import pytest

from pulumi_guardrails.core.verdict import Finding
from tests.policypack.advice.grammar import DESCRIBED, KEY_ARN, Instruction, instructions, words
from tests.policypack.advice.scene import wire_path
from tests.policypack.cases import good

GROUP = "aws:ec2/securityGroup:SecurityGroup"


@pytest.mark.parametrize(
    ("advice", "expected"),
    [
        ("Set storage_encrypted=True.", [Instruction("storage_encrypted", True)]),
        ('Set options={"a": "b c"}, or nothing.', [Instruction("options", {"a": "b c"})]),
        ("Set access_logs.enabled=True.", [Instruction("access_logs.enabled", True)]),
        (
            "Set encryption=aws.x.Args(enabled=True, key=key.arn).",
            [Instruction("encryption", {"enabled": True, "key": KEY_ARN})],
        ),
        (
            'Set in ingress[0] protocol="tcp", and to_port to one.',
            [
                Instruction("protocol", "tcp", "ingress[0]"),
                Instruction("to_port", DESCRIBED, "ingress[0]"),
            ],
        ),
        (
            "Set multi_az=True, and leave availability_zone out.",
            [
                Instruction("multi_az", True),
                Instruction("availability_zone", None),
            ],
        ),
        ("Remove privileged.", [Instruction("privileged", None)]),
        ("Remove the list; name others in the policy.", []),
    ],
)
def test_a_sentence_is_read_as_what_it_sets_and_leaves_out(advice: str, expected: list[Instruction]) -> None:
    assert instructions(advice) == expected


def test_words_are_arguments_and_no_names_of_actions() -> None:
    assert words('Set ip_protocol="tcp"; allow aws:SourceAccount, sts:AssumeRole, aws-waf-logs.') == {"ip_protocol"}


def test_an_argument_is_looked_for_in_the_block_that_the_finding_is_about_and_then_at_the_top() -> None:
    group, finding = good(GROUP), Finding(path="ingress[0].cidrBlocks[0]")
    assert wire_path(group, finding, Instruction("from_port", 1)) == ["ingress", 0, "fromPort"]
    assert wire_path(group, finding, Instruction("description", "a")) == ["ingress", 0, "description"]
    assert wire_path(group, finding, Instruction("vpc_id", "a")) == ["vpcId"]


def test_an_argument_that_no_block_has_fails() -> None:
    with pytest.raises(AssertionError, match="has no argument referenced_security_group_id"):
        wire_path(good(GROUP), Finding(path="ingress[0]"), Instruction("referenced_security_group_id", "sg-1"))
