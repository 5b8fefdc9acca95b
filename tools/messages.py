"""Every message that the tables of the policies lead to, as a reviewer reads them: `tests/policypack/messages.txt`.

The file is sorted and committed, so that a change of wording shows as a change of its lines. `make docs` writes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pulumi_guardrails.core.stack import Stack
from pulumi_guardrails.engine.evaluation import undecided_message, violation_message
from tests.policypack.cases import Case, all_cases

MESSAGES = Path(__file__).resolve().parent.parent / "tests" / "policypack" / "messages.txt"


def messages() -> str:
    """The text of the file: one line a message, after the policy that says it."""
    lines = {f"{case.policy}: {message}" for case in all_cases() for message in _messages_of(case)}
    return "\n".join(sorted(lines)) + "\n"


def _messages_of(case: Case) -> Iterator[str]:
    policy, stack = case.declared, Stack(case.stack) if case.stack else None
    verdicts = case.verdicts_in(stack) if stack else [(case.resource, case.verdict())]
    for resource, verdict in verdicts:
        for finding in verdict.findings:
            if verdict.is_violation:
                yield violation_message(policy, resource, finding)
            else:
                yield undecided_message(policy, resource, finding, stack, preview=True)
