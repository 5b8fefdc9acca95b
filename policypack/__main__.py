"""The policy pack: every policy of the package, with the levels that each declares."""

import os
from pathlib import Path

from pulumi_guardrails import __version__
from pulumi_guardrails.pack import select, serve

serve(
    "pulumi-guardrails",
    select(),
    version=__version__,
    display_name="AWS guardrails",
    description="Security and compliance guardrails for AWS that decide at preview.",
    readme=Path(__file__).with_name("README.md").read_text(encoding="utf-8"),
    provider="aws",
    repository=os.environ.get("GUARDRAILS_REPOSITORY"),  # `make publish` says where the source is
    tags=["aws", "compliance", "iam", "network", "security"],
)
