"""No message contains a password; the tables check what the messages do contain."""

from __future__ import annotations

import pytest

from tests.policypack.cases import Case
from tests.policypack.policies.rds.cases_databases import CASES, CLEAR_TEXT


@pytest.mark.parametrize(
    "case", [c for c in CASES if c.policy == "rds-master-password-secret"], ids=lambda case: case.id
)
def test_no_message_shows_a_password(case: Case) -> None:
    assert CLEAR_TEXT not in "".join(case.messages())
