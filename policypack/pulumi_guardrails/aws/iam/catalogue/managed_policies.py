"""What AWS's managed policies allow: which of them give more than one job needs, and what of it is gravest.

The data is `managed_policies.json` beside this module, derived by `tools/managed_policies.py` from the policies'
documents (its source and checksum are in the file). A policy newer than the data is judged by its name.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

from pulumi_guardrails.aws.iam.wildcards import overlap

_TABLE = Path(__file__).with_name("managed_policies.json")

ADMINISTERS = "iam-no-administrator-access"

HIGH_RISK: Mapping[str, str] = {
    ADMINISTERS: "makes its principal an administrator",
    "iam-no-privilege-escalation": "lets its principal give itself more permissions",
    "iam-no-credentials-exposure": "hands out the credentials of every resource",
    "iam-no-data-exfiltration": "reads the data of every resource",
    "iam-no-service-wide-actions": "allows a whole service",
}
"""The policies of this pack about a document that a managed policy may break, gravest first, each with what it does."""

_ELEVATED = ("*Administrator*", "*FullAccess*", "*PowerUser*", "*ReadWrite*")
"""How AWS names the policies that allow most of a service (AWS IAM User Guide, "AWS managed policies")."""


def is_of_aws(arn: str) -> bool:
    """Whether an ARN names a policy that AWS manages."""
    parts = arn.split(":")
    return len(parts) > 5 and parts[0] == "arn" and parts[4] == "aws"


def name_of(arn: str) -> str:
    """The name in the ARN of a policy, without its path."""
    return arn.rpartition("/")[2]


def highest_risk(arn: str) -> str:
    """What a policy of AWS does that is more than a job needs, in words; empty where nothing is known of the sort."""
    name = name_of(arn)
    broken = _broken().get(name)
    if broken:
        return HIGH_RISK[broken]
    return "names no resource" if any(fnmatchcase(name, pattern) for pattern in _ELEVATED) else ""


def bounds_nothing(arn: str) -> bool:
    """Whether a policy of AWS as permissions boundary leaves everything open, be it by a way round."""
    return _broken().get(name_of(arn)) == ADMINISTERS


def may_give_much(pattern: str) -> bool:
    """Whether a path and name with wildcards may be that of a policy of AWS that does more than a job needs."""
    return any(overlap(pattern, one) for one in _ELEVATED) or _may_be(pattern, _broken())


def may_bound_nothing(pattern: str) -> bool:
    """Whether a path and name with wildcards may be that of a policy of AWS that as bounds leaves everything open."""
    return _may_be(pattern, (name for name, policy in _broken().items() if policy == ADMINISTERS))


def _may_be(pattern: str, names: Iterable[str]) -> bool:
    """The table has no paths: any may stand before a name."""
    return any(overlap(pattern, name) or overlap(pattern, f"*/{name}") for name in names)


@cache
def _broken() -> Mapping[str, str]:
    """By name of a policy of AWS: the gravest policy of the pack that it breaks."""
    table = json.loads(_TABLE.read_text(encoding="utf-8"))
    return {name: policy for policy, names in table["breaks"].items() for name in names}
