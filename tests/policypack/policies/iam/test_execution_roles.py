"""What the table of the execution role cannot say: how often one missing grant is told."""

from __future__ import annotations

import json

from tests.policypack.cases import VIOLATION
from tests.policypack.policies.iam.cases_execution_roles import SECRET, starts


def test_a_secret_that_several_variables_are_taken_from_is_told_once() -> None:
    entries = [{"name": key, "valueFrom": f"{SECRET}:{key}::"} for key in ("host", "port", "user")]
    verdict = starts("several", VIOLATION, containers=json.dumps([{"secrets": entries}])).verdict()
    assert [finding.path for finding in verdict.findings] == ["containerDefinitions[0].secrets[0].valueFrom"]
