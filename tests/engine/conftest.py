"""What the tests on the real engine share."""

from __future__ import annotations

import pytest

from offline.tools import Tools, prepare


@pytest.fixture(scope="session")
def tools() -> Tools:
    """The real CLI, built at most once, and the AWS stand-in."""
    return prepare()
