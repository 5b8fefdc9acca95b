"""The constraints that the pack is measured by, and those it leaves out with the reason.

`constraints.json` holds 94 constraints on the resource types of this stack, each checked by at least one of Checkov
3.3, Pulumi's awsguard and compliance-ready policies, cdk-nag, the AWS Guard rules registry or Prowler 5.46, with the
ids these give their checks and the control ids that Prowler's framework files state for them (at most eight each).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

LEFT_OUT: Mapping[str, str] = {}
"""Constraints that no policy covers, with the reason."""

LEFT_OUT_CONTROLS: Mapping[str, str] = {
    "DynamoDB.7": "It is about DynamoDB Accelerator clusters, which the pack does not evaluate.",
}
"""Control ids that a framework file states for a constraint and no policy carries, with the reason."""


@dataclass(frozen=True)
class Constraint:
    """One row of the coverage table.

    Attributes:
        section: The group it stands in.
        constraint: The constraint in one sentence.
        peers: Ids of the checks of other rule sets, by rule set.
        controls: Control ids by framework.
    """

    section: str
    constraint: str
    peers: Mapping[str, Sequence[str]]
    controls: Mapping[str, Sequence[str]]
    name: str = ""
    """What a policy names it by: its sentence, after its section where another section has the same sentence."""


def constraints() -> list[Constraint]:
    """Every constraint, in the order of the table."""
    path = Path(__file__).with_name("constraints.json")
    rows = json.loads(path.read_text(encoding="utf-8"))
    said = Counter(row["constraint"] for row in rows)
    return [
        Constraint(
            **row, name=row["constraint"] if said[row["constraint"]] == 1 else f"{row['section']}: {row['constraint']}"
        )
        for row in rows
    ]
