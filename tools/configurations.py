"""The ready configurations of the pack in `policypack/config/`, made from the policies' own levels."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pulumi_guardrails.core.policy import Level, Policy

FOLDER = Path(__file__).resolve().parent.parent / "policypack" / "config"

PRODUCTION: Mapping[str, Any] = {
    "load-balancer-deletion-protection": "mandatory",
    "public-load-balancer-web-acl": "mandatory",
    "cloudfront-web-acl": "mandatory",
    "rds-deletion-protection": "mandatory",
    "dynamodb-deletion-protection": "mandatory",
    "rds-customer-key": "mandatory",
    "dynamodb-customer-key": "mandatory",
    "log-group-customer-key": "mandatory",
    "cloudfront-own-certificate": "mandatory",
    "resource-tagged": "mandatory",
    "listener-encrypted": {"enforcementLevel": "mandatory", "plainHttpBehindCloudFront": False},
}
"""What production requires beyond every other environment: what is off elsewhere, and stricter settings."""


def configurations(policies: Iterable[Policy]) -> dict[Path, str]:
    """The text of each configuration by its path."""
    strict = {policy.name: "mandatory" for policy in policies if policy.level is Level.ADVISORY}
    return {
        FOLDER / "strict.json": _text(strict),
        FOLDER / "production.json": _text(strict | dict(PRODUCTION)),
    }


def _text(configuration: Mapping[str, Any]) -> str:
    return json.dumps(dict(sorted(configuration.items())), indent=2) + "\n"
