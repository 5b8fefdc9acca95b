"""Every message that the tables of the policies lead to, as a reviewer reads them: `tests/policypack/messages.txt`.

The file is sorted and committed, so that a change of wording shows as a change of its lines. `make docs` writes it.
"""

from __future__ import annotations

from pathlib import Path

from tests.policypack.cases import all_cases

MESSAGES = Path(__file__).resolve().parent.parent / "tests" / "policypack" / "messages.txt"


def messages() -> str:
    """The text of the file: one line a message, after the policy that says it."""
    lines = {f"{case.policy}: {message}" for case in all_cases() for message in case.messages()}
    return "\n".join(sorted(lines)) + "\n"
