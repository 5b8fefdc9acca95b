"""What `workloads-in-private-subnets` says that it waits for."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_guardrails.core.value import ABSENT, UNKNOWN
from pulumi_guardrails.core.verdict import Cause
from tests.policypack.aws.network.world import world
from tests.policypack.cases import UNDECIDED, Case

OUTSIDE, NOT_KNOWN = Cause.OUTSIDE_STACK, Cause.NOT_KNOWN_YET
UNREADABLE, INHERITED = Cause.UNREADABLE, Cause.INHERITED


@pytest.mark.parametrize(
    ("at", "change", "path", "cause"),
    [
        ("service", {"networkConfiguration.subnets": ["subnet-0123"]}, "networkConfiguration.subnets[0]", OUTSIDE),
        ("service", {"networkConfiguration.subnets": [UNKNOWN]}, "networkConfiguration.subnets[0]", NOT_KNOWN),
        ("service", {"networkConfiguration.subnets": [[7]]}, "networkConfiguration.subnets[0]", UNREADABLE),
        ("cluster", {"dbSubnetGroupName": "theirs"}, "dbSubnetGroupName", OUTSIDE),
        ("cluster", {"dbSubnetGroupName": UNKNOWN}, "dbSubnetGroupName", NOT_KNOWN),
        ("cluster", {"dbSubnetGroupName": ABSENT, "snapshotIdentifier": "snap"}, "dbSubnetGroupName", INHERITED),
    ],
)
def test_what_is_not_known_is_named_with_its_cause(at: str, change: dict[str, Any], path: str, cause: Cause) -> None:
    case = Case("workloads-in-private-subnets", "", UNDECIDED, stack=world(change={at: change}), at=at)
    (finding,) = case.verdict().findings
    (unknown,) = finding.unknowns
    assert (unknown.path, unknown.cause) == (path, cause)
