"""What the policies on the chain say of a value beyond their verdict."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_guardrails.core.value import UNKNOWN
from tests.policypack.aws.network.world import world
from tests.policypack.cases import UNDECIDED, Case


@pytest.mark.parametrize(
    ("at", "change", "named"),
    [
        ("service", {"networkConfiguration.subnets": ["subnet-0123"]}, ""),
        ("service", {"networkConfiguration.subnets": [UNKNOWN]}, "networkConfiguration"),
        ("cluster", {"dbSubnetGroupName": "theirs"}, ""),
        ("cluster", {"dbSubnetGroupName": UNKNOWN}, "dbSubnetGroupName"),
    ],
)
def test_only_what_is_not_known_is_said_to_be_computed(at: str, change: dict[str, Any], named: str) -> None:
    case = Case("workloads-in-private-subnets", "", UNDECIDED, stack=world(change={at: change}), at=at)
    (finding,) = case.verdict().findings
    assert finding.property_name == named
