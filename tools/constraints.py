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


ABOUT: Mapping[str, tuple[str, ...]] = {
    "CKV_AWS_353": ("rds-performance-insights",),
    "CKV_AWS_354": ("rds-customer-key",),
    "CKV_AWS_374": ("cloudfront-geo-restriction",),
    "CKV_AWS_310": ("cloudfront-origin-failover",),
    "CKV_AWS_305": ("cloudfront-default-root-object",),
    "CKV_AWS_287": ("iam-no-credentials-exposure",),
    "CKV_AWS_288": ("iam-no-data-exfiltration",),
    "CKV_AWS_289": ("iam-no-unconstrained-permissions-management",),
    "CKV_AWS_290": ("iam-no-unconstrained-write",),
    "CKV_AWS_33": ("kms-key-policy",),
    "CKV2_AWS_64": ("kms-key-policy",),
    "CKV2_AWS_57": ("secret-rotation",),
    "CKV_AWS_304": ("secret-rotation-interval",),
    "CKV_AWS_19": ("s3-encryption", "s3-encryption-declared"),
    "CKV_AWS_145": ("s3-customer-key",),
    "CKV2_AWS_65": ("s3-ownership", "s3-ownership-declared"),
    "CKV_AWS_20": ("s3-acl",),
    "CKV_AWS_57": ("s3-acl",),
    "CKV_AWS_375": ("s3-acl",),
    "CKV_AWS_21": ("s3-versioning", "s3-versioning-declared"),
    "CKV2_AWS_61": ("s3-lifecycle", "s3-lifecycle-declared"),
    "CKV_AWS_300": ("s3-lifecycle", "s3-lifecycle-declared"),
    "CKV_AWS_18": ("s3-access-logging",),
    "CKV_AWS_144": ("s3-replication",),
    "CKV_AWS_143": ("s3-object-lock",),
    "CKV_AWS_163": ("ecr-scan-on-push",),
    "CKV_AWS_51": ("ecr-immutable-tags",),
    "CKV_AWS_136": ("ecr-customer-key",),
    "CKV_AWS_32": ("ecr-private", "ecr-policy"),
    "CKV_AWS_233": ("certificate-replaced-first",),
    "CKV_AWS_234": ("certificate-transparency",),
    "CKV2_AWS_71": ("certificate-dns-validation",),
}
"""The policies that a check of Checkov's is about, where its constraint is of several things and policies."""


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
