"""The ready configurations of the pack in `policypack/config/`, made from the policies' own levels."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pulumi_guardrails.core.policy import Framework, Level, Policy

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


FILES: Mapping[Framework, str] = {
    Framework.CIS: "cis",
    Framework.FSBP: "fsbp",
    Framework.PCI: "pci-dss",
    Framework.SOC2: "soc-2",
    Framework.HIPAA: "hipaa",
    Framework.ISO27001: "iso-27001",
    Framework.NIST: "nist-800-53",
}
"""The name of the configuration of each framework."""


def configurations(policies: Sequence[Policy]) -> dict[Path, str]:
    """The text of each configuration by its path."""
    strict = {policy.name: "mandatory" for policy in policies if policy.level is Level.ADVISORY}
    of_frameworks = {name: _of_framework(framework, policies) for framework, name in FILES.items()}
    made: dict[str, Mapping[str, Any]] = {
        "baseline": _baseline(policies),
        "strict": strict,
        "production": strict | dict(PRODUCTION),
        "remediate": _remediate(policies),
        **of_frameworks,
    }
    return {FOLDER / f"{name}.json": _text(configuration) for name, configuration in made.items()}


def _baseline(policies: Sequence[Policy]) -> dict[str, str]:
    """Only what lets somebody in, or data out, as soon as it is deployed blocks; everything else is advisory."""
    return {policy.name: "advisory" for policy in policies if policy.level is Level.MANDATORY and not policy.danger}


def _remediate(policies: Sequence[Policy]) -> dict[str, str]:
    """Whatever has a safe value that fixes it is fixed."""
    return {
        policy.name: "remediate" for policy in policies if policy.remediation and policy.level is not Level.DISABLED
    }


def _of_framework(framework: Framework, policies: Sequence[Policy]) -> dict[str, str]:
    """Only the policies that speak for a control of the framework, each at least advisory."""
    speaking = {
        policy.name: "mandatory" if policy.level is Level.MANDATORY else "advisory"
        for policy in policies
        if framework in policy.controls
    }
    return {"all": "disabled", **speaking}


def _text(configuration: Mapping[str, Any]) -> str:
    return json.dumps(dict(sorted(configuration.items())), indent=2) + "\n"
